import { describe, expect, test } from 'vitest'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { COURIER_DOMAIN, COURIER_PROBLEM, TURNS_DOMAIN, TURNS_PROBLEM } from './instances/depot.ts'

const courier = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
const turns = readHddl(TURNS_DOMAIN, TURNS_PROBLEM)

/** Errands that are each done by a dear way, written first, or by a cheap one: n errands cost n at least. */
function errands(count: number, ordered: boolean) {
  return readHddl(
    `(define (domain ways) (:requirements :hierarchy) (:task errand :parameters ())
      (:method walk :parameters () :task (errand) :ordered-subtasks (and (leave) (rest) (return)))
      (:method call :parameters () :task (errand) :ordered-subtasks (and (phone)))
      ${['leave', 'rest', 'return', 'phone'].map((name) => `(:action ${name} :parameters ())`).join(' ')})`,
    `(define (problem all) (:domain ways)
      (:htn :${ordered ? 'ordered-' : ''}subtasks (and ${'(errand) '.repeat(count)})) (:init))`,
  )
}

describe('a plan asked for until it is proved the best', () => {
  test('is proved in order of cost', () => {
    const result = planHtn(courier, { mode: 'anytime' })
    expect(result).toMatchObject({ status: 'optimal', cost: 10, bound: 10 })
    expect(planHtn(errands(4, true), { mode: 'anytime' })).toMatchObject({ status: 'optimal', cost: 4, bound: 4 })
  })

  test('gets cheaper from one incumbent to the next, each told once', () => {
    const costs: number[] = []
    const result = planHtn(courier, {
      mode: 'anytime',
      onProgress: (event) => {
        if (event.kind === 'incumbent') costs.push(event.incumbent ?? Number.NaN)
      },
    })
    expect(costs.length).toBeGreaterThan(0)
    expect(costs).toEqual([...new Set(costs)].sort((a, b) => b - a))
    expect('cost' in result && result.cost).toBe(costs.at(-1))
  })

  test('of tasks in any order is verified, with a bound that does not lie', () => {
    const result = planHtn(turns, { mode: 'anytime' })
    if (!('plan' in result)) throw new Error(result.status)
    expect(verifyHtnPlan(turns, result.plan).issues).toEqual([])
    const best = planHtn(turns, { mode: 'optimal' })
    if (best.status !== 'optimal') throw new Error(best.status)
    expect(result.bound).toBeLessThanOrEqual(best.cost)
    expect(result.cost).toBeGreaterThanOrEqual(best.cost)
  })
})

describe('a plan found in haste', () => {
  test('by writing order alone is worth a look for a cheaper one', () => {
    expect(planHtn(errands(6, true))).toMatchObject({ cost: 6 })
  })

  test('says that it is the best where no refinement can cost less', () => {
    const result = planHtn(errands(3, true))
    expect(result).toMatchObject({ status: 'optimal', cost: 3, bound: 3, plan: { certificate: { optimal: true } } })
  })
})

describe('a search that is stopped says by what, and claims nothing:', () => {
  test.each(['fast', 'anytime', 'optimal'] as const)('by the number of nodes, %s', (mode) => {
    for (const problem of [courier, turns])
      expect(planHtn(problem, { mode, maximalNodes: 1 })).toMatchObject({ status: 'unknown', limit: 'nodes' })
  })

  test.each(['fast', 'anytime', 'optimal'] as const)('by a signal, %s', (mode) => {
    for (const problem of [courier, turns])
      expect(planHtn(problem, { mode, signal: AbortSignal.abort() })).toMatchObject({
        status: 'unknown',
        limit: 'interrupted',
      })
  })

  test('by what may be grounded, where the proof needs it', () => {
    expect(planHtn(turns, { mode: 'optimal', maximalGroundMethods: 0 })).toMatchObject({
      status: 'unknown',
      limit: 'memory',
    })
    expect(planHtn(courier, { mode: 'optimal', maximalGroundMethods: 0 })).toMatchObject({
      status: 'optimal',
      cost: 10,
    })
  })

  test('by its method, where nothing can be grounded and every quick strategy came to its end', () => {
    const domain = `(define (domain d) (:requirements :hierarchy :negative-preconditions) (:predicates (p) (q))
      (:task t1 :parameters ()) (:task t2 :parameters ())
      (:method m1 :parameters () :task (t1) :ordered-subtasks (and (a) (b)))
      (:method m2 :parameters () :task (t2) :ordered-subtasks (and (a) (b)))
      (:action a :parameters () :precondition (p) :effect (and (not (p)) (q)))
      (:action b :parameters () :precondition (q) :effect (and)))`
    const problem = readHddl(
      domain,
      '(define (problem x) (:domain d) (:htn :subtasks (and (x (t1)) (y (t2)))) (:init (p)))',
    )
    expect(planHtn(problem, { maximalGroundMethods: 0 })).toMatchObject({ status: 'unknown', limit: 'method' })
    expect(planHtn(problem)).toMatchObject({ status: 'unsolvable' })
  })
})
