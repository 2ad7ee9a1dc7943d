/** Levels of stocks over time, from a schedule: jumps at starts and ends, straight lines where amounts flow. */
import type { ProjectProblem, Schedule } from '../domain/project.ts'
import type { RequirementTime } from '../domain/resource.ts'

export interface StockProfile {
  readonly resource: string
  readonly capacity: number | null
  /** Corners of the level in order of time; two at one instant where it jumps. Starts at 0, ends with the schedule. */
  readonly points: readonly { readonly time: number; readonly level: number }[]
  readonly peak: number
}

interface Move {
  readonly start: number
  readonly end: number
  readonly amount: number
  readonly when: RequirementTime
}

/** The stocks that some task of the schedule draws from or fills, or that get deliveries until its end. O(moves^2) for each. */
export function stockProfiles(problem: ProjectProblem, schedule: Schedule): StockProfile[] {
  return problem.resources.flatMap((resource): StockProfile[] => {
    if (resource.type === 'reusable') return []
    const moves = schedule.tasks.flatMap(({ id, mode: name, start, end }): Move[] => {
      const mode = problem.tasks.find((task) => task.id === id)?.modes.find((candidate) => candidate.id === name)
      const own = [
        ...(mode?.requires ?? []).map((need) => ({ ...need, amount: -need.amount })),
        ...(mode?.produces ?? []),
      ]
      return own
        .filter((move) => move.resource === resource.id)
        .map(({ amount, when }) => ({ start, end, amount, when }))
    })
    for (const { resource: id, at, amount } of problem.deliveries ?? [])
      if (id === resource.id && at <= schedule.makespan) moves.push({ start: at, end: at, amount, when: 'start' })
    if (moves.length === 0) return []
    const times = [...new Set([0, schedule.makespan, ...moves.flatMap(({ start, end }) => [start, end])])]
    times.sort((a, b) => a - b)
    const points: { time: number; level: number }[] = []
    for (const time of times) {
      const before = time === 0 ? resource.initial : levelOf(moves, resource.initial, time, false)
      const after = levelOf(moves, resource.initial, time, true)
      points.push({ time, level: before })
      if (after !== before) points.push({ time, level: after })
    }
    const peak = Math.max(...points.map(({ level }) => level))
    return [{ resource: resource.id, capacity: resource.capacity, points, peak }]
  })
}

/** The level just before or just after what happens at an instant. */
function levelOf(moves: readonly Move[], initial: number, time: number, after: boolean): number {
  const reached = (instant: number): boolean => (after ? instant <= time + 1e-9 : instant < time - 1e-9)
  let level = initial
  for (const { start, end, amount, when } of moves) {
    if (when === 'duration' && end > start) {
      level += amount * Math.min(1, Math.max(0, (time - start) / (end - start)))
    } else if (reached(when === 'end' ? end : start)) level += amount
  }
  return Math.round(level * 1e9) / 1e9
}
