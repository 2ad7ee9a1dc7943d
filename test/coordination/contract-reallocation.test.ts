import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { UnsupportedError } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { planningContractor } from '../../src/coordination/allocate.ts'
import { contractNet } from '../../src/coordination/contract-net.ts'
import {
  type ContractKind,
  type Reallocation,
  reallocate,
  type TaskHolder,
} from '../../src/coordination/contract-reallocation.ts'

interface Market {
  readonly agents: readonly TaskHolder[]
  readonly tasks: readonly string[]
}

/** Any cost for any set of tasks. */
function wild(seed: number, agentCount: number, taskCount: number): Market {
  const random = new RandomStream(seed)
  const tasks = Array.from({ length: taskCount }, (_, j) => `t${j}`)
  const agents = Array.from({ length: agentCount }, (_, a): TaskHolder => {
    const costs = Array.from({ length: 2 ** taskCount }, (_, S) => (S === 0 ? 0 : random.integer(1, 100)))
    return { id: `a${a}`, cost: (held) => costs[held.reduce((mask, task) => mask | (1 << tasks.indexOf(task)), 0)]! }
  })
  return { agents, tasks }
}

/** Delivery from each agent's own place on a road, out to the farthest stops on either side and back. */
function road(seed: number, agentCount: number, taskCount: number): Market {
  const random = new RandomStream(seed)
  const tasks = Array.from({ length: taskCount }, (_, j) => `t${j}`)
  const stops = new Map(tasks.map((task) => [task, random.integer(0, 100)]))
  const agents = Array.from({ length: agentCount }, (_, a): TaskHolder => {
    const home = random.integer(0, 100)
    return {
      id: `a${a}`,
      cost(held) {
        const away = held.map((task) => stops.get(task)! - home)
        return 2 * (Math.max(0, ...away) - Math.min(0, ...away))
      },
    }
  })
  return { agents, tasks }
}

function cheapest({ agents, tasks }: Market): number {
  let best = Number.POSITIVE_INFINITY
  for (let code = 0; code < agents.length ** tasks.length; code++) {
    const held: string[][] = agents.map(() => [])
    tasks.reduce((rest, task) => {
      held[rest % agents.length]!.push(task)
      return Math.floor(rest / agents.length)
    }, code)
    best = Math.min(
      best,
      agents.reduce((sum, agent, a) => sum + (agent.cost(held[a]!) ?? Number.POSITIVE_INFINITY), 0),
    )
  }
  return best
}

const allToFirst = ({ tasks }: Market): Map<string, readonly string[]> => new Map([['a0', tasks]])

function expectSound(result: Reallocation): void {
  let cost = result.costBefore
  for (const { saving, payments } of result.contracts) {
    expect(saving).toBeGreaterThan(0)
    expect(payments.reduce((sum, one) => sum + one.amount, 0)).toBeCloseTo(0, 9)
    cost -= saving
  }
  expect(result.cost).toBeCloseTo(cost, 9)
}

