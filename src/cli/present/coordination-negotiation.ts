/** A negotiation: the term sheet, what each side has of it, round by round, in the space of utilities. */

import { bargainingSolution } from '../../../solvers/game/index.ts'
import type { NegotiationReport } from '../../coordination/coordinate.ts'
import { gainsOf, negotiationSet } from '../../coordination/deal-space.ts'
import type { StatedNegotiation } from '../../domain/coordination.ts'
import { formatNumber, renderNegotiationSvg, renderTable, type Section, withUnit } from '../../report/index.ts'
import type { Part } from './coordination-part.ts'

export function negotiationPart(stated: StatedNegotiation, found: NegotiationReport, width: number): Part {
  const { space, outcome, concession } = found
  const { rational, pareto } = negotiationSet(space)
  const names = space.parties.map((party) => party.id)
  const utility = (party: number, deal: number): number => space.utilities[party]?.[deal] as number
  const nash = bargainingSolution(gainsOf(space), 'nash', pareto)
  const terms = (deal: number): string =>
    Object.entries(space.terms(deal))
      .map(([issue, value]) => `${issue} ${value}`)
      .join(', ')
  const counts = { deals: space.deals, rational: rational.length, pareto: pareto.length }
  const agreed = outcome.status === 'agreement' ? outcome : null
  const rounds = concession?.concessions ?? null
  const json = {
    status: outcome.status,
    protocol: stated.protocol,
    ...counts,
    ...(agreed === null
      ? outcome.status === 'conflict'
        ? { reason: outcome.reason, shortfall: outcome.shortfall }
        : {}
      : {
          terms: agreed.terms,
          utilities: Object.fromEntries(names.map((name, i) => [name, agreed.utilities[i]])),
          gains: Object.fromEntries(names.map((name, i) => [name, agreed.gains[i]])),
          product: agreed.gains.reduce((product, gain) => product * gain, 1),
        }),
    ...(rounds === null ? {} : { rounds }),
    nash: nash === null ? null : space.terms(nash),
    ...(concession === null
      ? {}
      : {
          concessions: concession.rounds.map(({ offers, risks }) => ({
            offers: offers.map((deal) => space.terms(deal)),
            gains: offers.map((deal) => names.map((_, i) => gain(space, i, deal))),
            risks,
          })),
        }),
  }
  const lines = [
    `${outcome.status}   ${stated.protocol}${rounds === null ? '' : `, ${rounds} rounds`}: ${agreed === null ? '' : terms(agreed.deal)}${outcome.status === 'conflict' ? outcome.reason : ''}`,
    `${counts.deals} deals, ${counts.rational} acceptable to all, ${counts.pareto} of them Pareto-optimal`,
  ]
  if (agreed !== null) {
    const rows = names.map((name, i) => [
      name,
      formatNumber(agreed.utilities[i] as number),
      formatNumber(space.parties[i]?.reservation as number),
      formatNumber(agreed.gains[i] as number),
    ])
    const right = ['with the deal', 'without', 'gain'].map((header) => ({ header, align: 'right' as const }))
    lines.push(renderTable([{ header: 'party' }, ...right], rows, { width }))
    if (nash !== null) lines.push(nash === agreed.deal ? 'this is the Nash deal' : `the Nash deal is ${terms(nash)}`)
  }
  const sections: Section[] = []
  if (names.length === 2) {
    const point = (deal: number): readonly [number, number] => [utility(0, deal), utility(1, deal)]
    sections.push({
      kind: 'figure',
      heading: 'In the space of utilities',
      name: 'negotiation',
      svg: renderNegotiationSvg({
        title: stated.title,
        unit: stated.unit,
        parties: [names[0] as string, names[1] as string],
        deals: Array.from({ length: space.deals }, (_, deal) => point(deal)),
        pareto: [...pareto].map(point),
        offers: [
          (concession?.rounds ?? []).map(({ offers }) => point(offers[0])),
          (concession?.rounds ?? []).map(({ offers }) => point(offers[1])),
        ],
        agreement: agreed === null ? null : point(agreed.deal),
        disagreement: [space.parties[0]?.reservation as number, space.parties[1]?.reservation as number],
      }),
      caption:
        'Each dot is a deal; the offers move towards each other along the Pareto set. Shaded: better for both than no deal.',
    })
  }
  if (agreed !== null) {
    sections.push({
      kind: 'table',
      heading: 'Term sheet',
      columns: ['term', 'agreed'],
      rows: [
        ...Object.entries(agreed.terms).map(([issue, value]) => [issue, String(value)]),
        ...names.map((name, i) => [`${name} has`, withUnit(agreed.utilities[i] as number, stated.unit)]),
      ],
    })
  }
  if (concession !== null && concession.rounds.length > 0) {
    sections.push({
      kind: 'table',
      heading: 'Round by round',
      columns: ['round', ...names.map((name) => `${name} offers`), ...names.map((name) => `risk of ${name}`)],
      rows: concession.rounds.map(({ offers, risks }, k) => [
        String(k),
        ...offers.map((deal) => terms(deal)),
        ...risks.map((risk) => formatNumber(risk, 4)),
      ]),
    })
  }
  const summary = agreed === null ? `No deal: ${lines[0]}` : `Agreed on ${terms(agreed.deal)}.`
  return {
    name: 'negotiation',
    status: agreed === null ? 'no-agreement' : 'complete',
    json,
    lines,
    summary,
    sections,
  }
}

function gain(space: NegotiationReport['space'], party: number, deal: number): number {
  return (space.utilities[party]?.[deal] as number) - (space.parties[party]?.reservation as number)
}
