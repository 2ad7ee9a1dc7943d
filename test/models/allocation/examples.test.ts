import { describe, expect, test } from 'vitest'
import { solveAllocation, solveAssignment } from '../../../models/allocation/index.ts'
import { example } from '../documents.ts'

const people = example('assignment', 'people')
const shift = example('allocation', 'warehouse-shift')

describe('eight people and eight tasks', () => {
  test('take 43 hours at best, in one way only, where first come first served takes 57', async () => {
    const result = await solveAssignment(people, { unique: true })
    expect(result).toMatchObject({ status: 'optimal', cost: 43, unique: true, bottleneck: 9, greedyCost: 57 })
    if (result.status !== 'optimal') return
    const named = Object.fromEntries(result.pairs.map(([i, j]) => [people.agents[i], people.tasks[j]]))
    expect(named).toEqual({
      Ana: 'db-migration',
      Ben: 'frontend-nav',
      Chloe: 'hotfix-cache',
      Dev: 'billing-bug',
      Eli: 'ci-speedup',
      Fatima: 'grafana',
      Gus: 'e2e-tests',
      Hana: 'api-auth',
    })
  })

  test('have prices that prove it: no pair costs less than its two prices', async () => {
    const result = await solveAssignment(people)
    if (result.status !== 'optimal') throw new Error(result.status)
    const { agents, tasks } = result.prices
    people.costs.forEach((row, i) => {
      row.forEach((cost, j) => {
        if (cost !== null) expect((agents[i] as number) + (tasks[j] as number)).toBeLessThanOrEqual(cost + 1e-9)
      })
    })
    const sum = [...agents, ...tasks].reduce((total, price) => total + price, 0)
    expect(sum).toBeCloseTo(43, 9)
  })

  test('nobody works more than 8 hours at a total of 44', async () => {
    const result = await solveAssignment({ ...people, objective: 'bottleneck' })
    expect(result).toMatchObject({ status: 'optimal', bottleneck: 8, cost: 44 })
  })

  test('two tasks that only one person can do are named with that person', async () => {
    const costs = people.costs.map((row, i) => row.map((cost, j) => (j < 2 && i > 0 ? null : cost)))
    const result = await solveAssignment({ ...people, costs })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    expect(result.conflict.constraints.map(({ name }) => name)).toEqual(['task api-auth', 'task billing-bug'])
    expect(result.conflict.explanation).toBe('api-auth, billing-bug can only be done by Ana: 2 compete for 1.')
  })
})

describe('sixteen orders and six robots with batteries', () => {
  test('cost 784 s at least', async () => {
    const result = await solveAllocation({ ...shift, objectives: ['cost'] })
    expect(result).toMatchObject({ status: 'optimal', cost: 784, bound: 784 })
  })

  test('end after 140 s at best, at a total of 802 s', async () => {
    const result = await solveAllocation({ ...shift, objectives: ['makespan', 'cost'] })
    expect(result).toMatchObject({ status: 'optimal', makespan: 140, cost: 802 })
  })

  test('an order that nobody can carry is named with the reason for each robot', async () => {
    const tasks = shift.tasks.map((task) => (task.id === 'O04' ? { ...task, needs: ['flight'] } : task))
    const result = await solveAllocation({ ...shift, tasks })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    expect(result.unallocatable.map(({ task }) => task)).toEqual(['O04'])
    expect(result.unallocatable[0]?.reason).toContain('R1 lacks flight')
    expect(result.conflict.constraints.map(({ name }) => name)).toEqual(['task O04'])
  })

  test('batteries that cannot carry all orders are the conflict, and a larger one resolves it', async () => {
    const agents = shift.agents.map((agent) => ({ ...agent, capacity: 125 }))
    const result = await solveAllocation({ ...shift, agents })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    const { relaxations, explanation } = result.conflict
    expect(explanation).toContain('cannot all be done within the capacities of R1 125')
    expect(relaxations.length).toBeGreaterThan(0)
    const { constraint, to } = relaxations[0] as (typeof relaxations)[number]
    const relaxed = agents.map((agent) => (constraint === `capacity ${agent.id}` ? { ...agent, capacity: to } : agent))
    expect((await solveAllocation({ ...shift, agents: relaxed })).status).toBe('optimal')
  })
})
