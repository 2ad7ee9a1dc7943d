/**
 * Coalition formation with look-ahead (CFLA): a heuristic for tasks in space and time.
 *
 * Again and again, for every task left: the smallest group of agents that can complete it in time from where and when they come free, of
 * these the one that is done first; and how many other tasks could still be completed in time if this one were given to that
 * group (the look-ahead). The task of the greatest look-ahead is given out; ties to the earlier completion, then the first task. The
 * groups of a task work until it is complete, and each member begins as soon as it is there.
 *
 * Source: Ramchurn, Polukarov, Farinelli, Truong and Jennings (2010), Coalition formation with spatial and temporal constraints; here on
 * events instead of a clock that ticks, so that agents are engaged ahead of time.
 * Complexity: O(tasks^3 x groups); all groups up to GROUP_AGENTS agents, beyond that those of the earliest arrivals.
 */
import { groupRate, type SpatialTaskProblem, type Stint } from '../../src/domain/spatial-tasks.ts'

/** Up to this many agents all groups are tried. */
const GROUP_AGENTS = 10

interface Engagement {
  readonly members: readonly number[]
  /** When each member arrives, in the order of `members`. */
  readonly arrivals: readonly number[]
  readonly end: number
}

export function formByLookAhead(problem: SpatialTaskProblem): readonly Stint[] {
  const { agents, tasks, places } = problem
  const number = new Map(places.map((name, p) => [name, p]))
  const at = agents.map(({ place }) => number.get(place) as number)
  const free = agents.map(() => 0)
  const target = tasks.map(({ place }) => number.get(place) as number)
  const left = new Set(tasks.keys())
  const stints: Stint[] = []

  /** When a group completes a task; null: not in time. */
  const engage = (
    members: readonly number[],
    v: number,
    whereAt: readonly number[],
    freeAt: readonly number[],
  ): Engagement | null => {
    const task = tasks[v] as SpatialTaskProblem['tasks'][number]
    const there = target[v] as number
    const arrivals = members.map(
      (a) => (freeAt[a] as number) + (problem.travel[whereAt[a] as number]?.[there] as number),
    )
    let done = 0
    for (let step = Math.min(...arrivals); step < task.deadline; step++) {
      done += groupRate(
        problem,
        members.filter((_, k) => (arrivals[k] as number) <= step),
        v,
      )
      if (done < task.workload * (1 - 1e-9)) continue
      // Whoever would come after the end is not needed: a smaller group is done as early.
      return arrivals.every((arrival) => arrival <= step) ? { members, arrivals, end: step + 1 } : null
    }
    return null
  }

  const smallest = (v: number, whereAt: readonly number[], freeAt: readonly number[]): Engagement | null => {
    const there = target[v] as number
    const order = [...agents.keys()].sort(
      (a, b) =>
        (freeAt[a] as number) +
          (problem.travel[whereAt[a] as number]?.[there] as number) -
          ((freeAt[b] as number) + (problem.travel[whereAt[b] as number]?.[there] as number)) || a - b,
    )
    for (let size = 1; size <= agents.length; size++) {
      let best: Engagement | null = null
      const groups =
        agents.length <= GROUP_AGENTS ? groupsOf(order, size) : [order.slice(0, size).sort((a, b) => a - b)]
      for (const members of groups) {
        const found = engage(members, v, whereAt, freeAt)
        if (found !== null && (best === null || found.end < best.end)) best = found
      }
      if (best !== null) return best
    }
    return null
  }

  for (;;) {
    let chosen: { readonly v: number; readonly engagement: Engagement; readonly outlook: number } | null = null
    for (const v of left) {
      const engagement = smallest(v, at, free)
      if (engagement === null) continue
      const laterAt = [...at]
      const laterFree = [...free]
      for (const a of engagement.members) {
        laterAt[a] = target[v] as number
        laterFree[a] = engagement.end
      }
      let outlook = 0
      for (const other of left) if (other !== v && smallest(other, laterAt, laterFree) !== null) outlook++
      const better =
        chosen === null ||
        outlook > chosen.outlook ||
        (outlook === chosen.outlook && engagement.end < chosen.engagement.end)
      if (better) chosen = { v, engagement, outlook }
    }
    if (chosen === null) return stints
    const { v, engagement } = chosen
    left.delete(v)
    engagement.members.forEach((a, k) => {
      const [agent, task] = [agents[a]?.id as string, tasks[v]?.id as string]
      stints.push({ agent, task, from: engagement.arrivals[k] as number, until: engagement.end })
      at[a] = target[v] as number
      free[a] = engagement.end
    })
  }
}

/** Groups of a size, each in increasing order. */
function groupsOf(items: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]]
  return items.flatMap((first, k) =>
    groupsOf(items.slice(k + 1), size - 1).map((rest) => [first, ...rest].sort((a, b) => a - b)),
  )
}
