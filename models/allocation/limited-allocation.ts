/**
 * Giving tasks to agents under any number of limits: each agent's own resources, shared stocks, a budget.
 *
 * Sets        tasks j, options o (an agent a_o doing a task j_o), limits k
 * Parameters  c_o cost, u_ok amount taken, L_k amount there is; excluded sets E of options
 * Variables   x_o binary;  m_j binary, the task is left (only when tasks may be left)
 * Objective   min sum c_o x_o;  when tasks may be left: first min sum m_j, then the cost
 * Rows        j: sum_{o of j} x_o (+ m_j) = 1;  k: sum_o u_ok x_o <= L_k;  E: sum_{o in E} x_o <= |E| - 1
 * Size        |O| (+ |J|) columns, |J| + |K| + |E| rows
 *
 * The prices of the limits are the duals of the linear relaxation: what one more unit of a limit would save.
 * Source: the generalised assignment of Ross and Soland (1975) with several knapsacks; multi-resource form of Gavish and Pirkul (1991).
 */
import { InternalError, InvalidInputError, type Limit, Run } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import { Faults, figure, linearOptions, type ModelOptions, minimalConflict } from '../conflict/index.ts'

export interface AllocationOption {
  readonly agent: string
  readonly task: string
  readonly cost: number
  /** Amounts taken, by limit. */
  readonly uses: Readonly<Record<string, number>>
}

export interface LimitedAllocationProblem {
  readonly tasks: readonly string[]
  /** At most one a pair of agent and task. */
  readonly options: readonly AllocationOption[]
  readonly limits: readonly { readonly id: string; readonly amount: number }[]
  /** Sets of options (by index) that are not all chosen together. @default none */
  readonly excluded?: readonly (readonly number[])[]
}

export interface LimitedAllocation {
  /** Chosen options, by task. */
  readonly chosen: readonly AllocationOption[]
  readonly cost: number
  /** Proved: no allocation of as many tasks costs less. */
  readonly bound: number
  /** Tasks left; empty unless they may be. */
  readonly left: readonly string[]
  readonly solver: string
}

export type LimitedAllocationResult =
  | ({ readonly status: 'optimal' } & LimitedAllocation)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & LimitedAllocation)
  | { readonly status: 'infeasible'; readonly conflict: Conflict }
  | { readonly status: 'unknown'; readonly limit: Limit }

export interface LimitedAllocationOptions extends ModelOptions {
  /** Tasks may be left when not all can be done; as few as possible are. @default false */
  readonly mayLeave?: boolean
}

/** @throws InvalidInputError with every fault of the problem */
export async function allocateWithinLimits(
  problem: LimitedAllocationProblem,
  options: LimitedAllocationOptions = {},
): Promise<LimitedAllocationResult> {
  validate(problem)
  const run = new Run('allocation', options)
  const fewest = options.mayLeave === true ? await fewestLeft(problem, run, options) : null
  if (fewest !== null && 'limit' in fewest) return { status: 'unknown', limit: fewest.limit }
  const { model, left } = build(problem, { mayLeave: options.mayLeave === true, most: fewest?.count ?? 0 })
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status === 'unbounded') throw new InternalError('an allocation was called unbounded')
  if (result.status === 'infeasible') return { status: 'infeasible', conflict: await explain(problem, run, options) }
  if (result.status === 'unknown') return { status: 'unknown', limit: result.limit }
  const chosen = problem.options.filter((_, o) => (result.values[o] as number) > 0.5)
  const position = new Map(problem.tasks.map((task, j) => [task, j]))
  chosen.sort((a, b) => (position.get(a.task) as number) - (position.get(b.task) as number))
  const found: LimitedAllocation = {
    chosen,
    cost: chosen.reduce((sum, one) => sum + one.cost, 0),
    bound: result.bound,
    left: problem.tasks.filter((_, j) => left[j] !== undefined && (result.values[left[j]] as number) > 0.5),
    solver: result.solver,
  }
  requireValid(problem, found)
  if (result.status === 'optimal') return { status: 'optimal', ...found }
  return { status: 'feasible', limit: result.limit, ...found }
}

/** What one more unit of each limit would save, from the linear relaxation; null when that has no optimum. */
export async function limitPrices(
  problem: LimitedAllocationProblem,
  options: ModelOptions = {},
): Promise<ReadonlyMap<string, number> | null> {
  validate(problem)
  const { model } = build(problem, { relaxed: true })
  const result = await solveLinear(model, { ...linearOptions(new Run('prices', options), options), duals: true })
  if (result.status !== 'optimal' || result.duals === null) return null
  const prices = new Map<string, number>()
  for (let row = 0; row < model.rowCount; row++) {
    const name = model.rowName(row)
    if (name.startsWith('limit ')) prices.set(name.slice('limit '.length), Math.max(0, -(result.duals[row] as number)))
  }
  return prices
}

interface Variation {
  readonly mayLeave?: boolean
  /** Most tasks left; undefined: any number, and it is what is minimised. */
  readonly most?: number
  readonly relaxed?: boolean
  readonly only?: ReadonlySet<string>
}

