/**
 * A linear model with several objectives, and what the methods of this folder return.
 *
 * A point is efficient when no feasible point is at least as good in all objectives and better in one; its vector of
 * objectives is then nondominated. Weakly efficient points (nothing better in all of them) are not reported as part of a front.
 */
import { InvalidInputError, type Issue, type Limit, type RunOptions } from '../../contract/index.ts'
import type { LinearModel, Sense, Term } from '../model.ts'
import type { LinearOptions } from '../solve.ts'

export interface MultiObjectiveProblem {
  /** Variables and rows; its own objective is not looked at. */
  readonly model: LinearModel
  /** Two or more linear objectives. */
  readonly objectives: readonly (readonly Term[])[]
  /** One sense an objective. @default all 'minimize' */
  readonly senses?: readonly Sense[]
  /** A constant for each objective. @default 0 */
  readonly constants?: readonly number[]
}

export interface MultiObjectiveOptions extends RunOptions {
  /** Backends to ask, in this order. @default as solveLinear */
  readonly backends?: LinearOptions['backends']
}

export interface ParetoPoint {
  /** Value of every objective, recomputed from the point. */
  readonly objectives: readonly number[]
  /** One number a column of the model. */
  readonly values: Float64Array
  /** Proved nondominated. False for a feasible point that a limit kept from being improved or confirmed. */
  readonly proved: boolean
}

/** A box of objective values in which nondominated points may be that were not found. Sides may be infinite. */
export interface FrontRegion {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** How a front ended. */
export interface FrontEnd {
  /**
   * `complete`: proved, all points the method is for were given. `approximate`: the front is continuous and known to the
   * precision asked for. `limited`: `limit` ended it. `infeasible`, `unbounded`: the model has no point, an objective no best.
   */
  readonly status: 'complete' | 'approximate' | 'limited' | 'infeasible' | 'unbounded'
  readonly limit: Limit | null
  /** Where further points may be; empty when complete. */
  readonly remaining: readonly FrontRegion[]
  /** Single-objective programs solved. */
  readonly solves: number
  readonly elapsedMs: number
}

/** Points as they are found; the end as the generator's return value. Leaving the loop early stops the work. */
export type FrontStream = AsyncGenerator<ParetoPoint, FrontEnd, void>

export interface Front extends FrontEnd {
  readonly points: readonly ParetoPoint[]
}

/** Runs a stream to its end. Points come in increasing order of their objectives, the first one first. */
export async function collectFront(stream: FrontStream): Promise<Front> {
  const points: ParetoPoint[] = []
  for (;;) {
    const next = await stream.next()
    if (next.done === true) return { ...next.value, points: points.sort(byObjectives) }
    points.push(next.value)
  }
}

function byObjectives(a: ParetoPoint, b: ParetoPoint): number {
  for (let k = 0; k < a.objectives.length; k++) {
    const difference = (a.objectives[k] as number) - (b.objectives[k] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** @throws InvalidInputError when the objectives do not fit the model */
export function requireProblem(problem: MultiObjectiveProblem, least: number, most = Number.POSITIVE_INFINITY): void {
  const issues: Issue[] = []
  const { objectives, senses, constants, model } = problem
  if (objectives.length < least || objectives.length > most) {
    const wanted = least === most ? `${least}` : `${least} or more`
    const message = `there are ${objectives.length} objectives, this method is for ${wanted}`
    issues.push({
      code: 'objective-count',
      path: ['objectives'],
      message,
      hint: 'use another method, or other objectives',
    })
  }
  for (const [name, list] of [
    ['senses', senses],
    ['constants', constants],
  ] as const) {
    if (list === undefined || list.length === objectives.length) continue
    const message = `there are ${list.length} ${name} for ${objectives.length} objectives`
    issues.push({ code: 'wrong-length', path: [name], message, hint: 'give one an objective, or leave them out' })
  }
  objectives.forEach((terms, k) => {
    for (const [variable, coefficient] of terms) {
      if (!(variable >= 0 && variable < model.variableCount)) {
        const message = `there is no variable ${variable} in the model`
        const hint = 'use an index that addVariable returned'
        issues.push({ code: 'unknown-index', path: ['objectives', k], message, hint })
      } else if (!Number.isFinite(coefficient)) {
        const message = `the coefficient ${coefficient} of ${model.variableName(variable)} is not finite`
        issues.push({ code: 'not-a-number', path: ['objectives', k], message, hint: 'give a finite number' })
      }
    }
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
