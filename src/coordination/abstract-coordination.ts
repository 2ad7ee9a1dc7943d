/**
 * Conflicts settled between abstract tasks, without looking into them where that suffices (after Clement and Durfee 1999; Durfee 2001).
 *
 * A task's summary says what its steps may need, keep, set and use. Two tasks of different agents with compatible summaries may run
 * side by side whatever their steps are; the others are put one before the other, with least delay, each task moved as a whole. The
 * schedule of the steps that follows is played through; when tasks as wholes cannot be ordered, or something between them breaks, the
 * steps themselves are coordinated.
 */

import type { ModelOptions } from '../../models/conflict/index.ts'
import { type Clause, orderSteps } from '../../models/joint-plan/index.ts'
import { InvalidInputError, type Issue, Run } from '../../solvers/contract/index.ts'
import { checkJointSchedule } from '../check/joint-plan.ts'
import type { JointPlanProblem, JointSchedule, JointStep, StepWay } from '../domain/joint-plan.ts'
import { requireJointPlan } from './joint-plan-rules.ts'
import { type ConflictsResolved, resolveConflicts } from './resolve-conflicts.ts'

/** A task of one agent and the steps that it stands for. */
export interface AbstractTask {
  readonly id: string
  readonly steps: readonly string[]
}

export interface TaskSummary {
  readonly task: string
  readonly agent: string
  /** Values that its steps may need or keep, by variable. */
  readonly wants: ReadonlyMap<string, ReadonlySet<string | number | boolean>>
  /** Values that its steps may set, by variable. */
  readonly sets: ReadonlyMap<string, ReadonlySet<string | number | boolean>>
  /** Most that its steps may use at once, by resource: an upper bound. */
  readonly uses: ReadonlyMap<string, number>
  readonly start: number
  readonly duration: number
}

export interface AbstractCoordination {
  /** `tasks`: settled without looking at the steps. `steps`: the steps had to be coordinated. */
  readonly level: 'tasks' | 'steps'
  /** At the level of tasks `conflicts` is empty: those between steps were not looked for. */
  readonly result: ConflictsResolved
  /** Pairs compared at the level of tasks, and how many of them may get in each other's way. */
  readonly pairs: number
  readonly interfering: number
  /** Pairs of steps of different agents: what comparing steps would have taken. */
  readonly stepPairs: number
  /** Delay cost of the tasks moved as wholes; null when that was no joint plan. */
  readonly abstractCost: number | null
}

export function summarise(problem: JointPlanProblem, task: AbstractTask): TaskSummary {
  const steps = problem.steps.filter((step) => task.steps.includes(step.id))
  const wants = new Map<string, Set<string | number | boolean>>()
  const sets = new Map<string, Set<string | number | boolean>>()
  const uses = new Map<string, number>()
  const note = (into: typeof wants, variable: string, value: string | number | boolean): void => {
    into.set(variable, (into.get(variable) ?? new Set()).add(value))
  }
  for (const step of steps) {
    const most = new Map<string, number>()
    for (const way of step.ways) {
      for (const { variable, value } of [...way.needs, ...way.keeps]) note(wants, variable, value)
      for (const { variable, value } of way.sets) note(sets, variable, value)
      for (const [name, amount] of Object.entries(way.uses)) most.set(name, Math.max(most.get(name) ?? 0, amount))
    }
    // Steps of a task may overlap or not: the sum is what they may use at once.
    for (const [name, amount] of most) uses.set(name, (uses.get(name) ?? 0) + amount)
  }
  const start = Math.min(...steps.map((step) => step.start))
  const end = Math.max(...steps.map((step) => step.start + (step.ways[0] as StepWay).duration))
  return { task: task.id, agent: steps[0]?.agent as string, wants, sets, uses, start, duration: end - start }
}

/** Whether steps of the two could get in each other's way: a value of one differs from one of the other, or both want too much. */
export function mayInterfere(a: TaskSummary, b: TaskSummary, capacities: Readonly<Record<string, number>>): boolean {
  const differ = (one: TaskSummary['wants'], other: TaskSummary['wants']): boolean =>
    [...one].some(([variable, values]) => {
      const others = other.get(variable)
      return others !== undefined && [...values].some((value) => [...others].some((x) => x !== value))
    })
  if (differ(a.wants, b.wants) || differ(a.wants, b.sets) || differ(a.sets, b.wants) || differ(a.sets, b.sets))
    return true
  return Object.entries(capacities).some(([name, most]) => (a.uses.get(name) ?? 0) + (b.uses.get(name) ?? 0) > most)
}

