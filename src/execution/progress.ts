/** How far an execution has come, by count, by work and along the critical path, and where it is heading. */
import type { ExecutionResult } from '../domain/execution.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { Timing } from './dispatch.ts'

export interface Progress {
  readonly stepsDone: number
  readonly stepsTotal: number
  /** Share of the planned work (durations; counts where nothing takes time) that is done. */
  readonly work: number
  /** Share of the time from start to projected finish that has passed. */
  readonly criticalPath: number
  /** Time left until the projected finish. */
  readonly remaining: number
  readonly projectedFinish: number
  readonly costToDate: number
  /** Cost to date plus the planned cost of what is left. */
  readonly projectedCost: number
  /** Real over planned time of the steps done, 1 before the first: what the projection multiplies the rest with. */
  readonly pace: number
}

export interface ProgressInput {
  readonly results: readonly ExecutionResult[]
  readonly remaining: readonly PlanStep[]
  readonly durationOf: (step: PlanStep) => number
  readonly costOf: (step: PlanStep) => number
  readonly timing: Timing
  readonly begin: number
  readonly now: number
}

/** Earned progress; a partial result earns its fraction. O(steps). */
export function progressOf(input: ProgressInput): Progress {
  const { results, remaining, durationOf, costOf, timing, begin, now } = input
  let done = 0
  let stepsDone = 0
  let planned = 0
  let real = 0
  const timeless = [...results.map((result) => result.step), ...remaining].every((step) => durationOf(step) === 0)
  const workOf = (step: PlanStep): number => (timeless ? 1 : durationOf(step))
  for (const result of results) {
    const earned = result.status === 'success' || result.status === 'delayed' ? 1 : (result.fraction ?? 0)
    done += earned * workOf(result.step)
    if (earned < 1) continue
    stepsDone++
    planned += durationOf(result.step)
    real += result.duration
  }
  const left = remaining.reduce((sum, step) => sum + workOf(step), 0)
  const costToDate = results.reduce((sum, result) => sum + result.cost, 0)
  const whole = timing.finish - begin
  return {
    stepsDone,
    stepsTotal: stepsDone + remaining.length,
    work: done + left > 0 ? done / (done + left) : 1,
    criticalPath: whole > 0 ? (now - begin) / whole : 1,
    remaining: timing.finish - now,
    projectedFinish: timing.finish,
    costToDate,
    projectedCost: costToDate + remaining.reduce((sum, step) => sum + costOf(step), 0),
    pace: planned > 0 ? real / planned : 1,
  }
}
