import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { minimalNetwork, solveTemporalNetwork, type TemporalConstraint } from '../../../solvers/temporal/index.ts'

describe('a simple temporal network', () => {
  test('gives the times of Dechter, Meiri and Pearl for John and Fred on their way to work', () => {
    // 0: 7:00; 1, 2: John leaves, arrives; 3, 4: Fred leaves, arrives.
    const constraints: TemporalConstraint[] = [
      { id: 'John leaves 7:10 to 7:20', from: '0', to: '1', min: 10, max: 20 },
      { id: 'John takes 30 to 40', from: '1', to: '2', min: 30, max: 40 },
      { id: 'John arrives 10 to 20 after Fred left', from: '3', to: '2', min: 10, max: 20 },
      { id: 'Fred takes 40 to 50', from: '3', to: '4', min: 40, max: 50 },
      { id: 'Fred arrives 8:00 to 8:10', from: '0', to: '4', min: 60, max: 70 },
    ]
    const result = minimalNetwork(['0', '1', '2', '3', '4'], constraints)
    if (result.status === 'inconsistent') throw new Error('inconsistent')
    expect(result.bounds.map((row) => [...row])).toEqual([
      [0, 20, 50, 30, 70],
      [-10, 0, 40, 20, 60],
      [-40, -30, 0, -10, 30],
      [-20, -10, 20, 0, 50],
      [-60, -50, -20, -40, 0],
    ])
  })

  test('names the constraints of a negative cycle, and by how much they contradict', () => {
    const verdict = solveTemporalNetwork(
      ['start', 'a', 'b', 'c'],
      [
        { id: 'a after start', from: 'start', to: 'a', min: 1 },
        { id: 'b 5 after a', from: 'a', to: 'b', min: 5 },
        { id: 'c 3 after b', from: 'b', to: 'c', min: 3 },
        { id: 'c within 6 of a', from: 'a', to: 'c', max: 6 },
      ],
    )
    expect(verdict).toMatchObject({ status: 'inconsistent', short: 2 })
    if (verdict.status === 'inconsistent')
      expect(verdict.cycle.map(({ id }) => id).sort()).toEqual(['b 5 after a', 'c 3 after b', 'c within 6 of a'])
  })

  const arbitraryNetwork = fc.integer({ min: 2, max: 5 }).chain((n) =>
    fc
      .array(
        fc.record({
          from: fc.integer({ min: 0, max: n - 1 }),
          to: fc.integer({ min: 0, max: n - 1 }),
          min: fc.option(fc.integer({ min: -5, max: 5 })),
          max: fc.option(fc.integer({ min: -5, max: 8 })),
        }),
        { maxLength: 8 },
      )
      .map((list) => ({
        points: Array.from({ length: n }, (_, k) => String(k)),
        constraints: list.map((one, k) => ({ ...one, id: `c${k}`, from: String(one.from), to: String(one.to) })),
      })),
  )

  test.prop([arbitraryNetwork], { numRuns: 400, seed: 4 })(
    'either has times that keep every constraint, or a cycle of constraints whose bounds sum to less than 0',
    ({ points, constraints }) => {
      const verdict = solveTemporalNetwork(points, constraints)
      if (verdict.status === 'inconsistent') {
        expect(verdict.short).toBeGreaterThan(0)
        expect(solveTemporalNetwork(points, verdict.cycle).status).toBe('inconsistent')
        return
      }
      // Earliest times may be -Infinity for points that nothing ties to the origin; the others keep every constraint.
      for (const { from, to, min, max } of constraints) {
        const gap = (verdict.earliest.get(to) as number) - (verdict.earliest.get(from) as number)
        if (!Number.isFinite(gap)) continue
        if (min !== null) expect(gap).toBeGreaterThanOrEqual(min - 1e-9)
        if (max !== null) expect(gap).toBeLessThanOrEqual(max + 1e-9)
      }
    },
  )
})
