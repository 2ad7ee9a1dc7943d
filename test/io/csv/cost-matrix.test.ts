import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import {
  readCostCsv,
  readCostJson,
  readRecords,
  writeCell,
  writeCostCsv,
  writeCostJson,
} from '../../../src/io/csv/index.ts'

function issuesOf(action: () => unknown) {
  try {
    action()
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues.map((i) => [i.code, i.line, i.column])
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('CSV cost matrices', () => {
  test('names on both sides, empty and null cells forbidden, quotes and CRLF', () => {
    expect(readCostCsv('\ufeff,"api, auth","say ""hi"""\r\nAna,7,\r\n"Ben",null,2.5e1\r\n')).toEqual({
      rowNames: ['Ana', 'Ben'],
      columnNames: ['api, auth', 'say "hi"'],
      costs: [
        [7, null],
        [null, 25],
      ],
    })
  })

  test.each([
    ['no header', '1,2\n3,4\n', null, null],
    ['header row', 'a,b\n1,2\n3,4\n', null, ['a', 'b']],
    ['header column', 'x,1,2\ny,3,4\n', ['x', 'y'], null],
    ['named corner', 'who,a,b\nx,1,2\ny,3,4', ['x', 'y'], ['a', 'b']],
    ['numbers as names beside an empty corner', ',10,20\nx,1,2\ny,3,4', ['x', 'y'], ['10', '20']],
    ['a forbidden first cell is no header', ',2\n3,4\n', null, null],
  ])('headers are detected: %s', (_name, text, rowNames, columnNames) => {
    const matrix = readCostCsv(text)
    expect([matrix.rowNames, matrix.columnNames]).toEqual([rowNames, columnNames])
    expect(matrix.costs.length).toBe(2)
    expect(matrix.costs[1]).toEqual([3, 4])
  })

  test('headers can be said', () => {
    expect(readCostCsv('1,2\n3,4', { headers: 'row' })).toMatchObject({ columnNames: ['1', '2'], costs: [[3, 4]] })
  })

  test('semicolons with decimal commas and tabs are understood', () => {
    expect(readCostCsv('1,5;2\n;-,5\n').costs).toEqual([
      [1.5, 2],
      [null, -0.5],
    ])
    expect(readCostCsv('1\t2\n3\t4').costs).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  test('an empty last cell, a blank line and a missing last line break', () => {
    expect(readCostCsv('1,\n\n3,').costs).toEqual([
      [1, null],
      [3, null],
    ])
    expect(readCostCsv('').costs).toEqual([])
  })

  test('every fault has its line and column, all at once', () => {
    expect(issuesOf(() => readCostCsv('a,b\n1,2,3\n4,5x\nNaN,6'))).toEqual([
      ['ragged-matrix', 2, 1],
      ['not-a-number', 3, 3],
      ['not-a-number', 4, 1],
    ])
    expect(issuesOf(() => readCostCsv('a,a\n1,2'))).toEqual([['duplicate-name', 1, 3]])
    expect(issuesOf(() => readCostCsv('1,"2\n3,4'))).toEqual([['unclosed-quote', 1, 3]])
    expect(issuesOf(() => readCostCsv('1,"2"x\n3,4'))).toEqual([['text-after-quote', 1, 6]])
    expect(issuesOf(() => readCostCsv('"1\n",2\n3,x'))).toEqual([['not-a-number', 3, 3]])
    expect(issuesOf(() => readCostCsv('1,2o\n3,4'))).toEqual([['not-a-number', 1, 3]])
  })

  test('what is written is read back', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((s) => `n${s.trim()}`)
    const matrices = fc.integer({ min: 2, max: 5 }).chain((columns) =>
      fc.record({
        columnNames: fc.option(fc.uniqueArray(name, { minLength: columns, maxLength: columns })),
        costs: fc.array(
          fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)), {
            minLength: columns,
            maxLength: columns,
          }),
          { minLength: 2, maxLength: 5 },
        ),
      }),
    )
    fc.assert(
      fc.property(matrices, fc.constantFrom(',' as const, ';' as const, '\t' as const), (parts, delimiter) => {
        const matrix = { ...parts, rowNames: null }
        const headers = parts.columnNames === null ? 'none' : 'row'
        expect(readCostCsv(writeCostCsv(matrix, { delimiter }), { delimiter, headers })).toEqual(matrix)
        expect(readCostJson(writeCostJson(matrix))).toEqual(matrix)
      }),
      { numRuns: 300, seed: 6 },
    )
  })

  test('any records survive quoting', () => {
    const texts = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(texts, (records) => {
        const text = records.map((record) => record.map((cell) => writeCell(cell, ',')).join(',')).join('\r\n')
        expect(readRecords(text, ',').map((record) => record.map((cell) => cell.text))).toEqual(records)
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  test('no text crashes the readers', () => {
    const noise = fc.string({
      unit: fc.constantFrom('"', ',', ';', '\n', '\r', '1', 'x', '[', ']', '{', '}', ':', '\\', ' '),
    })
    fc.assert(
      fc.property(noise, (text) => {
        for (const read of [readCostCsv, readCostJson]) {
          try {
            read(text)
          } catch (error) {
            if (!(error instanceof InvalidInputError)) throw error
            for (const issue of error.issues) expect(issue.hint).not.toBe('')
          }
        }
      }),
      { numRuns: 3000, seed: 8 },
    )
  })
})

describe('JSON cost matrices', () => {
  test('a bare table, one with names, and one whose names have other names', () => {
    expect(readCostJson('[[1,null],[2,3]]')).toEqual({
      rowNames: null,
      columnNames: null,
      costs: [
        [1, null],
        [2, 3],
      ],
    })
    expect(readCostJson('{"columns":["a"],"costs":[[1],[2]]}')).toMatchObject({ rowNames: null, columnNames: ['a'] })
    expect(readCostJson('{"people":["Ana"],"tasks":["x","y"],"hours":[[1,2]]}')).toMatchObject({
      rowNames: ['Ana'],
      columnNames: ['x', 'y'],
    })
  })

  test('faults have their line and column', () => {
    expect(issuesOf(() => readCostJson('[[1,\n "x"],\n [2]]'))).toEqual([
      ['not-a-number', 2, 2],
      ['ragged-matrix', 3, 2],
    ])
    expect(issuesOf(() => readCostJson('[[1,2],\n[3,]]'))).toEqual([['syntax', 2, 4]])
    expect(issuesOf(() => readCostJson('{"rows":["a","a"],"costs":[[1]]}'))).toEqual([
      ['wrong-size', 1, 9],
      ['duplicate-name', 1, 14],
    ])
    expect(issuesOf(() => readCostJson('"text"'))).toEqual([['wrong-type', 1, 1]])
    expect(issuesOf(() => readCostJson('['.repeat(100000)))[0]?.[0]).toBe('syntax')
  })
})
