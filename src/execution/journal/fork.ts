/** A branch of a run: its beginning is copied, the rest is done anew. */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { JOURNAL_VERSION, type JournalEntry, type JournalStore, type JsonValue } from '../../domain/journal.ts'

/**
 * Copies a run up to a record into an empty journal, as the beginning of a branch.
 * @param through sequence number of the last record taken over
 * @param header name of the branch, and its subject when it shall differ
 */
export async function forkRun(
  source: JournalStore,
  through: number,
  target: JournalStore,
  header: { readonly run: string; readonly subject?: JsonValue },
): Promise<void> {
  const records = await source.read()
  const [first] = records
  const taken = await target.read()
  const fault = (code: string, path: string, message: string, hint: string): InvalidInputError =>
    new InvalidInputError([{ code, path: [path], message, hint }])
  if (first?.kind !== 'header') throw fault('no-run', 'source', 'the source holds no run', 'name a journal with a run')
  if (taken.length > 0) throw fault('not-empty', 'target', 'the target holds a run', 'name an empty journal')
  if (!Number.isInteger(through) || through < 0 || through >= records.length)
    throw fault('out-of-range', 'through', `there is no record ${through}`, `give 0 to ${records.length - 1}`)
  const forkedFrom = { run: first.run, sequence: through }
  const subject = header.subject ?? first.subject
  const entries: JournalEntry[] = [{ kind: 'header', version: JOURNAL_VERSION, run: header.run, subject, forkedFrom }]
  for (const { sequence: _, ...entry } of records.slice(1, through + 1))
    if (entry.kind !== 'cancel' && entry.kind !== 'end') entries.push(entry)
  await Promise.all(entries.map((entry) => target.append(entry)))
}
