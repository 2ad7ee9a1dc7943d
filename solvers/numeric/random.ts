/**
 * Seeded random streams. xoroshiro128+ (Blackman and Vigna 2018) from pure-rand; `split` gives independent streams by
 * jumping 2^64 draws ahead, so that parts of a program draw their own numbers and stay reproducible one by one.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator'

export class RandomStream {
  readonly #generator: JumpableRandomGenerator
  #spareNormal = Number.NaN

  /** @param seed a 32-bit unsigned integer, or a generator to draw from */
  constructor(seed: number | JumpableRandomGenerator) {
    this.#generator = typeof seed === 'number' ? seeded(seed) : seed
  }

  /** Uniform in [0, 1) with 53 random bits. */
  next(): number {
    const high = this.#generator.next() >>> 5
    const low = this.#generator.next() >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  /** Uniform integer in [low, high], both included; high - low < 2^53. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Standard normal deviate (Box-Muller, both halves used). */
  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal
      this.#spareNormal = Number.NaN
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    const angle = 2 * Math.PI * this.next()
    this.#spareNormal = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  /** One of the items, uniformly; the list must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)] as T
  }

  /** Fisher-Yates, in place. */
  shuffle<T extends unknown[] | Int32Array | Float64Array>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(0, i)
      const held = items[i]
      items[i] = items[j] as never
      items[j] = held as never
    }
    return items
  }

  /** Index drawn with probability weights[i] / sum(weights); weights are >= 0 and not all 0. */
  weighted(weights: ArrayLike<number>): number {
    let total = 0
    for (let i = 0; i < weights.length; i++) total += weights[i] as number
    let rest = this.next() * total
    let last = 0
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number
      if (weight <= 0) continue
      last = i
      rest -= weight
      if (rest < 0) return i
    }
    return last
  }

  /** A new independent stream; this stream moves on by 2^64 draws. */
  split(): RandomStream {
    const branch = this.#generator.clone()
    this.#generator.jump()
    return new RandomStream(branch)
  }
}

/** Outputs that are thrown away: the generator's first ones follow the bits of the seed. */
const WARM_UP = 20

/** Neighbouring seeds begin far apart: the seed is mixed (finaliser of MurmurHash3, Appleby 2008), the first outputs left out. */
function seeded(seed: number): JumpableRandomGenerator {
  let mixed = seed | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  const generator = xoroshiro128plus(mixed ^ (mixed >>> 16))
  for (let k = 0; k < WARM_UP; k++) generator.next()
  return generator
}
