import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCli, runJson } from '../run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'plan-candidates-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** To the market on foot for nothing, by bus for 2 or by taxi for 7. */
function trip(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  const way = (id: string, cost: number, duration: number) => ({
    id,
    effects: [['at', 'set', 'market']],
    cost,
    duration,
  })
  const path = join(folder, `${name}.json`)
  const document = {
    version: 1,
    kind: 'plan',
    title: 'To the market',
    state: [{ id: 'at', kind: 'enum', values: ['home', 'market'], initial: 'home' }],
    actions: [way('taxi', 7, 5), way('walk', 0, 40), way('bus', 2, 15)],
    methods: ['taxi', 'walk', 'bus'].map((id) => ({ id: `by ${id}`, task: 'travel', subtasks: [[id]] })),
    do: [['travel']],
    ...more,
  }
  writeFileSync(path, JSON.stringify(document))
  return path
}

interface Listed {
  readonly cost: number
  readonly duration: number
  readonly plan: { readonly steps: readonly { readonly name: string }[] }
}

test('a document has its plans listed in order of cost, and is told when there are no others', async () => {
  const path = trip('trip')
  const { exit, json } = await runJson('plan', path, '--candidates', '9')
  expect(exit).toBe(0)
  expect(json).toMatchObject({ kind: 'candidates', title: 'To the market', objective: 0, complete: true })
  const listed = json['candidates'] as readonly Listed[]
  expect(listed.map(({ cost, duration, plan }) => [plan.steps[0]?.name, cost, duration])).toEqual([
    ['walk', 0, 40],
    ['bus', 2, 15],
    ['taxi', 7, 5],
  ])
  for (const [index, { plan }] of listed.entries()) {
    const { length: _, ...plain } = plan as Listed['plan'] & { readonly length: number }
    const file = join(folder, `plan-${index}.json`)
    writeFileSync(file, JSON.stringify(plain))
    expect((await runJson('verify', path, file)).json).toMatchObject({ valid: true })
  }
  const { stdout } = await runCli('plan', path, '--candidates', '2')
  expect(stdout).toContain('2 plans in order of cost; no other costs less than 2')
})

test('the budget of a document limits the list; nothing within it is a proof', async () => {
  const { json } = await runJson('plan', trip('cheap', { budget: 3 }), '--candidates', '9')
  expect((json['candidates'] as readonly Listed[]).map(({ cost }) => cost)).toEqual([0, 2])
  const nowhere = await runJson(
    'plan',
    trip('nowhere', { methods: [], do: [['taxi']], budget: 3 }),
    '--candidates',
    '9',
  )
  expect(nowhere).toMatchObject({ exit: 4, json: { status: 'unsolvable', candidates: [], complete: true } })
})

test('what is not weighed by cost alone is refused by name', async () => {
  const soft = { goals: [{ id: 'out', where: [['at', '=', 'market']], value: 5 }] }
  const refused = await runCli('plan', trip('soft', { ...soft, do: [] }), '--candidates', '2')
  expect(refused).toMatchObject({ exit: 3, stderr: expect.stringContaining('the document has soft goals') })
  const late = await runCli('plan', trip('late', { deadline: 20 }), '--candidates', '2')
  expect(late).toMatchObject({ exit: 3, stderr: expect.stringContaining('the document has deadlines') })
  const explained = await runCli('plan', trip('why'), '--candidates', '2', '--explain')
  expect(explained.stderr).toContain('--explain means nothing for a list of candidates')
})
