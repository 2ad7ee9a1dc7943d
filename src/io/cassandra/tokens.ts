/**
 * Words of the Cassandra .pomdp format. One pass, no backtracking; every token knows its line and column (1-based).
 *
 * Names are `[A-Za-z][A-Za-z0-9_-]*`, numbers start with a digit, a sign stands in front of a number, `#` starts a comment
 * that ends with the line. Source: A. R. Cassandra, "The POMDP file format" (pomdp.org) and the published corpus.
 */

export type TokenKind = 'name' | 'number' | 'colon' | 'star' | 'sign' | 'unknown' | 'end'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly line: number
  readonly column: number
}

/** All tokens of the text, closed by one of kind `end`. */
export function tokenise(text: string): Token[] {
  const pattern =
    /([A-Za-z][A-Za-z0-9_-]*)|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(:)|(\*)|([+-])|(#[^\r\n]*)|(\r?\n|\r)|[ \t\f\v\uFEFF\u00A0]+|[^\s]/g
  const tokens: Token[] = []
  let line = 1
  let lineStart = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const at = match.index
    if (match[7] !== undefined) {
      line++
      lineStart = at + match[0].length
      continue
    }
    if (match[6] !== undefined) continue
    const kind: TokenKind | undefined =
      match[1] !== undefined
        ? 'name'
        : match[2] !== undefined
          ? 'number'
          : match[3] !== undefined
            ? 'colon'
            : match[4] !== undefined
              ? 'star'
              : match[5] !== undefined
                ? 'sign'
                : /^\s/.test(match[0]) || match[0] === '\uFEFF'
                  ? undefined
                  : 'unknown'
    if (kind !== undefined) tokens.push({ kind, text: match[0], line, column: at - lineStart + 1 })
  }
  tokens.push({ kind: 'end', text: '', line, column: text.length - lineStart + 1 })
  return tokens
}
