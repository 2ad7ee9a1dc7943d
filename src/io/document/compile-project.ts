import type {
  MeasureWeights,
  Mode,
  Precedence,
  ProjectMeasure,
  ProjectProblem,
  ProjectTask,
} from '../../domain/project.ts'
import type { Resource, ResourceRequirement } from '../../domain/resource.ts'
import type { Checker } from './checker.ts'
import { compileCalendar } from './compile-calendar.ts'
import { compileConstraints } from './compile-constraints.ts'
import { compileJobs } from './compile-jobs.ts'
import { type People, peopleOf, type Skills, staffed } from './compile-skills.ts'
import type { DocumentTask, PlanningDocument } from './schema.ts'

type Path = readonly (string | number)[]
const PROJECT_OBJECTIVES = ['makespan', 'cost', 'weighted-tardiness', 'value'] as const

export function compileProject(document: PlanningDocument, check: Checker): ProjectProblem {
  check.onlySections(document, 'project', [
    'resources',
    'tasks',
    'jobs',
    'constraints',
    'after',
    'precedence',
    'deadline',
    'budget',
    'overspendPenalty',
    'objective',
  ])
  if (document.jobs === undefined) check.required(document, 'project', 'tasks')
  const resources = compileResources(document, check)
  const byId = new Map(resources.map((resource) => [resource.id, resource]))
  const people = peopleOf(document)
  const tasks: ProjectTask[] = []
  document.tasks?.forEach((task, index) => {
    if (typeof task === 'string') {
      check.add(
        'wrong-type',
        ['tasks', index],
        `task "${task}" has no duration`,
        `write - id: ${task} with a duration or modes`,
      )
    } else tasks.push(compileTask(task, ['tasks', index], byId, check, people))
  })
  check.uniqueIds(
    'tasks',
    (document.tasks ?? []).map((task) => (typeof task === 'string' ? task : task.id)),
  )
  const jobs = compileJobs(document, byId, check)
  tasks.push(...jobs.tasks)
  if (tasks.length === 0 && document.tasks?.length === 0) check.add('empty', ['tasks'], 'there is no task', 'add one')
  const weights = compileWeights(document, check)
  return {
    title: document.title ?? 'Project',
    timeUnit: document.units?.time ?? document.unit ?? '',
    costUnit: document.units?.money ?? '',
    resources,
    ...compileDeliveries(document, check),
    tasks,
    precedence: [
      ...jobs.precedence,
      ...compilePrecedence(
        document,
        [],
        check,
        tasks.map((task) => task.id),
      ),
    ],
    choices: compileConstraints(document, tasks, check),
    deadline: document.deadline ?? null,
    budget: document.budget ?? null,
    ...compilePenalty(document, check),
    ...(weights === null ? { objectives: compileObjectives(document, check) } : { objectives: ['weighted'], weights }),
  }
}

function compileDeliveries(document: PlanningDocument, check: Checker): Pick<ProjectProblem, 'deliveries'> {
  const deliveries = (document.resources ?? []).flatMap(({ id, type, deliveries: own = [] }, index) => {
    if (own.length > 0 && type === 'reusable') {
      const message = `"${id}" is held, not stored: nothing can be delivered to it`
      check.add('wrong-type', ['resources', index, 'deliveries'], message, 'give it type: consumable or producible')
    }
    return own.map(({ at, amount }) => ({ resource: id, at, amount }))
  })
  return deliveries.length === 0 ? {} : { deliveries }
}

/** Deliveries are for projects that are scheduled; elsewhere they would be forgotten. */
export function refuseDeliveries(document: PlanningDocument, where: string, check: Checker): void {
  document.resources?.forEach(({ deliveries = [] }, index) => {
    if (deliveries.length === 0) return
    const message = `${where} has no deliveries`
    check.add('misplaced-field', ['resources', index, 'deliveries'], message, 'take them out, or state a project')
  })
}

