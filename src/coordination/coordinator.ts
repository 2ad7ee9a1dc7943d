/**
 * One object for a session of agents: it shares out tasks, lets agents bargain, runs auctions, forms coalitions and keeps what was agreed,
 * what is commonly known and every message. Cooperative, competitive and self-interested agents may be mixed.
 */
import { type VickreyResult, vickreyAuction } from '../../models/allocation/index.ts'
import { InvalidInputError, type Issue, type RunOptions } from '../../solvers/contract/index.ts'
import { type MatrixGameSolution, solveMatrixGame } from '../../solvers/game/index.ts'
import { coordinationTask, type TaskDescription } from '../domain/agent.ts'
import type { Agreement } from '../domain/agreement.ts'
import type { CombinatorialAuction } from '../domain/auction.ts'
import type { JointPlanProblem } from '../domain/joint-plan.ts'
import type { AgentMessage } from '../domain/message.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import type { Resource } from '../domain/resource.ts'
import { type AgentAllocation, type AgentAllocationOptions, allocateToAgents } from './agent-allocation.ts'
import { ALLOCATION_STRATEGIES, type AllocationStrategy, oneOf } from './allocation-front.ts'
import { Blackboard } from './blackboard.ts'
import { fromContractNet } from './contract-net-messages.ts'
import type { NegotiationOutcome } from './deal-space.ts'
import { type CoalitionFormation, formCoalitions } from './form-coalition.ts'
import { type JointRun, type JointRunOptions, runJointPlan } from './joint-execution.ts'
import { type AgentDescription, agentIssues, createAgent, PlanningAgent, taskIssues } from './planning-agent.ts'
import { type ConflictsResolved, type ResolveOptions, resolveConflicts } from './resolve-conflicts.ts'
import {
  allocateTasksWithResources,
  type SharedAllocationResult,
  type SharedOptions,
  type SharingTask,
} from './shared-resources.ts'
import {
  BARGAINING_PROTOCOLS,
  type BargainingProtocol,
  bargain,
  negotiateTask,
  type TaskNegotiation,
  type TaskNegotiationOptions,
} from './task-negotiation.ts'

export const COORDINATION_PROTOCOLS = ['contract_net', 'monotonic_concession', 'mediation', 'auction'] as const
export type CoordinationProtocol = (typeof COORDINATION_PROTOCOLS)[number]

export interface CoordinatorOptions {
  /** Resources of the session; agents may then own no others. A resource tracker is one. @default not checked */
  readonly tracker?: { readonly resources: readonly Resource[] }
  /** Seed of every protocol run without its own. @default 1 */
  readonly seed?: number
}

export class MultiAgentCoordinator {
  readonly agents: readonly PlanningAgent[]
  readonly protocol: CoordinationProtocol
  readonly blackboard = new Blackboard()
  readonly #seed: number
  readonly #agreements: Agreement[] = []
  readonly #messages: AgentMessage[] = []

  /**
   * @param protocol settles what `allocateTasks` and `negotiate` do when they are not told otherwise
   * @throws InvalidInputError with every fault: a protocol that does not exist, duplicate ids, resources < 0 or unknown
   */
  constructor(
    agents: readonly (PlanningAgent | AgentDescription)[],
    protocol: CoordinationProtocol | (string & {}) = 'contract_net',
    options: CoordinatorOptions = {},
  ) {
    this.protocol = oneOf(COORDINATION_PROTOCOLS, protocol as CoordinationProtocol, 'protocol')
    this.#seed = options.seed ?? 1
    this.agents = agents.map((agent) => (agent instanceof PlanningAgent ? agent : createAgent(agent)))
    const known = options.tracker === undefined ? {} : { resources: options.tracker.resources.map(({ id }) => id) }
    const issues: Issue[] = this.agents.flatMap((agent, k) => agentIssues(agent, known, ['agents', k]))
    this.agents.forEach(({ id }, k) => {
      if (this.agents.findIndex((one) => one.id === id) === k) return
      const message = `the agent "${id}" is listed twice`
      issues.push({ code: 'duplicate', path: ['agents', k, 'id'], message, hint: 'use unique ids' })
    })
    if (issues.length > 0) throw new InvalidInputError(issues)
  }

  /** @throws InvalidInputError when there is none of this id */
  agent(id: string): PlanningAgent {
    const found = this.agents.find((one) => one.id === id)
    if (found !== undefined) return found
    const hint = `use one of: ${this.agents.map((one) => one.id).join(', ')}`
    throw new InvalidInputError([{ code: 'unknown-name', path: ['agent'], message: `there is no agent "${id}"`, hint }])
  }

  /** Everything said so far, in order. */
  get messages(): readonly AgentMessage[] {
    return this.#messages
  }

  get agreements(): readonly Agreement[] {
    return this.#agreements
  }

