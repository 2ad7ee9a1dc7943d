/**
 * The single-objective programs all methods are made of: minimise a weighted sum of the objectives with upper limits on some
 * of them. One working copy of the model, with one row an objective, serves all programs of a run.
 */
import { BackendError, type Limit, type Run } from '../../contract/index.ts'
import type { LinearModel, Row, Term } from '../model.ts'
import type { LinearResult } from '../result.ts'
import { type LinearOptions, solveLinear } from '../solve.ts'
import { Objectives } from './objectives.ts'
import {
  type FrontEnd,
  type FrontRegion,
  type MultiObjectiveOptions,
  type MultiObjectiveProblem,
  type ParetoPoint,
  requireProblem,
} from './problem.ts'

/** A point with its objectives, minimised. */
export interface Outcome {
  readonly values: Float64Array
  readonly f: readonly number[]
}

export type Scalar =
  | { readonly status: 'optimal'; readonly outcome: Outcome }
  /** A point or none, not proved best; `bound` is a proved lower bound of the weighted sum. */
  | { readonly status: 'stopped'; readonly outcome: Outcome | null; readonly bound: number; readonly limit: Limit }
  | { readonly status: 'infeasible' }
  | { readonly status: 'unbounded' }

/** Slack on a limit that fixes a continuous objective at its optimum, relative to its value. */
const FIX = 1e-9
/** Tables, nodes and failures in a row up to which the dense search is tried first (bench/fronts). */
const DENSE_CELLS = 10000
const DENSE_NODES = 1000
const DENSE_MISSES = 3

export class ScalarPrograms {
  readonly objectives: Objectives
  readonly run: Run
  readonly #work: LinearModel
  readonly #rows: readonly Row[]
  readonly #terms: readonly Term[][]
  readonly #columns: number
  readonly #backends: LinearOptions['backends']
  solves = 0
  #denseMisses = 0

