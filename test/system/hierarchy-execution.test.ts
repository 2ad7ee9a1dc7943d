import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ExecutionTrace } from '../../src/domain/execution.ts'
import { executeTask } from '../../src/execution/engine.ts'
import type { ReplanningOptions } from '../../src/execution/options.ts'
import type { SimulatedFault } from '../../src/execution/simulator.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { hierarchyTask } from '../../src/system/execution/hierarchy.ts'
import { HierarchyModel } from '../../src/system/execution/hierarchy-model.ts'

const read = (name: string): string => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8')
const delivery = readHddl(read('delivery-domain.hddl'), read('delivery-problem.hddl'))

function run(faults: readonly SimulatedFault[], options: ReplanningOptions = {}): Promise<ExecutionTrace> {
  return executeTask(hierarchyTask(delivery, { faults }), options)
}

const done = (trace: ExecutionTrace): string[] =>
  trace.results
    .filter(({ status }) => status === 'success')
    .map(({ step }) => `${step.name} ${step.args.slice(1).join(' ')}`)

const back: SimulatedFault = { kind: 'event', at: 2, set: { 'van-at van-1 market': false, 'van-at van-1 depot': true } }

describe('a problem in HDDL, carried out', () => {
  test('nothing goes wrong: the plan as it was made, no replanning', async () => {
    const trace = await run([])
    expect(trace).toMatchObject({ status: 'success', totalCost: 8, totalTime: 8, replans: [] })
    expect(done(trace)).toEqual(
      trace.plans[0]?.plan.steps.map((step) => `${step.name} ${step.args.slice(1).join(' ')}`),
    )
  })

  test('a fact that nothing needs any more changes nothing', async () => {
    const trace = await run([
      { kind: 'event', at: 5, set: { 'parcel-at red harbour': false, 'parcel-at red depot': true } },
    ])
    expect(trace).toMatchObject({ status: 'success', replans: [] })
    expect(trace.results).toHaveLength(8)
  })

  test('what breaks is found before the step that needs it, with the link; repair keeps what is finished', async () => {
    const closed = { 'road market depot': false, 'road harbour depot': true }
    const trace = await run([{ kind: 'event', at: 2, set: closed }])
    expect(trace.status).toBe('success')
    expect(trace.replans).toMatchObject([{ time: 2, strategy: 'repair' }])
    expect(trace.replans[0]?.triggers[0]).toMatchObject({
      trigger: 'precondition_violated',
      link: { variable: 'road market depot', producer: null },
    })
    expect(done(trace).filter((step) => step.startsWith('load red'))).toHaveLength(1)
    expect(done(trace).at(-2)).toBe('drive harbour depot')
  })

  test.each(['repair', 'full'] as const)('%s: a parcel that was loaded stays loaded', async (strategy) => {
    const trace = await run([back], { strategy })
    expect(trace).toMatchObject({ status: 'success', replans: [{ strategy, distance: 1, newActions: 1 }] })
    expect(done(trace).slice(0, 4)).toEqual([
      'drive depot market',
      'load red market',
      'drive depot market',
      'drive market harbour',
    ])
  })

  test('after a repair, what is left is still known to be begun', async () => {
    const closed: SimulatedFault = {
      kind: 'event',
      at: 3,
      set: { 'road market depot': false, 'road harbour depot': true },
    }
    const blocked: SimulatedFault = { kind: 'error', action: 'unload', times: 1 }
    const trace = await run([back, closed, blocked])
    expect(trace.status).toBe('success')
    expect(trace.replans.map(({ strategy }) => strategy)).toContain('full')
    expect(done(trace).filter((step) => step.startsWith('load red'))).toHaveLength(1)
  })

  test('steps are not skipped, though no goal asks for them', async () => {
    const trace = await run([back], { strategy: 'auto' })
    expect(trace.replans[0]?.proposals[0]).toMatchObject({ strategy: 'continuation', outcome: 'none' })
    expect(done(trace)).toContain('unload blue depot')
  })

  test('an action that fails whatever is done ends the run with the reason; another attempt helps when it fails once', async () => {
    const never = await run([{ kind: 'error', action: 'load' }])
    expect(never.status).toBe('failure')
    expect(never.reason).toContain('load van-1 red market')
    const once = await run([{ kind: 'error', action: 'load', times: 1 }], { retry: { maxAttempts: 2 } })
    expect(once).toMatchObject({ status: 'success', replans: [] })
  })
})

