import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Conflict, findConflict } from '../../../../solvers/linear/conflict/index.ts'
import { provablyEmpty } from '../../../../solvers/linear/conflict/integer-proof.ts'
import { decodeModelFile, readLp, readMps } from '../../../../solvers/linear/formats/index.ts'
import { LinearModel, solveLinear, type Term } from '../../../../solvers/linear/index.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'

/**
 * The model with only what a conflict names, built anew, minus one member: `omit` numbers the groups (or the row sides when
 * `level` is rows), then the bounds. Shares nothing with the search.
 */
function reduced(model: LinearModel, conflict: Conflict, level: 'groups' | 'rows', blamed: boolean, omit: number) {
  const copy = new LinearModel('reduced')
  for (let j = 0; j < model.variableCount; j++) {
    const binary = model.variableKind(j) === 'binary'
    const free = { lower: binary ? 0 : Number.NEGATIVE_INFINITY, upper: binary ? 1 : Number.POSITIVE_INFINITY }
    const kept = blamed ? free : { lower: model.variableLower(j), upper: model.variableUpper(j) }
    copy.addVariable(model.variableName(j), { kind: model.variableKind(j), ...kept })
  }
  let number = 0
  const a = model.arrays()
  const add = (row: number, lower: number, upper: number) => {
    const from = a.starts[row] as number
    const to = a.starts[row + 1] as number
    copy.addRowArrays(model.rowName(row), lower, a.indices.subarray(from, to), a.values.subarray(from, to), upper)
  }
  for (let row = 0; row < model.rowCount; row++)
    if (model.rowGroup(row) === null) add(row, model.rowLower(row), model.rowUpper(row))
  if (level === 'groups') {
    for (const { rows } of conflict.groups) {
      if (number++ !== omit) for (const row of rows) add(row, model.rowLower(row), model.rowUpper(row))
    }
  } else {
    for (const { row, side } of conflict.rows) {
      if (side !== 'upper' && number++ !== omit) add(row, model.rowLower(row), Number.POSITIVE_INFINITY)
      if (side !== 'lower' && number++ !== omit) add(row, Number.NEGATIVE_INFINITY, model.rowUpper(row))
    }
  }
  for (const { variable, side, value } of conflict.bounds) {
    if (number++ === omit) continue
    const lower = side === 'lower' ? value : copy.variableLower(variable)
    const upper = side === 'upper' ? value : copy.variableUpper(variable)
    copy.setVariableBounds(variable, lower, upper)
  }
  return { copy, members: number }
}

async function expectIrreducible(model: LinearModel, conflict: Conflict, blamed: boolean, what: string): Promise<void> {
  expect(conflict.irreducible, what).toBe(true)
  expect(conflict.limit).toBeNull()
  // When every group is one side of one row, both levels are the same question.
  const same = conflict.groups.length === conflict.rows.length && conflict.rows.every((row) => row.side !== 'both')
  for (const level of same ? (['rows'] as const) : (['groups', 'rows'] as const)) {
    const whole = reduced(model, conflict, level, blamed, -1)
    expect((await solveLinear(whole.copy)).status, `${what}: all ${level}`).toBe('infeasible')
    for (let omit = 0; omit < whole.members; omit++) {
      const { copy } = reduced(model, conflict, level, blamed, omit)
      expect((await solveLinear(copy)).status, `${what}: ${level} without member ${omit}`).toBe('optimal')
    }
  }
}

async function conflictOf(model: LinearModel, options: Parameters<typeof findConflict>[1] = {}): Promise<Conflict> {
  const result = await findConflict(model, options)
  if (result.status !== 'conflict') throw new Error(`expected a conflict, got ${result.status}`)
  return result
}

