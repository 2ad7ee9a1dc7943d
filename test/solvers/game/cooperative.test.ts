import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { coordinationFolder, generateStructureGame, readNucleolusGame } from '../../../bench/game/instances.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import {
  banzhafIndex,
  bestCoalitionStructure,
  type CooperativeGame,
  checkCorePayoff,
  coalitionMembers,
  coalitionSize,
  cooperativeGame,
  findCore,
  findNucleolus,
  sampleShapley,
  shapleyFractions,
  shapleyValue,
  superadditiveCover,
  tabulate,
  verifyNucleolus,
} from '../../../solvers/game/index.ts'

const hasInstances = existsSync(coordinationFolder)
const suite = hasInstances ? '' : ' (skipped: ../shared/benchmarks is absent)'

const arbitraryGame = (most: number) =>
  fc
    .integer({ min: 1, max: most })
    .chain((n) => fc.array(fc.integer({ min: -20, max: 60 }), { minLength: 2 ** n - 1, maxLength: 2 ** n - 1 }))
    .map((values) => cooperativeGame([0, ...values]))

function expectPayoff(payoff: ArrayLike<number>, expected: readonly number[], digits = 6): void {
  expect(payoff.length).toBe(expected.length)
  expected.forEach((share, i) => {
    expect(payoff[i]).toBeCloseTo(share, digits)
  })
}

/** The definition: the mean marginal contribution over all orders. */
function shapleyByOrders(game: CooperativeGame): number[] {
  const total = new Array<number>(game.players).fill(0)
  let orders = 0
  const walk = (S: number): void => {
    if (S === game.values.length - 1) orders++
    for (let i = 0; i < game.players; i++) if (((S >>> i) & 1) === 0) walk(S | (1 << i))
  }
  walk(0)
  const add = (S: number, waysBefore: number): void => {
    for (let i = 0; i < game.players; i++) {
      if (((S >>> i) & 1) === 1) continue
      const left = game.players - coalitionSize(S) - 1
      let waysAfter = 1
      for (let k = 2; k <= left; k++) waysAfter *= k
      const marginal = (game.values[S | (1 << i)] as number) - (game.values[S] as number)
      total[i] = (total[i] as number) + (waysBefore * waysAfter * marginal) / orders
      add(S | (1 << i), waysBefore)
    }
  }
  add(0, 1)
  return total
}

/** Every partition of the players, by brute force. */
function bestPartition(game: CooperativeGame, left = game.values.length - 1): number {
  if (left === 0) return 0
  const first = left & -left
  let best = Number.NEGATIVE_INFINITY
  for (let rest = left ^ first, L = rest; ; L = (L - 1) & rest) {
    best = Math.max(best, (game.values[first | L] as number) + bestPartition(game, rest ^ L))
    if (L === 0) return best
  }
}

const glove = cooperativeGame([0, 0, 0, 0, 0, 1, 1, 1])
const majority = cooperativeGame([0, 0, 0, 1, 0, 1, 1, 1])

