import type { z } from 'zod'
import type {
  HiddenFact,
  OperationDocument,
  OperationEvent,
  OperationTask,
  OperationWorld,
  Sensor,
  WorkUnit,
  WorkWay,
} from '../../domain/operation.ts'
import { operationIssues } from '../../domain/operation-rules.ts'
import type { Resource, ResourceRequirement } from '../../domain/resource.ts'
import type { Checker } from './checker.ts'
import type { operationTaskSchema } from './operation-schema.ts'
import type { PlanningDocument } from './schema.ts'

type Written = NonNullable<PlanningDocument['operation']>
type WrittenTask = z.infer<typeof operationTaskSchema>
type WrittenWay = WrittenTask['ways'][number]
type Path = readonly (string | number)[]

/** The section as an operation with its world; every fault goes to `check`. */
export function compileOperationDocument(document: PlanningDocument, check: Checker): OperationDocument | null {
  check.onlySections(document, 'operation', ['operation', 'execution'])
  if (document.execution?.lateness !== undefined)
    check.add(
      'unsupported',
      ['execution', 'lateness'],
      'the chance of missing a deadline is watched in projects only',
      'take it out; in a program, give monitoring.lateness with what was learned of durations',
    )
  if (!check.required(document, 'operation', 'operation')) return null
  const written = document.operation as Written
  const resources = (written.resources ?? []).map(resourceOf)
  const types = new Map(resources.map((resource) => [resource.id, resource.type]))
  const facts = (written.facts ?? []).map(
    (fact): HiddenFact => ({
      id: fact.id,
      values: Object.entries(fact.values).map(([id, probability]) => ({ id, probability })),
    }),
  )
  const problem: OperationDocument['problem'] = {
    title: document.title ?? 'Operation',
    timeUnit: document.units?.time ?? 'min',
    costUnit: document.units?.money ?? document.unit ?? '',
    agents: written.agents.map((agent) => ({
      id: agent.id,
      capabilities: (agent.capabilities ?? []).map((one) =>
        typeof one === 'string'
          ? { name: one, proficiency: 1, costMultiplier: 1 }
          : { name: one.name, proficiency: one.proficiency ?? 1, costMultiplier: one.costMultiplier ?? 1 },
      ),
    })),
    resources,
    tasks: written.tasks.map((task, t) => taskOf(task, ['operation', 'tasks', t], types, check)),
    facts,
    sensors: (written.sensors ?? []).map((sensor, s) => sensorOf(sensor, facts, ['operation', 'sensors', s], check)),
    readings: written.readings ?? [],
    budget: written.budget ?? null,
    deadline: written.deadline ?? null,
    objectives: written.objective ?? ['cost', 'makespan'],
  }
  for (const { code, path, message, hint } of operationIssues(problem)) {
    check.add(code, ['operation', ...(path ?? [])], message, hint ?? '')
  }
  return {
    problem,
    protocol: written.protocol ?? 'joint',
    world: worldOf(written, problem, types, check),
    settings: document.execution ?? {},
  }
}

function resourceOf(written: NonNullable<Written['resources']>[number]): Resource {
  const type = written.type ?? 'reusable'
  const capacity = written.capacity ?? null
  return {
    id: written.id,
    type,
    capacity,
    initial: written.initial ?? (type === 'reusable' ? (capacity ?? 0) : 0),
    costPerUnit: 0,
    costPerTime: 0,
  }
}

function taskOf(written: WrittenTask, path: Path, types: ReadonlyMap<string, string>, check: Checker): OperationTask {
  return {
    id: written.id,
    required: written.required ?? true,
    value: written.value ?? 0,
    release: written.release ?? 0,
    deadline: written.deadline ?? null,
    after: written.after ?? [],
    ways: written.ways.map((way, w) => wayOf(way, [...path, 'ways', w], types, check)),
  }
}

function wayOf(way: WrittenWay, path: Path, types: ReadonlyMap<string, string>, check: Checker): WorkWay {
  const relies = Object.entries(way.relies ?? {}).map(([fact, value]) => ({ fact, value }))
  const { units, duration } = way
  if (units !== undefined && duration !== undefined) {
    check.add('ambiguous', path, 'the way has units and work of its own', 'move the work into a unit')
  }
  if (units === undefined && duration === undefined) {
    check.add('missing-field', path, 'the way has no work', 'give `duration`, or `units`')
  }
  if (units !== undefined)
    return { id: way.id, relies, units: units.map((unit) => unitOf(unit, unit.id, unit.after, types)) }
  return { id: way.id, relies, units: [unitOf({ ...way, duration: duration ?? 0 }, 'work', [], types)] }
}

