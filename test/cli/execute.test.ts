import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli, runJson } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'execute-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a robot on unknown ground (examples/robot.yaml)', () => {
  test('full replanning: three replannings, cost 97 in 30 moves', async () => {
    const { exit, json } = await runJson('execute', 'examples/robot.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'success', cost: 97, replans: 3, plannedCost: 74, moves: 30, time: 30 })
    expect(json['trace']).toHaveLength(30)
    expect(json['replannings']).toMatchObject([
      { at: [3, 3], blocked: [3, 4], costToGo: 65 },
      { at: [5, 4], blocked: [6, 4], costToGo: 64 },
      { at: [7, 9], blocked: [7, 8], costToGo: 40 },
    ])
  })

  test('repair: two replannings, cost 110', async () => {
    const { json } = await runJson('execute', 'examples/robot.yaml', '--strategy', 'repair')
    expect(json).toMatchObject({ status: 'success', cost: 110, replans: 2 })
  })

  test('a single replanning allowed ends as stopped, exit code 5', async () => {
    const { exit, json } = await runJson('execute', 'examples/robot.yaml', '--max-replans', '1')
    expect(exit).toBe(5)
    expect(json).toMatchObject({ status: 'stopped', replans: 1 })
    expect(json['reason']).toContain('1 replanning is allowed')
  })

  test('a goal that is walled off ends as failure with the trace so far, exit code 4', async () => {
    const hidden = 'world.grid.hidden=[[14,11],[15,10]]'
    const { exit, json } = await runJson('execute', 'examples/robot.yaml', '--set', hidden)
    expect(exit).toBe(4)
    expect(json['status']).toBe('failure')
    expect(json['reason']).toContain('cannot be reached')
    expect((json['trace'] as unknown[]).length).toBeGreaterThan(10)
  })

  test('people see maps, triggers, strategies, distances', async () => {
    const { stdout, stderr } = await runCli('execute', 'examples/robot.yaml', '--out', join(folder, 'report'))
    expect(stdout).toContain('replanning 2 at (5,4) by full')
    expect(stdout).toMatch(/failure.*blocked 6,4/)
    expect(stderr).toContain('replanning 1 at 6: failure')
    expect(readFileSync(join(folder, 'report', 'report.html'), 'utf8')).toContain('Map at every replanning')
  })

  test('`solve` carries it out too', async () => {
    expect((await runJson('solve', 'examples/robot.yaml')).json).toMatchObject({ kind: 'execution', cost: 97 })
  })
})

