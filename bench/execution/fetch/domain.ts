/**
 * The "fetch" domain of the RAE release (Patra et al. 2020): robots on a graph fetch objects whose places they may not know,
 * on a battery that a charger fills, and are called to emergencies meanwhile. Written anew for the acting engine from a
 * description in words.
 *
 * Where the description leaves room: a command takes as many rounds as it costs; a robot does one command at a time, in the
 * order in which they were given, and observes its new place when it has arrived; locations are searched in the order of
 * the file. A move to an emergency needs charge as every move does, and unlike another move also when the robot carries the
 * charger, as in the original's command; the charger has been put down by then.
 */
import type { RandomStream } from '../../../solvers/numeric/index.ts'
import {
  type ActingDomain,
  type ActingWorld,
  type Call,
  type CommandModel,
  command,
  refuse,
  type Step,
  task,
  type View,
} from '../../../src/execution/acting/index.ts'

type Place = string
const UNKNOWN = 'Unknown'
const NOTHING = 'nil'
const CHARGER = 'c1'
const FULL = 4

export interface FetchState {
  readonly loc: Readonly<Record<string, Place>>
  readonly charge: Readonly<Record<string, number>>
  readonly load: Readonly<Record<string, string>>
  /** A place, a robot that carries it, or Unknown. */
  readonly pos: Readonly<Record<string, string>>
  readonly view: Readonly<Record<Place, boolean>>
  readonly handling: Readonly<Record<string, boolean>>
  /** Where the objects really are: in the world and in imagined states, not in observed ones. */
  readonly hidden?: Readonly<Record<string, Place>>
}

/** A problem as the file has it. */
export interface FetchFile {
  readonly id: string
  readonly cost: Readonly<Record<string, number>>
  readonly rigid: {
    readonly LOCATIONS: readonly number[]
    readonly EDGES: Readonly<Record<string, readonly number[]>>
    readonly OBJECTS: readonly string[]
    readonly ROBOTS: readonly string[]
  }
  readonly state: {
    readonly loc: Readonly<Record<string, number>>
    readonly charge: Readonly<Record<string, number>>
    readonly load: Readonly<Record<string, string>>
    readonly pos: Readonly<Record<string, string | number>>
    readonly containers: Readonly<Record<string, readonly string[]>>
  }
  readonly tasks: Readonly<Record<string, readonly (readonly [string, ...(string | number)[]])[]>>
}

export interface FetchProblem {
  readonly id: string
  readonly domain: ActingDomain<FetchState>
  readonly initial: FetchState
  readonly cost: ReadonlyMap<string, number>
  readonly arrivals: readonly { readonly round: number; readonly call: Call }[]
}

type Body = (world: View<FetchState>, ...args: string[]) => Generator<Step, void, void>

export function fetchProblem(file: FetchFile): FetchProblem {
  const places = file.rigid.LOCATIONS.map(String)
  const distance = distances(places, file.rigid.EDGES)
  const hidden: Record<string, Place> = {}
  for (const [place, objects] of Object.entries(file.state.containers)) for (const one of objects) hidden[one] = place
  const initial: FetchState = {
    loc: strings(file.state.loc),
    charge: file.state.charge,
    load: file.state.load,
    pos: strings(file.state.pos),
    view: Object.fromEntries(places.map((place) => [place, false])),
    handling: Object.fromEntries(file.rigid.ROBOTS.map((robot) => [robot, false])),
    hidden,
  }
  const arrivals = Object.entries(file.tasks).flatMap(([round, calls]) =>
    calls.map(([name, ...args]) => ({ round: Number(round), call: { name, args: args.map(String) } })),
  )
  const cost = new Map(Object.entries(file.cost))
  return { id: file.id, domain: fetchDomain(places, distance, cost), initial, cost, arrivals }
}

type Distance = (from: Place, to: Place) => number

