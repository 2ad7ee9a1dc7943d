/**
 * An operation as one hierarchical project: which way each task is done, by whom, and when, decided together.
 *
 * Sets        tasks t with ways w in W(t) (those allowed), units u of a way, agents a in A(u) that are there and have what u needs
 * Parameters  d(u,a) = duration of u / proficiency of a, c(u,a) = cost of u x cost multiplier of a; the weakest needed capability decides
 * Encoding    t   -> compound task with a method for each way; a task that need not be done has one more method, `leave it`, without work
 *             u   -> plain task with a mode for each a in A(u), lasting d(u,a), costing c(u,a), holding 1 of the resource of a
 *             a   -> reusable resource of capacity 1
 *             worth of t: an optional milestone of that value in each way, so that doing valuable work comes first
 *             t' after t, u' after u: finish-start precedence; a fact that is sensed first: finish-start from the sensing unit
 *             running units: one mode, released now, due at their expected end
 * Objective   lexicographic: worth (when something may be left), then the operation's own
 * Size        sum over units of |A(u)| modes; one compound task a task
 * The hierarchical project is solved by models/hierarchy. Times are counted from now.
 */
import { fitness } from '../../src/domain/agent.ts'
import type { CompoundTask, HierarchyProblem, HierarchyTask, TaskMethod } from '../../src/domain/hierarchy.ts'
import type { OperationAgent, OperationProblem, OperationTask, WorkUnit, WorkWay } from '../../src/domain/operation.ts'
import type { Mode, Precedence, ProjectMeasure, ProjectTask } from '../../src/domain/project.ts'
import { type Resource, reusableResource } from '../../src/domain/resource.ts'
import { type Standing, sensingName, unitName } from './standing.ts'

/** What has been settled before the model is built. */
export interface Settled {
  /** Ways that may be chosen, by task; absent: all of them. */
  readonly ways: ReadonlyMap<string, readonly string[]>
  /** Sensors to be read before the tasks that rely on their fact. */
  readonly sensing: readonly string[]
  /** The agent of a unit, by name; absent: whoever is best. */
  readonly doers: ReadonlyMap<string, string>
  /** Required tasks may be left, at a worth above that of all others together. @default false */
  readonly mayLeaveRequired?: boolean
}

export const LEAVE = 'leave it'

/** How long an agent takes for a unit and at what cost; null when it lacks a capability. */
export function effort(
  agent: OperationAgent,
  needs: readonly string[],
  duration: number,
  cost: number,
): { readonly duration: number; readonly cost: number } | null {
  const { lacks, proficiency, costMultiplier } = fitness(agent.capabilities, needs)
  if (lacks.length > 0) return null
  // Proficiencies such as 0.8 must not leave 1e-16 beside the time grid.
  return { duration: Math.round((duration / proficiency) * 1e9) / 1e9, cost: cost * costMultiplier }
}

export function agentResource(agent: string): string {
  return `agent ${agent}`
}

