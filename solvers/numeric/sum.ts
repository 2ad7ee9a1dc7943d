/**
 * Compensated summation (Neumaier 1974): the error does not grow with the number of terms. Stays exact-ish where a plain
 * loop loses the small terms against a large partial sum.
 */
export function sum(values: ArrayLike<number>): number {
  let total = 0
  let compensation = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    const next = total + value
    if (Math.abs(total) >= Math.abs(value)) compensation += total - next + value
    else compensation += value - next + total
    total = next
  }
  return Number.isFinite(total) ? total + compensation : total
}

/** Compensated dot product over equally long arrays. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0
  let compensation = 0
  for (let i = 0; i < a.length; i++) {
    const value = (a[i] as number) * (b[i] as number)
    const next = total + value
    if (Math.abs(total) >= Math.abs(value)) compensation += total - next + value
    else compensation += value - next + total
    total = next
  }
  return Number.isFinite(total) ? total + compensation : total
}
