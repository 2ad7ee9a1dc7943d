import { describe, expect, test } from 'vitest'
import { solvePomdp } from '../../../solvers/pomdp/solve.ts'
import { VectorSet } from '../../../solvers/pomdp/vector-set.ts'
import { tiger } from './instances.ts'
import { randomPomdp } from './random-model.ts'

const cut = { signal: AbortSignal.abort() }

describe('a finite horizon that was cut short', () => {
  test('is still planned to its end, as well as a few beliefs allow', () => {
    const whole = solvePomdp(tiger(), { method: 'exact', horizon: 10 })
    const result = solvePomdp(tiger(), { method: 'exact', horizon: 10, ...cut })
    expect(result.status).toBe('feasible')
    expect(result.lower).toBeCloseTo(whole.value, 9)
    expect(result.stages).toHaveLength(10)
  })

  test('brackets the optimum, with terminal values too', () => {
    for (let seed = 800; seed < 840; seed++) {
      const model = randomPomdp(seed)
      const size = model.states.length
      const terminal = new VectorSet(size, model.observations.length)
      terminal.push(
        Float64Array.from({ length: size }, (_, s) => (seed % 2 === 0 ? -30 : 30) + s),
        0,
        0,
      )
      for (const options of [{ horizon: 5 }, { horizon: 5, terminal }]) {
        const whole = solvePomdp(model, { method: 'exact', ...options })
        const result = solvePomdp(model, { method: 'exact', ...options, ...cut })
        expect(result.lower).toBeLessThanOrEqual(whole.upper + 1e-9)
        expect(result.upper).toBeGreaterThanOrEqual(whole.lower - 1e-9)
      }
    }
  })
})
