import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { consensusAction, NO_WINNER } from '../../src/coordination/bundle-consensus.ts'
import {
  type BundleAgent,
  checkBundles,
  checkDiminishingGains,
  sequentialGreedy,
} from '../../src/coordination/bundle-scores.ts'
import { consensusBundles, type Links } from '../../src/coordination/consensus-bundles.ts'

interface Team {
  readonly agents: readonly BundleAgent[]
  readonly tasks: readonly string[]
}

/** Every task covers some of twelve areas more or less well; an area counts as well as it is covered best: gains diminish. */
function watchers(seed: number, count: number, taskCount: number, capacity = 3): Team {
  const random = new RandomStream(seed)
  const tasks = Array.from({ length: taskCount }, (_, j) => `t${j}`)
  const areas = Array.from({ length: 12 }, () => random.next())
  const agents = Array.from({ length: count }, (_, i): BundleAgent => {
    const quality = new Map(tasks.map((task) => [task, areas.map(() => Math.max(0, random.next() - 0.4))]))
    const score = (path: readonly string[]): number =>
      areas.reduce((sum, weight, a) => sum + weight * Math.max(0, ...path.map((task) => quality.get(task)![a]!)), 0)
    return { id: `a${i}`, capacity, score }
  })
  return { agents, tasks }
}

/** Rewards that shrink by the second until the agent, which starts somewhere in a square, is there: gains nearly diminish. */
function travellers(seed: number, count: number, taskCount: number, capacity = 3): Team {
  const random = new RandomStream(seed)
  const point = (): readonly [number, number] => [random.next(), random.next()]
  const tasks = Array.from({ length: taskCount }, (_, j) => `t${j}`)
  const places = new Map(tasks.map((task) => [task, { at: point(), reward: 1 + 9 * random.next() }]))
  const agents = Array.from({ length: count }, (_, i): BundleAgent => {
    const start = point()
    return {
      id: `a${i}`,
      capacity,
      score(path) {
        let [x, y] = start
        let time = 0
        let worth = 0
        for (const task of path) {
          const { at, reward } = places.get(task)!
          time += Math.hypot(at[0] - x, at[1] - y)
          worth += reward * 0.7 ** time
          ;[x, y] = at
        }
        return worth
      },
    }
  })
  return { agents, tasks }
}

const line = (n: number): Links => Array.from({ length: n - 1 }, (_, i) => [`a${i}`, `a${i + 1}`] as const)
const ring = (n: number): Links => [...line(n), [`a${n - 1}`, 'a0']]
const star = (n: number): Links => Array.from({ length: n - 1 }, (_, i) => ['a0', `a${i + 1}`] as const)
/** Another link of the line each round: never connected at any one time, connected over time. */
const rotating =
  (n: number) =>
  (round: number): Links =>
    line(n).filter((_, k) => k === round % (n - 1))

/** The best of all ways to give out the tasks, in all orders. */
function optimum({ agents, tasks }: Team): number {
  let best = 0
  const paths: string[][] = agents.map(() => [])
  const visit = (j: number): void => {
    if (j === tasks.length) {
      best = Math.max(
        best,
        paths.reduce((sum, path, i) => sum + (agents[i]!.score(path) ?? -1e9), 0),
      )
      return
    }
    visit(j + 1)
    paths.forEach((path, i) => {
      if (path.length >= agents[i]!.capacity) return
      for (let place = 0; place <= path.length; place++) {
        paths[i] = [...path.slice(0, place), tasks[j]!, ...path.slice(place)]
        visit(j + 1)
      }
      paths[i] = path
    })
  }
  visit(0)
  return best
}

