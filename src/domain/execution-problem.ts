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
}

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
