/** Something to be carried out in a simulated world, and how. Plain JSON. */
import type { ReplanStrategy } from './execution.ts'
import type { GridProblem } from './grid.ts'
import type { MarketProblem } from './market.ts'
import type { ProjectProblem } from './project.ts'
import type { ResponseProblem } from './response.ts'

export interface ExecutionSettings {
  /** @default 'repair'; of a market 'opportunistic' */
  readonly strategy?: ReplanStrategy | undefined
  /** @default 10; of a town no limit */
  readonly maxReplans?: number | undefined
  /** Looks for a better plan every so many steps; 0: never. @default 0; of a market 1 */
  readonly checkEvery?: number | undefined
  /** What the other strategies would have done is recorded too. @default true */
  readonly compare?: boolean | undefined
  /** Of a project: new plans also when the chance of missing a deadline is too great. @default the projected finish alone */
  readonly lateness?: StatedLateness | undefined
}

/** What is believed about how much longer tasks take, and the chance of missing a deadline that is borne. */
export interface StatedLateness {
  /** In [0, 1). */
  readonly alpha: number
  /** Simulated courses each time. @default 2000 */
  readonly samples?: number | undefined
  /** @default 1 */
  readonly seed?: number | undefined
  /** Time units beyond those of the mode, by task: a triangular distribution or outcomes with probabilities. */
  readonly delays: readonly { readonly task: string; readonly by: StatedDelay }[]
}

export type StatedDelay =
  | { readonly low: number; readonly likely: number; readonly high: number }
  | readonly { readonly is: number; readonly chance: number }[]

export interface ExecutionProblem {
  readonly title: string
  readonly world:
    | { readonly kind: 'grid'; readonly problem: GridProblem }
    | { readonly kind: 'town'; readonly problem: ResponseProblem }
    | { readonly kind: 'market'; readonly problem: MarketProblem }
    /** `delays`: time units that tasks take longer than their modes say. */
    | {
        readonly kind: 'project'
        readonly problem: ProjectProblem
        readonly delays: readonly { readonly task: string; readonly by: number }[]
      }
  readonly settings: ExecutionSettings
}
