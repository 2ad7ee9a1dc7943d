/**
 * Sharing tasks out when agents also share resources: stocks and budgets that all draw from, and things that are given back (a charger, a
 * crane) and take only so many at once.
 *
 * Logic-based Benders decomposition (Hooker and Ottosson 2003; Hooker 2007). Master: the integer model of who does what under every limit
 * that sums up (own resources, shared stocks, for each thing given back its capacity times the horizon). Subproblem: the tasks of
 * that allocation in time, each agent doing one at a time and the shared things within their capacities, by the exact scheduler. When
 * they do not fit, a smallest set of the choices that do not fit together is excluded and the master is asked again. Each master leaves
 * something out, so its cost is a bound: the first allocation that fits in time is proved to cost least. Without a deadline every
 * allocation fits, and the first one is the answer; its times are the shortest for that allocation.
 *
 * In the contract net, bids carry the prices of the shared limits: the duals of the master's linear relaxation.
 */
import {
  type AllocationOption,
  allocateWithinLimits,
  type LimitedAllocation,
  type LimitedAllocationProblem,
  limitPrices,
} from '../../models/allocation/index.ts'
import { minimalConflict } from '../../models/conflict/index.ts'
import { scheduleProject } from '../../models/scheduling/index.ts'
import { InternalError, InvalidInputError, type Limit, Run, type RunOptions } from '../../solvers/contract/index.ts'
import { coordinationTask, type TaskDescription } from '../domain/agent.ts'
import type { Conflict } from '../domain/conflict.ts'
import { mandatoryTask, modeHolding, type ProjectProblem, type ProjectTask } from '../domain/project.ts'
import { type Resource, reusableResource } from '../domain/resource.ts'
import { additiveOptions } from './agent-optimum.ts'
import { gapTo } from './allocation-front.ts'
import { type ContractNetOptions, type Contractor, contractNet, type TranscriptLine } from './contract-net.ts'
import type { PlanningAgent } from './planning-agent.ts'

/** What a task takes of a shared resource. */
export interface SharedUse {
  readonly resource: string
  /** > 0 */
  readonly amount: number
  /**
   * Of a thing given back: `during` holds it while the task is done; `after` holds it, and the agent, for `duration` when the task is
   * done (a robot that charges). A stock is taken. @default 'during'
   */
  readonly when?: 'during' | 'after'
  /** Of `after`. @default 0 */
  readonly duration?: number
}

export type SharingTask = TaskDescription & { readonly shares?: readonly SharedUse[] }

export interface SharedOptions extends RunOptions {
  /** @default 'optimal_assignment' */
  readonly strategy?: 'optimal_assignment' | 'contract_net'
  /** Everything ends by then, besides the deadlines of tasks. @default none */
  readonly deadline?: number
  /** Of the contract net. */
  readonly protocol?: Omit<ContractNetOptions, 'seed'>
}

export interface TimedTask {
  readonly task: string
  readonly agent: string
  readonly start: number
  readonly end: number
  /** When shared things are held. */
  readonly holds: readonly {
    readonly resource: string
    readonly amount: number
    readonly from: number
    readonly to: number
  }[]
}

export interface SharedAllocation {
  readonly awards: readonly { readonly agent: string; readonly task: string; readonly cost: number }[]
  readonly cost: number
  /** Proved: no allocation that fits in time costs less. null when tasks are left. */
  readonly bound: number | null
  /** (cost - bound) / bound. */
  readonly gap: number | null
  readonly unallocated: readonly { readonly task: string; readonly reason: string }[]
  readonly schedule: readonly TimedTask[]
  readonly makespan: number
  /** What one more unit of each shared limit would save; bids are raised by it. */
  readonly prices: Readonly<Record<string, number>>
  /** Sets of choices that were found not to fit in time. */
  readonly cuts: number
  readonly messages: readonly TranscriptLine[]
}

export type SharedAllocationResult =
  | ({ readonly status: 'optimal' } & SharedAllocation)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & SharedAllocation)
  | ({ readonly status: 'partial' } & SharedAllocation)
  | { readonly status: 'infeasible'; readonly conflict: Conflict }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Masters asked before it is given up. */
const MASTERS = 200

interface Setting {
  readonly agents: readonly PlanningAgent[]
  readonly tasks: readonly SharingTask[]
  readonly resources: readonly Resource[]
  readonly master: LimitedAllocationProblem
  readonly durations: ReadonlyMap<string, number>
  readonly deadline: number | null
}

/**
 * Costs have to add up (see `AgentPlanner.additive`); names of own resources come before shared ones.
 * @throws InvalidInputError when a task shares a resource that the tracker does not have, or a planner's costs do not add up
 */