describe('contracts among agents', () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 1e9 }),
    fc.integer({ min: 2, max: 3 }),
    fc.integer({ min: 1, max: 5 }),
  )

  test.prop([sizes], { numRuns: 60, seed: 31 })('of every kind at once lead to the optimum', ([seed, m, n]) => {
    const market = wild(seed, m, n)
    const result = reallocate(market.agents, market.tasks, allToFirst(market), { kinds: ['OCSM'] })
    expect(result.status).toBe('optimal')
    expect(result.cost).toBe(cheapest(market))
    expectSound(result)
  })

  test.prop([sizes], { numRuns: 60, seed: 32 })(
    'of the four kinds only lower the cost, pay for themselves, and end where none of them saves anything',
    ([seed, m, n]) => {
      const market = wild(seed, m, n)
      const result = reallocate(market.agents, market.tasks, allToFirst(market))
      expect(result.status).toBe('settled')
      expectSound(result)
      expect(result.cost).toBeGreaterThanOrEqual(cheapest(market))
      const holders = new Map(result.allocation.map(({ agent, tasks }) => [agent, tasks]))
      expect(reallocate(market.agents, market.tasks, holders).contracts).toEqual([])
    },
  )

  /** The first market in which contracts of some kinds are stuck and those of another save. */
  function stuck(kinds: readonly ContractKind[], rescue: ContractKind): Reallocation {
    for (let seed = 1; seed < 500; seed++) {
      const market = wild(seed, 3, 4)
      const settled = reallocate(market.agents, market.tasks, allToFirst(market), { kinds })
      const holders = new Map(settled.allocation.map(({ agent, tasks }) => [agent, tasks]))
      const rescued = reallocate(market.agents, market.tasks, holders, { kinds: [rescue] })
      if (rescued.contracts.length > 0) return rescued
    }
    throw new Error('none')
  }

  test.each([
    [['O'], 'C'],
    [['O'], 'S'],
    [['O'], 'M'],
    [['O', 'C', 'S'], 'M'],
    [['C', 'S', 'M'], 'O'],
    [['O', 'C', 'S', 'M'], 'OCSM'],
  ] as const)('of kinds %j can be stuck where one of kind %s saves: no kind replaces another', (kinds, rescue) => {
    const { contracts } = stuck(kinds, rescue)
    const [first] = contracts
    expect(first?.kind).toBe(rescue)
    if (rescue === 'C') expect(new Set(first?.moves.map(({ from, to }) => `${from} ${to}`)).size).toBe(1)
    if (rescue === 'S') expect(first?.moves.map(({ from }) => from)).toEqual(first?.moves.map(({ to }) => to).reverse())
    if (rescue === 'M') expect(new Set(first?.moves.flatMap(({ from, to }) => [from, to])).size).toBe(3)
  })

  test.prop([fc.integer({ min: 1, max: 1e9 })], { numRuns: 40, seed: 33 })(
    'improve on a contract net with marginal costs, or leave it as it is, and never fall below the optimum',
    (seed) => {
      const market = road(seed, 3, 6)
      const bidders = market.agents.map((agent) => planningContractor(agent.id, (held) => agent.cost(held)))
      const net = contractNet(market.tasks, bidders)
      const holders = new Map(
        market.agents.map(({ id }) => [id, net.tasks.filter((one) => one.agent === id).map((one) => one.task)]),
      )
      const result = reallocate(market.agents, market.tasks, holders)
      expect(result.costBefore).toBeCloseTo(net.cost, 9)
      expect(result.cost).toBeLessThanOrEqual(net.cost + 1e-9)
      expect(result.cost).toBeGreaterThanOrEqual(cheapest(market) - 1e-9)
    },
  )

  test('give everybody who takes part the same share of what is saved', () => {
    const market = road(4, 3, 6)
    const { contracts } = reallocate(market.agents, market.tasks, allToFirst(market))
    expect(contracts.length).toBeGreaterThan(0)
    const [{ saving, payments, moves }] = contracts as [Reallocation['contracts'][number]]
    expect(payments.length).toBe(new Set(moves.flatMap(({ from, to }) => [from, to])).size)
    expect(saving).toBeGreaterThan(0)
  })

  test('are refused where tasks are held twice, by nobody, or by an agent that cannot do them', () => {
    const market = wild(1, 2, 3)
    const holders = new Map([
      ['a0', ['t0', 't9']],
      ['a1', ['t0']],
    ])
    expect(() => reallocate(market.agents, market.tasks, holders, { mostMoves: 1 })).toThrow(/5 faults/)
    const unable = [{ id: 'a0', cost: () => null }]
    expect(() => reallocate(unable, ['t'], new Map([['a0', ['t']]]))).toThrow(/cannot do t/)
  })

  test('of every kind at once are refused when there are too many allocations', () => {
    const market = road(1, 5, 20)
    expect(() => reallocate(market.agents, market.tasks, allToFirst(market), { kinds: ['OCSM'] })).toThrow(
      UnsupportedError,
    )
  })
})
