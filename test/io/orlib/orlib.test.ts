import { expect, test } from 'vitest'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import {
  readOrlibAssignment,
  readOrlibGeneralisedAssignment,
  writeOrlibAssignment,
  writeOrlibGeneralisedAssignment,
} from '../../../src/io/orlib/index.ts'

test('assignment text is read whatever its line breaks, and written back', () => {
  const matrix = readOrlibAssignment(' 2\r\n 1 2\n\n 3\n4\n')
  expect(matrix).toEqual({ rows: 2, columns: 2, costs: Float64Array.of(1, 2, 3, 4) })
  expect(readOrlibAssignment(writeOrlibAssignment(matrix))).toEqual(matrix)
})

test('generalised assignment text is read and written back', () => {
  const text = '1\n 2 3\n 1 2 3\n 4 5 6\n 7 8 9\n 1 1 1\n 10 20\n'
  const problems = readOrlibGeneralisedAssignment(text)
  expect(problems).toEqual([
    {
      agents: 2,
      jobs: 3,
      values: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      resources: [
        [7, 8, 9],
        [1, 1, 1],
      ],
      capacities: [10, 20],
    },
  ])
  expect(readOrlibGeneralisedAssignment(writeOrlibGeneralisedAssignment(problems))).toEqual(problems)
})

test.each([
  ['2\n1 2 x\n4', ['not-a-number', 2, 5]],
  ['2\n1 2 3', ['unexpected-end', 2, 6]],
  ['2\n1 2 3 4 5', ['trailing-text', 2, 9]],
  ['2.5', ['out-of-range', 1, 1]],
  ['99999999', ['out-of-range', 1, 1]],
  ['', ['unexpected-end', 1, 1]],
  ['1\nInfinity', ['not-a-number', 2, 1]],
])('%j is refused with its place', (text, expected) => {
  try {
    readOrlibAssignment(text, 'f.txt')
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    const issue = error.issues[0]
    expect([issue?.code, issue?.line, issue?.column]).toEqual(expected)
    expect(issue?.file).toBe('f.txt')
    return
  }
  throw new Error('nothing was thrown')
})

test('a matrix the format cannot hold is refused', () => {
  expect(() => writeOrlibAssignment({ rows: 1, columns: 2, costs: Float64Array.of(1, 2) })).toThrow(InvalidInputError)
})
