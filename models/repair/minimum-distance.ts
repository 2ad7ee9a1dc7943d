/**
 * The schedule nearest to an old one that is feasible again, on a grid of whole time units.
 *
 * Sets: open steps I, ways of doing a step M_i, starts T_im, orders E (pairs of steps), resources R, times 0 .. H.
 * Parameters: d_im duration, c_im cost, u_imr units of r held, C_rt units of r free at t (capacity less what pinned steps
 * hold), r_i earliest start (now, and the ends of pinned predecessors), D_i latest end; the old start s_i and way m_i.
 * Variables: x_imt in {0, 1}: step i starts at t in way m.
 * Objective, in this order: fewest changed steps (x at another start or way than the old one), least total shift of starts,
 * least cost. As one sum: min sum (A [changed] + B |t - s_i| + c_im) x_imt with B above all cost and A above all shifts.
 * Rows: sum_mt x_imt = 1 for every step; sum t x_jmt >= sum (t + d_im) x_imt for every order (i, j);
 * sum over i, m and t' in (t - d_im, t] of u_imr x_imt' <= C_rt for every r and t.
 * Size: sum |M_i||T_im| columns, |I| + |E| + |R| H rows. The distance is that of plan stability (Fox, Gerevini, Long and
 * Serina 2006), the time-indexed form that of Pritsker, Watters and Wolfe 1969.
 */
import { InternalError, type Limit, Run, UnsupportedError } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'
import { linearOptions, type ModelOptions } from '../conflict/index.ts'

export interface StepWay {
  readonly id: string
  readonly duration: number
  readonly cost: number
  /** Units held over the whole duration, by resource. */
  readonly uses: Readonly<Record<string, number>>
}

export interface OpenStep {
  readonly id: string
  readonly ways: readonly StepWay[]
  /** What the old schedule says. */
  readonly oldStart: number
  readonly oldWay: string
  /** @default none */
  readonly release?: number
  /** Latest end. @default none */
  readonly deadline?: number
}

/** A step that has begun: it stays as it is. */
export interface PinnedStep {
  readonly id: string
  readonly start: number
  readonly end: number
  readonly uses: Readonly<Record<string, number>>
}

export interface ScheduleRepair {
  readonly now: number
  readonly open: readonly OpenStep[]
  readonly pinned: readonly PinnedStep[]
  /** Pairs of ids: the first ends before the second starts. */
  readonly orders: readonly (readonly [string, string])[]
  readonly capacities: Readonly<Record<string, number>>
  /** Latest end of everything. @default none */
  readonly deadline?: number
}

export interface RepairedStep {
  readonly id: string
  readonly way: string
  readonly start: number
  readonly end: number
  readonly changed: boolean
}

export type ScheduleRepairResult =
  | {
      readonly status: 'optimal'
      readonly steps: readonly RepairedStep[]
      /** Steps with another start or another way. */
      readonly changed: number
      /** Sum of |new start - old start|. */
      readonly shift: number
      readonly cost: number
    }
  | { readonly status: 'infeasible' }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Largest number of columns that is built. */
const MOST_COLUMNS = 200_000

/**
 * The feasible schedule with the fewest changes, then the least shift, then the least cost; checked before it is returned.
 * @throws UnsupportedError for times that are no whole numbers, or a model that would be too large
 */
