/**
 * The objectives of a problem, all minimised (a maximised one is negated), with exact evaluation and their grain: when an
 * objective has only integer variables and its coefficients are multiples of some number, its values are multiples of that
 * grain, so that "better" means better by at least one grain. Decimal coefficients count with up to four places.
 */
import { dot } from '../../numeric/index.ts'
import type { LinearModel, Term } from '../model.ts'
import type { MultiObjectiveProblem } from './problem.ts'

export class Objectives {
  readonly count: number
  /** Coefficients of each objective, minimised: one number a column. */
  readonly rows: readonly Float64Array[]
  /** The step between two values of each objective; 0 when it is continuous. */
  readonly grains: readonly number[]
  readonly #problem: MultiObjectiveProblem
  /** Grain as units / scale, for values without rounding errors. */
  readonly #units: readonly number[]
  readonly #scales: readonly number[]

  constructor(problem: MultiObjectiveProblem) {
    this.#problem = problem
    this.count = problem.objectives.length
    this.rows = problem.objectives.map((terms, k) => {
      const row = new Float64Array(problem.model.variableCount)
      for (const [variable, coefficient] of terms) row[variable]! += this.sign(k) * coefficient
      return row
    })
    const grains = this.rows.map((row) => grainOf(problem.model, row))
    this.#units = grains.map(({ units }) => units)
    this.#scales = grains.map(({ scale }) => scale)
    this.grains = grains.map(({ units, scale }) => units / scale)
  }

  sign(objective: number): number {
    return this.#problem.senses?.[objective] === 'maximize' ? -1 : 1
  }

  terms(objective: number): Term[] {
    const terms: Term[] = []
    this.rows[objective]?.forEach((coefficient, variable) => {
      if (coefficient !== 0) terms.push([variable, coefficient])
    })
    return terms
  }

  /** Values of all objectives, minimised and without constants; exact multiples of the grain where there is one. */
  evaluate(values: Float64Array): number[] {
    return this.rows.map((row, k) => {
      const value = dot(row, values)
      const units = this.#units[k] as number
      const scale = this.#scales[k] as number
      if (units === 0) return value + 0
      return (Math.round((value * scale) / units) * units) / scale + 0
    })
  }

  /** A minimised value as the user sees it. */
  shown(objective: number, value: number): number {
    return this.sign(objective) * value + (this.#problem.constants?.[objective] ?? 0) + 0
  }
}

const MOST_PLACES = 4

function grainOf(model: LinearModel, row: Float64Array): { units: number; scale: number } {
  const none = { units: 0, scale: 1 }
  let scale = 1
  for (let j = 0; j < row.length; j++) {
    const coefficient = row[j] as number
    if (coefficient === 0) continue
    if (model.variableKind(j) === 'continuous') return none
    while (!isWhole(coefficient * scale)) {
      scale *= 10
      if (scale > 10 ** MOST_PLACES) return none
    }
  }
  let units = 0
  for (const coefficient of row) if (coefficient !== 0) units = gcd(units, Math.abs(Math.round(coefficient * scale)))
  // An objective without terms is constant: any step will do.
  return { units: units === 0 ? 1 : units, scale }
}

function isWhole(value: number): boolean {
  return Math.abs(value) < 2 ** 45 && Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value))
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
