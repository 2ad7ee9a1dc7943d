import { describe, expect, it } from 'vitest'
import { candidates, defineDomain, domainSystem, planDomain, planStated } from '../../src/htn/index.ts'
import { readDocument } from '../../src/io/document/index.ts'

const counter = defineDomain({
  state: { n: { kind: 'number' }, left: { kind: 'boolean' } },
  actions: {
    count: { effects: { n: (state) => (state['n'] as number) + 1 } },
    tick: { when: [['left', '=', true]], effects: { left: false } },
    tock: { when: [['left', '=', false]], effects: { left: true } },
  },
  tasks: {
    // Calls itself first: how often is settled before anything changes.
    some: [
      { name: 'none', subtasks: [] },
      { name: 'more', subtasks: [['some'], ['count']] },
    ],
    ticks: [
      { name: 'no tick', subtasks: [] },
      { name: 'a tick', subtasks: [['tick'], ['ticks']] },
    ],
    around: [{ name: 'again', subtasks: [['tick'], ['tock'], ['around']] }],
  },
})

describe('tasks that call themselves', () => {
  it('do so as often as the goal needs, in the same state too', () => {
    const result = planDomain(counter, { state: { n: 0, left: true }, tasks: [['some']], goal: [['n', '=', 3]] })
    expect(result).toMatchObject({ status: 'optimal', cost: 3 })
  })

  it('do so again after an unordered task has moved on, although the state is the same', async () => {
    const tasks = [['ticks'], ['tock'], ['tock']] as const
    const result = planDomain(counter, { state: { n: 0, left: true }, tasks, ordered: false })
    expect(result).toMatchObject({ status: 'optimal', cost: 4 })
    const orders = new Set<string>()
    const system = domainSystem(counter, { state: { n: 0, left: true }, tasks, ordered: false })
    for await (const { plan } of candidates(system))
      orders.add(plan.steps.map((step) => `${step.name} ${tasks.length > step.id ? step.id : ''}`.trim()).join(', '))
    // Either tock first; a third tick may follow.
    expect([...orders].toSorted()).toEqual([
      'tick, tock 1, tick, tock 2',
      'tick, tock 1, tick, tock 2, tick',
      'tick, tock 2, tick, tock 1',
      'tick, tock 2, tick, tock 1, tick',
    ])
  })

  it('have no plan where they only come back to where they were', () => {
    expect(planDomain(counter, { state: { n: 0, left: true }, tasks: [['around']] }).status).toBe('unsolvable')
  })
})

describe('variables of a method that only its conditions name', () => {
  it('may be any of their values, in the check of the plan as in the search', () => {
    const document = {
      version: 1,
      state: [
        { id: 'free(east)', kind: 'boolean', initial: false },
        { id: 'free(west)', kind: 'boolean', initial: true },
      ],
      actions: [{ id: 'enter' }],
      methods: [
        {
          id: 'through a free gate',
          task: 'go in',
          parameters: [{ id: 'gate', values: ['east', 'west'] }],
          when: [['free(?gate)', '=', true]],
          subtasks: [['enter']],
        },
      ],
      do: [['go in']],
    }
    const read = readDocument(JSON.stringify(document))
    if (read.status === 'invalid' || read.problem.kind !== 'plan') throw new Error(JSON.stringify(read))
    const { problem } = read.problem
    const result = planStated(problem)
    expect(result).toMatchObject({ status: 'optimal', cost: 1 })
    if ('plan' in result)
      expect(result.plan.links).toContainEqual(expect.objectContaining({ fact: 'free(west) = true' }))
  })
})
