/**
 * RockSample (Smith and Simmons 2004), the standard generator of large POMDPs: a rover on a square grid collects samples of rocks
 * that are good or bad, which it can only tell from afar with an error that grows with the distance.
 *
 *   state    cell x quality of every rock (bits), or left the map      |S| = side^2 2^rocks + 1
 *   actions  north, south, east, west, sample, check a rock            east of the map is the exit, +10
 *   sample   +10 a good rock, which turns bad; -10 a bad one; elsewhere -100, as walking off the other sides
 *   check    right with probability (1 + 2^(-distance / 20)) / 2, Euclidean distance
 *
 * Given as a black-box simulator over state numbers, which needs no tables, and as the exact model.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { RandomStream } from '../../solvers/numeric/index.ts'
import { type PomdpModel, sparseRows } from '../../solvers/pomdp/model.ts'
import type { Simulator, StepOutcome } from '../../solvers/pomdp/online/simulator.ts'

export interface RockSampleShape {
  /** Cells along a side. */
  readonly side: number
  /** Cells [x, y] of the rocks, x to the east, y to the north. */
  readonly rocks: readonly (readonly [number, number])[]
  /** Cell of the rover at the start. */
  readonly start: readonly [number, number]
  /** @default 0.95 */
  readonly discount?: number
  /** Distance at which half of the sensor's advantage is gone. @default 20 */
  readonly halfDistance?: number
}

/** The instance RockSample(7, 8) of the literature. */
export const ROCK_SAMPLE_7_8: RockSampleShape = {
  side: 7,
  rocks: [
    [2, 0],
    [0, 1],
    [3, 1],
    [6, 3],
    [2, 4],
    [3, 4],
    [5, 5],
    [1, 6],
  ],
  start: [0, 3],
}

/** Action numbers. */
export const NORTH = 0
export const SOUTH = 1
export const EAST = 2
export const WEST = 3
export const SAMPLE = 4
/** Rock r is checked by action `FIRST_CHECK + r`. */
export const FIRST_CHECK = 5
/** Observation numbers. */
export const NOTHING = 0
export const GOOD = 1
const BAD = 2

export class RockSample implements Simulator {
  readonly actionCount: number
  readonly discount: number
  readonly actions: readonly string[]
  readonly observations: readonly string[] = ['none', 'good', 'bad']
  readonly stateCount: number
  readonly #side: number
  readonly #rockAt: Int32Array
  readonly #qualities: number
  /** Probability that a check is right at `cell * rocks + rock`. */
  readonly #right: Float64Array
  readonly #startCell: number
  readonly #rocks: number

  /** @throws InvalidInputError for rocks or a start outside the grid, two rocks in a cell, or more than 20 rocks */
  constructor(shape: RockSampleShape) {
    const { side, rocks } = shape
    const inside = ([x, y]: readonly [number, number]) =>
      Number.isInteger(x) && Number.isInteger(y) && x >= 0 && y >= 0 && x < side && y < side
    const cells = rocks.map(([x, y]) => y * side + x)
    if (!rocks.every(inside) || !inside(shape.start) || new Set(cells).size < cells.length || rocks.length > 20) {
      throw new InvalidInputError([
        {
          code: 'out-of-range',
          path: ['rocks'],
          message: 'rocks and start must lie in different cells of the grid, at most 20 rocks',
          hint: `give cells [x, y] with 0 <= x, y < ${side}`,
        },
      ])
    }
    this.#side = side
    this.#rocks = rocks.length
    this.#qualities = 2 ** rocks.length
    this.#startCell = shape.start[1] * side + shape.start[0]
    this.#rockAt = new Int32Array(side * side).fill(-1)
    for (const [rock, cell] of cells.entries()) this.#rockAt[cell] = rock
    this.#right = new Float64Array(side * side * rocks.length)
    for (let cell = 0; cell < side * side; cell++) {
      for (const [rock, [x, y]] of rocks.entries()) {
        const distance = Math.hypot((cell % side) - x, Math.floor(cell / side) - y)
        this.#right[cell * rocks.length + rock] = (1 + 2 ** (-distance / (shape.halfDistance ?? 20))) / 2
      }
    }
    this.actionCount = FIRST_CHECK + rocks.length
    this.discount = shape.discount ?? 0.95
    this.actions = ['north', 'south', 'east', 'west', 'sample', ...rocks.map((_, rock) => `check-${rock}`)]
    this.stateCount = side * side * this.#qualities + 1
  }

  /** Number of the state of a rover that has left. */
  get left(): number {
    return this.stateCount - 1
  }

  isTerminal(state: number): boolean {
    return state === this.stateCount - 1
  }

  /** A start state with the given qualities, bit r set when rock r is good. */
  startState(qualities: number): number {
    return this.#startCell * this.#qualities + qualities
  }

  /** All start states are equally likely: their number. */
  get startCount(): number {
    return this.#qualities
  }

