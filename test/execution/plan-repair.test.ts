import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { measureProblem } from '../../bench/execution/plan-repair/measure.ts'

const folder = fileURLToPath(new URL('../../../shared/benchmarks/coordination/plan-repair', import.meta.url))

describe.skipIf(!existsSync(folder))('disturbed executions repaired in the tree (skipped without ../shared)', () => {
  test.each([
    ['openstacks', 'p05.pddl'],
    ['rovers', 'p05.pddl'],
    ['satellite', 'p09.pddl'],
  ])('%s %s: none fails, no more actions and search than published, nearer to the old plan than anew', (name, file) => {
    const published = JSON.parse(readFileSync(`${folder}/${name}/measured.json`, 'utf8')).find(
      (entry: { problem: string }) => entry.problem === file,
    ).ipyhopper_repair
    const measured = measureProblem(name, `${folder}/${name}/${file}`, 20)
    expect(measured.failed).toBe(0)
    expect(measured.meanRepairs).toBeGreaterThan(0)
    expect(measured.meanActions).toBeLessThanOrEqual(published.meanActions)
    expect(measured.meanIterations).toBeLessThanOrEqual(published.meanIterations)
    expect(measured.repairDistance).toBeLessThanOrEqual(measured.scratchDistance)
  })
})
