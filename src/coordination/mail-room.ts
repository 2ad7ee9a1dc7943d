/**
 * Inboxes of agents over a channel that may delay, lose and duplicate. A duplicate is dropped by its id, so that an agent handles a
 * message once; with `retries` an unanswered request is sent again until it is acknowledged or given up.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { AgentMessage, MessageType } from '../domain/message.ts'
import { Channel, type ChannelOptions, channelIssues, type Delivery, VirtualClock } from './channel.ts'

export interface MailRoomOptions extends ChannelOptions {
  /** How often a message is sent again when no receipt came back. @default 0 */
  readonly retries?: number
  /** Time after which it is sent again. @default 10 */
  readonly retryAfter?: number
}

/** What is sent; id and sender are added. */
export interface Letter {
  readonly type: MessageType
  readonly conversation: string
  readonly to: string
  readonly content?: Readonly<Record<string, unknown>>
  readonly answers?: number
  readonly replyBy?: number
}

type Envelope =
  | { readonly kind: 'message'; readonly message: AgentMessage }
  | { readonly kind: 'receipt'; readonly of: number }

export type Handler = (message: AgentMessage) => void

export class MailRoom {
  readonly clock: VirtualClock
  readonly #channel: Channel<Envelope>
  readonly #inboxes = new Map<string, AgentMessage[]>()
  readonly #handlers = new Map<string, Handler>()
  readonly #seen = new Set<number>()
  readonly #acknowledged = new Set<number>()
  readonly #retries: number
  readonly #retryAfter: number
  readonly #undelivered: AgentMessage[] = []
  #sent = 0

  /** @throws InvalidInputError when ids repeat or an option is out of range */
  constructor(agents: readonly string[], options: MailRoomOptions = {}, clock: VirtualClock = new VirtualClock()) {
    const issues = channelIssues(options)
    const { retries = 0, retryAfter = 10 } = options
    if (!Number.isInteger(retries) || retries < 0 || !(retryAfter > 0)) {
      const message = `${retries} retries every ${retryAfter}`
      issues.push({
        code: 'out-of-range',
        path: ['retries'],
        message,
        hint: 'give a whole number >= 0 and a time > 0',
      })
    }
    agents.forEach((agent, k) => {
      if (agents.indexOf(agent) !== k) {
        const message = `"${agent}" is listed twice`
        issues.push({ code: 'duplicate', path: ['agents', k], message, hint: 'use unique ids' })
      }
      this.#inboxes.set(agent, [])
    })
    if (issues.length > 0) throw new InvalidInputError(issues)
    this.clock = clock
    this.#retries = retries
    this.#retryAfter = retryAfter
    this.#channel = new Channel(clock, options, (envelope) => this.#arrive(envelope))
  }

  /** Calls the handler for every message to the agent from now on, once each. */
  handle(agent: string, handler: Handler): void {
    this.#require(agent, 'agent')
    this.#handlers.set(agent, handler)
  }

  /** @returns the message as sent. @throws InvalidInputError when the sender or the receiver is unknown */
  send(from: string, letter: Letter): AgentMessage {
    this.#require(from, 'from')
    this.#require(letter.to, 'to')
    const { type, conversation, to, content = {}, answers, replyBy } = letter
    const message: AgentMessage = {
      id: ++this.#sent,
      type,
      conversation,
      from,
      to,
      content,
      ...(answers === undefined ? {} : { answers }),
      ...(replyBy === undefined ? {} : { replyBy }),
    }
    this.#post(message, this.#retries)
    return message
  }

  /** Lets the clock run until nothing is under way. */
  run(): void {
    this.clock.run()
  }

  /** What has arrived for the agent, in the order of arrival. */
  inbox(agent: string): readonly AgentMessage[] {
    return this.#inboxes.get(agent) ?? []
  }

  /** Every message with the times it was sent and received, duplicates and repeats included, receipts left out. */
  get transcript(): readonly Delivery<AgentMessage>[] {
    return this.#channel.transcript.flatMap(({ sentAt, receivedAt, message }) =>
      message.kind === 'message' ? [{ sentAt, receivedAt, message: message.message }] : [],
    )
  }

  /** Messages given up after the last retry without a receipt. They may have arrived. */
  get unacknowledged(): readonly AgentMessage[] {
    return this.#undelivered
  }

  #post(message: AgentMessage, left: number): void {
    this.#channel.send({ kind: 'message', message })
    if (this.#retries === 0) return
    this.clock.at(this.clock.now + this.#retryAfter, () => {
      if (this.#acknowledged.has(message.id)) return
      if (left > 0) this.#post(message, left - 1)
      else this.#undelivered.push(message)
    })
  }

  #arrive(envelope: Envelope): boolean {
    if (envelope.kind === 'receipt') {
      this.#acknowledged.add(envelope.of)
      return true
    }
    const { message } = envelope
    if (this.#retries > 0) this.#channel.send({ kind: 'receipt', of: message.id })
    if (this.#seen.has(message.id)) return true
    this.#seen.add(message.id)
    this.#inboxes.get(message.to)?.push(message)
    this.#handlers.get(message.to)?.(message)
    return true
  }

  #require(agent: string, field: string): void {
    if (this.#inboxes.has(agent)) return
    const message = `there is no agent "${agent}"`
    const hint = `use one of: ${[...this.#inboxes.keys()].slice(0, 12).join(', ')}`
    throw new InvalidInputError([{ code: 'unknown-name', path: [field], message, hint }])
  }
}
