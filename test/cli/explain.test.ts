import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli, runJson } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'explain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const delivery = ['examples/delivery-domain.hddl', 'examples/delivery-problem.hddl']

async function resultOf(name: string, ...args: string[]): Promise<string> {
  const path = join(folder, `${name}.json`)
  writeFileSync(path, (await runCli(...args, '--json')).stdout)
  return path
}

describe('explaining results', () => {
  test('of a plan: which fact comes from where, and which task every step is part of', async () => {
    const path = await resultOf('plan', 'plan', ...delivery, '--mode', 'optimal', '--explain')
    const { exit, stdout } = await runCli('explain', path)
    expect(exit).toBe(0)
    expect(stdout).toContain('no answer is better than 8')
    expect(stdout).toContain('"loaded red van-1", from load van-1 red market (step 2)')
    expect(stdout).toContain('part of deliver red harbour by fetch-and-bring')
    expect(stdout).toContain('not already-delivered: parcel-at(red, harbour) does not hold')
  })

  test('of a plan with its problem: what every plan needs, and why not another method', async () => {
    const path = await resultOf('plan-again', 'plan', ...delivery, '--mode', 'optimal')
    const { json } = await runJson('explain', path, ...delivery, '--why-not', 'already-delivered')
    const causes = (json['causes'] as string[]).join('\n')
    expect(causes).toContain('Every plan contains these steps: drive(van-1, depot, market)')
    expect(causes).toContain('must hold at the start: parcel-at blue harbour, parcel-at red market')
    expect(json['choices']).toContain(
      'already-delivered cannot be used for deliver(red, harbour): parcel-at(red, harbour) does not hold.',
    )
  })

  test('of a planning document, solved and not', async () => {
    const travel = 'examples/travel.yaml'
    const solved = await resultOf('travel', 'plan', travel)
    const { stdout } = await runCli('explain', solved, travel, '--why-not', 'on foot')
    expect(stdout).toContain('"owed = 5.5", from ride park (step 2)')
    expect(stdout).toContain('on foot cannot be used for travel: distance 8 > 2')
    const refused = await resultOf('poor', 'plan', travel, '--set', 'state.cash.initial=3')
    expect((await runJson('explain', refused)).json['conflicts']).toEqual(['What fails: distance 8 > 2; cash 3 < 5.5.'])
  })

  test('of a budget: what binds, what more is worth, what is not used', async () => {
    const path = await resultOf('budget', 'solve', 'examples/budget.yaml')
    const { json } = await runJson('explain', path)
    expect(json['sensitivities']).toContain('One more unit of total is worth 1.41, for up to 13.16 more.')
    expect((json['choices'] as string[])[0]).toMatch(/^Not tv: its first 50/)
    const infeasible = await resultOf('tight', 'solve', 'examples/budget.yaml', '--set', 'lines[3].min=300')
    const { stdout } = await runCli('explain', infeasible)
    expect(stdout).toContain('This cannot be met: at least 300')
    expect(stdout).toContain('It would work with events min: 70')
  })

  test('of a schedule and of a diagnosis: the critical path, the worth of tests', async () => {
    const schedule = await resultOf('schedule', 'solve', 'examples/renovation.yaml')
    expect((await runCli('explain', schedule)).stdout).toContain('Critical: scaffold > strip-roof')
    const diagnosis = await resultOf('diagnosis', 'solve', 'examples/generator.yaml')
    expect((await runCli('explain', diagnosis)).stdout).toContain(
      'The test fuel-pressure alone is worth 58.47 and costs 20.',
    )
  })

  test('what is no result is refused, and so is a plan that does not fit the problem', async () => {
    const other = join(folder, 'other.json')
    writeFileSync(other, '[1, 2]')
    expect(await runCli('explain', other)).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('this is no result'),
    })
    const travel = await resultOf('travel-again', 'plan', 'examples/travel.yaml')
    expect((await runCli('explain', travel, ...delivery)).exit).toBe(3)
    expect((await runCli('explain', travel, '--why-not', 'on foot')).stderr).toContain('needs the problem')
  })
})

describe('converting plans and hierarchical problems', () => {
  test('a plan goes from the IPC format to JSON and back', async () => {
    const ipc = join(folder, 'a.plan')
    writeFileSync(ipc, (await runCli('plan', ...delivery, '--format', 'ipc')).stdout)
    const json = join(folder, 'a.json')
    writeFileSync(json, (await runCli('convert', ipc, '--to', 'json')).stdout)
    expect((await runJson('verify', ...delivery, json)).json).toMatchObject({ valid: true })
    const again = (await runCli('convert', json, '--to', 'ipc')).stdout
    expect(again).toBe((await runCli('convert', ipc, '--to', 'ipc')).stdout)
  })

  test('HDDL is written in one form, which gives the same plan and the same form again', async () => {
    const write = async (files: readonly string[], name: string): Promise<string[]> => {
      const paths: string[] = []
      for (const part of ['domain', 'problem']) {
        const path = join(folder, `${name}-${part}.hddl`)
        writeFileSync(path, (await runCli('convert', ...files, '--to', 'hddl', '--part', part)).stdout)
        paths.push(path)
      }
      return paths
    }
    const once = await write(delivery, 'once')
    const { json } = await runJson('plan', ...once, '--mode', 'optimal')
    expect(json).toMatchObject({ status: 'optimal', objective: 8 })
    const both = await runCli('convert', ...once, '--to', 'hddl')
    expect(both.stdout).toBe((await runCli('convert', ...delivery, '--to', 'hddl')).stdout)
  })

  test('HDDL becomes a planning document with the same plan, which is planned and verified as such', async () => {
    const { json } = await runJson('plan', ...delivery, '--mode', 'optimal')
    for (const format of ['yaml', 'json']) {
      const path = join(folder, `delivery.${format}`)
      writeFileSync(path, (await runCli('convert', ...delivery, '--to', format)).stdout)
      const result = await runJson('plan', path)
      expect(result.json).toMatchObject({ status: 'optimal', objective: json['objective'] })
      const plan = join(folder, `delivery-${format}.json`)
      writeFileSync(plan, JSON.stringify(result.json))
      expect((await runJson('verify', path, plan)).json).toMatchObject({ valid: true })
    }
    expect((await runCli('convert', delivery[0] as string, '--to', 'yaml')).stderr).toContain(
      'there is no problem file',
    )
  })

  test('PDDL becomes HDDL with a hierarchy that any sequence of actions refines', async () => {
    const domain = join(folder, 'switch.pddl')
    const problem = join(folder, 'on.pddl')
    writeFileSync(
      domain,
      '(define (domain switch) (:predicates (on)) (:action press :parameters () :precondition (not (on)) :effect (on)))',
    )
    writeFileSync(problem, '(define (problem on) (:domain switch) (:init) (:goal (on)))')
    const hddl = ['domain', 'problem'].map((part) => join(folder, `switch-${part}.hddl`)) as [string, string]
    for (const [index, part] of ['domain', 'problem'].entries())
      writeFileSync(
        hddl[index] as string,
        (await runCli('convert', domain, problem, '--to', 'hddl', '--part', part)).stdout,
      )
    const { json } = await runJson('plan', ...hddl)
    expect((json['plan'] as { steps: { name: string }[] }).steps.map((step) => step.name)).toEqual(['press'])
    expect(json['ipc']).toContain('reach-the-goal -> do-press')
  })
})
