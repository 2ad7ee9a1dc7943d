import { expect, test } from 'vitest'
import { insertTask } from '../../../models/scheduling/index.ts'
import { readDocument } from '../../../src/io/document/index.ts'
import { runJson } from '../../cli/run-cli.ts'

const DOCUMENT = `version: 1
resources: [{ id: crew, capacity: 3 }]
tasks:
  - { id: dig, duration: 4, uses: { crew: 2 } }
  - { id: build, duration: 2, uses: { crew: 3 } }
  - { id: paint, duration: 2, uses: { crew: 1 }, release: 1 }
after: [[dig, build]]
objective: makespan
`

test('a task goes where it disturbs nothing, then to the end; what cannot stand beside the others is no place', async () => {
  const read = readDocument(DOCUMENT)
  if (read.status !== 'read' || read.problem.kind !== 'project') throw new Error(read.status)
  const { places, result } = await insertTask(read.problem.problem, 'paint')
  expect(result.status).toBe('optimal')
  // dig leaves one of the crew free until 4, build none until 6.
  expect(places.map(({ start, values }) => [start, values.makespan])).toEqual([
    [1, 6],
    [2, 6],
    [6, 8],
  ])
  await expect(insertTask(read.problem.problem, 'roof')).rejects.toThrow('no task "roof"')
})

test('`schedule --insert` puts the last task of the renovation after the others, and finds no room for one that all wait for', async () => {
  const { exit, json } = await runJson('schedule', 'examples/renovation.yaml', '--insert', 'paint')
  expect(exit).toBe(0)
  expect((json['tasks'] as { id: string }[]).map(({ id }) => id)).not.toContain('paint')
  const [first] = json['insertions'] as { start: number }[]
  expect(first?.start).toBe(json['makespan'])
  const tight = await runJson('schedule', 'examples/renovation.yaml', '--insert', 'scaffold')
  expect(tight.json['insertions']).toEqual([])
})
