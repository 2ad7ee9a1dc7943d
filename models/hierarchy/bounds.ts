/**
 * What a task of the hierarchy takes at the least: its shortest time by the critical path and its least cost, over all methods
 * and modes, resources ignored. Admissible, so they order and prune candidates and strengthen the joint model.
 */
import type { TreeNetwork, TreeNode } from '../../src/domain/hierarchy-tree.ts'
import type { Mode, Precedence } from '../../src/domain/project.ts'
import type { Resource } from '../../src/domain/resource.ts'

export interface LeastUse {
  /** Shortest duration, plain optional tasks at 0. */
  readonly duration: number
  readonly cost: number
  /** Worth of the optional tasks at the most. */
  readonly value: number
  /** It may be left out, and the orderings that touch it with it. */
  readonly optional: boolean
}

export class LeastUses {
  readonly #resources: ReadonlyMap<string, Resource>
  readonly #known = new WeakMap<TreeNode, LeastUse>()

  constructor(resources: readonly Resource[]) {
    this.#resources = new Map(resources.map((resource) => [resource.id, resource]))
  }

  of(node: TreeNode): LeastUse {
    const known = this.#known.get(node)
    if (known !== undefined) return known
    const use = this.#compute(node)
    this.#known.set(node, use)
    return use
  }

  network({ parts, ids, precedence }: TreeNetwork): LeastUse {
    const uses = parts.map((part) => this.of(part))
    return {
      duration: spanOf(ids, uses, precedence),
      optional: false,
      cost: uses.reduce((sum, use) => sum + use.cost, 0),
      value: uses.reduce((sum, use) => sum + use.value, 0),
    }
  }

  /** Fixed cost of a mode with what it consumes and holds. */
  price(mode: Mode): number {
    let price = mode.cost
    for (const { resource: id, amount } of mode.requires) {
      const resource = this.#resources.get(id)
      if (resource === undefined) continue
      price +=
        resource.type === 'reusable' ? amount * mode.duration * resource.costPerTime : amount * resource.costPerUnit
    }
    return price
  }

  #compute(node: TreeNode): LeastUse {
    if (node.kind === 'task') {
      const { task } = node
      const cost = Math.min(...task.modes.map((mode) => this.price(mode)))
      if (task.optional) return { duration: 0, cost: Math.min(0, cost), value: Math.max(0, task.value), optional: true }
      return { duration: Math.min(...task.modes.map((mode) => mode.duration)), cost, value: 0, optional: false }
    }
    let duration = Number.POSITIVE_INFINITY
    let cost = Number.POSITIVE_INFINITY
    let value = Number.NEGATIVE_INFINITY
    for (const method of node.methods) {
      const own = this.network(method)
      duration = Math.min(duration, own.duration)
      cost = Math.min(cost, own.cost + method.cost)
      value = Math.max(value, own.value)
    }
    return { duration, cost, value, optional: false }
  }
}

/**
 * Longest path through a network, by rounds over the orderings (at most one a part; what a cycle would still raise is left,
 * which only weakens the bound). Orderings that touch an optional task, and those that end at an end, are left out.
 */
function spanOf(ids: readonly string[], uses: readonly LeastUse[], precedence: readonly Precedence[]): number {
  const indexOf = new Map(ids.map((id, k) => [id, k]))
  const starts = ids.map(() => 0)
  const lengthOf = (k: number): number => uses[k]?.duration ?? 0
  for (let round = 0; round < ids.length; round++) {
    let moved = false
    for (const { before, after, kind, minLag } of precedence) {
      const i = indexOf.get(before) as number
      const j = indexOf.get(after) as number
      if (kind.endsWith('finish') || uses[i]?.optional === true || uses[j]?.optional === true) continue
      const to = (starts[i] as number) + (kind.startsWith('finish') ? lengthOf(i) : 0) + minLag
      if (to <= (starts[j] as number)) continue
      starts[j] = to
      moved = true
    }
    if (!moved) break
  }
  return Math.max(0, ...starts.map((start, k) => start + lengthOf(k)))
}
