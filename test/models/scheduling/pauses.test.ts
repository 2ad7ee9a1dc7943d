import { describe, expect, test } from 'vitest'
import { scheduleProject } from '../../../models/scheduling/index.ts'
import type { Mode, ProjectProblem, ProjectTask } from '../../../src/domain/project.ts'
import type { Closure, Resource } from '../../../src/domain/resource.ts'

const resource = (id: string, capacity: number, closures: readonly Closure[] = []): Resource => ({
  ...{ id, type: 'reusable', capacity, initial: capacity, costPerUnit: 0, costPerTime: 0 },
  closures,
})

const mode = (duration: number, held: Readonly<Record<string, number>>, window?: readonly [number, number]): Mode => ({
  id: 'only',
  duration,
  cost: 0,
  requires: Object.entries(held).map(([name, amount]) => ({ resource: name, amount, when: 'duration' })),
  produces: [],
  ...(window === undefined ? {} : { window }),
})

const task = (id: string, own: Mode, pausable: boolean): ProjectTask => ({
  ...{ id, modes: [own], release: 0, deadline: null, due: null, weight: 0, value: 0, optional: false },
  pausable,
})

const project = (resources: readonly Resource[], tasks: readonly ProjectTask[]): ProjectProblem => ({
  ...{ title: 'pauses', timeUnit: 'h', costUnit: '', precedence: [], deadline: null, budget: null },
  ...{ resources, tasks, objectives: ['makespan'] },
})

describe.each(['automatic', 'linear'] as const)('with the %s engine', (engine) => {
  test('what one resource is closed for leaves the others free: they work elsewhere during the pause', async () => {
    // Two welders: 2 h on the press, closed from 1 to 3, both of them; meanwhile they assemble for 2 h.
    const resources = [resource('press', 1, [{ from: 1, to: 3, amount: null }]), resource('welder', 2)]
    const tasks = [
      task('press work', mode(2, { press: 1, welder: 2 }), true),
      task('assembly', mode(2, { welder: 1 }), false),
    ]
    const result = await scheduleProject(project(resources, tasks), { engine })
    expect(result).toMatchObject({ status: 'optimal', objective: 4 })
  })

  test('units that are away during a total closure do not bind those who pause in it', async () => {
    const closures = [
      { from: 3, to: 4, amount: null },
      { from: 3, to: 4, amount: 1 },
    ]
    const tasks = [task('repair', { ...mode(3, { crew: 1 }), window: [2, 9] }, true)]
    const result = await scheduleProject(project([resource('crew', 1, closures)], tasks), { engine })
    expect(result).toMatchObject({ status: 'optimal', objective: 6 })
  })

  test('what takes no time may happen in a break', async () => {
    const tasks = [
      task('sign', { ...mode(0, { notary: 1 }), window: [3, 9] }, true),
      task('move', mode(1, { notary: 1 }), true),
    ]
    const result = await scheduleProject(project([resource('notary', 1, [{ from: 2, to: 4, amount: null }])], tasks), {
      engine,
    })
    expect(result).toMatchObject({ status: 'optimal', objective: 3 })
  })

  test('a calendar that leaves no room is part of the conflict', async () => {
    const notary = resource('notary', 1, [{ from: 1, to: 8, amount: null }])
    const tasks = [task('audit', mode(2, { notary: 1 }, [0, 3]), false), task('sign', mode(1, { notary: 1 }), true)]
    const result = await scheduleProject(project([notary], tasks), { engine })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    expect(result.conflict.constraints.map(({ name }) => name)).toEqual(['resource notary'])
    expect(result.conflict.irreducible).toBe(true)
  })

  test('a deadline missed because of a break blames both', async () => {
    const press = resource('press', 1, [{ from: 1, to: 3, amount: null }])
    const tight = { ...project([press], [task('punch', mode(2, { press: 1 }), true)]), deadline: 3 }
    const result = await scheduleProject(tight, { engine })
    expect(result.status).toBe('infeasible')
    if (result.status !== 'infeasible') return
    expect(result.conflict.constraints.map(({ name }) => name)).toEqual(['resource press', 'deadline'])
    expect(result.conflict.relaxations).toContainEqual(expect.objectContaining({ constraint: 'deadline', to: 4 }))
  })
})
