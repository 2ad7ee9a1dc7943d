import { describe, expect, test } from 'vitest'
import { runCli, runJson } from './run-cli.ts'

interface Point {
  readonly cost: number
  readonly makespan: number
  readonly proved: boolean
}

describe('moving a data centre (examples/relocation.yaml)', () => {
  test('cannot relocate by day 57, with the longest chain named', async () => {
    const { exit, json } = await runJson('solve', 'examples/relocation.yaml', '--deadline', '57')
    expect(exit).toBe(4)
    expect(json['explanation']).toContain('Site survey > ')
    expect(json['explanation']).toContain('58')
  })
})

describe('a job shop (examples/job-shop.yaml)', () => {
  test('is late by 48 at the least, weighted', async () => {
    const { exit, json } = await runJson('solve', 'examples/job-shop.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'optimal', objective: 48, bound: 48, makespan: 43 })
  })

  test('takes 41 h at the least', async () => {
    const { json } = await runJson('solve', 'examples/job-shop.yaml', '--set', 'objective=makespan')
    expect(json).toMatchObject({ status: 'optimal', makespan: 41 })
  })

  test('trades the end against lateness at exactly two points', async () => {
    const { exit, json } = await runJson('pareto', 'examples/job-shop.yaml', '--of', 'makespan,weighted-tardiness')
    expect(exit).toBe(0)
    expect(json['status']).toBe('complete')
    const points = json['points'] as (Point & { 'weighted-tardiness': number })[]
    expect(points.map((point) => [point.makespan, point['weighted-tardiness']])).toEqual([
      [43, 48],
      [41, 59],
    ])
  })

  test('pays 121 for Aero-1 by 22 h, and by 21 h the chain of that order says why not', async () => {
    const paid = await runJson('solve', 'examples/job-shop.yaml', '--set', 'jobs.Aero-1.deadline=22')
    expect(paid.json).toMatchObject({ status: 'optimal', objective: 121 })
    const refused = await runJson('solve', 'examples/job-shop.yaml', '--set', 'jobs.Aero-1.deadline=21')
    expect(refused.exit).toBe(4)
    expect(refused.json['explanation']).toContain(
      'Aero-1 saw > Aero-1 lathe > Aero-1 grind > Aero-1 mill > Aero-1 cmm from 4 h on, so until 22 h',
    )
  })

  test('a second mill brings the lateness down', async () => {
    const { json } = await runJson('solve', 'examples/job-shop.yaml', '--set', 'resources.mill.capacity=2')
    expect(json['status']).toBe('optimal')
    expect(json['objective']).toBeLessThan(48)
  })
})

describe('a rover sol (examples/rover.yaml)', () => {
  test('is worth 85 of 138, with the levels inside their limits and the memory binding', async () => {
    const { exit, json } = await runJson('solve', 'examples/rover.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ kind: 'mission', status: 'optimal', objective: 85, bound: 85 })
    const battery = json['battery'] as { least: number; end: number }
    expect(battery.least).toBeGreaterThanOrEqual(60)
    expect(battery.end).toBeGreaterThanOrEqual(120)
    expect((json['memory'] as { most: number }).most).toBeLessThanOrEqual(800)
    expect((json['check'] as { violations: unknown[] }).violations).toEqual([])
    expect(json['dropped']).toContain('GCMS-run')
    expect(JSON.stringify(json['exclusions'])).toContain('needs warmup-arm')
  })

  test.each([
    ['mission.memory.capacity=1000', 85],
    ['mission.passes.MRO-1.rate=0', 78],
  ])('with %s is worth %d', async (change, value) => {
    const { json } = await runJson('solve', 'examples/rover.yaml', '--set', change)
    expect(json).toMatchObject({ status: 'optimal', objective: value })
  })

  test('with 60 Wh less at the start cannot even idle: the base load breaks the reserve', async () => {
    const { exit, json } = await runJson('solve', 'examples/rover.yaml', '--set', 'mission.battery.initial=80')
    expect(exit).toBe(4)
    expect(json['explanation']).toMatch(/even with no activity.*below the reserve of 60, by the base load of 14/)
  })

  test('a pass after the last slot and an unknown predecessor are both refused in their places', async () => {
    const { exit, stderr } = await runCli(
      'solve',
      'examples/rover.yaml',
      '--set',
      'mission.passes.ODY-1.slots=[30]',
      '--set',
      'mission.activities.drill-K2.after=[nobody]',
    )
    expect(exit).toBe(3)
    expect(stderr).toContain('slot 30 lies after the last one')
    expect(stderr).toContain('no activity is called "nobody"')
  })
})

describe('a footbridge by methods (examples/footbridge.yaml)', () => {
  test('costs 219.5 by day 52 on both roads, with the methods named', async () => {
    for (const road of ['joint', 'candidates']) {
      const { exit, json } = await runJson('solve', 'examples/footbridge.yaml', '--road', road)
      expect(exit).toBe(0)
      expect(json).toMatchObject({ kind: 'hierarchy', status: 'optimal', cost: 219.5, makespan: 52, complete: true })
      expect(json['methods']).toEqual([
        { task: 'railway', method: 'night possessions' },
        { task: 'foundations', method: 'spread footings' },
        { task: 'deck', method: 'cast in place' },
      ])
    }
  })

  test('has exactly five points over methods and times', async () => {
    const { exit, json } = await runJson('pareto', 'examples/footbridge.yaml')
    expect(exit).toBe(0)
    expect(json['status']).toBe('complete')
    expect((json['points'] as Point[]).map(({ makespan, cost }) => [makespan, cost])).toEqual([
      [52, 219.5],
      [51, 232],
      [47, 236.5],
      [44, 240],
      [43, 252.5],
    ])
  })

  test('by day 43 takes other methods, and by day 42 cannot be done', async () => {
    const { json } = await runJson('solve', 'examples/footbridge.yaml', '--deadline', '43')
    expect(json).toMatchObject({ status: 'optimal', cost: 252.5 })
    const late = await runJson('solve', 'examples/footbridge.yaml', '--deadline', '42')
    expect(late.exit).toBe(4)
    expect(JSON.stringify(late.json['relaxations'])).toContain('"to":43')
  })

  test('a task with methods has no duration of its own, and `as` needs an entry of compounds', async () => {
    const { exit, stderr } = await runCli(
      'solve',
      'examples/footbridge.yaml',
      '--set',
      'tasks.deck.duration=3',
      '--set',
      'tasks.survey={ id: survey, as: nothing }',
    )
    expect(exit).toBe(3)
    expect(stderr).toContain('"duration" means nothing for "deck"')
    expect(stderr).toContain('no compound is called "nothing"')
  })
})

test('a constraint over modes changes the renovation and is blamed where it cannot hold', async () => {
  const constraint =
    '[{ name: a fast roof, terms: [{ task: strip-roof, mode: fast }, { task: trusses, mode: fast }], least: 2 }]'
  const { exit, json } = await runJson('solve', 'examples/renovation.yaml', '--set', `constraints=${constraint}`)
  expect(exit).toBe(0)
  const tasks = json['tasks'] as { id: string; mode: string }[]
  expect(tasks.find((task) => task.id === 'strip-roof')?.mode).toBe('fast')
  const impossible = constraint.replace('least: 2', 'least: 3')
  const refused = await runJson('solve', 'examples/renovation.yaml', '--set', `constraints=${impossible}`)
  expect(refused.exit).toBe(4)
  expect(JSON.stringify(refused.json['conflict'])).toContain('a fast roof')
})

describe('a paint shop with shifts (examples/paint-shop.yaml)', () => {
  test('is done at 10 on the second day; polishing pauses over lunch, spraying never does', async () => {
    const { exit, json } = await runJson('solve', 'examples/paint-shop.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ status: 'optimal', makespan: 34, cost: 228 })
    const tasks = json['tasks'] as { id: string; mode: string; start: number; end: number }[]
    const at = (id: string) => tasks.find((task) => task.id === id)
    expect(at('lacquer trim')?.mode).toBe('lacquer trim by ada')
    const paused = tasks.filter((task) => task.id.startsWith('polish')).map((task) => task.end - task.start)
    expect(Math.max(...paused)).toBeGreaterThan(3)
    for (const task of tasks.filter(({ id }) => id.startsWith('spray'))) {
      expect(task.end - task.start).toBeLessThanOrEqual(2)
    }
  })

  test('refuses a skill that nobody has and a shift outside its day, in their places', async () => {
    const { exit, stderr } = await runCli(
      'solve',
      'examples/paint-shop.yaml',
      '--set',
      'tasks.lacquer trim.skills={ laquer: 1 }',
      '--set',
      'resources.booth.calendar.open=[[8, 30]]',
    )
    expect(exit).toBe(3)
    expect(stderr).toContain('nobody has the skill "laquer"')
    expect(stderr).toContain('[8, 30] is no stretch of a cycle of 24')
  })
})

describe('what one unit more would buy', () => {
  test('a sixth person brings the renovation below 25 days, a second crane does not', async () => {
    const { json } = await runJson('solve', 'examples/renovation.yaml', '--set', 'objective=makespan', '--what-if')
    const found = json['whatIf'] as { limit: string; gain: number; proved: boolean; to: number }[]
    expect(found.map((entry) => [entry.limit, entry.to])).toEqual([
      ['resource crew', 6],
      ['resource crane', 2],
    ])
    expect(found[0]?.gain).toBeGreaterThan(0)
    expect(found[1]?.gain).toBe(0)
    expect(found.every((entry) => entry.proved)).toBe(true)
  })
})
