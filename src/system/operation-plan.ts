/** From the answer of the joint model to the plan: steps with agents and times, orderings, causal links, decomposition. */
import type { HierarchyPlan } from '../../models/hierarchy/index.ts'
import { LEAVE, type Standing, sensingName, unitName } from '../../models/operation/index.ts'
import type { OperationProblem, OperationTask, WorkUnit, WorkWay } from '../domain/operation.ts'
import { type CausalLink, type DecompositionNode, PLAN_VERSION, type Plan, type PlanStep } from '../domain/plan.ts'
import type { ScheduledTask } from '../domain/project.ts'
import type { StepIds } from './step-ids.ts'

/** Name of the step that gives a required task up; its arguments are the task and the reason. */
export const LEAVE_STEP = 'leave'

/** What a step of an operation is. */
export type StepMeaning =
  | { readonly kind: 'unit'; readonly task: OperationTask; readonly way: WorkWay; readonly unit: WorkUnit }
  | { readonly kind: 'sensing'; readonly sensor: OperationProblem['sensors'][number] }

/** The name of a step in worlds and journals, and the name its id belongs to. */
export function stepName(step: Pick<PlanStep, 'name' | 'args'>): string {
  if (step.name === LEAVE_STEP) return `leave ${step.args[0]}`
  return step.name === 'sense'
    ? sensingName(step.args[0] ?? '')
    : unitName(step.args[0] ?? '', step.args[1] ?? '', step.name)
}

export function meaningOf(problem: OperationProblem, step: Pick<PlanStep, 'name' | 'args'>): StepMeaning | null {
  if (step.name === 'sense') {
    const sensor = problem.sensors.find((one) => one.id === step.args[0])
    return sensor === undefined ? null : { kind: 'sensing', sensor }
  }
  const task = problem.tasks.find((one) => one.id === step.args[0])
  const way = task?.ways.find((one) => one.id === step.args[1])
  const unit = way?.units.find((one) => one.id === step.name)
  return task === undefined || way === undefined || unit === undefined ? null : { kind: 'unit', task, way, unit }
}

/** State variables of an operation. */
export const variable = {
  done: (name: string): string => `done ${name}`,
  agent: (agent: string): string => `agent ${agent}`,
  /** The way was tried and what it relies on turned out false. */
  failed: (task: string, way: string): string => `failed ${task}/${way}`,
  reading: (sensor: string): string => `reading ${sensor}`,
  left: (task: string): string => `left ${task}`,
} as const

