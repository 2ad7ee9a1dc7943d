import { describe, expect, test } from 'vitest'
import { checkJointSchedule, coordinateTasks, jointPlan, resolveConflicts } from '../../src/coordination/index.ts'

const open = [{ variable: 'valve', value: 'open' }]
const closed = [{ variable: 'valve', value: 'closed' }]
const plant = jointPlan({
  initial: closed,
  capacities: { crane: 1 },
  steps: [
    { id: 'rinse', agent: 'A', start: 0, duration: 2, keeps: open },
    { id: 'drain', agent: 'A', start: 2, duration: 2, keeps: open },
    { id: 'paint', agent: 'A', start: 4, duration: 3 },
    { id: 'cut', agent: 'B', start: 1, duration: 1, needs: closed },
    { id: 'weld', agent: 'B', start: 2, duration: 2, needs: closed },
    { id: 'lift', agent: 'B', start: 4, duration: 2, uses: { crane: 1 } },
  ],
})
const tasks = [
  { id: 'clean', steps: ['rinse', 'drain'] },
  { id: 'finish', steps: ['paint'] },
  { id: 'join', steps: ['cut', 'weld'] },
  { id: 'mount', steps: ['lift'] },
]

describe('tasks coordinated by what they may need, keep, set and use', () => {
  test('are settled without looking at their steps: fewer pairs, a joint plan, and the loss against the steps can be told', async () => {
    const found = await coordinateTasks(plant, tasks)
    expect(found).toMatchObject({ level: 'tasks', pairs: 4, interfering: 1, stepPairs: 9 })
    if (!('schedule' in found.result)) throw new Error(found.result.status)
    expect(checkJointSchedule(plant, found.result.schedule).violations).toEqual([])
    const best = await resolveConflicts(plant)
    if (!('delayCost' in best)) throw new Error(best.status)
    expect(found.abstractCost).toBeGreaterThanOrEqual(best.delayCost)
  })

  test('fall back to the steps when no order of whole tasks keeps the deadlines', async () => {
    const tight = {
      ...plant,
      steps: plant.steps.map((step) =>
        step.id === 'rinse' ? { ...step, deadline: 2 } : step.id === 'cut' ? { ...step, deadline: 3 } : step,
      ),
    }
    const found = await coordinateTasks(tight, tasks)
    expect(found).toMatchObject({ level: 'steps', abstractCost: null, result: { status: 'optimal' } })
  })

  test('leave plans alone that cannot interfere', async () => {
    const apart = { ...plant, steps: plant.steps.filter((step) => ['paint', 'lift'].includes(step.id)) }
    const found = await coordinateTasks(apart, [tasks[1], tasks[3]] as typeof tasks)
    expect(found).toMatchObject({ level: 'tasks', pairs: 1, interfering: 0, abstractCost: 0 })
    await expect(coordinateTasks(plant, tasks.slice(1))).rejects.toThrow(/in 0 tasks/)
  })
})
