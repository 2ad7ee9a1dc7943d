/** Which engine decides, and up to which size. */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { ModelOptions } from '../conflict/index.ts'
import type { CompiledProject } from './compile.ts'
import { modeWindows } from './time-indexed.ts'
import type { Windows } from './windows.ts'

/** Columns of a time-indexed model beyond which it is not attempted. */
export const MOST_COLUMNS = 60_000

export interface ProjectOptions extends ModelOptions {
  /**
   * Who decides where tasks share capacities: the exact scheduler where the project can be said in integers and the time-indexed
   * linear model otherwise (`automatic`), or always the linear model (`linear`). @default 'automatic'; 'linear' when `backends` are named
   */
  readonly engine?: 'automatic' | 'linear'
  /** Find the conflict behind a problem without a schedule. @default true */
  readonly explain?: boolean
}

export function usesScheduler({ engine, backends }: ProjectOptions): boolean {
  return engine === undefined ? backends === undefined : engine === 'automatic'
}

/** Columns of the time-indexed model. */
export function columnsWithin(project: CompiledProject, windows: Windows): number {
  const { first, last } = modeWindows(project, windows)
  let columns = 0
  for (let mode = 0; mode < first.length; mode++) {
    columns += Math.max(0, (last[mode] as number) - (first[mode] as number) + 1)
  }
  return columns
}

/** Nothing else can be done with so many instants; a coarser grid or a deadline can. */
export function tooFine({ grid, problem }: CompiledProject, columns: number): InvalidInputError {
  const wanted = grid.step * Math.ceil(columns / MOST_COLUMNS)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const round = [1, 2, 5, 10].map((lead) => lead * power).find((step) => step >= wanted) ?? wanted
  const unit = problem.timeUnit === '' ? '' : ` ${problem.timeUnit}`
  return new InvalidInputError([
    {
      code: 'grid-too-fine',
      path: ['tasks'],
      message: `at steps of ${grid.step}${unit} the tasks have ${columns} possible starts, ${MOST_COLUMNS} can be handled`,
      hint: `round durations, releases and lags to multiples of ${round}${unit}, or set a deadline`,
    },
  ])
}
