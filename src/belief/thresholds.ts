/**
 * Optimal first decision as a function of the prior, for two hypotheses and acts (no repairs).
 *
 * For a set S of tests not yet run the least loss is the lower envelope of lines in the prior p, one line per contingent
 * plan, as (loss when present, loss when absent):
 *
 *   G(S) = envelope of  acts  and, for t in S,  cost_t + cross sum over outcomes o of  P(o | h) x G(S without t)
 *
 * Plans are kept apart by their first decision only at the top, so the thresholds are exact crossing points of lines, not
 * grid points. Source: Pauker and Kassirer (1980) for one test; Sondik (1971) for the envelopes.
 */
import { InvalidInputError, UnsupportedError } from '../../solvers/contract/index.ts'
import { decisionProblem } from '../domain/decision-rules.ts'
import type { AnyDecisionProblem } from '../domain/pomdp-decision.ts'
import { unknownTests } from './decision-tree.ts'

export interface ThresholdRegion {
  /** Prior of the first hypothesis at which the region begins and ends. */
  readonly from: number
  readonly to: number
  /** `test X` or the name of the act. */
  readonly decision: string
}

/** Loss under the first and the second hypothesis. */
interface Line {
  readonly present: number
  readonly absent: number
  readonly decision: string
}

/**
 * Regions of the prior of the first hypothesis, from 0 to 1.
 * @param tests ids of the tests that may be used; all without it
 * @throws InvalidInputError for a faulty problem, or a test that it does not have
 * @throws UnsupportedError unless there are exactly two hypotheses and no repairs
 */
export function decisionThresholds(declared: AnyDecisionProblem, tests?: readonly string[]): ThresholdRegion[] {
  const problem = decisionProblem(declared)
  const issues = unknownTests(problem, tests ?? [])
  if (issues.length > 0) throw new InvalidInputError(issues)
  if (problem.hypotheses.length !== 2 || problem.repairs.length > 0) {
    throw new UnsupportedError(
      'thresholds',
      'thresholds over the prior need exactly two hypotheses and acts, no repairs',
    )
  }
  const [present, absent] = problem.hypotheses.map(({ id }) => id) as [string, string]
  const usable = problem.tests.filter((test) => tests === undefined || tests.includes(test.id))
  const acts: Line[] = problem.acts.map((act) => ({
    present: act.loss[present]!,
    absent: act.loss[absent]!,
    decision: act.id,
  }))
  const known = new Map<number, Line[]>()
  const envelopeOf = (set: number): Line[] => {
    const stored = known.get(set)
    if (stored !== undefined) return stored
    const lines = [...acts]
    for (const [t, test] of usable.entries()) {
      if (((set >> t) & 1) === 0) continue
      const rest = envelopeOf(set & ~(1 << t))
      let sums: Line[] = [{ present: test.cost, absent: test.cost, decision: `test ${test.id}` }]
      for (const [o] of test.outcomes.entries()) {
        const [p, q] = [test.likelihood[present]![o]!, test.likelihood[absent]![o]!]
        const scaled = lowerEnvelope(
          rest.map((line) => ({ ...line, present: p * line.present, absent: q * line.absent })),
        )
        sums = lowerEnvelope(
          sums.flatMap((a) =>
            scaled.map((b) => ({ ...a, present: a.present + b.present, absent: a.absent + b.absent })),
          ),
        )
      }
      lines.push(...sums)
    }
    const envelope = lowerEnvelope(lines)
    known.set(set, envelope)
    return envelope
  }
  const lines = envelopeOf((1 << usable.length) - 1)
  const regions: { from: number; to: number; decision: string }[] = []
  for (const [k, line] of lines.entries()) {
    const from = k === 0 ? 0 : crossing(lines[k - 1]!, line)
    const to = k === lines.length - 1 ? 1 : crossing(line, lines[k + 1]!)
    const last = regions[regions.length - 1]
    if (last?.decision === line.decision) last.to = to
    else regions.push({ from, to, decision: line.decision })
  }
  return regions
}

/** Prior at which two lines meet. */
function crossing(a: Line, b: Line): number {
  const slope = a.present - a.absent - (b.present - b.absent)
  return (b.absent - a.absent) / slope
}

/** Lines that are lowest somewhere in (0, 1), from prior 0 to prior 1. */
function lowerEnvelope(lines: readonly Line[]): Line[] {
  // At prior 0 the smallest `absent` is lowest; going right, lines with ever smaller slope take over.
  const slope = (line: Line) => line.present - line.absent
  const sorted = lines.toSorted((a, b) => slope(b) - slope(a) || a.absent - b.absent)
  const hull: Line[] = []
  for (const line of sorted) {
    const top = hull[hull.length - 1]
    if (top !== undefined && slope(top) === slope(line)) continue
    while (hull.length > 0) {
      const last = hull[hull.length - 1]!
      const meets = crossing(last, line)
      if (meets >= 1) break
      const previous = hull[hull.length - 2]
      const begins = previous === undefined ? 0 : crossing(previous, last)
      if (meets > begins) break
      hull.pop()
    }
    if (hull.length === 0 || crossing(hull[hull.length - 1]!, line) < 1) hull.push(line)
  }
  return hull
}
