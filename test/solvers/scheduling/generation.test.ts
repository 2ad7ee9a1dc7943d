import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { type CompiledProblem, compileProblem } from '../../../solvers/scheduling/compile.ts'
import { isNoSchedule, ScheduleGenerator, supportsLists } from '../../../solvers/scheduling/generation.ts'
import { computeWindows } from '../../../solvers/scheduling/graph.ts'
import { scheduleFrom } from '../../../solvers/scheduling/outcome.ts'
import { packCapacity } from '../../../solvers/scheduling/packing.ts'
import { PopulationSearch } from '../../../solvers/scheduling/population.ts'
import type { SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import { verifySchedule } from '../../../solvers/scheduling/verify.ts'
import { randomProblem } from './random-problems.ts'

const firstModes = (compiled: CompiledProblem): Int32Array => compiled.modeStart.slice(0, compiled.taskCount)

/** Tasks of any length and of needs up to the capacity, with amounts that fill words very differently. */
function mixedProblem(seed: number, capacities: readonly number[]): SchedulingProblem {
  const random = new RandomStream(seed)
  const count = 12
  return {
    tasks: Array.from({ length: count }, (_, i) => ({
      id: `t${i}`,
      modes: [
        {
          duration: random.integer(0, 5),
          demands: capacities.map((capacity) => (random.chance(0.5) ? random.integer(0, capacity) : 0)),
        },
      ],
    })),
    renewables: capacities.map((capacity, r) => ({ id: `r${r}`, capacity })),
    lags: Array.from({ length: count }, () => {
      const before = random.integer(0, count - 2)
      return { before, after: random.integer(before + 1, count - 1), min: random.integer(0, 2) }
    }),
  }
}

/** Whether a task could start earlier with all others where they are: the mark of a schedule that is not active. */
function couldStartEarlier(problem: SchedulingProblem, starts: Int32Array, task: number): boolean {
  const length = (i: number): number => problem.tasks[i]!.modes[0]!.duration
  for (let at = 0; at < starts[task]!; at++) {
    const ready = problem.lags!.every(
      (lag) => lag.after !== task || starts[lag.before]! + length(lag.before) + (lag.min ?? 0) <= at,
    )
    const fits = problem.renewables!.every((resource, r) => {
      for (let t = at; t < at + length(task); t++) {
        let used = problem.tasks[task]!.modes[0]!.demands![r]!
        for (let i = 0; i < starts.length; i++) {
          if (i !== task && starts[i]! <= t && t < starts[i]! + length(i))
            used += problem.tasks[i]!.modes[0]!.demands![r]!
        }
        if (used > resource.capacity) return false
      }
      return true
    })
    if (ready && fits) return true
  }
  return false
}

const CAPACITIES = [[3], [7, 1, 40], [2 ** 31 - 1, 1, 2 ** 30], Array.from({ length: 40 }, (_, r) => 1 + r)]

describe('the generation schemes', () => {
  it('leave machines alone that serve tasks without length: these may not lie inside another task', () => {
    const withLength = (duration: number): SchedulingProblem => ({
      tasks: [4, 4, duration].map((length, i) => ({ id: `t${i}`, modes: [{ duration: length }] })),
      noOverlaps: [{ id: 'machine', tasks: [0, 1, 2] }],
    })
    expect(supportsLists(compileProblem(withLength(1)))).toBe(true)
    expect(supportsLists(compileProblem(withLength(0)))).toBe(false)
  })

  it('build active schedules that the independent check accepts, whatever the resources hold', () => {
    for (const capacities of CAPACITIES) {
      for (let seed = 1; seed <= 15; seed++) {
        const problem = mixedProblem(seed, capacities)
        const compiled = compileProblem(problem)
        const generator = new ScheduleGenerator(compiled)
        const modes = firstModes(compiled)
        for (const scheme of ['serial', 'parallel', 'justified'] as const) {
          let makespan =
            scheme === 'parallel'
              ? generator.parallel(compiled.order!, modes)
              : generator.serial(compiled.order!, modes)
          if (scheme === 'justified') makespan = generator.justify(modes, makespan)
          expect(isNoSchedule(makespan)).toBe(false)
          const schedule = scheduleFrom(compiled, generator.starts, modes)
          expect(verifySchedule(problem, schedule)).toEqual([])
          expect(schedule.makespan).toBe(makespan)
          for (let i = 0; i < compiled.taskCount; i++) {
            expect(couldStartEarlier(problem, generator.starts, i), `${scheme} ${seed} task ${i}`).toBe(false)
          }
        }
      }
    }
  })

  it('never lengthen a schedule by justification', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const compiled = compileProblem(mixedProblem(seed, [5, 9]))
      const generator = new ScheduleGenerator(compiled)
      const modes = firstModes(compiled)
      const before = generator.parallel(compiled.order!, modes)
      expect(generator.justify(modes, before)).toBeLessThanOrEqual(before)
    }
  })

  it('say so when a task needs more than there ever is, and start afresh afterwards', () => {
    const problem: SchedulingProblem = {
      tasks: [
        { id: 'a', modes: [{ duration: 2, demands: [1] }] },
        {
          id: 'b',
          modes: [
            { duration: 2, demands: [9] },
            { duration: 3, demands: [2] },
          ],
        },
      ],
      renewables: [{ id: 'crew', capacity: 2 }],
    }
    const compiled = compileProblem(problem)
    const generator = new ScheduleGenerator(compiled)
    for (const build of ['serial', 'parallel'] as const) {
      expect(isNoSchedule(generator[build](compiled.order!, Int32Array.of(0, 1)))).toBe(true)
      expect(generator[build](compiled.order!, Int32Array.of(0, 2))).toBe(5)
    }
  })
})

