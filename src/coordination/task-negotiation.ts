/**
 * Two agents bargain over who does a task and for how much.
 *
 * The one who wants it done (`principal`) is worth value - price with the deal; without it the better of its reservation and of doing
 * the task itself. The other one gains price - marginal cost and has its reservation. Prices lie on a grid between the least the one and the
 * most the other could agree to; the protocol runs on those deals. Cooperative pairs settle at cost on whoever is cheaper; with a
 * competitive party what one gains the other loses, so that no deal is better for both.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { CoordinationTask } from '../domain/agent.ts'
import type { Agreement } from '../domain/agreement.ts'
import type { AgentMessage, MessageType } from '../domain/message.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import type { Plan } from '../domain/plan.ts'
import { alternatingOffers } from './alternating-offers.ts'
import { enumerateDeals, type NegotiationOutcome, type Shortfall } from './deal-space.ts'
import { mediate } from './mediation.ts'
import { monotonicConcession } from './monotonic-concession.ts'
import type { PlanningAgent } from './planning-agent.ts'

export const BARGAINING_PROTOCOLS = ['monotonic_concession', 'mediation', 'alternating_offers'] as const
export type BargainingProtocol = (typeof BARGAINING_PROTOCOLS)[number]

export interface TaskNegotiationOptions {
  /** @default 'monotonic_concession' */
  readonly protocol?: BargainingProtocol
  /** Prices tried between the least and the most acceptable one. @default 101 */
  readonly prices?: number
  /** Rounds of alternating offers. @default 50 */
  readonly rounds?: number
}

export type TaskNegotiation =
  | { readonly status: 'agreement'; readonly agreement: Agreement; readonly log: readonly AgentMessage[] }
  | {
      readonly status: 'conflict'
      readonly reason: string
      readonly shortfall: Shortfall | null
      readonly log: readonly AgentMessage[]
    }

export async function negotiateTask(
  principal: PlanningAgent,
  other: PlanningAgent,
  task: CoordinationTask,
  options: TaskNegotiationOptions = {},
): Promise<TaskNegotiation> {
  const conflict = (reason: string, shortfall: Shortfall | null = null): TaskNegotiation => ({
    status: 'conflict',
    reason,
    shortfall,
    log: [],
  })
  const offered = await other.proposePlan(task)
  if (offered.status === 'none') return conflict(offered.reason)
  if (principal.type === 'competitive' || other.type === 'competitive') {
    const who = principal.type === 'competitive' ? principal.id : other.id
    return conflict(`${who} is competitive: what it gains ${who === other.id ? principal.id : other.id} loses`)
  }
  const own = await principal.proposePlan(task)
  const { cost, plan, requiredResources } = offered.proposal
  const alone = own.status === 'proposal' ? task.value - own.proposal.cost : Number.NEGATIVE_INFINITY
  const parties = [
    { id: principal.id, reservation: Math.max(principal.reservation, alone) },
    { id: other.id, reservation: other.reservation },
  ] as const
  const settle = (price: number, log: readonly AgentMessage[]): TaskNegotiation => ({
    status: 'agreement',
    agreement: {
      id: `${principal.id}-${other.id}/${task.id}`,
      agents: [principal.id, other.id],
      tasks: [task.id],
      jointPlan: signed(plan, other.id),
      resourceAllocation: { [principal.id]: {}, [other.id]: requiredResources },
      utilityDistribution: { [principal.id]: task.value - price, [other.id]: price - cost },
      transfers: { [principal.id]: price === 0 ? 0 : -price, [other.id]: price },
      commitments: [{ debtor: other.id, creditor: principal.id, task: task.id, deadline: task.deadline }],
    },
    log,
  })
  const conversation = `${principal.id}-${other.id}/${task.id}`
  if (principal.type === 'cooperative' && other.type === 'cooperative') {
    if (alone >= task.value - cost) return conflict(`${principal.id} does ${task.id} no dearer itself`)
    const log = transcript(conversation, [
      [principal.id, other.id, 'request', { task: task.id }],
      [other.id, principal.id, 'propose', { price: cost }],
      [principal.id, other.id, 'accept', { price: cost }],
    ])
    return settle(cost, log)
  }
  const least = cost + other.reservation
  const most = task.value - parties[0].reservation
  const space = pricesBetween(Math.min(least, most), Math.max(least, most), options.prices ?? 101, parties, task, cost)
  const price = (deal: number): number => space.terms(deal)['price'] as number
  const { outcome, log } = bargain(space, conversation, price, options)
  return outcome.status === 'conflict'
    ? { status: 'conflict', reason: outcome.reason, shortfall: outcome.shortfall, log }
    : settle(price(outcome.deal), log)
}

