import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import {
  type AgentPlanner,
  allocateTasks,
  Blackboard,
  coordinationTask,
  createAgent,
  MailRoom,
  MultiAgentCoordinator,
  type PlanningAgent,
  sequencePlanner,
} from '../../src/coordination/index.ts'
import { ResourceTracker } from '../../src/resources/index.ts'
import { orders, robots } from './warehouse.ts'

describe('a coordinator', () => {
  test('runs with the names of protocols as they are written, over a shared resource tracker', async () => {
    const tracker = new ResourceTracker([
      { id: 'battery', type: 'consumable', capacity: 200, initial: 200, costPerUnit: 0, costPerTime: 0 },
    ])
    const coordinator = new MultiAgentCoordinator(robots(), 'contract_net', { tracker })
    const allocation = await coordinator.allocateTasks(orders(6), { oneEach: true })
    expect(allocation).toMatchObject({ status: 'feasible', cost: 316, optimum: { status: 'proved', cost: 296 } })
    expect('gap' in allocation && allocation.gap).toBeCloseTo(20 / 296, 12)
    expect(coordinator.messages.filter(({ type }) => type === 'award')).toHaveLength(6)
  })

  test('gives one wave of orders out at the optimum of 296 s when asked for it', async () => {
    const coordinator = new MultiAgentCoordinator(robots())
    const best = await coordinator.allocateTasks(orders(6), { strategy: 'optimal_assignment', oneEach: true })
    expect(best).toMatchObject({ status: 'optimal', cost: 296, method: 'shortest augmenting paths' })
  })

  test('gives a whole shift out for 784 s; the contract net leaves O13 and says why', async () => {
    const coordinator = new MultiAgentCoordinator(robots())
    const best = await coordinator.allocateTasks(orders(16), { strategy: 'optimal_assignment' })
    expect(best).toMatchObject({ status: 'optimal', cost: 784, gap: 0 })
    const net = await coordinator.allocateTasks(orders(16))
    expect(net).toMatchObject({ status: 'partial', cost: 756, optimum: { cost: 784 } })
    if (net.status !== 'partial') return
    expect(net.unallocated.map(({ task }) => task)).toEqual(['O13'])
    expect(net.unallocated[0]?.reason).toContain('R2 needs 62 of battery for O13')
    for (const { plan, agent } of net.plans)
      expect(plan.cost).toBeLessThanOrEqual(robots().find(({ id }) => id === agent)?.resources?.['battery'] as number)
  })

  test('pays the second lowest bid in an auction', async () => {
    const coordinator = new MultiAgentCoordinator(robots(), 'auction')
    const sold = await coordinator.allocateTasks(orders(6), { oneEach: true })
    if (!('awards' in sold)) throw new Error(sold.status)
    expect(sold.awards[0]).toEqual({ agent: 'R2', task: 'O01', cost: 54, payment: 54 })
    for (const { cost, payment } of sold.awards) expect(payment).toBeGreaterThanOrEqual(cost)
  })

  test('matches as many tasks as possible, where first come first served would match fewer', async () => {
    const agents = ['a', 'ab', 'bc'].map((can, k) => createAgent({ id: `agent ${k}`, capabilities: can.split('') }))
    const coordinator = new MultiAgentCoordinator(agents)
    const tasks = ['b', 'a', 'c'].map((id) => ({ id, needs: [id] }))
    const matched = await coordinator.allocateTasks(tasks, { strategy: 'capability_match' })
    expect('awards' in matched && matched.awards.length).toBe(3)
    const crowded = await coordinator.allocateTasks([...tasks, { id: 'a2', needs: ['a'] }], {
      strategy: 'capability_match',
    })
    expect(crowded).toMatchObject({ status: 'partial' })
    expect('unallocated' in crowded && crowded.unallocated[0]?.reason).toContain('which take one task each')
  })

  test('refuses a protocol or a strategy that does not exist, listing those that do, and faulty agents all at once', async () => {
    expect(() => new MultiAgentCoordinator([], 'contractnet')).toThrow(/contractnet/)
    try {
      new MultiAgentCoordinator(robots(), 'contractnet')
    } catch (error) {
      expect(JSON.stringify(error)).toContain('contract_net, monotonic_concession, mediation, auction')
    }
    const coordinator = new MultiAgentCoordinator([createAgent({ id: 'a' })])
    await expect(coordinator.allocateTasks([], { strategy: 'luck' })).rejects.toThrow(/luck/)
    const twice = [createAgent({ id: 'a' }), createAgent({ id: 'a' })]
    expect(() => new MultiAgentCoordinator(twice)).toThrow(/twice/)
    expect(() => createAgent({ id: 'b', resources: { fuel: -1 } })).toThrow(/-1/)
    expect(() => createAgent({ id: 'b', resources: { petrol: 1 } }, { resources: ['fuel'] })).toThrow(/petrol/)
    expect(() => createAgent({ id: 'c', capabilities: [{ name: 'lift', proficiency: 2 }] })).toThrow(/proficiency/)
  })

  test('forms a coalition for a task that nobody can do alone', () => {
    const coordinator = new MultiAgentCoordinator([
      createAgent({ id: 'picker', capabilities: ['pick'] }),
      createAgent({ id: 'packer', capabilities: ['pack'] }),
      createAgent({ id: 'painter', capabilities: ['paint'] }),
    ])
    const formed = coordinator.formCoalition({ id: 'parcel', needs: ['pick', 'pack'], value: 10, cost: 4 })
    expect(formed).toMatchObject({
      status: 'formed',
      contributors: ['picker', 'packer'],
      value: 6,
      coalitions: [{ members: ['picker', 'packer'], tasks: ['parcel'], value: 6, isStable: true }],
    })
    if (formed.status === 'formed') expect(formed.analysis.shares.shapley).toEqual([3, 3])
    const none = coordinator.formCoalition({ id: 'song', needs: ['sing'], value: 10 })
    expect(none).toEqual({ status: 'none', reasons: [{ task: 'song', reason: "nobody has 'sing'" }] })
  })
})

