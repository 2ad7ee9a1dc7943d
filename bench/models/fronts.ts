/**
 * Exact cost/time fronts of the published-style instances in the benchmark folder against their known points, with CPU seconds.
 * Usage: tsx bench/models/fronts.ts [folder] [time limit in ms for each]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { collectFront, costTimeFront } from '../../models/pareto/index.ts'
import { projectFromFront, type StoredFront } from '../../test/models/pareto/stored-fronts.ts'

const root = new URL('../../../shared/benchmarks/scheduling/', import.meta.url)
const folders = process.argv[2] === undefined ? ['dtctp', 'mrtct'] : [process.argv[2]]
const timeLimitMs = Number(process.argv[3] ?? 120_000)

if (!existsSync(root)) console.log('the benchmark folder is not there')
else {
  for (const folder of folders) {
    const path = new URL(`${folder}/`, root)
    for (const file of readdirSync(path).filter((name) => name.endsWith('.json'))) {
      const stored = JSON.parse(readFileSync(new URL(file, path), 'utf8')) as StoredFront
      const before = process.cpuUsage()
      const front = await collectFront(costTimeFront(projectFromFront(stored), { timeLimitMs }))
      const { user, system } = process.cpuUsage(before)
      const found = [...front.points].reverse().map(({ makespan, cost }) => `${makespan},${cost}`)
      const known = stored.front.map(([makespan, cost]) => `${makespan},${cost}`)
      const equal = found.join(' ') === known.join(' ')
      const missed = known.filter((point) => !found.includes(point)).length
      console.log(
        `${stored.name.padEnd(18)} ${front.status.padEnd(9)} ${String(found.length).padStart(3)} of ${known.length} points, ` +
          `${equal ? 'equal' : `${missed} missed`}, ${((user + system) / 1e6).toFixed(2)} CPU s`,
      )
    }
  }
}
