/**
 * Scores of paths of tasks, as consensus-based bundles use them: the best place for one more task, whether marginal gains diminish, the
 * sequential greedy allocation that the consensus reproduces, and the independent check of an allocation.
 */
import { RandomStream } from '../../solvers/numeric/index.ts'

export interface BundleAgent {
  readonly id: string
  /** Most tasks at a time, a whole number >= 0. */
  readonly capacity: number
  /** Worth of doing these tasks in this order; null when it cannot. Asked for the empty path too. Must answer the same question alike. */
  score(path: readonly string[]): number | null
}

export interface Insertion {
  /** Place in the path, from 0. */
  readonly place: number
  readonly path: readonly string[]
  /** Score with the task less the score without it. */
  readonly gain: number
}

/** The best place for a task in a path, ties to the earliest; null when it fits nowhere. */
export function bestInsertion(agent: BundleAgent, path: readonly string[], task: string): Insertion | null {
  const before = agent.score(path)
  if (before === null || path.length >= agent.capacity) return null
  let best: Insertion | null = null
  for (let place = 0; place <= path.length; place++) {
    const longer = [...path.slice(0, place), task, ...path.slice(place)]
    const after = agent.score(longer)
    if (after === null || !Number.isFinite(after)) continue
    if (best === null || after - before > best.gain) best = { place, path: longer, gain: after - before }
  }
  return best
}

export type DiminishingGains =
  /** `exhaustive`: every path up to the capacity was tried; otherwise only samples were, and nothing is proved. */
  | { readonly status: 'diminishing'; readonly exhaustive: boolean; readonly tried: number }
  /** Holding `added` besides `path` makes `task` worth more: `after` instead of `before`. */
  | {
      readonly status: 'increasing'
      readonly path: readonly string[]
      readonly added: string
      readonly task: string
      readonly before: number
      readonly after: number
      readonly tried: number
    }

export interface DiminishingOptions {
  /** Questions after which the rest is sampled. @default 20000 */
  readonly limit?: number
  /** @default 1 */
  readonly seed?: number
}

/** A gain may be this much larger by rounding, relative to its size. */
const SLACK = 1e-9

/**
 * Whether marginal gains diminish: no task is worth more beside a larger bundle (built by best insertions). This is the condition of the
 * convergence and of the 50 % guarantee.
 */
export function checkDiminishingGains(
  agent: BundleAgent,
  tasks: readonly string[],
  options: DiminishingOptions = {},
): DiminishingGains {
  const limit = options.limit ?? 20_000
  let tried = 0
  const against = (path: readonly string[]): DiminishingGains | null => {
    for (const added of tasks) {
      if (path.includes(added)) continue
      const longer = bestInsertion(agent, path, added)
      if (longer === null) continue
      for (const task of tasks) {
        if (task === added || path.includes(task)) continue
        tried++
        const after = bestInsertion(agent, longer.path, task)
        if (after === null) continue
        const before = bestInsertion(agent, path, task)?.gain ?? Number.NEGATIVE_INFINITY
        if (after.gain > before + SLACK * Math.max(1, Math.abs(before)))
          return { status: 'increasing', path, added, task, before, after: after.gain, tried }
      }
    }
    return null
  }
  // Every path that best insertions can build, breadth first.
  let layer: readonly (readonly string[])[] = [[]]
  for (let length = 0; length < agent.capacity && layer.length > 0 && tried < limit; length++) {
    const next = new Map<string, readonly string[]>()
    for (const path of layer) {
      const found = against(path)
      if (found !== null) return found
      if (tried >= limit) break
      for (const task of tasks) {
        const longer = path.includes(task) ? null : bestInsertion(agent, path, task)
        if (longer !== null) next.set(JSON.stringify(longer.path), longer.path)
      }
    }
    layer = [...next.values()]
  }
  if (tried < limit) return { status: 'diminishing', exhaustive: true, tried }
  const random = new RandomStream(options.seed ?? 1)
  const until = 2 * limit
  for (let draws = 0; tried < until && draws < limit; draws++) {
    let path: readonly string[] = []
    const length = random.integer(0, Math.max(0, Math.min(agent.capacity, tasks.length) - 1))
    for (const task of random.shuffle([...tasks]).slice(0, length))
      path = bestInsertion(agent, path, task)?.path ?? path
    const found = against(path)
    if (found !== null) return found
  }
  return { status: 'diminishing', exhaustive: false, tried }
}

export interface BundleAllocation {
  readonly agent: string
  /** Tasks in the order in which they are done. */
  readonly path: readonly string[]
  readonly score: number
}

/**
 * Sequential greedy allocation: again and again the pair of agent and task of the greatest gain > 0. What one centre that knows all
 * scores would do; at least half of the optimum where gains diminish (Nemhauser, Wolsey and Fisher 1978). Ties to the first agent, then
 * the first task.
 */
export function sequentialGreedy(
  agents: readonly BundleAgent[],
  tasks: readonly string[],
): readonly BundleAllocation[] {
  const paths = agents.map((): readonly string[] => [])
  const left = new Set(tasks)
  for (;;) {
    let best: { readonly agent: number; readonly task: string; readonly insertion: Insertion } | null = null
    agents.forEach((agent, i) => {
      for (const task of left) {
        const insertion = bestInsertion(agent, paths[i] as readonly string[], task)
        if (insertion !== null && insertion.gain > (best?.insertion.gain ?? 0)) best = { agent: i, task, insertion }
      }
    })
    // The closure above hides the assignment from the type checker.
    const chosen = best as { readonly agent: number; readonly task: string; readonly insertion: Insertion } | null
    if (chosen === null) break
    paths[chosen.agent] = chosen.insertion.path
    left.delete(chosen.task)
  }
  return agents.map((agent, i) => ({
    agent: agent.id,
    path: paths[i] as readonly string[],
    score: agent.score(paths[i] as readonly string[]) ?? 0,
  }))
}

/** Rules that an allocation breaks, one sentence each: from the agents' own scores and capacities. */
export function checkBundles(
  agents: readonly BundleAgent[],
  tasks: readonly string[],
  allocation: readonly BundleAllocation[],
): string[] {
  const broken: string[] = []
  const doer = new Map<string, string>()
  for (const { agent: id, path, score } of allocation) {
    const agent = agents.find((one) => one.id === id)
    if (agent === undefined) {
      broken.push(`"${id}" is no agent`)
      continue
    }
    if (path.length > agent.capacity) broken.push(`"${id}" has ${path.length} tasks and takes ${agent.capacity}`)
    const worth = agent.score(path)
    if (worth === null) broken.push(`"${id}" cannot do ${path.join(', ')}`)
    else if (Math.abs(worth - score) > SLACK * Math.max(1, Math.abs(worth)))
      broken.push(`the tasks of "${id}" are worth ${worth}, not ${score}`)
    for (const task of path) {
      if (!tasks.includes(task)) broken.push(`"${task}" is no task`)
      const other = doer.get(task)
      if (other !== undefined) broken.push(`"${other}" and "${id}" both have "${task}"`)
      doer.set(task, id)
    }
  }
  return broken
}
