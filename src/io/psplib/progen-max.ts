/**
 * RCPSP/max files of ProGen/max (Schwindt 1998), .sch: `n r 0 0` with n real tasks; n + 2 rows `task modes successors
 * successor... [lag]...` with start-to-start lags, a negative one being a maximum lag the other way; n + 2 rows
 * `task mode duration demand...`; r capacities.
 */
import type { Lag, SchedulingProblem } from '../../../solvers/scheduling/problem.ts'
import { requirePlain } from './plain.ts'
import { TokenCursor, tokenize } from './tokens.ts'

const LARGEST_LAG = 1_000_000

/** @throws InvalidInputError with line and column of every fault */
export function readProgenMax(text: string, file?: string): SchedulingProblem {
  const cursor = new TokenCursor(tokenize(text.replaceAll(/[[\]]/g, ' ')), file)
  const taskCount = cursor.integer('the number of tasks', 0, 100_000) + 2
  const resourceCount = cursor.integer('the number of resources', 0, 1_000)
  cursor.integers(2, 'the numbers of other resource kinds', 0, 0)
  const lags: Lag[] = []
  for (let i = 0; i < taskCount; i++) {
    cursor.integer('a task number', i, i)
    cursor.integer(`the number of modes of task ${i}`, 1, 1)
    const count = cursor.integer(`the number of successors of task ${i}`, 0, taskCount)
    const successors = cursor.integers(count, `a successor of task ${i}`, 0, taskCount - 1)
    for (const after of successors) {
      const min = cursor.integer(`a lag of task ${i}`, -LARGEST_LAG, LARGEST_LAG)
      lags.push({ before: i, after, kind: 'start-start', min })
    }
  }
  const tasks = Array.from({ length: taskCount }, (_, i) => {
    cursor.integer('a task number', i, i)
    cursor.integer(`the mode of task ${i}`, 1, 1)
    const duration = cursor.integer(`the duration of task ${i}`)
    return { id: String(i), modes: [{ duration, demands: cursor.integers(resourceCount, `a demand of task ${i}`) }] }
  })
  const capacities = cursor.integers(resourceCount, 'a capacity')
  cursor.finish()
  return {
    ...(file === undefined ? {} : { name: file }),
    tasks,
    renewables: capacities.map((capacity, r) => ({ id: `R${r + 1}`, capacity })),
    lags,
  }
}

/** The inverse of readProgenMax: single mode, start-to-start minimum lags. */
export function writeProgenMax(problem: SchedulingProblem): string {
  requirePlain(problem, 'the RCPSP/max form', { lags: true })
  const renewables = problem.renewables ?? []
  const lines = [`${problem.tasks.length - 2}\t${renewables.length}\t0\t0`]
  problem.tasks.forEach((_, i) => {
    const own = (problem.lags ?? []).filter((lag) => lag.before === i)
    lines.push([i, 1, own.length, ...own.map((lag) => lag.after), ...own.map((lag) => `[${lag.min ?? 0}]`)].join('\t'))
  })
  problem.tasks.forEach((task, i) => {
    const mode = task.modes[0]!
    lines.push([i, 1, mode.duration, ...renewables.map((_, r) => mode.demands?.[r] ?? 0)].join('\t'))
  })
  lines.push(renewables.map((resource) => resource.capacity).join('\t'))
  return `${lines.join('\n')}\n`
}
