/**
 * What the tracker looks at: steps with times and amounts, whatever they come from. Plans, schedules of projects and
 * execution traces are turned into steps here.
 *
 * The nine cases (type x when) of a requirement of `amount`:
 *
 *   consumable, producible   start     the stock falls by the amount at the start
 *                            end       it falls by the amount at the end
 *                            duration  it falls at a constant rate over the step, by the amount in all
 *   reusable                 start     the amount must be free at the instant of the start; nothing is held
 *                            end       the amount must be free just before the end; nothing is held
 *                            duration  the amount is held over [start, end) and back at the end
 *
 * What a step produces raises a stock by the same three timings; a reusable resource is never produced.
 */
import { breaksOf, type Interval, pausesIn } from '../domain/calendar.ts'
import type { Plan } from '../domain/plan.ts'
import type { Mode, ProjectProblem, ProjectTask, Schedule, ScheduledTask } from '../domain/project.ts'
import type { Resource, ResourceRequirement } from '../domain/resource.ts'
import type { TimelineOptions } from './timeline.ts'

/** A timed action and what it takes and gives. Times in the plan's unit, end >= start. */
export interface ResourceStep {
  readonly id: string
  readonly start: number
  readonly end: number
  readonly requires: readonly ResourceRequirement[]
  readonly produces: readonly ResourceRequirement[]
  /** Fixed cost of the step. @default 0 */
  readonly cost?: number
  /** Latest end of this step alone. */
  readonly deadline?: number
  /** When the step stands still and holds nothing. @default never */
  readonly pauses?: readonly Interval[]
}

/** Where steps can come from. A trace is steps that have happened, followed by those still to come. */
export type StepSource =
  | readonly ResourceStep[]
  | { readonly kind: 'schedule'; readonly project: ProjectProblem; readonly schedule: Schedule }
  | { readonly kind: 'plan'; readonly plan: Plan; readonly resources: readonly Resource[] }
  | { readonly kind: 'trace'; readonly done: readonly ResourceStep[]; readonly remaining: readonly ResourceStep[] }

/** The steps of any source, in their own order. */
export function stepsOf(source: StepSource): readonly ResourceStep[] {
  if (!('kind' in source)) return source
  switch (source.kind) {
    case 'schedule':
      return stepsOfSchedule(source.project, source.schedule)
    case 'plan':
      return stepsOfPlan(source.plan, source.resources)
    case 'trace':
      return [...source.done, ...source.remaining]
  }
}

/** The options with what the project of a schedule has delivered to it. */
export function withDeliveries<Options extends TimelineOptions>(source: StepSource, options: Options): Options {
  if (!('kind' in source) || source.kind !== 'schedule') return options
  const { deliveries = [] } = source.project
  if (deliveries.length === 0) return options
  const supplies = deliveries.map((delivery, k) => ({ ...delivery, id: `delivery ${k + 1}` }))
  return { ...options, supplies: [...(options.supplies ?? []), ...supplies] }
}

function stepsOfSchedule(project: ProjectProblem, schedule: Schedule): ResourceStep[] {
  return schedule.tasks.map((entry) => {
    const task = project.tasks.find((candidate) => candidate.id === entry.id)
    const mode = task?.modes.find((candidate) => candidate.id === entry.mode)
    return {
      id: entry.id,
      start: entry.start,
      end: entry.end,
      requires: mode?.requires ?? [],
      produces: mode?.produces ?? [],
      cost: mode?.cost ?? 0,
      ...pausesOf(project, task, mode, entry),
      ...(task === undefined || task.deadline === null ? {} : { deadline: task.deadline }),
    }
  })
}

function pausesOf(
  project: ProjectProblem,
  task: ProjectTask | undefined,
  mode: Mode | undefined,
  { start, end }: ScheduledTask,
): { readonly pauses?: readonly Interval[] } {
  if (task?.pausable !== true || mode === undefined) return {}
  const pauses = pausesIn(start, end, breaksOf(mode, project.resources))
  return pauses.length === 0 ? {} : { pauses }
}

/**
 * A plan says only how much of what: reusable amounts are held over the step, stocks fall at the start. A plan without
 * times runs its steps one after another, one unit of time each.
 */
function stepsOfPlan(plan: Plan, resources: readonly Resource[]): ResourceStep[] {
  const types = new Map(resources.map((resource) => [resource.id, resource.type]))
  return plan.steps.map((step, position) => {
    const start = step.start ?? position
    return {
      id: `${step.id} ${[step.name, ...step.args].join(' ')}`,
      start,
      end: step.end ?? start + 1,
      requires: Object.entries(step.resources ?? {}).map(([resource, amount]) => ({
        resource,
        amount,
        when: types.get(resource) === 'reusable' ? 'duration' : 'start',
      })),
      produces: [],
      cost: step.cost ?? 0,
    }
  })
}
