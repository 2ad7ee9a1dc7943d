/**
 * The words of an LP file: numbers, names, relations and signs with their places. Comments (from a backslash to the end of
 * the line) go to the name table. One pass, no backtracking.
 */
import type { NameTable } from './names.ts'
import { type Faults, shown } from './source.ts'

export type LpTokenKind = 'number' | 'name' | 'relation' | 'sign' | 'colon' | 'bracket' | 'arrow' | 'other' | 'end'

export interface LpToken {
  readonly kind: LpTokenKind
  /** Relations are given as '<=', '>=' or '='. */
  readonly text: string
  /** 1-based. */
  readonly line: number
  readonly column: number
  /** True for the first word of its line. */
  readonly first: boolean
}

const WORD =
  /(\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[^\s\\+\-<>=:*^/[\]\d.][^\s\\+\-<>=:*^[\]]*|<=|=<|>=|=>|->|[<>=]|[^\s]/y

export function lpTokens(text: string, names: NameTable, faults: Faults, limit: number): LpToken[] {
  const tokens: LpToken[] = []
  let line = 0
  let start = 0
  let comment = nextComment(text, 0)
  while (start <= text.length) {
    let end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    line++
    // Looked for once and kept until it is passed: a search a line would be quadratic in a text without comments.
    if (comment < start) comment = nextComment(text, start)
    const stop = Math.min(comment, end)
    if (stop < end) names.read(text.slice(stop + 1, end).replace(/\r$/, ''))
    let first = true
    let at = start
    while (at < stop) {
      const code = text.charCodeAt(at)
      if (code === 32 || code === 9 || code === 13 || isBlank(text[at] as string)) {
        at++
        continue
      }
      WORD.lastIndex = at
      const word = (WORD.exec(text) as RegExpExecArray)[0]
      if (tokens.length === limit) {
        faults.add('too-large', `more than ${limit} words`, 'raise maxNonZeros', line, at - start + 1)
        return tokens
      }
      tokens.push(token(word, line, at - start + 1, first))
      first = false
      at += word.length
    }
    start = end + 1
  }
  tokens.push({ kind: 'end', text: 'the end of the file', line, column: 1, first: true })
  return tokens
}

function token(word: string, line: number, column: number, first: boolean): LpToken {
  const place = { line, column, first }
  const code = word.charCodeAt(0)
  if ((code >= 48 && code <= 57) || (code === 46 && word.length > 1)) return { kind: 'number', text: word, ...place }
  switch (word) {
    case '<':
    case '<=':
    case '=<':
      return { kind: 'relation', text: '<=', ...place }
    case '>':
    case '>=':
    case '=>':
      return { kind: 'relation', text: '>=', ...place }
    case '=':
      return { kind: 'relation', text: '=', ...place }
    case '+':
    case '-':
      return { kind: 'sign', text: word, ...place }
    case ':':
      return { kind: 'colon', text: word, ...place }
    case '[':
    case ']':
      return { kind: 'bracket', text: word, ...place }
    case '->':
      return { kind: 'arrow', text: word, ...place }
    case '*':
    case '^':
    case '/':
    case '.':
      return { kind: 'other', text: word, ...place }
    default:
      return { kind: 'name', text: word, ...place }
  }
}

function nextComment(text: string, from: number): number {
  const at = text.indexOf('\\', from)
  return at < 0 ? text.length : at
}

function isBlank(character: string): boolean {
  return character.trim() === ''
}

/** A token for a message. */
export function shownToken(token: LpToken): string {
  return token.kind === 'end' ? token.text : shown(token.text)
}
