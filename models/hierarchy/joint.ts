/**
 * Methods and schedule decided together: the whole hierarchy as one project with optional tasks.
 *
 * Sets        compound tasks c with methods m, parts x of a method (compound or plain), plain tasks i with modes
 * Variables   those of a project (models/scheduling) for every plain task and, for every compound task, a milestone b_c with a
 *             mode for each method and a milestone e_c; both last 0
 * Rows        done: b_c is done when c is at the top; for each part x of method m of c: done(x) = [b_c in mode m]
 *             (<= for an optional plain task), where done(x) is that of b_x for a compound part;  done(e_c) = done(b_c)
 *             span: b_c <= start of each part, end of each part <= e_c, b_c + L_c <= e_c with L_c the shortest critical path
 *             order: between parts of one method, from e_x where x is compound, to b_y where y is compound
 *             cost of method m is the cost of mode m of b_c
 *             all rows of a project: modes, lags, windows, capacities, stocks, deadline, budget
 * Objective   that of the project, lexicographic
 * Size        plain tasks + 2 compound tasks; a rule for each part, a span row or two for each part; linear in the expansion
 *
 * The result is an ordinary project with structural rules, so every engine of models/scheduling decides it: lazy clause
 * generation, the compact and the time-indexed linear models. Milestones that nothing needs are left out: e_c without an
 * ordering behind it or above it, and spans at b_c that nothing in front of c could bind.
 */
import type { HierarchyProblem, HierarchySchedule, MethodChoice } from '../../src/domain/hierarchy.ts'
import { softBudget } from '../../src/domain/hierarchy-rules.ts'
import type { HierarchyTree, TreeCompound, TreeMethod, TreeNetwork } from '../../src/domain/hierarchy-tree.ts'
import {
  type ChoiceRule,
  mandatoryTask,
  modeHolding,
  type Precedence,
  type ProjectProblem,
  type ProjectTask,
  type ScheduledTask,
} from '../../src/domain/project.ts'
import { LeastUses } from './bounds.ts'

export interface JointModel {
  readonly project: ProjectProblem
  /** Methods and plain tasks of a schedule of the project; null entries never occur. */
  readonly decode: (scheduled: readonly ScheduledTask[]) => Pick<HierarchySchedule, 'tasks' | 'methods'>
}

/** Name of the milestone at which a compound task begins and its method is chosen. */
export function beginOf(name: string): string {
  return `begin of ${name}`
}

function endOf(name: string): string {
  return `end of ${name}`
}

/** When the part of a network is there. */
interface Condition {
  readonly task: string
  readonly mode: string
}

export function buildJoint(problem: HierarchyProblem, tree: HierarchyTree): JointModel {
  const builder = new Builder(problem)
  builder.network(tree, null, { begin: null, end: null })
  const compounds = builder.compounds
  return {
    project: {
      title: problem.title,
      timeUnit: problem.timeUnit,
      costUnit: problem.costUnit,
      resources: problem.resources,
      tasks: builder.tasks,
      precedence: builder.precedence,
      choices: builder.rules,
      deadline: problem.deadline,
      budget: problem.budget,
      ...softBudget(problem),
      objectives: problem.objectives,
    },
    decode: (scheduled) => {
      const milestones = new Set(compounds.flatMap(({ name }) => [beginOf(name), endOf(name)]))
      const chosen = new Map(scheduled.map((entry) => [entry.id, entry.mode]))
      const methods = compounds.flatMap(({ name }): MethodChoice[] => {
        const method = chosen.get(beginOf(name))
        return method === undefined ? [] : [{ task: name, method }]
      })
      return { methods, tasks: scheduled.filter((entry) => !milestones.has(entry.id)) }
    },
  }
}

class Builder {
  readonly tasks: ProjectTask[] = []
  readonly precedence: Precedence[] = []
  readonly rules: ChoiceRule[] = []
  readonly compounds: TreeCompound[] = []
  readonly #least: LeastUses

  constructor(problem: HierarchyProblem) {
    this.#least = new LeastUses(problem.resources)
  }

  /**
   * @param condition when the network is there; null for the top
   * @param span milestones around it, null where nothing outside could bind
   */
  network(
    network: TreeNetwork,
    condition: Condition | null,
    span: { readonly begin: string | null; readonly end: string | null },
  ): void {
    const before = new Set(network.precedence.map((link) => link.before))
    const after = new Set(network.precedence.map((link) => link.after))
    const names = new Map<string, { readonly begin: string; readonly end: string }>()
    network.parts.forEach((part, k) => {
      const id = network.ids[k] as string
      if (part.kind === 'task') {
        const { task, name } = part
        names.set(id, { begin: name, end: name })
        if (condition === null) this.tasks.push(task)
        else {
          // A task that had to be done is worth nothing extra for being done.
          this.tasks.push({ ...task, optional: true, value: task.optional ? task.value : 0 })
          this.#presence(name, condition, task.optional)
        }
        if (span.begin !== null) this.#link(span.begin, name, 'start-start')
        if (span.end !== null) this.#link(name, span.end, 'finish-finish')
        return
      }
      const begin = beginOf(part.name)
      const needsEnd = before.has(id) || span.end !== null
      const end = needsEnd ? endOf(part.name) : null
      names.set(id, { begin, end: end ?? begin })
      this.#compound(part, condition, end)
      if (span.begin !== null) this.#link(span.begin, begin, 'start-start')
      if (span.end !== null && end !== null) this.#link(end, span.end, 'finish-finish')
      const bound = after.has(id) || span.begin !== null || end !== null
      for (const method of part.methods) {
        this.network(method, { task: begin, mode: method.id }, { begin: bound ? begin : null, end })
      }
    })
    for (const link of network.precedence) {
      const from = names.get(link.before)
      const to = names.get(link.after)
      if (from === undefined || to === undefined) continue
      this.precedence.push({
        ...link,
        before: link.kind.startsWith('finish') ? from.end : from.begin,
        after: link.kind.endsWith('start') ? to.begin : to.end,
      })
    }
  }

  #compound(compound: TreeCompound, condition: Condition | null, end: string | null): void {
    const { name, methods } = compound
    const begin = beginOf(name)
    this.compounds.push(compound)
    this.tasks.push(
      milestone(
        begin,
        methods.map(({ id, cost }: TreeMethod) => [id, cost]),
        condition !== null,
      ),
    )
    if (condition !== null) this.#presence(begin, condition, false)
    if (end === null) return
    this.tasks.push(milestone(end, [['', 0]], condition !== null))
    if (condition !== null) this.#presence(end, condition, false)
    const { duration } = this.#least.of(compound)
    const span = { before: begin, after: end, kind: 'start-start', minLag: duration, maxLag: null } as const
    this.precedence.push({ ...span, structural: true })
  }

  /** done(name) = [task in mode], or <= for one that may be left out. */
  #presence(name: string, { task, mode }: Condition, optional: boolean): void {
    this.rules.push({
      name: `${name} belongs to ${mode} of ${task}`,
      terms: [
        { task: name, coefficient: 1 },
        { task, mode, coefficient: -1 },
      ],
      least: optional ? null : 0,
      most: 0,
      structural: true,
    })
  }

  #link(before: string, after: string, kind: Precedence['kind']): void {
    this.precedence.push({ before, after, kind, minLag: 0, maxLag: null, structural: true })
  }
}

function milestone(id: string, modes: readonly (readonly [string, number])[], optional: boolean): ProjectTask {
  return {
    ...mandatoryTask(
      id,
      modes.map(([mode, cost]) => modeHolding(mode, 0, cost, [])),
    ),
    optional,
  }
}
