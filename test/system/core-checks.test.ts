/** The core through its public doors: the command for documents, the system object for operations. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { RandomStream } from '../../solvers/numeric/random.ts'
import type { OperationTask } from '../../src/domain/operation.ts'
import { AdvancedPlanningSystem, type OperationPlanner, planOperation } from '../../src/system/index.ts'
import { runCli, runJson } from '../cli/run-cli.ts'
import { able, order, orders, robots, unit } from './warehouse-day.ts'

const folder = mkdtempSync(join(tmpdir(), 'core-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const travel = 'examples/travel.yaml'
const stepsOf = (json: Record<string, unknown>): { name: string; args: string[] }[] =>
  (json['plan'] as { steps: { name: string; args: string[] }[] }).steps

describe('the hierarchical planner', () => {
  test('walks 2 far, pays the taxi 5.5 of 20 when it is 8, and with 3 says "cash 3 < 5.5"', async () => {
    const near = await runJson('solve', travel, '--set', 'state.distance.initial=2')
    expect(stepsOf(near.json).map((step) => step.name)).toEqual(['walk'])
    const far = await runJson('solve', travel)
    expect(far.json).toMatchObject({ status: 'optimal', objective: 5.5 })
    expect(far.json['state']).toMatchObject({ at: 'park', cash: 14.5 })
    const poor = await runCli('solve', travel, '--set', 'state.cash.initial=3')
    expect(poor.exit).toBe(4)
    expect(poor.stdout).toContain('cash 3 < 5.5')
  })

  test.each([
    ['ordered', 3 * 2],
    ['unordered', 2 * 3 * 2],
  ])('lists exactly the candidates of a brute expansion: %s subtasks give %i', async (kind, count) => {
    const method = (task: string, action: string): string =>
      `(:method ${task}-by-${action} :parameters () :task (${task}) :ordered-subtasks (and (${action})))`
    const action = (name: string): string => `(:action ${name} :parameters () :precondition () :effect (done-${name}))`
    const actions = ['a', 'b', 'c', 'd', 'e', 'shut']
    const domain = `(define (domain choices) (:requirements :typing :hierarchy)
      (:predicates (open) ${actions.map((name) => `(done-${name})`).join(' ')})
      (:task first :parameters ()) (:task second :parameters ())
      ${['a', 'b', 'c'].map((name) => method('first', name)).join('\n')}
      ${['d', 'e', 'shut'].map((name) => method('second', name)).join('\n')}
      ${actions.map((name) => (name === 'shut' ? action(name).replace('()  :effect', '').replace(':precondition ()', ':precondition (open)') : action(name))).join('\n')})`
    const word = kind === 'ordered' ? 'ordered-subtasks' : 'subtasks'
    const problem = `(define (problem p) (:domain choices)
      (:htn :parameters () :${word} (and (t1 (first)) (t2 (second)))) (:init))`
    const { json } = await runJson('plan', file('d.hddl', domain), file('p.hddl', problem), '--candidates', '50')
    expect(json).toMatchObject({ status: 'optimal', complete: true })
    expect(json['candidates']).toHaveLength(count)
  })
})

describe('alternatives handed to the solver', () => {
  test('3^14 ways are decided together, and the optimum is that of a table over time', async () => {
    const random = new RandomStream(14)
    const choices = Array.from({ length: 14 }, () =>
      Array.from({ length: 3 }, () => ({ duration: random.integer(1, 6), cost: random.integer(1, 20) })),
    )
    const deadline = 40
    let best = new Array<number>(deadline + 1).fill(0)
    for (const ways of choices) {
      best = best.map((_, time) =>
        Math.min(...ways.map(({ duration, cost }) => cost + (best[time - duration] ?? Number.POSITIVE_INFINITY))),
      )
    }
    const tasks = choices.map((ways, index): OperationTask => {
      const made = ways.map(({ duration, cost }, way) => ({
        id: `way ${way}`,
        units: [unit('work', 'tote', duration, cost)],
        relies: [],
      }))
      return order(`T${index}`, 'tote', 1, { ways: made })
    })
    const system = new AdvancedPlanningSystem({
      agents: [{ id: 'R', capabilities: able('tote') }],
      objectives: ['cost'],
    })
    const result = await system.plan({ tasks, constraints: { deadline } })
    if (result.status !== 'optimal') throw new Error(result.status)
    expect(result.cost).toBe(best[deadline])
    expect(result.bound).toBeCloseTo(result.cost, 6)
  })
})

describe('causal chains', () => {
  const chain = `
version: 1
causes:
  variables: [{ id: a, controllable: true }, { id: b }, { id: g }]
  edges:
    - { from: a, to: b, strength: 0.9, mechanism: pushing }
    - { from: b, to: g, strength: 0.8 }
    - { from: a, to: g, strength: 0.5 }
  goal: { variable: g, value: 1 }
`

  test('a to g: .72 by b, .5 directly; the strongest is .72', async () => {
    const { exit, json } = await runJson('solve', file('chain.yaml', chain))
    expect(exit).toBe(0)
    const paths = (json['paths'] as { variables: string[]; strength: number }[]).filter(
      ({ variables }) => variables[0] === 'a',
    )
    expect(paths.map(({ variables }) => variables.join('>'))).toEqual(['a>b>g', 'a>g'])
    expect(paths[0]?.strength).toBeCloseTo(0.72, 12)
    expect(paths[1]?.strength).toBe(0.5)
    expect(json['strongest']).toMatchObject({ variables: ['b', 'g'] })
    expect(json['controllable']).toMatchObject([{ variable: 'a', path: { variables: ['a', 'b', 'g'] } }])
    expect((await runCli('solve', file('chain.yaml', chain))).stdout).toContain('a raises b by pushing')
  })

  test('a circle is refused with its variables and its place, together with every other fault', async () => {
    const edges = '    - { from: g, to: a, strength: 0.1 }\n    - { from: a, to: nobody, strength: 0.1 }\n  goal'
    const { exit, stderr } = await runCli('solve', file('circle.yaml', chain.replace('  goal', edges)))
    expect(exit).toBe(3)
    expect(stderr).toMatch(/circle\.yaml:\d+:\d+: causes\.edges: causes run in a circle: .*g -> a/)
    expect(stderr).toMatch(/causes\.edges\[4\]\.to: there is no variable 'nobody'/)
  })

  test('recovery is brought about by treatment and verified; it is never set', async () => {
    const { json } = await runJson('solve', 'examples/treatment.yaml')
    const { steps } = json['plan'] as unknown as { steps: { kind: string; variable: string; value?: number }[] }
    expect(steps.map((step) => [step.kind, step.variable, step.value])).toEqual([
      ['intervene', 'treatment', 1],
      ['wait', 'infection', undefined],
      ['verify', 'recovery', 1],
    ])
  })

  test('without anything controllable there is no plan, and when the goal holds nothing is done', async () => {
    const text = readFileSync('examples/treatment.yaml', 'utf8')
    const fixed = await runJson('solve', file('fixed.yaml', text.replace('controllable: true', 'controllable: false')))
    expect(fixed.exit).toBe(4)
    expect(fixed.json['reason']).toContain('none is controllable')
    const well = await runCli('solve', 'examples/treatment.yaml', '--set', 'causes.known.recovery=1')
    expect(well.exit).toBe(0)
    expect(well.stdout).toMatch(/^satisfied/)
  })
})

describe('goals', () => {
  const boolean = (id: string): string => `  - { id: ${id}, kind: boolean, initial: false }\n`
  test('a cause of cost 5 that two goals share is done once: 5 + 2 + 3', async () => {
    const text = `version: 1\nstate:\n${['s', 'g', 'h'].map(boolean).join('')}actions:
  - { id: shared, effects: [[s, set, true]], cost: 5 }
  - { id: own g, when: [[s, '=', true]], effects: [[g, set, true]], cost: 2 }
  - { id: own h, when: [[s, '=', true]], effects: [[h, set, true]], cost: 3 }
goals:
  - { id: first, where: [[g, '=', true]] }
  - { id: second, where: [[h, '=', true]] }
`
    const { json } = await runJson('solve', file('shared.yaml', text))
    expect(json).toMatchObject({ status: 'optimal', objective: 10 })
  })

  test('worth 3, 2 and 2 at 3 each with 4 to spend: the one worth 3, as goals and as tasks of a team', async () => {
    const text = `version: 1\nbudget: 4\nstate:\n${['x', 'y', 'z'].map(boolean).join('')}actions:
${['x', 'y', 'z'].map((id) => `  - { id: do ${id}, effects: [[${id}, set, true]], cost: 3 }`).join('\n')}
goals:
${['x', 'y', 'z'].map((id) => `  - { id: ${id}, where: [[${id}, '=', true]], value: ${id === 'x' ? 3 : 2} }`).join('\n')}
`
    const { json } = await runJson('solve', file('soft.yaml', text))
    expect(json).toMatchObject({ status: 'optimal', value: 3, objective: 3, goals: { reached: ['x'] } })
    const tasks = ['x', 'y', 'z'].map((id) =>
      order(id, 'tote', 0, {
        required: false,
        value: id === 'x' ? 3 : 2,
        ways: [{ id: 'w', units: [unit('do', 'tote', 1, 3)], relies: [] }],
      }),
    )
    const outcome = await new AdvancedPlanningSystem({ agents: robots }).planAndExecute({
      tasks,
      constraints: { budget: 4 },
    })
    expect(outcome).toMatchObject({ status: 'done', done: ['x'], cost: 3 })
  })
})

describe('plans as data', () => {
  test('a plan survives JSON, is verified again, and with an unknown field is refused with its path', async () => {
    const text = (await runCli('plan', travel, '--format', 'json')).stdout
    const plan = JSON.parse(text) as { steps: Record<string, unknown>[] }
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
    expect((await runJson('verify', travel, file('plan.json', text))).json).toMatchObject({ valid: true })
    ;(plan.steps[1] as Record<string, unknown>)['colour'] = 'red'
    const { exit, stderr } = await runCli('verify', travel, file('odd.json', JSON.stringify(plan)))
    expect(exit).toBe(3)
    expect(stderr).toContain('steps[1].colour')
  })

  test('so does every version of the plan of an operation', async () => {
    const tasks = orders.filter((task) => task.id !== 'O2')
    const outcome = await new AdvancedPlanningSystem({ agents: robots }).planAndExecute({ tasks })
    expect(JSON.parse(JSON.stringify(outcome.plans))).toEqual(outcome.plans)
  })
})

describe('reasons', () => {
  test('a plan names the method it chose and the condition that refused the other', async () => {
    const { stdout } = await runCli('plan', travel, '--explain')
    expect(stdout).toContain('by taxi')
    expect(stdout).toMatch(/on foot.*distance 8 > 2/)
  })

  test('a refusal names what binds: the deadline of a project, the budget of a team', async () => {
    const late = await runCli('solve', 'examples/renovation.yaml', '--deadline', '5')
    expect(late.exit).toBe(4)
    expect(late.stdout).toContain('deadline')
    const tasks = [order('O1', 'tote', 6)]
    const poor = await new AdvancedPlanningSystem({ agents: robots }).plan({ tasks, constraints: { budget: 6 } })
    expect('left' in poor && poor.left[0]?.reason).toMatch(/budget 6/)
  })
})

describe('nothing to do', () => {
  test('is a plan: empty, of cost 0, satisfied and said so', async () => {
    const text = readFileSync(travel, 'utf8')
      .replace('do: [[travel, park]]', 'goals: [{ id: there, where: [[at, =, park]] }]')
      .replace('initial: home }\n  - { id: taxi', 'initial: park }\n  - { id: taxi')
    const there = file('there.yaml', text)
    const { exit, json } = await runJson('solve', there)
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'satisfied', objective: 0 })
    expect(stepsOf(json)).toEqual([])
    expect((await runCli('solve', there)).stdout).toMatch(/^satisfied/)
    const outcome = await new AdvancedPlanningSystem({ agents: robots }).planAndExecute({ tasks: [] })
    expect(outcome).toMatchObject({ status: 'done', cost: 0, time: 0 })
  })
})

describe('parts', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string | { default: string }>
  }
  const entries = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.default]))

  test.each(entries)('%s can be imported alone', async (entry) => {
    const source = new URL(`../../${entry.replace('./dist/', '').replace(/\.js$/, '.ts')}`, import.meta.url)
    const module: object = await import(source.href)
    expect(Object.keys(module).length).toBeGreaterThan(0)
  })

  test('a planner of one’s own takes the place of the built-in one, for the first plan and for every later one', async () => {
    const asked: number[] = []
    const planner: OperationPlanner = (problem, options) => {
      asked.push(options.standing?.time ?? 0)
      return planOperation(problem, { ...options, protocol: 'contract_net' })
    }
    const system = new AdvancedPlanningSystem({ agents: robots, planner })
    const world = { events: [{ at: 2, kind: 'agent-lost', agent: 'R2' } as const] }
    const outcome = await system.planAndExecute({ tasks: orders.filter((task) => task.id !== 'O2'), world })
    expect(outcome.status).toBe('done')
    expect(asked[0]).toBe(0)
    expect(asked.length).toBeGreaterThan(1)
    expect(outcome.planned.map((one) => one.time)).toEqual(asked)
  })
})
