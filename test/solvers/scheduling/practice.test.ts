import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readFrontFile } from '../../../bench/scheduling/fronts.ts'
import { BENCHMARK_FOLDER } from '../../../bench/scheduling/instances.ts'
import { paretoFront, scheduleNow, verifySchedule } from '../../../solvers/scheduling/index.ts'
import { jobShop, relocation, renovation } from './fixtures.ts'

describe('a job shop with due dates', () => {
  it('has the least weighted tardiness and the least makespan that other solvers proved', () => {
    const { problem, expected } = jobShop()
    const late = scheduleNow(problem)
    expect(late.status === 'optimal' && late.schedule.tardiness).toBe(expected.twt)
    const short = scheduleNow({ ...problem, objective: { makespan: 1 } })
    expect(short.status === 'optimal' && short.schedule.makespan).toBe(expected.makespan)
  })

  it('has the published front of makespan and weighted tardiness', async () => {
    const { problem, expected } = jobShop()
    const front = await paretoFront(problem, 'makespan', 'tardiness')
    expect(front.status).toBe('complete')
    if (front.status !== 'complete') return
    expect(front.points.map((point) => [point.first, point.second])).toEqual(expected.pareto_makespan_twt)
  })

  it('pays for a hard deadline exactly what it must', () => {
    for (const [deadline, tardiness] of jobShop().expected.aero1_deadline_sweep) {
      const result = scheduleNow(jobShop(deadline).problem)
      if (tardiness === null) expect(result.status, `deadline ${deadline}`).toBe('infeasible')
      else expect(result.status === 'optimal' && result.schedule.tardiness, `deadline ${deadline}`).toBe(tardiness)
    }
  })

  it('explains an impossible deadline by the chain of the order itself', () => {
    const { problem } = jobShop(21)
    const result = scheduleNow(problem)
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.conflict?.members.map((member) => [member.kind, member.relaxedTo])).toEqual([
      ['release', undefined],
      ['deadline', 22],
    ])
    expect(result.conflict?.chain.map((i) => problem.tasks[i]!.id)).toEqual(
      ['saw', 'lathe', 'grind', 'mill', 'cmm'].map((machine) => `Aero-1 ${machine}`),
    )
  })
})

describe('a relocation with faster and dearer modes', () => {
  it('has all 50 points of the front that enumeration gives', async () => {
    const { problem, front } = relocation()
    const result = await paretoFront(problem, 'makespan', 'cost')
    expect(result.status).toBe('complete')
    if (result.status !== 'complete') return
    expect(result.points).toHaveLength(50)
    expect(result.points.map((point) => [point.first, point.second])).toEqual(front)
    for (const point of result.points) expect(point.proved).toBe(true)
  })

  it('cannot be finished by day 57, and the critical path says why', () => {
    const { problem } = relocation()
    const result = scheduleNow({ ...problem, maxMakespan: 57 })
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.conflict?.members).toMatchObject([{ kind: 'makespan', value: 57, relaxedTo: 58 }])
    expect(result.conflict?.chain[0]).toBe(0)
    expect(result.conflict?.chain.at(-1)).toBe(13)
  })
})

describe('a renovation with a crew of five', () => {
  it('has the six points that three solvers agree on', async () => {
    const { problem, expected } = renovation()
    const result = await paretoFront(problem, 'makespan', 'cost')
    expect(result.status).toBe('complete')
    if (result.status !== 'complete') return
    expect(result.points.map((point) => [point.first, point.second])).toEqual(expected.pareto)
    for (const point of result.points) expect(verifySchedule(problem, point.schedule)).toEqual([])
  })

  it('needs one day more than 24, or a larger crew', () => {
    const { problem, expected } = renovation()
    const result = scheduleNow({ ...problem, maxMakespan: expected.infeasible_at })
    if (result.status !== 'infeasible') throw new Error(result.status)
    expect(result.conflict?.members).toMatchObject([
      { kind: 'capacity', value: 5, relaxedTo: 6 },
      { kind: 'makespan', value: 24, relaxedTo: 25 },
    ])
  })
})

describe.skipIf(!existsSync(BENCHMARK_FOLDER))('published fronts (skipped without ../shared/benchmarks)', () => {
  it('are found exactly, with and without shared capacities', async () => {
    for (const family of ['mrtct', 'dtctp']) {
      for (const name of readdirSync(`${BENCHMARK_FOLDER}/${family}`)) {
        if (/J1006|j3046/.test(name)) continue
        const { problem, front } = readFrontFile(readFileSync(`${BENCHMARK_FOLDER}/${family}/${name}`, 'utf8'))
        const result = await paretoFront(problem, 'makespan', 'cost')
        expect(result.status, name).toBe('complete')
        if (result.status !== 'complete') continue
        const sorted = [...front].sort((a, b) => a[0] - b[0])
        expect(
          result.points.map((point) => [point.first, point.second]),
          name,
        ).toEqual(sorted)
      }
    }
  })
})
