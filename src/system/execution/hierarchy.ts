/**
 * Carrying out plans of hierarchical problems in HDDL, and of classical ones: repair in the decomposition tree, planning what
 * is left anew.
 *
 * Full: what is left is planned anew from the state at hand: of methods that were begun the subtasks that are not finished,
 * and where that has no plan, the unfinished initial tasks from their beginning. Tasks follow each other as in the plan,
 * which leaves out plans that interleave them. Repair: in the tree, where finished
 * parts stay; a plan whose tasks interleave has no order along its tree and is not repaired. An action that failed is not
 * tried again in the state in which it failed, for as long as that is the state at hand.
 */
import type { DecompositionSystem } from '../../domain/decomposition.ts'
import type { ObservedState } from '../../domain/execution.ts'
import type { HtnProblem } from '../../domain/htn.ts'
import type { Decomposition, Plan, PlanStep } from '../../domain/plan.ts'
import { continuationOf } from '../../execution/continuation.ts'
import type { ExecutionTask } from '../../execution/engine.ts'
import type { PlanAnswer, PlanRequest, PlanSource } from '../../execution/model.ts'
import { RefinementTree } from '../../execution/refinement/tree.ts'
import { SimulatedWorld, type SimulationOptions } from '../../execution/simulator.ts'
import { ROOT_NAME } from '../../htn/lifted/schemas.ts'
import { liftedDecomposition } from '../../htn/lifted-decomposition.ts'
import { type HtnPlanOptions, planHtn } from '../../htn/plan.ts'
import { HierarchyModel } from './hierarchy-model.ts'
import { keepIds, withFreshIds } from './plan-ids.ts'
import { unfinishedParts, unfinishedTasks } from './unfinished.ts'

/** Answers follow from the request alone. */
export class HierarchySource implements PlanSource {
  readonly #problem: HtnProblem
  readonly #model: HierarchyModel
  readonly #options: HtnPlanOptions

  constructor(problem: HtnProblem, model: HierarchyModel, options: HtnPlanOptions = {}) {
    this.#problem = problem
    this.#model = model
    this.#options = options
  }