describe('the Shapley value', () => {
  test('of a glove market gives the rare right glove two thirds', () => {
    expect(shapleyFractions(glove).map(String)).toEqual(['1/6', '1/6', '2/3'])
    expectPayoff(shapleyValue(glove), [1 / 6, 1 / 6, 2 / 3], 14)
  })

  test('of an airport with runways 1, 2, 3 is 1/3, 5/6, 11/6', () => {
    const airport = tabulate(3, (S) => Math.max(...coalitionMembers(S).map((i) => i + 1)))
    expect(shapleyFractions(airport).map(String)).toEqual(['1/3', '5/6', '11/6'])
  })

  test('of the UN security council is 421/2145 for a permanent member and 4/2145 for another', () => {
    const council = tabulate(15, (S) => ((S & 31) === 31 && coalitionSize(S) >= 9 ? 1 : 0))
    const value = shapleyValue(council)
    for (let i = 0; i < 15; i++) expect(value[i]).toBeCloseTo(i < 5 ? 421 / 2145 : 4 / 2145, 13)
  })

  test('of an induced subgraph game is half the adjacent weights plus the own one', () => {
    const weight = (i: number, j: number): number => ((i * 7 + j * 3) % 5) - 1
    const game = tabulate(6, (S) => {
      const members = coalitionMembers(S)
      return members.reduce((sum, i) => sum + members.filter((j) => j >= i).reduce((s, j) => s + weight(i, j), 0), 0)
    })
    const value = shapleyValue(game)
    for (let i = 0; i < 6; i++) {
      let share = weight(i, i)
      for (let j = 0; j < 6; j++) if (j !== i) share += weight(Math.min(i, j), Math.max(i, j)) / 2
      expect(value[i]).toBeCloseTo(share, 12)
    }
  })

  test.prop([arbitraryGame(5)], { numRuns: 40, seed: 7 })(
    'equals the mean over all orders, in doubles and fractions',
    (game) => {
      const expected = shapleyByOrders(game)
      expectPayoff(shapleyValue(game), expected, 9)
      expectPayoff(
        shapleyFractions(game).map((share) => share.toNumber()),
        expected,
        9,
      )
    },
  )

  test.prop([arbitraryGame(6), fc.integer({ min: 0, max: 99 })], { numRuns: 40, seed: 7 })(
    'is efficient, additive, symmetric and gives a dummy what it is worth alone',
    (game, salt) => {
      const value = shapleyValue(game)
      const all = game.values.length - 1
      expect(value.reduce((sum, share) => sum + share, 0)).toBeCloseTo(game.values[all] as number, 9)
      const other = tabulate(game.players, (S) => (S * (salt + 3)) % 17)
      const both = tabulate(game.players, (S) => (game.values[S] as number) + (other.values[S] as number))
      const sum = shapleyValue(other).map((share, i) => share + (value[i] as number))
      expectPayoff(shapleyValue(both), [...sum], 9)
      // A dummy player worth 5 and a twin of player 0's absence are added on top.
      const dummy = tabulate(game.players + 1, (S) => (game.values[S & all] as number) + (S > all ? 5 : 0))
      expectPayoff(shapleyValue(dummy), [...value, 5], 9)
      const twins = tabulate(2, (S) => (game.values[Math.min(all, coalitionSize(S))] as number) + 1)
      const [first, second] = shapleyValue(twins)
      expect(first).toBeCloseTo(second as number, 12)
    },
  )

  test('sampled over 200 seeds lies inside the stated intervals at least as often as stated', () => {
    const game = generateStructureGame(6, 'ndcs', 3)
    const truth = shapleyValue(game)
    const value = (flags: Uint8Array): number => game.values[flags.reduce((S, flag, i) => S | (flag << i), 0)] as number
    const most = Math.max(...game.values)
    const covers = (bounds?: readonly [number, number]): number => {
      let covered = 0
      for (let seed = 1; seed <= 200; seed++) {
        const settings = { orders: 200, confidence: 0.9, seed }
        const estimate = sampleShapley(
          6,
          value,
          bounds === undefined ? settings : { ...settings, marginalBounds: bounds },
        )
        const inside = truth.every(
          (share, i) => Math.abs(share - (estimate.value[i] as number)) <= (estimate.halfWidth[i] as number),
        )
        if (inside) covered++
      }
      return covered
    }
    // 90 % of 200 less three standard deviations of such a count.
    const least = 180 - 3 * Math.sqrt(200 * 0.9 * 0.1)
    expect(covers()).toBeGreaterThanOrEqual(least)
    expect(covers([-most, most])).toBeGreaterThanOrEqual(180)
  })

  test('sampled twice with one seed is the same to the last bit', () => {
    const rule = (flags: Uint8Array): number => flags.reduce((sum, flag, i) => sum + flag * i, 0) ** 2
    expect(sampleShapley(30, rule, { seed: 5, orders: 50 })).toEqual(sampleShapley(30, rule, { seed: 5, orders: 50 }))
  })
})

test('the Banzhaf index of [51; 50, 49, 1] is 3/5, 1/5, 1/5', () => {
  expectPayoff(banzhafIndex(cooperativeGame([0, 0, 0, 1, 0, 1, 0, 1])) ?? [], [0.6, 0.2, 0.2], 14)
  expect(banzhafIndex(cooperativeGame([0, 0, 0, 0]))).toBeNull()
})

