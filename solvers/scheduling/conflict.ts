/**
 * Why a problem has no schedule: a smallest set of the user's limits that cannot hold together, and how far each of them
 * alone would have to move.
 *
 * Limits are capacities, budgets, stocks, no-overlap groups, maximum lags, deadlines, releases and the overall limits on
 * makespan, cost and tardiness; durations and minimum lags are taken as facts. Deletion filter: a limit is dropped for
 * good when the rest is still refuted, so the remaining set is irreducible as far as the refutations within the conflict
 * limit reach (`minimal` says so). Relaxations by doubling and bisection. Contradicting lags are found as a positive
 * cycle without search.
 */
import { compileProblem } from './compile.ts'
import { CpSearch } from './cp/search.ts'
import { computeWindows, type PositiveCycle } from './graph.ts'
import type { Lag, SchedulingProblem } from './problem.ts'

export type LimitKind =
  | 'capacity'
  | 'budget'
  | 'stock'
  | 'storage'
  | 'no-overlap'
  | 'lag'
  | 'deadline'
  | 'release'
  | 'makespan'
  | 'cost'
  | 'tardiness'

/** One limit of the conflict. */
export interface ConflictMember {
  readonly kind: LimitKind
  /** Index in the list of the problem that holds it; -1 for the overall limits. */
  readonly index: number
  /** The limit in words, with the problem's own names. */
  readonly message: string
  readonly value?: number
  /** The value nearest to the present one that makes the problem feasible when only this limit moves. */
  readonly relaxedTo?: number
}

export interface ScheduleConflict {
  readonly members: readonly ConflictMember[]
  /** Tasks of the chain or cycle that shows it, when the conflict is one of times alone. */
  readonly chain: readonly number[]
  /** True when every member was shown to be needed. */
  readonly minimal: boolean
  /** One sentence. */
  readonly message: string
}

export interface ConflictOptions {
  /** Search conflicts for each of the tests. @default 20000 */
  readonly conflictLimit?: number
  /** Asked between tests; true ends the refinement with what is known. */
  readonly stop?: () => boolean
}

interface Limit {
  readonly kind: LimitKind
  readonly index: number
  readonly message: string
  readonly value?: number
  /** The problem without this limit. */
  remove(problem: SchedulingProblem): SchedulingProblem
  /** The problem with this limit moved by an amount > 0 in the direction that helps. */
  relax?(problem: SchedulingProblem, amount: number): SchedulingProblem
  relaxedValue?(amount: number): number
}

/** @param problem must be infeasible (proved); the answer is about the limits it has */
export function explainConflict(problem: SchedulingProblem, options: ConflictOptions = {}): ScheduleConflict {
  const windows = computeWindows(compileProblem(withoutWindows(problem)))
  if ('cycle' in windows) return cycleConflict(problem, windows.cycle)
  const conflictLimit = options.conflictLimit ?? 20_000
  const stop = options.stop ?? ((): boolean => false)
  let minimal = true
  const limits = limitsOf(problem)
  const kept: Limit[] = []
  let current = problem
  const tryWithout = (group: readonly Limit[]): boolean => {
    const reduced = group.reduce((rest, limit) => limit.remove(rest), current)
    const verdict = feasibility(reduced, conflictLimit)
    if (verdict === 'unknown') minimal = false
    if (verdict !== 'infeasible') return false
    current = reduced
    return true
  }
  // Whole kinds first, then halves, then single limits.
  const filter = (group: readonly Limit[]): void => {
    if (group.length === 0) return
    if (stop()) {
      minimal = false
      kept.push(...group)
      return
    }
    if (tryWithout(group)) return
    if (group.length === 1) {
      kept.push(group[0]!)
      return
    }
    const half = group.length >> 1
    filter(group.slice(0, half))
    filter(group.slice(half))
  }
  for (const kind of new Set(limits.map((limit) => limit.kind))) filter(limits.filter((limit) => limit.kind === kind))
  const members = kept.map((limit) => {
    const relaxedTo = stop() ? undefined : smallestRelaxation(problem, limit, conflictLimit)
    return {
      kind: limit.kind,
      index: limit.index,
      message: limit.message,
      ...(limit.value === undefined ? {} : { value: limit.value }),
      ...(relaxedTo === undefined ? {} : { relaxedTo }),
    }
  })
  const timeOnly = kept.every((limit) => ['deadline', 'release', 'makespan', 'lag'].includes(limit.kind))
  const chain = timeOnly ? longestChain(current) : []
  return { members, chain, minimal, message: sentence(problem, members, chain) }
}

