/**
 * What the front costs beside the raw package: `tsx bench/linear/overhead.ts [rounds] [filter]`. Every model is solved alternately by the
 * raw HiGHS package, on arrays made by the same normalisation, and by the front; medians of CPU time after a warm-up. Then the
 * trivial integer model, the cold start, and the building of 10^6 non-zeros.
 */
import loadHighs, { type Highs } from 'highs'
import { highsModel } from '../../solvers/linear/backends/highs.ts'
import { LinearModel, linear, solveLinear, subjectTo } from '../../solvers/linear/index.ts'
import { normalise } from '../../solvers/linear/normalise.ts'
import { type Instance, instances, present } from './instances.ts'

const rounds = Number(process.argv[2] ?? 7)
const filter = process.argv[3] ?? ''

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number
}

function raw(highs: Highs, model: LinearModel, trivial = false): void {
  void highs.withModel(highsModel(highs, normalise(model)), (instance) => {
    instance.options.set({ output_flag: false, mip_rel_gap: 0, mip_abs_gap: 1e-9 })
    if (trivial) instance.options.set({ mip_heuristic_run_feasibility_jump: false })
    instance.run()
    instance.getSolution()
  })
}

/** max sum p_j x_j over 8 binaries and 3 capacities. */
function trivialModel(): LinearModel {
  const model = new LinearModel('trivial', 'maximize')
  const profits = [5, 4, 3, 7, 6, 9, 2, 8]
  const weights = [
    [2, 3, 1, 4, 2, 5, 1, 3],
    [4, 1, 2, 3, 3, 2, 5, 1],
    [3, 4, 2, 1, 5, 2, 3, 4],
  ]
  const items = profits.map((objective, j) => model.addVariable(`x${j}`, { kind: 'binary', objective }))
  weights.forEach((row, i) => {
    model.addRowArrays(`capacity${i}`, Number.NEGATIVE_INFINITY, items, row, 10 + i)
  })
  return model
}

async function pair(highs: Highs, name: string, model: LinearModel, trivial = false): Promise<[number, number]> {
  const rawTimes: number[] = []
  const frontTimes: number[] = []
  const warm = trivial ? 30 : 2
  const repeats = trivial ? 60 : rounds
  for (let round = 0; round < warm + repeats; round++) {
    let before = cpuMs()
    raw(highs, model, trivial)
    if (round >= warm) rawTimes.push(cpuMs() - before)
    before = cpuMs()
    await solveLinear(model, { backends: ['highs'] })
    if (round >= warm) frontTimes.push(cpuMs() - before)
  }
  const [a, b] = [median(rawTimes), median(frontTimes)]
  console.log(
    `${name.padEnd(24)} raw ${a.toFixed(2).padStart(9)} ms  front ${b.toFixed(2).padStart(9)} ms  ${(b / a).toFixed(2)}`,
  )
  return [a, b]
}

function buildMillion(): void {
  const began = cpuMs()
  const model = new LinearModel('million')
  const variables = Array.from({ length: 10_000 }, (_, j) => model.addVariable(`x${j}`))
  const row = linear()
  for (let i = 0; i < 10_000; i++) {
    row.clear()
    for (let k = 0; k < 100; k++) row.plus(variables[(i * 37 + k * 101) % 10_000] as number, k + 1)
    subjectTo(model, `r${i}`, row.atMost(i))
  }
  console.log(`10^6 non-zeros as expressions: ${(cpuMs() - began).toFixed(0)} ms (${model.nonZeroCount} non-zeros)`)
  const before = cpuMs()
  normalise(model)
  console.log(`their normalisation: ${(cpuMs() - before).toFixed(0)} ms`)
}

async function main(): Promise<void> {
  const cold = cpuMs()
  const first = await solveLinear(trivialModel(), { backends: ['highs'] })
  console.log(
    `cold start of HiGHS: ${(cpuMs() - cold).toFixed(0)} ms CPU, of which loading ${first.loadMs.toFixed(0)} ms wall`,
  )
  const highs = await (loadHighs as unknown as () => Promise<Highs>)()
  await pair(highs, 'trivial, 8 binaries', trivialModel(), true)
  const chosen = trivialModel()
  const times: number[] = []
  for (let round = 0; round < 150; round++) {
    const before = cpuMs()
    await solveLinear(chosen)
    if (round >= 50) times.push(cpuMs() - before)
  }
  console.log(`trivial, 8 binaries, backend left to the front: ${median(times).toFixed(3)} ms`)
  buildMillion()
  if (!present) return
  const skipped = [
    'air05',
    'dcmulti',
    'mas76',
    'misc07',
    'mod008',
    'p0201',
    'pp08a',
    'stein27',
    'misc03',
    'bell5',
    'lseu',
  ]
  const models = instances().filter(
    ({ name }) =>
      name.includes(filter) &&
      (name.startsWith('netlib') ||
        name.startsWith('miplib3') ||
        name.startsWith('orlib/gap1#') ||
        name.startsWith('infeas')) &&
      !skipped.some((skip) => name.endsWith(skip)),
  )
  const sums: Record<string, [number, number]> = {}
  for (const instance of models as Instance[]) {
    const [a, b] = await pair(highs, instance.name, await instance.load())
    const group = instance.name.split('/')[0] as string
    const sum = sums[group] ?? [0, 0]
    sums[group] = [sum[0] + a, sum[1] + b]
  }
  for (const [group, [a, b]] of Object.entries(sums)) {
    console.log(
      `${group}: front / raw = ${(b / a).toFixed(3)} (sums of medians ${a.toFixed(0)} and ${b.toFixed(0)} ms)`,
    )
  }
}

void main()
