/** An agents x tasks matrix with the chosen cells marked, as SVG. */
import { scaleLinear } from 'd3-scale'
import { formatNumber } from './format.ts'
import { clipped, drawing, element, FAINT, GRID, INK, label, textWidth } from './svg.ts'

export interface MatrixChart {
  readonly title: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** null: cannot. */
  readonly values: readonly (readonly (number | null)[])[]
  /** [row, column] of the chosen cells. */
  readonly chosen: readonly (readonly [number, number])[]
  readonly unit: string
}

const LARGEST = 60

/** Draws up to 60 x 60 cells; a larger matrix shows only the rows and columns of its first 60 chosen cells, and says so. */
export function renderMatrixSvg(chart: MatrixChart): string {
  const rows = kept(
    chart.rows.length,
    chart.chosen.map(([row]) => row),
  )
  const columns = kept(
    chart.columns.length,
    chart.chosen.map(([, column]) => column),
  )
  const left = 24 + Math.min(200, Math.max(40, ...rows.map((row) => textWidth(chart.rows[row] as string))))
  const head =
    56 + Math.min(150, Math.max(20, ...columns.map((column) => textWidth(chart.columns[column] as string, 11) * 0.75)))
  const cell = columns.length > 20 ? 34 : 52
  const high = columns.length > 20 ? 22 : 28
  const width = Math.max(420, left + columns.length * cell + 80)
  const height = head + rows.length * high + 40
  const chosen = new Set(chart.chosen.map(([row, column]) => `${row} ${column}`))
  const numbers = chart.values.flat().filter((value): value is number => value !== null)
  const shade = scaleLinear<string>()
    .domain([minimum(numbers), maximum(numbers)])
    .range(['#eef4fb', '#b9cfe6'])
  const parts = [label(16, 26, clipped(chart.title, width - 32, 16), { size: 16, weight: 'bold' })]
  columns.forEach((column, index) => {
    const x = left + index * cell + cell / 2
    parts.push(label(x, head - 8, clipped(chart.columns[column] as string, 190, 11), { size: 11, rotate: -40 }))
  })
  rows.forEach((row, i) => {
    const y = head + i * high
    parts.push(label(left - 8, y + high / 2 + 4, clipped(chart.rows[row] as string, left - 16), { anchor: 'end' }))
    columns.forEach((column, j) => {
      const x = left + j * cell
      const value = chart.values[row]?.[column] ?? null
      const mark = chosen.has(`${row} ${column}`)
      const fill = mark ? '#009e73' : value === null ? '#f5f7fa' : shade(value)
      parts.push(
        element('rect', {
          x: x + 1,
          y: y + 1,
          width: cell - 2,
          height: high - 2,
          rx: 3,
          fill,
          stroke: mark ? INK : GRID,
        }),
      )
      const text = value === null ? '–' : formatNumber(value, 1)
      parts.push(
        label(x + cell / 2, y + high / 2 + 4, text, {
          size: columns.length > 20 ? 10 : 12,
          anchor: 'middle',
          fill: mark ? '#ffffff' : value === null ? FAINT : INK,
          ...(mark ? { weight: 'bold' as const } : {}),
        }),
      )
    })
  })
  const hidden = rows.length < chart.rows.length || columns.length < chart.columns.length
  const note = hidden
    ? `${rows.length} of ${chart.rows.length} rows and ${columns.length} of ${chart.columns.length} columns shown`
    : `numbers in ${chart.unit === '' ? 'units of the document' : chart.unit}${chart.chosen.length === 0 ? '' : '; green: chosen'}${chart.values.flat().includes(null) ? '; –: cannot' : ''}`
  parts.push(label(16, height - 14, note, { size: 11, fill: FAINT }))
  return drawing(width, height, chart.title, parts)
}

function kept(count: number, chosen: readonly number[]): number[] {
  if (count <= LARGEST) return Array.from({ length: count }, (_, index) => index)
  return [...new Set(chosen.slice(0, LARGEST))].sort((a, b) => a - b)
}

function minimum(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
}

function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
}