describe('an agent', () => {
  const task = coordinationTask({ id: 't', value: 100, cost: 60, consumes: { fuel: 6 } })

  test('has no proposal for a task beyond its resources, and says so', async () => {
    const short = createAgent({ id: 'a', resources: { fuel: 5 } })
    expect(await short.proposePlan(task)).toEqual({ status: 'none', reason: 'a needs 6 of fuel and has 5' })
    const enough = await createAgent({ id: 'b', resources: { fuel: 8 } }).proposePlan(task)
    expect(enough).toMatchObject({ status: 'proposal', proposal: { cost: 60, requiredResources: { fuel: 6 } } })
  })

  test('bids what a task adds to the best plan for all that it holds', async () => {
    const places: Readonly<Record<string, number>> = { near: 4, far: 10 }
    const at = (place: string | null): number => (place === null ? 0 : (places[place] as number))
    const planner = sequencePlanner({ travel: (from, to) => Math.abs(at(from) - at(to)) })
    const agent = createAgent({ id: 'a', planner })
    const [far, near] = ['far', 'near'].map((id) => coordinationTask({ id, place: id })) as [typeof task, typeof task]
    const first = await agent.proposePlan(far)
    expect(first.status === 'proposal' && first.proposal.cost).toBe(20)
    agent.commit(far)
    const second = await agent.proposePlan(near)
    expect(second.status === 'proposal' && second.proposal.cost).toBe(0)
  })

  test('judges the same proposal by its type: jointly, against the other, for itself', async () => {
    const proposer = createAgent({ id: 'p', type: 'self_interested', reservation: 15, resources: { fuel: 9 } })
    const made = await proposer.proposePlan(task)
    if (made.status === 'none') throw new Error(made.reason)
    expect(made.proposal).toMatchObject({ cost: 60, utility: 15 })
    const worth = (['cooperative', 'competitive', 'self_interested'] as const).map((type) =>
      createAgent({ id: type, type }).evaluateProposal(made.proposal, task),
    )
    expect(worth).toEqual([40, -15, 25])
    const wary = createAgent({ id: 'w', type: 'self_interested', reservation: 26 })
    expect(wary.accepts(made.proposal, task)).toBe(false)
  })

  test('takes its proficiency and price from the weakest capability that a task needs', async () => {
    const agent = createAgent({
      id: 'a',
      capabilities: [{ name: 'weld', proficiency: 0.5, costMultiplier: 2 }, 'carry'],
    })
    const made = await agent.proposePlan(
      coordinationTask({ id: 't', needs: ['carry', 'weld'], cost: 10, duration: 4, difficulty: 1 }),
    )
    expect(made).toMatchObject({ proposal: { cost: 20, expectedDuration: 8, confidence: 0.5 } })
  })

  test.prop([fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { maxLength: 6 })], {
    numRuns: 60,
    seed: 3,
  })('plans the cheapest round trip: no permutation of its tasks is shorter', async (points) => {
    const distance = (a: string | null, b: string | null): number => {
      const [[ax, ay], [bx, by]] = [a, b].map((p) => (p === null ? [0, 0] : p.split(' ').map(Number))) as [
        number[],
        number[],
      ] as [[number, number], [number, number]]
      return Math.abs(ax - bx) + Math.abs(ay - by)
    }
    const tasks = points.map(([x, y], k) => coordinationTask({ id: `t${k}`, place: `${x} ${y}` }))
    const planned = await createAgent({ id: 'a', planner: sequencePlanner({ travel: distance }) }).planFor(tasks)
    const trip = (order: readonly (string | null)[]): number =>
      [null, ...order].reduce((sum, from, k) => sum + distance(from, order[k] ?? null), 0)
    const orderings = (rest: readonly (string | null)[]): (string | null)[][] =>
      rest.length === 0
        ? [[]]
        : rest.flatMap((one, k) => orderings(rest.filter((_, j) => j !== k)).map((o) => [one, ...o]))
    const best = Math.min(...orderings(tasks.map(({ place }) => place)).map(trip))
    expect(planned.status === 'planned' && planned.plan.cost).toBe(best)
  })
})