export async function nearestSchedule(
  problem: ScheduleRepair,
  options: ModelOptions = {},
): Promise<ScheduleRepairResult> {
  const run = new Run('nearest schedule', options)
  const { now, open, pinned, orders, capacities } = problem
  const times = [
    now,
    ...pinned.map((step) => step.end),
    ...open.flatMap((step) => step.ways.map((way) => way.duration)),
  ]
  if (!times.every((time) => Number.isInteger(time)))
    throw new UnsupportedError('fractional times', 'the nearest schedule is found on whole time units', {
      hint: 'choose a smaller time unit',
    })
  const pinnedEnd = new Map(pinned.map((step) => [step.id, step.end]))
  const longest = open.reduce((sum, step) => sum + Math.max(...step.ways.map((way) => way.duration)), 0)
  const latestOld = Math.max(
    0,
    ...open.map((step) => step.oldStart + Math.max(...step.ways.map((way) => way.duration))),
  )
  const horizon = Math.min(
    problem.deadline ?? Number.POSITIVE_INFINITY,
    Math.max(now, latestOld, ...pinned.map((step) => step.end)) + longest,
  )
  const model = new LinearModel('nearest schedule')
  const costs = open.reduce((sum, step) => sum + Math.max(...step.ways.map((way) => Math.abs(way.cost))), 1)
  const perShift = costs * 2
  const perChange = perShift * (open.length * (horizon + 1) + 1)
  const columns: { step: number; way: StepWay; start: number; column: number }[] = []
  const ofStep: Term[][] = open.map(() => [])
  for (const [index, step] of open.entries()) {
    const before = orders.flatMap(([first, second]) => (second === step.id ? [pinnedEnd.get(first) ?? now] : []))
    const earliest = Math.ceil(Math.max(now, step.release ?? now, ...before))
    for (const way of step.ways) {
      const latest = Math.min(horizon, step.deadline ?? Number.POSITIVE_INFINITY) - way.duration
      for (let start = earliest; start <= latest; start++) {
        const changed = start !== step.oldStart || way.id !== step.oldWay
        const shift = Math.abs(start - step.oldStart)
        const objective = (changed ? perChange : 0) + perShift * shift + way.cost
        if (columns.length >= MOST_COLUMNS)
          throw new UnsupportedError('model size', `more than ${MOST_COLUMNS} possible starts`, {
            hint: 'choose a coarser time unit or a nearer deadline',
          })
        const column = model.addVariable(`${step.id} ${way.id} at ${start}`, { kind: 'binary', objective })
        columns.push({ step: index, way, start, column })
        ofStep[index]?.push([column, 1])
      }
    }
    model.addRow(`${step.id} once`, ofStep[index] ?? [], '=', 1)
  }
  const place = new Map(open.map((step, index) => [step.id, index]))
  for (const [first, second] of orders) {
    const [a, b] = [place.get(first), place.get(second)]
    if (a === undefined || b === undefined) continue
    const terms = columns.flatMap(({ step, way, start, column }): Term[] => {
      if (step === b) return [[column, start]]
      return step === a ? [[column, -(start + way.duration)]] : []
    })
    model.addRow(`${first} before ${second}`, terms, '>=', 0)
  }
  for (const [resource, capacity] of Object.entries(capacities)) {
    const users = columns.filter(({ way }) => (way.uses[resource] ?? 0) > 0)
    for (let time = now; time < horizon; time++) {
      const held = pinned.reduce(
        (sum, step) => sum + (step.start <= time && step.end > time ? (step.uses[resource] ?? 0) : 0),
        0,
      )
      const terms = users.flatMap(({ way, start, column }): Term[] =>
        start <= time && start + way.duration > time ? [[column, way.uses[resource] as number]] : [],
      )
      if (terms.length > 0) model.addRow(`${resource} at ${time}`, terms, '<=', capacity - held)
    }
  }
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status === 'infeasible') return { status: 'infeasible' }
  if (result.status === 'unknown' || result.status === 'feasible') return { status: 'unknown', limit: result.limit }
  if (result.status === 'unbounded') throw new InternalError('a model of binaries was called unbounded')
  const chosen = columns.filter(({ column }) => (result.values[column] as number) > 0.5)
  const steps = chosen.map(({ step, way, start }): RepairedStep => {
    const { id, oldStart, oldWay } = open[step] as OpenStep
    return { id, way: way.id, start, end: start + way.duration, changed: start !== oldStart || way.id !== oldWay }
  })
  const fault = faultOf(problem, steps)
  if (fault !== null) throw new InternalError(`the nearest schedule fails its check: ${fault}`)
  return {
    status: 'optimal',
    steps,
    changed: steps.filter((step) => step.changed).length,
    shift: chosen.reduce((sum, { step, start }) => sum + Math.abs(start - (open[step] as OpenStep).oldStart), 0),
    cost: chosen.reduce((sum, { way }) => sum + way.cost, 0),
  }
}

/** Holds a schedule against the problem, without the model. Null when it keeps everything. */
export function faultOf(problem: ScheduleRepair, steps: readonly RepairedStep[]): string | null {
  const all = new Map<string, { start: number; end: number; uses: Readonly<Record<string, number>> }>()
  for (const step of problem.pinned) all.set(step.id, step)
  for (const { id, way, start, end } of steps) {
    const step = problem.open.find((entry) => entry.id === id)
    const uses = step?.ways.find((entry) => entry.id === way)?.uses ?? {}
    if (start < Math.max(problem.now, step?.release ?? 0)) return `${id} starts too early`
    if (end > Math.min(problem.deadline ?? end, step?.deadline ?? end)) return `${id} ends too late`
    all.set(id, { start, end, uses })
  }
  if (steps.length !== problem.open.length) return 'not every step is done once'
  for (const [first, second] of problem.orders) {
    const [a, b] = [all.get(first), all.get(second)]
    if (a !== undefined && b !== undefined && a.end > b.start) return `${second} does not wait for ${first}`
  }
  for (const [resource, capacity] of Object.entries(problem.capacities)) {
    for (const { start: time } of all.values()) {
      if (time < problem.now) continue
      let held = 0
      for (const { start, end, uses } of all.values()) if (start <= time && end > time) held += uses[resource] ?? 0
      if (held > capacity + 1e-9) return `${held} of ${capacity} ${resource} at ${time}`
    }
  }
  return null
}
