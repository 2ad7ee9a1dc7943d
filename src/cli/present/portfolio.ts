/** A project portfolio: what starts when, money and heads per period, what was dropped and why. */
import type { PortfolioResult } from '../../../models/portfolio/index.ts'
import type { PortfolioProblem } from '../../domain/portfolio.ts'
import { formatNumber, type Report, renderBarsSvg, renderTable, type Section, withUnit } from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { presentConflict, presentUnknown } from './conflict.ts'
import { proofLine } from './proof.ts'

export function presentPortfolio(problem: PortfolioProblem, result: PortfolioResult, width: number): Outcome {
  if (result.status === 'infeasible') return presentConflict('portfolio', problem.title, result.conflict, result.solver)
  if (result.status === 'unknown') return presentUnknown('portfolio', problem.title, result.limit, result.solver)
  const { unit, periodName } = problem
  const { linearModel: _model, ...plain } = result
  const gains = new Map(result.marginal.map((value) => [value.period, value]))
  const periods = result.spend.map((spend, index) => {
    const gain = gains.get(index + 1)
    const available = result.available[index] ?? 0
    return [
      `${periodName} ${index + 1}`,
      formatNumber(spend),
      formatNumber(available),
      formatNumber(available - spend),
      ...Object.entries(problem.capacity).map(
        ([name, capacity]) => `${formatNumber(result.heads[name]?.[index] ?? 0)}/${formatNumber(capacity)}`,
      ),
      gain === undefined
        ? ''
        : `+${formatNumber(gain.amount)} → ${gain.gain >= 0 ? '+' : ''}${formatNumber(gain.gain)}`,
    ]
  })
  const periodColumns = [
    periodName,
    'spend',
    'available',
    'left',
    ...Object.keys(problem.capacity),
    'more money → worth',
  ]
  const starts = result.plan.map((entry) => [entry.project, `${periodName} ${entry.start}`])
  const dropped = result.dropped.map((entry) => [entry.project, entry.reason])
  const lines = [
    `${result.status}   net present value ${withUnit(result.objective, unit)}${result.nextBest === undefined ? '' : ` (next best ${formatNumber(result.nextBest)})`}`,
    proofLine(result.solver, result.variables, result.check, result.gap),
    '',
    renderTable([{ header: 'project' }, { header: 'starts' }], starts, { width }),
    '',
    renderTable(
      periodColumns.map((header, index) => ({ header, align: index === 0 ? ('left' as const) : ('right' as const) })),
      periods,
      { width },
    ),
    '',
    ...(dropped.length === 0 ? [] : [renderTable([{ header: 'dropped' }, { header: 'why' }], dropped, { width })]),
  ]
  const sections: Section[] = [
    { kind: 'table', heading: 'Projects', columns: ['project', 'starts'], rows: starts },
    { kind: 'table', heading: `By ${periodName}`, columns: periodColumns, rows: periods },
    {
      kind: 'figure',
      heading: 'Money',
      name: 'money',
      svg: renderBarsSvg({
        title: `Spend against what is available, by ${periodName}`,
        unit,
        bars: result.spend.map((value, index) => ({
          name: `${periodName} ${index + 1}`,
          value,
          limit: result.available[index] ?? null,
          note: `${formatNumber(value)} of ${formatNumber(result.available[index] ?? 0)}`,
        })),
      }),
      caption: 'Red marks: what is available, carried over money included.',
    },
    { kind: 'table', heading: 'Dropped', columns: ['project', 'why'], rows: dropped },
  ]
  const report: Report = {
    title: problem.title,
    summary: `${result.status === 'optimal' ? 'The best plan' : 'The best plan found'} is worth ${withUnit(result.objective, unit)} today.`,
    facts: [
      ['status', result.status],
      ['net present value', withUnit(result.objective, unit)],
      ['solver', result.solver],
      ['rules re-checked', `${result.check.rules}, ${result.check.violations.length} broken`],
    ],
    sections,
  }
  return {
    result: { kind: 'portfolio', title: problem.title, ...plain },
    text: lines.join('\n').trimEnd(),
    limit: result.status === 'feasible' ? result.limit : null,
    report,
  }
}
