import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { definePomdp } from '../../../models/pomdp/index.ts'
import type { GoalPlanOptions } from '../../../src/belief/goal-planner.ts'
import { planToBelief } from '../../../src/belief/index.ts'
import { presentGoalPlan } from '../../../src/cli/present/goal-plan.ts'
import { runCli, runJson } from '../run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'goal-plan-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function document(name: string, belief: unknown): string {
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify({ version: 1, title: name, belief }))
  return path
}

/** A switch that a press of cost 2 turns on with some chance; whether it is on can be seen. */
const lamp = (name: string, chance: number, start = 'off'): string =>
  document(name, {
    kind: 'pomdp',
    states: ['off', 'on'],
    actions: ['press'],
    observations: ['dark', 'light'],
    start,
    transitions: { press: { off: { off: 1 - chance, on: chance }, on: 'on' } },
    observe: { press: { off: 'dark', on: 'light' } },
    rewards: [{ action: 'press', value: -2 }],
    goal: { states: ['on'], probability: 1 },
  })

/** A walk in the dark of so many steps of cost 1. */
function walk(name: string, steps: number): string {
  const states = Array.from({ length: steps + 1 }, (_, k) => `cell ${k}`)
  return document(name, {
    kind: 'pomdp',
    states,
    actions: ['step'],
    observations: ['nothing'],
    start: 'cell 0',
    transitions: { step: Object.fromEntries(states.map((state, k) => [state, states[Math.min(k + 1, steps)]])) },
    observe: { '*': { '*': 'nothing' } },
    rewards: [{ action: 'step', value: -1 }],
    goal: { states: [states[steps]], probability: 1 },
  })
}

describe('a plan to a belief', () => {
  test('that tries until it works costs the price of a try over the chance, and goes back to its first belief', async () => {
    const path = lamp('lamp', 0.8)
    const { exit, stdout } = await runCli('solve', path)
    expect(exit).toBe(0)
    expect(stdout).toContain('optimal   expected cost 2.5 until the goal is 100 % certain')
    expect(stdout).toContain('2 beliefs in the plan, 2 examined; first action: press')
    expect(stdout).toMatch(/0 +press +2\.5 +0 % +dark 20 % > 0, light 80 % > 1\n/)
    expect(stdout).toMatch(/1 +stop +0 +100 %/)
    expect(stdout).not.toContain('more beliefs')
    const { json } = await runJson('solve', path)
    expect(json).toMatchObject({
      kind: 'pomdp',
      status: 'optimal',
      objective: 2.5,
      bound: 2.5,
      probability: 1,
      action: 'press',
      nodes: [
        { action: 'press', expectedCost: 2.5, satisfied: 0, belief: { off: 1 } },
        { action: null, expectedCost: 0, satisfied: 1, belief: { on: 1 }, branches: [] },
      ],
    })
  })

  test('that holds at the start has no action and costs nothing', async () => {
    const path = lamp('lit', 0.8, 'on')
    expect((await runCli('solve', path)).stdout).toContain(
      '1 belief in the plan, 1 examined; first action: none, the goal holds',
    )
    expect((await runJson('solve', path)).json).toMatchObject({ status: 'optimal', expectedCost: 0, action: null })
  })

  test('that no action leads to is infeasible, exit 4', async () => {
    const path = lamp('broken', 0)
    const { exit, stdout } = await runCli('solve', path)
    expect(exit).toBe(4)
    expect(stdout).toContain('infeasible   no plan reaches the goal with probability 100 % at a finite cost')
    expect((await runJson('solve', path)).json).toMatchObject({ status: 'infeasible', conflict: [] })
  })

  test('of 71 beliefs shows 30 in the table and 60 in the drawing, and says so; --json has all', async () => {
    const path = walk('walk', 70)
    const out = join(folder, 'out')
    const { stdout } = await runCli('solve', path, '--out', out)
    expect(stdout).toContain('expected cost 70')
    expect(stdout).toContain('... and 41 more beliefs (--json has all)')
    expect(stdout).toMatch(/\n *29 +step/)
    expect(stdout).not.toMatch(/\n *30 +step/)
    const report = readFileSync(join(out, 'report.html'), 'utf8')
    expect(report).toContain('The first 60 of 71 beliefs.')
    const { json } = await runJson('solve', path)
    expect(json['nodes']).toHaveLength(71)
  })

  test('that is small is drawn whole, with its costs', async () => {
    const out = join(folder, 'small')
    await runCli('solve', walk('short', 3), '--out', out)
    const report = readFileSync(join(out, 'report.html'), 'utf8')
    expect(report).toContain('Every belief of the plan.')
    const plan = readFileSync(join(out, 'plan.svg'), 'utf8')
    for (const text of ['step', 'stop', 'cost 3', 'cost 0', 'goal 100']) expect(plan).toContain(text)
  })

  test('that was not found before the limit of beliefs gives its bound and what a policy came to', () => {
    // Presses work half of the time, and nothing can be seen: n presses make it certain to 1 - 0.5^n.
    const model = definePomdp({
      kind: 'pomdp',
      name: 'dark lamp',
      discount: 1,
      states: ['off', 'on'],
      actions: ['press'],
      observations: ['nothing'],
      start: 'off',
      transitions: { press: { off: { off: 0.5, on: 0.5 }, on: 'on' } },
      observe: { '*': { '*': 'nothing' } },
      rewards: [{ action: 'press', value: -1 }],
    })
    const goal = { holds: (state: string) => state === 'on', probability: 0.99 }
    const shown = (options: GoalPlanOptions) =>
      presentGoalPlan('dark lamp', model, goal, planToBelief(model, goal, options), 100)
    expect(shown({}).text).toContain('expected cost 7 until the goal is 99 % certain')
    const stopped = shown({ maxBeliefs: 3, runs: 10 })
    expect(stopped).toMatchObject({ limit: 'memory', report: null, result: { status: 'unknown', limit: 'memory' } })
    expect(stopped.text).toMatch(/^unknown {3}stopped \(memory\); any plan costs at least [\d.]+\n/)
    expect(stopped.text).toContain(
      'a policy that begins with press cost 7 ± 0 in 10 simulated runs, of which 10 came to the goal',
    )
    const bound = stopped.result['bound']
    expect(bound).toBeGreaterThan(0)
    expect(bound).toBeLessThanOrEqual(7)
    const unsimulated = shown({ maxBeliefs: 3, runs: 0 })
    expect(unsimulated.text.split('\n')).toHaveLength(1)
    expect(unsimulated.result).toMatchObject({ simulated: null })
  })
})
