/**
 * Side by side on the same matrices: our shortest augmenting paths (solver alone, and the front with its full proof), the npm packages
 * munkres 2 and munkres-js, and SciPy's linear_sum_assignment where python3 with SciPy is present. CPU time, median after warm-up;
 * every optimum is compared with every other.
 *
 * Run: npx tsx bench/assignment/compare.ts [sizes, default 100,300,1000,2000] [part of a family's name]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { munkres } from 'munkres'
import munkresJs from 'munkres-js'
import { assign } from '../../solvers/assignment/index.ts'
import { assignDense } from '../../solvers/assignment/shortest-augmenting-path.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { families } from './families.ts'

const sizes = (process.argv[2] ?? '100,300,1000,2000').split(',').map(Number)
const wanted = process.argv[3] ?? ''
/** munkres-js needs minutes above this size. */
const LARGEST_MUNKRES_JS = 100

interface Measured {
  readonly milliseconds: number
  readonly cost: number
}

function version(name: string): string {
  const text = readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Median CPU time of up to nine runs within about a second, after one run to warm up. */
function measure(run: () => number): Measured {
  const times: number[] = []
  let cost = 0
  let spent = 0
  while (times.length < 10 && (times.length < 2 || spent < 1000)) {
    const before = process.cpuUsage()
    cost = run()
    const used = process.cpuUsage(before)
    times.push((used.user + used.system) / 1000)
    spent += times.at(-1) as number
    if (times.length === 1 && spent > 4000) break
  }
  const sorted = (times.length > 1 ? times.slice(1) : times).sort((a, b) => a - b)
  return { milliseconds: sorted[sorted.length >> 1] as number, cost }
}

function scipyOf(size: number, costs: Float64Array, folder: string): (Measured & { readonly version: string }) | null {
  const path = join(folder, 'costs.bin')
  writeFileSync(path, costs)
  try {
    const script = new URL('linear_sum_assignment.py', import.meta.url).pathname
    const repeats = size <= 1000 ? '5' : '1'
    const text = execFileSync('python3', [script, String(size), path, repeats], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [found = '', milliseconds = '', cost = ''] = text.trim().split(' ')
    return { version: found, milliseconds: Number(milliseconds), cost: Number(cost) }
  } catch {
    return null
  }
}

const paid = (costs: Float64Array, size: number, pairs: Iterable<readonly [number, number]>): number => {
  let total = 0
  for (const [i, j] of pairs) total += costs[i * size + j] as number
  return total
}

// The compiler needs a few rounds on each kind of matrix before the figures say something.
for (const family of Object.values(families)) {
  const costs = family(150, new RandomStream(1))
  for (let k = 0; k < 4; k++) assign({ rows: 150, columns: 150, costs })
}

const folder = mkdtempSync(join(tmpdir(), 'assignment-'))
let scipyVersion: string | null = null
let disagreements = 0
const lines: string[] = []
for (const size of sizes) {
  for (const [name, family] of Object.entries(families)) {
    if (!name.includes(wanted)) continue
    const costs = family(size, new RandomStream(7))
    const rows = Array.from({ length: size }, (_, i) => Array.from(costs.subarray(i * size, (i + 1) * size)))
    const forbids = costs.includes(Number.POSITIVE_INFINITY)
    const own = measure(() => {
      const answer = assignDense(size, size, costs)
      return paid(
        costs,
        size,
        Array.from(answer.columnOf, (j, i) => [i, j] as const),
      )
    })
    const proved = measure(() => {
      const result = assign({ rows: size, columns: size, costs })
      return result.status === 'optimal' ? result.cost : Number.NaN
    })
    const package2 = measure(() => paid(costs, size, munkres(rows)))
    const old = size <= LARGEST_MUNKRES_JS && !forbids ? measure(() => paid(costs, size, munkresJs(rows))) : null
    const native = scipyOf(size, costs, folder)
    scipyVersion = native?.version ?? scipyVersion
    for (const other of [proved, package2, old, native]) {
      if (other !== null && !(Math.abs(other.cost - own.cost) <= 1e-9 * Math.max(1, Math.abs(own.cost))))
        disagreements++
    }
    const figure = (m: Measured | null) => (m === null ? '-' : m.milliseconds.toFixed(m.milliseconds < 10 ? 2 : 0))
    const ratio = (m: Measured | null) => (m === null ? '-' : (own.milliseconds / m.milliseconds).toFixed(2))
    lines.push(
      `| ${name} | ${size} | ${figure(own)} | ${figure(proved)} | ${figure(package2)} | ${figure(old)} | ${figure(native)} | ${ratio(package2)} | ${ratio(native)} |`,
    )
    console.error(lines.at(-1))
  }
}
rmSync(folder, { recursive: true })

console.log(`# Assignment, side by side

${new Date().toISOString().slice(0, 10)}, Node ${process.version}, munkres ${version('munkres')}, munkres-js ${version('munkres-js')}, SciPy ${scipyVersion ?? 'absent'}.
CPU milliseconds, median after warm-up, square matrices from seed 7 (bench/assignment/families.ts); "own" is the solver alone, "proved" the
front with validation, solver and the check by potentials. The last two columns are own / munkres and own / SciPy: below 1 is faster.
Optima compared: ${disagreements === 0 ? 'all agree' : `${disagreements} DISAGREE`}.

| matrix | n | own | proved | munkres | munkres-js | SciPy | own / munkres | own / SciPy |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
${lines.join('\n')}`)
process.exit(disagreements === 0 ? 0 : 1)
