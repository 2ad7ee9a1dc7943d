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

  test('reads a quadratic objective', () => {
    const { model } = readLp('max\n o: x - [ 2 x ^ 2 - 6 x * y + y^2 ] / 2\nst\n r: x + y <= 4\nend')
    expect(model.quadraticTerms()).toEqual([
      { first: 0, second: 0, coefficient: -1 },
      { first: 1, second: 0, coefficient: 3 },
      { first: 1, second: 1, coefficient: -0.5 },
    ])
    expect(readLp('min\n [ x ^ 2 ]\nst\n r: x <= 4\nend').model.quadraticTerms()[0]?.coefficient).toBe(1)
  })

  test('writes semicontinuous variables, indicator rows and ordered sets with binaries, and says so', async () => {
    const { model, notes } = readLp(`min
 cost: x + 3 y + 2 z + b
st
 need: x + y + z >= 6
 cap: b = 1 -> x <= 3
bounds
 4 <= x <= 5
 y <= 9
 z <= 9
bin
 b
semi-continuous
 x
sos
 either: S1:: y:1 z:2
end`)
    expect(notes.map((note) => [note.code, note.line])).toEqual([
      ['reformulated', 13],
      ['reformulated', 15],
      ['reformulated', 5],
    ])
    const result = await solveLinear(model)
    expect(result.status === 'optimal' && result.objective).toBeCloseTo(7, 6)
    model.setVariableBounds(3, 1, 1)
    const awake = await solveLinear(model)
    expect(awake.status === 'optimal' && awake.objective).toBeCloseTo(13, 6)
  })

  test('refuses an indicator row whose constant cannot be derived, at its place', () => {
    const read = () => readLp('min\n x\nst\n a: b = 1 -> x <= 3\nbin\n b\nend', { file: 'open.lp' })
    expect(read).toThrow(/open\.lp:4:2: .*"x" has no upper bound/)
  })

  test('reports all faults of a file at once, each with line and column', () => {
    let issues: InvalidInputError['issues'] = []
    try {
      readLp(
        [
          'Minimize',
          ' o: 3 x + [ x^3 ]',
          'Subject To',
          ' c1: x + 2 y <= 3 y',
          ' c1: x >= q',
          ' c2: x 2 y <= 3',
          ' c3: b = 2 -> x <= 3',
          ' c4: + >= 2',
          ' c5: 1 <= x >= 2',
          'Bounds',
          ' x <= y',
          ' 5 <= 3',
          ' x >= inf',
          'Generals',
          ' x 3',
          'User cuts',
          ' x >= 1',
          'SOS',
          ' s1: S3:: x:1',
        ].join('\n'),
        { file: 'bad.lp' },
      )
    } catch (error) {
      issues = (error as InvalidInputError).issues
    }
    expect(issues.map((i) => [i.code, i.line, i.column])).toEqual([
      ['bad-product', 2, 13],
      ['unexpected-word', 4, 19],
      ['duplicate-row', 5, 2],
      ['not-a-number', 5, 11],
      ['no-sign', 6, 8],
      ['bad-indicator', 7, 2],
      ['no-term', 8, 8],
      ['bad-range', 9, 2],
      ['not-a-number', 11, 7],
      ['no-variable', 12, 7],
      ['infinite-bound', 13, 2],
      ['no-variable', 15, 4],
      ['unsupported-section', 16, 1],
      ['bad-set', 19, 2],
      ['no-end', 19, 1],
    ])
  })
})
