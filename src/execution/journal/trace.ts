/**
 * The trace: what a run did, as people read it. Crashes, repeated launches and questions of recovery leave no mark in it, so
 * a run that was killed and resumed has the same trace as one that was not.
 */
import type { ActionOutcome, JournalRecord, JsonValue } from '../../domain/journal.ts'
import { type ActionHistory, History } from './history.ts'

export type TraceEntry =
  | { readonly kind: 'decision' | 'observation'; readonly key: string; readonly value: JsonValue }
  | {
      readonly kind: 'action'
      readonly plan: string
      readonly what: string
      /** `open`: under way, or cut off and not resumed yet. */
      readonly status: ActionOutcome['status'] | 'open' | 'dead-letter'
      readonly value?: JsonValue
    }
  | { readonly kind: 'approval'; readonly key: string; readonly status: 'approved' | 'refused' | 'waiting' }
  | { readonly kind: 'end'; readonly status: 'finished' | 'cancelled'; readonly value: JsonValue }

/** In the order in which things were asked for first; each action once, with its last outcome. */
export function traceOf(records: readonly JournalRecord[]): TraceEntry[] {
  const history = new History(records)
  const trace: TraceEntry[] = []
  for (const { kind, key } of history.requests) {
    if (kind === 'decision' || kind === 'observation') {
      const found = (kind === 'decision' ? history.decisions : history.observations).get(key)
      if (found !== undefined) trace.push({ kind, key, value: found.value })
    } else if (kind === 'action') {
      const found = history.actions.get(key)
      if (found !== undefined) trace.push(ofAction(found))
    } else {
      const answer = history.answers.get(key)
      const status = answer === undefined ? 'waiting' : answer.approved ? 'approved' : 'refused'
      trace.push({ kind: 'approval', key, status })
    }
  }
  const { end } = history
  if (end !== null) trace.push({ kind: 'end', status: end.status, value: end.value })
  return trace
}

function ofAction({ identity, outcome, dead }: ActionHistory): TraceEntry {
  const about = { kind: 'action', ...identity } as const
  if (dead !== null) return { ...about, status: 'dead-letter' }
  if (outcome === null) return { ...about, status: 'open' }
  return outcome.status === 'done'
    ? { ...about, status: 'done', value: outcome.value }
    : { ...about, status: outcome.status }
}
