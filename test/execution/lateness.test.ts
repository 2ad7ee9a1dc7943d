import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../solvers/numeric/index.ts'
import type { ExecutionTrace } from '../../src/domain/execution.ts'
import { PLAN_VERSION, type Plan, type PlanStep } from '../../src/domain/plan.ts'
import { type ExecutionTask, executeTask } from '../../src/execution/engine.ts'
import {
  type ChanceOptions,
  chancesOfLateness,
  type OpenActivity,
  surelyOnTime,
  wilson,
} from '../../src/execution/lateness/chance.ts'
import {
  type DurationDistribution,
  drawDuration,
  takeIn,
  upperDuration,
} from '../../src/execution/lateness/durations.ts'
import { LatenessWatch } from '../../src/execution/lateness/watch.ts'
import { ExperienceModel } from '../../src/execution/learning/index.ts'
import type { ExecutionModel, PlanAnswer } from '../../src/execution/model.ts'
import type { MonitorOptions, ReplanningOptions } from '../../src/execution/options.ts'
import { SimulatedWorld } from '../../src/execution/simulator.ts'
import { nameAmong } from '../../src/execution/step-names.ts'

type Discrete = Extract<DurationDistribution, { kind: 'discrete' }>

const NEVER = Number.POSITIVE_INFINITY
const discrete = (...outcomes: (readonly [number, number])[]): Discrete => ({ kind: 'discrete', outcomes })
const activity = (id: number, takes: OpenActivity['takes'], after: number[] = []): OpenActivity => ({
  id,
  key: `step ${id}`,
  after,
  release: 0,
  begun: null,
  takes,
  until: NEVER,
})
const within = (deadline: number, more: Partial<ChanceOptions> = {}): ChanceOptions => ({
  now: 0,
  deadline,
  projected: 0,
  alpha: 0.1,
  samples: 20_000,
  seed: 7,
  ...more,
})

/** Exact chance by going through every combination of outcomes. */
function enumerated(activities: readonly OpenActivity[], deadline: number): number {
  const visit = (place: number, ends: readonly number[], weight: number): number => {
    const next = activities[place]
    if (next === undefined) return Math.max(...ends) > deadline ? weight : 0
    const start = Math.max(0, ...next.after.map((before) => ends[before] as number))
    return (next.takes as Discrete).outcomes.reduce(
      (sum, [duration, chance]) => sum + visit(place + 1, [...ends, start + duration], weight * chance),
      0,
    )
  }
  return visit(0, [], 1)
}

