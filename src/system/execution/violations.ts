/** What an execution did, and will do, that resources and limits do not allow. */
import type { ExecutionTrace } from '../../domain/execution.ts'
import type { PlanStep } from '../../domain/plan.ts'
import type { Resource } from '../../domain/resource.ts'
import { findViolations, type PlanLimits, type ResourceStep, type ResourceViolation } from '../../resources/index.ts'

/**
 * Violations of a trace: steps at the times they really took and the costs they really had, then what is left of the plan in
 * force, where it has times. Stocks are drawn when a step starts, reusable amounts held while it runs. Ids of steps are
 * `name#id`.
 */
export function traceViolations(
  trace: ExecutionTrace,
  resources: readonly Resource[],
  limits: PlanLimits = {},
): ResourceViolation[] {
  const reusable = new Set(resources.filter((resource) => resource.type === 'reusable').map((resource) => resource.id))
  const asStep = (step: PlanStep, start: number, end: number, cost: number): ResourceStep => ({
    id: `${step.name}#${step.id}`,
    start,
    end,
    cost,
    requires: Object.entries(step.resources ?? {}).map(([resource, amount]) => ({
      resource,
      amount,
      when: reusable.has(resource) ? ('duration' as const) : ('start' as const),
    })),
    produces: [],
  })
  const done = trace.results.map(({ step, start, end, cost }) => asStep(step, start, end, cost))
  const ended = new Set(trace.results.map((result) => result.step.id))
  const remaining = (trace.plans.at(-1)?.plan.steps ?? []).flatMap((step) =>
    ended.has(step.id) || step.start === undefined || step.end === undefined
      ? []
      : [asStep(step, step.start, step.end, step.cost ?? 0)],
  )
  return findViolations({ kind: 'trace', done, remaining }, resources, limits)
}
