/** A belief over time as rows of shaded cells: one row a step, one column a state. */
import { clipped, drawing, element, escapeMarkup, FAINT, label, textWidth } from './svg.ts'

export interface BeliefHistoryChart {
  readonly title: string
  readonly states: readonly string[]
  readonly steps: readonly {
    readonly name: string
    /** In the order of `states`. */
    readonly probabilities: readonly number[]
  }[]
  /** Most columns drawn; the states that are likely anywhere are kept. @default 60 */
  readonly maxStates?: number
  /** Most rows drawn, the last ones. @default 200 */
  readonly maxSteps?: number
}

const ROW = 22

export function renderBeliefHistorySvg(chart: BeliefHistoryChart): string {
  const steps = chart.steps.slice(-(chart.maxSteps ?? 200))
  const shown = likelyStates(chart, steps)
  const left = 24 + Math.min(180, Math.max(40, ...steps.map((step) => textWidth(step.name, 11))))
  const cell = Math.max(12, Math.min(40, Math.floor(700 / Math.max(1, shown.length))))
  const rotated = shown.some((s) => textWidth(chart.states[s] as string, 11) > cell - 2)
  const longest = Math.max(...shown.map((s) => textWidth(chart.states[s] as string, 11)))
  const top = 44 + (rotated ? Math.min(140, longest) + 8 : 18)
  const parts = [label(16, 26, chart.title, { size: 16, weight: 'bold' })]
  shown.forEach((s, column) => {
    const x = left + column * cell + cell / 2
    const text = clipped(chart.states[s] as string, 140, 11)
    if (rotated) parts.push(label(x + 4, top - 6, text, { size: 11, fill: FAINT, rotate: -90 }))
    else parts.push(label(x, top - 6, text, { size: 11, fill: FAINT, anchor: 'middle' }))
  })
  steps.forEach((step, row) => {
    const y = top + row * ROW
    parts.push(label(left - 8, y + 15, clipped(step.name, left - 20, 11), { size: 11, anchor: 'end' }))
    shown.forEach((s, column) => {
      const probability = step.probabilities[s] as number
      const text = `${chart.states[s]}: ${probability.toFixed(4)}`
      const box = { x: left + column * cell, y, width: cell - 1, height: ROW - 2, fill: '#0072b2' }
      // Square root: small probabilities stay visible.
      const shade = { 'fill-opacity': (0.04 + 0.96 * Math.sqrt(probability)).toFixed(3) }
      parts.push(element('rect', { ...box, ...shade }, element('title', {}, escapeMarkup(text))))
      if (cell >= 26 && probability >= 0.005) {
        const options = { size: 9, anchor: 'middle', fill: probability > 0.25 ? '#ffffff' : '#1f2933' } as const
        parts.push(label(left + column * cell + cell / 2 - 0.5, y + 14, probability.toFixed(2), options))
      }
    })
  })
  const width = Math.max(left + shown.length * cell + 16, textWidth(chart.title, 16) + 32)
  return drawing(width, top + steps.length * ROW + 14, chart.title, parts)
}

/** The states in their order; of too many, those with the greatest probability at any step. */
function likelyStates(chart: BeliefHistoryChart, steps: BeliefHistoryChart['steps']): number[] {
  const most = chart.maxStates ?? 60
  const all = chart.states.map((_, index) => index)
  if (all.length <= most) return all
  const peak = all.map((s) => steps.reduce((high, step) => Math.max(high, step.probabilities[s] as number), 0))
  return all
    .toSorted((a, b) => (peak[b] as number) - (peak[a] as number))
    .slice(0, most)
    .toSorted((a, b) => a - b)
}
