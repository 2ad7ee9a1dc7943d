import { describe, expect, test } from 'vitest'
import type { ActionReport, PlanExecutor } from '../../src/domain/execution.ts'
import { PLAN_VERSION, type Plan, type PlanStep } from '../../src/domain/plan.ts'
import { VirtualClock } from '../../src/execution/clock.ts'
import { divergenceOf, HysteresisThreshold } from '../../src/execution/divergence.ts'
import { executeTask, ReplanningEngine } from '../../src/execution/engine.ts'
import type { ExecutionModel, PlanSource } from '../../src/execution/model.ts'
import { ExecutionMonitor } from '../../src/execution/monitor.ts'
import type { MonitorOptions } from '../../src/execution/options.ts'

/** Steps that count up a number each; the goal is the sum. */
function counting(total: number, needs: readonly string[] = []): ExecutionModel {
  return {
    goalReads: ['done'],
    predict: (_step, state) => {
      const missing = needs.find((name) => state[name] === false)
      if (missing !== undefined) return { status: 'refused', reason: `${missing} is false`, reads: [...needs, 'done'] }
      const done = ((state['done'] as number | undefined) ?? 0) + 1
      return { status: 'applies', state: { ...state, done }, cost: 1, duration: 2, reads: [...needs, 'done'] }
    },
    missing: (state) => ((state['done'] as number) >= total ? null : `${state['done']} of ${total} done`),
  }
}

function steps(count: number, length = 2): PlanStep[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: 'work',
    args: [String(id)],
    start: id * length,
    end: (id + 1) * length,
    cost: 1,
  }))
}

function planOf(list: readonly PlanStep[]): Plan {
  const ordering = list.slice(1).map((step, index) => [(list[index] as PlanStep).id, step.id] as const)
  return { version: PLAN_VERSION, steps: list, ordering, links: [], decomposition: null, cost: list.length }
}

/** Reports in order, `{}` after the last. */
function scripted(reports: readonly ActionReport[]): PlanExecutor {
  let next = 0
  return { timing: 'simulated', perform: () => reports[next++] ?? {} }
}

const none: PlanSource = { full: () => ({ status: 'none', reason: 'nothing else is known', proved: false }) }

function monitorOf(count: number, executor: PlanExecutor, options: MonitorOptions = {}, state = { done: 0 }) {
  return new ExecutionMonitor(planOf(steps(count)), executor, counting(count), state, options)
}

describe('expected and observed', () => {
  test('numbers within the tolerance agree, beyond it they do not', () => {
    const tolerances = { level: 0.5 }
    expect(divergenceOf({ level: 10.4 }, { level: 10 }, { tolerances }).value).toBe(0)
    expect(divergenceOf({ level: 10.6 }, { level: 10 }, { tolerances }).value).toBe(1)
  })

  test('one of four equally weighted variables wrong is 0.25, and weights shift that', () => {
    const expected = { a: 1, b: true, c: 'x', d: 4 }
    expect(divergenceOf({ ...expected, d: 5 }, expected).value).toBe(0.25)
    expect(divergenceOf({ ...expected, d: 5 }, expected, { weights: { d: 3 } }).value).toBe(0.5)
  })

  test('what is unknown on either side counts on neither', () => {
    expect(divergenceOf({ a: 1 }, { a: 1, b: 2 }).value).toBe(0)
    expect(divergenceOf({ a: 1, new: 7 }, { a: 1 }).value).toBe(0)
    expect(divergenceOf({}, { a: 1 }).value).toBe(0)
  })

  test('a threshold fires once, and again after the value was well below', () => {
    const threshold = new HysteresisThreshold(0.3, 0.1)
    expect([0.31, 0.32, 0.29, 0.31, 0.2, 0.31, 0.31].map((value) => threshold.fires(value))).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
      false,
    ])
    threshold.reset()
    expect(threshold.fires(0.31)).toBe(true)
  })
})

