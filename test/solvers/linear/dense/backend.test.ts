import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { asksFor, checkLinearCase, linearCases } from '../../../../solvers/conformance/linear.ts'
import { Run } from '../../../../solvers/contract/index.ts'
import { DENSE_CELL_LIMIT, denseBackend } from '../../../../solvers/linear/dense/index.ts'
import { readMps } from '../../../../solvers/linear/formats/index.ts'
import { LinearModel, solveLinear } from '../../../../solvers/linear/index.ts'
import { normalise } from '../../../../solvers/linear/normalise.ts'
import { LP_FAMILIES, MILP_FAMILIES, randomModel } from './families.ts'

describe('the linear backend dense', () => {
  for (const one of linearCases) {
    if (!asksFor(one, denseBackend)) continue
    test(one.name, async () => {
      expect(await checkLinearCase(one, denseBackend)).toBeNull()
    })
  }

  test('a model beyond its table is declined, not attempted', async () => {
    const model = new LinearModel('large')
    const side = Math.ceil(Math.sqrt(DENSE_CELL_LIMIT)) + 1
    for (let j = 0; j < side; j++) model.addVariable(`x${j}`, { objective: 1 })
    for (let i = 0; i < side; i++) model.addRow(`r${i}`, [[i, 1]], '>=', 1)
    const answer = await denseBackend.solve(normalise(model), { relativeGap: 0 }, new Run('linear'))
    expect(answer).toMatchObject({ claim: 'unknown', limit: 'memory' })
  })

  test('an aborted search returns its best point and says that it was interrupted', async () => {
    const controller = new AbortController()
    const model = randomModel('milp-any', 0, 40)
    setTimeout(() => controller.abort(), 60)
    const answer = await denseBackend.solve(
      normalise(model),
      { relativeGap: 0 },
      new Run('linear', { signal: controller.signal }),
    )
    expect(['feasible', 'unknown']).toContain(answer.claim)
    expect('limit' in answer && answer.limit).toBe('interrupted')
  })

  test('a node limit ends a search without a claim', async () => {
    const model = randomModel('milp-any', 0, 40)
    const answer = await denseBackend.solve(normalise(model), { relativeGap: 0, nodeLimit: 5 }, new Run('linear'))
    expect('limit' in answer && answer.limit).toBe('nodes')
  })

  test('a requested gap is reported as a gap, with a bound that holds', async () => {
    const model = new LinearModel('knapsack', 'maximize')
    const weights = [23, 31, 29, 44, 53, 38, 63, 85, 89, 82]
    const profits = [92, 57, 49, 68, 60, 43, 67, 84, 87, 72]
    weights.forEach((_, j) => {
      model.addVariable(`x${j}`, { kind: 'binary', objective: (profits[j] as number) + 0.5 })
    })
    model.addRow(
      'capacity',
      weights.map((weight, j) => [j, weight] as const),
      '<=',
      165,
    )
    const exact = await solveLinear(model, { backends: [denseBackend] })
    const rough = await solveLinear(model, { backends: [denseBackend], relativeGap: 0.5 })
    expect(exact.status).toBe('optimal')
    if (exact.status !== 'optimal' || (rough.status !== 'feasible' && rough.status !== 'optimal')) {
      throw new Error(rough.status)
    }
    expect(rough.bound).toBeGreaterThanOrEqual(exact.objective - 1e-6)
    expect(rough.objective).toBeGreaterThanOrEqual(0.5 * exact.objective)
  })

  for (const family of [...LP_FAMILIES, ...MILP_FAMILIES]) {
    test(`agrees with HiGHS on 30 random models of the family ${family}`, async () => {
      for (let seed = 0; seed < 30; seed++) {
        const model = randomModel(family, seed, 7)
        const [own, other] = [
          await solveLinear(model, { backends: [denseBackend], ...(model.hasIntegers ? {} : { provers: [] }) }),
          await solveLinear(model, { backends: ['highs'] }),
        ]
        expect(own.status, model.name).toBe(other.status)
        if (own.status === 'optimal' && other.status === 'optimal') {
          const scale = Math.max(1, Math.abs(other.objective))
          expect(Math.abs(own.objective - other.objective) / scale, model.name).toBeLessThan(1e-6)
        }
      }
    })
  }
})

const folder = '../shared/benchmarks/solvers'

/** Published optima of the netlib collection (readme table of netlib lp/data). */
const netlib: Readonly<Record<string, number>> = {
  afiro: -464.75314286,
  adlittle: 225494.96316,
  sc50a: -64.575077059,
  sc105: -52.202061212,
  blend: -30.812149846,
  kb2: -1749.9001299,
  israel: -896644.82186,
  share2b: -415.73224074,
  brandy: 1518.5098965,
  sctap1: 1412.25,
  scsd1: 8.6666666743,
  boeing2: -315.01872802,
}

describe.skipIf(!existsSync(folder))(`netlib models (skipped without ${folder})`, () => {
  const read = (file: string): LinearModel =>
    readMps(gunzipSync(readFileSync(`${folder}/${file}`)).toString('latin1')).model

  test.each(Object.entries(netlib))('%s has its published optimum, proved by its duals', async (name, optimum) => {
    const result = await solveLinear(read(`netlib/${name}.mps.gz`), { backends: [denseBackend], provers: [] })
    expect(result.status).toBe('optimal')
    if (result.status !== 'optimal') return
    expect(Math.abs(result.objective - optimum) / Math.abs(optimum)).toBeLessThan(1e-8)
    expect(result.certificate.kind).toBe('dual')
  })

  test.each(['box1', 'ex72a', 'forest6', 'galenet', 'klein1'])(
    '%s is infeasible, with a Farkas proof',
    async (name) => {
      const result = await solveLinear(read(`infeas/${name}.mps.gz`), { backends: [denseBackend], provers: [] })
      expect(result.status).toBe('infeasible')
      if (result.status !== 'infeasible') return
      expect(['farkas', 'empty-domain']).toContain(result.certificate.kind)
    },
  )
})
