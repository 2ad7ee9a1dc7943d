/** Games: what a zero-sum game is worth and how to mix; what coalitions are worth and how to share. */
import { type CoalitionAnalysis, characteristicFunction, type Shares } from '../../../models/coalition/index.ts'
import type { MatrixGameSolution } from '../../../solvers/game/index.ts'
import type { CoalitionProblem } from '../../domain/coalition.ts'
import type { MatrixGame } from '../../domain/matrix-game.ts'
import {
  formatNumber,
  formatPercent,
  LATTICE_MEMBERS,
  type Report,
  renderBarsSvg,
  renderLatticeSvg,
  renderMatrixSvg,
  renderTable,
  type Section,
  withUnit,
} from '../../report/index.ts'
import type { Outcome } from '../session.ts'

export function presentMatrixGame(game: MatrixGame, solution: MatrixGameSolution, width: number): Outcome {
  const { certificate } = solution
  const mix = (names: readonly string[], probabilities: Float64Array): Record<string, number> =>
    Object.fromEntries(names.map((name, index) => [name, probabilities[index] as number]))
  const json = {
    kind: 'game',
    title: game.title,
    status: solution.status,
    objective: solution.value,
    bound: certificate.upper,
    value: solution.value,
    row: mix(game.rows, solution.row),
    column: mix(game.columns, solution.column),
    certificate,
    method: solution.method,
  }
  const rows = [
    ...game.rows.map((name, index) => ['row', name, formatPercent(solution.row[index] as number, 4)]),
    ...game.columns.map((name, index) => ['column', name, formatPercent(solution.column[index] as number, 4)]),
  ]
  const lines = [
    `${solution.status}   value ${withUnit(solution.value, game.unit, 6)} to the row player`,
    `no deviation gains more than ${certificate.gap.toExponential(1)}: rows guarantee ${formatNumber(certificate.lower, 6)}, columns concede at most ${formatNumber(certificate.upper, 6)}`,
    '',
    renderTable([{ header: 'player' }, { header: 'strategy' }, { header: 'played', align: 'right' }], rows, { width }),
  ]
  const bars = [
    ...game.rows.map((name, index) => ({ name, value: (solution.row[index] as number) * 100, limit: null })),
    ...game.columns.map((name, index) => ({
      name: `${name} (column)`,
      value: (solution.column[index] as number) * 100,
      limit: null,
    })),
  ]
  const report: Report = {
    title: game.title,
    summary: `Worth ${withUnit(solution.value, game.unit, 6)} to the row player under best play of both.`,
    facts: [
      ['status', solution.status],
      ['value', withUnit(solution.value, game.unit, 6)],
      ['gap', certificate.gap.toExponential(1)],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'How often each strategy is played',
        name: 'mix',
        svg: renderBarsSvg({ title: game.title, unit: '%', bars }),
        caption: 'Strategies of the row player first.',
      },
      {
        kind: 'figure',
        heading: 'Payoffs',
        name: 'payoffs',
        svg: renderMatrixSvg({
          title: 'Payoffs to the row player',
          rows: game.rows.map((name, index) => `${name} ${formatPercent(solution.row[index] as number, 1)}`),
          columns: game.columns.map((name, index) => `${name} ${formatPercent(solution.column[index] as number, 1)}`),
          values: game.payoff,
          chosen: [],
          unit: game.unit,
        }),
        caption: 'Strategies with the share in which they are played.',
      },
    ],
  }
  return { result: json, text: lines.join('\n'), limit: solution.status === 'feasible' ? solution.limit : null, report }
}

