/**
 * Policies that never arrive. Value iteration from below is right for stochastic shortest paths when every policy that misses the
 * goal costs without end (Bertsekas and Tsitsiklis 1991). Two things break that, and both are found in the graph:
 *
 *   dead ends     nodes from which no policy reaches the goal with probability 1, by the usual nested fixed point; their cost is
 *                 infinite, and counting up to it step by step would take as long as the limit is high;
 *   free cycles   nodes between which one can go round for nothing. Their costs are equal, and the cheapest way out of any of
 *                 them is the cost of all, so they act as one node (trap elimination, Kolobov, Mausam, Weld and Geffner 2011).
 */

/** A node of a graph in which every action leads to some nodes. */
export interface CycleNode {
  readonly goal: boolean
  /** Null while it is not known where the actions lead. */
  readonly actions: readonly { readonly next: readonly number[] }[] | null
}

/** By member: the actions that stay inside for nothing. From every member every other is reached by them. */
export type FreeCycle = ReadonlyMap<number, ReadonlySet<number>>

/**
 * Nodes reachable from `from` that cannot be certain to arrive. What is not expanded counts as the goal.
 * Complexity: nodes x edges at worst, usually a few passes over the edges.
 */
export function deadEnds(
  nodes: readonly CycleNode[],
  from: readonly number[],
  known: (node: number) => boolean,
): number[] {
  const alive = new Set<number>()
  const before = new Map<number, number[]>()
  const stack = [...from]
  for (const node of stack) alive.add(node)
  while (stack.length > 0) {
    const node = stack.pop()!
    if (nodes[node]!.goal || known(node)) continue
    for (const action of nodes[node]!.actions ?? []) {
      for (const next of action.next) {
        const list = before.get(next)
        if (list === undefined) before.set(next, [node])
        else list.push(node)
        if (alive.has(next)) continue
        alive.add(next)
        stack.push(next)
      }
    }
  }
  const all = [...alive]
  for (const node of all) if (known(node)) alive.delete(node)
  for (;;) {
    const arrives = new Set<number>()
    const queue: number[] = []
    const add = (node: number) => {
      arrives.add(node)
      queue.push(node)
    }
    for (const node of alive) if (nodes[node]!.goal || nodes[node]!.actions === null) add(node)
    for (let head = 0; head < queue.length; head++) {
      for (const node of before.get(queue[head]!) ?? []) {
        if (arrives.has(node) || !alive.has(node)) continue
        const way = nodes[node]!.actions!.some(
          ({ next }) => next.every((n) => alive.has(n)) && next.some((n) => arrives.has(n)),
        )
        if (way) add(node)
      }
    }
    if (arrives.size === alive.size) break
    for (const node of alive) if (!arrives.has(node)) alive.delete(node)
  }
  return all.filter((node) => !alive.has(node) && !known(node))
}

/** Nodes of a policy's graph from which the policy never arrives. @param order all its nodes that are not goals */
export function stuckNodes(order: readonly number[], goal: (node: number) => boolean, next: NextNodes): number[] {
  const before = new Map<number, number[]>()
  const queue: number[] = []
  const arrives = new Set<number>()
  for (const node of order) {
    for (const target of next(node)) {
      if (goal(target) && !arrives.has(node)) {
        arrives.add(node)
        queue.push(node)
      }
      before.set(target, [...(before.get(target) ?? []), node])
    }
  }
  for (let head = 0; head < queue.length; head++) {
    for (const node of before.get(queue[head]!) ?? []) {
      if (arrives.has(node)) continue
      arrives.add(node)
      queue.push(node)
    }
  }
  return order.filter((node) => !arrives.has(node))
}

type NextNodes = (node: number) => readonly number[]

/** A strongly connected set of nodes that the policy never leaves, reached from a node that never arrives. */
export function closedCycle(from: number, next: NextNodes): number[] {
  for (let node = from; ; ) {
    const reached = reach(node, next)
    const outside = reached.find((other) => !reach(other, next).includes(node))
    if (outside === undefined) return reached
    node = outside
  }
}

function reach(from: number, next: NextNodes): number[] {
  const reached = new Set([from])
  for (const node of reached) for (const target of next(node)) reached.add(target)
  return [...reached]
}

/** By member: an inner action on the way to `exit`. */
export function routesTo(
  exit: number,
  cycle: FreeCycle,
  next: (node: number, action: number) => readonly number[],
): Map<number, number> {
  const routes = new Map<number, number>()
  for (let before = -1; routes.size > before; ) {
    before = routes.size
    for (const [node, inner] of cycle) {
      if (node === exit || routes.has(node)) continue
      for (const action of inner) {
        if (!next(node, action).some((target) => target === exit || routes.has(target))) continue
        routes.set(node, action)
        break
      }
    }
  }
  return routes
}
