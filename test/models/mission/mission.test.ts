import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { solveMission } from '../../../models/mission/index.ts'
import type { MissionProblem } from '../../../src/domain/mission.ts'
import { evaluateMission } from '../../../src/domain/mission-rules.ts'

interface RoverFile {
  readonly data: {
    readonly slots: number
    readonly slot_min: number
    readonly solar_Wh: readonly number[]
    readonly base_load_Wh: number
    readonly battery: MissionProblem['battery']
    readonly memory_Mb: MissionProblem['memory']
    readonly peak_power_W: number
    readonly passes: readonly { readonly id: string; readonly slots: readonly number[]; readonly rate_Mb: number }[]
    readonly downlink_Wh: number
    readonly activities: readonly {
      readonly id: string
      readonly dur: number
      readonly Wh: number
      readonly data: number
      readonly value: number
      readonly window: readonly [number, number]
      readonly uses: readonly string[]
      readonly after: readonly string[]
    }[]
  }
}

function rover(): MissionProblem {
  const { data } = JSON.parse(readFileSync(new URL('./rover.json', import.meta.url), 'utf8')) as RoverFile
  return {
    title: 'rover sol',
    slots: data.slots,
    slotMinutes: data.slot_min,
    energyIn: data.solar_Wh,
    baseLoad: data.base_load_Wh,
    battery: data.battery,
    memory: data.memory_Mb,
    peakPower: data.peak_power_W,
    passes: data.passes.map((pass) => ({ id: pass.id, slots: pass.slots, rate: pass.rate_Mb })),
    downlinkEnergy: data.downlink_Wh,
    activities: data.activities.map(({ id, dur, Wh, data: megabits, value, window, uses, after }) => ({
      id,
      duration: dur,
      energyPerSlot: Wh,
      data: megabits,
      value,
      window,
      uses,
      after,
    })),
  }
}

describe('a rover sol with battery, memory, devices and a power limit', () => {
  it('is worth 85, proved, and the simulator finds every level inside its limits', async () => {
    const problem = rover()
    const result = await solveMission(problem)
    expect(result.status).toBe('optimal')
    if (result.status !== 'optimal') return
    expect(result.objective).toBe(85)
    expect(evaluateMission(problem, result.plan).check.violations).toEqual([])
    expect(result.dropped).toHaveLength(problem.activities.length - result.plan.steps.length)
  })

  it('loses 7 without the second pass', async () => {
    const problem = rover()
    const result = await solveMission({ ...problem, passes: problem.passes.slice(0, 1) })
    expect(result.status === 'optimal' && result.objective).toBe(78)
  })

  it('cannot even idle with 60 less in the battery, and says so', async () => {
    const problem = rover()
    const result = await solveMission({
      ...problem,
      battery: { ...problem.battery, initial: problem.battery.initial - 60 },
    })
    expect(result.status).toBe('infeasible')
    if (result.status === 'infeasible') expect(result.conflict[0]).toMatch(/even with no activity: battery/)
  })
})

describe('the simulator', () => {
  it('names a device used twice, data that is not there and an activity before its condition', () => {
    const problem = rover()
    const { check } = evaluateMission(problem, {
      steps: [
        { id: 'drill-K2', start: 4, end: 7 },
        { id: 'APXS-touch', start: 5, end: 8 },
      ],
      sent: Array.from({ length: problem.slots }, (_, slot) => (slot === 17 ? 200 : 0)),
    })
    const rules = check.violations.map((violation) => violation.rule)
    expect(rules).toContain('after warmup-arm > drill-K2')
    expect(rules).toContain('devices in slot 5')
    expect(rules).toContain('pass in slot 17')
  })
})