describe('a conflict', () => {
  test('names the groups, the row sides and the bounds that cannot hold together, and nothing else', async () => {
    const model = new LinearModel('crew')
    const hours = model.addVariable('hours', { upper: 40 })
    const extra = model.addVariable('extra', { upper: 100 })
    model.addRow('roof', [[hours, 1]], '>=', 25, { group: 'work to be done' })
    model.addRow('walls', [[extra, 1]], '>=', 1, { group: 'work to be done' })
    model.addRange('pay', 0, [[hours, 20]], 300, { group: 'budget' })
    model.addRow('tidy', [[extra, 1]], '<=', 50)
    model.addRow('structure', [[hours, 1]], '>=', 0, { group: null })
    const conflict = await conflictOf(model)
    expect(conflict.groups).toEqual([
      { group: 'work to be done', rows: [0, 1] },
      { group: 'budget', rows: [2] },
    ])
    expect(conflict.rows.map((r) => [r.name, r.side])).toEqual([
      ['roof', 'lower'],
      ['pay', 'upper'],
    ])
    expect(conflict.bounds).toEqual([])
    expect(conflict.needsIntegrality).toBe(false)
    await expectIrreducible(model, conflict, true, 'crew')
  })

  test('that only integrality makes says so', async () => {
    const { model } = readLp(
      'min\n x\nst\n even: 2 x - 2 y = 1\n idle: x + y <= 5\nbounds\n x <= 3\n y <= 3\ngen\n x y\nend',
    )
    const conflict = await conflictOf(model)
    expect(conflict.rows.map((r) => [r.name, r.side])).toEqual([['even', 'both']])
    expect(conflict.needsIntegrality).toBe(true)
  })

  test('between two bounds of one variable, or two sides of one row, is found', async () => {
    const crossed = new LinearModel()
    crossed.addVariable('x', { lower: 5, upper: 3 })
    crossed.addVariable('y')
    crossed.addRow('idle', [[1, 1]], '<=', 3)
    expect((await conflictOf(crossed)).bounds.map((b) => [b.name, b.side, b.value])).toEqual([
      ['x', 'lower', 5],
      ['x', 'upper', 3],
    ])
    const row = new LinearModel()
    row.addVariable('x')
    row.addRange('r', 5, [[0, 1]], 3)
    expect((await conflictOf(row)).rows.map((r) => [r.name, r.side])).toEqual([['r', 'both']])
  })

  test('never blames bounds when they are to be kept, nor what makes a variable binary', async () => {
    const { model } = readLp('min\n x\nst\n high: x + y >= 3\n low: z >= 7\nbounds\n z <= 5\nbin\n x y\nend')
    const kept = await conflictOf(model, { bounds: 'keep' })
    expect([kept.groups.length, kept.bounds.length]).toEqual([1, 0])
    const { model: binaries } = readLp('min\n x\nst\n high: x + y >= 3\nbin\n x y\nend')
    const blamed = await conflictOf(binaries)
    expect([blamed.groups.map((g) => g.group), blamed.bounds]).toEqual([['high'], []])
  })

  test('of a feasible model does not exist: a point is returned', async () => {
    const { model } = readLp('min\n x\nst\n a: x + y >= 3\nend')
    const result = await findConflict(model)
    expect(result.status).toBe('feasible')
    if (result.status === 'feasible')
      expect((result.values[0] as number) + (result.values[1] as number)).toBeGreaterThan(3 - 1e-6)
  })

  test('that the time limit cuts short is not called irreducible', async () => {
    const { model } = readLp('min\n x\nst\n a: x >= 3\n b: x <= 2\nend')
    const none = await findConflict(model, { timeLimitMs: 0 })
    expect(none).toMatchObject({ status: 'unknown', limit: 'time' })
    const controller = new AbortController()
    const cut = await findConflict(model, { signal: controller.signal, onProgress: () => controller.abort() })
    expect(cut).toMatchObject({ status: 'conflict', irreducible: false, limit: 'interrupted' })
  })
})

test('conflicts of random linear and integer models are irreducible at both levels', async () => {
  const random = new RandomStream(5)
  let found = 0
  let integral = 0
  for (let round = 0; round < 120 && found < 40; round++) {
    // Without bounds on integer variables a test may have no end: those of integer models are kept.
    const integer = round % 2 === 0
    const model = randomModel(random, integer)
    const result = await findConflict(model, { bounds: integer ? 'keep' : 'blame' })
    const status = (await solveLinear(withoutObjective(model))).status
    expect(result.status).toBe(status === 'infeasible' ? 'conflict' : 'feasible')
    if (result.status !== 'conflict') continue
    found++
    if (result.needsIntegrality === true) integral++
    await expectIrreducible(model, result, !integer, `round ${round}`)
  }
  expect(found).toBeGreaterThan(25)
  expect(integral).toBeGreaterThan(2)
})

test('what is proved empty without a search is empty', async () => {
  const random = new RandomStream(6)
  let proved = 0
  for (let round = 0; round < 400; round++) {
    const model = randomModel(random, true)
    if (!provablyEmpty(model)) continue
    if (++proved > 25) break
    expect((await solveLinear(withoutObjective(model))).status).toBe('infeasible')
  }
  expect(proved).toBeGreaterThan(10)
  const parity = readLp('min\n x\nst\n r: 1.5 x - 3 y = 1\nbounds\n x free\n y free\ngen\n x y\nend').model
  expect(provablyEmpty(parity)).toBe(true)
})

function withoutObjective(model: LinearModel): LinearModel {
  const copy = model.clone()
  copy.replaceObjective([])
  return copy
}

function randomModel(random: RandomStream, integer: boolean): LinearModel {
  const model = new LinearModel('random')
  const columns = random.integer(2, 5)
  const kinds = integer ? (['continuous', 'integer', 'binary'] as const) : (['continuous'] as const)
  for (let j = 0; j < columns; j++) {
    const kind = random.pick(kinds)
    model.addVariable(
      `x${j}`,
      kind === 'binary' ? { kind } : { kind, lower: random.integer(-3, 0), upper: random.integer(1, 6) },
    )
  }
  const rows = random.integer(3, 7)
  for (let i = 0; i < rows; i++) {
    const terms: Term[] = []
    for (let j = 0; j < columns; j++)
      if (random.chance(0.7)) terms.push([j, random.integer(-5, 5) * (random.chance(0.3) ? 2 : 1)])
    const relation = random.pick(['<=', '>=', '='] as const)
    const group = random.chance(0.15) ? null : random.pick(['a', 'b', 'c', `r${i}`])
    model.addRow(`r${i}`, terms, relation, random.integer(-9, 9), { group })
  }
  return model
}

const folder = '../shared/benchmarks/solvers/infeas'
const present = existsSync(folder)

describe.skipIf(!present)(`the infeasible models of ${folder} (skipped when the folder is absent)`, () => {
  const files = present ? readdirSync(folder).filter((file) => file.endsWith('.mps.gz')) : []
  for (const file of files) {
    test(`${file}: the conflict is irreducible, and dropping any member gives a point`, async () => {
      const { model } = readMps(await decodeModelFile(readFileSync(`${folder}/${file}`)))
      // A limit of a single test that even a slow machine does not meet: what is shown here is the set, not the speed.
      const conflict = await conflictOf(model, { testTimeLimitMs: 60_000 })
      await expectIrreducible(model, conflict, true, file)
    })
  }
})
