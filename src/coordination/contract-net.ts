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
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { Channel, type ChannelOptions, channelIssues, type Delivery, VirtualClock } from './channel.ts'

export type Performative =
  | 'cfp'
  | 'propose'
  | 'refuse'
  | 'accept-proposal'
  | 'reject-proposal'
  | 'inform-done'
  | 'failure'
  | 'cancel'

export interface Message {
  readonly id: number
  readonly conversation: string
  readonly from: string
  readonly to: string
  readonly performative: Performative
  readonly task: string
  /** Of a proposal. */
  readonly cost?: number
  /** Of a refusal, rejection, failure or cancellation. */
  readonly reason?: string
  /** When the answer has to be in: of a cfp the proposal, of an award the result. */
  readonly replyBy?: number
}

export type TranscriptLine = Delivery<Message>

/** An agent that bids. Called in the order of the clock. */
export interface Contractor {
  readonly id: string
  /** Marginal cost of the task on top of what the agent holds, or why it does not bid. A proposal is held until `release` or `commit`. */
  bid(task: string): { readonly cost: number } | { readonly refuse: string }
  /** The held proposal was accepted. */
  commit(task: string): void
  /** The held proposal was rejected, or the award withdrawn. */
  release(task: string): void
  /** Carries out a task. Absent: done at once. */
  perform?(task: string): { readonly duration: number; readonly failure?: string }
  /** From this time on the agent neither receives nor sends. */
  readonly crashesAt?: number
}

export interface ContractNetOptions extends ChannelOptions {
  /** @default 'sequential' */
  readonly announcement?: 'sequential' | 'parallel'
  /** Time for proposals. @default 10 */
  readonly bidWindow?: number
  /** Time for a result after the award. @default 1000 */
  readonly lease?: number
  /** How often a task is announced at most. @default 3 */
  readonly rounds?: number
  /** Times an unanswered award is repeated. @default 3 */
  readonly repeats?: number
}

export interface TaskOutcome {
  readonly task: string
  readonly status: 'done' | 'unallocated'
  /** Who did it, null when unallocated. */
  readonly agent: string | null
  readonly cost: number | null
  /** Announcements made. */
  readonly rounds: number
  /** Why each agent did not do it: its refusal, failure or silence in its last conversation. */
  readonly reasons: Readonly<Record<string, string>>
}

export interface ContractNetResult {
  /** `complete`: every task is done. */
  readonly status: 'complete' | 'partial'
  readonly tasks: readonly TaskOutcome[]
  /** Sum of the accepted costs of the tasks done. */
  readonly cost: number
  readonly transcript: readonly TranscriptLine[]
  /** Time on the virtual clock at the end. */
  readonly time: number
}

/** @throws InvalidInputError when ids repeat or an option is out of range */
export function contractNet(
  tasks: readonly string[],
  contractors: readonly Contractor[],
  options: ContractNetOptions = {},
): ContractNetResult {
  validate(tasks, contractors, options)
  return new ContractNet(tasks, contractors, options).run()
}

const INITIATOR = 'initiator'

interface Round {
  readonly task: string
  readonly number: number
  readonly conversation: string
  readonly invited: readonly Contractor[]
  readonly deadline: number
  readonly proposals: Map<string, number>
  readonly answered: Set<string>
  readonly reasons: Map<string, string>
  /** What each participant knows, by its id. */
  readonly engagements: Map<string, Engagement>
  state: 'announced' | 'awarded' | 'closed'
  awarded: string | null
}

/** What a participant knows about one conversation. */
interface Engagement {
  state: 'proposed' | 'refused' | 'performing' | 'reported' | 'free'
  /** The last answer, repeated when the question is. */
  answer: { readonly performative: Performative; readonly cost?: number; readonly reason?: string } | null
}

class ContractNet {
  readonly #tasks: readonly string[]
  readonly #contractors: readonly Contractor[]
  readonly #byId: ReadonlyMap<string, Contractor>
  readonly #options: Required<ContractNetOptions>
  readonly #clock = new VirtualClock()
  readonly #channel: Channel<Message>
  readonly #rounds = new Map<string, Round>()
  readonly #outcomes = new Map<string, TaskOutcome>()
  #messages = 0
  /** Tasks announced so far, when they come one after another. */
  #announced = 0

  constructor(tasks: readonly string[], contractors: readonly Contractor[], options: ContractNetOptions) {
    this.#tasks = tasks
    this.#contractors = contractors
    this.#byId = new Map(contractors.map((one) => [one.id, one]))
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
    this.#channel = new Channel(this.#clock, this.#options, (message) => this.#receive(message))
  }

