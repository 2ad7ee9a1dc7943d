import fc from 'fast-check'
import { expect, test } from 'vitest'
import { solvePortfolio } from '../../../models/portfolio/index.ts'
import { checkPortfolioResult } from '../../../src/check/portfolio.ts'
import type { PortfolioProblem } from '../../../src/domain/portfolio.ts'
import { evaluatePortfolio, type ProjectStart } from '../../../src/domain/portfolio-rules.ts'

const PERIODS = 3

const project = (id: string) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 2 })
    .chain((rows) =>
      fc.record({
        id: fc.constant(id),
        cost: fc.constant(rows.map(([cost]) => cost)),
        heads: fc.constant({ staff: rows.map(([, heads]) => heads) }),
        benefit: fc.integer({ min: 0, max: 20 }),
        mandatory: fc.integer({ min: 0, max: 4 }).map((roll) => roll === 0),
      }),
    )

const problems: fc.Arbitrary<PortfolioProblem> = fc.record({
  title: fc.constant('random'),
  unit: fc.constant('k€'),
  periodName: fc.constant('year'),
  periods: fc.constant(PERIODS),
  budget: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: PERIODS, maxLength: PERIODS }),
  carryOver: fc.boolean(),
  capacity: fc.record({ staff: fc.integer({ min: 1, max: 5 }) }),
  discountPerPeriod: fc.constantFrom(0, 0.1),
  projects: fc.tuple(project('a'), project('b'), project('c'), project('d')),
  requires: fc.subarray([['a', 'b'] as const, ['c', 'a'] as const]),
  excludes: fc.subarray([['b', 'd'] as const]),
  choices: fc.array(
    fc
      .record({
        name: fc.constant('custom'),
        terms: fc.array(
          fc.record(
            {
              project: fc.constantFrom('a', 'b', 'c', 'd'),
              period: fc.integer({ min: 1, max: PERIODS }),
              coefficient: fc.integer({ min: -1, max: 2 }),
            },
            { requiredKeys: ['project', 'coefficient'] },
          ),
          { minLength: 1, maxLength: 4 },
        ),
        least: fc.constantFrom(null, 0, 1),
        most: fc.constantFrom(null, 1, 2),
      })
      .filter(({ least, most }) => least !== null || most !== null),
    { maxLength: 1 },
  ),
})

/** Values of all valid plans, best first. */
function everyPlan(problem: PortfolioProblem): number[] {
  const values: number[] = []
  const extend = (index: number, plan: readonly ProjectStart[]): void => {
    const next = problem.projects[index]
    if (next === undefined) {
      const { npv, check } = evaluatePortfolio(problem, plan)
      if (check.violations.length === 0) values.push(npv)
      return
    }
    extend(index + 1, plan)
    for (let start = 1; start <= PERIODS; start++) extend(index + 1, [...plan, { project: next.id, start }])
  }
  extend(0, [])
  return values.sort((a, b) => b - a)
}

test('the best plan and the runner-up equal those of full enumeration', async () => {
  await fc.assert(
    fc.asyncProperty(problems, async (problem) => {
      const values = everyPlan(problem)
      const result = await solvePortfolio(problem)
      expect(result.status).toBe(values.length === 0 ? 'infeasible' : 'optimal')
      if (result.status !== 'optimal') return
      expect(result.objective).toBeCloseTo(values[0] as number, 6)
      if (values.length === 1) expect(result.nextBest).toBeUndefined()
      else expect(result.nextBest).toBeCloseTo(values[1] as number, 6)
      expect(checkPortfolioResult(problem, result).violations).toEqual([])
    }),
    { seed: 1, numRuns: 15 },
  )
})

test('more money in any period never lowers the value', async () => {
  await fc.assert(
    fc.asyncProperty(problems, fc.integer({ min: 0, max: PERIODS - 1 }), async (problem, period) => {
      const budget = problem.budget.map((money, t) => (t === period ? money + 3 : money))
      const before = everyPlan(problem)[0] ?? Number.NEGATIVE_INFINITY
      const after = await solvePortfolio({ ...problem, budget })
      if (after.status !== 'optimal') expect(before).toBe(Number.NEGATIVE_INFINITY)
      else expect(after.objective).toBeGreaterThanOrEqual(before - 1e-9)
    }),
    { seed: 2, numRuns: 10 },
  )
})

test('a conflict names constraints of which none can be missed', async () => {
  const impossible = problems.filter((problem) => everyPlan(problem).length === 0)
  await fc.assert(
    fc.asyncProperty(impossible, async (problem) => {
      const result = await solvePortfolio(problem)
      if (result.status !== 'infeasible') throw new Error(result.status)
      const names = result.conflict.constraints.map(({ name }) => name)
      expect(result.conflict.irreducible).toBe(true)
      for (const { id } of problem.projects) {
        if (!names.includes(`mandatory ${id}`)) continue
        // Without this duty the rest of the conflict holds; what is outside the conflict may still clash.
        const blamed = (name: string): boolean => names.includes(name)
        const projects = problem.projects.map((other) => ({
          ...other,
          mandatory: other.id !== id && blamed(`mandatory ${other.id}`),
        }))
        const loosened = {
          ...problem,
          projects,
          // A budget outside the conflict gives way, and with carried-over money so would those after it.
          budget: problem.carryOver
            ? problem.budget
            : problem.budget.map((money, t) => (blamed(`budget year ${t + 1}`) ? money : 99)),
          capacity: blamed('capacity staff') ? problem.capacity : { staff: 99 },
          requires: problem.requires.filter(([project, needed]) => blamed(`requires ${project} > ${needed}`)),
          excludes: problem.excludes.filter(([one, other]) => blamed(`excludes ${one} | ${other}`)),
          choices: problem.choices?.filter(({ name }) => blamed(`rule ${name}`)) ?? [],
        }
        if (problem.carryOver && !problem.budget.every((_, t) => blamed(`budget year ${t + 1}`))) continue
        expect(everyPlan(loosened).length).toBeGreaterThan(0)
      }
    }),
    { seed: 3, numRuns: 8 },
  )
})

test('soft budgets: the best plan equals that of full enumeration, penalties included', async () => {
  const soft = fc
    .tuple(problems, fc.constantFrom(0, 0.5, 1, 2))
    .map(([problem, overspendPenalty]) => ({ ...problem, overspendPenalty }))
  await fc.assert(
    fc.asyncProperty(soft, async (problem) => {
      const [best] = everyPlan(problem)
      const result = await solvePortfolio(problem)
      expect(result.status).toBe(best === undefined ? 'infeasible' : 'optimal')
      if (result.status !== 'optimal') return
      expect(result.objective).toBeCloseTo(best as number, 6)
      expect(checkPortfolioResult(problem, result).violations).toEqual([])
    }),
    { numRuns: 25, seed: 11 },
  )
})
