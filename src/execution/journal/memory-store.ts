/** A journal in memory: for tests, simulations and runs that need not outlive the process. */
import { type JournalEntry, type JournalRecord, type JournalStore, JournalWriteError } from '../../domain/journal.ts'

const WRITTEN = Promise.resolve()

export class MemoryJournal implements JournalStore {
  // Text, so that nobody can change a record after it was written.
  readonly #lines: string[] = []
  #closed = false

  /** @param records what the journal already holds */
  constructor(records: readonly JournalRecord[] = []) {
    for (const { sequence: _, ...entry } of records) this.#lines.push(JSON.stringify(entry))
  }

  read(): Promise<readonly JournalRecord[]> {
    return Promise.resolve(this.#lines.map((line, sequence) => ({ sequence, ...(JSON.parse(line) as JournalEntry) })))
  }

  append(entry: JournalEntry): Promise<void> {
    if (this.#closed) return Promise.reject(new JournalWriteError('the journal is closed'))
    this.#lines.push(JSON.stringify(entry))
    return WRITTEN
  }

  close(): Promise<void> {
    this.#closed = true
    return Promise.resolve()
  }

  /** Lets the journal be opened again after `close`, as a file can. */
  reopen(): MemoryJournal {
    const again = new MemoryJournal()
    again.#lines.push(...this.#lines)
    return again
  }
}
