import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BENCHMARK_FOLDER, instancesOf } from '../../../bench/scheduling/instances.ts'
import { makespanBounds } from '../../../solvers/scheduling/bounds.ts'
import { compileProblem } from '../../../solvers/scheduling/compile.ts'
import { supportsLists } from '../../../solvers/scheduling/generation.ts'
import { computeWindows } from '../../../solvers/scheduling/graph.ts'
import { scheduleFrom } from '../../../solvers/scheduling/outcome.ts'
import { PopulationSearch } from '../../../solvers/scheduling/population.ts'
import type { SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import { verifySchedule } from '../../../solvers/scheduling/verify.ts'
import { randomProblem } from './random-problems.ts'

function search(problem: SchedulingProblem, schedules: number, seed = 1) {
  const compiled = compileProblem(problem)
  const result = computeWindows(compiled)
  if ('cycle' in result) throw new Error('positive cycle')
  const population = new PopulationSearch(compiled, result.windows, { seed })
  population.run(schedules, 0)
  const { best } = population
  return {
    schedule: best === null ? null : scheduleFrom(compiled, best.starts, best.modes),
    bounds: makespanBounds(compiled, result.windows),
    compiled,
  }
}

describe('the population search', () => {
  it('finds only schedules that the independent check accepts', () => {
    let searched = 0
    for (let seed = 1; seed <= 60; seed++) {
      const problem = randomProblem(seed, { tasks: 8, modes: 1 + (seed % 3), renewables: 2, noOverlap: seed % 2 === 0 })
      const { schedule, compiled } = search(problem, 60)
      const apart = new Set(problem.noOverlaps?.flatMap((group) => group.tasks))
      const instants = [...apart].some((task) => problem.tasks[task]!.modes.some((mode) => mode.duration === 0))
      expect(supportsLists(compiled)).toBe(!instants)
      if (instants) continue
      searched++
      expect(schedule).not.toBeNull()
      expect(verifySchedule(problem, schedule!)).toEqual([])
    }
    expect(searched).toBeGreaterThan(30)
  })

  it('never ends before the bounds allow', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { schedule, bounds } = search(randomProblem(seed, { tasks: 9, renewables: 2 }), 200)
      expect(schedule!.makespan).toBeGreaterThanOrEqual(bounds.best)
    }
  })

  it('gives the same schedule for the same seed', () => {
    const problem = randomProblem(5, { tasks: 12, renewables: 2 })
    expect(search(problem, 300, 7).schedule).toEqual(search(problem, 300, 7).schedule)
  })

  it('takes a reduction of the capacity into account', () => {
    const problem: SchedulingProblem = {
      tasks: [{ id: 'a', modes: [{ duration: 3, demands: [1] }] }],
      renewables: [{ id: 'crew', capacity: 1, reductions: [{ start: 2, end: 5, amount: 1 }] }],
    }
    expect(search(problem, 30).schedule!.makespan).toBe(8)
  })
})

describe.skipIf(!existsSync(BENCHMARK_FOLDER))('on the public instances (skipped without ../shared/benchmarks)', () => {
  it('keeps the bounds below the published optima and the schedules above them', () => {
    for (const family of ['rcpsp/j30', 'rcpsp/j60']) {
      for (const instance of instancesOf(family, 12)) {
        const { schedule, bounds } = search(instance.problem, 300)
        expect(bounds.best).toBeLessThanOrEqual(instance.upper!)
        expect(schedule!.makespan).toBeGreaterThanOrEqual(instance.lower!)
        expect(verifySchedule(instance.problem, schedule!)).toEqual([])
      }
    }
  })

  it('finds a budget-feasible schedule of every instance of the multi-mode libraries', () => {
    for (const family of ['mmrcpsp/mmlib50', 'mmrcpsp/mmlib100']) {
      for (const instance of instancesOf(family)) {
        const { schedule } = search(instance.problem, 60)
        expect(schedule, instance.file).not.toBeNull()
        expect(verifySchedule(instance.problem, schedule!), instance.file).toEqual([])
      }
    }
  })
})