export function compileOperation(problem: OperationProblem, standing: Standing, settled: Settled): HierarchyProblem {
  const present = problem.agents.filter((agent) => !standing.lost.has(agent.id))
  const running = new Map(standing.running.map((one) => [one.unit, one]))
  const shift = (time: number | null): number | null => (time === null ? null : Math.max(0, time - standing.time))

  const pinned = (name: string): ProjectTask | null => {
    const one = running.get(name)
    if (one === undefined) return null
    const left = Math.max(0, one.end - standing.time)
    const mode: Mode = {
      id: one.agent,
      duration: left,
      cost: 0,
      requires: [{ resource: agentResource(one.agent), amount: 1, when: 'duration' }],
      produces: [],
    }
    return { ...plain(name, [mode]), deadline: left }
  }

  const unitTask = (task: OperationTask, way: WorkWay, unit: WorkUnit): ProjectTask => {
    const name = unitName(task.id, way.id, unit.id)
    const pin = pinned(name)
    if (pin !== null) return { ...pin, modes: pin.modes.map((mode) => ({ ...mode, produces: unit.produces })) }
    const wanted = settled.doers.get(name)
    const modes = present.flatMap((agent): Mode[] => {
      if (wanted !== undefined && wanted !== agent.id) return []
      const needed = effort(agent, unit.needs, unit.duration, unit.cost)
      if (needed === null) return []
      const holds = { resource: agentResource(agent.id), amount: 1, when: 'duration' as const }
      return [{ id: agent.id, ...needed, requires: [...unit.requires, holds], produces: unit.produces }]
    })
    return { ...plain(name, modes), release: shift(task.release) as number, deadline: shift(task.deadline) }
  }

  const method = (task: OperationTask, way: WorkWay, worth: number): TaskMethod | null => {
    const open = way.units.filter((unit) => !standing.finished.has(unitName(task.id, way.id, unit.id)))
    const units = open.map((unit) => unitTask(task, way, unit))
    // Somebody has to be there for every unit.
    if (units.some((unit) => unit.modes.length === 0)) return null
    const ids = new Set(open.map((unit) => unit.id))
    const precedence = open.flatMap((unit) =>
      unit.after
        .filter((before) => ids.has(before))
        .map((before) => finishStart(unitName(task.id, way.id, before), unitName(task.id, way.id, unit.id))),
    )
    const marker = worth > 0 ? [milestone(`worth of ${task.id} by ${way.id}`, worth)] : []
    return { id: way.id, cost: 0, tasks: [...units, ...marker], precedence }
  }

  const left = problem.tasks.filter((task) => !isDone(task, standing))
  const ordinary = left.reduce((sum, task) => sum + (task.required ? 0 : task.value), 0)
  const tasks: HierarchyTask[] = []
  let graded = false
  for (const task of left) {
    const mayLeave = !task.required || settled.mayLeaveRequired === true
    // Worth comes first among the objectives, and no number of other tasks outweighs a required one.
    const worth = mayLeave ? (task.required ? ordinary + 1 : task.value) : 0
    graded ||= worth > 0
    const allowed = allowedWays(task, standing, settled)
    const methods = allowed.flatMap((way) => method(task, way, worth) ?? [])
    const begun = allowed.some((way) => way.units.some((unit) => running.has(unitName(task.id, way.id, unit.id))))
    if (mayLeave && !begun) methods.push({ id: LEAVE, cost: 0, tasks: [], precedence: [] })
    const compound: CompoundTask = { id: task.id, methods }
    tasks.push(compound)
  }
  const sensing = settled.sensing.filter((id) => !standing.finished.has(sensingName(id)))
  for (const id of sensing) {
    const sensor = problem.sensors.find((one) => one.id === id)
    if (sensor === undefined) continue
    const name = sensingName(id)
    const modes = present.flatMap((agent): Mode[] => {
      const needed = effort(agent, sensor.needs, sensor.duration, sensor.cost)
      if (needed === null) return []
      return [
        {
          id: agent.id,
          ...needed,
          requires: [{ resource: agentResource(agent.id), amount: 1, when: 'duration' }],
          produces: [],
        },
      ]
    })
    tasks.push(pinned(name) ?? plain(name, modes))
  }
  // A unit that runs but belongs to nothing that is left, such as a withdrawn task's, still keeps its agent busy.
  const known = new Set(left.flatMap((task) => allNames(task)).concat(sensing.map(sensingName)))
  for (const one of standing.running) if (!known.has(one.unit)) tasks.push(pinned(one.unit) as ProjectTask)

  return {
    title: problem.title,
    timeUnit: problem.timeUnit,
    costUnit: problem.costUnit,
    resources: [
      ...problem.resources.map((one): Resource => ({ ...one, initial: standing.stocks.get(one.id) ?? one.initial })),
      ...present.map((agent) => reusableResource(agentResource(agent.id), 1)),
    ],
    tasks,
    compounds: [],
    maxDepth: null,
    precedence: orderings(problem, left, sensing),
    deadline: shift(problem.deadline),
    budget: problem.budget === null ? null : problem.budget - standing.spent,
    objectives: [...(graded ? (['value'] as ProjectMeasure[]) : []), ...problem.objectives],
  }
}

/** True when all units of one way are finished. */
export function isDone(task: OperationTask, standing: Standing): boolean {
  return task.ways.some((way) => way.units.every((unit) => standing.finished.has(unitName(task.id, way.id, unit.id))))
}

/** A way that was begun is gone on with, unless what it relies on turned out false; otherwise what was settled. */
export function allowedWays(task: OperationTask, standing: Standing, settled: Settled): WorkWay[] {
  const names = settled.ways.get(task.id)
  const open = names === undefined ? [...task.ways] : task.ways.filter((way) => names.includes(way.id))
  const busy = new Set(standing.running.map((one) => one.unit))
  const begun = open.filter((way) =>
    way.units.some((unit) => {
      const name = unitName(task.id, way.id, unit.id)
      return standing.finished.has(name) || busy.has(name)
    }),
  )
  return begun.length > 0 ? begun : open
}

function orderings(
  problem: OperationProblem,
  left: readonly OperationTask[],
  sensing: readonly string[],
): Precedence[] {
  const open = new Set(left.map((task) => task.id))
  const found: Precedence[] = []
  for (const task of left) {
    for (const before of task.after) if (open.has(before)) found.push(finishStart(before, task.id))
    for (const id of sensing) {
      const fact = problem.sensors.find((one) => one.id === id)?.fact
      const relies = task.ways.some((way) => way.relies.some((one) => one.fact === fact))
      if (relies) found.push(finishStart(sensingName(id), task.id))
    }
  }
  return found
}

function allNames(task: OperationTask): string[] {
  return task.ways.flatMap((way) => way.units.map((unit) => unitName(task.id, way.id, unit.id)))
}

function finishStart(before: string, after: string): Precedence {
  return { before, after, kind: 'finish-start', minLag: 0, maxLag: null }
}

function plain(id: string, modes: readonly Mode[]): ProjectTask {
  return { id, modes, release: 0, deadline: null, due: null, weight: 0, value: 0, optional: false }
}

function milestone(id: string, value: number): ProjectTask {
  const mode: Mode = { id: 'counted', duration: 0, cost: 0, requires: [], produces: [] }
  return { ...plain(id, [mode]), value, optional: true }
}
