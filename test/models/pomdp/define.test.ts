import { describe, expect, test } from 'vitest'
import { definePomdp, safeDefinePomdp } from '../../../models/pomdp/define.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { tigerProblem } from '../../solvers/pomdp/instances.ts'

describe('a literal POMDP', () => {
  test('becomes a flat model with the wildcard rows overridden by the named ones', () => {
    const model = definePomdp(tigerProblem)
    expect(Array.from(model.start)).toEqual([0.5, 0.5])
    expect(Array.from(model.transitions.values.slice(0, 2))).toEqual([1, 1])
    expect(Array.from(model.observationProbabilities.slice(0, 4))).toEqual([0.85, 0.15, 0.15, 0.85])
    expect(Array.from(model.rewards)).toEqual([-1, -1, -100, 10, 10, -100])
  })

  test('names and sums are reported together, a row without its unknown name once', () => {
    const result = safeDefinePomdp({
      ...tigerProblem,
      discount: 1.5,
      start: { 'tiger-left': 0.5, 'tiger-right': 0.6 },
      transitions: { '*': 'uniform', 'open-left': { '*': { 'tiger-left': 0.5, lion: 0.5 } } },
      observe: { ...tigerProblem.observe, 'open-left': { 'tiger-left': { 'hear-left': 0.9 } } },
    })
    expect(result.ok ? [] : result.issues.map(({ code, path }) => [code, path.join('.')])).toEqual([
      ['unknown-name', 'transitions.open-left.*'],
      ['unknown-name', 'transitions.open-left.*'],
      ['out-of-range', 'discount'],
      ['probability-sum', 'start'],
      ['probability-sum', 'observe.open-left.tiger-left'],
    ])
  })

  test('stated in costs is stored negated', () => {
    const model = definePomdp({ ...tigerProblem, objective: 'cost' })
    expect(model.rewards[0]).toBe(1)
    expect(model.objective).toBe('cost')
  })

  test('rewards that depend on the end state and the observation enter by their expectation', () => {
    const model = definePomdp({
      ...tigerProblem,
      rewards: [
        { value: 1 },
        { action: 'listen', next: 'tiger-left', observation: 'hear-left', value: 10 },
        { action: 'open-left', next: 'tiger-right', value: 5 },
      ],
    })
    expect(model.rewards[0]).toBeCloseTo(0.85 * 10 + 0.15, 12)
    expect(model.rewards[1]).toBe(1)
    expect(model.rewards[2]).toBeCloseTo(3, 12)
  })

  test('a terminal state stays where it is and earns nothing', () => {
    const model = definePomdp({ ...tigerProblem, terminal: ['tiger-right'] })
    expect([1, 3, 5].map((row) => model.rewards[row])).toEqual([0, 0, 0])
    const row = 3
    expect(model.transitions.columns[model.transitions.pointers[row] as number]).toBe(1)
  })

  test('is refused with every fault at once, each with its path and a remedy', () => {
    const result = safeDefinePomdp({
      ...tigerProblem,
      discount: 1.2,
      start: { 'tiger-left': 0.5, 'tiger-right': 0.6 },
      rewards: [{ action: 'lissen', value: -1 }, { value: Number.NaN }],
      transitions: { '*': 'uniform', listen: { 'tiger-left': { 'tiger-left': 0.9 } } },
      terminal: ['gone'],
    })
    expect(result.ok).toBe(false)
    if (result.ok) return
    const codes = result.issues.map((issue) => issue.code)
    expect(codes).toContain('unknown-name')
    expect(codes).toContain('not-finite')
    expect(codes).toContain('out-of-range')
    expect(result.issues.every((issue) => issue.hint.length > 0)).toBe(true)
    const sums = safeDefinePomdp({ ...tigerProblem, start: { 'tiger-left': 0.5, 'tiger-right': 0.6 } })
    expect(sums.ok ? [] : sums.issues.map((issue) => issue.path[0])).toEqual(['start'])
    expect(() => definePomdp({ ...tigerProblem, start: [1] })).toThrowError(InvalidInputError)
  })

  test('a missing observation table is reported as rows that sum to 0', () => {
    const result = safeDefinePomdp({ ...tigerProblem, observe: {} })
    expect(result.ok ? 0 : result.issues.length).toBe(6)
  })
})
