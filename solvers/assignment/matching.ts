/**
 * Matching of maximum cardinality in a bipartite graph.
 *
 * Hopcroft-Karp: phases of a breadth-first layering from the free rows and vertex-disjoint shortest augmenting paths by an
 * iterative depth-first search. O(E sqrt(V)). Proof by Koenig's theorem: with Z the vertices that alternating paths from free
 * rows reach, (rows not in Z) + (columns in Z) touch every edge and are as many as the pairs, so no matching is larger.
 *
 * Source: J. E. Hopcroft and R. M. Karp, An n^(5/2) algorithm for maximum matchings in bipartite graphs, SIAM J. Comput. 2 (1973).
 */
import { InternalError, InvalidInputError, type Issue } from '../contract/index.ts'
import type { HallViolator, Pair } from './result.ts'

/** Neighbours of row i at `indices[starts[i] .. starts[i + 1] - 1]`. */
export interface BipartiteGraph {
  readonly rows: number
  readonly columns: number
  /** rows + 1 offsets. */
  readonly starts: Int32Array
  readonly indices: Int32Array
}

export interface MaximumMatching {
  readonly status: 'optimal'
  readonly size: number
  /** By ascending row. */
  readonly pairs: readonly Pair[]
  /** Column of each row, -1 for an unmatched one. */
  readonly columnOf: Int32Array
  /** The proof: as many vertices as pairs, touching every edge (checked). */
  readonly cover: { readonly rows: readonly number[]; readonly columns: readonly number[] }
  /** Rows that compete for too few columns, when some row stays unmatched. */
  readonly violator: HallViolator | null
}

/** A graph from lists of neighbours. @throws InvalidInputError for a column that does not exist */
export function bipartiteGraph(columns: number, neighbours: readonly (readonly number[])[]): BipartiteGraph {
  const issues: Issue[] = []
  const starts = new Int32Array(neighbours.length + 1)
  const indices: number[] = []
  neighbours.forEach((list, i) => {
    list.forEach((j, k) => {
      if (Number.isInteger(j) && j >= 0 && j < columns) indices.push(j)
      else if (issues.length < 100)
        issues.push({
          code: 'unknown-index',
          path: [i, k],
          message: `row ${i} names the column ${j}`,
          hint: `columns are the whole numbers from 0 to ${columns - 1}`,
          value: j,
        })
    })
    starts[i + 1] = indices.length
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { rows: neighbours.length, columns, starts, indices: Int32Array.from(indices) }
}

/** A matching with as many pairs as possible, and the vertex cover that proves it. Lower columns are tried first. */
export function maximumMatching(graph: BipartiteGraph): MaximumMatching {
  const { rows, columns, starts, indices } = graph
  const columnOf = new Int32Array(rows).fill(-1)
  const rowOf = new Int32Array(columns).fill(-1)
  enlargeMatching(graph, columnOf, rowOf)

  const { rowReached, columnReached } = reachFromFree(graph, columnOf, rowOf)
  const cover = { rows: [] as number[], columns: [] as number[] }
  for (let i = 0; i < rows; i++) if (rowReached[i] === 0) cover.rows.push(i)
  for (let j = 0; j < columns; j++) if (columnReached[j] === 1) cover.columns.push(j)

  const pairs: Pair[] = []
  for (let i = 0; i < rows; i++) if (columnOf[i] !== -1) pairs.push([i, columnOf[i] as number])
  for (let i = 0; i < rows; i++) {
    for (let e = starts[i] as number; e < (starts[i + 1] as number); e++) {
      if (rowReached[i] === 1 && columnReached[indices[e] as number] === 0)
        throw new InternalError(`the cover of a matching misses the edge (${i}, ${indices[e]})`)
    }
  }
  if (cover.rows.length + cover.columns.length !== pairs.length)
    throw new InternalError('the cover of a matching has not as many vertices as the matching has pairs')

  const root = columnOf.indexOf(-1)
  const violator = root === -1 ? null : violatorFrom(graph, columnOf, rowOf, root)
  return { status: 'optimal', size: pairs.length, pairs, columnOf, cover, violator }
}

/** Rows that compete for too few columns with a finite cost, or null when all rows can be matched. */
export function findHallViolator(rows: number, columns: number, costs: Float64Array): number[] | null {
  const graph = allowedGraph(rows, columns, costs, (cost) => cost !== Number.POSITIVE_INFINITY)
  const columnOf = new Int32Array(rows).fill(-1)
  const rowOf = new Int32Array(columns).fill(-1)
  enlargeMatching(graph, columnOf, rowOf)
  const root = columnOf.indexOf(-1)
  return root === -1 ? null : [...violatorFrom(graph, columnOf, rowOf, root).members]
}

/** The graph of the pairs whose cost passes. */
export function allowedGraph(
  rows: number,
  columns: number,
  costs: Float64Array,
  allowed: (cost: number) => boolean,
): BipartiteGraph {
  const starts = new Int32Array(rows + 1)
  let edges = 0
  for (let k = 0; k < costs.length; k++) if (allowed(costs[k] as number)) edges++
  const indices = new Int32Array(edges)
  edges = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) if (allowed(costs[i * columns + j] as number)) indices[edges++] = j
    starts[i + 1] = edges
  }
  return { rows, columns, starts, indices }
}

