import { describe, expect, it } from 'vitest'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import { explainRefusal, formatReason } from '../../src/htn/explain.ts'
import { explainHtnPlan, htnCandidates, liftedDecomposition } from '../../src/htn/lifted-decomposition.ts'
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

describe('candidates of HDDL problems', () => {
  it('come cheapest first, all different, and every one verifies', async () => {
    const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
    const costs: number[] = []
    const texts = new Set<string>()
    for await (const candidate of htnCandidates(problem, { count: 6 })) {
      expect(verifyHtnPlan(problem, candidate.plan).issues).toEqual([])
      costs.push(candidate.cost)
      texts.add(JSON.stringify(candidate.plan.steps.map((step) => [step.name, ...step.args])))
    }
    expect(costs[0]).toBe(10)
    expect(costs).toEqual([...costs].sort((a, b) => a - b))
    expect(texts.size).toBe(6)
  })

  it('interleave unordered tasks', async () => {
    const problem = readHddl(TURNS_DOMAIN, TURNS_PROBLEM)
    for await (const candidate of htnCandidates(problem, { count: 1 })) {
      expect(candidate.plan.steps.map((step) => step.name)).toEqual(['tick', 'tock', 'tick', 'tock-again'])
      expect(verifyHtnPlan(problem, candidate.plan).issues).toEqual([])
    }
  })

  it('differ in what is done, not in the objects that only a condition speaks of', async () => {
    const domain = `(define (domain d) (:requirements :hierarchy :negative-preconditions) (:predicates (p ?x) (done))
      (:task t :parameters ())
      (:method m :parameters (?a ?b) :task (t) :precondition (or (p ?a) (not (p ?b))) :ordered-subtasks (and (act)))
      (:action act :parameters () :effect (done)))`
    const several = readHddl(
      domain,
      '(define (problem x) (:domain d) (:objects o1 o2 o3 o4) (:htn :ordered-subtasks (and (t) (t) (t))) (:init (p o1)))',
    )
    const generator = htnCandidates(several)
    expect((await generator.next()).value).toMatchObject({ cost: 3 })
    // Three refinements and three steps after the root: a node each.
    expect((await generator.next()).value).toMatchObject({ status: 'complete', nodes: 8 })
  })

  it('explain every step of a plan whose tasks interleave, each in the state in which it was refined', () => {
    const problem = readHddl(TURNS_DOMAIN, TURNS_PROBLEM)
    const result = planHtn(problem)
    if (!('plan' in result)) throw new Error(result.status)
    const lines = explainHtnPlan(problem, result.plan).flatMap((reason) => formatReason(reason))
    expect(lines.filter((line) => /^ *t[io]ck/.test(line)).map((line) => line.trim())).toEqual([
      'tick()',
      'tick()',
      'tock()',
      'tock-again()',
    ])
    expect(lines.filter((line) => line.includes(' not '))).toEqual([])
  })

  it('explain a plan by the methods that were refused and a failure by the condition that failed', () => {
    const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
    const system = liftedDecomposition(problem)
    const result = planHtn(problem, { mode: 'optimal' })
    if (!('plan' in result)) throw new Error(result.status)
    const refused = formatReason(
      explainRefusal(liftedDecomposition(readHddl(ENDLESS_DOMAIN, ENDLESS_PROBLEM.replace('(next l1 l2)', ''))))!,
    )
    expect(refused.join('\n')).toContain('not up: next(l1, ?b) does not hold')
    const root = system.initialTasks[0] as number
    const { refusals } = system.refine(system.refine(root, 0).alternatives[0]?.subtasks[0] as number, 0)
    expect(refusals).toEqual([{ name: 'already-there', reason: 'at(p1, b) does not hold' }])
    const reasons = explainHtnPlan(problem, result.plan)
    const text = reasons.flatMap((reason) => formatReason(reason)).join('\n')
    expect(text).toMatch(/deliver\(p1, b\) by carry\n {2}not already-there: at\(p1, b\) does not hold/)
    expect(text).toContain('unload(skiff, p1, b)')
  })
})