export function buildPlan(
  problem: OperationProblem,
  standing: Standing,
  answer: HierarchyPlan,
  certified: boolean,
  ids: StepIds,
  givenUp: readonly { readonly task: string; readonly reason: string }[],
): Plan {
  const running = new Set(standing.running.map((one) => one.unit))
  const scheduled = new Map(answer.schedule.tasks.map((task) => [task.id, task]))
  const steps: PlanStep[] = []
  const nodes: DecompositionNode[] = []
  const ordering: [number, number][] = []
  const links: CausalLink[] = []

  const add = (one: ScheduledTask, name: string, args: string[], unit: WorkUnit | null): PlanStep => {
    const agent = problem.agents.find((candidate) => candidate.id === one.mode)
    const step: PlanStep = {
      id: ids.of(one.id),
      name,
      args,
      start: standing.time + one.start,
      end: standing.time + one.end,
      agent: one.mode,
      cost: costOf(problem, one, agent?.id ?? one.mode),
      ...(unit === null || unit.requires.length === 0 ? {} : { resources: amounts(unit) }),
    }
    if (!running.has(one.id)) steps.push(step)
    links.push({ producer: null, fact: `${variable.agent(one.mode)} = ready`, positive: true, consumer: step.id })
    return step
  }

  for (const sensor of problem.sensors) {
    const one = scheduled.get(sensingName(sensor.id))
    if (one !== undefined) add(one, 'sense', [sensor.id], null)
  }
  for (const task of problem.tasks) {
    const chosen = answer.schedule.methods.find((choice) => choice.task === task.id)?.method
    const way = task.ways.find((one) => one.id === chosen)
    if (way === undefined || chosen === LEAVE) continue
    const below: number[] = []
    for (const unit of way.units) {
      const one = scheduled.get(unitName(task.id, way.id, unit.id))
      if (one === undefined) continue
      const step = add(one, unit.id, [task.id, way.id], unit)
      below.push(step.id)
      for (const before of unit.after) {
        const earlier = scheduled.get(unitName(task.id, way.id, before))
        if (earlier === undefined) continue
        ordering.push([ids.of(earlier.id), step.id])
        links.push({
          producer: ids.of(earlier.id),
          fact: variable.done(earlier.id),
          positive: true,
          consumer: step.id,
        })
      }
      for (const reliance of way.relies) {
        const sensing = problem.sensors.find((s) => s.fact === reliance.fact && scheduled.has(sensingName(s.id)))
        links.push({
          producer: sensing === undefined ? null : ids.of(sensingName(sensing.id)),
          fact: `${reliance.fact} = ${reliance.value}`,
          positive: true,
          consumer: step.id,
        })
        if (sensing !== undefined) ordering.push([ids.of(sensingName(sensing.id)), step.id])
      }
    }
    nodes.push({ id: ids.of(`task ${task.id}`), task: task.id, args: [], method: way.id, subtasks: below })
  }
  for (const task of problem.tasks) {
    for (const before of task.after) {
      const earlier = nodes.find((node) => node.task === before)
      const later = nodes.find((node) => node.task === task.id)
      for (const first of earlier?.subtasks ?? [])
        for (const second of later?.subtasks ?? []) ordering.push([first, second])
    }
  }
  for (const { task, reason } of givenUp) {
    const time = standing.time
    steps.push({ id: ids.of(`leave ${task}`), name: LEAVE_STEP, args: [task, reason], start: time, end: time, cost: 0 })
  }
  const present = new Set(steps.map((step) => step.id))
  // What runs goes on outside this plan, and what follows it still waits for it.
  const earlier = new Set([...present, ...[...running].map((name) => ids.of(name))])
  steps.sort((a, b) => (a.start as number) - (b.start as number) || a.id - b.id)
  return {
    version: PLAN_VERSION,
    steps,
    ordering: distinct(ordering.filter(([first, second]) => earlier.has(first) && present.has(second))),
    links: links.filter((link) => link.consumer === null || present.has(link.consumer)),
    decomposition: { roots: nodes.map((node) => node.id), nodes },
    cost: answer.schedule.cost,
    makespan: standing.time + answer.schedule.makespan,
    ...(certified ? { certificate: { bound: answer.bound, optimal: true, by: answer.solver } } : {}),
  }
}

function costOf(problem: OperationProblem, one: ScheduledTask, agent: string): number {
  const doer = problem.agents.find((candidate) => candidate.id === agent)
  const meaning = findByName(problem, one.id)
  if (doer === undefined || meaning === null) return 0
  const subject = meaning.kind === 'sensing' ? meaning.sensor : meaning.unit
  const multipliers = subject.needs.map(
    (need) => doer.capabilities.find((capability) => capability.name === need)?.costMultiplier ?? 1,
  )
  return subject.cost * (multipliers.length === 0 ? 1 : Math.max(...multipliers))
}

/** What a unit or sensing is, by its name. */
export function findByName(problem: OperationProblem, name: string): StepMeaning | null {
  for (const sensor of problem.sensors) if (sensingName(sensor.id) === name) return { kind: 'sensing', sensor }
  for (const task of problem.tasks) {
    for (const way of task.ways) {
      for (const unit of way.units) {
        if (unitName(task.id, way.id, unit.id) === name) return { kind: 'unit', task, way, unit }
      }
    }
  }
  return null
}

function amounts(unit: WorkUnit): Record<string, number> {
  const sums = new Map<string, number>()
  for (const { resource, amount } of unit.requires) sums.set(resource, (sums.get(resource) ?? 0) + amount)
  return Object.fromEntries(sums)
}

function distinct(pairs: readonly [number, number][]): [number, number][] {
  return [...new Map(pairs.map((pair) => [pair.join(' '), pair])).values()]
}
