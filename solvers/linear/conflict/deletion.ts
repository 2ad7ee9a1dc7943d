/**
 * The deletion filter (Chinneck and Dravnieks 1991) with growing steps: from an infeasible set of members drop some; if the
 * rest is still infeasible they are gone for good, otherwise try fewer; a single member whose loss makes the rest feasible
 * is needed. Feasibility only grows when members are dropped, so a member found needed once stays needed, and what is left at
 * the end is irreducible. Between drops the support of a Farkas certificate (farkas.ts) discards many members at once.
 *
 * Tests: about k log2(n / k) + k for k needed members among n; far fewer with certificates.
 */
import type { Limit, Run } from '../../contract/index.ts'
import { farkasSupport } from './farkas.ts'
import type { Member } from './members.ts'
import type { Subsystem } from './subsystem.ts'

export interface FilteredSet {
  readonly members: readonly Member[]
  /** True when for each member a feasible point of the others was seen. */
  readonly irreducible: boolean
  /** What kept some test from being decided. */
  readonly limit: Limit | null
}

/** @param start members known to be infeasible together */
export async function deletionFilter(system: Subsystem, start: readonly Member[], run: Run): Promise<FilteredSet> {
  let pending = [...(await shrink(system, start))]
  const needed: Member[] = []
  let limit: Limit | null = null
  let step = pending.length > 16 ? Math.ceil(pending.length / 8) : 1
  while (pending.length > 0) {
    const stopped = run.limit
    if (stopped !== null) {
      limit = stopped
      break
    }
    step = Math.min(step, pending.length)
    const rest = pending.slice(step)
    const test = await system.test([...needed, ...rest])
    if (test.answer === 'infeasible') {
      pending = rest
      if (pending.length > 4 && step > 1) {
        const kept = new Set(await shrink(system, [...needed, ...pending]))
        pending = pending.filter((member) => kept.has(member))
      }
      step *= 2
    } else if (step > 1) {
      step = Math.floor(step / 2)
    } else {
      if (test.answer === 'unknown') limit = test.limit
      needed.push(pending[0] as Member)
      pending = rest
    }
    if (run.observed) {
      run.emit({ kind: 'tick', message: `conflict: ${needed.length} needed, ${pending.length} undecided` })
    }
  }
  return { members: [...needed, ...pending], irreducible: limit === null, limit }
}

/** Goes to the support of a certificate as long as that is smaller and still infeasible. */
async function shrink(system: Subsystem, start: readonly Member[]): Promise<readonly Member[]> {
  let current = start
  for (;;) {
    const support = await farkasSupport(system, current)
    if (support === null || support.length >= current.length) return current
    if ((await system.test(support)).answer !== 'infeasible') return current
    current = support
  }
}
