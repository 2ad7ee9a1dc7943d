import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assign,
  assignBottleneck,
  assignFirstCome,
  assignLexicographicBottleneck,
} from '../../../solvers/assignment/index.ts'
import { cells } from './arbitrary.ts'
import { everyAssignment } from './brute-force.ts'
import { hours } from './people.ts'

const senses = fc.constantFrom('minimize' as const, 'maximize' as const)

test('nobody works more than 8 hours at a total of 44, and the proof names who would compete below 8', () => {
  const result = assignBottleneck(hours)
  if (result.status !== 'optimal') throw new Error(result.status)
  expect([result.bottleneck, result.cost]).toEqual([8, 44])
  const proof = result.bottleneckProof
  if (proof === null) throw new Error('no proof')
  expect(proof.partners.length).toBeLessThan(proof.members.length)
})

test('serving the tasks as they come takes 57 hours', () => {
  expect(assignFirstCome(hours, { arriving: 'columns' })).toMatchObject({ cost: 57, unserved: [] })
  expect(
    assignFirstCome([
      [1, null],
      [1, null],
    ]).unserved,
  ).toEqual([1])
  expect(
    assignFirstCome(
      [
        [1, 9],
        [1, 2],
      ],
      { order: [1, 0] },
    ),
  ).toMatchObject({ cost: 10 })
})

describe('against enumeration', () => {
  test('the bottleneck, and the best total that keeps it', () => {
    fc.assert(
      fc.property(cells(), senses, (matrix, sense) => {
        const sign = sense === 'minimize' ? 1 : -1
        const ranked = everyAssignment(matrix)
          .map((paid) => ({ worst: Math.max(...paid.map((c) => sign * c)), total: paid.reduce((a, b) => a + b, 0) }))
          .sort((a, b) => a.worst - b.worst || sign * (a.total - b.total))
        const result = assignBottleneck(matrix, { sense })
        const best = ranked[0]
        if (best === undefined) expect(result.status).toBe('infeasible')
        else expect(result).toMatchObject({ status: 'optimal', bottleneck: sign * best.worst + 0, cost: best.total })
      }),
      { numRuns: 400, seed: 8 },
    )
  })

  test('the lexicographic bottleneck sorts worst first and cannot be improved anywhere', () => {
    fc.assert(
      fc.property(cells(), senses, (matrix, sense) => {
        const sign = sense === 'minimize' ? 1 : -1
        const profiles = everyAssignment(matrix).map((paid) => paid.sort((a, b) => sign * (b - a)))
        profiles.sort((a, b) => sign * ((a.find((c, k) => c !== b[k]) ?? 0) - (b.find((c, k) => c !== a[k]) ?? 0)))
        const result = assignLexicographicBottleneck(matrix, { sense })
        const best = profiles[0]
        if (best === undefined) expect(result.status).toBe('infeasible')
        else expect(result.status === 'optimal' && [...result.profile]).toEqual(best)
      }),
      { numRuns: 400, seed: 9 },
    )
  })
})

test('the lexicographic profile begins with the bottleneck and never beats the optimal total', () => {
  const result = assignLexicographicBottleneck(hours)
  const best = assign(hours)
  if (result.status !== 'optimal' || best.status !== 'optimal') throw new Error('not solved')
  expect(result.profile[0]).toBe(8)
  expect(result.cost).toBeGreaterThanOrEqual(best.cost)
})

test('empty matrices have no bottleneck', () => {
  expect(assignBottleneck([])).toMatchObject({ status: 'optimal', bottleneck: null, cost: 0 })
  expect(assignLexicographicBottleneck([[]])).toMatchObject({ status: 'optimal', cost: 0 })
})
