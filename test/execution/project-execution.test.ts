import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ExecutionTrace } from '../../src/domain/execution.ts'
import type { ExecutionProblem } from '../../src/domain/execution-problem.ts'
import { executeTask } from '../../src/execution/engine.ts'
import { optionsOf, taskOf } from '../../src/execution/worlds/task.ts'
import { readDocument } from '../../src/io/document/index.ts'

const text = readFileSync(new URL('../../examples/renovation-delays.yaml', import.meta.url), 'utf8')

async function run(...overrides: string[]): Promise<ExecutionTrace> {
  const read = readDocument(text, { overrides })
  if (read.status === 'invalid') throw new Error(read.issues[0]?.message)
  const problem = read.problem.problem as ExecutionProblem
  return executeTask(taskOf(problem), optionsOf(problem))
}

const finish = (trace: ExecutionTrace): number => Math.max(...trace.results.map((result) => result.end))

describe('a project that is carried out (examples/renovation-delays.yaml)', () => {
  test('without delays it goes as planned', async () => {
    const trace = await run('world.delays=[]')
    expect(trace).toMatchObject({ status: 'success', replans: [], noted: [] })
    for (const result of trace.results) expect([result.start, result.end]).toEqual([result.step.start, result.step.end])
  })

  test('a pinned task is not begun early, and begins late rather than never', async () => {
    const started = (trace: ExecutionTrace, name: string): number =>
      trace.results.find(({ step }) => step.name === name)?.start ?? Number.NaN
    const free = await run('world.delays=[]')
    const name = free.results.at(-1)?.step.name as string
    const at = started(free, name)
    const pin = `tasks.${name}.start=${at}`
    expect(started(await run('world.delays=[]', pin), name)).toBe(at)
    const delayed = await run(pin)
    expect(delayed.status).toBe('success')
    expect(started(delayed, name)).toBeGreaterThanOrEqual(at)
  })

  test('a delay within the slack moves times, nothing else', async () => {
    const trace = await run('world.delays=[{"task": "windows", "by": 1}]')
    expect(trace).toMatchObject({ status: 'success', replans: [] })
    expect(trace.noted).toHaveLength(1)
    expect(trace.noted[0]).toMatchObject({ why: 'within the slack: re-timed' })
    expect(finish(trace)).toBeLessThanOrEqual(29)
  })

  test.each(['repair', 'full'])('a delay beyond the slack: %s keeps the deadline', async (strategy) => {
    const trace = await run(`execution.strategy=${strategy}`)
    expect(trace.status).toBe('success')
    expect(trace.replans).toHaveLength(1)
    expect(trace.replans[0]?.triggers[0]).toMatchObject({ trigger: 'timeout', value: 31, threshold: 29 })
    // Seen when the task announces it, days before the deadline.
    expect(trace.replans[0]?.time).toBeLessThan(10)
    expect(finish(trace)).toBe(29)
    const [byRepair, anew] = ['repair', 'full'].map((name) =>
      trace.replans[0]?.proposals.find((proposal) => proposal.strategy === name),
    )
    expect(anew?.costToGo).toBeLessThanOrEqual(byRepair?.costToGo as number)
  })

  test('a deadline that cannot be kept any more is missed by as little as possible, and said', async () => {
    const trace = await run('world.delays=[{"task": "trusses", "by": 12}]')
    expect(trace.status).toBe('success')
    expect(finish(trace)).toBeGreaterThan(29)
    expect(trace.replans[0]?.proposals.find((entry) => entry.strategy === 'full')?.reason).toContain('cannot be met')
  })

  const uncertain = (alpha: number): string =>
    `execution.lateness=${JSON.stringify({
      alpha,
      delays: [
        { task: 'trusses', by: { low: 0, likely: 1, high: 4 } },
        {
          task: 'drywall',
          by: [
            { is: 0, chance: 0.5 },
            { is: 2, chance: 0.5 },
          ],
        },
      ],
    })}`

  test('a chance of being late above alpha: time is bought at the start, and the chance falls', async () => {
    const before = await run('world.delays=[]')
    const trace = await run('world.delays=[]', uncertain(0.2))
    expect(trace.status).toBe('success')
    const [replan, ...others] = trace.replans
    expect(others).toEqual([])
    expect(replan).toMatchObject({ time: 0, triggers: [{ trigger: 'timeout', threshold: 0.2 }] })
    expect(replan?.triggers[0]?.lateness?.target).toBeLessThan(29)
    expect(finish(trace)).toBeLessThan(finish(before))
    expect(trace.totalCost).toBeGreaterThan(before.totalCost)
    expect(trace.noted).toEqual([])
  })

  test('a chance that is borne changes nothing', async () => {
    expect(await run('world.delays=[]', uncertain(0.999))).toMatchObject({ replans: [], noted: [] })
  })

  test.each(['robot', 'warehouse-day'])('it is refused where no project is carried out: %s', (name) => {
    const other = readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8')
    const read = readDocument(other, { overrides: ['execution={"lateness": {"alpha": 0.1, "delays": []}}'] })
    expect(read.status === 'invalid' ? read.issues[0]?.message : '').toContain('in projects only')
  })

  test.each([
    ['{"alpha": 0.1, "delays": [{"task": "roof", "by": {"low": 0, "likely": 1, "high": 2}}]}', 'roof'],
    ['{"alpha": 0.1, "delays": [{"task": "paint", "by": {"low": 2, "likely": 1, "high": 2}}]}', 'not in order'],
    ['{"alpha": 0.1, "delays": [{"task": "paint", "by": [{"is": 0, "chance": 0.5}]}]}', 'sum to 0.5'],
    ['{"alpha": 1, "delays": []}', 'alpha'],
  ])('what is believed of delays is checked: %s', (lateness, word) => {
    const read = readDocument(text, { overrides: [`execution.lateness=${lateness}`] })
    expect(read.status === 'invalid' ? JSON.stringify(read.issues) : '').toContain(word)
  })
})
