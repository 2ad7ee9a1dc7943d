/**
 * Continuation: the longest tail of the plan in force that reaches the goal from what is believed. Steps that the world
 * has done already (an overshoot), or that are not needed any more, are skipped; nothing new is planned.
 */
import type { ExecutionModel, PlanAnswer, PlanRequest } from './model.ts'
import { simulate } from './watch.ts'

/** O(steps^2) predictions at worst. */
export function continuationOf(model: ExecutionModel, request: PlanRequest): PlanAnswer {
  const { remaining, running, plan, settled } = request
  let reason = 'no tail of the plan reaches the goal from here'
  for (let skipped = 0; skipped <= remaining.length; skipped++) {
    const tail = remaining.slice(skipped)
    const result = simulate(model, tail, settled)
    if (result.status === 'breaks') {
      if (skipped === 0) reason = `the plan does not go on: ${result.reason}`
      continue
    }
    const kept = new Set([...running.map((entry) => entry.step), ...tail].map((step) => step.id))
    const ordering = plan.ordering.filter(([first, second]) => kept.has(first) && kept.has(second))
    const told = skipped === 0 ? 'the plan still works' : `the first ${skipped} steps are skipped`
    return {
      status: 'planned',
      plan: { ...plan, steps: tail, ordering, links: [], cost: result.cost },
      costToGo: result.cost,
      reason: told,
    }
  }
  return { status: 'none', reason, proved: false }
}