describe('resources packed into words', () => {
  it('share a word where they fit and give each mode its part of the capacities', () => {
    const compiled = compileProblem(mixedProblem(3, [32, 30, 42, 30]))
    const packed = packCapacity(compiled)
    expect(packed.words).toBe(1)
    expect(packCapacity(compileProblem(mixedProblem(3, [2 ** 31 - 1, 1]))).words).toBe(2)
    const whole: SchedulingProblem = {
      tasks: [{ id: 'a', modes: [{ duration: 1, demands: [4, 1] }] }],
      renewables: [
        { id: 'r', capacity: 4 },
        { id: 's', capacity: 2 },
      ],
    }
    expect(packCapacity(compileProblem(whole)).share[0]).toBe(1.5 * 2 ** 16)
  })
})

describe('the population of a small problem', () => {
  it('breeds on when there are fewer schedules than places, and finds what schedules without delay miss', () => {
    // Started at once, the long task holds one unit and the pair that needs both must wait for it.
    const problem: SchedulingProblem = {
      tasks: [
        { id: 'long', modes: [{ duration: 4, demands: [1] }] },
        { id: 'both', modes: [{ duration: 1, demands: [2] }] },
        { id: 'tail', modes: [{ duration: 6, demands: [0] }] },
        { id: 'first', modes: [{ duration: 1, demands: [1] }] },
      ],
      renewables: [{ id: 'crew', capacity: 2 }],
      lags: [
        { before: 3, after: 1 },
        { before: 1, after: 2 },
      ],
    }
    const compiled = compileProblem(problem)
    const result = computeWindows(compiled)
    if ('cycle' in result) throw new Error('positive cycle')
    const search = new PopulationSearch(compiled, result.windows)
    search.run(1000, 0)
    expect(search.best?.objective).toBe(8)
  })

  it('agrees with the check on problems of every kind that lists support', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const problem = randomProblem(seed, {
        tasks: 7,
        modes: 2,
        renewables: 3,
        noOverlap: true,
        reductions: seed % 2 === 0,
      })
      const compiled = compileProblem(problem)
      const result = computeWindows(compiled)
      if ('cycle' in result) throw new Error('positive cycle')
      const search = new PopulationSearch(compiled, result.windows)
      search.run(90, 0)
      const { best } = search
      if (best !== null) expect(verifySchedule(problem, scheduleFrom(compiled, best.starts, best.modes))).toEqual([])
    }
  })
})
