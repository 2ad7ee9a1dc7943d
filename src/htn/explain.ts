/**
 * Why a plan is as it is, why there is none, and what another choice would have cost.
 *
 * Reasons are trees: a task, the method that was chosen, the methods that were refused with the condition that failed
 * first, and the reasons of the subtasks. A contrastive question ("why not method m?") is answered by forcing the
 * choice, planning again and comparing (Fox, Long and Magazzeni 2017).
 */
import type { Plan } from '../domain/plan.ts'
import { type CandidateOptions, cheapest } from './candidates.ts'
import type { Alternative, DecompositionSystem } from './decomposition.ts'
import type { Reason } from './reasons.ts'

export { formatReason, type Reason } from './reasons.ts'

/** The reasons behind a plan of the system, one tree for each initial task. */
export function explainPlan<State, Task>(system: DecompositionSystem<State, Task>, plan: Plan): readonly Reason[] {
  const nodes = new Map(plan.decomposition?.nodes.map((node) => [node.id, node]))
  const labels = new Map<number, string>()
  for (const step of plan.steps) labels.set(step.id, `${step.name}(${step.args.join(', ')})`)
  for (const node of nodes.values()) labels.set(node.id, `${node.task}(${node.args.join(', ')})`)
  const stepIds = new Map(plan.steps.map((step, index) => [step.id, index]))
  // States before every step, by replaying the plan; tasks of steps and nodes by walking the tree in step.
  let state = system.initialState
  const explain = (id: number, task: Task): Reason => {
    const label = labelOf(system, task)
    const node = nodes.get(id)
    if (node === undefined) {
      const transition = system.execute(task, state)
      if (!('reason' in transition)) state = transition.state
      return { task: label, refused: [], passedOver: [], parts: [] }
    }
    const { alternatives, refusals } = system.refine(task, state)
    const wanted = node.subtasks.map((child) => labels.get(child))
    const chosen = alternatives.find(
      (alternative) =>
        alternative.method === node.method &&
        alternative.subtasks.length === wanted.length &&
        alternative.subtasks.every((subtask, index) => labelOf(system, subtask) === wanted[index]),
    )
    const passedOver = [...new Set(alternatives.map((other) => other.method))].filter((name) => name !== node.method)
    const starts = node.subtasks.map((child) => firstStep(child, nodes, stepIds))
    const parts: Reason[] = []
    for (const index of chosen === undefined ? [] : executionOrder(chosen, starts)) {
      parts.push(explain(node.subtasks[index] as number, chosen?.subtasks[index] as Task))
    }
    return { task: label, chosen: node.method, refused: refusals, passedOver, parts }
  }
  return (plan.decomposition?.roots ?? []).map((id, index) => explain(id, system.initialTasks[index] as Task))
}

function labelOf<State, Task>(system: DecompositionSystem<State, Task>, task: Task): string {
  const { name, args } = system.describe(task)
  return `${name}(${args.join(', ')})`
}

/** Subtasks in the order of execution; those without a step as early as the method's ordering allows. */
function executionOrder<Task>(alternative: Alternative<Task>, starts: readonly number[]): readonly number[] {
  const { ordering, ordered, subtasks } = alternative
  const pairs = ordering ?? (ordered ? subtasks.slice(1).map((_, index): [number, number] => [index, index + 1]) : [])
  const waiting = new Map(subtasks.map((_, index) => [index, new Set<number>()]))
  for (const [first, second] of pairs) waiting.get(second)?.add(first)
  const result: number[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.keys()].filter((index) => (waiting.get(index) as Set<number>).size === 0)
    const next = ready.toSorted((a, b) => (starts[a] as number) - (starts[b] as number) || a - b)[0]
    if (next === undefined) break
    waiting.delete(next)
    for (const before of waiting.values()) before.delete(next)
    result.push(next)
  }
  return result
}

/** Place of the first step below; -1 when there is none. */
function firstStep(
  id: number,
  nodes: ReadonlyMap<number, { readonly subtasks: readonly number[] }>,
  steps: ReadonlyMap<number, number>,
): number {
  const own = steps.get(id)
  if (own !== undefined) return own
  const below = (nodes.get(id)?.subtasks ?? []).map((child) => firstStep(child, nodes, steps))
  const places = below.filter((place) => place >= 0)
  return places.length === 0 ? -1 : Math.min(...places)
}