export async function allocateTasksWithResources(
  agents: readonly PlanningAgent[],
  tasks: readonly SharingTask[],
  tracker: { readonly resources: readonly Resource[] },
  options: SharedOptions = {},
): Promise<SharedAllocationResult> {
  validate(agents, tasks, tracker.resources)
  const run = new Run('shared resources', options)
  const setting = await settingOf(agents, tasks, tracker.resources, options.deadline ?? null)
  const prices = Object.fromEntries(
    [...((await limitPrices(setting.master, run.nested())) ?? [])].filter(([name]) => name.startsWith(SHARED)),
  )
  const best = await decompose(setting, run)
  if (options.strategy !== 'contract_net') {
    if (best.status === 'infeasible' || best.status === 'unknown') return best
    const { master, schedule, makespan, cuts } = best
    const found = { ...awarded(master, []), schedule, makespan, prices: unprefixed(prices), cuts, messages: [] }
    return { status: 'optimal', ...found, bound: master.bound, gap: 0 }
  }
  return byContractNet(setting, prices, best, run, options)
}

const SHARED = 'shared: '

async function settingOf(
  agents: readonly PlanningAgent[],
  tasks: readonly SharingTask[],
  resources: readonly Resource[],
  deadline: number | null,
): Promise<Setting> {
  const { options, limits } = await additiveOptions(agents, tasks.map(coordinationTask))
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const kinds = new Map(resources.map((resource) => [resource.id, resource]))
  const durations = new Map<string, number>()
  const wider = options.map((option): AllocationOption => {
    const uses: Record<string, number> = { ...option.uses }
    durations.set(pairKey(option), option.duration)
    for (const share of byId.get(option.task)?.shares ?? []) {
      const resource = kinds.get(share.resource) as Resource
      const length = share.when === 'after' ? (share.duration ?? 0) : option.duration
      const amount = resource.type === 'reusable' ? share.amount * length : share.amount
      const name = SHARED + share.resource
      if (resource.type !== 'reusable' || deadline !== null) uses[name] = (uses[name] ?? 0) + amount
    }
    if (deadline !== null) {
      const after = (byId.get(option.task)?.shares ?? []).filter(({ when }) => when === 'after')
      uses[`time: ${option.agent}`] = option.duration + after.reduce((sum, { duration = 0 }) => sum + duration, 0)
    }
    return { agent: option.agent, task: option.task, cost: option.cost, uses }
  })
  const shared = resources.flatMap(({ id, type, capacity, initial }) => {
    if (type !== 'reusable') return [{ id: SHARED + id, amount: initial }]
    return deadline === null ? [] : [{ id: SHARED + id, amount: (capacity ?? initial) * deadline }]
  })
  const time = deadline === null ? [] : agents.map((agent) => ({ id: `time: ${agent.id}`, amount: deadline }))
  const master = { tasks: tasks.map((task) => task.id), options: wider, limits: [...limits, ...shared, ...time] }
  return { agents, tasks, resources, master, durations, deadline }
}

type Decomposed =
  | ({ readonly status: 'optimal'; readonly master: LimitedAllocation; readonly cuts: number } & Timed)
  | { readonly status: 'infeasible'; readonly conflict: Conflict }
  | { readonly status: 'unknown'; readonly limit: Limit }

interface Timed {
  readonly schedule: readonly TimedTask[]
  readonly makespan: number
}

async function decompose(setting: Setting, run: Run): Promise<Decomposed> {
  const excluded: number[][] = []
  const index = new Map(setting.master.options.map((option, o) => [pairKey(option), o]))
  for (let round = 0; round < MASTERS; round++) {
    const master = await allocateWithinLimits({ ...setting.master, excluded }, run.nested())
    if (master.status === 'infeasible') {
      const { conflict } = master
      if (excluded.length === 0) return { status: 'infeasible', conflict: plainly(conflict) }
      const explanation = `${excluded.length} sets of choices do not fit in time, and without them not every task can be done`
      return { status: 'infeasible', conflict: { ...plainly(conflict), irreducible: false, explanation } }
    }
    if (master.status === 'unknown' || master.status === 'feasible') return { status: 'unknown', limit: master.limit }
    const timed = await inTime(setting, master.chosen, run)
    if (timed.status === 'fits')
      return { status: 'optimal', master, cuts: excluded.length, schedule: timed.schedule, makespan: timed.makespan }
    if (timed.status === 'unknown') return timed
    const { names } = await minimalConflict(master.chosen.map(pairKey), async (kept) => {
      const part = master.chosen.filter((option) => kept.has(pairKey(option)))
      const found = await inTime(setting, part, run)
      return found.status === 'unknown' ? null : found.status === 'does not fit'
    })
    excluded.push(names.map((name) => index.get(name) as number))
  }
  return { status: 'unknown', limit: 'iterations' }
}

