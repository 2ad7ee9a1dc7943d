/** Every fault of a goal problem: names, ranges, cycles. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { GoalProblem } from '../../src/domain/goal.ts'

/** @throws InvalidInputError with every fault found */
export function validateGoals(problem: GoalProblem): void {
  const issues: Issue[] = []
  const goals = new Set<string>()
  const causes = new Set(problem.causes.map((cause) => cause.name))
  const unknown = (what: string, name: string, path: readonly (string | number)[]): void => {
    issues.push({
      code: 'unknown-name',
      path,
      message: `there is no ${what} '${name}'`,
      hint: 'declare it or correct the spelling',
    })
  }
  problem.goals.forEach((goal, index) => {
    if (goals.has(goal.name))
      issues.push({
        code: 'duplicate',
        path: ['goals', index],
        message: `the goal '${goal.name}' is given twice`,
        hint: 'rename one',
      })
    goals.add(goal.name)
    if (goal.utility !== undefined && !Number.isFinite(goal.utility)) {
      issues.push({
        code: 'out-of-range',
        path: ['goals', index, 'utility'],
        message: `the utility ${goal.utility} is not finite`,
        hint: 'give a number',
      })
    }
  })
  problem.goals.forEach((goal, index) => {
    for (const name of goal.after ?? []) if (!goals.has(name)) unknown('goal', name, ['goals', index, 'after'])
  })
  problem.causes.forEach((cause, index) => {
    if (!(cause.cost >= 0 && Number.isFinite(cause.cost)) || !((cause.duration ?? 0) >= 0)) {
      issues.push({
        code: 'out-of-range',
        path: ['causes', index],
        message: `the cost ${cause.cost} or duration of '${cause.name}' is not a number >= 0`,
        hint: 'give finite numbers >= 0',
      })
    }
    for (const name of cause.needs ?? []) if (!causes.has(name)) unknown('cause', name, ['causes', index, 'needs'])
  })
  problem.ways.forEach((entry, index) => {
    if (!goals.has(entry.goal)) unknown('goal', entry.goal, ['ways', index, 'goal'])
    for (const name of entry.ways.flat()) if (!causes.has(name)) unknown('cause', name, ['ways', index])
  })
  const goalCycle = cycleAmong(problem.goals.map((goal) => ({ name: goal.name, before: goal.after ?? [] })))
  if (goalCycle !== null)
    issues.push({
      code: 'cycle',
      path: ['goals'],
      message: `goals wait for each other: ${goalCycle.join(' after ')}`,
      hint: 'remove one of these orders',
    })
  const needCycle = cycleAmong(problem.causes.map((cause) => ({ name: cause.name, before: cause.needs ?? [] })))
  if (needCycle !== null)
    issues.push({
      code: 'cycle',
      path: ['causes'],
      message: `causes need each other: ${needCycle.join(' needs ')}`,
      hint: 'remove one of these needs',
    })
  if (issues.length > 0) throw new InvalidInputError(issues)
}

function cycleAmong(items: readonly { readonly name: string; readonly before: readonly string[] }[]): string[] | null {
  const before = new Map(items.map((item) => [item.name, item.before]))
  const done = new Set<string>()
  const path: string[] = []
  const visit = (name: string): string[] | null => {
    if (done.has(name) || !before.has(name)) return null
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    path.push(name)
    for (const next of before.get(name) as readonly string[]) {
      const found = visit(next)
      if (found !== null) return found
    }
    path.pop()
    done.add(name)
    return null
  }
  for (const item of items) {
    const found = visit(item.name)
    if (found !== null) return found
  }
  return null
}