function sentence(problem: SchedulingProblem, members: readonly ConflictMember[], chain: readonly number[]): string {
  const texts = members.map((member) => member.message)
  const list = texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts[texts.length - 1]}`
  const ways = members
    .filter((member) => member.relaxedTo !== undefined)
    .map((member) => `${describeKind(member.kind)} ${member.relaxedTo} instead of ${member.value}`)
  const names = chain.map((i) => problem.tasks[i]!.id)
  return [
    members.length === 1 ? `${list} cannot be kept` : `${list} cannot be kept together`,
    ...(names.length > 0 ? [`the chain ${names.join(' > ')} takes too long`] : []),
    ...(ways.length > 0 ? [`possible with ${ways.join(', or ')}`] : []),
  ].join('; ')
}

function describeKind(kind: LimitKind): string {
  return kind === 'lag' ? 'maximum lag' : kind
}

function limitsOf(problem: SchedulingProblem): Limit[] {
  const total = (amount: (mode: SchedulingProblem['tasks'][number]['modes'][number]) => number): number =>
    problem.tasks.reduce((sum, task) => sum + Math.max(0, ...task.modes.map(amount)), 0)
  const limits: Limit[] = []
  problem.stocks?.forEach((stock, index) => {
    const needed = total((mode) => mode.consumes?.[index] ?? 0)
    const set = (p: SchedulingProblem, initial: number): SchedulingProblem => ({
      ...p,
      stocks: p.stocks!.map((own, q) =>
        q === index
          ? {
              ...own,
              initial,
              ...(own.capacity === undefined ? {} : { capacity: own.capacity + initial - own.initial }),
            }
          : own,
      ),
    })
    limits.push({
      kind: 'stock',
      index,
      message: `the initial ${stock.initial} of ${stock.id}`,
      value: stock.initial,
      remove: (p) => set(p, Math.max(needed, stock.initial)),
      relax: (p, amount) => set(p, stock.initial + amount),
      relaxedValue: (amount) => stock.initial + amount,
    })
    if (stock.capacity === undefined) return
    const { capacity } = stock
    const room = (p: SchedulingProblem, most: number | undefined): SchedulingProblem => ({
      ...p,
      stocks: p.stocks!.map((own, q) =>
        q === index ? { id: own.id, initial: own.initial, ...(most === undefined ? {} : { capacity: most }) } : own,
      ),
    })
    limits.push({
      kind: 'storage',
      index,
      message: `the storage ${capacity} of ${stock.id}`,
      value: capacity,
      remove: (p) => room(p, undefined),
      relax: (p, amount) => room(p, capacity + amount),
      relaxedValue: (amount) => capacity + amount,
    })
  })
  problem.renewables?.forEach((resource, index) => {
    const needed = Math.max(
      resource.capacity,
      total((mode) => mode.demands?.[index] ?? 0),
    )
    const set = (p: SchedulingProblem, capacity: number, drop: boolean): SchedulingProblem => ({
      ...p,
      renewables: p.renewables!.map((own, r) =>
        r !== index ? own : drop ? { id: own.id, capacity } : { ...own, capacity },
      ),
    })
    limits.push({
      kind: 'capacity',
      index,
      message: `${resource.id} ${resource.capacity}`,
      value: resource.capacity,
      remove: (p) => set(p, needed, true),
      relax: (p, amount) => set(p, resource.capacity + amount, false),
      relaxedValue: (amount) => resource.capacity + amount,
    })
  })
  problem.noOverlaps?.forEach((group, index) => {
    limits.push({
      kind: 'no-overlap',
      index,
      message: `one task at a time on ${group.id}`,
      remove: (p) => ({
        ...p,
        noOverlaps: p.noOverlaps!.map((own, g) => (g === index ? { id: own.id, tasks: [] } : own)),
      }),
    })
  })
  problem.budgets?.forEach((budget, index) => {
    const needed = Math.max(
      budget.capacity,
      total((mode) => mode.uses?.[index] ?? 0),
    )
    const set = (p: SchedulingProblem, capacity: number): SchedulingProblem => ({
      ...p,
      budgets: p.budgets!.map((own, b) => (b === index ? { ...own, capacity } : own)),
    })
    limits.push({
      kind: 'budget',
      index,
      message: `budget ${budget.id} ${budget.capacity}`,
      value: budget.capacity,
      remove: (p) => set(p, needed),
      relax: (p, amount) => set(p, budget.capacity + amount),
      relaxedValue: (amount) => budget.capacity + amount,
    })
  })
  problem.lags?.forEach((lag, index) => {
    if (lag.max === undefined && (lag.min ?? 0) >= 0) return
    const set = (p: SchedulingProblem, change: (own: Lag) => Lag): SchedulingProblem => ({
      ...p,
      lags: p.lags!.map((own, l) => (l === index ? change(own) : own)),
    })
    const a = problem.tasks[lag.before]!.id
    const b = problem.tasks[lag.after]!.id
    // A negative minimum lag i -> j is a maximum lag j -> i, as the RCPSP/max files write it.
    const most = lag.max ?? -(lag.min ?? 0)
    const [first, second] = lag.max === undefined ? [b, a] : [a, b]
    limits.push({
      kind: 'lag',
      index,
      message: `at most ${most} from ${first} to ${second}`,
      value: most,
      remove: (p) => set(p, (own) => withoutMaximum(own)),
      relax: (p, amount) =>
        set(p, (own) =>
          lag.max === undefined ? { ...own, min: lag.min! - amount } : { ...own, max: lag.max + amount },
        ),
      relaxedValue: (amount) => most + amount,
    })
  })
  problem.tasks.forEach((task, index) => {
    const set = (
      p: SchedulingProblem,
      change: Partial<Pick<typeof task, 'release' | 'deadline'>>,
      drop: string,
    ): SchedulingProblem => ({
      ...p,
      tasks: p.tasks.map((own, i) => {
        if (i !== index) return own
        return Object.fromEntries(
          Object.entries({ ...own, ...change }).filter(([key]) => key !== drop),
        ) as unknown as typeof own
      }),
    })
    if (task.deadline !== undefined) {
      const { deadline } = task
      limits.push({
        kind: 'deadline',
        index,
        message: `deadline ${deadline} of ${task.id}`,
        value: deadline,
        remove: (p) => set(p, {}, 'deadline'),
        relax: (p, amount) => set(p, { deadline: deadline + amount }, ''),
        relaxedValue: (amount) => deadline + amount,
      })
    }
    if ((task.release ?? 0) > 0) {
      limits.push({
        kind: 'release',
        index,
        message: `release ${task.release} of ${task.id}`,
        value: task.release!,
        remove: (p) => set(p, {}, 'release'),
      })
    }
  })
  const totals = [
    ['makespan', 'maxMakespan', 'deadline'],
    ['cost', 'maxCost', 'cost'],
    ['tardiness', 'maxTardiness', 'tardiness'],
  ] as const
  for (const [kind, key, word] of totals) {
    const value = problem[key]
    if (value === undefined) continue
    limits.push({
      kind,
      index: -1,
      message: `${word} ${value}`,
      value,
      remove: (p) =>
        Object.fromEntries(Object.entries(p).filter(([name]) => name !== key)) as unknown as SchedulingProblem,
      relax: (p, amount) => ({ ...p, [key]: value + amount }),
      relaxedValue: (amount) => value + amount,
    })
  }
  return limits
}

/** The lag without its upper limit; where nothing remains, one that always holds. */
function withoutMaximum(lag: Lag): Lag {
  const { max: _, ...rest } = lag
  if (lag.max !== undefined && lag.min !== undefined) return rest
  return { before: lag.before, after: lag.before, kind: 'start-start', min: 0 }
}

/** Everything but lags and durations removed, so that a positive cycle of lags shows itself. */
function withoutWindows(problem: SchedulingProblem): SchedulingProblem {
  const { maxMakespan: _, ...rest } = problem
  return rest
}

/** Whether any schedule exists, whatever its objective. */
export function feasibility(problem: SchedulingProblem, conflictLimit: number): 'feasible' | 'infeasible' | 'unknown' {
  const { objective: _, ...rest } = problem
  const compiled = compileProblem({ ...rest, objective: { makespan: 1 } })
  const result = computeWindows(compiled)
  if ('cycle' in result) return 'infeasible'
  const search = new CpSearch(compiled, result.windows, compiled.horizon)
  const step = search.step(conflictLimit)
  return step === 'solution' ? 'feasible' : step === 'running' ? 'unknown' : 'infeasible'
}

/** The smallest amount by which the limit alone must move, by doubling and bisection; undefined when none is found. */
function smallestRelaxation(problem: SchedulingProblem, limit: Limit, conflictLimit: number): number | undefined {
  const { relax, relaxedValue } = limit
  if (relax === undefined || relaxedValue === undefined) return undefined
  if (feasibility(limit.remove(problem), conflictLimit) !== 'feasible') return undefined
  let below = 0
  let above = 1
  while (feasibility(relax(problem, above), conflictLimit) !== 'feasible') {
    below = above
    above *= 2
    if (above > 1_000_000) return undefined
  }
  while (above - below > 1) {
    const middle = (above + below) >> 1
    if (feasibility(relax(problem, middle), conflictLimit) === 'feasible') above = middle
    else below = middle
  }
  return relaxedValue(above)
}

/** The tasks of the longest path to the task whose window is empty, or that ends last. */
function longestChain(problem: SchedulingProblem): number[] {
  const compiled = compileProblem(problem)
  const result = computeWindows(compiled)
  if ('cycle' in result) return [...result.cycle.tasks]
  const { head, shortest } = result.windows
  let last = -1
  let worst = Number.NEGATIVE_INFINITY
  for (let i = 0; i < compiled.taskCount; i++) {
    const limit = Math.min(
      problem.tasks[i]!.deadline ?? Number.MAX_SAFE_INTEGER,
      problem.maxMakespan ?? Number.MAX_SAFE_INTEGER,
    )
    const over = head[i]! + shortest[i]! - limit
    if (over > worst) {
      worst = over
      last = i
    }
  }
  if (worst <= 0) return []
  const chain = [last]
  for (let i = last; head[i]! > compiled.release[i]!; ) {
    const arc = compiled.arcTo.findIndex((to, a) => {
      const from = compiled.arcFrom[a]!
      const weight =
        compiled.arcLag[a]! +
        (compiled.arcFromEnd[a] === 1 ? shortest[from]! : 0) -
        (compiled.arcToEnd[a] === 1 ? result.windows.longest[to]! : 0)
      return to === i && head[from]! + weight === head[i] && !chain.includes(from)
    })
    if (arc < 0) break
    i = compiled.arcFrom[arc]!
    chain.unshift(i)
  }
  return chain
}

function cycleConflict(problem: SchedulingProblem, cycle: PositiveCycle): ScheduleConflict {
  const name = (i: number): string => problem.tasks[i]!.id
  const members = [...new Set(cycle.lags)].map((index): ConflictMember => {
    const lag = problem.lags![index]!
    const limits = [
      ...(lag.min === undefined ? [] : [`at least ${lag.min}`]),
      ...(lag.max === undefined ? [] : [`at most ${lag.max}`]),
    ]
    const span = limits.length === 0 ? 'at least 0' : limits.join(' and ')
    return {
      kind: 'lag',
      index,
      message: `${span} from ${name(lag.before)} to ${name(lag.after)} (${lag.kind ?? 'finish-start'})`,
    }
  })
  return {
    members,
    chain: cycle.tasks,
    minimal: true,
    message: `the lags around ${[...cycle.tasks, cycle.tasks[0]!].map(name).join(' > ')} contradict each other by ${cycle.excess}`,
  }
}