describe('carrying out steps', () => {
  test('after 3 of 6 equal steps half of the work is done and the finish is right', async () => {
    const monitor = monitorOf(6, scripted([]))
    for (let i = 0; i < 3; i++) await monitor.executeStep()
    const progress = monitor.progress()
    expect(progress).toMatchObject({ stepsDone: 3, stepsTotal: 6, work: 0.5, criticalPath: 0.5, remaining: 6 })
    expect(progress).toMatchObject({ projectedFinish: 12, costToDate: 3, projectedCost: 6, pace: 1 })
  })

  test('an executor that throws is a failure with its message, and the attempt counts', async () => {
    const throwing: PlanExecutor = {
      timing: 'simulated',
      perform: () => {
        throw new Error('the gripper is jammed')
      },
    }
    const monitor = monitorOf(1, throwing)
    const result = await monitor.executeStep()
    expect(result).toMatchObject({ status: 'failure', message: 'the gripper is jammed', attempts: 1 })
    expect(monitor.shouldReplan()[0]).toMatchObject({ trigger: 'failure' })
  })

  test('a hanging executor is timed out and its signal aborts', async () => {
    let aborted = false
    const hanging: PlanExecutor = {
      perform: (_step, { signal }) =>
        new Promise<ActionReport>(() => {
          signal.addEventListener('abort', () => {
            aborted = true
          })
        }),
    }
    const result = await monitorOf(1, hanging, { stepTimeoutMs: 10 }).executeStep()
    expect(result).toMatchObject({ status: 'failure', message: 'timed out after 10 ms' })
    expect(aborted).toBe(true)
  })

  test('retries with back-off: the waits grow, failed attempts cost', async () => {
    const failing = { status: 'failure', cost: 1, duration: 2 } as const
    const monitor = monitorOf(1, scripted([failing, failing, { cost: 1, duration: 2 }]), {
      retry: { maxAttempts: 3, backoff: 5 },
    })
    const result = await monitor.executeStep()
    expect(result).toMatchObject({ status: 'success', attempts: 3, cost: 3, start: 0, end: 2 + 5 + 2 + 10 + 2 })
  })

  test('a step that takes longer than its time plus the buffer has failed', async () => {
    const result = await monitorOf(1, scripted([{ duration: 4 }]), { timeoutBuffer: 0.5 }).executeStep()
    expect(result).toMatchObject({ status: 'failure', duration: 3 })
  })

  test('a step whose precondition does not hold is blocked and does not reach the executor', async () => {
    let performed = 0
    const executor: PlanExecutor = { timing: 'simulated', perform: () => ({ cost: performed++ }) }
    const monitor = new ExecutionMonitor(planOf(steps(1)), executor, counting(1, ['power']), { done: 0, power: false })
    expect(await monitor.executeStep()).toMatchObject({ status: 'blocked', message: 'power is false', cost: 0 })
    expect(performed).toBe(0)
  })

  test('costs add up over successes and failures', async () => {
    const monitor = monitorOf(3, scripted([{ cost: 2 }, { status: 'failure', cost: 5 }, { cost: 7 }]))
    for (const step of steps(3)) await monitor.executeStep(step)
    expect(monitor.totalCost).toBe(14)
    expect(monitor.trace.totalCost).toBe(14)
    expect(monitor.successRate).toBeCloseTo(2 / 3)
    expect(monitor.statistics).toMatchObject({ counts: { success: 2, failure: 1 }, attempts: 3, replans: {} })
    // The failed step left the only variable where it was, not where it was expected.
    expect(monitor.statistics.cumulativeDivergence).toBe(1)
  })
})

