/**
 * Assignments in order of their total: best, second best, third ...
 *
 * Murty's partition: the assignments of a node other than its best one are split by the first row t that differs; rows before t
 * keep their columns, row t is barred from its own (and from those its ancestors barred at t). Because bars concern row t alone,
 * the best of a child is one shortest path from row t back to the column it gave up, with the parent's prices: O(n^2). Children
 * wait in the queue under a bound (parent's total + the least reduced cost of leaving and of re-entering) and are solved only
 * when they come up. k assignments take O(k n^3) at worst, usually far less. Memory: one assignment and one price vector a solved
 * node. Each reported assignment is checked for completeness and its total added up from the matrix; the first carries the full
 * proof of `assign`.
 *
 * Sources: K. G. Murty, An algorithm for ranking all the assignments in order of increasing cost, Oper. Res. 16 (1968);
 * M. L. Miller, H. S. Stone and I. J. Cox, Optimizing Murty's ranked assignment method, IEEE Trans. AES 33 (1997).
 */
import FlatQueue from 'flatqueue'
import { InternalError, InvalidInputError, type Limit, Run, type RunOptions } from '../contract/index.ts'
import { close } from '../numeric/index.ts'
import { checkPairing } from './certificate.ts'
import { type AssignmentSense, type CostMatrix, type DenseCosts, readCosts } from './cost-matrix.ts'
import { type PaddedProblem, pad } from './padded.ts'
import type { AssignmentInfeasible, AssignmentUnknown, Pair } from './result.ts'
import { DenseSearch } from './shortest-augmenting-path.ts'
import { assign } from './solve.ts'

export interface RankedAssignment {
  /** By ascending row. */
  readonly pairs: readonly Pair[]
  readonly columnOf: Int32Array
  readonly cost: number
}

export interface RankingOptions extends RunOptions {
  /** @default 'minimize' */
  readonly sense?: AssignmentSense
}

/** The best ones in order; equal totals in a fixed order. */
export interface Ranking {
  readonly status: 'optimal'
  readonly assignments: readonly RankedAssignment[]
  /** True when there are no others. */
  readonly complete: boolean
  /** Set when a limit ended the enumeration early; what is listed is still best, second best ... */
  readonly limit: Limit | null
  /** Whether the best is the only one of its total; null when the second was not looked for. */
  readonly unique: boolean | null
  readonly elapsedMs: number
}

export type RankingResult = Ranking | AssignmentInfeasible | AssignmentUnknown

/**
 * The `count` best assignments.
 * @throws InvalidInputError for a faulty matrix or count; BackendError as `assign`
 */
export function rankAssignments(matrix: CostMatrix, count: number, options: RankingOptions = {}): RankingResult {
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidInputError([
      {
        code: 'out-of-range',
        path: ['count'],
        message: `the count is ${count}`,
        hint: 'give a whole number >= 1',
        value: count,
      },
    ])
  }
  const run = new Run('ranking', options)
  const sense = options.sense ?? 'minimize'
  const costs = readCosts(matrix, sense)
  const first = assign({ rows: costs.rows, columns: costs.columns, costs: costs.values }, { ...run.nested(), sense })
  if (first.status !== 'optimal') return first
  const assignments: RankedAssignment[] = []
  let complete = false
  const partition = new Partition(costs, sense)
  while (assignments.length < count && run.limit === null) {
    const next = partition.next()
    if (next === null) {
      complete = true
      break
    }
    assignments.push(next)
  }
  const best = assignments[0]
  if (best === undefined) {
    const { solver, attempts } = first
    return { status: 'unknown', limit: run.limit ?? 'time', solver, attempts, elapsedMs: run.elapsedMs }
  }
  if (!close(best.cost, first.cost, 1e-9)) throw new InternalError('the ranking does not begin with the optimum')
  const second = assignments[1]
  const unique = second !== undefined ? second.cost !== best.cost : complete ? true : null
  return { status: 'optimal', assignments, complete, limit: run.limit, unique, elapsedMs: run.elapsedMs }
}

interface Node {
  readonly columnOf: Int32Array
  readonly prices: Float64Array
  readonly total: number
  /** Rows 0 .. fixed - 1 keep their columns in every descendant. */
  readonly fixed: number
  /** Columns that row `fixed` must not take, besides its own. */
  readonly barred: readonly number[]
}

interface Child {
  readonly parent: Node
  readonly row: number
}

class Partition {
  readonly #source: DenseCosts
  readonly #sign: number
  readonly #problem: PaddedProblem
  /** Rows worth branching on: re-ordering padded rows changes nothing. */
  readonly #branchRows: number
  readonly #columnOf: Int32Array
  readonly #rowOf: Int32Array
  readonly #prices: Float64Array
  readonly #search: DenseSearch
  readonly #queue = new FlatQueue<Node | Child>()
  readonly #excluded: Uint8Array
  readonly #barred: Uint8Array

