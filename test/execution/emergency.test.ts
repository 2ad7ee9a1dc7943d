import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { ExecutionTrace } from '../../src/domain/execution.ts'
import type { ResponseProblem } from '../../src/domain/response.ts'
import { executeTask } from '../../src/execution/engine.ts'
import { responseTask, responseTimes } from '../../src/execution/worlds/response.ts'

const file = fileURLToPath(new URL('../../../shared/scenarios/scenario-08.json', import.meta.url))

const village: ResponseProblem = {
  title: 'village',
  units: [
    { id: 'A', type: 'ALS', position: [0, 0] },
    { id: 'B', type: 'BLS', position: [9, 0] },
  ],
  incidents: [{ id: 'fall', name: 'fall', at: 1, position: [2, 0], needs: ['BLS'], weight: 1, service: 5 }],
  substitutes: { BLS: ['BLS', 'ALS'], ALS: ['ALS'] },
  unassignedPenalty: 120,
  withdrawals: [],
  target: 30,
}

/** Units under way or sent at the moment of a replanning, by unit. */
function assignments(trace: ExecutionTrace, time: number): Record<string, string> {
  const sent: Record<string, string> = {}
  for (const version of trace.plans) {
    if (version.since > time) continue
    for (const step of version.plan.steps)
      sent[step.args[0] as string] = (step.args[1] as string).split('/')[0] as string
  }
  return sent
}

describe('units that answer calls', () => {
  test('the nearer unit goes, a substitute if need be', async () => {
    const trace = await executeTask(responseTask(village), { strategy: 'full' })
    expect(trace.status).toBe('success')
    expect(responseTimes(village, trace)).toMatchObject([{ unit: 'A', minutes: 2, late: false }])
  })

  test('a call that nobody can answer ends as a failure that names it', async () => {
    const fire = { id: 'fire', name: 'fire', at: 3, position: [1, 1] as const, needs: ['ENG'], weight: 1, service: 5 }
    const trace = await executeTask(responseTask({ ...village, incidents: [...village.incidents, fire] }), {
      strategy: 'full',
    })
    expect(trace).toMatchObject({ status: 'failure', reason: 'no unit is left for fire/ENG#0' })
  })
})

describe.skipIf(!existsSync(file))('eight incidents for seven units (skipped without ../shared)', () => {
  const { data, expected } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { data: {}, expected: {} }
  const problem: ResponseProblem = {
    title: 'dispatch centre',
    units: (data.units ?? []).map((unit: { pos: [number, number] }) => ({ ...unit, position: unit.pos })),
    incidents: (data.incidents ?? []).map((incident: { t: number; pos: [number, number] }) => ({
      ...incident,
      at: incident.t,
      position: incident.pos,
    })),
    substitutes: data.can_sub,
    unassignedPenalty: data.unassigned_penalty_min,
    withdrawals: [],
    target: 30,
  }

  test.each([
    ['full', 'reopt'],
    ['repair', 'greedy'],
  ] as const)('%s: every response, snapshot by snapshot', async (strategy, name) => {
    const trace = await executeTask(responseTask(problem), { strategy, maxReplans: 100 })
    const wanted = expected[name]
    expect(trace.status).toBe('success')
    const times = responseTimes(problem, trace)
    expect(Object.fromEntries(times.map(({ need, minutes }) => [need.id, minutes]))).toEqual(wanted.responses)
    expect(times.reduce((sum, { need, minutes }) => sum + need.incident.weight * minutes, 0)).toBe(
      wanted.weighted_response,
    )
    expect(trace.replans.map((replan) => replan.time)).toEqual(wanted.log.map((entry: { t: number }) => entry.t))
    expect(trace.replans).toHaveLength(wanted.replans)
    expect(Math.max(...times.map((entry) => entry.arrival))).toBe(wanted.end)
    if (strategy === 'repair') return
    expect(trace.replans.map((replan) => replan.costToGo)).toEqual(
      wanted.log.map((entry: { objective: number }) => entry.objective),
    )
    for (const entry of wanted.log) expect(assignments(trace, entry.t)).toMatchObject(entry.assign)
  })

  test('at minute 7 the unit on its way to the fall is diverted to the crash, and another one takes the fall', async () => {
    const trace = await executeTask(responseTask(problem), { strategy: 'full', maxReplans: 100 })
    expect(assignments(trace, 6)['ALS-1']).toBe('I1')
    expect(assignments(trace, 7)).toMatchObject({ 'ALS-1': 'I3', 'BLS-2': 'I1' })
    expect(trace.replans[2]?.triggers[0]).toMatchObject({ trigger: 'new_goal', evidence: 'new goal I3' })
  })

  test('taking a call back frees its units', async () => {
    const withdrawn = { ...problem, withdrawals: [{ incident: 'I3', at: 9 }] }
    const trace = await executeTask(responseTask(withdrawn), { strategy: 'full', maxReplans: 100 })
    expect(trace.status).toBe('success')
    const replan = trace.replans.find((entry) => entry.time === 9)
    expect(replan?.triggers).toMatchObject([{ trigger: 'new_goal', evidence: 'withdrawn goal I3' }])
    expect(responseTimes(withdrawn, trace).map((entry) => entry.need.incident.id)).not.toContain('I3')
    const next = trace.plans.find((version) => version.since === 9)?.plan.steps ?? []
    expect(next.map((step) => step.args[0])).toContain('ALS-1')
  })

  test('needs that wait longer than the target are marked', async () => {
    const trace = await executeTask(responseTask(problem), { strategy: 'full', maxReplans: 100 })
    const late = responseTimes(problem, trace).filter((entry) => entry.late)
    expect(late.map(({ need, minutes }) => [need.id, minutes])).toEqual([
      ['I6/ENG#1', 33],
      ['I8/ENG#0', 56],
      ['I8/LAD#1', 48],
    ])
  })
})
