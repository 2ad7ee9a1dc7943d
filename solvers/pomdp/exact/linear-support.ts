/**
 * Cheng's linear support (1988) for the surface of one action. The exact surface Q is convex and every set of vectors
 * found so far lies below it, so the largest gap sits at a vertex of the polyhedron { (b, t) : t >= u . b for all found u }.
 * The vertices are kept by the double description method (Motzkin et al. 1953): a new vector cuts off the vertices below
 * it, and an edge from a vertex that stays to one that goes carries a new vertex. When no vertex has a gap, the surface is
 * exact. No linear programs at all.
 *
 * Complexity: one backup per vertex; the number of vertices can grow exponentially with the number of states, so the
 * method is for small state spaces. Adjacency is decided combinatorially (two vertices share an edge when no third one
 * lies on all facets common to both).
 */
import type { BackupContext } from './backup.ts'
import { ChoiceSums } from './choice-sums.ts'
import type { PartialSums } from './projections.ts'

interface Vertex {
  readonly belief: Float64Array
  readonly height: number
  /** Facets it lies on: -1 - s for b_s = 0, i for found vector i; increasing. */
  readonly facets: readonly number[]
  checked: boolean
}

export function linearSupport(sets: readonly PartialSums[], context: BackupContext): PartialSums | null {
  const { tolerance, kernel, maxVectors, stop } = context
  const dimension = kernel.stateCount
  const found = new ChoiceSums(sets)
  const barycentre = new Float64Array(dimension).fill(1 / dimension)
  found.add(found.picksAt(barycentre), barycentre)
  let vertices: Vertex[] = []
  for (let s = 0; s < dimension; s++) {
    const belief = new Float64Array(dimension)
    belief[s] = 1
    const facets = [0]
    for (let other = 0; other < dimension; other++) if (other !== s) facets.push(-1 - other)
    vertices.push({ belief, height: found.data[s]!, facets: facets.sort((x, y) => x - y), checked: false })
  }
  for (;;) {
    if (stop() || vertices.length > maxVectors) return null
    const vertex = vertices.find((candidate) => !candidate.checked)
    if (vertex === undefined) return found.finish()
    vertex.checked = true
    if (found.valueAt(vertex.belief) <= vertex.height + tolerance) continue
    const index = found.add(found.picksAt(vertex.belief), vertex.belief)
    if (index < 0) continue
    vertices = cut(vertices, found.data.subarray(index * dimension, (index + 1) * dimension), index, dimension)
  }
}

/** Vertices of the polyhedron after the constraint t >= vector . b. */
function cut(vertices: readonly Vertex[], vector: Float64Array, index: number, dimension: number): Vertex[] {
  const stays: Vertex[] = []
  const onIt: Vertex[] = []
  const goes: Vertex[] = []
  const excess = new Map<Vertex, number>()
  for (const vertex of vertices) {
    let value = 0
    for (let s = 0; s < dimension; s++) value += vector[s]! * vertex.belief[s]!
    const difference = value - vertex.height
    excess.set(vertex, difference)
    const slack = 1e-11 * Math.max(1, Math.abs(value))
    if (difference > slack) goes.push(vertex)
    else if (difference < -slack) stays.push(vertex)
    else onIt.push({ ...vertex, facets: insert(vertex.facets, index) })
  }
  const result = [...stays, ...onIt]
  const all = [...vertices]
  for (const low of goes) {
    // Above every corner the polyhedron is unbounded: there the edge is the vertical ray.
    const corner = low.belief.indexOf(1)
    if (corner >= 0) {
      const walls = low.facets.filter((facet) => facet < 0)
      result.push({ belief: low.belief, height: vector[corner]!, facets: insert(walls, index), checked: false })
    }
    for (const high of stays) {
      const common = intersect(low.facets, high.facets)
      if (common.length < dimension - 1) continue
      if (all.some((third) => third !== low && third !== high && includesAll(third.facets, common))) continue
      const gapLow = excess.get(low)!
      const gapHigh = -excess.get(high)!
      const share = gapHigh / (gapLow + gapHigh)
      const belief = new Float64Array(dimension)
      let height = 0
      for (let s = 0; s < dimension; s++) {
        belief[s] = share * low.belief[s]! + (1 - share) * high.belief[s]!
        height += vector[s]! * belief[s]!
      }
      result.push({ belief, height, facets: insert(common, index), checked: false })
    }
  }
  return result
}

function insert(facets: readonly number[], facet: number): number[] {
  return [...facets, facet].sort((x, y) => x - y)
}

function intersect(a: readonly number[], b: readonly number[]): number[] {
  const common: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i]! < b[j]!) i++
    else if (a[i]! > b[j]!) j++
    else {
      common.push(a[i]!)
      i++
      j++
    }
  }
  return common
}

function includesAll(facets: readonly number[], wanted: readonly number[]): boolean {
  let i = 0
  for (const facet of wanted) {
    while (i < facets.length && facets[i]! < facet) i++
    if (facets[i] !== facet) return false
  }
  return true
}
