import { expect, test } from 'vitest'
import { solveHierarchy } from '../../../models/hierarchy/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { HierarchyProblem, HierarchyTask } from '../../../src/domain/hierarchy.ts'
import type { Precedence } from '../../../src/domain/project.ts'
import { readDocument } from '../../../src/io/document/index.ts'

const text = `
version: 1
tasks:
  - id: wall
    methods:
      - { id: by hand, tasks: [{ id: lay, duration: 3 }] }
      - { id: by machine, tasks: [{ id: pour, duration: 1, optional: true }] }
  - { id: paint, duration: 1 }
after: [[wall, paint]]
`

function wall(): HierarchyProblem {
  const read = readDocument(text)
  if (read.status === 'invalid' || read.problem.kind !== 'hierarchy') throw new Error(JSON.stringify(read))
  return read.problem.problem
}

async function faultsOf(problem: HierarchyProblem): Promise<string[]> {
  try {
    await solveHierarchy(problem)
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues.map(({ code, path }) => `${code} ${path.join('.')}`)
    throw error
  }
  return []
}

const link = (more: Partial<Precedence>): Precedence => ({
  before: 'wall',
  after: 'paint',
  kind: 'finish-start',
  minLag: 0,
  maxLag: null,
  ...more,
})

test('names used twice, unknown names and methods without end are refused together', async () => {
  const problem = wall()
  const [first, paint] = problem.tasks as [HierarchyTask, HierarchyTask]
  const loop: HierarchyTask = { id: 'again', as: 'loop' }
  const compounds = [{ id: 'loop', methods: [{ id: 'm', cost: Number.NaN, tasks: [loop], precedence: [] }] }]
  const tasks = [first, paint, paint, { id: 'odd', as: 'nothing' }, { id: 'empty', methods: [] }, loop]
  const found = await faultsOf({ ...problem, tasks, compounds, precedence: [link({ after: 'nobody' })] })
  const places = found.map((fault) => fault.split(' ')[1])
  expect(places).toEqual(
    expect.arrayContaining([
      'tasks.2.id',
      'tasks.3.as',
      'tasks.4.methods',
      'precedence.0.after',
      'compounds.0.methods.0.cost',
      'compounds.0',
    ]),
  )
  expect(found).toContain('recursion compounds.0')
  expect(await faultsOf({ ...problem, maxDepth: -1 })).toEqual(['out-of-range maxDepth'])
})

test('a compound task is left at its end and entered at its start; lags that would mean nothing are refused', async () => {
  const problem = wall()
  const faults = (more: Partial<Precedence>): Promise<string[]> => faultsOf({ ...problem, precedence: [link(more)] })
  expect(await faults({ kind: 'start-start' })).toEqual(['unsupported precedence.0.kind'])
  expect(await faults({ maxLag: 4 })).toEqual(['unsupported precedence.0.maxLag'])
  const entering = { before: 'paint', after: 'wall' }
  expect(await faults({ ...entering, kind: 'finish-finish' })).toEqual(['unsupported precedence.0.kind'])
  // By machine, nothing need be done at all.
  expect(await faults({ ...entering, minLag: 2 })).toEqual(['unsupported precedence.0.minLag'])
  expect(await faults(entering)).toEqual([])
})
