import fc from 'fast-check'
import { expect, test } from 'vitest'
import { solveAllocation, solveAssignment } from '../../../models/allocation/index.ts'
import { allocationFront, collectFront } from '../../../models/pareto/index.ts'
import { checkAllocationResult, checkAssignmentResult } from '../../../src/check/allocation.ts'
import type { AllocationProblem, AssignmentProblem } from '../../../src/domain/allocation.ts'
import { type AgentTask, evaluateAllocation } from '../../../src/domain/allocation-rules.ts'

const cell = fc.option(fc.integer({ min: 1, max: 9 }), { nil: null, freq: 5 })

const table = (rows: number, columns: number) =>
  fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows })

const allocations: fc.Arbitrary<AllocationProblem> = fc
  .tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 1, max: 5 }))
  .chain(([agents, tasks]) =>
    fc.record({
      title: fc.constant('random'),
      unit: fc.constant('h'),
      agents: fc
        .array(fc.tuple(fc.option(fc.integer({ min: 3, max: 20 }), { nil: null }), fc.subarray(['lift', 'weld'])), {
          minLength: agents,
          maxLength: agents,
        })
        .map((rows) => rows.map(([capacity, capabilities], i) => ({ id: `agent ${i}`, capacity, capabilities }))),
      tasks: fc
        .array(fc.constantFrom([], [], [], ['lift'], ['weld']), { minLength: tasks, maxLength: tasks })
        .map((needs) => needs.map((list, j) => ({ id: `task ${j}`, needs: list }))),
      costs: table(agents, tasks),
      loads: table(agents, tasks),
      choices: fc.array(
        fc
          .record({
            name: fc.constant('custom'),
            terms: fc.array(
              fc.record(
                {
                  agent: fc.integer({ min: 0, max: agents - 1 }).map((i) => `agent ${i}`),
                  task: fc.integer({ min: 0, max: tasks - 1 }).map((j) => `task ${j}`),
                  coefficient: fc.integer({ min: -1, max: 2 }),
                },
                { requiredKeys: ['agent', 'coefficient'] },
              ),
              { minLength: 1, maxLength: 4 },
            ),
            least: fc.constantFrom(null, 0, 1),
            most: fc.constantFrom(null, 1, 2),
          })
          .filter(({ least, most }) => least !== null || most !== null),
        { maxLength: 1 },
      ),
      objectives: fc.constantFrom<readonly ('cost' | 'makespan')[]>(
        ['cost'],
        ['makespan', 'cost'],
        ['cost', 'makespan'],
      ),
    }),
  )

/** [cost, makespan] of every valid allocation. */
function everyAllocation(problem: AllocationProblem): [number, number][] {
  const found: [number, number][] = []
  const extend = (task: number, pairs: readonly AgentTask[]): void => {
    if (task === problem.tasks.length) {
      const { cost, makespan, check } = evaluateAllocation(problem, pairs)
      if (check.violations.length === 0) found.push([cost, makespan])
      return
    }
    for (let agent = 0; agent < problem.agents.length; agent++) extend(task + 1, [...pairs, [agent, task]])
  }
  extend(0, [])
  return found
}

test('an allocation is best in its objectives, one after the other, among all', async () => {
  await fc.assert(
    fc.asyncProperty(allocations, async (problem) => {
      const all = everyAllocation(problem)
      const result = await solveAllocation(problem)
      expect(result.status).toBe(all.length === 0 ? 'infeasible' : 'optimal')
      if (result.status !== 'optimal') return
      const key = ([cost, makespan]: [number, number]): number[] =>
        problem.objectives.map((objective) => (objective === 'cost' ? cost : makespan))
      const best = all.map(key).sort((a, b) => (a[0] as number) - (b[0] as number) || (a[1] ?? 0) - (b[1] ?? 0))[0]
      expect(key([result.cost, result.makespan])).toEqual(best)
      expect(checkAllocationResult(problem, result).violations).toEqual([])
    }),
    { seed: 1, numRuns: 40 },
  )
})

test('the front of cost against longest load equals that of full enumeration', async () => {
  await fc.assert(
    fc.asyncProperty(allocations, async (problem) => {
      const all = everyAllocation(problem)
      const front = await collectFront(allocationFront(problem))
      expect(front.status).toBe(all.length === 0 ? 'infeasible' : 'complete')
      const best = all.filter(([c, m]) => !all.some(([d, n]) => d <= c && n <= m && (d < c || n < m)))
      const wanted = [...new Set(best.map(([c, m]) => `${c},${m}`))].sort()
      expect(front.points.map(({ cost, makespan }) => `${cost},${makespan}`).sort()).toEqual(wanted)
    }),
    { seed: 2, numRuns: 20 },
  )
})