/** Why the first initial task that cannot be done cannot be done: what fails first on every branch. */
export function explainRefusal<State, Task>(system: DecompositionSystem<State, Task>, depth = 8): Reason | null {
  let budget = 500
  /** The state after doing the tasks in turn, or the reason why that is impossible. */
  const attempt = (tasks: readonly Task[], state: State, left: number): { state: State } | { reason: Reason } => {
    let current = state
    for (const task of tasks) {
      const result = single(task, current, left)
      if ('reason' in result) return result
      current = result.state
    }
    return { state: current }
  }
  const single = (task: Task, state: State, left: number): { state: State } | { reason: Reason } => {
    const { name, args } = system.describe(task)
    const label = `${name}(${args.join(', ')})`
    if (system.isAction(task)) {
      const transition = system.execute(task, state)
      if (!('reason' in transition)) return { state: transition.state }
      return { reason: { task: label, refused: [transition], passedOver: [], parts: [] } }
    }
    if (left === 0 || budget-- <= 0) {
      return {
        reason: { task: label, refused: [{ name, reason: 'not looked into any further' }], passedOver: [], parts: [] },
      }
    }
    const { alternatives, refusals } = system.refine(task, state)
    const parts: Reason[] = []
    for (const alternative of alternatives) {
      const result = attempt(alternative.subtasks, state, left - 1)
      if (!('reason' in result)) return result
      parts.push({ ...result.reason, task: `${label} by ${alternative.method}: ${result.reason.task}` })
    }
    return { reason: { task: label, refused: refusals, passedOver: [], parts } }
  }
  const result = attempt(system.initialTasks, system.initialState, depth)
  if ('reason' in result) return result.reason
  const goal = system.goal(result.state)
  return goal === null ? null : { task: 'goal', refused: [goal], passedOver: [], parts: [] }
}

export type Contrast =
  /** The other choice works; `difference` is what it costs more (negative: less). */
  | {
      readonly status: 'possible'
      readonly plan: Plan
      readonly cost: number
      readonly difference: number
      readonly text: string
    }
  | { readonly status: 'impossible'; readonly reason: string; readonly text: string }
  | { readonly status: 'unknown'; readonly text: string }

/** "Why not method m for task t?" */
export function whyNot<State, Task>(
  system: DecompositionSystem<State, Task>,
  plan: Plan,
  task: string,
  method: string,
  options: CandidateOptions = {},
): Contrast {
  const result = cheapest(system, { ...options, forced: new Map([...(options.forced ?? []), [task, method]]) })
  if ('candidate' in result) return contrastWith(result.candidate.plan, true, plan, task, method)
  if (result.end.status === 'stopped')
    return {
      status: 'unknown',
      text: `no plan with ${method} for ${task} was found before the limit (${result.end.limit})`,
    }
  const reason = refusalOf(system, task, method) ?? 'every way to go on with it fails'
  return { status: 'impossible', reason, text: `${method} cannot be used for ${task}: ${reason}` }
}

/** The comparison of a plan with one in which a choice was forced. */
export function contrastWith(other: Plan, cheapestSuch: boolean, plan: Plan, task: string, method: string): Contrast {
  const difference = other.cost - plan.cost
  const words =
    difference === 0 ? 'as much' : difference > 0 ? `${round(difference)} more` : `${round(-difference)} less`
  const such = cheapestSuch ? 'the plan would cost' : 'a plan, not proved to be the cheapest such, costs'
  const text = `with ${method} for ${task} ${such} ${round(other.cost)}, ${words} than ${round(plan.cost)}`
  return { status: 'possible', plan: other, cost: other.cost, difference, text }
}

function refusalOf<State, Task>(system: DecompositionSystem<State, Task>, task: string, method: string): string | null {
  for (const initial of system.initialTasks) {
    if (system.describe(initial).name !== task) continue
    const found = system.refine(initial, system.initialState).refusals.find((refusal) => refusal.name === method)
    if (found !== undefined) return found.reason
  }
  return null
}

function round(value: number): number {
  return Math.round(value * 1e9) / 1e9
}
