/** Seeded random models in the families on which linear solvers are known to differ. */

import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { LinearModel, type Term } from '../../../../solvers/linear/index.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'

export const LP_FAMILIES = [
  'packing',
  'covering',
  'ranges',
  'equality',
  'free',
  'degenerate',
  'any',
  'infeasible',
  'unbounded',
  'wide',
] as const
export const MILP_FAMILIES = ['knapsack', 'milp-any', 'milp-equality', 'mixed', 'big-m', 'set-cover'] as const
export type Family = (typeof LP_FAMILIES)[number] | (typeof MILP_FAMILIES)[number]

/** A model of the family; the same family, seed and size give the same model. */
export function randomModel(family: Family, seed: number, size = 8): LinearModel {
  // The generator as it comes: tests name seeds whose models once defeated a backend.
  const random = new RandomStream(
    xoroshiro128plus((seed * 7919 + [...LP_FAMILIES, ...MILP_FAMILIES].indexOf(family)) | 0),
  )
  const columns = random.integer(1, size)
  const rows = random.integer(1, size)
  const integer = (MILP_FAMILIES as readonly string[]).includes(family)
  const model = new LinearModel(`${family}-${seed}`, random.chance(0.5) ? 'minimize' : 'maximize')
  const point: number[] = []
  const sign = model.sense === 'minimize' ? 1 : -1
  for (let j = 0; j < columns; j++) {
    const free = family === 'free' ? random.chance(0.6) : family === 'any' && random.chance(0.2)
    const lower = free ? Number.NEGATIVE_INFINITY : family === 'any' || family === 'mixed' ? random.integer(-5, 3) : 0
    const boxed = random.chance(family === 'packing' || family === 'unbounded' ? 0.2 : 0.6) || integer
    const upper = free && random.chance(0.7) ? Number.POSITIVE_INFINITY : boxed ? random.integer(4, 12) : Infinity
    const cost = random.integer(-10, 10)
    model.addVariable(`x${j}`, {
      lower,
      upper: family === 'set-cover' || family === 'knapsack' ? 1 : upper,
      kind: integer && !((family === 'mixed' || family === 'big-m') && random.chance(0.4)) ? 'integer' : 'continuous',
      objective:
        family === 'covering' || family === 'set-cover'
          ? sign * Math.abs(cost)
          : family === 'packing' || family === 'knapsack'
            ? -sign * Math.abs(cost)
            : cost,
    })
    point.push(random.integer(0, 4))
  }
  for (let i = 0; i < rows; i++) {
    const terms: Term[] = []
    let activity = 0
    for (let j = 0; j < columns; j++) {
      if (!random.chance(family === 'degenerate' ? 0.4 : 0.7)) continue
      const positive = family === 'packing' || family === 'covering' || family === 'knapsack'
      let value = positive ? random.integer(1, 9) : random.integer(-9, 9)
      if (family === 'degenerate') value = random.integer(-1, 1)
      if (family === 'set-cover') value = 1
      if (family === 'wide') value *= 10 ** random.integer(-3, 3)
      if (family === 'big-m' && random.chance(0.2)) value = 1000
      if (value === 0) continue
      terms.push([j, value])
      activity += value * (point[j] as number)
    }
    const name = `r${i}`
    switch (family) {
      case 'packing':
      case 'knapsack':
        model.addRow(name, terms, '<=', random.integer(5, 40))
        break
      case 'covering':
        model.addRow(name, terms, '>=', random.integer(1, 30))
        break
      case 'set-cover':
        model.addRow(name, terms, '>=', 1)
        break
      case 'equality':
      case 'milp-equality':
        model.addRow(name, terms, '=', random.chance(0.9) ? activity : activity + 1)
        break
      case 'degenerate':
        model.addRow(
          name,
          terms,
          random.pick(['<=', '>=', '='] as const),
          random.chance(0.8) ? 0 : random.integer(0, 2),
        )
        break
      case 'infeasible':
        model.addRow(name, terms, random.pick(['<=', '>='] as const), random.integer(-60, 60))
        break
      case 'ranges':
        model.addRange(name, activity - random.integer(0, 5), terms, activity + random.integer(0, 5))
        break
      default:
        if (random.chance(0.15)) model.addRow(name, terms, '=', activity)
        else if (random.chance(0.5)) model.addRow(name, terms, '<=', activity + random.integer(0, 6))
        else model.addRow(name, terms, '>=', activity - random.integer(0, 6))
    }
  }
  return model
}
