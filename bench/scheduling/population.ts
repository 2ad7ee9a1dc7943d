/**
 * Primal quality of the population search alone: average deviation from the critical path after a number of schedules.
 * usage: tsx bench/scheduling/population.ts FAMILY SCHEDULES [EVERY]
 */
import { criticalPathBound } from '../../solvers/scheduling/bounds.ts'
import { compileProblem } from '../../solvers/scheduling/compile.ts'
import { computeWindows } from '../../solvers/scheduling/graph.ts'
import { scheduleFrom } from '../../solvers/scheduling/outcome.ts'
import { PopulationSearch } from '../../solvers/scheduling/population.ts'
import { verifySchedule } from '../../solvers/scheduling/verify.ts'
import { instancesOf } from './instances.ts'

const [family = 'rcpsp/j30', schedules = '5000', every = '1', seed = '1'] = process.argv.slice(2)
let deviation = 0
let floor = 0
let gap = 0
let equal = 0
let count = 0
let invalid = 0
const before = process.cpuUsage()
for (const instance of instancesOf(family, Number(every))) {
  const compiled = compileProblem(instance.problem)
  const result = computeWindows(compiled)
  if ('cycle' in result) throw new Error(`${instance.file} has a positive cycle`)
  const path = criticalPathBound(compiled, result.windows)
  const search = new PopulationSearch(compiled, result.windows, {
    seed: Number(seed),
    size: Number(schedules) >= 20_000 ? 250 : 60,
  })
  search.run(Number(schedules), instance.lower ?? path)
  const best = search.best
  if (best === null) continue
  const schedule = scheduleFrom(compiled, best.starts, best.modes)
  if (verifySchedule(instance.problem, schedule).length > 0) invalid++
  deviation += schedule.makespan / path - 1
  floor += (instance.upper ?? path) / path - 1
  gap += schedule.makespan / (instance.upper ?? path) - 1
  if (schedule.makespan === instance.upper) equal++
  count++
}
const used = process.cpuUsage(before)
const percent = (sum: number): string => `${((100 * sum) / count).toFixed(2)} %`
console.log(
  `${family} ${schedules} schedules: deviation ${percent(deviation)} (floor ${percent(floor)}), gap to best known ${percent(gap)},`,
  `best known reached ${equal}/${count}, invalid ${invalid}, ${((used.user + used.system) / 1e6 / count).toFixed(3)} CPU s each`,
)
