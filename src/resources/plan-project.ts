/** A plan of timed or untimed steps as a project, and the way back: what re-timing a plan needs. */
import type { Plan, PlanStep } from '../domain/plan.ts'
import {
  type Mode,
  mandatoryTask,
  type Precedence,
  type ProjectObjective,
  type ProjectProblem,
  type Schedule,
} from '../domain/project.ts'
import type { Resource } from '../domain/resource.ts'
import type { StepMode } from './repair-types.ts'
import { stepsOf } from './steps.ts'
import type { PlanLimits } from './violations.ts'

export interface PlanProjectOptions {
  /** Other ways of doing a step, by the name of its action. @default none */
  readonly alternatives?: ReadonlyMap<string, readonly StepMode[]>
  /**
   * `partial`: steps wait for what the plan's ordering and causal links name. `total`: steps keep their sequence, so that a plan
   * whose ordering does not say all that the state requires stays executable. @default 'partial'
   */
  readonly order?: 'partial' | 'total'
}

/** Times start anew: what counts are durations, orderings and amounts. */
export function projectOfPlan(
  plan: Plan,
  resources: readonly Resource[],
  limits: PlanLimits,
  objectives: readonly ProjectObjective[],
  options: PlanProjectOptions = {},
): ProjectProblem {
  const steps = stepsOf({ kind: 'plan', plan, resources })
  const idOf = new Map(plan.steps.map((step, k) => [step.id, steps[k]?.id ?? '']))
  const tasks = steps.map((step, k) => {
    const own: Mode = {
      id: 'as planned',
      duration: step.end - step.start,
      cost: step.cost ?? 0,
      requires: step.requires,
      produces: step.produces,
    }
    const others = options.alternatives?.get((plan.steps[k] as PlanStep).name) ?? []
    const modes = [own, ...others.map((mode): Mode => ({ ...mode, cost: mode.cost ?? 0 }))]
    return { ...mandatoryTask(step.id, modes), deadline: step.deadline ?? null }
  })
  const pairs = new Map<string, readonly [string, string, number]>()
  const order = (before: string, after: string, lag = 0): void => {
    const key = JSON.stringify([before, after])
    const known = pairs.get(key)
    if (before !== after) pairs.set(key, [before, after, Math.max(lag, known?.[2] ?? Number.NEGATIVE_INFINITY)])
  }
  if (options.order === 'total') {
    for (let k = 0; k + 1 < steps.length; k++) order(steps[k]?.id ?? '', steps[k + 1]?.id ?? '')
  } else {
    for (const [before, after] of plan.ordering) order(idOf.get(before) ?? '', idOf.get(after) ?? '')
    for (const { producer, consumer } of plan.links) {
      const before = producer === null ? undefined : idOf.get(producer)
      const after = consumer === null ? undefined : idOf.get(consumer)
      if (before !== undefined && after !== undefined) order(before, after)
    }
  }
  for (const [before, after, lag = 0] of limits.precedence ?? []) order(before, after, lag)
  const known = new Set(tasks.map((task) => task.id))
  return {
    title: 'plan',
    timeUnit: '',
    costUnit: '',
    resources,
    tasks,
    precedence: [...pairs.values()]
      .filter(([before, after]) => known.has(before) && known.has(after))
      .map(([before, after, minLag]): Precedence => ({ before, after, kind: 'finish-start', minLag, maxLag: null })),
    deadline: limits.deadline ?? null,
    budget: limits.budget ?? null,
    objectives,
  }
}

/** The plan with the times, modes and costs of a schedule of its project, in order of start. */
export function scheduledPlan(plan: Plan, project: ProjectProblem, schedule: Schedule): Plan {
  const placed = new Map(schedule.tasks.map((task) => [task.id, task]))
  const steps = plan.steps.map((step, k): PlanStep => {
    const task = project.tasks[k] as ProjectProblem['tasks'][number]
    const entry = placed.get(task.id)
    const mode = task.modes.find((candidate) => candidate.id === entry?.mode)
    if (entry === undefined || mode === undefined) return step
    const amounts = new Map<string, number>()
    for (const { resource, amount } of mode.requires) amounts.set(resource, (amounts.get(resource) ?? 0) + amount)
    return {
      ...step,
      start: entry.start,
      end: entry.end,
      cost: mode.cost,
      ...(task.modes.length > 1 ? { mode: mode.id } : {}),
      ...(amounts.size > 0 ? { resources: Object.fromEntries(amounts) } : {}),
    }
  })
  // Equal starts keep the plan's own order, which its state may rest on.
  const sorted = steps.toSorted((a, b) => (a.start ?? 0) - (b.start ?? 0))
  return { ...plan, steps: sorted, cost: schedule.cost, makespan: schedule.makespan }
}
