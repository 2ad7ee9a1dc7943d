/**
 * `npm run bench -- fetch FILE [SEEDS] [ROLLOUTS]`: refinement acting on the fetch problems, with and without look-ahead and
 * learning; means over seeds with 95 % confidence intervals.
 */
import { readFileSync } from 'node:fs'
import type { FetchFile } from './domain.ts'
import { type Figures, interval, type Setting, trial } from './trial.ts'

const [path, seeds = '20', rollouts = '100'] = process.argv.slice(2)
if (path === undefined) throw new Error('name the file with the problems (rae_fetch.json)')
const files = JSON.parse(readFileSync(path, 'utf8')) as FetchFile[]
const settings = [true, false].flatMap((emergencyNeedsCharge): Setting[] => [
  { name: 'methods in order', rollouts: 0, learning: false, emergencyNeedsCharge },
  { name: 'learning', rollouts: 0, learning: true, emergencyNeedsCharge },
  { name: 'look-ahead', rollouts: Number(rollouts), learning: false, emergencyNeedsCharge },
  { name: 'look-ahead and learning', rollouts: Number(rollouts), learning: true, emergencyNeedsCharge },
])
console.log(
  `${files.length} problems, ${seeds} seeds, ${rollouts} rollouts a choice; mean +- half of the 95 % interval`,
)
console.log(`${''.padEnd(26)}${'success'.padEnd(18)}${'retries per task'.padEnd(20)}${'efficiency'.padEnd(20)}CPU s`)
for (const [index, setting] of settings.entries()) {
  if (index % 4 === 0)
    console.log(
      setting.emergencyNeedsCharge ? 'going to an emergency needs charge' : 'going to an emergency needs no charge',
    )
  const figures: Figures[] = []
  const before = process.cpuUsage()
  for (let seed = 1; seed <= Number(seeds); seed++) figures.push(await trial(files, setting, seed))
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
