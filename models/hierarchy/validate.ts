/** Refuses hierarchies that break their own rules, all faults at once; then writes them out. */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import { type HierarchyProblem, type HierarchyTask, isCompound, isReference } from '../../src/domain/hierarchy.ts'
import { expandHierarchy, type HierarchyTree } from '../../src/domain/hierarchy-tree.ts'
import type { Precedence, ProjectTask } from '../../src/domain/project.ts'
import { Faults } from '../conflict/index.ts'
import { validateProject } from '../scheduling/index.ts'

type Path = readonly (string | number)[]

/**
 * @returns the expanded hierarchy; null when some task cannot be refined within the depth, so that no plan exists
 * @throws InvalidInputError with every fault, or when the expansion would be too large
 */
export function expandValid(problem: HierarchyProblem): HierarchyTree | null {
  validateHierarchy(problem)
  const expanded = expandHierarchy(problem)
  if (expanded.status === 'expanded') return expanded.tree
  if (expanded.status === 'impossible') return null
  throw new InvalidInputError([
    {
      code: 'too-large',
      path: ['maxDepth'],
      message: `written out, the hierarchy has more than ${expanded.most} tasks`,
      hint: 'lower maxDepth, or give recursive tasks fewer methods',
    },
  ])
}

/** Nothing else can be at fault: every choice of methods goes deeper than allowed. */
export function tooDeep(problem: HierarchyProblem): Conflict {
  const depth = problem.maxDepth ?? 0
  return {
    constraints: [{ name: 'maxDepth', description: `no task inside itself more than ${depth} times` }],
    irreducible: true,
    relaxations: [],
    explanation: `Every choice of methods goes deeper than ${depth}.`,
  }
}

/** @throws InvalidInputError with every fault */
export function validateHierarchy(problem: HierarchyProblem): void {
  const faults = new Faults()
  const compounds = faults.distinct(
    problem.compounds.map((compound) => compound.id),
    (index) => ['compounds', index, 'id'],
  )
  const mayVanish = vanishing(problem)
  const plain: { readonly task: ProjectTask; readonly path: Path }[] = []
  const network = (tasks: readonly HierarchyTask[], precedence: readonly Precedence[], path: Path): void => {
    const ids = faults.distinct(
      tasks.map((task) => task.id),
      (index) => [...path, 'tasks', index, 'id'],
    )
    tasks.forEach((task, index) => {
      const place = [...path, 'tasks', index]
      if (isReference(task)) faults.known(task.as, compounds, [...place, 'as'])
      else if (isCompound(task)) methods(task.methods, place)
      else plain.push({ task, path: place })
    })
    const byId = new Map(tasks.map((task) => [task.id, task]))
    precedence.forEach((link, index) => {
      const place = [...path, 'precedence', index]
      faults.known(link.before, ids, [...place, 'before'])
      faults.known(link.after, ids, [...place, 'after'])
      checkCompoundEnds(link, byId, mayVanish, place, faults)
    })
  }
  const methods = (list: readonly { readonly id: string; readonly cost: number }[], path: Path): void => {
    if (list.length === 0) faults.add('wrong-count', [...path, 'methods'], 'the task has no method', 'give one')
    faults.distinct(
      list.map((method) => method.id),
      (index) => [...path, 'methods', index, 'id'],
    )
    ;(list as HierarchyProblem['compounds'][number]['methods']).forEach((method, index) => {
      const place = [...path, 'methods', index]
      faults.finite(method.cost, [...place, 'cost'])
      network(method.tasks, method.precedence, place)
    })
  }
  network(problem.tasks, problem.precedence, [])
  problem.compounds.forEach((compound, index) => {
    methods(compound.methods, ['compounds', index])
  })
  if (problem.maxDepth !== null && (!Number.isInteger(problem.maxDepth) || problem.maxDepth < 0)) {
    faults.add('out-of-range', ['maxDepth'], `${problem.maxDepth} is no depth`, 'give a whole number >= 0')
  }
  if (problem.maxDepth === null) checkRecursion(problem, faults)
  if (faults.issues.length > 0) throw new InvalidInputError(faults.issues)
  validateTasks(problem, plain)
}

