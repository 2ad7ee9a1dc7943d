import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli, runJson } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'coordinate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Json = Record<string, never>

describe('a fleet (examples/warehouse-fleet.yaml, examples/warehouse-wave.yaml)', () => {
  test('shares one wave out by contract net for 316 s, 6.8 % above the optimum of 296 s, which another strategy finds', async () => {
    const { exit, json } = await runJson('coordinate', 'examples/warehouse-wave.yaml')
    expect(exit).toBe(0)
    const { allocation } = json as unknown as { allocation: Json }
    expect(allocation).toMatchObject({ strategy: 'contract_net', status: 'feasible', cost: 316, optimum: 296 })
    expect(allocation['gap']).toBeCloseTo(20 / 296, 12)
    const text = (await runCli('coordinate', 'examples/warehouse-wave.yaml')).stdout
    expect(text).toContain('6.8 % above the optimum of 296')
    const best = await runJson('coordinate', 'examples/warehouse-wave.yaml', '--protocol', 'optimal_assignment')
    expect(best.json['allocation']).toMatchObject({
      status: 'optimal',
      cost: 296,
      assignment: { O04: 'R1', O02: 'R2', O05: 'R3', O03: 'R4', O01: 'R5', O06: 'R6' },
    })
  })

  test('leaves O13 by contract net (756 s), says why, and offers 784 s for everything', async () => {
    const { exit, json } = await runJson('coordinate', 'examples/warehouse-fleet.yaml')
    expect(exit).toBe(0)
    expect(json['status']).toBe('partial')
    const { allocation, messages } = json as unknown as { allocation: Json; messages: unknown[] }
    expect(allocation).toMatchObject({ cost: 756, optimum: 784, gap: null })
    const [left] = allocation['unallocated'] as unknown as { task: string; reason: string }[]
    expect(left?.task).toBe('O13')
    expect(left?.reason).toMatch(/^no remaining agent has 'cold' and 38 s of capacity/)
    expect(messages.length).toBeGreaterThan(100)
    const best = await runJson('coordinate', 'examples/warehouse-fleet.yaml', '--protocol', 'optimal-assignment')
    expect(best.json['allocation']).toMatchObject({ status: 'optimal', cost: 784, gap: 0 })
    const bundles = await runJson('coordinate', 'examples/warehouse-fleet.yaml', '--protocol', 'consensus_bundles')
    const found = bundles.json['allocation'] as { cost: number; unallocated: unknown[] }
    if (found.unallocated.length === 0) expect(found.cost).toBeGreaterThanOrEqual(784)
  })

  test('passes the aisle at a delay cost of 89 in the order R1, R3, R6, R4, R2; first come, first served costs 157', async () => {
    const { json } = await runJson('coordinate', 'examples/warehouse-fleet.yaml')
    expect(json['conflicts']).toMatchObject({
      status: 'optimal',
      delayCost: 89,
      firstCome: 157,
      order: ['R1', 'R3', 'R6', 'R4', 'R2'],
      starts: { R1: 12, R3: 21, R6: 25, R4: 30, R2: 37 },
      violations: 0,
    })
  })

  test('teams its lift trucks up for 89: empty core (30 short), a core with side structures that the Shapley payoff is not in', async () => {
    const { json } = await runJson('coordinate', 'examples/warehouse-fleet.yaml')
    const { coalition } = json as unknown as { coalition: Record<string, Json> }
    expect(coalition).toMatchObject({
      structure: { value: 89 },
      grand: 29,
      shapleyFractions: ['59/15', '41/10', '127/15', '104/15', '17/10', '58/15'],
      core: { empty: true },
      cover: { core: { empty: false }, shapleyInCore: false },
    })
    expect(coalition['core']?.['epsilon']).toBeCloseTo(30, 6)
    expect(coalition['cover']?.['shapleyFractions']).toEqual(['49/3', '443/30', '209/12', '911/60', '113/10', '14'])
    expect(json['coalitions']).toHaveLength(2)
  })

  test('names the aisle when it cannot be passed in time', async () => {
    const { exit, json } = await runJson(
      'coordinate',
      'examples/warehouse-fleet.yaml',
      '--set',
      'plans.steps.R2.deadline=22',
      '--set',
      'plans.steps.R1.deadline=23',
    )
    expect(exit).toBe(4)
    expect(json['conflicts']).toMatchObject({ status: 'infeasible', irreducible: true })
    const named = (json['conflicts'] as { contradiction: { name: string }[] }).contradiction.map(({ name }) => name)
    expect(named.sort()).toEqual(['capacity aisle', 'deadline R1', 'deadline R2'])
  })
})

