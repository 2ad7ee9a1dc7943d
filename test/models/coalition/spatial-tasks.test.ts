import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  checkSpatialPlan,
  formByLookAhead,
  formSpatialCoalitions,
  gameFromSolver,
} from '../../../models/coalition/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { bestCoalitionStructure, sampleShapley, shapleyValue } from '../../../solvers/game/index.ts'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { groupRate, type SpatialTaskProblem } from '../../../src/domain/spatial-tasks.ts'

function fires(seed: number, agentCount: number, taskCount: number, horizon: number, team = false): SpatialTaskProblem {
  const random = new RandomStream(seed)
  const places = Array.from({ length: taskCount + 1 }, (_, p) => `p${p}`)
  const at = places.map(() => random.integer(0, 4))
  const rates = Array.from({ length: agentCount }, () => Array.from({ length: taskCount }, () => random.integer(1, 2)))
  const tasks = Array.from({ length: taskCount }, (_, v) => ({
    id: `t${v}`,
    place: places[random.integer(0, taskCount)]!,
    workload: random.integer(1, 6),
    deadline: random.integer(1, horizon),
    value: random.integer(1, 3),
  }))
  return {
    title: 'fires',
    places,
    travel: at.map((x, p) => at.map((y, q) => (p === q ? 0 : Math.max(1, Math.abs(x - y))))),
    agents: Array.from({ length: agentCount }, (_, a) => ({
      id: `a${a}`,
      place: places[random.integer(0, taskCount)]!,
    })),
    tasks,
    rates,
    // Two together do more than each alone, and three get into each other's way.
    ...(team ? { teamRate: (members: readonly string[]) => [0, 1, 3, 2][members.length]! } : {}),
  }
}

/** All ways to spend every step. */
function bestByHand(problem: SpatialTaskProblem): number {
  const { agents, tasks, places, travel } = problem
  const horizon = Math.max(...tasks.map(({ deadline }) => deadline))
  const home = agents.map(({ place }) => places.indexOf(place))
  const memo = new Map<string, number>()
  const visit = (t: number, at: readonly number[], free: readonly number[], left: readonly number[]): number => {
    if (t === horizon) return 0
    const key = JSON.stringify([t, at, free, left])
    const known = memo.get(key)
    if (known !== undefined) return known
    let best = 0
    const decide = (
      a: number,
      works: readonly number[],
      nextAt: readonly number[],
      nextFree: readonly number[],
    ): void => {
      if (a === agents.length) {
        let gained = 0
        const after = left.map((work, v) => {
          const members = [...works.keys()].filter((b) => works[b] === v)
          if (work <= 0 || t >= tasks[v]!.deadline) return work
          const rest = work - groupRate(problem, members, v)
          if (rest <= 1e-9) gained += tasks[v]!.value
          return rest <= 1e-9 ? 0 : rest
        })
        best = Math.max(best, gained + visit(t + 1, nextAt, nextFree, after))
        return
      }
      decide(a + 1, [...works, -1], nextAt, nextFree)
      if (free[a]! > t) return
      tasks.forEach((task, v) => {
        const q = places.indexOf(task.place)
        if (q === at[a]) {
          if (left[v]! > 0) decide(a + 1, [...works, v], nextAt, nextFree)
        } else {
          const arrival = t + travel[at[a]!]![q]!
          decide(a + 1, [...works, -1], nextAt.with(a, q), nextFree.with(a, arrival))
        }
      })
    }
    decide(0, [], at, free)
    memo.set(key, best)
    return best
  }
  return visit(
    0,
    home,
    agents.map(() => 0),
    tasks.map(({ workload }) => workload),
  )
}

