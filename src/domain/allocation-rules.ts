/**
 * What an assignment or allocation costs and when it is valid, recomputed from the tables and evaluated rule by rule.
 * Written against the problem alone. Pairs are [agent index, task index].
 */
import type { AllocationProblem, AssignmentProblem } from './allocation.ts'
import { type AnswerCheck, Findings } from './answer-check.ts'
import { checkLinearRules } from './linear-rule.ts'

export type AgentTask = readonly [agent: number, task: number]

export interface AssignmentEvaluation {
  readonly cost: number
  /** Largest single cost (smallest profit when maximising); 0 without pairs. */
  readonly bottleneck: number
  readonly check: AnswerCheck
}

export function evaluateAssignment(problem: AssignmentProblem, pairs: readonly AgentTask[]): AssignmentEvaluation {
  const findings = new Findings()
  const { agents, tasks } = problem
  const wanted = Math.min(agents.length, tasks.length)
  findings.equal('complete', pairs.length, wanted, () => `${pairs.length} pairs where ${wanted} are possible`)
  const seenAgents = new Set<number>()
  const seenTasks = new Set<number>()
  let cost = 0
  let bottleneck: number | null = null
  for (const [agent, task] of pairs) {
    const value = problem.costs[agent]?.[task] ?? null
    findings.holds('allowed', value !== null, () => `${agents[agent]} cannot do ${tasks[task]}`)
    findings.holds('one task an agent', !seenAgents.has(agent), () => `${agents[agent]} has two tasks`)
    findings.holds('one agent a task', !seenTasks.has(task), () => `${tasks[task]} is done twice`)
    seenAgents.add(agent)
    seenTasks.add(task)
    if (value === null) continue
    cost += value
    const worse = bottleneck === null || (problem.sense === 'minimize' ? value > bottleneck : value < bottleneck)
    if (worse) bottleneck = value
  }
  return { cost, bottleneck: bottleneck ?? 0, check: findings.verdict() }
}

export interface AllocationEvaluation {
  readonly cost: number
  /** Largest load of an agent; 0 without agents. */
  readonly makespan: number
  /** Load of each agent, in the problem's order. */
  readonly loads: readonly number[]
  readonly check: AnswerCheck
}

/** Whether the agent may do the task at all: a cost and a load are given and every needed capability is there. */
export function canDo(problem: AllocationProblem, agent: number, task: number): boolean {
  const doer = problem.agents[agent]
  const work = problem.tasks[task]
  if (doer === undefined || work === undefined) return false
  if (missingCapabilities(problem, agent, task).length > 0) return false
  return (problem.costs[agent]?.[task] ?? null) !== null && (problem.loads[agent]?.[task] ?? null) !== null
}

export function missingCapabilities(problem: AllocationProblem, agent: number, task: number): string[] {
  const has = problem.agents[agent]?.capabilities ?? []
  return (problem.tasks[task]?.needs ?? []).filter((need) => !has.includes(need))
}

export function evaluateAllocation(problem: AllocationProblem, pairs: readonly AgentTask[]): AllocationEvaluation {
  const findings = new Findings()
  const loads = new Array<number>(problem.agents.length).fill(0)
  const done = new Array<number>(problem.tasks.length).fill(0)
  let cost = 0
  for (const [agent, task] of pairs) {
    const doer = problem.agents[agent]
    const work = problem.tasks[task]
    findings.holds('allowed', canDo(problem, agent, task), () => `${doer?.id} cannot do ${work?.id}`)
    if (doer === undefined || work === undefined) continue
    done[task] = (done[task] as number) + 1
    loads[agent] = (loads[agent] as number) + (problem.loads[agent]?.[task] ?? 0)
    cost += problem.costs[agent]?.[task] ?? 0
  }
  problem.tasks.forEach((task, index) => {
    findings.equal(`task ${task.id} once`, done[index] as number, 1, () => `${task.id} is done ${done[index]} times`)
  })
  problem.agents.forEach((agent, index) => {
    const load = loads[index] as number
    const capacity = agent.capacity
    if (capacity === null) return
    findings.atMost(`capacity ${agent.id}`, load, capacity, () => `${agent.id} takes ${load} of ${capacity}`)
  })
  const counts = (agent: string, task?: string): number =>
    pairs.filter(([a, j]) => problem.agents[a]?.id === agent && (task === undefined || problem.tasks[j]?.id === task))
      .length
  checkLinearRules(problem.choices ?? [], ({ agent, task }) => counts(agent, task), findings)
  return { cost, makespan: loads.reduce((most, load) => Math.max(most, load), 0), loads, check: findings.verdict() }
}
