/** Every fault of a scheduling problem at once, with its path and how to put it right. */
import { InvalidInputError, type Issue } from '../contract/index.ts'
import type { SchedulingProblem, TaskMode } from './problem.ts'

/** Times and amounts stay below this, so that sums of a few thousand fit 32 bits. */
export const LARGEST_QUANTITY = 1_000_000

/** @throws InvalidInputError that lists every fault */
export function requireValidProblem(problem: SchedulingProblem): void {
  const issues = validateProblem(problem)
  if (issues.length > 0) throw new InvalidInputError(issues)
}

/** Empty when the problem is well formed. Cost: linear in the size of the problem. */
export function validateProblem(problem: SchedulingProblem): Issue[] {
  const issues: Issue[] = []
  const integer = (value: number | undefined, low: number, path: (string | number)[], what: string): void => {
    if (value === undefined) return
    if (Number.isInteger(value) && value >= low && value <= LARGEST_QUANTITY) return
    issues.push({
      code: 'out-of-range',
      path,
      message: `${what} is ${value}`,
      hint: `give an integer from ${low} to ${LARGEST_QUANTITY}`,
      value,
    })
  }
  const taskCount = problem.tasks.length
  const reference = (index: number, path: (string | number)[]): void => {
    if (Number.isInteger(index) && index >= 0 && index < taskCount) return
    issues.push({
      code: 'unknown-name',
      path,
      message: `there is no task with index ${index}`,
      hint: `use an index from 0 to ${taskCount - 1}`,
      value: index,
    })
  }
  const seen = new Set<string>()
  problem.tasks.forEach((task, i) => {
    const path = ['tasks', i]
    if (seen.has(task.id)) {
      issues.push({
        code: 'duplicate-id',
        path: [...path, 'id'],
        message: `the task id ${JSON.stringify(task.id)} is used twice`,
        hint: 'give every task its own id',
        value: task.id,
      })
    }
    seen.add(task.id)
    if (task.modes.length === 0) {
      issues.push({
        code: 'empty',
        path: [...path, 'modes'],
        message: `task ${JSON.stringify(task.id)} has no mode`,
        hint: 'give it at least one mode with a duration',
      })
    }
    integer(task.release, 0, [...path, 'release'], 'the release time')
    integer(task.deadline, 0, [...path, 'deadline'], 'the deadline')
    integer(task.due, 0, [...path, 'due'], 'the due date')
    integer(task.tardinessWeight, 0, [...path, 'tardinessWeight'], 'the tardiness weight')
    integer(task.earlinessWeight, 0, [...path, 'earlinessWeight'], 'the earliness weight')
    integer(task.planned?.start, 0, [...path, 'planned', 'start'], 'the planned start')
    if (task.planned != null && task.planned.mode >= task.modes.length) {
      issues.push({
        code: 'unknown-name',
        path: [...path, 'planned', 'mode'],
        message: `task ${JSON.stringify(task.id)} has no mode ${task.planned.mode}`,
        hint: `use an index from 0 to ${task.modes.length - 1}`,
      })
    }
    integer(task.planned?.mode, 0, [...path, 'planned', 'mode'], 'the planned mode')
    integer(task.value, 0, [...path, 'value'], 'the value')
    task.modes.forEach((mode, k) => {
      integer(mode.duration, 0, [...path, 'modes', k, 'duration'], 'the duration')
      integer(mode.cost, 0, [...path, 'modes', k, 'cost'], 'the cost')
      for (const [key, count] of amountLists(problem)) {
        const list = mode[key]
        if (list === undefined) continue
        if (list.length > count) {
          issues.push({
            code: 'wrong-length',
            path: [...path, 'modes', k, key],
            message: `${list.length} amounts for ${count} resources`,
            hint: 'give one amount for each resource of that kind',
          })
        }
        list.forEach((amount, a) => {
          integer(amount, 0, [...path, 'modes', k, key, a], 'the amount')
        })
      }
    })
  })
  problem.renewables?.forEach((resource, r) => {
    integer(resource.capacity, 0, ['renewables', r, 'capacity'], 'the capacity')
    resource.reductions?.forEach((gap, g) => {
      const path = ['renewables', r, 'reductions', g]
      integer(gap.start, 0, [...path, 'start'], 'the start')
      integer(gap.end, gap.start, [...path, 'end'], 'the end')
      integer(gap.amount, 0, [...path, 'amount'], 'the amount')
    })
  })
  problem.budgets?.forEach((budget, b) => {
    integer(budget.capacity, 0, ['budgets', b, 'capacity'], 'the capacity')
  })
  problem.stocks?.forEach((stock, q) => {
    integer(stock.initial, 0, ['stocks', q, 'initial'], 'the initial stock')
    integer(stock.capacity, stock.initial, ['stocks', q, 'capacity'], 'the capacity')
  })
  problem.lags?.forEach((lag, l) => {
    reference(lag.before, ['lags', l, 'before'])
    reference(lag.after, ['lags', l, 'after'])
    integer(lag.min, -LARGEST_QUANTITY, ['lags', l, 'min'], 'the minimum lag')
    integer(lag.max, -LARGEST_QUANTITY, ['lags', l, 'max'], 'the maximum lag')
  })
  problem.noOverlaps?.forEach((group, g) => {
    group.tasks.forEach((task, t) => {
      reference(task, ['noOverlaps', g, 'tasks', t])
    })
    group.setup?.forEach((row, a) => {
      row.forEach((time, b) => {
        integer(time, 0, ['noOverlaps', g, 'setup', a, b], 'the set-up time')
      })
    })
  })
  problem.choices?.forEach((choice, c) => {
    choice.terms.forEach(({ task, mode, coefficient }, t) => {
      const path = ['choices', c, 'terms', t]
      reference(task, [...path, 'task'])
      if (mode !== undefined && !(mode in (problem.tasks[task]?.modes ?? []))) {
        issues.push({
          code: 'unknown-name',
          path: [...path, 'mode'],
          message: `the task has no mode ${mode}`,
          hint: 'use an index into its modes',
        })
      }
      integer(coefficient, -LARGEST_QUANTITY, [...path, 'coefficient'], 'the coefficient')
    })
    integer(choice.most, -LARGEST_QUANTITY, ['choices', c, 'most'], 'the limit')
  })
  for (const [key, weight] of Object.entries(problem.objective ?? {})) {
    integer(weight, 0, ['objective', key], `the weight of ${key}`)
  }
  integer(problem.maxMakespan, 0, ['maxMakespan'], 'the largest makespan')
  integer(problem.maxCost, 0, ['maxCost'], 'the largest cost')
  integer(problem.maxTardiness, 0, ['maxTardiness'], 'the largest tardiness')
  return issues
}

type AmountKey = Extract<keyof TaskMode, 'demands' | 'uses' | 'consumes' | 'produces'>

function amountLists(problem: SchedulingProblem): (readonly [AmountKey, number])[] {
  const stocks = problem.stocks?.length ?? 0
  return [
    ['demands', problem.renewables?.length ?? 0],
    ['uses', problem.budgets?.length ?? 0],
    ['consumes', stocks],
    ['produces', stocks],
  ]
}