  constructor(costs: DenseCosts, sense: AssignmentSense) {
    // Branching needs the shorter side as rows, so that a node's real rows name its assignment.
    const source = costs.rows <= costs.columns ? costs : transpose(costs)
    this.#source = costs
    this.#sign = sense === 'minimize' ? 1 : -1
    this.#problem = pad(source, sense)
    const { size } = this.#problem
    this.#branchRows = source.rows
    this.#columnOf = new Int32Array(size).fill(-1)
    this.#rowOf = new Int32Array(size).fill(-1)
    this.#prices = new Float64Array(size)
    this.#excluded = new Uint8Array(size)
    this.#barred = new Uint8Array(size)
    this.#search = new DenseSearch(size, this.#problem.costs, this.#columnOf, this.#rowOf, this.#prices)
    for (let i = 0; i < size; i++) this.#search.augment(i)
    const root = this.#capture(0, [])
    this.#queue.push(root, root.total)
  }

  next(): RankedAssignment | null {
    for (;;) {
      const item = this.#queue.pop()
      if (item === undefined) return null
      if ('total' in item) {
        this.#branch(item)
        return this.#report(item)
      }
      const node = this.#solve(item)
      if (node !== null) this.#queue.push(node, node.total)
    }
  }

  #branch(node: Node): void {
    const { size, costs } = this.#problem
    const { columnOf, prices } = node
    const levels = new Float64Array(size)
    for (let i = 0; i < size; i++) {
      const j = columnOf[i] as number
      levels[i] = (costs[i * size + j] as number) - (prices[j] as number)
    }
    const excluded = this.#excluded.fill(0)
    for (let i = 0; i < node.fixed; i++) excluded[columnOf[i] as number] = 1
    for (let row = node.fixed; row < this.#branchRows; row++) {
      const own = columnOf[row] as number
      const barred = row === node.fixed ? node.barred : []
      let leaving = Number.POSITIVE_INFINITY
      for (let j = 0; j < size; j++) {
        if (j === own || excluded[j] === 1 || barred.includes(j)) continue
        leaving = Math.min(leaving, (costs[row * size + j] as number) - (prices[j] as number))
      }
      let entering = Number.POSITIVE_INFINITY
      for (let i = row + 1; i < size; i++) {
        entering = Math.min(entering, (costs[i * size + own] as number) - (levels[i] as number))
      }
      const out = Math.max(0, leaving - (levels[row] as number))
      const bound = out + Math.max(0, entering - (prices[own] as number))
      if (bound !== Number.POSITIVE_INFINITY) this.#queue.push({ parent: node, row }, node.total + bound)
      excluded[own] = 1
    }
  }

  #solve({ parent, row }: Child): Node | null {
    this.#columnOf.set(parent.columnOf)
    this.#prices.set(parent.prices)
    for (let i = 0; i < this.#columnOf.length; i++) this.#rowOf[this.#columnOf[i] as number] = i
    this.#excluded.fill(0)
    for (let i = 0; i < row; i++) this.#excluded[parent.columnOf[i] as number] = 1
    const own = parent.columnOf[row] as number
    const barred = row === parent.fixed ? [...parent.barred, own] : [own]
    this.#barred.fill(0)
    for (const j of barred) this.#barred[j] = 1
    this.#columnOf[row] = -1
    this.#rowOf[own] = -1
    return this.#search.augment(row, this.#excluded, this.#barred) ? this.#capture(row, barred) : null
  }

  #capture(fixed: number, barred: readonly number[]): Node {
    const { size, costs } = this.#problem
    let total = 0
    for (let i = 0; i < this.#branchRows; i++) total += costs[i * size + (this.#columnOf[i] as number)] as number
    return { columnOf: this.#columnOf.slice(), prices: this.#prices.slice(), total, fixed, barred }
  }

  #report(node: Node): RankedAssignment {
    const { rows, columns } = this.#source
    const columnOf = new Int32Array(rows).fill(-1)
    for (let i = 0; i < this.#branchRows; i++) {
      const j = node.columnOf[i] as number
      if (rows <= columns) columnOf[i] = j
      else columnOf[j] = i
    }
    const pairing = checkPairing(this.#source, columnOf)
    if (!pairing.valid) throw new InternalError(`a ranked assignment is wrong: ${pairing.reason}`)
    if (!close(pairing.cost, this.#sign * node.total, 1e-9))
      throw new InternalError('a ranked assignment has another total than its node')
    const pairs: Pair[] = []
    for (let i = 0; i < rows; i++) if (columnOf[i] !== -1) pairs.push([i, columnOf[i] as number])
    return { pairs, columnOf, cost: pairing.cost }
  }
}

function transpose({ rows, columns, values }: DenseCosts): DenseCosts {
  const turned = new Float64Array(values.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j] as number
  return { rows: columns, columns: rows, values: turned }
}
