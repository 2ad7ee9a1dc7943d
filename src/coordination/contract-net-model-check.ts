/**
 * Every interleaving of one task's contract net, by explicit search over the transitions the engine runs on (contract-net-protocol.ts).
 *
 * The channel is as bad as it can be: what was ever sent may arrive any number of times, in any order, arbitrarily late, or
 * never. A state is therefore the set of messages sent, the states of initiator and participants in every announcement, and the
 * outcome. Participants may refuse, offer, fail, find that the lease is too short, and crash at work; a crash at any other time looks to
 * all others like the loss of every message to the agent from then on, which is among the runs searched. Timers may fire at any
 * time, under the one thing that the clock guarantees: an agent begins only when its work ends within the lease, so that the lease does
 * not end while it works unless it crashed.
 *
 * Checked in every state:
 *   1  at most one agent works, and it holds the award in force;
 *   2  an outcome names one agent only, and that agent has done the task on an award; or it is "unallocated";
 *   3  every step raises a rank, so that every run is finite;
 *   4  where no timer and no work can move anything any more (all messages on the way being lost) there is an outcome, and nobody
 *      alive keeps anything free for it: no dead state.
 *
 * Complexity: the number of reachable states, which grows with the product of the participants' histories.
 * Source: explicit-state search as in Holzmann (1997), The model checker SPIN.
 */
import {
  Incident,
  type InitiatorStep,
  initiatorStep,
  Occurrence,
  Participant,
  type ParticipantStep,
  Phase,
  participantStep,
} from './contract-net-protocol.ts'
import { Act } from './message-log.ts'

/** The rules of the protocol; those of the product unless a test plants a fault. */
export interface ContractNetRules {
  readonly participantStep: (state: number, incident: number) => ParticipantStep
  readonly initiatorStep: (phase: number, occurrence: number) => InitiatorStep
  /** The lease does not end while an agent works. @default true */
  readonly workEndsWithinLease: boolean
}

export interface ContractNetCheckOptions {
  /** 1 to 3. */
  readonly participants: number
  /** Announcements of the task, 1 to 3. @default 2 */
  readonly rounds?: number
  /** States after which the search stops. @default 5,000,000 */
  readonly stateLimit?: number
  readonly rules?: Partial<ContractNetRules>
}

export type ContractNetCheck =
  | {
      readonly status: 'verified'
      readonly states: number
      readonly transitions: number
      /** States in which nothing can happen any more, by outcome. */
      readonly endings: { readonly done: number; readonly unallocated: number }
      /** Of these, where an agent did the task and its report came after the lease or never: unavoidable over such a channel. */
      readonly unheard: number
    }
  | { readonly status: 'violated'; readonly rule: string; readonly states: number; readonly trace: readonly string[] }
  | { readonly status: 'unknown'; readonly limit: 'iterations'; readonly states: number }

/** A participant at work that crashed; the protocol has no such state. */
const CRASHED = 7
const NOBODY = 3

// Outcomes: 0 open, 1 unallocated, 2 + i done by participant i.
const OPEN = 0
const UNALLOCATED = 1

/** Rank of a participant's state; every step that changes the state goes up. */
const STATE_RANK = [0, 1, 1, 2, 4, 4, 3, 5]

class Search {
  readonly n: number
  readonly rounds: number
  readonly rules: ContractNetRules
  /** Words a round: its head, then one a participant. */
  readonly width: number
  readonly seen = new Map<string, string>()
  readonly stack: string[] = []
  transitions = 0
  done = 0
  unallocated = 0
  unheard = 0
  /** The rule that a state breaks. */
  fault: { readonly rule: string; readonly at: string } | null = null
  #from = ''
  #rank = 0
  /** Steps out of the state, and those among them that need no message. */
  #moved = 0
  #alone = 0

  constructor(options: ContractNetCheckOptions) {
    this.n = options.participants
    this.rounds = options.rounds ?? 2
    this.rules = { participantStep, initiatorStep, workEndsWithinLease: true, ...options.rules }
    this.width = 1 + this.n
  }