/** The chosen tasks in time: the shortest schedule, or that there is none within the deadlines. */
async function inTime(
  setting: Setting,
  chosen: readonly AllocationOption[],
  run: Run,
): Promise<
  | ({ readonly status: 'fits' } & Timed)
  | { readonly status: 'does not fit' }
  | { readonly status: 'unknown'; readonly limit: Limit }
> {
  const byId = new Map(setting.tasks.map((task) => [task.id, task]))
  const reusable = setting.resources.filter((resource) => resource.type === 'reusable')
  const given = new Set(reusable.map((resource) => resource.id))
  const project: { tasks: ProjectTask[]; precedence: ProjectProblem['precedence'][number][] } = {
    tasks: [],
    precedence: [],
  }
  const part = (
    id: string,
    agent: string,
    duration: number,
    uses: readonly SharedUse[],
    window: Partial<Pick<TaskDescription, 'release' | 'deadline'>>,
  ): void => {
    project.tasks.push({
      ...mandatoryTask(id, [
        modeHolding(agent, duration, 0, [
          [AGENT + agent, 1],
          ...uses.map(({ resource, amount }) => [resource, amount] as const),
        ]),
      ]),
      release: window.release ?? 0,
      deadline: window.deadline ?? null,
    })
  }
  for (const option of chosen) {
    const task = byId.get(option.task) as SharingTask
    const shares = (task.shares ?? []).filter(({ resource }) => given.has(resource))
    const duration = setting.durations.get(pairKey(option)) as number
    part(
      task.id,
      option.agent,
      duration,
      shares.filter(({ when }) => when !== 'after'),
      task,
    )
    let before = task.id
    for (const share of shares) {
      if (share.when !== 'after' || (share.duration ?? 0) === 0) continue
      const id = `${task.id}${AFTER}${share.resource}`
      part(id, option.agent, share.duration ?? 0, [share], {})
      project.precedence.push({ before, after: id, kind: 'finish-start', minLag: 0, maxLag: null })
      before = id
    }
  }
  if (project.tasks.length === 0) return { status: 'fits', schedule: [], makespan: 0 }
  const busy = [...new Set(chosen.map(({ agent }) => agent))].sort()
  const result = await scheduleProject(
    {
      title: 'allocation in time',
      timeUnit: '',
      costUnit: '',
      resources: [
        ...busy.map((agent) => reusableResource(AGENT + agent, 1)),
        ...reusable.map(({ id, capacity, initial }) => reusableResource(id, capacity ?? initial)),
      ],
      ...project,
      deadline: setting.deadline,
      budget: null,
      objectives: ['makespan'],
    },
    run.nested(),
  )
  if (result.status === 'infeasible') return { status: 'does not fit' }
  if (result.status === 'unknown') return { status: 'unknown', limit: result.limit }
  const { schedule } = result
  const at = new Map(schedule.tasks.map((one) => [one.id, one]))
  const timed = chosen.map(({ task: id, agent }): TimedTask => {
    const own = at.get(id)
    if (own === undefined) throw new InternalError(`${id} was not scheduled`)
    const holds = (byId.get(id)?.shares ?? []).flatMap((share) => {
      if (!given.has(share.resource)) return []
      const held = share.when === 'after' ? at.get(`${id}${AFTER}${share.resource}`) : own
      return held === undefined
        ? []
        : [{ resource: share.resource, amount: share.amount, from: held.start, to: held.end }]
    })
    return { task: id, agent, start: own.start, end: own.end, holds }
  })
  requireWithin(timed, reusable)
  return { status: 'fits', schedule: timed, makespan: schedule.makespan }
}

const AGENT = 'agent '
const AFTER = ' > '

/** Plays the times through: no agent does two things at once, nothing shared is over-used. */
function requireWithin(timed: readonly TimedTask[], resources: readonly Resource[]): void {
  for (const one of timed) {
    for (const other of timed) {
      if (one !== other && one.agent === other.agent && one.start < other.end && other.start < one.end)
        throw new InternalError(`${one.agent} does ${one.task} and ${other.task} at once`)
    }
  }
  for (const { id, capacity, initial } of resources) {
    const holds = timed.flatMap((one) => one.holds.filter(({ resource }) => resource === id))
    for (const { from } of holds) {
      const used = holds.reduce((sum, one) => (one.from <= from && from < one.to ? sum + one.amount : sum), 0)
      if (used > (capacity ?? initial) + 1e-9) throw new InternalError(`${used} of ${id} are held at ${from}`)
    }
  }
}

