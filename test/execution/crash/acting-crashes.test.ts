import { describe, expect, test } from 'vitest'
import {
  type ActingDomain,
  type ActingOutcome,
  type ActingWorld,
  type Call,
  command,
  RefinementActingEngine,
  task,
} from '../../../src/execution/acting/index.ts'
import { type ActionAttempt, DurableRun, MemoryJournal } from '../../../src/execution/journal/index.ts'
import { ExperienceModel } from '../../../src/execution/learning/index.ts'
// biome-ignore lint/correctness/useImportExtensions: the processes run this module as it is
import { BoundaryStore } from './site-program.mjs'

type Parcels = Readonly<Record<string, string>>

/** The lift is out of order, which the look-ahead does not know; the stairs work. */
const model = (chance: number) => ({
  cost: () => 1,
  sample: (state: Parcels, [name, to]: readonly string[], random: { chance(p: number): boolean }) => {
    const success = random.chance(chance)
    return { success, state: success ? { ...state, [name as string]: to as string } : state }
  },
})
const carry = (by: string) => ({
  name: `by ${by}`,
  task: 'carry',
  refine: function* (_: unknown, parcel: string, to: string) {
    yield command(by, parcel, to)
  },
})
const domain: ActingDomain<Parcels> = {
  commands: { lift: model(0.9), stairs: model(0.8), sign: model(1) },
  methods: [
    carry('lift'),
    carry('stairs'),
    {
      name: 'carry and sign',
      task: 'deliver',
      refine: function* (world, parcel) {
        if (world.state[parcel] !== 'attic') yield task('carry', parcel, 'attic')
        yield command('sign', parcel, 'delivered')
      },
    },
  ],
  key: (state) => JSON.stringify(state),
}
const HEADER = { run: 'parcels', subject: { seed: 3, parcels: 3 } }
const PARCELS = ['red', 'green', 'blue']

/** What outlives a process. */
interface Site {
  journal: MemoryJournal
  readonly effects: { readonly key: string; readonly call: Call }[]
}
const empty = (): Site => ({ journal: new MemoryJournal(), effects: [] })