  // Word layout. Head of a round: phase | winner << 2 | opened << 4. Participant: state | answer << 3 | invited << 5 | messages << 6.
  // The last word is the outcome.

  run(limit: number): void {
    const start = new Uint16Array(this.rounds * this.width + 1)
    this.#open(start, 0, (1 << this.n) - 1)
    this.#visit(start)
    while (this.stack.length > 0 && this.fault === null && this.seen.size <= limit)
      this.#expand(this.stack.pop() as string)
  }

  #open(words: Uint16Array, round: number, invited: number): void {
    const head = round * this.width
    words[head] = Phase.announced | (NOBODY << 2) | (1 << 4)
    for (let i = 0; i < this.n; i++) {
      if (((invited >>> i) & 1) === 1) words[head + 1 + i] = (1 << 5) | (1 << (6 + Act.cfp))
    }
  }

  #visit(words: Uint16Array): void {
    const key = String.fromCharCode(...words)
    if (key === this.#from) return
    this.transitions++
    this.#moved++
    if (this.#from !== '' && rankOf(words, this.width) <= this.#rank) this.#fail('every step leads on', key)
    if (this.seen.has(key)) return
    this.seen.set(key, this.#from)
    this.stack.push(key)
  }

  #fail(rule: string, at: string): void {
    this.fault ??= { rule, at }
  }

  #expand(key: string): void {
    const words = new Uint16Array(key.length)
    for (let k = 0; k < key.length; k++) words[k] = key.charCodeAt(k)
    this.#from = key
    this.#rank = rankOf(words, this.width)
    this.#moved = 0
    this.#alone = 0
    const outcome = words[words.length - 1] as number
    let working = 0
    for (let round = 0; round < this.rounds; round++) {
      const head = words[round * this.width] as number
      if (head >>> 4 === 0) break
      const phase = head & 3
      const winner = (head >>> 2) & 3
      let leaseHolds = false
      for (let i = 0; i < this.n; i++) {
        const word = words[round * this.width + 1 + i] as number
        if (((word >>> 5) & 1) === 0) continue
        if ((word & 7) === Participant.performing) {
          working++
          if (phase !== Phase.awarded || winner !== i) this.#fail('whoever works holds the award in force', key)
          leaseHolds = true
        }
        this.#participant(words, round, i, word, phase === Phase.awarded && winner === i, phase)
      }
      const before = this.#moved
      if (phase === Phase.announced) this.#initiator(words, round, Occurrence.windowOver, NOBODY)
      if (phase === Phase.awarded && !(leaseHolds && this.rules.workEndsWithinLease)) {
        this.#initiator(words, round, Occurrence.leaseOver, NOBODY)
      }
      this.#alone += this.#moved - before
    }
    if (working > 1) this.#fail('at most one agent works', key)
    if (outcome >= 2 && !this.#didIt(words, outcome - 2))
      this.#fail('the outcome names an agent that did the task', key)
    if (this.#alone === 0) this.#ending(words, key, outcome)
  }

  #ending(words: Uint16Array, key: string, outcome: number): void {
    if (outcome === OPEN) this.#fail('where nothing can happen there is an outcome', key)
    let unheard = false
    for (let round = 0; round < this.rounds; round++) {
      for (let i = 0; i < this.n; i++) {
        const state = (words[round * this.width + 1 + i] as number) & 7
        if (state === Participant.proposed || state === Participant.performing)
          this.#fail('in the end nobody keeps anything free', key)
        if (state === Participant.done && outcome !== 2 + i) unheard = true
      }
    }
    if (this.#moved > 0) return
    if (outcome === UNALLOCATED) this.unallocated++
    else this.done++
    if (unheard) this.unheard++
  }

  #didIt(words: Uint16Array, agent: number): boolean {
    for (let round = 0; round < this.rounds; round++) {
      const head = words[round * this.width] as number
      const state = (words[round * this.width + 1 + agent] as number) & 7
      if (head >>> 4 === 1 && ((head >>> 2) & 3) === agent && state === Participant.done) return true
    }
    return false
  }

  /** Everything that participant i can meet in a round, and its messages that the initiator can meet. */
  #participant(words: Uint16Array, round: number, i: number, word: number, inForce: boolean, phase: number): void {
    const messages = word >>> 6
    const sent = (act: number): boolean => ((messages >>> act) & 1) === 1
    const state = word & 7
    if (state !== CRASHED) {
      const incidents: number[] = []
      if (sent(Act.cfp)) incidents.push(Incident.callTaken, Incident.callDeclined)
      if (sent(Act['accept-proposal'])) {
        incidents.push(Incident.acceptTooLate)
        // The clock tells the participant that the lease is over.
        if (inForce || state !== Participant.proposed || !this.rules.workEndsWithinLease)
          incidents.push(Incident.acceptInTime)
      }
      if (sent(Act['reject-proposal'])) incidents.push(Incident.reject)
      if (sent(Act.cancel)) incidents.push(Incident.cancel)
      for (const incident of incidents) this.#meets(words, round, i, word, incident)
      const before = this.#moved
      if (state === Participant.performing) {
        this.#meets(words, round, i, word, Incident.finished)
        this.#meets(words, round, i, word, Incident.broke)
      }
      if (state === Participant.proposed && phase !== Phase.announced)
        this.#meets(words, round, i, word, Incident.holdOver)
      this.#alone += this.#moved - before
      if (state === Participant.performing) this.#change(words, round * this.width + 1 + i, (word & ~7) | CRASHED)
    }
    const answered = ((word >>> 3) & 3) !== 0
    if (sent(Act.propose)) {
      const first = phase === Phase.announced ? Occurrence.proposal : Occurrence.lateProposal
      this.#initiator(words, round, answered ? Occurrence.repeatedAnswer : first, i)
    }
    if (sent(Act.refuse)) this.#initiator(words, round, answered ? Occurrence.repeatedAnswer : Occurrence.refusal, i)
    if (sent(Act['inform-done']))
      this.#initiator(words, round, inForce ? Occurrence.doneByWinner : Occurrence.strayReport, i)
    if (sent(Act.failure))
      this.#initiator(words, round, inForce ? Occurrence.failureByWinner : Occurrence.strayReport, i)
  }

  #meets(words: Uint16Array, round: number, i: number, word: number, incident: number): void {
    const step = this.rules.participantStep(word & 7, incident)
    let next = (word & ~7) | step.state
    // What is said again has been sent before: the channel may repeat it anyway.
    if (step.reply !== null && step.reply !== 'again') next |= 1 << (6 + Act[step.reply])
    this.#change(words, round * this.width + 1 + i, next)
  }

  #change(words: Uint16Array, at: number, value: number): void {
    const before = words[at] as number
    if (before === value) return
    words[at] = value
    this.#visit(words)
    words[at] = before
  }

  #initiator(words: Uint16Array, round: number, occurrence: number, from: number): void {
    const at = round * this.width
    const head = words[at] as number
    const step = this.rules.initiatorStep(head & 3, occurrence)
    if (step.act === null) return
    const next = words.slice()
    const add = (i: number, bits: number): void => {
      next[at + 1 + i] = (next[at + 1 + i] as number) | bits
    }
    const message = (act: number): number => 1 << (6 + act)
    switch (step.act) {
      case null:
        return
      case 'note-proposal':
        add(from, 1 << 3)
        if (this.#allAnswered(next, at)) this.#award(next, at)
        break
      case 'note-refusal':
        add(from, 2 << 3)
        if (this.#allAnswered(next, at)) this.#award(next, at)
        break
      case 'reject-late':
        add(from, (3 << 3) | message(Act['reject-proposal']))
        break
      case 'award':
        this.#award(next, at)
        break
      case 'finish':
        next[at] = (head & ~3) | step.phase
        next[next.length - 1] = 2 + from
        break
      case 'cancel-and-announce-again':
      case 'announce-again': {
        const winner = (head >>> 2) & 3
        if (step.act === 'cancel-and-announce-again') add(winner, message(Act.cancel))
        next[at] = (head & ~3) | step.phase
        let invited = 0
        for (let i = 0; i < this.n; i++)
          if (i !== winner && (((words[at + 1 + i] as number) >>> 5) & 1) === 1) invited |= 1 << i
        if (invited === 0 || round + 1 === this.rounds) next[next.length - 1] = UNALLOCATED
        else this.#open(next, round + 1, invited)
        break
      }
    }
    this.#visit(next)
  }

  #allAnswered(words: Uint16Array, at: number): boolean {
    for (let i = 0; i < this.n; i++) {
      const word = words[at + 1 + i] as number
      if (((word >>> 5) & 1) === 1 && ((word >>> 3) & 3) === 0) return false
    }
    return true
  }

  /** Costs are not part of the state: any agent with an offer may be the cheapest. The first choice changes `words`. */
  #award(words: Uint16Array, at: number): void {
    const offers: number[] = []
    for (let i = 0; i < this.n; i++) if ((((words[at + 1 + i] as number) >>> 3) & 3) === 1) offers.push(i)
    const original = words.slice()
    offers.forEach((winner, k) => {
      const next = k === 0 ? words : original.slice()
      next[at] = Phase.awarded | (winner << 2) | (1 << 4)
      for (const i of offers) {
        const act = i === winner ? Act['accept-proposal'] : Act['reject-proposal']
        next[at + 1 + i] = (next[at + 1 + i] as number) | (1 << (6 + act))
      }
      if (k > 0) this.#visit(next)
    })
    if (offers.length > 0) return
    words[at] = Phase.closed | (NOBODY << 2) | (1 << 4)
    words[words.length - 1] = UNALLOCATED
  }

  trace(): string[] {
    const steps: string[] = []
    for (let key = this.fault?.at ?? ''; key !== '' && steps.length < 200; key = this.seen.get(key) ?? '') {
      steps.push(describe(key, this.n, this.width))
    }
    return steps.reverse()
  }
}

