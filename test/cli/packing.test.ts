import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli, runJson } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'packing-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** Best of all subsets. */
function bestSubset(
  profits: readonly number[],
  weights: readonly (readonly number[])[],
  room: readonly number[],
): number {
  let best = 0
  for (let set = 0; set < 2 ** profits.length; set++) {
    const taken = profits.flatMap((_, j) => ((set >> j) & 1 ? [j] : []))
    const fits = weights.every((row, i) => taken.reduce((sum, j) => sum + (row[j] as number), 0) <= (room[i] as number))
    if (fits)
      best = Math.max(
        best,
        taken.reduce((sum, j) => sum + (profits[j] as number), 0),
      )
  }
  return best
}

describe('knapsack files of the OR-Library', () => {
  const profits = [12, 7, 9, 4, 8, 11]
  const weights = [
    [5, 3, 4, 2, 3, 6],
    [4, 4, 2, 1, 5, 3],
  ]
  const room = [12, 10]
  const body = [profits, ...weights, room].map((row) => row.join(' ')).join('\n')

  test('with one problem are recognised and solved to the best of all subsets', async () => {
    const { exit, json } = await runJson('solve', written('one.txt', `6 2\n${body}\n`))
    expect(exit).toBe(0)
    const best = bestSubset(profits, weights, room)
    expect(json).toMatchObject({ kind: 'knapsack', status: 'optimal', objective: best, bound: best })
  })

  test('with several problems are solved one by one, beside the value the file knows', async () => {
    const { json } = await runJson('solve', written('two.txt', `2\n6 2 27\n${body}\n6 2 0\n${body}\n`))
    const problems = json['problems'] as { objective: number; known: number | null }[]
    expect(problems.map((problem) => problem.known)).toEqual([27, null])
    expect(problems[0]?.objective).toBe(bestSubset(profits, weights, room))
  })
})

describe('generalised assignment files of the OR-Library', () => {
  const text = '1\n2 3\n6 9 4\n7 5 8\n2 3 2\n3 2 2\n4 4\n'

  test('need to be told whether they hold profits or costs, and then are solved', async () => {
    const path = written('jobs.txt', text)
    const refused = await runCli('solve', path)
    expect(refused.exit).toBe(3)
    expect(refused.stderr).toContain('add --sense maximize or --sense minimize')
    const { json } = await runJson('solve', path, '--sense', 'maximize')
    expect(json).toMatchObject({ kind: 'generalised-assignment', status: 'optimal', objective: 19 })
  })

  const library = new URL('../../../shared/benchmarks/scheduling/gap/gap1.txt', import.meta.url).pathname
  // The instances are not part of the package: without them this test is skipped.
  test.skipIf(!existsSync(library))('give the published optima of gap1', async () => {
    const { json } = await runJson('solve', library)
    const values = (json['problems'] as { objective: number }[]).map((problem) => problem.objective)
    expect(values).toEqual([336, 327, 339, 341, 326])
  })
})

describe('a table of tasks', () => {
  const table =
    'task,duration,cost,after,crew (2),due\ndig,3,5,,2,\npour,2,4,dig,1,\nfence,4,3,,1,6\npaint,1,1,pour;fence,1,\n'

  test('is scheduled under its resources, least lateness first', async () => {
    const { exit, json } = await runJson('solve', written('garden.csv', table))
    expect(exit).toBe(0)
    expect(json).toMatchObject({ kind: 'project', status: 'optimal', objective: 0 })
    const tasks = json['tasks'] as { id: string; start: number; end: number }[]
    expect(tasks.find((task) => task.id === 'fence')?.end).toBeLessThanOrEqual(6)
    expect(json['makespan']).toBe(10)
  })

  test('reports every fault with its line', async () => {
    const faulty = table
      .replace('dig,3,5', 'dig,three,5')
      .replace('pour;fence', 'pour;fense')
      .replace('crew (2)', 'crew')
    const { exit, stderr } = await runCli('schedule', written('faulty.csv', faulty))
    expect(exit).toBe(3)
    expect(stderr).toContain('"three" is no number')
    expect(stderr).toContain('no task is called "fense"')
    expect(stderr).toContain('write crew (3)')
    expect(stderr).toMatch(/faulty\.csv:5:/)
  })
})