describe('coalitions in space and time', () => {
  const cases = fc.record({
    seed: fc.integer({ min: 1, max: 1e9 }),
    agents: fc.integer({ min: 1, max: 2 }),
    team: fc.boolean(),
  })

  test.prop([cases], { numRuns: 30, seed: 61 })(
    'complete as much as the best of all ways to spend every step, and the heuristic never more',
    async ({ seed, agents, team }) => {
      const problem = fires(seed, agents, 3, 5, team)
      const result = await formSpatialCoalitions(problem)
      expect(result.status).toBe('optimal')
      expect(result.value).toBe(bestByHand(problem))
      expect(result.lookAheadValue).toBeLessThanOrEqual(result.value)
      const check = checkSpatialPlan(problem, result.stints)
      expect(check.broken).toEqual([])
      expect(check.completed.filter((at) => at !== null).length).toBe(result.completed.length)
    },
  )

  test.prop([fc.integer({ min: 1, max: 1e9 })], { numRuns: 40, seed: 62 })(
    'of the heuristic keep every rule with many agents',
    async (seed) => {
      const problem = fires(seed, 6, 8, 12)
      expect(checkSpatialPlan(problem, formByLookAhead(problem)).broken).toEqual([])
      const result = await formSpatialCoalitions(problem, { method: 'look-ahead' })
      expect(result.bound).toBeGreaterThanOrEqual(result.value)
    },
  )

  test('split up and meet again: two fires that neither truck can put out alone', async () => {
    const problem: SpatialTaskProblem = {
      title: 'two fires',
      places: ['station', 'mill', 'barn'],
      travel: [
        [0, 1, 2],
        [1, 0, 1],
        [2, 1, 0],
      ],
      agents: ['north', 'south'].map((id) => ({ id, place: 'station' })),
      tasks: [
        { id: 'mill', place: 'mill', workload: 4, deadline: 3, value: 1 },
        { id: 'barn', place: 'barn', workload: 4, deadline: 6, value: 1 },
      ],
      rates: [
        [1, 1],
        [1, 1],
      ],
    }
    const result = await formSpatialCoalitions(problem)
    expect(result).toMatchObject({
      status: 'optimal',
      value: 2,
      completed: [
        { task: 'mill', at: 3 },
        { task: 'barn', at: 6 },
      ],
    })
    const late = { ...problem, tasks: problem.tasks.map((task) => ({ ...task, deadline: 5 })) }
    expect(await formSpatialCoalitions(late)).toMatchObject({ status: 'optimal', value: 1 })
  })

  test('are refused with every fault', async () => {
    const problem = fires(1, 1, 1, 3)
    const bad = { ...problem, agents: [{ id: 'a', place: 'nowhere' }], rates: [[-1]], travel: [[1]] }
    await expect(formSpatialCoalitions(bad)).rejects.toThrow(/4 faults/)
  })

  test('whose plan teleports, or works without a beginning, are found out', () => {
    const problem = fires(3, 1, 2, 6)
    const far = { ...problem, travel: problem.travel.map((line, p) => line.map((_, q) => (p === q ? 0 : 9))) }
    const moved = {
      ...far,
      agents: [{ id: 'a0', place: 'p0' }],
      tasks: far.tasks.map((task) => ({ ...task, place: 'p1' })),
    }
    expect(checkSpatialPlan(moved, [{ agent: 'a0', task: 't0', from: 0, until: 2 }]).broken[0]).toMatch(
      /can be there at 9/,
    )
    expect(checkSpatialPlan(moved, [{ agent: 'x', task: 't0', from: 2, until: 2 }]).broken).toHaveLength(2)
  })
})

describe('a game whose values come from a solver', () => {
  // Worth of a coalition: what it completes when it is sent out alone.
  const problem = fires(11, 4, 4, 5)
  const worth = async (members: readonly string[]): Promise<number> => {
    const chosen = problem.agents
      .map((agent, a) => ({ agent, rates: problem.rates[a]! }))
      .filter(({ agent }) => members.includes(agent.id))
    const part = { ...problem, agents: chosen.map(({ agent }) => agent), rates: chosen.map(({ rates }) => rates) }
    return (await formSpatialCoalitions(part)).value
  }

  test('asks for each coalition once, and feeds structures and shares', async () => {
    let calls = 0
    const ids = problem.agents.map(({ id }) => id)
    const counted = (members: readonly string[]) => {
      calls++
      return worth(members)
    }
    const result = await gameFromSolver(ids, counted, { monotone: true })
    if (result.status !== 'complete') throw new Error('stopped')
    expect([calls, result.asked, result.raised]).toEqual([15, 15, 0])
    expect(result.game.values[15]).toBe((await formSpatialCoalitions(problem)).value)
    expect(shapleyValue(result.game).reduce((sum, share) => sum + share, 0)).toBeCloseTo(result.game.values[15]!, 9)
    expect(bestCoalitionStructure(result.game).value).toBeGreaterThanOrEqual(result.game.values[15]!)
  })

  test('reports parts that were worth more than the whole, and stops with what it knows', async () => {
    const odd = (members: readonly string[]) => (members.length === 2 ? null : members.length)
    const raised = await gameFromSolver(['a', 'b', 'c'], odd, { monotone: true })
    expect(raised).toMatchObject({ status: 'complete', raised: 3 })
    const stopped = await gameFromSolver(['a', 'b'], odd, { timeLimitMs: 0 })
    expect(stopped).toMatchObject({ status: 'stopped', limit: 'time', asked: 0 })
    await expect(gameFromSolver(['a', 'a'], odd)).rejects.toThrow(InvalidInputError)
  })
})

test('sampled Shapley intervals at 95 % cover the truth for nearly all of 200 seeds, all players at once', () => {
  const random = new RandomStream(5)
  const players = 8
  const values = Float64Array.from({ length: 2 ** players }, (_, S) => (S === 0 ? 0 : random.integer(0, 100)))
  const truth = shapleyValue({ players, values })
  const covered = (bounds: boolean): number => {
    let count = 0
    for (let seed = 1; seed <= 200; seed++) {
      const value = (coalition: Uint8Array): number => values[coalition.reduce((mask, one, i) => mask | (one << i), 0)]!
      const sampled = sampleShapley(players, value, {
        seed,
        orders: 300,
        ...(bounds ? { marginalBounds: [-100, 100] as const } : {}),
      })
      if (truth.every((share, i) => Math.abs(share - sampled.value[i]!) <= sampled.halfWidth[i]!)) count++
    }
    return count
  }
  expect(covered(true)).toBeGreaterThanOrEqual(190)
  // By the normal limit: 190 expected, three standard deviations of the binomial are 9.
  expect(covered(false)).toBeGreaterThanOrEqual(181)
})