describe('consensus on bundles', () => {
  const cases = fc.record({
    seed: fc.integer({ min: 1, max: 1e9 }),
    agents: fc.integer({ min: 2, max: 6 }),
    tasks: fc.integer({ min: 1, max: 9 }),
    network: fc.constantFrom('line', 'ring', 'star', 'rotating', 'all'),
    loss: fc.constantFrom(0, 0.3),
  })

  test.prop([cases], { numRuns: 120, seed: 21 })(
    'over a line, ring, star or changing links, with or without loss, agrees on what one centre would choose greedily',
    ({ seed, agents: count, tasks: taskCount, network, loss }) => {
      const team = watchers(seed, count, taskCount)
      const links = { line: line(count), ring: ring(count), star: star(count), rotating: rotating(count) }
      const result = consensusBundles(team.agents, team.tasks, {
        seed,
        loss,
        silence: 1000,
        ...(network === 'all' ? {} : { links: links[network as keyof typeof links] }),
      })
      expect(result.status).toBe('agreed')
      expect(checkBundles(team.agents, team.tasks, result.allocation)).toEqual([])
      expect(result.allocation).toEqual(sequentialGreedy(team.agents, team.tasks))
      expect(result.growing).toBeNull()
    },
  )

  test.prop([cases], { numRuns: 40, seed: 25 })(
    'that only append to their bundles agrees without conflict too',
    ({ seed, agents: count, tasks: taskCount, loss }) => {
      const team = watchers(seed, count, taskCount)
      const result = consensusBundles(team.agents, team.tasks, {
        seed,
        loss,
        silence: 1000,
        bundle: 'appended',
        links: line(count),
      })
      expect(result.status).toBe('agreed')
      expect(checkBundles(team.agents, team.tasks, result.allocation)).toEqual([])
    },
  )

  test.prop([fc.integer({ min: 1, max: 1e9 })], { numRuns: 40, seed: 22 })(
    'is worth at least half of the optimum, which is within the bound it states',
    (seed) => {
      const team = watchers(seed, 3, 5, 2)
      const result = consensusBundles(team.agents, team.tasks, { links: line(3) })
      if (result.status !== 'agreed' || result.bound === null) throw new Error(result.status)
      const best = optimum(team)
      expect(result.value).toBeGreaterThanOrEqual(best / 2 - 1e-9)
      expect(result.value).toBeLessThanOrEqual(best + 1e-9)
      expect(result.bound).toBeGreaterThanOrEqual(best - 1e-9)
      expect(result.bound).toBeLessThanOrEqual(2 * result.value + 1e-9)
    },
  )

  test('over a static network agrees within tasks times diameter rounds', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const team = watchers(seed, 5, 6)
      expect(consensusBundles(team.agents, team.tasks, { links: line(5) }).rounds).toBeLessThanOrEqual(6 * 4 + 1)
    }
  })

  test.prop([fc.integer({ min: 1, max: 1e9 })], { numRuns: 40, seed: 23 })(
    'after an agent fell silent ends with what the others would choose without it',
    (seed) => {
      const team = watchers(seed, 4, 7)
      const result = consensusBundles(team.agents, team.tasks, { links: ring(4), lost: [{ agent: 'a2', round: 4 }] })
      expect(result.status).toBe('agreed')
      const others = team.agents.filter(({ id }) => id !== 'a2')
      expect(result.allocation.filter(({ agent }) => agent !== 'a2')).toEqual(sequentialGreedy(others, team.tasks))
    },
  )

  test('says the same bytes for the same seed', () => {
    const team = watchers(5, 5, 8)
    const run = () => JSON.stringify(consensusBundles(team.agents, team.tasks, { links: ring(5), loss: 0.4, seed: 9 }))
    expect(run()).toBe(run())
  })

  test('that is torn apart says who holds what twice', () => {
    const team = watchers(3, 4, 4)
    const torn: Links = [
      ['a0', 'a1'],
      ['a2', 'a3'],
    ]
    const result = consensusBundles(team.agents, team.tasks, { links: torn, silence: 1000, rounds: 60 })
    expect(result).toMatchObject({ status: 'disagreed', limit: 'iterations' })
    if (result.status === 'disagreed') expect(result.conflicts.length).toBeGreaterThan(0)
  })

  test('never gives an agent more than it takes, nor what it cannot do', () => {
    const picky: BundleAgent = { id: 'a0', capacity: 1, score: (path) => (path.includes('x') ? null : path.length) }
    const free: BundleAgent = { id: 'a1', capacity: 2, score: (path) => path.length / 2 }
    const result = consensusBundles([picky, free], ['x', 'y', 'z'])
    expect(result.allocation.map(({ path }) => [...path].sort())).toEqual([['y'], ['x', 'z']])
    expect(result.unassigned).toEqual([])
  })
})

