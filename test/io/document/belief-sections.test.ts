import { describe, expect, test } from 'vitest'
import { readDocument } from '../../../src/io/document/index.ts'

function read(belief: unknown, top: Readonly<Record<string, unknown>> = {}) {
  return readDocument(JSON.stringify({ version: 1, ...top, belief }), { file: 'x.json' })
}

function faults(belief: unknown, top: Readonly<Record<string, unknown>> = {}): string[] {
  const result = read(belief, top)
  return result.status === 'read' ? [] : result.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** The problem as it was read, without what only places faults. */
function problemOf(belief: unknown, top: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const result = read(belief, top)
  if (result.status !== 'read') throw new Error(result.issues.map(({ message }) => message).join('; '))
  return result.problem as unknown as Record<string, unknown>
}

const flat = {
  kind: 'pomdp',
  states: ['off', 'on'],
  actions: ['press'],
  observations: ['dark', 'light'],
  transitions: { press: { off: 'on', on: 'on' } },
  observe: { '*': { off: 'dark', on: 'light' } },
  rewards: [{ action: 'press', value: -1 }],
}

const ring = {
  kind: 'factored-pomdp',
  variables: [
    { id: 'cell', count: 3 },
    { id: 'door', values: ['open', 'shut'] },
  ],
  actions: ['go'],
  observations: ['hit', 'free'],
  transitions: [{ variable: 'cell', action: 'go', when: { door: 'open' }, shift: { '+1': 1 }, cyclic: true }],
  observe: [{ when: { cell: [0, 1] }, see: 'free' }, { see: { hit: 0.5, free: 0.5 } }],
  rewards: [{ action: 'go', when: { cell: 2 }, next: { cell: 0 }, value: 5 }],
}

describe('decisions under partial observability', () => {
  test('need an end: a discount, a horizon or a goal', () => {
    const endless = ['belief.discount: without a discount below 1 the value has no end']
    for (const belief of [flat, ring]) {
      expect(faults(belief)).toEqual(endless)
      expect(faults({ ...belief, discount: 1 })).toEqual(endless)
      expect(faults({ ...belief, discount: 0.9 })).toEqual([])
      expect(faults({ ...belief, horizon: 4 })).toEqual([])
    }
    expect(faults({ ...flat, goal: { states: ['on'], probability: 0.9 } })).toEqual([])
    expect(faults({ ...ring, goal: { when: { cell: 2 }, probability: 0.9 } })).toEqual([])
  })

  test('are read with what was given and nothing else; the title has a default', () => {
    expect(problemOf({ ...flat, horizon: 4 })).toMatchObject({
      kind: 'pomdp',
      title: 'Decisions under partial observability',
      problem: { name: 'Decisions under partial observability', discount: 1, horizon: 4, rewards: [{ value: -1 }] },
    })
    const { problem } = problemOf({ ...flat, horizon: 4 }) as { problem: object }
    for (const name of ['goal', 'terminal', 'start', 'objective']) expect(problem).not.toHaveProperty(name)
    const whole = { ...flat, discount: 0.5, terminal: ['on'], objective: 'cost' }
    expect(problemOf({ ...whole, start: 'off' }, { title: 'Lamp' })).toMatchObject({
      title: 'Lamp',
      problem: { name: 'Lamp', discount: 0.5, terminal: ['on'], objective: 'cost', start: 'off' },
    })
    expect(problemOf({ ...whole, start: [0.5, 0.5] })).toMatchObject({ problem: { start: [0.5, 0.5] } })
    expect(problemOf({ ...whole, start: { off: 1 } })).toMatchObject({ problem: { start: { off: 1 } } })
  })

  test('over variables: counts and numbers become names of values, lists mean any of them', () => {
    const belief = {
      ...ring,
      discount: 0.9,
      start: { cell: 1, door: { open: 0.4, shut: 0.6 } },
      impossible: [{ cell: 2, door: 'shut' }],
      terminal: [{ cell: [1, 2] }],
      goal: { when: { cell: 2 }, probability: 0.75 },
      transitions: [...ring.transitions, { variable: 'door', next: 'shut' }, { variable: 'cell', next: 0 }],
    }
    expect(problemOf(belief)).toMatchObject({
      kind: 'pomdp',
      problem: {
        kind: 'factored-pomdp',
        variables: [
          { id: 'cell', values: ['0', '1', '2'] },
          { id: 'door', values: ['open', 'shut'] },
        ],
        start: { cell: '1', door: { open: 0.4, shut: 0.6 } },
        impossible: [{ cell: '2', door: 'shut' }],
        terminal: [{ cell: ['1', '2'] }],
        goal: { when: { cell: '2' }, probability: 0.75 },
        transitions: [
          { variable: 'cell', action: 'go', when: { door: 'open' }, shift: { '+1': 1 }, cyclic: true },
          { variable: 'door', next: 'shut' },
          { variable: 'cell', next: '0' },
        ],
        observe: [{ when: { cell: ['0', '1'] }, see: 'free' }, { see: { hit: 0.5, free: 0.5 } }],
        rewards: [{ action: 'go', when: { cell: '2' }, next: { cell: '0' }, value: 5 }],
      },
    })
  })

  test('refuse a variable with both values and a count, or neither', () => {
    const variables = [{ id: 'cell', count: 2, values: ['a', 'b'] }, { id: 'door' }]
    expect(faults({ ...ring, variables, discount: 0.9 })).toEqual([
      'belief.variables.0: a variable needs exactly one of values and count',
      'belief.variables.1: a variable needs exactly one of values and count',
    ])
  })
})

describe('a belief followed over time', () => {
  const { rewards: _, ...dynamics } = ring
  const tracking = { ...dynamics, kind: 'tracking' }

  test('names the actions and observations of its history that nobody declared', () => {
    const history = [
      { observation: 'free' },
      { action: 'go', observation: 'wet' },
      { action: 'fly', observation: 'hit' },
    ]
    const found = faults({ ...tracking, history })
    expect(found).toHaveLength(2)
    expect(found[0]).toMatch(/^belief\.history\.1\.observation: .*"?wet/)
    expect(found[1]).toMatch(/^belief\.history\.2\.action: .*"?fly/)
  })

  test('is read step by step', () => {
    const history = [{ observation: 'free' }, { action: 'go', observation: 'hit' }]
    expect(problemOf({ ...tracking, history })).toMatchObject({
      kind: 'tracking',
      title: 'Belief over time',
      problem: { title: 'Belief over time', history },
    })
  })
})

describe('a decision under a hidden fact', () => {
  const decision = {
    kind: 'decision',
    hypotheses: [
      { id: 'a', probability: 0.5 },
      { id: 'b', probability: 0.3 },
      { id: 'c', probability: 0.2 },
    ],
    tests: [{ id: 'look', cost: 1, accuracy: 0.8, ask: 'Ann' }],
    acts: [{ id: 'go', loss: { a: 0, b: 1, c: 2 } }],
  }

  test('takes an accuracy for outcomes named like the hypotheses, wrong ones alike', () => {
    const { problem, unit } = problemOf(decision, { unit: '€' }) as unknown as {
      unit: string
      problem: { tests: { likelihood: Record<string, number[]> }[] }
    }
    expect(unit).toBe('€')
    expect(problem).toMatchObject({
      name: 'Decision under a hidden fact',
      repairs: [],
      tests: [{ id: 'look', cost: 1, outcomes: ['a', 'b', 'c'], source: { kind: 'agent', agent: 'Ann' } }],
    })
    const row = problem.tests[0]?.likelihood['b'] as number[]
    expect(row.map((chance) => Math.round(chance * 1e9) / 1e9)).toEqual([0.1, 0.8, 0.1])
  })

  test('refuses an accuracy beside likelihoods, and one of a single hypothesis', () => {
    const both = { id: 'look', cost: 1, accuracy: 0.8, outcomes: ['x', 'y'], likelihood: { a: [1, 0] } }
    expect(faults({ ...decision, tests: [both] })).toContain(
      'belief.tests.0: a test has either an accuracy or its likelihoods',
    )
    const single = {
      ...decision,
      hypotheses: [{ id: 'a', probability: 1 }],
      acts: [{ id: 'go', loss: { a: 0 } }],
    }
    expect(faults(single)).toContain('belief.tests.0: an accuracy needs two hypotheses')
  })

  test('may have repairs and no acts', () => {
    const { acts: __, ...rest } = decision
    const repairs = ['a', 'b', 'c'].map((id) => ({ id: `fix ${id}`, fixes: id, cost: 2 }))
    expect(problemOf({ ...rest, repairs })).toMatchObject({ problem: { acts: [], repairs } })
  })
})

describe('a test before an act', () => {
  const sensing = {
    kind: 'sensing',
    condition: 'clot',
    prior: 0.3,
    treatPresent: 10,
    treatAbsent: 20,
    leavePresent: 100,
    leaveAbsent: 0,
    tests: [{ id: 'scan', sensitivity: 0.9, specificity: 0.8, loss: 1 }],
  }

  test('compares other priors only where they are given, in the unit of money', () => {
    const money = problemOf(sensing, { units: { money: '$' } }) as unknown as { problem: object; unit: string }
    expect(money).toMatchObject({ kind: 'sensing', title: 'Test, then act', unit: '$' })
    expect(money.problem).not.toHaveProperty('priors')
    expect(problemOf({ ...sensing, priors: { low: 0.1 } })).toMatchObject({
      unit: '',
      problem: { priors: { low: 0.1 } },
    })
  })
})

test('a document that says one kind, and its belief another, is refused', () => {
  expect(faults({ ...flat, discount: 0.9 }, { kind: 'tracking' })).toEqual([
    'kind: the document says kind tracking, its belief says pomdp',
  ])
  const without = readDocument(JSON.stringify({ version: 1, kind: 'tracking' }), { file: 'x.json' })
  expect(without.status === 'read' ? [] : without.issues.map(({ path }) => path)).not.toEqual([])
})
