/**
 * POMDP measurements against the published values in ../shared/benchmarks/pomdp. CPU seconds (user and system) of this process.
 *
 *   npx tsx bench/pomdp/run.ts exact            certified values, total CPU of the ten files of the bar
 *   npx tsx bench/pomdp/run.ts finite           every finite-horizon value of reference.json
 *   npx tsx bench/pomdp/run.ts search [secs]    two-sided bounds at the start belief of the larger files
 *   npx tsx bench/pomdp/run.ts hull [secs]      bounds at the start belief by mixing evaluated beliefs, with the symmetries found
 *   npx tsx bench/pomdp/run.ts controllers      bounded policy iteration: value, bound, simulated mean
 *   npx tsx bench/pomdp/run.ts all              all of these
 *
 * Online planners on Tag and RockSample: bench/pomdp/online.ts.
 */
import { readFileSync } from 'node:fs'
import { fastInformedBound } from '../../solvers/pomdp/bounds.ts'
import { certifiedValueIteration } from '../../solvers/pomdp/exact/certified.ts'
import { finiteHorizon, zeroValue } from '../../solvers/pomdp/exact/finite-horizon.ts'
import { heuristicSearch } from '../../solvers/pomdp/heuristic-search.ts'
import { hullSearch } from '../../solvers/pomdp/hull-search.ts'
import { buildKernel } from '../../solvers/pomdp/kernel.ts'
import type { PomdpModel } from '../../solvers/pomdp/model.ts'
import { blindPolicies } from '../../solvers/pomdp/point-backup.ts'
import { policyOf } from '../../solvers/pomdp/policy.ts'
import { simulatePolicy } from '../../solvers/pomdp/simulate.ts'
import { solvePomdp } from '../../solvers/pomdp/solve.ts'
import { findSymmetries } from '../../solvers/pomdp/symmetry.ts'
import { readPomdp } from '../../src/io/cassandra/index.ts'
import { readPomdpx } from '../../src/io/pomdpx/index.ts'

interface Reference {
  readonly file: string
  readonly certified?: { readonly lower: number; readonly upper: number }
  readonly finiteHorizonValueAtB0?: Readonly<Record<string, { readonly value: number }>>
}

const folder = new URL('../../../shared/benchmarks/pomdp/', import.meta.url)
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const load = (file: string): PomdpModel =>
  file.endsWith('.pomdpx') ? readPomdpx(text(`pomdpx/${file}`)) : readPomdp(text(file))
const SEARCHED = [
  'TagAvoid.POMDP',
  'tiger-grid.POMDP',
  'RockSample_7_8.pomdpx',
  'hallway.POMDP',
  'mit.POMDP',
  '4x3.95.POMDP',
  'query.s2.POMDP',
]
const MIXED = ['4x3.95.POMDP', 'network.POMDP', 'query.s2.POMDP', 'tiger-grid.POMDP']
const CONTROLLED: readonly (readonly [string, number])[] = [
  ['tiger.95', 10],
  ['shuttle.95', 20],
  ['cheese.95', 20],
  ['paint.95', 15],
  ['4x3.95', 20],
  ['network', 20],
  ['hallway', 12],
]
const BAR = [
  '1d',
  'tiger.aaai',
  'tiger.95',
  'parr95.95',
  'paint.95',
  'cheese.95',
  'marking',
  'mini-hall2',
  'shuttle.95',
  'network',
]

function exact(reference: readonly Reference[]): void {
  let total = 0
  for (const { file, certified } of reference) {
    if (certified === undefined) continue
    const model = load(file)
    const begun = cpu()
    const kernel = buildKernel(model)
    const result = certifiedValueIteration(
      kernel,
      blindPolicies(kernel),
      model.start,
      1e-6,
      'incremental-pruning',
      () => cpu() - begun > 120,
    )
    const seconds = cpu() - begun
    if (BAR.includes(file.replace('.POMDP', ''))) total += seconds
    const value = result.value.value(model.start)
    console.log(
      `${file.padEnd(24)} ${result.complete ? 'certified' : 'LIMIT'} ${value.toFixed(9)} +${result.errorBound.toExponential(1)}  reference ${certified.lower.toFixed(9)}  ${result.value.count} vectors  ${result.sweeps} sweeps  ${seconds.toFixed(2)} s`,
    )
  }
  console.log(`ten files of the bar: ${total.toFixed(2)} s CPU (bar 19, pomdp-solve's best mode about 33)`)
}