function rankOf(words: Uint16Array, width: number): number {
  let rank = (words[words.length - 1] as number) > 0 ? 1 : 0
  for (let k = 0; k < words.length - 1; k++) {
    const word = words[k] as number
    if (k % width === 0) rank += (word & 3) + (word >>> 4)
    else {
      rank += STATE_RANK[word & 7] as number
      rank += ((word >>> 3) & 3) > 0 ? 1 : 0
      for (let rest = word >>> 5; rest > 0; rest &= rest - 1) rank++
    }
  }
  return rank
}

const STATE_NAMES = [...Object.keys(Participant), 'crashed']
const PHASE_NAMES = Object.keys(Phase)

function describe(key: string, n: number, width: number): string {
  const parts: string[] = []
  for (let at = 0; at + width <= key.length - 1; at += width) {
    const head = key.charCodeAt(at)
    if (head >>> 4 === 0) continue
    const states = Array.from({ length: n }, (_, i) => STATE_NAMES[key.charCodeAt(at + 1 + i) & 7])
    parts.push(`#${at / width + 1} ${PHASE_NAMES[head & 3]}: ${states.join(', ')}`)
  }
  const outcome = key.charCodeAt(key.length - 1)
  const ended = outcome === OPEN ? '' : outcome === UNALLOCATED ? '; unallocated' : `; done by ${outcome - 2}`
  return parts.join('; ') + ended
}

/** Searches every interleaving. The same options give the same counts. */
export function checkContractNet(options: ContractNetCheckOptions): ContractNetCheck {
  const search = new Search(options)
  const limit = options.stateLimit ?? 5_000_000
  search.run(limit)
  const states = search.seen.size
  if (search.fault !== null) return { status: 'violated', rule: search.fault.rule, states, trace: search.trace() }
  if (states > limit) return { status: 'unknown', limit: 'iterations', states }
  const { transitions, done, unallocated, unheard } = search
  return { status: 'verified', states, transitions, endings: { done, unallocated }, unheard }
}
