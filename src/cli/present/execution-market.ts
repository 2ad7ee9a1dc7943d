/** A day of trading: lots against volume caps, opportunities with gain and threshold, cash, regret. */
import type { ExecutionTrace } from '../../domain/execution.ts'
import { binCapacity, type MarketProblem } from '../../domain/market.ts'
import { finalCash, hindsightValue, lotsOf } from '../../execution/worlds/market.ts'
import { formatNumber, renderLineChartSvg, renderTable, withUnit } from '../../report/index.ts'
import type { WorldView } from './execution.ts'

export async function viewMarket(problem: MarketProblem, trace: ExecutionTrace, width: number): Promise<WorldView> {
  const cash = finalCash(problem, trace)
  const hindsight = await hindsightValue(problem)
  const planned = trace.plans[0]?.plan.cost ?? 0
  const columns = ['bin', ...problem.orders.map((order) => `${order.symbol} ${order.side}`), 'cash']
  const rows = trace.results.map((result, bin) => [
    problem.bins[bin] ?? '',
    ...lotsOf(problem, result.step).map((lots, s) => {
      const order = problem.orders[s]
      return order === undefined ? '' : `${lots}/${binCapacity(problem, order, bin)}`
    }),
    formatNumber(result.actualState['cash'] as number),
  ])
  const gains = [
    ...trace.replans.flatMap((replan) =>
      replan.triggers.map((evidence) => ({ time: replan.time, evidence, taken: true })),
    ),
    ...trace.noted.map(({ time, evidence }) => ({ time, evidence, taken: false })),
  ].toSorted((a, b) => a.time - b.time)
  const gainColumns = ['bin', 'trigger', 'gain', 'threshold', 'taken', 'evidence']
  const gainRows = gains.map(({ time, evidence, taken }) => [
    problem.bins[time] ?? String(time),
    evidence.trigger,
    evidence.value === undefined ? '' : formatNumber(evidence.value),
    evidence.threshold === undefined ? '' : formatNumber(evidence.threshold),
    taken ? 'yes' : 'no',
    evidence.evidence,
  ])
  const regret = hindsight === null ? null : hindsight - cash
  const notice = 'A simulation on given prices; not investment advice.'
  const aligned = (headers: readonly string[]) =>
    headers.map((header, index) => ({ header, align: index === 0 ? ('left' as const) : ('right' as const) }))
  return {
    summary: `final cash ${withUnit(cash, problem.unit)}, ${trace.replans.length} replannings, regret ${regret === null ? '?' : formatNumber(regret)} against hindsight`,
    fields: {
      finalCash: cash,
      plannedValue: planned,
      ...(hindsight === null ? {} : { hindsight, regret: hindsight - cash }),
      unfilled: Object.fromEntries(
        problem.orders.map((order) => [order.symbol, trace.currentState[`left ${order.symbol}`]]),
      ),
      opportunities: gains,
    },
    facts: [
      ['final cash', withUnit(cash, problem.unit)],
      ['planned', withUnit(planned, problem.unit)],
      ['hindsight', hindsight === null ? '?' : withUnit(hindsight, problem.unit)],
    ],
    text: [
      renderTable(aligned(columns), rows, { width }),
      '',
      renderTable(
        gainColumns.map((header) => ({ header })),
        gainRows,
        { width: Math.max(width, 100) },
      ),
      '',
      notice,
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Cash',
        name: 'cash',
        svg: renderLineChartSvg({
          title: 'Cash after every bin',
          xLabel: 'bin',
          yLabel: problem.unit,
          series: [
            {
              name: 'cash',
              dots: true,
              points: [
                [0, problem.cash],
                ...trace.results.map((result) => [result.end, result.actualState['cash'] as number] as const),
              ],
            },
          ],
          marks: trace.replans.map((replan) => ({ x: replan.time, text: replan.triggers[0]?.trigger ?? '' })),
        }),
        caption: 'Never below 0. Costs of replanning are taken off at the end.',
      },
      { kind: 'table', heading: 'Lots traded of the most allowed', columns, rows },
      { kind: 'table', heading: 'Opportunities', columns: gainColumns, rows: gainRows },
      { kind: 'text', heading: '', text: notice },
    ],
  }
}
