import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ActingDomain, command, RefinementActingEngine } from '../../src/execution/acting/index.ts'
import { AdaptivePlanner, FailureBlacklist, type LearnedCosts } from '../../src/execution/learning/index.ts'

const fails = (blacklist: FailureBlacklist, subject: string, context = '', reason = ''): void =>
  blacklist.observe({ subject, context, success: false, reason })

describe('a blacklist', () => {
  test('two failures in the same context are enough, elsewhere it stays free, a success clears it', () => {
    const blacklist = new FailureBlacklist()
    fails(blacklist, 'drive', 'ice')
    expect(blacklist.avoids('drive', 'ice')).toBe(false)
    fails(blacklist, 'drive', 'ice')
    expect(blacklist.avoids('drive', 'ice')).toBe(true)
    expect(blacklist.avoids('drive', 'dry')).toBe(false)
    expect(blacklist.order(['drive', 'walk'], (subject) => ({ subject, context: 'ice' }))).toEqual(['walk', 'drive'])
    expect(blacklist.order(['drive', 'walk'], (subject) => ({ subject, context: 'dry' }))).toEqual(['drive', 'walk'])
    blacklist.observe({ subject: 'drive', context: 'ice', success: true })
    expect(blacklist.avoided).toEqual([])
  })

  test('it decays by half in halfLife runs; then one more failure is enough', () => {
    const blacklist = new FailureBlacklist({ threshold: 2, halfLife: 3 })
    for (let i = 0; i < 4; i++) fails(blacklist, 'drive')
    expect(blacklist.standing('drive')).toMatchObject({ avoided: true, strength: 4, runsLeft: 4 })
    for (let i = 0; i < 3; i++) blacklist.nextRun()
    expect(blacklist.standing('drive')).toMatchObject({ avoided: true, strength: 2, runsLeft: 1 })
    blacklist.nextRun()
    expect(blacklist.avoids('drive')).toBe(false)
    fails(blacklist, 'drive')
    expect(blacklist.avoids('drive')).toBe(true)
  })

  test('says why and for how long, and forgets on request', () => {
    const blacklist = new FailureBlacklist()
    for (const reason of ['stuck', 'late', 'stuck']) fails(blacklist, 'drive', 'ice', reason)
    expect(blacklist.explain('drive', 'ice')).toBe(
      'drive in ice: 3 failures since its last success (2 stuck, 1 late), which weigh 3 of 2; tried after all others, for 3 more runs',
    )
    expect(blacklist.explain('walk')).toBe('walk: nothing against it')
    fails(blacklist, 'swim')
    expect(blacklist.explain('swim')).toBe(
      'swim: 1 failure since its last success (1 without a reason), which weigh 1 of 2; tried in its turn',
    )
    blacklist.reset('drive')
    expect(blacklist.avoided).toEqual([])
    expect(blacklist.standing('swim').strength).toBe(1)
    blacklist.reset()
    expect(blacklist.standing('swim').strength).toBe(0)
  })

  test('is bounded: the weakest entry goes, reasons beyond eight are counted together', () => {
    const blacklist = new FailureBlacklist({ capacity: 2 })
    for (let i = 0; i < 20; i++) fails(blacklist, 'a', '', `reason ${i}`)
    expect(blacklist.standing('a').failures).toHaveLength(9)
    expect(blacklist.standing('a').failures[0]).toEqual(['other reasons', 12])
    fails(blacklist, 'b')
    blacklist.nextRun()
    fails(blacklist, 'c')
    expect(['a', 'b', 'c'].map((subject) => blacklist.standing(subject).strength > 0)).toEqual([true, false, true])
    expect(() => new FailureBlacklist({ threshold: 0, halfLife: -1, capacity: 0.5 })).toThrow(/threshold.*halfLife/s)
  })

  test('the runs left are right also where the strength comes down to the threshold itself', () => {
    const blacklist = new FailureBlacklist({ halfLife: 2 })
    for (let i = 0; i < 4; i++) fails(blacklist, 'a')
    blacklist.nextRun()
    // 4 x 2^-1/2 now and 2 in a run, give or take a rounding; what is promised is what is done.
    const { runsLeft } = blacklist.standing('a')
    for (let i = 1; i < runsLeft; i++) blacklist.nextRun()
    expect(blacklist.avoids('a')).toBe(true)
    blacklist.nextRun()
    expect(blacklist.avoids('a')).toBe(false)
  })

  test('its strength is the sum of the decayed failures since the last success, also after JSON', () => {
    const events = fc.array(fc.constantFrom('fail', 'succeed', 'run'), { maxLength: 40 })
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 6 }), (history, halfLife) => {
        let blacklist = new FailureBlacklist({ halfLife })
        let failures: number[] = []
        let run = 0
        for (const event of history) {
          if (event === 'run') {
            blacklist.nextRun()
            run++
          } else blacklist.observe({ subject: 'a', success: event === 'succeed' })
          if (event === 'fail') failures.push(run)
          if (event === 'succeed') failures = []
          blacklist = FailureBlacklist.fromJSON(JSON.parse(JSON.stringify(blacklist)))
        }
        const strength = failures.reduce((sum, at) => sum + 2 ** ((at - run) / halfLife), 0)
        const standing = blacklist.standing('a')
        expect(standing.strength).toBeCloseTo(strength, 9)
        if (!standing.avoided) return
        for (let i = 1; i < standing.runsLeft; i++) blacklist.nextRun()
        expect(blacklist.avoids('a')).toBe(true)
        blacklist.nextRun()
        expect(blacklist.avoids('a')).toBe(false)
      }),
    )
  })
})

