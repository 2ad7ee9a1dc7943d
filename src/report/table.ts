/** Text tables that fit a terminal. */
import stringWidth from 'string-width'

export interface Column {
  readonly header: string
  /** @default 'left' */
  readonly align?: 'left' | 'right'
}

export interface TableOptions {
  /** Widest line; the widest left-aligned column is cut to fit. @default 100 */
  readonly width?: number
}

export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const widths = columns.map((column, index) => {
    const cells = rows.map((row) => stringWidth(printable(row[index] ?? '')))
    return Math.max(stringWidth(column.header), ...cells)
  })
  const available = options.width ?? 100
  let excess = widths.reduce((total, width) => total + width + 2, -2) - available
  while (excess > 0) {
    const widest = widths.reduce((best, width, index) => {
      if (columns[index]?.align === 'right') return best
      return best < 0 || width > (widths[best] as number) ? index : best
    }, -1)
    if (widest < 0 || (widths[widest] as number) <= 8) break
    const cut = Math.min(excess, (widths[widest] as number) - 8)
    widths[widest] = (widths[widest] as number) - cut
    excess -= cut
  }
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => pad(cell, widths[index] as number, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [
    line(columns.map((column) => column.header)),
    rule,
    ...rows.map((row) => line(columns.map((_, index) => row[index] ?? ''))),
  ].join('\n')
}

/** Fits a text into exactly `width` terminal cells. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fitted = shorten(printable(text), width)
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(fitted)))
  return align === 'right' ? blanks + fitted : fitted + blanks
}

function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const letter of text) {
    const size = stringWidth(letter)
    if (used + size > width - 1) break
    kept += letter
    used += size
  }
  return `${kept}…`
}

/** Control characters and escape sequences of foreign text must not reach the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ')
}
