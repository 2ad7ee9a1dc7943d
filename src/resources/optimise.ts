/**
 * Re-timing and re-moding of a valid plan: cheaper, shorter, or the whole trade-off between the two. Never worse than the
 * plan that was given; the answer passes the tracker. Built on the same scheduling problem as repair, with every step
 * free to move, and as cautious about amounts spread over a step.
 */
import { InternalError, InvalidInputError, Run } from '../../solvers/contract/index.ts'
import { paretoFront, schedule } from '../../solvers/scheduling/index.ts'
import type { Resource } from '../domain/resource.ts'
import { RepairModel } from './repair-model.ts'
import type { RepairOptions } from './repair-types.ts'
import { type ResourceStep, type StepSource, stepsOf, withDeliveries } from './steps.ts'
import { findViolations, type PlanLimits, planCost } from './violations.ts'

export type ResourceGoal = 'minimize-cost' | 'minimize-time' | 'balance'

export interface OptimisedPlan {
  readonly steps: readonly ResourceStep[]
  readonly cost: number
  readonly makespan: number
}

export interface OptimiseResult {
  /** For `balance` the knee of the front: the point farthest below the line between its ends. */
  readonly plan: OptimisedPlan
  /** True when nothing better exists within what the model can say. */
  readonly proved: boolean
  /** All trade-offs, by rising makespan; only for `balance`. */
  readonly front?: readonly OptimisedPlan[]
}

/** @throws InvalidInputError when the plan has violations (repair it first) */
export async function optimizeResources(
  source: StepSource,
  resources: readonly Resource[],
  goal: ResourceGoal,
  limits: PlanLimits = {},
  given: RepairOptions = {},
): Promise<OptimiseResult> {
  const options = withDeliveries(source, given)
  const run = new Run('optimise', options)
  const steps = stepsOf(source)
  const violations = findViolations(steps, resources, limits, options)
  if (violations.length > 0) {
    throw new InvalidInputError(
      violations.map((own) => ({
        code: own.type,
        path: [...own.steps],
        message: own.message,
        hint: 'repair the plan first',
      })),
    )
  }
  const input = outcome(steps, resources)
  const model = new RepairModel(steps, resources, limits, { ...options, insertable: [], soft: {} })
  const problem = model.problem()
  const decode = (starts: Int32Array, modes: Int32Array): OptimisedPlan => {
    const decoded = model.decode(starts, modes).steps
    const broken = findViolations(decoded, resources, limits, options)[0]
    if (broken !== undefined) throw new InternalError(`an optimised plan failed its check: ${broken.message}`)
    return outcome(decoded, resources)
  }
  if (goal !== 'balance') {
    const objective = goal === 'minimize-cost' ? { cost: 1 } : { makespan: 1 }
    const result = await schedule({ ...problem, objective }, run.nested())
    const measure = (plan: OptimisedPlan): number => (goal === 'minimize-cost' ? plan.cost : plan.makespan)
    const found = 'schedule' in result ? decode(result.schedule.starts, result.schedule.modes) : input
    const plan = measure(found) < measure(input) ? found : input
    return { plan, proved: result.status === 'optimal' && model.exact }
  }
  const result = await paretoFront(problem, 'makespan', 'cost', run.nested())
  const points = result.status === 'infeasible' ? [] : result.points
  const front = points.map((point) => decode(point.schedule.starts, point.schedule.modes))
  return { plan: knee(front) ?? input, proved: result.status === 'complete' && model.exact, front }
}

function outcome(steps: readonly ResourceStep[], resources: readonly Resource[]): OptimisedPlan {
  return { steps, cost: planCost(steps, resources), makespan: Math.max(0, ...steps.map((step) => step.end)) }
}

/** The point farthest below the line between the two ends of the front, in shares of its ranges. */
function knee(front: readonly OptimisedPlan[]): OptimisedPlan | null {
  const first = front[0]
  const last = front[front.length - 1]
  if (first === undefined || last === undefined) return null
  const time = Math.max(1e-9, last.makespan - first.makespan)
  const money = Math.max(1e-9, first.cost - last.cost)
  let best = first
  let farthest = Number.NEGATIVE_INFINITY
  for (const point of front) {
    const saved = (last.makespan - point.makespan) / time + (first.cost - point.cost) / money
    if (saved <= farthest + 1e-12) continue
    farthest = saved
    best = point
  }
  return best
}
