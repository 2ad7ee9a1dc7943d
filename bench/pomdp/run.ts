/**
 * POMDP measurements against the published values in ../shared/benchmarks/pomdp. CPU seconds of this process.
 *
 *   npx tsx bench/pomdp/run.ts exact            certified values, total CPU of the ten files of the bar
 *   npx tsx bench/pomdp/run.ts finite           every finite-horizon value of reference.json
 *   npx tsx bench/pomdp/run.ts search [secs]    two-sided bounds at the start belief of the larger files
 *   npx tsx bench/pomdp/run.ts online [runs] [ms]   POMCP and AR-DESPOT on Tag, mean and standard error
 */
import { readFileSync } from 'node:fs'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { fastInformedBound, solveMdp } from '../../solvers/pomdp/bounds.ts'
import { certifiedValueIteration } from '../../solvers/pomdp/exact/certified.ts'
import { finiteHorizon, zeroValue } from '../../solvers/pomdp/exact/finite-horizon.ts'
import { heuristicSearch } from '../../solvers/pomdp/heuristic-search.ts'
import { buildKernel } from '../../solvers/pomdp/kernel.ts'
import type { PomdpModel } from '../../solvers/pomdp/model.ts'
import { arDespot } from '../../solvers/pomdp/online/despot.ts'
import { updateParticles } from '../../solvers/pomdp/online/particle-filter.ts'
import { pomcp } from '../../solvers/pomdp/online/pomcp.ts'
import { ModelSimulator } from '../../solvers/pomdp/online/simulator.ts'
import { blindPolicies } from '../../solvers/pomdp/point-backup.ts'
import { readPomdp } from '../../src/io/cassandra/index.ts'
import { readPomdpx } from '../../src/io/pomdpx/index.ts'

interface Reference {
  readonly file: string
  readonly certified?: { readonly lower: number; readonly upper: number }
  readonly finiteHorizonValueAtB0?: Readonly<Record<string, { readonly value: number }>>
}

const folder = new URL('../../../shared/benchmarks/pomdp/', import.meta.url)
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const cpu = () => process.cpuUsage().user / 1e6
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

function online(runs: number, milliseconds: number): void {
  const model = load('TagAvoid.POMDP')
  const simulator = new ModelSimulator(model)
  const mdp = solveMdp(model).values
  const blind = blindPolicies(buildKernel(model))
  const outcome = { next: 0, observation: 0, reward: 0 }
  for (const planner of ['pomcp', 'ar-despot'] as const) {
    const random = new RandomStream(1)
    const totals: number[] = []
    for (let run = 0; run < runs; run++) {
      let state = random.weighted(model.start)
      let particles = simulator.sample(model.start, 1000, random)
      let total = 0
      for (let step = 0, weight = 1; step < 90 && !simulator.isTerminal(state); step++, weight *= model.discount) {
        const until = cpu() + milliseconds / 1000
        const stop = () => cpu() > until
        const seed = random.integer(0, 2 ** 31)
        const { action } =
          planner === 'pomcp'
            ? pomcp(simulator, particles, { simulations: 1e9, exploration: 20, seed, stop })
            : arDespot(simulator, particles, {
                scenarios: 500,
                trials: 1e9,
                seed,
                stop,
                upper: (s) => mdp[s]!,
                blind: (a, s) => blind.data[a * model.states.length + s]!,
              })
        simulator.step(state, action, random.next(), random.next(), outcome)
        total += weight * outcome.reward
        state = outcome.next
        particles = updateParticles(simulator, particles, action, outcome.observation, random)
      }
      totals.push(total)
    }
    const mean = totals.reduce((a, b) => a + b, 0) / runs
    const deviation = Math.sqrt(totals.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, runs - 1))
    console.log(
      `Tag ${planner}: ${mean.toFixed(2)} +- ${(deviation / Math.sqrt(runs)).toFixed(2)} over ${runs} runs, ${milliseconds} ms a move (published: POMCP -7.14 +- .28, AR-DESPOT -6.26 +- .28)`,
    )
  }
}

const reference = JSON.parse(text('reference.json')) as Reference[]
const [mode = 'exact', first, second] = process.argv.slice(2)
if (mode === 'exact') exact(reference)
else if (mode === 'finite') finite(reference)
else if (mode === 'search') search(Number(first ?? 10))
else online(Number(first ?? 20), Number(second ?? 100))
