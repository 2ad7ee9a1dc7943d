/**
 * The most valuable mission plan as a time-indexed MILP.
 *
 * Sets: activities i, slots t = 0 .. T-1; starts s in S_i = {earliest .. latest end - d_i}.
 * Variables: z_i binary, i is done (worth branching on first); x_is binary, i starts at s; y_t binary, data is sent in slot t; u_t in [0, rate_t], amount sent;
 *   b_t in [reserve, capacity], battery after slot t (b_{T-1} >= endMin); m_t in [0, capacity], memory after slot t;
 *   c_t in [0, solar_t], solar energy left unused.
 * Maximise sum value_i z_i subject to
 *   sum_s x_is = z_i
 *   sum_{s <= t} x_js <= sum_{s + d_i <= t} x_is                       for j after i, every start t of j
 *   sum over i using device k of x_is with s <= t < s + d_i <= 1        for every device k and slot t
 *   L_t = base + sum of energy_i over the running + downlink y_t <= peak power x hours of a slot
 *   b_t = b_{t-1} + solar_t - c_t - L_t
 *   m_t = m_{t-1} - u_t + sum of data_i over those that end after slot t,  u_t <= rate_t y_t,  u_t <= m_{t-1}
 * Size: O(activities x slots) binaries and rows. Doing nothing draws least energy and stores no data, so the problem is
 * infeasible exactly when the idle plan already breaks a rule; that is checked first and is the explanation.
 */

import type { Limit } from '../../solvers/contract/index.ts'
import { InternalError, Run } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'
import type { Violation } from '../../src/domain/answer-check.ts'
import type { MissionPlan, MissionProblem } from '../../src/domain/mission.ts'
import { evaluateMission, type MissionEvaluation } from '../../src/domain/mission-rules.ts'
import { linearOptions, type ModelOptions } from '../conflict/index.ts'

export interface MissionSolution {
  readonly plan: MissionPlan
  readonly evaluation: MissionEvaluation
  /** Value, and a proved bound on the value of every plan. */
  readonly objective: number
  readonly bound: number
  /** Activities left out. */
  readonly dropped: readonly string[]
  /** Resources that are at their limit at some instant. */
  readonly binding: readonly ('reserve' | 'battery at the end' | 'memory' | 'power')[]
  readonly solver: string
}

export type MissionResult =
  | ({ readonly status: 'optimal' } & MissionSolution)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & MissionSolution)
  | {
      readonly status: 'infeasible'
      /** What the plan without any activity already breaks, in words. */
      readonly conflict: readonly string[]
    }
  | { readonly status: 'unknown'; readonly limit: Limit }

export interface MissionOptions extends ModelOptions {
  /** Ids of activities that must be done. */
  readonly required?: readonly string[]
}

/** Chooses and times activities for the largest value. */
export async function solveMission(problem: MissionProblem, options: MissionOptions = {}): Promise<MissionResult> {
  const run = new Run('mission', options)
  const idle = evaluateMission({ ...problem, required: [] }, { steps: [], sent: [] }).check.violations
  if (idle.length > 0) {
    return { status: 'infeasible', conflict: idle.map((own) => describeIdle(problem, own)) }
  }
  const required = new Set([...(problem.required ?? []), ...(options.required ?? [])])
  const built = build(problem, required)
  const result = await solveLinear(built.model, linearOptions(run, options))
  switch (result.status) {
    case 'unbounded':
      throw new InternalError('a mission model was called unbounded although every column is bounded')
    case 'unknown':
      return { status: 'unknown', limit: result.limit }
    case 'infeasible':
      return {
        status: 'infeasible',
        conflict: [`${[...required].join(', ')} cannot be done${required.size > 1 ? ' together' : ''}`],
      }
    case 'optimal':
      return { status: 'optimal', ...decode(problem, built, result.values, result.bound, result.solver) }
    case 'feasible':
      return {
        status: 'feasible',
        limit: result.limit,
        ...decode(problem, built, result.values, result.bound, result.solver),
      }
  }
}

/** What the base load alone breaks. */
function describeIdle(problem: MissionProblem, { rule, description }: Violation): string {
  const { reserve, endMin } = problem.battery
  if (rule.startsWith('reserve')) {
    return `even with no activity: ${description}, below the reserve of ${reserve}, by the base load of ${problem.baseLoad} a slot`
  }
  if (rule === 'battery at the end') return `even with no activity: ${description}, where ${endMin} must be left`
  return `even with no activity: ${description}`
}

interface BuiltMission {
  readonly model: LinearModel
  /** By activity: [start slot, column]. */
  readonly starts: readonly (readonly (readonly [number, number])[])[]
  /** By slot: column of the amount sent, -1 where there is no pass. */
  readonly sent: readonly number[]
}

