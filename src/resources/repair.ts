/**
 * Repair of a plan that breaks its resources or limits, with the fewest changes first and the least cost second.
 *
 * The plan becomes a scheduling problem in which every step may stay where it is or move, take another of its modes, or
 * (soft steps only) be left out, and in which producer actions may be inserted; "changed" is a boolean of each step, and
 * the exact scheduler minimises their number, then cost. A second solve keeps that choice and brings moved steps back as
 * near to their old times as can be. Every step of the plan that is not soft is in the repaired plan: the goal is never
 * given up. The result passes the tracker before it is returned.
 *
 * Amounts spread over a step are taken at its start and given at its end, amounts needed at an instant are held over the
 * step: this is cautious, so a repair that is found is one, while "none" is only proved where nothing had to be rounded
 * (`proved`). Times and amounts need at most three decimals.
 */
import { InternalError, Run } from '../../solvers/contract/index.ts'
import { schedule } from '../../solvers/scheduling/index.ts'
import type { Resource } from '../domain/resource.ts'
import { RepairModel } from './repair-model.ts'
import type { RepairOptions, RepairResult } from './repair-types.ts'
import { type StepSource, stepsOf, withDeliveries } from './steps.ts'
import { findViolations, type PlanLimits, planCost } from './violations.ts'

/** @throws UnsupportedError when times or amounts need more than three decimals */
export async function repairPlan(
  source: StepSource,
  resources: readonly Resource[],
  limits: PlanLimits = {},
  given: RepairOptions = {},
): Promise<RepairResult> {
  const options = withDeliveries(source, given)
  const run = new Run('repair', options)
  const steps = stepsOf(source)
  if (findViolations(steps, resources, limits, options).length === 0) {
    return { status: 'repaired', steps, changes: [], cost: planCost(steps, resources), proved: true }
  }
  const model = new RepairModel(steps, resources, limits, options)
  const first = await schedule(model.problem(), run.nested())
  if (first.status === 'infeasible') {
    return { status: 'none', proved: model.exact, conflict: first.conflict ?? null }
  }
  if (first.status === 'unknown') return { status: 'unknown', limit: first.limit }
  const second = await schedule(model.nearest(first.schedule.starts, first.schedule.modes), {
    ...run.nested(),
    conflictLimit: 20_000,
  })
  const final = second.status === 'optimal' || second.status === 'feasible' ? second.schedule : first.schedule
  const repaired = model.decode(final.starts, first.schedule.modes)
  const left = findViolations(repaired.steps, resources, limits, options)
  if (left.length > 0) throw new InternalError(`a repaired plan failed its check: ${left[0]!.message}`)
  return {
    status: 'repaired',
    ...repaired,
    cost: planCost(repaired.steps, resources),
    proved: first.status === 'optimal' && model.exact,
  }
}
