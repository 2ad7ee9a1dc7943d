/** Use of reusable resources over time, from a schedule. */
import { breaksOf, pausesIn } from '../domain/calendar.ts'
import type { ProjectProblem, Schedule, ScheduledTask } from '../domain/project.ts'
import type { Resource } from '../domain/resource.ts'

export interface ResourceProfile {
  readonly resource: string
  readonly capacity: number | null
  /** Step function: from `time` on, `amount` is in use, until the next step. Starts at 0, ends at 0. */
  readonly steps: readonly { readonly time: number; readonly amount: number }[]
  readonly peak: number
  /** What is there over time, as `steps`, where closures take units away; absent without any. */
  readonly available?: readonly { readonly time: number; readonly amount: number }[]
}

export function resourceProfiles(problem: ProjectProblem, schedule: Schedule): ResourceProfile[] {
  const modes = new Map(
    problem.tasks.flatMap((task) => task.modes.map((mode) => [`${task.id}\n${mode.id}`, mode] as const)),
  )
  return problem.resources
    .filter((resource) => resource.type === 'reusable')
    .map((resource) => {
      const changes = new Map<number, number>()
      for (const task of schedule.tasks) {
        const needs = modes.get(`${task.id}\n${task.mode}`)?.requires ?? []
        const amount = needs
          .filter((need) => need.resource === resource.id)
          .reduce((total, need) => total + need.amount, 0)
        if (amount === 0 || task.end <= task.start) continue
        for (const [time, change] of heldBetween(problem, task)) {
          changes.set(time, (changes.get(time) ?? 0) + change * amount)
        }
      }
      const steps = [{ time: 0, amount: 0 }]
      let amount = 0
      for (const [time, change] of [...changes].sort((a, b) => a[0] - b[0])) {
        if (change === 0) continue
        amount += change
        if (time === 0) steps[0] = { time: 0, amount }
        else steps.push({ time, amount })
      }
      return {
        resource: resource.id,
        capacity: resource.capacity,
        steps,
        peak: Math.max(...steps.map((step) => step.amount)),
        ...availability(resource),
      }
    })
}

function availability({ capacity, closures = [] }: Resource): Pick<ResourceProfile, 'available'> {
  if (capacity === null || closures.length === 0) return {}
  const times = [...new Set([0, ...closures.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b)
  const available: { time: number; amount: number }[] = []
  for (const time of times) {
    const gone = closures.reduce(
      (sum, { from, to, amount }) => (from <= time && time < to ? sum + (amount ?? capacity) : sum),
      0,
    )
    const amount = Math.max(0, capacity - gone)
    if (available.at(-1)?.amount !== amount) available.push({ time, amount })
  }
  return { available }
}

/** When a task takes hold (1) and lets go (-1): at its start and end, and around its pauses. */
function heldBetween(problem: ProjectProblem, { id, mode: name, start, end }: ScheduledTask): [number, number][] {
  const task = problem.tasks.find((candidate) => candidate.id === id)
  const mode = task?.modes.find((candidate) => candidate.id === name)
  const breaks = task?.pausable === true && mode !== undefined ? breaksOf(mode, problem.resources) : []
  const pauses = pausesIn(start, end, breaks)
  return [
    [start, 1],
    ...pauses.flatMap(([from, to]): [number, number][] => [
      [from, -1],
      [to, 1],
    ]),
    [end, -1],
  ]
}

/** Amount in use at an instant. */
export function amountAt(profile: ResourceProfile, time: number): number {
  let amount = 0
  for (const step of profile.steps) {
    if (step.time > time) break
    amount = step.amount
  }
  return amount
}
