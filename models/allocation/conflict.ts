/** Why not every task can be given to somebody, in the user's words. */

import type { Run } from '../../solvers/contract/index.ts'
import { solveLinear } from '../../solvers/linear/index.ts'
import type { AllocationProblem } from '../../src/domain/allocation.ts'
import { missingCapabilities } from '../../src/domain/allocation-rules.ts'
import type { Conflict, Relaxation } from '../../src/domain/conflict.ts'
import { ruleName } from '../../src/domain/linear-rule.ts'
import { clean, describeRule, figure, linearOptions, type ModelOptions, minimalConflict } from '../conflict/index.ts'
import { allocationNames, buildAllocationModel } from './formulation.ts'
import type { Unallocatable } from './result.ts'

/** Tasks that no agent can do even when it does nothing else. */
export function unallocatableTasks(problem: AllocationProblem): Unallocatable[] {
  const found: Unallocatable[] = []
  problem.tasks.forEach((task, j) => {
    const reasons = problem.agents.map((_, a) => whyNot(problem, a, j))
    if (reasons.some((reason) => reason === null)) return
    const listed = reasons.length === 0 ? 'there is no agent' : [...new Set(reasons)].join('; ')
    found.push({ task: task.id, reason: listed })
  })
  return found
}

/** Why an agent cannot do a task even alone; null when it can. */
function whyNot(problem: AllocationProblem, a: number, j: number): string | null {
  const agent = problem.agents[a] as AllocationProblem['agents'][number]
  const missing = missingCapabilities(problem, a, j)
  if (missing.length > 0) return `${agent.id} lacks ${missing.join(', ')}`
  const load = problem.loads[a]?.[j] ?? null
  if (load === null || (problem.costs[a]?.[j] ?? null) === null) return `${agent.id} cannot do it`
  if (agent.capacity === null || load <= agent.capacity) return null
  return `${agent.id} would need ${figure(load)} of a capacity of ${figure(agent.capacity)}`
}

export async function explainAllocationConflict(
  problem: AllocationProblem,
  run: Run,
  options: ModelOptions,
): Promise<Conflict> {
  const descriptions = new Map<string, string>()
  const unallocatable = new Map(unallocatableTasks(problem).map(({ task, reason }) => [task, reason]))
  for (const task of problem.tasks) {
    const reason = unallocatable.get(task.id)
    descriptions.set(
      allocationNames.task(task.id),
      `${task.id} must be done${reason === undefined ? '' : ` (${reason})`}`,
    )
  }
  for (const rule of problem.choices ?? []) descriptions.set(ruleName(rule.name), describeRule(rule))
  const capacities = new Map<string, number>()
  for (const agent of problem.agents) {
    if (agent.capacity === null) continue
    const name = allocationNames.capacity(agent.id)
    capacities.set(name, agent.capacity)
    descriptions.set(name, `${agent.id} takes at most ${figure(agent.capacity)} ${problem.unit}`.trimEnd())
  }
  const contradictory = async (kept: ReadonlySet<string>): Promise<boolean | null> => {
    if (run.limit !== null) return null
    const { model } = buildAllocationModel(problem, { only: kept })
    model.replaceObjective([])
    const { status } = await solveLinear(model, linearOptions(run, options))
    return status === 'unknown' ? null : status === 'infeasible'
  }
  const { names, irreducible } = await minimalConflict([...descriptions.keys()], contradictory)
  const relaxations: Relaxation[] = []
  for (const name of names) {
    const from = capacities.get(name)
    if (from === undefined || run.limit !== null) continue
    const { model } = buildAllocationModel(problem, { relax: name })
    const result = await solveLinear(model, linearOptions(run, options))
    if (result.status !== 'optimal') continue
    const to = clean(from + result.objective)
    const description = `${name}: ${figure(to)} instead of ${figure(from)}`
    relaxations.push({ constraint: name, description, from, to })
  }
  const constraints = names.map((name) => ({ name, description: descriptions.get(name) as string }))
  const blamedTasks = problem.tasks.filter((task) => names.includes(allocationNames.task(task.id)))
  const blamedAgents = problem.agents.filter((agent) => names.includes(allocationNames.capacity(agent.id)))
  const explanation = inWords(problem, blamedTasks, blamedAgents, new Set(names), unallocatable, relaxations)
  return { constraints, irreducible, relaxations, explanation }
}

function inWords(
  problem: AllocationProblem,
  tasks: AllocationProblem['tasks'],
  agents: AllocationProblem['agents'],
  blamed: ReadonlySet<string>,
  unallocatable: ReadonlyMap<string, string>,
  relaxations: readonly Relaxation[],
): string {
  const listed = tasks.map((task) => task.id).join(', ')
  const gives = relaxations.map((relaxation) => relaxation.description)
  const ways = gives.length > 0 ? ` One of these would make it possible: ${gives.join('; ')}.` : ''
  const alone = tasks.length === 1 ? unallocatable.get(tasks[0]?.id ?? '') : undefined
  if (alone !== undefined) return `Nobody can do ${listed}: ${alone}.${ways}`
  const rules = (problem.choices ?? []).filter(({ name }) => blamed.has(ruleName(name))).map(describeRule)
  const kept = rules.length === 0 ? '' : ` and ${rules.join(' and ')}`
  if (tasks.length === 0) return `Nothing can keep ${rules.join(' and ')}.${ways}`
  if (agents.length === 0 && kept !== '') return `${listed} cannot all be done within${kept.slice(4)}.${ways}`
  if (agents.length === 0) return `Not all of ${listed} can be done.${ways}`
  const { unit } = problem
  const limits = agents.map(({ id, capacity }) => `${id} ${figure(capacity ?? 0)}`).join(', ')
  return `${listed} cannot all be done within the capacities of ${`${limits} ${unit}`.trimEnd()}${kept}.${ways}`
}
