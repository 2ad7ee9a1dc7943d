import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
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
    expect((json['plan'] as { length: number }).length).toBe(8)
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

  test('a faulty domain is refused with file, line and column', async () => {
    const faulty = join(folder, 'faulty.hddl')
    writeFileSync(faulty, '(define (domain d)\n  (:predicates (p ?x - thng))\n')
    const { exit, stderr } = await runCli('plan', faulty, problem)
    expect(exit).toBe(3)
    expect(stderr).toMatch(/faulty\.hddl:\d+:\d+/)
  })
})
