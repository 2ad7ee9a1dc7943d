/**
 * Verifies a plan with its decomposition against the problem as written: every step executable in turn, every compound
 * task refined by a method of its own with exactly that method's subtasks, every ordering kept, every method
 * precondition true when it must be, the goal reached, nothing foreign and nothing left out. Independent of the search:
 * it reads only the problem and the plan.
 *
 * Time linear in the steps, nodes and orderings, plus the evaluation of conditions. A method precondition is judged at
 * any moment between the end of what must precede its subtasks and the first step below it.
 */
import type { Issue } from '../../solvers/contract/index.ts'
import { formatFormula, substitute } from '../domain/formula.ts'
import type { HtnProblem } from '../domain/htn.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import { Faults } from './faults.ts'
import type { Refinement } from './htn-refinement.ts'
import { TreeCheck } from './htn-tree.ts'
import { Satisfier } from './satisfy.ts'
import { type Values, World } from './world.ts'

export interface VerificationReport {
  readonly valid: boolean
  readonly issues: readonly Issue[]
  /** Value of the metric (or number of steps) as recomputed; NaN when the plan cannot be executed. */
  readonly cost: number
}

/** Judges a plan; never throws on a bad plan, every fault is an issue. */
export function verifyHtnPlan(problem: HtnProblem, plan: Plan): VerificationReport {
  return examineHtnPlan(problem, plan).report
}

/** The judgement together with what it was read from: the refinements, as `replayHtnPlan` returns them for a valid plan. */
export function examineHtnPlan(
  problem: HtnProblem,
  plan: Plan,
): { readonly report: VerificationReport; readonly refinements: readonly Refinement[] } {
  const verification = new Verification(problem, plan)
  const report = verification.run()
  return { report, refinements: verification.refinements }
}

/**
 * The refinements of a valid plan, parents first, each with the state and the objects its condition was found true for;
 * the first one is the initial network, with the id -1. Empty for a classical problem; null when the plan is invalid.
 */
export function replayHtnPlan(problem: HtnProblem, plan: Plan): readonly Refinement[] | null {
  const { report, refinements } = examineHtnPlan(problem, plan)
  return report.valid ? refinements : null
}

class Verification {
  readonly #problem: HtnProblem
  readonly #plan: Plan
  readonly #faults = new Faults()
  readonly #world: World
  readonly #satisfier: Satisfier
  readonly #tree: TreeCheck
  refinements: readonly Refinement[] = []

  constructor(problem: HtnProblem, plan: Plan) {
    this.#problem = problem
    this.#plan = plan
    this.#world = new World(problem)
    this.#satisfier = new Satisfier(this.#world)
    this.#tree = new TreeCheck(problem, plan, this.#world, this.#faults)
  }

  run(): VerificationReport {
    this.refinements = this.#tree.run()
    const cost = this.#execute(this.refinements)
    const { issues, none } = this.#faults
    return { valid: none, issues, cost: none ? cost : Number.NaN }
  }

  /** Runs the steps; judges method preconditions on the way. Returns the cost. */
  #execute(refinements: readonly Refinement[]): number {
    const world = this.#world
    const { metric, domain, goal } = this.#problem
    const none: Values = new Map()
    const initial = metric === null ? 0 : world.number(metric, none)
    const actions = new Map(domain.actions.map((action) => [action.name, action]))
    // Preconditions become due at `low` and are dropped at the first state in which they hold.
    const dueAt = new Map<number, Refinement[]>()
    for (const refinement of refinements) {
      const list = dueAt.get(refinement.low)
      if (list === undefined) dueAt.set(refinement.low, [refinement])
      else list.push(refinement)
    }
    let pending: Refinement[] = []
    const judge = (at: number): void => {
      const fresh = dueAt.get(at)
      if (fresh === undefined && pending.length === 0) return
      pending = [...pending, ...(fresh ?? [])].filter((refinement) => {
        if (this.#judge(refinement, at)) return false
        if (at < refinement.high) return true
        const values = refinement.matchings[0]?.values ?? none
        const part = substitute(world.failing(refinement.pattern.condition, values), values)
        this.#faults.add(
          'method-precondition',
          [refinement.id],
          `${this.#tree.label(refinement)} is not applicable: ${formatFormula(part)} does not hold`,
          'use another method or change what happens before',
        )
        return false
      })
    }
    for (let at = 0; at < this.#plan.steps.length; at++) {
      judge(at)
      const step = this.#plan.steps[at] as PlanStep
      const label = `step ${at + 1}, ${step.name}(${step.args.join(', ')})`
      const action = actions.get(step.name)
      if (action === undefined) {
        this.#faults.add(
          'unknown-action',
          ['steps', at],
          `${label}: there is no such action`,
          'use an action of the domain',
        )
        return Number.NaN
      }
      if (action.parameters.length !== step.args.length) {
        this.#faults.add(
          'arity',
          ['steps', at],
          `${label}: ${action.parameters.length} arguments expected`,
          'check the arguments',
        )
        return Number.NaN
      }
      const values = new Map<string, string>()
      let typed = true
      action.parameters.forEach((parameter, i) => {
        const value = step.args[i] as string
        values.set(parameter.name, value)
        if (!world.isObject(value)) {
          this.#faults.add(
            'unknown-object',
            ['steps', at],
            `${label}: there is no object ${value}`,
            'use objects of the problem',
          )
          typed = false
        } else if (!world.hasType(value, parameter.types)) {
          this.#faults.add(
            'type',
            ['steps', at],
            `${label}: ${value} is no ${parameter.types.join(' or ')}`,
            'use an object of that type',
          )
          typed = false
        }
      })
      if (!typed) return Number.NaN
      if (!world.holds(action.precondition, values)) {
        const part = substitute(world.failing(action.precondition, values), values)
        this.#faults.add(
          'precondition',
          ['steps', at],
          `${label} is not applicable: ${formatFormula(part)} does not hold`,
          'establish it before',
        )
        return Number.NaN
      }
      world.apply(action.effects, values)
    }
    judge(this.#plan.steps.length)
    if (goal !== null && !world.holds(goal, none)) {
      const part = world.failing(goal, none)
      this.#faults.add(
        'goal',
        ['goal'],
        `the goal is not reached: ${formatFormula(part)} does not hold at the end`,
        'extend the plan',
      )
    }
    return metric === null ? this.#plan.steps.length : world.number(metric, none) - initial
  }

  /** Whether the condition holds now for some reading of the subtasks and some objects for what they leave open. */
  #judge(refinement: Refinement, moment: number): boolean {
    const { condition, parameters } = refinement.pattern
    for (const matching of refinement.matchings) {
      const values = this.#satisfier.satisfying(condition, parameters, matching.values)
      if (values === null) continue
      refinement.judged = { moment, matching, values }
      return true
    }
    return false
  }
}