  step(state: number, action: number, _u: number, v: number, into: StepOutcome): void {
    into.observation = NOTHING
    into.next = state
    into.reward = 0
    if (state === this.stateCount - 1) return
    const side = this.#side
    const cell = Math.floor(state / this.#qualities)
    const qualities = state % this.#qualities
    if (action >= FIRST_CHECK) {
      const rock = action - FIRST_CHECK
      const good = ((qualities >> rock) & 1) === 1
      const right = v < this.#right[cell * this.#rocks + rock]!
      into.observation = good === right ? GOOD : BAD
      return
    }
    if (action === SAMPLE) {
      const rock = this.#rockAt[cell]!
      if (rock < 0) into.reward = -100
      else if (((qualities >> rock) & 1) === 1) {
        into.reward = 10
        into.next = state - 2 ** rock
      } else into.reward = -10
      return
    }
    const x = cell % side
    const y = Math.floor(cell / side)
    if (action === EAST && x === side - 1) {
      into.reward = 10
      into.next = this.stateCount - 1
      return
    }
    const off = (action === NORTH && y === side - 1) || (action === SOUTH && y === 0) || (action === WEST && x === 0)
    if (off) {
      into.reward = -100
      return
    }
    const next = cell + (action === NORTH ? side : action === SOUTH ? -side : action === EAST ? 1 : -1)
    into.next = next * this.#qualities + qualities
  }

  likelihood(action: number, next: number, observation: number): number {
    if (action < FIRST_CHECK || next === this.stateCount - 1) return observation === NOTHING ? 1 : 0
    if (observation === NOTHING) return 0
    const rock = action - FIRST_CHECK
    const cell = Math.floor(next / this.#qualities)
    const good = (((next % this.#qualities) >> rock) & 1) === 1
    const right = this.#right[cell * this.#rocks + rock]!
    return good === (observation === GOOD) ? right : 1 - right
  }

  /**
   * Action of a rollout: a good rock underfoot is sampled, since a check there cannot err; else a random move that stays on the map
   * or leaves it to the east.
   */
  rolloutAction(state: number, random: RandomStream): number {
    const cell = Math.floor(state / this.#qualities)
    const rock = this.#rockAt[cell]!
    if (rock >= 0 && (((state % this.#qualities) >> rock) & 1) === 1) return SAMPLE
    for (;;) {
      const action = random.integer(NORTH, WEST)
      if (this.isLegal(state, action)) return action
    }
  }

  /** Walking off the map, except to the east, and sampling where there is no rock are left out; the rover knows its cell. */
  isLegal(state: number, action: number): boolean {
    const side = this.#side
    const cell = Math.floor(state / this.#qualities)
    if (state === this.stateCount - 1) return true
    switch (action) {
      case NORTH:
        return cell < side * (side - 1)
      case SOUTH:
        return cell >= side
      case WEST:
        return cell % side > 0
      case SAMPLE:
        return this.#rockAt[cell]! >= 0
      default:
        return true
    }
  }

  /** Another state that cannot be told apart at once: one rock of the other quality, as Silver and Veness perturb. */
  perturb(state: number, random: RandomStream): number {
    if (state === this.stateCount - 1) return state
    const bit = 2 ** random.integer(0, this.#rocks - 1)
    return state % (2 * bit) >= bit ? state - bit : state + bit
  }

  /** The exact model; |S| x |A| rows with one entry each. Meant for up to about 100,000 states. */
  model(): PomdpModel {
    const { stateCount, actionCount } = this
    const outcome: StepOutcome = { next: 0, observation: 0, reward: 0 }
    const rewards = new Float64Array(actionCount * stateCount)
    const observe = new Float64Array(actionCount * stateCount * 3)
    const transitions = sparseRows(actionCount * stateCount, (row) => {
      const action = Math.floor(row / stateCount)
      const state = row % stateCount
      this.step(state, action, 0, 0, outcome)
      rewards[row] = outcome.reward
      for (let o = 0; o < 3; o++) observe[row * 3 + o] = this.likelihood(action, state, o)
      return [[outcome.next, 1]]
    })
    const start = new Float64Array(stateCount)
    for (let q = 0; q < this.#qualities; q++) start[this.startState(q)] = 1 / this.#qualities
    return {
      name: `RockSample(${this.#side}, ${this.#rocks})`,
      states: Array.from({ length: stateCount }, (_, s) => this.#nameOf(s)),
      actions: this.actions,
      observations: this.observations,
      discount: this.discount,
      objective: 'reward',
      start,
      transitions,
      observationProbabilities: observe,
      rewards,
    }
  }

  #nameOf(state: number): string {
    if (state === this.stateCount - 1) return 'left'
    const cell = Math.floor(state / this.#qualities)
    const bits = (state % this.#qualities).toString(2).padStart(this.#rocks, '0')
    return `${cell % this.#side},${Math.floor(cell / this.#side)}:${bits}`
  }
}
