/** Causal models: variables, edges with strength, mechanism and confidence. Plain JSON. */

export interface CausalVariable {
  readonly name: string
  /** What kind of thing it is, e.g. `action`, `state`, `outcome`; free text for reports. */
  readonly kind?: string
  /** True when it may be set by an intervention. @default false */
  readonly controllable?: boolean
  /** Values it can take; absent for a real number. */
  readonly domain?: readonly (string | number | boolean)[]
}

export interface CausalEdge {
  readonly cause: string
  readonly effect: string
  /** Strength in [-1, 1]; along a path strengths multiply. In a linear model the coefficient. */
  readonly strength: number
  /** How the cause brings the effect about, in words. */
  readonly mechanism?: string
  /** How sure the edge is, in [0, 1]. @default 1 */
  readonly confidence?: number
}

/** Kinds of actions a causal plan is made of. */
export type CausalActionKind = 'intervene' | 'observe' | 'wait' | 'verify' | 'composite'

/** A causal graph with what is wanted of it, as a document states it. */
export interface CausalProblem {
  readonly title: string
  readonly variables: readonly CausalVariable[]
  readonly edges: readonly CausalEdge[]
  /** The variable to be given a value. */
  readonly goal: { readonly variable: string; readonly value: string | number | boolean }
  /** Values that hold now. */
  readonly current: Readonly<Record<string, string | number | boolean>>
  /** Edges on a path at most. */
  readonly maximalLength: number
}
