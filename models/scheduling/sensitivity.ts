/**
 * What a little more of each limit would buy: the project is solved again with one unit more of each capacity, stock, deadline
 * and budget in turn, all else unchanged. One solve a limit; with integers there are no shadow prices to read off.
 */
import { Run } from '../../solvers/contract/index.ts'
import type { ProjectObjective, ProjectProblem } from '../../src/domain/project.ts'
import { clean } from '../conflict/index.ts'
import type { ProjectOptions } from './engine.ts'
import type { ProjectPlan } from './result.ts'
import { scheduleProject } from './solve.ts'

export interface LimitValue {
  /** Name of the limit, as in conflicts: `resource crew`, `deadline`, `budget`; `room for fuel` is the most of a stock. */
  readonly limit: string
  readonly from: number
  readonly to: number
  /** Value of every objective with it; null when a limit of the run came first. */
  readonly values: Readonly<Partial<Record<ProjectObjective, number>>> | null
  /** How much better the first objective that changes becomes, > 0; 0 when nothing does. */
  readonly gain: number
  /** The objective that `gain` is about; null when nothing changes. */
  readonly of: ProjectObjective | null
  /** Both optima are proved. */
  readonly proved: boolean
}

/**
 * @param plan the solution with the limits as they are
 * @param extra units added to each limit in turn. @default 1
 */
export async function valueOfLimits(
  problem: ProjectProblem,
  plan: ProjectPlan,
  options: ProjectOptions & { readonly extra?: number } = {},
): Promise<LimitValue[]> {
  const run = new Run('what-if', options)
  const { extra = 1, ...settings } = options
  const values: LimitValue[] = []
  for (const { limit, from, to, changed } of variations(problem, extra)) {
    const { onProgress: _quiet, ...nested } = run.nested()
    const result = await scheduleProject(changed, { ...settings, ...nested, explain: false })
    if (result.status !== 'optimal' && result.status !== 'feasible') {
      values.push({ limit, from, to, values: null, gain: 0, of: null, proved: false })
      continue
    }
    const { gain, of } = gainOf(problem, plan, result)
    const proved = result.status === 'optimal' && plan.gap <= 1e-9
    values.push({ limit, from, to, values: result.values, gain, of, proved })
  }
  return values
}

/** The first objective in which the two differ. */
function gainOf(
  problem: ProjectProblem,
  before: ProjectPlan,
  after: ProjectPlan,
): { gain: number; of: ProjectObjective | null } {
  for (const objective of problem.objectives) {
    const sign = objective === 'value' ? -1 : 1
    const gain = clean(sign * ((before.values[objective] ?? 0) - (after.values[objective] ?? 0)))
    if (Math.abs(gain) > 1e-6) return { gain, of: objective }
  }
  return { gain: 0, of: null }
}

function variations(
  problem: ProjectProblem,
  extra: number,
): { limit: string; from: number; to: number; changed: ProjectProblem }[] {
  const { deadline, budget } = problem
  const resources = problem.resources.flatMap((resource) => {
    const reusable = resource.type === 'reusable'
    if (reusable && (resource.capacity === null || resource.setups !== undefined)) return []
    const from = reusable ? (resource.capacity as number) : resource.initial
    const to = from + extra
    // A stock that is fuller at the start needs the room for it.
    const room = resource.capacity === null ? null : reusable ? to : Math.max(resource.capacity, to)
    const more = { ...resource, capacity: room, initial: to }
    const changed = { ...problem, resources: problem.resources.map((own) => (own === resource ? more : own)) }
    const amount = { limit: `resource ${resource.id}`, from, to, changed }
    if (reusable || resource.capacity === null) return [amount]
    const roomier = { ...resource, capacity: resource.capacity + extra }
    const widened = { ...problem, resources: problem.resources.map((own) => (own === resource ? roomier : own)) }
    return [
      amount,
      { limit: `room for ${resource.id}`, from: resource.capacity, to: roomier.capacity, changed: widened },
    ]
  })
  return [
    ...resources,
    ...(deadline === null
      ? []
      : [
          {
            limit: 'deadline',
            from: deadline,
            to: deadline + extra,
            changed: { ...problem, deadline: deadline + extra },
          },
        ]),
    ...(budget === null
      ? []
      : [{ limit: 'budget', from: budget, to: budget + extra, changed: { ...problem, budget: budget + extra } }]),
  ]
}
