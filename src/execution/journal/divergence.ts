/** The program that resumes is not the one that was recorded. */
import { formatPath, PlannerError } from '../../../solvers/contract/index.ts'
import type { JsonValue } from '../../domain/journal.ts'
import type { Difference } from './json.ts'

/**
 * The journal was written against something else: another plan or method library, another basis of a decision, other
 * requests in another order. Nothing was done. `path`, `recorded` and `now` are the first difference.
 */
export class ReplayDivergenceError extends PlannerError {
  /** What was compared: `header`, `decision KEY` ... */
  readonly where: string
  /** Sequence number of the record that disagrees; null when the journal has no such record. */
  readonly sequence: number | null
  readonly path: readonly (string | number)[]
  readonly recorded: JsonValue | undefined
  readonly now: JsonValue | undefined

  constructor(where: string, sequence: number | null, difference: Difference) {
    const place = formatPath(difference.path)
    super(
      'replay-divergence',
      `${where}${place === '' ? '' : `, ${place}`}: recorded ${show(difference.recorded)}, now ${show(difference.now)}`,
      { hint: 'resume with what the run was started with, or fork the run at a record before the difference' },
    )
    this.where = where
    this.sequence = sequence
    this.path = difference.path
    this.recorded = difference.recorded
    this.now = difference.now
  }

  override toJSON(): Record<string, unknown> {
    const { where, sequence, path, recorded, now } = this
    return { ...super.toJSON(), where, sequence, path, recorded, now }
  }
}

function show(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
