/**
 * Simple temporal networks: instants and bounds on the distances between them.
 *
 * Consistent exactly when the distance graph (edge from -> to of length max, to -> from of length -min) has no negative cycle; then the
 * shortest distances from and to the origin are the latest and (negated) earliest times. Bellman-Ford with a queue, O(points
 * constraints); the minimal network by Floyd-Warshall, O(points^3).
 *
 * Proves: times that keep every constraint, or a negative cycle whose constraints alone contradict each other.
 * Source: Dechter, Meiri and Pearl (1991), Temporal constraint networks.
 */
import { InvalidInputError, type Issue } from '../contract/index.ts'
import { closeBounds } from './closure.ts'

/** min <= time(to) - time(from) <= max */
export interface TemporalConstraint {
  /** Unique; names the constraint in a conflict. */
  readonly id: string
  readonly from: string
  readonly to: string
  /** @default none */
  readonly min?: number | null
  /** @default none */
  readonly max?: number | null
}

export interface TemporalTimes {
  /** Earliest time of every point, the origin at 0. */
  readonly earliest: ReadonlyMap<string, number>
  /** Latest time; Infinity when nothing holds it back. */
  readonly latest: ReadonlyMap<string, number>
}

export interface TemporalContradiction {
  /** The constraints around a negative cycle, in its order; leaving out any one of them breaks this cycle. */
  readonly cycle: readonly TemporalConstraint[]
  /** By how much they contradict each other: the length of the cycle, negated; > 0. */
  readonly short: number
}

export type TemporalVerdict =
  | ({ readonly status: 'consistent' } & TemporalTimes)
  | ({ readonly status: 'inconsistent' } & TemporalContradiction)

/** Differences below it, relative to the sizes on the cycle, are noise of additions. */
const TOLERANCE = 1e-9

interface Edge {
  readonly from: number
  readonly to: number
  readonly length: number
  readonly constraint: number
}

/**
 * Times of all points relative to the first one, no point before it unless a constraint says so explicitly.
 * @param points the first is the origin, at time 0
 * @throws InvalidInputError on duplicate or unknown names and on numbers that are not finite
 */
export function solveTemporalNetwork(
  points: readonly string[],
  constraints: readonly TemporalConstraint[],
): TemporalVerdict {
  const edges = edgesOf(points, constraints)
  const n = points.length
  // Potentials from a virtual source show any negative cycle, also away from the origin.
  const everywhere = distances(n, edges, null)
  if ('cycle' in everywhere) return contradiction(everywhere.cycle, edges, constraints)
  const reversed = edges.map(({ from, to, length, constraint }) => ({ from: to, to: from, length, constraint }))
  const out = distances(n, edges, 0)
  const back = distances(n, reversed, 0)
  if ('cycle' in out || 'cycle' in back) throw new Error('a negative cycle appeared late')
  const times = (lengths: Float64Array, sign: 1 | -1): Map<string, number> =>
    new Map(points.map((point, k) => [point, sign * (lengths[k] as number) + 0]))
  return { status: 'consistent', earliest: times(back.lengths, -1), latest: times(out.lengths, 1) }
}

/** Tightest bounds between every pair of points that follow from the constraints: bounds[i][j] is the most that j may come after i. */
export function minimalNetwork(
  points: readonly string[],
  constraints: readonly TemporalConstraint[],
):
  | { readonly status: 'consistent'; readonly bounds: readonly Float64Array[] }
  | (TemporalVerdict & { readonly status: 'inconsistent' }) {
  const verdict = solveTemporalNetwork(points, constraints)
  if (verdict.status === 'inconsistent') return verdict
  const n = points.length
  const bounds = points.map((_, i) => new Float64Array(n).fill(Number.POSITIVE_INFINITY).fill(0, i, i + 1))
  for (const { from, to, length } of edgesOf(points, constraints)) {
    const row = bounds[from] as Float64Array
    row[to] = Math.min(row[to] as number, length)
  }
  closeBounds(bounds)
  return { status: 'consistent', bounds }
}

function edgesOf(points: readonly string[], constraints: readonly TemporalConstraint[]): Edge[] {
  const issues: Issue[] = []
  const index = new Map<string, number>()
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  if (points.length === 0) fault('empty', ['points'], 'there is no point', 'give the origin first')
  points.forEach((point, k) => {
    if (index.has(point)) fault('duplicate', ['points', k], `"${point}" is listed twice`, 'use unique names')
    index.set(point, k)
  })
  const edges: Edge[] = []
  constraints.forEach(({ from, to, min = null, max = null }, constraint) => {
    const [tail, head] = [index.get(from), index.get(to)]
    for (const [field, name] of [
      ['from', from],
      ['to', to],
    ] as const) {
      if (!index.has(name))
        fault('unknown-name', ['constraints', constraint, field], `there is no point "${name}"`, 'list it in points')
    }
    for (const [field, value] of [
      ['min', min],
      ['max', max],
    ] as const) {
      if (value !== null && !Number.isFinite(value))
        fault('not-finite', ['constraints', constraint, field], `${field} is ${value}`, 'give a finite number or null')
    }
    if (tail === undefined || head === undefined) return
    if (max !== null) edges.push({ from: tail, to: head, length: max, constraint })
    if (min !== null) edges.push({ from: head, to: tail, length: -min, constraint })
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
  return edges
}

/** Shortest lengths from a source (or from everywhere at once), or a negative cycle as edge indices. */
function distances(
  n: number,
  edges: readonly Edge[],
  source: number | null,
): { readonly lengths: Float64Array } | { readonly cycle: readonly number[] } {
  const lengths = new Float64Array(n).fill(source === null ? 0 : Number.POSITIVE_INFINITY)
  if (source !== null) lengths[source] = 0
  const by = new Int32Array(n).fill(-1)
  const scale = edges.reduce((most, edge) => Math.max(most, Math.abs(edge.length)), 1)
  let changed = -1
  for (let round = 0; round <= n; round++) {
    changed = -1
    edges.forEach((edge, e) => {
      const through = (lengths[edge.from] as number) + edge.length
      if (through >= (lengths[edge.to] as number) - TOLERANCE * scale) return
      lengths[edge.to] = through
      by[edge.to] = e
      changed = edge.to
    })
    if (changed < 0) return { lengths }
  }
  // Still changing after n rounds: walking back n steps ends on a cycle.
  let at = changed
  for (let k = 0; k < n; k++) at = (edges[by[at] as number] as Edge).from
  const cycle: number[] = []
  for (let node = at; ; ) {
    const e = by[node] as number
    cycle.unshift(e)
    node = (edges[e] as Edge).from
    if (node === at) return { cycle }
  }
}

function contradiction(
  cycle: readonly number[],
  edges: readonly Edge[],
  constraints: readonly TemporalConstraint[],
): TemporalVerdict {
  const around = cycle.map((e) => edges[e] as Edge)
  return {
    status: 'inconsistent',
    cycle: around.map(({ constraint }) => constraints[constraint] as TemporalConstraint),
    short: -around.reduce((sum, { length }) => sum + length, 0),
  }
}
