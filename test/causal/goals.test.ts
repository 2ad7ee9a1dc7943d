import { describe, expect, it } from 'vitest'
import { selectGoals } from '../../models/goals/index.ts'
import { RandomStream } from '../../solvers/numeric/random.ts'
import { type GoalProblem, goalHolds } from '../../src/domain/goal.ts'

const on = (name: string) => [{ variable: name, equals: true }]

describe('goal decomposition', () => {
  it('does a cause that two goals share once', async () => {
    const result = await selectGoals({
      goals: [
        { name: 'g', conditions: on('g') },
        { name: 'h', conditions: on('h') },
      ],
      causes: [
        { name: 'shared', cost: 5 },
        { name: 'own g', cost: 2, needs: ['shared'] },
        { name: 'own h', cost: 3, needs: ['shared'] },
      ],
      ways: [
        { goal: 'g', ways: [['own g']] },
        { goal: 'h', ways: [['own h']] },
      ],
    })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.cost).toBe(10)
    expect(result.causes[0]).toBe('shared')
    expect(result.shared).toEqual([{ cause: 'shared', goals: ['g', 'h'] }])
  })

  it('with soft goals worth 3, 2 and 2, each for 3, and 4 to spend, picks the one worth 3', async () => {
    const names = ['three', 'two', 'deux']
    const result = await selectGoals({
      goals: names.map((name, index) => ({ name, conditions: on(name), soft: true, utility: index === 0 ? 3 : 2 })),
      causes: names.map((name) => ({ name: `do ${name}`, cost: 3 })),
      ways: names.map((name) => ({ goal: name, ways: [[`do ${name}`]] })),
      budget: 4,
    })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.reached.map((entry) => entry.goal)).toEqual(['three'])
    expect(result.utility).toBe(3)
  })

  it('keeps deadlines and orders, and names hard goals that exclude each other', async () => {
    const problem: GoalProblem = {
      goals: [
        { name: 'early', conditions: on('early'), deadline: 3 },
        { name: 'late', conditions: on('late'), after: ['early'], soft: true, deadline: 4 },
      ],
      causes: [
        { name: 'fast', cost: 9, duration: 3 },
        { name: 'slow', cost: 1, duration: 8 },
        { name: 'short', cost: 1, duration: 2 },
      ],
      ways: [
        { goal: 'early', ways: [['slow'], ['fast']] },
        { goal: 'late', ways: [['short']] },
      ],
    }
    const result = await selectGoals(problem)
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.causes).toEqual(['short', 'fast'])
    expect(result.reached.map((entry) => entry.time)).toEqual([3, 3])
    expect(await selectGoals({ ...problem, budget: 5 })).toEqual({ status: 'infeasible', conflict: ['early'] })
  })

  it('knows ranges, and needs nothing for what holds already', async () => {
    const warm = { name: 'warm', conditions: [{ variable: 'temperature', atLeast: 18, atMost: 24 }] }
    expect(goalHolds(warm, { temperature: 20 })).toBe(true)
    expect(goalHolds(warm, { temperature: 25 })).toBe(false)
    const result = await selectGoals({ goals: [warm], causes: [], ways: [], current: { temperature: 20 } })
    expect(result).toMatchObject({ status: 'satisfied', cost: 0, causes: [] })
    await expect(selectGoals({ goals: [{ ...warm, after: ['cold'] }], causes: [], ways: [] })).rejects.toThrow(
      /no goal 'cold'/,
    )
  })

  it('equals trying all sets of causes on random problems', async () => {
    const random = new RandomStream(5)
    for (let round = 0; round < 12; round++) {
      const causes = Array.from({ length: 5 }, (_, i) => ({
        name: `c${i}`,
        cost: random.integer(1, 6),
        needs: i > 0 && random.chance(0.3) ? [`c${random.integer(0, i - 1)}`] : [],
      }))
      const goals = Array.from({ length: 4 }, (_, i) => ({
        name: `g${i}`,
        conditions: on(`g${i}`),
        soft: true,
        utility: random.integer(1, 9),
      }))
      const ways = goals.map((goal) => ({
        goal: goal.name,
        ways: Array.from({ length: 2 }, () =>
          causes.filter(() => random.chance(0.4)).map((cause) => cause.name),
        ).filter((way) => way.length > 0),
      }))
      const budget = random.integer(3, 14)
      let best = { utility: 0, cost: 0 }
      for (let mask = 0; mask < 32; mask++) {
        const done = new Set(causes.filter((_, i) => (mask >> i) & 1).map((cause) => cause.name))
        if (causes.some((cause) => done.has(cause.name) && cause.needs.some((need) => !done.has(need)))) continue
        const cost = causes.reduce((sum, cause) => sum + (done.has(cause.name) ? cause.cost : 0), 0)
        if (cost > budget) continue
        const utility = goals.reduce(
          (sum, goal, i) => sum + (ways[i]?.ways.some((way) => way.every((name) => done.has(name))) ? goal.utility : 0),
          0,
        )
        if (utility > best.utility || (utility === best.utility && cost < best.cost)) best = { utility, cost }
      }
      const result = await selectGoals({ goals, causes, ways, budget })
      if (result.status !== 'optimal') throw new Error(result.status)
      expect({ utility: result.utility, cost: result.cost }).toEqual(best)
    }
  })
})
