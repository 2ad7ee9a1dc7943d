import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { ExecutionTrace, ReplanRecord } from '../../src/domain/execution.ts'
import type { GridProblem } from '../../src/domain/grid.ts'
import { executeTask } from '../../src/execution/engine.ts'
import type { ReplanningOptions } from '../../src/execution/options.ts'
import { gridTask } from '../../src/execution/worlds/grid.ts'

const file = fileURLToPath(new URL('../../../shared/scenarios/scenario-07.json', import.meta.url))

const corridor: GridProblem = {
  title: 'corridor',
  rows: ['11111', '1###1', '11111'],
  start: [0, 0],
  goal: [4, 0],
  hidden: [],
}

function run(problem: GridProblem, options: ReplanningOptions = {}): Promise<ExecutionTrace> {
  return executeTask(gridTask(problem), options)
}

describe('a robot on a grid with hidden obstacles', () => {
  test('walks the cheapest path when nothing is in the way', async () => {
    const trace = await run(corridor)
    expect(trace).toMatchObject({ status: 'success', totalCost: 4, totalTime: 4, replans: [] })
  })

  test('goes round an obstacle as soon as it sees it, and says which causal link broke', async () => {
    const trace = await run({ ...corridor, hidden: [[2, 0]] })
    expect(trace).toMatchObject({ status: 'success', totalCost: 10 })
    expect(trace.replans).toHaveLength(1)
    const [replan] = trace.replans as [ReplanRecord]
    expect(replan.state).toMatchObject({ x: 1, y: 0 })
    expect(replan.triggers[0]).toMatchObject({
      trigger: 'failure',
      link: { variable: 'blocked 2,0', producer: null, consumer: 1 },
    })
    expect(trace.results.every((result) => result.status === 'success')).toBe(true)
  })

  test('ends with the reason and the trace so far when the goal is walled off', async () => {
    const walled: GridProblem = {
      ...corridor,
      hidden: [
        [3, 0],
        [4, 1],
      ],
    }
    const trace = await run(walled)
    expect(trace.status).toBe('failure')
    expect(trace.reason).toContain('(4,0) cannot be reached')
    expect(trace.results.length).toBeGreaterThan(0)
    expect(trace.totalCost).toBe(trace.results.reduce((sum, result) => sum + result.cost, 0))
  })

  test('has no plan and an empty trace when the map says that the goal is walled off', async () => {
    const trace = await run({ ...corridor, rows: ['111#1', '1####', '11111'] })
    expect(trace).toMatchObject({ status: 'failure', results: [], totalCost: 0 })
  })

  test('a trace is JSON and comes back the same', async () => {
    const trace = await run({ ...corridor, hidden: [[2, 0]] })
    expect(JSON.parse(JSON.stringify(trace))).toEqual(trace)
  })
})

interface Expected {
  readonly initial_cost: number
  readonly replans: number
  readonly realised_cost: number
  readonly steps: number
  readonly log: readonly {
    readonly at: readonly [number, number]
    readonly blocked: readonly [number, number]
    readonly cost_to_go_full: number
    readonly cost_to_go_repair: number
    readonly new_actions_full: number
    readonly new_actions_repair: number
  }[]
}

describe.skipIf(!existsSync(file))('the published terrain of 16 x 12 cells (skipped without ../shared)', () => {
  const { data, expected } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { data: {}, expected: {} }
  const { grid: rows, start, goal, hidden } = data
  const problem: GridProblem = { title: 'terrain', rows, start, goal, hidden }

  test.each(['full', 'repair'] as const)('%s: every number', async (strategy) => {
    const trace = await run(problem, { strategy, compare: true })
    const wanted = expected[strategy] as Expected
    expect(trace.status).toBe('success')
    expect(trace.plans[0]?.plan.cost).toBe(wanted.initial_cost)
    expect(trace.totalCost).toBe(wanted.realised_cost)
    expect(trace.results).toHaveLength(wanted.steps)
    const log = trace.replans.map((replan) => {
      const of = (name: string) => replan.proposals.find((proposal) => proposal.strategy === name)
      return {
        at: [replan.state['x'], replan.state['y']],
        blocked: replan.triggers[0]?.link?.variable.slice(8).split(',').map(Number),
        cost_to_go_full: of('full')?.costToGo,
        cost_to_go_repair: of('repair')?.costToGo,
        new_actions_full: of('full')?.newActions,
        new_actions_repair: of('repair')?.newActions,
      }
    })
    expect(log).toEqual(wanted.log)
    expect(trace.replans).toHaveLength(wanted.replans)
  })

  test('a single replanning allowed: stops after it with a clear status', async () => {
    const trace = await run(problem, { strategy: 'full', maxReplans: 1 })
    expect(trace.status).toBe('stopped')
    expect(trace.reason).toContain('1 replanning is allowed')
    expect(trace.replans).toHaveLength(1)
  })

  test('without hidden obstacles known beforehand the all-knowing optimum is met', async () => {
    const known = rows.map((row: string, y: number) =>
      [...row]
        .map((letter, x) => (hidden.some((cell: number[]) => cell[0] === x && cell[1] === y) ? '#' : letter))
        .join(''),
    )
    const trace = await run({ ...problem, rows: known, hidden: [] })
    expect(trace.totalCost).toBe(86)
  })
})