describe('what keeps failing just now is used last', () => {
  /** The method that is tried first. */
  const first = (request: string, learned: LearnedCosts): string =>
    learned.preferred(['road', 'rail'], (subject) => ({ subject, nominalCost: subject === 'road' ? 1 : 8 }))[0] ??
    request

  test('by the next plan, although on the whole it is the cheaper one; and only for a while', () => {
    const planner = new AdaptivePlanner(first)
    const run = (subject: string, success: boolean): void => {
      planner.record({ goal: 'there', success, experiences: [{ subject, success, cost: 1, reason: 'closed' }] })
      planner.learnFromFailures()
    }
    for (let i = 0; i < 10; i++) run('road', true)
    for (let i = 0; i < 3; i++) run('road', false)
    expect(planner.experience.rank(['rail', 'road'], (subject) => ({ subject, nominalCost: 8 }))[0]).toBe('road')
    expect(planner.plan('go')).toBe('rail')
    expect(planner.blacklist?.explain('road')).toContain('(3 closed)')
    const again = AdaptivePlanner.restore(first, JSON.parse(JSON.stringify(planner)))
    expect(again.plan('go')).toBe('rail')
    again.reset()
    expect(again.plan('go')).toBe('road')
    for (let i = 0; i < 4; i++) planner.record({ goal: 'elsewhere', success: true, experiences: [] })
    planner.learnFromFailures()
    expect(planner.plan('go')).toBe('road')
    expect(new AdaptivePlanner(first, { blacklist: null }).blacklist).toBeNull()
  })

  test('by the acting engine, which still takes it when there is nothing else', async () => {
    const by = (name: string) => ({
      name,
      task: 'cross',
      refine: function* () {
        yield command(name)
      },
    })
    const model = { cost: () => 1, sample: (state: string) => ({ success: true, state }) }
    const domain: ActingDomain<string> = {
      commands: { bridge: model, ferry: model },
      methods: [by('bridge'), by('ferry')],
      key: (state) => state,
    }
    const blacklist = new FailureBlacklist()
    const broken = new Set(['bridge'])
    const tried: string[] = []
    const cross = async (): Promise<void> => {
      const world = {
        observe: () => 'here',
        execute: ({ name }: { name: string }) => {
          tried.push(name)
          return !broken.has(name)
        },
      }
      const engine = new RefinementActingEngine(domain, world, { blacklist })
      engine.submit({ name: 'cross', args: [] })
      await engine.run()
    }
    for (let i = 0; i < 3; i++) await cross()
    // Strength 1 + 2^(-1/5) is still below 2; a third failure is enough.
    expect(tried).toEqual(['bridge', 'ferry', 'bridge', 'ferry', 'bridge', 'ferry'])
    tried.length = 0
    await cross()
    expect(tried).toEqual(['ferry'])
    tried.length = 0
    broken.add('ferry')
    await cross()
    expect(new Set(tried)).toEqual(new Set(['bridge', 'ferry']))
  })
})
