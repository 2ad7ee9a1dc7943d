/** A minimal SVG writer: elements as strings, everything from outside escaped. No DOM, so it runs anywhere. */

export type Attributes = Readonly<Record<string, string | number | undefined>>

/** `<name a="b">children</name>`; children are already markup. Undefined attributes are left out, numbers rounded to 0.01. */
export function element(name: string, attributes: Attributes, children: string | readonly string[] = ''): string {
  let text = `<${name}`
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) text += ` ${key}="${typeof value === 'number' ? rounded(value) : escapeMarkup(value)}"`
  }
  const inner = typeof children === 'string' ? children : children.join('')
  return inner === '' ? `${text}/>` : `${text}>${inner}</${name}>`
}

export interface TextOptions {
  readonly size?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly weight?: 'normal' | 'bold'
  readonly fill?: string
  readonly rotate?: number
}

export function label(x: number, y: number, text: string, options: TextOptions = {}): string {
  const attributes = {
    x,
    y,
    'font-size': options.size ?? 12,
    'text-anchor': options.anchor ?? 'start',
    'font-weight': options.weight,
    fill: options.fill ?? INK,
    transform: options.rotate === undefined ? undefined : `rotate(${options.rotate} ${rounded(x)} ${rounded(y)})`,
  }
  return element('text', attributes, escapeMarkup(text))
}

/** A whole drawing with its own background, readable on its own and inside a page. */
export function drawing(width: number, height: number, title: string, children: readonly string[]): string {
  const w = Math.ceil(width)
  const h = Math.ceil(height)
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${w} ${h}`,
      width: w,
      height: h,
      role: 'img',
      'aria-label': title,
      'font-family': 'system-ui, "Segoe UI", "DejaVu Sans", sans-serif',
    },
    [element('title', {}, escapeMarkup(title)), element('rect', { width: w, height: h, fill: '#ffffff' }), ...children],
  )
}

export function escapeMarkup(text: string): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** Approximate width of a text in pixels: good enough to reserve margins. */
export function textWidth(text: string, size = 12): number {
  return [...text].length * size * 0.58
}

/** Cuts a text to about `width` pixels. */
export function clipped(text: string, width: number, size = 12): string {
  const letters = [...text]
  const fits = Math.max(1, Math.floor(width / (size * 0.58)))
  return letters.length <= fits ? text : `${letters.slice(0, Math.max(1, fits - 1)).join('')}…`
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}

export const INK = '#1f2933'
export const FAINT = '#7b8794'
export const GRID = '#e4e7eb'
export const ALERT = '#c0392b'
/** Okabe and Ito's palette, told apart with any kind of colour vision. */
export const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#b8a600', '#5f6b76'] as const

export function colour(index: number): string {
  return PALETTE[index % PALETTE.length] as string
}
