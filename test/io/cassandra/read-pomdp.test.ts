import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPomdp, safeReadPomdp, writePomdp } from '../../../src/io/cassandra/index.ts'
import { randomPomdp } from '../../solvers/pomdp/random-model.ts'

const corpus = new URL('../../../../shared/benchmarks/pomdp/', import.meta.url)

const PREAMBLE = 'discount: 0.9\nvalues: reward\nstates: a b c\nactions: go stay\nobservations: x y\n'
const BODY = 'T: * identity\nO: * uniform\n'

describe('the Cassandra reader', () => {
  test('knows single entries, rows and matrices, with wildcards and later lines overriding', () => {
    const model = readPomdp(
      `${PREAMBLE}
      T: go
      0.5 0.5 0.0   # a comment between numbers
      uniform_is_not_a_word_here`.replace('uniform_is_not_a_word_here', '0 1 0\n0 0 1\n') +
        `
      T: stay identity
      T: go : b uniform
      T: go : c : * 0
      T: go : c : 0 1
      O: * uniform
      O: go : * 0.25 0.75
      O: stay : a : x 1.
      O: stay : a : y 0`,
    )
    const dense = (a: number, s: number) => {
      const row = [0, 0, 0]
      for (let k = model.transitions.pointers[a * 3 + s]!; k < model.transitions.pointers[a * 3 + s + 1]!; k++) {
        row[model.transitions.columns[k]!] = model.transitions.values[k]!
      }
      return row
    }
    expect(dense(0, 0)).toEqual([0.5, 0.5, 0])
    expect(dense(0, 1)).toEqual([1 / 3, 1 / 3, 1 / 3])
    expect(dense(0, 2)).toEqual([1, 0, 0])
    expect(dense(1, 1)).toEqual([0, 1, 0])
    expect(Array.from(model.observationProbabilities.slice(0, 8))).toEqual([0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 1, 0])
  })

  test.each([
    ['start: 0.2 0.3 0.5', [0.2, 0.3, 0.5]],
    ['start: uniform', [1 / 3, 1 / 3, 1 / 3]],
    ['start: b', [0, 1, 0]],
    ['start: 2', [0, 0, 1]],
    ['start include: a c', [0.5, 0, 0.5]],
    ['start exclude: 0', [0, 0.5, 0.5]],
    ['', [1 / 3, 1 / 3, 1 / 3]],
  ])('reads the start form "%s"', (line, expected) => {
    expect(Array.from(readPomdp(`${PREAMBLE}${line}\n${BODY}`).start)).toEqual(expected)
  })

  test('reset sends a row to the start belief', () => {
    const model = readPomdp(`${PREAMBLE}start: 0.2 0.3 0.5\n${BODY}T: go : c reset\n`)
    expect(Array.from(model.transitions.values.slice(2, 5))).toEqual([0.2, 0.3, 0.5])
  })

  test('takes rewards with end state and observation, in rows and matrices, and costs negated', () => {
    const text = (values: string) => `${PREAMBLE.replace('reward', values)}${BODY}
      R: * : * : * : * 1
      R: go : a : * : y 3
      R: go : b : b 10 20
      R: stay : c
      0 0 0 0 7 9`
    expect(Array.from(readPomdp(text('reward')).rewards)).toEqual([2, 15, 1, 1, 1, 8])
    expect(Array.from(readPomdp(text('cost')).rewards)).toEqual([-2, -15, -1, -1, -1, -8])
  })

  test('a file without observations is an MDP with one observation', () => {
    const model = readPomdp('discount: 0.5\nvalues: reward\nstates: 2\nactions: 1\nT: 0\n0 1 1 0\nR: 0\n0 5 6 0\n')
    expect(model.observations).toEqual(['nothing'])
    expect(Array.from(model.rewards)).toEqual([5, 6])
  })

  test('reports every fault with line and column and goes on after each', () => {
    const result = safeReadPomdp(
      'discount: 1.5\nvalues: rewards\nstates: a b\nactions: go\nobservations: x\nT: go : a : z 1\nT: go : b\n0.5 0.4\nO: go : a 1 2 3\nR: fly : * : * : * 1\n',
    )
    expect(result.ok).toBe(false)
    if (result.ok) return
    expect(result.issues.map((issue) => [issue.line, issue.column, issue.code])).toEqual([
      [1, 11, 'out-of-range'],
      [2, 9, 'unknown-word'],
      [6, 13, 'unknown-name'],
      [8, 1, 'probability-sum'],
      [9, 11, 'wrong-length'],
      [10, 4, 'unknown-name'],
    ])
    expect(result.issues.every((issue) => issue.hint.length > 0)).toBe(true)
  })

  test.each([
    ['start: a b', '6:10 "b" follows the one state "a" of the start', 'start include: a b'],
    ['start: a 2', '6:10 "2" follows the one state "a" of the start', 'start include: a 2'],
    ['start: include: a', '6:8 "include" stands after the colon', 'write "start include: ..."'],
    ['start include: a * c', '6:18 the list of states has no *', 'write "start: uniform"'],
    ['Discount: 0.9', '6:1 "Discount" does not start a statement', 'write "discount"'],
  ])('says of %s what to write instead', (line, found, remedy) => {
    const result = safeReadPomdp(`${PREAMBLE}${line}\n${BODY}`)
    const issues = result.ok ? [] : result.issues
    expect(issues.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([found])
    expect(issues[0]?.hint).toContain(remedy)
  })

  test('a faulty declaration is reported, not all that needs it', () => {
    for (const names of ['a, b, c', '"a" "b" "c"', 'a 2 c']) {
      const result = safeReadPomdp(`${PREAMBLE.replace('a b c', names)}${BODY}start: a\nR: go : a : b : x 1\n`)
      expect(result.ok ? [] : result.issues.map(({ line, code }) => [line, code])).toEqual([[3, 'expected']])
    }
  })

  test('rows that one line got wrong are one fault', () => {
    const result = safeReadPomdp(`${PREAMBLE}T: * identity\nO: * : *\n0.5 0.6\n`)
    expect(result.ok ? [] : result.issues.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '8: the observations in "a" under "go" sum to 1.1, not to 1, as in 5 other rows of this line',
    ])
  })

  test('refuses tables of an absurd size without building them', () => {
    const result = safeReadPomdp(
      'discount: 0.9\nvalues: reward\nstates: 90000\nactions: 90000\nobservations: 2\nT: * identity\n',
    )
    expect(result.ok ? [] : result.issues.map((issue) => issue.code)).toContain('too-large')
  })

  test('keeps a row that sums to 1 up to rounding as written, with a warning, and scales it on request', () => {
    const text = `${PREAMBLE}${BODY}T: go : a 0.333333 0.333333 0.333333\n`
    const written = safeReadPomdp(text)
    expect(written.warnings).toHaveLength(1)
    expect(written.ok ? written.model.transitions.values[0] : 0).toBe(0.333333)
    expect(readPomdp(text, { rows: 'normalised' }).transitions.values[0]).toBeCloseTo(1 / 3, 15)
  })

  test('what is written reads back as an equal model', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
        const model = randomPomdp(seed)
        const back = readPomdp(writePomdp(model))
        expect(back.start).toEqual(model.start)
        expect(back.transitions).toEqual(model.transitions)
        expect(back.observationProbabilities).toEqual(model.observationProbabilities)
        expect(back.rewards).toEqual(model.rewards)
        expect(back.discount).toBe(model.discount)
      }),
      { seed: 3, numRuns: 60 },
    )
  })

  test('no text makes it throw anything but its own fault list', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'T',
            'O',
            'R',
            ':',
            '*',
            'a',
            'b',
            '0.5',
            '1',
            '-',
            'start',
            'include',
            'states',
            'uniform',
            'identity',
            '"',
            '\n',
          ),
          { maxLength: 60 },
        ),
        (words) => {
          const result = safeReadPomdp(`${PREAMBLE}${words.join(' ')}`)
          expect(typeof result.ok).toBe('boolean')
        },
      ),
      { seed: 5, numRuns: 300 },
    )
  })
})

