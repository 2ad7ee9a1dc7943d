/** Small random hierarchies and all their plans, by plain enumeration of methods, modes and starts on whole instants. */
import fc from 'fast-check'
import {
  type HierarchyProblem,
  type HierarchyTask,
  isCompound,
  type MethodChoice,
} from '../../../src/domain/hierarchy.ts'
import { evaluateHierarchy } from '../../../src/domain/hierarchy-rules.ts'
import type { ExpandedTree, TreeNetwork } from '../../../src/domain/hierarchy-tree.ts'
import type { Precedence, PrecedenceKind, ProjectTask, ScheduledTask } from '../../../src/domain/project.ts'
import type { ProjectEvaluation } from '../../../src/domain/project-rules.ts'

const plain = (id: string): fc.Arbitrary<ProjectTask> =>
  fc
    .record({
      durations: fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
      costs: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })),
      crew: fc.integer({ min: 0, max: 2 }),
      fuel: fc.integer({ min: 0, max: 2 }),
      due: fc.constantFrom(null, 2),
      release: fc.constantFrom(0, 0, 0, 1),
      optional: fc.constantFrom(false, false, false, true),
    })
    .map(({ durations, costs, crew, fuel, due, release, optional }) => ({
      id,
      modes: durations.map((duration, k) => ({
        id: `${k}`,
        duration,
        cost: costs[k] as number,
        requires: [
          ...(crew > 0 ? [{ resource: 'crew', amount: crew, when: 'duration' as const }] : []),
          ...(fuel > 0 && k === 0 ? [{ resource: 'fuel', amount: fuel, when: 'start' as const }] : []),
        ],
        produces: [],
      })),
      release,
      deadline: null,
      due,
      weight: 1,
      value: 2,
      optional,
    }))

function links(ids: readonly string[], tasks: readonly HierarchyTask[]): fc.Arbitrary<Precedence[]> {
  const isPlain = (id: string): boolean => !isCompound(tasks.find((task) => task.id === id) as HierarchyTask)
  const pairs = ids.flatMap((before, i) => ids.slice(i + 1).map((after) => ({ before, after })))
  return fc.subarray(pairs).chain((chosen) =>
    fc.tuple(
      ...chosen.map(({ before, after }) =>
        fc.record({
          before: fc.constant(before),
          after: fc.constant(after),
          kind: fc.constantFrom<PrecedenceKind>(
            'finish-start',
            ...(isPlain(before) ? (['start-start'] as const) : []),
            ...(isPlain(after) ? (['finish-finish'] as const) : []),
          ),
          // A lag into a compound task that may vanish is refused.
          minLag: isPlain(after) ? fc.constantFrom(0, 0, 1) : fc.constant(0),
          maxLag: isPlain(before) && isPlain(after) ? fc.constantFrom(null, null, 2) : fc.constant(null),
        }),
      ),
    ),
  )
}

/** A plain task before or beside one compound task with two methods, one of which may hold a compound task again. */
export const hierarchies: fc.Arbitrary<HierarchyProblem> = fc
  .record({
    top: plain('top'),
    left: plain('left'),
    deep: plain('deep'),
    other: plain('other'),
    nested: fc.boolean(),
    empty: fc.constantFrom(false, false, true),
    methodCosts: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
    crew: fc.integer({ min: 1, max: 3 }),
    fuel: fc.integer({ min: 0, max: 4 }),
    deadline: fc.constantFrom(null, null, 3, 5),
    budget: fc.constantFrom(null, null, 5, 8),
    objectives: fc.constantFrom<HierarchyProblem['objectives']>(
      ['makespan', 'cost'],
      ['cost', 'makespan'],
      ['cost'],
      ['weighted-tardiness', 'cost'],
      ['value', 'makespan'],
    ),
  })
  .chain(({ top, left, deep, other, nested, empty, methodCosts, ...rest }) => {
    const inner: HierarchyTask = nested
      ? {
          id: 'inner',
          methods: [
            { id: 'do', cost: methodCosts[1], tasks: [deep], precedence: [] },
            ...(empty ? [{ id: 'skip', cost: 3, tasks: [], precedence: [] }] : []),
          ],
        }
      : deep
    const first: HierarchyTask[] = [left, inner]
    return fc
      .tuple(
        links(
          first.map((task) => task.id),
          first,
        ),
        links(['top', 'work'], [top, { id: 'work', methods: [] }]),
      )
      .map(([insideLinks, topLinks]): HierarchyProblem => {
        const work: HierarchyTask = {
          id: 'work',
          methods: [
            { id: 'in parts', cost: methodCosts[0], tasks: first, precedence: insideLinks },
            { id: 'at once', cost: 0, tasks: [other], precedence: [] },
          ],
        }
        return {
          title: 'random',
          timeUnit: 'days',
          costUnit: 'k€',
          resources: [
            { id: 'crew', type: 'reusable', capacity: rest.crew, initial: rest.crew, costPerUnit: 0, costPerTime: 1 },
            { id: 'fuel', type: 'consumable', capacity: null, initial: rest.fuel, costPerUnit: 1, costPerTime: 0 },
          ],
          tasks: [top, work],
          compounds: [],
          maxDepth: null,
          precedence: topLinks,
          deadline: rest.deadline,
          budget: rest.budget,
          objectives: rest.objectives,
        }
      })
  })

/** Every valid plan in which all starts are whole and all ends at most `horizon`. */
export function everyPlan(
  problem: HierarchyProblem,
  { tree }: Extract<ExpandedTree, { status: 'expanded' }>,
  horizon: number,
): ProjectEvaluation[] {
  const found: ProjectEvaluation[] = []
  const place = (
    tasks: readonly ProjectTask[],
    methods: readonly MethodChoice[],
    placed: readonly ScheduledTask[],
  ): void => {
    const [next, ...rest] = tasks
    if (next === undefined) {
      const evaluation = evaluateHierarchy(problem, tree, { methods, tasks: placed })
      if (evaluation.check.violations.length === 0) found.push(evaluation)
      return
    }
    if (next.optional) place(rest, methods, placed)
    const latest = Math.min(horizon, problem.deadline ?? horizon)
    for (const { id, duration } of next.modes) {
      for (let start = next.release; start + duration <= latest; start++) {
        place(rest, methods, [...placed, { id: next.id, mode: id, start, end: start + duration }])
      }
    }
  }
  const choose = (
    open: readonly TreeNetwork[],
    tasks: readonly ProjectTask[],
    methods: readonly MethodChoice[],
  ): void => {
    const [network, ...rest] = open
    if (network === undefined) {
      place(tasks, methods, [])
      return
    }
    const [part, ...parts] = network.parts
    if (part === undefined) choose(rest, tasks, methods)
    else if (part.kind === 'task') choose([{ ...network, parts }, ...rest], [...tasks, part.task], methods)
    else {
      for (const method of part.methods) {
        choose([method, { ...network, parts }, ...rest], tasks, [...methods, { task: part.name, method: method.id }])
      }
    }
  }
  choose([tree], [], [])
  return found
}
