import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { BeliefTree, Nearest } from '../../../solvers/pomdp/belief-tree.ts'
import { fastInformedBound } from '../../../solvers/pomdp/bounds.ts'
import { hullSearch } from '../../../solvers/pomdp/hull-search.ts'
import { buildKernel } from '../../../solvers/pomdp/kernel.ts'
import { type PomdpModel, sparseFromDense } from '../../../solvers/pomdp/model.ts'
import { blindPolicies } from '../../../solvers/pomdp/point-backup.ts'
import { solvePomdp } from '../../../solvers/pomdp/solve.ts'
import { canonicalise, findSymmetries, withImages } from '../../../solvers/pomdp/symmetry.ts'
import { VectorSet } from '../../../solvers/pomdp/vector-set.ts'
import { tiger } from './instances.ts'
import { randomPomdp } from './random-model.ts'

/** Several alike two-state machines of which one is served and seen at a time; the states in a random order. */
function machines(count: number, seed: number, spoilt = 0): PomdpModel {
  const random = new RandomStream(seed)
  const size = 2 ** count
  const order = Array.from({ length: size }, (_, s) => s)
  for (let s = size - 1; s > 0; s--) {
    const other = random.integer(0, s)
    ;[order[s], order[other]] = [order[other]!, order[s]!]
  }
  const wear = random.integer(1, 4) / 10
  const repair = random.integer(5, 9) / 10
  const accuracy = random.integer(6, 9) / 10
  const transitions = new Float64Array(count * size * size)
  const observe = new Float64Array(count * size * 2)
  const rewards = new Float64Array(count * size)
  for (let a = 0; a < count; a++) {
    for (let s = 0; s < size; s++) {
      const row = a * size + order[s]!
      for (let t = 0; t < size; t++) {
        let probability = 1
        for (let m = 0; m < count; m++) {
          const was = (s >> m) & 1
          const fails = was === 1 ? (m === a ? 1 - repair : 1) : wear
          probability *= ((t >> m) & 1) === 1 ? fails : 1 - fails
        }
        transitions[row * size + order[t]!] = probability
      }
      const seen = (s >> a) & 1
      observe[row * 2 + seen] = accuracy
      observe[row * 2 + 1 - seen] = 1 - accuracy
      let working = 0
      for (let m = 0; m < count; m++) working += 1 - ((s >> m) & 1)
      rewards[row] = working - (s === 1 ? spoilt : 0)
    }
  }
  const start = new Float64Array(size)
  let left = 1
  for (let s = 0; s < size; s++) {
    start[s] = s === size - 1 ? left : left * 0.4
    left -= start[s]!
  }
  return {
    states: order.map((_, s) => `s${s}`),
    actions: Array.from({ length: count }, (_, a) => `serve${a}`),
    observations: ['fine', 'broken'],
    discount: 0.8,
    objective: 'reward',
    start,
    transitions: sparseFromDense(transitions, count * size, size),
    observationProbabilities: observe,
    rewards,
  }
}

const drawBelief = (random: RandomStream, size: number): Float64Array => {
  const raw = Float64Array.from({ length: size }, () => -Math.log(1 - random.next()))
  const sum = raw.reduce((total, x) => total + x, 0)
  return raw.map((x) => x / sum)
}

