/** Decisions under a hidden fact: the contingent plan, what information is worth, where the first decision changes. */
import type { DecisionNode, DecisionPlan, InformationValue, ThresholdRegion } from '../../belief/index.ts'
import {
  formatNumber,
  formatPercent,
  type LineSeries,
  type Report,
  renderBarsSvg,
  renderLineChartSvg,
  renderTable,
  renderTreeSvg,
  type TreeNode,
  withUnit,
} from '../../report/index.ts'
import type { Outcome } from '../session.ts'

/** One prior of the problem with its answer. */
export interface DecisionCase {
  /** Null for the problem as it is stated. */
  readonly name: string | null
  readonly plan: DecisionPlan
  readonly value: InformationValue
  readonly simulation: { readonly mean: number; readonly standardError: number }
}

export interface DecisionAnswer {
  readonly kind: 'diagnosis' | 'sensing' | 'decision'
  readonly title: string
  readonly unit: string
  readonly runs: number
  /** The stated problem first. */
  readonly cases: readonly DecisionCase[]
  /** Regions of the prior by optimal first decision, for two hypotheses without repairs. */
  readonly thresholds: readonly ThresholdRegion[] | null
  readonly singleThresholds: readonly { readonly test: string; readonly regions: readonly ThresholdRegion[] }[]
  /** Least loss over the prior, for the picture: [prior, with tests, without]. */
  readonly curve: readonly (readonly [number, number, number])[]
}

/** Deepest level of a tree that is printed; the JSON and the drawing hold all. */
const SHOWN_DEPTH = 6

export function presentDecision(answer: DecisionAnswer, width: number): Outcome {
  const { title, unit, cases, thresholds } = answer
  const main = cases[0]!
  const { plan } = main
  const json = {
    kind: answer.kind,
    title,
    status: plan.status,
    ...(plan.status === 'feasible' ? { limit: 'method' } : {}),
    objective: plan.expectedCost,
    bound: plan.lowerBound,
    action: nameOf(plan.root),
    ...caseJson(main, answer.runs),
    ...(cases.length > 1
      ? { cases: cases.slice(1).map((one) => ({ name: one.name, ...caseJson(one, answer.runs) })) }
      : {}),
    ...(thresholds === null ? {} : { thresholds, singleThresholds: answer.singleThresholds }),
  }
  const lines = [
    `${plan.status}   expected cost ${withUnit(plan.expectedCost, unit, 4)}${plan.status === 'optimal' ? '' : `, at least ${withUnit(plan.lowerBound, unit, 4)}`}   first ${nameOf(plan.root)}`,
    `${formatNumber(plan.states, 0)} information states; carried out ${answer.runs} times: ${withUnit(main.simulation.mean, unit, 4)} ± ${formatNumber(main.simulation.standardError, 4)}`,
  ]
  for (const one of cases) {
    lines.push('', one.name === null ? 'plan' : `plan for ${one.name}`, ...decisionLines(one.plan))
    lines.push('', ...valueTable(one.value, width))
  }
  if (thresholds !== null) lines.push('', ...thresholdTable(thresholds, width))
  return {
    result: json,
    text: lines.join('\n'),
    limit: plan.status === 'optimal' ? null : 'method',
    report: report(answer),
  }
}

function nameOf(node: DecisionNode): string {
  return node.decision.kind === 'act' ? node.decision.id : `${node.decision.kind} ${node.decision.id}`
}

function caseJson({ plan, value, simulation }: DecisionCase, runs: number): Record<string, unknown> {
  return {
    expectedCost: plan.expectedCost,
    lowerBound: plan.lowerBound,
    first: nameOf(plan.root),
    belief: beliefJson(plan, plan.root),
    states: plan.states,
    depth: plan.depth,
    withoutTests: value.withoutTests,
    information: {
      sequential: value.sequential,
      perfect: value.perfect,
      tests: value.tests.map((test) => ({
        ...test,
        perCost: Number.isFinite(test.perCost) ? test.perCost : null,
      })),
      myopic: value.myopic,
      ...(value.warning === undefined ? {} : { warning: value.warning }),
    },
    simulation: { runs, ...simulation },
    policy: decisionLines(plan, Number.POSITIVE_INFINITY),
    nodes: nodesJson(plan),
  }
}

