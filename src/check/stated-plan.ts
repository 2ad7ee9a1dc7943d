/**
 * Verifies a plan of a problem stated as data: the decomposition tree (by the same rules as for HDDL), every condition of
 * steps and methods, types and ranges of the state, stocks, costs, durations, what is held at any instant, goals with
 * their deadlines, budget. It reads the problem and the plan and nothing of the search.
 */
import type { Issue } from '../../solvers/contract/index.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import {
  type Expression,
  evaluate,
  readArgument,
  type StatedGoal,
  type StatedMethod,
  type StatedPlanning,
  type StateValue,
} from '../domain/planning.ts'
import { goalTask, networkOf, type PlanningNetwork } from '../domain/planning-network.ts'
import { Faults } from './faults.ts'
import type { Refinement } from './htn-refinement.ts'
import { TreeCheck } from './htn-tree.ts'
import { apply, argumentsOf, failing, initialState, NO_ARGUMENTS, type State } from './stated-state.ts'
import { type StepUse, timeFaults } from './stated-times.ts'
import { treeProblem } from './stated-tree.ts'
import { World } from './world.ts'

export interface StatedReport {
  readonly valid: boolean
  readonly issues: readonly Issue[]
  /** As recomputed; NaN when the plan is not valid. */
  readonly cost: number
  /** Soft goals the plan pursues. */
  readonly reached: readonly string[]
}

/** Judges a plan; never throws on a bad plan, every fault is an issue. */
export function verifyStatedPlan(problem: StatedPlanning, plan: Plan): StatedReport {
  const faults = new Faults()
  const pursued = pursuedBy(problem, plan)
  const network = networkOf(problem, new Set(pursued))
  const stand = treeProblem(problem, network)
  const refinements = new TreeCheck(stand, plan, new World(stand), faults).run()
  const cost = faults.none ? new Replay(problem, network, plan, faults).run(refinements) : Number.NaN
  return { valid: faults.none, issues: faults.issues, cost: faults.none ? cost : Number.NaN, reached: pursued }
}

/** The refinements of a valid plan, each with where its condition was found true; null when the plan is not valid. */
export function replayStatedPlan(problem: StatedPlanning, plan: Plan): readonly Refinement[] | null {
  const faults = new Faults()
  const network = networkOf(problem, new Set(pursuedBy(problem, plan)))
  const stand = treeProblem(problem, network)
  const refinements = new TreeCheck(stand, plan, new World(stand), faults).run()
  if (faults.none) new Replay(problem, network, plan, faults).run(refinements)
  return faults.none ? refinements : null
}

/** The time from which on a goal holds to the end: the last end among the steps up to the one that brought it about. */
export function goalTime(problem: StatedPlanning, plan: Plan, goal: StatedGoal): number {
  const state = initialState(problem)
  const holds = (): boolean => goal.where.every((condition) => failing(condition, state, NO_ARGUMENTS) === null)
  let since = holds() ? 0 : Number.POSITIVE_INFINITY
  let end = 0
  for (const step of plan.steps) {
    const action = problem.actions.find((candidate) => candidate.id === step.name)
    if (action === undefined) return Number.POSITIVE_INFINITY
    apply(problem, action, argumentsOf(action, step), state)
    end = Math.max(end, step.end ?? 0)
    if (!holds()) since = Number.POSITIVE_INFINITY
    else if (since === Number.POSITIVE_INFINITY) since = end
  }
  return since
}

/** Soft goals that have a task of their own in the tree. */
export function pursuedBy(problem: StatedPlanning, plan: Plan): readonly string[] {
  const roots = new Set(plan.decomposition?.roots ?? [])
  const names = (plan.decomposition?.nodes ?? []).filter((node) => roots.has(node.id)).map((node) => node.task)
  const soft = problem.goals.filter((goal) => goal.value !== null)
  return soft.flatMap((goal) =>
    names.some((name) => name === goalTask(goal.id) || name.slice(6).split(' and ').includes(goal.id)) ? [goal.id] : [],
  )
}

