/**
 * Sequence-optimal contingent plans for decisions under a hidden fact, by exact recursion over information states.
 *
 * An information state is what was seen: the outcome of every test run so far and the hypotheses that failed repairs ruled
 * out. With unnormalised weights w(h) = prior(h) x likelihoods x [not ruled out] and W their sum,
 *
 *   L(state) = min over   acts     sum_h w(h)/W loss(act, h)
 *                         tests    cost + sum_o P(o) L(state + o)
 *                         repairs  cost + (1 - w(fixed)/W) L(state + "did not help")
 *
 * Equal information states are solved and stored once, so the tree is a DAG. Ties go to acts, then repairs, then tests, each
 * in declared order. With a depth cap the cut states carry bounds: the best act or repair order without further tests from
 * above, perfect information from below. Complexity: information states x (tests x outcomes + repairs + acts) x hypotheses.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { decisionProblem } from '../domain/decision-rules.ts'
import type { AnyDecisionProblem, DecisionProblem } from '../domain/pomdp-decision.ts'

export type Decision =
  | { readonly kind: 'test'; readonly id: string; readonly cost: number }
  | { readonly kind: 'act'; readonly id: string }
  | { readonly kind: 'repair'; readonly id: string; readonly cost: number }

export interface DecisionBranch {
  /** An outcome of the test, or `fixed` / `not fixed` after a repair. */
  readonly outcome: string
  readonly probability: number
  /** Null when the matter ends here. */
  readonly node: DecisionNode | null
}

export interface DecisionNode {
  readonly decision: Decision
  /** Expected cost from here on; the upper bound when the depth cap cut below. */
  readonly expectedCost: number
  /** Proved lower bound; equal to expectedCost without a cut below. */
  readonly lowerBound: number
  /** P(hypothesis) in the order of the problem. */
  readonly belief: readonly number[]
  /** Empty after an act. Impossible outcomes have no branch. */
  readonly branches: readonly DecisionBranch[]
}

export interface DecisionPlan {
  readonly status: 'optimal' | 'feasible'
  readonly problem: DecisionProblem
  readonly root: DecisionNode
  readonly expectedCost: number
  readonly lowerBound: number
  /** Distinct information states visited. */
  readonly states: number
  /** Most tests and repairs on a path. */
  readonly depth: number
}

export interface DecisionOptions {
  /** Most tests and repairs on a path. @default no cap */
  readonly maxDepth?: number
  /** Ids of the tests that may be used. @default all */
  readonly tests?: readonly string[]
}

/**
 * The optimal contingent plan.
 * @throws InvalidInputError for a faulty problem or option
 */
export function solveDecision(declared: AnyDecisionProblem, options: DecisionOptions = {}): DecisionPlan {
  const problem = decisionProblem(declared)
  const { maxDepth } = options
  const issues = unknownTests(problem, options.tests ?? [])
  if (
    maxDepth !== undefined &&
    !(maxDepth >= 0 && (Number.isInteger(maxDepth) || maxDepth === Number.POSITIVE_INFINITY))
  )
    issues.push({
      code: 'out-of-range',
      path: ['maxDepth'],
      message: `${maxDepth} is no number of steps`,
      hint: 'give an integer >= 0, or leave it out for no cap',
    })
  if (issues.length > 0) throw new InvalidInputError(issues)
  const allowed =
    options.tests === undefined ? problem.tests : problem.tests.filter((test) => options.tests!.includes(test.id))
  const recursion = new Recursion({ ...problem, tests: allowed }, options.maxDepth ?? Number.POSITIVE_INFINITY)
  const prior = Float64Array.from(problem.hypotheses, ({ probability }) => probability)
  const root = recursion.solve(prior, new Int8Array(allowed.length).fill(-1), 0, 0)
  const cut = root.lowerBound < root.expectedCost
  return {
    status: cut ? 'feasible' : 'optimal',
    problem,
    root,
    expectedCost: root.expectedCost,
    lowerBound: root.lowerBound,
    states: recursion.states,
    depth: depthOf(root, new Map()),
  }
}

/** The named tests that the problem does not have, as faults. */
export function unknownTests(problem: DecisionProblem, names: readonly string[]): Issue[] {
  const known = problem.tests.map(({ id }) => id)
  return names.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [
          {
            code: 'unknown-name',
            path: ['tests', index],
            message: `no test is called "${name}"`,
            hint: known.length === 0 ? 'the problem has no tests' : `use one of ${known.join(', ')}`,
          },
        ],
  )
}

/** Expected cost of the best plan without any test, from unnormalised weights. */
export function costWithoutTests(problem: DecisionProblem, weights: Float64Array): number {
  return new Recursion({ ...problem, tests: [] }, Number.POSITIVE_INFINITY).solve(weights, new Int8Array(0), 0, 0)
    .expectedCost
}

class Recursion {
  readonly #problem: DecisionProblem
  readonly #maxDepth: number
  /** Likelihood rows by test: `[outcome][hypothesis]`. */
  readonly #likelihood: number[][][]
  readonly #losses: number[][]
  readonly #fixes: number[]
  readonly #known = new Map<string, DecisionNode>()

