/**
 * One line of an MPS file as fields. Free layout: fields separated by blanks. Fixed layout: the columns of the card, so that
 * names may hold blanks (1-based: 2-3, 5-12, 15-22, 25-36, 40-47, 50-61). Both layouts give the same list of fields: blank
 * fields of a card are left out, as free files leave them out.
 */
export type MpsLayout = 'free' | 'fixed'

/** First (0-based) and one past the last character of the six fields of a card. */
const CARD = [1, 3, 4, 12, 14, 22, 24, 36, 39, 47, 49, 61] as const

export class MpsFields {
  readonly layout: MpsLayout
  count = 0
  readonly #texts: string[] = []
  /** 1-based column of each field. */
  readonly #columns: number[] = []

  constructor(layout: MpsLayout) {
    this.layout = layout
  }

  text(index: number): string {
    return index < this.count ? (this.#texts[index] as string) : ''
  }

  column(index: number): number {
    return index < this.count ? (this.#columns[index] as number) : 1
  }

  split(line: string): void {
    this.count = 0
    if (this.layout === 'fixed' && !line.includes('\t')) this.#cut(line)
    else this.#separate(line)
  }

  #cut(line: string): void {
    for (let f = 0; f < CARD.length; f += 2) {
      const start = CARD[f] as number
      if (start >= line.length) break
      const piece = line.slice(start, CARD[f + 1])
      const text = piece.trim()
      if (text !== '') this.#push(text, start + piece.indexOf(text[0] as string) + 1)
    }
  }

  #separate(line: string): void {
    const length = line.length
    let at = 0
    for (;;) {
      while (at < length && isBlank(line.charCodeAt(at))) at++
      if (at >= length) return
      const start = at
      while (at < length && !isBlank(line.charCodeAt(at))) at++
      this.#push(line.slice(start, at), start + 1)
    }
  }

  #push(text: string, column: number): void {
    this.#texts[this.count] = text
    this.#columns[this.count] = column
    this.count++
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13
}