describe('a fleet whose tasks are cheaper together', () => {
  const line = (from: string | null, to: string | null): number => Math.abs(Number(from ?? 0) - Number(to ?? 0))
  const fleet = (starts: readonly number[], planner?: AgentPlanner): PlanningAgent[] =>
    starts.map((start, k) => {
      const travel = (from: string | null, to: string | null): number =>
        line(from ?? String(start), to ?? String(start))
      return createAgent({ id: `v${k}`, planner: planner ?? sequencePlanner({ travel }) })
    })

  test.prop(
    [fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: -9, max: 9 })],
    { numRuns: 40, seed: 11 },
  )('is measured against the best partition into bundles, which no contract net beats', async (places, start) => {
    const coordinator = new MultiAgentCoordinator(fleet([0, start]))
    const tasks = places.map((place, k) => ({ id: `t${k}`, place: String(place) }))
    const net = await coordinator.allocateTasks(tasks)
    const best = await coordinator.allocateTasks(tasks, { strategy: 'optimal_assignment' })
    if (!('cost' in net) || !('cost' in best)) throw new Error('no allocation')
    const tour = (from: number, own: readonly number[]): number =>
      own.length === 0 ? 0 : 2 * (Math.max(from, ...own) - Math.min(from, ...own))
    let brute = Number.POSITIVE_INFINITY
    for (let set = 0; set < 1 << places.length; set++) {
      const split = (side: number): number[] => places.filter((_, j) => ((set >>> j) & 1) === side)
      brute = Math.min(brute, tour(0, split(0)) + tour(start, split(1)))
    }
    expect(best).toMatchObject({ status: 'optimal', cost: brute })
    expect(net.cost).toBeGreaterThanOrEqual(brute - 1e-9)
  })

  test('waits for planners that answer later, and comes to the same awards', async () => {
    const now = sequencePlanner({ travel: line })
    const later: AgentPlanner = {
      name: 'later',
      plan: (tasks, means) => new Promise((answer) => setTimeout(() => answer(now.plan(tasks, means)), 0)),
    }
    const tasks = [5, -3, 8].map((place, k) => ({ id: `t${k}`, place: String(place) }))
    const run = (planner: AgentPlanner) => new MultiAgentCoordinator(fleet([0, 0], planner)).allocateTasks(tasks)
    const [a, b] = [await run(now), await run(later)]
    if (!('awards' in a) || !('awards' in b)) throw new Error('no allocation')
    expect(b.awards).toEqual(a.awards)
    expect(b.messages).toEqual(a.messages)
  })
})

