import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli, runJson } from '../run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'explain-solution-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Part = 'answer' | 'conflicts' | 'sensitivities' | 'choices' | 'causes'

/** What `explain` says about a result that `--json` printed. */
async function said(result: string | Readonly<Record<string, unknown>>): Promise<Record<Part, string[]>> {
  const path = join(folder, 'result.json')
  writeFileSync(path, typeof result === 'string' ? result : JSON.stringify(result))
  const { exit, json } = await runJson('explain', path)
  expect(exit).toBe(0)
  return json as Record<Part, string[]>
}

async function ofRun(...args: string[]): Promise<Record<Part, string[]>> {
  return said((await runCli(...args, '--json')).stdout)
}

describe('the answer in words', () => {
  test.each([
    [{ status: 'optimal', objective: 12, bound: 12 }, 'Solved with 12, and proved: no answer is better than 12.'],
    [{ status: 'optimal', value: -1.5 }, 'Solved with -1.5, and proved: no answer is better.'],
    [{ status: 'satisfied' }, 'Nothing needs to be done: what was asked for holds already.'],
    [
      { status: 'feasible', objective: 10, bound: 8, limit: 'time' },
      'Solved with 10; nothing better than 8 is possible. It is not proved to be the best (limit: time).',
    ],
    [{ status: 'feasible', objective: 10, limit: 'gap' }, 'Solved with 10. It is not proved to be the best.'],
    [{ status: 'partial', points: [] }, 'Solved. It is not proved to be the best.'],
    [{ status: 'unknown', limit: 'nodes' }, 'Neither an answer nor a proof was found before the limit (nodes).'],
    [{ status: 'unknown' }, 'Neither an answer nor a proof was found before the limit (not named).'],
    [{ status: 'error' }, 'The input was refused: no message.'],
    [{ status: 'stopped', reason: 'interrupted' }, 'Not carried out to the end: interrupted.'],
    [{ status: 'valid', objective: 3 }, 'Status: valid with 3.'],
  ])('of %o', async (result, sentence) => {
    expect((await said(result)).answer).toEqual([sentence])
  })

  test('says why there is none where the result does', async () => {
    const none = 'Proved: there is no answer.'
    expect((await said({ status: 'unsolvable', reason: 'no method applies' })).answer).toEqual([
      none,
      'no method applies',
    ])
    expect((await said({ status: 'infeasible', explanation: 'Too late.' })).answer).toEqual([none, 'Too late.'])
    expect((await said({ status: 'infeasible' })).answer).toEqual([none])
  })

  test('of a refused input is its fault, with the place', async () => {
    const { answer } = await ofRun('solve', 'examples/budget.yaml', '--set', 'total=-3')
    expect(answer).toEqual([
      'The input was refused: examples/budget.yaml:6:8: total: -3 is too small (give a number >= 0).',
    ])
  })

  test('of a belief followed over time, whose steps are no plan', async () => {
    const { answer } = await ofRun('solve', 'examples/corridor.yaml')
    expect(answer).toEqual(['Computed; there was nothing to choose, so there is nothing to prove.'])
  })

  test('of a plan that stands alone is its cost', async () => {
    const { plan } = JSON.parse((await runCli('plan', 'examples/travel.yaml', '--json')).stdout)
    expect((await said(JSON.stringify(plan))).answer).toEqual(['Solved with 5.5. It is not proved to be the best.'])
  })
})

describe('conflicts in words', () => {
  const both = { status: 'infeasible', conflict: [{ name: 'a', description: 'a <= 3' }, { name: 'b' }] }

  test('of several constraints are told together, irreducible only where that is known', async () => {
    expect((await said(both)).conflicts).toEqual(['These cannot hold together: a <= 3; b.'])
    expect((await said({ ...both, irreducible: true })).conflicts).toEqual([
      'These cannot hold together, and without any one of them the rest could: a <= 3; b.',
    ])
  })

  test('of a linear model are its rows', async () => {
    const path = join(folder, 'model.lp')
    writeFileSync(path, 'Maximize\n obj: 3 x + 2 y\nSubject To\n c1: x + y <= 4\n c2: x + y >= 6\nEnd\n')
    expect((await ofRun('solve', path)).conflicts).toEqual([
      'These cannot hold together, and without any one of them the rest could: c1; c2.',
    ])
  })

  test('come with each change that would help; a change without words is left out', async () => {
    const result = { ...both, relaxations: [{ description: 'a: 5' }, { constraint: 'b' }] }
    expect((await said(result)).conflicts).toContain('It would work with a: 5.')
    expect((await said(result)).conflicts).toHaveLength(2)
  })
})

