import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { asksFor, checkLinearCase, linearCases } from '../../../../solvers/conformance/linear.ts'
import { denseBackend } from '../../../../solvers/linear/dense/index.ts'
import {
  dualBound,
  exactBackend,
  isFeasible,
  objectiveAt,
  proveExactly,
  provesInfeasible,
  provesUnbounded,
  Rational,
  readExactly,
  solveModelExactly,
} from '../../../../solvers/linear/exact/index.ts'
import { readMps } from '../../../../solvers/linear/formats/index.ts'
import { LinearModel, type LinearResult, solveLinear } from '../../../../solvers/linear/index.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'
import { LP_FAMILIES, MILP_FAMILIES, randomModel } from '../dense/families.ts'

const exactly = (model: LinearModel) =>
  readExactly({ ...model.arrays(), sense: model.sense, offset: model.objectiveOffset }, 'binary')

describe('the linear backend exact', () => {
  for (const one of linearCases) {
    if (!asksFor(one, exactBackend)) continue
    test(one.name, async () => {
      expect(await checkLinearCase(one, exactBackend)).toBeNull()
    })
  }
})

describe('exact proofs', () => {
  for (const family of [...LP_FAMILIES, ...MILP_FAMILIES]) {
    test(`every answer of the dense backend to 30 models of the family ${family} is proved`, async () => {
      for (let seed = 100; seed < 130; seed++) {
        const model = randomModel(family, seed, 7)
        const result = await solveLinear(model, { backends: [denseBackend] })
        const verdict = await proveExactly(model, result)
        expect(verdict.verdict, model.name).toBe('proved')
        if (verdict.verdict !== 'proved') continue
        const { answer } = verdict
        const problem = exactly(model)
        // The certificates once more, from here: nothing of the solver is involved.
        if (answer.status === 'optimal') {
          expect(isFeasible(problem, answer.values)).toBe(true)
          expect(objectiveAt(problem, answer.values).equals(answer.objective)).toBe(true)
          if (answer.certificate.kind === 'dual') {
            expect(dualBound(problem, answer.certificate.duals)?.equals(answer.objective)).toBe(true)
          }
        } else if (answer.status === 'unbounded') {
          expect(provesUnbounded(problem, answer.point, answer.direction)).toBe(true)
        } else if (answer.certificate.kind === 'farkas') {
          expect(provesInfeasible(problem, answer.certificate.multipliers)).toBe(true)
        }
      }
    })
  }

  test('small integer models agree with enumeration', async () => {
    const random = new RandomStream(77)
    for (let k = 0; k < 60; k++) {
      const model = new LinearModel(`box-${k}`, random.chance(0.5) ? 'minimize' : 'maximize')
      for (let j = 0; j < 3; j++) {
        const lower = random.integer(-2, 1)
        model.addVariable(`x${j}`, {
          lower,
          upper: lower + random.integer(0, 3) + 0.5,
          kind: 'integer',
          objective: random.integer(-9, 9) / 4,
        })
      }
      for (let i = 0; i < 2; i++) {
        const low = random.integer(-10, 4)
        model.addRange(
          `r${i}`,
          low,
          [0, 1, 2].map((j) => [j, random.integer(-5, 5) / 2] as const),
          low + random.integer(0, 9),
        )
      }
      const problem = exactly(model)
      let best: Rational | null = null
      const point = [Rational.zero, Rational.zero, Rational.zero]
      for (let code = 0; code < 512; code++) {
        for (let j = 0; j < 3; j++) point[j] = Rational.of(BigInt(((code >> (3 * j)) & 7) - 2))
        if (!isFeasible(problem, point)) continue
        const value = objectiveAt(problem, point)
        const order = best === null ? -1 : value.compare(best)
        if (best === null || (model.sense === 'minimize' ? order < 0 : order > 0)) best = value
      }
      const answer = await solveModelExactly(model)
      expect(answer.status === 'optimal' ? answer.objective.toString() : answer.status).toBe(
        best?.toString() ?? 'infeasible',
      )
    }
  })

  test('0.1 x + 0.2 y = 0.3 has the solution (1, 1) as written, and none as stored', async () => {
    const model = new LinearModel('tenths')
    const x = model.addVariable('x', { lower: 1, upper: 1 })
    const y = model.addVariable('y', { lower: 1, upper: 1 })
    model.addRow(
      'sum',
      [
        [x, 0.1],
        [y, 0.2],
      ],
      '=',
      0.3,
    )
    expect((await solveModelExactly(model, { numbers: 'decimal' })).status).toBe('optimal')
    expect((await solveModelExactly(model, { numbers: 'binary' })).status).toBe('infeasible')
  })

  test('a wrong optimum is refuted with the true one', async () => {
    const model = new LinearModel('fractional bound', 'maximize')
    const x = model.addVariable('x', { upper: 2.5, kind: 'integer', objective: 1 })
    model.addRow('one', [[x, 1]], '>=', 1)
    const right = await solveLinear(model)
    if (right.status !== 'optimal') throw new Error(right.status)
    const wrong: LinearResult = { ...right, objective: 2.5, values: Float64Array.of(2.5) }
    const verdict = await proveExactly(model, wrong)
    expect(verdict.verdict).toBe('refuted')
    expect(verdict.verdict === 'refuted' && verdict.reason).toContain('the optimum is 2, not 2.5')
  })

  test('a false infeasibility is refuted by a point', async () => {
    const feasible = new LinearModel('feasible')
    feasible.addVariable('x', { upper: 1, objective: 1 })
    const crossed = new LinearModel('crossed')
    crossed.addVariable('x', { lower: 2, upper: 1 })
    const claim = await solveLinear(crossed)
    expect(claim.status).toBe('infeasible')
    expect((await proveExactly(crossed, claim)).verdict).toBe('proved')
    expect((await proveExactly(feasible, claim)).verdict).toBe('refuted')
  })

  test('an unbounded model with coefficients from 0.001 to 9000 is unbounded, by an exact ray', async () => {
    // HiGHS 1.15.1 calls this one infeasible; x4 grows, x5 with it at 1/300, and nothing holds them.
    const answer = await solveModelExactly(randomModel('wide', 3147, 7))
    expect(answer.status).toBe('unbounded')
  })

  test('certificates that prove nothing are told from those that do', async () => {
    const model = new LinearModel('corner', 'maximize')
    const x = model.addVariable('x', { objective: 3 })
    const y = model.addVariable('y', { objective: 5 })
    model.addRow('a', [[x, 1]], '<=', 4)
    model.addRow('b', [[y, 2]], '<=', 12)
    model.addRow(
      'c',
      [
        [x, 3],
        [y, 2],
      ],
      '<=',
      18,
    )
    const problem = exactly(model)
    const of = (...values: number[]) => values.map((value) => Rational.from(value))
    expect(dualBound(problem, of(0, 1.5, 1))?.toString()).toBe('36')
    expect(dualBound(problem, of(0, 2.5, 1))?.toString()).toBe('48')
    expect(dualBound(problem, of(0, 1, 1))).toBeNull()
    expect(dualBound(problem, of(-1, 2.5, 1))).toBeNull()
    expect(isFeasible(problem, of(2, 6))).toBe(true)
    expect(isFeasible(problem, of(2 + 2 ** -40, 6))).toBe(false)
    expect(provesInfeasible(problem, of(1, 1, -1))).toBe(false)
    expect(provesUnbounded(problem, of(0, 0), of(1, 0))).toBe(false)
  })

  test('a model beyond the size worked on, or the time given, is undecided and says why', async () => {
    const model = randomModel('milp-any', 0, 40)
    const unknown = await solveLinear(model, { backends: [denseBackend], nodeLimit: 1, provers: [] })
    const large = await proveExactly(model, unknown, { cellLimit: 10 })
    expect(large).toMatchObject({ verdict: 'undecided', limit: 'memory' })
    const late = await proveExactly(model, unknown, { timeLimitMs: 5 })
    expect(late).toMatchObject({ verdict: 'undecided', limit: 'time' })
    const few = await proveExactly(model, unknown, { nodeLimit: 3 })
    expect(few).toMatchObject({ verdict: 'undecided', limit: 'nodes' })
  })
})