function fetchDomain(
  places: readonly Place[],
  distance: Distance,
  cost: ReadonlyMap<string, number>,
): ActingDomain<FetchState> {
  const moved = (state: FetchState, robot: string, to: Place): { success: boolean; state: FetchState } => {
    const free = state.load[robot] === CHARGER
    const needed = free ? 0 : distance(state.loc[robot] as Place, to)
    const left = (state.charge[robot] as number) - needed
    if (left < 0) return { success: false, state: { ...state, charge: { ...state.charge, [robot]: 0 } } }
    const next = { ...state, loc: { ...state.loc, [robot]: to }, charge: { ...state.charge, [robot]: left } }
    return { success: true, state: next }
  }
  const released = (state: FetchState, robot: string): FetchState => ({
    ...state,
    handling: { ...state.handling, [robot]: false },
  })
  type Effect = (state: FetchState, args: readonly string[], random: RandomStream) => FetchState | null
  const model = (name: string, chance: number, effect: Effect): CommandModel<FetchState> => ({
    cost: () => cost.get(name) ?? 0,
    sample: (state, args, random) => {
      const next = random.chance(chance) ? effect(state, args, random) : null
      return next === null ? { success: false, state } : { success: true, state: next }
    },
  })
  const performer = (args: readonly string[]): string => args[0] as string
  const outcomes: Record<string, CommandModel<FetchState>> = {
    put: model('put', 0.99, (state, [robot, object]) =>
      state.pos[object as string] !== robot
        ? null
        : {
            ...state,
            pos: { ...state.pos, [object as string]: state.loc[robot as string] as Place },
            load: { ...state.load, [robot as string]: NOTHING },
          },
    ),
    take: model('take', 0.9, (state, [robot, object]) =>
      state.load[robot as string] !== NOTHING || state.pos[object as string] !== state.loc[robot as string]
        ? null
        : {
            ...state,
            pos: { ...state.pos, [object as string]: robot as string },
            load: { ...state.load, [robot as string]: object as string },
          },
    ),
    perceive: model('perceive', 1, (state, [robot]) => {
      const place = state.loc[robot as string] as Place
      const pos = { ...state.pos }
      for (const [object, where] of Object.entries(state.hidden ?? {}))
        if (where === place && pos[object] === UNKNOWN) pos[object] = place
      return { ...state, pos, view: { ...state.view, [place]: true } }
    }),
    charge: model('charge', 0.9, (state, [robot]) =>
      state.pos[CHARGER] !== robot && state.pos[CHARGER] !== state.loc[robot as string]
        ? null
        : { ...state, charge: { ...state.charge, [robot as string]: FULL } },
    ),
    move: {
      cost: () => cost.get('move') ?? 0,
      sample: (state, [robot, to], random) => {
        if (state.handling[robot as string] === true) return { success: false, state }
        const arrived = moved(state, robot as string, to as Place)
        return !arrived.success || random.chance(0.95) ? arrived : { success: false, state }
      },
    },
    handle: model('handle', 1, (state, [robot]) => ({
      ...state,
      handling: { ...state.handling, [robot as string]: true },
    })),
    moveToEmergency: {
      cost: () => cost.get('moveToEmergency') ?? 0,
      sample: (state, [robot, to], random) => {
        const arrived = moved(state, robot as string, to as Place)
        if (arrived.success && random.chance(0.99)) return arrived
        return { success: false, state: released(arrived.success ? state : arrived.state, robot as string) }
      },
    },
    addressEmergency: {
      cost: () => cost.get('addressEmergency') ?? 0,
      sample: (state, [robot], random) => ({ success: random.chance(0.98), state: released(state, robot as string) }),
    },
    wait: model('wait', 1, (state) => state),
  }
  const commands = Object.fromEntries(
    Object.entries(outcomes).map(([name, each]) => [
      name,
      { ...each, duration: () => cost.get(name) ?? 0, ...(name === 'wait' || name === 'handle' ? {} : { performer }) },
    ]),
  )

  const unload = function* (world: View<FetchState>, robot: string): Generator<Step, void, void> {
    const load = world.state.load[robot] as string
    if (load !== NOTHING) yield command('put', robot, load)
  }
  const fetch = (rechargeFirst: boolean): Body =>
    function* (world, robot, object) {
      if (world.state.pos[object] === UNKNOWN) {
        yield task('search', robot, object)
        return
      }
      if (world.state.pos[object] !== world.state.loc[robot]) {
        if (rechargeFirst) yield task('recharge', robot, CHARGER)
        yield task('moveTo', robot, world.state.pos[object] as Place)
      }
      yield* unload(world, robot)
      yield command('take', robot, object)
    }
  const search = (rechargeFirst: boolean): Body =>
    function* (world, robot, object) {
      const next = places.find((place) => world.state.view[place] === false)
      if (next === undefined) {
        yield refuse('every place was seen')
        return
      }
      if (rechargeFirst) yield task('recharge', robot, CHARGER)
      yield task('moveTo', robot, next)
      yield command('perceive', robot)
      if (world.state.pos[object] === UNKNOWN) yield task('search', robot, object)
      else {
        yield* unload(world, robot)
        yield command('take', robot, object)
      }
    }
  const recharge = (after: 'give back' | 'leave' | 'carry'): Body =>
    function* (world, robot, charger) {
      let keeper: string | null = null
      const at = world.state.pos[charger] as string
      if (at !== robot && at !== world.state.loc[robot]) {
        if (!places.includes(at)) {
          keeper = at
          yield command('put', at, charger)
        }
        yield task('moveTo', robot, world.state.pos[charger] as Place)
      }
      yield command('charge', robot, charger)
      if (after === 'give back' && keeper !== null) yield command('take', keeper, charger)
      if (after === 'carry' && world.state.pos[charger] !== robot) {
        yield* unload(world, robot)
        yield command('take', robot, charger)
      }
    }
  const moveTo: Body = function* (world, robot, to) {
    while (world.state.handling[robot] === true) yield command('wait', robot)
    if (world.state.loc[robot] !== to) yield command('move', robot, to)
  }
  const emergency: Body = function* (world, robot, place) {
    if (world.state.handling[robot] === true) {
      yield refuse('an emergency is being handled')
      return
    }
    yield command('handle', robot)
    yield* unload(world, robot)
    yield command('moveToEmergency', robot, place)
    yield command('addressEmergency', robot)
  }
  return {
    commands,
    methods: [
      { name: 'search', task: 'search', refine: search(false) },
      { name: 'recharge and search', task: 'search', refine: search(true) },
      { name: 'go and take', task: 'fetch', refine: fetch(false) },
      { name: 'recharge, go and take', task: 'fetch', refine: fetch(true) },
      { name: 'recharge and give the charger back', task: 'recharge', refine: recharge('give back') },
      { name: 'recharge and leave the charger', task: 'recharge', refine: recharge('leave') },
      { name: 'recharge and carry the charger', task: 'recharge', refine: recharge('carry') },
      { name: 'move', task: 'moveTo', refine: moveTo },
      { name: 'drop everything', task: 'emergency', refine: emergency },
    ],
    failureCost: 20,
    key: ({ loc, charge, load, pos, view, handling }) => JSON.stringify([loc, charge, load, pos, view, handling]),
    context: ({ name, args: [robot, object] }, { loc, charge, pos, load }) => {
      if (name !== 'fetch' && name !== 'search') return ''
      const at = pos[object as string] as string
      const reach =
        at === UNKNOWN ? UNKNOWN : distance(loc[robot as string] as Place, at) <= (charge[robot as string] as number)
      return `${reach} ${load[robot as string] === CHARGER} ${charge[robot as string]}`
    },
    // The share of the places to which the robots could be called now.
    prospects: (state) => {
      const robots = Object.keys(state.loc)
      const reachable = (robot: string): number =>
        places.filter((to) => distance(state.loc[robot] as Place, to) <= (state.charge[robot] as number)).length
      return robots.reduce((sum, robot) => sum + reachable(robot), 0) / (robots.length * places.length)
    },
    imagine: (state, random) => {
      const unseen = places.filter((place) => state.view[place] === false)
      const hidden: Record<string, Place> = {}
      for (const [object, at] of Object.entries(state.pos))
        if (at === UNKNOWN && unseen.length > 0) hidden[object] = random.pick(unseen)
      return { ...state, hidden }
    },
  }
}

