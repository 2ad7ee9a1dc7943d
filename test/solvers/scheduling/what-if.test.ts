import { describe, expect, it } from 'vitest'
import { scheduleNow, valueOfCapacity } from '../../../solvers/scheduling/index.ts'
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
