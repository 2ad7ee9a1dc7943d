/**
 * An agent at work: what it has taken on, what it would bid, how it judges a proposal, and how it bargains with another one.
 *
 * A bid is a marginal cost (Sandholm 1993): the agent plans anew for everything it holds together with the task, and asks for what its
 * best plan then costs more.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import {
  AGENT_TYPES,
  type Agent,
  type AgentPlanner,
  type AgentPlanning,
  type AgentType,
  type Capability,
  type CoordinationTask,
  coordinationTask,
  fitness,
  type TaskDescription,
} from '../domain/agent.ts'
import { askedPrice, type Proposal } from '../domain/agreement.ts'
import type { Goal } from '../domain/goal.ts'
import type { Plan } from '../domain/plan.ts'
import { sequencePlanner } from './sequence-planner.ts'

export interface AgentDescription {
  readonly id: string
  /** @default 'cooperative' */
  readonly type?: AgentType
  /** A name alone stands for proficiency 1 and cost multiplier 1. @default none */
  readonly capabilities?: readonly (string | (Pick<Capability, 'name'> & Partial<Capability>))[]
  /** @default none */
  readonly goals?: readonly Goal[]
  /** @default none */
  readonly resources?: Readonly<Record<string, number>>
  /** @default 0 */
  readonly reservation?: number
  /** @default sequencePlanner(): one task after another in the cheapest order */
  readonly planner?: AgentPlanner
  readonly belief?: unknown
}

/** What exists around the agents; absent lists are not checked. */
export interface KnownNames {
  readonly resources?: readonly string[]
  readonly capabilities?: readonly string[]
}

/** @throws InvalidInputError with every fault: type, proficiency, amounts, unknown names */
export function createAgent(description: AgentDescription, known: KnownNames = {}): PlanningAgent {
  const agent: Agent = {
    id: description.id,
    type: description.type ?? 'cooperative',
    capabilities: (description.capabilities ?? []).map((one) =>
      typeof one === 'string'
        ? { name: one, proficiency: 1, costMultiplier: 1 }
        : { proficiency: 1, costMultiplier: 1, ...one },
    ),
    goals: description.goals ?? [],
    resources: description.resources ?? {},
    reservation: description.reservation ?? 0,
    planner: description.planner ?? sequencePlanner(),
    ...(description.belief === undefined ? {} : { belief: description.belief }),
  }
  const issues = agentIssues(agent, known, [])
  if (issues.length > 0) throw new InvalidInputError(issues)
  return new PlanningAgent(agent)
}

export function agentIssues(agent: Agent, known: KnownNames, path: readonly (string | number)[]): Issue[] {
  const issues: Issue[] = []
  const fault = (code: string, field: string, message: string, hint: string): void => {
    issues.push({ code, path: [...path, field], message: `${agent.id}: ${message}`, hint })
  }
  if (agent.id === '') fault('empty', 'id', 'the id is empty', 'name the agent')
  if (!AGENT_TYPES.includes(agent.type))
    fault('unknown-name', 'type', `there is no agent type "${agent.type}"`, `use one of: ${AGENT_TYPES.join(', ')}`)
  agent.capabilities.forEach(({ name, proficiency, costMultiplier }, k) => {
    if (agent.capabilities.findIndex((one) => one.name === name) !== k)
      fault('duplicate', 'capabilities', `"${name}" is listed twice`, 'keep one of them')
    if (known.capabilities !== undefined && !known.capabilities.includes(name))
      fault(
        'unknown-name',
        'capabilities',
        `no task needs "${name}"`,
        `known: ${known.capabilities.slice(0, 12).join(', ')}`,
      )
    if (!(proficiency > 0 && proficiency <= 1))
      fault('out-of-range', 'capabilities', `the proficiency of "${name}" is ${proficiency}`, 'give a number in (0, 1]')
    if (!(costMultiplier > 0 && Number.isFinite(costMultiplier)))
      fault(
        'out-of-range',
        'capabilities',
        `the cost multiplier of "${name}" is ${costMultiplier}`,
        'give a number > 0',
      )
  })
  for (const [name, amount] of Object.entries(agent.resources)) {
    if (!(amount >= 0 && Number.isFinite(amount)))
      fault('out-of-range', 'resources', `it has ${amount} of "${name}"`, 'give a finite number >= 0')
    if (known.resources !== undefined && !known.resources.includes(name))
      fault('unknown-name', 'resources', `there is no resource "${name}"`, `known: ${known.resources.join(', ')}`)
  }
  if (!Number.isFinite(agent.reservation))
    fault('not-finite', 'reservation', `the reservation is ${agent.reservation}`, 'give a finite number')
  return issues
}

export function taskIssues(tasks: readonly TaskDescription[]): Issue[] {
  const issues: Issue[] = []
  tasks.forEach((description, k) => {
    const task = coordinationTask(description)
    const fault = (code: string, field: string, message: string, hint: string): void => {
      issues.push({ code, path: ['tasks', k, field], message: `${task.id}: ${message}`, hint })
    }
    if (tasks.findIndex((one) => one.id === task.id) !== k)
      fault('duplicate', 'id', 'the task is listed twice', 'use unique ids')
    for (const field of ['value', 'cost', 'duration', 'release', 'priority', 'difficulty'] as const) {
      const amount = task[field]
      const signed = field === 'value' || field === 'priority'
      if (!Number.isFinite(amount) || (!signed && amount < 0))
        fault('out-of-range', field, `${field} is ${amount}`, `give a finite number${signed ? '' : ' >= 0'}`)
    }
    if (task.difficulty > 1) fault('out-of-range', 'difficulty', `it is ${task.difficulty}`, 'give a number in [0, 1]')
    if (task.deadline !== null && !(task.deadline >= task.release))
      fault('out-of-range', 'deadline', `it is ${task.deadline}`, 'give a number >= the release, or null')
    for (const [name, amount] of Object.entries(task.consumes)) {
      if (!(amount >= 0 && Number.isFinite(amount)))
        fault('out-of-range', 'consumes', `it takes ${amount} of "${name}"`, 'give a finite number >= 0')
    }
  })
  return issues
}