test('what an infeasible allocation is blamed on is enough to make it infeasible', async () => {
  const impossible = allocations.filter((problem) => everyAllocation(problem).length === 0)
  await fc.assert(
    fc.asyncProperty(impossible, async (problem) => {
      const result = await solveAllocation(problem)
      if (result.status !== 'infeasible') throw new Error(result.status)
      const names = new Set(result.conflict.constraints.map(({ name }) => name))
      expect(result.conflict.irreducible).toBe(true)
      const keep = problem.tasks.flatMap((task, j) => (names.has(`task ${task.id}`) ? [j] : []))
      const agents = problem.agents.map((agent) =>
        names.has(`capacity ${agent.id}`) ? agent : { ...agent, capacity: null },
      )
      const pick = <T>(row: readonly T[]): T[] => keep.map((j) => row[j] as T)
      const { costs, loads, tasks } = problem
      const kept = new Set(keep.map((j) => problem.tasks[j]?.id))
      // A task outside the conflict need not be done; it may still count in a rule, so it stays as one done by anybody or nobody.
      const choices = problem.choices?.filter(({ name }) => names.has(`rule ${name}`)) ?? []
      if (choices.some(({ terms }) => terms.some(({ task }) => task === undefined || !kept.has(task)))) return
      const core = { ...problem, choices, agents, tasks: pick(tasks), costs: costs.map(pick), loads: loads.map(pick) }
      expect(everyAllocation(core)).toEqual([])
    }),
    { seed: 3, numRuns: 20 },
  )
})

const assignments: fc.Arbitrary<AssignmentProblem> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([agents, tasks]) =>
    fc.record({
      title: fc.constant('random'),
      unit: fc.constant('h'),
      agents: fc.constant(Array.from({ length: agents }, (_, i) => `agent ${i}`)),
      tasks: fc.constant(Array.from({ length: tasks }, (_, j) => `task ${j}`)),
      costs: table(agents, tasks),
      sense: fc.constantFrom<'minimize' | 'maximize'>('minimize', 'maximize'),
      objective: fc.constantFrom<'sum' | 'bottleneck'>('sum', 'bottleneck'),
    }),
  )

/** [bottleneck, sum] of every complete assignment. */
function everyAssignment(problem: AssignmentProblem): [number, number][] {
  const found: [number, number][] = []
  const wanted = Math.min(problem.agents.length, problem.tasks.length)
  const extend = (agent: number, used: ReadonlySet<number>, costs: readonly number[]): void => {
    if (costs.length === wanted) {
      const worst = problem.sense === 'minimize' ? Math.max(...costs) : Math.min(...costs)
      found.push([worst, costs.reduce((sum, cost) => sum + cost, 0)])
      return
    }
    if (agent === problem.agents.length) return
    extend(agent + 1, used, costs)
    problem.tasks.forEach((_, task) => {
      const cost = problem.costs[agent]?.[task] ?? null
      if (cost !== null && !used.has(task)) extend(agent + 1, new Set([...used, task]), [...costs, cost])
    })
  }
  extend(0, new Set(), [])
  return found
}

test('an assignment is best, its prices prove it, and unique means no other is as good', async () => {
  await fc.assert(
    fc.asyncProperty(assignments, async (problem) => {
      const all = everyAssignment(problem)
      const result = await solveAssignment(problem, { unique: true })
      expect(result.status).toBe(all.length === 0 ? 'infeasible' : 'optimal')
      if (result.status !== 'optimal') return
      const sign = problem.sense === 'minimize' ? 1 : -1
      const key = ([worst, sum]: [number, number]): [number, number] =>
        problem.objective === 'sum' ? [0, sign * sum] : [sign * worst, sign * sum]
      const keys = all.map(key).sort((a, b) => a[0] - b[0] || a[1] - b[1])
      const best = keys[0] as [number, number]
      expect(key([result.bottleneck, result.cost])).toEqual(best)
      expect(result.unique).toBe(keys.filter(([worst, sum]) => worst === best[0] && sum === best[1]).length === 1)
      expect(checkAssignmentResult(problem, result).violations).toEqual([])
      const sums = all.map(([, sum]) => sign * sum)
      if (result.greedyCost !== null) expect(sign * result.greedyCost).toBeGreaterThanOrEqual(Math.min(...sums))
    }),
    { seed: 4, numRuns: 150 },
  )
})
