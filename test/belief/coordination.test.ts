import { describe, expect, test } from 'vitest'
import { definePomdp } from '../../models/pomdp/define.ts'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { planFromBelief, solvePomdp } from '../../solvers/pomdp/index.ts'
import {
  type BasePlanner,
  BeliefState,
  coordinateWithBeliefs,
  DO_NOTHING,
  ObservationModel,
  PomdpPlanner,
  planToBelief,
  type Reading,
  solveDecision,
} from '../../src/belief/index.ts'
import { defineDomain, planDomain } from '../../src/htn/index.ts'

const even = BeliefState.uniform(['left', 'right'])
const eye = ObservationModel.symmetric(['left', 'right'], 0.8)
const saw = (id: string, observation: string): Reading => ({ id, observation, model: eye })

/** The parcel is left or right; who goes to the wrong side walks back. */
const cost = (agent: string, task: string, state: string): number | null =>
  task === 'guard' ? 1 : agent === 'near-left' ? (state === 'left' ? 2 : 9) : state === 'left' ? 9 : 2

describe('agents that know different things', () => {
  test('fuse two readings at .8 to .941176 and count a relayed one once', () => {
    const two = coordinateWithBeliefs({
      prior: even,
      tasks: ['fetch'],
      agents: [
        { id: 'near-left', readings: [saw('a', 'left')] },
        { id: 'near-right', readings: [saw('b', 'left')] },
      ],
      cost,
    })
    expect(two.fused.belief.probabilityOf('left')).toBeCloseTo(0.941176, 6)
    expect(two.first).toBeNull()
    expect(two.atOnce.allocation).toEqual([{ task: 'fetch', agent: 'near-left' }])
    expect(two.atOnce.expectedCost).toBeCloseTo(2 + 7 * (1 - 16 / 17), 9)
    const relayed = coordinateWithBeliefs({
      prior: even,
      tasks: ['fetch'],
      agents: [
        { id: 'near-left', readings: [saw('a', 'left')] },
        { id: 'near-right', readings: [saw('a', 'left')] },
      ],
      cost,
    })
    expect(relayed.fused.belief.probabilityOf('left')).toBeCloseTo(0.8, 12)
    expect(relayed.fused.duplicates).toEqual({ a: 1 })
  })

  test('let look who is worth its price: the better eye when it is cheap, nobody when looking is dear', () => {
    const sharp = ObservationModel.symmetric(['left', 'right'], 0.95)
    const asked = (sharpCost: number, eyeCost: number) =>
      coordinateWithBeliefs({
        prior: even,
        tasks: ['fetch', 'guard'],
        agents: [
          { id: 'near-left', sensors: [{ id: 'lamp', cost: sharpCost, model: sharp }] },
          { id: 'near-right', sensors: [{ id: 'eye', cost: eyeCost, model: eye }] },
        ],
        cost,
      })
    const cheap = asked(0.5, 0.4)
    expect(cheap.first).toEqual({ agent: 'near-left', sensor: 'lamp' })
    // Looking once: price, the guard, the fetch with an error of 5 %.
    expect(cheap.plan.expectedCost).toBeLessThanOrEqual(0.5 + 1 + 2 + 7 * 0.05 + 1e-12)
    const leaf = cheap.plan.root.branches.find(({ outcome }) => outcome === 'right')!.node!
    expect(cheap.allocationOf(leaf)).toContainEqual({ task: 'fetch', agent: 'near-right' })
    const dear = asked(50, 40)
    expect(dear.first).toBeNull()
    expect(dear.plan.expectedCost).toBeCloseTo(1 + 5.5, 9)
    expect(asked(5, 0.4).first).toEqual({ agent: 'near-right', sensor: 'eye' })
  })

  test('without an allocation the fault is named', () => {
    const nobody = () =>
      coordinateWithBeliefs({ prior: even, tasks: ['fetch'], agents: [{ id: 'a' }], cost: () => null })
    expect(nobody).toThrowError(InvalidInputError)
  })
})

describe('observation actions', () => {
  test('asking an agent that is trusted to .8 is worth what a sensor of accuracy .8 is worth', () => {
    const decide = (source: Parameters<typeof observation>[0]) =>
      new PomdpPlanner(doors, [observation(source)]).plan(even, { failureCost: 100 })
    return Promise.all([
      decide({ kind: 'sensor' }),
      decide({ kind: 'agent', agent: 'Ann', message: 'which side?' }),
    ]).then(([sensed, asked]) => {
      expect(asked.expectedCost).toBe(sensed.expectedCost)
      expect(asked.root.decision).toEqual(sensed.root.decision)
      expect(asked.problem.tests[0]?.source).toEqual({ kind: 'agent', agent: 'Ann' })
    })
  })

  test('a test that changes what it looks at is an action of the process: looking twice is not independent', () => {
    // A destructive test: the sample shows its quality perfectly and is spent.
    const model = definePomdp({
      kind: 'pomdp',
      discount: 1,
      states: ['good', 'bad', 'spent'],
      actions: ['taste', 'sell', 'discard'],
      observations: ['sweet', 'sour', 'nothing'],
      start: { good: 0.6, bad: 0.4 },
      transitions: { taste: { '*': 'spent' }, '*': { '*': 'spent' } },
      observe: { '*': { '*': 'nothing' } },
      rewards: [
        { action: 'taste', value: -1 },
        { action: 'sell', state: 'good', value: 10 },
        { action: 'sell', state: 'bad', value: -20 },
      ],
      terminal: ['spent'],
    })
    // Tasting spends it: nothing is left to sell, so the best is to sell or discard unseen.
    expect(planFromBelief(model, 2).root.value).toBeCloseTo(0, 12)
    expect(solvePomdp(model, { horizon: 2 }).action).toBe('discard')
  })
})

