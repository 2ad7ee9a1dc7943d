/** Satellite (STRIPS): instruments are switched on, calibrated, pointed and used. */
import {
  Facts as FactState,
  FactSystem,
  type Facts,
  type PddlProblem,
  type RepairDomain,
  type Task,
} from './problem.ts'

class Satellite extends FactSystem {
  readonly initialState: Facts
  readonly goals: readonly string[]
  readonly actions = new Set(['turn_to', 'switch_on', 'switch_off', 'calibrate', 'take_image'])
  readonly directions: readonly string[]
  readonly satelliteOf: ReadonlyMap<string, string>
  readonly #modes = new Map<string, Set<string>>()
  readonly #targets = new Map<string, string[]>()

  constructor({ objects, facts, goals }: PddlProblem) {
    super()
    this.directions = objects.get('direction') ?? []
    this.goals = goals.map((goal) => goal.join(' '))
    this.satelliteOf = new Map((facts.get('on_board') ?? []).map(([i, s]) => [i as string, s as string]))
    for (const [i, mode] of facts.get('supports') ?? []) {
      const modes = this.#modes.get(i as string) ?? new Set()
      this.#modes.set(i as string, modes.add(mode as string))
    }
    for (const [i, target] of facts.get('calibration_target') ?? [])
      this.#targets.set(i as string, [...(this.#targets.get(i as string) ?? []), target as string])
    const dynamic = ['power_avail', 'power_on', 'calibrated', 'pointing', 'have_image']
    const state = dynamic.flatMap((name) => (facts.get(name) ?? []).map((args) => [name, ...args].join(' ')))
    this.initialState = new FactState(new Set(state))
  }

  pointing(satellite: string, state: Facts): string {
    for (const direction of this.directions) if (state.has('pointing', satellite, direction)) return direction
    return ''
  }

  alternatives([name = '', first = '', second = '', third = '']: Task, state: Facts): (readonly Task[])[] {
    switch (name) {
      case 'all': {
        if (this.goal(state) === null) return [[]]
        const images = this.goals.filter((goal) => goal.startsWith('have_image') && !state.facts.has(goal))
        // Of two ways that cost the same, the instrument that can take more of what is open.
        const serves = (instrument: string): number =>
          images.filter((goal) => this.#modes.get(instrument)?.has(goal.split(' ')[2] ?? '') === true).length
        const ways = images.flatMap((goal) => {
          const [, direction = '', mode = ''] = goal.split(' ')
          return this.#ways(direction, mode, state).map(({ instrument, cost }) => ({
            cost,
            serves: serves(instrument),
            task: ['image', direction, mode, instrument] as Task,
          }))
        })
        const cheapest = ways.toSorted((a, b) => a.cost - b.cost || b.serves - a.serves).slice(0, 4)
        if (images.length > 0) return cheapest.map(({ task }) => [task, ['all']])
        const pointings = this.goals.filter((goal) => !state.facts.has(goal))
        return [pointings.map((goal): Task => ['point', ...goal.split(' ').slice(1)])]
      }
      case 'image': {
        if (state.has('have_image', first, second)) return [[]]
        const others = this.#ways(first, second, state).map(({ instrument }) => instrument)
        const order = [third, ...others.filter((instrument) => instrument !== third)]
        return order.map((instrument) => {
          const satellite = this.satelliteOf.get(instrument) as string
          return [
            ['ready', instrument, satellite],
            ['point', satellite, first],
            ['take_image', satellite, first, instrument, second],
          ]
        })
      }
      case 'ready': {
        const on: Task[] = state.has('power_on', first) ? [] : [['power', first, second]]
        if (state.has('power_on', first) && state.has('calibrated', first)) return [[]]
        const here = this.pointing(second, state)
        const targets = (this.#targets.get(first) ?? []).toSorted((a, b) => Number(b === here) - Number(a === here))
        return targets.map((target) => [...on, ['point', second, target], ['calibrate', second, first, target]])
      }
      case 'power': {
        if (state.has('power_avail', second)) return [[['switch_on', first, second]]]
        const busy = [...this.satelliteOf].find(([i, s]) => s === second && state.has('power_on', i))?.[0]
        return busy === undefined
          ? []
          : [
              [
                ['switch_off', busy, second],
                ['switch_on', first, second],
              ],
            ]
      }
      case 'point': {
        const here = this.pointing(first, state)
        return here === second ? [[]] : [[['turn_to', first, second, here]]]
      }
      default:
        return []
    }
  }

  /** Instruments that can take the image, cheapest first. */
  #ways(direction: string, mode: string, state: Facts): { instrument: string; cost: number }[] {
    const ways: { instrument: string; cost: number }[] = []
    for (const [instrument, satellite] of this.satelliteOf) {
      if (this.#modes.get(instrument)?.has(mode) !== true) continue
      let here = this.pointing(satellite, state)
      let cost = 1
      if (!state.has('power_on', instrument)) cost += state.has('power_avail', satellite) ? 1 : 2
      if (!state.has('power_on', instrument) || !state.has('calibrated', instrument)) {
        const targets = this.#targets.get(instrument) ?? []
        const target = targets.includes(here) ? here : targets.includes(direction) ? direction : (targets[0] ?? '')
        if (target === '') continue
        cost += target === here ? 1 : 2
        here = target
      }
      if (here !== direction) cost++
      ways.push({ instrument, cost })
    }
    return ways.sort((a, b) => a.cost - b.cost)
  }

  action([name = '', a = '', b = '', c = '', d = '']: Task) {
    switch (name) {
      case 'turn_to':
        return { needs: [`pointing ${a} ${c}`], adds: [`pointing ${a} ${b}`], removes: [`pointing ${a} ${c}`] }
      case 'switch_on':
        return {
          needs: [`power_avail ${b}`],
          adds: [`power_on ${a}`],
          removes: [`calibrated ${a}`, `power_avail ${b}`],
        }
      case 'switch_off':
        return { needs: [`power_on ${a}`], adds: [`power_avail ${b}`], removes: [`power_on ${a}`] }
      case 'calibrate':
        return { needs: [`power_on ${b}`, `pointing ${a} ${c}`], adds: [`calibrated ${b}`], removes: [] }
      default:
        return {
          needs: [`calibrated ${c}`, `power_on ${c}`, `pointing ${a} ${b}`],
          adds: [`have_image ${b} ${d}`],
          removes: [],
        }
    }
  }
}

export function satellite(problem: PddlProblem): RepairDomain<Facts> {
  const system = new Satellite(problem)
  const satellites = [...new Set(system.satelliteOf.values())]
  return {
    system,
    // A satellite points elsewhere, an instrument loses its calibration or its power.
    deviations(state) {
      const possible: (() => Facts)[] = []
      for (const one of satellites) {
        const here = system.pointing(one, state)
        for (const direction of system.directions)
          if (direction !== here)
            possible.push(() => state.with([`pointing ${one} ${direction}`], [`pointing ${one} ${here}`]))
      }
      for (const [instrument] of state.of('calibrated'))
        possible.push(() => state.with([], [`calibrated ${instrument}`]))
      for (const [instrument = ''] of state.of('power_on')) {
        const home = system.satelliteOf.get(instrument)
        possible.push(() => state.with([`power_avail ${home}`], [`power_on ${instrument}`]))
      }
      return possible
    },
  }
}