async function byContractNet(
  setting: Setting,
  prices: Readonly<Record<string, number>>,
  best: Decomposed,
  run: Run,
  options: SharedOptions,
): Promise<SharedAllocationResult> {
  const taken = new Map<string, number>()
  const limits = new Map(setting.master.limits.map(({ id, amount }) => [id, amount]))
  const offers = new Map(setting.master.options.map((option) => [pairKey(option), option]))
  const contractors = setting.agents.map(({ id: agent }): Contractor => {
    const book = (option: AllocationOption, sign: 1 | -1): void => {
      for (const [name, amount] of Object.entries(option.uses)) taken.set(name, (taken.get(name) ?? 0) + sign * amount)
    }
    return {
      id: agent,
      bid(task) {
        const option = offers.get(pairKey({ agent, task }))
        if (option === undefined) return { refuse: 'cannot do it' }
        for (const [name, amount] of Object.entries(option.uses)) {
          const rest = (limits.get(name) as number) - (taken.get(name) ?? 0)
          // What is shared is counted by the one who awards: a bid does not hold it.
          if (amount > rest + 1e-9)
            return { refuse: `needs ${amount} of ${name.replace(SHARED, '')} and ${rest} is left` }
        }
        const extra = Object.entries(option.uses).reduce((sum, [name, amount]) => sum + (prices[name] ?? 0) * amount, 0)
        return { cost: option.cost + extra }
      },
      commit(task) {
        book(offers.get(pairKey({ agent, task })) as AllocationOption, 1)
      },
      release: () => undefined,
    }
  })
  const net = contractNet(
    setting.tasks.map((task) => task.id),
    contractors,
    { ...options.protocol, announcement: 'sequential', ...(options.seed === undefined ? {} : { seed: options.seed }) },
  )
  const chosen = net.tasks.flatMap(({ task, agent }) =>
    agent === null ? [] : [offers.get(pairKey({ agent, task })) as AllocationOption],
  )
  const unallocated = net.tasks.flatMap(({ task, agent, reasons }) =>
    agent !== null
      ? []
      : [
          {
            task,
            reason: Object.entries(reasons)
              .map(([who, why]) => `${who} ${why}`)
              .join('; '),
          },
        ],
  )
  const timed = await inTime(setting, chosen, run)
  if (timed.status === 'unknown') return timed
  if (timed.status === 'does not fit') {
    const explanation = 'what the contract net awarded does not fit in time; the optimal assignment looks further'
    return { status: 'infeasible', conflict: { constraints: [], irreducible: false, relaxations: [], explanation } }
  }
  const bound = best.status === 'optimal' ? best.master.bound : null
  const found = awarded({ chosen }, unallocated)
  const common = {
    ...found,
    schedule: timed.schedule,
    makespan: timed.makespan,
    prices: unprefixed(prices),
    cuts: best.status === 'optimal' ? best.cuts : 0,
    messages: net.transcript,
  }
  if (unallocated.length > 0) return { status: 'partial', ...common, bound: null, gap: null }
  const gap = bound === null ? null : gapTo(found.cost, { status: 'proved', cost: bound })
  return gap === 0
    ? { status: 'optimal', ...common, bound, gap }
    : { status: 'feasible', limit: 'method', ...common, bound, gap }
}

function awarded(
  { chosen }: Pick<LimitedAllocation, 'chosen'>,
  unallocated: SharedAllocation['unallocated'],
): Pick<SharedAllocation, 'awards' | 'cost' | 'unallocated'> {
  const awards = chosen.map(({ agent, task, cost }) => ({ agent, task, cost }))
  return { awards, cost: awards.reduce((sum, one) => sum + one.cost, 0), unallocated }
}

function unprefixed(prices: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name.slice(SHARED.length), price]))
}

function plainly(conflict: Conflict): Conflict {
  return { ...conflict, explanation: conflict.explanation.replaceAll(SHARED, '') }
}

function pairKey({ agent, task }: Pick<AllocationOption, 'agent' | 'task'>): string {
  return JSON.stringify([agent, task])
}

function validate(
  agents: readonly PlanningAgent[],
  tasks: readonly SharingTask[],
  resources: readonly Resource[],
): void {
  const known = new Set(resources.map((resource) => resource.id))
  const issues = agents.flatMap(({ id, planner }, k) => {
    if (planner.additive === true) return []
    const message = `the costs of "${id}" do not add up over tasks`
    return [
      {
        code: 'not-additive',
        path: ['agents', k] as (string | number)[],
        message,
        hint: 'use a planner that is additive',
      },
    ]
  })
  tasks.forEach(({ id, shares = [] }, k) => {
    shares.forEach(({ resource, amount, duration = 0 }, n) => {
      const path = ['tasks', k, 'shares', n]
      if (!known.has(resource)) {
        const message = `"${id}" shares the unknown resource "${resource}"`
        issues.push({ code: 'unknown-name', path, message, hint: `known: ${[...known].join(', ')}` })
      }
      if (!(amount > 0 && Number.isFinite(amount) && duration >= 0 && Number.isFinite(duration))) {
        const message = `"${id}" takes ${amount} of "${resource}" for ${duration}`
        issues.push({ code: 'out-of-range', path, message, hint: 'give an amount > 0 and a duration >= 0' })
      }
    })
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
