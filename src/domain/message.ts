/** Messages between agents: typed, each in a conversation. Plain JSON. */

export const MESSAGE_TYPES = [
  'announce',
  'bid',
  'refuse',
  'award',
  'propose',
  'accept',
  'reject',
  'counter',
  'commit',
  'decommit',
  'inform',
  'request',
  'cancel',
] as const
export type MessageType = (typeof MESSAGE_TYPES)[number]

export interface AgentMessage {
  /** Unique among the messages of a mail room, in the order of sending. */
  readonly id: number
  readonly type: MessageType
  /** Groups the messages of one negotiation or announcement; set by who begins it. */
  readonly conversation: string
  readonly from: string
  readonly to: string
  /** What it is about, as plain data. */
  readonly content: Readonly<Record<string, unknown>>
  /** The message it answers, when it does. */
  readonly answers?: number
  /** When an answer has to be in, on the virtual clock. */
  readonly replyBy?: number
}