describe('diminishing gains', () => {
  test('hold for areas that are watched', () => {
    const { agents, tasks } = watchers(8, 1, 5)
    expect(checkDiminishingGains(agents[0]!, tasks)).toMatchObject({ status: 'diminishing', exhaustive: true })
  })

  test('do not hold for tasks that help each other, and the pair is named; warped bids still agree', () => {
    const pair = (id: string, each: number): BundleAgent => ({
      id,
      capacity: 2,
      score: (path) => each * path.length + (path.length === 2 ? 5 : 0),
    })
    const agents = [pair('a0', 2), pair('a1', 3)]
    expect(checkDiminishingGains(agents[0]!, ['x', 'y'])).toMatchObject({ status: 'increasing', before: 2, after: 7 })
    const result = consensusBundles(agents, ['x', 'y'], { warp: true })
    expect(result.status).toBe('agreed')
    expect(result.growing).not.toBeNull()
    if (result.status === 'agreed') expect(result.bound).toBeNull()
  })

  test('fail by little for rewards that shrink with travel time, as a delay costs less the later it comes', () => {
    const { agents, tasks } = travellers(8, 1, 5)
    const check = checkDiminishingGains(agents[0]!, tasks)
    expect(check.status).toBe('increasing')
    if (check.status === 'increasing') expect(check.after / check.before).toBeLessThan(1.1)
  })

  test.prop([fc.integer({ min: 1, max: 1e9 })], { numRuns: 40, seed: 24 })(
    'that fail are no obstacle to an agreement without conflict when bids are warped',
    (seed) => {
      const team = travellers(seed, 4, 8)
      const result = consensusBundles(team.agents, team.tasks, {
        links: ring(4),
        warp: true,
        seed,
        loss: 0.2,
        silence: 99,
      })
      expect(result.status).toBe('agreed')
      expect(checkBundles(team.agents, team.tasks, result.allocation)).toEqual([])
    },
  )

  test('are only sampled when there are too many paths', () => {
    const { agents, tasks } = watchers(8, 1, 9, 6)
    expect(checkDiminishingGains(agents[0]!, tasks, { limit: 300 })).toMatchObject({ exhaustive: false })
  })
})

describe('the decision table', () => {
  // Rows and columns of table I of the paper; receiver 0, sender 1, third agents 2 and 3.
  const [i, k, m, n, none] = [0, 1, 2, 3, NO_WINNER]
  const act = (theirs: number, mine: number, higher: boolean, fresh: readonly number[]): string =>
    consensusAction(i, k, { winner: theirs, bid: higher ? 2 : 1 }, { winner: mine, bid: higher ? 1 : 2 }, (agent) =>
      fresh.includes(agent),
    )

  test('has all seventeen rules of the paper', () => {
    expect([act(k, i, true, []), act(k, i, false, [])]).toEqual(['update', 'leave'])
    expect(act(k, k, false, [])).toBe('update')
    expect([act(k, m, false, [m]), act(k, m, true, []), act(k, m, false, [])]).toEqual(['update', 'update', 'leave'])
    expect(act(k, none, true, [])).toBe('update')
    expect([act(i, i, true, []), act(i, k, true, []), act(i, none, true, [])]).toEqual(['leave', 'reset', 'leave'])
    expect([act(i, m, true, [m]), act(i, m, true, [])]).toEqual(['reset', 'leave'])
    expect([act(m, i, true, [m]), act(m, i, true, []), act(m, i, false, [m])]).toEqual(['update', 'leave', 'leave'])
    expect([act(m, k, false, [m]), act(m, k, true, [])]).toEqual(['update', 'reset'])
    expect([act(m, m, false, [m]), act(m, m, true, [])]).toEqual(['update', 'leave'])
    expect([act(m, n, false, [m, n]), act(m, n, true, [m]), act(m, n, false, [m])]).toEqual([
      'update',
      'update',
      'leave',
    ])
    expect([act(m, n, true, [n]), act(m, n, true, [])]).toEqual(['reset', 'leave'])
    expect([act(m, none, true, [m]), act(m, none, true, [])]).toEqual(['update', 'leave'])
    expect([act(none, i, true, []), act(none, k, true, []), act(none, none, true, [])]).toEqual([
      'leave',
      'update',
      'leave',
    ])
    expect([act(none, m, true, [m]), act(none, m, true, [])]).toEqual(['update', 'leave'])
  })
})

test('agents listed twice, links to nobody and impossible options are refused together', () => {
  const { agents } = watchers(1, 2, 1)
  const twice = [agents[0]!, agents[0]!]
  expect(() => consensusBundles(twice, ['t0', 't0'], { loss: 2, links: [['a0', 'z']] })).toThrow(/4 faults/)
  expect(() => consensusBundles(agents, ['t0'], { links: () => [['a0', 'z']] })).toThrow(InvalidInputError)
})
