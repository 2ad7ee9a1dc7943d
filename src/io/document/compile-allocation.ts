import type { AllocationProblem, AssignmentProblem, CostTable } from '../../domain/allocation.ts'
import type { Checker } from './checker.ts'
import { compileAllocationRules } from './compile-constraints.ts'
import type { PlanningDocument } from './schema.ts'

interface Named {
  readonly agents: readonly string[]
  readonly tasks: readonly string[]
  readonly costs: CostTable
}

export function compileAssignment(document: PlanningDocument, check: Checker): AssignmentProblem {
  check.onlySections(document, 'assignment', ['agents', 'tasks', 'costs', 'sense', 'objective'])
  const named = compileNamed(document, check, 'assignment')
  const objective = document.objective ?? 'sum'
  if (objective !== 'sum' && objective !== 'bottleneck' && objective !== 'cost') {
    check.add(
      'wrong-value',
      ['objective'],
      `"${nameOf(objective)}" is no objective of an assignment`,
      'use sum or bottleneck',
    )
  }
  if (objective === 'bottleneck' && document.sense === 'maximize') {
    check.add(
      'wrong-value',
      ['sense'],
      'a bottleneck is a largest cost: it is minimised',
      'take sense out, or use objective: sum',
    )
  }
  return {
    title: document.title ?? 'Assignment',
    unit: document.unit ?? document.units?.time ?? document.units?.money ?? '',
    ...named,
    sense: document.sense ?? 'minimize',
    objective: objective === 'bottleneck' ? 'bottleneck' : 'sum',
  }
}

export function compileAllocation(document: PlanningDocument, check: Checker): AllocationProblem {
  check.onlySections(document, 'allocation', ['agents', 'tasks', 'costs', 'loads', 'objective', 'constraints'])
  document.agents?.forEach((agent, index) => {
    if (typeof agent === 'string') return
    for (const field of ['type', 'reservation'] as const) {
      if (agent[field] === undefined) continue
      const message = `"${field}" means nothing in a document of kind allocation`
      check.add('misplaced-field', ['agents', index, field], message, 'take it out, or set kind: coordination')
    }
    agent.capabilities?.forEach((one, k) => {
      if (typeof one === 'string') return
      const message = 'in an allocation an agent has a capability or has it not'
      const hint = 'give the name alone, or set kind: coordination'
      check.add('misplaced-field', ['agents', index, 'capabilities', k], message, hint)
    })
  })
  const problem = allocationOf(document, check)
  const agents = problem.agents.map((agent) => agent.id)
  const tasks = problem.tasks.map((task) => task.id)
  return { ...problem, choices: compileAllocationRules(document, agents, tasks, check) }
}

function nameOf(objective: NonNullable<PlanningDocument['objective']>): string {
  return typeof objective === 'object' && 'weighted' in objective ? 'weighted' : [objective].flat().join(', ')
}

/** The allocation that the sections agents, tasks, costs and loads state, in whatever kind of document. */
export function allocationOf(document: PlanningDocument, check: Checker): AllocationProblem {
  const named = compileNamed(document, check, 'allocation')
  const { agents, tasks, costs } = named
  if (document.loads !== undefined) checkTable('loads', document.loads, agents, tasks, check)
  const objectives: ('cost' | 'makespan')[] = []
  for (const objective of [document.objective ?? 'cost'].flat()) {
    if (objective === 'cost' || objective === 'makespan') objectives.push(objective)
    else
      check.add(
        'wrong-value',
        ['objective'],
        `"${nameOf(objective)}" is no objective of an allocation`,
        'use cost or makespan',
      )
  }
  const capabilities = new Set<string>()
  const compiledAgents = agents.map((id, index) => {
    const agent = document.agents?.[index]
    const has = typeof agent === 'object' ? (agent.capabilities ?? []).map((one) => capabilityId(one)) : []
    for (const capability of has) capabilities.add(capability)
    return { id, capacity: typeof agent === 'object' ? (agent.capacity ?? null) : null, capabilities: has }
  })
  const compiledTasks = tasks.map((id, index) => {
    const task = document.tasks?.[index]
    const needs = typeof task === 'object' ? (task.needs ?? []) : []
    needs.forEach((need, position) => {
      check.known(['tasks', index, 'needs', position], need, [...capabilities], 'capabilities')
    })
    return { id, needs }
  })
  const loads = document.loads ?? costs
  return {
    title: document.title ?? 'Allocation',
    unit: document.unit ?? document.units?.time ?? document.units?.money ?? '',
    agents: compiledAgents,
    tasks: compiledTasks,
    costs: costs.map((row, i) => row.map((cost, j) => (loads[i]?.[j] === null ? null : cost))),
    loads: loads.map((row, i) => row.map((load, j) => (costs[i]?.[j] === null ? null : load))),
    objectives: objectives.length > 0 ? objectives : ['cost'],
  }
}

function compileNamed(document: PlanningDocument, check: Checker, kind: string): Named {
  for (const section of ['agents', 'tasks', 'costs'] as const) check.required(document, kind, section)
  const agents = (document.agents ?? []).map((agent) => (typeof agent === 'string' ? agent : agent.id))
  const tasks = (document.tasks ?? []).map((task) => (typeof task === 'string' ? task : task.id))
  check.uniqueIds('agents', agents)
  check.uniqueIds('tasks', tasks)
  document.tasks?.forEach((task, index) => {
    if (typeof task === 'string') return
    for (const field of Object.keys(task)) {
      if (field === 'id' || (field === 'needs' && kind === 'allocation')) continue
      check.add(
        'misplaced-field',
        ['tasks', index, field],
        `"${field}" means nothing in a document of kind ${kind}`,
        'take it out',
      )
    }
  })
  if (kind === 'assignment') {
    document.agents?.forEach((agent, index) => {
      if (typeof agent === 'string') return
      for (const field of Object.keys(agent)) {
        if (field === 'id') continue
        check.add(
          'misplaced-field',
          ['agents', index, field],
          `"${field}" means nothing when every agent takes one task`,
          'set kind: allocation',
        )
      }
    })
  }
  const costs = document.costs ?? []
  if (document.costs !== undefined) checkTable('costs', costs, agents, tasks, check)
  return { agents, tasks, costs }
}

function checkTable(
  section: string,
  table: CostTable,
  agents: readonly string[],
  tasks: readonly string[],
  check: Checker,
): void {
  if (table.length !== agents.length) {
    check.add(
      'wrong-length',
      [section],
      `there are ${agents.length} agents but ${table.length} rows`,
      `give ${agents.length} rows`,
    )
  }
  table.forEach((row, index) => {
    if (row.length === tasks.length) return
    const who = agents[index] === undefined ? `row ${index + 1}` : `the row of "${agents[index]}"`
    check.add(
      'wrong-length',
      [section, index],
      `there are ${tasks.length} tasks but ${who} has ${row.length} numbers`,
      `give ${tasks.length} numbers or null`,
    )
  })
}

export function capabilityId(capability: string | { readonly id: string }): string {
  return typeof capability === 'string' ? capability : capability.id
}
