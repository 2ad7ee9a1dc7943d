/** The least and the greatest value of a variable in a model with some variables fixed. */
import { type LinearModel, solveLinear, type Variable } from '../../../../solvers/linear/index.ts'

/** [least, greatest] of the variable; null when no point has the fixed values. Infinity when it is unbounded. */
export async function endsOf(
  model: LinearModel,
  variable: Variable,
  fixed: readonly (readonly [Variable, number])[],
): Promise<[number, number] | null> {
  const copy = model.clone()
  for (const [fix, value] of fixed) copy.setVariableBounds(fix, value, value)
  const ends: number[] = []
  for (const sense of ['minimize', 'maximize'] as const) {
    copy.replaceObjective([[variable, 1]], sense)
    const result = await solveLinear(copy)
    if (result.status === 'infeasible') return null
    if (result.status === 'unbounded')
      ends.push(sense === 'minimize' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
    else if (result.status === 'optimal') ends.push(result.objective)
    else throw new Error(result.status)
  }
  return ends as [number, number]
}
