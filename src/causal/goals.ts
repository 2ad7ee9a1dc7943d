/**
 * Goals decomposed into causes: which goals to reach, in which way, so that shared causes are done once.
 *
 * Sets: goals g (hard H, soft S), ways w of a goal, causes c. Parameters: cost k_c, utility u_g, earliest finish F_c of a
 * cause after everything it needs (a longest path, in time units), deadline D_g, budget B, M = max F. Binaries: x_c cause
 * done, z_gw way used; y_g goal reached; continuous T_g >= 0, time of the goal.
 *
 *     first  maximise sum_g u_g y_g     then, with that utility kept, minimise sum_c k_c x_c
 *     y_g = sum_w z_gw                  z_gw <= x_c for c in w         x_c <= x_d for d needed by c
 *     y_g = 1 for g in H                sum_c k_c x_c <= B
 *     y_g <= y_h, T_g >= T_h - M (1 - y_g)  for h before g             T_g >= F_c z_gw for c in w
 *     T_g <= D_g + M (1 - y_g)
 *
 * Size: |goals| * ways + |causes| binaries. This is oversubscription planning (Smith 2004) over a given set of causes.
 */
import {
  InternalError,
  InvalidInputError,
  type Issue,
  type Limit,
  Run,
  type RunOptions,
} from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'
import type { Cause, Goal, GoalCondition, GoalWays } from '../domain/goal.ts'

export type GoalValues = Readonly<Record<string, string | number | boolean>>

export interface GoalProblem {
  readonly goals: readonly Goal[]
  readonly causes: readonly Cause[]
  readonly ways: readonly GoalWays[]
  /** Total cost at most. @default no limit */
  readonly budget?: number
  /** Values that hold now: goals that are reached already need nothing. */
  readonly current?: GoalValues
}

export interface ReachedGoal {
  readonly goal: string
  /** Causes of the way chosen; empty when it holds already. */
  readonly causes: readonly string[]
  readonly time: number
}

export interface GoalSelection {
  readonly reached: readonly ReachedGoal[]
  readonly dropped: readonly string[]
  /** Each once, needed ones first. */
  readonly causes: readonly string[]
  /** Causes that serve several goals, with these goals. */
  readonly shared: readonly { readonly cause: string; readonly goals: readonly string[] }[]
  readonly cost: number
  readonly utility: number
}

export type GoalResult =
  /** Proved: no selection has more utility, none with that utility costs less. */
  | ({ readonly status: 'optimal' } & GoalSelection)
  /** Every goal holds already. */
  | ({ readonly status: 'satisfied' } & GoalSelection)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & GoalSelection)
  /** The hard goals cannot all be reached; `conflict` names hard goals that cannot be reached together, none of them superfluous. */
  | { readonly status: 'infeasible'; readonly conflict: readonly string[] }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Whether a goal holds in a state; a variable without a value holds nothing. */
export function goalHolds(goal: Goal, values: GoalValues): boolean {
  return goal.conditions.every((condition) => conditionHolds(condition, values))
}

