import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scheduleProject } from '../../../models/scheduling/index.ts'
import { checkProjectResult } from '../../../src/check/schedule-project.ts'
import type { ProjectProblem } from '../../../src/domain/project.ts'
import { objectiveValue, type ProjectEvaluation } from '../../../src/domain/project-rules.ts'
import { findViolations } from '../../../src/resources/index.ts'
import { calendars, everySchedule, pinned, projects } from './enumeration.ts'

/** No best schedule of three tasks with durations to 3 and lags to 2 needs longer. */
const HORIZON = 11

function best(problem: ProjectProblem, all: readonly ProjectEvaluation[]): number[] | null {
  const keys = all.map((evaluation) =>
    problem.objectives.map((objective) => (objective === 'value' ? -1 : 1) * objectiveValue(evaluation, objective)),
  )
  let winner: number[] | null = null
  for (const key of keys) {
    if (winner === null) winner = key
    else {
      const at = key.findIndex((value, k) => Math.abs(value - (winner?.[k] ?? 0)) > 1e-9)
      if (at >= 0 && (key[at] as number) < (winner[at] as number)) winner = key
    }
  }
  return winner
}

async function compare(problem: ProjectProblem): Promise<void> {
  const wanted = best(problem, everySchedule(problem, HORIZON))
  for (const engine of ['automatic', 'linear'] as const) await compareWith(problem, wanted, engine)
}

async function compareWith(
  problem: ProjectProblem,
  wanted: readonly number[] | null,
  engine: 'automatic' | 'linear',
): Promise<void> {
  const result = await scheduleProject(problem, { engine })
  expect(result.status).toBe(wanted === null ? 'infeasible' : 'optimal')
  if (result.status !== 'optimal') return
  const values = problem.objectives.map((name) => (name === 'value' ? -1 : 1) * (result.values[name] ?? Number.NaN))
  values.forEach((value, k) => {
    expect(value).toBeCloseTo(wanted?.[k] as number, 6)
  })
  expect(checkProjectResult(problem, result).violations).toEqual([])
  // Counted without building the model.
  expect(result.variables).toBe(result.linearModel?.variableCount ?? 0)
  // The tracker reads the same resources its own way.
  const source = { kind: 'schedule', project: problem, schedule: result.schedule } as const
  expect(findViolations(source, problem.resources)).toEqual([])
}

test('with every feature at random a schedule is best among all schedules, by search and by linear model', async () => {
  await fc.assert(fc.asyncProperty(projects(), compare), { seed: 1, numRuns: 35 })
})

test('with breaks, pauses, windows of ways and set-ups a schedule is best among all schedules, on both engines', async () => {
  await fc.assert(fc.asyncProperty(calendars, compare), { seed: 5, numRuns: 30 })
})

test('with pinned starts a schedule is best among all that keep them, on both engines', async () => {
  await fc.assert(fc.asyncProperty(pinned, compare), { seed: 6, numRuns: 30 })
  const plain = projects({ resources: false, optional: true }).map((problem) => ({
    ...problem,
    tasks: problem.tasks.map((own, k) => (k === 1 ? { ...own, start: 2 } : own)),
  }))
  await fc.assert(fc.asyncProperty(plain, compare), { seed: 7, numRuns: 15 })
})

test('a pinned start stands while others pause around it', async () => {
  const dated = fc.tuple(calendars, fc.integer({ min: 0, max: 4 })).map(([problem, start]) => ({
    ...problem,
    tasks: problem.tasks.map((own, k) => (k === 0 ? { ...own, start } : own)),
  }))
  await fc.assert(fc.asyncProperty(dated, compare), { seed: 8, numRuns: 20 })
})

test('without resources the compact model finds the same optimum as enumeration', async () => {
  const plain = projects({ resources: false, optional: true })
  await fc.assert(fc.asyncProperty(plain, compare), { seed: 2, numRuns: 30 })
})

