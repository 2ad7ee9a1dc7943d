/**
 * `npm run bench -- doors FILE [SEEDS] [ROLLOUTS] [FIRST SEED]`: refinement acting on the door problems, with and without
 * look-ahead and learning; means over seeds with 95 % confidence intervals.
 */
import { readFileSync } from 'node:fs'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { RefinementActingEngine, VirtualWorld } from '../../../src/execution/acting/index.ts'
import { ExperienceModel } from '../../../src/execution/learning/index.ts'
import { type Figures, interval } from '../fetch/trial.ts'
import { type DoorFile, doorProblem, seen } from './domain.ts'

const [path, seeds = '20', rollouts = '100', first = '1'] = process.argv.slice(2)
if (path === undefined) throw new Error('name the file with the problems (rae_nav.json)')
const files = JSON.parse(readFileSync(path, 'utf8')) as DoorFile[]

/** One pass over the problems, in a random order; what is learned in one problem is there in the next. */
async function trial(seed: number, ahead: number, learning: boolean): Promise<Figures> {
  const random = new RandomStream(seed)
  const experience = learning ? new ExperienceModel({ retention: 0.99 }) : null
  const figures = { success: 0, retries: 0, efficiency: 0 }
  let tasks = 0
  for (const file of random.shuffle([...files])) {
    const { domain, initial, arrivals } = doorProblem(file)
    const world = new VirtualWorld(domain, initial, { seed: random.integer(0, 0xffffffff), observe: seen })
    const engine = new RefinementActingEngine(domain, world, {
      experience,
      lookAhead: ahead === 0 ? null : { rollouts: ahead },
      seed: random.integer(0, 0xffffffff),
      maxCommands: 500,
    })
    for (const { call, round } of arrivals) engine.submit(call, round)
    for (const { status, retries, cost } of await engine.run()) {
      tasks++
      figures.retries += retries
      if (status !== 'done') continue
      figures.success++
      figures.efficiency += 1 / Math.max(1, cost)
    }
  }
  return {
    success: figures.success / tasks,
    retries: figures.retries / tasks,
    efficiency: figures.efficiency / tasks,
  }
}

console.log(
  `${files.length} problems, seeds ${first} to ${Number(first) + Number(seeds) - 1}, ${rollouts} rollouts a choice`,
)
console.log(`${''.padEnd(26)}${'success'.padEnd(18)}${'retries per task'.padEnd(20)}${'efficiency'.padEnd(20)}CPU s`)
for (const ahead of [0, Number(rollouts)])
  for (const learning of [false, true]) {
    const before = process.cpuUsage()
    const figures: Figures[] = []
    for (let i = 0; i < Number(seeds); i++) figures.push(await trial(Number(first) + i, ahead, learning))
    const used = process.cpuUsage(before)
    const show = (pick: (one: Figures) => number, digits: number, width: number): string => {
      const { mean, half } = interval(figures.map(pick))
      return `${mean.toFixed(digits)} +- ${half.toFixed(digits)}`.padEnd(width)
    }
    const name = `${ahead === 0 ? 'methods in order' : 'look-ahead'}${learning ? ', learning' : ''}`
    console.log(
      `${name.padEnd(26)}${show((one) => one.success, 3, 18)}${show((one) => one.retries, 3, 20)}${show((one) => one.efficiency, 4, 20)}${((used.user + used.system) / 1e6).toFixed(1)}`,
    )
  }