describe('calls and units (examples/emergency.yaml)', () => {
  test('re-assignment: weighted response 1220 in 16 re-optimisations, three late', async () => {
    const { exit, json } = await runJson('execute', 'examples/emergency.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ weightedResponse: 1220, replans: 16, lastArrival: 77 })
    expect(json['late']).toEqual(['I6/ENG#1', 'I8/ENG#0', 'I8/LAD#1'])
  })

  test('nearest free unit: 1638', async () => {
    const { json } = await runJson('execute', 'examples/emergency.yaml', '--strategy', 'repair')
    expect(json).toMatchObject({ weightedResponse: 1638 })
  })
})

describe('an execution desk (examples/trading.yaml)', () => {
  test.each([
    [10, 913041.24, 2],
    [0, 910784.71, 4],
    [1000, 901108.69, 0],
  ])('a threshold of %d bps ends with %d after %d replannings', async (bps, cash, replans) => {
    const { json } = await runJson('execute', 'examples/trading.yaml', '--set', `world.market.opportunityBps=${bps}`)
    expect(json['finalCash']).toBeCloseTo(cash, 1)
    expect(json['replans']).toBe(replans)
    expect(json['hindsight']).toBeCloseTo(939411.07, 2)
  })

  test('says that it is no investment advice', async () => {
    expect((await runCli('execute', 'examples/trading.yaml')).stdout).toContain('not investment advice')
  })
})

describe('a journal', () => {
  test('a finished run resumed gives the same answer and does nothing again', async () => {
    const journal = join(folder, 'journal')
    const first = await runJson('execute', 'examples/robot.yaml', '--journal', journal)
    const lines = readFileSync(join(journal, 'journal.jsonl'), 'utf8')
    const again = await runJson('execute', 'examples/robot.yaml', '--journal', journal, '--resume')
    expect(again.json).toEqual(first.json)
    expect(readFileSync(join(journal, 'journal.jsonl'), 'utf8')).toBe(lines)
  })

  test('a run cut off anywhere goes on where it was', async () => {
    const whole = join(folder, 'whole')
    const first = await runJson('execute', 'examples/emergency.yaml', '--journal', whole)
    const lines = readFileSync(join(whole, 'journal.jsonl'), 'utf8').trimEnd().split('\n')
    for (const kept of [2, 17, 40, lines.length - 2]) {
      const cut = join(folder, `cut-${kept}`)
      await runJson('execute', 'examples/emergency.yaml', '--journal', cut)
      writeFileSync(join(cut, 'journal.jsonl'), `${lines.slice(0, kept).join('\n')}\n`)
      const resumed = await runJson('execute', 'examples/emergency.yaml', '--journal', cut, '--resume')
      expect(resumed.json).toEqual(first.json)
    }
  })

  test('beginning anew over a journal, and resuming without one, are refused', async () => {
    const journal = join(folder, 'journal')
    expect((await runCli('execute', 'examples/robot.yaml', '--journal', journal)).stderr).toContain('--resume')
    expect((await runCli('execute', 'examples/robot.yaml', '--resume')).stderr).toContain('--journal')
  })

  test('another problem than the recorded one is refused with the first difference', async () => {
    const journal = join(folder, 'journal')
    const options = ['--journal', journal, '--resume', '--max-replans', '7']
    const { exit, stderr } = await runCli('execute', 'examples/robot.yaml', ...options)
    expect(exit).not.toBe(0)
    expect(stderr).toContain('maxReplans')
  })
})

describe('an executor of one’s own', () => {
  test('steps go through the named module', async () => {
    const module = join(folder, 'executor.mjs')
    writeFileSync(module, 'export const executor = { async perform(step) { return { cost: 2 } } }\n')
    const { exit, json } = await runJson('execute', 'examples/robot.yaml', '--executor', module)
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'success', replans: 0, cost: 2 * (json['moves'] as number) })
  })

  test('a module without an executor is refused', async () => {
    const module = join(folder, 'nothing.mjs')
    writeFileSync(module, 'export const nothing = 1\n')
    const { exit, stderr } = await runCli('execute', 'examples/robot.yaml', '--executor', module)
    expect(exit).toBe(3)
    expect(stderr).toContain('exports no executor')
  })
})

describe('faults of a world', () => {
  test('are reported with their places, all at once', async () => {
    const file = join(folder, 'faulty.yaml')
    writeFileSync(
      file,
      'version: 1\nworld:\n  grid:\n    rows:\n      - "12"\n      - "1x3"\n    start: [0, 0]\n    goal: [7, 7]\n',
    )
    const { exit, stderr } = await runCli('execute', file)
    expect(exit).toBe(3)
    expect(stderr).toContain('this row has 3 cells')
    expect(stderr).toContain('"x" at 1 is no terrain')
    expect(stderr).toContain('(7,7) is outside the grid')
  })

  test('a document of another kind is refused', async () => {
    expect((await runCli('execute', 'examples/people.yaml')).exit).toBe(3)
  })
})

