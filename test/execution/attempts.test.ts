import { describe, expect, test } from 'vitest'
import type { ExecutionClock, Observation, PlanExecutor } from '../../src/domain/execution.ts'
import { PLAN_VERSION, type Plan } from '../../src/domain/plan.ts'
import { VirtualClock } from '../../src/execution/clock.ts'
import { HysteresisThreshold } from '../../src/execution/divergence.ts'
import { executeTask } from '../../src/execution/engine.ts'
import type { ExecutionModel, PlanSource } from '../../src/execution/model.ts'
import { ExecutionMonitor } from '../../src/execution/monitor.ts'

/** Every action notes that it was done; the goal is `home`. */
const model: ExecutionModel = {
  goalReads: ['home'],
  predict: (step, state) => ({
    status: 'applies',
    state: { ...state, [step.name]: true },
    cost: 1,
    duration: 4,
    reads: [],
  }),
  missing: (state) => (state['home'] === true ? null : 'not at home'),
}
const none: PlanSource = { full: () => ({ status: 'none', reason: 'nothing else is known', proved: false }) }
const state = { home: false }

function planOf(...names: readonly string[]): Plan {
  const steps = names.map((name, id) => ({ id, name, args: [] }))
  return { version: PLAN_VERSION, steps, ordering: [], links: [], decomposition: null, cost: names.length }
}

/** A clock that goes on by itself as soon as somebody waits for it. */
function goingClock(): ExecutionClock {
  let time = 0
  return {
    now: () => time,
    until: async (until) => {
      await new Promise(setImmediate)
      time = Math.max(time, until)
    },
  }
}

const never = (): Promise<never> => new Promise(() => undefined)

describe('an abort', () => {
  test('is not held up by an executor that does not listen, in a step or in a look at the world', async () => {
    const deaf: PlanExecutor[] = [{ perform: never }, { perform: () => ({}), observe: never }]
    for (const executor of deaf) {
      const abort = new AbortController()
      setImmediate(() => abort.abort())
      const trace = await executeTask(
        { model, source: none, executor, state, plan: planOf('home') },
        { signal: abort.signal },
      )
      expect(trace).toMatchObject({ status: 'stopped', reason: 'interrupted', results: [] })
    }
  })
})

describe('a real executor', () => {
  test('that takes longer than planned plus the buffer is given up, its signal aborts, and the next attempt follows', async () => {
    const aborted: number[] = []
    const executor: PlanExecutor = {
      perform: (_step, { attempt, signal }) => {
        signal.addEventListener('abort', () => aborted.push(attempt))
        return attempt === 1 ? never() : {}
      },
    }
    const trace = await executeTask(
      { model, source: none, executor, state, plan: planOf('home') },
      { clock: goingClock(), timeoutBuffer: 0.5, retry: { maxAttempts: 2 } },
    )
    expect(trace.status).toBe('success')
    expect(trace.results.map(({ status, attempts }) => [status, attempts])).toEqual([['success', 2]])
    expect(aborted).toEqual([1])
    const once = await executeTask(
      { model, source: none, executor, state, plan: planOf('home') },
      { clock: goingClock(), timeoutBuffer: 0.5 },
    )
    expect(once.results[0]?.message).toBe('not finished after 6, 4 planned')
  })

  test('on a clock that stands still cannot be timed by it, which is said', () => {
    const make = (): unknown =>
      new ExecutionMonitor(planOf('home'), { perform: () => ({}) }, model, state, { timeoutBuffer: 1 })
    expect(make).toThrow('virtual clock stands still')
    expect(new VirtualClock().now()).toBe(0)
  })

  test('whose step is cancelled is told by the signal, not asked again, and its late report is nothing', async () => {
    const calls: string[] = []
    let give: (report: { status: 'failure' }) => void = () => undefined
    let looks = 0
    const executor: PlanExecutor = {
      perform: (step, { signal }) => {
        calls.push(step.name)
        signal.addEventListener('abort', () => calls.push(`${step.name} aborted`))
        if (step.name !== 'wander') {
          give({ status: 'failure' })
          return {}
        }
        return new Promise((resolve) => {
          give = resolve
        })
      },
      observe: (): Observation => (++looks === 2 ? { goals: [{ kind: 'add', goal: 'hurry' }] } : {}),
      nextEvent: (time) => (time < 1 ? 1 : null),
    }
    const source: PlanSource = {
      full: ({ running }) => ({
        status: 'planned',
        plan: { ...planOf(), steps: [{ id: 9, name: 'home', args: [] }] },
        costToGo: 1,
        reason: 'straight',
        cancel: running.map(({ step }) => step.id),
      }),
    }
    const trace = await executeTask(
      { model, source, executor, state, plan: planOf('wander', 'home') },
      { strategy: 'full', clock: goingClock(), retry: { maxAttempts: 3 } },
    )
    await new Promise(setImmediate)
    expect(trace.status).toBe('success')
    expect(calls).toEqual(['wander', 'wander aborted', 'home'])
    expect(trace.results.map(({ step }) => step.name)).toEqual(['home'])
  })
})

describe('options', () => {
  test.each([
    [{ strategy: 'bogus' as 'full' }, 'there is no strategy "bogus"'],
    [{ maxReplans: -1, checkEvery: 1.5 }, /maxReplans is -1[\s\S]*checkEvery is 1.5/],
    [{ tolerances: { x: Number.NaN }, retry: { maxAttempts: 2.5 } }, /maxAttempts is 2.5[\s\S]*tolerances.x is NaN/],
  ])('%j are refused', async (options, message) => {
    const task = { model, source: none, executor: { perform: () => ({}) }, state, plan: planOf('home') }
    await expect(executeTask(task, options)).rejects.toThrow(message)
  })

  test('a threshold below its hysteresis can fire again when everything agreed in between', () => {
    const threshold = new HysteresisThreshold(0.05, 0.1)
    expect([0.2, 0.2, 0, 0.2].map((value) => threshold.fires(value))).toEqual([true, false, false, true])
  })

  test('taking back or re-weighing what is no goal is noted and triggers nothing', () => {
    const monitor = new ExecutionMonitor(planOf('home'), { perform: () => ({}) }, model, state)
    monitor.changeGoal({ kind: 'prioritise', goal: 'ghost', weight: 3 })
    monitor.changeGoal({ kind: 'withdraw', goal: 'ghost' })
    expect(monitor.shouldReplan()).toEqual([])
    expect(monitor.request([]).goals.size).toBe(0)
    expect(monitor.trace.noted.map(({ why }) => why)).toEqual(['there is no such goal', 'there is no such goal'])
  })
})
