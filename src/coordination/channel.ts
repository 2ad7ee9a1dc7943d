/**
 * A virtual clock, and a channel on it that may delay, lose and duplicate messages. Nothing sleeps; the same seed and the same sends
 * give the same deliveries.
 */
import type { Issue } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'

export interface ChannelOptions {
  /** Least and most time a message takes. @default [1, 1] */
  readonly delay?: readonly [number, number]
  /** Probability that a message is lost. @default 0 */
  readonly loss?: number
  /** Probability that a message arrives twice. @default 0 */
  readonly duplication?: number
  /** @default 1 */
  readonly seed?: number
}

export interface Delivery<Message> {
  readonly sentAt: number
  /** null: lost, or nobody was there any more. */
  readonly receivedAt: number | null
  readonly message: Message
}

/** Sends and receipts in the order of the sends: a duplicate is a line of its own. */
export class Channel<Message> {
  readonly transcript: Delivery<Message>[] = []
  readonly #clock: VirtualClock
  readonly #receive: (message: Message) => boolean
  readonly #random: RandomStream
  readonly #delay: readonly [number, number]
  readonly #loss: number
  readonly #duplication: number

  /** @param receive hands a message over; false when nobody is there */
  constructor(clock: VirtualClock, options: ChannelOptions, receive: (message: Message) => boolean) {
    this.#clock = clock
    this.#receive = receive
    this.#random = new RandomStream(options.seed ?? 1)
    this.#delay = options.delay ?? [1, 1]
    this.#loss = options.loss ?? 0
    this.#duplication = options.duplication ?? 0
  }

  send(message: Message): void {
    const copies = this.#duplication > 0 && this.#random.chance(this.#duplication) ? 2 : 1
    const [least, most] = this.#delay
    for (let copy = 0; copy < copies; copy++) {
      const line: { sentAt: number; receivedAt: number | null; message: Message } = {
        sentAt: this.#clock.now,
        receivedAt: null,
        message,
      }
      this.transcript.push(line)
      if (this.#loss > 0 && this.#random.chance(this.#loss)) continue
      const taken = least === most ? least : least + (most - least) * this.#random.next()
      this.#clock.at(this.#clock.now + taken, () => {
        const now = this.#clock.now
        line.receivedAt = now
        if (!this.#receive(message)) line.receivedAt = null
      })
    }
  }
}

export function channelIssues(options: ChannelOptions): Issue[] {
  const { delay = [1, 1], loss = 0, duplication = 0 } = options
  const issues: Issue[] = []
  const fault = (name: string, message: string, hint: string): void => {
    issues.push({ code: 'out-of-range', path: [name], message, hint })
  }
  if (!(delay[0] >= 0 && delay[1] >= delay[0] && Number.isFinite(delay[1])))
    fault('delay', `delay is ${delay.join(' to ')}`, 'give the least and the most time, both >= 0')
  for (const [name, value] of [['loss', loss] as const, ['duplication', duplication] as const]) {
    if (!(value >= 0 && value <= 1)) fault(name, `${name} is ${value}`, 'give a probability')
  }
  return issues
}

/** Events in the order of their time, then of their making: a binary heap. */
export class VirtualClock {
  now = 0
  readonly #heap: { readonly time: number; readonly order: number; readonly act: () => void }[] = []
  #made = 0

  at(time: number, act: () => void): void {
    const heap = this.#heap
    const event = { time, order: this.#made++, act }
    let k = heap.length
    heap.push(event)
    while (k > 0) {
      const parent = (k - 1) >> 1
      const above = heap[parent] as typeof event
      if (above.time < time || (above.time === time && above.order < event.order)) break
      heap[k] = above
      k = parent
    }
    heap[k] = event
  }

  run(): void {
    const heap = this.#heap
    for (let first = heap[0]; first !== undefined; first = heap[0]) {
      const last = heap.pop() as typeof first
      if (heap.length > 0) {
        let k = 0
        for (;;) {
          let child = 2 * k + 1
          if (child >= heap.length) break
          const left = heap[child] as typeof first
          const right = heap[child + 1]
          if (right !== undefined && (right.time < left.time || (right.time === left.time && right.order < left.order)))
            child++
          const least = heap[child] as typeof first
          if (last.time < least.time || (last.time === least.time && last.order < least.order)) break
          heap[k] = least
          k = child
        }
        heap[k] = last
      }
      this.now = first.time
      first.act()
    }
  }
}
