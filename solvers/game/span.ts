/**
 * The linear span of the indicator vectors of some coalitions. Membership of a coalition is tested against two random vectors of the
 * orthogonal complement: a coalition inside is orthogonal to both; one outside is so for both with a probability of about
 * (1e-8)^2. The tests are sums over a coalition and cost O(1) from split tables.
 */
import { RandomStream } from '../numeric/index.ts'
import { SplitSums } from './cooperative.ts'

const ORTHOGONAL = 1e-8

export class CoalitionSpan {
  readonly players: number
  readonly #basis: Float64Array[] = []
  readonly #random: RandomStream
  readonly #first: SplitSums
  readonly #second: SplitSums

  constructor(players: number, seed: number) {
    this.players = players
    this.#random = new RandomStream(seed)
    this.#first = new SplitSums(players)
    this.#second = new SplitSums(players)
    this.#draw()
  }

  get rank(): number {
    return this.#basis.length
  }

  has(coalition: number): boolean {
    return Math.abs(this.#first.at(coalition)) <= ORTHOGONAL && Math.abs(this.#second.at(coalition)) <= ORTHOGONAL
  }

  /** @returns false when the coalition was in the span already */
  add(coalition: number): boolean {
    const vector = Float64Array.from({ length: this.players }, (_, i) => (coalition >>> i) & 1)
    this.#project(vector)
    const length = Math.hypot(...vector)
    // Residuals of 0/1 vectors are bounded away from 0: their squares are ratios of determinants of 0/1 matrices.
    if (length <= 1e-6) return false
    this.#basis.push(vector.map((entry) => entry / length))
    this.#draw()
    return true
  }

  #draw(): void {
    for (const sums of [this.#first, this.#second]) {
      const vector = Float64Array.from({ length: this.players }, () => this.#random.normal())
      this.#project(vector)
      sums.load(vector)
    }
  }

  /** Gram-Schmidt, twice for orthogonality to rounding. */
  #project(vector: Float64Array): void {
    for (let round = 0; round < 2; round++) {
      for (const direction of this.#basis) {
        let product = 0
        for (let i = 0; i < vector.length; i++) product += (vector[i] as number) * (direction[i] as number)
        for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - product * (direction[i] as number)
      }
    }
  }
}
