/**
 * The "nav" domain of the RAE release (Patra et al. 2020): robots with one arm fetch objects through doors. An ordinary door
 * is passed when it is open; a spring door only while it is held, by the robot itself when it carries nothing, or by another
 * robot. Which kind a door is shows when somebody tries to pass it. Written anew for the acting engine from the facts of
 * the original: costs from the file, unlatching succeeds with .8 one way and .5 the other, moving with .95.
 *
 * A robot does one command at a time, each as long as it costs. The task `collision`, which some files name, is left out: the
 * original refers to commands that it does not have.
 */
import {
  type ActingDomain,
  type Call,
  type CommandModel,
  command,
  type RefinementMethod,
  refuse,
  type Step,
  task,
} from '../../../src/execution/acting/index.ts'

type Kind = 'ordinary' | 'spring'
type Status = 'closed' | 'opened' | 'held'
const UNKNOWN = 'Unknown'
const NOTHING = 'nil'
const HOLDING = 'H'

export interface DoorState {
  readonly loc: Readonly<Record<string, string>>
  readonly load: Readonly<Record<string, string>>
  readonly pos: Readonly<Record<string, string>>
  readonly door: Readonly<Record<string, Status>>
  /** What is known of the doors. */
  readonly kind: Readonly<Record<string, Kind | typeof UNKNOWN>>
  /** What they are: in the world and in imagined states, not in observed ones. */
  readonly truth?: Readonly<Record<string, Kind>>
}

/** A problem as the file has it. */
export interface DoorFile {
  readonly id: string
  readonly cost: Readonly<Record<string, number>>
  readonly rigid: {
    readonly LOCATIONS: readonly number[]
    readonly EDGES: Readonly<Record<string, readonly number[]>>
    readonly DOORS: readonly string[]
    readonly DOORLOCATIONS: Readonly<Record<string, string>>
    readonly DOORTYPES: Readonly<Record<string, Kind>>
    readonly ROBOTS: readonly string[]
  }
  readonly state: {
    readonly loc: Readonly<Record<string, number>>
    readonly load: Readonly<Record<string, string>>
    readonly pos: Readonly<Record<string, number>>
    readonly doorStatus: Readonly<Record<string, Status>>
  }
  readonly tasks: Readonly<Record<string, readonly (readonly [string, ...(string | number)[]])[]>>
}

export interface DoorProblem {
  readonly domain: ActingDomain<DoorState>
  readonly initial: DoorState
  readonly arrivals: readonly { readonly round: number; readonly call: Call }[]
}

export function doorProblem(file: DoorFile): DoorProblem {
  const strings = (values: Readonly<Record<string, number>>): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  const initial: DoorState = {
    loc: strings(file.state.loc),
    load: file.state.load,
    pos: strings(file.state.pos),
    door: file.state.doorStatus,
    kind: Object.fromEntries(file.rigid.DOORS.map((door) => [door, UNKNOWN])),
    truth: file.rigid.DOORTYPES,
  }
  const arrivals = Object.entries(file.tasks).flatMap(([round, calls]) =>
    calls
      .filter(([name]) => name !== 'collision')
      .map(([name, ...args]) => ({ round: Number(round), call: { name, args: args.map(String) } })),
  )
  return { domain: doorDomain(file), initial, arrivals }
}

export function seen({ truth: _, ...state }: DoorState): DoorState {
  return state
}

type Refine = RefinementMethod<DoorState>['refine']
type Effect = (state: DoorState, args: readonly string[]) => DoorState | null

