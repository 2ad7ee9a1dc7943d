import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../../../../solvers/contract/index.ts'
import { readMps } from '../../../../solvers/linear/formats/index.ts'
import { solveLinear } from '../../../../solvers/linear/index.ts'

const INFINITY = Number.POSITIVE_INFINITY

/** Bounds and kinds of all columns, by name. */
function bounds(text: string): Record<string, [number, number, string]> {
  const { model } = readMps(text)
  const result: Record<string, [number, number, string]> = {}
  for (let j = 0; j < model.variableCount; j++) {
    result[model.variableName(j)] = [model.variableLower(j), model.variableUpper(j), model.variableKind(j)]
  }
  return result
}

function issuesOf(read: () => unknown): readonly { code: string; line?: number; column?: number; message: string }[] {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError)
    return (error as InvalidInputError).issues
  }
  throw new Error('the text was read without a fault')
}

describe('the MPS reader', () => {
  test('knows every bound type', () => {
    const columns = ['up', 'neg', 'lo', 'fx', 'fr', 'mi', 'pl', 'bv', 'li', 'ui', 'mk', 'mu']
    const text = [
      'NAME types',
      'ROWS',
      ' N obj',
      ' L r',
      'COLUMNS',
      ...columns.slice(0, 10).map((c) => ` ${c} r 1`),
      " M1 'MARKER' 'INTORG'",
      ' mk r 1',
      ' mu r 1',
      " M2 'MARKER' 'INTEND'",
      'RHS',
      ' RHS r 10',
      'BOUNDS',
      ' UP B up 4',
      ' UP B neg -2',
      ' LO B lo 1.5',
      ' FX B fx 3',
      ' FR B fr',
      ' MI B mi',
      ' UP B mi 7',
      ' UP B pl 1',
      ' PL B pl',
      ' BV B bv',
      ' LI B li -3',
      ' UI B ui 8',
      ' LO B mu 2',
      'ENDATA',
    ].join('\n')
    expect(bounds(text)).toEqual({
      up: [0, 4, 'continuous'],
      neg: [-INFINITY, -2, 'continuous'],
      lo: [1.5, INFINITY, 'continuous'],
      fx: [3, 3, 'continuous'],
      fr: [-INFINITY, INFINITY, 'continuous'],
      mi: [-INFINITY, 7, 'continuous'],
      pl: [0, INFINITY, 'continuous'],
      bv: [0, 1, 'binary'],
      li: [-3, INFINITY, 'integer'],
      ui: [0, 8, 'integer'],
      mk: [0, 1, 'integer'],
      mu: [2, INFINITY, 'integer'],
    })
    expect(readMps(text).notes.map((n) => n.code)).toEqual(['negative-upper'])
  })

  test('reads ranges on every row type, the constant of the objective and further free rows', () => {
    const { model, freeRows, objectiveName } = readMps(`NAME ranges
OBJSENSE
    MAX
ROWS
 N profit
 N other
 L l
 G g
 E plus
 E minus
COLUMNS
 x profit 2 other 3
 x l 1 g 1
 x plus 1 minus 1
RHS
 profit -5 l 10
 other 4
 g 2 plus 3
 minus 3
RANGES
 R l 4 g 6
 R plus 2 minus -2
ENDATA
`)
    expect(model.sense).toBe('maximize')
    expect(objectiveName).toBe('profit')
    expect(model.objectiveOffset).toBe(5)
    expect(freeRows).toEqual([{ row: 0, name: 'other', constant: -4 }])
    const sides = Array.from({ length: model.rowCount }, (_, i) => [model.rowLower(i), model.rowUpper(i)])
    expect(sides).toEqual([
      [-INFINITY, INFINITY],
      [6, 10],
      [2, 8],
      [3, 5],
      [1, 3],
    ])
  })

  test('reads the fixed layout when names hold blanks', () => {
    const { model, format } = readMps(
      [
        'NAME          FIXED',
        'ROWS',
        ' N  COST',
        ' L  MY ROW',
        'COLUMNS',
        '    A COL     COST               1.0   MY ROW             2.5',
        'RHS',
        '    MY RHS    MY ROW            10.0',
        'BOUNDS',
        ' UP MY BND    A COL              4.0',
        'ENDATA',
      ].join('\n'),
    )
    expect(format).toBe('mps-fixed')
    expect([model.variableName(0), model.rowName(0), model.rowUpper(0), model.variableUpper(0)]).toEqual([
      'A COL',
      'MY ROW',
      10,
      4,
    ])
  })

  test('takes the objective that OBJNAME names and the sense on the same line', () => {
    const { model, objectiveName } = readMps(
      'OBJSENSE MAXIMIZE\nOBJNAME b\nROWS\n N a\n N b\nCOLUMNS\n x a 1 b 2\nRHS\nENDATA\n',
    )
    expect([model.sense, objectiveName, model.objectiveCoefficient(0)]).toEqual(['maximize', 'b', 2])
  })

  test('reports all faults of a file at once, each with line and column', () => {
    const issues = issuesOf(() =>
      readMps(
        [
          'NAME bad', // 1
          'ROWS', // 2
          ' N obj', // 3
          ' X r1', // 4
          ' L r2', // 5
          ' L r2', // 6
          'COLUMNS', // 7
          ' x r2 1 nowhere 2', // 8
          ' x r2 5', // 9
          ' y obj abc', // 10
          ' x obj 1', // 11
          ' y r2', // 12
          'RHS', // 13
          ' RHS r2 inf r9 1', // 14
          'BOUNDS', // 15
          ' UP B z 4', // 16
          ' ZZ B x 4', // 17
          ' SC B nobody 4', // 18
          'CSECTION', // 19
          ' x x 1', // 20
          'WHAT', // 21
        ].join('\n'),
        { file: 'bad.mps', layout: 'free' },
      ),
    )
    expect(issues.map((i) => [i.code, i.line, i.column])).toEqual([
      ['bad-row-type', 4, 2],
      ['duplicate-row', 6, 4],
      ['unknown-row', 8, 9],
      ['duplicate-entry', 9, 4],
      ['not-a-number', 10, 8],
      ['scattered-column', 11, 2],
      ['field-count', 12, 2],
      ['unknown-row', 14, 13],
      ['unknown-column', 16, 7],
      ['bad-bound-type', 17, 2],
      ['unknown-column', 18, 7],
      ['unsupported-section', 19, 1],
      ['unknown-section', 21, 1],
      ['no-end', 21, 1],
    ])
    expect(issues.every((i) => 'file' in i && 'hint' in i)).toBe(true)
  })

  test('writes what the model has no word for with binaries, and says so', async () => {
    const { model, notes } = readMps(`ROWS
 N cost
 G need
 L cap
COLUMNS
 x cost 1 need 1
 x cap 1
 y cost 3 need 1
 z cost 2 need 1
 b cost 1
RHS
 need 6
 cap 3
BOUNDS
 LO B x 4
 SC B x 5
 UP B y 9
 UP B z 9
 BV B b
SOS
 S1 SOS either
 SOS y 1
 SOS z 2
INDICATORS
 IF cap b 1
ENDATA
`)
    expect(notes.map((note) => [note.code, note.line])).toEqual([
      ['reformulated', 16],
      ['reformulated', 21],
      ['reformulated', 25],
    ])
    // x = 4 of 4..5, the rest by the cheaper of y and z; the capacity row sleeps while b = 0.
    const result = await solveLinear(model)
    expect(result.status === 'optimal' && result.objective).toBeCloseTo(5 + 2, 6)
    model.setVariableBounds(3, 1, 1)
    const awake = await solveLinear(model)
    expect(awake.status === 'optimal' && awake.objective).toBeCloseTo(12 + 1, 6)
  })

  test('reads a quadratic objective, one triangle or both', () => {
    const text = (section: string, lines: string) =>
      `ROWS\n N o\n L r\nCOLUMNS\n x o 1 r 1\n y r 1\nRHS\n${section}\n${lines}ENDATA\n`
    const expected = [
      { first: 0, second: 0, coefficient: 2 },
      { first: 1, second: 0, coefficient: 3 },
    ]
    expect(readMps(text('QUADOBJ', ' x x 4\n x y 3\n')).model.quadraticTerms()).toEqual(expected)
    expect(readMps(text('QMATRIX', ' x x 4\n x y 3\n y x 3\n')).model.quadraticTerms()).toEqual(expected)
  })

  test('bounds the size of what it reads and the number of faults it lists', () => {
    expect(issuesOf(() => readMps('ROWS\nENDATA', { maxCharacters: 5 }))[0]?.code).toBe('too-large')
    const big = 'ROWS\n N o\n L r\nCOLUMNS\n a o 1 r 1\n b o 1 r 1\nRHS\nENDATA\n'
    expect(issuesOf(() => readMps(big, { maxNonZeros: 3 }))[0]?.code).toBe('too-large')
    const many = issuesOf(() => readMps(`ROWS\n N o\n${' X r\n'.repeat(500)}ENDATA\n`))
    expect(many.length).toBe(101)
    expect(many.at(-1)?.message).toContain('400 further faults')
  })

  test('notes a second set of right-hand sides and keeps the first', () => {
    const { model, notes } = readMps('ROWS\n N o\n L r\nCOLUMNS\n a r 1\nRHS\n A r 5\n B r 7\nENDATA\n')
    expect(model.rowUpper(0)).toBe(5)
    expect(notes.map((n) => n.code)).toEqual(['further-set'])
  })
})