describe('a project with delays (examples/renovation-delays.yaml)', () => {
  test('planned against actual, the deadline kept by faster modes', async () => {
    const { exit, json } = await runJson('execute', 'examples/renovation-delays.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'success', replans: 1, finish: 29, plannedFinish: 29, deadlineKept: true })
    const { stdout } = await runCli('execute', 'examples/renovation-delays.yaml')
    expect(stdout).toContain('deadline 29 kept')
  })
})

describe('a problem in HDDL (examples/delivery)', () => {
  const files = ['examples/delivery-domain.hddl', 'examples/delivery-problem.hddl']
  const faults = ['--faults', 'examples/delivery-faults.json']

  test('is planned and carried out as planned', async () => {
    const { exit, json } = await runJson('execute', ...files)
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'success', steps: 8, cost: 8, plannedSteps: 8, replans: 0 })
  })

  test('with faults: repaired in the tree, planned anew where an action failed', async () => {
    const { exit, json } = await runJson('execute', ...files, ...faults)
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'success', steps: 10, plannedSteps: 8, replans: 3 })
    expect(json['log']).toMatchObject([{ strategy: 'repair' }, { strategy: 'repair' }, { strategy: 'full' }])
    const again = await runJson('execute', ...files, ...faults, '--attempts', '2')
    expect(again.json).toMatchObject({ status: 'success', replans: 2 })
  })

  test('a run with a journal goes on where it was', async () => {
    const journal = ['--journal', join(folder, 'delivery')]
    const first = await runJson('execute', ...files, ...faults, ...journal)
    const second = await runJson('execute', ...files, ...faults, ...journal, '--resume')
    expect(second.json).toEqual(first.json)
  })

  test('a picture of what was planned and what happened', async () => {
    await runCli('execute', ...files, ...faults, '--out', join(folder, 'hddl'))
    expect(readFileSync(join(folder, 'hddl', 'report.html'), 'utf8')).toContain('Planned against actual')
  })

  test('names that the problem does not have are refused, all at once', async () => {
    const bad = join(folder, 'bad.yaml')
    writeFileSync(
      bad,
      '- { kind: event, at: 1, set: { raod market depot: true, road market: true } }\n- { kind: error, action: unlode }\n',
    )
    const { exit, stderr } = await runCli('execute', ...files, '--faults', bad)
    expect(exit).toBe(3)
    expect(stderr).toContain('there is no predicate raod (did you mean "road"?)')
    expect(stderr).toContain('road has 2 arguments')
    expect(stderr).toContain('did you mean "unload"?')
  })

  test('options that mean nothing are refused, and so is a domain alone', async () => {
    expect((await runCli('execute', 'examples/robot.yaml', '--attempts', '2')).stderr).toContain(
      '--attempts means nothing',
    )
    expect((await runCli('execute', files[0] as string)).stderr).toContain('comes with a problem file')
  })
})

describe('a document with actions (examples/travel.yaml)', () => {
  const faults = join(folder, 'travel-faults.yaml')

  test('is planned and carried out', async () => {
    const { exit, json } = await runJson('execute', 'examples/travel.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'success', steps: 3, replans: 0 })
    expect(json['cost']).toBe(json['plannedCost'])
  })

  test('an attempt that fails is made again, or the plan changes', async () => {
    writeFileSync(faults, '- { kind: error, action: call taxi, times: 1 }\n')
    const changed = await runJson('execute', 'examples/travel.yaml', '--faults', faults)
    expect(changed.json).toMatchObject({ status: 'success', replans: 1 })
    const again = await runJson('execute', 'examples/travel.yaml', '--faults', faults, '--attempts', '2')
    expect(again.json).toMatchObject({ status: 'success', replans: 0 })
  })

  test('variables and values that the document does not have are refused', async () => {
    writeFileSync(faults, '- { kind: event, at: 1, set: { nowhere: true, cash: lots } }\n')
    const { exit, stderr } = await runCli('execute', 'examples/travel.yaml', '--faults', faults)
    expect(exit).toBe(3)
    expect(stderr).toContain('there is no variable nowhere')
    expect(stderr).toContain('cash')
  })
})
