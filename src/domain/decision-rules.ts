/** Reduction of the declared decision families to the general form, and the check that reports every fault at once. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { AnyDecisionProblem, DecisionProblem } from './pomdp-decision.ts'

/**
 * The general form of a declared problem.
 * @throws InvalidInputError with every fault
 */
export function decisionProblem(problem: AnyDecisionProblem): DecisionProblem {
  const issues = decisionIssues(problem)
  if (issues.length > 0) throw new InvalidInputError(issues)
  return generalForm(problem)
}

/** The most information states that the exact recursion is willing to enumerate. */
const MAX_STATES = 20_000_000

/** Every fault of a declared problem, at the place where it is declared. */
export function decisionIssues(declared: AnyDecisionProblem): Issue[] {
  const problem = generalForm(declared)
  const noun = declared.kind === 'diagnosis' ? 'component' : 'hypothesis'
  const issues: Issue[] = []
  const report = (code: string, path: (string | number)[], message: string, hint: string) =>
    issues.push({ code, path: declaredPath(declared, path), message, hint })
  const ids = new Set<string>()
  let total = 0
  for (const [index, { id, probability }] of problem.hypotheses.entries()) {
    if (ids.has(id))
      report('duplicate-name', ['hypotheses', index], `"${id}" is declared twice`, 'give every one its own name')
    ids.add(id)
    if (!(probability >= 0 && probability <= 1))
      report(
        'out-of-range',
        ['hypotheses', index],
        `the probability ${probability} of "${id}" is outside [0, 1]`,
        'give a number from 0 to 1',
      )
    total += probability
  }
  if (problem.hypotheses.length === 0 || problem.hypotheses.length > 30)
    report('out-of-range', ['hypotheses'], `there are ${problem.hypotheses.length}`, 'give 1 to 30')
  if (!(Math.abs(total - 1) <= 1e-9))
    report(
      'probability-sum',
      ['hypotheses'],
      `the probabilities sum to ${total}, not to 1`,
      'correct them so that they sum to 1',
    )
  const reportUnknown = (path: (string | number)[], id: string) => {
    if (ids.has(id)) return
    report('unknown-name', path, `no ${noun} is called "${id}"`, `use one of ${[...ids].join(', ')}`)
  }
  const reportTwice = (
    names: readonly string[],
    path: (index: number) => (string | number)[],
    what: string,
    of = '',
  ) => {
    for (const [index, name] of names.entries())
      if (names.indexOf(name) !== index)
        report(
          'duplicate-name',
          path(index),
          `the ${what} "${name}"${of} is declared twice`,
          'give every one its own name',
        )
  }
  for (const [field, what] of [
    ['tests', 'test'],
    ['acts', 'act'],
    ['repairs', 'repair'],
  ] as const) {
    // The repairs of a diagnosis are its components, which are checked already.
    if (field === 'repairs' && declared.kind === 'diagnosis') continue
    const names = problem[field].map(({ id }) => id)
    reportTwice(names, (index) => [field, index, 'id'], what)
  }
  for (const [index, test] of problem.tests.entries()) {
    const path = ['tests', index]
    reportTwice(test.outcomes, (o) => [...path, 'outcomes', o], 'outcome', ` of "${test.id}"`)
    if (!(test.cost >= 0 && Number.isFinite(test.cost)))
      report(
        'out-of-range',
        [...path, 'cost'],
        `the cost ${test.cost} of "${test.id}" is no amount`,
        'give a finite number >= 0',
      )
    if (test.outcomes.length < 2 || test.outcomes.length > 100)
      report(
        'out-of-range',
        [...path, 'outcomes'],
        `"${test.id}" has ${test.outcomes.length} outcomes`,
        'give 2 to 100',
      )
    for (const id of ids) {
      const row = test.likelihood[id]
      if (row === undefined || row.length !== test.outcomes.length) {
        report(
          'missing',
          [...path, 'likelihood', id],
          `"${test.id}" does not say how likely its outcomes are under "${id}"`,
          'give one probability per outcome',
        )
        continue
      }
      const sum = row.reduce((a, b) => a + b, 0)
      if (row.some((p) => !(p >= 0 && p <= 1)) || Math.abs(sum - 1) > 1e-9)
        report(
          'probability-sum',
          [...path, 'likelihood', id],
          `the outcomes of "${test.id}" under "${id}" are no distribution (sum ${sum})`,
          'give probabilities in [0, 1] that sum to 1',
        )
    }
    for (const id of Object.keys(test.likelihood)) reportUnknown([...path, 'likelihood', id], id)
  }
  for (const [index, act] of problem.acts.entries()) {
    for (const id of ids)
      if (!Number.isFinite(act.loss[id] ?? Number.NaN))
        report('missing', ['acts', index, 'loss', id], `"${act.id}" has no finite loss under "${id}"`, 'give a number')
    for (const id of Object.keys(act.loss)) reportUnknown(['acts', index, 'loss', id], id)
  }
  for (const [index, repair] of problem.repairs.entries()) {
    reportUnknown(['repairs', index, 'fixes'], repair.fixes)
    if (!(repair.cost >= 0 && Number.isFinite(repair.cost)))
      report(
        'out-of-range',
        ['repairs', index, 'cost'],
        `the cost ${repair.cost} is no amount`,
        'give a finite number >= 0',
      )
  }
  if (problem.acts.length === 0) {
    for (const { id } of problem.hypotheses) {
      if (!problem.repairs.some((repair) => repair.fixes === id))
        report('missing', ['repairs'], `nothing ends the matter when "${id}" is true`, 'add a repair for it, or an act')
    }
  }
  const states =
    problem.tests.reduce((product, test) => product * (test.outcomes.length + 1), 1) * 2 ** problem.repairs.length
  if (states > MAX_STATES)
    report(
      'too-large',
      ['tests'],
      `there are up to ${states} information states`,
      `at most ${MAX_STATES} are enumerated: leave out tests or components`,
    )
  return issues
}

