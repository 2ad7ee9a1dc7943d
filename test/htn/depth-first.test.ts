import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Run } from '../../solvers/contract/index.ts'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import type { HtnProblem } from '../../src/domain/htn.ts'
import { LiftedSystem } from '../../src/htn/lifted/system.ts'
import { DepthFirst } from '../../src/htn/search/depth-first.ts'
import { toPlan } from '../../src/htn/search/derivation.ts'
import { TabledSearch } from '../../src/htn/search/tabled.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { ENDLESS_DOMAIN, ENDLESS_PROBLEM } from './instances/depot.ts'

const folder = '../shared/benchmarks/htn'

/** A small random hierarchy over three objects: three actions, three tasks with two methods each, recursion allowed. */
function randomProblem(seed: number): HtnProblem {
  let state = seed * 2654435761 + 1
  const draw = (count: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
  const variables = ['?x', '?y', '?z']
  const variable = (): string => variables[draw(3)] as string
  const literal = (): string => {
    const atom = [`(p ${variable()})`, `(q ${variable()})`, `(r ${variable()} ${variable()})`][draw(3)] as string
    return draw(4) === 0 ? `(not ${atom})` : atom
  }
  const literals = (count: number): string => `(and ${Array.from({ length: count }, literal).join(' ')})`
  const parameters = '(?x ?y ?z - thing)'
  const actions = [0, 1, 2].map(
    (i) =>
      `(:action a${i} :parameters ${parameters} :precondition ${literals(draw(3))} :effect ${literals(1 + draw(2))})`,
  )
  const subtask = (): string => {
    const name = ['a0', 'a1', 'a2', 't0', 't1', 't2', 'a0', 'a1'][draw(8)]
    const args = [variable(), variable(), variable()].slice(0, name?.startsWith('t') ? 1 : 3)
    return `(${name} ${args.join(' ')})`
  }
  const methods = [0, 1, 2].flatMap((i) =>
    [0, 1].map((j) => {
      const body = Array.from({ length: draw(4) }, subtask).join(' ')
      const condition = literals(draw(3))
      return `(:method m${i}${j} :parameters ${parameters} :task (t${i} ?x) :precondition ${condition} :ordered-subtasks (and ${body}))`
    }),
  )
  const objects = ['u', 'v', 'w']
  const facts = objects.flatMap((a) => [
    ...(draw(2) === 0 ? [`(p ${a})`] : []),
    ...(draw(2) === 0 ? [`(q ${a})`] : []),
    ...objects.filter(() => draw(3) === 0).map((b) => `(r ${a} ${b})`),
  ])
  return readHddl(
    `(define (domain d) (:requirements :typing :hierarchy :negative-preconditions) (:types thing - object)
     (:predicates (p ?x - thing) (q ?x - thing) (r ?x ?y - thing))
     ${[0, 1, 2].map((i) => `(:task t${i} :parameters (?x - thing))`).join(' ')} ${methods.join(' ')} ${actions.join(' ')})`,
    `(define (problem i) (:domain d) (:objects u v w - thing)
     (:htn :parameters () :ordered-subtasks (and (t0 u) (t1 v) (t2 w))) (:init ${facts.join(' ')}) (:goal (and (p u) (q v))))`,
  )
}

describe('depth-first decomposition', () => {
  it('agrees with tabled decomposition on 300 random hierarchies, whether it runs at once or in slices', () => {
    let found = 0
    let none = 0
    for (let seed = 1; seed <= 300; seed++) {
      const problem = randomProblem(seed)
      const run = new Run('test')
      const expected = new TabledSearch(new LiftedSystem(problem)).run(run, 20_000)
      const system = new LiftedSystem(problem)
      const result = new DepthFirst(system).run(run, 20_000)
      const sliced = new DepthFirst(new LiftedSystem(problem))
      let again = sliced.run(run, 7)
      while (again.status === 'limit' && sliced.nodes < 20_000) again = sliced.run(run, 7)
      if (result.status !== 'limit') expect(again).toEqual(result)
      if (result.status === 'found') {
        found++
        expect(expected.status).not.toBe('exhausted')
        expect(verifyHtnPlan(problem, toPlan(system, result.derivation, result.cost)).issues).toEqual([])
      } else if (result.status === 'exhausted') {
        none++
        expect(expected.status).not.toBe('found')
      }
    }
    expect(found).toBeGreaterThan(50)
    expect(none).toBeGreaterThan(50)
  })

  it('ends on a hierarchy that only calls itself', () => {
    const system = new LiftedSystem(readHddl(ENDLESS_DOMAIN, ENDLESS_PROBLEM))
    expect(['exhausted', 'cut']).toContain(new DepthFirst(system).run(new Run('test')).status)
  })

  it('a task that is refined into itself is cut, and says so', () => {
    const problem = readHddl(
      `(define (domain d) (:requirements :hierarchy) (:predicates (p) (q)) (:task t :parameters ())
       (:method more :parameters () :task (t) :ordered-subtasks (and (t) (a)))
       (:method stop :parameters () :task (t) :ordered-subtasks (and (a)))
       (:action a :parameters () :precondition (p) :effect ()))`,
      '(define (problem i) (:domain d) (:htn :parameters () :ordered-subtasks (and (t))) (:init (p)) (:goal (and (q))))',
    )
    expect(new DepthFirst(new LiftedSystem(problem)).run(new Run('test'), 10_000).status).toBe('cut')
  })

  describe.skipIf(!existsSync(folder))('published instances (skipped when ../shared/benchmarks is absent)', () => {
    it.each([
      ['to/Towers', 'pfile_10.hddl', 10_000],
      ['to/Hiking', 'p24.hddl', 1_000],
      ['to/Blocksworld-HPDDL', 'pfile_050.hddl', 4_000],
      ['to/Depots', 'p23.hddl', 2_000],
    ])('%s %s is solved within %i nodes and verified', (family, file, nodes) => {
      const read = (name: string): string => readFileSync(`${folder}/${family}/${name}`, 'utf8')
      const problem = readHddl(read('domain.hddl'), read(file))
      const system = new LiftedSystem(problem)
      const result = new DepthFirst(system).run(new Run('test'), nodes)
      if (result.status !== 'found') throw new Error(result.status)
      expect(verifyHtnPlan(problem, toPlan(system, result.derivation, result.cost)).issues).toEqual([])
    })
  })
})
