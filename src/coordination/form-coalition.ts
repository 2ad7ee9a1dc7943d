/**
 * Coalitions of agents around tasks.
 *
 * 1. Who could contribute: every agent with any needed capability or resource, not only those that could do a task alone.
 * 2. What coalitions are worth. Sets: members S, tasks T; each need of a task is met by the member with the least cost multiplier for
 *    it, at an equal share of the task's cost; resources are pooled:
 *        v(S) = max over sets of tasks that S can do within its pool of sum (value - cost), at least 0.
 *    All sets of tasks are tried: O(2^(agents + tasks)).
 * 3. The best structure, fair shares (Shapley), stable shares (core or least core), the nucleolus.
 */
import { analyseCoalitions, type CoalitionAnalysis } from '../../models/coalition/index.ts'
import { InvalidInputError, type RunOptions, UnsupportedError } from '../../solvers/contract/index.ts'
import { coalitionMembers, cooperativeGame, findCore } from '../../solvers/game/index.ts'
import type { Agent, CoordinationTask } from '../domain/agent.ts'
import type { Coalition } from '../domain/agreement.ts'

/** Most contributors, and most tasks at once. */
export const CONTRIBUTOR_LIMIT = 16
const TASK_LIMIT = 10

export type CoalitionFormation =
  | {
      readonly status: 'formed'
      /** Agents that bring something a task needs, in the order given. */
      readonly contributors: readonly string[]
      /** The best structure, coalitions that do something. */
      readonly coalitions: readonly Coalition[]
      /** Worth of the structure, proved best when `analysis.structure.status` is `optimal`. */
      readonly value: number
      readonly analysis: CoalitionAnalysis
    }
  /** No coalition of all the agents can do any of the tasks at a gain. */
  | {
      readonly status: 'none'
      readonly reasons: readonly { readonly task: string; readonly reason: string }[]
    }

/** @throws UnsupportedError above CONTRIBUTOR_LIMIT contributors or 10 tasks */
export function formCoalitions(
  agents: readonly Agent[],
  tasks: readonly CoordinationTask[],
  options: RunOptions = {},
): CoalitionFormation {
  if (tasks.length === 0) {
    const message = 'there is no task'
    throw new InvalidInputError([{ code: 'empty', path: ['tasks'], message, hint: 'give at least one task' }])
  }
  const contributors = agents.filter((agent) => tasks.some((task) => contributes(agent, task)))
  if (contributors.length > CONTRIBUTOR_LIMIT || tasks.length > TASK_LIMIT) {
    const asked = `${contributors.length} contributors and ${tasks.length} tasks`
    throw new UnsupportedError('coalition formation', `${asked} make too many combinations`, {
      hint: `give at most ${CONTRIBUTOR_LIMIT} contributors and ${TASK_LIMIT} tasks, or state the values as a table`,
    })
  }
  const everybody = bestTasks(contributors, tasks)
  const reasons = tasks.flatMap((task) => {
    const reason = whyNot(contributors, task)
    return reason === null ? [] : [{ task: task.id, reason }]
  })
  if (contributors.length === 0 || reasons.length === tasks.length) return { status: 'none', reasons }
  const values = new Float64Array(2 ** contributors.length)
  for (let S = 1; S < values.length; S++) {
    values[S] = bestTasks(
      contributors.filter((_, i) => ((S >>> i) & 1) === 1),
      tasks,
    ).value
  }
  if (everybody.value === 0 && values.every((value) => value === 0)) {
    const listed = tasks.map((task) => ({ task: task.id, reason: 'it costs as much as it is worth' }))
    return { status: 'none', reasons: reasons.length > 0 ? reasons : listed }
  }
  const analysis = analyseCoalitions(
    {
      kind: 'table',
      title: tasks.map((task) => task.id).join(', '),
      unit: '',
      agents: contributors.map(({ id }) => ({ id })),
      values: [...values],
    },
    options,
  )
  const coalitions = analysis.structure.coalitions.flatMap((S): Coalition[] => {
    if (values[S] === 0) return []
    const members = contributors.filter((_, i) => ((S >>> i) & 1) === 1)
    const done = bestTasks(members, tasks)
    return [
      {
        members: members.map(({ id }) => id),
        tasks: done.tasks.map(({ id }) => id),
        value: values[S] as number,
        isStable: hasCore(values, S),
      },
    ]
  })
  return {
    status: 'formed',
    contributors: contributors.map(({ id }) => id),
    coalitions,
    value: analysis.structure.value,
    analysis,
  }
}