/** Where a part of the general form is declared. */
function declaredPath({ kind }: AnyDecisionProblem, path: readonly (string | number)[]): (string | number)[] {
  const [field, index, part, ...rest] = path
  if (kind === 'decision' || field === undefined) return [...path]
  if (field === 'hypotheses' || field === 'repairs')
    return kind === 'sensing' ? ['prior'] : ['components', ...path.slice(1)]
  if (part !== 'likelihood') return [...path]
  return kind === 'diagnosis' ? ['tests', index!, 'pPos', ...rest] : ['tests', index!]
}

function generalForm(problem: AnyDecisionProblem): DecisionProblem {
  switch (problem.kind) {
    case 'decision':
      return problem
    case 'diagnosis':
      return {
        kind: 'decision',
        ...(problem.title === undefined ? {} : { name: problem.title }),
        hypotheses: problem.components.map(({ id, p }) => ({ id, probability: p })),
        tests: problem.tests.map(({ id, cost, pPos }) => ({
          id,
          cost,
          outcomes: ['+', '-'],
          likelihood: Object.fromEntries(Object.entries(pPos).map(([component, p]) => [component, [p, 1 - p]])),
        })),
        acts: [],
        repairs: problem.components.map(({ id, cost }) => ({ id, fixes: id, cost })),
      }
    case 'sensing': {
      const [present, absent] = [problem.condition, `no ${problem.condition}`]
      return {
        kind: 'decision',
        name: problem.condition,
        hypotheses: [
          { id: present, probability: problem.prior },
          { id: absent, probability: 1 - problem.prior },
        ],
        tests: problem.tests.map(({ id, sensitivity, specificity, loss }) => ({
          id,
          cost: loss,
          outcomes: ['+', '-'],
          likelihood: { [present]: [sensitivity, 1 - sensitivity], [absent]: [1 - specificity, specificity] },
        })),
        acts: [
          { id: 'treat', loss: { [present]: problem.treatPresent, [absent]: problem.treatAbsent } },
          { id: 'no treatment', loss: { [present]: problem.leavePresent, [absent]: problem.leaveAbsent } },
        ],
        repairs: [],
      }
    }
  }
}
