/** Everything that a stated session asks for, part by part: allocation, negotiation, auction, game, coalitions, conflicts. */
import { determineWinners, otherWinners, type VickreyResult, vickreyAuction } from '../../models/allocation/index.ts'
import { analyseCoalitions, type CoalitionAnalysis } from '../../models/coalition/index.ts'
import { Run, type RunOptions } from '../../solvers/contract/index.ts'
import { type MatrixGameSolution, solveMatrixGame } from '../../solvers/game/index.ts'
import type { Agreement } from '../domain/agreement.ts'
import type { CoordinationProblem, StatedAuction, StatedNegotiation, UtilityTerm } from '../domain/coordination.ts'
import type { AgentMessage } from '../domain/message.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import { PLAN_VERSION } from '../domain/plan.ts'
import { type AllocationOutcome, allocateTasks } from './allocation-front.ts'
import { type AuctionOutcome, dutchAuction, englishAuction, sealedBidAuction } from './auctions.ts'
import { fromContractNet } from './contract-net-messages.ts'
import { enumerateDeals, type NegotiationOutcome } from './deal-space.ts'
import { mediate } from './mediation.ts'
import { type ConcessionResult, monotonicConcession } from './monotonic-concession.ts'
import { type ConflictsResolved, resolveConflicts } from './resolve-conflicts.ts'
import { bargain } from './task-negotiation.ts'

export interface NegotiationReport {
  readonly space: DealSpace
  readonly outcome: NegotiationOutcome
  /** The rounds of a monotonic concession; null for other protocols. */
  readonly concession: ConcessionResult | null
}

export interface Coordinated {
  readonly allocation: AllocationOutcome | null
  readonly negotiation: NegotiationReport | null
  readonly auction:
    | {
        readonly rule: 'combinatorial'
        readonly result: VickreyResult
        /** Value of the best outcome with other winners: another value than the best says that the best is unique. */
        readonly runnerUp: number | null
        /** Value when only bids on single items count; null when those cannot cover. */
        readonly singles: number | null
      }
    | { readonly rule: Exclude<StatedAuction['rule'], 'combinatorial'>; readonly result: AuctionOutcome }
    | null
  readonly game: MatrixGameSolution | null
  readonly coalition: CoalitionAnalysis | null
  readonly conflicts: ConflictsResolved | null
  readonly agreements: readonly Agreement[]
  /** Everything said, in the order of the parts. */
  readonly messages: readonly AgentMessage[]
}

export async function coordinate(problem: CoordinationProblem, options: RunOptions = {}): Promise<Coordinated> {
  const run = new Run('coordination', options)
  const messages: AgentMessage[] = []
  const say = (said: readonly AgentMessage[]): void => {
    for (const message of said) messages.push({ ...message, id: messages.length + 1 })
  }
  const agreements: Agreement[] = []
  const { name, ...channel } = problem.protocol
  const allocation =
    problem.allocation === null
      ? null
      : await allocateTasks(problem.allocation, { ...run.nested(), ...channel, strategy: name })
  if (allocation !== null && 'messages' in allocation) {
    say(allocation.messages.map(({ message }) => fromContractNet(message)))
    if (allocation.awards.length > 0) agreements.push(allocationAgreement(problem, allocation))
  }
  const negotiation = problem.negotiation === null ? null : negotiated(problem.negotiation, say)
  if (negotiation?.outcome.status === 'agreement')
    agreements.push(dealAgreement(problem.negotiation as StatedNegotiation, negotiation.outcome))
  const conflicts =
    problem.conflicts === null
      ? null
      : await resolveConflicts(problem.conflicts.plan, {
          ...run.nested(),
          by: problem.conflicts.by,
          priorities: problem.conflicts.priorities,
        })
  if (conflicts !== null && 'schedule' in conflicts) say(conflicts.messages)
  return {
    allocation,
    negotiation,
    auction: problem.auction === null ? null : await auctioned(problem.auction, run),
    game: problem.game === null ? null : await solveMatrixGame(problem.game.payoff),
    coalition: problem.coalition === null ? null : analyseCoalitions(problem.coalition, run.nested()),
    conflicts,
    agreements,
    messages,
  }
}

/** The deals of a stated negotiation, enumerated. */
export function dealSpaceOf(stated: StatedNegotiation): DealSpace {
  const { issues, utilities, allowed } = stated
  const position = new Map(issues.map((issue, k) => [issue.name, k]))
  const at = (name: string, choice: Int32Array): number | string => {
    const k = position.get(name) as number
    return issues[k]?.values[choice[k] as number] as number | string
  }
  const worth = (term: UtilityTerm, choice: Int32Array): number =>
    term.factors.reduce((product, { issue, values }) => {
      const k = choice[position.get(issue) as number] as number
      return product * (values === undefined ? (at(issue, choice) as number) : (values[k] as number))
    }, term.weight)
  const description = { title: stated.title, unit: stated.unit }
  return enumerateDeals(
    description,
    stated.parties,
    issues,
    (party, choice) => (utilities[party] ?? []).reduce((sum, term) => sum + worth(term, choice), 0),
    (choice) =>
      allowed.every(([left, comparison, right]) =>
        holds(
          at(left, choice),
          comparison,
          typeof right === 'string' && position.has(right) ? at(right, choice) : right,
        ),
      ),
  )
}