function finite(reference: readonly Reference[]): void {
  for (const { file, finiteHorizonValueAtB0: values } of reference) {
    if (values === undefined || Object.keys(values).length === 0) continue
    const model = load(file)
    const begun = cpu()
    const kernel = buildKernel(model)
    const horizon = Math.max(...Object.keys(values).map(Number))
    let worst = 0
    const result = finiteHorizon(
      kernel,
      horizon,
      zeroValue(kernel),
      1e-10,
      'incremental-pruning',
      () => cpu() - begun > 120,
      (h, stage) => {
        const wanted = values[String(h)]
        if (wanted !== undefined) worst = Math.max(worst, Math.abs(stage.value(model.start) - wanted.value))
      },
    )
    console.log(
      `${file.padEnd(32)} horizon ${result.stages.length}/${horizon}  worst difference ${worst.toExponential(1)}  ${(cpu() - begun).toFixed(2)} s`,
    )
  }
}

function search(seconds: number): void {
  for (const file of SEARCHED) {
    const model = load(file)
    const begun = cpu()
    const kernel = buildKernel(model)
    const upper = fastInformedBound(model, kernel)
    const result = heuristicSearch(kernel, model.start, blindPolicies(kernel), upper.vectors, {
      strategy: 'sarsop',
      epsilon: 1e-6,
      stop: () => cpu() - begun > seconds,
    })
    console.log(
      `${file.padEnd(24)} [${result.lower.toFixed(6)}, ${result.upper.toFixed(6)}]  ${result.trials} trials  ${result.vectors.count} vectors  ${(cpu() - begun).toFixed(1)} s`,
    )
  }
}

function hull(seconds: number): void {
  for (const file of MIXED) {
    const model = load(file)
    const begun = cpu()
    const kernel = buildKernel(model)
    const upper = fastInformedBound(model, kernel)
    let within = ''
    const result = hullSearch(kernel, model.start, blindPolicies(kernel), upper.vectors, {
      epsilon: 1e-6,
      stop: () => cpu() - begun > seconds,
      onRound: (_, low, high) => {
        if (within === '' && high - low <= 1e-5) within = `  1e-5 after ${(cpu() - begun).toFixed(1)} s`
      },
    })
    console.log(
      `${file.padEnd(24)} [${result.lower.toFixed(7)}, ${result.upper.toFixed(7)}]  gap ${(result.upper - result.lower).toExponential(1)}${within}  ${result.points} beliefs  ${result.vectors.count} vectors  ${findSymmetries(kernel).length + 1} symmetries  ${(cpu() - begun).toFixed(1)} s`,
    )
  }
}

function controllers(): void {
  for (const [file, maxNodes] of CONTROLLED) {
    const model = load(`${file}.POMDP`)
    const begun = cpu()
    const result = solvePomdp(model, { method: 'bpi', maxNodes, timeLimitMs: 30_000 })
    const seconds = cpu() - begun
    const { mean, standardError } = simulatePolicy(model, policyOf(model, result), { runs: 2000 })
    console.log(
      `${file.padEnd(12)} ${result.vectors} nodes  ${result.lower.toFixed(5)} <= V <= ${result.upper.toFixed(5)}  simulated ${mean.toFixed(4)} +- ${standardError.toFixed(4)}  ${seconds.toFixed(2)} s`,
    )
  }
}

const reference = JSON.parse(text('reference.json')) as Reference[]
const [mode = 'exact', first] = process.argv.slice(2)
const modes: Readonly<Record<string, () => void>> = {
  exact: () => exact(reference),
  finite: () => finite(reference),
  search: () => search(Number(first ?? 10)),
  hull: () => hull(Number(first ?? 30)),
  controllers,
}
if (mode === 'all') {
  for (const [name, measure] of Object.entries(modes)) {
    console.log(`\n## ${name}`)
    measure()
  }
} else if (modes[mode] === undefined)
  throw new Error(`there is no mode "${mode}": ${Object.keys(modes).join(', ')}, all`)
else modes[mode]()
