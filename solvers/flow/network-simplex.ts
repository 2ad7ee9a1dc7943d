/**
 * Primal network simplex on spanning trees.
 *
 *   min sum_a c(a) f(a)   s.t.  outflow(i) - inflow(i) = b(i),  0 <= f(a) <= u(a)
 *
 * A basis is a spanning tree over the nodes and an artificial root; arcs outside carry 0 or u. Each pivot takes an arc whose reduced
 * cost c - p(from) + p(to) has the wrong sign (best of a block of about sqrt(arcs), searched cyclically), sends flow around the cycle
 * it closes with the tree, and drops the arc that blocks first, on ties the last one met when the cycle is walked in its direction
 * from the root end: this keeps the tree strongly feasible, so that the method does not cycle. The cut-off subtree is re-rooted and
 * its depths and potentials updated. Artificial arcs cost more than any path of real ones; flow left on them means infeasible.
 *
 * Worst case exponential, in practice near O(nodes * arcs). Integer data stay integer without rounding.
 *
 * Sources: W. H. Cunningham, A network simplex method, Math. Program. 11 (1976); R. K. Ahuja, T. L. Magnanti and J. B. Orlin, Network
 * Flows (1993), chapter 11.
 */

export interface SimplexProblem {
  readonly nodes: number
  readonly arcs: number
  /** Must add up to 0 but for rounding. */
  readonly supplies: Float64Array
  readonly from: Int32Array
  readonly to: Int32Array
  readonly cost: Float64Array
  /** Capacities, may be Infinity. */
  readonly upper: Float64Array
}

export interface SimplexAnswer {
  readonly outcome: 'optimal' | 'unbounded' | 'stopped'
  /** Of the real arcs. */
  readonly flows: Float64Array
  readonly potentials: Float64Array
  /** Supply of each node that went to the root instead of where it belongs: < 0 for a demand that was not met. */
  readonly unrouted: Float64Array
  /** When unbounded: arcs of the cycle that each carry more when flow is sent around it. */
  readonly cycle: readonly number[]
}

const TREE = 0
const AT_LOWER = 1
const AT_UPPER = -1

