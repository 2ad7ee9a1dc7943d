import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../src/domain/plan.ts'
import { runCli, runJson } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'plan-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const domain = 'examples/delivery-domain.hddl'
const problem = 'examples/delivery-problem.hddl'

describe('planning deliveries (examples/delivery-*.hddl)', () => {
  test('takes eight steps at least, proved, each parcel fetched and brought', async () => {
    const { exit, json } = await runJson('plan', domain, problem, '--mode', 'optimal')
    expect(exit).toBe(0)
    const plan = json['plan'] as { length: number; steps: { name: string; args: string[] }[] }
    expect(json).toMatchObject({ status: 'optimal', objective: 8, bound: 8 })
    expect(plan.length).toBe(8)
    expect(plan.steps.map((step) => step.name)).toEqual([
      'drive',
      'load',
      'drive',
      'unload',
      'load',
      'drive',
      'drive',
      'unload',
    ])
  })

  test('`solve` with both files gives the same plan', async () => {
    const { json } = await runJson('solve', domain, problem)
    expect(json['plan']).toEqual((await runJson('plan', domain, problem)).json['plan'])
    expect((json['plan'] as Plan).links.length).toBeGreaterThan(0)
  })

  test('writes the IPC 2020 format, which `verify` accepts, and refuses with a step left out', async () => {
    const { stdout } = await runCli('plan', domain, problem, '--format', 'ipc')
    const good = join(folder, 'good.plan')
    writeFileSync(good, stdout)
    expect((await runJson('verify', domain, problem, good)).json).toMatchObject({ valid: true, issues: [] })
    const bad = join(folder, 'bad.plan')
    writeFileSync(bad, stdout.replace(/^\d+ load.*\n/m, ''))
    const { exit, json } = await runJson('verify', domain, problem, bad)
    expect(exit).toBe(4)
    expect(json).toMatchObject({ valid: false })
  })

  test('carries causal links, back to facts of the beginning and on to methods and the goal', async () => {
    const { json } = await runJson('plan', domain, problem, '--mode', 'optimal')
    const { plan } = json as unknown as { plan: Plan }
    const load = plan.steps.findIndex((step) => step.name === 'load')
    expect(plan.links).toContainEqual({ producer: null, fact: 'parcel-at red market', positive: true, consumer: load })
    const methods = new Set(plan.decomposition?.nodes.map((node) => node.id))
    expect(plan.links.some((link) => link.consumer !== null && methods.has(link.consumer))).toBe(true)
  })

  test('JSON plans are verified like plans in the IPC format, and refused with a place when a field is unknown', async () => {
    const { stdout } = await runCli('plan', domain, problem, '--format', 'json')
    const good = join(folder, 'good.json')
    writeFileSync(good, stdout)
    expect((await runJson('verify', domain, problem, good)).json).toMatchObject({ valid: true })
    const whole = join(folder, 'result.json')
    writeFileSync(whole, (await runCli('plan', domain, problem, '--json')).stdout)
    expect((await runJson('verify', domain, problem, whole)).json).toMatchObject({ valid: true })
    const bad = join(folder, 'bad.json')
    writeFileSync(bad, stdout.replace('"ordering"', '"odering"').replace('"id": 0', '"id": "zero"'))
    const { exit, stderr } = await runCli('verify', domain, problem, bad)
    expect(exit).toBe(3)
    expect(stderr).toMatch(/bad\.json:\d+:\d+: odering: there is no field "odering" here.*did you mean "ordering"/)
    expect(stderr).toContain('steps[0].id')
  })

  test('says why each method was chosen, and what another one would have cost', async () => {
    const { json, stderr } = await runJson('plan', domain, problem, '--explain', '--why-not', 'already-delivered')
    expect(stderr).toBe('')
    const reasons = json['reasons'] as { task: string; chosen: string; refused: { name: string; reason: string }[] }[]
    expect(reasons[0]).toMatchObject({ task: 'deliver(red, harbour)', chosen: 'fetch-and-bring' })
    const refusal = { name: 'already-delivered', reason: 'parcel-at(red, harbour) does not hold' }
    expect(reasons[0]?.refused).toEqual([refusal])
    expect(json['contrast']).toMatchObject({ status: 'impossible', reason: refusal.reason })
    const { exit, stderr: unknown } = await runCli('plan', domain, problem, '--why-not', 'beam')
    expect([exit, unknown]).toEqual([3, expect.stringContaining("there is no method 'beam'")])
  })

  test('takes needless orderings out', async () => {
    const { json } = await runJson('plan', domain, problem, '--mode', 'optimal', '--deorder', 'causal')
    expect(json['order']).toEqual({ keep: 'causal', order: 'minimal', pairsBefore: 28, pairsAfter: 27 })
    const { stdout } = await runCli('plan', domain, problem, '--mode', 'optimal', '--deorder', 'causal')
    expect(stdout).toContain('3 < 4, 3 < 5')
  })

  test('--out draws the decomposition and the causes', async () => {
    const out = join(folder, 'out')
    const { exit, stdout } = await runCli('plan', domain, problem, '--mode', 'optimal', '--out', out)
    expect([exit, stdout.includes('why')]).toEqual([0, false])
    const tree = readFileSync(join(out, 'decomposition.svg'), 'utf8')
    expect(tree).toContain('fetch-and-bring')
    expect(tree).toContain('step 8')
    expect(readFileSync(join(out, 'causes.svg'), 'utf8')).toContain('van-at van-1 market')
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('not already-delivered')
  })

  test('a faulty domain is refused with file, line and column', async () => {
    const faulty = join(folder, 'faulty.hddl')
    writeFileSync(faulty, '(define (domain d)\n  (:predicates (p ?x - thng))\n')
    const { exit, stderr } = await runCli('plan', faulty, problem)
    expect(exit).toBe(3)
    expect(stderr).toMatch(/faulty\.hddl:\d+:\d+/)
  })
})

