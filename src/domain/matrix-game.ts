/** A zero-sum game of two players, each choosing a strategy without seeing the other's. */
export interface MatrixGame {
  readonly title: string
  readonly unit: string
  /** Strategies of the player who receives. */
  readonly rows: readonly string[]
  /** Strategies of the player who pays. */
  readonly columns: readonly string[]
  /** payoff[row][column] goes from the column player to the row player. */
  readonly payoff: readonly (readonly number[])[]
}
