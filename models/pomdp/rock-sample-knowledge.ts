/**
 * What a rover of RockSample may take from what it has seen, after Silver and Veness (2010), who gave POMCP such preferred actions:
 * sample underfoot when more checks said good than bad; leave to the east when every rock left looks bad; else move towards rocks
 * that do not look bad, or check one that is not yet settled.
 */
import type { HistoryKnowledge } from '../../solvers/pomdp/online/simulator.ts'
import { EAST, FIRST_CHECK, GOOD, NORTH, NOTHING, type RockSampleShape, SAMPLE, SOUTH, WEST } from './rock-sample.ts'

/** Checks of one rock after which it is not checked again. */
const MOST_CHECKS = 5
/** Excess of equal answers that settles a rock. */
const SETTLED = 2

interface Geometry {
  readonly side: number
  readonly cells: readonly number[]
  readonly qualities: number
  readonly halfDistance: number
}

interface RockRecord {
  readonly checks: number
  /** Answers "good" less answers "bad". */
  readonly balance: number
  readonly probabilityGood: number
  readonly taken: boolean
}

export class RockSampleKnowledge implements HistoryKnowledge {
  readonly #geometry: Geometry
  readonly #rocks: readonly RockRecord[]
  /** By cell: what is preferred depends on the cell and the records only. */
  readonly #preferred: (readonly number[] | undefined)[] = []

  private constructor(geometry: Geometry, rocks: readonly RockRecord[]) {
    this.#geometry = geometry
    this.#rocks = rocks
  }

  /** Nothing seen yet. */
  static of(shape: RockSampleShape): RockSampleKnowledge {
    return new RockSampleKnowledge(
      {
        side: shape.side,
        cells: shape.rocks.map(([x, y]) => y * shape.side + x),
        qualities: 2 ** shape.rocks.length,
        halfDistance: shape.halfDistance ?? 20,
      },
      shape.rocks.map(() => ({ checks: 0, balance: 0, probabilityGood: 0.5, taken: false })),
    )
  }

  after(action: number, observation: number, next: number): RockSampleKnowledge {
    const cell = Math.floor(next / this.#geometry.qualities)
    if (action === SAMPLE) {
      const rock = this.#geometry.cells.indexOf(cell)
      return rock < 0 ? this : this.#with(rock, { ...this.#rocks[rock]!, taken: true })
    }
    if (action < FIRST_CHECK || observation === NOTHING) return this
    const rock = action - FIRST_CHECK
    const { checks, balance, probabilityGood, taken } = this.#rocks[rock]!
    const right = (1 + 2 ** (-this.#distance(cell, rock) / this.#geometry.halfDistance)) / 2
    const good = probabilityGood * (observation === GOOD ? right : 1 - right)
    const bad = (1 - probabilityGood) * (observation === GOOD ? 1 - right : right)
    return this.#with(rock, {
      checks: checks + 1,
      balance: balance + (observation === GOOD ? 1 : -1),
      probabilityGood: good + bad > 0 ? good / (good + bad) : probabilityGood,
      taken,
    })
  }

  preferred(state: number): readonly number[] {
    const cell = Math.floor(state / this.#geometry.qualities)
    const known = this.#preferred[cell]
    if (known !== undefined) return known
    const actions = this.#prefer(cell)
    this.#preferred[cell] = actions
    return actions
  }

  #prefer(cell: number): readonly number[] {
    const { side, cells } = this.#geometry
    const here = cells.indexOf(cell)
    if (here >= 0 && !this.#rocks[here]!.taken && this.#rocks[here]!.balance > 0) return [SAMPLE]
    const actions = new Set<number>()
    let hope = false
    for (const [rock, { taken, balance }] of this.#rocks.entries()) {
      if (taken || balance < 0) continue
      hope = true
      const across = (cells[rock]! % side) - (cell % side)
      const up = Math.floor(cells[rock]! / side) - Math.floor(cell / side)
      if (up > 0) actions.add(NORTH)
      if (up < 0) actions.add(SOUTH)
      if (across > 0) actions.add(EAST)
      if (across < 0) actions.add(WEST)
    }
    if (!hope) return [EAST]
    for (const [rock, { taken, checks, balance, probabilityGood }] of this.#rocks.entries()) {
      const open = probabilityGood > 0 && probabilityGood < 1
      if (!taken && open && checks < MOST_CHECKS && Math.abs(balance) < SETTLED) actions.add(FIRST_CHECK + rock)
    }
    return [...actions]
  }

  #with(rock: number, record: RockRecord): RockSampleKnowledge {
    return new RockSampleKnowledge(
      this.#geometry,
      this.#rocks.map((own, index) => (index === rock ? record : own)),
    )
  }

  #distance(cell: number, rock: number): number {
    const { side, cells } = this.#geometry
    const other = cells[rock]!
    return Math.hypot((cell % side) - (other % side), Math.floor(cell / side) - Math.floor(other / side))
  }
}
