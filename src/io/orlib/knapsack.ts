/**
 * OR-Library multidimensional knapsack files (http://people.brunel.ac.uk/~mastjjb/jeb/orlib/mknapinfo.html): the number of
 * problems; for each, items n, rows m and the best known value (0 for none), then n profits, m * n weights and m capacities.
 * Also the form with a single problem and neither the number of problems nor a value.
 */
import { NumberReader } from './tokens.ts'

export interface OrlibKnapsack {
  readonly profits: readonly number[]
  /** weights[row][item] */
  readonly weights: readonly (readonly number[])[]
  readonly capacities: readonly number[]
  /** Best value known to the file; null when it has none. */
  readonly known: number | null
}

const MOST_PROBLEMS = 1000
const LARGEST_SIZE = 1_000_000

/**
 * @param single whether the text is one problem that begins with `items rows`
 * @throws InvalidInputError with line and column
 */
export function readOrlibKnapsack(text: string, single: boolean, file?: string): OrlibKnapsack[] {
  const reader = new NumberReader(text, file)
  const count = single ? 1 : reader.size('the number of problems', 1, MOST_PROBLEMS)
  const problems: OrlibKnapsack[] = []
  for (let p = 1; p <= count; p++) {
    const items = reader.size(`the number of items of problem ${p}`, 1, LARGEST_SIZE)
    const rows = reader.size(`the number of rows of problem ${p}`, 1, Math.floor(2 ** 26 / items))
    const known = single ? 0 : reader.number(`the best known value of problem ${p}`)
    const list = (length: number, what: string): number[] =>
      Array.from({ length }, (_, k) => reader.number(`${what} ${k} of problem ${p}`))
    const profits = list(items, 'profit')
    const weights = Array.from({ length: rows }, (_, row) => list(items, `row ${row}, weight`))
    const capacities = list(rows, 'capacity')
    problems.push({ profits, weights, capacities, known: known === 0 ? null : known })
  }
  reader.end()
  return problems
}