function build(problem: LimitedAllocationProblem, variation: Variation): { model: LinearModel; left: number[] } {
  const model = new LinearModel('allocation within limits')
  const counted = variation.mayLeave === true && variation.most === undefined
  const stated = (name: string): boolean => variation.only === undefined || variation.only.has(name)
  const kind = variation.relaxed === true ? ({ lower: 0, upper: 1 } as const) : ({ kind: 'binary' } as const)
  const doers = new Map<string, Term[]>(problem.tasks.map((task) => [task, []]))
  const takers = new Map<string, Term[]>(problem.limits.map(({ id }) => [id, []]))
  for (const { agent, task, cost, uses } of problem.options) {
    const column = model.addVariable(`${agent} does ${task}`, { ...kind, objective: counted ? 0 : cost })
    doers.get(task)?.push([column, 1])
    for (const [name, amount] of Object.entries(uses)) if (amount !== 0) takers.get(name)?.push([column, amount])
  }
  const left: number[] = []
  if (variation.mayLeave === true) {
    for (const task of problem.tasks)
      left.push(model.addVariable(`${task} is left`, { ...kind, objective: counted ? 1 : 0 }))
    if (variation.most !== undefined)
      model.addRow(
        'tasks left',
        left.map((column): Term => [column, 1]),
        '<=',
        variation.most,
      )
  }
  problem.tasks.forEach((task, j) => {
    if (!stated(`task ${task}`)) return
    const terms = doers.get(task) as Term[]
    const column = left[j]
    model.addRow(`task ${task}`, column === undefined ? terms : [...terms, [column, 1]], '=', 1)
  })
  for (const { id, amount } of problem.limits) {
    if (stated(`limit ${id}`)) model.addRow(`limit ${id}`, takers.get(id) as Term[], '<=', amount)
  }
  problem.excluded?.forEach((set, k) => {
    model.addRow(
      `excluded ${k + 1}`,
      set.map((o): Term => [o, 1]),
      '<=',
      set.length - 1,
    )
  })
  return { model, left }
}

async function fewestLeft(
  problem: LimitedAllocationProblem,
  run: Run,
  options: ModelOptions,
): Promise<{ readonly count: number } | { readonly limit: Limit }> {
  const { model } = build(problem, { mayLeave: true })
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status === 'optimal') return { count: Math.round(result.objective) }
  if (result.status === 'feasible' || result.status === 'unknown') return { limit: result.limit }
  throw new InternalError(`leaving tasks was called ${result.status}`)
}

async function explain(problem: LimitedAllocationProblem, run: Run, options: ModelOptions): Promise<Conflict> {
  const descriptions = new Map<string, string>()
  for (const task of problem.tasks) descriptions.set(`task ${task}`, `${task} must be done`)
  for (const { id, amount } of problem.limits) descriptions.set(`limit ${id}`, `there is ${figure(amount)} of ${id}`)
  const { names, irreducible } = await minimalConflict([...descriptions.keys()], async (kept) => {
    if (run.limit !== null) return null
    const { model } = build(problem, { only: kept })
    model.replaceObjective([])
    const { status } = await solveLinear(model, linearOptions(run, options))
    return status === 'unknown' ? null : status === 'infeasible'
  })
  const constraints = names.map((name) => ({ name, description: descriptions.get(name) as string }))
  const listed = constraints.map((one) => one.description).join('; ')
  const explanation =
    constraints.length === 0
      ? 'no combination that has not been excluded does every task'
      : `these cannot hold together: ${listed}`
  return { constraints, irreducible, relaxations: [], explanation }
}

function requireValid(problem: LimitedAllocationProblem, found: LimitedAllocation): void {
  for (const task of problem.tasks) {
    const times = found.chosen.filter((one) => one.task === task).length + (found.left.includes(task) ? 1 : 0)
    if (times !== 1) throw new InternalError(`the allocation deals with ${task} ${times} times`)
  }
  for (const { id, amount } of problem.limits) {
    const taken = found.chosen.reduce((sum, one) => sum + (one.uses[id] ?? 0), 0)
    if (taken > amount + 1e-6 * Math.max(1, Math.abs(amount)))
      throw new InternalError(`the allocation takes ${taken} of ${amount} ${id}`)
  }
}

function validate(problem: LimitedAllocationProblem): void {
  const faults = new Faults()
  const tasks = faults.distinct(problem.tasks, (index) => ['tasks', index])
  const limits = faults.distinct(
    problem.limits.map(({ id }) => id),
    (index) => ['limits', index, 'id'],
  )
  problem.limits.forEach(({ amount }, index) => {
    faults.amount(amount, ['limits', index, 'amount'])
  })
  faults.distinct(
    problem.options.map(({ agent, task }) => JSON.stringify([agent, task])),
    (index) => ['options', index],
  )
  problem.options.forEach(({ task, cost, uses }, index) => {
    faults.known(task, tasks, ['options', index, 'task'])
    faults.finite(cost, ['options', index, 'cost'])
    for (const [name, amount] of Object.entries(uses)) {
      faults.known(name, limits, ['options', index, 'uses', name])
      faults.finite(amount, ['options', index, 'uses', name])
    }
  })
  if (faults.issues.length > 0) throw new InvalidInputError(faults.issues)
}
