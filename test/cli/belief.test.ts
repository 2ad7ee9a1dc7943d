import { readFileSync } from 'node:fs'
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCli, runJson } from './run-cli.ts'

interface CaseJson {
  readonly name?: string
  readonly expectedCost: number
  readonly first: string
  readonly withoutTests: number
  readonly policy: readonly string[]
  readonly information: {
    readonly perfect: number
    readonly sequential: number
    readonly warning?: string
    readonly tests: readonly {
      readonly test: string
      readonly gross: number
      readonly cost: number
      readonly net: number
    }[]
  }
  readonly simulation: { readonly runs: number; readonly mean: number; readonly standardError: number }
}

/** The reports that `--out` writes, by file name. */
async function drawings(...args: string[]): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'foreplan-belief-'))
  const { exit } = await runCli(...args, '--out', folder, '--quiet')
  expect(exit).toBe(0)
  const names = await readdir(folder)
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

describe('fault diagnosis (examples/generator.yaml)', () => {
  test('costs 252.3433, begins with the crank voltage, and has the published policy', async () => {
    const { exit, json } = await runJson('solve', 'examples/generator.yaml')
    expect(exit).toBe(0)
    expect(json).toMatchObject({ kind: 'diagnosis', status: 'optimal', first: 'test crank-voltage' })
    const found = json as unknown as CaseJson
    expect(found.expectedCost).toBeCloseTo(252.3433, 4)
    expect(found.withoutTests).toBeCloseTo(313.2, 9)
    const top = found.policy.filter((line) => (line.match(/\(/g) ?? []).length <= 3)
    expect(top.map((line) => line.replace(/[\d.]+(?=\]$)/, (cost) => Number(cost).toFixed(2)))).toEqual([
      'test crank-voltage  [cost 252.34]',
      '  (+) repair battery-starter  [cost 155.74]',
      '  (+)   (x) test fuel-pressure  [cost 366.38]',
      '  (+)   (x)   (+) repair fuel-pump  [cost 189.62]',
      '  (+)   (x)   (-) test OBD-scan  [cost 474.01]',
      '  (-) test fuel-pressure  [cost 277.82]',
      '  (-)   (+) repair fuel-pump  [cost 179.92]',
      '  (-)   (+)   (x) repair injectors  [cost 244.48]',
      '  (-)   (-) repair sensor  [cost 327.87]',
      '  (-)   (-)   (x) repair injectors  [cost 417.24]',
    ])
    const { tests } = found.information
    expect(tests.map(({ gross }) => Number(gross.toFixed(3)))).toEqual([58.47, 47.562, 29.28])
    expect(tests.map(({ cost }) => cost)).toEqual([20, 8, 25])
  })

  test('carried out 20,000 times costs what it claims, within 3 standard errors, and the same every time', async () => {
    const { json } = await runJson('pomdp', 'examples/generator.yaml', '--seed', '3')
    const { simulation } = json as unknown as CaseJson
    expect(simulation.runs).toBe(20_000)
    expect(Math.abs(simulation.mean - 252.3433)).toBeLessThan(3 * simulation.standardError)
    const again = await runJson('pomdp', 'examples/generator.yaml', '--seed', '3')
    expect(again.json).toEqual(json)
  })

  test('cut at depth 2 is answered with bounds, and --require-optimal says so', async () => {
    const { exit, json } = await runJson('pomdp', 'examples/generator.yaml', '--horizon', '2', '--require-optimal')
    expect(exit).toBe(6)
    expect(json['status']).toBe('feasible')
    expect(json['bound'] as number).toBeLessThanOrEqual(252.3434)
    expect(json['objective'] as number).toBeGreaterThanOrEqual(252.3433)
  })
})

