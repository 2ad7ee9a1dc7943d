import { describe, expect, it } from 'vitest'
import { scheduleProject } from '../../../models/scheduling/index.ts'
import { type SchedulingProblem, scheduleNow } from '../../../solvers/scheduling/index.ts'
import type { ProjectProblem } from '../../../src/domain/project.ts'
import { minutesOf, writeMspdi, writeProjectMspdi } from '../../../src/io/mspdi/index.ts'

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

describe('a project as MSPDI', () => {
  const task = { release: 0, deadline: null, due: null, weight: 0, value: 0, optional: false }
  const problem: ProjectProblem = {
    ...{ title: 'shop', timeUnit: 'h', costUnit: '', deadline: null, budget: null, objectives: ['makespan'] },
    resources: [
      {
        ...{ id: 'press', type: 'reusable', capacity: 1, initial: 1, costPerUnit: 0, costPerTime: 0 },
        closures: [{ from: 1, to: 2, amount: null }],
      },
    ],
    tasks: [
      {
        ...task,
        id: 'punch',
        pausable: true,
        modes: [
          {
            ...{ id: 'punch', duration: 1.5, cost: 3, produces: [] },
            requires: [{ resource: 'press', amount: 1, when: 'duration' }],
          },
        ],
      },
      { ...task, id: 'pack', modes: [{ id: 'pack', duration: 1, cost: 0, requires: [], produces: [] }] },
    ],
    precedence: [{ before: 'punch', after: 'pack', kind: 'finish-start', minLag: 0.5, maxLag: null }],
  }

  it('has the dates of the schedule, pauses included, by the unit of the document', async () => {
    const result = await scheduleProject(problem)
    if (result.status !== 'optimal') throw new Error(result.status)
    const xml = writeProjectMspdi(problem, result.schedule, { start: '2026-03-02T08:00:00' })
    expect(xml).toContain(
      '<Name>punch</Name><Start>2026-03-02T08:00:00</Start><Finish>2026-03-02T10:30:00</Finish><Duration>PT2H30M0S</Duration>',
    )
    expect(xml).toContain('<Name>pack</Name><Start>2026-03-02T11:00:00</Start><Finish>2026-03-02T12:00:00</Finish>')
    expect(xml).toContain('<LinkLag>300</LinkLag>')
    expect(xml.match(/<Assignment>/g)).toHaveLength(1)
  })

  it('knows the usual names of units', () => {
    expect(['min', 'hours', 'd', 'week', ''].map(minutesOf)).toEqual([1, 60, 1440, 10080, 1440])
  })
})
