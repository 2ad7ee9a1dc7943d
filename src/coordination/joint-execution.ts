/**
 * Carrying an allocation out on a virtual clock, and what happens when an agent is lost.
 *
 * Every agent does the steps of its plan one after another. When an agent is lost or fails a task, its unfinished tasks go back; they,
 * or with scope `all` every task that nobody has begun, are shared out anew among the agents that are left, with what is left of their
 * resources. Running steps are not interrupted. Commitments end satisfied, violated or cancelled.
 */
import { InternalError, InvalidInputError, type Issue, type RunOptions } from '../../solvers/contract/index.ts'
import { type CoordinationTask, coordinationTask, type TaskDescription } from '../domain/agent.ts'
import { type AgentAllocation, allocateToAgents } from './agent-allocation.ts'
import type { AllocationStrategy } from './allocation-front.ts'
import { PlanningAgent } from './planning-agent.ts'

export interface Loss {
  readonly agent: string
  /** On the virtual clock: nothing that would end later is done. */
  readonly at: number
}

export interface ReallocationAfterLoss {
  /** How the tasks are shared out anew. */
  readonly allocation: AgentAllocation
  /** Tasks that were to be shared out again. */
  readonly open: readonly string[]
  /** What the agents that are left had for it. */
  readonly resources: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export interface WorkLeft {
  /** Agents that are still there, with what they have used up or are using up, by resource. */
  readonly agents: readonly { readonly agent: PlanningAgent; readonly used: ReadonlyMap<string, number> }[]
  readonly tasks: readonly CoordinationTask[]
}

/** Shares tasks out among the agents that are left, within what is left of their resources. */
export async function reallocateAfterLoss(
  left: WorkLeft,
  options: RunOptions & { readonly strategy?: AllocationStrategy } = {},
): Promise<ReallocationAfterLoss> {
  const agents = left.agents.map(({ agent, used }) => {
    const rest = Object.entries(agent.resources).map(([name, amount]): [string, number] => [
      name,
      Math.max(0, amount - (used.get(name) ?? 0)),
    ])
    return new PlanningAgent({
      id: agent.id,
      type: agent.type,
      capabilities: agent.capabilities,
      goals: agent.goals,
      resources: Object.fromEntries(rest),
      reservation: agent.reservation,
      planner: agent.planner,
    })
  })
  const { onProgress: _quiet, ...run } = options
  const allocation = await allocateToAgents(agents, left.tasks, { strategy: 'optimal_assignment', ...run })
  return {
    allocation,
    open: left.tasks.map((task) => task.id),
    resources: Object.fromEntries(agents.map((agent) => [agent.id, agent.resources])),
  }
}

export interface JointRunOptions extends RunOptions {
  /** Agents that are lost. @default none */
  readonly losses?: readonly Loss[]
  /** Tasks that fail at their end when an agent does them, `agent/task`; another agent may do them. @default none */
  readonly failures?: readonly string[]
  /** Tasks shared out again after a loss: those of the lost agent, or all that nobody has begun. @default 'all' */
  readonly scope?: 'lost' | 'all'
  /** @default 'optimal_assignment' */
  readonly strategy?: AllocationStrategy
}

export interface JointEvent {
  readonly at: number
  readonly agent: string
  readonly kind: 'started' | 'finished' | 'failed' | 'lost' | 'reallocated'
  readonly task: string | null
}

export interface JointRun {
  /** `complete`: every task is done. */
  readonly status: 'complete' | 'partial'
  readonly events: readonly JointEvent[]
  readonly done: readonly {
    readonly task: string
    readonly agent: string
    readonly start: number
    readonly end: number
  }[]
  readonly notDone: readonly { readonly task: string; readonly reason: string }[]
  readonly reallocations: readonly (ReallocationAfterLoss & { readonly at: number; readonly because: string })[]
  readonly commitments: readonly {
    readonly agent: string
    readonly task: string
    readonly state: 'satisfied' | 'violated' | 'cancelled'
  }[]
  /** Costs of the tasks done. */
  readonly cost: number
  /** When the last task was done. */
  readonly time: number
}

interface Work {
  readonly task: CoordinationTask
  readonly duration: number
  readonly cost: number
  readonly uses: ReadonlyMap<string, number>
}

interface Worker {
  readonly agent: PlanningAgent
  readonly used: Map<string, number>
  queue: Work[]
  running: { readonly work: Work; readonly start: number; readonly end: number } | null
  gone: boolean
}

/** @throws InvalidInputError when a loss names nobody, or the allocation holds unknown tasks or agents */
export async function runJointPlan(
  agents: readonly PlanningAgent[],
  tasks: readonly TaskDescription[],
  allocation: AgentAllocation,
  options: JointRunOptions = {},
): Promise<JointRun> {
  const byId = new Map(tasks.map((task) => [task.id, coordinationTask(task)]))
  const losses = [...(options.losses ?? [])].sort((a, b) => a.at - b.at)
  validate(agents, byId, allocation, losses)
  const workers = agents.map((agent): Worker => ({ agent, used: new Map(), queue: [], running: null, gone: false }))
  const events: JointEvent[] = []
  const done: { task: string; agent: string; start: number; end: number }[] = []
  const reallocations: (ReallocationAfterLoss & { at: number; because: string })[] = []
  const commitments: { agent: string; task: string; state: 'satisfied' | 'violated' | 'cancelled' }[] = []
  const notDone = new Map<string, string>()
  const failing = new Set(options.failures ?? [])
  const banned = new Map<string, Set<string>>()
  let cost = 0
  let now = 0
  const take = (given: AgentAllocation): void => {
    if (!('plans' in given) || !('unallocated' in given)) {
      for (const { queue } of workers) if (queue.length > 0) throw new InternalError('tasks were shared out twice')
      return
    }
    for (const { agent, plan, tasks: own } of given.plans) {
      const worker = workers.find((one) => one.agent.id === agent) as Worker
      for (const step of plan.steps) {
        if (!own.includes(step.name)) continue
        worker.queue.push({
          task: byId.get(step.name) as CoordinationTask,
          duration: (step.end ?? 0) - (step.start ?? 0),
          cost: step.cost ?? 0,
          uses: new Map(Object.entries(step.resources ?? {})),
        })
      }
    }
    for (const { task, reason } of given.unallocated) notDone.set(task, reason)
  }
  const begin = (): void => {
    for (const worker of workers) {
      if (worker.gone || worker.running !== null) continue
      const work = worker.queue.shift()
      if (work === undefined) continue
      const start = Math.max(now, work.task.release)
      for (const [name, amount] of work.uses) worker.used.set(name, (worker.used.get(name) ?? 0) + amount)
      worker.running = { work, start, end: start + work.duration }
      events.push({ at: start, agent: worker.agent.id, kind: 'started', task: work.task.id })
    }
  }
  const again = async (open: readonly CoordinationTask[], because: string): Promise<void> => {
    if (open.length === 0) return
    const left: { agent: PlanningAgent; used: Map<string, number> }[] = []
    for (const { agent, used, gone } of workers) {
      if (gone) continue
      const refuses = banned.get(agent.id)
      left.push({ agent: refuses === undefined ? agent : without(agent, refuses), used })
    }
    const { losses: _l, failures: _f, scope: _s, ...rest } = options
    const found = await reallocateAfterLoss({ agents: left, tasks: open }, rest)
    reallocations.push({ ...found, at: now, because })
    for (const { id } of open) notDone.delete(id)
    events.push({ at: now, agent: because, kind: 'reallocated', task: null })
    if (found.allocation.status === 'infeasible' || found.allocation.status === 'unknown')
      for (const { id } of open) notDone.set(id, `it could not be shared out again: ${found.allocation.status}`)
    else take(found.allocation)
  }
  const reopened = (own: readonly CoordinationTask[]): CoordinationTask[] => {
    if (options.scope === 'lost') return [...own]
    const open = new Set(own.map((task) => task.id))
    for (const worker of workers) {
      for (const { task } of worker.queue) {
        open.add(task.id)
        commitments.push({ agent: worker.agent.id, task: task.id, state: 'cancelled' })
      }
      worker.queue = []
    }
    for (const id of notDone.keys()) open.add(id)
    return tasks.flatMap((task) => (open.has(task.id) ? [byId.get(task.id) as CoordinationTask] : []))
  }
  take(allocation)
  begin()
  for (;;) {
    const ends = workers.flatMap((worker) => (worker.running === null || worker.gone ? [] : [worker.running.end]))
    const loss = losses[0]
    const next = Math.min(...ends, loss?.at ?? Number.POSITIVE_INFINITY)
    if (next === Number.POSITIVE_INFINITY) break
    now = next
    if (loss !== undefined && loss.at === now) {
      losses.shift()
      const worker = workers.find((one) => one.agent.id === loss.agent) as Worker
      if (worker.gone) continue
      worker.gone = true
      const own = [...(worker.running === null ? [] : [worker.running.work]), ...worker.queue].map(({ task }) => task)
      worker.queue = []
      worker.running = null
      events.push({ at: now, agent: worker.agent.id, kind: 'lost', task: null })
      for (const task of own) commitments.push({ agent: worker.agent.id, task: task.id, state: 'violated' })
      await again(reopened(own), `${worker.agent.id} was lost`)
      begin()
      continue
    }
    for (const worker of workers) {
      const { running } = worker
      if (worker.gone || running === null || running.end !== now) continue
      const { task, cost: each } = running.work
      const agent = worker.agent.id
      worker.running = null
      if (failing.has(`${agent}/${task.id}`)) {
        events.push({ at: now, agent, kind: 'failed', task: task.id })
        commitments.push({ agent, task: task.id, state: 'violated' })
        banned.set(agent, (banned.get(agent) ?? new Set()).add(task.id))
        await again(reopened([task]), `${agent} failed ${task.id}`)
      } else {
        events.push({ at: now, agent, kind: 'finished', task: task.id })
        commitments.push({ agent, task: task.id, state: 'satisfied' })
        done.push({ task: task.id, agent, start: running.start, end: now })
        cost += each
      }
    }
    begin()
  }
  const missing = tasks.flatMap(({ id }) =>
    done.some((one) => one.task === id)
      ? []
      : [{ task: id, reason: notDone.get(id) ?? 'it was not part of the allocation' }],
  )
  return {
    status: missing.length === 0 ? 'complete' : 'partial',
    events,
    done,
    notDone: missing,
    reallocations,
    commitments,
    cost,
    time: done.reduce((last, one) => Math.max(last, one.end), 0),
  }
}

/** The agent, refusing some tasks. */
function without(agent: PlanningAgent, refused: ReadonlySet<string>): PlanningAgent {
  const { planner } = agent
  return new PlanningAgent({
    id: agent.id,
    type: agent.type,
    capabilities: agent.capabilities,
    goals: agent.goals,
    resources: agent.resources,
    reservation: agent.reservation,
    planner: {
      ...planner,
      plan(tasks, means) {
        const one = tasks.find((task) => refused.has(task.id))
        if (one !== undefined) return { status: 'none', reason: `${agent.id} has failed ${one.id} before` }
        return planner.plan(tasks, means)
      },
    },
  })
}

function validate(
  agents: readonly PlanningAgent[],
  tasks: ReadonlyMap<string, CoordinationTask>,
  allocation: AgentAllocation,
  losses: readonly Loss[],
): void {
  const known = new Set(agents.map((agent) => agent.id))
  const issues = losses.flatMap(({ agent, at }, k): Issue[] => {
    if (known.has(agent) && at >= 0) return []
    const message = known.has(agent) ? `the loss of "${agent}" is at ${at}` : `there is no agent "${agent}"`
    return [{ code: 'unknown-name', path: ['losses', k], message, hint: 'name an agent and a time >= 0' }]
  })
  for (const { agent, tasks: own } of allocation.plans) {
    for (const task of own) {
      if (known.has(agent) && tasks.has(task)) continue
      const message = `the allocation gives "${task}" to "${agent}", one of which is unknown`
      issues.push({ code: 'unknown-name', path: ['allocation'], message, hint: 'give its agents and tasks' })
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
}
