/**
 * Action values from base plans: a planner for the fully observed world (the hierarchical one, or any other) is asked for its best
 * plan in every state that is thought possible; each plan is then an act whose loss in a state is what it costs when that state is
 * the truth. The sequence-optimal decision tree over these acts and the observation actions says what to look at first and which
 * plan to carry out after what was seen. Worlds x plans evaluations of the base planner.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { DecisionProblem, FinalAct } from '../domain/pomdp-decision.ts'
import type { BeliefState } from './belief-state.ts'
import { type DecisionPlan, solveDecision } from './decision-tree.ts'
import { checkDecisionPlan } from './decision-walk.ts'
import type { ObservationAction } from './observation-model.ts'

/** A planner that is told the state. */
export interface BasePlanner<Plan> {
  /** The best plan when the state is the truth; null when there is none. */
  plan(state: string): Plan | null | Promise<Plan | null>
  /** What carrying out a plan costs when the state is the truth; null when it fails there. */
  costIn(plan: Plan, state: string): number | null
  /** Equal plans have equal names. */
  nameOf(plan: Plan): string
}

export interface PlannerOptions {
  /** Cost of carrying out a plan that fails, or of no plan at all. No default: failure must have a price. */
  readonly failureCost: number
  /** Most observations before acting. @default no cap */
  readonly maxDepth?: number
}

export interface BeliefPlan<Plan> extends DecisionPlan {
  /** The base plans by the name of their act. */
  readonly plans: ReadonlyMap<string, Plan>
  /** Cost of every base plan by state: the action values. */
  readonly values: ReadonlyMap<string, Readonly<Record<string, number>>>
}

export const DO_NOTHING = 'do nothing'

/** Plans under partial observability on top of a planner for full observability. */
export class PomdpPlanner<Plan> {
  readonly #base: BasePlanner<Plan>
  readonly #observations: readonly ObservationAction[]

  constructor(base: BasePlanner<Plan>, observations: readonly ObservationAction[]) {
    this.#base = base
    this.#observations = observations
  }

  /**
   * The cheapest contingent plan from a belief.
   * @throws InvalidInputError when the price of failure is no number >= 0, or an observation does not know a state
   */
  async plan(belief: BeliefState, options: PlannerOptions): Promise<BeliefPlan<Plan>> {
    if (!(options.failureCost >= 0 && Number.isFinite(options.failureCost))) {
      throw new InvalidInputError([
        {
          code: 'out-of-range',
          path: ['failureCost'],
          message: `the cost of failing ${options.failureCost} is no amount`,
          hint: 'give a finite number >= 0',
        },
      ])
    }
    const plans = new Map<string, Plan>()
    for (const state of belief.states) {
      const plan = await this.#base.plan(state)
      if (plan !== null) plans.set(this.#base.nameOf(plan), plan)
    }
    const values = new Map<string, Record<string, number>>()
    for (const [name, plan] of plans) {
      const costs = belief.states.map(
        (state) => [state, this.#base.costIn(plan, state) ?? options.failureCost] as const,
      )
      values.set(name, Object.fromEntries(costs))
    }
    const nothing = Object.fromEntries(belief.states.map((state) => [state, options.failureCost]))
    const acts: FinalAct[] = [...values].map(([id, loss]) => ({ id, loss }))
    const problem: DecisionProblem = {
      kind: 'decision',
      hypotheses: belief.states.map((id, k) => ({ id, probability: belief.probabilities[k]! })),
      tests: this.#observations.map(testOf),
      acts: [...acts, { id: DO_NOTHING, loss: nothing }],
      repairs: [],
    }
    const found = solveDecision(problem, options.maxDepth === undefined ? {} : { maxDepth: options.maxDepth })
    if (found.status === 'optimal') checkDecisionPlan(found)
    return { ...found, plans, values }
  }
}

/** An observation action as a test of a decision problem over the states that its model knows. */
export function testOf(action: ObservationAction): DecisionProblem['tests'][number] {
  const { model, id, cost, source } = action
  const rows = model.states.map((state) => [state, model.observations.map((seen) => model.likelihood(seen, state))])
  return {
    id,
    cost,
    outcomes: model.observations,
    likelihood: Object.fromEntries(rows),
    source: source.kind === 'agent' ? { kind: 'agent', agent: source.agent } : { kind: 'sensor' },
  }
}
