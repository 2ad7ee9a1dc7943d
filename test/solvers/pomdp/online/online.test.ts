import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../../solvers/numeric/index.ts'
import { solveMdp } from '../../../../solvers/pomdp/bounds.ts'
import { buildKernel } from '../../../../solvers/pomdp/kernel.ts'
import { arDespot } from '../../../../solvers/pomdp/online/despot.ts'
import { ParticleDeprivationError, updateParticles } from '../../../../solvers/pomdp/online/particle-filter.ts'
import { pomcp } from '../../../../solvers/pomdp/online/pomcp.ts'
import { ModelSimulator } from '../../../../solvers/pomdp/online/simulator.ts'
import { blindPolicies } from '../../../../solvers/pomdp/point-backup.ts'
import { simulatePolicy } from '../../../../solvers/pomdp/simulate.ts'
import { solvePomdp } from '../../../../solvers/pomdp/solve.ts'
import { tiger } from '../instances.ts'

const model = tiger()
const simulator = new ModelSimulator(model)
const even = simulator.sample([0.5, 0.5], 1000, new RandomStream(1))
const sure = simulator.sample([0.98, 0.02], 1000, new RandomStream(2))

describe('a policy in simulation', () => {
  test('the exact tiger policy earns what it claims, within 3 standard errors', () => {
    const result = solvePomdp(model)
    const value = result.valueFunction
    const simulated = simulatePolicy(model, (belief) => value.actions[value.best(belief)]!, { runs: 4000, seed: 3 })
    expect(Math.abs(simulated.mean - result.value)).toBeLessThan(3 * simulated.standardError)
    expect(simulated.interval[0]).toBeLessThan(simulated.mean)
  })
})

describe('online planning', () => {
  test('POMCP listens when unsure, opens when sure, and repeats itself for the same seed', () => {
    // A short-sighted tiger: the gap between the actions is far above the noise of the estimates.
    const near = new ModelSimulator(tiger(0.5))
    const decide = (particles: Int32Array) =>
      pomcp(near, particles, { simulations: 20_000, exploration: 60, rollout: () => 0, seed: 4 })
    expect(decide(even).action).toBe(0)
    expect(decide(sure).action).toBe(2)
    expect(decide(even)).toEqual(decide(even))
  })

  test('AR-DESPOT listens when unsure and opens when sure', () => {
    const mdp = solveMdp(model).values
    const blind = blindPolicies(buildKernel(model))
    const decide = (particles: Int32Array) =>
      arDespot(simulator, particles, {
        scenarios: 200,
        trials: 200,
        maxDepth: 20,
        upper: (state) => mdp[state]!,
        blind: (action, state) => blind.data[action * 2 + state]!,
        seed: 4,
      })
    expect(decide(even).action).toBe(0)
    expect(decide(sure).action).toBe(2)
  })
})

describe('particle beliefs', () => {
  test('follow Bayes, weighted or by rejection', () => {
    const rejecting = { actionCount: 3, discount: 0.95, step: simulator.step.bind(simulator) }
    for (const source of [simulator, rejecting]) {
      const after = updateParticles(
        source,
        simulator.sample([0.5, 0.5], 20_000, new RandomStream(5)),
        0,
        0,
        new RandomStream(6),
      )
      expect(after.filter((state) => state === 0).length / after.length).toBeCloseTo(0.85, 1)
      expect(after).toHaveLength(20_000)
    }
  })

  test('an observation that no particle explains is a typed error', () => {
    const blindSensor = tiger()
    const observationProbabilities = blindSensor.observationProbabilities.slice()
    observationProbabilities.set([1, 0, 1, 0], 0)
    const deaf = new ModelSimulator({ ...blindSensor, observationProbabilities })
    expect(() => updateParticles(deaf, even, 0, 1, new RandomStream(1))).toThrowError(ParticleDeprivationError)
  })
})
