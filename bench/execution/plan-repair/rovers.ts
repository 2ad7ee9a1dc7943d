/** Rovers (STRIPS): samples are taken and analysed, images taken, all sent to the lander. */
import {
  Facts as FactState,
  FactSystem,
  type Facts,
  type PddlProblem,
  type RepairDomain,
  type Task,
} from './problem.ts'

type Route = readonly string[]

class Rovers extends FactSystem {
  readonly initialState: Facts
  readonly goals: readonly string[]
  readonly actions = new Set([
    'navigate',
    'sample_soil',
    'sample_rock',
    'drop',
    'calibrate',
    'take_image',
    'send_soil',
    'send_rock',
    'send_image',
  ])
  readonly #static: ReadonlySet<string>
  readonly #rovers: readonly string[]
  readonly waypoints: readonly string[]
  readonly #storeOf: ReadonlyMap<string, string>
  readonly roverOf: ReadonlyMap<string, string>
  readonly calibrationTarget: ReadonlyMap<string, string>
  readonly #seesLander: ReadonlySet<string>
  readonly #routes = new Map<string, ReadonlyMap<string, Route>>()

  constructor({ objects, facts, goals }: PddlProblem) {
    super()
    this.#rovers = objects.get('rover') ?? []
    this.waypoints = objects.get('waypoint') ?? []
    this.goals = goals.map((goal) => goal.join(' '))
    const changing = new Set(['at', 'at_soil_sample', 'at_rock_sample', 'empty', 'visible_from'])
    const dynamic: string[] = []
    const fixed: string[] = []
    for (const [name, list] of facts) {
      for (const args of list) (changing.has(name) ? dynamic : fixed).push([name, ...args].join(' '))
    }
    this.initialState = new FactState(new Set(dynamic))
    this.#static = new Set(fixed)
    const pairs = (name: string): [string, string][] =>
      (facts.get(name) ?? []).map(([a, b]) => [a as string, b as string])
    this.#storeOf = new Map(pairs('store_of').map(([store, rover]) => [rover, store]))
    this.roverOf = new Map(pairs('on_board'))
    this.calibrationTarget = new Map(pairs('calibration_target'))
    const lander = pairs('at_lander')[0]?.[1] as string
    this.#seesLander = new Set(this.waypoints.filter((waypoint) => this.#is('visible', waypoint, lander)))
    for (const rover of this.#rovers) for (const from of this.waypoints) this.#route(rover, from)
  }

  #is(...parts: string[]): boolean {
    return this.#static.has(parts.join(' '))
  }

  /** Shortest ways of a rover from a waypoint, by breadth first. */
  #route(rover: string, from: string): void {
    const routes = new Map<string, Route>([[from, []]])
    const queue = [from]
    for (const at of queue) {
      for (const next of this.waypoints) {
        if (routes.has(next) || !this.#is('can_traverse', rover, at, next) || !this.#is('visible', at, next)) continue
        routes.set(next, [...(routes.get(at) as Route), next])
        queue.push(next)
      }
    }
    this.#routes.set(`${rover} ${from}`, routes)
  }

