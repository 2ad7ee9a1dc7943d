/** What `explain` says about a result: sentences under a few headings. */

export interface Explanation {
  /** What was found, and how sure it is. */
  readonly answer: readonly string[]
  /** What cannot hold together, and what would have to give. */
  readonly conflicts: readonly string[]
  /** What binds, and what more of it would be worth. */
  readonly sensitivities: readonly string[]
  /** Why this was chosen and that was not. */
  readonly choices: readonly string[]
  /** What leads to what. */
  readonly causes: readonly string[]
}

export const HEADINGS: Readonly<Record<keyof Explanation, string>> = {
  answer: 'Answer',
  conflicts: 'What stands in the way',
  sensitivities: 'What binds, and what more would be worth',
  choices: 'Choices',
  causes: 'Causes',
}

export function isEmpty(explanation: Explanation): boolean {
  return Object.values(explanation).every((sentences) => sentences.length === 0)
}

/** A JSON object whose fields may be anything. */
export type Fields = Readonly<Record<string, unknown>>

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
}

export function field(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

export function textOf(fields: Fields, name: string): string | null {
  const value = field(fields, name)
  return typeof value === 'string' ? value : null
}

export function numberOf(fields: Fields, name: string): number | null {
  const value = field(fields, name)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Entries of a list that are objects. */
export function listOf(fields: Fields, name: string): readonly Fields[] {
  const value = field(fields, name)
  return Array.isArray(value) ? value.map(fieldsOf).filter((entry) => entry !== null) : []
}

export function textsOf(fields: Fields, name: string): readonly string[] {
  const value = field(fields, name)
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []
}