function beliefJson(plan: DecisionPlan, node: DecisionNode): Record<string, number> {
  return Object.fromEntries(plan.problem.hypotheses.map(({ id }, h) => [id, node.belief[h] as number]))
}

/** Every information state of the plan once; branches name nodes by number, the root is 0. */
function nodesJson(plan: DecisionPlan): Record<string, unknown>[] {
  const ids = new Map<DecisionNode, number>([[plan.root, 0]])
  const queue = [plan.root]
  const result: Record<string, unknown>[] = []
  for (const node of queue) {
    const branches = node.branches.map(({ outcome, probability, node: next }) => {
      if (next !== null && !ids.has(next)) {
        ids.set(next, queue.length)
        queue.push(next)
      }
      return { outcome, probability, node: next === null ? null : ids.get(next) }
    })
    result.push({
      decision: node.decision,
      expectedCost: node.expectedCost,
      belief: beliefJson(plan, node),
      branches,
    })
  }
  return result
}

/** The plan as indented lines; a line repeats the outcomes that lead to it. */
export function decisionLines(plan: DecisionPlan, deepest = SHOWN_DEPTH): string[] {
  const lines: string[] = []
  const two = plan.problem.hypotheses.length === 2
  const walk = (node: DecisionNode, prefix: string, depth: number): void => {
    const belief = two ? `P(${plan.problem.hypotheses[0]!.id})=${node.belief[0]!.toFixed(4)}, ` : ''
    lines.push(`${prefix}${nameOf(node)}  [${belief}cost ${node.expectedCost.toFixed(4)}]`)
    const open = node.branches.filter((branch) => branch.node !== null)
    if (depth === deepest && open.length > 0) {
      lines.push(`${prefix}  ...`)
      return
    }
    for (const branch of open) walk(branch.node as DecisionNode, `${prefix}  (${sign(branch.outcome)}) `, depth + 1)
  }
  walk(plan.root, '', 0)
  return lines
}

function sign(outcome: string): string {
  return outcome === 'not fixed' ? 'x' : outcome
}

function valueTable(value: InformationValue, width: number): string[] {
  const rows = value.tests.map((test) => [
    test.test,
    formatNumber(test.gross, 4),
    formatNumber(test.cost, 4),
    formatNumber(test.net, 4),
    Number.isFinite(test.perCost) ? formatNumber(test.perCost, 3) : '∞',
    formatNumber(test.informationBits, 4),
  ])
  const columns = [
    { header: 'one test' },
    ...['gross', 'cost', 'net', 'per cost', 'bits'].map((header) => ({ header, align: 'right' as const })),
  ]
  const lines = [
    'value of information',
    renderTable(columns, rows, { width }),
    `without tests ${formatNumber(value.withoutTests, 4)}; testing in the best order is worth ${formatNumber(value.sequential, 4)}, perfect information ${formatNumber(value.perfect, 4)}`,
  ]
  if (value.warning !== undefined) lines.push(`warning: ${value.warning}`)
  else if (!value.myopic.agrees)
    lines.push(`note: looking one test ahead would begin with ${value.myopic.test ?? 'no test'}`)
  return lines
}

function thresholdTable(regions: readonly ThresholdRegion[], width: number): string[] {
  const rows = regions.map(({ from, to, decision }) => [formatNumber(from, 6), formatNumber(to, 6), decision])
  const columns = [
    { header: 'prior from', align: 'right' as const },
    { header: 'to', align: 'right' as const },
    { header: 'first' },
  ]
  return ['best first decision by prior', renderTable(columns, rows, { width })]
}