describe('the chance of being late', () => {
  test('two steps in a row, each 2 or 5 with equal chance: later than 8 with chance 1/4', () => {
    const coin = discrete([2, 0.5], [5, 0.5])
    const [found] = chancesOfLateness([activity(0, coin), activity(1, coin, [0])], within(8))
    expect(found).toMatchObject({ step: null, deadline: 8 })
    expect(Math.abs((found?.chance as number) - 0.25)).toBeLessThan(0.012)
    expect(found?.low).toBeLessThan(0.25)
    expect(found?.high).toBeGreaterThan(0.25)
  })

  test('branches side by side and a join agree with enumeration, for random networks', () => {
    const outcome = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 5 }))
    const network = fc.array(
      fc.record({
        outcomes: fc.array(outcome, { minLength: 1, maxLength: 3 }),
        after: fc.array(fc.nat(4), { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 5 },
    )
    const check = fc.property(network, fc.integer({ min: 0, max: 30 }), fc.nat(1000), (steps, deadline, seed) => {
      const activities = steps.map(({ outcomes, after }, place) => {
        const total = outcomes.reduce((sum, [, weight]) => sum + weight, 0)
        const takes = discrete(...outcomes.map(([duration, weight]) => [duration, weight / total] as const))
        return activity(
          place,
          takes,
          after.filter((before) => before < place),
        )
      })
      const exact = enumerated(activities, deadline)
      const [found] = chancesOfLateness(activities, within(deadline, { seed, samples: 4000 }))
      // Five standard deviations.
      expect(Math.abs((found?.chance as number) - exact)).toBeLessThanOrEqual(
        5 * Math.sqrt((exact * (1 - exact)) / 4000) + 1e-9,
      )
      for (const level of [0.05, 0.3])
        if (surelyOnTime(activities, within(deadline), level)) expect(exact).toBeLessThanOrEqual(level + 1e-9)
    })
    fc.assert(check, { numRuns: 40, seed: 3 })
  })

  test('a running step that has lasted longer than its short outcome can only be the long one', () => {
    const takes = discrete([2, 0.9], [6, 0.1])
    const running = { ...activity(0, takes), begun: 0 }
    expect(chancesOfLateness([running], within(5, { now: 1 }))[0]?.chance).toBeCloseTo(0.1, 2)
    expect(chancesOfLateness([running], within(5, { now: 3 }))[0]?.chance).toBe(1)
    // Nothing known lasts so long: it is taken to end now.
    expect(chancesOfLateness([running], within(9, { now: 8 }))[0]?.chance).toBe(0)
  })

  test('the same seed gives the same numbers, and another step in the plan changes none of the others', () => {
    const takes: DurationDistribution = { kind: 'triangular', low: 1, mode: 2, high: 6 }
    const steps = [activity(0, takes), activity(1, takes, [0])]
    const once = chancesOfLateness(steps, within(7))
    expect(chancesOfLateness(steps, within(7))).toEqual(once)
    const beside = activity(2, discrete([0, 1]))
    expect(chancesOfLateness([beside, activity(0, takes), activity(1, takes, [1])], within(7))).toEqual(once)
    expect(chancesOfLateness(steps, within(7, { seed: 8 }))).not.toEqual(once)
  })

  test('a finish at the target leaves a chance of alpha', () => {
    const steps = [activity(0, { kind: 'triangular', low: 0, mode: 0, high: 10 })]
    // Triangular from 0 falling to 10: P(D > x) = (1 - x / 10)^2, 0.1 at 6.838; planned 4, so 2.838 are kept free.
    const [found] = chancesOfLateness(steps, within(5, { projected: 4 }))
    expect(found?.chance).toBeCloseTo(0.25, 1)
    expect(found?.target).toBeCloseTo(5 - 2.838, 1)
  })

  test('the Wilson interval of 10 in 100 (Newcombe 1998)', () => {
    const { low, high } = wilson(10, 100)
    expect([low, high].map((x) => Math.round(x * 1e4) / 1e4)).toEqual([0.0552, 0.1744])
    expect(wilson(0, 100).low).toBe(0)
    expect(wilson(100, 100).high).toBeCloseTo(1, 12)
  })
})