function contributes(agent: Agent, task: CoordinationTask): boolean {
  return (
    agent.capabilities.some(({ name }) => task.needs.includes(name)) ||
    Object.keys(task.consumes).some((name) => amountOf(agent, name) > 0) ||
    (task.needs.length === 0 && Object.keys(task.consumes).length === 0)
  )
}

function amountOf(agent: Agent, name: string): number {
  return Object.hasOwn(agent.resources, name) ? (agent.resources[name] as number) : 0
}

/** What the members pay for a task, or null when no member has a needed capability. */
function jointCost(members: readonly Agent[], task: CoordinationTask): number | null {
  if (task.needs.length === 0) return members.length === 0 ? null : task.cost
  let cost = 0
  for (const need of task.needs) {
    let least = Number.POSITIVE_INFINITY
    for (const member of members) {
      for (const one of member.capabilities) if (one.name === need) least = Math.min(least, one.costMultiplier)
    }
    if (least === Number.POSITIVE_INFINITY) return null
    cost += (task.cost / task.needs.length) * least
  }
  return cost
}

function bestTasks(
  members: readonly Agent[],
  tasks: readonly CoordinationTask[],
): { readonly value: number; readonly tasks: readonly CoordinationTask[] } {
  const doable = tasks.flatMap((task) => {
    const cost = jointCost(members, task)
    return cost === null || task.value <= cost ? [] : [{ task, gain: task.value - cost }]
  })
  const names = [...new Set(doable.flatMap(({ task }) => Object.keys(task.consumes)))]
  const pool = names.map((name) => members.reduce((sum, member) => sum + amountOf(member, name), 0))
  let best = { value: 0, set: 0 }
  for (let set = 1; set < 1 << doable.length; set++) {
    const chosen = doable.filter((_, j) => ((set >>> j) & 1) === 1)
    const fits = names.every((name, k) => {
      const wanted = chosen.reduce((sum, { task }) => sum + (task.consumes[name] ?? 0), 0)
      return wanted <= (pool[k] as number) + 1e-9
    })
    const value = chosen.reduce((sum, one) => sum + one.gain, 0)
    if (fits && value > best.value) best = { value, set }
  }
  return {
    value: best.value,
    tasks: doable.filter((_, j) => ((best.set >>> j) & 1) === 1).map(({ task }) => task),
  }
}

function whyNot(members: readonly Agent[], task: CoordinationTask): string | null {
  const missing = task.needs.filter(
    (need) => !members.some((one) => one.capabilities.some(({ name }) => name === need)),
  )
  if (missing.length > 0) return `nobody has ${missing.map((name) => `'${name}'`).join(', ')}`
  for (const [name, amount] of Object.entries(task.consumes)) {
    const pool = members.reduce((sum, member) => sum + amountOf(member, name), 0)
    if (amount > pool + 1e-9) return `it needs ${amount} of ${name} and all together have ${pool}`
  }
  return null
}

/** Whether the members can share what they earn so that no part of them earns more alone. */
function hasCore(values: Float64Array, coalition: number): boolean {
  const members = coalitionMembers(coalition)
  const own = new Float64Array(2 ** members.length)
  for (let S = 1; S < own.length; S++) {
    own[S] = values[
      members.reduce((set, member, k) => (((S >>> k) & 1) === 1 ? set | (1 << member) : set), 0)
    ] as number
  }
  return findCore(cooperativeGame(own)).status === 'non-empty'
}