describe('symmetries', () => {
  test('of the tiger: the doors with what is heard behind them', () => {
    const [only, ...others] = findSymmetries(buildKernel(tiger()))
    expect(others).toEqual([])
    expect([...only!.states]).toEqual([1, 0])
    expect([...only!.actions]).toEqual([0, 2, 1])
  })

  test('of n alike machines are the n! orders of them, and one difference breaks them', () => {
    for (let seed = 1; seed <= 5; seed++) {
      expect(findSymmetries(buildKernel(machines(2, seed)))).toHaveLength(1)
      expect(findSymmetries(buildKernel(machines(3, seed)))).toHaveLength(5)
      expect(findSymmetries(buildKernel(machines(2, seed, 0.01)))).toHaveLength(0)
    }
  })

  test('take a belief and all its images to one and the same, and keep its value', () => {
    const model = machines(3, 4)
    const symmetries = findSymmetries(buildKernel(model))
    const informed = fastInformedBound(model, buildKernel(model)).vectors
    const random = new RandomStream(9)
    for (let draw = 0; draw < 50; draw++) {
      const belief = drawBelief(random, 8)
      const least = belief.slice()
      canonicalise(least, symmetries)
      expect(informed.value(least)).toBeCloseTo(informed.value(belief), 7)
      for (const { states } of symmetries) {
        const image = new Float64Array(8)
        for (let s = 0; s < 8; s++) image[states[s]!] = belief[s]!
        canonicalise(image, symmetries)
        expect([...image]).toEqual([...least])
      }
    }
  })

  test('make vectors at one belief of an orbit good at all, with the actions exchanged', () => {
    const symmetries = findSymmetries(buildKernel(tiger()))
    const set = new VectorSet(2, 2)
    set.push([10, -100], 0, 2)
    const all = withImages(set, symmetries)
    expect(Array.from({ length: all.count }, (_, i) => [all.actions[i], ...all.vector(i)])).toEqual([
      [2, 10, -100],
      [1, -100, 10],
    ])
  })

  test('bounds by the hull hold the optimum of symmetric models, and the policy earns its claim everywhere', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const model = machines(seed === 3 ? 3 : 2, seed)
      const exact = solvePomdp(model, { method: 'exact', epsilon: 1e-7 })
      expect(exact.status).toBe('optimal')
      const kernel = buildKernel(model)
      let rounds = 0
      const result = hullSearch(kernel, model.start, blindPolicies(kernel), fastInformedBound(model, kernel).vectors, {
        epsilon: 1e-6,
        stop: () => rounds >= 30,
        onRound: (round, low, high) => {
          rounds = round
          expect(low).toBeLessThanOrEqual(exact.upper + 1e-9)
          expect(high).toBeGreaterThanOrEqual(exact.lower - 1e-9)
        },
      })
      expect(result.upper - result.lower).toBeLessThan(1e-5)
      expect(result.vectors.value(model.start)).toBeGreaterThanOrEqual(result.lower - 1e-12)
      const random = new RandomStream(seed)
      for (let draw = 0; draw < 20; draw++) {
        const belief = drawBelief(random, model.states.length)
        expect(result.vectors.value(belief)).toBeLessThanOrEqual(exact.valueFunction.value(belief) + 1e-6)
      }
    }
  })

  test('models without any have none', () => {
    let found = 0
    for (let seed = 700; seed < 740; seed++) found += findSymmetries(buildKernel(randomPomdp(seed))).length
    expect(found).toBeLessThan(6)
  })
})

describe('beliefs in a tree', () => {
  const random = new RandomStream(3)
  const size = 4
  const count = 500
  const beliefs = new Float64Array(count * size)
  for (let e = 0; e < count; e++) {
    const belief = drawBelief(random, size)
    if (e % 4 === 0) {
      belief[1]! += belief[2]!
      belief[2] = 0
    }
    beliefs.set(belief, e * size)
  }
  const entries = Array.from({ length: count }, (_, e) => e)
  const tree = new BeliefTree(beliefs, size, entries, count)

  test('find the same best vectors as a scan', () => {
    const set = new VectorSet(size, 1)
    for (let i = 0; i < 80; i++) {
      const centre = drawBelief(random, size)
      const length = centre.reduce((total, x) => total + x * x, 0)
      set.push(
        centre.map((x) => 2 * x - length),
        0,
        i,
      )
    }
    const { index, value } = tree.best(set)
    for (let e = 0; e < count; e++) {
      const belief = beliefs.subarray(e * size, (e + 1) * size)
      expect(index[e]).toBe(set.best(belief))
      expect(value[e]).toBeCloseTo(set.value(belief), 12)
    }
  })

  test('find the nearest ones as a scan does', () => {
    for (let draw = 0; draw < 20; draw++) {
      const belief = drawBelief(random, size)
      const found = new Nearest(10)
      tree.nearest(belief, (e) => e % 3 !== 0, found)
      const scanned = new Nearest(10)
      for (const e of entries) if (e % 3 !== 0) scanned.offer(e, beliefs, belief)
      expect([...found.entries]).toEqual([...scanned.entries])
    }
  })
})
