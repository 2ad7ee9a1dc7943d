import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hierarchyFront, solveHierarchy } from '../../../models/hierarchy/index.ts'
import { collectFront } from '../../../models/pareto/index.ts'
import type { HierarchyProblem } from '../../../src/domain/hierarchy.ts'
import { expandHierarchy } from '../../../src/domain/hierarchy-tree.ts'
import { objectiveValue, type ProjectEvaluation } from '../../../src/domain/project-rules.ts'
import { everyPlan, hierarchies } from './enumeration.ts'

/** Three tasks of at most 2 with lags of at most 1: no best plan needs longer. */
const HORIZON = 8

function allPlans(problem: HierarchyProblem): ProjectEvaluation[] {
  const expanded = expandHierarchy(problem)
  if (expanded.status !== 'expanded') throw new Error('the random hierarchies are small')
  return everyPlan(problem, expanded, HORIZON)
}

function keyOf(problem: HierarchyProblem, evaluation: ProjectEvaluation): number[] {
  return problem.objectives.map((name) => (name === 'value' ? -1 : 1) * objectiveValue(evaluation, name))
}

function smallest(keys: readonly (readonly number[])[]): readonly number[] | null {
  return (
    [...keys].sort((a, b) => {
      const at = a.findIndex((value, k) => Math.abs(value - (b[k] as number)) > 1e-9)
      return at < 0 ? 0 : (a[at] as number) - (b[at] as number)
    })[0] ?? null
  )
}

async function compareRoads(problem: HierarchyProblem): Promise<void> {
  const wanted = smallest(allPlans(problem).map((evaluation) => keyOf(problem, evaluation)))
  const ways = [{ road: 'joint' }, { road: 'joint', engine: 'linear' }, { road: 'candidates' }] as const
  for (const way of ways) {
    const result = await solveHierarchy(problem, way)
    expect([JSON.stringify(way), result.status]).toEqual([
      JSON.stringify(way),
      wanted === null ? 'infeasible' : 'optimal',
    ])
    if (result.status !== 'optimal') continue
    const key = problem.objectives.map((name) => (name === 'value' ? -1 : 1) * (result.values[name] as number))
    key.forEach((value, k) => {
      expect([JSON.stringify(way), value]).toEqual([JSON.stringify(way), expect.closeTo(wanted?.[k] as number, 6)])
    })
    expect(result.bound).toBeCloseTo(result.objective, 6)
    expect(result.check.violations).toEqual([])
  }
}

test('the joint model, the linear joint model and the road over candidates all find the best of all plans', async () => {
  await fc.assert(fc.asyncProperty(hierarchies, compareRoads), { seed: 1, numRuns: 40, endOnFailure: true })
})

test('with a soft budget too, and what is overspent is told', async () => {
  const soft = fc.tuple(hierarchies, fc.constantFrom(0, 0.5, 3), fc.integer({ min: 0, max: 5 })).map(
    ([problem, overspendPenalty, budget]): HierarchyProblem => ({
      ...problem,
      ...{ budget, overspendPenalty, objectives: ['cost', 'makespan'] },
    }),
  )
  let overspent = 0
  await fc.assert(
    fc.asyncProperty(soft, async (problem) => {
      await compareRoads(problem)
      const result = await solveHierarchy(problem)
      if (result.status !== 'optimal' || problem.budget === null) return
      const { cost } = result.schedule
      const { overspend = 0 } = result
      const beyond = Math.max(0, (cost - problem.budget) / (1 + (problem.overspendPenalty ?? 0)))
      expect(overspend).toBeCloseTo(beyond, 6)
      if (overspend > 0) overspent++
    }),
    { seed: 5, numRuns: 15, endOnFailure: true },
  )
  expect(overspent).toBeGreaterThan(0)
})

test('the front over methods and times holds exactly the plans that none beats in cost and time', async () => {
  await fc.assert(
    fc.asyncProperty(hierarchies, async (problem) => {
      const all = allPlans(problem)
      const better = (a: ProjectEvaluation, b: ProjectEvaluation): boolean =>
        a.cost <= b.cost + 1e-9 &&
        a.makespan <= b.makespan + 1e-9 &&
        (a.cost < b.cost - 1e-9 || a.makespan < b.makespan - 1e-9)
      const wanted = new Map(
        all
          .filter((plan) => !all.some((other) => better(other, plan)))
          .map((plan) => [`${plan.cost} ${plan.makespan}`, [plan.cost, plan.makespan] as const]),
      )
      const front = await collectFront(hierarchyFront(problem))
      expect(front.status).toBe(wanted.size === 0 ? 'infeasible' : 'complete')
      expect(front.points.map(({ cost, makespan }) => [cost, makespan])).toEqual(
        [...wanted.values()].sort((a, b) => a[0] - b[0]),
      )
    }),
    { seed: 3, numRuns: 15, endOnFailure: true },
  )
})
