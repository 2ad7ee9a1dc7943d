/**
 * Resource-constrained projects against Chuffed (lazy clause generation, WebAssembly of the package `minizinc`) and HiGHS on our own
 * time-indexed model: the same CPU seconds for everybody, one process each, counted from the moment the problem is handed over.
 * Flattening is part of Chuffed's time, building the model of HiGHS's. Both get the length of a first list schedule as horizon.
 * usage: tsx bench/scheduling/side-by-side.ts [SECONDS] [FAMILY/FILE-PART ...]
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Instance, instancesOf } from './instances.ts'

const SAMPLE = [
  'rcpsp/j30/j30_1_1.',
  'rcpsp/j30/j30_9_1.',
  'rcpsp/j30/j30_13_1.',
  'rcpsp/j30/j30_29_1.',
  'rcpsp/j30/j30_45_1.',
  'rcpsp/j60/j60_1_1.',
  'rcpsp/j60/j60_9_1.',
  'rcpsp/j60/j60_13_1.',
  'rcpsp/j60/j60_25_1.',
  'rcpsp/j60/j60_29_1.',
  'rcpsp/j60/j60_41_1.',
  'rcpsp/j60/j60_45_1.',
  'rcpsp/j120/j120_1_1.',
  'rcpsp/j120/j120_16_1.',
  'rcpsp/j120/j120_31_1.',
  'rcpsp/j120/j120_51_1.',
]
const ENGINES = ['foreplan', 'chuffed', 'highs'] as const

interface Outcome {
  readonly value: number | null
  readonly bound: number | null
  readonly optimalAt: number | null
  /** CPU seconds at which the value was found. */
  readonly at: number
}

function run(engine: string, instance: Instance, seconds: number): Outcome {
  const script = fileURLToPath(new URL('./peers/solve-one.ts', import.meta.url))
  const cli = fileURLToPath(import.meta.resolve('tsx/cli'))
  // The operating system ends a process that outlives its CPU seconds; start-up gets four of its own.
  const command = `ulimit -t ${Math.ceil(seconds) + 4}; exec "$0" "$@"`
  const args = ['-c', command, process.execPath, cli, script, engine, instance.family, instance.file, String(seconds)]
  const { stdout } = spawnSync('bash', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  let value: number | null = null
  let bound: number | null = null
  let optimalAt: number | null = null
  let at = 0
  for (const line of stdout.split('\n')) {
    const [time, kind, number] = line.split(' ')
    if (!(Number(time) <= seconds)) continue
    if (kind === 'value' && (value === null || Number(number) < value)) {
      value = Number(number)
      at = Number(time)
    }
    if (kind === 'bound' && Number.isFinite(Number(number))) bound = Math.max(bound ?? 0, Number(number))
    if (kind === 'optimal') optimalAt = Number(time)
  }
  if (optimalAt !== null) bound = value
  return { value, bound, optimalAt, at }
}

function cell({ value, bound, optimalAt, at }: Outcome): string {
  if (value === null) return bound === null ? '-' : `- (bound ${bound})`
  if (optimalAt !== null) return `**${value}** in ${optimalAt.toFixed(1)} s`
  return `${value} at ${at.toFixed(1)} s${bound === null ? '' : `, bound ${bound}`}`
}

const seconds = Number(process.argv[2] ?? '10')
const wanted = process.argv.length > 3 ? process.argv.slice(3) : SAMPLE
const require = createRequire(import.meta.url)
const versions = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, { version: string }>
}
const version = (name: string): string =>
  versions.packages[`node_modules/${name}`]?.version ?? require(`${name}`).version
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${seconds} CPU s each, one thread; minizinc ${version('minizinc')} (Chuffed), highs ${version('highs')}.\n`,
)
console.log('| instance | best known | foreplan | Chuffed | HiGHS, time-indexed |')
console.log('| --- | ---: | --- | --- | --- |')
const wrong: string[] = []
const gaps = new Map<string, number>(ENGINES.map((engine) => [engine, 0]))
const closed = new Map<string, number>(ENGINES.map((engine) => [engine, 0]))
let count = 0
for (const name of wanted) {
  const at = name.lastIndexOf('/')
  for (const instance of instancesOf(name.slice(0, at))) {
    if (!instance.file.startsWith(name.slice(at + 1))) continue
    count++
    const cells = ENGINES.map((engine) => {
      const outcome = run(engine, instance, seconds)
      if (outcome.value !== null && instance.lower !== null && outcome.value < instance.lower)
        wrong.push(`${engine} ${instance.file}`)
      if (outcome.bound !== null && instance.upper !== null && outcome.bound > instance.upper)
        wrong.push(`${engine} ${instance.file}`)
      if (outcome.optimalAt !== null) closed.set(engine, closed.get(engine)! + 1)
      gaps.set(engine, gaps.get(engine)! + (outcome.value === null ? 1 : outcome.value / instance.upper! - 1))
      return cell(outcome)
    })
    const known = instance.lower === instance.upper ? `${instance.upper}` : `${instance.lower}..${instance.upper}`
    console.log(`| ${instance.file.replace(/\..*$/, '')} | ${known} | ${cells.join(' | ')} |`)
  }
}
const total = (engine: string): string =>
  `${closed.get(engine)} proved, gap ${((100 * gaps.get(engine)!) / count).toFixed(2)} %`
console.log(`| all ${count} | | ${ENGINES.map(total).join(' | ')} |`)
console.log(`\nBold: proved, with the time of the proof. No schedule within the limit counts as a gap of 100 %.`)
console.log(wrong.length === 0 ? 'No value or bound contradicts a published one.' : `WRONG: ${wrong.join(', ')}`)