/** @throws InvalidInputError when a step is in no task or in two, or a task mixes agents */
export async function coordinateTasks(
  problem: JointPlanProblem,
  tasks: readonly AbstractTask[],
  options: ModelOptions = {},
): Promise<AbstractCoordination> {
  requireJointPlan(problem)
  validate(problem, tasks)
  const run = new Run('tasks', options)
  const summaries = tasks.map((task) => summarise(problem, task))
  const clauses: Clause[] = []
  const after: [number, number][] = []
  let pairs = 0
  summaries.forEach((a, i) => {
    summaries.forEach((b, j) => {
      if (i === j) return
      if (a.agent === b.agent) {
        if (a.start + a.duration <= b.start) after.push([i, j])
        return
      }
      if (j < i) return
      pairs++
      if (!mayInterfere(a, b, problem.capacities)) return
      const literal = (first: number, second: number) => [{ kind: 'before' as const, first, second }]
      clauses.push({ options: [literal(i, j), literal(j, i)], guards: [] })
    })
  })
  const byId = new Map(problem.steps.map((step) => [step.id, step]))
  const whole = summaries.map((summary, k): JointStep => {
    const steps = (tasks[k] as AbstractTask).steps.map((id) => byId.get(id) as JointStep)
    // A task is late by as much as its most pressing step allows.
    const slack = Math.min(
      ...steps.map((step) =>
        step.deadline === null
          ? Number.POSITIVE_INFINITY
          : step.deadline - step.start - (step.ways[0] as StepWay).duration,
      ),
    )
    const { start, duration, task: id, agent } = summary
    return {
      id,
      agent,
      start,
      deadline: slack === Number.POSITIVE_INFINITY ? null : start + duration + slack,
      weight: steps.reduce((sum, step) => sum + step.weight, 0),
      ways: [{ id: 'whole', duration, cost: 0, uses: {}, needs: [], keeps: [], sets: [] }],
    }
  })
  const stepPairs = problem.steps.reduce(
    (sum, a, i) => sum + problem.steps.slice(i + 1).filter((b) => b.agent !== a.agent).length,
    0,
  )
  const counted = { pairs, interfering: clauses.length, stepPairs }
  const ordered = await orderSteps({ steps: whole, after, clauses }, 'delay', run, options)
  if (ordered.status === 'optimal' || ordered.status === 'feasible') {
    const moved = problem.steps.map((step): JointStep => {
      const k = tasks.findIndex((task) => task.steps.includes(step.id))
      return { ...step, start: step.start + (ordered.starts[k] as number) - (whole[k] as JointStep).start }
    })
    const schedule: JointSchedule = {
      steps: moved.map((step) => {
        const way = step.ways[0] as StepWay
        return { id: step.id, agent: step.agent, way: way.id, start: step.start, end: step.start + way.duration }
      }),
    }
    if (checkJointSchedule(problem, schedule).violations.length === 0) {
      const abstractCost = moved.reduce(
        (sum, step) => sum + step.weight * (step.start - (byId.get(step.id) as JointStep).start),
        0,
      )
      // The moved plans have no conflict left, which is what this establishes; delay and changes are counted from the plans as they were.
      const changes = moved.flatMap(({ id, start, ways }) => {
        const from = (byId.get(id) as JointStep).start
        return from === start ? [] : [{ id, from, to: start, way: (ways[0] as StepWay).id }]
      })
      const settled = await resolveConflicts({ ...problem, steps: moved }, { ...run.nested(), by: 'least_delay' })
      const result: ConflictsResolved =
        'schedule' in settled
          ? { ...settled, status: 'feasible', limit: 'method', delayCost: abstractCost, changes, bound: null }
          : settled
      return { level: 'tasks', result, ...counted, abstractCost }
    }
  }
  const result = await resolveConflicts(problem, { ...options, by: 'least_delay' })
  return { level: 'steps', result, ...counted, abstractCost: null }
}

function validate(problem: JointPlanProblem, tasks: readonly AbstractTask[]): void {
  const issues: Issue[] = []
  const agents = new Map(problem.steps.map((step) => [step.id, step.agent]))
  tasks.forEach(({ id, steps }, k) => {
    const path = ['tasks', k]
    if (tasks.findIndex((one) => one.id === id) !== k)
      issues.push({ code: 'duplicate', path, message: `the task "${id}" is listed twice`, hint: 'use unique ids' })
    if (steps.length === 0)
      issues.push({ code: 'empty', path, message: `"${id}" has no steps`, hint: 'name its steps' })
    if (new Set(steps.map((step) => agents.get(step))).size > 1 || steps.some((step) => !agents.has(step)))
      issues.push({
        code: 'wrong-value',
        path,
        message: `"${id}" names an unknown step or mixes agents`,
        hint: 'name steps of one agent',
      })
  })
  for (const step of problem.steps) {
    const times = tasks.filter((task) => task.steps.includes(step.id)).length
    if (times === 1) continue
    const message = `the step "${step.id}" is in ${times} tasks`
    issues.push({ code: 'wrong-count', path: ['tasks'], message, hint: 'put every step in one task' })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
}
