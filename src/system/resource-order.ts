/**
 * Orderings that keep every resource within its capacity however steps are delayed.
 *
 * A capacity of k is k chains; a step that needs m of it is put at the end of m chains that are free when it starts, and every
 * chain orders its steps one after another (Policella, Cesta, Oddi, Smith 2007, "From precedence constraint posting to partial
 * order schedules": chaining). Chains that end with a step already ordered before are taken first, so that few orderings are added.
 * Complexity: O(steps x capacity) a resource.
 */

export interface ResourceUse {
  readonly step: number
  readonly start: number
  readonly end: number
  readonly amount: number
}

/** @returns pairs of step ids; @throws nothing: uses beyond the capacity take the chains that are free first */
export function chainUses(uses: readonly ResourceUse[], capacity: number): [number, number][] {
  const chains: { last: ResourceUse | null }[] = Array.from({ length: Math.min(capacity, total(uses)) }, () => ({
    last: null,
  }))
  const pairs = new Map<string, [number, number]>()
  for (const use of [...uses].sort((a, b) => a.start - b.start || a.end - b.end || a.step - b.step)) {
    const free = chains.filter((chain) => (chain.last?.end ?? Number.NEGATIVE_INFINITY) <= use.start + 1e-9)
    // Latest ends first: they are the tightest neighbours, and chains of one step stay together.
    free.sort((a, b) => (b.last?.end ?? -1) - (a.last?.end ?? -1) || (a.last?.step ?? -1) - (b.last?.step ?? -1))
    for (const chain of free.slice(0, use.amount)) {
      if (chain.last !== null) pairs.set(`${chain.last.step} ${use.step}`, [chain.last.step, use.step])
      chain.last = use
    }
  }
  return [...pairs.values()]
}

function total(uses: readonly ResourceUse[]): number {
  return uses.reduce((sum, use) => sum + Math.ceil(use.amount), 0)
}
