/**
 * Repair in the decomposition tree on openstacks, rovers and satellite with random disturbances, beside the figures
 * measured for IPyHOPPER (repair) and IPyHOP (replanning) on the same problems, 1000 runs each.
 *
 * The chance of an event is 0.1 x possible now / most possible so far; `so far` means all runs of the problem, or with
 * `fresh` the run at hand, which makes early events more frequent.
 *
 * run.ts [runs] [domain] [all-runs|fresh] [folder]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DOMAINS, measureProblem } from './measure.ts'

const [runs = '100', only, memory, folder] = process.argv.slice(2)
const root = folder ?? fileURLToPath(new URL('../../../../shared/benchmarks/coordination/plan-repair', import.meta.url))
if (!existsSync(root)) {
  console.log(`the problems are not at ${root}; give their folder as the fourth argument`)
  process.exit(0)
}
const head = [
  'problem',
  'failed',
  'actions',
  '(theirs)',
  'iterations',
  '(theirs)',
  'repairs',
  'distance',
  '(anew)',
  'CPU s',
]
const show = (cells: readonly (string | number)[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(22) : String(cell).padStart(10))).join(' '))
for (const domain of Object.keys(DOMAINS)) {
  if (only !== undefined && only !== 'all' && only !== domain) continue
  const measured = JSON.parse(readFileSync(join(root, domain, 'measured.json'), 'utf8')) as {
    problem: string
    ipyhopper_repair: { failed: number; meanActions: number; meanIterations: number }
  }[]
  show(head)
  const total = { failed: 0, actions: 0, theirActions: 0, iterations: 0, theirIterations: 0 }
  for (const file of readdirSync(join(root, domain)).filter((name) => name.endsWith('.pddl'))) {
    const theirs = measured.find((entry) => entry.problem === file)?.ipyhopper_repair
    const ours = measureProblem(domain, join(root, domain, file), Number(runs), true, memory === 'fresh')
    total.failed += ours.failed
    total.actions += ours.meanActions
    total.iterations += ours.meanIterations
    total.theirActions += theirs?.meanActions ?? 0
    total.theirIterations += theirs?.meanIterations ?? 0
    show([
      `${domain}/${file}`,
      ours.failed,
      ours.meanActions.toFixed(2),
      theirs?.meanActions ?? '',
      ours.meanIterations.toFixed(1),
      theirs?.meanIterations ?? '',
      ours.meanRepairs.toFixed(2),
      ours.repairDistance.toFixed(2),
      ours.scratchDistance.toFixed(2),
      ours.cpuSeconds.toFixed(4),
    ])
  }
  const { failed, actions, theirActions, iterations, theirIterations } = total
  show([
    `${domain}, sums`,
    failed,
    actions.toFixed(1),
    theirActions.toFixed(1),
    iterations.toFixed(0),
    theirIterations.toFixed(0),
  ])
}
