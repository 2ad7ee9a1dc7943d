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
import { LinearModel, type Term } from '../../solvers/linear/index.ts'
import { type Cause, type Goal, type GoalProblem, goalHolds } from '../../src/domain/goal.ts'

export interface GoalModel {
  readonly model: LinearModel
  readonly causes: readonly number[]
  readonly ways: readonly { readonly goal: string; readonly causes: readonly string[]; readonly column: number }[]
}

/** @param utility kept at least so high while the cost is minimised; null: the utility itself is maximised */
export function buildGoalModel(problem: GoalProblem, utility: number | null): GoalModel {
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

export function utilityOf(goal: Goal): number {
  return goal.utility ?? (goal.soft === true ? 1 : 0)
}

/** Earliest finish of every cause after all it needs; causes run side by side otherwise. */
export function finishTimes(causes: readonly Cause[]): Map<string, number> {
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
