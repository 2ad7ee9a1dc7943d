/** Three small problems of practice with answers that other solvers and enumeration agree on. */
import { readFileSync } from 'node:fs'
import type { Lag, NoOverlap, SchedulingProblem, SchedulingTask } from '../../../solvers/scheduling/index.ts'

function data(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./data/${name}.json`, import.meta.url), 'utf8'))
}

interface JobShopFile {
  readonly data: {
    readonly machines: readonly string[]
    readonly jobs: readonly {
      readonly id: string
      readonly release: number
      readonly due: number
      readonly weight: number
      readonly ops: readonly (readonly [string, number])[]
    }[]
  }
  readonly expected: {
    readonly twt: number
    readonly makespan: number
    readonly aero1_deadline_sweep: readonly (readonly [number, number | null])[]
    readonly pareto_makespan_twt: readonly (readonly [number, number])[]
  }
}

/** Seven orders over five machines; the due date stands on the last operation of each order. */
export function jobShop(hardDeadline?: number): { problem: SchedulingProblem; expected: JobShopFile['expected'] } {
  const file = data('job-shop') as JobShopFile
  const tasks: SchedulingTask[] = []
  const lags: Lag[] = []
  const groups = new Map<string, number[]>(file.data.machines.map((machine) => [machine, []]))
  for (const job of file.data.jobs) {
    job.ops.forEach(([machine, duration], k) => {
      const last = k === job.ops.length - 1
      if (k > 0) lags.push({ before: tasks.length - 1, after: tasks.length })
      groups.get(machine)!.push(tasks.length)
      tasks.push({
        id: `${job.id} ${machine}`,
        modes: [{ duration }],
        ...(k === 0 ? { release: job.release } : {}),
        ...(last ? { due: job.due, tardinessWeight: job.weight } : {}),
        ...(last && job.id === 'Aero-1' && hardDeadline !== undefined ? { deadline: hardDeadline } : {}),
      })
    })
  }
  const noOverlaps: NoOverlap[] = [...groups].map(([id, members]) => ({ id, tasks: members }))
  return { problem: { tasks, lags, noOverlaps, objective: { tardiness: 1 } }, expected: file.expected }
}

interface RelocationFile {
  readonly data: {
    readonly activities: readonly {
      readonly name: string
      readonly modes: readonly { readonly days: number; readonly cost: number }[]
    }[]
    readonly precedence: readonly (readonly [string, string])[]
  }
  readonly expected: readonly (readonly [number, number])[]
}

/** A data-centre relocation: 14 activities, three modes each, no shared resource. */
export function relocation(): { problem: SchedulingProblem; front: RelocationFile['expected'] } {
  const file = data('relocation') as RelocationFile
  const names = file.data.activities.map((activity) => activity.name)
  return {
    problem: {
      tasks: file.data.activities.map(({ name, modes }) => ({
        id: name,
        modes: modes.map(({ days, cost }) => ({ duration: days, cost })),
      })),
      lags: file.data.precedence.map(([a, b]) => ({ before: names.indexOf(a), after: names.indexOf(b) })),
    },
    front: file.expected,
  }
}

interface RenovationFile {
  readonly data: {
    readonly resources: { readonly crew: number; readonly crane: number }
    readonly tasks: readonly {
      readonly id: string
      readonly modes: readonly (readonly [number, number, number, number])[]
    }[]
    readonly after: readonly (readonly [string, string])[]
  }
  readonly expected: { readonly pareto: readonly (readonly [number, number])[]; readonly infeasible_at: number }
}

/** Ten tasks with a crew of five and one crane. */
export function renovation(): { problem: SchedulingProblem; expected: RenovationFile['expected'] } {
  const file = data('renovation') as RenovationFile
  const names = file.data.tasks.map((task) => task.id)
  return {
    problem: {
      tasks: file.data.tasks.map((task) => ({
        id: task.id,
        modes: task.modes.map(([duration, cost, crew, crane]) => ({ duration, cost, demands: [crew, crane] })),
      })),
      renewables: [
        { id: 'crew', capacity: file.data.resources.crew },
        { id: 'crane', capacity: file.data.resources.crane },
      ],
      lags: file.data.after.map(([a, b]) => ({ before: names.indexOf(a), after: names.indexOf(b) })),
    },
    expected: file.expected,
  }
}