  /**
   * Shares the tasks out. The strategy may be named instead of following from the protocol: `optimal_assignment`, `contract_net`,
   * `auction`, `capability_match`. Nothing is committed; see `commit`.
   */
  async allocateTasks(
    tasks: readonly TaskDescription[],
    options: Omit<AgentAllocationOptions, 'strategy'> & { readonly strategy?: AllocationStrategy | (string & {}) } = {},
  ): Promise<AgentAllocation> {
    const chosen = options.strategy ?? (this.protocol === 'auction' ? 'auction' : 'contract_net')
    const strategy = oneOf(ALLOCATION_STRATEGIES, chosen as AllocationStrategy, 'strategy')
    const issues = taskIssues(tasks)
    if (issues.length > 0) throw new InvalidInputError(issues)
    const allocation = await allocateToAgents(this.agents, tasks.map(coordinationTask), {
      seed: this.#seed,
      ...options,
      strategy,
    })
    if ('messages' in allocation) this.#record(allocation.messages.map(({ message }) => fromContractNet(message)))
    return allocation
  }

  /**
   * The same where tasks share resources: a charger that takes one at a time, a budget. Who does what and when, at the proved least cost.
   * @param tracker the shared resources; a resource tracker is one
   */
  allocateTasksWithResources(
    tasks: readonly SharingTask[],
    tracker: { readonly resources: readonly Resource[] },
    options: SharedOptions = {},
  ): Promise<SharedAllocationResult> {
    const issues = taskIssues(tasks)
    if (issues.length > 0) throw new InvalidInputError(issues)
    return allocateTasksWithResources(this.agents, tasks, tracker, { seed: this.#seed, ...options })
  }

  /** Settles the conflicts between plans of these agents. @see resolveConflicts */
  resolveConflicts(plans: JointPlanProblem, options: ResolveOptions = {}): Promise<ConflictsResolved> {
    return resolveConflicts(plans, options)
  }

  /** Carries an allocation out on a virtual clock, with re-allocation when an agent is lost. @see runJointPlan */
  executeJointPlan(
    tasks: readonly TaskDescription[],
    allocation: AgentAllocation,
    options: JointRunOptions = {},
  ): Promise<JointRun> {
    return runJointPlan(this.agents, tasks, allocation, { seed: this.#seed, ...options })
  }

  /** The agents take on what they were awarded: later bids are on top of it. */
  commit(allocation: AgentAllocation, tasks: readonly TaskDescription[]): void {
    if (!('awards' in allocation)) return
    const byId = new Map(tasks.map((task) => [task.id, coordinationTask(task)]))
    for (const { agent, task } of allocation.awards) {
      const taken = byId.get(task)
      if (taken !== undefined) this.agent(agent).commit(taken)
    }
  }

  /** `principal` bargains with `other` about doing a task for it. */
  async negotiate(
    principal: string,
    other: string,
    task: TaskDescription,
    options: TaskNegotiationOptions = {},
  ): Promise<TaskNegotiation> {
    const result = await negotiateTask(this.agent(principal), this.agent(other), coordinationTask(task), {
      protocol: this.#bargaining(),
      ...options,
    })
    this.#record(result.log)
    if (result.status === 'agreement') this.#agreements.push(result.agreement)
    return result
  }

  /** Two parties, or with mediation any number, bargain over the deals of a space. */
  bargain(
    space: DealSpace,
    options: TaskNegotiationOptions = {},
  ): { readonly outcome: NegotiationOutcome; readonly log: readonly AgentMessage[] } {
    const result = bargain(space, space.title, (deal) => space.terms(deal), {
      protocol: this.#bargaining(),
      ...options,
    })
    this.#record(result.log)
    return result
  }

  /** Winners of a combinatorial auction and their Vickrey-Clarke-Groves payments. */
  async auction(auction: CombinatorialAuction, options: RunOptions = {}): Promise<VickreyResult> {
    return vickreyAuction(auction, options)
  }

  /** A zero-sum game between two competitive sides: value, mixed strategies, certificate. */
  async compete(payoff: readonly (readonly number[])[]): Promise<MatrixGameSolution> {
    return solveMatrixGame(payoff)
  }

  /** Coalitions of these agents for one task or several. */
  formCoalition(tasks: TaskDescription | readonly TaskDescription[], options: RunOptions = {}): CoalitionFormation {
    const list = Array.isArray(tasks) ? tasks : [tasks as TaskDescription]
    return formCoalitions(this.agents, list.map(coordinationTask), options)
  }

  #bargaining(): BargainingProtocol {
    return BARGAINING_PROTOCOLS.find((name) => name === this.protocol) ?? 'monotonic_concession'
  }

  #record(messages: readonly AgentMessage[]): void {
    for (const message of messages) this.#messages.push({ ...message, id: this.#messages.length + 1 })
  }
}
