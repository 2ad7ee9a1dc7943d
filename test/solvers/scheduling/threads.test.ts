import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BENCHMARK_FOLDER, instancesOf } from '../../../bench/scheduling/instances.ts'
import { schedule, scheduleNow, verifySchedule } from '../../../solvers/scheduling/index.ts'
import { Board } from '../../../solvers/scheduling/island.ts'
import { randomProblem } from './random-problems.ts'

describe('a second thread', () => {
  it('leads to the same optima as one', async () => {
    for (const seed of [3, 8]) {
      const problem = randomProblem(seed, { tasks: 14, renewables: 2, modes: 1 + (seed % 2), stocks: seed === 8 })
      const alone = scheduleNow({ ...problem, maxMakespan: 60 }, { explain: false })
      const together = await schedule({ ...problem, maxMakespan: 60 }, { threads: 2, explain: false })
      expect(together.status).toBe(alone.status)
      if (alone.status !== 'optimal' || together.status !== 'optimal') continue
      expect(together.schedule.objective).toBe(alone.schedule.objective)
      expect(verifySchedule(problem, together.schedule)).toEqual([])
    }
  })

  it('ends with an abort signal', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 300)
    const hard = randomProblem(5, { tasks: 90, renewables: 4 })
    const result = await schedule(hard, { threads: 2, signal: controller.signal, gap: 0 })
    if (result.status === 'optimal') return
    expect(result.status).toBe('feasible')
    if (result.status === 'feasible') expect(verifySchedule(hard, result.schedule)).toEqual([])
  })

  it('is refused where nobody could hear it', () => {
    expect(() => scheduleNow(randomProblem(1), { threads: 2 })).toThrow('second thread')
  })

  it('reads from the board what was written last, once', () => {
    const buffer = Board.buffer(2)
    const writer = new Board(buffer, 2)
    const reader = new Board(buffer, 2)
    expect(reader.read()).toBeNull()
    writer.write({ starts: Int32Array.of(0, 4), modes: Int32Array.of(0, 1), objective: 9 })
    writer.write({ starts: Int32Array.of(0, 3), modes: Int32Array.of(0, -1), objective: 7 })
    expect(reader.read()).toEqual({ starts: Int32Array.of(0, 3), modes: Int32Array.of(0, -1), objective: 7 })
    expect(reader.read()).toBeNull()
  })
})

describe.skipIf(!existsSync(BENCHMARK_FOLDER))('public instances (skipped without ../shared/benchmarks)', () => {
  it('have their published optima on two threads', async () => {
    for (const instance of instancesOf('rcpsp/j30', 48)) {
      const result = await schedule(instance.problem, { threads: 2, warmUp: 30 })
      expect(result.status === 'optimal' && result.schedule.makespan, instance.file).toBe(instance.upper)
    }
  })
})