describe('what endangers the plan', () => {
  test('a failure does; a partial result only when something later breaks', async () => {
    const partly = scripted([{ status: 'partial', fraction: 0.5, state: { done: 1 } }])
    const fine = monitorOf(1, partly, {}, { done: 1 })
    const kept = await fine.executeStep()
    expect(kept?.status).toBe('partial')
    expect(fine.detectFailure(kept!)).toBe(false)
    const short = monitorOf(2, scripted([{ status: 'partial', fraction: 0.5, state: { done: 0.5 } }]))
    const result = await short.executeStep()
    expect(short.detectFailure(result!)).toBe(true)
    expect(short.shouldReplan().map((entry) => entry.trigger)).toContain('failure')
  })

  test.each([
    [4, 0],
    [2, 1],
  ])('a delay of 3 with a slack of %d: %d replannings are asked for', async (slack, asked) => {
    const monitor = monitorOf(2, scripted([{ status: 'delayed', duration: 5, estimate: 5 }]), { deadline: 4 + slack })
    await monitor.start(monitor.ready()[0] as PlanStep)
    expect(monitor.shouldReplan().filter((entry) => entry.trigger === 'timeout')).toHaveLength(asked)
    expect(monitor.trace.noted).toHaveLength(asked === 0 ? 1 : 0)
    if (asked === 0) expect(monitor.progress().projectedFinish).toBe(7)
  })

  test('a projected finish after the deadline triggers before the deadline has passed', async () => {
    const monitor = monitorOf(6, scripted([{ duration: 3 }]), { deadline: 12.5 })
    await monitor.executeStep()
    expect(monitor.options.clock.now()).toBe(3)
    expect(monitor.shouldReplan()[0]).toMatchObject({ trigger: 'timeout', value: 13, threshold: 12.5 })
    expect(monitor.shouldReplan().filter((entry) => entry.trigger === 'timeout')).toEqual([])
  })

  test('stocks that do not last and budgets that do not suffice are shortages', async () => {
    const fuel = { id: 'fuel', type: 'consumable', initial: 5, capacity: null, costPerUnit: 0, costPerTime: 0 } as const
    const plan = planOf(steps(3).map((step) => ({ ...step, resources: { fuel: 2 } })))
    const short = new ExecutionMonitor(plan, scripted([]), counting(3), { done: 0 }, { resources: [fuel] })
    expect(short.shouldReplan()[0]).toMatchObject({ trigger: 'resource_shortage', value: 6, threshold: 5 })
    const poor = monitorOf(3, scripted([]), { budget: 2 })
    expect(poor.shouldReplan()[0]).toMatchObject({ trigger: 'resource_shortage', value: 3, threshold: 2 })
  })

  test('several triggers at once: the priority orders them, all are there', async () => {
    const monitor = monitorOf(2, scripted([{ status: 'failure', message: 'broken' }]))
    await monitor.executeStep()
    monitor.changeGoal({ kind: 'add', goal: 'more' })
    monitor.take({ messages: ['the manager called'] })
    expect(monitor.shouldReplan().map((entry) => entry.trigger)).toEqual(['failure', 'new_goal', 'message'])
  })

  test('goals are added, changed, re-weighed and withdrawn', () => {
    const monitor = monitorOf(1, scripted([]), { goals: { a: { weight: 1 } } })
    monitor.changeGoal({ kind: 'add', goal: 'b', value: { weight: 2 } })
    monitor.changeGoal({ kind: 'prioritise', goal: 'b', weight: 5 })
    monitor.changeGoal({ kind: 'withdraw', goal: 'a' })
    expect([...monitor.request([]).goals]).toEqual([['b', { weight: 5 }]])
    expect(monitor.trace.goalChanges).toHaveLength(3)
  })
})