class House implements ActingWorld<Parcels> {
  readonly #site: Site
  readonly #boundary: () => void | Promise<void>
  bring: () => void = () => undefined
  constructor(site: Site, boundary: () => void | Promise<void>) {
    this.#site = site
    this.#boundary = boundary
  }
  observe(): Parcels {
    return Object.fromEntries(this.#site.effects.map(({ call: { args } }) => [args[0], args[1]]))
  }
  async execute(call: Call, attempt?: ActionAttempt): Promise<boolean> {
    if (this.#site.effects.some(({ call: { args } }) => args[0] === 'red')) this.bring()
    await this.#boundary()
    // Parcels take differently long, so that commands end in another order than they began.
    for (let i = 0; i < 3 * (call.args[0] as string).length; i++) await Promise.resolve()
    if (call.name === 'lift') return false
    this.#site.effects.push({ key: attempt?.idempotencyKey ?? '', call })
    await this.#boundary()
    return true
  }
}

/** A parcel that somebody brings when the red one is in the attic, whatever the process knows of it. */
const LATE = 'grey'

interface Life {
  readonly outcomes: readonly ActingOutcome[]
  readonly boundaries: number
}

/** One life of the process, which ends at a boundary; null when it died. */
async function live(site: Site, dieAt: number, outcomes: 'durable' | 'ordered'): Promise<Life | null> {
  let count = 0
  let died: (value: null) => void = () => undefined
  const death = new Promise<null>((resolve) => {
    died = resolve
  })
  const boundary = (): void | Promise<void> => {
    if (count < dieAt && ++count < dieAt) return
    died(null)
    return new Promise(() => undefined)
  }
  site.journal = site.journal.reopen()
  const life = async (): Promise<Life> => {
    const run = await DurableRun.open(new BoundaryStore(site.journal, boundary), HEADER, { outcomes })
    const happened = (key: string): boolean => site.effects.some((effect) => effect.key === key)
    const house = new House(site, boundary)
    const engine = new RefinementActingEngine(domain, house, {
      lookAhead: { rollouts: 8 },
      experience: new ExperienceModel(),
      seed: 3,
      durable: {
        run,
        perform: () => ({
          maxAttempts: 9,
          reconcile: ({ idempotencyKey }) =>
            happened(idempotencyKey) ? { status: 'done', value: true } : { status: 'not-done' },
        }),
      },
    })
    PARCELS.forEach((parcel, round) => {
      engine.submit({ name: 'deliver', args: [parcel] }, round)
    })
    house.bring = () => engine.submit({ name: 'deliver', args: [LATE] }, 0, LATE)
    const result = await engine.run()
    await run.finish(null)
    return { outcomes: result, boundaries: count }
  }
  return Promise.race([death, life()])
}

describe.each(['durable', 'ordered'] as const)('acting whose process dies, outcomes %s', async (outcomes) => {
  const whole = empty()
  const { outcomes: expected, boundaries } = (await live(whole, Number.POSITIVE_INFINITY, outcomes)) as Life
  const once = (site: Site): string[] => site.effects.map(({ call }) => `${call.name} ${call.args[0]}`).sort()

  test('undisturbed every parcel is delivered, by retries', () => {
    expect(expected.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done'])
    expect(expected.some(({ retries }) => retries > 0)).toBe(true)
    expect(once(whole)).toEqual([...PARCELS, LATE].flatMap((parcel) => [`sign ${parcel}`, `stairs ${parcel}`]).sort())
  })

  test('at any boundary, and again at any: the same outcomes and every effect once', async () => {
    for (let first = 1; first <= boundaries; first++)
      for (const second of [Number.POSITIVE_INFINITY, 1 + (first % 7), 1 + ((3 * first) % 23)]) {
        const site = empty()
        expect(await live(site, first, outcomes)).toBeNull()
        const life =
          (await live(site, second, outcomes)) ?? ((await live(site, Number.POSITIVE_INFINITY, outcomes)) as Life)
        const where = `died at ${first} and ${second}`
        expect(once(site), where).toEqual(once(whole))
        expect(
          life.outcomes.map(({ call, status }) => [call.args[0], status]),
          where,
        ).toEqual([...PARCELS, LATE].map((parcel) => [parcel, 'done']))
      }
  })
})

describe('durable acting', () => {
  const engineOn = async (journal: MemoryJournal, world: ActingWorld<Parcels>, maxCommands?: number) => {
    const run = await DurableRun.open(journal, HEADER)
    const engine = new RefinementActingEngine(domain, world, {
      durable: { run },
      ...(maxCommands === undefined ? {} : { maxCommands }),
    })
    engine.submit({ name: 'deliver', args: ['red'] })
    return { engine, run }
  }

  test('a command of which nobody knows whether it happened is not begun again, until somebody tells', async () => {
    const journal = new MemoryJournal()
    const first = await engineOn(journal, { observe: () => ({}), execute: () => new Promise(() => undefined) })
    void first.engine.run()
    await new Promise((resolve) => setImmediate(resolve))
    const calls: string[] = []
    const world = {
      observe: () => ({}),
      execute: ({ name }: Call) => {
        calls.push(name)
        return true
      },
    }
    const left = journal.reopen()
    const second = await engineOn(left, world)
    await expect(second.engine.run()).rejects.toMatchObject({ code: 'uncertain-command' })
    expect(calls).toEqual([])
    await second.run.settle({ plan: 'acting', what: 'lift(red, attic)#0.0' }, { done: true, value: true })
    const third = await engineOn(left.reopen(), world)
    expect((await third.engine.run())[0]?.status).toBe('done')
    expect(calls).toEqual(['sign'])
  })

  test('a task that arrives when nothing is left is done, one that arrives when the run is over is refused', async () => {
    const { engine } = await engineOn(new MemoryJournal(), { observe: () => ({}), execute: () => true })
    const running = engine.run()
    const blue: Call = { name: 'deliver', args: ['blue'] }
    expect(engine.submit(blue, 0, 'blue')).toBeNull()
    expect(engine.submit(blue, 0, 'blue')).toBeNull()
    expect((await running).map(({ call, status }) => [call.args[0], status])).toEqual([
      ['red', 'done'],
      ['blue', 'done'],
    ])
    expect(engine.submit(blue, 0, 'blue')).toBe(1)
    expect(() => engine.submit(blue)).toThrow('deliver arrives when the durable run is over')
  })

  test('a task that arrives begins while a long command of another one is under way', async () => {
    let end: () => void = () => undefined
    const begun: string[] = []
    const execute = ({ args: [parcel = ''] }: Call): Promise<boolean> => {
      begun.push(parcel)
      if (parcel === 'red' && begun.length === 1) return new Promise((resolve) => (end = () => resolve(true)))
      if (parcel === 'blue') end()
      return Promise.resolve(true)
    }
    const { engine } = await engineOn(new MemoryJournal(), { observe: () => ({}), execute })
    const running = engine.run()
    await new Promise((resolve) => setImmediate(resolve))
    engine.submit({ name: 'deliver', args: ['blue'] })
    expect((await running).map(({ status }) => status)).toEqual(['done', 'done'])
    expect(begun.slice(0, 2)).toEqual(['red', 'blue'])
  })

  test('is bounded by its commands, refuses virtual time', async () => {
    const world = { observe: () => ({}), execute: () => true }
    const { engine } = await engineOn(new MemoryJournal(), world, 1)
    expect((await engine.run())[0]).toMatchObject({ status: 'interrupted', cost: 1 })
    await expect(engineOn(new MemoryJournal(), { ...world, advance: () => undefined })).rejects.toThrow('virtual time')
  })
})
