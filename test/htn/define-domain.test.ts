import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/random.ts'
import { candidates } from '../../src/htn/candidates.ts'
import { defineDomain } from '../../src/htn/define-domain.ts'
import { domainSystem } from '../../src/htn/domain-system.ts'
import type { DomainDefinition, DomainMethod, TaskReference } from '../../src/htn/domain-types.ts'
import { whyNot } from '../../src/htn/explain.ts'
import { planDomain } from '../../src/htn/plan-domain.ts'

const fare = (distance: number): number => 1.5 + 0.5 * distance

const travel = defineDomain({
  state: {
    at: { kind: 'enum', values: ['home', 'park'] },
    taxi: { kind: 'enum', values: ['away', 'home', 'park'] },
    cash: { kind: 'number', minimum: 0 },
    distance: { kind: 'number' },
    owed: { kind: 'number' },
  },
  actions: {
    walk: { effects: { at: (_, to) => to as string }, cost: 0, duration: 10 },
    'call taxi': { effects: { taxi: (state) => state['at'] as string }, cost: 0 },
    ride: {
      when: [['taxi', '=', (state) => state['at'] as string]],
      effects: { at: (_, to) => to as string, owed: (state) => fare(state['distance'] as number) },
      cost: 0,
    },
    'pay driver': {
      when: [['cash', '>=', (state) => state['owed'] as number]],
      effects: { cash: (state) => (state['cash'] as number) - (state['owed'] as number), owed: 0 },
      cost: (state) => state['owed'] as number,
    },
  },
  tasks: {
    travel: [
      { name: 'by foot', when: [['distance', '<=', 2]], subtasks: (_, to) => [['walk', to as string]] },
      {
        name: 'by taxi',
        when: [['cash', '>=', (state) => fare(state['distance'] as number)]],
        subtasks: (_, to) => [['call taxi'], ['ride', to as string], ['pay driver']],
      },
    ],
  },
  goals: { at: [{ name: 'travel there', subtasks: (_, to) => [['travel', to as string]] }] },
})

const start = (distance: number, cash: number) => ({ at: 'home', taxi: 'away', cash, distance, owed: 0 })

describe('the travel domain', () => {
  it('walks when the park is 2 away', () => {
    const result = planDomain(travel, { state: start(2, 20), tasks: [['travel', 'park']] })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.plan.steps.map((step) => step.name)).toEqual(['walk'])
    expect(result.finalState['cash']).toBe(20)
  })

  it('takes the taxi for 5.5 when the park is 8 away, and keeps 14.5', () => {
    const result = planDomain(travel, { state: start(8, 20), tasks: [['travel', 'park']] })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.plan.steps.map((step) => step.name)).toEqual(['call taxi', 'ride', 'pay driver'])
    expect(result.cost).toBe(5.5)
    expect(result.finalState['cash']).toBe(14.5)
    expect(result.plan.explanation?.join('\n')).toContain('not by foot: distance 8 > 2')
  })

  it('says that cash 3 < 5.5 when there is no plan', () => {
    const result = planDomain(travel, { state: start(8, 3), tasks: [['travel', 'park']] })
    if (result.status !== 'unsolvable') throw new Error(result.status)
    expect(result.text).toContain('cash 3 < 5.5')
    expect(result.text).toContain('distance 8 > 2')
  })

  it('reaches a goal through the methods of its variable, and does nothing when it holds', () => {
    const result = planDomain(travel, { state: start(1, 0), tasks: [{ goal: { at: 'park' } }] })
    expect(result.status).toBe('optimal')
    const there = planDomain(travel, { state: { ...start(1, 0), at: 'park' }, tasks: [{ goal: { at: 'park' } }] })
    expect(there.status).toBe('satisfied')
  })

  it('answers why not the taxi by planning with it', () => {
    const system = domainSystem(travel, { state: start(2, 20), tasks: [['travel', 'park']] })
    const result = planDomain(travel, { state: start(2, 20), tasks: [['travel', 'park']] })
    if (result.status !== 'optimal') throw new Error(result.status)
    const contrast = whyNot(system, result.plan, 'travel', 'by taxi')
    expect(contrast.status === 'possible' && contrast.difference).toBe(2.5)
    const poor = domainSystem(travel, { state: start(2, 1), tasks: [['travel', 'park']] })
    expect(whyNot(poor, result.plan, 'travel', 'by taxi').text).toContain('cash 1 < 2.5')
  })

  it('refuses unknown names and misfit values, all at once', () => {
    expect(() =>
      defineDomain({
        state: { a: { kind: 'boolean' } },
        actions: { go: { effects: { b: true }, when: [['c', '=', 1]] } },
        tasks: { t: [{ name: 'm', subtasks: [['fly']] }] },
      }),
    ).toThrow(/'c'[\s\S]*'b'[\s\S]*'fly'/)
    expect(() => planDomain(travel, { state: { ...start(1, 1), at: 'moon' }, tasks: [] })).toThrow(InvalidInputError)
  })
})

