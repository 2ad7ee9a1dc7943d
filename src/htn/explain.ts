/**
 * Why there is no plan, and what another choice would have cost.
 *
 * Reasons are trees: a task, the method that was chosen, the methods that were refused with the condition that failed
 * first, and the reasons of the subtasks. A contrastive question ("why not method m?") is answered by forcing the
 * choice, planning again and comparing (Fox, Long and Magazzeni 2017).
 */
import type { Plan } from '../domain/plan.ts'
import { type CandidateOptions, cheapest } from './candidates.ts'
import type { DecompositionSystem } from './decomposition.ts'
import type { Reason } from './reasons.ts'

export { explainPlan } from './plan-reasons.ts'
export { formatReason, type Reason } from './reasons.ts'

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
