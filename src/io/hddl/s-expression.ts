/**
 * Parenthesised text with positions. One pass over the characters, an explicit stack instead of recursion, sizes and
 * depth bounded; nothing in the text is ever evaluated.
 */
import type { Issue } from '../../../solvers/contract/index.ts'

/** A word or a parenthesised list; `line` and `column` are 1-based. */
export type Expression = Word | List

export interface Word {
  readonly kind: 'word'
  readonly text: string
  readonly line: number
  readonly column: number
}

export interface List {
  readonly kind: 'list'
  readonly items: readonly Expression[]
  readonly line: number
  readonly column: number
}

/** Characters of one file at most. */
export const MAXIMAL_TEXT = 64 * 1024 * 1024
/** Parentheses inside parentheses at most. */
export const MAXIMAL_DEPTH = 100

/** Reads all top-level expressions; faults are added to `issues`, with what could be read returned. */
export function readExpressions(text: string, file: string, issues: Issue[]): readonly Expression[] {
  const top: Expression[] = []
  if (text.length > MAXIMAL_TEXT) {
    issues.push({
      code: 'too-large',
      path: [],
      message: `the text has ${text.length} characters`,
      hint: `split it: at most ${MAXIMAL_TEXT} characters are read`,
      file,
      line: 1,
      column: 1,
    })
    return top
  }
  const stack: { items: Expression[]; line: number; column: number }[] = []
  let items = top
  let line = 1
  let lineStart = 0
  const end = text.length
  let at = 0
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code === 10) {
      line++
      at++
      lineStart = at
    } else if (code <= 32 || code === 0xfeff || code === 0xa0) {
      at++
    } else if (code === 59) {
      while (at < end && text.charCodeAt(at) !== 10) at++
    } else if (code === 40) {
      if (stack.length >= MAXIMAL_DEPTH) {
        issues.push({
          code: 'too-deep',
          path: [],
          message: `parentheses are nested more than ${MAXIMAL_DEPTH} deep`,
          hint: 'flatten the formula or close a parenthesis that was left open before',
          file,
          line,
          column: at - lineStart + 1,
        })
        return []
      }
      const inner: Expression[] = []
      stack.push({ items, line, column: at - lineStart + 1 })
      items = inner
      at++
    } else if (code === 41) {
      const open = stack.pop()
      if (open === undefined) {
        issues.push({
          code: 'syntax',
          path: [],
          message: 'a closing parenthesis that closes nothing',
          hint: 'remove it, or add the opening one',
          file,
          line,
          column: at - lineStart + 1,
        })
        return []
      }
      open.items.push({ kind: 'list', items, line: open.line, column: open.column })
      items = open.items
      at++
    } else {
      const start = at
      at++
      while (at < end) {
        const next = text.charCodeAt(at)
        if (next <= 32 || next === 40 || next === 41 || next === 59) break
        at++
      }
      items.push({ kind: 'word', text: text.slice(start, at), line, column: start - lineStart + 1 })
    }
  }
  const open = stack[stack.length - 1]
  if (open !== undefined) {
    issues.push({
      code: 'syntax',
      path: [],
      message: `the parenthesis opened here is never closed`,
      hint: `add ${stack.length} closing parenthesis${stack.length === 1 ? '' : 'es'}`,
      file,
      line: open.line,
      column: open.column,
    })
    return []
  }
  return top
}
