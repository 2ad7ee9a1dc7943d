/** What a journal says, looked up by what a record is about instead of by its place. */
import type { ActionIdentity, ActionOutcome, JournalEntry, JournalRecord, JsonValue } from '../../domain/journal.ts'

export interface RecordedValue extends Request {
  readonly basis: JsonValue | undefined
  readonly value: JsonValue
}

/** All that is known about one action. */
export interface ActionHistory extends Request {
  readonly identity: ActionIdentity
  idempotent: boolean
  /** How often the action was begun. */
  launches: number
  /** The current logical attempt, from 1. */
  attempt: number
  /** Outcome of that attempt; null while it is under way or after a crash in it. */
  outcome: ActionOutcome | null
  /** Why it is not begun again; null while it may be. */
  dead: string | null
}

export interface Question {
  readonly key: string
  readonly question: JsonValue
}

export interface AskedQuestion extends Question, Request {
  readonly kind: 'question'
}

export interface Answer {
  readonly approved: boolean
  readonly by: string
}

/** One thing a program asked the journal for. */
export interface Request {
  readonly kind: 'decision' | 'observation' | 'action' | 'question'
  readonly key: string
  readonly sequence: number
}

type Intent = Extract<JournalEntry, { kind: 'intent' }>
export type Ending = Extract<JournalEntry, { kind: 'end' }>

/** The state of a run as its journal tells it. */
export class History {
  readonly decisions = new Map<string, RecordedValue>()
  readonly observations = new Map<string, RecordedValue>()
  readonly actions = new Map<string, ActionHistory>()
  readonly questions = new Map<string, AskedQuestion>()
  readonly answers = new Map<string, Answer>()
  /** What the program asked for, in the order in which it asked first. */
  readonly requests: Request[] = []
  cancelled: string | null = null
  end: Ending | null = null
  length = 0

  constructor(records: readonly JournalRecord[]) {
    for (const record of records) this.add(record)
  }

  /**
   * Takes the next entry in; the caller writes it to the store and changes it no more.
   * @param key that of the action which the entry is about, when the caller has it at hand
   */
  add(entry: JournalEntry, key?: string): void {
    const sequence = this.length++
    switch (entry.kind) {
      case 'decision': {
        const { kind, key: name, basis, value } = entry
        const found = { kind, key: name, sequence, basis, value }
        this.requests.push(found)
        this.decisions.set(name, found)
        return
      }
      case 'observation': {
        const { kind, key: name, value } = entry
        const found = { kind, key: name, sequence, basis: undefined, value }
        this.requests.push(found)
        this.observations.set(name, found)
        return
      }
      case 'intent':
        this.#begin(entry, key ?? actionKey(entry), sequence)
        return
      case 'outcome': {
        const known = this.actions.get(key ?? actionKey(entry))
        if (known !== undefined) known.outcome = entry
        return
      }
      case 'dead-letter': {
        const known = this.actions.get(key ?? actionKey(entry))
        if (known !== undefined) known.dead = entry.reason
        return
      }
      case 'question': {
        const asked: AskedQuestion = { kind: 'question', key: entry.key, sequence, question: entry.question }
        this.requests.push(asked)
        this.questions.set(entry.key, asked)
        return
      }
      case 'answer':
        // The first answer counts.
        if (!this.answers.has(entry.key)) this.answers.set(entry.key, { approved: entry.approved, by: entry.by })
        return
      case 'cancel':
        this.cancelled ??= entry.reason
        return
      case 'end':
        this.end = entry
        return
      case 'header':
        return
    }
  }

  #begin({ plan, what, idempotent, launch, attempt }: Intent, key: string, sequence: number): void {
    const known = this.actions.get(key)
    if (known !== undefined) {
      known.launches = launch
      known.attempt = attempt
      known.outcome = null
      return
    }
    const fresh: ActionHistory = {
      kind: 'action',
      key,
      sequence,
      identity: { plan, what },
      idempotent,
      launches: launch,
      attempt,
      outcome: null,
      dead: null,
    }
    this.requests.push(fresh)
    this.actions.set(key, fresh)
  }
}

/** Unambiguous whatever the names hold. */
export function actionKey({ plan, what }: ActionIdentity): string {
  return `${plan.length}:${plan}${what}`
}
