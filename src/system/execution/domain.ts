/**
 * Carrying out plans of domains written in TypeScript: what actions do and depend on, planning from the state at hand, and
 * repair in the decomposition tree.
 */

import type { DecompositionSystem } from '../../domain/decomposition.ts'
import type { ObservedState } from '../../domain/execution.ts'
import type { PlanStep } from '../../domain/plan.ts'
import { readArgument } from '../../domain/planning.ts'
import type { ExecutionTask } from '../../execution/engine.ts'
import type { ExecutionModel, PlanAnswer, PlanRequest, PlanSource, Prediction } from '../../execution/model.ts'
import { RefinementTree } from '../../execution/refinement/tree.ts'
import { SimulatedWorld, type SimulationOptions } from '../../execution/simulator.ts'
import { domainSystem } from '../../htn/domain-system.ts'
import {
  type DomainProblem,
  type DomainState,
  own,
  type PlanningDomain,
  type StateValue,
  type TaskReference,
} from '../../htn/domain-types.ts'
import { planDomain } from '../../htn/plan-domain.ts'
import { keepIds, withFreshIds } from './plan-ids.ts'
import { unfinishedTasks } from './unfinished.ts'

/** Actions and goals of a domain as an execution model; every variable that an action looks at counts as read. */
export class DomainModel implements ExecutionModel {
  readonly goalReads: readonly string[]
  readonly #domain: PlanningDomain
  readonly #problem: DomainProblem
  readonly #system: ReturnType<typeof domainSystem>

  constructor(domain: PlanningDomain, problem: DomainProblem) {
    this.#domain = domain
    this.#problem = problem
    this.#system = domainSystem(domain, problem)
    const asked = new Set<string>()
    for (const [variable] of problem.goal ?? []) if (typeof variable === 'string') asked.add(variable)
    for (const task of problem.tasks) if ('goal' in task) for (const name of Object.keys(task.goal)) asked.add(name)
    this.goalReads = [...asked]
  }

