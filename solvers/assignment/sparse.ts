/**
 * Assignment on a sparse cost graph: only the listed pairs are allowed. Same answers and proofs as `assign`, in memory and time that
 * follow the number of pairs instead of rows * columns.
 */
import { BackendError, InvalidInputError, type Issue, Run, type RunOptions } from '../contract/index.ts'
import { sum } from '../numeric/index.ts'
import { type AssignmentVerdict, concludeOptimality } from './certificate.ts'
import type { AssignmentSense } from './cost-matrix.ts'
import type { AssignmentResult, HallViolator, Pair } from './result.ts'
import { type SparseGraph, SparseSearch } from './sparse-augmenting-path.ts'

/** [row, column, cost] */
export type CostEntry = readonly [row: number, column: number, cost: number]

export interface SparseCosts {
  readonly rows: number
  readonly columns: number
  /** In any order; each pair at most once. */
  readonly entries: readonly CostEntry[]
}

export interface SparseAssignmentOptions extends RunOptions {
  /** @default 'minimize' */
  readonly sense?: AssignmentSense
}

const NAME = 'sparse-shortest-augmenting-path'
const LARGEST_MAGNITUDE = 1e150
/** Row scans of the row reduction per row. */
const ROW_REDUCTION_SCANS = 4

/**
 * Pairs every row with a column of its own (every column, when there are fewer) over the listed pairs. O(n (E + n) log n) worst case.
 * @throws InvalidInputError for indices out of range, repeated pairs and costs that are not finite; all at once
 */
export function assignSparse(matrix: SparseCosts, options: SparseAssignmentOptions = {}): AssignmentResult {
  const run = new Run('assignment', options)
  const sense = options.sense ?? 'minimize'
  validate(matrix)
  const transposed = matrix.rows > matrix.columns
  const graph = graphOf(matrix, sense, transposed)
  const { rows, columns } = graph
  const answered = () => ({
    solver: `${NAME} 1`,
    attempts: [{ backend: NAME, outcome: 'answered' }] as const,
    elapsedMs: run.elapsedMs,
  })

  const search = new SparseSearch(graph, rows === columns ? columnMinima(graph) : new Float64Array(columns))
  search.reduceRows(ROW_REDUCTION_SCANS * rows)
  for (let i = 0; i < rows; i++) {
    if (search.columnOf[i] !== -1) continue
    if ((i & 63) === 0 && run.limit !== null) return { status: 'unknown', limit: run.limit, ...answered() }
    if (search.augment(i)) continue
    const violator = checkedViolator(matrix, transposed ? 'columns' : 'rows', search.treeRows(i))
    return { status: 'infeasible', violator, ...answered() }
  }

  const levels = rowLevels(graph, search)
  const sign = sense === 'minimize' ? 1 : -1
  const rowSide = levels.map((value) => sign * value + 0)
  const columnSide = search.prices.map((value) => sign * value + 0)
  const columnOf = new Int32Array(matrix.rows).fill(-1)
  for (let i = 0; i < rows; i++) {
    const j = search.columnOf[i] as number
    if (transposed) columnOf[j] = i
    else columnOf[i] = j
  }
  const [rowPotentials, columnPotentials] = transposed ? [columnSide, rowSide] : [rowSide, columnSide]
  const verdict = checkSparse(matrix, sense, columnOf, rowPotentials, columnPotentials)
  if (!verdict.valid) throw new BackendError(NAME, verdict.reason)
  const pairs: Pair[] = []
  for (let i = 0; i < matrix.rows; i++) if (columnOf[i] !== -1) pairs.push([i, columnOf[i] as number])
  const { cost, check } = verdict
  return {
    status: 'optimal',
    pairs,
    columnOf,
    cost,
    unique: null,
    rowPotentials,
    columnPotentials,
    check,
    ...answered(),
  }
}

