/** Words of a text with their places, and a cursor that collects faults instead of stopping at the first. */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'

/** No file of these formats that anybody uses comes near this many words. */
const MOST_TOKENS = 5_000_000

export interface Token {
  readonly text: string
  /** 1-based. */
  readonly line: number
  readonly column: number
}

export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const word = /\S+/g
  text.split(/\r\n|\r|\n/).forEach((content, index) => {
    for (const match of content.matchAll(word)) {
      tokens.push({ text: match[0], line: index + 1, column: match.index + 1 })
    }
  })
  return tokens
}

/** Reads numbers one after the other. */
export class TokenCursor {
  readonly #tokens: readonly Token[]
  readonly #file: string | undefined
  #position = 0
  readonly issues: Issue[] = []

  constructor(tokens: readonly Token[], file?: string) {
    this.#tokens = tokens
    this.#file = file
    if (tokens.length > MOST_TOKENS)
      this.fault('too-large', `the file has ${tokens.length} words`, 'split the instance')
  }

  get done(): boolean {
    return this.#position >= this.#tokens.length
  }

  get position(): number {
    return this.#position
  }

  peek(): Token | undefined {
    return this.#tokens[this.#position]
  }

  skip(count = 1): void {
    this.#position += count
  }

  /** The next integer; a fault and 0 when there is none. After the first missing or malformed word reading ends. */
  integer(what: string, low = 0, high = 1_000_000): number {
    const token = this.#tokens[this.#position]
    if (token === undefined) {
      this.fault('truncated', `the text ends where ${what} is expected`, 'check that the file is complete')
      throw this.error()
    }
    this.#position++
    const value = /^[+-]?\d+$/.test(token.text) ? Number(token.text) : Number.NaN
    if (Number.isNaN(value)) {
      this.fault(
        'not-a-number',
        `${JSON.stringify(token.text)} stands where ${what} is expected`,
        'write an integer',
        token,
      )
      throw this.error()
    }
    if (value < low || value > high) {
      this.fault('out-of-range', `${what} is ${value}`, `give an integer from ${low} to ${high}`, token)
      return Math.min(Math.max(value, low), high)
    }
    return value
  }

  integers(count: number, what: string, low = 0, high = 1_000_000): number[] {
    return Array.from({ length: count }, () => this.integer(what, low, high))
  }

  fault(code: string, message: string, hint: string, at: Token | undefined = this.#tokens[this.#position - 1]): void {
    this.issues.push({
      code,
      path: [],
      message,
      hint,
      ...(at === undefined ? {} : { line: at.line, column: at.column }),
      ...(this.#file === undefined ? {} : { file: this.#file }),
    })
  }

  error(): InvalidInputError {
    return new InvalidInputError(this.issues)
  }

  /** @throws InvalidInputError when a fault was seen or words are left over */
  finish(): void {
    const rest = this.#tokens[this.#position]
    if (rest !== undefined) {
      this.fault('trailing-text', `${JSON.stringify(rest.text)} follows the end of the instance`, 'remove it', rest)
    }
    if (this.issues.length > 0) throw this.error()
  }
}
