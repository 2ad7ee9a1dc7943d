import { describe, expect, it } from 'vitest'
import { type SchedulingProblem, scheduleNow } from '../../../solvers/scheduling/index.ts'
import { writeMspdi } from '../../../src/io/mspdi/index.ts'

describe('the MSPDI export', () => {
  const problem: SchedulingProblem = {
    name: 'roof & walls',
    tasks: [
      { id: 'walls', modes: [{ duration: 3, demands: [2] }] },
      { id: 'roof <new>', modes: [{ duration: 2, demands: [1] }] },
    ],
    renewables: [{ id: 'crew', capacity: 2 }],
    lags: [{ before: 0, after: 1, min: 1 }],
  }
  const result = scheduleNow(problem)
  if (result.status !== 'optimal') throw new Error(result.status)

  it('writes calendar times, links with lags and assignments', () => {
    const xml = writeMspdi(problem, result.schedule, { start: '2026-03-02T00:00:00' })
    expect(xml).toContain('<Name>roof &amp; walls</Name>')
    expect(xml).toContain(
      '<Name>roof &lt;new&gt;</Name><Start>2026-03-06T00:00:00</Start><Finish>2026-03-08T00:00:00</Finish>',
    )
    expect(xml).toContain('<Duration>PT48H0M0S</Duration>')
    expect(xml).toContain('<PredecessorUID>1</PredecessorUID><Type>1</Type><LinkLag>14400</LinkLag>')
    expect(xml.match(/<Assignment>/g)).toHaveLength(2)
  })

  it('closes every element it opens', () => {
    const xml = writeMspdi(problem, result.schedule, { start: '2026-03-02T08:00:00', minutesPerUnit: 45 })
    const open: string[] = []
    for (const [, closing, name] of xml.matchAll(/<(\/?)([A-Za-z]+)[^>?]*>/g)) {
      if (closing === '') open.push(name!)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
  })

  it('refuses a start that is no calendar time', () => {
    expect(() => writeMspdi(problem, result.schedule, { start: 'Monday' })).toThrow(/Monday/)
  })
})
