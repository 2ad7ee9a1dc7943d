/**
 * Checks of assignment answers against the user's matrix. Nothing here shares code with a solver.
 *
 * Optimality (minimising, rows n <= columns m; the other cases by symmetry): with w = max(0, max u(i) + v(j) - c(i, j)) over
 * allowed pairs, any complete assignment x costs at least
 *   sum u(i) + sum over used columns of v(j) - n w  >=  sum u + sum v - n w          when n = m,
 *                                                   >=  sum u + sum min(v, 0) - n w  when n < m,
 * so the bound holds whatever rounding the potentials carry. Infeasibility: members whose allowed partners are fewer than they
 * are. Both take one pass over the matrix.
 */
import { sum } from '../numeric/index.ts'
import type { AssignmentSense, DenseCosts } from './cost-matrix.ts'
import type { AssignmentCheck, HallViolator } from './result.ts'

/** Gap that counts as proved, relative to the magnitudes of costs and potentials that enter the sums. */
const GAP_TOLERANCE = 1e-9

export type AssignmentVerdict =
  | { readonly valid: true; readonly cost: number; readonly check: AssignmentCheck }
  | { readonly valid: false; readonly reason: string }

/** Whether `columnOf` is a complete assignment of allowed pairs that the potentials prove optimal. */
export function checkAssignment(
  costs: DenseCosts,
  sense: AssignmentSense,
  columnOf: Int32Array,
  rowPotentials: Float64Array,
  columnPotentials: Float64Array,
): AssignmentVerdict {
  const pairing = checkPairing(costs, columnOf)
  if (!pairing.valid) return pairing
  const { rows, columns, values } = costs
  const sign = sense === 'minimize' ? 1 : -1
  let excess = 0
  for (let i = 0; i < rows; i++) {
    const base = i * columns
    const u = rowPotentials[i] as number
    for (let j = 0; j < columns; j++) {
      const cost = values[base + j] as number
      if (cost === Number.POSITIVE_INFINITY) continue
      const over = sign * (u + (columnPotentials[j] as number) - cost)
      if (!(over <= excess)) excess = over
    }
  }
  return concludeOptimality(costs, sense, pairing, excess, rowPotentials, columnPotentials)
}

/** The verdict once the pairs are known to be valid and `excess`, the largest violation of an allowed pair, has been measured. */
export function concludeOptimality(
  shape: { readonly rows: number; readonly columns: number },
  sense: AssignmentSense,
  pairing: Extract<Pairing, { valid: true }>,
  excess: number,
  rowPotentials: Float64Array,
  columnPotentials: Float64Array,
): AssignmentVerdict {
  const { rows, columns } = shape
  const sign = sense === 'minimize' ? 1 : -1
  const needed = Math.min(rows, columns)
  const u = rowPotentials.map((value) => countable(sign * value, rows > columns))
  const v = columnPotentials.map((value) => countable(sign * value, columns > rows))
  const bound = sum(u) + sum(v) - needed * excess
  const gap = Math.abs(sign * pairing.cost - bound)
  const scale = pairing.magnitude + sumOfMagnitudes(u) + sumOfMagnitudes(v)
  if (!(gap <= GAP_TOLERANCE * scale)) {
    return { valid: false, reason: `its potentials prove only ${sign * bound} for an assignment of ${pairing.cost}` }
  }
  return {
    valid: true,
    cost: pairing.cost,
    check: { checked: true, bound: sign * bound || 0, gap, maxViolation: excess },
  }
}

export type Pairing =
  | { readonly valid: true; readonly cost: number; readonly magnitude: number }
  | { readonly valid: false; readonly reason: string }

/** Whether `columnOf` pairs min(rows, columns) rows with different columns, all allowed; adds up its cost. */
export function checkPairing(costs: DenseCosts, columnOf: Int32Array): Pairing {
  const { rows, columns, values } = costs
  if (columnOf.length !== rows)
    return { valid: false, reason: `it speaks of ${columnOf.length} rows instead of ${rows}` }
  const used = new Uint8Array(columns)
  const paid = new Float64Array(Math.min(rows, columns))
  let pairs = 0
  for (let i = 0; i < rows; i++) {
    const j = columnOf[i] as number
    if (j === -1) continue
    if (j < 0 || j >= columns)
      return { valid: false, reason: `it gives row ${i} the column ${j}, which does not exist` }
    if (used[j] === 1) return { valid: false, reason: `it gives column ${j} to two rows` }
    used[j] = 1
    const cost = values[i * columns + j] as number
    if (cost === Number.POSITIVE_INFINITY) return { valid: false, reason: `it uses the forbidden pair (${i}, ${j})` }
    paid[pairs++] = cost
  }
  const needed = Math.min(rows, columns)
  if (pairs < needed) return { valid: false, reason: `it has ${pairs} pairs instead of ${needed}` }
  return { valid: true, cost: sum(paid), magnitude: sumOfMagnitudes(paid) }
}

/** The violator with its partners filled in from the matrix, or null when Hall's condition holds for the members. */
export function checkViolator(
  costs: DenseCosts,
  side: HallViolator['side'],
  members: readonly number[],
): HallViolator | null {
  const { rows, columns, values } = costs
  const [own, other] = side === 'rows' ? [rows, columns] : [columns, rows]
  const [ownStride, otherStride] = side === 'rows' ? [columns, 1] : [1, columns]
  const distinct = [...new Set(members)].filter((i) => Number.isInteger(i) && i >= 0 && i < own).sort((a, b) => a - b)
  const partners: number[] = []
  for (let j = 0; j < other; j++) {
    const allowed = distinct.some((i) => values[i * ownStride + j * otherStride] !== Number.POSITIVE_INFINITY)
    if (allowed) partners.push(j)
  }
  return own <= other && partners.length < distinct.length ? { side, members: distinct, partners } : null
}

/** On the longer side a potential counts only when it lowers the bound, since its member may stay unpaired. */
function countable(value: number, longerSide: boolean): number {
  return longerSide ? Math.min(value, 0) : value
}

function sumOfMagnitudes(values: Float64Array): number {
  let total = 0
  for (let k = 0; k < values.length; k++) total += Math.abs(values[k] as number)
  return total
}