describe('which tests before treating (examples/embolism.yaml)', () => {
  const published = {
    'Wells low': {
      loss: 4.95172,
      noTest: 9.6,
      gross: [1.4376, 3.4416, 6.996],
      perfect: 8.4,
      policy: [
        'test D-dimer  [P(D)=0.0600, loss 4.9517]',
        '  (+) test CTPA  [P(D)=0.0947, loss 6.7614]',
        '  (+)   (+) treat  [P(D)=0.6530, loss 17.2240]',
        '  (+)   (-) no treatment  [P(D)=0.0109, loss 1.7417]',
        '  (-) no treatment  [P(D)=0.0075, loss 1.2066]',
      ],
    },
    'Wells moderate': {
      loss: 10.714562,
      noTest: 13.84,
      gross: [2.2708, 0, 5.558],
      perfect: 9.24,
      policy: [
        'test leg-US  [P(D)=0.2300, loss 10.7146]',
        '  (+) treat  [P(D)=0.8175, loss 18.5403]',
        '  (-) test D-dimer  [P(D)=0.1448, loss 8.4353]',
        '  (-)   (+) test CTPA  [P(D)=0.2172, loss 10.8534]',
        '  (-)   (+)   (+) treat  [P(D)=0.8331, loss 18.6652]',
        '  (-)   (+)   (-) no treatment  [P(D)=0.0284, loss 4.5396]',
        '  (-)   (-) no treatment  [P(D)=0.0198, loss 3.1623]',
      ],
    },
    'Wells high': {
      loss: 14.93722,
      noTest: 15.92,
      gross: [0, 0, 0],
      perfect: 6.12,
      policy: [
        'test D-dimer  [P(D)=0.4900, loss 14.9372]',
        '  (+) treat  [P(D)=0.6115, loss 16.8916]',
        '  (-) test CTPA  [P(D)=0.1026, loss 7.0282]',
        '  (-)   (+) treat  [P(D)=0.6731, loss 17.3846]',
        '  (-)   (-) no treatment  [P(D)=0.0119, loss 1.9035]',
      ],
    },
  }

  test('has the published losses, first tests, policies and values of information at every prior', async () => {
    const { json } = await runJson('solve', 'examples/embolism.yaml')
    expect(json).toMatchObject({ kind: 'sensing', status: 'optimal', first: 'test D-dimer' })
    const cases = json['cases'] as CaseJson[]
    expect(cases.map(({ name }) => name)).toEqual(Object.keys(published))
    for (const [index, wanted] of Object.values(published).entries()) {
      const found = cases[index] as CaseJson
      expect(found.expectedCost).toBeCloseTo(wanted.loss, 5)
      expect(found.withoutTests).toBeCloseTo(wanted.noTest, 9)
      expect(found.information.perfect).toBeCloseTo(wanted.perfect, 9)
      for (const [t, gross] of wanted.gross.entries()) expect(found.information.tests[t]?.gross).toBeCloseTo(gross, 6)
      expect(found.policy.map((line) => line.replace('embolism', 'D').replace('cost', 'loss'))).toEqual(wanted.policy)
      expect(Math.abs(found.simulation.mean - wanted.loss)).toBeLessThan(3 * found.simulation.standardError)
    }
  })

  test('warns that no single test pays at .49 although a sequence is worth .98', async () => {
    const { stdout } = await runCli('solve', 'examples/embolism.yaml')
    expect(stdout).toContain('warning: no single test pays on its own, yet a sequence is worth 0.98278')
    expect(stdout).toContain('expected cost 14.9372')
  })

  test('has the published thresholds, of all tests together and of each alone', async () => {
    const { json } = await runJson('pomdp', 'examples/embolism.yaml')
    const thresholds = json['thresholds'] as { from: number; decision: string }[]
    expect(thresholds.map(({ decision }) => decision)).toEqual([
      'no treatment',
      'test D-dimer',
      'test leg-US',
      'test D-dimer',
      'treat',
    ])
    for (const [index, from] of [0, 0.01995, 0.1457, 0.30645, 0.73935].entries())
      expect(Math.abs((thresholds[index]?.from as number) - from)).toBeLessThan(1e-4)
    const single = json['singleThresholds'] as { test: string; regions: { from: number }[] }[]
    const wanted: Record<string, [number, number]> = {
      'D-dimer': [0.052586, 0.385382],
      'leg-US': [0.021465, 0.120036],
      CTPA: [0.028436, 0.330709],
    }
    for (const { test: name, regions } of single) {
      expect(regions[1]?.from).toBeCloseTo(wanted[name]?.[0] as number, 6)
      expect(regions[2]?.from).toBeCloseTo(wanted[name]?.[1] as number, 6)
    }
  })

  test('another prior is a what-if; the drawings show plan, thresholds and belief', async () => {
    const { json } = await runJson('solve', 'examples/embolism.yaml', '--set', 'belief.prior=0.23')
    expect(json['first']).toBe('test leg-US')
    const files = await drawings('solve', 'examples/embolism.yaml')
    expect(files.get('thresholds.svg')).toContain('no treatment')
    expect(files.get('plan.svg')).toContain('test D-dimer')
    expect(files.get('report.html')).toContain('no single test pays')
  })
})

