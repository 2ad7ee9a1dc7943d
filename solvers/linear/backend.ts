/**
 * The seam every linear backend implements. A backend may assume a normalised problem (normalise.ts): finite coefficients, no
 * duplicates, integer bounds on integer columns, lower <= upper. Its answer is a claim, checked by the front.
 */
import type { Limit, Run } from '../contract/index.ts'
import type { LinearArrays, Sense } from './model.ts'
import type { SensitivityRanges } from './result.ts'

/** A normalised problem: minimise or maximise objective.x + x'Qx/2 + offset subject to the rows and bounds. */
export interface LinearProblem extends LinearArrays {
  readonly sense: Sense
  readonly offset: number
  /** 1 where the column must be integral. */
  readonly integrality: Uint8Array
  readonly hasIntegers: boolean
  /** Lower triangle of Q by columns, without explicit zeros; null for a linear objective. */
  readonly hessian?: Hessian | null
}

/** Symmetric matrix Q, lower triangle in compressed sparse columns. */
export interface Hessian {
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
}

export interface BackendOptions {
  /** Stop when the relative gap is at most this. @default 0 */
  readonly relativeGap: number
  /** Stop when the absolute gap is at most this. @default 1e-9 */
  readonly absoluteGap?: number
  /** Stop after this many branch-and-bound nodes. @default no limit */
  readonly nodeLimit?: number
  /** Take the second road: no presolve, tightest tolerances. Asked for after an answer that failed its check. @default false */
  readonly careful?: boolean
  /** A point to start from, one number a column, NaN where unknown. */
  readonly start?: Float64Array
  /** Compute sensitivity ranges of an LP optimum. @default false */
  readonly ranges?: boolean
  /** Compute a Farkas or primal ray with the claims infeasible and unbounded. @default true */
  readonly rays?: boolean
  /** Called with every improving point and the bound proved so far (null: none). The array is the callee's. */
  readonly onIncumbent?: (values: Float64Array, bound: number | null) => void
  /** Called when the bound or the node count moved. */
  readonly onBound?: (bound: number | null, incumbent: number | null, nodes: number) => void
  /** True when the caller wants the run to stop; polled by backends that can. @default the run's signal */
  readonly interrupted?: () => boolean
}

/** What a backend claims. Points are one number a column. */
export type BackendAnswer =
  | {
      readonly claim: 'optimal'
      readonly values: Float64Array
      /** Bound proved by a search; null when the claim has none. */
      readonly bound: number | null
      /** Change of the objective per unit of a row's active side, in the problem's own sense; null when not known. */
      readonly duals: Float64Array | null
      readonly reducedCosts: Float64Array | null
      readonly ranges?: SensitivityRanges | null
    }
  | { readonly claim: 'feasible'; readonly values: Float64Array; readonly bound: number | null; readonly limit: Limit }
  /** `ray`: one multiplier a row, a Farkas certificate. */
  | { readonly claim: 'infeasible'; readonly ray?: Float64Array | null }
  /** `ray`: one number a column, a direction that improves for ever. */
  | { readonly claim: 'unbounded'; readonly ray?: Float64Array | null }
  /** One of the two; the backend cannot say which. */
  | { readonly claim: 'unbounded-or-infeasible' }
  | { readonly claim: 'unknown'; readonly limit: Limit; readonly bound: number | null; readonly reason?: string }

export interface BackendCapabilities {
  readonly integers: boolean
  readonly duals: boolean
  /** Honours the time limit of the run. */
  readonly timeLimit: boolean
  /** Has a second road to the answer (`careful`). @default false */
  readonly careful?: boolean
  /** Convex quadratic objectives. @default false */
  readonly quadratic?: boolean
  /** Reports the bound its search proved; a MIP optimum without one needs a second opinion. @default false */
  readonly bounds?: boolean
  /** Honours `start`. @default false */
  readonly start?: boolean
  /** Honours `nodeLimit`. @default false */
  readonly nodeLimit?: boolean
  /** Honours `relativeGap` and `absoluteGap` above 0; a backend without it runs to the proof. @default false */
  readonly gap?: boolean
  /** Works in exact arithmetic: its search needs no second opinion. @default false */
  readonly exact?: boolean
  /** Gives sensitivity ranges. @default false */
  readonly ranges?: boolean
  /** Largest problems it is asked for: columns + rows, and columns with integrality. @default no limit */
  readonly maxSize?: number
  /** Largest columns * rows, for a backend that keeps the matrix as a table. @default no limit */
  readonly maxCells?: number
  readonly maxIntegers?: number
}

export interface LinearBackend {
  readonly name: string
  readonly capabilities: BackendCapabilities
  /** Loads what it needs. @returns the version shown in results. @throws MissingPackageError */
  load(): Promise<string>
  solve(problem: LinearProblem, options: BackendOptions, run: Run): Promise<BackendAnswer>
}