  predict(step: PlanStep, state: ObservedState): Prediction {
    const reads = this.#looked(step, state)
    if (own(this.#domain.definition.actions, step.name) === undefined)
      return { status: 'refused', reason: `there is no action ${step.name}`, reads }
    const outcome = this.#system.execute(referenceOf(step.name, step.args), state as DomainState)
    if ('reason' in outcome) return { status: 'refused', reason: outcome.reason, reads }
    const { cost, duration, resources } = outcome
    return { status: 'applies', state: outcome.state, cost, duration, resources, reads }
  }

  missing(state: ObservedState): string | null {
    const refusal = this.#system.goal(state as DomainState)
    if (refusal !== null) return refusal.reason
    for (const task of this.#problem.tasks) {
      if (!('goal' in task)) continue
      const open = Object.entries(task.goal).find(([name, value]) => state[name] !== value)
      if (open !== undefined) return `${open[0]} is ${state[open[0]]}, not ${open[1]}`
    }
    return null
  }

  /** Variables that conditions, effects, cost, duration and amounts of an action look at. */
  #looked(step: PlanStep, state: ObservedState): string[] {
    const action = own(this.#domain.definition.actions, step.name)
    if (action === undefined) return []
    const reads = new Set<string>()
    const spy = new Proxy(state as DomainState, {
      get(target, name) {
        if (typeof name === 'string') reads.add(name)
        return Reflect.get(target, name) as unknown
      },
    })
    const args = step.args.map(readArgument)
    const ask = (value: unknown): void => {
      if (typeof value === 'function')
        (value as (state: DomainState, ...args: readonly StateValue[]) => unknown)(spy, ...args)
    }
    for (const [variable, , value] of action.when ?? []) {
      reads.add(typeof variable === 'function' ? variable(spy, ...args) : variable)
      ask(value)
    }
    if (typeof action.effects === 'function') ask(action.effects)
    else for (const value of Object.values(action.effects)) ask(value)
    ask(action.cost)
    ask(action.duration)
    for (const amounts of [action.uses, action.requires, action.produces])
      for (const [resource, amount] of Object.entries(amounts ?? {})) {
        if (amounts !== action.uses) reads.add(resource)
        ask(amount)
      }
    return [...reads]
  }
}

function referenceOf(name: string, args: readonly string[]): TaskReference {
  if (name !== 'goal') return [name, ...args.map(readArgument)]
  const wanted = args.map((text) => {
    const cut = text.indexOf('=')
    return [text.slice(0, cut), readArgument(text.slice(cut + 1))] as const
  })
  return { goal: Object.fromEntries(wanted) }
}

/**
 * Full: the cheapest plan for the tasks that are not finished, one after the other, and where there is none for all of them.
 * Repair: in the decomposition tree of the plan in force; an action is not planned again
 * in a state in which it has failed. Answers follow from the request alone.
 */
export class DomainSource implements PlanSource {
  readonly #domain: PlanningDomain
  readonly #problem: DomainProblem

  constructor(domain: PlanningDomain, problem: DomainProblem) {
    this.#domain = domain
    this.#problem = problem
  }

  full(request: PlanRequest): PlanAnswer {
    const state = request.settled as DomainState
    const options = request.signal === undefined ? {} : { signal: request.signal }
    const all = { ...this.#problem, state }
    const left = unfinishedTasks(request.plan, request.remaining)?.map(({ name, args }) => referenceOf(name, args))
    const { ordering: _, ...whole } = all
    // What is finished is not done again, unless something has undone it.
    const problems = left === undefined || left.length === 0 ? [all] : [{ ...whole, tasks: left, ordered: true }, all]
    let answer: PlanAnswer = { status: 'none', reason: 'nothing is left', proved: false }
    for (const problem of problems) {
      const result = planDomain(this.#domain, problem, options)
      if (result.status === 'unsolvable') answer = { status: 'none', reason: result.text, proved: true }
      else if (result.status === 'unknown') answer = { status: 'none', reason: `limit ${result.limit}`, proved: false }
      else {
        const plan = withFreshIds(result.plan, request.plan)
        const what = problem === all ? 'plan from here' : 'plan for the unfinished tasks in their order'
        return { status: 'planned', plan, costToGo: result.cost, reason: `cheapest ${what}, proved` }
      }
    }
    return answer
  }

  repair(request: PlanRequest): PlanAnswer {
    const state = request.settled as DomainState
    const system = avoiding(domainSystem(this.#domain, this.#problem), request.failures)
    const tree = new RefinementTree<DomainState, TaskReference>(
      system,
      request.signal === undefined ? {} : { signal: request.signal },
    )
    if (!tree.adopt(request.plan, referenceOf))
      return { status: 'none', reason: 'the plan has no decomposition tree', proved: false }
    while (tree.remaining.length > request.remaining.length) tree.advance()
    const outcome = tree.repair(state)
    if (outcome.status === 'failed') return { status: 'none', reason: outcome.reason, proved: false }
    const plan = keepIds(withFreshIds(tree.toPlan(state), request.plan), request.remaining)
    const redone = outcome.status === 'repaired' ? `refined anew: ${outcome.redone.join(', ')}` : 'the rest still works'
    return { status: 'planned', plan, costToGo: plan.cost, reason: redone }
  }
}

/** The system without actions in the states they failed in. */
function avoiding(
  system: DecompositionSystem<DomainState, TaskReference>,
  failures: PlanRequest['failures'],
): DecompositionSystem<DomainState, TaskReference> {
  if (failures.length === 0) return system
  const failed = new Set(
    failures.map(({ step, state }) => {
      const task = referenceOf(step.name, step.args)
      return `${system.taskKey(task)} ${system.stateKey(state as DomainState)}`
    }),
  )
  return {
    initialState: system.initialState,
    initialTasks: system.initialTasks,
    initialOrdered: system.initialOrdered,
    isAction: (task) => system.isAction(task),
    refine: (task, state) => system.refine(task, state),
    execute: (task, state) => {
      if (!failed.has(`${system.taskKey(task)} ${system.stateKey(state)}`)) return system.execute(task, state)
      return { name: system.describe(task).name, reason: 'it has failed in this state' }
    },
    goal: (state) => system.goal(state),
    bound: (task) => system.bound(task),
    stateKey: (state) => system.stateKey(state),
    taskKey: (task) => system.taskKey(task),
    describe: (task) => system.describe(task),
  }
}

/** A problem of a domain in a simulated world, ready for `executeTask`. */
export function domainTask(
  domain: PlanningDomain,
  problem: DomainProblem,
  simulation: SimulationOptions = {},
): ExecutionTask {
  const model = new DomainModel(domain, problem)
  return {
    model,
    source: new DomainSource(domain, problem),
    executor: new SimulatedWorld(model, problem.state, simulation),
    state: problem.state,
  }
}