function validate({ rows, columns, entries }: SparseCosts): void {
  const issues: Issue[] = []
  const report = (code: string, path: readonly (string | number)[], message: string, hint: string) => {
    if (issues.length < 100) issues.push({ code, path, message, hint })
  }
  for (const [name, size] of [
    ['rows', rows],
    ['columns', columns],
  ] as const) {
    if (!Number.isInteger(size) || size < 0 || size > 2 ** 30)
      report('out-of-range', [name], `${name} is ${size}`, 'give a whole number from 0 to 2^30')
  }
  const seen = new Set<number>()
  entries.forEach(([row, column, cost], k) => {
    const inside = (index: number, size: number) => Number.isInteger(index) && index >= 0 && index < size
    if (!inside(row, rows) || !inside(column, columns)) {
      const hint = `rows are 0 to ${rows - 1}, columns 0 to ${columns - 1}`
      report('unknown-index', ['entries', k], `the pair (${row}, ${column}) is outside the matrix`, hint)
      return
    }
    if (!(Math.abs(cost) <= LARGEST_MAGNITUDE)) {
      const hint = `give a finite number up to ${LARGEST_MAGNITUDE}; leave a forbidden pair out`
      report('not-a-number', ['entries', k, 2], `the cost of (${row}, ${column}) is ${cost}`, hint)
    }
    const key = row * columns + column
    if (seen.has(key))
      report('duplicate-pair', ['entries', k], `the pair (${row}, ${column}) is listed twice`, 'list every pair once')
    seen.add(key)
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}

/** The shorter side as rows, costs to be minimised, columns ascending within a row. */
function graphOf({ rows, columns, entries }: SparseCosts, sense: AssignmentSense, transposed: boolean): SparseGraph {
  const [own, other] = transposed ? [columns, rows] : [rows, columns]
  const [rowAt, columnAt] = transposed ? ([1, 0] as const) : ([0, 1] as const)
  const sorted = [...entries].sort((a, b) => a[rowAt] - b[rowAt] || a[columnAt] - b[columnAt])
  const starts = new Int32Array(own + 1)
  for (const entry of sorted) starts[entry[rowAt] + 1] = (starts[entry[rowAt] + 1] as number) + 1
  for (let i = 0; i < own; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number)
  return {
    rows: own,
    columns: other,
    starts,
    indices: Int32Array.from(sorted, (entry) => entry[columnAt]),
    costs: Float64Array.from(sorted, (entry) => (sense === 'minimize' ? entry[2] : 0 - entry[2])),
  }
}

function columnMinima(graph: SparseGraph): Float64Array {
  const minima = new Float64Array(graph.columns).fill(Number.POSITIVE_INFINITY)
  graph.indices.forEach((j, e) => {
    minima[j] = Math.min(minima[j] as number, graph.costs[e] as number)
  })
  return minima.map((value) => (value === Number.POSITIVE_INFINITY ? 0 : value))
}

function rowLevels(graph: SparseGraph, search: SparseSearch): Float64Array {
  const levels = new Float64Array(graph.rows)
  for (let i = 0; i < graph.rows; i++) {
    for (let e = graph.starts[i] as number; e < (graph.starts[i + 1] as number); e++) {
      const j = graph.indices[e] as number
      if (j === search.columnOf[i]) levels[i] = (graph.costs[e] as number) - (search.prices[j] as number)
    }
  }
  return levels
}

/** Looks at the user's entries only. */
function checkSparse(
  matrix: SparseCosts,
  sense: AssignmentSense,
  columnOf: Int32Array,
  rowPotentials: Float64Array,
  columnPotentials: Float64Array,
): AssignmentVerdict {
  const sign = sense === 'minimize' ? 1 : -1
  const used = new Set<number>()
  const paid: number[] = []
  let excess = 0
  for (const [row, column, cost] of matrix.entries) {
    const over = sign * ((rowPotentials[row] as number) + (columnPotentials[column] as number) - cost)
    if (!(over <= excess)) excess = over
    if (columnOf[row] !== column) continue
    used.add(column)
    paid.push(cost)
  }
  const needed = Math.min(matrix.rows, matrix.columns)
  if (paid.length !== needed || used.size !== needed)
    return { valid: false, reason: `it has ${used.size} listed pairs instead of ${needed}` }
  const magnitude = sum(paid.map(Math.abs))
  const pairing = { valid: true, cost: sum(paid), magnitude } as const
  return concludeOptimality(matrix, sense, pairing, excess, rowPotentials, columnPotentials)
}

function checkedViolator(matrix: SparseCosts, side: HallViolator['side'], members: readonly number[]): HallViolator {
  const competing = new Set(members)
  const partners = new Set<number>()
  for (const [row, column] of matrix.entries) {
    if (competing.has(side === 'rows' ? row : column)) partners.add(side === 'rows' ? column : row)
  }
  if (partners.size >= competing.size)
    throw new BackendError(NAME, 'it claims infeasible, but its rows have enough partners')
  return { side, members: [...competing].sort((a, b) => a - b), partners: [...partners].sort((a, b) => a - b) }
}