/** Hopcroft-Karp from the given matching, in place. @returns the number of matched rows */
export function enlargeMatching(graph: BipartiteGraph, columnOf: Int32Array, rowOf: Int32Array): number {
  const { rows, starts, indices } = graph
  let size = 0
  for (let i = 0; i < rows; i++) {
    for (let e = starts[i] as number; columnOf[i] === -1 && e < (starts[i + 1] as number); e++) {
      const j = indices[e] as number
      if (rowOf[j] === -1) {
        columnOf[i] = j
        rowOf[j] = i
      }
    }
    if (columnOf[i] !== -1) size++
  }
  const layer = new Int32Array(rows)
  const queue = new Int32Array(rows)
  const cursor = new Int32Array(rows)
  const path = new Int32Array(rows)
  for (;;) {
    // Layers of rows by the length of alternating paths from free rows, up to the first free column.
    let tail = 0
    layer.fill(-1)
    for (let i = 0; i < rows; i++) {
      if (columnOf[i] === -1) {
        layer[i] = 0
        queue[tail++] = i
      }
    }
    let lastLayer = rows + 1
    for (let head = 0; head < tail; head++) {
      const i = queue[head] as number
      const next = (layer[i] as number) + 1
      if (next > lastLayer) break
      for (let e = starts[i] as number; e < (starts[i + 1] as number); e++) {
        const holder = rowOf[indices[e] as number] as number
        if (holder === -1) lastLayer = next
        else if (layer[holder] === -1) {
          layer[holder] = next
          queue[tail++] = holder
        }
      }
    }
    if (lastLayer > rows) return size

    // Disjoint paths along the layers; a row's cursor never goes back within a phase.
    for (let i = 0; i < rows; i++) cursor[i] = starts[i] as number
    for (let root = 0; root < rows; root++) {
      if (columnOf[root] !== -1) continue
      let depth = 0
      path[0] = root
      while (depth >= 0) {
        const i = path[depth] as number
        const e = cursor[i] as number
        if (e === starts[i + 1]) {
          layer[i] = -2
          depth--
          continue
        }
        cursor[i] = e + 1
        const holder = rowOf[indices[e] as number] as number
        if (holder === -1) {
          if (depth + 1 !== lastLayer) continue
          for (let k = depth; k >= 0; k--) {
            const member = path[k] as number
            const j = indices[(cursor[member] as number) - 1] as number
            columnOf[member] = j
            rowOf[j] = member
            layer[member] = -2
          }
          size++
          break
        }
        if (layer[holder] === depth + 1 && depth + 1 < lastLayer) path[++depth] = holder
      }
    }
  }
}

function reachFromFree(graph: BipartiteGraph, columnOf: Int32Array, rowOf: Int32Array) {
  const rowReached = new Uint8Array(graph.rows)
  const columnReached = new Uint8Array(graph.columns)
  const roots: number[] = []
  for (let i = 0; i < graph.rows; i++) if (columnOf[i] === -1) roots.push(i)
  spread(graph, rowOf, roots, rowReached, columnReached)
  return { rowReached, columnReached }
}

/** The rows that alternating paths from one unmatched row reach: one more than the columns they may have. */
function violatorFrom(graph: BipartiteGraph, columnOf: Int32Array, rowOf: Int32Array, root: number): HallViolator {
  const rowReached = new Uint8Array(graph.rows)
  const columnReached = new Uint8Array(graph.columns)
  spread(graph, rowOf, [root], rowReached, columnReached)
  const members: number[] = []
  const partners: number[] = []
  for (let i = 0; i < graph.rows; i++) if (rowReached[i] === 1) members.push(i)
  for (let j = 0; j < graph.columns; j++) if (columnReached[j] === 1) partners.push(j)
  if (columnOf[root] !== -1 || partners.length !== members.length - 1)
    throw new InternalError('a maximum matching left a row free that could still be matched')
  return { side: 'rows', members, partners }
}

function spread(
  graph: BipartiteGraph,
  rowOf: Int32Array,
  stack: number[],
  rowReached: Uint8Array,
  columnReached: Uint8Array,
): void {
  for (const i of stack) rowReached[i] = 1
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    for (let e = graph.starts[i] as number; e < (graph.starts[i + 1] as number); e++) {
      const j = graph.indices[e] as number
      if (columnReached[j] === 1) continue
      columnReached[j] = 1
      const holder = rowOf[j] as number
      if (holder !== -1 && rowReached[holder] === 0) {
        rowReached[holder] = 1
        stack.push(holder)
      }
    }
  }
}
