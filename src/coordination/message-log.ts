/** The messages of a contract net: columns while it runs, one object a line when the transcript is read. */
import type { Delivery } from './channel.ts'
import { enlarged } from './event-clock.ts'

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

/** Numbers of the performatives. */
export const Act = {
  cfp: 0,
  propose: 1,
  refuse: 2,
  'accept-proposal': 3,
  'reject-proposal': 4,
  'inform-done': 5,
  failure: 6,
  cancel: 7,
} as const satisfies Record<Performative, number>

const NAMES = Object.keys(Act) as Performative[]
const FIRST_SIZE = 1024

export class MessageLog {
  /** Messages so far; a message may have several lines. */
  messages = 0
  /** Lines so far. */
  count = 0
  #size = FIRST_SIZE
  id = new Int32Array(FIRST_SIZE)
  sentAt = new Float64Array(FIRST_SIZE)
  /** NaN: lost, or not yet there. */
  receivedAt = new Float64Array(FIRST_SIZE)
  round = new Int32Array(FIRST_SIZE)
  /** Agent numbers, -1 the initiator. */
  from = new Int32Array(FIRST_SIZE)
  to = new Int32Array(FIRST_SIZE)
  performative = new Uint8Array(FIRST_SIZE)
  cost = new Float64Array(FIRST_SIZE)
  replyBy = new Float64Array(FIRST_SIZE)
  readonly reason: (string | undefined)[] = []
  readonly #conversationOf: (round: number) => { readonly conversation: string; readonly task: string }
  readonly #names: readonly string[]
  #lines: TranscriptLine[] | null = null

  /** @param names of the agents by number, the initiator's last */
  constructor(
    conversationOf: (round: number) => { readonly conversation: string; readonly task: string },
    names: readonly string[],
  ) {
    this.#conversationOf = conversationOf
    this.#names = names
  }

  append(
    id: number,
    sentAt: number,
    round: number,
    from: number,
    to: number,
    performative: number,
    cost: number,
    reason: string | undefined,
    replyBy: number,
  ): number {
    const line = this.count++
    if (line === this.#size) this.#grow()
    this.id[line] = id
    this.sentAt[line] = sentAt
    this.receivedAt[line] = Number.NaN
    this.round[line] = round
    this.from[line] = from
    this.to[line] = to
    this.performative[line] = performative
    this.cost[line] = cost
    this.replyBy[line] = replyBy
    this.reason.push(reason)
    return line
  }

  /** Not before the run is over. */
  lines(): readonly TranscriptLine[] {
    if (this.#lines !== null) return this.#lines
    const lines: TranscriptLine[] = []
    let message: Message | null = null
    for (let line = 0; line < this.count; line++) {
      if (message === null || message.id !== this.id[line]) message = this.#message(line)
      const received = this.receivedAt[line] as number
      const receivedAt = Number.isNaN(received) ? null : received
      lines.push({ sentAt: this.sentAt[line] as number, receivedAt, message })
    }
    this.#lines = lines
    return lines
  }

  #message(line: number): Message {
    const { conversation, task } = this.#conversationOf(this.round[line] as number)
    const from = this.from[line] as number
    const to = this.to[line] as number
    const initiator = this.#names.length - 1
    const id = this.id[line] as number
    const sender = this.#names[from < 0 ? initiator : from] as string
    const receiver = this.#names[to < 0 ? initiator : to] as string
    const performative = NAMES[this.performative[line] as number] as Performative
    // One literal a shape: spreading would take longer than sending.
    const cost = this.cost[line] as number
    if (!Number.isNaN(cost)) return { id, conversation, from: sender, to: receiver, task, performative, cost }
    const reason = this.reason[line]
    if (reason !== undefined) return { id, conversation, from: sender, to: receiver, task, performative, reason }
    const replyBy = this.replyBy[line] as number
    if (!Number.isNaN(replyBy)) return { id, conversation, from: sender, to: receiver, task, performative, replyBy }
    return { id, conversation, from: sender, to: receiver, task, performative }
  }

  #grow(): void {
    this.#size *= 2
    this.id = enlarged(this.id)
    this.sentAt = enlarged(this.sentAt)
    this.receivedAt = enlarged(this.receivedAt)
    this.round = enlarged(this.round)
    this.from = enlarged(this.from)
    this.to = enlarged(this.to)
    this.performative = enlarged(this.performative)
    this.cost = enlarged(this.cost)
    this.replyBy = enlarged(this.replyBy)
  }
}
