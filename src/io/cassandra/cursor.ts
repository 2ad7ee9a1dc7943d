/** Where the reader of a .pomdp text stands, and the words, colons and numbers that every statement is made of. */
import { type Faults, shown } from './faults.ts'
import { type Token, tokenise } from './tokens.ts'

const KEYWORDS = new Set(['discount', 'values', 'states', 'actions', 'observations', 'start', 'T', 'O', 'R'])

export class Cursor {
  readonly faults: Faults
  readonly #tokens: Token[]
  #at = 0

  constructor(text: string, faults: Faults) {
    this.#tokens = tokenise(text)
    this.faults = faults
  }

  peek(): Token {
    return this.#tokens[this.#at] as Token
  }

  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#at++
    return token
  }

  /** A keyword followed by a colon (for `start`, also by include or exclude) begins the next statement. */
  atStatement(): boolean {
    const token = this.peek()
    if (token.kind !== 'name' || !KEYWORDS.has(token.text)) return false
    const after = this.#tokens[this.#at + 1]
    if (after?.kind === 'colon') return true
    return token.text === 'start' && (after?.text === 'include' || after?.text === 'exclude')
  }

  skipStatement(): void {
    while (this.peek().kind !== 'end' && !this.atStatement()) this.#at++
  }

  /** The keyword of the next statement; a fault where none stands. */
  keyword(): Token {
    const token = this.peek()
    if (token.kind !== 'name' || !KEYWORDS.has(token.text)) this.noStatement(token)
    return this.next()
  }

  noStatement(token: Token): never {
    const meant = [...KEYWORDS].find((known) => known.toLowerCase() === token.text.toLowerCase())
    this.faults.fault(
      token,
      'unexpected',
      `${shown(token)} does not start a statement`,
      meant === undefined ? `a statement starts with one of ${[...KEYWORDS].join(', ')}` : `write "${meant}"`,
    )
  }

  /** Steps over this word where it stands. */
  word(text: string): boolean {
    const token = this.peek()
    if (token.kind !== 'name' || token.text !== text) return false
    this.#at++
    return true
  }

  colon(): void {
    const token = this.next()
    if (token.kind !== 'colon')
      this.faults.fault(
        token,
        'expected',
        `${shown(token)} stands where a colon was expected`,
        'write keyword, colon, content',
      )
  }

  /** True when a colon and then another place follow; a colon before the last number is read as some writers put it. */
  more(): boolean {
    if (this.peek().kind !== 'colon') return false
    this.#at++
    return true
  }

  number(): number {
    let token = this.next()
    let sign = 1
    if (token.kind === 'sign') {
      if (token.text === '-') sign = -1
      token = this.next()
    }
    const value = token.kind === 'number' ? Number(token.text) : Number.NaN
    if (!Number.isFinite(value))
      this.faults.fault(
        token,
        'expected',
        `${shown(token)} stands where a number was expected`,
        'give a number such as 0.25',
      )
    if (token.text.startsWith('.')) {
      this.faults.warn(
        token,
        'number-form',
        `the number ${token.text} does not start with a digit`,
        `other programs refuse it; write 0${token.text}`,
      )
    }
    return sign * value
  }

  lastNumber(): number {
    const token = this.peek()
    if (token.kind === 'colon') {
      this.#at++
      this.faults.warn(
        token,
        'extra-colon',
        'a colon stands before the number',
        'other programs refuse it; leave the colon out',
      )
    }
    const value = this.number()
    const after = this.peek()
    if (after.kind === 'number' || after.kind === 'sign')
      this.faults.fault(after, 'wrong-length', 'more than one number follows a complete place', 'give one number')
    return value
  }

  /** The numbers that follow, at most one more than wanted so that a surplus is noticed. */
  numbers(wanted: number): number[] {
    const numbers: number[] = []
    while (this.peek().kind === 'number' || this.peek().kind === 'sign') {
      numbers.push(this.number())
      if (numbers.length > wanted) break
    }
    return numbers
  }

  /** A fault unless there are as many numbers as wanted. */
  expectCount(first: Token, numbers: readonly number[], wanted: number, what: string): void {
    if (numbers.length === wanted) return
    const stop = this.peek()
    const found = numbers.length > wanted ? `more than ${wanted}` : String(numbers.length)
    const after = stop.kind === 'unknown' || stop.kind === 'name' ? `, then ${shown(stop)}` : ''
    this.faults.fault(
      numbers.length === 0 ? stop : first,
      'wrong-length',
      `${what} needs ${wanted} numbers; there are ${found}${after}`,
      `give exactly ${wanted} numbers`,
    )
  }
}
