import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { VectorSet } from '../../../solvers/pomdp/vector-set.ts'
import { readAlpha, readPolicyGraph, writeAlpha, writePolicyGraph } from '../../../src/io/cassandra/index.ts'

const corpus = new URL('../../../../shared/benchmarks/pomdp/', import.meta.url)

test('a value function survives .alpha to the last bit', () => {
  const value = new VectorSet(3, 2)
  value.push([1 / 3, -2e-17, 1e21], 0, 4)
  value.push([0.1 + 0.2, 5, -7], 0, 0)
  const back = readAlpha(writeAlpha(value), 3, 2)
  expect([back.vector(0), back.vector(1)]).toEqual([value.vector(0), value.vector(1)])
  expect(Array.from(back.actions.slice(0, 2))).toEqual([4, 0])
})

test('a policy graph survives .pg, impossible observations included', () => {
  const graph = { observationCount: 2, actions: Int32Array.of(1, 0), successors: Int32Array.of(1, -1, 0, 1) }
  expect(writePolicyGraph(graph)).toBe('0 1  1 -\n1 0  0 1\n')
  expect(readPolicyGraph(writePolicyGraph(graph), 2, 2)).toEqual(graph)
})

test('broken policy files are refused with the line', () => {
  const issuesOf = (read: () => unknown) => {
    try {
      read()
    } catch (error) {
      return (error as InvalidInputError).issues.map((issue) => issue.line)
    }
    return []
  }
  expect(issuesOf(() => readAlpha('0\n1 2 3\n\nx\n1 2\n', 2, 1))).toEqual([2, 4, 5])
  expect(issuesOf(() => readPolicyGraph('0 0 0\n0 0 0\n1 9 0\n', 2, 1))).toContain(2)
  expect(() => readPolicyGraph('0 0 5\n', 1, 1)).toThrowError(InvalidInputError)
})

describe.skipIf(!existsSync(corpus))('policy files of the field (needs ../shared/benchmarks/pomdp)', () => {
  test('the published tiger policy is read', () => {
    const value = readAlpha(readFileSync(new URL('tiger.95.reference.alpha', corpus), 'utf8'), 2, 2)
    expect(value.count).toBe(9)
    expect(value.value([0.5, 0.5])).toBeCloseTo(19.3713683744, 9)
    const graph = readPolicyGraph(readFileSync(new URL('tiger.95.reference.pg', corpus), 'utf8'), 3, 2)
    expect(graph.actions.length).toBe(9)
  })
})
