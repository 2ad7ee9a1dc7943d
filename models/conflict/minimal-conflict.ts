/**
 * QuickXplain (Junker 2004, AAAI): an irreducible subset of named constraints that cannot hold together, by divide and
 * conquer over an oracle that decides whether a subset is contradictory. O(k log(n/k) + k) calls for a conflict of k among
 * n constraints, against n of the plain deletion filter. Earlier constraints are dropped first, so put those last that
 * people would rather see blamed.
 */

/** Calls after which the rest of the search is cut short and the conflict is no longer called irreducible. */
const MOST_CALLS = 400

export interface MinimalConflict {
  readonly names: readonly string[]
  /** False when the oracle could not decide some subset, so that a smaller conflict may exist. */
  readonly irreducible: boolean
}

/**
 * @param names constraints that together are contradictory
 * @param contradictory decides whether the given constraints (with the structure that is always there) cannot hold
 * together; null when it cannot tell
 */
export async function minimalConflict(
  names: readonly string[],
  contradictory: (kept: ReadonlySet<string>) => Promise<boolean | null>,
): Promise<MinimalConflict> {
  let irreducible = true
  let calls = 0
  const test = async (kept: readonly string[]): Promise<boolean> => {
    const answer = calls++ < MOST_CALLS ? await contradictory(new Set(kept)) : null
    if (answer === null) irreducible = false
    return answer === true
  }
  const search = async (
    background: readonly string[],
    grown: boolean,
    open: readonly string[],
  ): Promise<readonly string[]> => {
    if (grown && (await test(background))) return []
    if (open.length === 1) return open
    const middle = open.length >> 1
    const first = open.slice(0, middle)
    const second = open.slice(middle)
    const fromFirst = await search([...background, ...second], second.length > 0, first)
    const fromSecond = await search([...background, ...fromFirst], fromFirst.length > 0, second)
    return [...fromFirst, ...fromSecond]
  }
  if (names.length === 0 || (await test([]))) return { names: [], irreducible }
  const found = new Set(await search([], false, names))
  return { names: names.filter((name) => found.has(name)), irreducible }
}
