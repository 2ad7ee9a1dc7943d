/** What optimising a compiled project gives: modes and starts in steps, with the proof. */
import type { Limit } from '../../solvers/contract/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import type { CompiledProject } from './compile.ts'

export interface Timetable {
  /** Start of each task in steps, -1 when left out. */
  readonly starts: Int32Array
  /** Mode of each task, -1 when left out. */
  readonly modes: Int32Array
}

/** The linear model of the first objective, for export. */
export interface ExportableModel {
  /** Its columns, counted without building it; 0 when it would be too large. */
  readonly columns: () => number
  /** null when it would be too large. */
  readonly build: () => LinearModel | null
}

export function builtModel(model: LinearModel): ExportableModel {
  return { columns: () => model.variableCount, build: () => model }
}

export type Optimised =
  | ({
      readonly status: 'optimal' | 'feasible'
      /** Which limit was hit; null for an optimum. */
      readonly limit: Limit | null
      /** Proved bound on the first objective, smaller is better: steps for the makespan, contributions for a sum. */
      readonly bound: number
      readonly gap: number
      readonly solver: string
      readonly model: ExportableModel
    } & Timetable)
  | { readonly status: 'infeasible'; readonly solver: string }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly solver: string }

export function makespanOf(project: CompiledProject, { starts, modes }: Timetable): number {
  let makespan = 0
  modes.forEach((mode, i) => {
    if (mode !== -1) makespan = Math.max(makespan, (starts[i] as number) + (project.duration[mode] as number))
  })
  return makespan
}
