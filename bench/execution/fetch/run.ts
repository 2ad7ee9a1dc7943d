/**
 * `npm run bench -- fetch FILE [SEEDS] [ROLLOUTS] [FIRST SEED]`: refinement acting on the fetch problems, with and without look-ahead and
 * learning; means over seeds with 95 % confidence intervals.
 */
import { readFileSync } from 'node:fs'
import type { FetchFile } from './domain.ts'
import { type Figures, interval, type Setting, trial } from './trial.ts'

const [path, seeds = '20', rollouts = '100', first = '1'] = process.argv.slice(2)
if (path === undefined) throw new Error('name the file with the problems (rae_fetch.json)')
const files = JSON.parse(readFileSync(path, 'utf8')) as FetchFile[]
const ahead = Number(rollouts)
const settings: readonly Setting[] = [
  { name: 'methods in order', rollouts: 0, learning: false },
  { name: 'learning', rollouts: 0, learning: true },
  { name: 'look-ahead', rollouts: ahead, learning: false },
  { name: 'look-ahead and learning', rollouts: ahead, learning: true },
  { name: 'both, no task put off', rollouts: ahead, learning: true, without: 'postponing' },
  { name: 'both, no foresight', rollouts: ahead, learning: true, without: 'foresight' },
  { name: 'both, no prospects', rollouts: ahead, learning: true, without: 'prospects' },
]
console.log(
  `${files.length} problems, seeds ${first} to ${Number(first) + Number(seeds) - 1}, ${rollouts} rollouts a choice; mean +- half of the 95 % interval`,
)
console.log(`${''.padEnd(26)}${'success'.padEnd(18)}${'retries per task'.padEnd(20)}${'efficiency'.padEnd(20)}CPU s`)
for (const setting of settings) {
  const figures: Figures[] = []
  const before = process.cpuUsage()
  for (let i = 0; i < Number(seeds); i++) figures.push(await trial(files, setting, Number(first) + i))
  const used = process.cpuUsage(before)
  const show = (pick: (one: Figures) => number, digits: number, width: number): string => {
    const { mean, half } = interval(figures.map(pick))
    return `${mean.toFixed(digits)} +- ${half.toFixed(digits)}`.padEnd(width)
  }
  const cpu = ((used.user + used.system) / 1e6).toFixed(1)
  console.log(
    `${setting.name.padEnd(26)}${show((one) => one.success, 3, 18)}${show((one) => one.retries, 3, 20)}${show((one) => one.efficiency, 4, 20)}${cpu}`,
  )
}
