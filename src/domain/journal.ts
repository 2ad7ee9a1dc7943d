/**
 * The journal of a run: what was decided, observed, begun and finished, in order, so that a run that was killed goes on
 * where it was. The journal is JSON and is the only memory of a run; the trace that people see is a projection of it.
 */
import { PlannerError } from '../../solvers/contract/index.ts'

/** Version of the journal's JSON form. */
export const JOURNAL_VERSION = 1

/** What JSON can say. Values in a journal come back exactly as they went in, so nothing else is admitted. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/** First record of every journal: which run this is and against what it may be resumed. */
export interface JournalHeader {
  /** Name of the run. */
  readonly run: string
  /** The plan, the method library, the seed ... or their fingerprints: whatever must be the same when the run resumes. */
  readonly subject: JsonValue
  /** Set when the run began as a branch of another one: its name and the last record taken over. */
  readonly forkedFrom?: { readonly run: string; readonly sequence: number }
}

/**
 * What an action is, wherever it stands in a list: the plan it belongs to and the action itself. `what` is unique within
 * the plan; name, arguments and step id together are (`move(a, b)#7`).
 */
export interface ActionIdentity {
  readonly plan: string
  readonly what: string
}

/** Why an action did not succeed, as it is kept. */
export interface RecordedError {
  readonly name: string
  readonly message: string
}

/**
 * One entry of a journal.
 *
 * - `header`: the first one.
 * - `decision`, `observation`: written before anybody acts on them.
 * - `intent`: an action is about to begin. `attempt` is the logical attempt: it grows when an attempt is known to have
 *   failed. `launch` counts how often the action was begun in all, so it also grows when a crash made it begin again with
 *   the same attempt. Written before the action begins.
 * - `outcome`: what came of that attempt. `uncertain`: nobody knows.
 * - `dead-letter`: the action was begun as often as it may be and is not begun again.
 * - `question`, `answer`: a person was asked; a person answered.
 * - `cancel`: no action begins after this.
 * - `end`: the run is over.
 */
export type JournalEntry =
  | ({ readonly kind: 'header'; readonly version: typeof JOURNAL_VERSION } & JournalHeader)
  | { readonly kind: 'decision'; readonly key: string; readonly basis?: JsonValue; readonly value: JsonValue }
  | { readonly kind: 'observation'; readonly key: string; readonly value: JsonValue }
  | ({
      readonly kind: 'intent'
      readonly attempt: number
      readonly launch: number
      readonly idempotent: boolean
    } & ActionIdentity)
  | ({ readonly kind: 'outcome'; readonly attempt: number } & ActionIdentity & ActionOutcome)
  | ({ readonly kind: 'dead-letter'; readonly launches: number; readonly reason: string } & ActionIdentity)
  | { readonly kind: 'question'; readonly key: string; readonly question: JsonValue }
  | { readonly kind: 'answer'; readonly key: string; readonly approved: boolean; readonly by: string }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'end'; readonly status: 'finished' | 'cancelled'; readonly value: JsonValue }

/** What came of one attempt. */
export type ActionOutcome =
  | { readonly status: 'done'; readonly value: JsonValue }
  /** `final`: another attempt cannot mend it, or nobody can say that another one is safe. */
  | { readonly status: 'failed'; readonly error: RecordedError; readonly final: boolean }
  | { readonly status: 'uncertain' }

/** An entry at its place: sequence numbers are 0, 1, 2 ... without gaps. */
export type JournalRecord = { readonly sequence: number } & JournalEntry

/** Where a journal is kept. One writer at a time. */
export interface JournalStore {
  /** All records, in order. */
  read(): Promise<readonly JournalRecord[]>
  /**
   * Adds an entry. Resolves once the entry is as durable as the store can make it; entries become durable in the order of
   * the calls, so that a durable entry implies all entries before it. A store that failed once refuses every later entry.
   */
  append(entry: JournalEntry): Promise<void>
  /** Waits for what is under way and gives the journal free. */
  close(): Promise<void>
}

/** The journal is damaged elsewhere than in a torn last record. Nothing was dropped or changed. */
export class JournalCorruptError extends PlannerError {
  /** 1-based line of the file. */
  readonly line: number
  /** Offset of that line in bytes. */
  readonly offset: number

  constructor(file: string, line: number, offset: number, why: string) {
    super('journal-corrupt', `${file}:${line}: ${why} (byte ${offset})`, {
      hint: 'restore the file from a copy, or cut it before that line and accept that the rest of the run is lost',
    })
    this.line = line
    this.offset = offset
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), line: this.line, offset: this.offset }
  }
}

/** Somebody else is writing this journal. */
export class JournalLockedError extends PlannerError {
  /** Who: process id and machine, as far as it is known. */
  readonly holder: string

  constructor(file: string, holder: string, hint: string) {
    super('journal-locked', `the journal ${file} is in use by ${holder}`, { hint })
    this.holder = holder
  }
}

/** The journal cannot be written any more: disk full, device gone, store closed. */
export class JournalWriteError extends PlannerError {
  constructor(message: string, cause?: unknown) {
    super('journal-unwritable', message, {
      hint: 'make room or name another place, then resume the run: what was not recorded was not acted upon',
      ...(cause === undefined ? {} : { cause }),
    })
  }
}
