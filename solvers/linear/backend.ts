/**
 * The seam every linear backend implements. A backend may assume a normalised problem (normalise.ts): finite coefficients, no
 * duplicates, integer bounds on integer columns, lower <= upper. Its answer is a claim, checked by the front.
 */
import type { Limit, Run } from '../contract/index.ts'
import type { LinearArrays, Sense } from './model.ts'

/** A normalised problem: minimise or maximise objective.x + offset subject to the rows and bounds. */
export interface LinearProblem extends LinearArrays {
  readonly sense: Sense
  readonly offset: number
  /** 1 where the column must be integral. */
  readonly integrality: Uint8Array
  readonly hasIntegers: boolean
}

export interface BackendOptions {
  /** Stop when the relative gap is at most this. @default 0 */
  readonly relativeGap: number
}

/** What a backend claims. Points are one number a column. */
export type BackendAnswer =
  | {
      readonly claim: 'optimal'
      readonly values: Float64Array
      readonly bound: number | null
      readonly duals: Float64Array | null
      readonly reducedCosts: Float64Array | null
    }
  | { readonly claim: 'feasible'; readonly values: Float64Array; readonly bound: number | null; readonly limit: Limit }
  | { readonly claim: 'infeasible' }
  | { readonly claim: 'unbounded' }
  | { readonly claim: 'unknown'; readonly limit: Limit; readonly bound: number | null }

export interface BackendCapabilities {
  readonly integers: boolean
  readonly duals: boolean
  /** Honours the time limit of the run. */
  readonly timeLimit: boolean
}

export interface LinearBackend {
  readonly name: string
  readonly capabilities: BackendCapabilities
  /** Loads what it needs. @returns the version shown in results. @throws MissingPackageError */
  load(): Promise<string>
  solve(problem: LinearProblem, options: BackendOptions, run: Run): Promise<BackendAnswer>
}
