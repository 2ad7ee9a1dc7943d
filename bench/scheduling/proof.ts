/**
 * Proofs: how many instances of a family are closed within a CPU limit each, by population search and CP together.
 * usage: tsx bench/scheduling/proof.ts FAMILY SECONDS [EVERY] [FIRST]
 */
import { makespanBounds } from '../../solvers/scheduling/bounds.ts'
import { compileProblem } from '../../solvers/scheduling/compile.ts'
import { CpSearch } from '../../solvers/scheduling/cp/search.ts'
import { supportsLists } from '../../solvers/scheduling/generation.ts'
import { computeWindows } from '../../solvers/scheduling/graph.ts'
import { scheduleFrom } from '../../solvers/scheduling/outcome.ts'
import { PopulationSearch } from '../../solvers/scheduling/population.ts'
import { verifySchedule } from '../../solvers/scheduling/verify.ts'
import { instancesOf } from './instances.ts'

const [family = 'rcpsp/j30', seconds = '10', every = '1', only = ''] = process.argv.slice(2)
const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
let closed = 0
let count = 0
let wrong = 0
let gap = 0
let total = 0
for (const instance of instancesOf(family, Number(every))) {
  if (only !== '' && !instance.file.includes(only)) continue
  const begin = cpu()
  const compiled = compileProblem(instance.problem)
  const result = computeWindows(compiled)
  count++
  if ('cycle' in result) {
    if (instance.status !== 'infeasible') wrong++
    closed++
    continue
  }
  const { windows } = result
  let bound = makespanBounds(compiled, windows).best
  let upper = Number.POSITIVE_INFINITY
  let best: { starts: Int32Array; modes: Int32Array } | null = null
  if (supportsLists(compiled)) {
    const population = new PopulationSearch(compiled, windows)
    population.run(2000, bound)
    if (population.best !== null) {
      best = population.best
      upper = population.best.objective
    }
  }
  let state = upper <= bound ? 'optimal' : 'running'
  let search: CpSearch | null = null
  if (state === 'running') {
    search = new CpSearch(compiled, windows, Math.min(upper, compiled.horizon))
    if (best !== null) search.tell(upper, best.starts, best.modes)
    search.raiseBound(bound)
    while (cpu() - begin < Number(seconds)) {
      state = search.step(500)
      if (state === 'solution') {
        best = { starts: search.starts.slice(), modes: search.modes.slice() }
        upper = search.upper
      } else if (state !== 'running') break
    }
    bound = Math.max(bound, search.bound)
  }
  const time = cpu() - begin
  total += time
  const done = state === 'optimal' || state === 'infeasible'
  if (done) closed++
  let note = ''
  if (state === 'infeasible' && instance.status !== 'infeasible') note = ' WRONG: declared infeasible'
  if (best !== null) {
    const schedule = scheduleFrom(compiled, best.starts, best.modes)
    const faults = verifySchedule(instance.problem, schedule)
    if (faults.length > 0) note += ` WRONG: ${faults[0]!.message}`
    if (instance.lower !== null && schedule.makespan < instance.lower) note += ' WRONG: below the published bound'
    if (done && instance.status === 'optimal' && schedule.makespan !== instance.upper)
      note += ' WRONG: not the published optimum'
    if (instance.upper !== null) gap += schedule.makespan / instance.upper - 1
  }
  if (instance.upper !== null && bound > instance.upper) note += ` WRONG: bound ${bound}`
  if (note !== '') wrong++
  const known = `${instance.lower ?? '-'}..${instance.upper ?? '-'}`
  if (time > 0.2 || note !== '') {
    console.log(
      `${instance.file} ${state} ${bound}..${upper} (known ${known}) ${time.toFixed(2)} s ${search?.conflicts ?? 0} conflicts${note}`,
    )
  }
}
console.log(
  `${family} ${seconds} CPU s each: closed ${closed}/${count}, average gap to best known ${((100 * gap) / count).toFixed(3)} %, wrong ${wrong}, ${total.toFixed(1)} CPU s in all`,
)
