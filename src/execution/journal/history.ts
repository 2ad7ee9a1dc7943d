/** What a journal says, looked up by what a record is about instead of by its place. */
import type { ActionIdentity, ActionOutcome, JournalEntry, JournalRecord, JsonValue } from '../../domain/journal.ts'

export interface RecordedValue {
  readonly sequence: number
  readonly basis: JsonValue | undefined
  readonly value: JsonValue
}

/** All that is known about one action. */
export interface ActionHistory {
  readonly identity: ActionIdentity
  readonly sequence: number
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

export type Ending = Extract<JournalEntry, { kind: 'end' }>

/** The state of a run as its journal tells it. */
export class History {
  readonly decisions = new Map<string, RecordedValue>()
  readonly observations = new Map<string, RecordedValue>()
  readonly actions = new Map<string, ActionHistory>()
  readonly questions = new Map<string, Question & { readonly sequence: number }>()
  readonly answers = new Map<string, Answer>()
  /** What the program asked for, in the order in which it asked first. */
  readonly requests: Request[] = []
  cancelled: string | null = null
  end: Ending | null = null
  length = 0

  constructor(records: readonly JournalRecord[]) {
    for (const record of records) this.add(record)
  }

  /** Takes the next entry in; the caller writes it to the store. */
  add(entry: JournalEntry): void {
    const sequence = this.length++
    switch (entry.kind) {
      case 'decision':
        this.requests.push({ kind: 'decision', key: entry.key, sequence })
        this.decisions.set(entry.key, { sequence, basis: entry.basis, value: entry.value })
        return
      case 'observation':
        this.requests.push({ kind: 'observation', key: entry.key, sequence })
        this.observations.set(entry.key, { sequence, basis: undefined, value: entry.value })
        return
      case 'intent': {
        const { plan, what, idempotent, launch, attempt } = entry
        const key = actionKey(entry)
        const known = this.actions.get(key)
        if (known !== undefined) {
          Object.assign(known, { launches: launch, attempt, outcome: null })
          return
        }
        const fresh = { identity: { plan, what }, sequence, idempotent, launches: launch, attempt }
        this.requests.push({ kind: 'action', key, sequence })
        this.actions.set(key, { ...fresh, outcome: null, dead: null })
        return
      }
      case 'outcome': {
        const known = this.actions.get(actionKey(entry))
        if (known !== undefined) known.outcome = outcomeOf(entry)
        return
      }
      case 'dead-letter': {
        const known = this.actions.get(actionKey(entry))
        if (known !== undefined) known.dead = entry.reason
        return
      }
      case 'question':
        this.requests.push({ kind: 'question', key: entry.key, sequence })
        this.questions.set(entry.key, { key: entry.key, question: entry.question, sequence })
        return
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
}

/** Unambiguous whatever the names hold. */
export function actionKey({ plan, what }: ActionIdentity): string {
  return `${plan.length}:${plan}${what}`
}

function outcomeOf(entry: ActionOutcome): ActionOutcome {
  if (entry.status === 'done') return { status: 'done', value: entry.value }
  return entry.status === 'failed'
    ? { status: 'failed', error: entry.error, final: entry.final }
    : { status: 'uncertain' }
}