/** A command under way. */
interface Pending {
  readonly call: Call
  /** Rounds until it ends. */
  left: number
  /** Whether the robot handled an emergency when the command began; null before that. */
  handling: boolean | null
  readonly resolve: (success: boolean) => void
}

/** The world in virtual time. A robot does one command after the other; waiting does not occupy it. */
export class FetchWorld implements ActingWorld<FetchState> {
  #state: FetchState
  readonly #problem: FetchProblem
  readonly #random: RandomStream
  #queue: Pending[] = []

  constructor(problem: FetchProblem, random: RandomStream) {
    this.#problem = problem
    this.#state = problem.initial
    this.#random = random
  }

  observe(): FetchState {
    const { hidden: _, ...seen } = this.#state
    return seen
  }

  execute(call: Call): boolean | Promise<boolean> {
    const left = this.#problem.cost.get(call.name) ?? 0
    if (left === 0) return this.#apply(call, null)
    return new Promise((resolve) => this.#queue.push({ call, left, handling: null, resolve }))
  }

  advance(): Promise<void> {
    const busy = new Set<string>()
    const over: Pending[] = []
    for (const item of this.#queue) {
      const robot = item.call.args[0] as string
      if (item.call.name !== 'wait') {
        if (busy.has(robot)) continue
        busy.add(robot)
      }
      item.handling ??= this.#state.handling[robot] === true
      if (--item.left === 0) over.push(item)
    }
    this.#queue = this.#queue.filter((item) => !over.includes(item))
    for (const { call, handling, resolve } of over) resolve(this.#apply(call, handling))
    return Promise.resolve()
  }

  /** What a move needs, it needs when it begins: an emergency that comes meanwhile waits until the robot has arrived. */
  #apply({ name, args }: Call, handling: boolean | null): boolean {
    const model = this.#problem.domain.commands[name] as CommandModel<FetchState>
    const now = this.#state
    const robot = args[0] as string
    const before = name === 'move' ? { ...now, handling: { ...now.handling, [robot]: handling === true } } : now
    const { success, state } = model.sample(before, args, this.#random)
    this.#state = name === 'move' ? { ...state, handling: now.handling } : state
    return success
  }
}

function distances(places: readonly Place[], edges: FetchFile['rigid']['EDGES']): Distance {
  const table = new Map<string, number>()
  for (const from of places) {
    table.set(`${from} ${from}`, 0)
    const queue = [from]
    for (const place of queue)
      for (const next of (edges[place] ?? []).map(String)) {
        if (table.has(`${from} ${next}`)) continue
        table.set(`${from} ${next}`, (table.get(`${from} ${place}`) as number) + 1)
        queue.push(next)
      }
  }
  return (from, to) => table.get(`${from} ${to}`) ?? Number.POSITIVE_INFINITY
}

function strings(values: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}
