/**
 * Proofs: how many instances of a family are closed within a CPU limit each, through the front that users call.
 * usage: tsx bench/scheduling/proof.ts FAMILY SECONDS [EVERY] [PART-OF-NAME]
 */
import { scheduleNow, verifySchedule } from '../../solvers/scheduling/index.ts'
import { cpuLimit, cpuSeconds } from './cpu.ts'
import { instancesOf } from './instances.ts'

const [family = 'rcpsp/j30', seconds = '10', every = '1', only = ''] = process.argv.slice(2)
let closed = 0
let count = 0
let wrong = 0
let gap = 0
let total = 0
for (const instance of instancesOf(family, Number(every))) {
  if (only !== '' && !instance.file.includes(only)) continue
  count++
  const begin = cpuSeconds()
  const result = scheduleNow(instance.problem, { signal: cpuLimit(Number(seconds)), explain: false })
  const time = cpuSeconds() - begin
  total += time
  const done = result.status === 'optimal' || result.status === 'infeasible'
  if (done) closed++
  const note: string[] = []
  let found = '-'
  const bound = result.status === 'infeasible' ? Number.POSITIVE_INFINITY : result.bound
  if (result.status === 'infeasible' && instance.status !== 'infeasible') note.push('declared infeasible')
  if (result.status === 'optimal' || result.status === 'feasible') {
    const { makespan } = result.schedule
    found = String(makespan)
    note.push(...verifySchedule(instance.problem, result.schedule).map((fault) => fault.message))
    if (instance.status === 'infeasible') note.push('a schedule of an infeasible instance')
    if (instance.lower !== null && makespan < instance.lower) note.push('below the published bound')
    if (done && instance.status === 'optimal' && makespan !== instance.upper) note.push('not the published optimum')
    if (instance.upper !== null) gap += makespan / instance.upper - 1
  }
  if (instance.upper !== null && bound > instance.upper) note.push(`bound ${bound} above the best known`)
  if (note.length > 0) wrong++
  if (time > 0.2 || note.length > 0) {
    const known = `${instance.lower ?? '-'}..${instance.upper ?? '-'}`
    const { conflicts, built } = result.statistics
    const faults = note.map((text) => ` WRONG: ${text}`).join('')
    console.log(
      `${instance.file} ${result.status} ${bound}..${found} (known ${known}) ${time.toFixed(2)} s ${conflicts} conflicts ${built} schedules${faults}`,
    )
  }
}
console.log(
  `${family} ${seconds} CPU s each: closed ${closed}/${count}, average gap to best known ${((100 * gap) / count).toFixed(3)} %, wrong ${wrong}, ${total.toFixed(1)} CPU s in all`,
)