describe('the planning document examples/travel.yaml', () => {
  const travel = 'examples/travel.yaml'

  test('takes the taxi for 5.5, with `plan` and with `solve`', async () => {
    for (const verb of ['plan', 'solve']) {
      const { exit, json } = await runJson(verb, travel)
      expect(exit).toBe(0)
      expect(json).toMatchObject({ kind: 'plan', status: 'optimal', objective: 5.5, state: { at: 'park', cash: 14.5 } })
    }
    const { json } = await runJson('plan', travel)
    const { plan } = json as unknown as { plan: Plan }
    const [call, ride, pay] = plan.steps.map((step) => step.id) as [number, number, number]
    expect(plan.links).toContainEqual({ producer: call, fact: 'taxi = home', positive: true, consumer: ride })
    expect(plan.links).toContainEqual({ producer: ride, fact: 'owed = 5.5', positive: true, consumer: pay })
    const { stdout } = await runCli('plan', travel, '--explain')
    expect(stdout).toContain('not on foot: distance 8 > 2')
  })

  test('walks when it is near, and says what the taxi would have cost', async () => {
    const { json } = await runJson('plan', travel, '--set', 'state.distance.initial=2', '--why-not', 'by taxi')
    expect((json['plan'] as Plan).steps.map((step) => step.name)).toEqual(['walk'])
    expect(json['contrast']).toMatchObject({ status: 'possible', difference: 2.5 })
  })

  test('with 3 in the pocket there is no plan, because 3 < 5.5', async () => {
    const { exit, json } = await runJson('plan', travel, '--set', 'state.cash.initial=3')
    expect(exit).toBe(4)
    expect(json).toMatchObject({ status: 'unsolvable', conflict: ['distance 8 > 2', 'cash 3 < 5.5'] })
  })

  test('plans are verified against the document', async () => {
    const plan = join(folder, 'travel.json')
    const { stdout } = await runCli('plan', travel, '--format', 'json')
    writeFileSync(plan, stdout)
    expect((await runJson('verify', travel, plan)).json).toMatchObject({ valid: true, cost: 5.5 })
    writeFileSync(plan, stdout.replace('"cost": 5.5,', '"cost": 4.5,'))
    expect((await runJson('verify', travel, plan)).exit).toBe(4)
  })

  test('faults are reported all at once, with line and column', async () => {
    const faulty = join(folder, 'faulty.yaml')
    writeFileSync(
      faulty,
      `version: 1
state:
  - { id: at, kind: enum, values: [home, park], initial: moon }
actions:
  - { id: walk, parameters: [to], when: [[cash, '>=', 1]], effects: [[at, increase, 1]] }
methods:
  - { id: go, task: travel, parameters: [to], subtasks: [[walk], [flie, ?to], [walk, ?from]] }
do: [[travel]]
`,
    )
    const { exit, stderr } = await runCli('plan', faulty)
    expect(exit).toBe(3)
    for (const part of [
      'faulty.yaml:3:58: state[0].initial: "at" is "moon", not one of home, park',
      'no state variable is called "cash"',
      '"at" is of kind enum and cannot increase',
      '"walk" takes 1 argument, not 0',
      'no task or action is called "flie"',
      'no parameter is called "?from"',
      '"travel" takes 1 argument, not 0',
    ])
      expect(stderr).toContain(part)
  })
})