const folder = '../shared/benchmarks/solvers'

describe.skipIf(!existsSync(folder))(`exact optima of delivered models (skipped without ${folder})`, () => {
  const read = (file: string): LinearModel => {
    const bytes = readFileSync(`${folder}/${file}`)
    return readMps((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')).model
  }

  test.each([
    ['netlib/afiro.mps.gz', -464.75314285714285],
    ['netlib/sc50a.mps.gz', -64.5750770585645],
    ['netlib/adlittle.mps.gz', 225494.9631623804],
    ['netlib/kb2.mps.gz', -1749.9001299062056],
    ['netlib/israel.mps.gz', -896644.8218630457],
  ])('%s: the optimum of HiGHS is proved exactly', async (file, optimum) => {
    const model = read(file)
    const verdict = await proveExactly(model, await solveLinear(model), { numbers: 'decimal' })
    expect(verdict.verdict).toBe('proved')
    if (verdict.verdict !== 'proved' || verdict.answer.status !== 'optimal') return
    expect(verdict.answer.certificate.kind).toBe('dual')
    expect(verdict.answer.objective.toNumber()).toBe(optimum)
  })

  test.each([
    ['miplib3/p0033.mps.gz', '3089'],
    ['miplib3/stein27.mps.gz', '18'],
    ['miplib3/flugpl.mps.gz', '1201500'],
    ['traps/fb1640.mps', '1611/10'],
    ['traps/fb729.mps', '-27279/50'],
    ['traps/milp-sched-30.mps', '195'],
    ['traps/milp-sched-48.mps', '72'],
  ])('%s: the integer optimum is %s exactly', async (file, optimum) => {
    const answer = await solveModelExactly(read(file), { numbers: 'decimal' })
    expect(answer.status === 'optimal' && answer.objective.toString()).toBe(optimum)
  })

  test.each(['galenet', 'klein1', 'forest6'])('%s is infeasible by an exact Farkas combination', async (name) => {
    const answer = await solveModelExactly(read(`infeas/${name}.mps.gz`), { numbers: 'decimal' })
    expect(answer.status === 'infeasible' && answer.certificate.kind).toBe('farkas')
  })
})
