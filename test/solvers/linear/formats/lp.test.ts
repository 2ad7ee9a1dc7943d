import { describe, expect, test } from 'vitest'
import type { InvalidInputError } from '../../../../solvers/contract/index.ts'
import { readLp } from '../../../../solvers/linear/formats/index.ts'
import { solveLinear } from '../../../../solvers/linear/index.ts'

const INFINITY = Number.POSITIVE_INFINITY

describe('the LP reader', () => {
  test('reads objective, constants, ranges, bounds, kinds and comments', () => {
    const { model, objectiveName, notes } = readLp(`\\ a comment
Maximize
 profit: 3 x + 2y - z
   + 7 \\ continued
Subject To
 cap: x + y + 2 <= 10
 rng: -3 <= x - y <= 5
 x + z >= 1
 turned: 2 <= x
 double: x + x + 0.5 z = 4
Bounds
 x <= 40
 -inf <= z <= 12
 1 <= w
 v free
 -1e30 <= u <= 1e30
Generals
 x w
Binaries
 y
End
`)
    expect([model.sense, objectiveName, model.objectiveOffset]).toEqual(['maximize', 'profit', 7])
    const variables = Array.from({ length: model.variableCount }, (_, j) => [
      model.variableName(j),
      model.variableKind(j),
      model.variableLower(j),
      model.variableUpper(j),
    ])
    expect(variables).toEqual([
      ['x', 'integer', 0, 40],
      ['y', 'binary', 0, 1],
      ['z', 'continuous', -INFINITY, 12],
      ['w', 'integer', 1, INFINITY],
      ['v', 'continuous', -INFINITY, INFINITY],
      ['u', 'continuous', -INFINITY, INFINITY],
    ])
    const rows = Array.from({ length: model.rowCount }, (_, i) => [
      model.rowName(i),
      model.rowLower(i),
      model.rowUpper(i),
    ])
    expect(rows).toEqual([
      ['cap', -INFINITY, 8],
      ['rng', -3, 5],
      ['R1', 1, INFINITY],
      ['turned', 2, INFINITY],
      ['double', 4, 4],
    ])
    expect(notes.map((n) => n.code)).toEqual(['new-variable', 'new-variable', 'new-variable'])
  })

  test('gives a model that solves', async () => {
    const { model } = readLp('max\n 3x+2y\nst\n c1: x + y <= 4\n c2: x + 3y <= 6\nbounds\n x <= 3\ngen\n x\nend')
    const result = await solveLinear(model)
    expect(result.status === 'optimal' && result.objective).toBe(11)
  })

  test('tells several statements on a line apart by their names', () => {
    const { model } = readLp('min\n x\nst\n a: x >= 1 b: x <= 5\nend')
    expect([model.rowCount, model.rowName(1)]).toEqual([2, 'b'])
  })

  test('takes a keyword with a colon for a row name', () => {
    const { model } = readLp('min\n x\nst\n bounds: x >= 1\nend')
    expect(model.rowName(0)).toBe('bounds')
  })

  test('notes a negative upper bound over a lower bound of 0', () => {
    expect(readLp('min\n x\nst\n r: x >= 0\nbounds\n x <= -1\nend').notes[0]?.code).toBe('negative-upper')
  })

  test('reports all faults of a file at once, each with line and column', () => {
    let issues: InvalidInputError['issues'] = []
    try {
      readLp(
        [
          'Minimize',
          ' o: 3 x + [ x^2 ]',
          'Subject To',
          ' c1: x + 2 y <= 3 y',
          ' c1: x >= q',
          ' c2: x 2 y <= 3',
          ' c3: b = 1 -> x <= 3',
          ' c4: + >= 2',
          ' c5: 1 <= x >= 2',
          'Bounds',
          ' x <= y',
          ' 5 <= 3',
          ' x >= inf',
          'Generals',
          ' x 3',
          'Semi-continuous',
          ' x',
          'SOS',
          ' s1: S1:: x:1',
        ].join('\n'),
        { file: 'bad.lp' },
      )
    } catch (error) {
      issues = (error as InvalidInputError).issues
    }
    expect(issues.map((i) => [i.code, i.line, i.column])).toEqual([
      ['unsupported-term', 2, 11],
      ['unexpected-word', 4, 19],
      ['duplicate-row', 5, 2],
      ['not-a-number', 5, 11],
      ['no-sign', 6, 8],
      ['unexpected-word', 7, 12],
      ['no-term', 8, 8],
      ['bad-range', 9, 2],
      ['not-a-number', 11, 7],
      ['no-variable', 12, 7],
      ['infinite-bound', 13, 2],
      ['no-variable', 15, 4],
      ['unsupported-section', 16, 1],
      ['unsupported-section', 18, 1],
      ['no-end', 19, 1],
    ])
  })
})