describe('bargaining over a task', () => {
  const task = { id: 't', value: 100, cost: 40, needs: ['drill'] }
  const shop = (type: 'cooperative' | 'self_interested' | 'competitive', reservation = 0) =>
    createAgent({ id: 'shop', type, reservation })
  const driller = (reservation = 0) =>
    createAgent({ id: 'driller', type: 'self_interested', reservation, capabilities: ['drill'] })

  test('splits the gain in the middle, never below a reservation, and adds up to the joint value', async () => {
    const coordinator = new MultiAgentCoordinator([shop('self_interested', 10), driller(20)], 'monotonic_concession')
    const made = await coordinator.negotiate('shop', 'driller', task)
    if (made.status !== 'agreement') throw new Error(made.reason)
    const { utilityDistribution, transfers, jointPlan } = made.agreement
    expect(utilityDistribution['shop']).toBeCloseTo(25, 6)
    expect(utilityDistribution['driller']).toBeCloseTo(35, 6)
    expect((transfers['shop'] as number) + (transfers['driller'] as number)).toBeCloseTo(0, 9)
    expect(jointPlan.steps.map((step) => step.agent)).toEqual(['driller'])
    expect(made.log.at(-1)?.type).toBe('accept')
    expect(coordinator.agreements).toHaveLength(1)
  })

  test.each(['mediation', 'alternating_offers'] as const)('ends in an agreement by %s too', async (protocol) => {
    const coordinator = new MultiAgentCoordinator([shop('self_interested'), driller()])
    const made = await coordinator.negotiate('shop', 'driller', task, { protocol })
    expect(made.status).toBe('agreement')
  })

  test('ends without a deal when the reservations leave none, with what is missing', async () => {
    const coordinator = new MultiAgentCoordinator([shop('self_interested', 50), driller(20)])
    const none = await coordinator.negotiate('shop', 'driller', task)
    expect(none).toMatchObject({ status: 'conflict', shortfall: { wanted: 70, short: 10 } })
  })

  test('settles at cost among cooperative agents, and not at all with a competitive one', async () => {
    const friend = createAgent({ id: 'friend', capabilities: ['drill'] })
    const made = await new MultiAgentCoordinator([shop('cooperative'), friend]).negotiate('shop', 'friend', task)
    expect(made).toMatchObject({ status: 'agreement', agreement: { transfers: { friend: 40 } } })
    const rival = await new MultiAgentCoordinator([shop('competitive'), driller()]).negotiate('shop', 'driller', task)
    expect(rival).toMatchObject({ status: 'conflict' })
  })
})

