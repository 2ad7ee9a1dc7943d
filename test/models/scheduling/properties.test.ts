import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scheduleProject } from '../../../models/scheduling/index.ts'
import { checkProjectResult } from '../../../src/check/schedule-project.ts'
import type { ProjectProblem } from '../../../src/domain/project.ts'
import { objectiveValue, type ProjectEvaluation } from '../../../src/domain/project-rules.ts'
import { findViolations } from '../../../src/resources/index.ts'
import { calendars, everySchedule, projects } from './enumeration.ts'

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
