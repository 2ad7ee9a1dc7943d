/** Allocating tasks to agents with capacities: objectives in order of importance, decoded and re-checked. */

import { InternalError, Run } from '../../solvers/contract/index.ts'
import { type LinearFeasible, type LinearOptimal, solveLinear } from '../../solvers/linear/index.ts'
import type { AllocationProblem } from '../../src/domain/allocation.ts'
import { type AgentTask, evaluateAllocation } from '../../src/domain/allocation-rules.ts'
import { linearOptions, type ModelOptions } from '../conflict/index.ts'
import { explainAllocationConflict, unallocatableTasks } from './conflict.ts'
import { type AllocationModel, type AllocationVariation, buildAllocationModel } from './formulation.ts'
import type { Allocation, AllocationResult } from './result.ts'
import { validateAllocation } from './validate.ts'

/** Slack given to an objective that is fixed at its optimum, relative: pivots are not exact. */
const FIXING = 1e-7

/** Gives every task to an agent at the least cost, or the least largest load, or both in order of importance. */
export async function solveAllocation(
  problem: AllocationProblem,
  options: ModelOptions = {},
): Promise<AllocationResult> {
  validateAllocation(problem)
  return allocateWithin(problem, {}, new Run('allocation', options), options)
}

/** The same under limits on cost and makespan. */
export async function allocateWithin(
  problem: AllocationProblem,
  limits: Pick<AllocationVariation, 'maxCost' | 'maxMakespan'>,
  run: Run,
  options: ModelOptions,
): Promise<AllocationResult> {
  const unlimited = limits.maxCost === undefined && limits.maxMakespan === undefined
  const unallocatable = unallocatableTasks(problem)
  if (unlimited && unallocatable.length > 0) {
    const conflict = await explainAllocationConflict(problem, run, options)
    return { status: 'infeasible', unallocatable, conflict, solver: 'reading the tables' }
  }
  let variation: AllocationVariation = limits
  let best: Allocation | null = null
  let first: Pick<Allocation, 'bound' | 'gap' | 'variables' | 'linearModel'> | null = null
  for (const objective of problem.objectives) {
    variation = { ...variation, objective }
    const built = buildAllocationModel(problem, variation)
    const result = await solveLinear(built.model, linearOptions(run, options))
    if (result.status === 'unbounded') throw new InternalError('an allocation model was called unbounded')
    if (result.status === 'infeasible' && best === null) {
      const conflict = unlimited
        ? await explainAllocationConflict(problem, run, options)
        : { constraints: [], irreducible: false, relaxations: [], explanation: 'no allocation keeps the limits' }
      return { status: 'infeasible', unallocatable: [], conflict, solver: result.solver }
    }
    if (result.status === 'unknown' && best === null) {
      return { status: 'unknown', limit: result.limit, solver: result.solver }
    }
    if (result.status === 'infeasible') throw new InternalError('fixing an objective made the allocation infeasible')
    if (result.status === 'unknown') return { status: 'feasible', limit: result.limit, ...(best as Allocation) }
    const decoded = decode(problem, built, result)
    first ??= decoded
    const { bound, gap, variables, linearModel } = first
    best = { ...decoded, bound, gap, variables, linearModel }
    if (result.status === 'feasible') return { status: 'feasible', limit: result.limit, ...best }
    const fixed = objective === 'cost' ? decoded.cost : decoded.makespan
    const limit = fixed + FIXING * Math.max(1, Math.abs(fixed))
    variation = { ...variation, ...(objective === 'cost' ? { maxCost: limit } : { maxMakespan: limit }) }
  }
  return { status: 'optimal', ...(best as Allocation) }
}

function decode(
  problem: AllocationProblem,
  built: AllocationModel,
  result: LinearOptimal | LinearFeasible,
): Allocation {
  const pairs: AgentTask[] = []
  problem.tasks.forEach((_, j) => {
    problem.agents.forEach((_agent, a) => {
      const column = built.columns[a * problem.tasks.length + j] as number
      if (column >= 0 && (result.values[column] as number) > 0.5) pairs.push([a, j])
    })
  })
  const { cost, makespan, loads, check } = evaluateAllocation(problem, pairs)
  const broken = check.violations[0]
  if (broken !== undefined) throw new InternalError(`the allocation breaks "${broken.rule}": ${broken.description}`)
  return {
    cost,
    makespan,
    bound: result.bound,
    gap: result.gap,
    pairs,
    loads,
    solver: result.solver,
    check,
    variables: built.model.variableCount,
    linearModel: built.model,
  }
}
