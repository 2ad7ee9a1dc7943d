/** An auction: who wins what, what is paid, and against what else. */
import type { Coordinated } from '../../coordination/coordinate.ts'
import type { CoordinationProblem } from '../../domain/coordination.ts'
import { formatNumber, renderBarsSvg, renderTable, withUnit } from '../../report/index.ts'
import type { Part } from './coordination-part.ts'

export function auctionPart(
  problem: CoordinationProblem,
  found: NonNullable<Coordinated['auction']>,
  width: number,
): Part {
  const name = 'auction'
  const { unit } = problem
  if (found.rule !== 'combinatorial') {
    const { result, rule } = found
    const told =
      result.status === 'sold' ? `${result.winner} wins and pays ${withUnit(result.price, unit)}` : result.reason
    return {
      name,
      status: result.status === 'sold' ? 'complete' : 'no-agreement',
      json: { rule, ...result },
      lines: [`${result.status}   ${rule}: ${told}`],
      summary: `${told}.`,
      sections: [
        {
          kind: 'table',
          heading: 'Calls',
          columns: ['price', 'bidder'],
          rows: result.transcript.map((one) => [formatNumber(one.price), one.bidder ?? '-']),
        },
      ],
    }
  }
  const { result, runnerUp, singles } = found
  const { outcome } = result
  if (outcome.status === 'infeasible' || outcome.status === 'unknown') {
    const why =
      outcome.status === 'unknown'
        ? `the limit was hit: ${outcome.limit}`
        : outcome.withoutBid.length > 0
          ? `nobody bids for ${outcome.withoutBid.join(', ')}`
          : `the bids cannot cover all items; left over at least: ${outcome.leftOver?.join(', ') ?? 'not found'}`
    return {
      name,
      status: outcome.status,
      json: { rule: found.rule, ...outcome },
      lines: [`${outcome.status}   ${why}`],
      summary: `${why}.`,
      sections: [],
    }
  }
  const payments = result.status === 'optimal' ? result.payments : []
  const paid = (bidder: string): string => {
    const payment = payments.find((one) => one.bidder === bidder)?.payment ?? null
    return payment === null ? '-' : formatNumber(payment)
  }
  const rows = outcome.winners.map((bid) => [
    bid.bidder,
    bid.items.join(' + '),
    formatNumber(bid.price),
    paid(bid.bidder),
  ])
  const total = result.status === 'optimal' ? result.total : null
  const buying = problem.auction?.rule === 'combinatorial' && problem.auction.auction.side === 'buy'
  const others: [string, number | null][] = [
    ['best outcome', outcome.value],
    ['second best outcome', runnerUp],
    ['greedy by price an item', outcome.greedyValue],
    ['bids on single items only', singles],
    ['Vickrey-Clarke-Groves payments', total],
  ]
  const known = others.flatMap(([text, value]) => (value === null ? [] : [{ text, value }]))
  const headline = `${outcome.status}   ${buying ? 'cheapest cover' : 'best allocation'} ${withUnit(outcome.value, unit)}`
  return {
    name,
    status: outcome.status === 'optimal' ? 'complete' : 'feasible',
    json: {
      rule: found.rule,
      status: outcome.status,
      value: outcome.value,
      bound: outcome.bound,
      winners: outcome.winners,
      greedy: outcome.greedyValue,
      singles,
      runnerUp,
      unique: runnerUp === null ? null : runnerUp !== outcome.value,
      payments,
      totalPayments: total,
    },
    lines: [
      headline,
      renderTable(
        [
          { header: 'winner' },
          { header: 'items' },
          { header: 'bid', align: 'right' },
          { header: 'VCG', align: 'right' },
        ],
        rows,
        { width },
      ),
      ...known.map(({ text, value }) => `${text}: ${withUnit(value, unit)}`),
    ],
    summary: `${buying ? 'The cheapest cover costs' : 'The winners pay'} ${withUnit(outcome.value, unit)}.`,
    sections: [
      { kind: 'table', heading: 'Winners', columns: ['winner', 'items', 'bid', 'VCG payment'], rows },
      {
        kind: 'figure',
        heading: 'Against other outcomes',
        name: 'auction',
        svg: renderBarsSvg({
          title: 'Sums of prices',
          unit,
          bars: known.map(({ text, value }) => ({ name: text, value, limit: null })),
        }),
        caption: buying ? 'Smaller is better for the buyer.' : 'Larger is better for the seller.',
      },
    ],
  }
}
