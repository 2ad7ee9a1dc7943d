/**
 * `npm run bench` lists the benchmarks, `npm run bench -- NAME [ARGUMENTS]` runs one. They print side-by-side tables with versions and
 * seeds; results that the documentation quotes are committed beside the scripts.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

interface Benchmark {
  readonly script: string
  readonly defaults: readonly string[]
  readonly about: string
}

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'plan-repair': {
    script: 'execution/plan-repair/run.ts',
    defaults: ['100'],
    about: 'disturbed openstacks, rovers and satellite against the published HTN repair',
  },
  assignment: {
    script: 'assignment/compare.ts',
    defaults: [],
    about: 'assignment against munkres, munkres-js and SciPy',
  },
  gap: { script: 'assignment/gap.ts', defaults: [], about: 'generalised assignment, OR-Library optima' },
  'tiny-lps': {
    script: 'tiny-lps/run.ts',
    defaults: ['10000', '7'],
    about: 'thousands of tiny linear programs against HiGHS and yalps',
  },
  overhead: {
    script: 'linear/overhead.ts',
    defaults: ['7'],
    about: 'what the linear front costs beside the raw package',
  },
  optima: {
    script: 'linear/optima.ts',
    defaults: ['highs', '12'],
    about: 'netlib, MIPLIB 3, gap and knapsack optima by backend',
  },
  fuzz: {
    script: 'linear/fuzz.ts',
    defaults: ['1000', '1000'],
    about: 'random models with every backend: no wrong claim',
  },
  fronts: { script: 'fronts/fronts.ts', defaults: [], about: 'exact fronts of knapsacks and assignments' },
  'project-fronts': { script: 'models/fronts.ts', defaults: [], about: 'exact cost/time fronts of projects' },
  scheduling: {
    script: 'scheduling/side-by-side.ts',
    defaults: ['10'],
    about: 'projects against Chuffed and HiGHS, the same CPU seconds for each',
  },
  proof: {
    script: 'scheduling/proof.ts',
    defaults: ['rcpsp/j30', '10', '12'],
    about: 'schedules proved within a CPU limit',
  },
  population: {
    script: 'scheduling/population.ts',
    defaults: ['rcpsp/j30', '5000', '12'],
    about: 'deviation after a number of schedules',
  },
  journal: {
    script: 'execution/journal.ts',
    defaults: ['40'],
    about: 'durable steps a second beside the bare disk and SQLite; in memory',
  },
  fetch: {
    script: 'execution/fetch/run.ts',
    defaults: [],
    about: 'refinement acting on the fetch problems: look-ahead, learning, neither',
  },
  doors: {
    script: 'execution/doors/run.ts',
    defaults: [],
    about: 'refinement acting on the door problems (rae_nav.json)',
  },
  'kill-sweep': {
    script: 'execution/kill-sweep.ts',
    defaults: ['200'],
    about: 'kill -9 at every event boundary of a plan; needs the build',
  },
  pomdp: {
    script: 'pomdp/run.ts',
    defaults: ['exact'],
    about: 'POMDPs: certified values (exact), V_h (finite), brackets (search), controllers',
  },
  'pomdp-online': {
    script: 'pomdp/online.ts',
    defaults: ['all', 'both', '20', '100'],
    about: 'POMCP and AR-DESPOT on Tag and RockSample, a CPU limit a move',
  },
  htn: { script: 'htn/run.ts', defaults: ['to/', '10'], about: 'hierarchical planning: solved, length, CPU seconds' },
  'contract-net': {
    script: 'game/contract-net.ts',
    defaults: ['3000', '30', '9'],
    about: 'messages a CPU second of the contract net',
  },
  winners: {
    script: 'game/winners.ts',
    defaults: ['15'],
    about: 'winner determination on 54 combinatorial auctions',
  },
  structures: {
    script: 'game/games.ts',
    defaults: ['structures'],
    about: 'best coalition structures against the plain set-partition programme',
  },
  shapley: { script: 'game/games.ts', defaults: ['shapley'], about: 'Shapley values from tables of up to 2^25 values' },
  nucleoli: { script: 'game/games.ts', defaults: ['nucleoli'], about: '200 published nucleoli and their verdicts' },
}

const folder = fileURLToPath(new URL('./', import.meta.url))
const [name, ...given] = process.argv.slice(2)
const benchmark = name === undefined ? undefined : BENCHMARKS[name]
if (benchmark === undefined) {
  if (name !== undefined) console.error(`there is no benchmark "${name}"`)
  for (const [key, { about, defaults }] of Object.entries(BENCHMARKS))
    console.log(`${key.padEnd(16)}${defaults.join(' ').padEnd(20)}${about}`)
  process.exitCode = name === undefined ? 0 : 2
} else {
  const args = [`${folder}${benchmark.script}`, ...(given.length > 0 ? given : benchmark.defaults)]
  const cli = fileURLToPath(import.meta.resolve('tsx/cli'))
  process.exitCode = spawnSync(process.execPath, [cli, ...args], { stdio: 'inherit' }).status ?? 1
}
