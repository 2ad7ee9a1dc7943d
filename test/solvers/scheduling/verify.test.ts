import { describe, expect, it } from 'vitest'
import { compileProblem } from '../../../solvers/scheduling/compile.ts'
import { computeWindows } from '../../../solvers/scheduling/graph.ts'
import { scheduleFrom } from '../../../solvers/scheduling/outcome.ts'
import type { SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import { validateProblem } from '../../../solvers/scheduling/validate.ts'
import { verifySchedule } from '../../../solvers/scheduling/verify.ts'

const problem: SchedulingProblem = {
  tasks: [
    { id: 'dig', modes: [{ duration: 3, demands: [3], consumes: [2], cost: 4 }] },
    { id: 'pour', modes: [{ duration: 2, demands: [3], produces: [9] }], due: 4 },
    { id: 'wait', modes: [{ duration: 0 }], deadline: 9 },
  ],
  renewables: [{ id: 'crew', capacity: 5 }],
  stocks: [{ id: 'sand', initial: 1, capacity: 6 }],
  lags: [{ before: 0, after: 2, min: 1, max: 2 }],
  noOverlaps: [{ id: 'site', tasks: [0, 1] }],
  maxCost: 3,
}

describe('the check of a schedule', () => {
  const compiled = compileProblem(problem)
  const faultsOf = (starts: number[], modes = [0, 1, 2]) =>
    verifySchedule(problem, scheduleFrom(compiled, Int32Array.from(starts), Int32Array.from(modes)))

  it('names what is broken, by whom and by how much', () => {
    const faults = faultsOf([0, 2, 10])
    expect(faults.map((fault) => fault.kind)).toEqual([
      'window',
      'lag',
      'capacity',
      'stock',
      'overflow',
      'overlap',
      'limit',
    ])
    expect(faults.find((fault) => fault.kind === 'capacity')).toMatchObject({
      tasks: [0, 1],
      from: 2,
      to: 3,
      excess: 1,
    })
    expect(faults.find((fault) => fault.kind === 'stock')).toMatchObject({ resource: 'sand', from: 0, excess: 1 })
  })

  it('lets one task follow another without a gap', () => {
    expect(faultsOf([0, 3, 4]).some((fault) => fault.kind === 'capacity' || fault.kind === 'overlap')).toBe(false)
  })

  it('misses a task that is left out', () => {
    expect(faultsOf([0, -1, 4], [0, -1, 2]).some((fault) => fault.kind === 'mode')).toBe(true)
  })

  it('does not take the word of the schedule for its objective', () => {
    const schedule = scheduleFrom(compiled, Int32Array.from([0, 3, 4]), Int32Array.from([0, 1, 2]))
    const faults = verifySchedule(problem, { ...schedule, makespan: 1 })
    expect(faults.some((fault) => fault.kind === 'objective')).toBe(true)
  })
})

describe('a malformed problem', () => {
  it('is refused with every fault at once', () => {
    const issues = validateProblem({
      tasks: [
        { id: 'a', modes: [{ duration: -1 }] },
        { id: 'a', modes: [] },
      ],
      lags: [{ before: 0, after: 7 }],
      renewables: [{ id: 'r', capacity: Number.NaN }],
    })
    expect(issues.map((issue) => issue.code).sort()).toEqual([
      'duplicate-id',
      'empty',
      'out-of-range',
      'out-of-range',
      'unknown-name',
    ])
  })
})

describe('contradicting lags', () => {
  it('are returned as the cycle that cannot hold', () => {
    const result = computeWindows(
      compileProblem({
        tasks: ['a', 'b', 'c'].map((id) => ({ id, modes: [{ duration: 2 }] })),
        lags: [
          { before: 0, after: 1 },
          { before: 1, after: 2 },
          { before: 0, after: 2, kind: 'start-start', max: 3 },
        ],
      }),
    )
    if (!('cycle' in result)) throw new Error('the cycle was not seen')
    expect([...result.cycle.lags].sort()).toEqual([0, 1, 2])
    expect(result.cycle.excess).toBe(1)
  })
})
