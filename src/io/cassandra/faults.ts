/** Faults and warnings of a .pomdp text as they are met, with their places. */
import type { Issue } from '../../../solvers/contract/index.ts'
import type { Token } from './tokens.ts'

const MAX_ISSUES = 100

/** Thrown inside the reader to give up one statement; the next statement is read on. */
export class StatementFault {}

export class Faults {
  readonly issues: Issue[] = []
  readonly warnings: Issue[] = []
  /** How far from 1 a distribution may sum. */
  readonly sumTolerance: number
  readonly #file: string | undefined
  /** Reports of sums by line and sum, and how many other rows they stand for. */
  readonly #sums = new Map<string, { readonly list: Issue[]; readonly index: number; more: number }>()

  constructor(file: string | undefined, sumTolerance: number) {
    this.#file = file
    this.sumTolerance = sumTolerance
  }

  /** No more are collected. */
  get full(): boolean {
    return this.issues.length >= MAX_ISSUES
  }

  /** Collects a fault; reading goes on. */
  report(token: Token, code: string, message: string, hint: string, path: readonly (string | number)[] = []): void {
    if (!this.full) this.issues.push({ code, path, message, hint, ...this.#position(token) })
  }

  /** Collects a fault and gives the statement up. */
  fault(token: Token, code: string, message: string, hint: string): never {
    this.report(token, code, message, hint)
    throw new StatementFault()
  }

  warn(token: Token, code: string, message: string, hint: string): void {
    this.warnings.push({ ...this.#position(token), code, path: [], message, hint })
  }

  /** Reports a sum outside the tolerance as a fault and a rounded one as a warning. */
  checkSum(token: Token, values: Float64Array, from: number, to: number, path: string[], what: string): void {
    let total = 0
    for (let k = from; k < to; k++) {
      const value = values[k] as number
      if (value < 0 || value > 1 + 1e-5) {
        this.report(
          token,
          'out-of-range',
          `${what} contain the probability ${value}`,
          'probabilities lie in [0, 1]',
          path,
        )
        return
      }
      total += value
    }
    const error = Math.abs(total - 1)
    if (error <= 1e-9) return
    const wrong = error > this.sumTolerance
    const list = wrong ? this.issues : this.warnings
    // A line with * writes many rows: one report says it for all of them.
    const key = `${token.line} ${total}`
    const first = this.#sums.get(key)
    if (first !== undefined) first.more++
    if (first !== undefined || list.length >= MAX_ISSUES) return
    this.#sums.set(key, { list, index: list.length, more: 0 })
    list.push({
      ...this.#position(token),
      code: 'probability-sum',
      path,
      message: wrong ? `${what} sum to ${total}, not to 1` : `${what} sum to ${total}, not exactly to 1`,
      hint: wrong
        ? 'correct the probabilities so that they sum to 1'
        : 'kept as written; the option rows: "normalised" scales every distribution',
    })
  }

  /** Says in the reports of sums how many other rows of their line have the same. */
  countRows(): void {
    for (const { list, index, more } of this.#sums.values()) {
      const issue = list[index]!
      const rows = more === 1 ? 'another row' : `${more} other rows`
      if (more > 0) list[index] = { ...issue, message: `${issue.message}, as in ${rows} of this line` }
    }
  }

  #position(token: Token): Pick<Issue, 'file' | 'line' | 'column'> {
    return {
      ...(this.#file === undefined ? {} : { file: this.#file }),
      line: token.line,
      column: token.column,
    }
  }
}

/** A token as messages show it. */
export function shown(token: Token): string {
  return token.kind === 'end' ? 'the end of the text' : `"${token.text}"`
}
