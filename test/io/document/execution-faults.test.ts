import { expect, test } from 'vitest'
import { readDocument } from '../../../src/io/document/index.ts'

function faults(text: string): string[] {
  const result = readDocument(text, { file: 'x.yaml' })
  if (result.status === 'read') return []
  return result.issues.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

test('names that stand twice in a town are shown where they stand, calls taken back before they come are refused', () => {
  const text = `version: 1
world:
  town:
    units:
      - { id: U, type: A, position: [0, 0] }
      - { id: U, type: A, position: [1, 0] }
    incidents:
      - { id: I, at: 2, position: [9, 3], needs: [A], weight: 2, service: 18 }
    substitutes: { A: [A, Z] }
    withdrawals: [ { incident: I, at: 1 } ]
`
  expect(faults(text)).toEqual([
    '6:9 "U" is already entry 1 of world.town.units',
    '9:27 no type is called "Z"',
    '10:39 "I" is only called at 2',
  ])
})

test('a task that is delayed twice is refused: only one of its delays would come about', () => {
  const text = `version: 1
tasks:
  - { id: a, modes: [ { id: n, duration: 3, cost: 1 } ] }
world:
  delays: [ { task: a, by: 2 }, { task: a, by: 1 } ]
`
  expect(faults(text)).toEqual(['5:41 "a" is delayed already'])
})

test('what replanning does not know of a project is refused where it stands', () => {
  const text = `version: 1
resources:
  - { id: crew, capacity: 2, closures: [ { from: 4, to: 6 } ] }
tasks:
  - { id: a, duration: 3, cost: 1, uses: { crew: 1 }, pausable: true }
  - { id: b, modes: [ { id: n, duration: 2, cost: 1, window: [3, 9] } ] }
world:
  delays: [ { task: a, by: 2 } ]
`
  expect(faults(text)).toEqual([
    '3:5 a resource that is away at times cannot be carried out yet',
    '5:5 a task that pauses cannot be carried out yet',
    '6:23 a window for a start cannot be carried out yet',
  ])
})
