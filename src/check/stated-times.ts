/** Start and end of the steps against durations, orderings and what is held at any instant. */
import type { Plan, PlanStep } from '../domain/plan.ts'
import type { StatedAction, StatedPlanning, StateValue } from '../domain/planning.ts'
import type { Faults } from './faults.ts'
import { argumentsOf, changesOf, failing, initialState } from './stated-state.ts'

const TOLERANCE = 1e-6

/** How long a step takes and what it holds meanwhile, as recomputed. */
export interface StepUse {
  readonly duration: number
  readonly holds: readonly { readonly resource: string; readonly amount: number }[]
}

/** @param uses of the steps, in the order of the plan */
export function timeFaults(problem: StatedPlanning, plan: Plan, uses: readonly StepUse[], faults: Faults): void {
  const byId = new Map(plan.steps.map((step) => [step.id, step]))
  plan.steps.forEach((step, index) => {
    const label = `step ${index + 1}, ${[step.name, ...step.args].join(' ')}`
    const { start, end } = step as Required<PlanStep>
    if (start < -TOLERANCE) faults.add('times', ['steps', index], `${label} starts before 0`, 'start at 0 or later')
    if (Math.abs(end - start - (uses[index]?.duration ?? 0)) > TOLERANCE) {
      const message = `${label} takes ${uses[index]?.duration}, not ${end - start}`
      faults.add('times', ['steps', index], message, 'correct start or end')
    }
  })
  for (const [first, second] of plan.ordering) {
    const before = byId.get(first)
    const after = byId.get(second)
    if (before === undefined || after === undefined) {
      faults.add(
        'unknown-id',
        ['ordering'],
        `the ordering names ${before === undefined ? first : second}`,
        'name a step',
      )
    } else if ((before.end as number) > (after.start as number) + TOLERANCE) {
      const message = `${before.name} ends at ${before.end}, after ${after.name} starts at ${after.start}`
      faults.add('times', ['ordering'], message, 'keep the ordering')
    }
  }
  if (faults.none) capacityFaults(problem, plan, uses, faults)
  if (faults.none) overlapFaults(problem, plan, faults)
}

function capacityFaults(problem: StatedPlanning, plan: Plan, uses: readonly StepUse[], faults: Faults): void {
  for (const { id, type, capacity } of problem.resources) {
    if (type !== 'reusable' || capacity === null) continue
    const own = plan.steps.flatMap((step, index) =>
      (uses[index]?.holds ?? [])
        .filter((entry) => entry.resource === id)
        .map(({ amount }) => ({ amount, start: step.start as number, end: step.end as number })),
    )
    for (const { start } of own) {
      const inUse = own
        .filter((entry) => entry.start <= start + TOLERANCE && entry.end > start + TOLERANCE)
        .reduce((sum, entry) => sum + entry.amount, 0)
      if (inUse <= capacity + TOLERANCE) continue
      faults.add(
        'resource',
        ['resources', id],
        `${inUse} of ${id} are in use at ${start}; there are ${capacity}`,
        'delay a step',
      )
      break
    }
  }
}

/**
 * Steps read the state when they start and change it when they end: run like that, each must find its conditions true and
 * change what it changes when the steps follow one another.
 */
function overlapFaults(problem: StatedPlanning, plan: Plan, faults: Faults): void {
  const actions = new Map(problem.actions.map((action) => [action.id, action]))
  const sequence = initialState(problem)
  const expected = plan.steps.map((step) => {
    const action = actions.get(step.name) as StatedAction
    const changes = changesOf(action, argumentsOf(action, step), sequence)
    for (const [variable, value] of changes) sequence.set(variable, value)
    return changes
  })
  const state = initialState(problem)
  const at = (index: number): Required<PlanStep> => plan.steps[index] as Required<PlanStep>
  const running: number[] = []
  const begin = plan.steps.map((_, index) => index).toSorted((a, b) => at(a).start - at(b).start || a - b)
  for (const index of begin) {
    const step = at(index)
    const ended = running.filter((other) => at(other).end <= step.start + TOLERANCE)
    for (const other of ended.toSorted((a, b) => at(a).end - at(b).end || a - b)) {
      for (const [variable, value] of expected[other] as Map<string, StateValue>) state.set(variable, value)
      running.splice(running.indexOf(other), 1)
    }
    const action = actions.get(step.name) as StatedAction
    const values = argumentsOf(action, step)
    const label = `step ${index + 1}, ${[step.name, ...step.args].join(' ')}, at ${step.start}`
    const reason = action.when.map((condition) => failing(condition, state, values)).find((found) => found !== null)
    const changes = changesOf(action, values, state)
    const other = [...(expected[index] as Map<string, StateValue>)].find(([name, value]) => changes.get(name) !== value)
    if (reason !== undefined || other !== undefined) {
      const why = reason ?? `it would make ${other?.[0]} ${changes.get(other?.[0] as string)}, not ${other?.[1]}`
      faults.add('times', ['steps', index], `${label}: ${why}`, 'start it later')
      return
    }
    running.push(index)
  }
}