describe('plans one after the other (--candidates)', () => {
  type Listed = { cost: number; bound: number; duration: number; plan: Plan & { length: number } }
  // Two errands, each in one, two or three actions: 9 plans, of cost 2 3 3 4 4 4 5 5 6.
  const ways = join(folder, 'ways-domain.hddl')
  const errands = join(folder, 'ways-problem.hddl')
  const method = (name: string, subtasks: string): string =>
    `(:method ${name} :parameters () :task (errand) :ordered-subtasks (and ${subtasks}))`
  writeFileSync(
    ways,
    `(define (domain ways) (:requirements :hierarchy) (:task errand :parameters ())
      ${method('call', '(phone)')} ${method('ride', '(leave) (return)')} ${method('walk', '(leave) (rest) (return)')}
      ${['phone', 'leave', 'rest', 'return'].map((name) => `(:action ${name} :parameters ())`).join(' ')})`,
  )
  writeFileSync(
    errands,
    '(define (problem two) (:domain ways) (:htn :ordered-subtasks (and (errand) (errand))) (:init))',
  )

  test('come in order of cost, all different, with the bound on those not listed', async () => {
    const { exit, json } = await runJson('plan', ways, errands, '--candidates', '4')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ kind: 'candidates', status: 'optimal', objective: 2, complete: false, bound: 4 })
    const listed = json['candidates'] as unknown as Listed[]
    expect(listed.map(({ cost }) => cost)).toEqual([2, 3, 3, 4])
    for (const { cost, bound } of listed) expect(bound).toBeLessThanOrEqual(cost)
    expect(new Set(listed.map(({ plan }) => JSON.stringify([plan.steps, plan.decomposition]))).size).toBe(4)
  })

  test('are all of them when more are asked for than there are, and then that is said', async () => {
    const { json } = await runJson('plan', ways, errands, '--candidates', '20')
    expect(json).toMatchObject({ complete: true })
    const listed = json['candidates'] as unknown as Listed[]
    expect(listed.map(({ cost }) => cost)).toEqual([2, 3, 3, 4, 4, 4, 5, 5, 6])
    const only = await runJson('plan', domain, problem, '--candidates', '20')
    expect(only.json).toMatchObject({ complete: true, objective: 8 })
  })

  test('are plans of the problem by the independent verifier', async () => {
    const { json } = await runJson('plan', ways, errands, '--candidates', '3')
    for (const [index, { plan }] of (json['candidates'] as unknown as Listed[]).entries()) {
      const { length: _length, ...plain } = plan
      const file = join(folder, `candidate-${index}.json`)
      writeFileSync(file, JSON.stringify(plain))
      expect((await runJson('verify', ways, errands, file)).json).toMatchObject({ valid: true })
    }
  })

  test('are printed with what is known of the others', async () => {
    const { stdout } = await runCli('plan', ways, errands, '--candidates', '2')
    expect(stdout).toContain('2 plans in order of cost; no other costs less than 3')
    expect(stdout).toMatch(/^2\. cost 3, 3 steps/m)
  })

  test('do not go together with what concerns one plan', async () => {
    const { exit, stderr } = await runCli('plan', ways, errands, '--candidates', '2', '--deorder', 'causal')
    expect(exit).toBe(3)
    expect(stderr).toContain('--deorder means nothing for a list of candidates')
  })
})