const counting = readHddl(
  `(define (domain lamps)
    (:requirements :typing :action-costs)
    (:types lamp)
    (:predicates (lit ?l - lamp) (broken ?l - lamp))
    (:functions (total-cost) - number (price ?l - lamp) - number)
    (:action light :parameters (?l - lamp) :precondition (not (broken ?l))
      :effect (and (lit ?l) (increase (total-cost) (price ?l))))
    (:action mend :parameters (?l - lamp) :precondition (broken ?l)
      :effect (and (not (broken ?l)) (increase (total-cost) 5))))`,
  `(define (problem two) (:domain lamps) (:objects a b - lamp)
    (:init (= (total-cost) 0) (= (price a) 2) (= (price b) 3))
    (:goal (and (lit a) (lit b))) (:metric minimize (total-cost)))`,
)

describe('a classical problem', () => {
  test('cost is counted and is no state variable', () => {
    const model = new HierarchyModel(counting)
    expect(model.initial).toEqual({ 'price a': 2, 'price b': 3 })
    const step = { id: 0, name: 'light', args: ['a'], cost: 0 }
    expect(model.predict(step, model.initial)).toMatchObject({
      status: 'applies',
      cost: 2,
      state: { 'lit a': true },
      reads: ['broken a', 'price a'],
    })
    expect(model.predict(step, { ...model.initial, 'broken a': true })).toMatchObject({ status: 'refused' })
    expect(model.goalReads).toEqual(['lit a', 'lit b'])
  })

  test('what was undone is done again, what was broken is mended', async () => {
    const faults: SimulatedFault[] = [
      { kind: 'event', at: 1, set: { 'lit a': false, 'broken a': true, 'lit b': false } },
    ]
    const trace = await executeTask(hierarchyTask(counting, { faults }), { strategy: 'auto' })
    expect(trace).toMatchObject({ status: 'success', totalCost: 13 })
    expect(done(trace)).toHaveLength(4)
  })
})

const weave = readHddl(
  `(define (domain weave)
    (:requirements :typing :hierarchy)
    (:types thread)
    (:predicates (up ?t - thread) (down ?t - thread) (before ?s ?t - thread))
    (:task cross :parameters (?t - thread))
    (:method both :parameters (?t - thread) :task (cross ?t)
      :ordered-subtasks (and (lift ?t) (drop ?t)))
    (:action lift :parameters (?t - thread) :precondition () :effect (up ?t))
    (:action drop :parameters (?t - thread)
      :precondition (forall (?s - thread) (up ?s)) :effect (down ?t)))`,
  `(define (problem two) (:domain weave) (:objects s t - thread)
    (:htn :subtasks (and (cross s) (cross t))) (:init))`,
)

test('a plan whose tasks interleave is not repaired along its tree but planned anew', async () => {
  const faults: SimulatedFault[] = [{ kind: 'event', at: 2, set: { 'up s': false } }]
  const calm = await executeTask(hierarchyTask(weave))
  expect(calm.results.map(({ step }) => step.name)).toEqual(['lift', 'lift', 'drop', 'drop'])
  const trace = await executeTask(hierarchyTask(weave, { faults }))
  expect(trace.replans[0]?.proposals[0]).toMatchObject({
    strategy: 'repair',
    reason: 'the tasks of the plan interleave',
  })
})