/** The price that makes a budget soft. */
export function compilePenalty(
  { budget, overspendPenalty }: PlanningDocument,
  check: Checker,
): Pick<ProjectProblem, 'overspendPenalty'> {
  if (overspendPenalty === undefined) return {}
  if ((budget ?? null) === null) {
    check.add('missing-field', ['overspendPenalty'], 'there is no budget that could be overspent', 'add budget:')
  }
  return { overspendPenalty }
}

export function compileResources(document: PlanningDocument, check: Checker): Resource[] {
  const resources = document.resources ?? []
  check.uniqueIds(
    'resources',
    resources.map((resource) => resource.id),
  )
  return resources.map((resource, index): Resource => {
    const capacity = resource.capacity ?? null
    const initial = resource.initial ?? (resource.type === 'reusable' ? (capacity ?? 0) : 0)
    if (resource.type === 'reusable' && capacity === null) {
      check.add(
        'missing-field',
        ['resources', index],
        `reusable resource "${resource.id}" has no capacity`,
        'add capacity: how many there are',
      )
    }
    if (capacity !== null && initial > capacity) {
      const message = `"${resource.id}" starts with ${initial}, more than its capacity ${capacity}`
      check.add(
        'out-of-range',
        ['resources', index, 'initial'],
        message,
        'raise the capacity or lower the initial amount',
        initial,
      )
    }
    return {
      id: resource.id,
      type: resource.type,
      capacity,
      initial,
      costPerUnit: resource.costPerUnit ?? 0,
      costPerTime: resource.costPerTime ?? 0,
      ...compileCalendar(resource, ['resources', index], check),
      ...(resource.setups === undefined ? {} : { setups: resource.setups }),
    }
  })
}

export function compileTask(
  task: DocumentTask,
  path: Path,
  resources: ReadonlyMap<string, Resource>,
  check: Checker,
  people: People = new Map(),
): ProjectTask {
  const single = ['duration', 'cost', 'uses', 'requires', 'produces', 'skills'] as const
  const bySkill = (wanted: Skills | undefined, mode: Mode, place: Path): Mode[] =>
    wanted === undefined ? [mode] : staffed(mode, wanted, people, place, check)
  let modes: Mode[]
  if (task.modes === undefined) {
    if (task.duration === undefined)
      check.add('missing-field', path, `task "${task.id}" has no duration`, 'add duration: or modes:')
    modes = bySkill(
      task.skills,
      compileMode({ ...task, duration: task.duration ?? 0 }, task.id, path, resources, check),
      path,
    )
  } else {
    for (const field of single) {
      if (task[field] === undefined) continue
      check.add(
        'misplaced-field',
        [...path, field],
        `task "${task.id}" gives "${field}" beside its modes`,
        'move it into each mode',
      )
    }
    const ids = task.modes.map((mode, index) => mode.id ?? `${index + 1}`)
    const seen = new Set<string>()
    ids.forEach((modeId, index) => {
      if (seen.has(modeId))
        check.add('duplicate-id', [...path, 'modes', index], `mode "${modeId}" stands twice`, 'rename one', modeId)
      seen.add(modeId)
    })
    modes = task.modes.flatMap((mode, index) => {
      const place = [...path, 'modes', index]
      return bySkill(mode.skills, compileMode(mode, ids[index] as string, place, resources, check), place)
    })
  }
  if (task.needs !== undefined) {
    check.add(
      'misplaced-field',
      [...path, 'needs'],
      `"needs" (capabilities) means nothing in a project`,
      'use resources with `uses`',
    )
  }
  if (task.weight !== undefined && (task.due ?? null) === null) {
    check.add('missing-field', path, `task "${task.id}" has a weight but no due date`, 'add due:, or take weight out')
  }
  if (task.earlinessWeight !== undefined && (task.due ?? null) === null) {
    const message = `task "${task.id}" has a weight for earliness but no due date`
    check.add('missing-field', [...path, 'earlinessWeight'], message, 'add due:, or take earlinessWeight out')
  }
  for (const field of ['methods', 'as'] as const) {
    if (task[field] === undefined) continue
    check.add('misplaced-field', [...path, field], `"${field}" means nothing in a project`, 'set kind: hierarchy')
  }
  const deadline = task.deadline ?? null
  const shortest = Math.min(...modes.map((mode) => mode.duration))
  if (deadline !== null && (task.release ?? 0) + shortest > deadline) {
    const message = `task "${task.id}" cannot end by ${deadline}: it starts at ${task.release ?? 0} at the earliest and takes ${shortest}`
    check.add(
      'impossible-window',
      [...path, 'deadline'],
      message,
      `give a deadline >= ${(task.release ?? 0) + shortest}`,
      deadline,
    )
  }
  checkPin(task, modes, path, check)
  return {
    id: task.id,
    modes,
    release: task.release ?? 0,
    ...(task.start === undefined ? {} : { start: task.start }),
    deadline,
    due: task.due ?? null,
    weight: task.weight ?? ((task.due ?? null) === null ? 0 : 1),
    ...(task.earlinessWeight === undefined ? {} : { earlinessWeight: task.earlinessWeight }),
    value: task.value ?? 0,
    optional: task.optional ?? false,
    ...(task.pausable === true ? { pausable: true } : {}),
    ...(task.family === undefined ? {} : { family: task.family }),
  }
}

