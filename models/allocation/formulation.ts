/**
 * Generalised assignment with capacities.
 *
 * Sets        agents a, tasks j, allowed pairs P (a cost and a load are given, the capabilities suffice, the load fits)
 * Parameters  c_aj cost, l_aj load, K_a capacity of an agent (may be unlimited)
 * Variables   x_aj binary for (a, j) in P;  W >= 0 largest load (only where the makespan is an objective or limited)
 * Objective   cost: min sum c_aj x_aj;  makespan: min W.  Several objectives in lexicographic order, each fixed at its
 *             optimum before the next
 * Rows        task j: sum_a x_aj = 1;  capacity a: sum_j l_aj x_aj <= K_a;  load a: sum_j l_aj x_aj - W <= 0
 *             rule: least <= sum of c over the pairs named that are chosen <= most
 * Size        |P| + 1 columns, |J| + 2 |A| + |rules| rows
 *
 * Source: Ross and Soland (1975), A branch and bound algorithm for the generalized assignment problem.
 */

import { LinearModel, type Term, type Variable } from '../../solvers/linear/index.ts'
import type { AllocationProblem } from '../../src/domain/allocation.ts'
import { canDo } from '../../src/domain/allocation-rules.ts'
import { addRules } from '../conflict/index.ts'

export interface AllocationVariation {
  /** Only these constraints are stated. @default all */
  readonly only?: ReadonlySet<string>
  /** This capacity may give way by any amount >= 0, which is minimised. */
  readonly relax?: string
  /** What is minimised. @default 'cost' */
  readonly objective?: 'cost' | 'makespan'
  /** Hard limits. */
  readonly maxCost?: number
  readonly maxMakespan?: number
}

export interface AllocationModel {
  readonly model: LinearModel
  /** Column of agent a doing task j at a * tasks + j; -1 where it cannot. */
  readonly columns: Int32Array
}

export const allocationNames = {
  task: (task: string): string => `task ${task}`,
  capacity: (agent: string): string => `capacity ${agent}`,
}

export function buildAllocationModel(problem: AllocationProblem, variation: AllocationVariation = {}): AllocationModel {
  const { agents, tasks } = problem
  const model = new LinearModel('allocation')
  const states = (name: string): boolean => variation.only === undefined || variation.only.has(name)
  const objective = variation.objective ?? 'cost'
  const slack = variation.relax === undefined ? null : model.addVariable('gives way')
  const columns = new Int32Array(agents.length * tasks.length).fill(-1)
  const costTerms: Term[] = []
  agents.forEach((agent, a) => {
    const name = allocationNames.capacity(agent.id)
    const limited = agent.capacity !== null && states(name) && name !== variation.relax
    tasks.forEach((task, j) => {
      if (!canDo(problem, a, j)) return
      if (limited && (problem.loads[a]?.[j] as number) > (agent.capacity as number)) return
      const column = model.addVariable(`${agent.id} does ${task.id}`, { kind: 'binary' })
      columns[a * tasks.length + j] = column
      costTerms.push([column, problem.costs[a]?.[j] as number])
    })
  })
  tasks.forEach((task, j) => {
    const name = allocationNames.task(task.id)
    if (!states(name)) return
    const doers: Term[] = []
    for (let a = 0; a < agents.length; a++) pushColumn(doers, columns[a * tasks.length + j] as number, 1)
    model.addRow(name, doers, '=', 1)
  })
  const needsLargest = objective === 'makespan' || variation.maxMakespan !== undefined
  const largest = needsLargest
    ? model.addVariable('largest load', { upper: variation.maxMakespan ?? totalLoad(problem) })
    : -1
  agents.forEach((agent, a) => {
    const load: Term[] = []
    for (let j = 0; j < tasks.length; j++) {
      pushColumn(load, columns[a * tasks.length + j] as number, problem.loads[a]?.[j] as number)
    }
    const name = allocationNames.capacity(agent.id)
    if (agent.capacity !== null && states(name)) {
      const terms: Term[] = slack !== null && name === variation.relax ? [...load, [slack, -1]] : load
      model.addRow(name, terms, '<=', agent.capacity)
    }
    if (needsLargest) model.addRow(`load ${agent.id}`, [...load, [largest, -1]], '<=', 0, { group: null })
  })
  const agentAt = new Map(agents.map((agent, a) => [agent.id, a]))
  const taskAt = new Map(tasks.map((task, j) => [task.id, j]))
  addRules(
    model,
    problem.choices ?? [],
    ({ agent, task }) => {
      const first = (agentAt.get(agent) as number) * tasks.length
      const named = task === undefined ? 0 : (taskAt.get(task) as number)
      const own = columns.subarray(first + named, task === undefined ? first + tasks.length : first + named + 1)
      return [...own].filter((column) => column >= 0)
    },
    states,
  )
  if (variation.maxCost !== undefined) model.addRow('cost', costTerms, '<=', variation.maxCost)
  if (slack !== null) model.replaceObjective([[slack, 1]])
  else model.replaceObjective(objective === 'makespan' ? [[largest, 1]] : costTerms)
  return { model, columns }
}

function pushColumn(terms: Term[], column: Variable, coefficient: number): void {
  if (column >= 0) terms.push([column, coefficient])
}

/** No agent can have more than the sum over the tasks of their largest loads. */
function totalLoad(problem: AllocationProblem): number {
  let total = 0
  problem.tasks.forEach((_, j) => {
    let most = 0
    problem.agents.forEach((_agent, a) => {
      most = Math.max(most, problem.loads[a]?.[j] ?? 0)
    })
    total += most
  })
  return total
}
