/**
 * Thousands of tiny linear programs, side by side: `tsx bench/tiny-lps/run.ts [LPs] [rounds]`, best with `nice -n 15` on a quiet machine.
 *
 * Two streams of 5 columns x 20 rows: dominance tests of POMDP value functions (4 states, 20 vectors, one more row for the simplex
 * of beliefs), and boxed packing programs. Every solver gets the same numbers, converts them as it needs, and returns optimum and point;
 * every optimum is compared with the first solver's. CPU time of the process (user + system), median over rounds after one
 * round of warm-up. Slow solvers get the first tenth of the stream.
 */
import loadHighs, { type Highs, type ModelData } from 'highs'
import { solve as solveYalps, type Model as YalpsModel } from 'yalps'
import { MatrixGameKernel } from '../../solvers/game/matrix-game.ts'
import { DenseSimplex } from '../../solvers/linear/dense/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'

const count = Number(process.argv[2] ?? 10_000)
const rounds = Number(process.argv[3] ?? 5)
const COLUMNS = 5

/** Minimise objective.x, rowLower <= matrix x <= rowUpper, lower <= x <= upper; row-major. */
interface TinyLp {
  readonly rows: number
  readonly objective: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly matrix: Float64Array
  readonly rowLower: Float64Array
  readonly rowUpper: Float64Array
  /** The dominance test as a game: beliefs x vectors. */
  readonly payoff: Float64Array | null
}

/** max d, b.(w - v_i) >= d for 20 vectors v_i, b a distribution over 4 states. */
function dominanceTest(random: RandomStream): TinyLp {
  const states = COLUMNS - 1
  const vectors = 20
  const rows = vectors + 1
  const matrix = new Float64Array(rows * COLUMNS)
  const payoff = new Float64Array(states * vectors)
  const candidate = Array.from({ length: states }, () => random.next() * 10)
  for (let i = 0; i < vectors; i++) {
    for (let s = 0; s < states; s++) {
      const difference = (candidate[s] as number) - random.next() * 10
      matrix[i * COLUMNS + s] = difference
      payoff[s * vectors + i] = difference
    }
    matrix[i * COLUMNS + states] = -1
  }
  for (let s = 0; s < states; s++) matrix[vectors * COLUMNS + s] = 1
  const rowLower = new Float64Array(rows)
  const rowUpper = new Float64Array(rows).fill(Number.POSITIVE_INFINITY)
  rowLower[vectors] = 1
  rowUpper[vectors] = 1
  const lower = new Float64Array(COLUMNS)
  lower[states] = Number.NEGATIVE_INFINITY
  const objective = new Float64Array(COLUMNS)
  objective[states] = -1
  const upper = new Float64Array(COLUMNS).fill(Number.POSITIVE_INFINITY)
  return { rows, objective, lower, upper, matrix, rowLower, rowUpper, payoff }
}

/** max c.x, A x <= b with 20 rows, 0 <= x <= 10. */
function packing(random: RandomStream): TinyLp {
  const rows = 20
  const fill = (length: number, draw: () => number): Float64Array => Float64Array.from({ length }, draw)
  return {
    rows,
    objective: fill(COLUMNS, () => -10 * random.next()),
    lower: new Float64Array(COLUMNS),
    upper: new Float64Array(COLUMNS).fill(10),
    matrix: fill(rows * COLUMNS, () => 11 * random.next() - 2),
    rowLower: new Float64Array(rows).fill(Number.NEGATIVE_INFINITY),
    rowUpper: fill(rows, () => 5 + 35 * random.next()),
    payoff: null,
  }
}

interface Contestant {
  readonly name: string
  /** 1: whole stream, 0.1: the first tenth. */
  readonly share: number
  readonly solve: (lp: TinyLp) => number
}

function contestants(highs: Highs, games: boolean): Contestant[] {
  const kernel = new MatrixGameKernel(COLUMNS - 1, 20)
  const dense = new DenseSimplex(21, COLUMNS)
  const persistent = highs.createModel()
  persistent.options.set({ output_flag: false, presolve: 'off', simplex_scale_strategy: 0, solver: 'simplex' })
  const plain = highs.createModel()
  plain.options.set({ output_flag: false })
  const own: Contestant[] = [
    {
      name: 'foreplan DenseSimplex, one workspace',
      share: 1,
      solve: (lp) => {
        dense.resize(lp.rows, COLUMNS)
        copy(lp.matrix, dense.matrix, 0)
        copy(lp.objective, dense.objective, 0)
        copy(lp.lower, dense.lower, 0)
        copy(lp.rowLower, dense.lower, COLUMNS)
        copy(lp.upper, dense.upper, 0)
        copy(lp.rowUpper, dense.upper, COLUMNS)
        return dense.solve() === 'optimal' ? dense.objectiveValue : Number.NaN
      },
    },
  ]
  if (games) {
    own.unshift({
      name: 'foreplan MatrixGameKernel, one workspace',
      share: 1,
      solve: (lp) => {
        kernel.resize(COLUMNS - 1, 20)
        copy(lp.payoff as Float64Array, kernel.payoff, 0)
        kernel.solve()
        return -(kernel.lower + kernel.upper) / 2
      },
    })
  }
  return [
    ...own,
    {
      name: 'highs: one model, raw passLp, presolve and scaling off',
      share: 0.1,
      solve: (lp) => {
        persistent.raw.passLp(highsData(lp))
        persistent.raw.run()
        persistent.raw.getSolution()
        return persistent.raw.getObjectiveValue()
      },
    },
    {
      name: 'highs: one model, passModel, presolve and scaling off',
      share: 0.1,
      solve: (lp) => {
        persistent.passModel(highsData(lp))
        persistent.run()
        persistent.getSolution()
        return persistent.getObjectiveValue()
      },
    },
    {
      name: 'highs: one model, passModel, default options',
      share: 0.1,
      solve: (lp) => {
        plain.passModel(highsData(lp))
        plain.run()
        plain.getSolution()
        return plain.getObjectiveValue()
      },
    },
    {
      name: 'highs: raw lpCall',
      share: 0.1,
      solve: (lp) => {
        const output = highs.raw.lpCall(highsData(lp))
        const point = output.value?.solution.colValue
        return point === undefined ? Number.NaN : lp.objective.reduce((total, c, j) => total + c * (point[j] ?? 0), 0)
      },
    },
    {
      name: 'highs: a model each',
      share: 0.1,
      solve: (lp) => {
        const model = highs.createModel(highsData(lp))
        try {
          model.options.set({ output_flag: false })
          model.run()
          model.getSolution()
          return model.getObjectiveValue()
        } finally {
          model.dispose()
        }
      },
    },
    { name: 'yalps, model building included', share: 0.1, solve: (lp) => -solveYalps(yalpsModel(lp)).result },
  ]
}

