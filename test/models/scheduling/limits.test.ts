import { describe, expect, test } from 'vitest'
import { solveAllocation } from '../../../models/allocation/index.ts'
import { solveBudget } from '../../../models/budget/index.ts'
import { solvePortfolio } from '../../../models/portfolio/index.ts'
import { scheduleProject } from '../../../models/scheduling/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { ProjectProblem } from '../../../src/domain/project.ts'
import { example } from '../documents.ts'

const renovation = example('project', 'renovation')

describe('a run without any time', () => {
  const none = { timeLimitMs: 0 }

  test('claims nothing: what it returns is feasible or unknown, with the limit named', async () => {
    const results = [
      await solveBudget(example('budget', 'budget'), none),
      await solvePortfolio(example('portfolio', 'portfolio'), none),
      await solveAllocation(example('allocation', 'warehouse-shift'), none),
      await scheduleProject({ ...renovation, deadline: 26 }, none),
      await scheduleProject({ ...renovation, deadline: 26 }, { ...none, engine: 'linear' }),
    ]
    for (const result of results) {
      expect(['feasible', 'unknown']).toContain(result.status)
      if (result.status === 'feasible' || result.status === 'unknown') expect(result.limit).toBe('time')
    }
  })

  test('an abort counts as interruption', async () => {
    const controller = new AbortController()
    controller.abort()
    const result = await scheduleProject({ ...renovation, deadline: 26 }, { signal: controller.signal })
    expect(result).toMatchObject({ limit: 'interrupted' })
  })
})

describe('times', () => {
  const halved: ProjectProblem = {
    ...renovation,
    objectives: ['makespan'],
    tasks: renovation.tasks.map((task) => ({
      ...task,
      modes: task.modes.map((mode) => ({ ...mode, duration: mode.duration / 4 })),
    })),
  }

  test('with decimals are scheduled on the grid they share', async () => {
    const result = await scheduleProject(halved)
    expect(result).toMatchObject({ status: 'optimal', objective: 6.25 })
  })

  test('with more than six decimals are refused with every place and a remedy', async () => {
    const tasks = halved.tasks.map((task) => ({
      ...task,
      modes: task.modes.map((mode) => ({ ...mode, duration: mode.duration + 1e-8 })),
    }))
    const error = await scheduleProject({ ...halved, tasks }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(InvalidInputError)
    const { issues } = error as InvalidInputError
    expect(issues.length).toBe(halved.tasks.flatMap((task) => task.modes).length)
    expect(issues[0]).toMatchObject({ code: 'grid-too-fine', path: ['tasks', 0, 'modes', 0, 'duration'] })
  })

  test('on a grid too fine for the linear model are refused with the step that would do', async () => {
    const shifted = renovation.tasks.map((task, index) => (index === 0 ? { ...task, release: 0.001 } : task))
    const fine: ProjectProblem = { ...renovation, tasks: shifted, deadline: null, objectives: ['weighted-tardiness'] }
    const error = await scheduleProject(fine, { engine: 'linear' }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(InvalidInputError)
    expect((error as InvalidInputError).issues[0]).toMatchObject({ code: 'grid-too-fine' })
    expect((error as InvalidInputError).issues[0]?.hint).toContain('multiples of')
    // The exact scheduler has no instants to enumerate.
    expect((await scheduleProject({ ...fine, objectives: ['makespan'] })).status).toBe('optimal')
  })
})

test('the same seed gives the same schedule, byte for byte', async () => {
  const run = async (): Promise<string> => {
    const result = await scheduleProject({ ...renovation, deadline: 27 }, { seed: 7 })
    return JSON.stringify(result.status === 'optimal' ? result.schedule : result.status)
  }
  expect(await run()).toBe(await run())
})

test('both engines agree on the renovation at every deadline', async () => {
  for (const deadline of [24, 25, 26, 28]) {
    const problem: ProjectProblem = { ...renovation, deadline, objectives: ['cost'] }
    const linear = await scheduleProject(problem, { engine: 'linear' })
    const search = await scheduleProject(problem)
    expect(search.status).toBe(linear.status)
    if (search.status === 'optimal' && linear.status === 'optimal') expect(search.objective).toBe(linear.objective)
  }
})
