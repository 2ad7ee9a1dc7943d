import { expect, test } from 'vitest'
import type { ObservedState } from '../../src/domain/execution.ts'
import { PLAN_VERSION, type Plan } from '../../src/domain/plan.ts'
import { executeTask } from '../../src/execution/engine.ts'
import type { ExecutionModel, PlanSource } from '../../src/execution/model.ts'
import { SimulatedWorld } from '../../src/execution/simulator.ts'

/** `load N` adds N within N time units. */
const loading: ExecutionModel = {
  goalReads: ['load'],
  predict: (step, state) => {
    const amount = Number(step.args[0])
    const load = (state['load'] as number) + amount
    return { status: 'applies', state: { ...state, load }, cost: 1, duration: amount, reads: ['load'] }
  },
  missing: (state) => ((state['load'] as number) >= 5 ? null : `load is ${state['load']}`),
}
const none: PlanSource = { full: () => ({ status: 'none', reason: 'nothing else is known', proved: false }) }
const state: ObservedState = { load: 0 }

function together(...amounts: readonly number[]): Plan {
  const steps = amounts.map((amount, id) => ({ id, name: 'load', args: [String(amount)], start: 0, end: amount }))
  return { version: PLAN_VERSION, steps, ordering: [], links: [], decomposition: null, cost: 0 }
}

test('steps that change one number at the same time both count, in whatever order they end', async () => {
  for (const amounts of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 2, 2],
  ]) {
    const executor = new SimulatedWorld(loading, state)
    const trace = await executeTask({ model: loading, source: none, executor, state, plan: together(...amounts) })
    expect(trace).toMatchObject({ status: 'success', replans: [], currentState: { load: 6 } })
    expect(executor.state).toEqual({ load: 6 })
  }
})

test('what somebody else adds meanwhile stays there', async () => {
  const faults = [{ kind: 'event' as const, at: 1, set: { load: 1 } }]
  const executor = new SimulatedWorld(loading, state, { faults })
  const trace = await executeTask({ model: loading, source: none, executor, state, plan: together(5) })
  expect(trace).toMatchObject({ status: 'success', reason: null, replans: [], currentState: { load: 6 } })
})

test('faults out of range are all named at once', () => {
  const faults = [
    { kind: 'event' as const, at: Number.NaN, set: {} },
    { kind: 'error' as const, action: 'load', probability: 1.5, fraction: -1 },
    { kind: 'model' as const, action: 'load', durationFactor: -1, times: 0.5 },
    { kind: 'flood' as 'event', at: 1, set: {} },
  ]
  expect(() => new SimulatedWorld(loading, state, { faults, flips: { door: 2 } })).toThrow(
    /at is NaN[\s\S]*probability is 1.5[\s\S]*fraction is -1[\s\S]*times is 0.5[\s\S]*durationFactor is -1[\s\S]*"flood"[\s\S]*door is 2/,
  )
})

test('a plan that still works goes on when there is no other, or none is allowed any more, and that is noted once', async () => {
  const plan = { ...together(2, 2, 1), ordering: [[0, 1] as const, [1, 2] as const] }
  for (const options of [{}, { maxReplans: 0 }]) {
    const executor = new SimulatedWorld(loading, state, { faults: [{ kind: 'event', at: 1, set: { load: 1 } }] })
    const trace = await executeTask({ model: loading, source: none, executor, state, plan }, options)
    expect(trace).toMatchObject({ status: 'success', replans: [], totalTime: 5, currentState: { load: 6 } })
    expect(trace.noted.map(({ evidence, why }) => `${evidence.trigger}: ${why}`)).toEqual([
      `divergence: ${options.maxReplans === 0 ? '0 replannings are allowed' : 'no plan: nothing else is known'}; the plan still works`,
    ])
  }
})
