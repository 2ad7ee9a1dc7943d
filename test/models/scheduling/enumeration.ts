/** Small random projects and all their schedules, by plain enumeration of modes and starts on whole instants. */
import fc from 'fast-check'
import { breaksOf, workingEnd } from '../../../src/domain/calendar.ts'
import type {
  ChoiceRule,
  Mode,
  PrecedenceKind,
  ProjectProblem,
  ProjectTask,
  ScheduledTask,
} from '../../../src/domain/project.ts'
import { evaluateProject, type ProjectEvaluation } from '../../../src/domain/project-rules.ts'
import type { RequirementTime, Resource } from '../../../src/domain/resource.ts'

const whens: RequirementTime[] = ['start', 'end', 'duration']

interface Features {
  readonly resources: boolean
  readonly optional: boolean
}

const mode = (id: string, { resources }: Features): fc.Arbitrary<Mode> =>
  fc
    .record({
      duration: fc.integer({ min: 0, max: 3 }),
      cost: fc.integer({ min: 0, max: 5 }),
      crew: fc.integer({ min: 0, max: 2 }),
      takes: fc.integer({ min: 0, max: 2 }),
      takesWhen: fc.constantFrom(...whens),
      gives: fc.constantFrom(0, 0, 1, 2),
      givesWhen: fc.constantFrom(...whens),
    })
    .map(({ duration, cost, crew, takes, takesWhen, gives, givesWhen }) => ({
      id,
      duration,
      cost,
      requires: [
        ...(resources && crew > 0 ? [{ resource: 'crew', amount: crew, when: 'duration' as const }] : []),
        ...(resources && takes > 0 ? [{ resource: 'stock', amount: takes, when: takesWhen }] : []),
      ],
      produces: resources && gives > 0 ? [{ resource: 'stock', amount: gives, when: givesWhen }] : [],
    }))

const task = (id: string, features: Features): fc.Arbitrary<ProjectTask> =>
  fc.record({
    id: fc.constant(id),
    modes: fc
      .tuple(mode('slow', features), fc.option(mode('fast', features), { nil: null }))
      .map(([slow, fast]) => (fast === null ? [slow] : [slow, fast])),
    release: fc.constantFrom(0, 0, 1, 2),
    deadline: fc.constantFrom(null, null, null, 4, 6),
    due: fc.constantFrom(null, 2, 3.5),
    weight: fc.constantFrom(1, 2),
    value: fc.integer({ min: 0, max: 4 }),
    optional: features.optional ? fc.boolean() : fc.constant(false),
  })

const link = (before: string, after: string) =>
  fc.record({
    before: fc.constant(before),
    after: fc.constant(after),
    kind: fc.constantFrom<PrecedenceKind>(
      'finish-start',
      'finish-start',
      'start-start',
      'finish-finish',
      'start-finish',
    ),
    minLag: fc.constantFrom(0, 0, 0, 1, -1),
    maxLag: fc.constantFrom(null, null, null, 1, 2),
  })

const rule: fc.Arbitrary<ChoiceRule> = fc
  .record({
    coefficients: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -1, max: 2 }))),
    slow: fc.subarray([0, 1, 2]),
    least: fc.constantFrom(null, 0, 1),
    most: fc.constantFrom(null, 0, 1, 2),
  })
  .map(({ coefficients, slow, least, most }) => ({
    name: 'rule',
    terms: ['a', 'b', 'c'].map((task, k) => ({
      task,
      coefficient: coefficients[k] as number,
      ...(slow.includes(k) ? { mode: 'slow' } : {}),
    })),
    least,
    most: least !== null && most !== null ? Math.max(least, most) : most,
  }))

