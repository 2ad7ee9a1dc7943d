/**
 * A planner under partial observability as the planner of an agent among others: the contingent plan is found once, and what
 * coordination gets to see of it is one step with the expected cost. A task that names a hidden matter is done by the contingent plan for
 * its belief; tasks without one are refused, so that nothing is promised that was not planned.
 */
import type { AgentPlanner, CoordinationTask } from '../domain/agent.ts'
import { type PlanStep, planInSequence } from '../domain/plan.ts'
import type { BeliefPlan } from './plan-acts.ts'

export interface BeliefAgentOptions<Plan> {
  /** The contingent plan for a task, such as `new PomdpPlanner(base, observations).plan(belief, options)`; null where there is none. */
  readonly planFor: (task: CoordinationTask) => Promise<BeliefPlan<Plan> | null>
  /** Told every contingent plan as it is found, so that the agent can carry it out. @default nobody is told */
  readonly onPlan?: (task: CoordinationTask, plan: BeliefPlan<Plan>) => void
}

/**
 * Tasks are done one after another, each from its own belief: expected costs add up. Times are those of the tasks.
 * `optimal` where every contingent plan is proved.
 */
export function beliefAgent<Plan>(options: BeliefAgentOptions<Plan>): AgentPlanner {
  return {
    name: 'belief',
    additive: true,
    async plan(tasks, { agent }) {
      const steps: PlanStep[] = []
      let cost = 0
      let time = 0
      let optimal = true
      for (const task of tasks) {
        const found = await options.planFor(task)
        if (found === null)
          return { status: 'none', reason: `${agent} has no plan for ${task.id} under what it believes` }
        options.onPlan?.(task, found)
        optimal = optimal && found.status === 'optimal'
        const start = Math.max(time, task.release)
        time = start + task.duration
        if (task.deadline !== null && time > task.deadline + 1e-9)
          return { status: 'none', reason: `${agent} ends ${task.id} at ${time}, after its deadline ${task.deadline}` }
        cost += found.expectedCost
        steps.push({
          id: steps.length,
          name: task.id,
          args: [],
          start,
          end: time,
          agent,
          resources: task.consumes,
          cost: found.expectedCost,
        })
      }
      return { status: 'planned', plan: planInSequence(steps, cost, time), optimal }
    },
  }
}
