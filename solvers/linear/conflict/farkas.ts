/**
 * The members that a Farkas certificate uses. If the relaxation without integrality is infeasible, the elastic program
 *
 *     minimise the sum of the violations of the rows, bounds kept
 *
 * has a positive optimum, and its dual solution (y, d) proves so: y combines rows, d = -A'y bounds, and the combination has no
 * point. Hence the rows with y <> 0 and the bounds with d <> 0 are infeasible together; the sign says which side. The
 * support of a vertex is small, often irreducible already (Gleeson and Ryan 1990). One linear program; a hint only: the
 * caller tests the set again.
 */
import { solveLinear } from '../solve.ts'
import { elasticModel } from './elastic.ts'
import type { Member, Side } from './members.ts'
import type { Subsystem } from './subsystem.ts'

/** Multipliers below this, relative to the largest, are noise. */
const NOISE = 1e-9
/** A total violation below this proves nothing. */
const VIOLATION = 1e-7

/**
 * @returns the members in the support; null when the relaxation is feasible, too close to it, or gives no multipliers
 */
export async function farkasSupport(system: Subsystem, members: readonly Member[]): Promise<Member[] | null> {
  const relaxed = system.relaxed(members)
  const a = relaxed.arrays()
  for (let j = 0; j < a.columns; j++) if ((a.columnLower[j] as number) > (a.columnUpper[j] as number)) return null
  for (let i = 0; i < a.rows; i++) if ((a.rowLower[i] as number) > (a.rowUpper[i] as number)) return null
  const { model } = elasticModel(relaxed, () => 1)
  const result = await solveLinear(model, system.solveOptions())
  if (result.status !== 'optimal' || result.objective < VIOLATION) return null
  const { duals, reducedCosts } = result
  if (duals === null || reducedCosts === null) return null
  let largest = 0
  for (const y of duals) largest = Math.max(largest, Math.abs(y))
  const threshold = largest * NOISE
  const used = ({ kind, index, side }: Side): boolean => {
    const multiplier = (kind === 'row' ? duals[index] : reducedCosts[index]) as number
    return side === 'lower' ? multiplier > threshold : multiplier < -threshold
  }
  return members.filter((member) => member.sides.some(used))
}
