import { describe, expect, test } from 'vitest'
import { describeIssue, InvalidInputError, Run, relativeGap } from '../../../solvers/contract/index.ts'

describe('a run', () => {
  test('refuses a negative time limit and a fractional seed at once', () => {
    expect(() => new Run('test', { timeLimitMs: -1, seed: 0.5 })).toThrowError(InvalidInputError)
    try {
      new Run('test', { timeLimitMs: Number.NaN, seed: 0.5 })
    } catch (error) {
      expect((error as InvalidInputError).issues.map((issue) => issue.path[0])).toEqual(['timeLimitMs', 'seed'])
    }
  })

  test('an aborted signal outranks the clock', () => {
    const controller = new AbortController()
    const run = new Run('test', { timeLimitMs: 0, signal: controller.signal })
    expect(run.limit).toBe('time')
    controller.abort()
    expect(run.limit).toBe('interrupted')
  })

  test('a nested run never has more time than the outer one', () => {
    expect(new Run('test', { timeLimitMs: 10 }).nested(1000).timeLimitMs).toBeLessThanOrEqual(10)
    expect(new Run('test').nested().timeLimitMs).toBeUndefined()
  })
})

test('an issue reads file:line:column, path, message and remedy', () => {
  expect(
    describeIssue({
      code: 'unknown-name',
      path: ['tasks', 2, 'uses', 'crew'],
      message: 'no resource is called "crew"',
      hint: 'did you mean "crews"?',
      file: 'a.yaml',
      line: 3,
      column: 5,
    }),
  ).toBe('a.yaml:3:5: tasks[2].uses.crew: no resource is called "crew" (did you mean "crews"?)')
})

test('the relative gap is 0 for equal numbers and measured against the objective', () => {
  expect(relativeGap(0, 0)).toBe(0)
  expect(relativeGap(100, 90)).toBeCloseTo(0.1)
})
