import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { FetchFile } from '../../bench/execution/fetch/domain.ts'
import { interval, type Setting, trial } from '../../bench/execution/fetch/trial.ts'
import {
  type ActingDomain,
  type ActingEvent,
  type Call,
  type CommandModel,
  command,
  RefinementActingEngine,
  refuse,
  task,
} from '../../src/execution/acting/index.ts'
import { ExperienceModel } from '../../src/execution/learning/index.ts'

type Doors = Readonly<Record<string, string>>

/** A command that sets a variable, with a chance to fail that only the look-ahead knows. */
const set = (chance = 1): CommandModel<Doors> => ({
  cost: () => 1,
  sample: (state, [name, value], random) => {
    const success = random.chance(chance)
    return { success, state: success ? { ...state, [name as string]: value as string } : state }
  },
})

const domain: ActingDomain<Doors> = {
  commands: { push: set(0.2), unlock: set(), open: set(0.9), say: set() },
  methods: [
    {
      name: 'push it',
      task: 'enter',
      refine: function* () {
        yield command('say', 'door', 'coming')
        yield command('push', 'door', 'pushed')
      },
    },
    {
      name: 'with the key',
      task: 'enter',
      when: ({ key }) => key === 'held',
      refine: function* (world, who) {
        yield task('unlock', who)
        if (world.state['lock'] !== 'open') yield refuse('still locked')
        yield command('open', 'door', 'open')
      },
    },
    {
      name: 'turn the key',
      task: 'unlock',
      refine: function* () {
        yield command('unlock', 'lock', 'open')
      },
    },
  ],
  key: (state) => JSON.stringify(state),
}

/** A world in which the named commands fail. */
class House {
  state: Doors
  readonly done: string[] = []
  readonly broken: ReadonlySet<string>
  constructor(state: Doors, broken: readonly string[] = []) {
    this.state = state
    this.broken = new Set(broken)
  }
  observe(): Doors {
    return this.state
  }
  execute({ name, args: [variable, value] }: Call): boolean {
    this.done.push(name)
    if (this.broken.has(name)) return false
    this.state = { ...this.state, [variable as string]: value as string }
    return true
  }
}

const enter: Call = { name: 'enter', args: ['Ada'] }

describe('the refinement acting engine', () => {
  test('method 1 fails at its second step, method 2 is tried, method 1 not again', async () => {
    const world = new House({ key: 'held' }, ['push'])
    const events: ActingEvent[] = []
    const engine = new RefinementActingEngine(domain, world, { onEvent: (event) => events.push(event) })
    engine.submit(enter)
    expect(await engine.run()).toEqual([{ call: enter, status: 'done', cost: 4, retries: 1 }])
    expect(world.done).toEqual(['say', 'push', 'unlock', 'open'])
    const methods = events.flatMap((event) => (event.kind === 'method' ? [event.method] : []))
    expect(methods).toEqual(['push it', 'with the key', 'turn the key'])
  })

  test('a task without a method left has failed; the methods are those that applied when it began', async () => {
    const world = new House({}, ['push'])
    const engine = new RefinementActingEngine(domain, world)
    engine.submit(enter)
    expect(await engine.run()).toEqual([{ call: enter, status: 'failed', cost: 2, retries: 0 }])
  })

  test('tasks that arrive meanwhile go on side by side', async () => {
    const world = new House({ key: 'held' })
    const engine = new RefinementActingEngine(domain, world)
    engine.submit(enter)
    engine.submit({ name: 'unlock', args: ['Bob'] }, 1)
    expect((await engine.run()).map(({ status }) => status)).toEqual(['done', 'done'])
    expect(world.done).toEqual(['say', 'push', 'unlock'])
  })

  test('the look-ahead takes the key although pushing comes first, without touching the world', async () => {
    const world = new House({ key: 'held' })
    const engine = new RefinementActingEngine(domain, world, { lookAhead: { rollouts: 60 } })
    engine.submit(enter)
    expect(await engine.run()).toMatchObject([{ status: 'done', retries: 0 }])
    expect(world.done).toEqual(['unlock', 'open'])
  })

  test('what failed before is not tried first again, even without look-ahead', async () => {
    const experience = new ExperienceModel()
    const chosen: string[] = []
    for (let i = 0; i < 4; i++) {
      const world = new House({ key: 'held' }, ['push'])
      const engine = new RefinementActingEngine(domain, world, { experience })
      engine.submit(enter)
      await engine.run()
      chosen.push(world.done[0] as string)
    }
    expect(chosen).toEqual(['say', 'unlock', 'unlock', 'unlock'])
  })

  test('an aborted engine lets the command under way finish and begins no other', async () => {
    const controller = new AbortController()
    const world = new House({ key: 'held' })
    const onEvent = (event: ActingEvent): void => {
      if (event.kind === 'command') controller.abort()
    }
    const engine = new RefinementActingEngine(domain, world, { signal: controller.signal, onEvent })
    engine.submit(enter)
    engine.submit(enter, 9)
    expect((await engine.run()).map(({ status }) => status)).toEqual(['interrupted', 'interrupted'])
    expect(world.done).toEqual(['say'])
  })

  test('unknown tasks and commands are named', async () => {
    const engine = new RefinementActingEngine(domain, new House({}))
    engine.submit({ name: 'fly', args: [] })
    await expect(engine.run()).rejects.toThrow('no method meets fly')
  })
})

const path = fileURLToPath(new URL('../../../shared/benchmarks/coordination/acting/rae_fetch.json', import.meta.url))

describe.skipIf(!existsSync(path))('the fetch problems (skipped without the benchmark files)', () => {
  test('look-ahead beats methods in order by far, with fewer retries; the same seed acts the same', async () => {
    const files = JSON.parse(readFileSync(path, 'utf8')) as FetchFile[]
    const measure = async (setting: Omit<Setting, 'name'>) => {
      const figures = []
      for (let seed = 1; seed <= 2; seed++) figures.push(await trial(files, { name: '', ...setting }, seed))
      return figures
    }
    const reactive = await measure({ rollouts: 0, learning: false })
    const ahead = await measure({ rollouts: 30, learning: true })
    expect(await measure({ rollouts: 0, learning: false })).toEqual(reactive)
    const success = (figures: typeof ahead): number => interval(figures.map((one) => one.success)).mean
    expect(success(ahead)).toBeGreaterThan(success(reactive) + 0.2)
    expect(success(ahead)).toBeGreaterThan(0.85)
    expect(interval(ahead.map((one) => one.retries)).mean).toBeLessThan(0.86)
    expect(interval(ahead.map((one) => one.efficiency)).mean).toBeGreaterThan(0.085)
  })
})
