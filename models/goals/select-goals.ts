/** Which goals to reach and how: most utility first, then least cost; decoded, re-checked, with the goals that exclude each other. */
import { InternalError, Run, type RunOptions } from '../../solvers/contract/index.ts'
import { solveLinear } from '../../solvers/linear/index.ts'
import {
  type Cause,
  type Goal,
  type GoalProblem,
  type GoalResult,
  type GoalSelection,
  goalHolds,
  type ReachedGoal,
} from '../../src/domain/goal.ts'
import { buildGoalModel, finishTimes, utilityOf } from './goal-model.ts'
import { validateGoals } from './validate.ts'

/**
 * Chooses goals and causes; the selection is checked against the problem before it is returned.
 * @throws InvalidInputError with every fault of the problem
 */
export async function selectGoals(problem: GoalProblem, options: RunOptions = {}): Promise<GoalResult> {
  validateGoals(problem)
  const run = new Run('goals', options)
  const open = problem.goals.filter((goal) => !goalHolds(goal, problem.current ?? {}))
  if (open.length === 0) return { status: 'satisfied', ...selection(problem, new Set(), new Map()) }
  const first = buildGoalModel(problem, null)
  const most = await solveLinear(first.model, run.nested())
  if (most.status === 'infeasible') return { status: 'infeasible', conflict: await conflictOf(problem, run) }
  if (most.status === 'unknown') return { status: 'unknown', limit: most.limit }
  if (most.status === 'unbounded') throw new InternalError('the goal model is bounded by construction')
  const second = buildGoalModel(problem, most.objective)
  const cheapest = await solveLinear(second.model, run.nested())
  const point = 'values' in cheapest ? cheapest : most
  const columns = 'values' in cheapest ? second : first
  const chosen = new Map<string, readonly string[]>()
  for (const { goal, causes, column } of columns.ways)
    if ((point.values[column] as number) > 0.5) chosen.set(goal, causes)
  const done = new Set<string>()
  problem.causes.forEach((cause, index) => {
    if ((point.values[columns.causes[index] as number] as number) > 0.5) done.add(cause.name)
  })
  const answer = selection(problem, done, chosen)
  check(problem, answer)
  if (most.status === 'optimal' && cheapest.status === 'optimal') return { status: 'optimal', ...answer }
  const limit = most.status === 'feasible' ? most.limit : 'limit' in cheapest ? cheapest.limit : 'time'
  return { status: 'feasible', limit, ...answer }
}

function selection(
  problem: GoalProblem,
  done: ReadonlySet<string>,
  chosen: ReadonlyMap<string, readonly string[]>,
): GoalSelection {
  const finish = finishTimes(problem.causes)
  const current = problem.current ?? {}
  const users = new Map<string, string[]>()
  const timeOf = new Map<string, number>()
  const time = (goal: Goal): number => {
    const known = timeOf.get(goal.name)
    if (known !== undefined) return known
    const own = Math.max(0, ...(chosen.get(goal.name) ?? []).map((cause) => finish.get(cause) as number))
    const before = problem.goals.filter((other) => goal.after?.includes(other.name)).map(time)
    const result = Math.max(own, ...before)
    timeOf.set(goal.name, result)
    return result
  }
  const reached: ReachedGoal[] = []
  for (const goal of problem.goals) {
    const causes = chosen.get(goal.name)
    if (causes === undefined && !goalHolds(goal, current)) continue
    reached.push({ goal: goal.name, causes: causes ?? [], time: time(goal) })
    for (const cause of withNeeds(problem.causes, causes ?? []))
      users.set(cause, [...(users.get(cause) ?? []), goal.name])
  }
  const names = new Set(reached.map((entry) => entry.goal))
  const causes = [...done].sort(
    (a, b) =>
      (finish.get(a) as number) - (finish.get(b) as number) ||
      needDepth(problem.causes, a) - needDepth(problem.causes, b) ||
      (a < b ? -1 : 1),
  )
  return {
    reached,
    dropped: problem.goals.filter((goal) => !names.has(goal.name)).map((goal) => goal.name),
    causes,
    shared: causes.flatMap((cause) =>
      (users.get(cause) ?? []).length > 1 ? [{ cause, goals: users.get(cause) as string[] }] : [],
    ),
    cost: problem.causes.reduce((sum, cause) => sum + (done.has(cause.name) ? cause.cost : 0), 0),
    utility: problem.goals.reduce((sum, goal) => sum + (names.has(goal.name) ? utilityOf(goal) : 0), 0),
  }
}

function withNeeds(causes: readonly Cause[], names: readonly string[]): ReadonlySet<string> {
  const seen = new Set(names)
  for (const name of seen) for (const need of causes.find((cause) => cause.name === name)?.needs ?? []) seen.add(need)
  return seen
}

function needDepth(causes: readonly Cause[], name: string): number {
  return withNeeds(causes, [name]).size
}

/** Re-checks a selection against the problem, without the model. */
function check(problem: GoalProblem, answer: GoalSelection): void {
  const done = new Set(answer.causes)
  const reached = new Map(answer.reached.map((entry) => [entry.goal, entry]))
  const fault = (text: string): never => {
    throw new InternalError(`the chosen goals fail their check: ${text}`)
  }
  for (const cause of problem.causes) {
    if (done.has(cause.name))
      for (const need of cause.needs ?? []) if (!done.has(need)) fault(`${cause.name} lacks ${need}`)
  }
  for (const goal of problem.goals) {
    const entry = reached.get(goal.name)
    if (entry === undefined) {
      if (goal.soft !== true) fault(`${goal.name} is not reached`)
      continue
    }
    for (const cause of entry.causes) if (!done.has(cause)) fault(`${goal.name} lacks ${cause}`)
    if (goal.deadline !== undefined && entry.time > goal.deadline + 1e-6) fault(`${goal.name} is late`)
    for (const name of goal.after ?? []) if (!reached.has(name)) fault(`${goal.name} comes without ${name}`)
  }
  if (problem.budget !== undefined && answer.cost > problem.budget + 1e-6) fault('the budget is exceeded')
}

/** Hard goals that cannot be reached together, none of them superfluous: deletion filter over the hard goals. */
async function conflictOf(problem: GoalProblem, run: Run): Promise<string[]> {
  let kept = problem.goals.filter((goal) => goal.soft !== true).map((goal) => goal.name)
  for (const name of [...kept]) {
    const without = new Set(kept.filter((other) => other !== name))
    const goals = problem.goals.map((goal) => (without.has(goal.name) ? goal : { ...goal, soft: true }))
    const result = await solveLinear(buildGoalModel({ ...problem, goals }, null).model, run.nested())
    if (result.status === 'infeasible') kept = [...without]
  }
  return kept
}
