/**
 * Generalised assignment: every job to exactly one agent, within the agents' capacities, at the least total cost (or greatest
 * profit). NP-hard; solved as an integer linear program.
 *
 *   min sum_ij c(i, j) x(i, j)
 *   sum_i x(i, j) = 1                      for every job j
 *   sum_j a(i, j) x(i, j) <= b(i)          for every agent i
 *   x(i, j) in {0, 1}, absent where the pair is forbidden
 *
 * agents * jobs binaries, agents + jobs rows. The answer is re-checked here against the tables: one agent a job, loads, total.
 *
 * Source: S. Martello and P. Toth, Knapsack Problems (1990), chapter 7.
 */
import { InternalError, InvalidInputError, type Issue, type Limit } from '../contract/index.ts'
import { LinearModel, type LinearOptions, solveLinear, type Term } from '../linear/index.ts'
import { FEASIBILITY, sum } from '../numeric/index.ts'
import { type AssignmentSense, type CostMatrix, readCosts } from './cost-matrix.ts'

export interface GeneralisedProblem {
  /** costs[agent][job], null = forbidden. */
  readonly costs: CostMatrix
  /** What job j takes of agent i: resources[agent][job] >= 0; entries of forbidden pairs are not looked at. */
  readonly resources: readonly (readonly number[])[]
  /** capacities[agent] >= 0 */
  readonly capacities: readonly number[]
}

export interface GeneralisedOptions extends LinearOptions {
  /** @default 'minimize' */
  readonly sense?: AssignmentSense
}

interface GeneralisedPoint {
  /** Agent of each job. */
  readonly agentOf: Int32Array
  /** Total, added up from the table. */
  readonly cost: number
  /** Proved bound on the total, and the relative gap to it. */
  readonly bound: number
  readonly gap: number
  /** What each agent's jobs take of it. */
  readonly loads: Float64Array
  readonly check: { readonly checked: true; readonly maxOverload: number }
}

export type GeneralisedResult = { readonly solver: string; readonly elapsedMs: number } & (
  | ({ readonly status: 'optimal' } & GeneralisedPoint)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & GeneralisedPoint)
  | { readonly status: 'infeasible' }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly bound: number | null }
)

/** @throws InvalidInputError for faulty tables (all faults at once); BackendError as `solveLinear` */
export async function assignGeneralised(
  problem: GeneralisedProblem,
  options: GeneralisedOptions = {},
): Promise<GeneralisedResult> {
  const { sense = 'minimize', ...linear } = options
  const costs = readCosts(problem.costs, sense)
  validate(problem, costs.rows, costs.columns, costs.values)
  const { rows: agents, columns: jobs, values } = costs

  const model = new LinearModel('generalised assignment', sense)
  const agentOfVariable: number[] = []
  const jobOfVariable: number[] = []
  const byJob: Term[][] = Array.from({ length: jobs }, () => [])
  const byAgent: Term[][] = Array.from({ length: agents }, () => [])
  for (let i = 0; i < agents; i++) {
    for (let j = 0; j < jobs; j++) {
      const cost = values[i * jobs + j] as number
      const resource = (problem.resources[i] as readonly number[])[j] as number
      if (cost === Number.POSITIVE_INFINITY || resource > (problem.capacities[i] as number)) continue
      const x = model.addVariable(`x(${i},${j})`, { kind: 'binary', objective: cost })
      agentOfVariable.push(i)
      jobOfVariable.push(j)
      ;(byJob[j] as Term[]).push([x, 1])
      if (resource !== 0) (byAgent[i] as Term[]).push([x, resource])
    }
  }
  for (const [j, terms] of byJob.entries()) model.addRow(`job ${j}`, terms, '=', 1)
  for (const [i, terms] of byAgent.entries()) {
    model.addRow(`agent ${i}`, terms, '<=', problem.capacities[i] as number)
  }

  const result = await solveLinear(model, { duals: false, ...linear })
  const { solver, elapsedMs } = result
  switch (result.status) {
    case 'infeasible':
      return { status: 'infeasible', solver, elapsedMs }
    case 'unknown':
      return { status: 'unknown', limit: result.limit, bound: result.bound, solver, elapsedMs }
    case 'unbounded':
      throw new InternalError('a generalised assignment cannot be unbounded')
    case 'optimal':
    case 'feasible': {
      const agentOf = new Int32Array(jobs).fill(-1)
      result.values.forEach((value, x) => {
        const job = jobOfVariable[x] as number
        if (value < 0.5) return
        if (agentOf[job] !== -1) throw new InternalError(`job ${job} was given to two agents`)
        agentOf[job] = agentOfVariable[x] as number
      })
      const point = { ...recheck(problem, values, agentOf), bound: result.bound, gap: result.gap, agentOf }
      return result.status === 'optimal'
        ? { status: 'optimal', ...point, solver, elapsedMs }
        : { status: 'feasible', limit: result.limit, ...point, solver, elapsedMs }
    }
  }
}

/** From the user's tables alone. */
function recheck(problem: GeneralisedProblem, values: Float64Array, agentOf: Int32Array) {
  const jobs = agentOf.length
  const loads = new Float64Array(problem.capacities.length)
  const paid = new Float64Array(jobs)
  for (let j = 0; j < jobs; j++) {
    const i = agentOf[j] as number
    if (i === -1) throw new InternalError(`job ${j} was given to nobody`)
    paid[j] = values[i * jobs + j] as number
    loads[i] = (loads[i] as number) + ((problem.resources[i] as readonly number[])[j] as number)
  }
  let maxOverload = 0
  loads.forEach((load, i) => {
    const capacity = problem.capacities[i] as number
    if (load > capacity + FEASIBILITY * Math.max(1, capacity))
      throw new InternalError(`agent ${i} was given ${load} of ${capacity}`)
    maxOverload = Math.max(maxOverload, load - capacity)
  })
  return { cost: sum(paid), loads, check: { checked: true, maxOverload } as const }
}

function validate(problem: GeneralisedProblem, agents: number, jobs: number, values: Float64Array): void {
  const issues: Issue[] = []
  const report = (code: string, path: readonly (string | number)[], message: string, hint: string) => {
    if (issues.length < 100) issues.push({ code, path, message, hint })
  }
  if (problem.capacities.length !== agents) {
    const message = `there are ${problem.capacities.length} capacities for ${agents} agents`
    report('wrong-size', ['capacities'], message, 'give one capacity an agent')
  }
  problem.capacities.forEach((capacity, i) => {
    if (!(capacity >= 0 && capacity < Number.POSITIVE_INFINITY))
      report('out-of-range', ['capacities', i], `the capacity is ${capacity}`, 'give a finite number >= 0')
  })
  if (problem.resources.length !== agents) {
    const message = `there are ${problem.resources.length} rows of resources for ${agents} agents`
    report('wrong-size', ['resources'], message, 'give one row an agent')
  }
  problem.resources.forEach((row, i) => {
    if (row.length !== jobs)
      report('wrong-size', ['resources', i], `row ${i} has ${row.length} resources for ${jobs} jobs`, 'give one a job')
    row.forEach((resource, j) => {
      if (values[i * jobs + j] === Number.POSITIVE_INFINITY) return
      if (!(resource >= 0 && resource < Number.POSITIVE_INFINITY))
        report('out-of-range', ['resources', i, j], `the resource is ${resource}`, 'give a finite number >= 0')
    })
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