function doorDomain({ rigid, cost }: DoorFile): ActingDomain<DoorState> {
  const between = (from: string, to: string): string | undefined =>
    rigid.DOORLOCATIONS[`(${from}, ${to})`] ?? rigid.DOORLOCATIONS[`(${to}, ${from})`]
  const model = (name: string, chance: number, effect: Effect): CommandModel<DoorState> => ({
    cost: () => cost[name] as number,
    duration: () => cost[name] as number,
    performer: ([robot]) => robot as string,
    sample: (state, args, random) => {
      const next = effect(state, args)
      return next !== null && random.chance(chance) ? { success: true, state: next } : { success: false, state }
    },
  })
  const loaded = (state: DoorState, robot: string, load: string): DoorState['load'] => ({
    ...state.load,
    [robot]: load,
  })
  const unlatch: Effect = (state, [robot, door]) =>
    state.door[door as string] === 'opened'
      ? state
      : state.load[robot as string] === NOTHING && state.door[door as string] === 'closed'
        ? { ...state, door: { ...state.door, [door as string]: 'opened' } }
        : null
  const commands: Record<string, CommandModel<DoorState>> = {
    unlatch1: model('unlatch1', 0.8, unlatch),
    unlatch2: model('unlatch2', 0.5, unlatch),
    holdDoor: model('holdDoor', 1, (state, [robot, door]) =>
      state.door[door as string] === 'closed' || state.load[robot as string] !== NOTHING
        ? null
        : {
            ...state,
            load: loaded(state, robot as string, HOLDING),
            door: { ...state.door, [door as string]: 'held' },
          },
    ),
    passDoor: {
      ...model('passDoor', 1, () => null),
      sample: (state, [robot, door, to]) => {
        const status = state.door[door as string]
        const kind = state.truth?.[door as string]
        if (status === 'closed' || kind === undefined) return { success: false, state }
        const next = { ...state, kind: { ...state.kind, [door as string]: kind } }
        if ((kind === 'spring') !== (status === 'held')) return { success: false, state: next }
        return { success: true, state: { ...next, loc: { ...state.loc, [robot as string]: to as string } } }
      },
    },
    releaseDoor: model('releaseDoor', 1, (state, [robot, door]) =>
      state.door[door as string] !== 'held' || state.load[robot as string] !== HOLDING
        ? state
        : {
            ...state,
            load: loaded(state, robot as string, NOTHING),
            door: { ...state.door, [door as string]: 'closed' },
          },
    ),
    move: model('move', 0.95, (state, [robot, from, to]) =>
      state.loc[robot as string] === from && between(from as string, to as string) === undefined
        ? { ...state, loc: { ...state.loc, [robot as string]: to as string } }
        : null,
    ),
    take: model('take', 1, (state, [robot, object]) =>
      state.load[robot as string] === NOTHING && state.pos[object as string] === state.loc[robot as string]
        ? {
            ...state,
            pos: { ...state.pos, [object as string]: robot as string },
            load: loaded(state, robot as string, object as string),
          }
        : null,
    ),
    put: model('put', 1, (state, [robot, object]) =>
      state.pos[object as string] === robot
        ? {
            ...state,
            pos: { ...state.pos, [object as string]: state.loc[robot as string] as string },
            load: loaded(state, robot as string, NOTHING),
          }
        : null,
    ),
  }

  const through = (name: string, kind: Kind, carrying: boolean, refine: Refine): RefinementMethod<DoorState> => ({
    name,
    task: 'pass',
    when: ({ load, kind: known }, [robot, door]) =>
      (load[robot as string] !== NOTHING) === carrying &&
      (known[door as string] === kind || known[door as string] === UNKNOWN),
    refine,
  })
  /** The other robot goes to the one with the load, holds the door for it, and goes back. */
  const helped = (helper: string): Refine =>
    function* (world, robot, door, to) {
      if (helper === robot || world.state.load[helper] !== NOTHING) {
        yield refuse('it cannot help')
        return
      }
      const home = world.state.loc[helper] as string
      yield task('go', helper, world.state.loc[robot] as string)
      yield task('unlatch', helper, door)
      yield command('holdDoor', helper, door)
      yield command('passDoor', robot, door, to)
      yield command('releaseDoor', helper, door)
      yield task('go', helper, home)
    }
  const methods: RefinementMethod<DoorState>[] = [
    through('ordinary door, nothing carried', 'ordinary', false, function* (_, robot, door, to) {
      yield task('unlatch', robot, door)
      yield command('passDoor', robot, door, to)
    }),
    through('spring door, nothing carried', 'spring', false, function* (_, robot, door, to) {
      yield task('unlatch', robot, door)
      yield command('holdDoor', robot, door)
      yield command('passDoor', robot, door, to)
      yield command('releaseDoor', robot, door)
    }),
    through('ordinary door, with a load', 'ordinary', true, function* (world, robot, door, to) {
      const load = world.state.load[robot] as string
      yield command('put', robot, load)
      yield task('unlatch', robot, door)
      yield command('take', robot, load)
      yield command('passDoor', robot, door, to)
    }),
    ...rigid.ROBOTS.map((helper) => ({
      ...through(`spring door, with a load, helped by ${helper}`, 'spring', true, helped(helper)),
    })),
    { name: 'first way', task: 'unlatch', refine: single('unlatch1') },
    { name: 'second way', task: 'unlatch', refine: single('unlatch2') },
    {
      name: 'go along the shortest path',
      task: 'go',
      refine: function* (world, robot, to) {
        for (const next of shortestPath(rigid.EDGES, world.state.loc[robot] as string, to)) {
          const from = world.state.loc[robot] as string
          const door = between(from, next)
          if (door === undefined) yield command('move', robot, from, next)
          else yield task('pass', robot, door, next)
          if (world.state.loc[robot] !== next) yield refuse('it is not where it should be')
        }
      },
    },
    {
      name: 'go, take, bring',
      task: 'fetch',
      refine: function* (world, robot, object, to) {
        yield task('go', robot, world.state.pos[object] as string)
        const load = world.state.load[robot] as string
        if (load !== NOTHING && load !== object) yield command('put', robot, load)
        yield command('take', robot, object)
        yield task('go', robot, to)
      },
    },
  ]
  return {
    commands,
    methods,
    failureCost: 20,
    key: ({ loc, load, pos, door, kind }) => JSON.stringify([loc, load, pos, door, kind]),
    context: ({ name, args: [robot, door] }, { kind, load }) =>
      name === 'pass' ? `${kind[door as string]} ${load[robot as string] === NOTHING}` : '',
    imagine: (state, random) => {
      const truth: Record<string, Kind> = {}
      for (const [door, kind] of Object.entries(state.kind))
        truth[door] = kind === UNKNOWN ? random.pick(['ordinary', 'spring'] as const) : kind
      return { ...state, truth }
    },
  }
}

function single(name: string): Refine {
  return function* (_, robot, door): Generator<Step, void, void> {
    yield command(name, robot, door)
  }
}

/** The places after the first, by breadth-first search; ties as the file has them. */
function shortestPath(edges: DoorFile['rigid']['EDGES'], from: string, to: string): readonly string[] {
  const before = new Map([[from, from]])
  const queue = [from]
  for (const place of queue)
    for (const next of (edges[place] ?? []).map(String))
      if (!before.has(next)) {
        before.set(next, place)
        queue.push(next)
      }
  const path: string[] = []
  for (let place = to; place !== from; place = before.get(place) as string) {
    if (!before.has(place)) return []
    path.unshift(place)
  }
  return path
}