function conditionHolds(condition: GoalCondition, values: GoalValues): boolean {
  const value = values[condition.variable]
  if (value === undefined) return false
  if ('equals' in condition) return value === condition.equals
  if (typeof value !== 'number') return false
  return (
    value >= (condition.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (condition.atMost ?? Number.POSITIVE_INFINITY)
  )
}

/**
 * Chooses goals and causes; the selection is checked against the problem before it is returned.
 * @throws InvalidInputError with every fault of the problem
 */
export async function selectGoals(problem: GoalProblem, options: RunOptions = {}): Promise<GoalResult> {
  validate(problem)
  const run = new Run('goals', options)
  const open = problem.goals.filter((goal) => !goalHolds(goal, problem.current ?? {}))
  if (open.length === 0) return { status: 'satisfied', ...selection(problem, new Set(), new Map()) }
  const first = build(problem, null)
  const most = await solveLinear(first.model, run.nested())
  if (most.status === 'infeasible') return { status: 'infeasible', conflict: await conflictOf(problem, run) }
  if (most.status === 'unknown') return { status: 'unknown', limit: most.limit }
  if (most.status === 'unbounded') throw new InternalError('the goal model is bounded by construction')
  const second = build(problem, most.objective)
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

interface GoalModel {
  readonly model: LinearModel
  readonly causes: readonly number[]
  readonly ways: readonly { readonly goal: string; readonly causes: readonly string[]; readonly column: number }[]
}

function build(problem: GoalProblem, utility: number | null): GoalModel {
  const model = new LinearModel('goals', utility === null ? 'maximize' : 'minimize')
  const finish = finishTimes(problem.causes)
  const horizon = Math.max(1, ...finish.values())
  const x = problem.causes.map((cause) =>
    model.addVariable(`do ${cause.name}`, { kind: 'binary', objective: utility === null ? 0 : cause.cost }),
  )
  const columnOf = new Map(problem.causes.map((cause, index) => [cause.name, x[index] as number]))
  problem.causes.forEach((cause, index) => {
    for (const need of cause.needs ?? []) {
      model.addRow(
        `${cause.name} needs ${need}`,
        [
          [x[index] as number, 1],
          [columnOf.get(need) as number, -1],
        ],
        '<=',
        0,
      )
    }
  })
  const reached = new Map<string, { y: number; time: number }>()
  const ways: { goal: string; causes: readonly string[]; column: number }[] = []
  const worth: Term[] = []
  for (const goal of problem.goals) {
    const value = utilityOf(goal)
    const y = model.addVariable(`reach ${goal.name}`, {
      kind: 'binary',
      lower: goal.soft === true ? 0 : 1,
      objective: utility === null ? value : 0,
    })
    const time = model.addVariable(`time of ${goal.name}`, { upper: horizon })
    reached.set(goal.name, { y, time })
    if (value !== 0) worth.push([y, value])
    if (goal.deadline !== undefined)
      model.addRow(
        `deadline of ${goal.name}`,
        [
          [time, 1],
          [y, horizon],
        ],
        '<=',
        goal.deadline + horizon,
      )
    const sum: Term[] = [[y, -1]]
    for (const causes of waysOf(problem, goal)) {
      const z = model.addVariable(`way ${ways.length}`, { kind: 'binary' })
      ways.push({ goal: goal.name, causes, column: z })
      sum.push([z, 1])
      for (const cause of causes) {
        model.addRow(
          `way ${z} needs ${cause}`,
          [
            [z, 1],
            [columnOf.get(cause) as number, -1],
          ],
          '<=',
          0,
        )
        const at = finish.get(cause) as number
        if (at > 0)
          model.addRow(
            `way ${z} waits for ${cause}`,
            [
              [time, 1],
              [z, -at],
            ],
            '>=',
            0,
          )
      }
    }
    model.addRow(`${goal.name} in one way`, sum, '=', 0)
  }
  for (const goal of problem.goals) {
    for (const name of goal.after ?? []) {
      const own = reached.get(goal.name) as { y: number; time: number }
      const before = reached.get(name) as { y: number; time: number }
      model.addRow(
        `${goal.name} after ${name}`,
        [
          [own.y, 1],
          [before.y, -1],
        ],
        '<=',
        0,
      )
      model.addRow(
        `time of ${goal.name} after ${name}`,
        [
          [own.time, 1],
          [before.time, -1],
          [own.y, -horizon],
        ],
        '>=',
        -horizon,
      )
    }
  }
  if (problem.budget !== undefined) {
    model.addRow(
      'budget',
      problem.causes.map((cause, index): Term => [x[index] as number, cause.cost]),
      '<=',
      problem.budget,
    )
  }
  if (utility !== null && worth.length > 0) {
    model.addRow('utility kept', worth, '>=', utility - 1e-6 * Math.max(1, Math.abs(utility)))
  }
  return { model, causes: x, ways }
}

/** Ways of a goal; one that holds already has the empty way alone. */
function waysOf(problem: GoalProblem, goal: Goal): readonly (readonly string[])[] {
  if (goalHolds(goal, problem.current ?? {})) return [[]]
  return problem.ways.filter((entry) => entry.goal === goal.name).flatMap((entry) => entry.ways)
}

function utilityOf(goal: Goal): number {
  return goal.utility ?? (goal.soft === true ? 1 : 0)
}

/** Earliest finish of every cause after all it needs; causes run side by side otherwise. */
function finishTimes(causes: readonly Cause[]): Map<string, number> {
  const byName = new Map(causes.map((cause) => [cause.name, cause]))
  const finish = new Map<string, number>()
  const visit = (name: string): number => {
    const known = finish.get(name)
    if (known !== undefined) return known
    const cause = byName.get(name) as Cause
    const start = Math.max(0, ...(cause.needs ?? []).map(visit))
    const end = start + (cause.duration ?? 0)
    finish.set(name, end)
    return end
  }
  for (const cause of causes) visit(cause.name)
  return finish
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
    const result = await solveLinear(build({ ...problem, goals }, null).model, run.nested())
    if (result.status === 'infeasible') kept = [...without]
  }
  return kept
}

function validate(problem: GoalProblem): void {
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