/** What the variables of a method may be: what task and subtasks say, and every choice for those only conditions name. */
function* choicesOf(
  method: StatedMethod,
  told: ReadonlyMap<string, string>,
): Generator<ReadonlyMap<string, StateValue>, void> {
  const open = method.parameters.filter(({ id, values }) => values !== null && !told.has(id))
  const values = new Map([...told].map(([name, text]) => [name, readArgument(text)]))
  function* choose(index: number): Generator<ReadonlyMap<string, StateValue>, void> {
    const parameter = open[index]
    if (parameter === undefined) yield values
    else
      for (const value of parameter.values ?? []) {
        values.set(parameter.id, value)
        yield* choose(index + 1)
      }
  }
  yield* choose(0)
}

class Replay {
  readonly #problem: StatedPlanning
  readonly #network: PlanningNetwork
  readonly #plan: Plan
  readonly #faults: Faults

  constructor(problem: StatedPlanning, network: PlanningNetwork, plan: Plan, faults: Faults) {
    this.#problem = problem
    this.#network = network
    this.#plan = plan
    this.#faults = faults
  }

  run(refinements: readonly Refinement[]): number {
    const { steps } = this.#plan
    const state = initialState(this.#problem)
    let pending: Refinement[] = []
    let cost = 0
    const uses: StepUse[] = []
    for (let moment = 0; moment <= steps.length && this.#faults.none; moment++) {
      pending.push(...refinements.filter((refinement) => refinement.low === moment))
      pending = pending.filter((refinement) => !this.#judged(refinement, moment, state))
      const step = steps[moment]
      if (step === undefined || !this.#faults.none) break
      const taken = this.#step(step, moment, state)
      cost += taken.cost
      uses.push(taken)
    }
    for (const condition of this.#network.final) {
      const reason = failing(condition, state, NO_ARGUMENTS)
      if (reason !== null)
        this.#add('goal', ['goals'], `the goal is not reached: ${reason} at the end`, 'extend the plan')
    }
    if (this.#faults.none) this.#limits(cost, uses, refinements)
    return cost
  }

  #add(code: string, path: readonly (string | number)[], message: string, hint: string): void {
    this.#faults.add(code, path, message, hint)
  }

  /** True when the condition of the method holds now, or when it never will any more: then that is a fault. */
  #judged(refinement: Refinement, moment: number, state: State): boolean {
    const method = this.#network.methods.find((candidate) => candidate.id === refinement.pattern.name)
    if (method === undefined) return true
    let reason: string | null = null
    for (const matching of refinement.matchings) {
      for (const values of choicesOf(method, matching.values)) {
        const foreign = method.parameters.find(
          ({ id, values: known }) => known !== null && !known.includes(values.get(id) as StateValue),
        )
        const fault =
          foreign === undefined
            ? (method.when.map((condition) => failing(condition, state, values)).find((found) => found !== null) ??
              null)
            : `${foreign.id} is ${values.get(foreign.id)}, not one of its values`
        if (fault === null) {
          const texts = new Map([...values].map(([name, value]) => [name, String(value)]))
          refinement.judged = { moment, matching, values: texts }
          return true
        }
        reason ??= fault
      }
    }
    if (moment < refinement.high) return false
    this.#add('method-precondition', [refinement.id], `${method.id} is not applicable: ${reason}`, 'use another method')
    return true
  }

  #step(step: PlanStep, moment: number, state: State): StepUse & { readonly cost: number } {
    const label = `step ${moment + 1}, ${[step.name, ...step.args].join(' ')}`
    const path = ['steps', moment]
    const nothing = { cost: 0, duration: 0, holds: [] }
    const action = this.#problem.actions.find((candidate) => candidate.id === step.name)
    if (action === undefined || action.parameters.length !== step.args.length) {
      this.#add('unknown-action', path, `${label}: there is no such action`, 'use an action of the problem')
      return nothing
    }
    const values = argumentsOf(action, step)
    const foreign = action.parameters.find(
      ({ id, values: known }) => known !== null && !known.includes(values.get(id) as StateValue),
    )
    if (foreign !== undefined) {
      this.#add(
        'type',
        path,
        `${label}: ${foreign.id} cannot be ${values.get(foreign.id)}`,
        `use ${foreign.values?.join(', ')}`,
      )
      return nothing
    }
    for (const condition of action.when) {
      const reason = failing(condition, state, values)
      if (reason !== null) {
        this.#add('precondition', path, `${label} is not applicable: ${reason}`, 'establish it before')
        return nothing
      }
    }
    const number = (expression: Expression): number => evaluate(expression, (name) => state.get(name), values) as number
    const duration = number(action.duration)
    let cost = number(action.cost)
    const { resources } = this.#problem
    for (const { resource, amount } of action.requires) {
      const level = state.get(resource) as number
      if (level < number(amount)) {
        this.#add('resource', path, `${label}: ${resource} ${level} < ${number(amount)}`, 'give to the stock before')
        return nothing
      }
      cost += (resources.find(({ id }) => id === resource)?.costPerUnit ?? 0) * number(amount)
    }
    const holds = action.uses.map(({ resource, amount }) => ({ resource, amount: number(amount) }))
    for (const { resource, amount } of holds)
      cost += (resources.find(({ id }) => id === resource)?.costPerTime ?? 0) * amount * duration
    const fault = apply(this.#problem, action, values, state)
    if (fault !== null) this.#add('range', path, `${label}: ${fault}`, 'keep the state in its range')
    if (!(cost >= 0) || !(duration >= 0))
      this.#add(
        'range',
        path,
        `${label}: cost ${cost} and duration ${duration} are not numbers >= 0`,
        'correct the action',
      )
    if (step.cost !== undefined && Math.abs(step.cost - cost) > 1e-6)
      this.#add('cost', path, `${label} costs ${cost}, not ${step.cost}`, 'correct the cost')
    return { cost, duration, holds }
  }

