import { describe, expect, test } from 'vitest'
import type { InvalidInputError } from '../../solvers/contract/index.ts'
import {
  checkDecisionPlan,
  type DecisionNode,
  decisionThresholds,
  recomputeCost,
  selectTest,
  simulateDecisionPlan,
  solveDecision,
  valueOfInformation,
  valueOfTestSet,
} from '../../src/belief/index.ts'
import { embolism, generator } from './scenarios.ts'

/** Lines as the field writes them; `sign` names the branches. */
function lines(
  node: DecisionNode,
  describeNode: (node: DecisionNode) => string,
  prefix: string,
  depth: number,
  sign: (outcome: string) => string,
): string[] {
  const word = node.decision.kind === 'act' ? '' : `${node.decision.kind} `
  const result = [`${prefix}${word}${node.decision.id}${describeNode(node)}`]
  if (depth === 0) return result
  for (const branch of node.branches) {
    if (branch.node !== null)
      result.push(...lines(branch.node, describeNode, `${prefix}  ${sign(branch.outcome)} `, depth - 1, sign))
  }
  return result
}

describe('fault diagnosis of the generator', () => {
  test('without tests repairs in the order of p/cost for 313.2', () => {
    const plan = solveDecision(generator, { tests: [] })
    const order: string[] = []
    for (let node: DecisionNode | null = plan.root; node !== null; ) {
      order.push(node.decision.id)
      node = node.branches.find((branch) => branch.outcome === 'not fixed')?.node ?? null
    }
    expect(order).toEqual(['battery-starter', 'sensor', 'fuel-pump', 'injectors', 'ECU'])
    expect(plan.expectedCost).toBeCloseTo(313.2, 9)
  })

  test('with tests costs 252.3433 and has the published policy', () => {
    const plan = solveDecision(generator)
    expect(plan.status).toBe('optimal')
    expect(plan.expectedCost).toBeCloseTo(252.3433, 4)
    checkDecisionPlan(plan)
    const mark = (outcome: string) => (outcome === 'not fixed' ? 'x' : outcome)
    expect(lines(plan.root, (node) => ` (ECR ${node.expectedCost.toFixed(2)})`, '', 3, mark)).toEqual([
      'test crank-voltage (ECR 252.34)',
      '  + repair battery-starter (ECR 155.74)',
      '  +   x test fuel-pressure (ECR 366.38)',
      '  +   x   + repair fuel-pump (ECR 189.62)',
      '  +   x   - test OBD-scan (ECR 474.01)',
      '  - test fuel-pressure (ECR 277.82)',
      '  -   + repair fuel-pump (ECR 179.92)',
      '  -   +   x repair injectors (ECR 244.48)',
      '  -   - repair sensor (ECR 327.87)',
      '  -   -   x repair injectors (ECR 417.24)',
    ])
  })

  test('one-test values are those of the table', () => {
    const value = valueOfInformation(generator)
    expect(value.tests.map((entry) => Number(entry.gross.toFixed(3)))).toEqual([58.47, 47.562, 29.28])
    expect(value.first.id).toBe('crank-voltage')
  })

  test('carried out 20,000 times costs what it claims, within 3 standard errors', () => {
    const { mean, standardError } = simulateDecisionPlan(solveDecision(generator), 20_000, 5)
    expect(Math.abs(mean - 252.3433)).toBeLessThan(3 * standardError)
  })

  test('a depth cap is answered with bounds around the optimum', () => {
    for (const maxDepth of [0, 1, 2, 3, 4]) {
      const plan = solveDecision(generator, { maxDepth })
      expect(plan.status).toBe('feasible')
      expect(plan.lowerBound).toBeLessThanOrEqual(252.3433 + 1e-4)
      expect(plan.expectedCost).toBeGreaterThanOrEqual(252.3433 - 1e-4)
      expect(recomputeCost(plan.problem, plan.root)).toBeCloseTo(plan.expectedCost, 9)
    }
  })
})

