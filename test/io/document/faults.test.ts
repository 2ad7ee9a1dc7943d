import { describe, expect, test } from 'vitest'
import { describeIssue } from '../../../solvers/contract/index.ts'
import { readDocument } from '../../../src/io/document/index.ts'

function faults(text: string, overrides: string[] = []): string[] {
  const result = readDocument(text, { file: 'doc.yaml', overrides })
  return result.status === 'invalid' ? result.issues.map(describeIssue) : []
}

const PROJECT = `version: 1
resources:
  - { id: crew, capacity: 5 }
tasks:
  - { id: dig, duration: 2, uses: { crew: 3 } }
  - { id: pour, duration: 1, uses: { crew: 2 } }
after:
  - [dig, pour]
`

describe('a document with faults', () => {
  test('reports all of them at once, each with line, column and remedy', () => {
    const text = PROJECT.replace('crew: 3', 'crw: 3')
      .replace('[dig, pour]', '[dig, poor]')
      .replace('duration: 1', 'duration: -1')
    expect(faults(text)).toEqual([
      'doc.yaml:5:37: tasks[0].uses.crw: no resource is called "crw" (did you mean "crew"?)',
      'doc.yaml:6:27: tasks[1].duration: -1 is too small (give a number >= 0)',
      'doc.yaml:8:11: after[0][1]: no task is called "poor" (did you mean "pour"?)',
    ])
  })

  test('an unknown field is refused at its key with the closest known one', () => {
    expect(faults(PROJECT.replace('capacity: 5', 'capcity: 5'))[0]).toBe(
      'doc.yaml:3:17: resources[0].capcity: there is no field "capcity" here (did you mean "capacity"?)',
    )
  })

  test('a section of another capability is refused by name', () => {
    expect(faults(`${PROJECT}observations: []\n`)[0]).toContain(
      'the section "observations" belongs to planning under partial observability',
    )
  })

  test('a cycle is named link by link', () => {
    expect(faults(`${PROJECT}  - [pour, dig]\n`)[0]).toContain('dig > pour > dig')
  })

  test('duplicate keys, duplicate ids, NaN, infinity and a wrong version are refused', () => {
    expect(faults(`${PROJECT}after: []\n`)[0]).toMatch(/doc.yaml:9:1: .*(unique|duplicate)/i)
    expect(faults(PROJECT.replace('id: pour', 'id: dig'))[0]).toContain('"dig" is already entry 1 of tasks')
    expect(faults(PROJECT.replace('duration: 2', 'duration: .nan'))[0]).toContain('a finite number is expected')
    expect(faults(PROJECT.replace('duration: 2', 'duration: .inf'))[0]).toContain('a finite number is expected')
    expect(faults(PROJECT.replace('version: 1', 'version: 7'))[0]).toContain('7 is not allowed here')
    expect(faults(PROJECT.replace('version: 1\n', ''))[0]).toContain('add `version: 1` at the top')
  })

  test('a task that no crew can man and a window that no mode fits are refused before any solver runs', () => {
    expect(faults(PROJECT.replace('crew: 3', 'crew: 9'))[0]).toContain('this needs 9 of "crew" and there are 5')
    expect(faults(PROJECT.replace('duration: 2', 'duration: 2, deadline: 1'))[0]).toContain('cannot end by 1')
    expect(faults(`${PROJECT}objective: { weighted: { cost: 0 } }\n`)[0]).toContain('counts nothing')
    const delivered = PROJECT.replace('capacity: 5', 'capacity: 5, deliveries: [{ at: 1, amount: 1 }]')
    expect(faults(delivered)[0]).toContain('is held, not stored')
    const pinned = (fields: string) => faults(PROJECT.replace('duration: 2', `duration: 2, ${fields}`))[0]
    expect(pinned('start: -1')).toContain('-1 is too small')
    expect(pinned('start: 1, release: 2')).toContain('is to start at 1, before its release 2')
    expect(pinned('start: 4, deadline: 5')).toContain('is to start at 4, takes 2 and cannot end by 5')
  })

  test('a cost table of the wrong size names the row', () => {
    const text = 'version: 1\nagents: [a, b]\ntasks: [x, y]\ncosts:\n  - [1, 2]\n  - [1]\n'
    expect(faults(text)).toEqual([
      'doc.yaml:6:5: costs[1]: there are 2 tasks but the row of "b" has 1 numbers (give 2 numbers or null)',
    ])
  })

  test('an override with no place to go says so', () => {
    expect(faults(PROJECT, ['tasks.dgi.duration=3'])[0]).toContain('did you mean "dig"?')
    expect(faults(PROJECT, ['duration'])[0]).toContain('is not of the form path=value')
    expect(faults(PROJECT, ['__proto__.x=1'])[0]).toContain('not allowed')
  })
})

test('overrides reach into lists by id and by position', () => {
  const result = readDocument(PROJECT, { overrides: ['tasks.dig.duration=4', 'tasks[1].duration=7', 'deadline=20'] })
  if (result.status !== 'read' || result.problem.kind !== 'project') throw new Error('not read')
  expect(result.problem.problem.tasks.map((task) => task.modes[0]?.duration)).toEqual([4, 7])
  expect(result.problem.problem.deadline).toBe(20)
})

test('a text that nests without end is refused before it reaches the parser', () => {
  expect(faults('['.repeat(200_000))[0]).toContain('brackets deep')
  expect(faults('- '.repeat(200_000))[0]).toContain('brackets deep')
  expect(
    faults(`a: &a [1]\n${Array.from({ length: 40 }, (_, i) => `b${i}: [*a, *a]`).join('\n')}`).length,
  ).toBeGreaterThan(0)
})

test('games with the wrong shape and coalitions of strangers are refused', () => {
  expect(faults('version: 1\ngame: { rows: [a, b], columns: [x], payoff: [[1], [2, 3]] }\n')[0]).toContain(
    'this row has 2 numbers',
  )
  expect(faults('version: 1\ncoalition: { players: [ann, bob], values: { ann + bop: 3 } }\n')[0]).toContain(
    'did you mean "bob"?',
  )
  expect(faults('version: 1\ncoalition: { players: [ann], jobs: [{ id: j, reward: 1 }] }\n')[0]).toContain(
    'one of the two',
  )
})

test('a fault of shape at the top hides no fault of meaning elsewhere', () => {
  const text = `version: 1
resources: [{ id: crew, capacity: 2 }]
tasks:
  - { id: dig, duration: 2, uses: { crew: 3 } }
  - { id: pour, duration: 1, uses: { crow: 1 } }
  - { id: pour, duration: 1 }
  - { id: cure, duration: -1 }
after: [[dig, pour], [pour, dig]]
deadline: soon
objective: [speed]
`
  const read = readDocument(text)
  expect(read.status).toBe('invalid')
  if (read.status !== 'invalid') return
  expect(read.issues.map(({ line, code }) => `${line} ${code}`)).toEqual([
    '4 over-capacity',
    '5 unknown-name',
    '6 duplicate-id',
    '7 out-of-range',
    '8 cycle',
    '9 wrong-type',
    '10 wrong-value',
  ])
})