export type ProposalResult =
  | { readonly status: 'proposal'; readonly proposal: Proposal }
  | { readonly status: 'none'; readonly reason: string }

export class PlanningAgent implements Agent {
  readonly id: string
  readonly type: AgentType
  readonly capabilities: readonly Capability[]
  readonly goals: readonly Goal[]
  readonly resources: Readonly<Record<string, number>>
  readonly reservation: number
  readonly planner: AgentPlanner
  readonly belief: unknown
  readonly #commitments = new Map<string, CoordinationTask>()
  readonly #known = new Map<string, AgentPlanning>()

  constructor(agent: Agent) {
    this.id = agent.id
    this.type = agent.type
    this.capabilities = agent.capabilities
    this.goals = agent.goals
    this.resources = agent.resources
    this.reservation = agent.reservation
    this.planner = agent.planner
    this.belief = agent.belief
  }

  /** Tasks taken on, in the order they were. */
  get commitments(): readonly CoordinationTask[] {
    return [...this.#commitments.values()]
  }

  /** Takes a task on: later bids are on top of it. */
  commit(task: CoordinationTask): void {
    this.#commitments.set(task.id, task)
  }

  release(task: string): void {
    this.#commitments.delete(task)
  }

  /** The best plan of the agent's planner for these tasks together. Asked once for a set. */
  async planFor(tasks: readonly CoordinationTask[]): Promise<AgentPlanning> {
    const known = this.knownPlan(tasks)
    if (known !== null) return known
    const means = { agent: this.id, capabilities: this.capabilities, resources: this.resources }
    const found = await this.planner.plan(tasks, means)
    this.#known.set(setKey(tasks), found)
    return found
  }

  /** The answer of an earlier `planFor`, null when it was not asked. */
  knownPlan(tasks: readonly CoordinationTask[]): AgentPlanning | null {
    return this.#known.get(setKey(tasks)) ?? null
  }

  /**
   * A plan and a price for one more task; none with the reason: a missing capability, a resource, the commitments.
   * The price covers the cost and, of an agent that is not cooperative, its reservation.
   */
  async proposePlan(task: CoordinationTask): Promise<ProposalResult> {
    const { lacks, proficiency } = fitness(this.capabilities, task.needs)
    if (lacks.length > 0) return { status: 'none', reason: `${this.id} lacks ${quoted(lacks)} for ${task.id}` }
    if (this.#commitments.has(task.id)) return { status: 'none', reason: `${this.id} has already taken on ${task.id}` }
    const before = await this.planFor(this.commitments)
    if (before.status === 'none') return before
    const after = await this.planFor([...this.commitments, task])
    if (after.status === 'none') return after
    const required = difference(resourcesOf(after.plan), resourcesOf(before.plan))
    const duration =
      after.plan.makespan === undefined ? null : after.plan.makespan - (before.plan.makespan ?? after.plan.makespan)
    return {
      status: 'proposal',
      proposal: {
        id: `${this.id}/${task.id}`,
        agent: this.id,
        task: task.id,
        plan: after.plan,
        cost: after.plan.cost - before.plan.cost,
        utility: this.type === 'cooperative' ? 0 : Math.max(0, this.reservation),
        requiredResources: required,
        expectedDuration: duration,
        confidence: proficiency ** task.difficulty,
      },
    }
  }

  /**
   * What a proposal of another agent is worth to this one, in its own terms.
   * - cooperative: what all gain, value - cost; who pays whom does not matter.
   * - competitive: what the proposer gains counts against it, -utility.
   * - self-interested: what is left to it after paying the price, value - (cost + utility).
   */
  evaluateProposal(proposal: Proposal, task: CoordinationTask): number {
    switch (this.type) {
      case 'cooperative':
        return task.value - proposal.cost
      case 'competitive':
        return proposal.agent === this.id ? proposal.utility : -proposal.utility
      case 'self_interested':
        return task.value - askedPrice(proposal)
    }
  }

  /** Whether it would take the proposal: no agent goes below its reservation. */
  accepts(proposal: Proposal, task: CoordinationTask): boolean {
    return this.evaluateProposal(proposal, task) >= this.reservation
  }
}

/** Amounts that the steps of a plan take, by resource. */
export function resourcesOf(plan: Plan): Map<string, number> {
  const total = new Map<string, number>()
  for (const step of plan.steps) {
    for (const [name, amount] of Object.entries(step.resources ?? {})) total.set(name, (total.get(name) ?? 0) + amount)
  }
  return total
}

function difference(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): Record<string, number> {
  const names = [...new Set([...after.keys(), ...before.keys()])].sort()
  return Object.fromEntries(
    names.flatMap((name) => {
      const amount = (after.get(name) ?? 0) - (before.get(name) ?? 0)
      return amount === 0 ? [] : [[name, amount]]
    }),
  )
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ')
}

function setKey(tasks: readonly CoordinationTask[]): string {
  return JSON.stringify([...tasks].sort((a, b) => (a.id < b.id ? -1 : 1)))
}
