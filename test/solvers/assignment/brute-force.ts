/** Oracles for small matrices: every injective assignment of the shorter side, by plain recursion. */

export interface BruteForce {
  readonly best: number | null
  readonly optima: number
  /** All totals, ascending. */
  readonly totals: readonly number[]
}

export type Cells = readonly (readonly (number | null)[])[]

export function bruteForce(matrix: Cells, sense: 'minimize' | 'maximize' = 'minimize'): BruteForce {
  const totals = everyAssignment(matrix).map((costs) => costs.reduce((a, b) => a + b, 0))
  totals.sort((a, b) => (sense === 'minimize' ? a - b : b - a))
  const best = totals[0] ?? null
  return { best, totals, optima: totals.filter((total) => total === best).length }
}

/** The costs paid by every complete assignment. */
export function everyAssignment(matrix: Cells): number[][] {
  const rows = matrix.length
  const columns = matrix[0]?.length ?? 0
  const table =
    rows <= columns ? matrix : Array.from({ length: columns }, (_, j) => matrix.map((row) => row[j] as number | null))
  const found: number[][] = []
  const used = new Set<number>()
  const paid: number[] = []
  const place = (i: number): void => {
    if (i === table.length) {
      found.push([...paid])
      return
    }
    ;(table[i] as readonly (number | null)[]).forEach((cost, j) => {
      if (cost === null || used.has(j)) return
      used.add(j)
      paid.push(cost)
      place(i + 1)
      paid.pop()
      used.delete(j)
    })
  }
  place(0)
  return found
}
