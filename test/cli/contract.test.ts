import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli, runJson, runOnTerminal } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('exit codes', () => {
  test('0 for help and version, 2 for a wrong option with a suggestion', async () => {
    expect((await runCli('--version')).stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/)
    expect((await runCli('help', 'solve')).exit).toBe(0)
    const wrong = await runCli('solve', 'examples/budget.yaml', '--time-limt', '3s')
    expect(wrong.exit).toBe(2)
    expect(wrong.stderr).toContain('--time-limit')
    expect((await runCli('solve', 'examples/budget.yaml', '--time-limit', 'soon')).exit).toBe(2)
    expect((await runCli('sovle')).exit).toBe(2)
    expect((await runCli()).exit).toBe(2)
  })

  test('3 for a missing file, a folder, a faulty document and a file of unknown kind', async () => {
    expect((await runCli('solve', join(folder, 'nothing.yaml'))).exit).toBe(3)
    expect((await runCli('solve', folder)).exit).toBe(3)
    const faulty = await runCli('solve', file('faulty.yaml', 'version: 1\ntotl: 5\n'))
    expect(faulty.exit).toBe(3)
    expect(faulty.stderr).toMatch(/faulty\.yaml:2:1: totl: there is no field "totl" here \(did you mean "total"\?\)/)
    expect((await runCli('solve', file('strange.bin', 'what is this'))).exit).toBe(3)
    expect((await runCli('pareto', 'examples/budget.yaml')).exit).toBe(3)
  })

  test('4 for an infeasible problem, with the conflict', async () => {
    const { exit, json } = await runJson('solve', 'examples/budget.yaml', '--set', 'total=20')
    expect(exit).toBe(4)
    expect(json).toMatchObject({ status: 'infeasible', irreducible: true })
    expect((json['conflict'] as unknown[]).length).toBeGreaterThan(1)
  })
})

describe('output', () => {
  test('--json prints exactly one object, the same bytes for the same seed', async () => {
    const once = await runCli('solve', 'examples/people.yaml', '--json', '--seed', '7')
    const twice = await runCli('solve', 'examples/people.yaml', '--json', '--seed', '7')
    expect(once.stdout).toBe(twice.stdout)
    expect(once.stdout.trimEnd().split('\n')).toHaveLength(1)
  })

  test('a terminal sees the status in a colour unless --no-color; nothing else ever does', async () => {
    const escapeSequence = '\u001b['
    expect((await runOnTerminal('assign', 'examples/people.yaml')).stdout).toContain(`${escapeSequence}32moptimal`)
    expect((await runOnTerminal('assign', 'examples/people.yaml', '--no-color')).stdout).not.toContain(escapeSequence)
    expect((await runCli('assign', 'examples/people.yaml')).stdout).not.toContain(escapeSequence)
  })

  test('an error is a JSON object too when JSON is asked for', async () => {
    const { exit, json } = await runJson('solve', file('twice.yaml', 'version: 1\nversion: 1\n'))
    expect(exit).toBe(3)
    expect(json).toMatchObject({ status: 'error', code: 'invalid-input' })
    expect(json['issues']).toHaveLength(1)
  })

  test('--out writes the page, the drawings and the result inside the named folder', async () => {
    const out = join(folder, 'report')
    const { exit, stderr } = await runCli('solve', 'examples/renovation.yaml', '--deadline', '27', '--out', out)
    expect(exit).toBe(0)
    expect(stderr).toContain(join(out, 'report.html'))
    expect(readdirSync(out).sort()).toEqual(['gantt.svg', 'report.html', 'result.json'])
    expect(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))).toMatchObject({ status: 'optimal', cost: 77 })
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<svg')
  })

  test('schema prints the JSON Schema of the document', async () => {
    const { exit, stdout } = await runCli('schema')
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
    })
  })

  test('demo list names the demos, and a misspelled one is answered with the closest', async () => {
    expect((await runCli('demo', 'list')).stdout).toContain('renovation')
    expect((await runCli('demo', 'renovaton')).stderr).toContain('did you mean "renovation"?')
  })
})

