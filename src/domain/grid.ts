/** A robot on a grid: terrain that is known, obstacles that are seen only from the neighbouring cell. Plain JSON. */

/** [x, y]; x counts columns from the left, y rows from the top. */
export type Cell = readonly [number, number]

export interface GridProblem {
  readonly title: string
  /** One text a row: a digit is the cost of entering the cell, `#` a wall. */
  readonly rows: readonly string[]
  readonly start: Cell
  readonly goal: Cell
  /** Cells that cannot be entered; the robot finds out when it stands beside them. */
  readonly hidden: readonly Cell[]
}

/** Cost of entering a cell; null for walls and outside. */
export function cellCost(rows: readonly string[], [x, y]: Cell): number | null {
  const letter = rows[y]?.[x]
  return letter !== undefined && letter >= '0' && letter <= '9' ? Number(letter) : null
}

/** The four neighbours: right, down, left, up. */
export function neighbours([x, y]: Cell): readonly Cell[] {
  return [
    [x + 1, y],
    [x, y + 1],
    [x - 1, y],
    [x, y - 1],
  ]
}
