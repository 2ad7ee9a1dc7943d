import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BENCHMARK_FOLDER } from '../../../bench/scheduling/instances.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import { readJobShop, writeJobShop } from '../../../src/io/jobshop/index.ts'
import {
  looksLikeConsProd,
  readConsProd,
  readPatterson,
  readProgenMax,
  readPsplib,
  writePatterson,
  writeProgenMax,
  writePsplib,
} from '../../../src/io/psplib/index.ts'

const patterson = `4 1
2
0 0 2 2 3
3 2 1 4
2 1 1 4
0 0 0
`

describe('the Patterson form', () => {
  it('is read with its dummies', () => {
    const problem = readPatterson(patterson)
    expect(problem.tasks.map((task) => task.modes[0]?.duration)).toEqual([0, 3, 2, 0])
    expect(problem.lags).toHaveLength(4)
    expect(problem.renewables).toEqual([{ id: 'R1', capacity: 2 }])
  })

  it('comes back from its own text', () => {
    const problem = readPatterson(patterson)
    expect(readPatterson(writePatterson(problem))).toEqual(problem)
  })

  it('says where a word is not a number', () => {
    try {
      readPatterson('2 1\n2\n0 0 1 2\n0 x 0\n', 'broken.rcp')
      throw new Error('it was accepted')
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError)
      expect((error as InvalidInputError).issues[0]).toMatchObject({ line: 4, column: 3, file: 'broken.rcp' })
    }
  })

  it('refuses a truncated text and one with words left over', () => {
    expect(() => readPatterson('3 1\n2\n0 0')).toThrow(InvalidInputError)
    expect(() => readPatterson(`${patterson}9`)).toThrow(InvalidInputError)
  })
})

describe('the ConsProd form', () => {
  it('ignores the stock columns of the dummies', () => {
    const text = '3 1 1\n2 5\n0 0 9 9 1 2\n3 1 4 2 1 3\n0 0 7 7 0\n'
    expect(looksLikeConsProd(text)).toBe(true)
    expect(looksLikeConsProd(patterson)).toBe(false)
    const problem = readConsProd(text)
    expect(problem.stocks).toEqual([{ id: 'S1', initial: 5 }])
    expect(problem.tasks[0]?.modes[0]?.consumes).toBeUndefined()
    expect(problem.tasks[1]?.modes[0]).toMatchObject({ consumes: [4], produces: [2] })
    expect(readConsProd(writePatterson(problem))).toEqual(problem)
  })
})

describe('the PSPLIB form', () => {
  const problem: SchedulingProblem = {
    tasks: [
      { id: '1', modes: [{ duration: 0, demands: [0], uses: [0] }] },
      {
        id: '2',
        modes: [
          { duration: 3, demands: [2], uses: [4] },
          { duration: 5, demands: [1], uses: [2] },
        ],
      },
      { id: '3', modes: [{ duration: 0, demands: [0], uses: [0] }] },
    ],
    renewables: [{ id: 'R1', capacity: 2 }],
    budgets: [{ id: 'N1', capacity: 9 }],
    lags: [
      { before: 0, after: 1 },
      { before: 1, after: 2 },
    ],
  }

  it('comes back from its own text', () => {
    expect(readPsplib(writePsplib(problem))).toEqual(problem)
  })

  it('names the section that is missing', () => {
    expect(() => readPsplib('PRECEDENCE RELATIONS:\n 1 1 0\n')).toThrow(/REQUESTS/)
  })
})

describe('the RCPSP/max form', () => {
  const text = '1\t1\t0\t0\n0\t1\t1\t1\t[0]\n1\t1\t2\t2\t0\t[3]\t[-4]\n2\t1\t0\n0\t1\t0\t0\n1\t1\t3\t2\n2\t1\t0\t0\n4\n'
  it('reads negative lags as start-to-start lags', () => {
    const problem = readProgenMax(text)
    expect(problem.lags).toContainEqual({ before: 1, after: 0, kind: 'start-start', min: -4 })
    expect(readProgenMax(writeProgenMax(problem))).toEqual(problem)
  })
})

describe('the job-shop form', () => {
  it('skips a heading and keeps the machines as no-overlap groups', () => {
    const problem = readJobShop('instance two\n2 2\n0 3 1 2\n1 4 0 1\n')
    expect(problem.noOverlaps?.map((group) => group.tasks)).toEqual([
      [0, 3],
      [1, 2],
    ])
    expect(readJobShop(writeJobShop(problem))).toEqual(problem)
  })

  it('says where a machine does not exist', () => {
    try {
      readJobShop('1 2\n0 3 2 2\n')
      throw new Error('it was accepted')
    } catch (error) {
      expect((error as InvalidInputError).issues[0]).toMatchObject({ line: 2, column: 5 })
    }
  })
})

describe.skipIf(!existsSync(BENCHMARK_FOLDER))('public files (skipped without ../shared/benchmarks)', () => {
  it('come back from the text that is written for them', () => {
    const cases: [string, (text: string) => SchedulingProblem, (problem: SchedulingProblem) => string][] = [
      ['rcpsp/j30/j30_1_1.rcp', readPatterson, writePatterson],
      ['mmrcpsp/j10/j1010_1.mm', readPsplib, writePsplib],
      ['consprod/KSD30_ConsProd/ConsProd_j07.rcp', readConsProd, writePatterson],
      ['rcpsp-max/sm_j10/PSP1.SCH', readProgenMax, writeProgenMax],
      ['jobshop/ft06.txt', readJobShop, writeJobShop],
    ]
    for (const [file, read, write] of cases) {
      const problem = read(readFileSync(`${BENCHMARK_FOLDER}/${file}`, 'utf8'))
      expect(read(write(problem)), file).toEqual(problem)
    }
  })
})