describe('what binds, and what more would be worth', () => {
  test('of a front is the price of a unit of time from point to point', async () => {
    const { answer, sensitivities } = await ofRun('pareto', 'examples/renovation.yaml')
    expect(answer[0]).toContain('The whole front is proved')
    expect(sensitivities).toEqual([
      'Ending at 29 instead of 30 costs 1 more: 1 a unit of time.',
      'Ending at 28 instead of 29 costs 1 more: 1 a unit of time.',
      'Ending at 27 instead of 28 costs 1 more: 1 a unit of time.',
      'Ending at 26 instead of 27 costs 2 more: 2 a unit of time.',
      'Ending at 25 instead of 26 costs 2 more: 2 a unit of time.',
    ])
    const steps = { status: 'complete', points: [{ cost: 10, makespan: 9 }, { cost: 16, makespan: 6 }, { cost: 1 }] }
    expect((await said(steps)).sensitivities).toEqual(['Ending at 6 instead of 9 costs 6 more: 2 a unit of time.'])
  })

  test('of a linear model are its duals other than 0, the greatest first', async () => {
    const result = { status: 'optimal', objective: 1, duals: { small: 0.5, none: 0, great: -3 } }
    expect((await said(result)).sensitivities).toEqual([
      'One unit more on the right side of great changes the objective by -3.',
      'One unit more on the right side of small changes the objective by 0.5.',
    ])
  })

  test('names what binds with what was used, where that is a number', async () => {
    const binding = [{ description: 'crew of 3', used: 3, limit: 3 }, { constraint: 'deadline' }, { used: 3, limit: 3 }]
    expect((await said({ status: 'optimal', binding })).sensitivities).toEqual([
      'Binding: crew of 3 (3 of 3).',
      'Binding: deadline.',
    ])
  })

  test('tells what one more unit is worth, and for how many more; of periods where more gains something', async () => {
    const marginal = [
      { constraint: 'total', perUnit: 1.5 },
      { constraint: 'tv', perUnit: 2, upTo: 4 },
      { constraint: 'unknown' },
      { period: 1, amount: 10, gain: 0 },
      { period: 2, amount: 10, gain: 7.25 },
    ]
    expect((await said({ status: 'optimal', marginal })).sensitivities).toEqual([
      'One more unit of total is worth 1.5.',
      'One more unit of tv is worth 2, for up to 4 more.',
      '10 more in period 2 is worth 7.25.',
    ])
  })

  test('tells what testing, and knowing the truth, is worth', async () => {
    const information = { sequential: 20, perfect: 33, tests: [{ test: 'x-ray', gross: 12, cost: 5 }, { test: 'odd' }] }
    expect((await said({ status: 'optimal', information })).sensitivities).toEqual([
      'Testing in the best order is worth 20.',
      'Knowing the truth for nothing would be worth 33.',
      'The test x-ray alone is worth 12 and costs 5.',
    ])
    expect((await said({ status: 'optimal', information: {} })).sensitivities).toEqual([])
  })
})

describe('choices in words', () => {
  test('of an operation that was carried out: what made the plan change, and when', async () => {
    const { answer, choices } = await ofRun('execute', 'examples/warehouse-day.yaml')
    expect(answer).toEqual(['Carried out to the end.'])
    expect(choices).toHaveLength(3)
    expect(choices[0]).toBe(
      'Replanned at 2: bin A is stocked 11 %, empty 89 %: O2 is better done by reserve than by bin.',
    )
    expect(choices[2]).toBe('Replanned at 7: new goal U1.')
  })

  test('of an operation with too little money: what was left, and why', async () => {
    const { answer, choices } = await ofRun('execute', 'examples/warehouse-day.yaml', '--set', 'operation.budget=30')
    expect(answer).toEqual(['Carried out in part: something that was asked for was left.'])
    expect(choices[0]).toMatch(/^Not O2: No schedule keeps budget 12 €\. Possible: budget 31 €\. .*[^.]\.$/)
  })

  test('of a portfolio are the projects that were dropped; of a policy what comes first', async () => {
    const dropped = [{ project: 'Mobile app', reason: '107 less' }, { id: 'p2', reason: 'too dear' }, { project: 'x' }]
    expect((await said({ status: 'optimal', dropped, action: 'listen' })).choices).toEqual([
      'Not Mobile app: 107 less.',
      'Not p2: too dear.',
      'First: listen.',
    ])
  })

  test('repeat the answer to "why not?" that the result holds', async () => {
    const contrast = { text: 'on foot cannot be used for travel' }
    expect((await said({ status: 'optimal', contrast })).choices).toEqual(['on foot cannot be used for travel.'])
    expect((await said({ status: 'optimal', contrast: {} })).choices).toEqual([])
  })
})