/**
 * Whether nothing may be left of a task: it is optional, or has a method all of whose parts may vanish. Least fixed point over
 * the shared compound tasks.
 */
function vanishing(problem: HierarchyProblem): (task: HierarchyTask) => boolean {
  const shared = new Set<string>()
  const vanishes = (task: HierarchyTask): boolean => {
    if (isReference(task)) return shared.has(task.as)
    if (isCompound(task)) return task.methods.some((method) => method.tasks.every(vanishes))
    return task.optional
  }
  for (let grown = true; grown; ) {
    grown = false
    for (const compound of problem.compounds) {
      if (shared.has(compound.id) || !vanishes(compound)) continue
      shared.add(compound.id)
      grown = true
    }
  }
  return vanishes
}

/** What leaves a compound task leaves its end, what enters it enters its start; a largest lag needs plain tasks. */
function checkCompoundEnds(
  { before, after, kind, minLag, maxLag }: Precedence,
  byId: ReadonlyMap<string, HierarchyTask>,
  mayVanish: (task: HierarchyTask) => boolean,
  path: Path,
  faults: Faults,
): void {
  const compound = (id: string): boolean => {
    const task = byId.get(id)
    return task !== undefined && (isCompound(task) || isReference(task))
  }
  const hint = 'use finish-start, or tie the plain tasks inside'
  if (compound(before) && kind.startsWith('start')) {
    faults.add('unsupported', [...path, 'kind'], `${kind} leaves the compound task "${before}" at its start`, hint)
  }
  if (compound(after) && kind.endsWith('finish')) {
    faults.add('unsupported', [...path, 'kind'], `${kind} enters the compound task "${after}" at its end`, hint)
  }
  const entered = byId.get(after)
  if (minLag > 0 && entered !== undefined && compound(after) && mayVanish(entered)) {
    const message = `a lag before "${after}", of which nothing may be left to wait`
    faults.add('unsupported', [...path, 'minLag'], message, 'give the lag to the tasks inside', minLag)
  }
  if (maxLag !== null && (compound(before) || compound(after))) {
    faults.add('unsupported', [...path, 'maxLag'], 'a largest lag beside a compound task', 'tie the plain tasks inside')
  }
}

/** Tasks inside themselves without a depth. */
function checkRecursion(problem: HierarchyProblem, faults: Faults): void {
  const below = new Map<string, Set<string>>()
  const collect = (tasks: readonly HierarchyTask[], into: Set<string>): void => {
    for (const task of tasks) {
      if (isReference(task)) into.add(task.as)
      else if (isCompound(task)) for (const method of task.methods) collect(method.tasks, into)
    }
  }
  for (const compound of problem.compounds) {
    const own = new Set<string>()
    for (const method of compound.methods) collect(method.tasks, own)
    below.set(compound.id, own)
  }
  problem.compounds.forEach(({ id }, index) => {
    const reached = new Set<string>()
    const open = [...(below.get(id) ?? [])]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue
      reached.add(next)
      open.push(...(below.get(next) ?? []))
    }
    if (!reached.has(id)) return
    const message = `"${id}" may lie inside itself without end`
    faults.add('recursion', ['compounds', index], message, 'give maxDepth: how often it may', id)
  })
}

/** The rules of plain tasks, resources and limits are those of a project. */
function validateTasks(problem: HierarchyProblem, plain: readonly { task: ProjectTask; path: Path }[]): void {
  try {
    validateProject({
      ...problem,
      tasks: plain.map(({ task }, k) => ({ ...task, id: `${k}` })),
      precedence: [],
      choices: [],
    })
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    throw new InvalidInputError(
      error.issues.map((issue) => {
        const [section, index, ...rest] = issue.path
        const place = section === 'tasks' && typeof index === 'number' ? plain[index]?.path : undefined
        return place === undefined ? issue : { ...issue, path: [...place, ...rest] }
      }),
    )
  }
}
