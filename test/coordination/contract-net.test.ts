import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { allocateByContractNet, planningContractor } from '../../src/coordination/allocate.ts'
import { type Contractor, contractNet } from '../../src/coordination/contract-net.ts'
import type { AllocationProblem } from '../../src/domain/allocation.ts'
import { fleet, needs, seconds } from './warehouse.ts'

const warehouse = (orders: number, oneEach: boolean): AllocationProblem => {
  const costs = seconds.map((line) => line.slice(0, orders))
  return {
    title: 'warehouse',
    unit: 's',
    agents: fleet.map(([id, capabilities, battery]) => ({ id, capabilities, capacity: oneEach ? 1 : battery })),
    tasks: needs.slice(0, orders).map((need, j) => ({ id: `O${String(j + 1).padStart(2, '0')}`, needs: [need] })),
    costs,
    loads: oneEach ? costs.map((line) => line.map((cost) => (cost === null ? null : 1))) : costs,
    objectives: ['cost'],
  }
}

describe('the warehouse fleet', () => {
  test('shares a wave of six orders for 316 s by contract net, 6.8 % above the optimum of 296 s', async () => {
    const result = await allocateByContractNet(warehouse(6, true))
    expect(result).toMatchObject({ status: 'complete', cost: 316, optimum: { status: 'optimal', cost: 296 } })
    expect(result.gap).toBeCloseTo(20 / 296, 12)
    expect(result.net.tasks.map((one) => one.agent)).toEqual(['R2', 'R5', 'R3', 'R1', 'R6', 'R4'])
  })

  test('leaves O13 over in a whole shift, says why, and shows the optimum of 784 s that does it', async () => {
    const result = await allocateByContractNet(warehouse(16, false))
    expect(result).toMatchObject({ status: 'partial', cost: 756, gap: null, optimum: { status: 'optimal', cost: 784 } })
    expect(result.unallocated.map((one) => one.task)).toEqual(['O13'])
    expect(result.unallocated[0]?.reason).toMatch(/^no remaining agent has 'cold' and 38 s of capacity: R2 needs 62 s/)
  })
})

const bidder = (id: string, cost: number, more: Partial<Contractor> = {}): Contractor => ({
  id,
  bid: () => ({ cost }),
  commit: () => undefined,
  release: () => undefined,
  ...more,
})

