/**
 * Patterson .rcp and its ConsProd extension with stocks.
 *
 * Patterson: `n m`, m capacities, then for each task: duration, m demands, number of successors, successors (1-based).
 * ConsProd (Kone, Artigues, Lopez, Mongeau 2013): `n m q`, m capacities, q initial stocks, then for each task: duration,
 * m demands, q pairs (consumed at the start, produced at the end), number of successors, successors. The stock columns
 * of the first and last task (the dummies) restate the totals and are not part of the problem.
 */
import type { Lag, SchedulingProblem, SchedulingTask } from '../../../solvers/scheduling/problem.ts'
import { requirePlain } from './plain.ts'
import { TokenCursor, tokenize } from './tokens.ts'

/** @throws InvalidInputError with line and column of every fault */
export function readPatterson(text: string, file?: string): SchedulingProblem {
  return read(text, false, file)
}

/** @throws InvalidInputError with line and column of every fault */
export function readConsProd(text: string, file?: string): SchedulingProblem {
  return read(text, true, file)
}

/** True when the first line holds three numbers, the mark of the ConsProd form. */
export function looksLikeConsProd(text: string): boolean {
  const line = text.split(/\r\n|\r|\n/).find((candidate) => candidate.trim() !== '') ?? ''
  return /^\s*\d+\s+\d+\s+\d+\s*$/.test(line)
}

function read(text: string, withStocks: boolean, file: string | undefined): SchedulingProblem {
  const cursor = new TokenCursor(tokenize(text), file)
  const taskCount = cursor.integer('the number of tasks', 1, 100_000)
  const resourceCount = cursor.integer('the number of resources', 0, 1_000)
  const stockCount = withStocks ? cursor.integer('the number of stocks', 0, 1_000) : 0
  const capacities = cursor.integers(resourceCount, 'a capacity')
  const initial = cursor.integers(stockCount, 'an initial stock')
  const tasks: SchedulingTask[] = []
  const lags: Lag[] = []
  for (let i = 0; i < taskCount; i++) {
    const duration = cursor.integer(`the duration of task ${i + 1}`)
    const demands = cursor.integers(resourceCount, `a demand of task ${i + 1}`)
    const pairs = cursor.integers(2 * stockCount, `a stock amount of task ${i + 1}`)
    const inner = i > 0 && i < taskCount - 1
    const successors = cursor.integer(`the number of successors of task ${i + 1}`, 0, taskCount)
    for (let k = 0; k < successors; k++) {
      lags.push({ before: i, after: cursor.integer(`a successor of task ${i + 1}`, 1, taskCount) - 1 })
    }
    tasks.push({
      id: String(i + 1),
      modes: [
        {
          duration,
          demands,
          ...(inner && stockCount > 0
            ? {
                consumes: pairs.filter((_, k) => k % 2 === 0),
                produces: pairs.filter((_, k) => k % 2 === 1),
              }
            : {}),
        },
      ],
    })
  }
  cursor.finish()
  return {
    ...(file === undefined ? {} : { name: file }),
    tasks,
    renewables: capacities.map((capacity, r) => ({ id: `R${r + 1}`, capacity })),
    ...(withStocks ? { stocks: initial.map((amount, q) => ({ id: `S${q + 1}`, initial: amount })) } : {}),
    lags,
  }
}

/**
 * The Patterson or, when the problem has stocks, the ConsProd form.
 * @throws UnsupportedError when the problem has more than single modes and plain precedence
 */
export function writePatterson(problem: SchedulingProblem): string {
  requirePlain(problem, 'the Patterson form')
  const renewables = problem.renewables ?? []
  const stocks = problem.stocks ?? []
  const head = [problem.tasks.length, renewables.length, ...(stocks.length > 0 ? [stocks.length] : [])]
  const lines = [head.join(' '), [...renewables.map((r) => r.capacity), ...stocks.map((s) => s.initial)].join(' ')]
  problem.tasks.forEach((task, i) => {
    const mode = task.modes[0]!
    const after = (problem.lags ?? []).filter((lag) => lag.before === i).map((lag) => lag.after + 1)
    lines.push(
      [
        mode.duration,
        ...renewables.map((_, r) => mode.demands?.[r] ?? 0),
        ...stocks.flatMap((_, q) => [mode.consumes?.[q] ?? 0, mode.produces?.[q] ?? 0]),
        after.length,
        ...after,
      ].join(' '),
    )
  })
  return `${lines.join('\n')}\n`
}