  run(): ContractNetResult {
    if (this.#options.announcement === 'parallel') for (const task of this.#tasks) this.#announce(task, 1, new Map())
    else this.#announceNext()
    this.#clock.run()
    const tasks = this.#tasks.map((task) => this.#outcomes.get(task) as TaskOutcome)
    const cost = tasks.reduce((sum, one) => sum + (one.cost ?? 0), 0)
    const status = tasks.every((one) => one.status === 'done') ? 'complete' : 'partial'
    return { status, tasks, cost, transcript: this.#channel.transcript, time: this.#clock.now }
  }

  // The initiator.

  #announceNext(): void {
    const next = this.#tasks[this.#announced++]
    if (next !== undefined) this.#announce(next, 1, new Map())
  }

  #announce(task: string, number: number, failed: ReadonlyMap<string, string>): void {
    const invited = this.#contractors.filter((one) => !failed.has(one.id))
    const deadline = this.#clock.now + this.#options.bidWindow
    const round: Round = {
      task,
      number,
      conversation: `${task} #${number}`,
      invited,
      deadline,
      proposals: new Map(),
      answered: new Set(),
      reasons: new Map(failed),
      engagements: new Map(),
      state: 'announced',
      awarded: null,
    }
    this.#rounds.set(round.conversation, round)
    for (const one of invited) this.#send(round, INITIATOR, one.id, { performative: 'cfp', replyBy: deadline })
    this.#clock.at(deadline, () => this.#award(round))
    // A proposal nobody answered is free again once no award of it could be in force any more.
    this.#clock.at(deadline + this.#options.lease + this.#options.delay[1], () => {
      for (const one of invited) {
        const engagement = round.engagements.get(one.id)
        if (engagement?.state !== 'proposed') continue
        engagement.state = 'free'
        one.release(task)
      }
    })
  }

  #award(round: Round): void {
    if (round.state !== 'announced') return
    let best: string | null = null
    for (const { id } of round.invited) {
      const cost = round.proposals.get(id)
      if (cost === undefined) {
        if (!round.reasons.has(id)) round.reasons.set(id, 'gave no answer in time')
      } else if (best === null || cost < (round.proposals.get(best) as number)) best = id
    }
    if (best === null) {
      this.#close(round, null)
      return
    }
    round.state = 'awarded'
    round.awarded = best
    for (const id of round.proposals.keys()) {
      if (id === best) continue
      const reason = `${best} offered ${round.proposals.get(best)}`
      round.reasons.set(id, reason)
      this.#send(round, INITIATOR, id, { performative: 'reject-proposal', reason })
    }
    const until = this.#clock.now + this.#options.lease
    const winner = best
    const repeat = (left: number): void => {
      if (round.state !== 'awarded') return
      this.#send(round, INITIATOR, winner, { performative: 'accept-proposal', replyBy: until })
      if (left > 0)
        this.#clock.at(this.#clock.now + this.#options.lease / (this.#options.repeats + 1), () => repeat(left - 1))
    }
    repeat(this.#options.repeats)
    this.#clock.at(until, () => {
      if (round.state !== 'awarded') return
      this.#send(round, INITIATOR, winner, { performative: 'cancel', reason: 'the lease ended without a result' })
      this.#again(round, 'was awarded the task and reported nothing within the lease')
    })
  }

  #again(round: Round, reason: string): void {
    const failed = new Map<string, string>()
    for (const [id, earlier] of round.reasons) if (!round.invited.some((one) => one.id === id)) failed.set(id, earlier)
    failed.set(round.awarded as string, reason)
    round.reasons.set(round.awarded as string, reason)
    if (round.number < this.#options.rounds && failed.size < this.#contractors.length) {
      round.state = 'closed'
      this.#announce(round.task, round.number + 1, failed)
    } else this.#close(round, null)
  }

  #close(round: Round, agent: string | null): void {
    round.state = 'closed'
    this.#outcomes.set(round.task, {
      task: round.task,
      status: agent === null ? 'unallocated' : 'done',
      agent,
      cost: agent === null ? null : (round.proposals.get(agent) as number),
      rounds: round.number,
      reasons: Object.fromEntries([...round.reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
    })
    if (this.#options.announcement === 'sequential') this.#announceNext()
  }

  #initiatorReceives(message: Message): void {
    const round = this.#rounds.get(message.conversation)
    if (round === undefined) return
    switch (message.performative) {
      case 'propose': {
        if (round.answered.has(message.from)) return
        round.answered.add(message.from)
        if (round.state !== 'announced' || this.#clock.now > round.deadline) {
          const reason = 'the proposal was late'
          round.reasons.set(message.from, reason)
          this.#send(round, INITIATOR, message.from, { performative: 'reject-proposal', reason })
          return
        }
        round.proposals.set(message.from, message.cost as number)
        break
      }
      case 'refuse':
        if (round.answered.has(message.from) || round.state !== 'announced') return
        round.answered.add(message.from)
        round.reasons.set(message.from, message.reason as string)
        break
      case 'inform-done':
        if (round.state === 'awarded' && round.awarded === message.from) this.#close(round, message.from)
        return
      case 'failure':
        if (round.state === 'awarded' && round.awarded === message.from) this.#again(round, message.reason as string)
        return
      default:
        return
    }
    if (round.answered.size === round.invited.length) this.#award(round)
  }

  // A participant.

  #participantReceives(contractor: Contractor, message: Message): void {
    const round = this.#rounds.get(message.conversation) as Round
    const known = round.engagements.get(contractor.id)
    const answer = (
      engagement: Engagement,
      state: Engagement['state'],
      content: NonNullable<Engagement['answer']>,
    ): void => {
      engagement.state = state
      engagement.answer = content
      this.#send(round, contractor.id, INITIATOR, content)
    }
    switch (message.performative) {
      case 'cfp': {
        if (known !== undefined) {
          if (known.answer !== null && (known.state === 'proposed' || known.state === 'refused')) {
            this.#send(round, contractor.id, INITIATOR, known.answer)
          }
          return
        }
        const bid = contractor.bid(message.task)
        const engagement: Engagement = { state: 'free', answer: null }
        round.engagements.set(contractor.id, engagement)
        if ('refuse' in bid) answer(engagement, 'refused', { performative: 'refuse', reason: bid.refuse })
        else answer(engagement, 'proposed', { performative: 'propose', cost: bid.cost })
        return
      }
      case 'accept-proposal': {
        if (known === undefined || known.state === 'performing') return
        if (known.state === 'reported') {
          if (known.answer !== null) this.#send(round, contractor.id, INITIATOR, known.answer)
          return
        }
        if (known.state !== 'proposed') {
          answer(known, 'reported', { performative: 'failure', reason: 'the proposal no longer stands' })
          return
        }
        const work = contractor.perform?.(message.task) ?? { duration: 0 }
        if (this.#clock.now + work.duration > (message.replyBy as number)) {
          contractor.release(message.task)
          answer(known, 'reported', { performative: 'failure', reason: 'the result would come after the lease' })
          return
        }
        known.state = 'performing'
        contractor.commit(message.task)
        this.#clock.at(this.#clock.now + work.duration, () => {
          if (known.state !== 'performing' || this.#crashed(contractor)) return
          if (work.failure === undefined) answer(known, 'reported', { performative: 'inform-done' })
          else {
            contractor.release(message.task)
            answer(known, 'reported', { performative: 'failure', reason: work.failure })
          }
        })
        return
      }
      case 'reject-proposal':
      case 'cancel': {
        if (known === undefined) {
          round.engagements.set(contractor.id, { state: 'free', answer: null })
          return
        }
        if (known.state === 'proposed' || known.state === 'performing') contractor.release(message.task)
        if (known.state !== 'reported') known.state = 'free'
        return
      }
      default:
        return
    }
  }

  // The channel.

  #crashed(contractor: Contractor): boolean {
    return contractor.crashesAt !== undefined && this.#clock.now >= contractor.crashesAt
  }

  #send(
    round: Round,
    from: string,
    to: string,
    content: Omit<Message, 'id' | 'conversation' | 'from' | 'to' | 'task'>,
  ): void {
    this.#channel.send({
      id: ++this.#messages,
      conversation: round.conversation,
      from,
      to,
      task: round.task,
      ...content,
    })
  }

  #receive(message: Message): boolean {
    const contractor = this.#byId.get(message.to)
    if (contractor === undefined) this.#initiatorReceives(message)
    else if (this.#crashed(contractor)) return false
    else this.#participantReceives(contractor, message)
    return true
  }
}

function validate(tasks: readonly string[], contractors: readonly Contractor[], options: ContractNetOptions): void {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const repeated = (names: readonly string[], path: string): void => {
    names.forEach((name, k) => {
      if (names.indexOf(name) !== k) fault('duplicate', [path, k], `"${name}" is listed twice`, 'use unique ids')
    })
  }
  repeated(tasks, 'tasks')
  repeated([INITIATOR, ...contractors.map((one) => one.id)], 'contractors')
  const { bidWindow = 10, lease = 1000, rounds = 3, repeats = 3 } = options
  const positive = (name: string, value: number): void => {
    if (!(value > 0 && Number.isFinite(value)))
      fault('out-of-range', [name], `${name} is ${value}`, 'give a number > 0')
  }
  positive('bidWindow', bidWindow)
  positive('lease', lease)
  if (!Number.isInteger(rounds) || rounds < 1)
    fault('out-of-range', ['rounds'], `rounds is ${rounds}`, 'give a whole number >= 1')
  if (!Number.isInteger(repeats) || repeats < 0)
    fault('out-of-range', ['repeats'], `repeats is ${repeats}`, 'give a whole number >= 0')
  issues.push(...channelIssues(options))
  if (issues.length > 0) throw new InvalidInputError(issues)
}