  constructor(problem: DecisionProblem, maxDepth: number) {
    this.#problem = problem
    this.#maxDepth = maxDepth
    const ids = problem.hypotheses.map(({ id }) => id)
    this.#likelihood = problem.tests.map((test) =>
      test.outcomes.map((_, o) => ids.map((id) => test.likelihood[id]![o]!)),
    )
    this.#losses = problem.acts.map((act) => ids.map((id) => act.loss[id]!))
    this.#fixes = problem.repairs.map((repair) => ids.indexOf(repair.fixes))
  }

  get states(): number {
    return this.#known.size
  }

  solve(weights: Float64Array, seen: Int8Array, tried: number, depth: number): DecisionNode {
    // With a cap the same information at another depth is another state.
    const key = `${seen.join()}|${tried}|${Number.isFinite(this.#maxDepth) ? depth : ''}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const node = depth >= this.#maxDepth ? this.#cut(weights) : this.#decide(weights, seen, tried, depth)
    this.#known.set(key, node)
    return node
  }

  #decide(weights: Float64Array, seen: Int8Array, tried: number, depth: number): DecisionNode {
    const { tests, repairs, acts } = this.#problem
    const belief = normalised(weights)
    const sum = total(weights)
    let best: DecisionNode | null = null
    let lowerBound = Number.POSITIVE_INFINITY
    const offer = (decision: Decision, expectedCost: number, lower: number, branches: DecisionBranch[]) => {
      lowerBound = Math.min(lowerBound, lower)
      if (best === null || expectedCost < best.expectedCost - rounding(expectedCost)) {
        best = { decision, expectedCost, lowerBound: lower, belief, branches }
      }
    }
    for (const [index, act] of acts.entries()) {
      const loss = belief.reduce((sum, p, h) => sum + p * this.#losses[index]![h]!, 0)
      offer({ kind: 'act', id: act.id }, loss, loss, [])
    }
    for (const [index, repair] of repairs.entries()) {
      const h = this.#fixes[index]!
      const fixed = belief[h]!
      if (((tried >> index) & 1) === 1 || fixed <= 0) continue
      const branches: DecisionBranch[] = [{ outcome: 'fixed', probability: fixed, node: null }]
      let expected = repair.cost
      let lower = repair.cost
      const rest = weights.slice()
      rest[h] = 0
      if (total(rest) > 0) {
        const node = this.solve(rest, seen, tried | (1 << index), depth + 1)
        const probability = total(rest) / sum
        branches.push({ outcome: 'not fixed', probability, node })
        expected += probability * node.expectedCost
        lower += probability * node.lowerBound
      }
      offer({ kind: 'repair', id: repair.id, cost: repair.cost }, expected, lower, branches)
    }
    for (const [index, test] of tests.entries()) {
      if (seen[index] !== -1) continue
      let expected = test.cost
      let lower = test.cost
      const branches: DecisionBranch[] = []
      for (const [o, outcome] of test.outcomes.entries()) {
        const next = weights.map((weight, h) => weight * this.#likelihood[index]![o]![h]!)
        const probability = total(next) / sum
        if (probability === 0) continue
        const after = seen.slice()
        after[index] = o
        const node = this.solve(next, after, tried, depth + 1)
        branches.push({ outcome, probability, node })
        expected += probability * node.expectedCost
        lower += probability * node.lowerBound
      }
      offer({ kind: 'test', id: test.id, cost: test.cost }, expected, lower, branches)
    }
    const chosen = best as DecisionNode | null
    if (chosen === null) throw new RangeError('no decision is possible in an information state')
    // What ties may cost by rounding is no gap.
    const proved = lowerBound >= chosen.expectedCost - rounding(chosen.expectedCost)
    return { ...chosen, lowerBound: proved ? chosen.expectedCost : lowerBound }
  }

  /** At the cap: finish without tests (upper bound), or be told the truth for nothing (lower bound). */
  #cut(weights: Float64Array): DecisionNode {
    const plan = new Recursion({ ...this.#problem, tests: [] }, Number.POSITIVE_INFINITY)
    const node = plan.solve(weights, new Int8Array(0), 0, 0)
    return { ...node, lowerBound: Math.min(node.expectedCost, costWhenTold(this.#problem, normalised(weights))) }
  }
}

/** Expected cost when the true hypothesis is told first. */
export function costWhenTold(problem: DecisionProblem, belief: readonly number[]): number {
  let expected = 0
  for (const [h, { id }] of problem.hypotheses.entries()) {
    let least = Number.POSITIVE_INFINITY
    for (const act of problem.acts) least = Math.min(least, act.loss[id]!)
    for (const repair of problem.repairs) if (repair.fixes === id) least = Math.min(least, repair.cost)
    if (belief[h]! > 0) expected += belief[h]! * least
  }
  return expected
}

function depthOf(node: DecisionNode, known: Map<DecisionNode, number>): number {
  const stored = known.get(node)
  if (stored !== undefined) return stored
  let depth = node.decision.kind === 'act' ? 0 : 1
  for (const branch of node.branches) if (branch.node !== null) depth = Math.max(depth, 1 + depthOf(branch.node, known))
  known.set(node, depth)
  return depth
}

/** Costs that differ by less are equal. */
function rounding(cost: number): number {
  return 1e-12 * Math.max(1, Math.abs(cost))
}

function total(weights: Float64Array): number {
  let sum = 0
  for (const weight of weights) sum += weight
  return sum
}

function normalised(weights: Float64Array): number[] {
  const sum = total(weights)
  return Array.from(weights, (weight) => weight / sum)
}
