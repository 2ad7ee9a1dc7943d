/**
 * The transitions of the contract net, apart from clock, channel and agents: what a participant and the initiator do in each state on
 * each event (FIPA SC00029H). Plain tables, so that the engine (contract-net.ts) and the exhaustive check
 * (contract-net-model-check.ts) step through the very same rules.
 *
 *     participant  idle --cfp--> proposed | refused;  proposed --accept--> performing --> done | failed;
 *                  reject, cancel, end of the hold: free
 *     initiator    announced --all answered, or the deadline--> awarded --done--> closed
 *                                                               awarded --failure, lease over--> closed, and announced again
 */

/** Of one participant in one conversation. */
export const Participant = { idle: 0, proposed: 1, refused: 2, performing: 3, done: 4, failed: 5, free: 6 } as const
export const PARTICIPANT_STATES = 7

/** What happens to a participant. */
export const Incident = {
  /** A call for proposals that the agent answers with an offer. */
  callTaken: 0,
  /** A call for proposals that the agent cannot or will not answer with an offer. */
  callDeclined: 1,
  /** The award, and the result can be in before the lease ends. */
  acceptInTime: 2,
  /** The award, and the result would come after the lease. */
  acceptTooLate: 3,
  reject: 4,
  cancel: 5,
  finished: 6,
  broke: 7,
  /** No award of the proposal can be in force any more. */
  holdOver: 8,
} as const
export const INCIDENTS = 9

/** What a participant says. `again` repeats its last answer of this conversation. */
export type Reply = 'propose' | 'refuse' | 'inform-done' | 'failure' | 'again' | null

export interface ParticipantStep {
  readonly state: number
  readonly reply: Reply
  /** `hold`: keep what was offered free; `commit`: start; `release`: what was held is free again. */
  readonly effect: 'hold' | 'commit' | 'release' | null
  /** Of a failure that the protocol itself causes. */
  readonly reason: string | null
}

const stay = (state: number, reply: Reply = null): ParticipantStep => ({ state, reply, effect: null, reason: null })
const go = (
  state: number,
  reply: Reply,
  effect: ParticipantStep['effect'],
  reason: string | null = null,
): ParticipantStep => ({ state, reply, effect, reason })

const NO_LONGER = 'the proposal no longer stands'
const TOO_LATE = 'the result would come after the lease'

const P = Participant
const withdrawn = go(P.failed, 'failure', null, NO_LONGER)

/** By state, then by incident in the order of `Incident`. */
const PARTICIPANT_TABLE: readonly (readonly ParticipantStep[])[] = [
  // idle: an award without a call can only be a stray; a rejection that overtakes its call closes the conversation.
  [
    go(P.proposed, 'propose', 'hold'),
    go(P.refused, 'refuse', null),
    stay(P.idle),
    stay(P.idle),
    stay(P.free),
    stay(P.free),
    stay(P.idle),
    stay(P.idle),
    stay(P.idle),
  ],
  // proposed
  [
    stay(P.proposed, 'again'),
    stay(P.proposed, 'again'),
    go(P.performing, null, 'commit'),
    go(P.failed, 'failure', 'release', TOO_LATE),
    go(P.free, null, 'release'),
    go(P.free, null, 'release'),
    stay(P.proposed),
    stay(P.proposed),
    go(P.free, null, 'release'),
  ],
  // refused
  [
    stay(P.refused, 'again'),
    stay(P.refused, 'again'),
    withdrawn,
    withdrawn,
    stay(P.free),
    stay(P.free),
    stay(P.refused),
    stay(P.refused),
    stay(P.refused),
  ],
  // performing
  [
    stay(P.performing),
    stay(P.performing),
    stay(P.performing),
    stay(P.performing),
    go(P.free, null, 'release'),
    go(P.free, null, 'release'),
    go(P.done, 'inform-done', null),
    go(P.failed, 'failure', 'release'),
    stay(P.performing),
  ],
  // done
  [
    stay(P.done),
    stay(P.done),
    stay(P.done, 'again'),
    stay(P.done, 'again'),
    stay(P.done),
    stay(P.done),
    stay(P.done),
    stay(P.done),
    stay(P.done),
  ],
  // failed
  [
    stay(P.failed),
    stay(P.failed),
    stay(P.failed, 'again'),
    stay(P.failed, 'again'),
    stay(P.failed),
    stay(P.failed),
    stay(P.failed),
    stay(P.failed),
    stay(P.failed),
  ],
  // free
  [
    stay(P.free),
    stay(P.free),
    withdrawn,
    withdrawn,
    stay(P.free),
    stay(P.free),
    stay(P.free),
    stay(P.free),
    stay(P.free),
  ],
]

export function participantStep(state: number, incident: number): ParticipantStep {
  return (PARTICIPANT_TABLE[state] as readonly ParticipantStep[])[incident] as ParticipantStep
}

/** Of the initiator in one conversation. */
export const Phase = { announced: 0, awarded: 1, closed: 2 } as const

/** What happens to the initiator. */
export const Occurrence = {
  /** The first answer of a participant, within the deadline or not. */
  proposal: 0,
  lateProposal: 1,
  refusal: 2,
  /** An answer of a participant that has answered before. */
  repeatedAnswer: 3,
  /** Every participant has answered, or the deadline. */
  windowOver: 4,
  doneByWinner: 5,
  failureByWinner: 6,
  /** A report of somebody whose award is not in force. */
  strayReport: 7,
  leaseOver: 8,
} as const

export type InitiatorAct =
  | 'note-proposal'
  | 'note-refusal'
  | 'reject-late'
  /** To the cheapest proposal, if any: then awarded; without one the conversation is closed. */
  | 'award'
  | 'finish'
  | 'announce-again'
  | 'cancel-and-announce-again'
  | null

export interface InitiatorStep {
  readonly phase: number
  readonly act: InitiatorAct
}

const at = (phase: number, act: InitiatorAct = null): InitiatorStep => ({ phase, act })
const I = Phase

const INITIATOR_TABLE: readonly (readonly InitiatorStep[])[] = [
  // announced
  [
    at(I.announced, 'note-proposal'),
    at(I.announced, 'reject-late'),
    at(I.announced, 'note-refusal'),
    at(I.announced),
    at(I.awarded, 'award'),
    at(I.announced),
    at(I.announced),
    at(I.announced),
    at(I.announced),
  ],
  // awarded
  [
    at(I.awarded, 'reject-late'),
    at(I.awarded, 'reject-late'),
    at(I.awarded),
    at(I.awarded),
    at(I.awarded),
    at(I.closed, 'finish'),
    at(I.closed, 'announce-again'),
    at(I.awarded),
    at(I.closed, 'cancel-and-announce-again'),
  ],
  // closed
  [
    at(I.closed, 'reject-late'),
    at(I.closed, 'reject-late'),
    at(I.closed),
    at(I.closed),
    at(I.closed),
    at(I.closed),
    at(I.closed),
    at(I.closed),
    at(I.closed),
  ],
]

export function initiatorStep(phase: number, occurrence: number): InitiatorStep {
  return (INITIATOR_TABLE[phase] as readonly InitiatorStep[])[occurrence] as InitiatorStep
}

/** The cheapest offer, ties to the first; -1 without any. NaN: no offer. */
export function cheapestOffer(offers: ArrayLike<number>): number {
  let best = -1
  for (let i = 0; i < offers.length; i++) {
    const cost = offers[i] as number
    if (!Number.isNaN(cost) && (best < 0 || cost < (offers[best] as number))) best = i
  }
  return best
}
