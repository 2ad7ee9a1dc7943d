/** What holds a schedule up: the chain of tasks that ends with it, and the limits it uses up. */
import type { Mode, Precedence, ProjectProblem, Schedule, ScheduledTask } from '../../src/domain/project.ts'
import { figure } from '../conflict/index.ts'
import { projectNames } from './compile.ts'
import type { ProjectLimitUse } from './result.ts'

const SAME = 1e-6

/**
 * Back from the last task: each is preceded by one that keeps it from starting earlier, by a precedence without slack or by
 * holding a resource that both need until the very instant it starts. Precedence wins over resources, the longer reach back
 * wins, then the order of the tasks.
 */
export function criticalChain(problem: ProjectProblem, schedule: Schedule): string[] {
  const byId = new Map(schedule.tasks.map((task) => [task.id, task]))
  const last = [...schedule.tasks].sort((a, b) => b.end - a.end)[0]
  if (last === undefined) return []
  const chain = [last.id]
  let current = last
  for (;;) {
    const held = holders(problem, schedule, byId, current).find((task) => !chain.includes(task.id))
    if (held === undefined) return chain.reverse()
    chain.push(held.id)
    current = held
  }
}

function holders(
  problem: ProjectProblem,
  schedule: Schedule,
  byId: ReadonlyMap<string, ScheduledTask>,
  task: ScheduledTask,
): ScheduledTask[] {
  const earlierFirst = (a: ScheduledTask, b: ScheduledTask): number => a.start - b.start
  const byPrecedence = problem.precedence.flatMap((link) => {
    const before = byId.get(link.before)
    return link.after === task.id && before !== undefined && slack(link, before, task) <= SAME ? [before] : []
  })
  const byResource = schedule.tasks.filter(
    (other) => Math.abs(other.end - task.start) <= SAME && other.end > other.start && shareHeld(problem, other, task),
  )
  return [...byPrecedence.sort(earlierFirst), ...byResource.sort(earlierFirst)]
}

function slack({ kind, minLag }: Precedence, before: ScheduledTask, after: ScheduledTask): number {
  const from = kind === 'finish-start' || kind === 'finish-finish' ? before.end : before.start
  const to = kind === 'finish-finish' || kind === 'start-finish' ? after.end : after.start
  return to - from - minLag
}

function shareHeld(problem: ProjectProblem, a: ScheduledTask, b: ScheduledTask): boolean {
  const needs = new Set(modeOf(problem, a).requires.map((requirement) => requirement.resource))
  return modeOf(problem, b).requires.some(
    ({ resource: id }) =>
      needs.has(id) &&
      problem.resources.some(
        (candidate) => candidate.id === id && candidate.type === 'reusable' && candidate.capacity !== null,
      ),
  )
}

function modeOf(problem: ProjectProblem, { id, mode }: ScheduledTask): Mode {
  const task = problem.tasks.find((candidate) => candidate.id === id)
  return task?.modes.find((candidate) => candidate.id === mode) as Mode
}

export function bindingUses(problem: ProjectProblem, schedule: Schedule): ProjectLimitUse[] {
  const uses: ProjectLimitUse[] = []
  const add = (constraint: string, description: string, used: number, limit: number | null): void => {
    if (limit === null || Math.abs(used - limit) > SAME * Math.max(1, Math.abs(limit))) return
    uses.push({ constraint, description, used: limit, limit })
  }
  const { timeUnit, costUnit, deadline } = problem
  const budget = problem.overspendPenalty === undefined ? problem.budget : null
  if (deadline !== null)
    add(projectNames.deadline, `deadline ${figure(deadline)} ${timeUnit}`, schedule.makespan, deadline)
  if (budget !== null) add(projectNames.budget, `budget ${figure(budget)} ${costUnit}`, schedule.cost, budget)
  for (const { id, type, capacity, initial } of problem.resources) {
    const name = projectNames.resource(id)
    if (type === 'reusable')
      add(name, `all ${figure(capacity ?? 0)} ${id} in use at times`, peak(problem, schedule, id), capacity)
    else if (type === 'consumable') {
      const given = (problem.deliveries ?? []).filter(({ resource }) => resource === id)
      const all = given.reduce((sum, { amount }) => sum + amount, initial)
      if (all > 0) add(name, `all ${figure(all)} ${id} used up`, consumed(problem, schedule, id), all)
    }
  }
  for (const task of problem.tasks) {
    const entry = schedule.tasks.find((candidate) => candidate.id === task.id)
    if (entry === undefined || task.deadline === null) continue
    const description = `${task.id} ends by ${figure(task.deadline)} ${timeUnit}`
    add(projectNames.taskDeadline(task.id), description, entry.end, task.deadline)
  }
  return uses
}

function amountOf(problem: ProjectProblem, task: ScheduledTask, resource: string): number {
  const own = modeOf(problem, task).requires.filter((requirement) => requirement.resource === resource)
  return own.reduce((sum, { amount }) => sum + amount, 0)
}

function peak(problem: ProjectProblem, schedule: Schedule, resource: string): number {
  let most = 0
  for (const { start } of schedule.tasks) {
    const running = schedule.tasks.filter((task) => task.start <= start + SAME && task.end > start + SAME)
    most = Math.max(
      most,
      running.reduce((sum, task) => sum + amountOf(problem, task, resource), 0),
    )
  }
  return most
}

function consumed(problem: ProjectProblem, schedule: Schedule, resource: string): number {
  return schedule.tasks.reduce((sum, task) => sum + amountOf(problem, task, resource), 0)
}
