import type { Section } from '../../report/index.ts'

/** One part of the session. */
export interface Part {
  readonly name: string
  readonly status: string
  readonly json: Readonly<Record<string, unknown>>
  readonly lines: readonly string[]
  /** The answer in a sentence. */
  readonly summary: string
  readonly sections: readonly Section[]
}