/** A pinned start must keep the release, the deadline and the windows of the task itself. */
function checkPin(task: DocumentTask, modes: readonly Mode[], path: Path, check: Checker): void {
  const { id, start, release = 0, deadline = null } = task
  if (start === undefined || modes.length === 0) return
  const fault = (message: string, remedy: string): void =>
    check.add('impossible-window', [...path, 'start'], message, remedy, start)
  if (start < release)
    fault(`task "${id}" is to start at ${start}, before its release ${release}`, `give a start >= ${release}`)
  const open = modes.filter(({ window }) => window === undefined || (window[0] <= start && start <= window[1]))
  if (open.length === 0)
    fault(`no way of doing "${id}" may start at ${start}`, 'give a start in the window of one of its modes')
  const shortest = Math.min(...(open.length === 0 ? modes : open).map((mode) => mode.duration))
  if (deadline !== null && start + shortest > deadline) {
    const remedy = deadline >= shortest ? `give a start <= ${deadline - shortest}` : 'give a later deadline'
    fault(`task "${id}" is to start at ${start}, takes ${shortest} and cannot end by ${deadline}`, remedy)
  }
}

type DocumentMode = NonNullable<DocumentTask['modes']>[number]

function compileMode(
  mode: DocumentMode,
  id: string,
  path: Path,
  resources: ReadonlyMap<string, Resource>,
  check: Checker,
): Mode {
  const names = [...resources.keys()]
  const requires: ResourceRequirement[] = []
  for (const [name, amount] of Object.entries(mode.uses ?? {})) {
    if (!check.known([...path, 'uses', name], name, names, 'resources')) continue
    const resource = resources.get(name) as Resource
    if (resource.type !== 'reusable') {
      check.add(
        'wrong-type',
        [...path, 'uses', name],
        `"${name}" is a stock: it is not held but taken`,
        'write it under requires:',
      )
    } else if (resource.capacity !== null && amount > resource.capacity) {
      const message = `this needs ${amount} of "${name}" and there are ${resource.capacity}`
      check.add('over-capacity', [...path, 'uses', name], message, 'lower the need or raise the capacity', amount)
    }
    if (amount > 0) requires.push({ resource: name, amount, when: 'duration' })
  }
  mode.requires?.forEach((requirement, index) => {
    if (check.known([...path, 'requires', index, 'resource'], requirement.resource, names, 'resources'))
      requires.push(requirement)
  })
  const produces: ResourceRequirement[] = []
  mode.produces?.forEach((requirement, index) => {
    const place = [...path, 'produces', index, 'resource']
    if (!check.known(place, requirement.resource, names, 'resources')) return
    if (resources.get(requirement.resource)?.type !== 'producible') {
      check.add('wrong-type', place, `"${requirement.resource}" cannot be produced`, 'give it type: producible')
    }
    produces.push(requirement)
  })
  const window = mode.window === undefined ? {} : { window: mode.window }
  return { id, duration: mode.duration, cost: mode.cost ?? 0, requires, produces, ...window }
}

