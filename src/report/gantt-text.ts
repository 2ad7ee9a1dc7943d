/** A Gantt chart and resource curves for the terminal. */
import type { ProjectProblem, Schedule } from '../domain/project.ts'
import { formatNumber } from './format.ts'
import { amountAt, resourceProfiles } from './resource-profile.ts'
import { pad, printable } from './table.ts'

const BARS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

export interface GanttTextOptions {
  /** Widest line. @default 100 */
  readonly width?: number
}

export function renderGanttText(problem: ProjectProblem, schedule: Schedule, options: GanttTextOptions = {}): string {
  const width = options.width ?? 100
  const many = new Set(problem.tasks.filter((task) => task.modes.length > 1).map((task) => task.id))
  const names = schedule.tasks.map((task) => printable(many.has(task.id) ? `${task.id} (${task.mode})` : task.id))
  const labelWidth = Math.min(
    32,
    Math.max(8, ...names.map((name) => [...name].length), ...problem.resources.map((r) => r.id.length + 6)),
  )
  const space = Math.max(20, width - labelWidth - 12)
  const horizon = Math.max(schedule.makespan, 1)
  // Whole cells per unit of time where they fit, so that equal durations look equal.
  const cells = horizon <= space ? horizon * Math.max(1, Math.floor(space / horizon)) : space
  const at = (time: number): number => Math.round((time / horizon) * cells)

  const lines = [`${' '.repeat(labelWidth)} ${axis(horizon, cells)}`]
  schedule.tasks.forEach((task, index) => {
    const begin = at(task.start)
    const end = task.end > task.start ? Math.max(begin + 1, at(task.end)) : begin
    const bar = end > begin ? '█'.repeat(end - begin) : '◆'
    const row = `${'·'.repeat(begin)}${bar}${'·'.repeat(Math.max(0, cells - Math.max(end, begin + 1)))}`
    lines.push(
      `${pad(names[index] as string, labelWidth)} ${row} ${formatNumber(task.start)}–${formatNumber(task.end)}`,
    )
  })
  for (const profile of resourceProfiles(problem, schedule)) {
    const top = Math.max(profile.capacity ?? 0, profile.peak, 1e-12)
    let row = ''
    for (let cell = 0; cell < cells; cell++) {
      const amount = amountAt(profile, ((cell + 0.5) / cells) * horizon)
      row += amount <= 0 ? ' ' : (BARS[Math.max(1, Math.round((amount / top) * 8))] ?? '█')
    }
    const capacity = profile.capacity === null ? '' : ` of ${formatNumber(profile.capacity)}`
    lines.push(`${pad(profile.resource, labelWidth)} ${row} peak ${formatNumber(profile.peak)}${capacity}`)
  }
  return lines.map((line) => line.trimEnd()).join('\n')
}

/** Numbers along the time axis, as many as fit, at round steps. */
function axis(horizon: number, cells: number): string {
  const letters = Array.from({ length: cells + 6 }, () => ' ')
  const room = Math.max(4, String(Math.round(horizon)).length + 2)
  const step = niceStep(horizon / Math.max(1, Math.floor(cells / room)))
  for (let time = 0; time <= horizon + 1e-9; time += step) {
    const text = formatNumber(time)
    const begin = Math.round((time / horizon) * cells)
    for (let k = 0; k < text.length; k++) letters[begin + k] = text[k] as string
  }
  return letters.join('').trimEnd()
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-9)))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough - 1e-12) ?? 10
  return factor * power
}