describe('where the robot is (examples/corridor.yaml)', () => {
  test('the filter has the published likelihood, entropies and final belief', async () => {
    const { exit, json } = await runJson('solve', 'examples/corridor.yaml')
    expect(exit).toBe(0)
    expect(json['logLikelihood']).toBeCloseTo(-11.509962, 6)
    const steps = json['steps'] as { entropy: number; top: [string, number][] }[]
    const entropies = [
      3.304642, 3.292914, 2.791932, 3.343359, 3.490305, 3.464153, 3.35507, 3.091076, 2.138584, 2.241831, 1.441828,
      1.583101, 1.747881, 1.160441, 1.30805, 1.530861, 0.66338, 0.625744,
    ]
    for (const [index, wanted] of entropies.entries()) expect(steps[index]?.entropy).toBeCloseTo(wanted, 6)
    const wanted: [string, number][] = [
      ['15', 0.920176],
      ['17', 0.031261],
      ['16', 0.010364],
    ]
    for (const [index, [cell, probability]] of wanted.entries()) {
      expect(steps[17]?.top[index]?.[0]).toBe(cell)
      expect(steps[17]?.top[index]?.[1]).toBeCloseTo(probability, 6)
    }
  })

  test('an observation that cannot be is an error that names the step', async () => {
    const { exit, stderr } = await runCli(
      'solve',
      'examples/corridor.yaml',
      '--set',
      'belief.observe[0].see=wall',
      '--set',
      'belief.observe[1].see=wall',
    )
    expect(exit).toBe(3)
    expect(stderr).toContain('the observation "door" of step 0 has probability 0')
    expect(stderr).toMatch(/corridor\.yaml:\d+:\d+: belief\.history\[0\]\.observation/)
  })

  test('is drawn as belief over time and entropy', async () => {
    const files = await drawings('pomdp', 'examples/corridor.yaml')
    expect([...files.keys()].toSorted()).toEqual(
      expect.arrayContaining(['belief-over-time.svg', 'belief.svg', 'entropy.svg', 'report.html']),
    )
  })
})

describe('localise, then dock (examples/dock.yaml)', () => {
  test.each([
    [1, -0.4],
    [2, -0.78],
    [3, -1.141],
    [4, -1.48395],
    [5, -1.262002],
    [6, -1.242363],
  ])('over %i steps is worth %f and looks first', async (horizon, value) => {
    const { json } = await runJson('pomdp', 'examples/dock.yaml', '--horizon', String(horizon))
    expect(json).toMatchObject({ status: 'optimal', action: 'look' })
    expect(json['value']).toBeCloseTo(value, 6)
  })

  test('its policy tree repeats the observations that lead to a line', async () => {
    const { stdout } = await runCli('solve', 'examples/dock.yaml')
    expect(stdout).toContain('look  [value -1.2620]')
    expect(stdout).toMatch(/\n {2}\(door\) left {2}\[P=0\.368\d, value 0\.0797\]\n {2}\(door\) {3}\(door\) left/)
  })

  test('as a goal its rewards are refused: goals count costs', async () => {
    const goal = ['--set', 'belief.goal={when: {cell: 4}, probability: 0.9}', '--set', 'belief.objective=cost']
    const { exit, stderr } = await runCli('solve', 'examples/dock.yaml', ...goal)
    expect(exit).toBe(3)
    expect(stderr).toContain('goal planning minimises costs')
  })

  test('standing at cell 4 for nine tenths certain has a proved lower bound and a policy that gets there', async () => {
    const { exit, json } = await runJson('solve', 'examples/find-cell.yaml')
    expect(exit).toBe(5)
    expect(json['status']).toBe('unknown')
    const { runs, reached, mean } = json['simulated'] as { runs: number; reached: number; mean: number }
    expect(reached).toBe(runs)
    expect(json['bound'] as number).toBeGreaterThan(6)
    expect(mean).toBeGreaterThan(json['bound'] as number)
    expect(mean).toBeLessThan(13)
  })
})

describe('Kuhn poker against players of unknown kind (examples/kuhn-poker.yaml)', () => {
  test.each([
    ['equilibrium', -1 / 18],
    ['calling-station', 1 / 3],
    ['rock', 1 / 6],
    ['maniac', 1 / 3],
  ])('the best response to a certain %s is worth %f', async (opponent, value) => {
    const { json } = await runJson('solve', 'examples/kuhn-poker.yaml', '--set', `belief.start.opponent=${opponent}`)
    expect(json['status']).toBe('optimal')
    expect(json['value']).toBeCloseTo(value, 9)
  })

  test('against an unknown kind is worth no more than the mean of knowing it', async () => {
    const { json } = await runJson('solve', 'examples/kuhn-poker.yaml')
    const knowing = 0.4 * (-1 / 18) + 0.2 * (1 / 3 + 1 / 6 + 1 / 3)
    expect(json['value'] as number).toBeLessThan(knowing)
    expect(json['value']).toBeCloseTo(1 / 36, 9)
  })
})