/** @param at where the network stands in the document; empty at the top */
export function compilePrecedence(
  network: Pick<PlanningDocument, 'after' | 'precedence'>,
  at: Path,
  check: Checker,
  ids: readonly string[],
): Precedence[] {
  const links: Precedence[] = []
  network.after?.forEach(([before, after], index) => {
    check.known([...at, 'after', index, 0], before, ids, 'tasks')
    check.known([...at, 'after', index, 1], after, ids, 'tasks')
    links.push({ before, after, kind: 'finish-start', minLag: 0, maxLag: null })
  })
  network.precedence?.forEach((link, index) => {
    const path = [...at, 'precedence', index]
    check.known([...path, 'before'], link.before, ids, 'tasks')
    check.known([...path, 'after'], link.after, ids, 'tasks')
    const minLag = link.minLag ?? 0
    const maxLag = link.maxLag ?? null
    if (maxLag !== null && maxLag < minLag) {
      check.add(
        'out-of-range',
        [...path, 'maxLag'],
        `the largest lag ${maxLag} is below the smallest ${minLag}`,
        'swap or correct them',
      )
    }
    links.push({ before: link.before, after: link.after, kind: link.kind ?? 'finish-start', minLag, maxLag })
  })
  check.acyclic(
    [...at, 'after'],
    (network.after ?? []).map(([before, after]) => [before, after] as const),
  )
  return links
}

/** The weights of a weighted sum; null where objectives are ordered. */
function compileWeights({ objective, overspendPenalty }: PlanningDocument, check: Checker): MeasureWeights | null {
  if (typeof objective !== 'object' || Array.isArray(objective)) return null
  const weights = Object.fromEntries(Object.entries(objective.weighted).filter(([, weight]) => weight !== undefined))
  const path = ['objective', 'weighted']
  if (!Object.values(weights).some((weight = 0) => weight > 0))
    check.add('empty', path, 'the weighted sum counts nothing', 'give a measure a weight > 0')
  if (overspendPenalty !== undefined) {
    const message = 'a weighted sum and a soft budget do not go together'
    check.add('misplaced-field', ['overspendPenalty'], message, 'make the budget hard, or order the objectives')
  }
  return weights
}

export function compileObjectives(document: PlanningDocument, check: Checker): ProjectMeasure[] {
  if (typeof document.objective === 'object' && !Array.isArray(document.objective)) {
    check.add('unsupported', ['objective'], 'a weighted sum is for projects only', 'order the objectives')
    return ['makespan']
  }
  const given = document.objective === undefined ? [] : [document.objective].flat()
  const objectives: ProjectMeasure[] = []
  given.forEach((objective, index) => {
    const known = PROJECT_OBJECTIVES.find((candidate) => candidate === objective)
    const path = Array.isArray(document.objective) ? ['objective', index] : ['objective']
    if (known === undefined)
      check.add(
        'wrong-value',
        path,
        `"${objective}" is no objective of a project`,
        `use one of ${PROJECT_OBJECTIVES.join(', ')}`,
      )
    else if (objectives.includes(known)) check.add('duplicate-id', path, `"${known}" stands twice`, 'keep the first')
    else objectives.push(known)
  })
  return objectives.length > 0 ? objectives : ['makespan', 'cost']
}