describe('the core', () => {
  test('of the glove market is the payoff (0, 0, 1) and leaves the Shapley value outside', () => {
    const core = findCore(glove)
    expect(core.status).toBe('non-empty')
    if (core.status === 'unknown') return
    expectPayoff(core.payoff, [0, 0, 1])
    const verdict = checkCorePayoff(glove, shapleyValue(glove))
    expect(verdict).toMatchObject({ inCore: false, efficient: true })
    expect(verdict.blocking?.excess).toBeCloseTo(1 / 6, 12)
  })

  test('of the majority game is empty, proved by the three pairs at weight one half', () => {
    const core = findCore(majority)
    expect(core.status).toBe('empty')
    if (core.status === 'unknown') return
    expect(core.epsilon).toBeCloseTo(1 / 3, 9)
    expect(core.bound).toBeCloseTo(1 / 3, 9)
    expect(core.certificate.value).toBeCloseTo(1.5, 9)
  })

  test.prop([arbitraryGame(5)], { numRuns: 60, seed: 11 })(
    'is decided with a payoff or a balanced collection that checks',
    (game) => {
      const core = findCore(game)
      expect(core.status).not.toBe('unknown')
      if (core.status === 'unknown') return
      expect(checkCorePayoff(game, core.payoff).efficient).toBe(true)
      expect(checkCorePayoff(game, core.payoff).inCore).toBe(core.status === 'non-empty')
      const cover = new Array<number>(game.players).fill(0)
      let value = 0
      for (const { coalition, weight } of core.certificate.weights) {
        expect(weight).toBeGreaterThanOrEqual(0)
        value += weight * (game.values[coalition] as number)
        for (const i of coalitionMembers(coalition)) cover[i] = (cover[i] as number) + weight
      }
      for (const times of cover) expect(times).toBeCloseTo(1, 9)
      if (core.status === 'empty') expect(value).toBeGreaterThan((game.values.at(-1) as number) + 1e-6)
      if (game.players > 1) expect(core.epsilon).toBeCloseTo(core.bound, 6)
    },
  )
})

describe('the nucleolus', () => {
  test('of the three bankruptcies in the Talmud', () => {
    const claims = [100, 200, 300]
    const estate = (E: number): CooperativeGame =>
      tabulate(3, (S) => Math.max(0, E - claims.reduce((sum, claim, i) => ((S >>> i) & 1 ? sum : sum + claim), 0)))
    for (const [E, expected] of [
      [100, [100 / 3, 100 / 3, 100 / 3]],
      [200, [50, 75, 75]],
      [300, [50, 100, 150]],
    ] as const) {
      const result = findNucleolus(estate(E))
      expect(result.status).toBe('optimal')
      if (result.status === 'optimal') expectPayoff(result.payoff, expected)
    }
  })

  test('differs from the prenucleolus where a player would have to pay', () => {
    const game = cooperativeGame([0, 0, 0, 10, 0, 0, 0, 2])
    const nucleolus = findNucleolus(game)
    const free = findNucleolus(game, { individuallyRational: false })
    if (nucleolus.status !== 'optimal' || free.status !== 'optimal') throw new Error('not solved')
    expectPayoff(nucleolus.payoff, [1, 1, 0])
    expectPayoff(free.payoff, [3, 3, -4])
    expect(verifyNucleolus(game, free.payoff, { individuallyRational: false }).status).toBe('verified')
    expect(verifyNucleolus(game, free.payoff).status).toBe('refuted')
  })

  test('does not exist where the players are worth more alone; the shortfall is named', () => {
    expect(findNucleolus(cooperativeGame([0, 3, 4, 5]))).toEqual({ status: 'infeasible', shortfall: 2 })
  })

  test.prop([arbitraryGame(5)], { numRuns: 60, seed: 3 })(
    'passes the criterion of Kohlberg, and its neighbours fail it',
    (game) => {
      const result = findNucleolus(game)
      if (result.status === 'infeasible') return
      expect(result.status).toBe('optimal')
      if (result.status !== 'optimal') return
      expect(verifyNucleolus(game, result.payoff).status).toBe('verified')
      if (game.players < 2) return
      const neighbour = Float64Array.from(result.payoff)
      neighbour[0] = (neighbour[0] as number) + 0.5
      neighbour[1] = (neighbour[1] as number) - 0.5
      expect(verifyNucleolus(game, neighbour).status).toBe('refuted')
    },
  )
})

