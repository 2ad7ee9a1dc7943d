import { describe, expect, test } from 'vitest'
import { checkOperationTrace } from '../../src/check/operation-trace.ts'
import type { ExecutionResult, ExecutionTrace } from '../../src/domain/execution.ts'
import type { OperationProblem } from '../../src/domain/operation.ts'
import { reusableResource } from '../../src/domain/resource.ts'
import { able, hidden, order, unit } from '../system/warehouse-day.ts'

/** Ann can pick and scan, Bob can pack; O2 comes after O1, and both need the one trolley to be picked. */
const problem: OperationProblem = {
  title: 'Two orders',
  timeUnit: 'min',
  costUnit: '€',
  agents: [
    { id: 'Ann', capabilities: able('tote', 'camera') },
    { id: 'Bob', capabilities: able('pack') },
  ],
  resources: [
    reusableResource('trolley', 1),
    { id: 'tape', type: 'consumable', capacity: null, initial: 9, costPerUnit: 0, costPerTime: 0 },
  ],
  tasks: [
    order('O1', 'tote', 0, {
      ways: [{ id: 'aisle', units: [unit('pick', 'tote', 6, 6), unit('pack', 'pack', 2, 1, ['pick'])], relies: [] }],
    }),
    order('O2', 'tote', 0, {
      release: 3,
      after: ['O1', 'gone'],
      ways: [
        { id: 'bin', units: [unit('pick', 'tote', 4, 4)], relies: [] },
        { id: 'reserve', units: [unit('pick', 'tote', 9, 9)], relies: [] },
      ],
    }),
    order('O3', 'tote', 2, { required: false, value: 1 }),
  ],
  facts: hidden.facts,
  sensors: hidden.sensors ?? [],
  readings: [],
  budget: 20,
  deadline: null,
  objectives: ['cost'],
}

interface Given {
  readonly agent?: string
  readonly name?: string
  readonly status?: ExecutionResult['status']
  readonly cost?: number
  readonly trolley?: number
}

let ids = 0
const result = (
  args: string,
  start: number,
  end: number,
  { agent, name = 'pick', status = 'success', cost = 1, trolley }: Given = {},
): ExecutionResult => ({
  step: {
    id: ids++,
    name,
    args: args.split('/'),
    ...(agent === undefined ? {} : { agent }),
    ...(trolley === undefined ? {} : { resources: { trolley } }),
  },
  status,
  expectedState: {},
  actualState: {},
  cost,
  duration: end - start,
  start,
  end,
  attempts: 1,
})

const scan = result('scan A', 0, 2, { agent: 'Ann', name: 'sense' })
const pick1 = result('O1/aisle', 2, 8, { agent: 'Ann', cost: 6, trolley: 1 })
const pack1 = result('O1/aisle', 8, 10, { agent: 'Bob', name: 'pack' })
const pick2 = result('O2/bin', 10, 14, { agent: 'Ann', cost: 4, trolley: 1 })
const fine = [scan, pick1, pack1, pick2]

function trace(results: readonly ExecutionResult[], more: Partial<ExecutionTrace> = {}): ExecutionTrace {
  return {
    version: 1,
    status: 'success',
    reason: null,
    plans: [],
    results,
    replans: [],
    noted: [],
    goalChanges: [],
    currentStep: null,
    currentState: {},
    totalCost: results.reduce((sum, one) => sum + one.cost, 0),
    totalTime: 14,
    ...more,
  }
}

function broken(results: readonly ExecutionResult[], more: Partial<ExecutionTrace> = {}): string[] {
  const { violations } = checkOperationTrace(problem, trace(results, more))
  return violations.map(({ rule, description }) => `${rule}: ${description}`)
}

