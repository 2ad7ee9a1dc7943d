/**
 * A planner for one agent that does one task after another: the cheapest order of all its tasks, with travel between places,
 * releases and deadlines.
 *
 * Dynamic programming over (set done, last task) with labels (cost, time), of which those beaten in both are dropped (Held and Karp
 * 1962 with windows as in Desrosiers et al. 1995): proved for up to EXACT_TASKS tasks, O(2^n n^2) labels without windows. Above
 * that every task is inserted at its cheapest place, earliest deadline first, without a proof.
 */
import { type AgentPlanner, type CoordinationTask, fitness, type PlanningMeans } from '../domain/agent.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import { planInSequence } from '../domain/plan.ts'

const EXACT_TASKS = 12

export interface SequencePlannerOptions {
  /** Time from one place to another; null is where the agent starts. @default none: no travel */
  readonly travel?: (from: string | null, to: string | null) => number
  /** Money for a unit of travel time. @default 1 */
  readonly travelCost?: number
  /** Whether the way back to the start counts. @default true when there is travel */
  readonly returns?: boolean
}

interface Job {
  readonly task: CoordinationTask
  readonly duration: number
  readonly cost: number
}

interface Label {
  readonly cost: number
  readonly time: number
  readonly last: number
  readonly before: Label | null
}

export function sequencePlanner(options: SequencePlannerOptions = {}): AgentPlanner {
  const travel = options.travel ?? (() => 0)
  const travelCost = options.travelCost ?? 1
  const returns = options.returns ?? options.travel !== undefined
  return {
    name: options.travel === undefined ? 'sequence' : 'route',
    additive: options.travel === undefined,
    plan(tasks, means) {
      const refused = unable(tasks, means)
      if (refused !== null) return { status: 'none', reason: refused }
      const jobs = tasks.map((task): Job => {
        const { proficiency, costMultiplier } = fitness(means.capabilities, task.needs)
        return { task, duration: task.duration / proficiency, cost: task.cost * costMultiplier }
      })
      const step = (label: Label | null, job: Job, k: number): Label | null => {
        const from = label === null ? null : (jobs[label.last] as Job).task.place
        const way = travel(from, job.task.place)
        const time = Math.max((label?.time ?? 0) + way, job.task.release) + job.duration
        if (job.task.deadline !== null && time > job.task.deadline + 1e-9) return null
        return { cost: (label?.cost ?? 0) + way * travelCost + job.cost, time, last: k, before: label }
      }
      const back = (label: Label): number => (returns ? travel((jobs[label.last] as Job).task.place, null) : 0)
      const exact = jobs.length <= EXACT_TASKS
      const best = exact ? cheapestOrder(jobs, step, (one) => one.cost + back(one) * travelCost) : inserted(jobs, step)
      if (best === null && jobs.length > 0) {
        const listed = tasks.map((task) => task.id).join(', ')
        return { status: 'none', reason: `found no order that keeps the deadlines of ${listed}` }
      }
      const way = best === null ? 0 : back(best)
      return { status: 'planned', plan: planOf(best, jobs, means, way, travelCost), optimal: exact }
    },
  }
}

/** What stands in the way whatever the order: a missing capability, or too little of a resource. */
function unable(tasks: readonly CoordinationTask[], means: PlanningMeans): string | null {
  const wanted = new Map<string, number>()
  for (const task of tasks) {
    const { lacks } = fitness(means.capabilities, task.needs)
    if (lacks.length > 0) return `${means.agent} lacks ${lacks.map((name) => `'${name}'`).join(', ')} for ${task.id}`
    for (const [name, amount] of Object.entries(task.consumes)) wanted.set(name, (wanted.get(name) ?? 0) + amount)
  }
  for (const [name, amount] of wanted) {
    const own = Object.hasOwn(means.resources, name) ? (means.resources[name] as number) : 0
    if (amount > own + 1e-9) return `${means.agent} needs ${amount} of ${name} and has ${own}`
  }
  return null
}

function cheapestOrder(
  jobs: readonly Job[],
  step: (label: Label | null, job: Job, k: number) => Label | null,
  total: (label: Label) => number,
): Label | null {
  const n = jobs.length
  const labels = new Map<number, Label[]>()
  const key = (set: number, last: number): number => set * n + last
  const keep = (set: number, label: Label): void => {
    const at = key(set, label.last)
    const there = labels.get(at) ?? []
    if (there.some((one) => one.cost <= label.cost && one.time <= label.time)) return
    labels.set(at, [...there.filter((one) => one.cost < label.cost || one.time < label.time), label])
  }
  jobs.forEach((job, k) => {
    const first = step(null, job, k)
    if (first !== null) keep(1 << k, first)
  })
  for (let set = 1; set < 1 << n; set++) {
    for (let last = 0; last < n; last++) {
      for (const label of labels.get(key(set, last)) ?? []) {
        for (let next = 0; next < n; next++) {
          if (((set >>> next) & 1) === 1) continue
          const longer = step(label, jobs[next] as Job, next)
          if (longer !== null) keep(set | (1 << next), longer)
        }
      }
    }
  }
  let best: Label | null = null
  for (let last = 0; last < n; last++) {
    for (const label of labels.get(key((1 << n) - 1, last)) ?? []) {
      if (best === null || total(label) < total(best)) best = label
    }
  }
  return best
}

function inserted(
  jobs: readonly Job[],
  step: (label: Label | null, job: Job, k: number) => Label | null,
): Label | null {
  const late = (job: Job): number => job.task.deadline ?? Number.POSITIVE_INFINITY
  const order = jobs.map((_, k) => k).sort((a, b) => late(jobs[a] as Job) - late(jobs[b] as Job) || a - b)
  const walk = (sequence: readonly number[]): Label | null => {
    let label: Label | null = null
    for (const k of sequence) {
      label = step(label, jobs[k] as Job, k)
      if (label === null) return null
    }
    return label
  }
  let sequence: number[] = []
  for (const k of order) {
    let best: { readonly sequence: number[]; readonly cost: number } | null = null
    for (let at = 0; at <= sequence.length; at++) {
      const tried = [...sequence.slice(0, at), k, ...sequence.slice(at)]
      const label = walk(tried)
      if (label !== null && (best === null || label.cost < best.cost)) best = { sequence: tried, cost: label.cost }
    }
    if (best === null) return null
    sequence = best.sequence
  }
  return walk(sequence)
}

function planOf(
  last: Label | null,
  jobs: readonly Job[],
  means: PlanningMeans,
  wayBack: number,
  travelCost: number,
): Plan {
  const labels: Label[] = []
  for (let label = last; label !== null; label = label.before) labels.unshift(label)
  const steps = labels.map((label, k): PlanStep => {
    const { task, duration } = jobs[label.last] as Job
    return {
      id: k,
      name: task.id,
      args: task.place === null ? [] : [task.place],
      start: label.time - duration,
      end: label.time,
      agent: means.agent,
      resources: task.consumes,
      cost: label.cost - (labels[k - 1]?.cost ?? 0),
    }
  })
  return planInSequence(steps, (last?.cost ?? 0) + wayBack * travelCost, (last?.time ?? 0) + wayBack)
}
