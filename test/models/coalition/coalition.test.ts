import { describe, expect, test } from 'vitest'
import { analyseCoalitions } from '../../../models/coalition/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { coalitionOf } from '../../../solvers/game/index.ts'
import type { JobCoalitions } from '../../../src/domain/coalition.ts'

const lifters: readonly [string, number, boolean, number][] = [
  ['F1', 90, false, 9],
  ['F2', 70, false, 6],
  ['F3', 50, true, 5],
  ['F4', 40, true, 4],
  ['F5', 30, false, 2],
  ['F6', 60, false, 5],
]
const pallets: JobCoalitions = {
  kind: 'jobs',
  title: 'pallet jobs',
  unit: 'EUR',
  agents: lifters.map(([id, lift, scanner, cost]) => ({
    id,
    cost,
    amounts: { lift_kg: lift },
    capabilities: scanner ? ['scanner'] : [],
  })),
  jobs: [
    { id: 'J1', reward: 60, amounts: { lift_kg: 150 }, capabilities: ['scanner'] },
    { id: 'J2', reward: 38, amounts: { lift_kg: 110 }, capabilities: [] },
    { id: 'J3', reward: 33, amounts: { lift_kg: 80 }, capabilities: ['scanner'] },
  ],
}

describe('forklifts that share pallet jobs', () => {
  const analysis = analyseCoalitions(pallets)

  test('earn 89 in the best structure and 29 all together', () => {
    expect(analysis.structure).toMatchObject({ status: 'optimal', value: 89, bound: 89 })
    expect(analysis.grand).toBe(29)
    expect(analysis.coalitions.reduce((sum, one) => sum + one.value, 0)).toBe(89)
    expect(analysis.coalitions.flatMap((one) => one.members).sort()).toEqual(analysis.agents)
  })

  test('have these Shapley fractions', () => {
    expect(analysis.shares.shapleyFractions).toEqual(['59/15', '41/10', '127/15', '104/15', '17/10', '58/15'])
  })

  test('have an empty core: every payoff leaves a coalition 30 short', () => {
    expect(analysis.shares.core.status).toBe('empty')
    if (analysis.shares.core.status !== 'unknown') expect(analysis.shares.core.epsilon).toBeCloseTo(30, 7)
  })

  test('with side structures have a core, and a Shapley payoff outside it', () => {
    const { cover } = analysis
    expect(cover?.shapleyFractions).toEqual(['49/3', '443/30', '209/12', '911/60', '113/10', '14'])
    expect(cover?.core.status).toBe('non-empty')
    if (cover?.core.status === 'non-empty') {
      expect(cover.core.payoff.reduce((sum, share) => sum + share, 0)).toBeCloseTo(89, 7)
      expect(cover.core.epsilon).toBeLessThanOrEqual(1e-6)
    }
    expect(cover?.shapleyInCore).toBe(false)
    expect(cover?.blocking).not.toBeNull()
    expect(cover?.nucleolusVerified).toBe(true)
  })
})

test('a picker and a packer that can do nothing alone make a coalition of two', () => {
  const analysis = analyseCoalitions({
    kind: 'jobs',
    title: 'parcel',
    unit: 'EUR',
    agents: [
      { id: 'packer', cost: 1, amounts: {}, capabilities: ['pack'] },
      { id: 'picker', cost: 1, amounts: {}, capabilities: ['pick'] },
    ],
    jobs: [{ id: 'parcel', reward: 10, amounts: {}, capabilities: ['pick', 'pack'] }],
  })
  expect(analysis.coalitions).toEqual([{ members: ['packer', 'picker'], value: 8, job: 'parcel' }])
  expect(analysis.structure.coalitions).toEqual([coalitionOf([0, 1])])
})

test('an agent listed twice and a table of the wrong length are refused together', () => {
  const agents = [{ id: 'a' }, { id: 'a' }]
  expect(() => analyseCoalitions({ kind: 'table', title: '', unit: '', agents, values: [0, 1] })).toThrow(/2 faults/)
  expect(() => analyseCoalitions({ kind: 'table', title: '', unit: '', agents: [], values: [0] })).toThrow(
    InvalidInputError,
  )
})
