import { describe, expect, it } from 'vitest'
import { verifyHtnPlan } from '../../src/check/htn-plan.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { planHtn } from '../../src/htn/plan.ts'
import { readIpcPlan, writeIpcPlan } from '../../src/io/hddl/ipc-plan.ts'
import { readHddl } from '../../src/io/hddl/read.ts'
import { COURIER_DOMAIN, COURIER_PROBLEM, TURNS_DOMAIN, TURNS_PROBLEM } from '../htn/instances/depot.ts'

const problem = readHddl(COURIER_DOMAIN, COURIER_PROBLEM)
const solved = planHtn(problem, { mode: 'optimal' })
if (!('plan' in solved)) throw new Error(solved.status)
const good = solved.plan

const decomposition = good.decomposition as NonNullable<Plan['decomposition']>
const nodes = decomposition.nodes
const withNodes = (changed: typeof nodes): Plan => ({ ...good, decomposition: { ...decomposition, nodes: changed } })
const carry = nodes.find((node) => node.method === 'carry') as (typeof nodes)[number]
const stepAt = (index: number) => good.steps[index] as (typeof good.steps)[number]

describe('the verifier of hierarchical plans', () => {
  it('accepts the plan, also after a round trip through the IPC format and through JSON', () => {
    expect(verifyHtnPlan(problem, good)).toEqual({ valid: true, issues: [], cost: 10 })
    expect(verifyHtnPlan(problem, readIpcPlan(writeIpcPlan(good))).valid).toBe(true)
    expect(JSON.parse(JSON.stringify(good))).toEqual(good)
  })

  it('accepts a hand-written interleaving of unordered tasks', () => {
    const turns = readHddl(TURNS_DOMAIN, TURNS_PROBLEM)
    const text = `==>
0 tick
1 tock
2 tick
3 tock-again
root 4 5
4 ones -> one 0 6
6 ones -> one 2 7
7 ones -> no-one
5 twos -> last-two 1 3
<==`
    expect(verifyHtnPlan(turns, readIpcPlan(text)).issues).toEqual([])
    // Subtasks may be listed in any order; steps may not be executed in any order.
    expect(verifyHtnPlan(turns, readIpcPlan(text.replace('last-two 1 3', 'last-two 3 1'))).valid).toBe(true)
    const swapped = text.replace('1 tock\n', '1 tock-again\n').replace('3 tock-again\n', '3 tock\n')
    expect(verifyHtnPlan(turns, readIpcPlan(swapped)).issues.map((issue) => issue.code)).toEqual(['wrong-order'])
  })

  const faults: [string, Plan, string][] = [
    ['two steps swapped', { ...good, steps: [stepAt(1), stepAt(0), ...good.steps.slice(2)] }, 'wrong-order'],
    [
      'a subtask left out',
      withNodes(nodes.map((node) => (node === carry ? { ...node, subtasks: node.subtasks.slice(1) } : node))),
      'wrong-subtasks',
    ],
    [
      'a method of another task',
      withNodes(nodes.map((node) => (node === carry ? { ...node, method: 'stay' } : node))),
      'wrong-method',
    ],
    [
      'a method that does not exist',
      withNodes(nodes.map((node) => (node === carry ? { ...node, method: 'beam' } : node))),
      'unknown-method',
    ],
    [
      'another method of the same task',
      withNodes(nodes.map((node) => (node === carry ? { ...node, method: 'already-there' } : node))),
      'wrong-subtasks',
    ],
    [
      'a task refined with other arguments',
      withNodes(nodes.map((node) => (node === carry ? { ...node, args: ['p2', ...node.args.slice(1)] } : node))),
      'wrong-subtasks',
    ],
    ['a foreign step', { ...good, steps: [...good.steps, { id: 900, name: 'refuel', args: ['van'] }] }, 'foreign-step'],
    [
      'a foreign task',
      withNodes([...nodes, { id: 901, task: 'prepare', args: ['van'], method: 'carry', subtasks: [] }]),
      'foreign-task',
    ],
    [
      'a task that is its own ancestor',
      withNodes([...nodes, { id: 902, task: 'deliver', args: ['p1', 'b'], method: 'carry', subtasks: [902] }]),
      'cycle',
    ],
    [
      'one step shared by two tasks',
      withNodes(
        nodes.map((node) => (node.method === 'carry' && node !== carry ? { ...node, subtasks: carry.subtasks } : node)),
      ),
      'shared-task',
    ],
    ['an id used twice', { ...good, steps: good.steps.map((step) => ({ ...step, id: 0 })) }, 'duplicate-id'],
    [
      'an id that nothing has',
      withNodes(nodes.map((node) => (node === carry ? { ...node, subtasks: [...node.subtasks.slice(1), 999] } : node))),
      'unknown-id',
    ],
    [
      'an initial task left out',
      { ...good, decomposition: { ...decomposition, roots: decomposition.roots.slice(1) } },
      'wrong-subtasks',
    ],
    ['no decomposition', { ...good, decomposition: null }, 'missing-decomposition'],
  ]
  it.each(faults)('rejects %s', (_, plan, code) => {
    const report = verifyHtnPlan(problem, plan)
    expect(report.valid).toBe(false)
    expect(report.issues.map((issue) => issue.code)).toContain(code)
  })

  it('rejects steps that cannot be executed, method preconditions that do not hold and goals that are missed', () => {
    const dry = { ...problem, values: problem.values.map((value) => ({ ...value, value: 0 })) }
    const report = verifyHtnPlan(dry, good)
    expect(report.issues.map((issue) => issue.code)).toContain('precondition')
    expect(report.issues.map((issue) => issue.code)).toContain('method-precondition')
    expect(report.issues.some((issue) => issue.message.includes('fuel('))).toBe(true)
    const goal = { ...problem, goal: { kind: 'atom' as const, predicate: 'locked', arguments: ['a'] } }
    expect(verifyHtnPlan(goal, good).issues[0]?.message).toContain('locked(a) does not hold at the end')
    const unknown = {
      ...good,
      steps: good.steps.map((step) => (step.name === 'load' ? { ...step, name: 'lift' } : step)),
    }
    expect(verifyHtnPlan(problem, unknown).valid).toBe(false)
  })
})
