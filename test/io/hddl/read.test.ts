import { describe, expect, it } from 'vitest'
import { InvalidInputError, UnsupportedError } from '../../../solvers/contract/index.ts'
import { RandomStream } from '../../../solvers/numeric/random.ts'
import { planHtn } from '../../../src/htn/plan.ts'
import { readIpcPlan } from '../../../src/io/hddl/ipc-plan.ts'
import { readHddl, readHddlDomain } from '../../../src/io/hddl/read.ts'
import { writeHddlDomain, writeHddlProblem } from '../../../src/io/hddl/write.ts'
import { COURIER_DOMAIN, COURIER_PROBLEM, TURNS_DOMAIN, TURNS_PROBLEM } from '../../htn/instances/depot.ts'

function issuesOf(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues
    throw error
  }
  return []
}

describe('the HDDL reader', () => {
  it('reports all faults at once, each with line, column and remedy', () => {
    const domain = COURIER_DOMAIN.replace('(go ?v ?from)', '(goo ?v ?from)').replace(
      '(in ?x ?v)) (wet',
      '(inn ?x ?v)) (wet',
    )
    const issues = issuesOf(() =>
      readHddl(
        domain.replace('?a ?b - place) (water', '?a ?b - plce) (water'),
        COURIER_PROBLEM.replace('p1 home', 'p9 home'),
      ),
    )
    expect(issues.map((issue) => issue.message)).toEqual([
      "the type 'plce' is not declared",
      "the task 'goo' is not declared",
      "the object 'p9' is not declared",
    ])
    expect(issues[0]).toMatchObject({ line: 9, file: 'domain', hint: "did you mean 'place'?" })
    expect(issues.every((issue) => (issue.line ?? 0) > 0 && (issue.column ?? 0) > 0 && issue.hint !== '')).toBe(true)
  })

  it('names what it does not support', () => {
    const domain = '(define (domain d) (:predicates (p)) (:durative-action a :parameters ()) )'
    expect(issuesOf(() => readHddlDomain(domain))[0]).toMatchObject({ code: 'unsupported', line: 1, column: 38 })
  })

  it('says which labels form a cycle', () => {
    const problem = TURNS_PROBLEM.replace('(b (twos)))', '(b (twos))) :ordering (and (< a b) (< b a))')
    expect(issuesOf(() => readHddl(TURNS_DOMAIN, problem))[0]?.message).toBe('the ordering has a cycle: a < b < a')
  })

  it('leaves nothing out in silence: what stands twice, contradicts itself or has no place is told', () => {
    const domain = `(define (domain d) (:predicates (p) (q)) (:functions (n) - number)
      (:task t :parameters () :precondition (p))
      (:action a :precondition (when (p) (q)) :effect (and (or (p) (q)) (not (not (p))))))`
    const problem = `(define (problem x) (:domain d) (:htn :subtasks (and (t)))
      (:init (p) (not (p)) (= (n) 1) (= (n) 2) (= (n) x)) (:goal (p) (q)) (:goal (q)) (:metric minimize (n) (n)))`
    expect(issuesOf(() => readHddl(domain, problem)).map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '2: the precondition of a task is not supported',
      "3: 'when' is an effect, no condition",
      "3: 'or' is a condition, no effect",
      '3: only a single fact can be made false',
      '2: :goal is given twice',
      '2: p() is both true and false',
      '2: n() is 1 and 2',
      '2: a function is given no number here',
      '2: a second condition in :goal',
      '2: a second measure in :metric',
    ])
  })

  it('says of an unreadable domain what is wrong with it, not that the problem names unknown things', () => {
    const issues = issuesOf(() => readHddl(COURIER_DOMAIN.slice(0, -3), COURIER_PROBLEM))
    expect(issues).toMatchObject([{ code: 'syntax', message: 'the parenthesis opened here is never closed' }])
  })

  it('reads back what it writes', () => {
    for (const [domain, problem] of [
      [COURIER_DOMAIN, COURIER_PROBLEM],
      [TURNS_DOMAIN, TURNS_PROBLEM],
    ] as const) {
      const first = readHddl(domain, problem)
      const second = readHddl(writeHddlDomain(first.domain), writeHddlProblem(first))
      expect(second).toEqual(first)
    }
  })

  it('writes labels of its own for bare subtasks, apart from those that are given', () => {
    const problem = TURNS_PROBLEM.replace('(a (ones)) (b (twos))', '(ones) (task0 (twos)) (c (ones))').replace(
      ')))',
      '))) :ordering (and (< task0 c))',
    )
    const read = readHddl(TURNS_DOMAIN, problem)
    const again = readHddl(writeHddlDomain(read.domain), writeHddlProblem(read))
    expect(again.network?.ordering).toEqual([[1, 2]])
    expect(again.network?.subtasks.map((subtask) => subtask.task)).toEqual(['ones', 'twos', 'ones'])
  })

  it('answers 5,000 mutated files with a problem or with faults that have a position, and plans the former safely', () => {
    const random = new RandomStream(2026)
    const words = [
      '(',
      ')',
      'and',
      'not',
      '?x',
      ':task',
      ':ordered-subtasks',
      '-',
      '0',
      '=',
      'constructor',
      '__proto__',
      'process.exit()',
      '<',
      ';',
      'object',
      'forall',
    ]
    const mutate = (text: string): string => {
      let result = text
      for (let edits = random.integer(1, 2); edits > 0; edits--) {
        const at = random.integer(0, result.length - 1)
        const length = random.integer(0, 12)
        const kind = random.integer(0, 3)
        if (kind === 0) result = result.slice(0, at) + result.slice(at + length)
        else if (kind === 1) result = `${result.slice(0, at)} ${random.pick(words)} ${result.slice(at)}`
        else if (kind === 2) result = result.slice(0, at) + result.slice(at, at + 40) + result.slice(at)
        else {
          const tokens = result.split(/(\s+)/)
          const i = random.integer(0, tokens.length - 1)
          const j = random.integer(0, tokens.length - 1)
          const held = tokens[i] as string
          tokens[i] = tokens[j] as string
          tokens[j] = held
          result = tokens.join('')
        }
      }
      return result
    }
    let read = 0
    let refused = 0
    for (let round = 0; round < 5000; round++) {
      const [domain, problem] = round % 2 === 0 ? [COURIER_DOMAIN, COURIER_PROBLEM] : [TURNS_DOMAIN, TURNS_PROBLEM]
      const first = random.chance(0.6)
      try {
        const parsed = readHddl(first ? mutate(domain) : domain, first ? problem : mutate(problem))
        read++
        if (read % 8 === 0) planHtn(parsed, { maximalNodes: 300, maximalGroundMethods: 2000 })
      } catch (error) {
        if (error instanceof UnsupportedError) continue
        if (!(error instanceof InvalidInputError)) throw error
        refused++
        for (const issue of error.issues) {
          expect(issue.line).toBeGreaterThan(0)
          expect(issue.column).toBeGreaterThan(0)
        }
      }
    }
    expect(read).toBeGreaterThan(300)
    expect(refused).toBeGreaterThan(2000)
  })
})

describe('the IPC plan reader', () => {
  it('reports malformed lines with their place', () => {
    expect(issuesOf(() => readIpcPlan('==>\nx go\n1 a -> \n2\n'))).toMatchObject([
      { line: 2, column: 1 },
      { line: 3 },
      { line: 4 },
      { message: "there is no line '<=='" },
    ])
  })
})