/** Three tasks, every feature of a project switched on and off at random. */
export function projects(features: Features = { resources: true, optional: true }): fc.Arbitrary<ProjectProblem> {
  return fc
    .record({
      tasks: fc.tuple(task('a', features), task('b', features), task('c', features)),
      links: fc.tuple(link('a', 'b'), link('b', 'c'), link('a', 'c')),
      linked: fc.subarray([0, 1, 2]),
      choices: fc.oneof(fc.constant([]), fc.array(rule, { minLength: 1, maxLength: 1 })),
      crew: fc.integer({ min: 1, max: 3 }),
      stock: fc.integer({ min: 0, max: 4 }),
      room: fc.constantFrom(null, 5),
      deadline: fc.constantFrom(null, null, 5, 7),
      budget: fc.constantFrom(null, null, 8),
      objectives: fc.constantFrom<ProjectProblem['objectives']>(
        ['makespan'],
        ['makespan', 'cost'],
        ['cost', 'makespan'],
        ['cost'],
        ['weighted-tardiness', 'cost'],
        ['value', 'makespan'],
        ['makespan', 'value', 'weighted-tardiness'],
      ),
    })
    .map(({ tasks, links, linked, choices, crew, stock, room, deadline, budget, objectives }): ProjectProblem => {
      const resources: Resource[] = [
        { id: 'crew', type: 'reusable', capacity: crew, initial: crew, costPerUnit: 0, costPerTime: 1 },
        { id: 'stock', type: 'producible', capacity: room, initial: stock, costPerUnit: 2, costPerTime: 0 },
      ]
      return {
        title: 'random',
        timeUnit: 'days',
        costUnit: 'k€',
        resources: features.resources ? resources : [],
        tasks,
        precedence: linked.map((k) => links[k] as (typeof links)[number]),
        choices,
        deadline,
        budget,
        objectives,
      }
    })
}

/** The same with some of the tasks pinned. */
export const pinned: fc.Arbitrary<ProjectProblem> = fc
  .tuple(projects(), fc.subarray([0, 1, 2], { minLength: 1, maxLength: 2 }), fc.integer({ min: 0, max: 4 }))
  .map(([problem, chosen, first]) => ({
    ...problem,
    tasks: problem.tasks.map((own, k) => (chosen.includes(k) ? { ...own, start: first + (k % 2) } : own)),
  }))

/** Every valid schedule in which all starts are whole and at most `horizon`. */
export function everySchedule(problem: ProjectProblem, horizon: number): ProjectEvaluation[] {
  const found: ProjectEvaluation[] = []
  const extend = (index: number, placed: readonly ScheduledTask[]): void => {
    const next = problem.tasks[index]
    if (next === undefined) {
      const evaluation = evaluateProject(problem, placed)
      if (evaluation.check.violations.length === 0) found.push(evaluation)
      return
    }
    if (next.optional) extend(index + 1, placed)
    const latest = Math.min(horizon, next.deadline ?? horizon, problem.deadline ?? horizon)
    for (const mode of next.modes) {
      const breaks = next.pausable === true ? breaksOf(mode, problem.resources) : []
      for (let start = next.release; start <= latest; start++) {
        const end = workingEnd(start, mode.duration, breaks)
        if (end !== null && end <= latest) extend(index + 1, [...placed, { id: next.id, mode: mode.id, start, end }])
      }
    }
  }
  extend(0, [])
  return found
}

/** The same with breaks of the crew, tasks that may pause, ways that are possible at certain times only, and set-ups. */
export const calendars: fc.Arbitrary<ProjectProblem> = fc
  .record({
    problem: projects({ resources: true, optional: false }),
    closures: fc.array(
      fc.record({
        from: fc.integer({ min: 0, max: 5 }),
        length: fc.integer({ min: 1, max: 2 }),
        amount: fc.constantFrom(null, null, 1),
      }),
      { maxLength: 2 },
    ),
    pausable: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    window: fc.constantFrom(null, [1, 4] as const),
    machine: fc.boolean(),
    times: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
    deadline: fc.integer({ min: 6, max: 8 }),
  })
  .map(({ problem, closures, pausable, window, machine, times, deadline }): ProjectProblem => {
    const breaks = closures.map(({ from, length, amount }) => ({ from, to: from + length, amount }))
    const lathe: Resource = {
      ...{ id: 'lathe', type: 'reusable', capacity: 1, initial: 1, costPerUnit: 0, costPerTime: 2 },
      setups: [
        { before: 'red', after: 'blue', time: times[0] },
        { before: 'blue', after: 'red', time: times[1] },
      ],
    }
    return {
      ...problem,
      resources: [
        ...problem.resources.map((own) => (own.id === 'crew' ? { ...own, closures: breaks } : own)),
        ...(machine ? [lathe] : []),
      ],
      tasks: problem.tasks.map((own, k) => ({
        ...own,
        deadline: null,
        pausable: pausable[k] as boolean,
        family: k === 1 ? 'blue' : 'red',
        modes: own.modes.map((mode) => ({
          ...mode,
          ...(window !== null && k === 0 && mode.id === 'fast' ? { window } : {}),
          requires: [
            ...mode.requires,
            ...(machine && k > 0 ? [{ resource: 'lathe', amount: 1, when: 'duration' as const }] : []),
          ],
        })),
      })),
      choices: [],
      deadline,
    }
  })
