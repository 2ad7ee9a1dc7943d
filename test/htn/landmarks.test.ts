import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../solvers/numeric/random.ts'
import type { HtnProblem } from '../../src/domain/htn.ts'
import { describeLandmarks, landmarks } from '../../src/htn/landmarks.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { COURIER_DOMAIN, COURIER_PROBLEM } from './instances/depot.ts'

/** Lights in a row; half of the problems have a hierarchy of three tasks. */
function lights(random: RandomStream, hierarchy: boolean, deletes: boolean): HtnProblem {
  const light = (): string => `l${random.integer(1, 6)}`
  const actions = Array.from({ length: 8 }, (_, i) => {
    const off = deletes && random.chance(0.5) ? `(not (lit ${light()}))` : ''
    return `(:action a${i} :parameters () :precondition (lit ${light()}) :effect (and (lit ${light()}) ${off}))`
  })
  const methods = ['t1', 't2'].flatMap((task) =>
    Array.from({ length: random.integer(1, 2) }, (_, i) => {
      const parts = Array.from({ length: random.integer(1, 3) }, () => `(a${random.integer(0, 7)})`)
      return `(:method m${i}-${task} :parameters () :task (${task}) :precondition (lit ${light()}) :ordered-subtasks (and ${parts.join(' ')}))`
    }),
  )
  const domain = `(define (domain lights) (:requirements :hierarchy :typing) (:types light)
    (:constants l1 l2 l3 l4 l5 l6 - light) (:predicates (lit ?l - light))
    ${hierarchy ? `(:task t1 :parameters ()) (:task t2 :parameters ()) ${methods.join('\n')}` : ''} ${actions.join('\n')})`
  const network = hierarchy ? '(:htn :ordered-subtasks (and (t1) (t2)))' : ''
  return readHddl(domain, `(define (problem p) (:domain lights) ${network} (:init (lit l1)) (:goal (lit ${light()})))`)
}

function without(problem: HtnProblem, action: string): HtnProblem {
  const never = { kind: 'or' as const, parts: [] }
  const actions = problem.domain.actions.map((entry) =>
    entry.name === action ? { ...entry, precondition: never } : entry,
  )
  return { ...problem, domain: { ...problem.domain, actions } }
}

describe('landmarks', () => {
  it('are necessary: without an action among them, or without all actions that add a fact, there is no plan', () => {
    const random = new RandomStream(21)
    let checked = 0
    for (let round = 0; round < 160; round++) {
      const problem = lights(random, round % 2 === 0, true)
      const found = landmarks(problem)
      if (found.status !== 'complete') {
        expect(planHtn(problem, { maximalNodes: 1000 }).status).not.toMatch(/optimal|feasible|satisfied/)
        continue
      }
      for (const action of found.actions) {
        checked++
        expect(planHtn(without(problem, action.replace('()', '')), { maximalNodes: 1000 })).not.toHaveProperty('plan')
      }
      for (const fact of found.facts) {
        const name = fact.slice(4, -1)
        const adders = problem.domain.actions.filter((entry) =>
          entry.effects.some((effect) => effect.kind === 'add' && effect.arguments[0] === name),
        )
        const barren = adders.reduce((rest, entry) => without(rest, entry.name), problem)
        checked++
        expect(planHtn(barren, { maximalNodes: 1000 })).not.toHaveProperty('plan')
      }
    }
    expect(checked).toBeGreaterThan(70)
  })

  it('are complete where nothing is ever undone: what no plan does without is among them', () => {
    const random = new RandomStream(22)
    let necessary = 0
    for (let round = 0; round < 40; round++) {
      const problem = lights(random, false, false)
      const found = landmarks(problem)
      if (!('plan' in planHtn(problem))) continue
      for (const { name } of problem.domain.actions) {
        const needed = planHtn(without(problem, name), { maximalNodes: 1000 }).status === 'unsolvable'
        if (needed) necessary++
        expect(found.status === 'complete' && found.actions.includes(`${name}()`)).toBe(needed)
      }
    }
    expect(necessary).toBeGreaterThan(10)
  })

  it('of the courier: both deliveries, with the facts they rest on', () => {
    const found = landmarks(readHddl(COURIER_DOMAIN, COURIER_PROBLEM))
    if (found.status !== 'complete') throw new Error(found.status)
    expect(found.tasks).toEqual(expect.arrayContaining(['deliver(p1, b)', 'deliver(p2, a)']))
    expect(found.initial).toEqual(expect.arrayContaining(['at(p1, home)', 'at(p2, home)']))
    expect(describeLandmarks(found).join('\n')).toContain('Every plan does these tasks: deliver(p1, b)')
  })
})
