/**
 * The place in an LP file up to which it has been read, and the pieces all statements are made of: signs, constants,
 * relations, linear expressions, quadratic brackets. A fault marks the statement as spoilt; reading goes on after it.
 */
import { type Expression, empty, LpDraft } from './lp-draft.ts'
import { sectionAt } from './lp-sections.ts'
import { type LpToken, lpTokens, shownToken } from './lp-tokens.ts'
import { NameTable } from './names.ts'
import { Faults, type ReadOptions, shown, toBound } from './source.ts'

export class LpCursor {
  protected readonly faults: Faults
  protected readonly names = new NameTable()
  protected readonly draft = new LpDraft()
  protected readonly tokens: readonly LpToken[]
  protected at = 0
  /** Set when a fault spoils the statement being read. */
  protected spoilt = false
  #nonZeros = 0

  constructor(text: string, options: ReadOptions) {
    this.faults = new Faults(options)
    this.tokens = lpTokens(text, this.names, this.faults, 6 * this.faults.maxNonZeros)
  }

  protected get token(): LpToken {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)] as LpToken
  }

  protected isNext(text: string): boolean {
    return this.token.text === text
  }

  protected fault(code: string, message: string, hint: string, token = this.token): void {
    this.faults.add(code, message, hint, token.line, token.column)
    this.spoilt = true
  }

  protected skipToSection(): void {
    do this.at++
    while (this.at < this.tokens.length && sectionAt(this.tokens, this.at) === null)
    this.at = Math.min(this.at, this.tokens.length - 1)
  }

  /** Reads statements to the end of the section; a spoilt one is left at the next line that can begin another. */
  protected statements(statement: () => void): void {
    while (sectionAt(this.tokens, this.at) === null) {
      this.spoilt = false
      const before = this.at
      statement()
      if (!this.spoilt) continue
      if (this.at === before) this.at++
      while (!this.token.first) this.at++
    }
  }

  /** True when only a number (and no term) stands on this side. */
  protected numberAhead(): boolean {
    let at = this.at
    while (this.tokens[at]?.kind === 'sign') at++
    const token = this.tokens[at] as LpToken
    const next = this.tokens[at + 1] as LpToken
    const isNumber = token.kind === 'number' || (token.kind === 'name' && isInfinity(token.text))
    return isNumber && next.first
  }

  /** A statement may end at the end of its line, or before `name:`. */
  protected statementEnds(): boolean {
    const token = this.token
    if (token.first || (token.kind === 'name' && this.tokens[this.at + 1]?.kind === 'colon')) return true
    const hint = 'the right-hand side is one number; move variables to the left and begin the next row on a new line'
    this.fault('unexpected-word', `${shownToken(token)} follows a complete statement`, hint)
    return false
  }

  protected readRelation(): string | null {
    const token = this.token
    if (token.kind === 'relation') {
      this.at++
      return token.text
    }
    this.fault('no-relation', `${shownToken(token)} stands where a relation is due`, 'write <=, >= or =')
    return null
  }

  /** A signed number or infinity, 1e20 and beyond read as infinite. */
  protected readConstant(): number | null {
    let sign = 1
    while (this.token.kind === 'sign') {
      if (this.token.text === '-') sign = -sign
      this.at++
    }
    const token = this.token
    if (token.kind === 'number') {
      this.at++
      return sign * toBound(Number(token.text)) + 0
    }
    if (token.kind === 'name' && isInfinity(token.text)) {
      this.at++
      return sign * Number.POSITIVE_INFINITY
    }
    this.fault('not-a-number', `${shownToken(token)} stands where a number is due`, 'write a number, inf or -inf')
    return null
  }

  /** Signed terms up to the first word that is none. */
  protected readExpression(products = false): Expression {
    const expression = empty()
    for (let terms = 0; ; terms++) {
      if (sectionAt(this.tokens, this.at) !== null) return expression
      let sign = 1
      let signed = false
      while (this.token.kind === 'sign') {
        if (this.token.text === '-') sign = -sign
        signed = true
        this.at++
      }
      const token = this.token
      if (token.text === '[' && products) {
        this.#readProducts(expression, sign)
        if (this.spoilt) return expression
        continue
      }
      if (token.kind === 'bracket') {
        const hint = 'quadratic terms belong in the objective; rows are linear'
        this.fault('unsupported-term', `${shownToken(token)} opens quadratic terms`, hint)
        return expression
      }
      if (token.kind !== 'number' && token.kind !== 'name') {
        if (signed)
          this.fault('no-term', `${shownToken(token)} follows a sign`, 'write a number or a variable after it')
        else if (token.kind === 'other') {
          this.fault(
            'unexpected-word',
            `${shownToken(token)} is no part of a linear term`,
            'write 3 x for three times x',
          )
        }
        return expression
      }
      if (terms > 0 && !signed) {
        // Two statements on one line are told apart by the name of the second.
        if (!(token.kind === 'name' && this.tokens[this.at + 1]?.kind === 'colon')) {
          this.fault(
            'no-sign',
            `${shownToken(token)} follows a term without + or -`,
            'put a sign or a relation between',
          )
        }
        return expression
      }
      this.#readTerm(expression, sign)
      if (this.spoilt) return expression
    }
  }

  /** `[ 2 x ^ 2 - 4 x * y ] / 2`, from the opening bracket. */
  #readProducts(expression: Expression, outer: number): void {
    const from = expression.products.length
    this.at++
    while (!this.isNext(']')) {
      let sign = outer
      while (this.token.kind === 'sign') {
        if (this.token.text === '-') sign = -sign
        this.at++
      }
      const coefficient = this.token.kind === 'number' ? Number(this.token.text) : 1
      if (this.token.kind === 'number') this.at++
      const [first, operator, second] = [0, 1, 2].map((k) => this.tokens[this.at + k])
      const squared = operator?.text === '^' && second?.text === '2'
      const product = operator?.text === '*' && second?.kind === 'name'
      if (first?.kind !== 'name' || !(squared || product) || !Number.isFinite(coefficient)) {
        this.fault(
          'bad-product',
          `${shownToken(this.token)} begins no quadratic term`,
          'write: [ x ^ 2 + 3 x * y ] / 2',
        )
        return
      }
      this.at += 3
      const other = squared ? first : (second as LpToken)
      expression.products.push([this.draft.column(first.text), this.draft.column(other.text), sign * coefficient])
    }
    this.at++
    if (!this.isNext('/')) return
    this.at++
    if (!this.isNext('2')) {
      this.fault(
        'bad-product',
        `${shownToken(this.token)} follows "] /"`,
        'quadratic terms are divided by 2 or not at all',
      )
      return
    }
    this.at++
    for (let k = from; k < expression.products.length; k++) {
      const [first, second, value] = expression.products[k] as readonly [number, number, number]
      expression.products[k] = [first, second, value / 2]
    }
  }

  #readTerm(expression: Expression, sign: number): void {
    const token = this.token
    this.at++
    if (token.kind === 'name' && isInfinity(token.text)) {
      expression.constant += sign * Number.POSITIVE_INFINITY
      return
    }
    let coefficient = 1
    let name = token
    if (token.kind === 'number') {
      coefficient = Number(token.text)
      name = this.token
      const isTerm = name.kind === 'name' && this.tokens[this.at + 1]?.kind !== 'colon' && !isInfinity(name.text)
      if (!isTerm || sectionAt(this.tokens, this.at) !== null) {
        expression.constant += sign * toBound(coefficient)
        return
      }
      this.at++
    }
    if (!Number.isFinite(coefficient)) {
      this.fault('not-finite', `the coefficient ${shownToken(token)} is not finite`, 'use a finite coefficient', token)
      return
    }
    if (++this.#nonZeros > this.faults.maxNonZeros) {
      this.fault('too-large', `more than ${this.faults.maxNonZeros} coefficients`, 'raise maxNonZeros', token)
      this.at = this.tokens.length - 1
      return
    }
    expression.columns.push(this.draft.column(name.text))
    expression.values.push(sign * coefficient + 0)
  }

  /** A variable of Bounds, Integers or Binaries; one that occurs nowhere else is noted, since it may be a slip. */
  protected declared(token: LpToken): number {
    if (!this.draft.columnIndex.has(token.text)) {
      const message = `the variable ${shown(token.text)} occurs in no row and not in the objective`
      this.faults.note('new-variable', message, 'check its spelling', token.line, token.column)
    }
    return this.draft.column(token.text)
  }
}

export function isInfinity(word: string): boolean {
  return /^inf(inity)?$/i.test(word)
}
