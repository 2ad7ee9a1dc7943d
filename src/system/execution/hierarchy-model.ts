/**
 * Actions and goal of a problem in HDDL or PDDL as an execution model. State variables are facts, written as in the problem
 * without the parentheses (`at truck-0 city-loc-1`), true or false, and numbers. A fact that is not in a state is false.
 * Numbers that only count cost are no state variables.
 *
 * The interpreter is that of the plan checkers, which has nothing in common with the search. An action takes one unit of
 * time. A prediction takes time linear in the number of facts.
 */
import { ground, type Values, World } from '../../check/world.ts'
import type { ObservedState } from '../../domain/execution.ts'
import { type Effect, type Formula, formatFormula, type NumericExpression, substitute } from '../../domain/formula.ts'
import type { Action, HtnProblem } from '../../domain/htn.ts'
import type { PlanStep } from '../../domain/plan.ts'
import type { ExecutionModel, Prediction } from '../../execution/model.ts'

const NO_VALUES: Values = new Map()

export class HierarchyModel implements ExecutionModel {
  readonly goalReads: readonly string[]
  /** The state in which the problem begins. */
  readonly initial: ObservedState
  readonly #problem: HtnProblem
  readonly #world: World
  readonly #actions: ReadonlyMap<string, Action>
  /** Numbers that only count cost, at their initial values. */
  readonly #costs = new Map<string, number>()

  constructor(problem: HtnProblem) {
    this.#problem = problem
    const world = new World(problem)
    this.#world = world
    this.#actions = new Map(problem.domain.actions.map((action) => [action.name, action]))
    const counting = costFluents(problem)
    const initial: Record<string, boolean | number> = {}
    for (const fact of world.facts) initial[fact] = true
    for (const [name, value] of world.numbers) {
      if (counting.has(name.split(' ')[0] as string)) this.#costs.set(name, value)
      else initial[name] = value
    }
    this.initial = initial
    const reads = new Set<string>()
    if (problem.goal !== null) this.#readsOf(problem.goal, NO_VALUES, reads)
    this.goalReads = [...reads]
  }

  predict(step: PlanStep, state: ObservedState): Prediction {
    const action = this.#actions.get(step.name)
    if (action === undefined) return { status: 'refused', reason: `there is no action ${step.name}`, reads: [] }
    const world = this.#world
    this.#enter(state)
    const values = new Map(action.parameters.map((parameter, i) => [parameter.name, step.args[i] as string]))
    const reads = new Set<string>()
    this.#readsOf(action.precondition, values, reads)
    for (const effect of action.effects) this.#readsOfEffect(effect, values, reads)
    if (!world.holds(action.precondition, values)) {
      const part = substitute(world.failing(action.precondition, values), values)
      return { status: 'refused', reason: `${formatFormula(part)} does not hold`, reads: [...reads] }
    }
    const before = this.#cost()
    const { gained, lost } = world.apply(action.effects, values)
    const after: Record<string, ObservedState[string]> = { ...state }
    for (const fact of gained) after[fact] = true
    for (const fact of lost) after[fact] = false
    for (const [name, value] of world.numbers) if (!this.#costs.has(name)) after[name] = value
    const cost = this.#problem.metric === null ? 1 : this.#cost() - before
    return { status: 'applies', state: after, cost, duration: 1, reads: [...reads] }
  }

  missing(state: ObservedState): string | null {
    const { goal } = this.#problem
    if (goal === null) return null
    this.#enter(state)
    if (this.#world.holds(goal, NO_VALUES)) return null
    return `${formatFormula(this.#world.failing(goal, NO_VALUES))} does not hold`
  }

  #cost(): number {
    const { metric } = this.#problem
    return metric === null ? 0 : this.#world.number(metric, NO_VALUES)
  }

  #enter(state: ObservedState): void {
    const { facts, numbers } = this.#world
    facts.clear()
    numbers.clear()
    for (const [name, value] of this.#costs) numbers.set(name, value)
    for (const [name, value] of Object.entries(state)) {
      if (value === true) facts.add(name)
      else if (typeof value === 'number') numbers.set(name, value)
    }
  }

  #readsOf(formula: Formula, values: Values, into: Set<string>): void {
    switch (formula.kind) {
      case 'and':
      case 'or':
        for (const part of formula.parts) this.#readsOf(part, values, into)
        return
      case 'not':
        this.#readsOf(formula.inner, values, into)
        return
      case 'atom':
        into.add(ground(formula.predicate, formula.arguments, values))
        return
      case 'forall':
      case 'exists':
        for (const inner of this.#world.bindings(formula.variables, values)) this.#readsOf(formula.inner, inner, into)
        return
      case 'compare':
        this.#readsOfNumber(formula.left, values, into)
        this.#readsOfNumber(formula.right, values, into)
        return
      case 'equal':
      case 'type':
        return
    }
  }

  #readsOfNumber(expression: NumericExpression, values: Values, into: Set<string>): void {
    if (expression.kind === 'arithmetic') {
      this.#readsOfNumber(expression.left, values, into)
      this.#readsOfNumber(expression.right, values, into)
    } else if (expression.kind === 'fluent') {
      const name = ground(expression.fluent, expression.arguments, values)
      if (!this.#costs.has(name)) into.add(name)
    }
  }

  /** What an effect looks at: its condition and the numbers in its value. */
  #readsOfEffect(effect: Effect, values: Values, into: Set<string>): void {
    if (effect.kind === 'numeric') this.#readsOfNumber(effect.value, values, into)
    else if (effect.kind === 'when') {
      this.#readsOf(effect.condition, values, into)
      for (const part of effect.effects) this.#readsOfEffect(part, values, into)
    } else if (effect.kind === 'forall')
      for (const inner of this.#world.bindings(effect.variables, values))
        for (const part of effect.effects) this.#readsOfEffect(part, inner, into)
  }
}

/** Fluents of the metric that no condition looks at and that change no other number. */
function costFluents({ metric, domain, goal }: HtnProblem): ReadonlySet<string> {
  const counted = new Set<string>()
  if (metric !== null) fluentsOf(metric, counted)
  const looked = new Set<string>()
  const effect = (one: Effect): void => {
    if (one.kind === 'numeric') {
      const own = new Set<string>()
      fluentsOf(one.value, own)
      for (const name of own) looked.add(name)
    } else if (one.kind === 'when') {
      fluentsIn(one.condition, looked)
      one.effects.forEach(effect)
    } else if (one.kind === 'forall') one.effects.forEach(effect)
  }
  for (const action of domain.actions) {
    fluentsIn(action.precondition, looked)
    action.effects.forEach(effect)
  }
  for (const method of domain.methods) fluentsIn(method.precondition, looked)
  if (goal !== null) fluentsIn(goal, looked)
  return new Set([...counted].filter((name) => !looked.has(name)))
}

function fluentsIn(formula: Formula, into: Set<string>): void {
  if (formula.kind === 'and' || formula.kind === 'or') for (const part of formula.parts) fluentsIn(part, into)
  else if (formula.kind === 'not' || formula.kind === 'forall' || formula.kind === 'exists')
    fluentsIn(formula.inner, into)
  else if (formula.kind === 'compare') {
    fluentsOf(formula.left, into)
    fluentsOf(formula.right, into)
  }
}

function fluentsOf(expression: NumericExpression, into: Set<string>): void {
  if (expression.kind === 'fluent') into.add(expression.fluent)
  else if (expression.kind === 'arithmetic') {
    fluentsOf(expression.left, into)
    fluentsOf(expression.right, into)
  }
}