describe('learned durations', () => {
  const learnedOf = (durations: readonly number[], retention = 1): ExperienceModel => {
    const experience = new ExperienceModel({ retention })
    for (const duration of durations) experience.observe({ subject: 'dig', context: 'rain', success: true, duration })
    return experience
  }

  test('the next duration is a log-t: its median is the geometric mean, its quantiles those of the t distribution', () => {
    const logs = [1, 2, 3]
    const learned = learnedOf(logs.map(Math.exp)).nextDuration('dig', 'rain')
    expect(learned).toMatchObject({ count: 3 })
    expect(learned?.mean).toBeCloseTo(2, 12)
    expect(learned?.squares).toBeCloseTo(2, 12)
    const random = new RandomStream(5)
    const draws = Float64Array.from({ length: 40_000 }, () =>
      drawDuration(learned as DurationDistribution, 0, random, null),
    ).sort()
    // Two degrees of freedom: the 0.9 quantile of t is 1.8856; the scale is sqrt(2 / 2 (1 + 1 / 3)).
    expect(Math.log(draws[20_000] as number)).toBeCloseTo(2, 1)
    expect(Math.log(draws[36_000] as number)).toBeCloseTo(2 + 1.8856 * Math.sqrt(4 / 3), 1)
    expect(upperDuration(learned as DurationDistribution, 0, 0.1)).toBeGreaterThan(draws[36_000] as number)
  })

  test('two steps learned together vary together: their sum spreads more than that of independent ones', () => {
    const learned = learnedOf([4, 6]).nextDuration('dig') as DurationDistribution
    const variance = (joint: boolean): number => {
      const random = new RandomStream(2)
      let late = 0
      for (let k = 0; k < 20_000; k++) {
        const known = learned.kind === 'learned' && joint ? { ...learned } : null
        const total = [0, 1, 2, 3, 4].reduce((sum) => sum + drawDuration(learned, 0, random, known), 0)
        if (total < 15) late++
      }
      return late / 20_000
    }
    expect(variance(true)).toBeGreaterThan(2 * variance(false))
  })

  test('hardly any freedom gives wild durations, never none at all; no spread gives certainty', () => {
    const random = new RandomStream(4)
    for (const squares of [0, 1]) {
      const wild: DurationDistribution = { kind: 'learned', subject: 'x', count: 1.01, mean: 1, squares }
      const known = { count: 1.01, mean: 1, squares }
      const draws = Array.from({ length: 500 }, () => drawDuration(wild, 0, random, known))
      expect(draws.every((duration) => duration >= 0 && duration <= Number.MAX_VALUE)).toBe(true)
      if (squares === 0) for (const duration of draws) expect(duration).toBeCloseTo(Math.E, 9)
      const [found] = chancesOfLateness([activity(0, wild), activity(1, wild, [0])], within(5, { samples: 500 }))
      expect(found?.target).toBeGreaterThanOrEqual(0)
    }
  })

  test('one observation says nothing about the spread, an unknown context falls back on all, failures do not count', () => {
    expect(learnedOf([5]).nextDuration('dig', 'rain')).toBeNull()
    const experience = learnedOf([5, 7])
    experience.observe({ subject: 'dig', context: 'rain', success: false, duration: 90 })
    expect(experience.nextDuration('dig', 'snow')).toMatchObject({ count: 2 })
    expect(experience.nextDuration('fly')).toBeNull()
    const copy = ExperienceModel.fromJSON(JSON.parse(JSON.stringify(experience)))
    expect(copy.nextDuration('dig', 'rain')).toEqual(experience.nextDuration('dig', 'rain'))
  })

  test('taking in one by one gives count, mean and sum of squares', () => {
    const spread = { count: 0, mean: 0, squares: 0 }
    for (const value of [2, 4, 9]) takeIn(spread, value)
    expect(spread.count).toBe(3)
    expect(spread.mean).toBeCloseTo(5, 12)
    expect(spread.squares).toBeCloseTo(26, 12)
  })
})

/** Two steps in a row that are planned to take 3 each and may take 3 or 6; `fast` ones take 2 for sure and cost more. */
class Errands implements ExecutionModel {
  readonly goalReads = ['a', 'b']
  readonly chance: number
  readonly until: number
  constructor(chance: number, until = NEVER) {
    this.chance = chance
    this.until = until
  }
  predict(step: PlanStep, state: Record<string, unknown>) {
    const fast = step.args[1] === 'fast'
    const next = { ...state, [step.args[0] as string]: true } as Record<string, boolean>
    return { status: 'applies' as const, state: next, cost: fast ? 5 : 1, duration: fast ? 2 : 3, reads: [] }
  }
  missing(state: Record<string, unknown>): string | null {
    return state['a'] === true && state['b'] === true ? null : 'not both'
  }
  durations(step: PlanStep): DurationDistribution | null {
    return step.args[1] === 'fast' || this.chance === 0 ? null : discrete([3, 1 - this.chance], [6, this.chance])
  }
  window(step: PlanStep) {
    return { from: 0, until: step.args[0] === 'b' ? this.until : NEVER }
  }
}

