import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collectFront, costTimeFront, hypervolumeOf, kneeOf } from '../../../models/pareto/index.ts'
import { checkFront } from '../../../src/check/schedule-project.ts'
import type { ProjectProblem } from '../../../src/domain/project.ts'
import { everySchedule, projects } from '../scheduling/enumeration.ts'

const HORIZON = 11

async function compare(problem: ProjectProblem): Promise<void> {
  const all = everySchedule(problem, HORIZON).map(({ cost, makespan }) => [cost, makespan] as const)
  const front = await collectFront(costTimeFront(problem))
  expect(front.status).toBe(all.length === 0 ? 'infeasible' : 'complete')
  const best = all.filter(([c, m]) => !all.some(([d, n]) => d <= c && n <= m && (d < c || n < m)))
  const wanted = [...new Set(best.map(([c, m]) => `${c},${m}`))].sort()
  expect(front.points.map(({ cost, makespan }) => `${cost},${makespan}`).sort()).toEqual(wanted)
  expect(front.points.every(({ proved }) => proved)).toBe(true)
  expect(checkFront(problem, front.points).violations).toEqual([])
}

test('the front of cost against time equals that of full enumeration, with every feature at random', async () => {
  await fc.assert(fc.asyncProperty(projects(), compare), { seed: 1, numRuns: 20 })
})

test('and without resources, where the compact model does the work', async () => {
  await fc.assert(fc.asyncProperty(projects({ resources: false, optional: true }), compare), { seed: 2, numRuns: 20 })
})

test('the knee is the point farthest below the line between the ends, the hypervolume the area behind the front', () => {
  const points = [
    { cost: 0, makespan: 10, proved: true },
    { cost: 1, makespan: 2, proved: true },
    { cost: 10, makespan: 0, proved: true },
  ]
  expect(kneeOf(points)).toBe(1)
  expect(hypervolumeOf(points)).toBeCloseTo(0.9 * 0.8, 9)
  expect(kneeOf(points.slice(0, 2))).toBeNull()
  expect(hypervolumeOf(points.slice(0, 1))).toBe(1)
})