export function networkSimplex(problem: SimplexProblem, shouldStop: () => boolean = () => false): SimplexAnswer {
  const { nodes, supplies } = problem
  const realArcs = problem.arcs
  const arcs = realArcs + nodes
  const root = nodes
  let largest = 0
  for (let a = 0; a < realArcs; a++) largest = Math.max(largest, Math.abs(problem.cost[a] as number))
  const prohibitive = (nodes + 1) * (largest + 1)
  const tolerance = 1e-14 * prohibitive

  // Real arcs, then one artificial arc a node: towards the root for supplies (and idle nodes), from it for demands.
  const from = new Int32Array(arcs)
  const to = new Int32Array(arcs)
  const cost = new Float64Array(arcs)
  const upper = new Float64Array(arcs).fill(Number.POSITIVE_INFINITY)
  const flow = new Float64Array(arcs)
  const state = new Int8Array(arcs).fill(AT_LOWER)
  from.set(problem.from)
  to.set(problem.to)
  cost.set(problem.cost)
  upper.set(problem.upper)

  const parent = new Int32Array(nodes + 1).fill(root)
  const arcUp = new Int32Array(nodes + 1)
  const depth = new Int32Array(nodes + 1).fill(1)
  const potential = new Float64Array(nodes + 1)
  const firstChild = new Int32Array(nodes + 1).fill(-1)
  const nextSibling = new Int32Array(nodes + 1).fill(-1)
  const previousSibling = new Int32Array(nodes + 1).fill(-1)
  const attach = (node: number, to: number): void => {
    const first = firstChild[to] as number
    parent[node] = to
    nextSibling[node] = first
    previousSibling[node] = -1
    if (first !== -1) previousSibling[first] = node
    firstChild[to] = node
  }
  const detach = (node: number): void => {
    const previous = previousSibling[node] as number
    const next = nextSibling[node] as number
    if (previous === -1) firstChild[parent[node] as number] = next
    else nextSibling[previous] = next
    if (next !== -1) previousSibling[next] = previous
  }
  depth[root] = 0
  parent[root] = -1
  for (let i = 0; i < nodes; i++) {
    const a = realArcs + i
    const supply = supplies[i] as number
    const outward = supply >= 0
    from[a] = outward ? i : root
    to[a] = outward ? root : i
    cost[a] = prohibitive
    flow[a] = Math.abs(supply)
    state[a] = TREE
    arcUp[i] = a
    potential[i] = outward ? prohibitive : -prohibitive
    attach(i, root)
  }

  const block = Math.max(10, Math.ceil(Math.sqrt(realArcs)))
  const stack = new Int32Array(nodes + 1)
  let cursor = 0
  const answer = (outcome: SimplexAnswer['outcome'], cycle: readonly number[] = []): SimplexAnswer => {
    const unrouted = new Float64Array(nodes)
    for (let i = 0; i < nodes; i++) {
      const stray = flow[realArcs + i] as number
      unrouted[i] = to[realArcs + i] === root ? stray : 0 - stray
    }
    return { outcome, flows: flow.slice(0, realArcs), potentials: potential.slice(0, nodes), unrouted, cycle }
  }

  for (let pivots = 0; ; pivots++) {
    if ((pivots & 255) === 255 && shouldStop()) return answer('stopped')

    // Pricing: the most violated arc of the first block that has any.
    let entering = -1
    let worst = -tolerance
    let inBlock = block
    for (let count = 0; count < realArcs; count++) {
      const a = cursor
      cursor = cursor + 1 === realArcs ? 0 : cursor + 1
      const side = state[a] as number
      if (side !== TREE) {
        const reduced =
          side *
          ((cost[a] as number) - (potential[from[a] as number] as number) + (potential[to[a] as number] as number))
        if (reduced < worst) {
          worst = reduced
          entering = a
        }
      }
      if (--inBlock === 0) {
        if (entering !== -1) break
        inBlock = block
      }
    }
    if (entering === -1) return answer('optimal')

    // The cycle runs join -> ... -> tail -> head -> ... -> join.
    const forward = state[entering] === AT_LOWER
    const tail = (forward ? from[entering] : to[entering]) as number
    const head = (forward ? to[entering] : from[entering]) as number
    let left = tail
    let right = head
    while (left !== right) {
      if ((depth[left] as number) >= (depth[right] as number)) left = parent[left] as number
      else right = parent[right] as number
    }
    const join = left

    // Ratio test; ties go to the last blocking arc along the cycle from the join.
    let step = upper[entering] as number
    let leavingNode = -1
    let onTailSide = false
    for (let node = tail; node !== join; node = parent[node] as number) {
      const a = arcUp[node] as number
      const room = from[a] === node ? (flow[a] as number) : (upper[a] as number) - (flow[a] as number)
      if (room < step) {
        step = room
        leavingNode = node
        onTailSide = true
      }
    }
    for (let node = head; node !== join; node = parent[node] as number) {
      const a = arcUp[node] as number
      const room = from[a] === node ? (upper[a] as number) - (flow[a] as number) : (flow[a] as number)
      if (room <= step && room !== Number.POSITIVE_INFINITY) {
        step = room
        leavingNode = node
        onTailSide = false
      }
    }
    if (step === Number.POSITIVE_INFINITY) {
      const cycle = [entering]
      for (let node = tail; node !== join; node = parent[node] as number) cycle.push(arcUp[node] as number)
      for (let node = head; node !== join; node = parent[node] as number) cycle.push(arcUp[node] as number)
      return answer('unbounded', cycle)
    }

    // Send the flow around.
    if (step > 0) {
      flow[entering] = (flow[entering] as number) + (forward ? step : -step)
      for (let node = tail; node !== join; node = parent[node] as number) {
        const a = arcUp[node] as number
        flow[a] = (flow[a] as number) + (from[a] === node ? -step : step)
      }
      for (let node = head; node !== join; node = parent[node] as number) {
        const a = arcUp[node] as number
        flow[a] = (flow[a] as number) + (from[a] === node ? step : -step)
      }
    }
    if (leavingNode === -1) {
      // The entering arc itself blocks: it moves to its other limit.
      flow[entering] = forward ? (upper[entering] as number) : 0
      state[entering] = forward ? AT_UPPER : AT_LOWER
      continue
    }

    // The leaving arc settles at the limit that blocked.
    const leaving = arcUp[leavingNode] as number
    const fell = (from[leaving] === leavingNode) === onTailSide
    flow[leaving] = fell ? 0 : (upper[leaving] as number)
    state[leaving] = fell ? AT_LOWER : AT_UPPER
    state[entering] = TREE

    // Re-hang the cut-off subtree by the end of the entering arc that lies in it.
    const inside = onTailSide ? tail : head
    let above = onTailSide ? head : tail
    let upArc = entering
    let node = inside
    for (;;) {
      const next = parent[node] as number
      const nextArc = arcUp[node] as number
      detach(node)
      attach(node, above)
      arcUp[node] = upArc
      if (node === leavingNode) break
      above = node
      upArc = nextArc
      node = next
    }
    const reduced =
      (cost[entering] as number) -
      (potential[from[entering] as number] as number) +
      (potential[to[entering] as number] as number)
    const shift = from[entering] === inside ? reduced : -reduced
    let top = 0
    stack[top++] = inside
    while (top > 0) {
      const member = stack[--top] as number
      potential[member] = (potential[member] as number) + shift
      depth[member] = (depth[parent[member] as number] as number) + 1
      for (let child = firstChild[member] as number; child !== -1; child = nextSibling[child] as number) {
        stack[top++] = child
      }
    }
  }
}
