/**
 * The contract net on a virtual clock (Smith 1980; FIPA SC00029H and, for further rounds, SC00030H).
 *
 *     initiator:   announced --window ends--> awarded --inform-done--> done
 *                      |  no proposal             |  failure, or the lease ends: announced again without that agent
 *                      +--> unallocated           +--(no round left)--> unallocated
 *     participant: cfp -> propose | refuse;   accept-proposal -> inform-done | failure;   reject-proposal, cancel -> free
 *
 * Proposals are binding: a participant keeps what it offered free until it is answered. Proposals after the deadline are rejected
 * for being late. Every message carries the id of its conversation, one for each round of a task; duplicates are recognised by the
 * message and answered as before. An award is a lease: it says until when the result has to be in, a participant that cannot make that
 * declines, and only after the lease is the task announced again, so that never two awards of one task are in force.
 *
 * The channel may delay, lose and duplicate messages. The initiator repeats an unanswered award a few times within the lease.
 * Tasks are announced one after another (each when the one before is settled) or all at once. Every state has a timer, so that the
 * protocol always ends. Same seed, same transcript.
 */
import { RandomStream } from '../../solvers/numeric/index.ts'
import {
  cheapestOffer,
  Incident,
  initiatorStep,
  Occurrence,
  Participant,
  Phase,
  participantStep,
} from './contract-net-protocol.ts'
import {
  type ContractNetOptions,
  type ContractNetResult,
  type Contractor,
  INITIATOR,
  type TaskOutcome,
  validateContractNet,
} from './contract-net-terms.ts'
import { EventClock } from './event-clock.ts'
import { Act, MessageLog } from './message-log.ts'

export type { ContractNetOptions, ContractNetResult, Contractor, TaskOutcome } from './contract-net-terms.ts'
export type { Message, Performative, TranscriptLine } from './message-log.ts'

/** @throws InvalidInputError when ids repeat or an option is out of range */
export function contractNet(
  tasks: readonly string[],
  contractors: readonly Contractor[],
  options: ContractNetOptions = {},
): ContractNetResult {
  validateContractNet(tasks, contractors, options)
  return new ContractNet(tasks, contractors, options).run()
}

/** The initiator's number; participants count from 0. */
const CENTRE = -1

/** Kinds of events. */
const Event = { arrival: 0, deadline: 1, holdOver: 2, repeatAward: 3, leaseOver: 4, workOver: 5 } as const

/** One announcement of one task. */
interface Round {
  readonly index: number
  readonly task: string
  readonly number: number
  readonly conversation: string
  /** 1 for the agents asked, by number. */
  readonly invited: Uint8Array
  readonly invitations: number
  readonly deadline: number
  /** What the initiator knows: first answers, and offers in time (NaN: none). */
  readonly answered: Uint8Array
  answers: number
  readonly offers: Float64Array
  /** The agents with an offer in time, those heard first first. */
  readonly heard: number[]
  readonly reasons: (string | undefined)[]
  phase: number
  winner: number
  leaseUntil: number
  /** What each participant knows: its state, its offer, and the reason of its refusal or failure. */
  readonly states: Uint8Array
  readonly offered: Float64Array
  readonly told: (string | undefined)[]
}

class ContractNet {
  readonly #tasks: readonly string[]
  readonly #contractors: readonly Contractor[]
  readonly #options: Required<Omit<ContractNetOptions, 'evaluate'>> & Pick<ContractNetOptions, 'evaluate'>
  readonly #random: RandomStream
  readonly #clock = new EventClock()
  readonly #log: MessageLog
  readonly #rounds: Round[] = []
  readonly #outcomes = new Map<string, TaskOutcome>()
  /** Agent numbers in the order of their ids. */
  readonly #byId: readonly number[]
  readonly #crashTimes: Float64Array
  /** Tasks announced so far, when they come one after another. */
  #announced = 0

