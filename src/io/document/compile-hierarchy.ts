import type { CompoundTask, HierarchyProblem, HierarchyTask, TaskMethod } from '../../domain/hierarchy.ts'
import type { Precedence } from '../../domain/project.ts'
import type { Resource } from '../../domain/resource.ts'
import type { Checker } from './checker.ts'
import {
  compileObjectives,
  compilePenalty,
  compilePrecedence,
  compileResources,
  compileTask,
  refuseDeliveries,
} from './compile-project.ts'
import { type People, peopleOf } from './compile-skills.ts'
import type { DocumentTask, PlanningDocument } from './schema.ts'

type Path = readonly (string | number)[]
type DocumentMethod = NonNullable<DocumentTask['methods']>[number]

export function compileHierarchy(document: PlanningDocument, check: Checker): HierarchyProblem {
  check.onlySections(document, 'hierarchy', [
    'resources',
    'tasks',
    'compounds',
    'maxDepth',
    'after',
    'precedence',
    'deadline',
    'budget',
    'overspendPenalty',
    'objective',
  ])
  check.required(document, 'hierarchy', 'tasks')
  const compiler = new Compiler(document, check)
  const tasks: HierarchyTask[] = []
  document.tasks?.forEach((task, index) => {
    if (typeof task === 'string') {
      check.add('wrong-type', ['tasks', index], `task "${task}" has no duration`, `write - id: ${task} with a duration`)
    } else tasks.push(compiler.task(task, ['tasks', index]))
  })
  const ids = tasks.map((task) => task.id)
  check.uniqueIds('tasks', ids)
  const compounds = (document.compounds ?? []).map(
    (compound, index): CompoundTask => ({
      id: compound.id,
      methods: compiler.methods(compound.methods, ['compounds', index, 'methods']),
    }),
  )
  check.uniqueIds('compounds', compiler.compounds)
  return {
    title: document.title ?? 'Project',
    timeUnit: document.units?.time ?? document.unit ?? '',
    costUnit: document.units?.money ?? '',
    resources: compiler.resources,
    tasks,
    compounds,
    maxDepth: document.maxDepth ?? null,
    precedence: compilePrecedence(document, [], check, ids),
    deadline: document.deadline ?? null,
    budget: document.budget ?? null,
    ...compilePenalty(document, check),
    objectives: compileObjectives(document, check),
  }
}

class Compiler {
  readonly resources: readonly Resource[]
  readonly compounds: readonly string[]
  readonly #byId: ReadonlyMap<string, Resource>
  readonly #check: Checker
  readonly #people: People

  constructor(document: PlanningDocument, check: Checker) {
    refuseDeliveries(document, 'a hierarchy', check)
    this.resources = compileResources(document, check)
    this.compounds = (document.compounds ?? []).map((compound) => compound.id)
    this.#byId = new Map(this.resources.map((resource) => [resource.id, resource]))
    this.#check = check
    this.#people = peopleOf(document)
  }

  task(task: DocumentTask, path: Path): HierarchyTask {
    if (task.as === undefined && task.methods === undefined)
      return compileTask(task, path, this.#byId, this.#check, this.#people)
    this.#onlyMethods(task, path)
    if (task.as === undefined) return { id: task.id, methods: this.methods(task.methods ?? [], [...path, 'methods']) }
    this.#check.known([...path, 'as'], task.as, this.compounds, 'compounds')
    return { id: task.id, as: task.as }
  }

  methods(methods: readonly DocumentMethod[], path: Path): TaskMethod[] {
    methods.forEach(({ id }, index) => {
      if (methods.findIndex((other) => other.id === id) === index) return
      this.#check.add('duplicate-id', [...path, index, 'id'], `method "${id}" stands twice`, 'rename one', id)
    })
    return methods.map((method, index): TaskMethod => {
      const place = [...path, index]
      const tasks = method.tasks.map((task, k) => this.task(task, [...place, 'tasks', k]))
      return {
        id: method.id,
        cost: method.cost ?? 0,
        tasks,
        precedence: this.#precedence(method, place, tasks),
      }
    })
  }

  #precedence(method: DocumentMethod, path: Path, tasks: readonly HierarchyTask[]): Precedence[] {
    const ids = tasks.map((task) => task.id)
    ids.forEach((id, index) => {
      if (ids.indexOf(id) === index) return
      const message = `"${id}" stands twice in the method "${method.id}"`
      this.#check.add('duplicate-id', [...path, 'tasks', index, 'id'], message, 'rename one', id)
    })
    return compilePrecedence(method, path, this.#check, ids)
  }

  /** What a task that is done by other tasks cannot have itself. */
  #onlyMethods(task: DocumentTask, path: Path): void {
    for (const [field, value] of Object.entries(task)) {
      if (value === undefined || field === 'id' || field === (task.as === undefined ? 'methods' : 'as')) continue
      const message = `"${field}" means nothing for "${task.id}", which is done by other tasks`
      this.#check.add('misplaced-field', [...path, field], message, 'give it to the tasks of the methods')
    }
  }
}
