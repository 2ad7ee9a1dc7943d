/**
 * Value of information in decisions under a hidden fact.
 *
 *   gross VOI of a test (or set of tests)   best cost without tests - expected best cost without tests after the outcomes
 *   net VOI                                  gross - price
 *   perfect information                      best cost without tests - expected cost when the truth is told
 *   sequential value                         best cost without tests - cost of the optimal contingent plan
 *
 * One-step VOI can be 0 for every test while a sequence is worth a lot, which is why `myopic` is offered as a baseline by
 * name and never decides anything here.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { decisionProblem } from '../domain/decision-rules.ts'
import type { AnyDecisionProblem, DecisionProblem } from '../domain/pomdp-decision.ts'
import { costWhenTold, costWithoutTests, type Decision, solveDecision, unknownTests } from './decision-tree.ts'

export interface TestValue {
  readonly test: string
  readonly gross: number
  readonly cost: number
  readonly net: number
  /** gross / cost; Infinity for a free test that helps. */
  readonly perCost: number
  /** Expected fall of the entropy of the belief, in bits. */
  readonly informationBits: number
}

export interface InformationValue {
  readonly withoutTests: number
  readonly optimal: number
  /** withoutTests - optimal: what testing in the best order is worth. */
  readonly sequential: number
  readonly perfect: number
  readonly tests: readonly TestValue[]
  /** First decision of the optimal contingent plan. */
  readonly first: Decision
  /** The baseline "test only if one test pays on its own", and what it costs to follow it for one step. */
  readonly myopic: { readonly test: string | null; readonly agrees: boolean }
  /** Set when no single test pays although a sequence does. */
  readonly warning?: string
}

export function valueOfInformation(declared: AnyDecisionProblem): InformationValue {
  const problem = decisionProblem(declared)
  const prior = priorOf(problem)
  const withoutTests = costWithoutTests(problem, prior)
  const plan = solveDecision(problem)
  const tests = problem.tests.map((test): TestValue => {
    const gross = Math.max(0, withoutTests - costAfter(problem, prior, [test.id]))
    const perCost = test.cost > 0 ? gross / test.cost : gross > 0 ? Number.POSITIVE_INFINITY : 0
    return {
      test: test.id,
      gross,
      cost: test.cost,
      net: gross - test.cost,
      perCost,
      informationBits: informationBits(problem, prior, test.id),
    }
  })
  const best = tests.reduce<TestValue | null>(
    (top, value) => (value.net > 0 && (top === null || value.net > top.net) ? value : top),
    null,
  )
  const sequential = withoutTests - plan.expectedCost
  const agrees = best === null ? plan.root.decision.kind !== 'test' : plan.root.decision.id === best.test
  return {
    withoutTests,
    optimal: plan.expectedCost,
    sequential,
    perfect: withoutTests - costWhenTold(problem, Array.from(prior)),
    tests,
    first: plan.root.decision,
    myopic: { test: best?.test ?? null, agrees },
    ...(best === null && sequential > 1e-9
      ? { warning: `no single test pays on its own, yet a sequence is worth ${Number(sequential.toPrecision(6))}` }
      : {}),
  }
}

/**
 * Gross value of running a set of tests together before acting; a test named twice counts once.
 * @throws InvalidInputError for a faulty problem, or a test that it does not have
 */
export function valueOfTestSet(
  declared: AnyDecisionProblem,
  names: readonly string[],
): { readonly gross: number; readonly net: number } {
  const problem = decisionProblem(declared)
  const issues = unknownTests(problem, names)
  if (issues.length > 0) throw new InvalidInputError(issues)
  const tests = [...new Set(names)]
  const prior = priorOf(problem)
  const gross = costWithoutTests(problem, prior) - costAfter(problem, prior, tests)
  const price = problem.tests.reduce((sum, test) => sum + (tests.includes(test.id) ? test.cost : 0), 0)
  return { gross: Math.max(0, gross), net: gross - price }
}

export type SelectionCriterion =
  /** First test of the optimal contingent plan. */
  'sequence' | 'net-voi' | 'voi-per-cost' | 'entropy'

/** The test that a criterion would run first, null for none. Ties go to the earlier test. */
export function selectTest(declared: AnyDecisionProblem, criterion: SelectionCriterion = 'sequence'): string | null {
  const value = valueOfInformation(declared)
  if (criterion === 'sequence') return value.first.kind === 'test' ? value.first.id : null
  const score = (test: TestValue) =>
    criterion === 'net-voi'
      ? test.net
      : criterion === 'voi-per-cost'
        ? test.gross > test.cost
          ? test.perCost
          : 0
        : test.informationBits
  let chosen: TestValue | null = null
  for (const test of value.tests) if (score(test) > 0 && (chosen === null || score(test) > score(chosen))) chosen = test
  return chosen?.test ?? null
}

function costAfter(problem: DecisionProblem, prior: Float64Array, tests: readonly string[]): number {
  let parts: Float64Array[] = [prior]
  for (const id of tests) {
    const test = problem.tests.find((candidate) => candidate.id === id)!
    parts = parts.flatMap((weights) =>
      test.outcomes.map((_, o) => weights.map((weight, h) => weight * test.likelihood[problem.hypotheses[h]!.id]![o]!)),
    )
  }
  let expected = 0
  for (const weights of parts) {
    const mass = weights.reduce((a, b) => a + b, 0)
    if (mass > 0) expected += mass * costWithoutTests(problem, weights)
  }
  return expected
}

function informationBits(problem: DecisionProblem, prior: Float64Array, id: string): number {
  const test = problem.tests.find((candidate) => candidate.id === id)!
  let after = 0
  for (const [o] of test.outcomes.entries()) {
    const weights = prior.map((weight, h) => weight * test.likelihood[problem.hypotheses[h]!.id]![o]!)
    const mass = weights.reduce((a, b) => a + b, 0)
    if (mass > 0) after += mass * entropyBits(weights.map((weight) => weight / mass))
  }
  return Math.max(0, entropyBits(prior) - after)
}

/** Shannon entropy in bits. */
export function entropyBits(probabilities: ArrayLike<number>): number {
  let entropy = 0
  for (let k = 0; k < probabilities.length; k++) {
    const p = probabilities[k] as number
    if (p > 0) entropy -= p * Math.log2(p)
  }
  return entropy === 0 ? 0 : entropy
}

function priorOf(problem: DecisionProblem): Float64Array {
  return Float64Array.from(problem.hypotheses, ({ probability }) => probability)
}