describe('testing for pulmonary embolism', () => {
  const describeNode = (node: DecisionNode) =>
    `  [P(D)=${node.belief[0]!.toFixed(4)}, loss ${node.expectedCost.toFixed(4)}]`
  const bracket = (outcome: string) => `(${outcome})`
  test.each([
    [
      0.06,
      4.95172,
      [
        'test D-dimer  [P(D)=0.0600, loss 4.9517]',
        '  (+) test CTPA  [P(D)=0.0947, loss 6.7614]',
        '  (+)   (+) treat  [P(D)=0.6530, loss 17.2240]',
        '  (+)   (-) no treatment  [P(D)=0.0109, loss 1.7417]',
        '  (-) no treatment  [P(D)=0.0075, loss 1.2066]',
      ],
    ],
    [
      0.23,
      10.714562,
      [
        'test leg-US  [P(D)=0.2300, loss 10.7146]',
        '  (+) treat  [P(D)=0.8175, loss 18.5403]',
        '  (-) test D-dimer  [P(D)=0.1448, loss 8.4353]',
        '  (-)   (+) test CTPA  [P(D)=0.2172, loss 10.8534]',
        '  (-)   (+)   (+) treat  [P(D)=0.8331, loss 18.6652]',
        '  (-)   (+)   (-) no treatment  [P(D)=0.0284, loss 4.5396]',
        '  (-)   (-) no treatment  [P(D)=0.0198, loss 3.1623]',
      ],
    ],
    [
      0.49,
      14.93722,
      [
        'test D-dimer  [P(D)=0.4900, loss 14.9372]',
        '  (+) treat  [P(D)=0.6115, loss 16.8916]',
        '  (-) test CTPA  [P(D)=0.1026, loss 7.0282]',
        '  (-)   (+) treat  [P(D)=0.6731, loss 17.3846]',
        '  (-)   (-) no treatment  [P(D)=0.0119, loss 1.9035]',
      ],
    ],
  ])('at prior %d the plan loses %d', (prior, loss, policy) => {
    const plan = solveDecision(embolism(prior))
    expect(plan.expectedCost).toBeCloseTo(loss, 5)
    expect(lines(plan.root, describeNode, '', 10, bracket)).toEqual(policy)
    checkDecisionPlan(plan)
  })

  test('values of information are those of the table, and a sequence can be worth what no single test is', () => {
    const gross = (prior: number) =>
      valueOfInformation(embolism(prior)).tests.map((entry) => Number(entry.gross.toFixed(4)))
    expect(gross(0.06)).toEqual([1.4376, 3.4416, 6.996])
    expect(gross(0.23)).toEqual([2.2708, 0, 5.558])
    expect(gross(0.49)).toEqual([0, 0, 0])
    expect([0.06, 0.23, 0.49].map((prior) => Number(valueOfInformation(embolism(prior)).perfect.toFixed(6)))).toEqual([
      8.4, 9.24, 6.12,
    ])
    const high = valueOfInformation(embolism(0.49))
    expect(high.sequential).toBeCloseTo(15.92 - 14.93722, 5)
    expect(high.warning).toContain('a sequence is worth 0.98')
    expect(high.myopic).toEqual({ test: null, agrees: false })
    expect(selectTest(embolism(0.23))).toBe('leg-US')
    expect(selectTest(embolism(0.23), 'net-voi')).toBe('CTPA')
    expect(valueOfTestSet(embolism(0.49), ['D-dimer', 'CTPA']).gross).toBeGreaterThan(0)
  })

  test('the thresholds of the first decision are exact', () => {
    const regions = decisionThresholds(embolism(0.5))
    expect(regions.map((region) => region.decision)).toEqual([
      'no treatment',
      'test D-dimer',
      'test leg-US',
      'test D-dimer',
      'treat',
    ])
    const expected = [0, 0.01995, 0.1457, 0.30645, 0.73935]
    for (const [k, region] of regions.entries()) expect(Math.abs(region.from - expected[k]!)).toBeLessThan(1e-3)
    expect(regions[4]!.to).toBe(1)
  })

  test.each([
    ['D-dimer', 0.052586, 0.385382],
    ['leg-US', 0.021465, 0.120036],
    ['CTPA', 0.028436, 0.330709],
  ])('single-test thresholds of %s agree with the closed form', (id, testing, treatment) => {
    const regions = decisionThresholds(embolism(0.5), [id])
    expect(regions[1]!.from).toBeCloseTo(testing, 6)
    expect(regions[2]!.from).toBeCloseTo(treatment, 6)
    expect(decisionThresholds(embolism(0.5), [])[1]!.from).toBeCloseTo(0.078947, 6)
  })

  test('the thresholds agree with solving at many priors', () => {
    const regions = decisionThresholds(embolism(0.5))
    for (let k = 1; k < 100; k++) {
      const { root } = solveDecision(embolism(k / 100))
      const name = root.decision.kind === 'act' ? root.decision.id : `${root.decision.kind} ${root.decision.id}`
      expect(regions.find((region) => k / 100 <= region.to)!.decision).toBe(name)
    }
  })
})

test('a test of accuracy one half is worth nothing; faults are reported together', () => {
  const useless = { ...embolism(0.2), tests: [{ id: 'coin', sensitivity: 0.5, specificity: 0.5, loss: 0 }] }
  expect(valueOfInformation(useless).tests[0]!.gross).toBeCloseTo(0, 12)
  try {
    solveDecision({
      ...generator,
      components: generator.components.map((component) => ({ ...component, p: 0.3 })),
      tests: [{ id: 't', cost: -1, pPos: { pump: 0.5 } }],
    })
    expect.unreachable()
  } catch (error) {
    const codes = (error as InvalidInputError).issues.map((issue) => issue.code)
    expect(codes).toContain('probability-sum')
    expect(codes).toContain('unknown-name')
    expect(codes).toContain('missing')
  }
})
