/**
 * Delimiter-separated values after RFC 4180: records on lines (CRLF, LF or CR), cells optionally in double quotes, a quote within
 * quotes doubled, line breaks and delimiters allowed there. A byte order mark and blank lines are skipped.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'

export interface Cell {
  readonly text: string
  readonly quoted: boolean
  /** 1-based. */
  readonly line: number
  readonly column: number
}

export type Delimiter = ',' | ';' | '\t'

const LONGEST_TEXT = 256 * 1024 * 1024
const MOST_CELLS = 2 ** 25
const QUOTE = 34

/**
 * @param delimiter found by counting in the first record when left out
 * @throws InvalidInputError with line and column
 */
export function readRecords(text: string, delimiter: Delimiter = detectDelimiter(text), file?: string): Cell[][] {
  const issues: Issue[] = []
  const report = (code: string, line: number, column: number, message: string, hint: string) => {
    if (issues.length < 100)
      issues.push({ code, path: [], message, hint, line, column, ...(file === undefined ? {} : { file }) })
  }
  if (text.length > LONGEST_TEXT) {
    report('too-large', 1, 1, `the text has ${text.length} characters`, `stay below ${LONGEST_TEXT}`)
    throw new InvalidInputError(issues)
  }
  const separator = delimiter.charCodeAt(0)
  const records: Cell[][] = []
  let record: Cell[] = []
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 1
  let lineStart = at
  let cells = 0
  while (at < text.length) {
    const start = at
    const startLine = line
    const column = at - lineStart + 1
    let content = ''
    const quoted = text.charCodeAt(at) === QUOTE
    if (quoted) {
      let piece = ++at
      for (;;) {
        const code = text.charCodeAt(at)
        if (at >= text.length) {
          report('unclosed-quote', startLine, column, 'the quote is never closed', 'end the cell with a double quote')
          content += text.slice(piece, at)
          break
        }
        if (code === QUOTE) {
          content += text.slice(piece, at)
          if (text.charCodeAt(at + 1) !== QUOTE) {
            at++
            break
          }
          content += '"'
          at += 2
          piece = at
          continue
        }
        if (isBreak(text, at)) {
          line++
          lineStart = at + 1
        }
        at++
      }
      const after = at
      while (at < text.length && text.charCodeAt(at) !== separator && !isLineEnd(text.charCodeAt(at))) at++
      if (text.slice(after, at).trim() !== '') {
        const message = `"${text.slice(after, after + 20)}" follows a closing quote`
        report('text-after-quote', line, after - lineStart + 1, message, 'double the quotes inside a quoted cell')
      }
    } else {
      while (at < text.length && text.charCodeAt(at) !== separator && !isLineEnd(text.charCodeAt(at))) at++
      content = text.slice(start, at)
    }
    record.push({ text: content, quoted, line: startLine, column })
    if (++cells > MOST_CELLS) {
      report('too-large', line, column, `there are more than ${MOST_CELLS} cells`, 'split the matrix')
      throw new InvalidInputError(issues)
    }
    if (at < text.length && text.charCodeAt(at) === separator) {
      at++
      if (at === text.length) record.push({ text: '', quoted: false, line, column: at - lineStart + 1 })
      if (at < text.length) continue
    }
    if (record.length > 1 || quoted || content.trim() !== '') records.push(record)
    record = []
    if (at < text.length) {
      if (text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10) at++
      at++
      line++
      lineStart = at
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return records
}

/** The delimiter that occurs most often outside quotes in the first record; a comma when none does. */
export function detectDelimiter(text: string): Delimiter {
  const counts = { ',': 0, ';': 0, '\t': 0 }
  let quoted = false
  for (let at = 0; at < text.length && at < 1_000_000; at++) {
    const character = text[at] as string
    if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (isLineEnd(character.charCodeAt(0))) {
      if (counts[','] + counts[';'] + counts['\t'] > 0) break
    } else if (character === ',' || character === ';' || character === '\t') counts[character]++
  }
  // A semicolon or tab beside commas means decimal commas.
  if (counts['\t'] > 0 && counts['\t'] >= counts[';']) return '\t'
  return counts[';'] > 0 ? ';' : ','
}

/** Quotes a cell where needed. */
export function writeCell(text: string, delimiter: Delimiter): string {
  return text.includes(delimiter) || /["\r\n]/.test(text) || text !== text.trim()
    ? `"${text.replaceAll('"', '""')}"`
    : text
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13
}

/** Counts CRLF once. */
function isBreak(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)
}
