import { describe, expect, it } from 'vitest'
import { Run } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/random.ts'
import { withHierarchy } from '../../src/htn/classical.ts'
import { ground } from '../../src/htn/grounded/ground.ts'
import { RelaxedComposition } from '../../src/htn/grounded/relaxed.ts'
import { LiftedSystem } from '../../src/htn/lifted/system.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { Progression } from '../../src/htn/search/progression.ts'
import { TabledSearch } from '../../src/htn/search/tabled.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { TURNS_DOMAIN, TURNS_PROBLEM } from './instances/depot.ts'

/** Lights in a row; switches flip neighbours on or off at different costs. */
function lights(random: RandomStream): { domain: string; problem: string } {
  const count = 5
  const actions = Array.from({ length: 8 }, (_, i) => {
    const [need, add, remove] = [random.integer(1, count), random.integer(1, count), random.integer(1, count)]
    const sign = random.chance(0.3) ? `(not (lit l${need}))` : `(lit l${need})`
    const off = remove === add ? '' : `(not (lit l${remove}))`
    return `(:action a${i} :parameters () :precondition ${sign}
      :effect (and (lit l${add}) ${off} (increase (total-cost) ${random.integer(0, 4)})))`
  })
  const goal = [random.integer(1, count), random.integer(1, count)].map((i) => `(lit l${i})`).join(' ')
  return {
    domain: `(define (domain lights) (:requirements :strips :negative-preconditions :action-costs) (:types light)
      (:constants l1 l2 l3 l4 l5 - light) (:predicates (lit ?l - light)) (:functions (total-cost) - number) ${actions.join('\n')})`,
    problem: `(define (problem p) (:init (lit l1)) (:goal (and ${goal})) (:metric minimize (total-cost)))`,
  }
}

describe('landmarks of relaxed composition', () => {
  it('never exceed the optimum, and guide to the same optimum as the tables, on 120 random problems', () => {
    const random = new RandomStream(3)
    let solvable = 0
    for (let round = 0; round < 120; round++) {
      const { domain, problem } = lights(random)
      const hierarchical = withHierarchy(readHddl(domain, problem))
      const system = new LiftedSystem(hierarchical)
      const expected = new TabledSearch(system).run(new Run('test'))
      const other = new LiftedSystem(hierarchical)
      const graph = ground(other, { maximalMethods: 10_000, stop: () => false })
      if (graph === null) throw new Error('too large')
      const composition = new RelaxedComposition(other, graph)
      other.states.goto(0)
      const bound = composition.lowerBound([other.root], 1)
      const found = new Progression(other, graph, composition, { admissible: true }).run(new Run('test'), 20_000)
      if (expected.status !== 'found') {
        expect(found.status).toBe('exhausted')
        continue
      }
      solvable++
      expect(bound).toBeLessThanOrEqual(expected.cost + 1e-9)
      expect(found.status === 'found' && found.cost).toBe(expected.cost)
      if (bound === Number.POSITIVE_INFINITY) throw new Error('a solvable network was called a dead end')
    }
    expect(solvable).toBeGreaterThan(20)
  })

  it('prove the shortest interleaving of unordered tasks', () => {
    const result = planHtn(readHddl(TURNS_DOMAIN, TURNS_PROBLEM), { mode: 'optimal' })
    expect(result.status === 'optimal' && result.cost).toBe(4)
  })
})