  constructor(tasks: readonly string[], contractors: readonly Contractor[], options: ContractNetOptions) {
    this.#tasks = tasks
    this.#contractors = contractors
    this.#options = {
      announcement: 'sequential',
      bidWindow: 10,
      lease: 1000,
      rounds: 3,
      repeats: 3,
      delay: [1, 1],
      loss: 0,
      duplication: 0,
      seed: 1,
      ...options,
    }
    this.#random = new RandomStream(this.#options.seed)
    this.#log = new MessageLog((round) => this.#rounds[round] as Round, [...contractors.map(({ id }) => id), INITIATOR])
    this.#byId = contractors
      .map((_, i) => i)
      .sort((a, b) => ((contractors[a] as Contractor).id < (contractors[b] as Contractor).id ? -1 : 1))
    this.#crashTimes = Float64Array.from(contractors, (one) => one.crashesAt ?? Number.POSITIVE_INFINITY)
  }

  run(): ContractNetResult {
    if (this.#options.announcement === 'parallel') for (const task of this.#tasks) this.#announce(task, 1, null)
    else this.#announceNext()
    const clock = this.#clock
    while (clock.advance()) this.#handle(clock.kind, clock.first, clock.second)
    const tasks = this.#tasks.map((task) => this.#outcomes.get(task) as TaskOutcome)
    const cost = tasks.reduce((sum, one) => sum + (one.cost ?? 0), 0)
    const status = tasks.every((one) => one.status === 'done') ? 'complete' : 'partial'
    const log = this.#log
    return {
      status,
      tasks,
      cost,
      get transcript() {
        return log.lines()
      },
      time: clock.now,
    }
  }

  #handle(kind: number, first: number, second: number): void {
    if (kind === Event.arrival) {
      this.#arrive(first)
      return
    }
    const round = this.#rounds[first] as Round
    switch (kind) {
      case Event.deadline:
        this.#initiator(round, Occurrence.windowOver, CENTRE, 0)
        break
      case Event.holdOver:
        // For those that still hold their offer.
        for (let i = 0; i < round.invited.length; i++) {
          if (round.states[i] === Participant.proposed) this.#participant(round, i, Incident.holdOver)
        }
        break
      case Event.repeatAward:
        if (round.phase === Phase.awarded) this.#sendAward(round, second)
        break
      case Event.leaseOver:
        this.#initiator(round, Occurrence.leaseOver, CENTRE, 0)
        break
      case Event.workOver:
        if (round.states[second] !== Participant.performing || this.#crashed(second)) return
        this.#participant(round, second, round.told[second] === undefined ? Incident.finished : Incident.broke)
        break
    }
  }

  /** A message arrives, unless its receiver has crashed. */
  #arrive(line: number): void {
    const log = this.#log
    const to = log.to[line] as number
    if (to !== CENTRE && this.#crashed(to)) return
    log.receivedAt[line] = this.#clock.now
    const round = this.#rounds[log.round[line] as number] as Round
    const performative = log.performative[line] as number
    if (to === CENTRE) this.#initiatorReceives(round, log.from[line] as number, performative, line)
    else this.#participantReceives(round, to, performative, line)
  }

  // The initiator.

  #announceNext(): void {
    const next = this.#tasks[this.#announced++]
    if (next !== undefined) this.#announce(next, 1, null)
  }

  /** @param failed why agents are left out, by agent number */
  #announce(task: string, number: number, failed: readonly (string | undefined)[] | null): void {
    const count = this.#contractors.length
    const invited = new Uint8Array(count)
    let invitations = 0
    for (let i = 0; i < count; i++) {
      if (failed !== null && failed[i] !== undefined) continue
      invited[i] = 1
      invitations++
    }
    const deadline = this.#clock.now + this.#options.bidWindow
    const round: Round = {
      index: this.#rounds.length,
      task,
      number,
      conversation: `${task} #${number}`,
      invited,
      invitations,
      deadline,
      answered: new Uint8Array(count),
      answers: 0,
      offers: new Float64Array(count).fill(Number.NaN),
      heard: [],
      reasons: failed === null ? new Array<string | undefined>(count).fill(undefined) : [...failed],
      phase: Phase.announced,
      winner: CENTRE,
      leaseUntil: 0,
      states: new Uint8Array(count),
      offered: new Float64Array(count),
      told: new Array<string | undefined>(count).fill(undefined),
    }
    this.#rounds.push(round)
    for (let i = 0; i < count; i++)
      if (invited[i] === 1) this.#send(round, CENTRE, i, Act.cfp, Number.NaN, undefined, deadline)
    this.#clock.at(deadline, Event.deadline, round.index, 0)
    // A proposal nobody answered is free again once no award of it could be in force any more.
    this.#clock.at(deadline + this.#options.lease + this.#options.delay[1], Event.holdOver, round.index, 0)
  }

  #initiatorReceives(round: Round, from: number, performative: number, line: number): void {
    switch (performative) {
      case Act.propose:
      case Act.refuse: {
        const known = round.answered[from] === 1
        const late = round.phase !== Phase.announced || this.#clock.now > round.deadline
        const occurrence = known
          ? Occurrence.repeatedAnswer
          : performative === Act.refuse
            ? Occurrence.refusal
            : late
              ? Occurrence.lateProposal
              : Occurrence.proposal
        this.#initiator(round, occurrence, from, line)
        return
      }
      default: {
        const winner = round.phase === Phase.awarded && round.winner === from
        const occurrence = !winner
          ? Occurrence.strayReport
          : performative === Act['inform-done']
            ? Occurrence.doneByWinner
            : Occurrence.failureByWinner
        this.#initiator(round, occurrence, from, line)
      }
    }
  }

  #initiator(round: Round, occurrence: number, from: number, line: number): void {
    const step = initiatorStep(round.phase, occurrence)
    switch (step.act) {
      case null:
        return
      case 'note-proposal':
        round.offers[from] = this.#log.cost[line] as number
        round.heard.push(from)
        this.#answered(round, from)
        return
      case 'note-refusal':
        round.reasons[from] = this.#log.reason[line]
        this.#answered(round, from)
        return
      case 'reject-late': {
        const reason = 'the proposal was late'
        round.answered[from] = 1
        round.reasons[from] = reason
        this.#send(round, CENTRE, from, Act['reject-proposal'], Number.NaN, reason, Number.NaN)
        return
      }
      case 'award':
        this.#award(round)
        return
      case 'finish':
        round.phase = step.phase
        this.#settle(round, from)
        return
      case 'cancel-and-announce-again':
        this.#send(round, CENTRE, round.winner, Act.cancel, Number.NaN, 'the lease ended without a result', Number.NaN)
        this.#again(round, 'was awarded the task and reported nothing within the lease')
        return
      case 'announce-again':
        this.#again(round, this.#log.reason[line] as string)
        return
    }
  }

  #answered(round: Round, from: number): void {
    round.answered[from] = 1
    if (++round.answers === round.invitations) this.#initiator(round, Occurrence.windowOver, CENTRE, 0)
  }

  #award(round: Round): void {
    const { offers, reasons } = round
    for (let i = 0; i < offers.length; i++) {
      const silent = round.invited[i] === 1 && Number.isNaN(offers[i] as number) && reasons[i] === undefined
      if (silent) reasons[i] = 'gave no answer in time'
    }
    const best = cheapestOffer(this.#valued(round))
    if (best < 0) {
      round.phase = Phase.closed
      this.#settle(round, CENTRE)
      return
    }
    round.phase = Phase.awarded
    round.winner = best
    const reason = `${(this.#contractors[best] as Contractor).id} offered ${offers[best]}`
    for (const i of round.heard) {
      if (i === best) continue
      reasons[i] = reason
      this.#send(round, CENTRE, i, Act['reject-proposal'], Number.NaN, reason, Number.NaN)
    }
    round.leaseUntil = this.#clock.now + this.#options.lease
    this.#sendAward(round, this.#options.repeats)
    this.#clock.at(round.leaseUntil, Event.leaseOver, round.index, 0)
  }

  #valued(round: Round): Float64Array {
    const { evaluate } = this.#options
    if (evaluate === undefined) return round.offers
    return round.offers.map((cost, i) =>
      Number.isNaN(cost) ? cost : evaluate((this.#contractors[i] as Contractor).id, round.task, cost),
    )
  }

  #sendAward(round: Round, left: number): void {
    this.#send(round, CENTRE, round.winner, Act['accept-proposal'], Number.NaN, undefined, round.leaseUntil)
    if (left === 0) return
    const pause = this.#options.lease / (this.#options.repeats + 1)
    this.#clock.at(this.#clock.now + pause, Event.repeatAward, round.index, left - 1)
  }

  #again(round: Round, reason: string): void {
    round.phase = Phase.closed
    const failed = round.reasons.map((earlier, i) => (round.invited[i] === 1 ? undefined : earlier))
    failed[round.winner] = reason
    round.reasons[round.winner] = reason
    const left = failed.some((one) => one === undefined)
    if (round.number < this.#options.rounds && left) this.#announce(round.task, round.number + 1, failed)
    else this.#settle(round, CENTRE)
  }

  /** @param agent who did it, or CENTRE when nobody did */
  #settle(round: Round, agent: number): void {
    const reasons: [string, string][] = []
    for (const i of this.#byId) {
      const reason = round.reasons[i]
      if (reason !== undefined) reasons.push([(this.#contractors[i] as Contractor).id, reason])
    }
    this.#outcomes.set(round.task, {
      task: round.task,
      status: agent === CENTRE ? 'unallocated' : 'done',
      agent: agent === CENTRE ? null : (this.#contractors[agent] as Contractor).id,
      cost: agent === CENTRE ? null : (round.offers[agent] as number),
      rounds: round.number,
      reasons: Object.fromEntries(reasons),
    })
    if (this.#options.announcement === 'sequential') this.#announceNext()
  }

  // A participant.

  #participantReceives(round: Round, i: number, performative: number, line: number): void {
    switch (performative) {
      case Act.cfp: {
        if (round.states[i] !== Participant.idle) {
          this.#participant(round, i, Incident.callTaken)
          return
        }
        const bid = (this.#contractors[i] as Contractor).bid(round.task)
        if ('refuse' in bid) {
          round.told[i] = bid.refuse
          this.#participant(round, i, Incident.callDeclined)
        } else {
          round.offered[i] = bid.cost
          this.#participant(round, i, Incident.callTaken)
        }
        return
      }
      case Act['accept-proposal']: {
        if (round.states[i] !== Participant.proposed) {
          this.#participant(round, i, Incident.acceptInTime)
          return
        }
        const work = (this.#contractors[i] as Contractor).perform?.(round.task) ?? AT_ONCE
        const end = this.#clock.now + work.duration
        if (end > (this.#log.replyBy[line] as number)) {
          this.#participant(round, i, Incident.acceptTooLate)
          return
        }
        this.#participant(round, i, Incident.acceptInTime)
        round.told[i] = work.failure
        this.#clock.soon(end, Event.workOver, round.index, i)
        return
      }
      case Act['reject-proposal']:
        this.#participant(round, i, Incident.reject)
        return
      default:
        this.#participant(round, i, Incident.cancel)
    }
  }

  #participant(round: Round, i: number, incident: number): void {
    const step = participantStep(round.states[i] as number, incident)
    const before = round.states[i] as number
    round.states[i] = step.state
    if (step.effect === 'commit') (this.#contractors[i] as Contractor).commit(round.task)
    else if (step.effect === 'release') (this.#contractors[i] as Contractor).release(round.task)
    if (step.reply === null) return
    const reply = step.reply === 'again' ? REPLY_OF_STATE[before] : Act[step.reply]
    if (reply === undefined) return
    if (step.reason !== null) round.told[i] = step.reason
    const cost = reply === Act.propose ? (round.offered[i] as number) : Number.NaN
    const reason = reply === Act.refuse || reply === Act.failure ? round.told[i] : undefined
    this.#send(round, i, CENTRE, reply, cost, reason, Number.NaN)
  }

  // The channel.

  #crashed(i: number): boolean {
    return this.#clock.now >= (this.#crashTimes[i] as number)
  }

  #send(
    round: Round,
    from: number,
    to: number,
    performative: number,
    cost: number,
    reason: string | undefined,
    replyBy: number,
  ): void {
    const { delay, loss, duplication } = this.#options
    const now = this.#clock.now
    const id = ++this.#log.messages
    const copies = duplication > 0 && this.#random.chance(duplication) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const line = this.#log.append(id, now, round.index, from, to, performative, cost, reason, replyBy)
      if (loss > 0 && this.#random.chance(loss)) continue
      const taken = delay[0] === delay[1] ? delay[0] : delay[0] + (delay[1] - delay[0]) * this.#random.next()
      this.#clock.soon(now + taken, Event.arrival, line, 0)
    }
  }
}

const AT_ONCE: { readonly duration: number; readonly failure?: string } = { duration: 0 }

/** The answer that is repeated, by participant state. */
const REPLY_OF_STATE: readonly (number | undefined)[] = [
  undefined,
  Act.propose,
  Act.refuse,
  undefined,
  Act['inform-done'],
  Act.failure,
  undefined,
]
