/** A robot on a battery: what one task leaves behind is what the next one has. */
import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../solvers/numeric/index.ts'
import {
  type ActingDomain,
  type ActingEvent,
  type ActingWorld,
  ARRIVAL,
  type Call,
  type CommandModel,
  command,
  type LookAheadOptions,
  RefinementActingEngine,
} from '../../src/execution/acting/index.ts'
import { ExperienceModel } from '../../src/execution/learning/index.ts'

interface Robot {
  readonly charge: number
  readonly log: readonly string[]
}

/** A command that uses charge, and empties the battery where there is too little. */
const uses = (charge: number, duration = 1): CommandModel<Robot> => ({
  cost: () => 1,
  duration: () => duration,
  performer: () => 'robot',
  sample: (state, [name]) => {
    if (state.charge < charge) return { success: false, state: { ...state, charge: 0 } }
    return { success: true, state: { charge: state.charge - charge, log: [...state.log, String(name)] } }
  },
})

const domain: ActingDomain<Robot> = {
  commands: {
    drive: uses(3, 3),
    walk: uses(1, 3),
    charge: {
      cost: () => 3,
      performer: () => 'robot',
      sample: (state) => ({ success: true, state: { ...state, charge: 4 } }),
    },
  },
  methods: [
    {
      name: 'drive',
      task: 'deliver',
      refine: function* () {
        yield command('drive', 'deliver')
      },
    },
    {
      name: 'charge and drive',
      task: 'deliver',
      refine: function* () {
        yield command('charge')
        yield command('drive', 'deliver')
      },
    },
    {
      name: 'help',
      task: 'help',
      refine: function* () {
        yield command('drive', 'help')
      },
    },
    {
      name: 'walk, then charge',
      task: 'serve',
      refine: function* () {
        yield command('walk', 'serve')
        yield command('charge')
      },
    },
  ],
  failureCost: 20,
  key: (state) => JSON.stringify(state),
}

/** Virtual time: one command of the robot after the other, each as long as its model says. */
class Site implements ActingWorld<Robot> {
  state: Robot
  readonly #random = new RandomStream(1)
  readonly #queue: { readonly call: Call; left: number; readonly resolve: (success: boolean) => void }[] = []
  constructor(charge: number) {
    this.state = { charge, log: [] }
  }
  observe(): Robot {
    return this.state
  }
  execute(call: Call): Promise<boolean> {
    const left = domain.commands[call.name]?.duration?.(this.state, call.args) ?? 1
    return new Promise((resolve) => this.#queue.push({ call, left, resolve }))
  }
  advance(): void {
    const first = this.#queue[0]
    if (first === undefined || --first.left > 0) return
    this.#queue.shift()
    const model = domain.commands[first.call.name] as CommandModel<Robot>
    const { success, state } = model.sample(this.state, first.call.args, this.#random)
    this.state = state
    first.resolve(success)
  }
}

interface Arrival {
  readonly name: string
  readonly round?: number
}

async function act(
  charge: number,
  arrivals: readonly Arrival[],
  lookAhead: LookAheadOptions = {},
  using: ActingDomain<Robot> = domain,
) {
  const site = new Site(charge)
  const events: ActingEvent[] = []
  const experience = new ExperienceModel()
  const onEvent = (event: ActingEvent): unknown => events.push(event)
  const engine = new RefinementActingEngine(using, site, { lookAhead, onEvent, experience })
  for (const { name, round = 0 } of arrivals) engine.submit({ name, args: [] }, round)
  const outcomes = await engine.run()
  return { outcomes, events, log: site.state.log, experience }
}

const statuses = (result: { outcomes: readonly { status: string }[] }): string[] =>
  result.outcomes.map(({ status }) => status)

test('in virtual time too, the commands under way end when acting is interrupted', async () => {
  const site = new Site(4)
  const engine = new RefinementActingEngine(domain, site, { maxCommands: 1 })
  engine.submit({ name: 'serve', args: [] })
  expect(await engine.run()).toMatchObject([{ status: 'interrupted', cost: 1 }])
  expect(site.state.log).toEqual(['serve'])
})

describe('look-ahead over the agenda', () => {
  test('a method is not taken for one task that spoils another', async () => {
    expect(statuses(await act(3, [{ name: 'deliver' }]))).toEqual(['done'])
    expect((await act(3, [{ name: 'deliver' }])).outcomes[0]?.cost).toBe(1)
    const both = await act(3, [{ name: 'help' }, { name: 'deliver', round: 1 }])
    expect(statuses(both)).toEqual(['done', 'done'])
    expect(both.outcomes[1]?.cost).toBe(4)
  })

  test('a command that cannot succeed is not begun: its method has failed at no cost, without its effects', async () => {
    const result = await act(2, [{ name: 'help' }])
    expect(result.outcomes).toMatchObject([{ status: 'failed', cost: 0 }])
    expect(result.events.filter(({ kind }) => kind === 'withheld')).toMatchObject([{ wait: false }])
    expect((await act(2, [{ name: 'help' }], { foresight: false })).outcomes).toMatchObject([{ cost: 20 }])
  })

  test('it waits while another task acts that may change the state', async () => {
    const arrivals = [{ name: 'serve' }, { name: 'help' }]
    const result = await act(2, arrivals, { postpone: false })
    expect(statuses(result)).toEqual(['done', 'done'])
    expect(result.log).toEqual(['serve', 'help'])
    expect(result.events.some((event) => event.kind === 'withheld' && event.wait)).toBe(true)
  })

  test('a task is put off while another one charges, unless it may not be', async () => {
    const arrivals = [{ name: 'serve' }, { name: 'help', round: 1 }]
    const free = await act(2, arrivals, { foresight: false })
    expect(statuses(free)).toEqual(['done', 'done'])
    expect(free.events.filter(({ kind }) => kind === 'postponed')).not.toEqual([])
    const urgent = await act(2, [{ name: 'serve' }, { name: 'help' }], {
      foresight: false,
      postpone: ({ name }) => name !== 'help',
    })
    expect(urgent.events.filter(({ kind }) => kind === 'postponed')).toEqual([])
  })

  test('an end that nothing can follow is avoided where the domain tells what states are good for', async () => {
    const careful: ActingDomain<Robot> = { ...domain, prospects: ({ charge }) => (charge >= 1 ? 1 : 0) }
    expect((await act(3, [{ name: 'deliver' }])).outcomes[0]?.cost).toBe(1)
    expect((await act(3, [{ name: 'deliver' }], {}, careful)).outcomes[0]?.cost).toBe(4)
  })

  test('what follows what is learned', async () => {
    const { experience } = await act(4, [{ name: 'serve' }, { name: 'help', round: 3 }])
    expect(experience.estimate(ARRIVAL, 'serve').success).toBeCloseTo(2 / 3)
    expect(experience.estimate(ARRIVAL, 'help').success).toBeCloseTo(1 / 3)
  })

  test('two tasks of which neither can go on do not wait for each other', async () => {
    const result = await act(2, [{ name: 'help' }, { name: 'help' }])
    expect(statuses(result)).toEqual(['failed', 'failed'])
  })
})