describe('the tiger problem as a document (examples/tiger.yaml)', () => {
  test('has the value and the vectors of the file', async () => {
    const { json } = await runJson('solve', 'examples/tiger.yaml')
    expect(json).toMatchObject({ kind: 'pomdp', status: 'optimal', action: 'listen', vectors: 9, nodes: 5 })
    expect(json['value']).toBeCloseTo(19.371368, 6)
  })

  test('over 12 steps without discount has every V_h and the number of vectors of every stage', async () => {
    const { json } = await runJson('pomdp', 'examples/tiger.yaml', '--horizon', '12', '--discount', '1')
    const stages = json['byHorizon'] as { value: number; vectors: number }[]
    const values = [
      -1, -2, 2.72, 2.42125, 3.60915, 5.618819, 6.24635, 7.096616, 8.753839, 9.438168, 10.494208, 11.903343,
    ]
    for (const [index, value] of values.entries()) expect(stages[index]?.value).toBeCloseTo(value, 6)
    expect(stages.map(({ vectors }) => vectors)).toEqual([3, 5, 7, 5, 9, 13, 15, 21, 25, 25, 33, 35])
  })

  test('as a controller of at most 8 nodes earns what it claims; exactly, as DOT', async () => {
    const { json } = await runJson(
      'pomdp',
      'examples/tiger.yaml',
      '--method',
      'bpi',
      '--max-nodes',
      '8',
      '--simulate',
      '2000',
    )
    const { mean, standardError } = json['simulation'] as { mean: number; standardError: number }
    expect(Math.abs(mean - (json['value'] as number))).toBeLessThan(3 * standardError)
    expect((json['controller'] as { nodes: unknown[] }).nodes.length).toBeLessThanOrEqual(8)
    const { stdout } = await runCli('pomdp', 'examples/tiger.yaml', '--dot')
    expect(stdout).toMatch(/^digraph policy \{[\s\S]*open-left[\s\S]*\}\n$/)
    expect((await runCli('pomdp', 'examples/generator.yaml', '--dot')).stdout).toContain('crank-voltage')
    // A controller draws its nodes with what they do, a plan of two steps the beliefs it may meet.
    const controller = await runCli('pomdp', 'examples/tiger.yaml', '--method', 'bpi', '--max-nodes', '8', '--dot')
    expect(controller.stdout).toMatch(/^digraph policy \{[\s\S]*listen[\s\S]*hear-left[\s\S]*\}\n$/)
    const short = await runCli('pomdp', 'examples/tiger.yaml', '--horizon', '2', '--dot')
    expect(short.stdout).toMatch(/^digraph policy \{[\s\S]*listen[\s\S]*->[\s\S]*\}\n$/)
  })

  test('from 97 % opens at once for 25.10', async () => {
    const { json } = await runJson('pomdp', 'examples/tiger.yaml', '--belief', '0.97,0.03')
    expect(json['action']).toBe('open-right')
    expect(json['value'] as number).toBeCloseTo(25.1, 2)
  })

  test('is drawn with its vectors and its policy graph', async () => {
    const files = await drawings('pomdp', 'examples/tiger.yaml')
    expect(files.get('alpha-vectors.svg')).toContain('listen')
    expect(files.get('policy-graph.svg')).toContain('hear-left')
  })
})

describe('a faulty belief', () => {
  test('is reported with every fault, its line and what to do', async () => {
    const { exit, stderr } = await runCli(
      'solve',
      'examples/tiger.yaml',
      '--set',
      'belief.rewards[1].state=tiger-lef',
      '--set',
      'belief.observe.listen.tiger-left={hear-left: 0.8, hear-right: 0.15}',
    )
    expect(exit).toBe(3)
    expect(stderr).toContain('tiger.yaml:18:')
    expect(stderr).toMatch(/no state is called "tiger-lef"/)
    expect(stderr).toMatch(/sum to 0.95/)
  })

  test('of an unknown kind, or with options that mean nothing for it, is refused by name', async () => {
    const unknown = await runCli('solve', 'examples/tiger.yaml', '--set', 'belief.kind=pomd')
    expect(unknown.exit).toBe(3)
    expect(unknown.stderr).toContain('pomdp')
    const option = await runCli('pomdp', 'examples/generator.yaml', '--method', 'sarsop')
    expect(option.exit).toBe(3)
    expect(option.stderr).toContain('--method means nothing')
  })
})