function planOf(names: readonly string[], way: string, from = 0): Plan {
  const steps = names.map((name, place): PlanStep => ({ id: from + place, name: 'go', args: [name, way] }))
  const ordering = steps.slice(1).map((step, place) => [(steps[place] as PlanStep).id, step.id] as const)
  return { version: PLAN_VERSION, steps, ordering, links: [], decomposition: null, cost: 0 }
}

function errands(chance: number, more: { way?: string; until?: number; longer?: boolean } = {}): ExecutionTask {
  const model = new Errands(chance, more.until)
  const state = { a: false, b: false }
  const anew = ({ settled }: { settled: Readonly<Record<string, unknown>> }): PlanAnswer => {
    const open = ['a', 'b'].filter((name) => settled[name] !== true)
    return { status: 'planned', plan: planOf(open, more.way ?? 'fast', 10), costToGo: 5 * open.length, reason: 'anew' }
  }
  const faults = more.longer
    ? [{ kind: 'error', action: 'go', status: 'delayed', by: 3, message: 'longer', times: 1 } as const]
    : []
  return {
    model,
    source: { full: anew },
    executor: new SimulatedWorld(model, state, { faults }),
    state,
    plan: planOf(['a', 'b'], 'slow'),
  }
}

const timeouts = (trace: ExecutionTrace) =>
  [
    ...trace.replans.flatMap(({ triggers, time }) => triggers.map((one) => ({ ...one, time }))),
    ...trace.noted.map(({ evidence, time }) => ({ ...evidence, time })),
  ].filter(({ lateness }) => lateness !== undefined)
const run = (task: ExecutionTask, lateness: MonitorOptions['lateness'], more: ReplanningOptions = {}) =>
  executeTask(task, { strategy: 'full', deadline: 8, ...(lateness === undefined ? {} : { lateness }), ...more })

test('steps are called by what they do, by their id only where two are called the same', () => {
  const steps = [0, 1, 2].map((id): PlanStep => ({ id, name: 'go', args: [id === 2 ? 'b' : 'a'] }))
  expect([0, 1, 2, 9].map((id) => nameAmong(id, steps))).toEqual(['go a (step 0)', 'go a (step 1)', 'go b', 'step 9'])
})

