import { expect, test } from 'vitest'
import { definePomdp } from '../../models/pomdp/define.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { planToBelief } from '../../src/belief/index.ts'

/** Everything is seen: beliefs are states, policies one action per state, the last state is the goal. */
interface Walk {
  readonly states: number
  readonly actions: number
  readonly move: readonly (readonly (readonly number[])[])[]
  readonly cost: readonly (readonly number[])[]
}

/** Least expected cost over all policies that arrive with probability 1, policy by policy; Infinity when none does. */
function cheapest({ states, actions, move, cost }: Walk): number {
  const goal = states - 1
  let best = Number.POSITIVE_INFINITY
  for (let code = 0; code < actions ** goal; code++) {
    const policy = Array.from({ length: goal }, (_, s) => Math.floor(code / actions ** s) % actions)
    const next = (s: number) => move[policy[s]!]![s]!
    const reached = new Set([0])
    for (const s of reached) if (s !== goal) for (const [t, p] of next(s).entries()) if (p > 0) reached.add(t)
    const arrives = new Set([goal])
    for (let before = 0; arrives.size > before; ) {
      before = arrives.size
      for (const s of reached) if (s !== goal && next(s).some((p, t) => p > 0 && arrives.has(t))) arrives.add(s)
    }
    if ([...reached].some((s) => !arrives.has(s))) continue
    // Gauss-Seidel on the chain that the policy makes; it is absorbing.
    const value = new Float64Array(states)
    for (let sweep = 0; sweep < 20_000; sweep++) {
      let change = 0
      for (const s of reached) {
        if (s === goal) continue
        const total = next(s).reduce((sum, p, t) => sum + (t === s ? 0 : p * value[t]!), cost[policy[s]!]![s]!)
        const better = total / (1 - next(s)[s]!)
        change = Math.max(change, Math.abs(better - value[s]!))
        value[s] = better
      }
      if (change < 1e-11) break
    }
    best = Math.min(best, value[0]!)
  }
  return best
}

function randomWalk(random: RandomStream, free: boolean): Walk {
  const states = 3 + random.integer(0, 2 - 1)
  const actions = 2 + random.integer(0, 2 - 1)
  const row = () => {
    const weights = Array.from({ length: states }, () => (random.next() < 0.6 ? 0 : 1 + random.integer(0, 4 - 1)))
    if (!weights.some((weight) => weight > 0)) weights[random.integer(0, states - 1)] = 1
    const total = weights.reduce((a, b) => a + b, 0)
    return weights.map((weight) => weight / total)
  }
  const table = <Cell>(cell: () => Cell) =>
    Array.from({ length: actions }, () => Array.from({ length: states }, () => cell()))
  return {
    states,
    actions,
    move: table(row),
    cost: table(() => (free && random.next() < 0.5 ? 0 : 1 + random.integer(0, 9 - 1))),
  }
}

function planned({ states, actions, move, cost }: Walk): number {
  const names = Array.from({ length: states }, (_, s) => `s${s}`)
  const acts = Array.from({ length: actions }, (_, a) => `a${a}`)
  const model = definePomdp({
    kind: 'pomdp',
    discount: 1,
    objective: 'cost',
    states: names,
    actions: acts,
    observations: names,
    start: 's0',
    transitions: Object.fromEntries(acts.map((act, a) => [act, move[a]!])),
    observe: { '*': Object.fromEntries(names.map((name) => [name, name])) },
    rewards: acts.flatMap((action, a) => names.map((state, s) => ({ action, state, value: cost[a]![s]! }))),
  })
  const plan = planToBelief(model, { holds: (state) => state === names.at(-1), probability: 1 })
  if (plan.status === 'infeasible') return Number.POSITIVE_INFINITY
  return plan.status === 'optimal' ? plan.expectedCost : Number.NaN
}

test.each([false, true])('random graphs cost what the best of all policies costs (free actions: %s)', (free) => {
  let infeasible = 0
  for (let seed = 1; seed <= 250; seed++) {
    const walk = randomWalk(new RandomStream(seed), free)
    const wanted = cheapest(walk)
    if (wanted === Number.POSITIVE_INFINITY) infeasible++
    const found = planned(walk)
    if (wanted === Number.POSITIVE_INFINITY || found === Number.POSITIVE_INFINITY)
      expect([seed, found]).toEqual([seed, wanted])
    else
      expect(Math.abs(found - wanted), `seed ${seed}: ${found}, not ${wanted}`).toBeLessThan(1e-6 * Math.max(1, wanted))
  }
  expect(infeasible).toBeGreaterThan(5)
})

test('going round for nothing is not arriving', () => {
  const model = definePomdp({
    kind: 'pomdp',
    discount: 1,
    objective: 'cost',
    states: ['hall', 'stairs', 'roof'],
    actions: ['walk', 'lift'],
    observations: ['nothing'],
    start: 'hall',
    transitions: { walk: { hall: 'stairs', stairs: 'hall', roof: 'roof' }, lift: { '*': 'roof' } },
    observe: { '*': 'uniform' },
    rewards: [
      { action: 'lift', value: 5 },
      { action: 'lift', state: 'stairs', value: 3 },
    ],
  })
  const plan = planToBelief(model, { holds: (state) => state === 'roof', probability: 0.9 })
  expect(plan.status === 'optimal' ? plan.expectedCost : plan.status).toBe(3)
  expect(plan.status === 'optimal' ? plan.nodes.map(({ action }) => action) : []).toEqual(['walk', 'lift', null])
  expect(planToBelief(model, { holds: () => false, probability: 0.9 }).status).toBe('infeasible')
})

test('a cheap dead end beside a dear action is seen at once', () => {
  const model = definePomdp({
    kind: 'pomdp',
    discount: 1,
    objective: 'cost',
    states: ['here', 'pit', 'there'],
    actions: ['jump'],
    observations: ['nothing'],
    start: 'here',
    transitions: { jump: { here: { there: 0.5, pit: 0.5 }, pit: 'pit', there: 'there' } },
    observe: { '*': 'uniform' },
    rewards: [{ value: 1 }, { state: 'here', value: 1e7 }],
  })
  expect(planToBelief(model, { holds: (state) => state === 'there', probability: 0.9 }).status).toBe('infeasible')
})

test('a belief that is no distribution is refused', () => {
  const model = definePomdp({
    kind: 'pomdp',
    discount: 1,
    objective: 'cost',
    states: ['here', 'there'],
    actions: ['go'],
    observations: ['nothing'],
    transitions: { go: { '*': 'there' } },
    observe: { '*': 'uniform' },
    rewards: [{ value: 1 }],
  })
  const goal = { holds: (state: string) => state === 'there', probability: 1 }
  expect(() => planToBelief(model, goal, { belief: Float64Array.of(0.5, 0.9) })).toThrow('sum')
  expect(() => planToBelief(model, goal, { belief: Float64Array.of(1) })).toThrow('1 entries')
})
