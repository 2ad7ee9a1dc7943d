/** A divided budget: table, what binds, what the next unit earns. */
import type { BudgetResult } from '../../../models/budget/index.ts'
import type { BudgetProblem } from '../../domain/budget.ts'
import { formatNumber, formatPercent, type Report, renderBarsSvg, renderTable, withUnit } from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { presentConflict, presentUnknown } from './conflict.ts'
import { proofLine } from './proof.ts'

export function presentBudget(problem: BudgetProblem, result: BudgetResult, width: number): Outcome {
  if (result.status === 'infeasible') return presentConflict('budget', problem.title, result.conflict, result.solver)
  if (result.status === 'unknown') return presentUnknown('budget', problem.title, result.limit, result.solver)
  const { unit } = problem
  const money = (value: number): string => withUnit(value, unit)
  const { linearModel: _model, ...plain } = result
  const rates = new Map(result.marginal.map((value) => [value.constraint, value]))
  const binding = result.binding.map((limit) => {
    const rate = rates.get(limit.constraint)
    const used = `${formatNumber(limit.used)} of ${formatNumber(limit.limit)}`
    const earns =
      rate === undefined ? '' : `; next 1 ${unit === '' ? 'unit' : unit} earns ${withUnit(rate.perUnit, unit, 4)}`
    return {
      text: `${limit.description} (${used}${earns})`,
      row: [
        limit.description,
        used,
        rate === undefined ? '' : formatNumber(rate.perUnit, 4),
        rate === undefined ? '' : formatNumber(rate.upTo),
      ],
    }
  })
  const rows = result.amounts.map((line) => [
    line.line,
    formatNumber(line.amount),
    formatPercent(result.spent > 0 ? line.amount / result.spent : 0),
    formatNumber(line.return),
  ])
  const lines = [
    `${result.status}   return ${withUnit(result.objective, unit)} on ${money(result.spent)} of ${money(problem.total)}`,
    proofLine(result.solver, result.variables, result.check, result.gap),
    '',
    renderTable(
      [
        { header: 'line' },
        { header: `amount${unit === '' ? '' : ` ${unit}`}`, align: 'right' },
        { header: 'share', align: 'right' },
        { header: 'return', align: 'right' },
      ],
      rows,
      { width },
    ),
    '',
  ]
  if (binding.length > 0) lines.push('binding:', ...binding.map((entry) => `  - ${entry.text}`))
  for (const unused of result.unused) {
    const needed =
      unused.neededReturn === null
        ? ''
        : `; pays from a return of ${formatNumber(unused.neededReturn, 4)} per ${unit === '' ? 'unit' : unit} on`
    lines.push(`${unused.line}: not used: ${unused.reason}${needed}`)
  }
  const bars = result.amounts.map((amount) => ({
    name: amount.line,
    value: amount.amount,
    limit: problem.lines.find((line) => line.id === amount.line)?.minIfUsed ?? null,
    note: `${formatNumber(amount.amount)}  (returns ${formatNumber(amount.return)})`,
  }))
  const report: Report = {
    title: problem.title,
    summary: `${result.status === 'optimal' ? 'The best plan' : 'The best plan found'} returns ${money(result.objective)} on ${money(result.spent)}.`,
    facts: [
      ['status', result.status],
      ['return', money(result.objective)],
      ['spent', `${formatNumber(result.spent)} of ${money(problem.total)}`],
      ['solver', result.solver],
      ['rules re-checked', `${result.check.rules}, ${result.check.violations.length} broken`],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Amounts',
        name: 'amounts',
        svg: renderBarsSvg({ title: 'Amounts by line', unit, bars }),
        caption: 'Red marks: nothing or at least this.',
      },
      { kind: 'table', heading: 'Lines', columns: ['line', `amount ${unit}`, 'share', 'return'], rows },
      {
        kind: 'table',
        heading: 'What binds',
        columns: ['constraint', 'used', 'next unit earns', 'for up to'],
        rows: binding.map((entry) => entry.row),
      },
      {
        kind: 'table',
        heading: 'Not used',
        columns: ['line', 'why'],
        rows: result.unused.map((entry) => [entry.line, entry.reason]),
      },
    ],
  }
  return {
    result: { kind: 'budget', title: problem.title, ...plain },
    text: lines.join('\n').trimEnd(),
    limit: result.status === 'feasible' ? result.limit : null,
    report,
  }
}