describe('freight procurement (examples/freight-auction.yaml)', () => {
  test('covers all lanes for 7240, uniquely, and pays 8030 by Vickrey-Clarke-Groves', async () => {
    const { exit, json } = await runJson('coordinate', 'examples/freight-auction.yaml')
    expect(exit).toBe(0)
    const { auction } = json as unknown as { auction: Record<string, unknown> }
    expect(auction).toMatchObject({
      status: 'optimal',
      value: 7240,
      greedy: 8010,
      runnerUp: 7430,
      unique: true,
      totalPayments: 8030,
    })
    expect(auction['payments']).toEqual([
      { bidder: 'Alba', bid: 2200, payment: 2530, without: 7570 },
      { bidder: 'Dorn', bid: 1830, payment: 2100, without: 7510 },
      { bidder: 'Elbe', bid: 3210, payment: 3400, without: 7430 },
    ])
  })

  test('is worth 79.573025 to the kicker, who goes left in 38.535 % of the kicks', async () => {
    const { json } = await runJson('coordinate', 'examples/freight-auction.yaml')
    const { game } = json as unknown as { game: { value: number; row: Json; column: Json } }
    expect(game.value).toBeCloseTo(79.573025, 6)
    expect(game.row['kick left']).toBeCloseTo(0.38535, 6)
    expect(game.column['dive left']).toBeCloseTo(0.419879, 6)
  })

  test('names a lane that nobody offers, and refuses a bid that stands twice', async () => {
    const file = join(folder, 'lanes.yaml')
    const bids = '{ agent: A, items: [x], price: 5 }'
    const text = `version: 1\nauction:\n  side: buy\n  items: [x, y]\n  bids:\n    - ${bids}\n`
    writeFileSync(file, text)
    const { exit, json } = await runJson('coordinate', file)
    expect(exit).toBe(4)
    expect(json['auction']).toMatchObject({ status: 'infeasible', withoutBid: ['y'] })
    writeFileSync(file, `${text}    - ${bids}\n`)
    const twice = await runCli('coordinate', file)
    expect(twice.exit).toBe(3)
    expect(twice.stderr).toContain('repeats the package')
  })

  test('sells one item to the highest bidder at the second price, or near it by an English auction', async () => {
    const file = join(folder, 'item.yaml')
    const bids = [10, 8, 5].map((price, k) => `    - { agent: b${k}, price: ${price} }`).join('\n')
    writeFileSync(file, `version: 1\nauction:\n  rule: second_price\n  bids:\n${bids}\n`)
    expect((await runJson('coordinate', file)).json['auction']).toMatchObject({ winner: 'b0', price: 8 })
    const english = await runJson('coordinate', file, '--set', 'auction.rule=english')
    expect([8, 9]).toContain((english.json['auction'] as { price: number }).price)
  })
})

