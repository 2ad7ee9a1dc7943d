/** What a little more of each limit would buy, added to a schedule's outcome. */
import type { LimitValue, TaskInsertion } from '../../../models/scheduling/index.ts'
import type { CapacityValue } from '../../../solvers/scheduling/index.ts'
import { formatNumber, renderTable } from '../../report/index.ts'
import type { Outcome } from '../session.ts'

export function withLimitValues(outcome: Outcome, values: readonly LimitValue[], width: number): Outcome {
  const rows = values.map(({ limit, from, to, gain, of, values: found, proved }) => [
    limit,
    `${formatNumber(from)} → ${formatNumber(to)}`,
    found === null ? 'not decided' : of === null ? 'nothing' : `${of} ${formatNumber(gain)} better`,
    proved ? 'proved' : '',
  ])
  return extended(outcome, values, rows, width)
}

export function withCapacityValues(outcome: Outcome, values: readonly CapacityValue[], width: number): Outcome {
  const rows = values.map(({ kind, id, extra, gain, proved }) => [
    `${kind} ${id}`,
    `+${formatNumber(extra)}`,
    gain > 0 ? `${formatNumber(gain)} better` : 'nothing',
    proved ? 'proved' : '',
  ])
  return extended(outcome, values, rows, width)
}

function extended(outcome: Outcome, values: readonly unknown[], rows: readonly string[][], width: number): Outcome {
  const columns = ['what if', 'change', 'buys', 'proof']
  const table = renderTable(
    columns.map((header) => ({ header })),
    rows,
    { width },
  )
  const { report } = outcome
  const section = { kind: 'table', heading: 'What one unit more would buy', columns, rows } as const
  return {
    ...outcome,
    result: { ...outcome.result, whatIf: values },
    text: rows.length === 0 ? outcome.text : `${outcome.text}\n\n${table}`,
    report: report === null ? null : { ...report, sections: [...report.sections, section] },
  }
}

/** Places for one more task, added to the schedule of the others. */
export function withInsertions(
  outcome: Outcome,
  task: string,
  places: readonly TaskInsertion[],
  width: number,
): Outcome {
  const rows = places.map(({ start, end, mode, values }) => [
    formatNumber(start),
    formatNumber(end),
    mode,
    Object.entries(values)
      .map(([objective, value]) => `${objective} ${formatNumber(value)}`)
      .join(', '),
  ])
  const columns = ['start', 'end', 'mode', 'then']
  const heading = rows.length === 0 ? `${task} fits nowhere` : `Where ${task} fits best`
  const table = renderTable(
    columns.map((header) => ({ header })),
    rows,
    { width },
  )
  const { report } = outcome
  const section = { kind: 'table', heading, columns, rows } as const
  return {
    ...outcome,
    result: { ...outcome.result, insertions: places },
    text: `${outcome.text}\n\n${heading}${rows.length === 0 ? '' : `\n${table}`}`,
    report: report === null ? null : { ...report, sections: [...report.sections, section] },
  }
}