const observation = (source: { kind: 'sensor' } | { kind: 'agent'; agent: string; message: string }) => ({
  id: 'which side',
  variable: 'side',
  cost: 1,
  model: eye,
  source,
})

const doors: BasePlanner<string> = {
  plan: (state) => `open ${state}`,
  costIn: (plan, state) => (plan === `open ${state}` ? 1 : 20),
  nameOf: (plan) => plan,
}

describe('action values from base plans', () => {
  const delivery = defineDomain({
    state: { at: { kind: 'enum', values: ['depot', 'shop'] }, bridge: { kind: 'enum', values: ['open', 'closed'] } },
    actions: {
      'drive over the bridge': { when: [['bridge', '=', 'open']], effects: { at: 'shop' }, cost: 3 },
      'drive around': { effects: { at: 'shop' }, cost: 8 },
    },
    tasks: {
      deliver: [
        { name: 'short', subtasks: [['drive over the bridge']] },
        { name: 'long', subtasks: [['drive around']] },
      ],
    },
  })
  const base: BasePlanner<readonly string[]> = {
    plan: (bridge) => {
      const found = planDomain(delivery, { state: { at: 'depot', bridge }, tasks: [['deliver']] })
      return found.status === 'optimal' ? found.plan.steps.map((step) => step.name) : null
    },
    // The bridge is tried in vain: there and back, then around.
    costIn: (plan, bridge) =>
      plan[0] === 'drive around' ? 8 : plan[0] === 'drive over the bridge' ? (bridge === 'open' ? 3 : 3 + 3 + 8) : null,
    nameOf: (plan) => plan.join(', '),
  }
  const phone = (price: number) => ({
    id: 'phone',
    variable: 'bridge',
    cost: price,
    model: ObservationModel.symmetric(['open', 'closed'], 0.9),
    source: { kind: 'agent', agent: 'toll keeper', message: 'is it open?' } as const,
  })
  const belief = new BeliefState(['open', 'closed'], [0.5, 0.5])

  test('the hierarchical planner gives the acts; the phone is worth its price or not', async () => {
    const cheap = await new PomdpPlanner(base, [phone(0.5)]).plan(belief, { failureCost: 100 })
    expect([...cheap.plans.keys()]).toEqual(['drive over the bridge', 'drive around'])
    expect(cheap.values.get('drive over the bridge')).toEqual({ open: 3, closed: 14 })
    expect(cheap.root.decision).toMatchObject({ kind: 'test', id: 'phone' })
    // Told open (.5): .9 x 3 + .1 x 14; told closed: around.
    expect(cheap.expectedCost).toBeCloseTo(0.5 + 0.5 * (0.9 * 3 + 0.1 * 14) + 0.5 * 8, 9)
    const dear = await new PomdpPlanner(base, [phone(3)]).plan(belief, { failureCost: 100 })
    expect(dear.root.decision).toEqual({ kind: 'act', id: 'drive around' })
    const cut = await new PomdpPlanner(base, [phone(0.5)]).plan(belief, { failureCost: 100, maxDepth: 0 })
    expect(cut.status).toBe('feasible')
    expect(cut.lowerBound).toBeLessThanOrEqual(cheap.expectedCost)
    expect(cut.expectedCost).toBeGreaterThanOrEqual(cheap.expectedCost)
  })

  test('without any plan nothing is done, at the price of failing', async () => {
    const helpless: BasePlanner<string> = { plan: () => null, costIn: () => null, nameOf: (plan) => plan }
    const plan = await new PomdpPlanner(helpless, []).plan(belief, { failureCost: 7 })
    expect(plan.root.decision.id).toBe(DO_NOTHING)
    expect(plan.expectedCost).toBe(7)
    await expect(new PomdpPlanner(helpless, []).plan(belief, { failureCost: -1 })).rejects.toThrow(InvalidInputError)
  })
})

test('a plan with acts only is the decision without tests', () => {
  const plan = solveDecision({
    kind: 'decision',
    hypotheses: [
      { id: 'left', probability: 0.5 },
      { id: 'right', probability: 0.5 },
    ],
    tests: [],
    acts: [{ id: 'wait', loss: { left: 1, right: 2 } }],
    repairs: [],
  })
  expect(plan.expectedCost).toBe(1.5)
})

test('planning to a belief bounds from below what any plan costs when its limit stops it', () => {
  const cells = ['0', '1', '2', '3']
  const model = definePomdp({
    kind: 'pomdp',
    discount: 1,
    objective: 'cost',
    states: cells,
    actions: ['look', 'right'],
    observations: ['end', 'wall'],
    transitions: {
      look: 'identity',
      right: Object.fromEntries(cells.map((cell, k) => [cell, cells[Math.min(3, k + 1)]!])),
    },
    observe: { look: { '*': { end: 0.1, wall: 0.9 }, '3': { end: 0.9, wall: 0.1 } }, right: { '*': 'wall' } },
    rewards: [{ value: 1 }],
  })
  const goal = { holds: (state: string) => state === '3', probability: 0.9 }
  const full = planToBelief(model, goal)
  if (full.status !== 'optimal') throw new Error(full.status)
  // Three moves make it certain; looking helps to stop earlier at most.
  expect(full.expectedCost).toBeLessThanOrEqual(3)
  const cut = planToBelief(model, goal, { maxBeliefs: 2 })
  if (cut.status !== 'unknown') throw new Error(cut.status)
  expect(cut.lowerBound).toBeLessThanOrEqual(full.expectedCost + 1e-9)
})
