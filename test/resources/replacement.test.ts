import { describe, expect, it } from 'vitest'
import type { Resource } from '../../src/domain/resource.ts'
import { findViolations, type ResourceStep, repairPlan, splitStep } from '../../src/resources/index.ts'

const free = { costPerUnit: 0, costPerTime: 0 }
const crane: Resource = { id: 'crane', type: 'reusable', capacity: 1, initial: 1, ...free }
const step = (id: string, start: number, end: number): ResourceStep => ({
  id,
  start,
  end,
  requires: [{ resource: 'crane', amount: 1, when: 'duration' }],
  produces: [],
  cost: 2,
})

describe('repair by other steps', () => {
  it('splits a step around one that stays, when nothing else fits before the deadline', async () => {
    const long = step('long', 0, 4)
    const plan = [long, step('promised', 2, 4)]
    const limits = { deadline: 6 }
    const settings = { fixed: ['promised'] }
    // Whole, it fits neither before nor after the promised step.
    expect((await repairPlan(plan, [crane], limits, settings)).status).toBe('none')
    const split = splitStep(long, 2, new Set(['crane']))
    const result = await repairPlan(plan, [crane], limits, { ...settings, replacements: [split] })
    expect(result.status).toBe('repaired')
    if (result.status !== 'repaired') return
    expect(result.changes.map((change) => change.kind)).toEqual(['split'])
    expect(result.steps.map(({ id, start, end }) => [id, start, end])).toEqual([
      ['long, part 1', 0, 2],
      ['promised', 2, 4],
      ['long, part 2', 4, 6],
    ])
    expect(findViolations(result.steps, [crane], limits)).toEqual([])
    expect(result.cost).toBe(4)
  })

  it('changes the method where that is the smallest change, and keeps the order around it', async () => {
    const plan = [step('lift', 0, 3), step('set', 3, 5), step('other', 2, 6), { ...step('check', 5, 6), requires: [] }]
    const limits = {
      deadline: 7,
      precedence: [
        ['lift', 'set'],
        ['set', 'check'],
      ] as const,
    }
    const bySmallCrane = {
      id: 'by hand',
      kind: 'method' as const,
      replaces: ['lift', 'set'],
      by: [
        { id: 'carry', duration: 2, requires: [], produces: [], cost: 5 },
        { id: 'fix', duration: 3, requires: [], produces: [], cost: 1 },
      ],
    }
    const result = await repairPlan(plan, [crane], limits, { replacements: [bySmallCrane] })
    expect(result.status).toBe('repaired')
    if (result.status !== 'repaired') return
    const at = new Map(result.steps.map((own) => [own.id, own]))
    expect(at.has('lift')).toBe(false)
    expect(at.get('fix')?.start).toBeGreaterThanOrEqual(at.get('carry')?.end ?? Number.NaN)
    expect(at.get('check')?.start).toBeGreaterThanOrEqual(at.get('fix')?.end ?? Number.NaN)
    expect(result.changes.some((change) => change.kind === 'method')).toBe(true)
    expect(findViolations(result.steps, [crane], { deadline: 7 })).toEqual([])
  })
})
