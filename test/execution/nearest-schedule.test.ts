import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { faultOf, nearestSchedule, type RepairedStep, type ScheduleRepair } from '../../models/repair/index.ts'

const way = (id: string, duration: number, cost: number, crew: number) => ({ id, duration, cost, uses: { crew } })

describe('the nearest schedule', () => {
  test('a schedule that is still feasible stays as it is', async () => {
    const problem: ScheduleRepair = {
      now: 0,
      open: [{ id: 'a', ways: [way('slow', 3, 1, 1)], oldStart: 2, oldWay: 'slow' }],
      pinned: [],
      orders: [],
      capacities: { crew: 1 },
    }
    expect(await nearestSchedule(problem)).toMatchObject({ status: 'optimal', changed: 0, shift: 0, cost: 1 })
  })

  test('one task done faster rather than two moved when the deadline presses', async () => {
    const problem: ScheduleRepair = {
      now: 5,
      open: [
        { id: 'b', ways: [way('slow', 4, 1, 1), way('fast', 2, 9, 1)], oldStart: 3, oldWay: 'slow' },
        { id: 'c', ways: [way('slow', 2, 1, 1)], oldStart: 7, oldWay: 'slow' },
      ],
      pinned: [{ id: 'a', start: 0, end: 5, uses: { crew: 1 } }],
      orders: [
        ['a', 'b'],
        ['b', 'c'],
      ],
      capacities: { crew: 1 },
      deadline: 9,
    }
    const result = await nearestSchedule(problem)
    expect(result).toMatchObject({ status: 'optimal', changed: 1, shift: 2 })
    if (result.status === 'optimal')
      expect(result.steps.map(({ id, way: name, start }) => [id, name, start])).toEqual([
        ['b', 'fast', 5],
        ['c', 'slow', 7],
      ])
  })

  test('what cannot be done in time is said, fractional times are refused', async () => {
    const open = [{ id: 'a', ways: [way('slow', 3, 1, 1)], oldStart: 0, oldWay: 'slow' }]
    const problem = { now: 0, open, pinned: [], orders: [], capacities: {}, deadline: 2 }
    expect(await nearestSchedule(problem)).toEqual({ status: 'infeasible' })
    await expect(nearestSchedule({ ...problem, now: 0.5 })).rejects.toThrow('whole time units')
  })

  const step = fc.record({
    slow: fc.integer({ min: 1, max: 3 }),
    fast: fc.integer({ min: 1, max: 2 }),
    oldStart: fc.integer({ min: 0, max: 4 }),
    crew: fc.integer({ min: 1, max: 2 }),
  })
  property.prop([fc.array(step, { minLength: 1, maxLength: 3 }), fc.integer({ min: 4, max: 6 }), fc.boolean()], {
    numRuns: 25,
  })('is as near as the nearest of all schedules', async (list, deadline, chained) => {
    const problem: ScheduleRepair = {
      now: 1,
      open: list.map(({ slow, fast, oldStart, crew }, index) => ({
        id: String(index),
        ways: [way('slow', slow, 1, crew), way('fast', fast, 4, crew)],
        oldStart,
        oldWay: 'slow',
      })),
      pinned: [{ id: 'p', start: 0, end: 2, uses: { crew: 1 } }],
      orders: chained ? [['p', '0'], ...list.slice(1).map((_s, i) => [String(i), String(i + 1)] as const)] : [],
      capacities: { crew: 2 },
      deadline,
    }
    const result = await nearestSchedule(problem)
    const best = nearestOfAll(problem)
    if (best === null) expect(result.status).toBe('infeasible')
    else expect(result).toMatchObject({ status: 'optimal', changed: best[0], shift: best[1], cost: best[2] })
  })
})

/** [changed, shift, cost] of the lexicographically nearest schedule, by trying everything. */
function nearestOfAll(problem: ScheduleRepair): readonly [number, number, number] | null {
  let best: readonly [number, number, number] | null = null
  const choose = (steps: readonly RepairedStep[], values: readonly [number, number, number]): void => {
    const next = problem.open[steps.length]
    if (next === undefined) {
      if (faultOf(problem, steps) === null && (best === null || compare(values, best) < 0)) best = values
      return
    }
    for (const option of next.ways) {
      for (let start = problem.now; start + option.duration <= (problem.deadline ?? 0); start++) {
        const changed = start !== next.oldStart || option.id !== next.oldWay
        const entry = { id: next.id, way: option.id, start, end: start + option.duration, changed }
        const [a, b, c] = values
        choose([...steps, entry], [a + Number(changed), b + Math.abs(start - next.oldStart), c + option.cost])
      }
    }
  }
  choose([], [0, 0, 0])
  return best
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number)
  return 0
}