describe('formats', () => {
  test('a cost table as CSV is assigned, empty cells forbidden', async () => {
    const path = file('hours.csv', ',dig,pour\nAna,3,\nBen,1,9\n')
    const { json } = await runJson('assign', path)
    expect(json).toMatchObject({ cost: 12, assignment: { Ana: 'dig', Ben: 'pour' } })
  })

  test('a document goes to JSON and back with the same answer', async () => {
    const asJson = (await runCli('convert', 'examples/renovation.yaml', '--to', 'json')).stdout
    const path = file('renovation.json', asJson)
    const yaml = file('again.yaml', (await runCli('convert', path, '--to', 'yaml')).stdout)
    expect((await runJson('solve', yaml, '--deadline', '26')).json).toMatchObject({ cost: 79 })
  })

  test('a model goes from LP to MPS with the same optimum, and its conflict is named', async () => {
    const lp = file(
      'small.lp',
      'Maximize\n obj: 3 x + 2 y\nSubject To\n sum: x + y <= 4\n mix: x + 3 y <= 6\nGenerals\n x\nEnd\n',
    )
    const mps = file('small.mps', (await runCli('convert', lp, '--to', 'mps')).stdout)
    expect((await runJson('lp', lp)).json).toMatchObject({ status: 'optimal', objective: 12, values: { x: 4, y: 0 } })
    expect(Math.abs((await runJson('lp', mps)).json['objective'] as number)).toBeCloseTo(12, 9)
    const bad = file('bad.lp', 'Minimize\n obj: x\nSubject To\n low: x >= 5\n high: x <= 3\n other: x <= 100\nEnd\n')
    const { exit, json } = await runJson('lp', bad)
    expect(exit).toBe(4)
    expect((json['conflict'] as string[]).toSorted()).toEqual(['high', 'low'])
  })

  test('a budget is exported as the linear model that is solved', async () => {
    const lp = file('budget.lp', (await runCli('solve', 'examples/budget.yaml', '--export', 'lp')).stdout)
    expect((await runJson('lp', lp)).json['objective']).toBeCloseTo(560.5, 6)
  })
})

describe('scheduling files', () => {
  const jobShop = '3 3\n0 3 1 2 2 2\n0 2 2 1 1 4\n1 4 2 3 0 1\n'

  test('a job shop is scheduled to its proved optimum, tasks named job.operation', async () => {
    const { exit, json } = await runJson('schedule', file('shop.txt', jobShop))
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'optimal', makespan: 11, bound: 11 })
    expect((json['tasks'] as { id: string }[]).map((task) => task.id)).toContain('3.3')
  })

  test('a limit below the optimum is refused with a named conflict and exit code 4', async () => {
    const { exit, json } = await runJson('schedule', file('tight.txt', jobShop), '--deadline', '10')
    expect(exit).toBe(4)
    expect((json['conflict'] as unknown[]).length).toBeGreaterThan(0)
  })
})

test('an option that means nothing for the input is refused by name, never ignored', async () => {
  for (const args of [
    ['solve', 'examples/budget.yaml', '--gantt'],
    ['solve', 'examples/tiger.pomdp', '--set', 'discount=0.5'],
    ['assign', 'examples/people.yaml', '--solver', 'highs'],
    ['pomdp', 'examples/tiger.pomdp', '--solver', 'highs'],
    ['plan', 'examples/delivery-domain.hddl', 'examples/delivery-problem.hddl', '--solver', 'highs'],
  ]) {
    const { exit, stderr } = await runCli(...args)
    expect(exit, args.join(' ')).toBe(3)
    expect(stderr).toMatch(/--(gantt|set|solver) means nothing for/)
  }
})

test('a named linear backend answers, also where another engine would be chosen', async () => {
  const { json } = await runJson('solve', 'examples/renovation.yaml', '--deadline', '27', '--solver', 'highs')
  expect(json).toMatchObject({ status: 'optimal', cost: 77 })
  expect(json['solver']).toContain('highs')
  expect((await runCli('solve', 'examples/budget.yaml', '--solver', 'hihgs')).exit).toBe(3)
})