test('a conflict is contradictory by itself, and its relaxations are ways out', async () => {
  const hurried = fc
    .tuple(projects(), fc.integer({ min: 1, max: 4 }))
    .map(([problem, deadline]): ProjectProblem => ({ ...problem, deadline }))
  await fc.assert(
    fc.asyncProperty(hurried, async (problem) => {
      const result = await scheduleProject(problem)
      fc.pre(result.status === 'infeasible')
      if (result.status !== 'infeasible') return
      expect(everySchedule(problem, HORIZON)).toEqual([])
      const { constraints, irreducible, relaxations } = result.conflict
      expect(irreducible).toBe(true)
      const names = new Set(constraints.map(({ name }) => name))
      // Only the blamed constraints: all others dropped.
      const core: ProjectProblem = {
        ...problem,
        deadline: names.has('deadline') ? problem.deadline : null,
        budget: names.has('budget') ? problem.budget : null,
        resources: problem.resources.map((resource) => {
          if (names.has(`resource ${resource.id}`)) return resource
          return { ...resource, capacity: null, initial: 100 }
        }),
        tasks: problem.tasks.map((task) => ({
          ...task,
          release: names.has(`release ${task.id}`) ? task.release : 0,
          deadline: names.has(`deadline ${task.id}`) ? task.deadline : null,
        })),
        precedence: problem.precedence.filter(({ before, after, kind }) =>
          names.has(`precedence ${before} > ${after}${kind === 'finish-start' ? '' : ` (${kind})`}`),
        ),
      }
      expect(everySchedule(core, HORIZON)).toEqual([])
      for (const { constraint, to } of relaxations) {
        if (constraint === 'deadline')
          expect((await scheduleProject({ ...problem, deadline: to })).status).toBe('optimal')
        if (constraint === 'budget') expect((await scheduleProject({ ...problem, budget: to })).status).toBe('optimal')
      }
    }),
    { seed: 3, numRuns: 12 },
  )
})

test('doubling every time doubles the makespan, tenths of times give a tenth', async () => {
  const simple = projects({ resources: true, optional: false })
  await fc.assert(
    fc.asyncProperty(simple, fc.constantFrom(2, 0.1, 0.25), async (base, factor) => {
      const problem: ProjectProblem = { ...base, objectives: ['makespan'] }
      const times = (value: number): number => value * factor
      const scaled: ProjectProblem = {
        ...problem,
        deadline: problem.deadline === null ? null : times(problem.deadline),
        budget: null,
        tasks: problem.tasks.map((task) => ({
          ...task,
          release: times(task.release),
          deadline: task.deadline === null ? null : times(task.deadline),
          due: null,
          modes: task.modes.map((mode) => ({ ...mode, duration: times(mode.duration) })),
        })),
        precedence: problem.precedence.map((link) => ({
          ...link,
          minLag: times(link.minLag),
          maxLag: link.maxLag === null ? null : times(link.maxLag),
        })),
      }
      const before = await scheduleProject({ ...problem, budget: null })
      const after = await scheduleProject(scaled)
      expect(after.status).toBe(before.status)
      if (before.status === 'optimal' && after.status === 'optimal') {
        expect(after.objective).toBeCloseTo(before.objective * factor, 6)
      }
    }),
    { seed: 4, numRuns: 15 },
  )
})

test('a weighted sum is least among all schedules, on both engines, and told with its parts', async () => {
  const weights = fc.record(
    {
      makespan: fc.constantFrom(1, 2.5),
      cost: fc.constantFrom(1, 0.5),
      'weighted-tardiness': fc.constantFrom(1, 3),
      value: fc.constantFrom(1, 2),
    },
    { requiredKeys: ['makespan'] },
  )
  for (const resources of [true, false]) {
    const weighted = fc
      .tuple(projects({ resources, optional: true }), weights)
      .map(([problem, own]): ProjectProblem => ({ ...problem, objectives: ['weighted'], weights: own }))
    await fc.assert(
      fc.asyncProperty(weighted, async (problem) => {
        await compare(problem)
        const result = await scheduleProject(problem)
        if (result.status !== 'optimal') return
        expect(result.bound).toBeCloseTo(result.objective, 6)
        const { makespan = 0, cost = 0, value = 0, 'weighted-tardiness': late = 0 } = result.values
        const own = problem.weights ?? {}
        const parts = [own.makespan ?? 0, own.cost ?? 0, own['weighted-tardiness'] ?? 0, -(own.value ?? 0)]
        const sum = [makespan, cost, late, value].reduce((all, part, k) => all + part * (parts[k] as number), 0)
        expect(sum).toBeCloseTo(result.objective, 6)
      }),
      { seed: 9, numRuns: resources ? 25 : 15 },
    )
  }
})