describe('what happened in an operation', () => {
  test('passes when everybody kept to the rules; the trolley is given back at 8 and taken at 8', () => {
    expect(broken(fine)).toEqual([])
    expect(checkOperationTrace(problem, trace(fine)).rules).toBeGreaterThan(15)
    const atOnce = [scan, pick1, { ...pack1, step: { ...pack1.step, resources: { trolley: 1 } } }, pick2]
    expect(broken(atOnce)).toEqual([])
  })

  test('is broken by one agent at two things at once', () => {
    expect(broken([{ ...scan, end: 3 }, pick1, pack1, pick2])).toEqual([
      'one thing at a time: Ann was at two things at 2',
    ])
  })

  test('is broken by a unit, or a scan, that was done twice', () => {
    const again = result('O1/aisle', 14, 15, { agent: 'Bob', name: 'pack' })
    expect(broken([...fine, again])).toContain('once: O1/aisle/pack was done twice')
    const seen = result('scan A', 14, 16, { agent: 'Ann', name: 'sense' })
    expect(broken([...fine, seen])).toContain('once: sense/scan A was done twice')
  })

  test('may hold a failed attempt before the one that worked', () => {
    const failed = result('O1/aisle', 0, 1, { agent: 'Bob', name: 'pack', status: 'failure' })
    expect(broken([failed, ...fine])).toEqual([])
  })

  test('is broken by a cost that is not the sum, and by more than the budget', () => {
    expect(broken(fine, { totalCost: 11 })).toEqual(['cost: the cost is said to be 11, it is 12'])
    const dear = { ...pick2, cost: 14 }
    expect(broken([scan, pick1, pack1, dear])).toEqual(['budget: 22 of 20 € was spent'])
    expect(checkOperationTrace({ ...problem, budget: null }, trace([scan, pick1, pack1, dear])).violations).toEqual([])
  })

  test('is broken by a required task that was neither done nor given up, where success is claimed', () => {
    expect(broken([scan, pick1, pack1])).toEqual(['required: O2 was neither done nor given up'])
    expect(broken([scan, pick1, pack1], { status: 'failure' })).toEqual([])
    const leave = result('O2/too late', 10, 10, { name: 'leave', cost: 0 })
    expect(broken([scan, pick1, pack1, leave])).toEqual([])
    expect(broken([scan, pick1, pick2])).toContain('required: O1 was neither done nor given up')
  })

  test('is broken by work of somebody who cannot do it, or whom nobody knows', () => {
    const lacked = 'capability: Bob lacked what pick of O2 needs'
    expect(broken([scan, pick1, pack1, { ...pick2, step: { ...pick2.step, agent: 'Bob' } }])).toEqual([lacked])
    const stranger = { ...scan, step: { ...scan.step, agent: 'Eve' } }
    expect(broken([stranger, pick1, pack1, pick2])).toEqual(['capability: Eve lacked what scan A needs'])
    const blind = { ...scan, step: { ...scan.step, agent: 'Bob' } }
    expect(broken([blind, pick1, pack1, pick2])).toEqual(['capability: Bob lacked what scan A needs'])
  })

  test('is broken by a start before the release, and by one before what must end first', () => {
    const early = { ...pick2, start: 2, end: 6 }
    const idle = { ...pick1, step: { ...pick1.step, agent: 'Ann' }, start: 6, end: 8 }
    expect(broken([scan, early, idle, pack1])).toEqual(
      expect.arrayContaining(['release: pick of O2 began before 3', 'order: O2 began before O1 ended']),
    )
    expect(broken([scan, pick1, { ...pack1, start: 7, end: 10 }, pick2])).toEqual([
      'order: pack of O1 began before pick ended',
    ])
    expect(broken([scan, pack1, pick2])).toContain('order: pack of O1 began before pick ended')
  })

  test('is broken by more of a resource than there is, told with the level and the time', () => {
    const both = { ...pack1, step: { ...pack1.step, resources: { trolley: 1 } }, end: 12 }
    expect(broken([scan, pick1, both, { ...pick2, start: 12, end: 16 }])).toEqual([])
    const { violations } = checkOperationTrace({ ...problem, tasks: [] }, trace([pick1, { ...both, start: 7 }]))
    expect(violations).toEqual([{ rule: 'capacity trolley', description: 'trolley was at 2 of 1 at 7', amount: 1 }])
  })
})