/** A loop: for arrays this short the built-in `set` costs more than the copying. */
function copy(from: Float64Array, to: Float64Array, at: number): void {
  for (let k = 0; k < from.length; k++) to[at + k] = from[k] as number
}

function highsData(lp: TinyLp): ModelData {
  const starts = new Int32Array(lp.rows + 1)
  const indices = new Int32Array(lp.rows * COLUMNS)
  const values = new Float64Array(lp.rows * COLUMNS)
  let end = 0
  for (let i = 0; i < lp.rows; i++) {
    for (let j = 0; j < COLUMNS; j++) {
      const value = lp.matrix[i * COLUMNS + j] as number
      if (value === 0) continue
      indices[end] = j
      values[end++] = value
    }
    starts[i + 1] = end
  }
  return {
    numCols: COLUMNS,
    numRows: lp.rows,
    colCost: lp.objective,
    colLower: lp.lower,
    colUpper: lp.upper,
    rowLower: lp.rowLower,
    rowUpper: lp.rowUpper,
    matrix: {
      format: 'csr',
      numRows: lp.rows,
      numCols: COLUMNS,
      starts,
      indices: indices.subarray(0, end),
      values: values.subarray(0, end),
    },
  }
}

/** Columns are non-negative there: a free one is split, an upper bound is a row. */
function yalpsModel(lp: TinyLp): YalpsModel {
  const constraints = new Map<string, { min?: number; max?: number; equal?: number }>()
  for (let i = 0; i < lp.rows; i++) {
    const [low, high] = [lp.rowLower[i] as number, lp.rowUpper[i] as number]
    if (low === high) constraints.set(`r${i}`, { equal: low })
    else constraints.set(`r${i}`, Number.isFinite(low) ? { min: low } : { max: high })
  }
  const variables = new Map<string, Map<string, number>>()
  for (let j = 0; j < COLUMNS; j++) {
    for (const sign of lp.lower[j] === 0 ? [1] : [1, -1]) {
      const column = new Map([['cost', -sign * (lp.objective[j] as number)]])
      for (let i = 0; i < lp.rows; i++) column.set(`r${i}`, sign * (lp.matrix[i * COLUMNS + j] as number))
      if (Number.isFinite(lp.upper[j])) {
        column.set(`u${j}`, sign)
        constraints.set(`u${j}`, { max: lp.upper[j] as number })
      }
      variables.set(`x${j}${sign}`, column)
    }
  }
  return { direction: 'maximize', objective: 'cost', constraints, variables }
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number
}

function race(title: string, stream: readonly TinyLp[], field: readonly Contestant[]): void {
  const optima = new Float64Array(stream.length)
  const results: { name: string; time: number; share: number; wrong: number }[] = []
  for (const contestant of field) {
    const own = stream.slice(0, Math.ceil(stream.length * contestant.share))
    let wrong = 0
    own.forEach((lp, k) => {
      const value = contestant.solve(lp)
      if (contestant === field[0]) optima[k] = value
      else if (!(Math.abs(value - (optima[k] as number)) <= 1e-7 * Math.max(1, Math.abs(value)))) wrong++
    })
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      const before = cpuMicroseconds()
      for (const lp of own) contestant.solve(lp)
      times.push((cpuMicroseconds() - before) / own.length)
    }
    results.push({ name: contestant.name, time: median(times), share: contestant.share, wrong })
  }
  const best = Math.min(...results.filter(({ name }) => name.startsWith('highs')).map(({ time }) => time))
  console.log(`\n## ${title}\n`)
  console.log('| solver | us CPU per LP | best HiGHS path / this | different optima |')
  console.log('|---|---:|---:|---:|')
  for (const { name, time, wrong, share } of results) {
    console.log(`| ${name} | ${time.toFixed(2)} | ${(best / time).toFixed(1)} | ${wrong} of ${stream.length * share} |`)
  }
}

// The package's declarations describe its CommonJS build; its ES module's default export is the loader itself.
const highs = await (loadHighs as unknown as () => Promise<Highs>)()
const random = new RandomStream(20261123)
const dominance = Array.from({ length: count }, () => dominanceTest(random))
const packings = Array.from({ length: count }, () => packing(random))
const { major, minor, patch } = highs.raw.version() as { major: number; minor: number; patch: number }
console.log(
  `${count} LPs a stream, median of ${rounds} rounds; Node ${process.version}, HiGHS ${major}.${minor}.${patch}`,
)
race('Dominance tests: 5 columns, 20 vectors and the simplex row', dominance, contestants(highs, true))
race('Boxed packing: 5 columns, 20 rows', packings, contestants(highs, false))