  constructor(problem: MultiObjectiveProblem, run: Run, options: MultiObjectiveOptions, least = 2, most?: number) {
    requireProblem(problem, least, most)
    this.objectives = new Objectives(problem)
    this.run = run
    this.#work = problem.model.clone()
    this.#columns = problem.model.variableCount
    this.#backends = options.backends
    this.#terms = Array.from({ length: this.objectives.count }, (_, k) => this.objectives.terms(k))
    this.#rows = this.#terms.map((terms, k) =>
      this.#work.addRange(`objective ${k + 1}`, Number.NEGATIVE_INFINITY, terms, Number.POSITIVE_INFINITY, {
        group: null,
      }),
    )
  }

  /**
   * Minimises sum of weights[k] * f_k subject to f_k <= limits[k].
   * @param start a feasible point to begin from
   */
  async minimise(weights: readonly number[], limits: readonly number[], start?: Outcome): Promise<Scalar> {
    const stopped = this.run.limit
    if (stopped !== null) return { status: 'stopped', outcome: null, bound: Number.NEGATIVE_INFINITY, limit: stopped }
    this.solves++
    this.#rows.forEach((row, k) => {
      this.#work.setRowBounds(row, Number.NEGATIVE_INFINITY, limits[k] as number)
    })
    const terms: Term[] = []
    this.#terms.forEach((list, k) => {
      const weight = weights[k] as number
      if (weight !== 0) for (const [variable, coefficient] of list) terms.push([variable, weight * coefficient])
    })
    this.#work.replaceObjective(terms, 'minimize')
    const result = await this.#solve(start)
    switch (result.status) {
      case 'infeasible':
      case 'unbounded':
        return { status: result.status }
      case 'unknown': {
        const bound = result.bound ?? Number.NEGATIVE_INFINITY
        return { status: 'stopped', outcome: null, bound, limit: result.limit }
      }
      case 'optimal':
      case 'feasible': {
        const outcome = this.outcome(result.values)
        // A tolerance must not let a point slip over a limit by a whole grain.
        const slipped = this.objectives.grains.some(
          (grain, k) => grain > 0 && (outcome.f[k] as number) > (limits[k] as number) + grain / 4,
        )
        if (slipped) return { status: 'stopped', outcome: null, bound: result.bound, limit: 'method' }
        if (result.status === 'feasible') {
          return { status: 'stopped', outcome, bound: result.bound, limit: result.limit }
        }
        return { status: 'optimal', outcome }
      }
    }
  }

  /**
   * Small integer programs go to the dense search first, with a limit on its nodes: on a front's many similar programs it is
   * done many times sooner than a solver that has to read the model again. Programs it leaves open go the usual way; after
   * some of these in a row it is not asked any more.
   */
  async #solve(start: Outcome | undefined): Promise<LinearResult> {
    const { onProgress: _, ...inner } = this.run.nested()
    const options: LinearOptions = { ...inner, duals: false }
    if (this.#backends !== undefined) return solveLinear(this.#work, { ...options, backends: this.#backends })
    const integer = this.#work.hasIntegers
    const cells = this.#work.rowCount * this.#work.variableCount
    if (integer && cells <= DENSE_CELLS && this.#denseMisses < DENSE_MISSES) {
      try {
        const quick = await solveLinear(this.#work, { ...options, backends: ['dense'], nodeLimit: DENSE_NODES })
        if (quick.status !== 'feasible' && quick.status !== 'unknown') {
          this.#denseMisses = 0
          return quick
        }
      } catch (error) {
        if (!(error instanceof BackendError)) throw error
      }
      this.#denseMisses++
    }
    return solveLinear(this.#work, integer && start !== undefined ? { ...options, start: start.values } : options)
  }

  /**
   * Minimises the objectives one after the other in the given order, each kept at its best for the next ones. With all
   * objectives in the order the point is efficient. A stop after the first stage keeps the point reached.
   */
  async lexicographic(order: readonly number[], limits: readonly number[]): Promise<Scalar> {
    let current: Outcome | undefined
    const kept = [...limits]
    for (const objective of order) {
      const weights = this.#unit(objective)
      const result = await this.minimise(weights, kept, current)
      if (result.status !== 'optimal') {
        if (current === undefined) return result
        // Later stages start from a feasible point: only a stop is believable.
        const outcome = result.status === 'stopped' && result.outcome !== null ? result.outcome : current
        const limit = result.status === 'stopped' ? result.limit : 'method'
        return { status: 'stopped', outcome, bound: current.f[order[0] as number] as number, limit }
      }
      current = result.outcome
      kept[objective] = this.fixed(objective, current.f[objective] as number)
    }
    return { status: 'optimal', outcome: current as Outcome }
  }

  /** The limit that keeps an objective at a value. */
  fixed(objective: number, value: number): number {
    return (this.objectives.grains[objective] as number) > 0 ? value : value + FIX * Math.max(1, Math.abs(value))
  }

  noLimits(): number[] {
    return new Array<number>(this.objectives.count).fill(Number.POSITIVE_INFINITY)
  }

  outcome(values: Float64Array): Outcome {
    const own = values.slice(0, this.#columns)
    return { values: own, f: this.objectives.evaluate(own) }
  }

  point({ values, f }: Outcome, proved: boolean): ParetoPoint {
    const objectives = f.map((value, k) => this.objectives.shown(k, value))
    this.run.emit({ kind: 'point', message: `(${objectives.join(', ')})${proved ? '' : ' not proved'}` })
    return { objectives, values, proved }
  }

  /** A box of minimised values as the user sees it. */
  region(from: readonly number[], to: readonly number[]): FrontRegion {
    const low = from.map((value, k) => this.objectives.shown(k, value))
    const high = to.map((value, k) => this.objectives.shown(k, value))
    return {
      from: low.map((value, k) => Math.min(value, high[k] as number)),
      to: high.map((value, k) => Math.max(value, low[k] as number)),
    }
  }

  end(status: FrontEnd['status'], limit: Limit | null = null, remaining: readonly FrontRegion[] = []): FrontEnd {
    return { status, limit, remaining, solves: this.solves, elapsedMs: this.run.elapsedMs }
  }

  #unit(objective: number): number[] {
    const weights = new Array<number>(this.objectives.count).fill(0)
    weights[objective] = 1
    return weights
  }
}