function pricesBetween(
  least: number,
  most: number,
  count: number,
  parties: readonly { readonly id: string; readonly reservation: number }[],
  task: CoordinationTask,
  cost: number,
): DealSpace {
  if (!Number.isInteger(count) || count < 2) {
    const message = `${count} prices`
    throw new InvalidInputError([{ code: 'out-of-range', path: ['prices'], message, hint: 'give at least 2' }])
  }
  const prices =
    least === most ? [least] : Array.from({ length: count }, (_, k) => least + ((most - least) * k) / (count - 1))
  return enumerateDeals({ title: task.id, unit: '' }, parties, [{ name: 'price', values: prices }], (party, choice) => {
    const price = prices[choice[0] as number] as number
    return party === 0 ? task.value - price : price - cost
  })
}

/** Runs a bargaining protocol on a deal space, as messages. */
export function bargain(
  space: DealSpace,
  conversation: string,
  content: (deal: number) => number | Readonly<Record<string, string | number>>,
  options: TaskNegotiationOptions = {},
): { readonly outcome: NegotiationOutcome; readonly log: readonly AgentMessage[] } {
  const [first, second] = space.parties.map((party) => party.id) as [string, string]
  const told = (deal: number): Record<string, unknown> => {
    const terms = content(deal)
    return typeof terms === 'number' ? { price: terms } : { ...terms }
  }
  const lines: [string, string, MessageType, Record<string, unknown>][] = []
  const protocol = options.protocol ?? 'monotonic_concession'
  if (protocol === 'mediation') {
    const { outcome } = mediate(space)
    if (outcome.status === 'agreement') {
      for (const { id } of space.parties) lines.push(['mediator', id, 'propose', told(outcome.deal)])
      for (const { id } of space.parties) lines.push([id, 'mediator', 'accept', told(outcome.deal)])
    }
    return { outcome, log: transcript(conversation, lines) }
  }
  if (protocol === 'alternating_offers') {
    const { outcome, log } = alternatingOffers(space, { rounds: options.rounds ?? 50 })
    for (const { party, act, deal } of log) {
      for (const { id } of space.parties) {
        if (id === party) continue
        const type: MessageType = act === 'withdraw' ? 'cancel' : act
        lines.push([party, id, type, deal === undefined ? { reason: 'the deadline has passed' } : told(deal)])
      }
    }
    return { outcome, log: transcript(conversation, lines) }
  }
  const { outcome, rounds } = monotonicConcession(space)
  let before: readonly [number, number] | null = null
  for (const { offers, risks } of rounds) {
    const [mine, theirs] = offers
    const risk = (own: number): Record<string, number> => ({ risk: Math.round(own * 1e6) / 1e6 })
    if (before === null || before[0] !== mine)
      lines.push([first, second, before === null ? 'propose' : 'counter', { ...told(mine), ...risk(risks[0]) }])
    if (before === null || before[1] !== theirs)
      lines.push([second, first, before === null ? 'propose' : 'counter', { ...told(theirs), ...risk(risks[1]) }])
    before = offers
  }
  if (outcome.status === 'agreement') {
    const accepts = before?.[0] === outcome.deal ? [second, first] : [first, second]
    lines.push([accepts[0] as string, accepts[1] as string, 'accept', told(outcome.deal)])
  }
  return { outcome, log: transcript(conversation, lines) }
}

function transcript(
  conversation: string,
  lines: readonly (readonly [string, string, MessageType, Readonly<Record<string, unknown>>])[],
): AgentMessage[] {
  return lines.map(([from, to, type, content], k) => ({ id: k + 1, type, conversation, from, to, content }))
}

function signed(plan: Plan, agent: string): Plan {
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, agent })) }
}
