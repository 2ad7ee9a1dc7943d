/** What a caller of the dense simplex writes and reads: the problem, the answer and the limits of a solve. */
import type { Limit } from '../../contract/index.ts'

/** What a solve ends with. */
export type DenseStatus =
  /** `value` is optimal, `reduced` proves it. */
  | 'optimal'
  /** `ray` is a Farkas combination. */
  | 'infeasible'
  /** `value` is feasible and `ray` improves without end. */
  | 'unbounded'
  /** The iteration limit was reached. */
  | 'iterations'
  /** `stop` asked for it; see `stoppedBy`. */
  | 'stopped'
  /** The dictionary could not be kept accurate. */
  | 'numerical'

/**
 * minimise  c.x   subject to   r = A x,   l_j <= x_j <= u_j,   L_i <= r_i <= U_i
 *
 * `matrix` is row-major with row stride `columns`. Positions 0 .. columns - 1 of `lower`, `upper`, `value`, `reduced` and
 * `ray` belong to the columns, columns + i to row i. Bounds may be infinite and must satisfy lower <= upper. The arrays may
 * be longer than the problem; they are replaced only by `resize`.
 */
export class Program {
  rows = 0
  columns = 0
  matrix: Float64Array
  objective: Float64Array
  lower: Float64Array
  upper: Float64Array

  /** The point: columns, then row activities. */
  value: Float64Array
  /** Reduced costs of the columns, then duals of the rows: change of the minimum per unit of the active side. */
  reduced: Float64Array
  /**
   * `infeasible`: coefficients of an identity sum(ray_v x_v) = 0 that no point within all bounds satisfies; its row part is the
   * Farkas combination. `unbounded`: a direction.
   */
  ray: Float64Array
  objectiveValue = 0
  /** Pivots and bound flips of the last solve. */
  iterations = 0
  /** @default 200 + 20 (rows + columns) at every solve when null */
  iterationLimit: number | null = null
  /** Asked now and then; a limit ends the solve. */
  stop: (() => Limit | null) | null = null
  stoppedBy: Limit | null = null

  /** @param rows @param columns capacity to start with */
  constructor(rows = 0, columns = 0) {
    this.matrix = new Float64Array(rows * columns)
    this.objective = new Float64Array(columns)
    this.lower = new Float64Array(rows + columns)
    this.upper = new Float64Array(rows + columns)
    this.value = new Float64Array(rows + columns)
    this.reduced = new Float64Array(rows + columns)
    this.ray = new Float64Array(rows + columns)
    this.rows = rows
    this.columns = columns
  }

  /** Sets the size of the next problem. The contents of the input arrays are undefined afterwards when they had to grow. */
  resize(rows: number, columns: number): void {
    const total = rows + columns
    if (this.matrix.length < rows * columns) this.matrix = new Float64Array(rows * columns)
    if (this.objective.length < columns) this.objective = new Float64Array(columns)
    if (this.lower.length < total) {
      this.lower = new Float64Array(total)
      this.upper = new Float64Array(total)
      this.value = new Float64Array(total)
      this.reduced = new Float64Array(total)
      this.ray = new Float64Array(total)
    }
    this.rows = rows
    this.columns = columns
  }
}
