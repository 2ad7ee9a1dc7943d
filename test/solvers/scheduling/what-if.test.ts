import { describe, expect, it } from 'vitest'
import {
  insertionPlaces,
  type SchedulingProblem,
  scheduleNow,
  valueOfCapacity,
} from '../../../solvers/scheduling/index.ts'
import { renovation } from './fixtures.ts'

describe('what one more unit of each resource buys', () => {
  it('is a day for one more in the crew, and nothing for a second crane', async () => {
    const { problem } = renovation()
    const base = scheduleNow(problem)
    if (base.status !== 'optimal') throw new Error(base.status)
    expect(base.schedule.makespan).toBe(25)
    const values = await valueOfCapacity(problem, base.schedule)
    expect(values.map((value) => [value.id, value.proved])).toEqual([
      ['crew', true],
      ['crane', true],
    ])
    const again = scheduleNow({ ...problem, renewables: [{ id: 'crew', capacity: 6 }, problem.renewables![1]!] })
    expect(values[0]!.objective).toBe(again.status === 'optimal' && again.schedule.makespan)
    expect(values[0]!.gain).toBeGreaterThanOrEqual(1)
    expect(values[1]!.gain).toBe(0)
  })
})

describe('one more task', () => {
  const problem: SchedulingProblem = {
    tasks: [
      { id: 'a', modes: [{ duration: 3, demands: [2] }] },
      { id: 'b', modes: [{ duration: 3, demands: [2] }] },
    ],
    renewables: [{ id: 'crew', capacity: 3 }],
  }

  it('goes where it lengthens the schedule least, or nowhere when there is no room', () => {
    const base = scheduleNow(problem)
    if (base.status !== 'optimal') throw new Error(base.status)
    const small = { ...problem, tasks: [...problem.tasks, { id: 'new', modes: [{ duration: 4, demands: [1] }] }] }
    expect(insertionPlaces(small, base.schedule)[0]).toMatchObject({ start: 0, objective: 6 })
    const large = { ...problem, tasks: [...problem.tasks, { id: 'new', modes: [{ duration: 2, demands: [2] }] }] }
    expect(insertionPlaces(large, base.schedule).map((place) => [place.start, place.objective])).toEqual([[6, 8]])
    const huge = { ...problem, tasks: [...problem.tasks, { id: 'new', modes: [{ duration: 2, demands: [4] }] }] }
    expect(insertionPlaces(huge, base.schedule)).toEqual([])
  })
})
