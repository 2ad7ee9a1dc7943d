import { describe, expect, it } from 'vitest'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import {
  COURIER_DOMAIN,
  COURIER_PROBLEM,
  ENDLESS_DOMAIN,
  ENDLESS_PROBLEM,
  TURNS_DOMAIN,
  TURNS_PROBLEM,
} from './instances/depot.ts'

describe('planHtn', () => {
  it('proves the cheapest plan with costs, numbers and conditional effects', () => {
    const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
    const result = planHtn(problem, { mode: 'optimal' })
    expect(result.status).toBe('optimal')
    if (result.status !== 'optimal') return
    expect(result.cost).toBe(10)
    expect(verifyHtnPlan(problem, result.plan).valid).toBe(true)
  })

  it('interleaves two unordered tasks when only that works', () => {
    const problem = readHddl(TURNS_DOMAIN, TURNS_PROBLEM)
    const result = planHtn(problem)
    if (!('plan' in result)) throw new Error(result.status)
    expect(result.plan.steps.map((step) => step.name)).toEqual(['tick', 'tock', 'tick', 'tock-again'])
    expect(verifyHtnPlan(problem, result.plan).issues).toEqual([])
  })

  it('gives the same steps without causal links when they are not wanted', () => {
    const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
    const [full, bare] = [planHtn(problem), planHtn(problem, { links: false })]
    if (!('plan' in full) || !('plan' in bare)) throw new Error(bare.status)
    expect(full.plan.links.length).toBeGreaterThan(0)
    expect(bare.plan).toEqual({ ...full.plan, links: [] })
  })

  it('says unsolvable for a hierarchy that never ends', () => {
    const result = planHtn(readHddl(ENDLESS_DOMAIN, ENDLESS_PROBLEM))
    expect(result.status).toBe('unsolvable')
  })

  it('says unsolvable when no interleaving of unordered tasks works, in every mode', () => {
    const domain = `(define (domain d) (:requirements :hierarchy :negative-preconditions) (:predicates (p) (q))
      (:task t1 :parameters ()) (:task t2 :parameters ())
      (:method m1 :parameters () :task (t1) :ordered-subtasks (and (a) (b)))
      (:method m2 :parameters () :task (t2) :ordered-subtasks (and (c) (e)))
      (:action a :parameters () :precondition (p) :effect (and (not (p)) (q)))
      (:action b :parameters () :precondition (q) :effect (and))
      (:action c :parameters () :precondition (p) :effect (and (not (p)) (q)))
      (:action e :parameters () :precondition (q) :effect (and)))`
    const problem = readHddl(
      domain,
      '(define (problem x) (:domain d) (:htn :subtasks (and (x (t1)) (y (t2)))) (:init (p)))',
    )
    for (const mode of ['fast', 'anytime', 'optimal'] as const)
      expect(planHtn(problem, { mode })).toMatchObject({
        status: 'unsolvable',
        reason: expect.stringContaining('ordering'),
      })
  })

  it('says unsolvable when there is no object for a variable that nothing mentions, in every mode', () => {
    const domain = `(define (domain d) (:requirements :hierarchy :typing) (:types crate robot) (:predicates (done))
      (:task t :parameters ())
      (:method m :parameters (?r - robot) :task (t) :ordered-subtasks (and (a)))
      (:action a :parameters () :effect (done)))`
    for (const network of [':subtasks (and (t))', ':parameters (?r - robot) :subtasks (and (a))']) {
      const problem = readHddl(
        domain,
        `(define (problem x) (:domain d) (:objects c - crate) (:htn ${network}) (:init))`,
      )
      for (const mode of ['fast', 'anytime', 'optimal'] as const)
        expect(planHtn(problem, { mode }).status).toBe('unsolvable')
    }
  })

  it('says unsolvable when the only method can never apply', () => {
    const problem = readHddl(
      ENDLESS_DOMAIN.replace('(climb ?b)))', '(step ?b ?a)))'),
      ENDLESS_PROBLEM.replace('(on l1)', ''),
    )
    expect(planHtn(problem).status).toBe('unsolvable')
  })

  it('plans classical problems without a hierarchy', () => {
    const domain = `(define (domain blocks) (:requirements :strips :typing) (:types block)
      (:predicates (on ?a ?b - block) (clear ?a - block) (table ?a - block))
      (:action stack :parameters (?a ?b - block) :precondition (and (clear ?a) (clear ?b) (table ?a) (not (= ?a ?b)))
        :effect (and (on ?a ?b) (not (clear ?b)) (not (table ?a))))
      (:action unstack :parameters (?a ?b - block) :precondition (and (clear ?a) (on ?a ?b))
        :effect (and (not (on ?a ?b)) (clear ?b) (table ?a))))`
    const problem = readHddl(
      domain,
      `(define (problem p) (:domain blocks) (:objects a b c - block)
      (:init (on c a) (table a) (table b) (clear c) (clear b)) (:goal (and (on a b) (on b c))))`,
    )
    const result = planHtn(problem, { mode: 'optimal' })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.plan.steps.map((step) => [step.name, ...step.args].join(' '))).toEqual([
      'unstack c a',
      'stack b c',
      'stack a b',
    ])
    expect(result.plan.decomposition).toBeNull()
    expect(verifyHtnPlan(problem, result.plan).valid).toBe(true)
    const reached = readHddl(domain, '(define (problem p) (:objects a - block) (:init (table a)) (:goal (table a)))')
    expect(planHtn(reached).status).toBe('satisfied')
  })
})