  full(request: PlanRequest): PlanAnswer {
    const { plan, remaining, settled, signal } = request
    const tree = plan.decomposition !== null && this.#problem.network !== null
    const problems = tree ? [this.#left(plan, remaining, true), this.#left(plan, remaining, false)] : [this.#problem]
    let answer: PlanAnswer = { status: 'none', reason: 'nothing is left', proved: false }
    for (const [index, problem] of problems.entries()) {
      const stated = inState(problem, settled)
      const result = planHtn(stated, { ...this.#options, ...(signal === undefined ? {} : { signal }) })
      if ('plan' in result) {
        const found = oneAfterTheOther(withFreshIds(this.#priced(result.plan, settled), plan))
        const proved = result.status === 'feasible' ? 'a plan' : 'the cheapest plan, proved,'
        const of = !tree
          ? 'from here'
          : index === 0
            ? 'of what is left'
            : 'of the unfinished tasks from their beginning'
        return { status: 'planned', plan: found, costToGo: found.cost, reason: `${proved} ${of}` }
      }
      // Other methods for what was begun are left to repair: nothing is proved of them here.
      answer =
        result.status === 'unsolvable'
          ? { status: 'none', reason: result.reason, proved: !tree }
          : { status: 'none', reason: `limit ${result.limit}`, proved: false }
    }
    return answer
  }

  repair(request: PlanRequest): PlanAnswer {
    const { plan, remaining, settled, signal, failures } = request
    const none = (reason: string): PlanAnswer => ({ status: 'none', reason, proved: false })
    if (plan.decomposition === null) return none('the plan has no decomposition tree')
    const lifted = liftedDecomposition(inState(this.#problem, settled))
    const here = canonical(settled)
    const failed = new Set(
      failures.flatMap(({ step, state }) => (canonical(state) === here ? [lifted.taskOf(step.name, step.args)] : [])),
    )
    const tree = new RefinementTree<number, number>(
      withoutFailed(lifted, failed),
      signal === undefined ? {} : { signal },
    )
    const known = (name: string, args: readonly string[]): number => lifted.taskOf(name, args) as number
    if (!tree.adopt(plan, known)) return none('the plan has no decomposition tree')
    while (tree.remaining.length > remaining.length) tree.advance()
    if (tree.remaining.some((task, i) => task !== known(remaining[i]?.name ?? '', remaining[i]?.args ?? [])))
      return none('the tasks of the plan interleave')
    const outcome = tree.repair(lifted.initialState)
    if (outcome.status === 'failed') return none(outcome.reason)
    const mended = withoutRoot(tree.toPlan(lifted.initialState))
    const priced = keepIds(withFreshIds(this.#priced(mended, settled), plan), remaining)
    const redone = outcome.status === 'repaired' ? `refined anew: ${outcome.redone.join(', ')}` : 'the rest still works'
    return { status: 'planned', plan: oneAfterTheOther(priced), costToGo: priced.cost, reason: redone }
  }

  /** Steps of a hierarchy are not skipped; a classical plan may go on from a later step. */
  continuation(request: PlanRequest): PlanAnswer {
    if (this.#problem.network === null) return continuationOf(this.#model, request)
    const answer = continuationOf(this.#model, { ...request, remaining: [...request.remaining] })
    if (answer.status === 'planned' && answer.plan.steps.length === request.remaining.length) return answer
    return { status: 'none', reason: 'steps of a hierarchy are not skipped', proved: false }
  }

  /**
   * The problem of what is not finished.
   * @param within of methods that were begun only their unfinished subtasks; else whole initial tasks
   */
  #left(plan: Plan, remaining: readonly PlanStep[], within: boolean): HtnProblem {
    const sizes = new Map(this.#problem.domain.methods.map(({ name, network }) => [name, network.subtasks.length]))
    const left = within ? unfinishedParts(plan, remaining, sizes) : unfinishedTasks(plan, remaining)
    const subtasks = (left ?? []).map(({ name, args }, index) => ({ id: `task${index}`, task: name, arguments: args }))
    const ordering = subtasks.slice(1).map((_, index) => [index, index + 1] as const)
    const network = { subtasks, ordering, constraints: { kind: 'and', parts: [] } as const }
    return { ...this.#problem, network, networkParameters: [] }
  }

  /** The plan with the cost of each step. */
  #priced(plan: Plan, from: ObservedState): Plan {
    let state = from
    let cost = 0
    const steps = plan.steps.map((step) => {
      const prediction = this.#model.predict(step, state)
      if (prediction.status === 'refused') return step
      state = prediction.state
      cost += prediction.cost
      return { ...step, cost: prediction.cost }
    })
    return { ...plan, steps, cost }
  }
}

/** The problem with another initial state. */
function inState(problem: HtnProblem, state: ObservedState): HtnProblem {
  const facts: HtnProblem['facts'][number][] = []
  const values = problem.values.filter((value) => state[[value.fluent, ...value.arguments].join(' ')] === undefined)
  for (const [name, value] of Object.entries(state)) {
    const [head = '', ...args] = name.split(' ')
    if (value === true) facts.push({ predicate: head, arguments: args })
    else if (typeof value === 'number') values.push({ fluent: head, arguments: args, value })
  }
  return { ...problem, facts, values }
}

/** Equal for equal states, whether what is false is said or not. */
function canonical(state: ObservedState): string {
  return JSON.stringify(
    Object.entries(state)
      .filter(([, value]) => value !== false && value !== undefined)
      .sort(),
  )
}

/** The system without the actions that failed in the state at hand. */
function withoutFailed(
  system: DecompositionSystem<number, number>,
  failed: ReadonlySet<number | null>,
): DecompositionSystem<number, number> {
  if (failed.size === 0) return system
  return {
    initialState: system.initialState,
    initialTasks: system.initialTasks,
    initialOrdered: system.initialOrdered,
    isAction: (task) => system.isAction(task),
    refine: (task, state) => system.refine(task, state),
    execute: (task, state) =>
      state === system.initialState && failed.has(task)
        ? { name: system.describe(task).name, reason: 'it has failed in this state' }
        : system.execute(task, state),
    goal: (state) => system.goal(state),
    bound: (task) => system.bound(task),
    stateKey: (state) => system.stateKey(state),
    taskKey: (task) => system.taskKey(task),
    describe: (task) => system.describe(task),
  }
}

/** Without nodes of the initial network, which is no task of the problem. */
function withoutRoot(plan: Plan): Plan {
  const decomposition = plan.decomposition as Decomposition
  const networks = new Map(
    decomposition.nodes.filter((node) => node.task === ROOT_NAME).map((node) => [node.id, node.subtasks]),
  )
  const roots = decomposition.roots.flatMap((id) => networks.get(id) ?? [id])
  return { ...plan, decomposition: { roots, nodes: decomposition.nodes.filter((node) => !networks.has(node.id)) } }
}

function oneAfterTheOther(plan: Plan): Plan {
  const ordering = plan.steps.slice(1).map((step, index) => [(plan.steps[index] as PlanStep).id, step.id] as const)
  return { ...plan, ordering, links: [] }
}

/** A problem in HDDL or PDDL in a simulated world, ready for `executeTask`. The first plan is made when it begins. */
export function hierarchyTask(
  problem: HtnProblem,
  simulation: SimulationOptions = {},
  options: HtnPlanOptions = {},
): ExecutionTask {
  const model = new HierarchyModel(problem)
  return {
    model,
    source: new HierarchySource(problem, model, options),
    executor: new SimulatedWorld(model, model.initial, simulation),
    state: model.initial,
  }
}
