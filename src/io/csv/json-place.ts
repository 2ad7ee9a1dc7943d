/** Where something stands in a JSON text: the place of the first syntax error, or of the value at a path. RFC 8259. */

export type JsonPlace =
  | { readonly found: 'value'; readonly line: number; readonly column: number }
  | { readonly found: 'error'; readonly message: string; readonly line: number; readonly column: number }
  | { readonly found: 'nothing' }

const DEEPEST = 200

export function placeInJson(text: string, path: readonly (string | number)[] | null): JsonPlace {
  const scanner = new Scanner(text, path)
  const offset = scanner.run()
  const at = scanner.failure?.offset ?? offset
  if (at === null) return { found: 'nothing' }
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  if (scanner.failure === null) return { found: 'value', line, column }
  return { found: 'error', message: scanner.failure.message, line, column }
}

class Scanner {
  readonly #text: string
  readonly #path: readonly (string | number)[] | null
  #at = 0
  #target: number | null = null
  failure: { readonly message: string; readonly offset: number } | null = null

  constructor(text: string, path: readonly (string | number)[] | null) {
    this.#text = text
    this.#path = path
  }

  run(): number | null {
    this.#value(0, true)
    this.#blanks()
    if (this.failure === null && this.#at < this.#text.length) this.#fail('more text after the end of the value')
    return this.#target
  }

  /** @param onPath whether everything above matches the wanted path */
  #value(depth: number, onPath: boolean): void {
    this.#blanks()
    if (onPath && this.#path?.length === depth) this.#target = this.#at
    if (depth > DEEPEST) {
      this.#fail(`more than ${DEEPEST} levels of nesting`)
      return
    }
    const character = this.#text[this.#at]
    if (character === '{' || character === '[') {
      this.#group(character, depth, onPath)
      return
    }
    if (character === '"') {
      this.#string()
      return
    }
    const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.])/y
    literal.lastIndex = this.#at
    const match = literal.exec(this.#text)
    if (match === null) this.#fail(character === undefined ? 'the text ends too early' : 'no value stands here')
    else this.#at += match[0].length
  }

  #group(open: '{' | '[', depth: number, onPath: boolean): void {
    const close = open === '{' ? '}' : ']'
    this.#at++
    this.#blanks()
    if (this.#text[this.#at] === close) {
      this.#at++
      return
    }
    for (let index = 0; this.failure === null; index++) {
      let step: string | number | null = index
      if (open === '{') {
        this.#blanks()
        step = this.#text[this.#at] === '"' ? this.#string() : null
        if (step === null) {
          this.#fail('a name in double quotes should stand here')
          return
        }
        this.#blanks()
        if (this.#text[this.#at] !== ':') {
          this.#fail('a colon should stand here')
          return
        }
        this.#at++
      }
      this.#value(depth + 1, onPath && this.#path?.[depth] === step)
      if (this.failure !== null) return
      this.#blanks()
      const next = this.#text[this.#at]
      if (next !== ',' && next !== close) {
        this.#fail(`a comma or "${close}" should stand here`)
        return
      }
      this.#at++
      if (next === close) return
    }
  }

  #string(): string | null {
    const text = this.#text
    const start = this.#at
    let at = start + 1
    while (at < text.length && text[at] !== '"' && text.charCodeAt(at) >= 32) at += text[at] === '\\' ? 2 : 1
    if (text[at] === '"') {
      try {
        const value = JSON.parse(text.slice(start, at + 1)) as string
        this.#at = at + 1
        return value
      } catch {
        // Reported below, with its place.
      }
    }
    this.#fail('the text in quotes is not closed or holds a forbidden character')
    return null
  }

  #blanks(): void {
    while (' \t\r\n\ufeff'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  #fail(message: string): void {
    this.failure ??= { message, offset: this.#at }
  }
}
