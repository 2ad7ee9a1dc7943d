/**
 * What the readers of model files share: limits on their size, the list of faults, and the strict reading of numbers.
 */
import { InvalidInputError, type Issue } from '../../contract/index.ts'
import type { LinearModel, Row } from '../model.ts'

export interface ReadOptions {
  /** Name of the file, shown in faults. */
  readonly file?: string
  /** Longest text accepted, in characters. @default 2^28 */
  readonly maxCharacters?: number
  /** Most coefficients accepted. @default 50,000,000 */
  readonly maxNonZeros?: number
}

/** A row without sides: in MPS a further row of type N. Kept in the model as a row that restricts nothing. */
export interface FreeRow {
  readonly row: Row
  readonly name: string
  /** Constant of the expression, as an objective would have it. */
  readonly constant: number
}

/** What a model file holds. */
export interface LinearFile {
  readonly model: LinearModel
  readonly format: 'mps-free' | 'mps-fixed' | 'lp'
  /** Name of the objective in the file, null when it has none. */
  readonly objectiveName: string | null
  /** Rows that restrict nothing; with `rowTerms` they serve as further objectives. */
  readonly freeRows: readonly FreeRow[]
  /** What was read in a way that another program may read differently. Not faults. */
  readonly notes: readonly Issue[]
}

/** 1e20 and beyond means infinite, as in all solvers. */
export const INFINITE = 1e20
const MAX_CHARACTERS = 2 ** 28
const MAX_NON_ZEROS = 50_000_000
/** Faults kept; the rest is counted. */
const MAX_FAULTS = 100

/** The faults of one file, each with its place. */
export class Faults {
  readonly #file: string | undefined
  readonly #issues: Issue[] = []
  readonly notes: Issue[] = []
  readonly maxNonZeros: number
  #more = 0

  constructor(options: ReadOptions) {
    this.#file = options.file
    this.maxNonZeros = options.maxNonZeros ?? MAX_NON_ZEROS
  }

  get count(): number {
    return this.#issues.length + this.#more
  }

  /** Reports a fault. `column` counts from 1. */
  add(code: string, message: string, hint: string, line: number, column: number): void {
    if (this.#issues.length === MAX_FAULTS) this.#more++
    else this.#issues.push(this.#issue(code, message, hint, line, column))
  }

  /** Remarks something that is no fault. */
  note(code: string, message: string, hint: string, line: number, column: number): void {
    if (this.notes.length < MAX_FAULTS) this.notes.push(this.#issue(code, message, hint, line, column))
  }

  /** @throws InvalidInputError with every fault, when there are any */
  throwIfAny(): void {
    if (this.#issues.length === 0) return
    if (this.#more > 0) {
      const hint = 'mend those shown first'
      this.#issues.push(
        this.#issue('more-faults', `${this.#more} further faults are not shown`, hint, undefined, undefined),
      )
    }
    throw new InvalidInputError(this.#issues)
  }

  #issue(code: string, message: string, hint: string, line: number | undefined, column: number | undefined): Issue {
    return {
      code,
      path: [],
      message,
      hint,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(this.#file === undefined ? {} : { file: this.#file }),
    }
  }
}

/** @throws InvalidInputError when the text is longer than allowed */
export function requireLength(text: string, options: ReadOptions): void {
  const limit = options.maxCharacters ?? MAX_CHARACTERS
  if (text.length <= limit) return
  const faults = new Faults(options)
  faults.add('too-large', `the text has ${text.length} characters, more than ${limit}`, 'raise maxCharacters', 1, 1)
  faults.throwIfAny()
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/
const INFINITY = /^[+-]?inf(?:inity)?$/i

/** The number a field holds; `1.5D3` and `inf` are understood. NaN when it is none. */
export function readNumber(field: string): number {
  if (NUMBER.test(field)) {
    const value = Number(field)
    return Number.isNaN(value) ? Number(field.replace(/[dD]/, 'e')) : value
  }
  if (INFINITY.test(field)) return field.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number.NaN
}

/** Reads 1e20 and beyond as infinite. */
export function toBound(value: number): number {
  if (value >= INFINITE) return Number.POSITIVE_INFINITY
  if (value <= -INFINITE) return Number.NEGATIVE_INFINITY
  return value
}

/** A file's word, shortened for a message and without control characters. */
export function shown(text: string): string {
  const clean = [...text.slice(0, 60)].map((c) => (c < ' ' || c === '\u007f' ? '?' : c)).join('')
  return text.length > 60 ? `"${clean}..."` : `"${clean}"`
}