test('with deliveries to stocks a schedule is best among all, and overflow leaves none', async () => {
  const delivery = fc.record({
    resource: fc.constant('stock'),
    at: fc.integer({ min: 0, max: 6 }),
    amount: fc.integer({ min: 1, max: 3 }),
  })
  const supplied = fc.tuple(projects(), fc.array(delivery, { minLength: 1, maxLength: 2 }), fc.boolean()).map(
    ([problem, deliveries, bought]): ProjectProblem => ({
      ...problem,
      deliveries,
      resources: problem.resources.map((own) =>
        own.id === 'stock' && bought ? { ...own, type: 'consumable', initial: 0 } : own,
      ),
      tasks: problem.tasks.map((own) => ({
        ...own,
        modes: own.modes.map((mode) => (bought ? { ...mode, produces: [] } : mode)),
      })),
    }),
  )
  await fc.assert(fc.asyncProperty(supplied, compare), { seed: 10, numRuns: 25 })
})

test('a soft budget is overspent where that is best, and its penalty counts as cost', async () => {
  const soft = fc
    .tuple(projects(), fc.constantFrom(0, 0.5, 3), fc.integer({ min: 0, max: 6 }))
    .map(([problem, overspendPenalty, budget]): ProjectProblem => ({ ...problem, budget, overspendPenalty }))
  let overspent = 0
  await fc.assert(
    fc.asyncProperty(soft, async (problem) => {
      await compare(problem)
      const result = await scheduleProject(problem)
      if (result.status !== 'optimal') return
      const paid = (await scheduleProject({ ...problem, overspendPenalty: 0 })) as typeof result
      const beyond = Math.max(0, paid.schedule.cost - (problem.budget as number))
      if (problem.objectives.includes('cost')) {
        expect(result.schedule.cost).toBeCloseTo(paid.schedule.cost + (problem.overspendPenalty as number) * beyond, 6)
        expect(result.overspend).toBeCloseTo(beyond, 6)
      }
      if (beyond > 0) overspent++
    }),
    { seed: 21, numRuns: 15 },
  )
  expect(overspent).toBeGreaterThan(0)
})

test('where ending early costs, tasks wait for their due dates as far as is best', async () => {
  const punctual = fc
    .tuple(
      fc.oneof(projects(), calendars, projects({ resources: false, optional: true })),
      fc.constantFrom<ProjectProblem['objectives']>(
        ['weighted-tardiness'],
        ['weighted-tardiness', 'makespan'],
        ['cost', 'weighted-tardiness'],
        ['makespan', 'weighted-tardiness'],
      ),
      fc.array(fc.constantFrom(0, 1, 3), { minLength: 3, maxLength: 3 }),
      fc.constantFrom(4, 6),
    )
    .map(
      ([problem, objectives, weights, later]): ProjectProblem => ({
        ...problem,
        objectives,
        tasks: problem.tasks.map((task, k) => ({
          ...task,
          due: task.due === null ? null : Math.ceil(task.due) + (k === 0 ? 0 : later - 4),
          earlinessWeight: weights[k] as number,
        })),
      }),
    )
  await fc.assert(fc.asyncProperty(punctual, compare), { seed: 8, numRuns: 25 })
})

test('a due date off the steps of all other times is met exactly where ending early costs', async () => {
  const at = { release: 0, deadline: null, value: 0, optional: false, weight: 1, earlinessWeight: 1 }
  const mode = (duration: number) => ({ id: 'only', duration, cost: 0, requires: [], produces: [] })
  const problem: ProjectProblem = {
    ...{ title: 'just in time', timeUnit: 'h', costUnit: '', resources: [], deadline: null, budget: null },
    tasks: [
      { id: 'bake', ...at, modes: [mode(2)], due: 5.5 },
      { id: 'serve', ...at, modes: [mode(1)], due: 6.5 },
    ],
    precedence: [{ before: 'bake', after: 'serve', kind: 'finish-start', minLag: 0, maxLag: 0 }],
    objectives: ['weighted-tardiness'],
  }
  for (const engine of ['automatic', 'linear'] as const) {
    const result = await scheduleProject(problem, { engine })
    expect(result).toMatchObject({ status: 'optimal', objective: 0, schedule: { makespan: 6.5 } })
  }
})