export function presentCoalitions(problem: CoalitionProblem, analysis: CoalitionAnalysis, width: number): Outcome {
  const { agents, structure, shares, cover } = analysis
  const json = {
    kind: 'coalition',
    title: problem.title,
    status: structure.status,
    ...(structure.status === 'feasible' ? { limit: structure.limit } : {}),
    objective: structure.value,
    bound: structure.bound,
    grand: analysis.grand,
    structure: { value: structure.value, coalitions: analysis.coalitions },
    ...sharesJson(agents, shares),
    ...(cover === undefined ? {} : { cover: sharesJson(agents, cover) }),
  }
  const lines = [
    `${structure.status}   best structure ${withUnit(structure.value, problem.unit)}; all together ${withUnit(analysis.grand, problem.unit)}`,
    ...analysis.coalitions.map(
      (coalition) =>
        `  ${coalition.members.join(' + ')}: ${withUnit(coalition.value, problem.unit)}${coalition.job === null ? '' : ` (${coalition.job})`}`,
    ),
    '',
    'sharing what all earn together',
    ...sharesText(agents, shares, width),
  ]
  if (cover !== undefined)
    lines.push(
      '',
      'sharing what the best structure earns (coalitions may form freely)',
      ...sharesText(agents, cover, width),
    )
  const bars = agents.map((name, index) => ({
    name,
    value: Math.max(0, (cover ?? shares).shapley[index] as number),
    limit: null,
  }))
  const drawn = agents.length <= LATTICE_MEMBERS
  const svg = drawn
    ? renderLatticeSvg({
        title: `${problem.title}: what each coalition is worth`,
        unit: problem.unit,
        members: agents,
        values: characteristicFunction(problem).values,
        chosen: structure.coalitions,
      })
    : null
  const caption = 'A line joins a coalition with those of one member more.'
  const lattice: Section[] =
    svg === null ? [] : [{ kind: 'figure', heading: 'Coalitions', name: 'coalitions', svg, caption }]
  const report: Report = {
    title: problem.title,
    summary: `The best structure is worth ${withUnit(structure.value, problem.unit)}.`,
    facts: [
      ['status', structure.status],
      ['best structure', withUnit(structure.value, problem.unit)],
      ['core', shares.core.status],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Shapley shares',
        name: 'shapley',
        svg: renderBarsSvg({ title: problem.title, unit: problem.unit, bars }),
        caption: 'Of the best structure where coalitions may form freely; negative shares are drawn as 0.',
      },
      ...lattice,
      {
        kind: 'table',
        heading: 'Shares of what all earn together',
        columns: SHARE_COLUMNS,
        rows: shareRows(agents, shares),
      },
      ...(cover === undefined
        ? []
        : [
            {
              kind: 'table' as const,
              heading: 'Shares of the best structure, where coalitions may form freely',
              columns: SHARE_COLUMNS,
              rows: shareRows(agents, cover),
            },
          ]),
      { kind: 'text', heading: 'In words', text: lines.join('\n') },
    ],
  }
  return {
    result: json,
    text: lines.join('\n'),
    limit: structure.status === 'feasible' ? structure.limit : null,
    report,
  }
}

function named(agents: readonly string[], payoff: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(agents.map((agent, index) => [agent, payoff[index] as number]))
}

function sharesJson(agents: readonly string[], shares: Shares): Record<string, unknown> {
  const { core, nucleolus } = shares
  return {
    shapley: named(agents, shares.shapley),
    ...(shares.shapleyFractions === undefined ? {} : { shapleyFractions: shares.shapleyFractions }),
    shapleyInCore: shares.shapleyInCore,
    blocking: shares.blocking,
    core:
      core.status === 'unknown'
        ? { empty: null, limit: core.limit }
        : {
            empty: core.status === 'empty',
            epsilon: core.epsilon,
            ...(core.status === 'non-empty'
              ? { point: named(agents, core.payoff) }
              : { leastCorePoint: named(agents, core.payoff) }),
          },
    nucleolus: nucleolus.status === 'optimal' ? named(agents, nucleolus.payoff) : null,
    nucleolusVerified: shares.nucleolusVerified,
  }
}

const SHARE_COLUMNS = ['agent', 'Shapley', 'core or least core', 'nucleolus']

function shareRows(agents: readonly string[], { shapley, core, nucleolus }: Shares): string[][] {
  return agents.map((agent, index) => [
    agent,
    formatNumber(shapley[index] as number, 4),
    core.status === 'unknown' ? '-' : formatNumber(core.payoff[index] as number, 4),
    nucleolus.status === 'optimal' ? formatNumber(nucleolus.payoff[index] as number, 4) : '-',
  ])
}

function sharesText(agents: readonly string[], shares: Shares, width: number): string[] {
  const { core, nucleolus } = shares
  const column = (payoff: ArrayLike<number> | null, index: number): string =>
    payoff === null ? '-' : formatNumber(payoff[index] as number, 4)
  const rows = agents.map((agent, index) => [
    agent,
    shares.shapleyFractions?.[index] ?? '',
    column(shares.shapley, index),
    column(core.status === 'unknown' ? null : core.payoff, index),
    column(nucleolus.status === 'optimal' ? nucleolus.payoff : null, index),
  ])
  const verdict =
    core.status === 'empty'
      ? `the core is empty: even the best payoff leaves a coalition ${formatNumber(core.epsilon, 4)} short`
      : core.status === 'unknown'
        ? 'whether the core is empty was not decided'
        : 'the core is not empty'
  const stable = shares.shapleyInCore
    ? 'the Shapley payoff is in it'
    : `the Shapley payoff is not in it: ${shares.blocking?.join(' + ') ?? 'some coalition'} would leave`
  const columns = [
    { header: 'agent' },
    { header: 'Shapley', align: 'right' as const },
    { header: '', align: 'right' as const },
    { header: core.status === 'empty' ? 'least core' : 'core', align: 'right' as const },
    { header: 'nucleolus', align: 'right' as const },
  ]
  return [renderTable(columns, rows, { width }), `${verdict}; ${stable}`]
}