describe('a contract net', () => {
  test('awards to the cheapest bid, rejects the others and hears that it is done', () => {
    const result = contractNet(['t'], [bidder('a', 5), bidder('b', 3)])
    expect(result.transcript.map(({ message }) => `${message.from} ${message.performative} ${message.to}`)).toEqual([
      'initiator cfp a',
      'initiator cfp b',
      'a propose initiator',
      'b propose initiator',
      'initiator reject-proposal a',
      'initiator accept-proposal b',
      'b inform-done initiator',
    ])
    expect(result.tasks[0]).toMatchObject({ status: 'done', agent: 'b', cost: 3, reasons: { a: 'b offered 3' } })
  })

  test('gives a task that failed to another agent, and keeps the reason', () => {
    const broken = bidder('a', 1, { perform: () => ({ duration: 5, failure: 'the gripper broke' }) })
    const [task] = contractNet(['t'], [broken, bidder('b', 9)]).tasks
    expect(task).toMatchObject({ status: 'done', agent: 'b', rounds: 2, reasons: { a: 'the gripper broke' } })
  })

  test('gives the task of an agent that crashed to another one after the lease, and never before', () => {
    const lost = bidder('a', 1, { crashesAt: 6, perform: () => ({ duration: 50 }) })
    const { tasks, transcript } = contractNet(['t'], [lost, bidder('b', 9)], { lease: 100 })
    expect(tasks[0]).toMatchObject({ status: 'done', agent: 'b', rounds: 2 })
    const awards = transcript.filter(({ message }) => message.performative === 'accept-proposal')
    const [first] = awards.filter(({ message }) => message.to === 'a')
    const [second] = awards.filter(({ message }) => message.to === 'b')
    expect(second?.sentAt).toBeGreaterThanOrEqual(first?.message.replyBy as number)
  })

  test('rejects a proposal that comes late, with that reason', () => {
    const { tasks, transcript } = contractNet(['t'], [bidder('a', 1)], { delay: [8, 8], rounds: 1 })
    expect(tasks[0]?.status).toBe('unallocated')
    const rejection = transcript.find(({ message }) => message.performative === 'reject-proposal')
    expect(rejection?.message.reason).toBe('the proposal was late')
  })

  test('ends with every reason when all refuse, and with silence when nobody is there', () => {
    const shy = ['a', 'b'].map((id) => bidder(id, 0, { bid: () => ({ refuse: `${id} is busy` }) }))
    expect(contractNet(['t'], shy).tasks[0]).toMatchObject({
      status: 'unallocated',
      reasons: { a: 'a is busy', b: 'b is busy' },
    })
    expect(contractNet(['t'], [bidder('a', 1, { crashesAt: 0 })]).tasks[0]?.reasons).toEqual({
      a: 'gave no answer in time',
    })
    expect(contractNet(['t'], []).tasks[0]?.status).toBe('unallocated')
  })

  test('announces all tasks at once when asked, and holds binding bids apart', async () => {
    const result = await allocateByContractNet(warehouse(6, true), { announcement: 'parallel' })
    const doers = result.net.tasks.flatMap((one) => (one.agent === null ? [] : [one.agent]))
    expect(new Set(doers).size).toBe(doers.length)
  })

  test('takes marginal costs from agents that plan anew: the second stop on the way is cheap', () => {
    const stops: Readonly<Record<string, number>> = { near: 4, far: 10 }
    const drive = (tasks: readonly string[]): number => 2 * Math.max(0, ...tasks.map((task) => stops[task] as number))
    const result = contractNet(['far', 'near'], [planningContractor('a', drive), planningContractor('b', drive)])
    expect(result.tasks.map((one) => [one.agent, one.cost])).toEqual([
      ['a', 20],
      ['a', 0],
    ])
  })

  const noisy = fc.record({
    loss: fc.constantFrom(0, 0.3, 0.6),
    duplication: fc.constantFrom(0, 0.5),
    slowest: fc.integer({ min: 1, max: 14 }),
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    announcement: fc.constantFrom('sequential' as const, 'parallel' as const),
    agents: fc.array(
      fc.record({
        cost: fc.integer({ min: 1, max: 9 }),
        duration: fc.integer({ min: 0, max: 40 }),
        fails: fc.boolean(),
        crash: fc.option(fc.integer({ min: 0, max: 90 })),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })

  test.prop([noisy], { numRuns: 300, seed: 8 })(
    'over a channel that loses, doubles and reorders, with agents that fail and crash, ends with one award in force at most, byte for byte the same again',
    ({ loss, duplication, slowest, seed, announcement, agents }) => {
      const run = () => {
        const contractors = agents.map(({ cost, duration, fails, crash }, k) =>
          bidder(`a${k}`, cost, {
            perform: () => ({ duration, ...(fails ? { failure: 'failed' } : {}) }),
            ...(crash === null ? {} : { crashesAt: crash }),
          }),
        )
        return contractNet(['s', 't'], contractors, {
          loss,
          duplication,
          delay: [1, slowest],
          seed,
          announcement,
          lease: 60,
        })
      }
      const result = run()
      expect(JSON.stringify(run())).toBe(JSON.stringify(result))
      for (const outcome of result.tasks) {
        expect(outcome.agent === null).toBe(outcome.status === 'unallocated')
        // Awards of one task to different agents never overlap in time.
        const leases = result.transcript
          .filter(({ message }) => message.task === outcome.task && message.performative === 'accept-proposal')
          .map(({ sentAt, message }) => ({
            from: sentAt,
            until: message.replyBy as number,
            to: message.to,
            round: message.conversation,
          }))
        const ended = (lease: (typeof leases)[number]): number => {
          const report = result.transcript.find(
            ({ message, receivedAt }) =>
              receivedAt !== null && message.conversation === lease.round && message.performative === 'failure',
          )
          return Math.min(lease.until, report?.receivedAt ?? Number.POSITIVE_INFINITY)
        }
        for (const one of leases) {
          for (const other of leases)
            if (one.to !== other.to && one.from <= other.from) expect(other.from).toBeGreaterThanOrEqual(ended(one))
        }
      }
    },
  )
})

const arbitraryTable = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }))
  .chain(([agents, tasks]) =>
    fc.record({
      costs: fc.array(fc.array(fc.option(fc.integer({ min: 1, max: 20 })), { minLength: tasks, maxLength: tasks }), {
        minLength: agents,
        maxLength: agents,
      }),
      capabilities: fc.array(fc.subarray(['x', 'y']), { minLength: agents, maxLength: agents }),
      needs: fc.array(fc.subarray(['x', 'y']), { minLength: tasks, maxLength: tasks }),
    }),
  )

test.prop([arbitraryTable], { numRuns: 1000, seed: 4 })(
  'the optimum never costs more than the contract net, and neither breaks a capacity, a capability or a forbidden pair',
  async ({ costs, capabilities, needs }) => {
    const problem: AllocationProblem = {
      title: '',
      unit: '',
      agents: capabilities.map((own, a) => ({ id: `a${a}`, capacity: 2, capabilities: own })),
      tasks: needs.map((all, j) => ({ id: `t${j}`, needs: all })),
      costs,
      loads: costs.map((line) => line.map((cost) => (cost === null ? null : 1))),
      objectives: ['cost'],
    }
    const result = await allocateByContractNet(problem)
    const optimum = result.optimum.status === 'optimal' ? result.optimum.pairs : []
    for (const [a, j] of [...result.pairs, ...optimum]) {
      expect(costs[a]?.[j]).not.toBeNull()
      for (const need of needs[j] ?? []) expect(capabilities[a]).toContain(need)
    }
    for (const load of result.loads) expect(load).toBeLessThanOrEqual(2)
    if (result.status === 'complete') expect(result.optimum.status).toBe('optimal')
    if (result.status === 'complete' && result.optimum.status === 'optimal') {
      expect(result.optimum.cost).toBeLessThanOrEqual(result.cost)
      expect(result.gap).toBeGreaterThanOrEqual(0)
    }
  },
)
