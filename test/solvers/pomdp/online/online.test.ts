import { describe, expect, test } from 'vitest'
import { ROCK_SAMPLE_7_8, RockSample } from '../../../../models/pomdp/rock-sample.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'
import { solveMdp } from '../../../../solvers/pomdp/bounds.ts'
import { buildKernel } from '../../../../solvers/pomdp/kernel.ts'
import { modelIssues } from '../../../../solvers/pomdp/model.ts'
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

  test('that have lost the truth find it again by changing a little, and say so when even that fails', () => {
    const rocks = new RockSample(ROCK_SAMPLE_7_8)
    const random = new RandomStream(5)
    // All particles say that every rock is bad; checks of the rock at distance 3 keep saying good.
    let particles = new Int32Array(400).fill(rocks.startState(0))
    const still = (rock: number) => 5 + rock
    for (let step = 0; step < 8; step++) {
      particles = updateParticles(rocks, particles, still(1), 1, random, { reinvigorate: 1 / 16 }) as typeof particles
    }
    const good = particles.filter((state) => ((state % 256) >> 1) & 1).length / particles.length
    expect(good).toBeGreaterThan(0.9)
    // A rover that only walked sees nothing: no change of a rock can explain that it saw something.
    expect(() => updateParticles(rocks, particles, 2, 1, random)).toThrowError(ParticleDeprivationError)
  })
})

describe('RockSample', () => {
  test('as a simulator and as a model is one thing: transitions, rewards and likelihoods agree', () => {
    const rocks = new RockSample({
      side: 3,
      rocks: [
        [0, 0],
        [2, 1],
      ],
      start: [0, 1],
    })
    const model = rocks.model()
    expect(modelIssues(model)).toEqual([])
    const exact = new ModelSimulator(model)
    const outcome = { next: 0, observation: 0, reward: 0 }
    const other = { next: 0, observation: 0, reward: 0 }
    const random = new RandomStream(3)
    for (let k = 0; k < 2000; k++) {
      const state = random.integer(0, rocks.stateCount - 1)
      const action = random.integer(0, rocks.actionCount - 1)
      rocks.step(state, action, 0.5, 0.5, outcome)
      exact.step(state, action, 0.5, 0.5, other)
      expect([outcome.next, outcome.reward]).toEqual([other.next, other.reward])
      for (let o = 0; o < 3; o++)
        expect(rocks.likelihood(action, outcome.next, o)).toBe(exact.likelihood(action, other.next, o))
    }
    expect(rocks.isTerminal(rocks.left)).toBe(true)
  })

  test('is bracketed: sampling what is surely good, then leaving, is possible; seeing everything is a bound', () => {
    const rocks = new RockSample({
      side: 3,
      rocks: [
        [0, 0],
        [2, 1],
      ],
      start: [0, 1],
    })
    const { status, lower, upper } = solvePomdp(rocks.model(), { method: 'sarsop', epsilon: 1e-3, timeLimitMs: 20_000 })
    expect(status).toBe('optimal')
    expect(lower).toBeGreaterThan(0.95 ** 2 * 10)
    expect(upper).toBeLessThan(30)
  })

  test('is refused with rocks outside the grid or in one cell', () => {
    expect(() => new RockSample({ side: 3, rocks: [[3, 0]], start: [0, 0] })).toThrowError(/grid/)
    expect(
      () =>
        new RockSample({
          side: 3,
          rocks: [
            [1, 0],
            [1, 0],
          ],
          start: [0, 0],
        }),
    ).toThrowError(/grid/)
  })
})
