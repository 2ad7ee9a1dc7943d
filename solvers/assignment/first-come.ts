/**
 * First come, first served: each arrival in order takes the best partner that is still free. No proof of anything; the baseline
 * that an optimal assignment is compared with.
 */
import { sum } from '../numeric/index.ts'
import { type AssignmentSense, type CostMatrix, readCosts } from './cost-matrix.ts'
import type { Pair } from './result.ts'

export interface FirstComeOptions {
  /** @default 'minimize' */
  readonly sense?: AssignmentSense
  /** Which side arrives and chooses. @default 'rows' */
  readonly arriving?: 'rows' | 'columns'
  /** Indices in order of arrival. @default by index */
  readonly order?: readonly number[]
}

export interface FirstCome {
  /** By ascending row. */
  readonly pairs: readonly Pair[]
  readonly cost: number
  /** Arrivals that found no allowed partner left, ascending. */
  readonly unserved: readonly number[]
}

/** Ties go to the partner of lower index. */
export function assignFirstCome(matrix: CostMatrix, options: FirstComeOptions = {}): FirstCome {
  const sense = options.sense ?? 'minimize'
  const { rows, columns, values } = readCosts(matrix, sense)
  const byRows = (options.arriving ?? 'rows') === 'rows'
  const [arrivals, partners] = byRows ? [rows, columns] : [columns, rows]
  const at = (arrival: number, partner: number) => (byRows ? arrival * columns + partner : partner * columns + arrival)
  const sign = sense === 'minimize' ? 1 : -1
  const taken = new Uint8Array(partners)
  const pairs: Pair[] = []
  const unserved: number[] = []
  for (const arrival of options.order ?? Array.from({ length: arrivals }, (_, index) => index)) {
    let best = -1
    for (let partner = 0; partner < partners; partner++) {
      const cost = values[at(arrival, partner)] as number
      if (taken[partner] === 1 || cost === Number.POSITIVE_INFINITY) continue
      if (best === -1 || sign * cost < sign * (values[at(arrival, best)] as number)) best = partner
    }
    if (best === -1) {
      unserved.push(arrival)
      continue
    }
    taken[best] = 1
    pairs.push(byRows ? [arrival, best] : [best, arrival])
  }
  pairs.sort((a, b) => a[0] - b[0])
  unserved.sort((a, b) => a - b)
  return { pairs, cost: sum(pairs.map(([i, j]) => values[i * columns + j] as number)), unserved }
}
