/**
 * Takes needless orderings out of a plan: from the order in which it was found to a partial order every linearisation of
 * which is a plan of the same problem, with the same decomposition and the same cost.
 *
 * 1. Explanation-based order generalisation (Kambhampati and Kedar 1994): every need is tied to the earliest producer from
 *    which the fact holds on; whoever undoes the fact stays on the side of that pair on which it stood.
 * 2. Minimal deordering (Baeckstroem 1998): pairs are taken out one by one while every need stays necessarily true. That
 *    is judged by the modal truth criterion (Chapman 1987; for ground steps sound and quick): some producer comes before,
 *    and for whoever undoes the fact and is not after, some producer stands between. No further pair can be taken out of
 *    the result without making some linearisation fail that test; a smallest order is another thing, and NP-hard to find.
 *    No blocks are formed: steps stay single.
 *
 * The hierarchy keeps its own orderings: what a method orders stays ordered, and its condition holds at a moment between
 * what must precede its subtasks and the first step below it. Steps that read a number and steps that write it keep their
 * order; increases and decreases may change places. What is unordered may come in any order, which is less than being
 * done at the same time.
 *
 * Time O(n^2 e / 32) for n steps and e orderings, phase 2 O(pairs x needs x steps).
 */
import { InternalError, InvalidInputError, UnsupportedError } from '../../solvers/contract/index.ts'
import { verifyHtnPlan } from '../check/htn-plan.ts'
import type { Refinement } from '../check/htn-refinement.ts'
import type { HtnProblem } from '../domain/htn.ts'
import type { Plan } from '../domain/plan.ts'
import { planEvents } from './events.ts'
import { OrderRelaxation } from './order-relaxation.ts'

export interface DeorderOptions {
  /**
   * `hierarchy`: the result solves the hierarchical problem. `causal`: only what actions and the goal need is kept, the
   * orderings and conditions of methods are dropped; the result is executable and reaches the goal, and tells what the
   * steps need of each other. @default 'hierarchy'
   */
  readonly keep?: 'hierarchy' | 'causal'
  /** Steps up to which phase 2 runs. @default 300 */
  readonly minimalUpTo?: number
}

export interface Deordered {
  /** The plan with its new ordering, transitively reduced; steps stand in the order of execution they had. */
  readonly plan: Plan
  /** `minimal`: no pair can be taken out any more. `generalised`: the plan was too long for phase 2. */
  readonly order: 'minimal' | 'generalised'
  /** Pairs of steps that are ordered, directly or through others, before and after. */
  readonly pairsBefore: number
  readonly pairsAfter: number
}

/** Steps above which even the first phase takes too much memory. */
const MOST_STEPS = 6000

/**
 * @throws InvalidInputError when the plan is not valid
 * @throws UnsupportedError for plans of more than 6,000 steps
 */
export function deorder(problem: HtnProblem, plan: Plan, options: DeorderOptions = {}): Deordered {
  const count = plan.steps.length
  if (count > MOST_STEPS) {
    throw new UnsupportedError('deorder', `the plan has ${count} steps, and orders are kept as ${count}^2 bits`, {
      hint: `deorder plans of at most ${MOST_STEPS} steps`,
    })
  }
  const found = planEvents(problem, plan)
  if (found === null) {
    const issues = verifyHtnPlan(problem, plan).issues
    throw new InvalidInputError(issues)
  }
  const keep = options.keep ?? 'hierarchy'
  const events = keep === 'causal' ? found.events.filter((event) => event.kind !== 'method') : found.events
  const relaxation = new OrderRelaxation(events)
  if (keep === 'hierarchy') {
    const place = new Map(events.map((event, index) => [`${event.kind} ${event.id}`, index]))
    keepHierarchy(relaxation, found.refinements, place, new Set(plan.steps.map((step) => step.id)))
  }
  relaxation.generalise()
  const minimal = count <= (options.minimalUpTo ?? 300)
  if (minimal) relaxation.minimise()
  const result = { ...plan, ordering: relaxation.stepOrdering() }
  const report = verifyHtnPlan(problem, { ...result, steps: latestFirst(result) })
  const faults = keep === 'hierarchy' ? report.issues : report.issues.filter((issue) => !HIERARCHICAL.has(issue.code))
  if (faults.length > 0) throw new InternalError(`a linearisation of the deordered plan fails: ${faults[0]?.message}`)
  return {
    plan: result,
    order: minimal ? 'minimal' : 'generalised',
    pairsBefore: (count * (count - 1)) / 2,
    pairsAfter: relaxation.orderedSteps(),
  }
}

/** Faults that a plan without the orders and conditions of its methods may have. */
const HIERARCHICAL: ReadonlySet<string> = new Set(['wrong-order', 'method-precondition'])

/**
 * The orderings of the methods, between auxiliary points: a refinement is entered, its condition judged, the gate to its
 * steps opened, and it is left.
 */
function keepHierarchy(
  relaxation: OrderRelaxation,
  refinements: readonly Refinement[],
  place: ReadonlyMap<string, number>,
  steps: ReadonlySet<number>,
): void {
  const points = new Map<number, { enter: number; gate: number; leave: number }>()
  const judged = (id: number): number => place.get(`method ${id}`) as number
  // Points are made in an order that agrees with every constraint: entries and gates going down, exits coming up.
  for (const { id } of refinements)
    points.set(id, { enter: relaxation.addPoint(), gate: relaxation.addPoint(), leave: relaxation.addPoint() })
  for (const { id, children, pattern, judged: found } of refinements) {
    const own = points.get(id) as { enter: number; gate: number; leave: number }
    relaxation.keep(own.enter, judged(id))
    relaxation.keep(judged(id), own.gate)
    relaxation.keep(own.gate, own.leave)
    const begin = (child: number): number => points.get(child)?.enter ?? (place.get(`step ${child}`) as number)
    const end = (child: number): number => points.get(child)?.leave ?? (place.get(`step ${child}`) as number)
    for (const child of children) {
      relaxation.keep(own.enter, begin(child))
      relaxation.keep(own.gate, steps.has(child) ? begin(child) : (points.get(child)?.gate as number))
      relaxation.keep(end(child), own.leave)
    }
    for (const [first, second] of pattern.network.ordering) {
      const before = children[found?.matching.children[first] as number] as number
      const after = children[found?.matching.children[second] as number] as number
      relaxation.keep(end(before), begin(after))
    }
  }
}

/** The steps in the linearisation that turns the order found around as far as the new one allows. */
function latestFirst(plan: Plan): Plan['steps'] {
  const place = new Map(plan.steps.map((step, index) => [step.id, index]))
  const waiting = new Int32Array(plan.steps.length)
  const after: number[][] = plan.steps.map(() => [])
  for (const [first, second] of plan.ordering) {
    const later = place.get(second) as number
    waiting[later] = (waiting[later] as number) + 1
    after[place.get(first) as number]?.push(later)
  }
  const ready: number[] = []
  plan.steps.forEach((_, index) => {
    if (waiting[index] === 0) ready.push(index)
  })
  const result: Plan['steps'][number][] = []
  while (ready.length > 0) {
    const next = ready.pop() as number
    result.push(plan.steps[next] as Plan['steps'][number])
    for (const later of after[next] as number[]) {
      waiting[later] = (waiting[later] as number) - 1
      if (waiting[later] === 0) ready.push(later)
    }
  }
  return result
}
