import { describe, expect, test } from 'vitest'
import { solveAllocation, solveAssignment } from '../../models/allocation/index.ts'
import { solveBudget } from '../../models/budget/index.ts'
import { solvePortfolio } from '../../models/portfolio/index.ts'
import { scheduleProject } from '../../models/scheduling/index.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { ProjectProblem, ProjectTask } from '../../src/domain/project.ts'
import type { RequirementTime, Resource } from '../../src/domain/resource.ts'

const budget = { title: '', unit: '', total: 5, lines: [], rules: [], requires: [], excludes: [] }
const line = { id: 'a', min: 0, max: null, minIfUsed: null, segments: [{ width: 5, returnPerUnit: 1 }] }
const portfolio = {
  title: '',
  unit: '',
  periodName: 'year',
  periods: 1,
  budget: [1],
  carryOver: false,
  capacity: {},
  discountPerPeriod: 0,
  projects: [],
  requires: [],
  excludes: [],
}
const project: ProjectProblem = {
  title: '',
  timeUnit: 'days',
  costUnit: '',
  resources: [],
  tasks: [],
  precedence: [],
  deadline: null,
  budget: null,
  objectives: ['makespan'],
}

function task(id: string, duration: number, needs: readonly [string, number, RequirementTime][] = []): ProjectTask {
  const requires = needs.map(([resource, amount, when]) => ({ resource, amount, when }))
  const rest = { release: 0, deadline: null, due: null, weight: 0, value: 0, optional: false }
  return { id, modes: [{ id: 'only', duration, cost: 1, requires, produces: [] }], ...rest }
}

function resource(id: string, type: Resource['type'], initial: number): Resource {
  return { id, type, capacity: type === 'reusable' ? initial : null, initial, costPerUnit: 0, costPerTime: 0 }
}

const link = (first: string, second: string) => ({
  before: first,
  after: second,
  kind: 'finish-start' as const,
  minLag: 0,
  maxLag: null,
})

function conflictOf(result: { readonly status: string; readonly conflict?: Conflict }): string {
  expect(result.status).toBe('infeasible')
  return result.conflict?.explanation ?? ''
}

test('problems with nothing in them are optimal at nothing', async () => {
  expect(await solveBudget(budget)).toMatchObject({ status: 'optimal', objective: 0 })
  expect(await solvePortfolio(portfolio)).toMatchObject({ status: 'optimal', objective: 0 })
  expect(await scheduleProject(project)).toMatchObject({ status: 'optimal', objective: 0 })
  const nobody = { title: '', unit: '', agents: [], tasks: [], costs: [] }
  expect(await solveAssignment({ ...nobody, sense: 'minimize', objective: 'sum' })).toMatchObject({ cost: 0 })
  expect(await solveAllocation({ ...nobody, loads: [], objectives: ['cost'] })).toMatchObject({ cost: 0 })
})

test('a budget of large amounts is divided to the cent', async () => {
  const lines = [
    { ...line, minIfUsed: 1e7, segments: [{ width: 1e8, returnPerUnit: 1.1 }] },
    {
      ...line,
      id: 'b',
      segments: [
        { width: 1e8, returnPerUnit: 2.1 },
        { width: 1e8, returnPerUnit: 1.05 },
      ],
    },
  ]
  const result = await solveBudget({ ...budget, total: 2.5e8, lines })
  expect(result.status === 'optimal' && result.objective).toBeCloseTo(372_500_000, 2)
})

describe('what cannot be is said in one sentence', () => {
  test('a floor beyond what the line can take', async () => {
    const lines = [{ ...line, min: 1, minIfUsed: 20 }]
    expect(conflictOf(await solveBudget({ ...budget, lines }))).toContain(
      'nothing or at least 20 for a, which has room for 5',
    )
  })

  test('a duty longer than the horizon', async () => {
    const projects = [{ id: 'x', cost: [0, 0], heads: {}, benefit: 3, mandatory: true }]
    expect(conflictOf(await solvePortfolio({ ...portfolio, projects }))).toContain(
      'x must be done, which lasts 2 periods',
    )
  })

  test('people who can do nothing, tasks that nobody can do', async () => {
    const costs = [[null]]
    const alone = { title: '', unit: '', agents: ['a'], tasks: ['b'], costs }
    const result = await solveAssignment({ ...alone, sense: 'minimize', objective: 'bottleneck' })
    expect(conflictOf(result)).toBe('a can do no task.')
    const none = { title: '', unit: '', agents: [], tasks: [{ id: 't', needs: [] }], costs: [], loads: [] }
    expect(conflictOf(await solveAllocation({ ...none, objectives: ['makespan'] }))).toBe(
      'Nobody can do t: there is no agent.',
    )
  })

  test('tasks that wait for each other', async () => {
    const tasks = [task('a', 1), task('b', 1), task('c', 1)]
    const precedence = [link('a', 'b'), link('b', 'a'), link('b', 'c')]
    expect(conflictOf(await scheduleProject({ ...project, tasks, precedence }))).toBe(
      'No schedule exists, the order of tasks contradicts itself: b comes after a; a comes after b.',
    )
  })

  test('a crew that is too small, a stock that is too low, a budget that is too tight', async () => {
    const crew = {
      ...project,
      resources: [resource('crew', 'reusable', 2)],
      tasks: [task('a', 1, [['crew', 3, 'duration']])],
    }
    expect(conflictOf(await scheduleProject(crew))).toBe('No schedule keeps crew 2. Possible: crew 3.')
    const fuel = {
      ...project,
      resources: [resource('fuel', 'consumable', 2)],
      tasks: [task('a', 1, [['fuel', 3, 'start']])],
    }
    expect(conflictOf(await scheduleProject(fuel))).toBe(
      'No schedule keeps stock of 2 fuel. Possible: stock of 3 fuel.',
    )
    const money = { ...project, budget: 1, tasks: [task('a', 1), task('b', 2)] }
    expect(conflictOf(await scheduleProject(money))).toBe('No schedule keeps budget 1. Possible: budget 2.')
  })
})

test('thirds of a resource add up as they should, on the linear road', async () => {
  const third = (id: string): ProjectTask => task(id, 1, [['crew', 1 / 3, 'duration']])
  const shared = { ...project, resources: [resource('crew', 'reusable', 1)] }
  const three = await scheduleProject({ ...shared, tasks: [third('a'), third('b'), third('c')] })
  expect(three).toMatchObject({ status: 'optimal', objective: 1 })
  const four = await scheduleProject({ ...shared, tasks: [third('a'), third('b'), third('c'), third('d')] })
  expect(four).toMatchObject({ status: 'optimal', objective: 2 })
})
