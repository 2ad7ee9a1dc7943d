/**
 * The standard job-shop text: `jobs machines`, then for each job one `machine duration` pair for each of its operations
 * in order; machines are numbered from 0. Text before the first line of two numbers (OR-Library headings) is skipped.
 */
import type { Lag, SchedulingProblem, SchedulingTask } from '../../../solvers/scheduling/problem.ts'
import { TokenCursor, tokenize } from '../psplib/tokens.ts'

/**
 * Task ids are `job.operation`, both from 1; each machine is a no-overlap group.
 * @throws InvalidInputError with line and column of every fault
 */
export function readJobShop(text: string, file?: string): SchedulingProblem {
  const all = tokenize(text)
  const lines = text.split(/\r\n|\r|\n/)
  const firstLine = lines.findIndex((line) => /^\s*\d+\s+\d+\s*$/.test(line)) + 1
  const cursor = new TokenCursor(firstLine > 0 ? all.filter((token) => token.line >= firstLine) : all, file)
  const jobCount = cursor.integer('the number of jobs', 1, 10_000)
  const machineCount = cursor.integer('the number of machines', 1, 10_000)
  const tasks: SchedulingTask[] = []
  const lags: Lag[] = []
  const machines: number[][] = Array.from({ length: machineCount }, () => [])
  for (let j = 0; j < jobCount; j++) {
    for (let k = 0; k < machineCount; k++) {
      const machine = cursor.integer(`a machine of job ${j + 1}`, 0, machineCount - 1)
      const duration = cursor.integer(`a duration of job ${j + 1}`)
      if (k > 0) lags.push({ before: tasks.length - 1, after: tasks.length })
      machines[machine]!.push(tasks.length)
      tasks.push({ id: `${j + 1}.${k + 1}`, modes: [{ duration }] })
    }
  }
  cursor.finish()
  return {
    ...(file === undefined ? {} : { name: file }),
    tasks,
    lags,
    noOverlaps: machines.map((members, m) => ({ id: `M${m}`, tasks: members })),
  }
}

/** The inverse of readJobShop: chains of operations, one machine each. */
export function writeJobShop(problem: SchedulingProblem): string {
  const machines = problem.noOverlaps ?? []
  const machineOf = new Map<number, number>()
  machines.forEach((group, m) => {
    for (const task of group.tasks) machineOf.set(task, m)
  })
  const next = new Map((problem.lags ?? []).map((lag) => [lag.before, lag.after]))
  const followers = new Set(next.values())
  const rows = problem.tasks.flatMap((_, first) => {
    if (followers.has(first)) return []
    const cells: number[] = []
    for (let i: number | undefined = first; i !== undefined; i = next.get(i)) {
      cells.push(machineOf.get(i) ?? 0, problem.tasks[i]!.modes[0]!.duration)
    }
    return [cells.join(' ')]
  })
  return `${rows.length} ${machines.length}\n${rows.join('\n')}\n`
}