describe('a chance of being late as a trigger', () => {
  test('it triggers at the start, long before the deadline, although the projected finish keeps it', async () => {
    const trace = await run(errands(0.5), { alpha: 0.3 })
    const [first, ...others] = timeouts(trace)
    expect(others).toEqual([])
    expect(trace.status).toBe('success')
    expect(trace.replans).toHaveLength(1)
    expect(first).toMatchObject({ trigger: 'timeout', time: 0, threshold: 0.3, lateness: { deadline: 8, step: null } })
    // Late unless both take 3: 3 chances in 4.
    expect(Math.abs((first?.value as number) - 0.75)).toBeLessThan(0.05)
    expect(first?.evidence).toMatch(
      /^the plan ends after the deadline 8 with a chance of 7\d(\.\d)? % \(between .* %\); 30 % is allowed$/,
    )
    expect(trace.results.map(({ step }) => step.args[1])).toEqual(['fast', 'fast'])
  })

  test('it is off unless asked for, and silent while the chance is below alpha', async () => {
    for (const lateness of [undefined, { alpha: 0.8 }]) {
      const trace = await run(errands(0.5), lateness)
      expect(trace).toMatchObject({ status: 'success', replans: [], noted: [] })
    }
  })

  test('certain durations add nothing: the projected finish decides', async () => {
    expect(await run(errands(0), { alpha: 0 })).toMatchObject({ replans: [], noted: [] })
    const late = await run(errands(0), { alpha: 0 }, { deadline: 5 })
    expect(late.replans).toHaveLength(1)
    expect(late.replans[0]?.triggers).toMatchObject([{ trigger: 'timeout', value: 6, threshold: 5 }])
  })

  test('a plan that is no safer is not taken, the old one goes on, and it is said once', async () => {
    const trace = await run(errands(0.5, { way: 'slow' }), { alpha: 0.3 }, { maxReplans: 50 })
    expect(trace).toMatchObject({ status: 'success', replans: [] })
    expect(timeouts(trace)).toHaveLength(1)
    expect(trace.noted[0]?.why).toMatch(/^no plan: it would be late with a chance of .* the plan still works$/)
  })

  test('without replannings left the plan goes on', async () => {
    const trace = await run(errands(0.5), { alpha: 0.3 }, { maxReplans: 0 })
    expect(trace).toMatchObject({ status: 'success', replans: [] })
    expect(timeouts(trace)).toHaveLength(1)
  })

  test('it is said again only when the chance of being on time has halved, or after it was well below alpha', () => {
    const watch = new LatenessWatch({
      alpha: 0.2,
      hysteresis: 0.1,
      samples: 4000,
      seed: 1,
      experience: null,
      context: () => '',
    })
    const said = (chance: number): boolean =>
      watch.check([activity(0, discrete([1, 1 - chance], [9, chance]))], { now: 0, deadline: 5, projected: 1 }) !== null
    expect([0.15, 0.3, 0.3, 0.5, 0.6, 0.7, 0.9, 0.15, 0.95, 0.05, 0.3].map(said)).toEqual([
      ...[false, true, false, false, false, true, true, false, true, false, true],
    ])
  })

  test('a delay that was announced raises the chance at once', async () => {
    // Both steps 6: 0.25. The first says that it takes 6: one in two, while the projected finish is 9.
    const trace = await run(errands(0.5, { way: 'slow', longer: true }), { alpha: 0.3 }, { deadline: 11 })
    expect(timeouts(trace)).toMatchObject([{ time: 0 }])
    expect(timeouts(trace)[0]?.value).toBeCloseTo(0.5, 1)
    expect(await run(errands(0.5, { way: 'slow' }), { alpha: 0.3 }, { deadline: 11 })).toMatchObject({ noted: [] })
  })

  test('a step has a deadline of its own, and is called by its name', async () => {
    const trace = await run(errands(0.5, { until: 7 }), { alpha: 0.3 }, { deadline: NEVER })
    expect(timeouts(trace)).toMatchObject([{ time: 0, lateness: { deadline: 7, step: 1, target: null } }])
    expect(timeouts(trace)[0]?.evidence).toMatch(/^go b slow ends after its deadline 7 with/)
  })

  test('durations come from experience where the model states none', async () => {
    const experience = new ExperienceModel()
    for (const duration of [3, 3.5, 3, 6, 3, 7]) experience.observe({ subject: 'go', success: true, duration })
    const trace = await run(errands(0, { way: 'slow' }), { alpha: 0.2, experience })
    expect(timeouts(trace)).toHaveLength(1)
    expect(timeouts(trace)[0]?.value).toBeGreaterThan(0.3)
    expect(await run(errands(0, { way: 'slow' }), { alpha: 0.2, experience })).toEqual(trace)
    expect(timeouts(await run(errands(0, { way: 'slow' }), { alpha: 0.2, experience }, { deadline: 30 }))).toEqual([])
  })

  test('a distribution that is none is refused with the step it is of', async () => {
    const task = errands(0.5)
    const durations = (): DurationDistribution => ({ kind: 'triangular', low: 3, mode: 2, high: 4 })
    const { goalReads, predict, missing } = task.model
    const model: ExecutionModel = { goalReads, predict, missing, durations }
    await expect(run({ ...task, model }, { alpha: 0.3 })).rejects.toThrow(/durations of go a slow are no distribution/)
  })

  test('options that mean nothing are refused, all at once', async () => {
    await expect(run(errands(0.5), { alpha: 1, samples: 0, seed: -1 })).rejects.toMatchObject({
      issues: [{ path: ['lateness', 'alpha'] }, { path: ['lateness', 'samples'] }, { path: ['lateness', 'seed'] }],
    })
  })
})
