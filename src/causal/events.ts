/**
 * A plan as a sequence of events: its steps, and the moments at which the conditions of its methods were found true.
 * Each event with the literals it rests on, the facts it makes true and false, and the numbers it reads and writes.
 * The raw material of causal links, threats and deordering; one pass over the plan, by the interpreter of the verifier.
 *
 * The literals of a true condition: of a disjunction the first part that holds, of a universal quantifier every
 * instance, of an existential one the first that holds. The condition of a conditional effect counts as needed the way
 * it turned out, so that the effects of a step are the same wherever its needs are met.
 */
import { replayHtnPlan } from '../check/htn-plan.ts'
import type { Refinement } from '../check/htn-refinement.ts'
import { ground, key, type Values, World } from '../check/world.ts'
import { type Effect, type Formula, type NumericExpression, substitute } from '../domain/formula.ts'
import type { Action, HtnProblem } from '../domain/htn.ts'
import type { Plan } from '../domain/plan.ts'

export interface Literal {
  readonly fact: string
  readonly positive: boolean
}

export interface PlanEvent {
  /** A step; the judgement of a method's condition; the goal at the end. */
  readonly kind: 'step' | 'method' | 'goal'
  /** Id of the step or of the refined task; null for the goal, -1 for the condition of the initial network. */
  readonly id: number | null
  readonly needs: readonly Literal[]
  /** Facts it makes true or false, also where they were so before; none is in both. */
  readonly adds: ReadonlySet<string>
  readonly deletes: ReadonlySet<string>
  /** Those of them that were different before. */
  readonly gained: readonly string[]
  readonly lost: readonly string[]
  /** Numeric state variables it reads. */
  readonly reads: ReadonlySet<string>
  /** Numeric state variables it writes; shifts (increase, decrease) commute with each other. */
  readonly writes: ReadonlyMap<string, 'shift' | 'set'>
}

export interface PlanEvents {
  readonly events: readonly PlanEvent[]
  /** The refinements of the plan, parents first, the initial network before all; empty for a classical problem. */
  readonly refinements: readonly Refinement[]
}

const NONE: ReadonlySet<string> = new Set()
const NO_VALUES: Values = new Map()
const UNCHANGED: ReadonlyMap<string, 'shift' | 'set'> = new Map()

/**
 * The events of a plan in the order of execution, or null when the verifier does not accept the plan.
 * @param refinements of a plan that was verified before; else it is verified first
 */
export function planEvents(
  problem: HtnProblem,
  plan: Plan,
  refinements: readonly Refinement[] | null = replayHtnPlan(problem, plan),
): PlanEvents | null {
  if (refinements === null) return null
  const judged = new Map<number, Refinement[]>()
  for (const refinement of refinements) {
    const moment = refinement.judged?.moment ?? 0
    const list = judged.get(moment)
    if (list === undefined) judged.set(moment, [refinement])
    else list.push(refinement)
  }
  const actions = new Map(problem.domain.actions.map((action) => [action.name, action]))
  const world = new World(problem)
  const events: PlanEvent[] = []
  const condition = (kind: 'method' | 'goal', id: number | null, formula: Formula): void => {
    const needed = new Needs(world)
    needed.require(formula, true)
    const { literals: needs, reads } = needed
    events.push({ kind, id, needs, reads, adds: NONE, deletes: NONE, gained: [], lost: [], writes: UNCHANGED })
  }
  plan.steps.forEach((step, moment) => {
    for (const { id, pattern, judged: found } of judged.get(moment) ?? [])
      condition('method', id, substitute(pattern.condition, found?.values ?? new Map()))
    events.push(stepEvent(world, actions.get(step.name) as Action, step.id, step.args))
  })
  for (const { id, pattern, judged: found } of judged.get(plan.steps.length) ?? [])
    condition('method', id, substitute(pattern.condition, found?.values ?? new Map()))
  if (problem.goal !== null) condition('goal', null, problem.goal)
  return { events, refinements }
}

function stepEvent(world: World, action: Action, id: number, args: readonly string[]): PlanEvent {
  const values: Values = new Map(action.parameters.map((parameter, i) => [parameter.name, args[i] as string]))
  const needs = new Needs(world)
  needs.require(substitute(action.precondition, values), true)
  const writes = new Map<string, 'shift' | 'set'>()
  for (const effect of action.effects) needs.requireOf(effect, values, writes)
  const { added, removed, gained, lost } = world.apply(action.effects, values)
  const { literals, reads } = needs
  return { kind: 'step', id, needs: literals, reads, adds: added, deletes: removed, gained, lost, writes }
}

/** Collects what a truth rests on, in the world as it is. */
class Needs {
  readonly #world: World
  readonly #literals = new Map<string, Literal>()
  readonly reads = new Set<string>()

  constructor(world: World) {
    this.#world = world
  }

  get literals(): readonly Literal[] {
    return [...this.#literals.values()]
  }

  /** @param formula ground, and true (or false, when `truth` says so) in the world */
  require(formula: Formula, truth: boolean): void {
    switch (formula.kind) {
      case 'and':
      case 'or': {
        if ((formula.kind === 'and') === truth) for (const part of formula.parts) this.require(part, truth)
        else {
          const part = formula.parts.find((candidate) => this.#world.holds(candidate, NO_VALUES) === truth)
          if (part !== undefined) this.require(part, truth)
        }
        return
      }
      case 'not':
        this.require(formula.inner, !truth)
        return
      case 'atom': {
        const fact = key(formula.predicate, formula.arguments)
        this.#literals.set(truth ? fact : `not ${fact}`, { fact, positive: truth })
        return
      }
      case 'forall':
      case 'exists': {
        const every = (formula.kind === 'forall') === truth
        for (const values of this.#world.bindings(formula.variables, NO_VALUES)) {
          const instance = substitute(formula.inner, values)
          if (!every && this.#world.holds(instance, NO_VALUES) !== truth) continue
          this.require(instance, truth)
          if (!every) return
        }
        return
      }
      case 'compare':
        this.#read(formula.left, NO_VALUES)
        this.#read(formula.right, NO_VALUES)
        return
      case 'equal':
      case 'type':
        return
    }
  }

  /** What an effect rests on, and which numbers it writes. */
  requireOf(effect: Effect, values: Values, writes: Map<string, 'shift' | 'set'>): void {
    switch (effect.kind) {
      case 'numeric': {
        const name = ground(effect.fluent, effect.arguments, values)
        const shift = effect.operator === 'increase' || effect.operator === 'decrease'
        writes.set(name, shift && writes.get(name) !== 'set' ? 'shift' : 'set')
        this.#read(effect.value, values)
        return
      }
      case 'when': {
        const condition = substitute(effect.condition, values)
        const truth = this.#world.holds(condition, NO_VALUES)
        this.require(condition, truth)
        if (truth) for (const part of effect.effects) this.requireOf(part, values, writes)
        return
      }
      case 'forall':
        for (const bound of this.#world.bindings(effect.variables, values)) {
          for (const part of effect.effects) this.requireOf(part, bound, writes)
        }
        return
      case 'add':
      case 'delete':
        return
    }
  }

  #read(expression: NumericExpression, values: Values): void {
    if (expression.kind === 'fluent') this.reads.add(ground(expression.fluent, expression.arguments, values))
    else if (expression.kind === 'arithmetic') {
      this.#read(expression.left, values)
      this.#read(expression.right, values)
    }
  }
}