describe.skipIf(!existsSync(corpus))('the published corpus (needs ../shared/benchmarks/pomdp)', () => {
  const refused = new Set(['ejs5.POMDP', 'ejs7.POMDP', 'corner-invalid.pomdp'])
  const large = new Set(['TagAvoid.POMDP', 'machine.POMDP', 'mit.POMDP', 'query.s4.POMDP', 'aloha.10.POMDP'])
  const files = existsSync(corpus)
    ? readdirSync(corpus).filter((name) => /\.pomdp$/i.test(name) && !large.has(name))
    : []
  test.each(files)('%s parses and survives write and read, or is refused with line, column and reason', (name) => {
    const result = safeReadPomdp(readFileSync(new URL(name, corpus), 'utf8'), { file: name })
    expect(result.ok).toBe(!refused.has(name))
    if (!result.ok) {
      expect(result.issues.every((issue) => issue.line !== undefined && issue.column !== undefined)).toBe(true)
      return
    }
    const back = readPomdp(writePomdp(result.model), { file: name })
    expect(back.transitions).toEqual(result.model.transitions)
    expect(back.observationProbabilities).toEqual(result.model.observationProbabilities)
    expect(back.rewards).toEqual(result.model.rewards)
    expect(back.start).toEqual(result.model.start)
  })
})