function unitOf(
  written: Pick<WrittenWay, 'needs' | 'cost' | 'requires' | 'produces'> & { readonly duration: number },
  id: string,
  after: readonly string[] | undefined,
  types: ReadonlyMap<string, string>,
): WorkUnit {
  const amounts = (list: WrittenWay['requires']): ResourceRequirement[] =>
    (list ?? []).map(({ resource, amount, when }) => ({
      resource,
      amount,
      when: when ?? (types.get(resource) === 'reusable' ? 'duration' : 'start'),
    }))
  return {
    id,
    needs: written.needs ?? [],
    duration: written.duration,
    cost: written.cost ?? 0,
    requires: amounts(written.requires),
    produces: amounts(written.produces).map((one) => ({ ...one, when: 'end' as const })),
    after: after ?? [],
  }
}

function sensorOf(
  written: NonNullable<Written['sensors']>[number],
  facts: readonly HiddenFact[],
  path: Path,
  check: Checker,
): Sensor {
  const values = facts.find((fact) => fact.id === written.fact)?.values.map((value) => value.id) ?? []
  const base = {
    id: written.id,
    fact: written.fact,
    cost: written.cost ?? 0,
    duration: written.duration ?? 0,
    needs: written.needs ?? [],
  }
  if (written.likelihood !== undefined && written.accuracy === undefined) {
    return { ...base, outcomes: written.outcomes ?? values, likelihood: written.likelihood }
  }
  const { accuracy } = written
  if (accuracy === undefined || written.likelihood !== undefined) {
    check.add('ambiguous', path, 'a sensor has an accuracy or a likelihood', 'give one of the two')
  }
  const right = accuracy ?? 1
  const wrong = values.length > 1 ? (1 - right) / (values.length - 1) : 0
  const rows = values.map((value) => [value, values.map((other) => (other === value ? right : wrong))] as const)
  return { ...base, outcomes: values, likelihood: Object.fromEntries(rows) }
}

function worldOf(
  written: Written,
  problem: OperationDocument['problem'],
  types: ReadonlyMap<string, string>,
  check: Checker,
): OperationWorld {
  const { truth = {}, outcomes = {}, delays = {}, events = [] } = written.world ?? {}
  const at = (...rest: (string | number)[]): Path => ['operation', 'world', ...rest]
  for (const [fact, value] of Object.entries(truth)) {
    const values = problem.facts.find((one) => one.id === fact)?.values.map((one) => one.id)
    if (values === undefined)
      check.known(
        at('truth', fact),
        fact,
        problem.facts.map((one) => one.id),
        'facts',
      )
    else check.known(at('truth', fact), value, values, 'values')
  }
  for (const [sensor, outcome] of Object.entries(outcomes)) {
    const known = problem.sensors.find((one) => one.id === sensor)?.outcomes
    if (known === undefined)
      check.known(
        at('outcomes', sensor),
        sensor,
        problem.sensors.map((one) => one.id),
        'sensors',
      )
    else check.known(at('outcomes', sensor), outcome, known, 'outcomes')
  }
  const agents = problem.agents.map((agent) => agent.id)
  const tasks = problem.tasks.map((task) => task.id)
  return {
    truth,
    outcomes,
    delays,
    events: events.map((event, k): OperationEvent => {
      const path = at('events', k)
      if ('lost' in event) {
        check.known([...path, 'lost'], event.lost, agents, 'agents')
        return { at: event.at, kind: 'agent-lost', agent: event.lost }
      }
      if ('back' in event) {
        check.known([...path, 'back'], event.back, agents, 'agents')
        return { at: event.at, kind: 'agent-back', agent: event.back }
      }
      if ('task' in event) {
        const task = taskOf(event.task, [...path, 'task'], types, check)
        tasks.push(task.id)
        return { at: event.at, kind: 'task-added', task }
      }
      if ('withdrawn' in event) {
        check.known([...path, 'withdrawn'], event.withdrawn, tasks, 'tasks')
        return { at: event.at, kind: 'task-withdrawn', task: event.withdrawn }
      }
      return { at: event.at, kind: 'budget-changed', budget: event.budget }
    }),
  }
}
