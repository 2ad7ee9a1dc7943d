/** Refuses assignments and allocations that break their own rules, all faults at once. */

import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { AllocationProblem, AssignmentProblem, CostTable } from '../../src/domain/allocation.ts'
import { Faults, validateRules } from '../conflict/index.ts'

export function validateAssignment(problem: AssignmentProblem): void {
  const faults = new Faults()
  faults.distinct(problem.agents, (index) => ['agents', index])
  faults.distinct(problem.tasks, (index) => ['tasks', index])
  checkTable(faults, problem.costs, 'costs', problem.agents.length, problem.tasks.length, false)
  if (faults.issues.length > 0) throw new InvalidInputError(faults.issues)
}

export function validateAllocation(problem: AllocationProblem): void {
  const faults = new Faults()
  faults.distinct(
    problem.agents.map((agent) => agent.id),
    (index) => ['agents', index, 'id'],
  )
  faults.distinct(
    problem.tasks.map((task) => task.id),
    (index) => ['tasks', index, 'id'],
  )
  const agents = new Set(problem.agents.map((agent) => agent.id))
  const tasks = new Set(problem.tasks.map((task) => task.id))
  validateRules(
    problem.choices ?? [],
    ({ agent, task }, path) => {
      faults.known(agent, agents, [...path, 'agent'])
      if (task !== undefined) faults.known(task, tasks, [...path, 'task'])
    },
    faults,
  )
  problem.agents.forEach((agent, index) => {
    if (agent.capacity !== null) faults.amount(agent.capacity, ['agents', index, 'capacity'])
  })
  checkTable(faults, problem.costs, 'costs', problem.agents.length, problem.tasks.length, false)
  checkTable(faults, problem.loads, 'loads', problem.agents.length, problem.tasks.length, true)
  if (problem.objectives.length === 0) {
    faults.add('wrong-count', ['objectives'], 'there is no objective', 'name cost, makespan or both')
  }
  faults.distinct(problem.objectives, (index) => ['objectives', index])
  if (faults.issues.length > 0) throw new InvalidInputError(faults.issues)
}

function checkTable(
  faults: Faults,
  table: CostTable,
  name: string,
  rows: number,
  columns: number,
  nonNegative: boolean,
): void {
  if (table.length !== rows) {
    faults.add('wrong-count', [name], `${table.length} rows for ${rows} agents`, 'give one row an agent')
  }
  table.forEach((row, i) => {
    if (row.length !== columns) {
      faults.add(
        'wrong-count',
        [name, i],
        `${row.length} entries for ${columns} tasks`,
        'give a number or null for each',
      )
    }
    row.forEach((value, j) => {
      if (value === null) return
      if (nonNegative) faults.amount(value, [name, i, j])
      else faults.finite(value, [name, i, j])
    })
  })
}
