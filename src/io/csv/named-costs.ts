/** A cost matrix as it stands in a file: names where the file has them, null where a pair is forbidden. */
export interface NamedCosts {
  /** null when the file names no rows. */
  readonly rowNames: readonly string[] | null
  readonly columnNames: readonly string[] | null
  /** costs[row][column], null = forbidden. */
  readonly costs: readonly (readonly (number | null)[])[]
}