function report(answer: DecisionAnswer): Report {
  const { title, unit, cases, thresholds } = answer
  const main = cases[0]!
  const summary = `Expected cost ${withUnit(main.plan.expectedCost, unit, 4)}; begin with ${nameOf(main.plan.root)}.`
  const sections: Report['sections'][number][] = []
  for (const [index, one] of cases.entries()) {
    const suffix = one.name === null ? '' : `: ${one.name}`
    const { plan, value } = one
    sections.push({
      kind: 'figure',
      heading: `Plan${suffix}`,
      name: index === 0 ? 'plan' : `plan-${index}`,
      svg: decisionSvg(plan, `${title}${suffix}`),
      caption: 'Each box: what to do, expected cost from here, belief. On the branches: outcome and its probability.',
    })
    sections.push({
      kind: 'table',
      heading: `Value of one test${suffix}`,
      columns: ['test', 'gross', 'cost', 'net', 'per cost', 'bits'],
      rows: value.tests.map((test) => [
        test.test,
        formatNumber(test.gross, 4),
        formatNumber(test.cost, 4),
        formatNumber(test.net, 4),
        Number.isFinite(test.perCost) ? formatNumber(test.perCost, 3) : '∞',
        formatNumber(test.informationBits, 4),
      ]),
    })
    if (value.warning !== undefined)
      sections.push({ kind: 'text', heading: 'One test is not enough', text: `Warning: ${value.warning}.` })
  }
  const { hypotheses } = main.plan.problem
  if (thresholds !== null) {
    const groups = new Map(
      [...new Set(thresholds.map(({ decision }) => decision))].map((name, index) => [name, index + 2]),
    )
    const series: LineSeries[] = [
      { name: 'with tests in the best order', points: answer.curve.map(([x, y]) => [x, y]) },
      { name: 'without tests', points: answer.curve.map(([x, , y]) => [x, y]), dashed: true },
    ]
    sections.push({
      kind: 'figure',
      heading: 'Thresholds of the first decision',
      name: 'thresholds',
      svg: renderLineChartSvg({
        title: 'Least expected cost and best first decision by prior',
        xLabel: `P(${hypotheses[0]!.id})`,
        yLabel: unit === '' ? 'expected cost' : `expected cost, ${unit}`,
        series,
        marks: cases.map(({ name, plan }) => ({ x: plan.root.belief[0]!, text: name ?? '' })),
        regions: thresholds.map(({ from, to, decision }) => ({
          from,
          to,
          text: decision,
          group: groups.get(decision)!,
        })),
      }),
      caption: thresholds
        .map(({ from, to, decision }) => `${decision}: ${formatNumber(from, 5)} to ${formatNumber(to, 5)}`)
        .join('; '),
    })
  }
  sections.push({
    kind: 'figure',
    heading: 'Belief at the start',
    name: 'belief',
    svg: renderBarsSvg({
      title: 'What is believed before any test',
      unit: '%',
      bars: hypotheses.map(({ id, probability }) => ({ name: id, value: 100 * probability, limit: null })),
    }),
    caption: 'Probability of each hypothesis.',
  })
  return {
    title,
    summary,
    facts: [
      ['status', main.plan.status],
      ['expected cost', withUnit(main.plan.expectedCost, unit, 4)],
      ['first', nameOf(main.plan.root)],
      ['simulated', `${formatNumber(main.simulation.mean, 3)} ± ${formatNumber(main.simulation.standardError, 3)}`],
    ],
    sections,
  }
}

const GROUP: Readonly<Record<DecisionNode['decision']['kind'], number>> = { test: 0, act: 2, repair: 1 }

/** The plan drawn as a tree; shared information states are drawn where they occur. */
export function decisionSvg(plan: DecisionPlan, title: string): string {
  const { hypotheses } = plan.problem
  const build = (node: DecisionNode, edge: string | undefined): TreeNode => {
    const all = node.belief.map((probability, h) => ({ probability, id: hypotheses[h]!.id }))
    // Of two hypotheses always the first, so that the numbers can be compared from box to box.
    const likely =
      all.length === 2 ? all.slice(0, 1) : all.toSorted((a, b) => b.probability - a.probability).slice(0, 2)
    return {
      label: nameOf(node),
      lines: [
        `cost ${node.expectedCost.toFixed(2)}`,
        ...likely.map(({ id, probability }) => `${id} ${formatPercent(probability)}`),
      ],
      group: GROUP[node.decision.kind],
      ...(edge === undefined ? {} : { edge }),
      children: node.branches.flatMap((branch) =>
        branch.node === null
          ? []
          : [build(branch.node, `${sign(branch.outcome)} ${formatPercent(branch.probability)}`)],
      ),
    }
  }
  return renderTreeSvg({ title, root: build(plan.root, undefined), groups: ['test', 'repair', 'act'], maxNodes: 120 })
}