type Comparison = StatedNegotiation['allowed'][number][1]

const COMPARISONS: Readonly<Record<Comparison, (a: number | string, b: number | string) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>=': (a, b) => a >= b,
  '>': (a, b) => a > b,
}

function holds(a: number | string, comparison: Comparison, b: number | string): boolean {
  return COMPARISONS[comparison](a, b)
}

function negotiated(stated: StatedNegotiation, say: (said: readonly AgentMessage[]) => void): NegotiationReport {
  const space = dealSpaceOf(stated)
  const { outcome, log } = bargain(space, stated.title, (deal) => space.terms(deal), {
    protocol: stated.protocol,
    rounds: stated.rounds,
  })
  if (stated.protocol !== 'mediation') {
    say(log)
    const concession = stated.protocol === 'monotonic_concession' ? monotonicConcession(space) : null
    return { space, outcome, concession }
  }
  const mediated = mediate(space, { objective: stated.objective })
  if (mediated.outcome.status === 'agreement') {
    const content = mediated.outcome.terms
    const line = { conversation: stated.title, content }
    const parties = stated.parties.map((party) => party.id)
    say([
      ...parties.map((to): AgentMessage => ({ ...line, id: 0, type: 'propose', from: 'mediator', to })),
      ...parties.map((from): AgentMessage => ({ ...line, id: 0, type: 'accept', from, to: 'mediator' })),
    ])
  }
  return { space, outcome: mediated.outcome, concession: null }
}

async function auctioned(stated: StatedAuction, run: Run): Promise<Coordinated['auction']> {
  if (stated.rule === 'combinatorial') {
    const { auction } = stated
    const result = await vickreyAuction(auction, run.nested())
    const { outcome } = result
    const winners = outcome.status === 'optimal' ? outcome.winners : null
    const other = winners === null ? null : await otherWinners(auction, winners, run.nested())
    const bids = auction.bids.filter((bid) => bid.items.length === 1)
    const single = await determineWinners({ ...auction, bids }, run.nested())
    return {
      rule: stated.rule,
      result,
      runnerUp: other?.status === 'optimal' ? other.value : null,
      singles: single.status === 'optimal' ? single.value : null,
    }
  }
  const { rule, bids, start, step, reserve } = stated
  if (rule === 'english') return { rule, result: englishAuction(bids, { start, step }) }
  if (rule === 'dutch') return { rule, result: dutchAuction(bids, { start, step, reserve }) }
  return { rule, result: sealedBidAuction(bids, rule === 'first_price' ? 'first' : 'second', { reserve }) }
}

/** Who promised what: every award is a commitment to the one who announced it. */
function allocationAgreement(
  problem: CoordinationProblem,
  allocation: Extract<AllocationOutcome, { readonly awards: unknown }>,
): Agreement {
  const agents = [...new Set(allocation.awards.map(({ agent }) => agent))].sort()
  const of = (agent: string): typeof allocation.awards => allocation.awards.filter((one) => one.agent === agent)
  const paid = (agent: string): number => of(agent).reduce((sum, one) => sum + (one.payment ?? one.cost) - one.cost, 0)
  return {
    id: 'allocation',
    agents,
    tasks: allocation.awards.map(({ task }) => task),
    jointPlan: {
      version: PLAN_VERSION,
      steps: allocation.awards.map(({ agent, task, cost }, id) => ({ id, name: task, args: [], agent, cost })),
      ordering: [],
      links: [],
      decomposition: null,
      cost: allocation.cost,
    },
    resourceAllocation: {},
    utilityDistribution: Object.fromEntries(agents.map((agent) => [agent, paid(agent)])),
    transfers: {},
    commitments: allocation.awards.map(({ agent, task }) => ({
      debtor: agent,
      creditor: problem.title,
      task,
      deadline: null,
    })),
  }
}

function dealAgreement(
  stated: StatedNegotiation,
  outcome: Extract<NegotiationOutcome, { readonly status: 'agreement' }>,
): Agreement {
  const parties = stated.parties.map((party) => party.id)
  return {
    id: stated.title,
    agents: parties,
    tasks: [stated.title],
    jointPlan: { version: PLAN_VERSION, steps: [], ordering: [], links: [], decomposition: null, cost: 0 },
    resourceAllocation: {},
    utilityDistribution: Object.fromEntries(parties.map((party, i) => [party, outcome.utilities[i] as number])),
    transfers: {},
    commitments: parties.flatMap((debtor) =>
      parties
        .filter((creditor) => creditor !== debtor)
        .map((creditor) => ({
          debtor,
          creditor,
          task: Object.entries(outcome.terms)
            .map(([issue, value]) => `${issue} ${value}`)
            .join(', '),
          deadline: null,
        })),
    ),
  }
}
