import { describe, expect, it } from 'vitest'
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import { planHtn } from '../../../src/htn/plan.ts'
import { planStated } from '../../../src/htn/plan-stated.ts'
import { readDocument } from '../../../src/io/document/index.ts'
import { hddlDocument, readHddl } from '../../../src/io/hddl/index.ts'
import {
  COURIER_DOMAIN,
  COURIER_PROBLEM,
  ENDLESS_DOMAIN,
  ENDLESS_PROBLEM,
  TURNS_DOMAIN,
  TURNS_PROBLEM,
} from '../../htn/instances/depot.ts'

/** What is asked of the hierarchical problem and of its document, which must agree. */
function both(domain: string, problem: string) {
  const hddl = readHddl(domain, problem)
  const read = readDocument(JSON.stringify(hddlDocument(hddl)))
  if (read.status === 'invalid' || read.problem.kind !== 'plan') throw new Error(JSON.stringify(read))
  const told = [planHtn(hddl, { mode: 'optimal' }), planStated(read.problem.problem)].map((result) =>
    'plan' in result
      ? { cost: result.cost, steps: result.plan.steps.map((step) => [step.name, ...step.args].join(' ')).toSorted() }
      : result.status,
  )
  return { hddl: told[0], document: told[1] }
}

/** A workshop: what is open may be painted; a brush for each colour; some colours take two coats. */
const WORKSHOP = `(define (domain workshop) (:requirements :typing :hierarchy :adl :numeric-fluents)
  (:types board door - part part tool - object brush sprayer - tool)
  (:constants spare - brush)
  (:predicates (painted ?p - part) (dirty ?t - tool) (open) (glossy ?p - part) (fits ?t - tool ?p - part))
  (:functions (paint) - number (area ?p - part) - number (total-cost) - number)
  (:task finish :parameters (?p - part))
  (:task coat :parameters (?a ?b - part))
  (:method one :parameters (?p - board ?t - tool) :task (finish ?p)
    :precondition (and (fits ?t ?p) (or (open) (not (dirty ?t))))
    :ordered-subtasks (and (apply ?t ?p)))
  (:method two :parameters (?p - part ?t - tool) :task (finish ?p)
    :precondition (exists (?o - tool) (and (fits ?o ?p) (not (= ?o ?t))))
    :subtasks (and (x (air)) (y (apply ?t ?p)) (z (coat ?p ?p))) :ordering (and (< y z))
    :constraints (not (= ?t spare)))
  (:method same :parameters (?p - part) :task (coat ?p ?p) :ordered-subtasks (and (apply spare ?p)))
  (:action air :effect (and (forall (?p - part) (when (painted ?p) (glossy ?p))) (open) (increase (total-cost) 2)))
  (:action apply :parameters (?t - tool ?p - part)
    :precondition (and (>= (paint) (area ?p)) (imply (dirty ?t) (open)))
    :effect (and (painted ?p) (when (= ?t spare) (glossy ?p)) (dirty ?t) (decrease (paint) (area ?p))
      (increase (total-cost) (+ (area ?p) 1)))))`

const workshop = (paint: number, goal: string): string => `(define (problem w) (:domain workshop)
  (:objects b - board d - door r - brush s - sprayer)
  (:htn :parameters (?x - part) :subtasks (and (f (finish b)) (g (finish ?x))) :constraints (not (= ?x b)))
  (:init (fits r b) (fits s b) (fits r d) (fits s d) (dirty r) (= (paint) ${paint}) (= (area b) 1) (= (area d) 2))
  (:goal ${goal}) (:metric minimize (total-cost)))`

describe('the document of a hierarchical problem', () => {
  it('has the same plans at the same costs, whatever the language offers', () => {
    // The board takes 1 + 1; the door 2 for air and 2 + 1 for each of two coats, the second one with the spare brush.
    const rich = both(WORKSHOP, workshop(5, '(glossy d)'))
    const steps = expect.arrayContaining(['air', 'apply spare d'])
    expect(rich).toEqual({ hddl: { cost: 10, steps }, document: { cost: 10, steps } })
    const poor = both(WORKSHOP, workshop(4, '(glossy d)'))
    expect(poor).toEqual({ hddl: 'unsolvable', document: 'unsolvable' })
    const never = both(WORKSHOP, workshop(9, '(forall (?t - tool) (not (dirty ?t)))'))
    expect(never).toEqual({ hddl: 'unsolvable', document: 'unsolvable' })
  })

  it('keeps partial orders, numbers, costs, quantifiers and proofs', () => {
    const courier = both(COURIER_DOMAIN, COURIER_PROBLEM)
    expect(courier.document).toMatchObject({ cost: 10 })
    expect(courier.document).toEqual(courier.hddl)
    const turns = both(TURNS_DOMAIN, TURNS_PROBLEM)
    expect(turns.document).toEqual(turns.hddl)
    expect(both(ENDLESS_DOMAIN, ENDLESS_PROBLEM)).toEqual({ hddl: 'unsolvable', document: 'unsolvable' })
  })

  it('reaches the goal of a classical problem, also where names may mean the same fact', () => {
    const domain = `(define (domain d) (:requirements :strips) (:predicates (at ?x) (seen ?x))
      (:action go :parameters (?x ?y) :precondition (at ?x) :effect (and (at ?y) (not (at ?x)) (seen ?y))))`
    const problem = '(define (problem p) (:domain d) (:objects a b) (:init (at a)) (:goal (and (at a) (seen a))))'
    expect(both(domain, problem)).toEqual({
      hddl: { cost: 1, steps: ['go a a'] },
      document: { cost: 1, steps: ['go a a'] },
    })
  })

  it('is refused where a document cannot hold it, with what stands in the way', () => {
    const domain = '(define (domain d) (:predicates (p ?a ?b)) (:action a :parameters (?a ?b) :effect (p ?a ?b)))'
    const large = (objects: readonly string[]): string =>
      `(define (problem p) (:domain d) (:objects ${objects.join(' ')}) (:init) (:goal (and)))`
    const many = Array.from({ length: 101 }, (_, index) => `o${index}`)
    expect(() => hddlDocument(readHddl(domain, large(many)))).toThrow(/more than 10000 ground facts/)
    expect(() => hddlDocument(readHddl(domain, large(['7'])))).toThrow(UnsupportedError)
  })
})
