/**
 * Exact cost/time fronts of the dtctp and mrtct instances, checked against the published ones.
 * usage: tsx bench/scheduling/fronts.ts [NAME-PART]
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { SchedulingProblem } from '../../solvers/scheduling/index.ts'
import { paretoFront } from '../../solvers/scheduling/index.ts'
import { BENCHMARK_FOLDER } from './instances.ts'

interface FrontFile {
  readonly name: string
  readonly capacities?: readonly number[]
  readonly jobs: readonly {
    readonly id: number
    readonly succ: readonly number[]
    readonly modes: readonly { readonly d: number; readonly renewable?: readonly number[]; readonly cost: number }[]
  }[]
  readonly front: readonly (readonly [number, number])[]
}

export function readFrontFile(text: string): { problem: SchedulingProblem; front: [number, number][] } {
  const file = JSON.parse(text) as FrontFile
  return {
    problem: {
      name: file.name,
      tasks: file.jobs.map((job) => ({
        id: String(job.id),
        modes: job.modes.map((mode) => ({ duration: mode.d, cost: mode.cost, demands: mode.renewable ?? [] })),
      })),
      renewables: (file.capacities ?? []).map((capacity, r) => ({ id: `R${r + 1}`, capacity })),
      lags: file.jobs.flatMap((job) => job.succ.map((after) => ({ before: job.id, after }))),
    },
    front: file.front.map(([makespan, cost]) => [makespan, cost]),
  }
}

if (process.argv[1]?.endsWith('fronts.ts') === true) {
  const part = process.argv[2] ?? ''
  for (const family of ['mrtct', 'dtctp']) {
    for (const name of readdirSync(`${BENCHMARK_FOLDER}/${family}`)) {
      if (!name.includes(part)) continue
      const { problem, front } = readFrontFile(readFileSync(`${BENCHMARK_FOLDER}/${family}/${name}`, 'utf8'))
      const before = process.cpuUsage()
      const result = await paretoFront(problem, 'makespan', 'cost', { timeLimitMs: 120_000 })
      const used = process.cpuUsage(before)
      const points = result.status === 'infeasible' ? [] : result.points.map((point) => [point.first, point.second])
      const sorted = [...front].sort((a, b) => a[0] - b[0])
      const equal = JSON.stringify(points) === JSON.stringify(sorted)
      console.log(
        `${name} ${problem.tasks.length} jobs: ${result.status}, ${points.length} of ${front.length} points, ${equal ? 'exact' : 'DIFFERENT'}, ${((used.user + used.system) / 1e6).toFixed(2)} CPU s`,
      )
    }
  }
}
