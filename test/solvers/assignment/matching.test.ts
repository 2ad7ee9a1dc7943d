import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bipartiteGraph, maximumMatching } from '../../../solvers/assignment/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'

test('three agents with abilities a, ab, bc do three tasks', () => {
  expect(maximumMatching(bipartiteGraph(3, [[0], [0, 1], [1, 2]]))).toMatchObject({
    size: 3,
    pairs: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
    violator: null,
  })
})

test('a matching that leaves a row free says who competes', () => {
  const result = maximumMatching(bipartiteGraph(3, [[0, 1], [0, 1], [0, 1], [2]]))
  expect(result).toMatchObject({ size: 3, violator: { members: [0, 1, 2], partners: [0, 1] } })
  expect(result.cover.rows.length + result.cover.columns.length).toBe(3)
})

test('the size is that of the best of all subsets, and the cover touches every edge', () => {
  const lists = fc.integer({ min: 0, max: 6 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      neighbours: fc.array(
        columns === 0 ? fc.constant<number[]>([]) : fc.array(fc.integer({ min: 0, max: columns - 1 })),
        {
          maxLength: 6,
        },
      ),
    }),
  )
  fc.assert(
    fc.property(lists, ({ columns, neighbours }) => {
      const largest = (i: number, used: ReadonlySet<number>): number => {
        if (i === neighbours.length) return 0
        let best = largest(i + 1, used)
        for (const j of neighbours[i] as number[])
          if (!used.has(j)) best = Math.max(best, 1 + largest(i + 1, new Set([...used, j])))
        return best
      }
      const result = maximumMatching(bipartiteGraph(columns, neighbours))
      expect(result.size).toBe(largest(0, new Set()))
      for (const [i, list] of neighbours.entries())
        for (const j of list) expect(result.cover.rows.includes(i) || result.cover.columns.includes(j)).toBe(true)
    }),
    { numRuns: 500, seed: 2 },
  )
})

test('a column that does not exist is refused by name', () => {
  expect(() => bipartiteGraph(2, [[0], [2, -1]])).toThrow(InvalidInputError)
})
