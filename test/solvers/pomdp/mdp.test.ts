import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import {
  evaluatePolicy,
  type PomdpModel,
  policyIteration,
  solveMdp,
  solveMdpProgram,
} from '../../../solvers/pomdp/index.ts'
import { readPomdp } from '../../../src/io/cassandra/index.ts'

/** A random model as .pomdp text, with one observation that says nothing. */
function randomModel(seed: number, states: number, actions: number, discount: number): PomdpModel {
  const random = new RandomStream(seed)
  const lines = [
    `discount: ${discount}`,
    'values: reward',
    `states: ${states}`,
    `actions: ${actions}`,
    'observations: 1',
  ]
  for (let a = 0; a < actions; a++) {
    lines.push(`T: ${a}`)
    for (let s = 0; s < states; s++) {
      const weights = Array.from({ length: states }, () => (random.chance(0.5) ? random.integer(1, 9) : 0))
      weights[random.integer(0, states - 1)] = 5
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      lines.push(weights.map((weight) => (weight / total).toPrecision(17)).join(' '))
      lines.push('')
    }
    lines.push(`O: ${a}`, 'uniform')
    for (let s = 0; s < states; s++) lines.push(`R: ${a} : ${s} : * : * ${random.integer(-20, 20)}`)
  }
  return readPomdp(lines.join('\n'))
}

describe('the fully observable problem', () => {
  test('has the same values by policy iteration, by the linear program and by value iteration', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const model = randomModel(seed, 2 + (seed % 7), 1 + (seed % 4), 0.9)
      const byPolicies = policyIteration(model)
      const byProgram = await solveMdpProgram(model)
      const bySweeps = solveMdp(model)
      if (byProgram.status !== 'optimal') throw new Error('the program was not solved')
      for (let s = 0; s < model.states.length; s++) {
        expect(byPolicies.values[s]).toBeCloseTo(bySweeps.values[s] as number, 7)
        expect(byProgram.values[s]).toBeCloseTo(bySweeps.values[s] as number, 5)
      }
    }
  })

  test('the best policy, evaluated alone, earns the value it claims', () => {
    const model = randomModel(99, 30, 4, 0.97)
    const { policy, values } = policyIteration(model)
    const alone = evaluatePolicy(model, policy)
    for (let s = 0; s < 30; s++) expect(alone[s]).toBeCloseTo(values[s] as number, 9)
  })

  test('a discount of 1 is refused with what to do', () => {
    expect(() => policyIteration({ ...randomModel(3, 3, 2, 0.9), discount: 1 })).toThrowError(/horizon/)
  })
})

const hallway = '../shared/benchmarks/pomdp/hallway.POMDP'
test.skipIf(!existsSync(hallway))(
  `hallway's 60 states are solved in a few policies (skipped without ${hallway})`,
  () => {
    const model = readPomdp(readFileSync(hallway, 'utf8'))
    const byPolicies = policyIteration(model)
    const bySweeps = solveMdp(model)
    expect(byPolicies.iterations).toBeLessThan(20)
    for (let s = 0; s < 60; s++) expect(byPolicies.values[s]).toBeCloseTo(bySweeps.values[s] as number, 7)
  },
)
