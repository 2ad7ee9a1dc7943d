/**
 * Random models of every family: an independent oracle for the small integer ones, and all backends held against each other.
 * The full run of 5,000 is bench/linear/fuzz.ts.
 */
import { expect, test } from 'vitest'
import { type Family, families, randomModel } from '../../../bench/linear/families.ts'
import { evaluatePoint, type LinearModel, type LinearResult, solveLinear } from '../../../solvers/linear/index.ts'

/** Best objective over all integer points of a pure integer model with few of them; null when there are none or too many. */
function enumerate(model: LinearModel): { best: number | null } | null {
  const { columns, kinds, columnLower, columnUpper } = model.arrays()
  const lows: number[] = []
  const counts: number[] = []
  let points = 1
  for (let j = 0; j < columns; j++) {
    if (kinds[j] === 'continuous') return null
    const low = Math.ceil((columnLower[j] as number) - 1e-9)
    const count = Math.floor((columnUpper[j] as number) + 1e-9) - low + 1
    points *= Math.max(count, 0)
    if (!(points <= 5000)) return null
    lows.push(low)
    counts.push(count)
  }
  const sign = model.sense === 'minimize' ? 1 : -1
  let best: number | null = null
  const point = new Float64Array(columns)
  for (let index = 0; index < points; index++) {
    let rest = index
    for (let j = 0; j < columns; j++) {
      point[j] = (lows[j] as number) + (rest % (counts[j] as number))
      rest = Math.floor(rest / (counts[j] as number))
    }
    const { objective, maxViolation } = evaluatePoint(model, point)
    if (maxViolation <= 1e-6 && (best === null || sign * objective < sign * best)) best = objective
  }
  return { best }
}

const described = (result: LinearResult) => `${result.status} ${'objective' in result ? result.objective : ''}`

test('integer models small enough to enumerate have the optimum that enumeration finds, whoever is asked', async () => {
  let enumerated = 0
  for (const family of families.filter((one) => one.startsWith('milp') && one !== 'milp-big-m')) {
    for (let seed = 1; seed <= 12; seed++) {
      const model = randomModel(family, seed)
      const oracle = enumerate(model)
      if (oracle === null) continue
      enumerated++
      for (const backends of [['highs'], ['glpk'], ['dense']] as const) {
        const result = await solveLinear(model, { backends })
        if (oracle.best === null) expect(result.status, `${family} ${seed} ${backends}`).toBe('infeasible')
        else {
          expect(result.status, `${family} ${seed} ${backends}`).toBe('optimal')
          if (result.status === 'optimal') expect(result.objective).toBeCloseTo(oracle.best, 6)
        }
      }
    }
  }
  expect(enumerated).toBeGreaterThan(25)
})

test('no two backends contradict each other on any family', async () => {
  const open: Family[] = []
  let broken = 0
  for (const family of families) {
    for (let seed = 500; seed < 514; seed++) {
      const claims: LinearResult[] = []
      for (const backends of [['highs'], ['glpk'], ['dense']] as const) {
        const result = await solveLinear(randomModel(family, seed), { backends }).catch(() => null)
        // A backend that breaks claims nothing: GLPK's preprocessor aborts on milp-any 507.
        if (result === null) broken++
        else if (result.status === 'unknown' || result.status === 'feasible') open.push(family)
        else claims.push(result)
      }
      const [first, ...others] = claims
      if (first === undefined) continue
      for (const other of others) {
        const what = `${family} ${seed}: ${described(first)} and ${described(other)}`
        expect(other.status, what).toBe(first.status)
        if (first.status !== 'optimal' || other.status !== 'optimal') continue
        const scale = Math.max(1, Math.abs(first.objective))
        expect(Math.abs(first.objective - other.objective) / scale, what).toBeLessThan(2e-6)
      }
    }
  }
  // Badly scaled models defeat one backend or another; what may not happen is a wrong claim.
  expect(open.filter((family) => family !== 'lp-badly-scaled')).toEqual([])
  expect(broken).toBeLessThanOrEqual(10)
})

test('left to its own choice the front decides every model of every family', async () => {
  for (const family of families) {
    for (let seed = 900; seed < 906; seed++) {
      const { status } = await solveLinear(randomModel(family, seed))
      expect(['optimal', 'infeasible', 'unbounded'], `${family} ${seed}`).toContain(status)
    }
  }
})
