import { describe, expect, test } from 'vitest'
import { scheduleProject } from '../../../models/scheduling/index.ts'
import { example } from '../documents.ts'

const renovation = example('project', 'renovation')
const relocation = example('project', 'relocation')

describe('renovating a roof with five people and one crane', () => {
  test('takes 25 days at best and then costs 81', async () => {
    const result = await scheduleProject({ ...renovation, objectives: ['makespan', 'cost'] })
    expect(result).toMatchObject({ status: 'optimal', objective: 25, bound: 25, values: { makespan: 25, cost: 81 } })
  })

  test('costs 74 at least and then takes 30 days', async () => {
    const result = await scheduleProject({ ...renovation, objectives: ['cost', 'makespan'] })
    expect(result).toMatchObject({ status: 'optimal', objective: 74, bound: 74, values: { cost: 74, makespan: 30 } })
  })

  test('by day 27 costs 77, and the deadline binds', async () => {
    const result = await scheduleProject({ ...renovation, objectives: ['cost'], deadline: 27 })
    expect(result).toMatchObject({ status: 'optimal', objective: 77 })
    if (result.status !== 'optimal') return
    expect(result.binding.map(({ constraint }) => constraint)).toContain('deadline')
    expect(result.criticalPath.at(-1)).toBe('paint')
  })

  test('by day 24 is impossible: the chain, the crew and the deadline, and what would have to give', async () => {
    const result = await scheduleProject({ ...renovation, objectives: ['cost'], deadline: 24 })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    const { conflict } = result
    expect(conflict.irreducible).toBe(true)
    const names = conflict.constraints.map(({ name }) => name)
    expect(names).toContain('deadline')
    expect(names).toContain('resource crew')
    expect(names).not.toContain('resource crane')
    expect(conflict.relaxations).toEqual([
      { constraint: 'resource crew', description: 'crew 6', from: 5, to: 6 },
      { constraint: 'deadline', description: 'deadline 25 days', from: 24, to: 25 },
    ])
    expect(conflict.explanation).toContain('scaffold > strip-roof > trusses > tiles > insulation > drywall > paint: 22')
  })
})

describe('relocating a data centre without shared capacities', () => {
  test('is decided by the compact model of start and mode variables', async () => {
    const result = await scheduleProject({ ...relocation, objectives: ['cost'], deadline: 100 })
    expect(result).toMatchObject({ status: 'optimal', objective: 452, schedule: { makespan: 100 } })
    expect(result.status === 'optimal' && result.variables).toBe(14 + 42 + 1)
  })

  test('by day 57 is impossible, with the longest chain named', async () => {
    const result = await scheduleProject({ ...relocation, objectives: ['cost'], deadline: 57 })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    expect(result.conflict.explanation).toContain('58 days')
    expect(result.conflict.relaxations).toMatchObject([{ constraint: 'deadline', from: 57, to: 58 }])
    const blamed = result.conflict.constraints.filter(({ name }) => name.startsWith('precedence'))
    expect(blamed.length).toBeGreaterThan(5)
  })
})
