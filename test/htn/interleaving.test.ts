import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../solvers/numeric/random.ts'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import type { HtnProblem } from '../../src/domain/htn.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'

/** Three unordered tasks with one method each; actions put lights on and off. */
function lights(random: RandomStream): HtnProblem {
  const light = (): string => `l${random.integer(1, 4)}`
  const literal = (): string => (random.chance(0.4) ? `(not (lit ${light()}))` : `(lit ${light()})`)
  const actions = Array.from(
    { length: 6 },
    (_, i) => `(:action a${i} :parameters () :precondition ${literal()}
      :effect (and (lit ${light()}) (not (lit ${light()}))))`,
  )
  const tasks = ['t1', 't2', 't3'].map((name) => {
    const parts = Array.from({ length: random.integer(1, 2) }, (_, i) => `(s${i} (a${random.integer(0, 5)}))`)
    const order = parts.length === 2 && random.chance(0.5) ? ':ordering (and (< s0 s1))' : ''
    const need = random.chance(0.6) ? `:precondition ${literal()}` : ''
    return `(:task ${name} :parameters ())
      (:method m-${name} :parameters () :task (${name}) ${need} :subtasks (and ${parts.join(' ')}) ${order})`
  })
  const domain = `(define (domain lights) (:requirements :hierarchy :negative-preconditions) (:types light)
    (:constants l1 l2 l3 l4 - light) (:predicates (lit ?l - light)) ${tasks.join('\n')} ${actions.join('\n')})`
  return readHddl(
    domain,
    '(define (problem p) (:domain lights) (:htn :subtasks (and (x (t1)) (y (t2)) (z (t3)))) (:init (lit l1) (lit l2)))',
  )
}

/** Whether some order of all the steps is a plan: all of them are tried. */
function someOrderWorks(problem: HtnProblem): boolean {
  const steps: Plan['steps'][number][] = []
  const nodes = problem.domain.methods.map((method, index) => ({
    id: 100 + index,
    task: method.task,
    args: [],
    method: method.name,
    subtasks: method.network.subtasks.map(
      (subtask) => steps.push({ id: steps.length, name: subtask.task, args: [] }) - 1,
    ),
  }))
  const decomposition = { roots: nodes.map((node) => node.id), nodes }
  const attempt = (done: readonly Plan['steps'][number][]): boolean => {
    if (done.length === steps.length) {
      const plan: Plan = { version: 1, steps: done, ordering: [], links: [], decomposition, cost: done.length }
      return verifyHtnPlan(problem, plan).valid
    }
    return steps.some((step) => !done.includes(step) && attempt([...done, step]))
  }
  return attempt([])
}

describe('partial order', () => {
  it('finds a plan where some order of the steps works, and proves that there is none where none does', () => {
    const random = new RandomStream(31)
    const seen = { solved: 0, refused: 0 }
    for (let round = 0; round < 90; round++) {
      const problem = lights(random)
      const result = planHtn(problem)
      const works = someOrderWorks(problem)
      expect(result.status === 'unsolvable').toBe(!works)
      expect('plan' in result).toBe(works)
      seen[works ? 'solved' : 'refused']++
    }
    expect(Math.min(seen.solved, seen.refused)).toBeGreaterThan(8)
  })
})
