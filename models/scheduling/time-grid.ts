/**
 * The grid of instants on which some optimal schedule lies: multiples of the greatest common divisor of all durations, releases,
 * pinned starts and lags. Deadlines and due dates need not lie on it: a schedule in which every task starts as early as its predecessors
 * allow has all its starts on the grid. Where ending early costs, blocks of tasks may lean on a due date, a latest start or a
 * deadline instead, so these count too. Stocks that flow evenly may make an instant between two steps better still: schedules
 * are best among those on the grid then.
 */

import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'

/** Decimals that times may have. */
const DECIMALS = 6

export interface TimeGrid {
  /** Length of a step in the problem's unit of time. */
  readonly step: number
  /** A time on the grid, in steps. */
  readonly steps: (time: number) => number
  /** The last step at or before a time. */
  readonly floor: (time: number) => number
  /** The first step at or after a time. */
  readonly ceil: (time: number) => number
  /** Back to the problem's unit. */
  readonly time: (steps: number) => number
}

/** @throws InvalidInputError when a time has more than 6 decimals */
export function timeGrid(problem: ProjectProblem): TimeGrid {
  const times: { value: number; path: (string | number)[] }[] = []
  problem.tasks.forEach((task, i) => {
    times.push({ value: task.release, path: ['tasks', i, 'release'] })
    if (task.start !== undefined) times.push({ value: task.start, path: ['tasks', i, 'start'] })
    task.modes.forEach((mode, m) => {
      times.push({ value: mode.duration, path: ['tasks', i, 'modes', m, 'duration'] })
      if (mode.window !== undefined) times.push({ value: mode.window[0], path: ['tasks', i, 'modes', m, 'window', 0] })
    })
  })
  problem.precedence.forEach((link, k) => {
    times.push({ value: link.minLag, path: ['precedence', k, 'minLag'] })
    if (link.maxLag !== null) times.push({ value: link.maxLag, path: ['precedence', k, 'maxLag'] })
  })
  problem.deliveries?.forEach(({ at }, d) => {
    times.push({ value: at, path: ['deliveries', d, 'at'] })
  })
  problem.resources.forEach((resource, r) => {
    resource.closures?.forEach(({ from, to }, c) => {
      times.push({ value: from, path: ['resources', r, 'closures', c, 'from'] })
      times.push({ value: to, path: ['resources', r, 'closures', c, 'to'] })
    })
    resource.setups?.forEach(({ time }, s) => {
      times.push({ value: time, path: ['resources', r, 'setups', s, 'time'] })
    })
  })
  if (problem.tasks.some(({ due, earlinessWeight = 0 }) => due !== null && earlinessWeight > 0)) {
    if (problem.deadline !== null) times.push({ value: problem.deadline, path: ['deadline'] })
    problem.tasks.forEach((task, i) => {
      if (task.due !== null) times.push({ value: task.due, path: ['tasks', i, 'due'] })
      if (task.deadline !== null) times.push({ value: task.deadline, path: ['tasks', i, 'deadline'] })
      task.modes.forEach(({ window }, m) => {
        if (window !== undefined && Number.isFinite(window[1]))
          times.push({ value: window[1], path: ['tasks', i, 'modes', m, 'window', 1] })
      })
    })
  }
  let scale = 1
  while (scale < 10 ** DECIMALS && !times.every(({ value }) => isWhole(value * scale))) scale *= 10
  const wrong = times.filter(({ value }) => !isWhole(value * scale))
  if (wrong.length > 0) {
    throw new InvalidInputError(
      wrong.map(({ value, path }) => ({
        code: 'grid-too-fine',
        path,
        message: `the time ${value} has more than ${DECIMALS} decimals`,
        hint: `round it, or give all times in a smaller unit than ${problem.timeUnit || 'this one'}`,
        value,
      })),
    )
  }
  let common = 0
  for (const { value } of times) common = greatestCommonDivisor(common, Math.abs(Math.round(value * scale)))
  if (common === 0) common = scale
  const steps = (time: number): number => Math.round((time * scale) / common)
  return {
    step: common / scale,
    steps,
    floor: (time) => Math.floor((time * scale) / common + 1e-6),
    ceil: (time) => Math.ceil((time * scale) / common - 1e-6),
    time: (count) => (count * common) / scale,
  }
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value))
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b]
  return a
}
