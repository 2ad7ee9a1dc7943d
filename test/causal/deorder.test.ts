import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/random.ts'
import { deorder } from '../../src/causal/deorder.ts'
import { causalStructure } from '../../src/causal/links.ts'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { COURIER_DOMAIN, COURIER_PROBLEM } from '../htn/instances/depot.ts'

/** Every order of the steps that the ordering allows. */
function linearisations(plan: Plan): Plan[] {
  const before = new Map<number, Set<number>>(plan.steps.map((step) => [step.id, new Set()]))
  for (const [first, second] of plan.ordering) before.get(second)?.add(first)
  const result: Plan[] = []
  const extend = (done: readonly number[]): void => {
    if (done.length === plan.steps.length) {
      const steps = done.map((id) => plan.steps.find((step) => step.id === id) as Plan['steps'][number])
      result.push({ ...plan, steps })
    }
    for (const { id } of plan.steps) {
      if (done.includes(id) || ![...(before.get(id) as Set<number>)].every((first) => done.includes(first))) continue
      extend([...done, id])
    }
  }
  extend([])
  return result
}

/** Lights that actions put on and off; with a hierarchy, three unordered tasks of a few actions each. */
function lights(random: RandomStream, hierarchy: boolean, extended: boolean): { domain: string; problem: string } {
  const light = (): string => `l${random.integer(1, 4)}`
  const literal = (): string => (random.chance(0.3) ? `(not (lit ${light()}))` : `(lit ${light()})`)
  const actions = Array.from({ length: 6 }, (_, i) => {
    const conditional = extended && random.chance(0.4) ? `(when ${literal()} (lit ${light()}))` : ''
    const numeric = extended && random.chance(0.3) ? `(increase (charge) ${random.integer(1, 2)})` : ''
    const either = extended && random.chance(0.3) ? `(or ${literal()} (>= (charge) 2))` : literal()
    return `(:action a${i} :parameters () :precondition ${either}
      :effect (and (lit ${light()}) (not (lit ${light()})) ${conditional} ${numeric}))`
  })
  const tasks = ['t1', 't2', 't3'].map((name) => {
    const parts = Array.from({ length: random.integer(1, 2) }, (_, i) => `(s${i} (a${random.integer(0, 5)}))`)
    const order = parts.length === 2 && random.chance(0.5) ? ':ordering (and (< s0 s1))' : ''
    const need = random.chance(0.6) ? `:precondition ${literal()}` : ''
    return `(:task ${name} :parameters ())
      (:method m-${name} :parameters () :task (${name}) ${need} :subtasks (and ${parts.join(' ')}) ${order})`
  })
  const network = hierarchy ? '(:htn :subtasks (and (x (t1)) (y (t2)) (z (t3))))' : ''
  const goal = hierarchy && random.chance(0.5) ? '' : `(:goal (and ${literal()} ${literal()} ${literal()}))`
  return {
    domain: `(define (domain lights) (:requirements :hierarchy :conditional-effects :numeric-fluents :negative-preconditions
      :disjunctive-preconditions) (:types light) (:constants l1 l2 l3 l4 - light) (:predicates (lit ?l - light))
      (:functions (charge) - number) ${hierarchy ? tasks.join('\n') : ''} ${actions.join('\n')})`,
    problem: `(define (problem p) (:domain lights) ${network} (:init (lit l1) (= (charge) 0)) ${goal})`,
  }
}

describe('deordering', () => {
  it.each([
    ['classical plans with conditional effects and numbers', false],
    ['hierarchical plans with method preconditions', true],
  ])('keeps every linearisation of %s a plan', (_, hierarchy) => {
    const random = new RandomStream(hierarchy ? 11 : 12)
    let relaxed = 0
    for (let round = 0; round < 150; round++) {
      const { domain, problem: text } = lights(random, hierarchy, true)
      const problem = readHddl(domain, text)
      const found = planHtn(problem, { maximalNodes: 3000 })
      if (!('plan' in found) || found.plan.steps.length > 7) continue
      const { plan, pairsBefore, pairsAfter } = deorder(problem, found.plan)
      if (pairsAfter < pairsBefore) relaxed++
      for (const line of linearisations(plan)) expect(verifyHtnPlan(problem, line).issues).toEqual([])
      const generalised = deorder(problem, found.plan, { minimalUpTo: 0 })
      expect(causalStructure(problem, generalised.plan).threats).toEqual([])
      expect(generalised.pairsAfter).toBeGreaterThanOrEqual(pairsAfter)
    }
    expect(relaxed).toBeGreaterThan(0)
  })

  it('takes out all that can go: without any one of the pairs left some linearisation of a classical plan fails', () => {
    const random = new RandomStream(13)
    let pairs = 0
    for (let round = 0; round < 150; round++) {
      const { domain, problem: text } = lights(random, false, false)
      const problem = readHddl(domain, text)
      const found = planHtn(problem, { maximalNodes: 3000 })
      if (!('plan' in found) || found.plan.steps.length > 6) continue
      const { plan } = deorder(problem, found.plan)
      const direct = new Set(plan.ordering.map((pair) => pair.join(' ')))
      const closed = closure(plan)
      for (const [first, second] of closed) {
        if (!direct.has(`${first} ${second}`)) continue
        pairs++
        const ordering = closed.filter((pair) => pair[0] !== first || pair[1] !== second)
        const lines = linearisations({ ...plan, ordering })
        expect(lines.some((line) => !verifyHtnPlan(problem, line).valid)).toBe(true)
      }
    }
    expect(pairs).toBeGreaterThan(20)
  })

  it('keeps the order a hierarchy asks for, and with `causal` only what steps need of each other', () => {
    const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
    const found = planHtn(problem, { mode: 'optimal' })
    if (!('plan' in found)) throw new Error(found.status)
    const kept = deorder(problem, found.plan)
    expect(kept.plan.ordering).toEqual(found.plan.ordering)
    expect(kept).toMatchObject({ order: 'minimal', pairsBefore: kept.pairsAfter })
    const free = deorder(problem, found.plan, { keep: 'causal' })
    expect(free.pairsAfter).toBeLessThanOrEqual(free.pairsBefore)
    const order = new Set(free.plan.ordering.map((pair) => pair.join(' ')))
    for (const link of found.plan.links) {
      if (link.producer === null || !found.plan.steps.some((step) => step.id === link.consumer)) continue
      const reach = closure(free.plan).some(([first, second]) => first === link.producer && second === link.consumer)
      expect(reach || order.has(`${link.producer} ${link.consumer}`)).toBe(true)
    }
  })

  it('refuses a plan that is not valid with its faults', () => {
    const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
    const found = planHtn(problem)
    if (!('plan' in found)) throw new Error(found.status)
    expect(() => deorder(problem, { ...found.plan, steps: found.plan.steps.slice(1) })).toThrow(InvalidInputError)
  })
})

function closure(plan: Plan): [number, number][] {
  const pairs = new Map(plan.ordering.map((pair) => [pair.join(' '), [...pair] as [number, number]]))
  for (const [first, middle] of pairs.values()) {
    for (const [from, second] of [...pairs.values()])
      if (from === middle) pairs.set(`${first} ${second}`, [first, second])
  }
  return [...pairs.values()]
}
