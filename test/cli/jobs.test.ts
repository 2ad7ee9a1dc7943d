import { describe, expect, test } from 'vitest'
import { runCli, runJson } from './run-cli.ts'

describe('dividing a budget (examples/budget.yaml)', () => {
  test('earns 560.50 on 250, names what binds and what the next k€ earns', async () => {
    const { exit, json } = await runJson('solve', 'examples/budget.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ kind: 'budget', status: 'optimal', spent: 250 })
    expect(json['objective']).toBeCloseTo(560.5, 6)
    const amounts = Object.fromEntries(
      (json['amounts'] as { line: string; amount: number }[]).map((line) => [line.line, line.amount]),
    )
    const expected = { 'search-ads': 80, social: 37.5, email: 20, events: 52.5, partners: 60, tv: 0 }
    for (const [line, amount] of Object.entries(expected)) expect(amounts[line]).toBeCloseTo(amount, 6)
    const text = (await runCli('solve', 'examples/budget.yaml')).stdout
    expect(text).toContain('return 560.5 k€ on 250 k€')
    expect(text).toContain('next 1 k€ earns 1.41 k€')
    expect(text).toContain('digital at most 55 %')
  })

  test.each([
    ['260', 574.6],
    ['240', 546.4],
  ])('earns the right amount with a total of %s', async (total, expected) => {
    const { json } = await runJson('solve', 'examples/budget.yaml', '--set', `total=${total}`)
    expect(json['objective']).toBeCloseTo(expected, 6)
  })
})

describe('planning a renovation (examples/renovation.yaml)', () => {
  test('a soft budget is overspent at its price, and the front counts the price', async () => {
    const soft = ['--set', 'budget=80', '--set', 'overspendPenalty=2', '--set', 'deadline=null']
    const { exit, json } = await runJson('schedule', 'examples/renovation.yaml', '--set', 'objective=makespan', ...soft)
    expect(exit).toBe(0)
    expect(json['makespan']).toBe(25)
    const overspend = json['overspend'] as number
    expect(overspend).toBeGreaterThan(0)
    expect(json['cost']).toBeCloseTo(80 + 3 * overspend, 9)
    const front = await runJson('pareto', 'examples/renovation.yaml', ...soft)
    const points = front.json['points'] as { makespan: number; cost: number }[]
    // 25 days cost 81, one more than the budget, and 2 for it.
    expect(points.at(-1)).toMatchObject({ makespan: 25, cost: 83 })
    const refused = await runCli('solve', 'examples/renovation.yaml', '--set', 'overspendPenalty=2')
    expect(refused.stderr).toContain('there is no budget that could be overspent')
  })

  test('has exactly six points that are not beaten in both cost and time, all proved', async () => {
    const { exit, json } = await runJson('pareto', 'examples/renovation.yaml')
    expect(exit).toBe(0)
    expect(json['status']).toBe('complete')
    const points = json['points'] as { cost: number; makespan: number; proved: boolean }[]
    expect(points.map((point) => [point.makespan, point.cost])).toEqual([
      [30, 74],
      [29, 75],
      [28, 76],
      [27, 77],
      [26, 79],
      [25, 81],
    ])
    expect(points.every((point) => point.proved)).toBe(true)
  })

  test('gives the same front with `solve --pareto days,cost`, and refuses measures that it does not have', async () => {
    const { json } = await runJson('solve', 'examples/renovation.yaml', '--pareto', 'days,cost')
    expect(json['points']).toHaveLength(6)
    const wrong = await runCli('solve', 'examples/renovation.yaml', '--pareto', 'days,beauty')
    expect(wrong.exit).toBe(3)
    expect(wrong.stderr).toContain('write --pareto days,cost')
  })

  test('costs 77 when it must end by day 27, drawn with its crew curve', async () => {
    const { exit, stdout } = await runCli('solve', 'examples/renovation.yaml', '--deadline', '27', '--gantt')
    expect(exit).toBe(0)
    expect(stdout).toContain('27 days, cost 77 k€')
    expect(stdout).toContain('peak 5 of 5')
  })

  test('cannot end by day 24, and says why and what would have to give', async () => {
    const { exit, stdout } = await runCli('solve', 'examples/renovation.yaml', '--set', 'deadline=24')
    expect(exit).toBe(4)
    expect(stdout).toContain('infeasible')
    expect(stdout).toMatch(/crew/)
    expect(stdout).toMatch(/25/)
    const { json } = await runJson('schedule', 'examples/renovation.yaml', '--deadline', '24')
    expect(json['status']).toBe('infeasible')
    expect((json['conflict'] as { name: string }[]).map((constraint) => constraint.name).join(' ')).toMatch(/deadline/)
  })
})

describe('giving tasks to people (examples/people.yaml)', () => {
  test('takes 43 h in the only best way; first come, first served would take 57', async () => {
    const { json } = await runJson('assign', 'examples/people.yaml')
    expect(json).toMatchObject({ status: 'optimal', cost: 43, unique: true, greedyCost: 57 })
    expect(json['assignment']).toEqual({
      Ana: 'db-migration',
      Ben: 'frontend-nav',
      Chloe: 'hotfix-cache',
      Dev: 'billing-bug',
      Eli: 'ci-speedup',
      Fatima: 'grafana',
      Gus: 'e2e-tests',
      Hana: 'api-auth',
    })
  })

  test('nobody works more than 8 h at a total of 44 with the bottleneck objective', async () => {
    const { json } = await runJson('assign', 'examples/people.yaml', '--objective', 'bottleneck')
    expect(json).toMatchObject({ status: 'optimal', bottleneck: 8, cost: 44 })
  })
})

describe('the warehouse', () => {
  test('one wave takes 296 s', async () => {
    expect((await runJson('assign', 'examples/warehouse-wave.yaml')).json).toMatchObject({
      cost: 296,
      unique: true,
      assignment: { R1: 'O04', R2: 'O02', R3: 'O05', R4: 'O03', R5: 'O01', R6: 'O06' },
    })
  })

  test('the whole shift takes 784 s within the batteries, 802 s at the smallest makespan of 140 s', async () => {
    expect((await runJson('solve', 'examples/warehouse-shift.yaml')).json).toMatchObject({
      status: 'optimal',
      cost: 784,
    })
    const { json } = await runJson('pareto', 'examples/warehouse-shift.yaml')
    const points = json['points'] as { cost: number; makespan: number }[]
    expect(points.map((point) => [point.makespan, point.cost])).toEqual([
      [174, 784],
      [172, 790],
      [150, 794],
      [144, 796],
      [140, 802],
    ])
  })
})

test('the portfolio is worth 902.28 and the next best plan 892.83', async () => {
  const { json } = await runJson('solve', 'examples/portfolio.yaml')
  expect(json['objective']).toBeCloseTo(902.28, 2)
  expect(json['nextBest']).toBeCloseTo(892.83, 2)
  expect(json['plan']).toHaveLength(8)
})

test('a soft budget is worth what the penalty leaves of it, and nothing when the penalty is high', async () => {
  const worth = async (penalty: string): Promise<number> =>
    (await runJson('solve', 'examples/portfolio.yaml', '--set', `periods.overspendPenalty=${penalty}`)).json[
      'objective'
    ] as number
  expect(await worth('1000')).toBeCloseTo(902.28, 2)
  expect(await worth('0')).toBeGreaterThan(await worth('0.2'))
  expect(await worth('0.2')).toBeGreaterThanOrEqual(902.27)
})

test('the relocation has a front of 50 points from day 58 on', async () => {
  const { json } = await runJson('pareto', 'examples/relocation.yaml')
  const points = json['points'] as { cost: number; makespan: number; proved: boolean }[]
  expect(points).toHaveLength(50)
  expect(points.at(-1)).toMatchObject({ makespan: 58, cost: 653, proved: true })
  expect(points[0]).toMatchObject({ makespan: 118, cost: 413, proved: true })
})

describe('listening for the tiger (examples/tiger.pomdp)', () => {
  test('is worth 19.371368 with nine vectors, by a five-node graph that opens after two more hears on one side', async () => {
    const { json } = await runJson('pomdp', 'examples/tiger.pomdp')
    expect(json).toMatchObject({ status: 'optimal', vectors: 9, action: 'listen', nodes: 5 })
    expect(json['value']).toBeCloseTo(19.371368, 5)
  })

  test('has the known values and vector counts by horizon without discount', async () => {
    const { json } = await runJson('pomdp', 'examples/tiger.pomdp', '--horizon', '12', '--discount', '1')
    const stages = json['byHorizon'] as { value: number; vectors: number }[]
    const values = [
      -1, -2, 2.72, 2.42125, 3.60915, 5.618819, 6.24635, 7.096616, 8.753839, 9.438168, 10.494208, 11.903343,
    ]
    stages.forEach((stage, index) => {
      expect(stage.value).toBeCloseTo(values[index] as number, 5)
    })
    expect(stages.map((stage) => stage.vectors)).toEqual([3, 5, 7, 5, 9, 13, 15, 21, 25, 25, 33, 35])
  })

  test('opens the right door at once when the tiger is almost surely on the left', async () => {
    const { json } = await runJson('pomdp', 'examples/tiger.pomdp', '--belief', '0.97,0.03')
    expect(json['action']).toBe('open-right')
    expect(json['value']).toBeCloseTo(25.1, 1)
  })
})

describe('games', () => {
  test('the penalty kick is worth 79.573025 (examples/penalty-kick.yaml)', async () => {
    const { exit, json } = await runJson('game', 'examples/penalty-kick.yaml')
    expect(exit).toBe(0)
    expect(json['value']).toBeCloseTo(79.573025, 6)
    expect((json['row'] as Record<string, number>)['kick left']).toBeCloseTo(0.38535, 6)
    expect((json['column'] as Record<string, number>)['dive left']).toBeCloseTo(0.419879, 6)
  })

  test('the pallet jobs: structure 89, an empty core that is 30 short, a core where coalitions form freely (examples/pallets.yaml)', async () => {
    const { json } = await runJson('solve', 'examples/pallets.yaml')
    expect(json).toMatchObject({
      status: 'optimal',
      grand: 29,
      structure: { value: 89 },
      shapleyFractions: ['59/15', '41/10', '127/15', '104/15', '17/10', '58/15'],
      core: { empty: true, epsilon: expect.closeTo(30, 9) },
      cover: {
        core: { empty: false },
        shapleyInCore: false,
        shapleyFractions: ['49/3', '443/30', '209/12', '911/60', '113/10', '14'],
      },
    })
  })

  test('a table of values: the glove game gives the right glove 2/3', async () => {
    const { mkdtempSync, writeFileSync } = await import('node:fs')
    const path = `${mkdtempSync(`${(await import('node:os')).tmpdir()}/glove-`)}/glove.yaml`
    writeFileSync(
      path,
      'version: 1\ncoalition:\n  players: [right, left 1, left 2]\n  values: { right + left 1: 1, right + left 2: 1, right + left 1 + left 2: 1 }\n',
    )
    const { json } = await runJson('game', path)
    expect(json['shapleyFractions']).toEqual(['2/3', '1/6', '1/6'])
    expect(json['core']).toMatchObject({ empty: false, point: { right: 1, 'left 1': 0, 'left 2': 0 } })
  })
})

describe('bidding instead of optimising', () => {
  test('the contract net gives one wave for 316 s, 6.8 % above the optimum of 296', async () => {
    const { exit, json } = await runJson('assign', 'examples/warehouse-wave.yaml', '--protocol', 'contract-net')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'complete', protocol: 'contract_net', cost: 316, optimum: 296 })
    expect(json['gap']).toBeCloseTo(0.0676, 3)
    const { stdout } = await runCli('assign', 'examples/warehouse-wave.yaml', '--protocol', 'contract-net')
    expect(stdout).toContain('6.8 % above the optimum of 296 s')
  })

  test('and leaves order O13 of the whole shift without a robot, with the reason, where the optimum takes 784 s', async () => {
    const { json } = await runJson('assign', 'examples/warehouse-shift.yaml', '--protocol', 'contract-net')
    expect(json).toMatchObject({ status: 'partial', cost: 756, optimum: 784 })
    expect(json['unallocated']).toMatchObject([{ task: 'O13' }])
  })

  test('consensus on bundles needs no centre, and tells its distance from the optimum too', async () => {
    const { exit, json } = await runJson('assign', 'examples/warehouse-wave.yaml', '--protocol', 'bundles')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'complete', protocol: 'bundles', optimum: 296, unallocated: [] })
    expect(json['gap']).toBeGreaterThanOrEqual(0)
    const { stdout } = await runCli('assign', 'examples/warehouse-wave.yaml', '--protocol', 'bundles')
    expect(stdout).toContain('above the optimum of 296 s')
  })
})