  #limits(cost: number, uses: readonly StepUse[], refinements: readonly Refinement[]): void {
    const { budget, deadline } = this.#problem
    const plan = this.#plan
    if (Math.abs(plan.cost - cost) > 1e-6)
      this.#add('cost', ['cost'], `the plan costs ${cost}, not ${plan.cost}`, 'correct the cost')
    if (budget !== null && cost > budget + 1e-6)
      this.#add('budget', ['cost'], `the plan costs ${cost}, more than the budget ${budget}`, 'spend less')
    const goals = this.#network.goals.filter((goal) => goal.deadline !== null)
    const timed = plan.steps.every((step) => step.start !== undefined && step.end !== undefined)
    if (!timed) {
      if (deadline !== null || goals.length > 0)
        this.#add(
          'times',
          ['steps'],
          'there are deadlines, but the steps have no times',
          'give start and end of every step',
        )
      return
    }
    timeFaults(this.#problem, plan, uses, this.#faults)
    if (this.#faults.none) this.#orderInTime(refinements)
    const makespan = Math.max(0, ...plan.steps.map((step) => step.end as number))
    if (deadline !== null && makespan > deadline + 1e-6)
      this.#add('deadline', ['makespan'], `the plan ends at ${makespan}, after the deadline ${deadline}`, 'be quicker')
    for (const goal of goals) {
      const time = goalTime(this.#problem, plan, goal)
      if (time > (goal.deadline as number) + 1e-6)
        this.#add('deadline', ['goals'], `${goal.id} is reached at ${time}, after ${goal.deadline}`, 'reach it earlier')
    }
  }

  /** What a method orders does not overlap; a goal and the action chosen for it are no such thing. */
  #orderInTime(refinements: readonly Refinement[]): void {
    const spans = new Map<number, { start: number; end: number }>()
    for (const step of this.#plan.steps) spans.set(step.id, { start: step.start as number, end: step.end as number })
    for (const { id, children } of refinements.toReversed()) {
      const inside = children.flatMap((child) => spans.get(child) ?? [])
      if (inside.length === 0) continue
      spans.set(id, {
        start: Math.min(...inside.map(({ start }) => start)),
        end: Math.max(...inside.map(({ end }) => end)),
      })
    }
    const loose = new Set(this.#network.methods.filter(({ looseEnd }) => looseEnd === true).map(({ id }) => id))
    for (const { pattern, children, matchings } of refinements) {
      const last = loose.has(pattern.name) ? pattern.network.subtasks.length - 1 : -1
      for (const [first, second] of pattern.network.ordering) {
        if (second === last) continue
        const before = spans.get(children[matchings[0]?.children[first] as number] as number)
        const after = spans.get(children[matchings[0]?.children[second] as number] as number)
        if (before === undefined || after === undefined || before.end <= after.start + 1e-6) continue
        const message = `${pattern.name || 'the problem'} orders parts that overlap: one ends at ${before.end}, the next starts at ${after.start}`
        this.#add('times', ['steps'], message, 'keep the order of the method')
      }
    }
  }
}