describe('the blackboard', () => {
  test('refuses the second of two writes on one version, with both values', () => {
    const board = new Blackboard()
    expect(board.write('door', 'open', 'a', 0).status).toBe('written')
    expect(board.write('door', 'closed', 'a', 1)).toMatchObject({ status: 'written', entry: { version: 2 } })
    const late = board.write('door', 'ajar', 'b', 1)
    expect(late).toMatchObject({
      status: 'conflict',
      current: { value: 'closed', writer: 'a', version: 2 },
      refused: { value: 'ajar', writer: 'b', expected: 1 },
    })
    expect(board.history('door').map(({ value }) => value)).toEqual(['open', 'closed'])
  })

  test('writes several entries or none, and shows snapshots that later writes do not change', () => {
    const board = new Blackboard()
    board.write('x', 1, 'a', 0)
    const before = board.snapshot()
    const refused = board.writeAll(
      [
        { key: 'y', value: 2, expected: 0 },
        { key: 'x', value: 3, expected: 0 },
      ],
      'b',
    )
    expect(refused.map(({ status }) => status)).toEqual(['conflict'])
    expect(board.read('y')).toBeNull()
    board.write('x', 9, 'b', 1)
    expect(before.entries.get('x')?.value).toBe(1)
    expect(board.log(before.at).map(({ value }) => value)).toEqual([9])
  })
})

describe('the mail room', () => {
  const talk = (seed: number) => {
    const room = new MailRoom(['a', 'b'], { loss: 0.3, duplication: 0.3, delay: [1, 5], retries: 8, seed })
    room.handle('b', (message) => {
      room.send('b', { type: 'accept', conversation: message.conversation, to: 'a', answers: message.id })
    })
    for (let k = 0; k < 10; k++) room.send('a', { type: 'propose', conversation: `c${k}`, to: 'b', content: { k } })
    room.run()
    return room
  }

  test('hands every message over once in spite of loss and duplicates, the same way for the same seed', () => {
    const room = talk(5)
    expect(
      room
        .inbox('b')
        .map(({ content }) => content['k'])
        .sort(),
    ).toEqual([...Array(10).keys()])
    expect(room.inbox('a')).toHaveLength(10)
    expect(JSON.stringify(talk(5).transcript)).toBe(JSON.stringify(room.transcript))
  })

  test('names what it gave up on', () => {
    const room = new MailRoom(['a', 'b'], { loss: 1, retries: 2 })
    room.send('a', { type: 'inform', conversation: 'c', to: 'b' })
    room.run()
    expect(room.inbox('b')).toEqual([])
    expect(room.unacknowledged.map(({ id }) => id)).toEqual([1])
    expect(() => room.send('a', { type: 'inform', conversation: 'c', to: 'z' })).toThrow(/no agent "z"/)
  })
})

const tables = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([agents, tasks]) =>
  fc.record({
    costs: fc.array(fc.array(fc.option(fc.integer({ min: 1, max: 20 })), { minLength: tasks, maxLength: tasks }), {
      minLength: agents,
      maxLength: agents,
    }),
    capacities: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: agents, maxLength: agents }),
  }),
)

test.prop([tables], { numRuns: 250, seed: 21 })(
  'no strategy gives a task to an agent that cannot do it, none beats the optimum, and every task has an agent or a reason',
  async ({ costs, capacities }) => {
    const problem = {
      title: 'random',
      unit: '',
      agents: capacities.map((capacity, a) => ({ id: `a${a}`, capacity, capabilities: [] })),
      tasks: (costs[0] ?? []).map((_, j) => ({ id: `t${j}`, needs: [] })),
      costs,
      loads: costs,
      objectives: ['cost' as const],
    }
    for (const strategy of ['optimal_assignment', 'contract_net', 'auction', 'capability_match'] as const) {
      const found = await allocateTasks(problem, { strategy })
      if (!('awards' in found)) continue
      expect(found.awards.length + found.unallocated.length).toBe(problem.tasks.length)
      for (const { agent, task, cost } of found.awards)
        expect(costs[Number(agent.slice(1))]?.[Number(task.slice(1))]).toBe(cost)
      if (found.gap !== null) expect(found.gap).toBeGreaterThanOrEqual(0)
      if (strategy === 'optimal_assignment') expect(['optimal', 'partial']).toContain(found.status)
    }
  },
)
