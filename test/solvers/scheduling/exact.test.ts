import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BENCHMARK_FOLDER, instancesOf } from '../../../bench/scheduling/instances.ts'
import type { SchedulingProblem } from '../../../solvers/scheduling/index.ts'
import { schedule, scheduleNow, verifySchedule } from '../../../solvers/scheduling/index.ts'
import { bruteForce } from './oracle.ts'
import { randomProblem } from './random-problems.ts'

const HORIZON = 8

/** Every combination of features comes up within a few dozen seeds. */
function mixedProblem(seed: number): SchedulingProblem {
  const bit = (k: number): boolean => (Math.imul(seed, 0x9e3779b1) >>> (k + 5)) % 2 === 1
  const modes = bit(0) ? 2 : 1
  const base = randomProblem(seed, {
    tasks: modes === 2 ? 3 : 4,
    modes,
    renewables: 1 + (seed % 2),
    budgets: bit(1),
    stocks: bit(2),
    maximumLags: bit(3),
    noOverlap: bit(4),
    setups: bit(5),
    optional: bit(6),
    windows: bit(7),
    reductions: bit(8),
  })
  const objectives = [{ makespan: 1 }, { tardiness: 1, value: 1 }, { cost: 1, makespan: 2, value: 3 }] as const
  return {
    ...base,
    objective: objectives[seed % 3]!,
    maxMakespan: HORIZON,
    ...(seed % 7 === 0 ? { maxCost: 8 } : {}),
    ...(seed % 11 === 0 ? { maxTardiness: 6 } : {}),
  }
}

describe('the exact search', () => {
  it('agrees with full enumeration on every mixture of features', () => {
    for (let seed = 1; seed <= 120; seed++) {
      const problem = mixedProblem(seed)
      const result = scheduleNow(problem, { explain: false, warmUp: seed % 2 === 0 ? 0 : 50 })
      const wanted = bruteForce(problem, HORIZON)
      if (wanted === null) expect(result.status, `seed ${seed}`).toBe('infeasible')
      else {
        expect(result.status, `seed ${seed}`).toBe('optimal')
        if (result.status === 'optimal') expect(result.schedule.objective, `seed ${seed}`).toBe(wanted)
      }
    }
  })

  it('gives the same answer for the same seed', () => {
    const problem = randomProblem(3, { tasks: 10, renewables: 2 })
    const strip = (result: ReturnType<typeof scheduleNow>) => (result.status === 'optimal' ? result.schedule : null)
    expect(strip(scheduleNow(problem, { seed: 4 }))).toEqual(strip(scheduleNow(problem, { seed: 4 })))
  })

  it('stops at the conflict limit with a checked schedule and an honest bound', () => {
    const problem = randomProblem(11, { tasks: 40, renewables: 4 })
    const result = scheduleNow(problem, { conflictLimit: 1, warmUp: 100 })
    if (result.status === 'optimal') return
    expect(result.status).toBe('feasible')
    if (result.status !== 'feasible') return
    expect(result.limit).toBe('nodes')
    expect(result.bound).toBeLessThanOrEqual(result.schedule.objective)
    expect(verifySchedule(problem, result.schedule)).toEqual([])
  })

  it('hears an abort signal and says so', async () => {
    const controller = new AbortController()
    controller.abort()
    const result = await schedule(randomProblem(11, { tasks: 30, renewables: 3 }), { signal: controller.signal })
    expect(['feasible', 'unknown']).toContain(result.status)
    if (result.status === 'feasible' || result.status === 'unknown') expect(result.limit).toBe('interrupted')
  })
})

describe('an infeasible problem', () => {
  const crew: SchedulingProblem = {
    tasks: ['walls', 'roof', 'paint'].map((id) => ({ id, modes: [{ duration: 4, demands: [3] }] })),
    renewables: [
      { id: 'crew', capacity: 5 },
      { id: 'crane', capacity: 1 },
    ],
    maxMakespan: 10,
  }

  it('names the limits that conflict and how far each must move', () => {
    const result = scheduleNow(crew)
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    expect(result.conflict?.minimal).toBe(true)
    expect(result.conflict?.members).toEqual([
      { kind: 'capacity', index: 0, message: 'crew 5', value: 5, relaxedTo: 6 },
      { kind: 'makespan', index: -1, message: 'deadline 10', value: 10, relaxedTo: 12 },
    ])
  })

  it('names the chain when times alone conflict', () => {
    const result = scheduleNow({
      ...crew,
      lags: [
        { before: 0, after: 1 },
        { before: 1, after: 2 },
      ],
    })
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.conflict?.members.map((member) => member.kind)).toEqual(['makespan'])
    expect(result.conflict?.chain).toEqual([0, 1, 2])
    expect(result.conflict?.message).toContain('walls > roof > paint')
  })

  it('names the cycle of lags', () => {
    const result = scheduleNow({
      ...crew,
      lags: [
        { before: 0, after: 1 },
        { before: 0, after: 1, kind: 'start-start', max: 2 },
      ],
    })
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.statistics.provedBy).toBe('lag-cycle')
    expect(result.conflict?.chain).toHaveLength(2)
  })
})

describe.skipIf(!existsSync(BENCHMARK_FOLDER))('public instances (skipped without ../shared/benchmarks)', () => {
  const families: [string, number][] = [
    ['rcpsp/j30', 40],
    ['mmrcpsp/j10', 12],
    ['consprod/BL_ConsProd', 5],
    ['rcpsp-max/sm_j10', 1],
    ['rcpsp-max/sm_j20', 1],
    ['rcpsp-max/testset_ubo10', 1],
  ]
  for (const [family, every] of families) {
    it(`of ${family} are closed at the published values`, () => {
      for (const instance of instancesOf(family, every)) {
        const result = scheduleNow(instance.problem, { conflictLimit: 60_000, explain: false })
        if (instance.status === 'infeasible') expect(result.status, instance.file).toBe('infeasible')
        else if (instance.status === 'optimal') {
          expect(result.status, instance.file).toBe('optimal')
          if (result.status === 'optimal') expect(result.schedule.makespan, instance.file).toBe(instance.upper)
        }
      }
    })
  }

  it('that have no schedule are refuted with a smallest conflict in their own names', () => {
    const families = ['rcpsp-max/sm_j10', 'rcpsp-max/sm_j20', 'rcpsp-max/sm_j30', 'rcpsp-max/testset_ubo10']
    families.push('rcpsp-max/testset_ubo50', 'consprod/KSD30_ConsProd', 'consprod/KSD15_d_ConsProd')
    let refuted = 0
    for (const family of families) {
      for (const instance of instancesOf(family)) {
        // PSP37 of 20 tasks takes some seconds: ten limits take part in its conflict.
        if (instance.status !== 'infeasible' || instance.problem.name?.startsWith('PSP37') === true) continue
        const result = scheduleNow(instance.problem)
        expect(result.status, instance.file).toBe('infeasible')
        if (result.status !== 'infeasible') continue
        expect(result.conflict?.minimal, instance.file).toBe(true)
        expect(result.conflict?.members.length, instance.file).toBeGreaterThan(0)
        refuted++
      }
    }
    expect(refuted).toBeGreaterThan(20)
  })
})
