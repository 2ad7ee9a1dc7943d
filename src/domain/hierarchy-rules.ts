/**
 * The project that a choice of methods leads to, and the verdict on a hierarchical schedule: methods chosen where there is
 * something to choose, and every rule of that project kept. Written against the problem alone.
 *
 * Orderings of compound tasks become orderings of what lies below them: a precedence that leaves a compound task holds from
 * the end of each of its tasks, one that enters holds for the start of each; through a task with nothing below it, both add up.
 */
import { type AnswerCheck, Findings } from './answer-check.ts'
import type { HierarchyProblem, HierarchySchedule, MethodChoice } from './hierarchy.ts'
import type { HierarchyTree, TreeMethod, TreeNetwork, TreeTask } from './hierarchy-tree.ts'
import type { Precedence, ProjectProblem, ProjectTask } from './project.ts'
import { evaluateProject, type ProjectEvaluation } from './project-rules.ts'

export interface FlatHierarchy {
  /** Its budget is what the cost of the methods leaves. */
  readonly project: ProjectProblem
  /** Fixed cost of the methods chosen. */
  readonly methodCost: number
  readonly methods: readonly MethodChoice[]
  /** Compound tasks that are to be done and for which no method, or an unknown one, is named. */
  readonly open: readonly string[]
}

/** @param methods name of a compound task -> id of the method chosen; entries for tasks that do not arise are ignored */
export function flattenHierarchy(
  problem: HierarchyProblem,
  tree: HierarchyTree,
  methods: ReadonlyMap<string, string>,
): FlatHierarchy {
  const events = new EventGraph()
  const tasks: ProjectTask[] = []
  const chosen: MethodChoice[] = []
  const open: string[] = []
  let methodCost = 0
  const visit = (network: TreeNetwork, begin: number | null, end: number | null): void => {
    const pointsOf = new Map<string, Points>()
    network.parts.forEach((part, k) => {
      const points = part.kind === 'task' ? events.task(part) : events.compound()
      pointsOf.set(network.ids[k] as string, points)
      if (begin !== null) events.add(begin, points.begin, 0)
      if (end !== null) events.add(points.end, end, 0)
      if (part.kind === 'task') {
        tasks.push(part.task)
        return
      }
      const wanted = methods.get(part.name)
      const method: TreeMethod | undefined = part.methods.find((candidate) => candidate.id === wanted)
      if (method === undefined) {
        open.push(part.name)
        return
      }
      chosen.push({ task: part.name, method: method.id })
      methodCost += method.cost
      events.add(points.begin, points.end, 0)
      visit(method, points.begin, points.end)
    })
    for (const link of network.precedence) events.link(link, pointsOf)
  }
  visit(tree, null, null)
  const project: ProjectProblem = {
    title: problem.title,
    timeUnit: problem.timeUnit,
    costUnit: problem.costUnit,
    resources: problem.resources,
    tasks,
    precedence: events.precedence(),
    deadline: problem.deadline,
    budget: problem.budget === null ? null : problem.budget - methodCost,
    ...softBudget(problem),
    objectives: problem.objectives,
  }
  return { project, methodCost, methods: chosen, open }
}

/** The penalty as it was stated, if it was. */
export function softBudget({
  overspendPenalty,
}: Pick<HierarchyProblem, 'overspendPenalty'>): Pick<ProjectProblem, 'overspendPenalty'> {
  return overspendPenalty === undefined ? {} : { overspendPenalty }
}

export interface HierarchyEvaluation extends ProjectEvaluation {
  readonly check: AnswerCheck
}

/** Judges methods and schedule together; the cost includes that of the methods. */
export function evaluateHierarchy(
  problem: HierarchyProblem,
  tree: HierarchyTree,
  { tasks, methods }: Pick<HierarchySchedule, 'tasks' | 'methods'>,
): HierarchyEvaluation {
  const flat = flattenHierarchy(problem, tree, new Map(methods.map((choice) => [choice.task, choice.method])))
  const evaluation = evaluateProject(flat.project, tasks)
  const findings = new Findings()
  for (const name of flat.open) findings.holds('methods', false, () => `${name} is to be done and no method is chosen`)
  const arising = new Set(flat.methods.map((choice) => choice.task))
  for (const { task } of methods) findings.holds('methods', arising.has(task), () => `${task} does not arise`)
  const own = findings.verdict()
  return {
    ...evaluation,
    cost: evaluation.cost + flat.methodCost,
    check: own.violations.length === 0 ? evaluation.check : own,
  }
}

interface Points {
  readonly begin: number
  readonly end: number
}

/** Begin and end of tasks, and the orderings between them; what passes through compound tasks is joined at the end. */
class EventGraph {
  /** Plain task of an event, null for one of a compound task. */
  readonly #tasks: (string | null)[] = []
  readonly #after: { readonly to: number; readonly lag: number }[][] = []
  /** Orderings between two plain tasks, as written. */
  readonly #direct: Precedence[] = []

  task({ name }: TreeTask): Points {
    return { begin: this.#event(name), end: this.#event(name) }
  }

  compound(): Points {
    return { begin: this.#event(null), end: this.#event(null) }
  }

  #event(task: string | null): number {
    this.#tasks.push(task)
    this.#after.push([])
    return this.#tasks.length - 1
  }

  add(from: number, to: number, lag: number): void {
    if (this.#tasks[from] === null || this.#tasks[to] === null) this.#after[from]?.push({ to, lag })
  }

  link(link: Precedence, pointsOf: ReadonlyMap<string, Points>): void {
    const before = pointsOf.get(link.before) as Points
    const after = pointsOf.get(link.after) as Points
    const from = link.kind === 'finish-start' || link.kind === 'finish-finish' ? before.end : before.begin
    const to = link.kind === 'finish-start' || link.kind === 'start-start' ? after.begin : after.end
    const [first, second] = [this.#tasks[from], this.#tasks[to]]
    if (typeof first === 'string' && typeof second === 'string') {
      this.#direct.push({ ...link, before: first, after: second })
    } else this.add(from, to, link.minLag)
  }

  /** From each event of a plain task to every other that is reached through compound tasks alone, with the largest lag. */
  precedence(): Precedence[] {
    const links = [...this.#direct]
    for (let from = 0; from < this.#tasks.length; from++) {
      const before = this.#tasks[from]
      if (typeof before !== 'string') continue
      const best = new Map<number, number>()
      const reach = (event: number, lag: number, depth: number): void => {
        if (depth > this.#tasks.length) return
        for (const { to, lag: own } of this.#after[event] ?? []) {
          const total = lag + own
          if ((best.get(to) ?? Number.NEGATIVE_INFINITY) >= total) continue
          best.set(to, total)
          if (this.#tasks[to] === null) reach(to, total, depth + 1)
        }
      }
      reach(from, 0, 0)
      for (const [to, minLag] of best) {
        const after = this.#tasks[to]
        if (typeof after !== 'string' || after === before) continue
        // Even numbers of a plain task are its begin: events are made in pairs.
        const kind = `${from % 2 === 0 ? 'start' : 'finish'}-${to % 2 === 0 ? 'start' : 'finish'}` as const
        links.push({ before, after, kind, minLag, maxLag: null })
      }
    }
    return links
  }
}