/** A random domain without recursion: counters as state, tasks in layers. */
function randomDomain(random: RandomStream): { definition: DomainDefinition; tasks: TaskReference[] } {
  const actions: Record<string, DomainDefinition['actions'][string]> = {}
  for (let i = 0; i < 4; i++) {
    const step = random.integer(-1, 2)
    actions[`a${i}`] = {
      when: random.chance(0.4) ? [['x', '<=', random.integer(0, 3)]] : [],
      effects: { x: (state) => (state['x'] as number) + step, y: random.chance(0.3) },
      cost: random.chance(0.3) ? (state) => Math.abs(state['x'] as number) + 1 : random.integer(0, 4),
      duration: random.integer(1, 3),
    }
  }
  const tasks: Record<string, DomainMethod[]> = {}
  for (let layer = 0; layer < 3; layer++) {
    const below = [...Object.keys(tasks).slice(-2), ...Object.keys(actions)]
    for (let i = 0; i < 2; i++) {
      tasks[`t${layer}${i}`] = Array.from({ length: random.integer(1, 3) }, (_, m) => ({
        name: `m${m}`,
        when: random.chance(0.3) ? [['y', '=', random.chance(0.5)]] : [],
        ordered: random.chance(0.8),
        subtasks: Array.from({ length: random.integer(0, 2) }, (): TaskReference => [random.pick(below)]),
      }))
    }
  }
  return {
    definition: { state: { x: { kind: 'number' }, y: { kind: 'boolean' } }, actions, tasks },
    tasks: [['t20'], ['t21']],
  }
}

interface Pending {
  readonly id: number
  readonly task: TaskReference
  readonly after: ReadonlySet<number>
}

/** All complete refinements with an order of execution, by plain recursion; their costs. */
function bruteForce(definition: DomainDefinition, tasks: readonly TaskReference[]): number[] {
  const costs: number[] = []
  const holds = (when: DomainMethod['when'], state: Record<string, unknown>): boolean =>
    (when ?? []).every(([name, operator, value]) =>
      operator === '=' ? state[String(name)] === value : (state[String(name)] as number) <= (value as number),
    )
  const visit = (pending: readonly Pending[], state: Record<string, unknown>, cost: number, next: number): void => {
    if (pending.length === 0) {
      costs.push(cost)
      return
    }
    const open = new Set(pending.map((item) => item.id))
    for (const item of pending) {
      if ([...item.after].some((id) => open.has(id))) continue
      const [name] = item.task as readonly [string]
      const rest = pending.filter((other) => other !== item)
      const action = definition.actions[name]
      if (action !== undefined) {
        if (!holds(action.when, state)) continue
        const read = <Value>(value: unknown): Value => (typeof value === 'function' ? value(state) : value) as Value
        const changed = Object.fromEntries(Object.entries(action.effects).map(([key, value]) => [key, read(value)]))
        visit(rest, { ...state, ...changed }, cost + read<number>(action.cost), next)
        continue
      }
      for (const method of definition.tasks?.[name] ?? []) {
        if (!holds(method.when, state)) continue
        const parts = method.subtasks as readonly TaskReference[]
        const children = parts.map(
          (task, i): Pending => ({
            id: next + i,
            task,
            after: new Set([...item.after, ...(method.ordered !== false && i > 0 ? [next + i - 1] : [])]),
          }),
        )
        const waiting = rest.map((other) =>
          other.after.has(item.id)
            ? { ...other, after: new Set([...other.after, ...item.after, ...children.map((child) => child.id)]) }
            : other,
        )
        visit([...children, ...waiting], state, cost, next + parts.length)
      }
    }
  }
  const first = tasks.map((task, id) => ({ id, task, after: new Set(id > 0 ? [id - 1] : []) }))
  visit(first, { x: 0, y: false }, 0, tasks.length)
  return costs.sort((a, b) => a - b)
}

describe('candidates', () => {
  it('equal a brute expansion on 200 random domains, in order of cost, with bounds that never overestimate', async () => {
    const random = new RandomStream(11)
    let compared = 0
    while (compared < 200) {
      const { definition, tasks } = randomDomain(random)
      const expected = bruteForce(definition, tasks)
      if (expected.length > 400) continue
      compared++
      const system = domainSystem(defineDomain(definition), { state: { x: 0, y: false }, tasks })
      const costs: number[] = []
      const generator = candidates(system)
      let next = await generator.next()
      const bound = tasks.reduce((sum, task) => sum + system.bound(task).cost, 0)
      const time = tasks.reduce((sum, task) => sum + system.bound(task).duration, 0)
      for (; !next.done; next = await generator.next()) {
        costs.push(next.value.cost)
        expect(bound).toBeLessThanOrEqual(next.value.cost)
        expect(time).toBeLessThanOrEqual(next.value.duration)
      }
      expect(next.value.status).toBe('complete')
      expect(costs).toEqual(expected)
    }
  })

  it('stop after the wanted number and say what every later one costs at least', async () => {
    const system = domainSystem(travel, { state: start(2, 20), tasks: [['travel', 'park']] })
    const generator = candidates(system, { count: 1 })
    expect((await generator.next()).done).toBe(false)
    const end = await generator.next()
    expect(end.done && end.value).toMatchObject({ status: 'stopped', limit: 'gap', bound: 0 })
    let seen = 0
    for await (const candidate of candidates(system)) seen += candidate.cost >= 0 ? 1 : 0
    expect(seen).toBe(2)
  })
})