describe('a contract (examples/winter-jacket.yaml)', () => {
  const nash = { wholesale: 66, buyback: 50, quantity: 700 }

  test('is settled by monotonic concession after 63 rounds on the Nash deal', async () => {
    const { exit, json } = await runJson('coordinate', 'examples/winter-jacket.yaml')
    expect(exit).toBe(0)
    expect(json['negotiation']).toMatchObject({
      status: 'agreement',
      deals: 1428,
      rational: 915,
      pareto: 85,
      rounds: 63,
      terms: nash,
      nash,
    })
    const { negotiation, messages } = json as unknown as {
      negotiation: { gains: Json; product: number; concessions: { offers: unknown; risks: number[] }[] }
      messages: { type: string }[]
    }
    expect(negotiation.gains['retailer']).toBeCloseTo(9050, 6)
    expect(negotiation.gains['supplier']).toBeCloseTo(9100, 6)
    expect(negotiation.product).toBeCloseTo(82_355_000, 0)
    expect(negotiation.concessions[0]?.offers).toEqual([
      { wholesale: 50, buyback: 30, quantity: 700 },
      { wholesale: 74, buyback: 20, quantity: 700 },
    ])
    expect(messages.at(-1)?.type).toBe('accept')
  })

  test.each(['nash', 'egalitarian', 'kalai-smorodinsky'])(
    'is settled by a mediator for %s in one proposal',
    async (objective) => {
      const { json } = await runJson(
        'coordinate',
        'examples/winter-jacket.yaml',
        '--set',
        'negotiation.protocol=mediation',
        '--set',
        `negotiation.objective=${objective}`,
      )
      expect(json['negotiation']).toMatchObject({ status: 'agreement', terms: nash })
      expect((json['messages'] as { type: string }[]).map(({ type }) => type)).toEqual([
        'propose',
        'propose',
        'accept',
        'accept',
      ])
    },
  )

  test('comes to nothing when both want 19000: the channel yields at most 35150, 2850 short', async () => {
    const wants = ['retailer', 'supplier'].flatMap((agent) => ['--set', `agents.${agent}.reservation=19000`])
    const { exit, json } = await runJson('coordinate', 'examples/winter-jacket.yaml', ...wants)
    expect(exit).toBe(4)
    const { negotiation } = json as unknown as { negotiation: { shortfall: Json; status: string } }
    expect(negotiation.status).toBe('conflict')
    expect(negotiation.shortfall['wanted']).toBe(38_000)
    expect(negotiation.shortfall['available']).toBeCloseTo(35_150, 6)
    expect(negotiation.shortfall['short']).toBeCloseTo(2_850, 6)
  })

  test('has no deal when the deadline of alternating offers is one round', async () => {
    const { exit, json } = await runJson(
      'coordinate',
      'examples/winter-jacket.yaml',
      '--set',
      'negotiation.protocol=alternating_offers',
      '--set',
      'negotiation.rounds=1',
    )
    expect([0, 4]).toContain(exit)
    expect((json['messages'] as { type: string }[]).length).toBeGreaterThan(0)
  })
})

describe('documents of agents', () => {
  test('are refused with every fault: a protocol that is none, an issue that is unknown, numbers that are too few', async () => {
    const protocol = await runCli('coordinate', 'examples/warehouse-fleet.yaml', '--protocol', 'contractnet')
    expect(protocol.exit).toBe(3)
    expect(protocol.stderr).toContain('contract_net, optimal_assignment, auction')
    const file = join(folder, 'faulty.yaml')
    writeFileSync(
      file,
      `version: 1
negotiation:
  issues: [{ id: price, values: [1, 2] }]
  where: [[prize, '<', 2]]
  utilities:
    - { agent: a, terms: [{ factors: [price] }] }
    - { agent: b, terms: [{ factors: [{ issue: price, values: [1] }] }] }
`,
    )
    const faulty = await runCli('coordinate', file)
    expect(faulty.exit).toBe(3)
    expect(faulty.stderr).toContain('did you mean "price"?')
    expect(faulty.stderr).toContain('1 numbers for 2 values')
  })

  test('may leave the costs to capabilities with proficiency and cost multiplier', async () => {
    const file = join(folder, 'skills.yaml')
    writeFileSync(
      file,
      `version: 1
protocol: optimal_assignment
agents:
  - { id: ann, type: cooperative, capacity: 10, capabilities: [{ id: weld, proficiency: 0.5, costMultiplier: 2 }] }
  - { id: bob, type: self_interested, capacity: 4, capabilities: [{ id: weld, costMultiplier: 3 }] }
tasks:
  - { id: frame, needs: [weld], cost: 10, duration: 5 }
  - { id: hinge, needs: [weld], cost: 1, duration: 4 }
`,
    )
    const { json } = await runJson('coordinate', file)
    // Ann takes 10 for the frame and has no time left; Bob takes the hinge.
    expect(json['allocation']).toMatchObject({ cost: 23, assignment: { frame: 'ann', hinge: 'bob' } })
  })

  test('are drawn: allocation, loads, utility space, joint plan, messages', async () => {
    for (const name of ['warehouse-fleet', 'winter-jacket', 'freight-auction']) {
      const { exit } = await runCli('coordinate', `examples/${name}.yaml`, '--out', join(folder, name), '--quiet')
      expect(exit).toBe(0)
    }
    const files = (name: string) => readdirSync(join(folder, name))
    expect(files('warehouse-fleet')).toEqual(
      expect.arrayContaining([
        'report.html',
        'allocation.svg',
        'loads.svg',
        'joint-plan.svg',
        'messages.svg',
        'coalitions.svg',
      ]),
    )
    expect(files('freight-auction')).toEqual(expect.arrayContaining(['auction.svg', 'payoffs.svg']))
    expect(files('winter-jacket')).toEqual(expect.arrayContaining(['negotiation.svg', 'messages.svg']))
  })
})
