/** A session of agents: every part in words, as JSON and drawn. */
import type { Coordinated } from '../../coordination/coordinate.ts'
import type { CoordinationProblem } from '../../domain/coordination.ts'
import { renderSequenceSvg, type Section } from '../../report/index.ts'
import { EXIT } from '../exit-codes.ts'
import type { Outcome } from '../session.ts'
import { allocationPart } from './coordination-allocation.ts'
import { auctionPart } from './coordination-auction.ts'
import { conflictPart } from './coordination-conflicts.ts'
import { negotiationPart } from './coordination-negotiation.ts'
import type { Part } from './coordination-part.ts'
import { presentCoalitions, presentMatrixGame } from './game.ts'

/** The worst of the parts' statuses; `complete` when all are settled and proved. */
const WORST_FIRST = ['infeasible', 'unknown', 'no-agreement', 'partial', 'feasible'] as const

export function presentCoordination(problem: CoordinationProblem, found: Coordinated, width: number): Outcome {
  const parts: Part[] = []
  if (found.allocation !== null && problem.allocation !== null)
    parts.push(allocationPart(problem.allocation, found.allocation, width))
  if (found.negotiation !== null && problem.negotiation !== null)
    parts.push(negotiationPart(problem.negotiation, found.negotiation, width))
  if (found.auction !== null && problem.auction !== null) parts.push(auctionPart(problem, found.auction, width))
  if (found.game !== null && problem.game !== null)
    parts.push(fromOutcome('game', presentMatrixGame(problem.game, found.game, width)))
  if (found.coalition !== null && problem.coalition !== null)
    parts.push(fromOutcome('coalition', presentCoalitions(problem.coalition, found.coalition, width)))
  if (found.conflicts !== null && problem.conflicts !== null)
    parts.push(conflictPart(problem.conflicts, found.conflicts, width))
  const status = WORST_FIRST.find((name) => parts.some((part) => part.status === name)) ?? 'complete'
  const json = Object.fromEntries(parts.map((part) => [part.name, part.json]))
  const coalitions = found.coalition?.coalitions ?? []
  const heard = problem.agents.map(({ id }) => id)
  const talk: Section[] =
    found.messages.length === 0
      ? []
      : [
          {
            kind: 'figure',
            heading: 'Who said what',
            name: 'messages',
            svg: renderSequenceSvg({
              title: `${found.messages.length} messages`,
              agents: ['initiator', 'mediator', ...heard],
              messages: found.messages.map(({ from, to, type, content }) => ({
                from,
                to,
                text: `${type} ${told(content)}`,
                group: TYPE_GROUPS.findIndex((types) => types.includes(type)),
              })),
            }),
            caption: 'Time runs downwards; messages about one task or deal follow each other.',
          },
        ]
  return {
    result: {
      kind: 'coordination',
      title: problem.title,
      status,
      allocation: null,
      ...json,
      agreements: found.agreements,
      coalitions,
      conflicts: json['conflicts'] ?? null,
      messages: found.messages,
    },
    text: [
      `${status}   ${problem.title}`,
      ...parts.flatMap((part) => ['', ...part.lines]),
      ...(found.messages.length === 0 ? [] : ['', `${found.messages.length} messages; --json or --out shows them`]),
    ].join('\n'),
    limit: null,
    ...(status === 'no-agreement' ? { exitCode: EXIT.infeasible } : {}),
    report: {
      title: problem.title,
      summary: parts.map((part) => part.summary).join(' '),
      facts: [['status', status], ...parts.map((part) => [part.name, part.status] as const)],
      sections: [...parts.flatMap((part) => part.sections), ...talk],
    },
  }
}

const TYPE_GROUPS: readonly (readonly string[])[] = [
  ['announce', 'propose', 'request'],
  ['bid', 'counter'],
  ['award', 'accept', 'commit', 'inform'],
  ['reject', 'refuse'],
]

function told(content: Readonly<Record<string, unknown>>): string {
  return Object.entries(content)
    .filter(([name]) => name !== 'reason')
    .map(([name, value]) => (name === 'task' ? String(value) : `${name} ${String(value)}`))
    .join(' ')
}

function fromOutcome(name: string, outcome: Outcome): Part {
  return {
    name,
    status: outcome.result.status === 'optimal' ? 'complete' : outcome.result.status,
    json: outcome.result,
    lines: outcome.text.split('\n'),
    summary: outcome.report?.summary ?? '',
    sections: outcome.report?.sections ?? [],
  }
}
