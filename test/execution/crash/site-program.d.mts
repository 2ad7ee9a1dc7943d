import type { JournalEntry, JournalHeader, JournalRecord, JournalStore } from '../../../src/domain/journal.ts'
import type { DurableRun } from '../../../src/execution/journal/index.ts'

export interface Effect {
  readonly step: number
  readonly key: string
}
export interface EffectLog {
  read(): readonly Effect[]
  add(effect: Effect): void
}
export interface SiteStep {
  readonly id: number
  readonly name: string
  readonly idempotent: boolean
}
type Boundary = (name: string) => void | Promise<void>

export const HEADER: JournalHeader
export const STEPS: readonly SiteStep[]
export class World {
  constructor(log: EffectLog, boundary: Boundary)
}
export class BoundaryStore implements JournalStore {
  constructor(inner: JournalStore, boundary: Boundary)
  read(): Promise<readonly JournalRecord[]>
  append(entry: JournalEntry): Promise<void>
  close(): Promise<void>
}
export function runPlan(run: DurableRun, world: World): Promise<void>