describe('the loop', () => {
  test('a failure and a new goal at once lead to one replanning with both recorded', async () => {
    let looks = 0
    const executor: PlanExecutor = {
      ...scripted([{ status: 'failure', message: 'broken', duration: 2 }]),
      observe: () => (++looks === 2 ? { goals: [{ kind: 'add', goal: 'more' }] } : {}),
    }
    const again: PlanSource = {
      full: ({ remaining }) => ({
        status: 'planned',
        plan: planOf(remaining.map((step) => ({ ...step, id: step.id + 10 }))),
        costToGo: remaining.length,
        reason: 'once more',
      }),
    }
    const monitor = monitorOf(2, executor)
    const trace = await new ReplanningEngine(monitor, again, { strategy: 'full' }).executeWithMonitoring()
    expect(trace.status).toBe('success')
    expect(trace.replans).toHaveLength(1)
    expect(trace.replans[0]?.triggers.map((entry) => entry.trigger)).toEqual(['failure', 'new_goal'])
  })

  test('without progress the strategies escalate, then the run ends with the reason, long before the limit', async () => {
    const stubborn: PlanExecutor = { timing: 'simulated', perform: () => ({ status: 'failure', duration: 0, cost: 0 }) }
    const asked: string[] = []
    const same = (name: string): PlanSource['full'] => {
      return ({ remaining, plan }) => {
        asked.push(name)
        return { status: 'planned', plan: { ...plan, steps: remaining }, costToGo: 1, reason: name }
      }
    }
    const source: PlanSource = { repair: same('repair'), full: same('full') }
    const monitor = monitorOf(2, stubborn)
    const trace = await new ReplanningEngine(monitor, source, { maxReplans: 50 }).executeWithMonitoring()
    expect(trace.status).toBe('failure')
    expect(trace.reason).toContain('no progress')
    expect(asked).toEqual(['repair', 'full'])
  })

  test('a plan that overshot is continued where it joins: steps already done are skipped', async () => {
    const leaping: PlanExecutor = { timing: 'simulated', perform: () => ({ state: { done: 3 } }) }
    const model: ExecutionModel = {
      ...counting(4),
      predict: (step, state) => {
        const place = Number(step.args[0])
        if (state['done'] !== place) return { status: 'refused', reason: `${state['done']} are done`, reads: ['done'] }
        return { status: 'applies', state: { done: place + 1 }, cost: 1, duration: 1, reads: ['done'] }
      },
    }
    const task = { model, source: none, executor: leaping, state: { done: 0 }, plan: planOf(steps(4)) }
    const executor: PlanExecutor = {
      timing: 'simulated',
      perform: (step, context) => (step.id === 0 ? leaping.perform(step, context) : {}),
    }
    const trace = await executeTask({ ...task, executor }, { strategy: 'continuation', divergenceThreshold: 1 })
    expect(trace.status).toBe('success')
    expect(trace.results.map((result) => result.step.id)).toEqual([0, 3])
    expect(trace.replans[0]).toMatchObject({ strategy: 'continuation', newActions: 0, distance: 2 })
  })

  test('looking for something better every 2 of 6 steps: 2 looks, none after the last step', async () => {
    const looked: number[] = []
    const source: PlanSource = {
      ...none,
      opportunity: ({ time }) => {
        looked.push(time)
        return null
      },
    }
    const monitor = monitorOf(6, scripted([]))
    const trace = await new ReplanningEngine(monitor, source, { checkEvery: 2 }).executeWithMonitoring()
    expect(trace.status).toBe('success')
    expect(looked).toEqual([4, 8])
  })

  test('steps without an order between them run side by side', async () => {
    const plan: Plan = {
      ...planOf([]),
      steps: steps(3).map((step) => ({ ...step, start: 0, end: 2 + step.id, agent: `agent ${step.id}` })),
    }
    const executor: PlanExecutor = { timing: 'simulated', perform: (step) => ({ duration: 2 + step.id }) }
    const trace = await executeTask({ model: counting(3), source: none, executor, state: { done: 0 }, plan })
    expect(trace).toMatchObject({ status: 'success', totalTime: 4 })
    expect(trace.results.map((result) => result.start)).toEqual([0, 0, 0])
  })

  test('real executors run side by side too, and a clock of one’s own decides what time is', async () => {
    const order: string[] = []
    const plan: Plan = {
      ...planOf([]),
      steps: steps(2).map((step) => ({ ...step, start: 0, end: 2, agent: `${step.id}` })),
    }
    const gates: (() => void)[] = []
    const executor: PlanExecutor = {
      perform: async (step) => {
        order.push(`begin ${step.id}`)
        await new Promise<void>((resolve) => {
          gates.push(resolve)
          if (gates.length === 2) for (const open of gates.toReversed()) open()
        })
        order.push(`end ${step.id}`)
        return {}
      },
    }
    const clock = new VirtualClock(100)
    const trace = await executeTask({ model: counting(2), source: none, executor, state: { done: 0 }, plan }, { clock })
    expect(trace.status).toBe('success')
    expect(order.slice(0, 2)).toEqual(['begin 0', 'begin 1'])
    expect(order.slice(2).sort()).toEqual(['end 0', 'end 1'])
    expect(trace.results[0]?.start).toBe(100)
  })

  test('a real executor that is not back in time is noticed before it ends', async () => {
    let finish: () => void = () => undefined
    const executor: PlanExecutor = {
      perform: (step) =>
        step.id === 0
          ? new Promise((resolve) => {
              finish = () => resolve({})
            })
          : {},
    }
    const noticed: string[] = []
    const source: PlanSource = {
      full: ({ triggers, remaining, plan }) => {
        noticed.push(triggers[0]?.trigger ?? '')
        finish()
        return { status: 'planned', plan: { ...plan, steps: remaining }, costToGo: 1, reason: 'the same' }
      },
    }
    const slow = { now: 0 }
    const clock = {
      now: () => slow.now,
      until: async (time: number) => {
        slow.now = Math.max(slow.now, time) + 1
      },
    }
    const monitor = monitorOf(2, executor, { clock, deadline: 4 })
    const trace = await new ReplanningEngine(monitor, source, { strategy: 'full' }).executeWithMonitoring()
    expect(trace.status).toBe('success')
    expect(noticed[0]).toBe('timeout')
  })

  test('an abort stops the run with the trace so far', async () => {
    const abort = new AbortController()
    const executor: PlanExecutor = {
      timing: 'simulated',
      perform: (step) => {
        if (step.id === 1) abort.abort()
        return {}
      },
    }
    const task = { model: counting(5), source: none, executor, state: { done: 0 }, plan: planOf(steps(5)) }
    const trace = await executeTask(task, { signal: abort.signal })
    expect(trace).toMatchObject({ status: 'stopped', reason: 'interrupted' })
    expect(trace.results).toHaveLength(1)
  })

  test('options out of range are all named at once', () => {
    expect(() => monitorOf(1, scripted([]), { deadline: -1, retry: { maxAttempts: 0 } })).toThrow(
      /retry.maxAttempts is 0[\s\S]*deadline is -1/,
    )
  })
})