describe('the best coalition structure', () => {
  test.prop([arbitraryGame(7)], { numRuns: 40, seed: 5 })('is the best of all partitions by both methods', (game) => {
    const best = bestPartition(game)
    for (const method of ['dynamic', 'priced'] as const) {
      const result = bestCoalitionStructure(game, { method })
      expect(result.status).toBe('optimal')
      expect(result.value).toBe(best)
      expect(result.coalitions.reduce((sum, S) => sum + S, 0)).toBe(game.values.length - 1)
    }
    expect(superadditiveCover(game).values.at(-1)).toBe(best)
  })

  test('of nine players is the best of all 21147 partitions', () => {
    const game = generateStructureGame(9, 'gamma', 8)
    expect(bestCoalitionStructure(game, { method: 'priced' }).value).toBe(bestPartition(game))
  })

  test('stopped before it began is still as good as everybody or nobody together, and names its bound', () => {
    const game = generateStructureGame(13, 'ndcs', 4)
    const result = bestCoalitionStructure(game, { timeLimitMs: 0 })
    let alone = 0
    for (let i = 0; i < 13; i++) alone += game.values[1 << i] as number
    expect(result.status).toBe('feasible')
    expect(result.value).toBeGreaterThanOrEqual(Math.max(alone, game.values.at(-1) as number))
    expect(result.bound).toBeGreaterThanOrEqual(bestCoalitionStructure(game).value)
  })
})

test('a table of the wrong size or with a worth for nobody is refused with every fault', () => {
  expect(() => cooperativeGame([0, 1, 2])).toThrow(InvalidInputError)
  expect(() => cooperativeGame([1, 1, Number.NaN, 2])).toThrow(/2 faults/)
})

describe.skipIf(!hasInstances)(`published games${suite}`, () => {
  interface Oracle {
    readonly name: string
    readonly n: number
    readonly valuesByBitmask?: readonly number[]
    readonly published: { readonly shapley?: number[]; readonly nucleolus?: number[]; readonly banzhafNorm?: number[] }
    readonly computed: { readonly leastCoreEps?: number; readonly coreEmpty?: boolean; readonly nucleolus?: number[] }
  }

  test('keep their Shapley value, least core and nucleolus', () => {
    const oracles = JSON.parse(readFileSync(`${coordinationFolder}coopgames/oracles.json`, 'utf8')) as Oracle[]
    for (const { name, valuesByBitmask, published, computed } of oracles) {
      if (valuesByBitmask === undefined) continue
      const game = cooperativeGame(valuesByBitmask)
      if (published.shapley !== undefined) expectPayoff(shapleyValue(game), published.shapley, 9)
      if (published.banzhafNorm !== undefined) expectPayoff(banzhafIndex(game) ?? [], published.banzhafNorm, 9)
      const core = findCore(game)
      expect(core.status, name).toBe(computed.coreEmpty === true ? 'empty' : 'non-empty')
      if (core.status !== 'unknown') expect(core.epsilon, name).toBeCloseTo(computed.leastCoreEps as number, 7)
      const nucleolus = findNucleolus(game)
      const expected = published.nucleolus ?? computed.nucleolus
      if (expected !== undefined && nucleolus.status === 'optimal') expectPayoff(nucleolus.payoff, expected)
    }
  })

  test('of 5 and 10 players have the published nucleolus, and the verifier agrees on all listed payoffs', () => {
    const files = readdirSync(`${coordinationFolder}nucleolus`).filter((file) => /n5j|n10j[0-2]|v[14]n15j0/.test(file))
    expect(files.length).toBeGreaterThan(60)
    for (const file of files) {
      const { game, candidates } = readNucleolusGame(file)
      const result = findNucleolus(game)
      const published = candidates.find((one) => one.isNucleolus)
      if (result.status !== 'optimal' || published === undefined) throw new Error(file)
      expectPayoff(result.payoff, [...published.payoff])
      for (const { payoff, isNucleolus } of candidates) {
        expect(verifyNucleolus(game, payoff).status, file).toBe(isNucleolus ? 'verified' : 'refuted')
      }
    }
  })

  test('have the published best structures, by prices alone too', () => {
    const expected = JSON.parse(readFileSync(`${coordinationFolder}csg/expected.json`, 'utf8')) as {
      n: number
      dist: string
      seed: number
      optimum: number
    }[]
    for (const { n, dist, seed, optimum } of expected) {
      if (n > 16 || (n === 16 && seed !== 1)) continue
      const game = generateStructureGame(n, dist, seed)
      const result = bestCoalitionStructure(game, { method: 'priced' })
      expect([n, dist, result.status, result.value]).toEqual([n, dist, 'optimal', optimum])
    }
  })
})
