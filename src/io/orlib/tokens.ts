/** Numbers separated by blanks and line breaks, each with its place in the text. */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'

const MOST_ISSUES = 100
const LONGEST_TEXT = 512 * 1024 * 1024

export class NumberReader {
  readonly #text: string
  readonly #file: string | undefined
  readonly #issues: Issue[] = []
  #at = 0
  #line = 1
  #lineStart = 0
  #start = 0

  constructor(text: string, file?: string) {
    this.#text = text
    this.#file = file
    if (text.length > LONGEST_TEXT) this.stop('too-large', `the text has ${text.length} characters`, 'split it')
  }

  /** The next number; an issue names `what` was expected when there is none. Faulty tokens count as NaN and are reported. */
  number(what: string): number {
    if (!this.#next()) this.stop('unexpected-end', `the text ends where ${what} should stand`, 'is the file complete?')
    const token = this.#text.slice(this.#start, this.#at)
    const value = Number(token)
    if (Number.isFinite(value) && /^[-+.\d]/.test(token)) return value
    this.report('not-a-number', `"${token.slice(0, 40)}" stands where ${what} should`, 'give a finite decimal number')
    return Number.NaN
  }

  /** A whole number from low to high, both included; anything else ends the reading. */
  size(what: string, low: number, high: number): number {
    const value = this.number(what)
    if (Number.isNaN(value)) this.finish()
    if (!Number.isInteger(value) || value < low || value > high) {
      this.stop('out-of-range', `${what} is ${value}`, `give a whole number from ${low} to ${high}`)
    }
    return value
  }

  /** Nothing but blanks may be left. */
  end(): void {
    if (this.#next()) this.report('trailing-text', 'there is more text after the last number', 'remove it')
    this.finish()
  }

  /** @throws InvalidInputError when anything was reported */
  finish(): void {
    if (this.#issues.length > 0) throw new InvalidInputError(this.#issues)
  }

  report(code: string, message: string, hint: string): void {
    if (this.#issues.length >= MOST_ISSUES) return
    this.#issues.push({
      code,
      path: [],
      message,
      hint,
      line: this.#line,
      column: this.#start - this.#lineStart + 1,
      ...(this.#file === undefined ? {} : { file: this.#file }),
    })
  }

  stop(code: string, message: string, hint: string): never {
    this.report(code, message, hint)
    throw new InvalidInputError(this.#issues)
  }

  #next(): boolean {
    const text = this.#text
    let at = this.#at
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 10) {
        this.#line++
        this.#lineStart = at + 1
      } else if (!isBlank(code)) break
    }
    this.#start = at
    while (at < text.length && !isBlank(text.charCodeAt(at))) at++
    this.#at = at
    return at > this.#start
  }
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xfeff
}
