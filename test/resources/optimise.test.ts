import { describe, expect, it } from 'vitest'
import { findViolations, optimizeResources } from '../../src/resources/index.ts'
import { resource, step } from './steps.ts'

describe('optimising a valid plan', () => {
  const crew = [{ ...resource('crew', 'reusable', 4), costPerTime: 1 }]
  const need = (amount: number): [string, number, 'duration'][] => [['crew', amount, 'duration']]
  const plan = [step('a', 0, 4, need(2)), step('b', 4, 8, need(2)), step('c', 8, 10, need(3))]
  const alternatives = {
    c: [
      {
        id: 'alone',
        duration: 4,
        requires: [{ resource: 'crew', amount: 1, when: 'duration' as const }],
        produces: [],
        cost: 0,
      },
    ],
  }

  it('shortens it as far as the crew allows', async () => {
    const { plan: short, proved } = await optimizeResources(plan, crew, 'minimize-time', {}, { alternatives })
    expect(short.makespan).toBe(6)
    expect(proved).toBe(true)
    expect(findViolations(short.steps, crew)).toEqual([])
  })

  it('makes it cheaper by another mode', async () => {
    const { plan: cheap } = await optimizeResources(plan, crew, 'minimize-cost', {}, { alternatives })
    expect(cheap.cost).toBe(20)
  })

  it('shows the whole trade-off and picks its knee', async () => {
    const { front, plan: knee } = await optimizeResources(plan, crew, 'balance', {}, { alternatives })
    expect(front?.map((point) => [point.makespan, point.cost])).toEqual([
      [6, 22],
      [8, 20],
    ])
    expect(front).toContainEqual(knee)
  })

  it('keeps precedence, and refuses a plan that is not valid', async () => {
    const { plan: short } = await optimizeResources(plan, crew, 'minimize-time', { precedence: [['a', 'b']] })
    expect(short.makespan).toBe(10)
    await expect(optimizeResources([step('x', 0, 1, need(9))], crew, 'minimize-cost')).rejects.toThrow(/crew/)
  })
})