function build(problem: MissionProblem, required: ReadonlySet<string>): BuiltMission {
  const model = new LinearModel('mission', 'maximize')
  const { slots, battery, memory, activities } = problem
  const hours = problem.slotMinutes / 60
  const starts = activities.map((activity) => {
    const columns: [number, number][] = []
    for (let s = activity.window[0]; s + activity.duration <= Math.min(activity.window[1], slots); s++) {
      columns.push([s, model.addVariable(`${activity.id}@${s}`, { kind: 'binary' })])
    }
    const done = model.addVariable(`done ${activity.id}`, {
      kind: 'binary',
      lower: required.has(activity.id) ? 1 : 0,
      objective: activity.value,
    })
    model.addRow(`once ${activity.id}`, [...columns.map(([, x]): Term => [x, 1]), [done, -1]], '=', 0)
    return columns
  })
  activities.forEach((activity, j) => {
    for (const before of activity.after) {
      const i = activities.findIndex((candidate) => candidate.id === before)
      for (const [t] of starts[j]!) {
        const terms: Term[] = [
          ...starts[j]!.filter(([s]) => s <= t).map(([, x]): Term => [x, 1]),
          ...(starts[i] ?? []).filter(([s]) => s + activities[i]!.duration <= t).map(([, x]): Term => [x, -1]),
        ]
        model.addRow(`${before} before ${activity.id} by ${t}`, terms, '<=', 0)
      }
    }
  })
  const running = (i: number, slot: number): number[] =>
    starts[i]!.filter(([s]) => s <= slot && slot < s + activities[i]!.duration).map(([, x]) => x)
  for (const device of new Set(activities.flatMap((activity) => activity.uses))) {
    for (let slot = 0; slot < slots; slot++) {
      const terms = activities.flatMap((activity, i) =>
        activity.uses.includes(device) ? running(i, slot).map((x): Term => [x, 1]) : [],
      )
      if (terms.length > 1) model.addRow(`${device} in slot ${slot}`, terms, '<=', 1)
    }
  }
  const sent: number[] = []
  let charge = -1
  let stored = -1
  for (let slot = 0; slot < slots; slot++) {
    const rate = problem.passes.reduce((sum, pass) => (pass.slots.includes(slot) ? sum + pass.rate : sum), 0)
    const load: Term[] = activities.flatMap((activity, i) =>
      running(i, slot).map((x): Term => [x, activity.energyPerSlot]),
    )
    let amount = -1
    if (rate > 0) {
      amount = model.addVariable(`sent ${slot}`, { upper: rate })
      const on = model.addVariable(`sending ${slot}`, { kind: 'binary' })
      model.addRow(
        `rate ${slot}`,
        [
          [amount, 1],
          [on, -rate],
        ],
        '<=',
        0,
      )
      load.push([on, problem.downlinkEnergy])
    }
    sent.push(amount)
    if (problem.peakPower !== null) {
      model.addRow(`power ${slot}`, load, '<=', problem.peakPower * hours - problem.baseLoad, { group: 'peak power' })
    }
    const unused = model.addVariable(`unused ${slot}`, { upper: problem.energyIn[slot]! })
    const least = slot === slots - 1 ? Math.max(battery.reserve, battery.endMin) : battery.reserve
    const level = model.addVariable(`battery ${slot}`, { lower: least, upper: battery.capacity })
    const net = problem.energyIn[slot]! - problem.baseLoad
    const before: Term[] = charge < 0 ? [] : [[charge, -1]]
    model.addRow(
      `energy ${slot}`,
      [[level, 1], ...before, [unused, 1], ...load],
      '=',
      net + (charge < 0 ? battery.initial : 0),
    )
    charge = level
    const data: Term[] = activities.flatMap((activity, i) =>
      starts[i]!.filter(([s]) => s + activity.duration === slot + 1).map(([, x]): Term => [x, -activity.data]),
    )
    const kept = model.addVariable(`memory ${slot}`, { upper: memory.capacity })
    const earlier: Term[] = stored < 0 ? [] : [[stored, -1]]
    const out: Term[] = amount < 0 ? [] : [[amount, 1]]
    model.addRow(`data ${slot}`, [[kept, 1], ...earlier, ...out, ...data], '=', stored < 0 ? memory.initial : 0)
    if (amount >= 0) model.addRow(`present ${slot}`, [...out, ...earlier], '<=', stored < 0 ? memory.initial : 0)
    stored = kept
  }
  return { model, starts, sent }
}

function decode(
  problem: MissionProblem,
  built: BuiltMission,
  values: ArrayLike<number>,
  bound: number,
  solver: string,
): MissionSolution {
  const steps = problem.activities.flatMap((activity, i) => {
    const chosen = built.starts[i]!.find(([, x]) => values[x]! > 0.5)
    return chosen === undefined ? [] : [{ id: activity.id, start: chosen[0], end: chosen[0] + activity.duration }]
  })
  steps.sort((a, b) => a.start - b.start)
  const sent = built.sent.map((column) =>
    column < 0 || values[column]! < 1e-7 ? 0 : Math.round(values[column]! * 1e6) / 1e6,
  )
  const plan = { steps, sent }
  const evaluation = evaluateMission(problem, plan)
  const broken = evaluation.check.violations[0]
  if (broken !== undefined) throw new InternalError(`the decoded plan breaks "${broken.rule}": ${broken.description}`)
  const done = new Set(steps.map((step) => step.id))
  const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6
  const { battery, memory, power } = evaluation
  return {
    plan,
    evaluation,
    objective: evaluation.value,
    bound: Math.max(bound, evaluation.value),
    dropped: problem.activities.filter((activity) => !done.has(activity.id)).map((activity) => activity.id),
    binding: [
      ...(battery.some((level) => near(level, problem.battery.reserve)) ? (['reserve'] as const) : []),
      ...(near(battery[problem.slots]!, problem.battery.endMin) ? (['battery at the end'] as const) : []),
      ...(memory.some((level) => near(level, problem.memory.capacity)) ? (['memory'] as const) : []),
      ...(power.some((level) => level === problem.peakPower) ? (['power'] as const) : []),
    ],
    solver,
  }
}
