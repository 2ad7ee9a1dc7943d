/**
 * The text of a document: YAML 1.2 or JSON into plain data, with the place of every value kept for error messages.
 * Nothing in the text is executed: no custom tags, bounded size, bounded aliases, bounded depth.
 */
import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Issue } from '../../../solvers/contract/index.ts'

/** Largest text read, in UTF-16 code units. */
export const MAX_DOCUMENT_LENGTH = 16 * 1024 * 1024
const MAX_DEPTH = 100
const MAX_SYNTAX_ISSUES = 50

export interface Place {
  readonly line: number
  readonly column: number
}

/** Parsed text that can still say where things stand. */
export interface DocumentSource {
  readonly file: string
  readonly value: unknown
  /** 1-based place of the value at `path`, or of its closest existing parent. `key` asks for the place of the key itself. */
  place(path: readonly (string | number)[], key?: boolean): Place | null
}

export type SourceResult =
  | { readonly status: 'parsed'; readonly source: DocumentSource }
  | { readonly status: 'invalid'; readonly issues: readonly Issue[] }

export function parseSource(text: string, file: string): SourceResult {
  if (text.length > MAX_DOCUMENT_LENGTH) {
    return refused(
      file,
      'too-large',
      `the document has ${text.length} characters`,
      `the limit is ${MAX_DOCUMENT_LENGTH}; split it`,
    )
  }
  const depth = deepestNesting(text)
  if (depth > MAX_DEPTH) {
    return refused(file, 'too-deep', `the document nests ${depth} brackets deep`, `the limit is ${MAX_DEPTH} levels`)
  }
  const lines = new LineCounter()
  let document: Document
  let value: unknown
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      uniqueKeys: true,
      logLevel: 'silent',
      prettyErrors: false,
    })
    if (document.errors.length === 0) value = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return refused(
      file,
      'unreadable',
      `the text cannot be read: ${message}`,
      'write plain YAML or JSON without aliases',
    )
  }
  if (document.errors.length > 0) {
    const issues = document.errors.slice(0, MAX_SYNTAX_ISSUES).map((error): Issue => {
      const { line, col } = lines.linePos(error.pos[0])
      return {
        code: error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'syntax',
        path: [],
        message: firstLine(error.message),
        hint: error.code === 'DUPLICATE_KEY' ? 'keep one of them' : 'put the YAML or JSON right here',
        file,
        line: Math.max(1, line),
        column: Math.max(1, col),
      }
    })
    return { status: 'invalid', issues }
  }
  if (tooDeep(value, MAX_DEPTH)) {
    return refused(file, 'too-deep', 'the document nests too deep', `the limit is ${MAX_DEPTH} levels`)
  }
  return {
    status: 'parsed',
    source: { file, value, place: (path, key) => placeOf(document, lines, path, key === true) },
  }
}

function refused(file: string, code: string, message: string, hint: string): SourceResult {
  return { status: 'invalid', issues: [{ code, path: [], message, hint, file, line: 1, column: 1 }] }
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] as string).trim()
}

function placeOf(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
  key: boolean,
): Place | null {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth]
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      )
      if (pair === undefined) break
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
      if (key && depth === path.length - 1) break
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step]
    } else break
    if (isNode(node)) offset = node.range?.[0] ?? offset
  }
  const { line, col } = lines.linePos(offset)
  return line === 0 ? { line: 1, column: 1 } : { line, column: col }
}

/** Deepest nesting of brackets in the raw text: a cheap bound that keeps a hostile text away from the recursive parser. */
function deepestNesting(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth)
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--
    else if (code === 0x2d && (text.charCodeAt(i + 1) === 0x20 || text.charCodeAt(i + 1) === 0x0a)) {
      // "- - - -" nests block sequences on one line
      let run = 1
      while (text.charCodeAt(i + 1) === 0x20 && text.charCodeAt(i + 2) === 0x2d) {
        run++
        i += 2
      }
      deepest = Math.max(deepest, depth + run)
    }
  }
  return deepest
}

function tooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((item) => tooDeep(item, levels - 1))
}
