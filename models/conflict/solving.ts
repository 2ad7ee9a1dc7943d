/** What every formulation shares: its options, and how they are handed on to the linear front. */
import type { Run, RunOptions } from '../../solvers/contract/index.ts'
import type { LinearBackend, LinearOptions } from '../../solvers/linear/index.ts'

export interface ModelOptions extends RunOptions {
  /** Linear backends to ask, in this order. @default chosen by the linear front */
  readonly backends?: readonly LinearBackend[]
}

/** Options for a linear solve inside a run: the rest of its time, its signal and seed, no progress of its own. */
export function linearOptions(run: Run, options: ModelOptions): LinearOptions {
  const { onProgress: _quiet, ...nested } = run.nested()
  // The formulations establish marginal values by solving again, which holds with integers too: no duals are needed.
  return { ...nested, duals: false, ...(options.backends === undefined ? {} : { backends: options.backends }) }
}

/** A value of a point without the noise of floating-point pivots: rounded to 9 decimals. */
export function clean(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 4e6) return value
  const rounded = Math.round(value * 1e9) / 1e9
  return rounded === 0 ? 0 : rounded
}

/** A number with its unit, which may be empty. */
export function measure(value: number, unit: string): string {
  return unit === '' ? figure(value) : `${figure(value)} ${unit}`
}

/** A number for people: at most `digits` decimals, no trailing zeros. */
export function figure(value: number, digits = 2): string {
  const text = value.toFixed(digits)
  return digits > 0 && text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