  #way(rover: string, from: string, to: string): Route | undefined {
    return this.#routes.get(`${rover} ${from}`)?.get(to)
  }

  #length(rover: string, from: string, to: string): number {
    return this.#way(rover, from, to)?.length ?? Number.POSITIVE_INFINITY
  }

  place(rover: string, state: Facts): string {
    for (const waypoint of this.waypoints) if (state.has('at', rover, waypoint)) return waypoint
    return ''
  }

  /** The nearest waypoint that sees the lander. */
  #talk(rover: string, from: string): { waypoint: string; length: number } {
    let best = { waypoint: '', length: Number.POSITIVE_INFINITY }
    for (const waypoint of this.#seesLander) {
      const length = this.#length(rover, from, waypoint)
      if (length < best.length) best = { waypoint, length }
    }
    return best
  }

  alternatives(task: Task, state: Facts): (readonly Task[])[] {
    const [name = '', a = '', b = '', c = ''] = task
    switch (name) {
      case 'all': {
        const open = this.goals.filter((goal) => !state.facts.has(goal))
        if (open.length === 0) return [[]]
        const ranked = open
          .map((goal) => ({ goal, cost: Math.min(...this.#waysTo(goal, state).map((way) => way.cost)) }))
          .filter((entry) => entry.cost < Number.POSITIVE_INFINITY)
          .sort((x, y) => x.cost - y.cost)
        return ranked.slice(0, 4).map(({ goal }) => [['get', ...goal.split(' ')], ['all']])
      }
      case 'get': {
        const goal = task.slice(1).join(' ')
        if (state.facts.has(goal)) return [[]]
        return this.#waysTo(goal, state).map((way) => way.tasks)
      }
      case 'go': {
        const route = this.#way(a, this.place(a, state), b)
        if (route === undefined) return []
        let from = this.place(a, state)
        return [
          route.map((next): Task => {
            const move = ['navigate', a, from, next]
            from = next
            return move
          }),
        ]
      }
      case 'sample': {
        // sample kind rover waypoint
        const store = this.#storeOf.get(b) as string
        const emptied: Task[] = state.has('empty', store) ? [] : [['drop', b, store]]
        return [[['go', b, c], ...emptied, [`sample_${a}`, b, store, c]]]
      }
      case 'send': {
        // send kind rover subject [mode]
        const { waypoint } = this.#talk(b, this.place(b, state))
        return waypoint === ''
          ? []
          : [
              [
                ['go', b, waypoint],
                [`send_${a}`, b, ...task.slice(3), waypoint],
              ],
            ]
      }
      case 'picture': {
        // picture rover camera objective mode waypoint
        const [, rover = '', camera = '', objective = '', mode = '', waypoint = ''] = task
        return [
          [
            ['ready', rover, camera],
            ['go', rover, waypoint],
            ['take_image', rover, waypoint, objective, camera, mode],
          ],
        ]
      }
      case 'ready': {
        if (state.has('calibrated', b, a)) return [[]]
        const target = this.calibrationTarget.get(b) ?? ''
        const from = this.place(a, state)
        return this.waypoints
          .filter((waypoint) => state.has('visible_from', target, waypoint))
          .map((waypoint) => ({ waypoint, length: this.#length(a, from, waypoint) }))
          .filter(({ length }) => length < Number.POSITIVE_INFINITY)
          .sort((x, y) => x.length - y.length)
          .map(({ waypoint }) => [
            ['go', a, waypoint],
            ['calibrate', a, b, target, waypoint],
          ])
      }
      default:
        return []
    }
  }

  /** Ways to a goal with the number of actions each is expected to take, cheapest first. */
  #waysTo(goal: string, state: Facts): { tasks: readonly Task[]; cost: number }[] {
    const [name = '', subject = '', mode = ''] = goal.split(' ')
    const kind = name.replace('communicated_', '').replace('_data', '')
    const ways: { tasks: readonly Task[]; cost: number }[] = []
    const add = (rover: string, at: string, before: number, tasks: readonly Task[]): void => {
      const { length } = this.#talk(rover, at)
      const cost = before + length + 1
      const send: Task = kind === 'image' ? ['send', kind, rover, subject, mode] : ['send', kind, rover, subject]
      if (cost < Number.POSITIVE_INFINITY) ways.push({ tasks: [...tasks, send], cost })
    }
    for (const rover of this.#rovers) {
      const from = this.place(rover, state)
      if (kind === 'image') {
        if (state.has('have_image', rover, subject, mode)) add(rover, from, 0, [])
        else if (this.#is('equipped_for_imaging', rover)) this.#pictures(rover, from, subject, mode, state, add)
        continue
      }
      const have = `have_${kind}_analysis`
      if (state.has(have, rover, subject)) add(rover, from, 0, [])
      if (!this.#is(`equipped_for_${kind}_analysis`, rover) || !state.has(`at_${kind}_sample`, subject)) continue
      const full = state.has('empty', this.#storeOf.get(rover) as string) ? 0 : 1
      const before = this.#length(rover, from, subject) + full + 1
      add(rover, subject, before, [['sample', kind, rover, subject]])
    }
    return ways.sort((x, y) => x.cost - y.cost)
  }

  #pictures(
    rover: string,
    from: string,
    objective: string,
    mode: string,
    state: Facts,
    add: (rover: string, at: string, before: number, tasks: readonly Task[]) => void,
  ): void {
    for (const [camera, owner] of this.roverOf) {
      if (owner !== rover || !this.#is('supports', camera, mode)) continue
      const ready = state.has('calibrated', camera, rover)
      const target = this.calibrationTarget.get(camera) ?? ''
      const places = ready ? [from] : this.waypoints.filter((waypoint) => state.has('visible_from', target, waypoint))
      let near = Number.POSITIVE_INFINITY
      let spot = ''
      for (const waypoint of places) {
        const length = this.#length(rover, from, waypoint)
        if (length < near) {
          near = length
          spot = waypoint
        }
      }
      if (spot === '') continue
      for (const waypoint of this.waypoints) {
        if (!state.has('visible_from', objective, waypoint)) continue
        const before = near + (ready ? 0 : 1) + this.#length(rover, spot, waypoint) + 1
        if (before < Number.POSITIVE_INFINITY)
          add(rover, waypoint, before, [['picture', rover, camera, objective, mode, waypoint]])
      }
    }
  }

  action([name = '', a = '', b = '', c = '', d = '', e = '']: Task) {
    switch (name) {
      case 'navigate':
        return { needs: [`at ${a} ${b}`], adds: [`at ${a} ${c}`], removes: [`at ${a} ${b}`] }
      case 'sample_soil':
      case 'sample_rock': {
        const kind = name.slice(7)
        return {
          needs: [`at ${a} ${c}`, `at_${kind}_sample ${c}`, `empty ${b}`],
          adds: [`full ${b}`, `have_${kind}_analysis ${a} ${c}`],
          removes: [`empty ${b}`, `at_${kind}_sample ${c}`],
        }
      }
      case 'drop':
        return { needs: [`full ${b}`], adds: [`empty ${b}`], removes: [`full ${b}`] }
      case 'calibrate':
        return { needs: [`at ${a} ${d}`, `visible_from ${c} ${d}`], adds: [`calibrated ${b} ${a}`], removes: [] }
      case 'take_image':
        return {
          needs: [`calibrated ${d} ${a}`, `visible_from ${c} ${b}`, `at ${a} ${b}`],
          adds: [`have_image ${a} ${c} ${e}`],
          removes: [`calibrated ${d} ${a}`],
        }
      case 'send_image':
        return {
          needs: [`at ${a} ${d}`, `have_image ${a} ${b} ${c}`],
          adds: [`communicated_image_data ${b} ${c}`],
          removes: [],
        }
      default: {
        const kind = name.slice(5)
        return {
          needs: [`at ${a} ${c}`, `have_${kind}_analysis ${a} ${b}`],
          adds: [`communicated_${kind}_data ${b}`],
          removes: [],
        }
      }
    }
  }
}

export function rovers(problem: PddlProblem): RepairDomain<Facts> {
  const system = new Rovers(problem)
  return {
    system,
    deviations(state, remaining) {
      const possible: (() => Facts)[] = []
      for (const kind of ['soil', 'rock']) {
        for (const [rover, waypoint] of state.of(`have_${kind}_analysis`)) {
          if (state.has(`communicated_${kind}_data`, waypoint as string)) continue
          const lost = `have_${kind}_analysis ${rover} ${waypoint}`
          possible.push(() => state.with([`at_${kind}_sample ${waypoint}`], [lost]))
        }
      }
      for (const [rover, objective, mode] of state.of('have_image')) {
        if (state.has('communicated_image_data', objective as string, mode as string)) continue
        const cameras = [...system.roverOf]
          .filter(([, owner]) => owner === rover)
          .map(([camera]) => `calibrated ${camera} ${rover}`)
        possible.push(() => state.with([], [`have_image ${rover} ${objective} ${mode}`, ...cameras]))
      }
      for (const [camera, rover] of state.of('calibrated'))
        possible.push(() => state.with([], [`calibrated ${camera} ${rover}`]))
      // What the plan counts on: the waypoints it will calibrate at or take images from.
      const visible = state.of('visible_from')
      for (const [name, , second = '', third = '', fourth = ''] of remaining) {
        const [objective, waypoint] =
          name === 'calibrate' ? [third, fourth] : name === 'take_image' ? [third, second] : []
        if (objective === undefined || !state.has('visible_from', objective, waypoint as string)) continue
        if (visible.some(([other, at]) => other === objective && at !== waypoint))
          possible.push(() => state.with([], [`visible_from ${objective} ${waypoint}`]))
      }
      return possible
    },
  }
}
