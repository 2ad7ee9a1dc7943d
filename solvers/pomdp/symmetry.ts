/**
 * Symmetries of a POMDP: a permutation of the states for which some permutation of the actions, and for every action one of the
 * observations, leaves rewards and joint kernel as they are,
 *
 *   r(s, a) = r(sigma s, pi a),   M_ao[s, s'] = M_(pi a)(rho_a o)[sigma s, sigma s'].
 *
 * Then V*(b) = V*(sigma b), so that one belief of every orbit stands for all: machines, servers or agents that may be exchanged
 * divide the beliefs to look at by up to the number of their orders.
 *
 * States are divided by what they earn and where they lead until no further difference shows (colour refinement); the permutations
 * are then found by backtracking over states of one colour, each checked entry by entry. Numbers count as equal when they agree to
 * 1e-15 (probabilities) or 1e-13 of the greatest (rewards). Any set of symmetries is of use, so that a search cut short is sound.
 * O(A S^2 Z) for the entries, then O(A S^2) for every permutation found.
 *
 * Sources: equivalence of POMDPs under permutation (Doshi and Roy 2008; Kang and Kim 2012), partition refinement (Hopcroft 1971).
 */
import type { JointKernel } from './kernel.ts'
import { VectorSet } from './vector-set.ts'

export interface Symmetry {
  /** Image of every state: the belief b becomes b' with b'(states[s]) = b(s). */
  readonly states: Int32Array
  readonly actions: Int32Array
}

export interface SymmetryOptions {
  /** Most symmetries returned, without the identity. @default 119 */
  readonly limit?: number
  /** Models with more states are not searched: the search looks at pairs of states. @default 300 */
  readonly maxStates?: number
  /** Steps of the search before it returns what it has. @default 200,000 */
  readonly maxSteps?: number
}

/** Components of beliefs that differ by less are taken for equal when images are compared. */
const SAME = 1e-11

/** All symmetries but the identity, up to the limits; the same call finds the same ones in the same order. */
export function findSymmetries(kernel: JointKernel, options: SymmetryOptions = {}): readonly Symmetry[] {
  if (kernel.stateCount > (options.maxStates ?? 300)) return []
  return new SymmetrySearch(kernel, options.limit ?? 119, options.maxSteps ?? 200_000).run()
}

/**
 * The least image of a belief, component by component. Writes it over the belief.
 * @returns the number of the symmetry used, from 1; 0 where the belief stays
 */
export function canonicalise(belief: Float64Array, symmetries: readonly Symmetry[]): number {
  if (symmetries.length === 0) return 0
  const size = belief.length
  const image = new Float64Array(size)
  let least = belief
  let chosen = 0
  for (const [index, { states }] of symmetries.entries()) {
    for (let s = 0; s < size; s++) image[states[s]!] = belief[s]!
    for (let s = 0; s < size; s++) {
      const difference = image[s]! - least[s]!
      if (Math.abs(difference) <= SAME) continue
      if (difference < 0) {
        least = image.slice()
        chosen = index + 1
      }
      break
    }
  }
  if (chosen > 0) belief.set(least)
  return chosen
}

/** `into[s] = alpha(sigma s)`: the vector that is worth at b what alpha is worth at the image of b. Symmetry 0 is none. */
export function pullBack(
  symmetries: readonly Symmetry[],
  symmetry: number,
  alpha: Float64Array,
  alphaAt: number,
  into: Float64Array,
): void {
  if (symmetry === 0) {
    for (let s = 0; s < into.length; s++) into[s] = alpha[alphaAt + s]!
    return
  }
  const { states } = symmetries[symmetry - 1]!
  for (let s = 0; s < into.length; s++) into[s] = alpha[alphaAt + states[s]!]!
}

/** The vectors with all their images: what they are worth at stored beliefs they are then worth at every belief of an orbit. */
export function withImages(vectors: VectorSet, symmetries: readonly Symmetry[]): VectorSet {
  if (symmetries.length === 0) return vectors
  const { dimension, observationCount, count } = vectors
  const all = new VectorSet(dimension, observationCount, count * (1 + symmetries.length))
  const known = new Set<string>()
  const image = new Float64Array(dimension)
  for (let symmetry = 0; symmetry <= symmetries.length; symmetry++) {
    for (let i = 0; i < count; i++) {
      pullBack(symmetries, symmetry, vectors.data, i * dimension, image)
      const own = vectors.actions[i]!
      const action = symmetry === 0 ? own : symmetries[symmetry - 1]!.actions.indexOf(own)
      const key = image.join()
      if (known.has(key)) continue
      known.add(key)
      all.push(image, 0, action)
    }
  }
  return all
}

class SymmetrySearch {
  readonly #kernel: JointKernel
  readonly #limit: number
  readonly #found: Symmetry[] = []
  /** Entry (s, s') of action a at `(a * S + s) * S + s'`: the number of its multiset of probabilities over the observations. */
  readonly #pairs: Int32Array
  readonly #rewards: Int32Array
  readonly #colours: Int32Array
  #steps: number

  constructor(kernel: JointKernel, limit: number, maxSteps: number) {
    this.#kernel = kernel
    this.#limit = limit
    this.#steps = maxSteps
    const scale = kernel.rewards.reduce((high, reward) => Math.max(high, Math.abs(reward)), 0)
    const number = numbering()
    this.#rewards = Int32Array.from(kernel.rewards, (reward) =>
      number(scale === 0 ? 0 : Math.round((reward / scale) * 1e13)),
    )
    this.#pairs = pairNumbers(kernel)
    this.#colours = this.#refine()
  }

  run(): readonly Symmetry[] {
    const { actionCount } = this.#kernel
    this.#orderActions(new Int32Array(actionCount), new Uint8Array(actionCount), 0)
    return this.#found
  }

  /** Colours of states that no symmetry can change. */
  #refine(): Int32Array {
    const { stateCount, actionCount } = this.#kernel
    let colours = new Int32Array(stateCount)
    let count = 0
    for (;;) {
      const number = numbering()
      const next = Int32Array.from({ length: stateCount }, (_, s) => {
        const perAction: string[] = []
        for (let a = 0; a < actionCount; a++) {
          const ways: string[] = []
          for (let t = 0; t < stateCount; t++) {
            const out = this.#pairs[(a * stateCount + s) * stateCount + t]!
            const into = this.#pairs[(a * stateCount + t) * stateCount + s]!
            if (out !== 0 || into !== 0) ways.push(`${out},${into},${colours[t]}`)
          }
          perAction.push(`${this.#rewards[a * stateCount + s]}:${ways.sort().join(';')}`)
        }
        return number(`${colours[s]}|${perAction.sort().join('|')}`)
      })
      const distinct = new Set(next).size
      colours = next
      if (distinct === count) return colours
      count = distinct
    }
  }

  #orderActions(actions: Int32Array, used: Uint8Array, place: number): void {
    const { actionCount, stateCount } = this.#kernel
    if (place === actionCount) {
      this.#orderStates(actions, new Int32Array(stateCount), new Uint8Array(stateCount), 0)
      return
    }
    for (let a = 0; a < actionCount; a++) {
      if (used[a] === 1 || this.#spent()) continue
      if (!this.#alike(place, a)) continue
      used[a] = 1
      actions[place] = a
      this.#orderActions(actions, used, place + 1)
      used[a] = 0
    }
  }

  /** Do two actions earn the same in the colours of states? */
  #alike(one: number, other: number): boolean {
    const { stateCount } = this.#kernel
    const profile = (a: number) =>
      Array.from({ length: stateCount }, (_, s) => `${this.#colours[s]},${this.#rewards[a * stateCount + s]}`)
        .sort()
        .join(';')
    return one === other || profile(one) === profile(other)
  }

  #orderStates(actions: Int32Array, images: Int32Array, used: Uint8Array, place: number): void {
    const { stateCount } = this.#kernel
    if (place === stateCount) {
      if (images.some((image, s) => image !== s) && this.#observationsMatch(actions, images))
        this.#found.push({ states: images.slice(), actions: actions.slice() })
      return
    }
    for (let t = 0; t < stateCount; t++) {
      if (used[t] === 1 || this.#colours[t] !== this.#colours[place]) continue
      if (this.#spent()) return
      images[place] = t
      if (!this.#fits(actions, images, place)) continue
      used[t] = 1
      this.#orderStates(actions, images, used, place + 1)
      used[t] = 0
    }
  }

  #spent(): boolean {
    return this.#steps-- <= 0 || this.#found.length >= this.#limit
  }

  /** Does the last image agree with all before it? */
  #fits(actions: Int32Array, images: Int32Array, place: number): boolean {
    const { stateCount } = this.#kernel
    const image = images[place]!
    for (let a = 0; a < actions.length; a++) {
      const own = a * stateCount
      const other = actions[a]! * stateCount
      if (this.#rewards[own + place] !== this.#rewards[other + image]) return false
      for (let s = 0; s <= place; s++) {
        const t = images[s]!
        if (this.#pairs[(own + place) * stateCount + s] !== this.#pairs[(other + image) * stateCount + t]) return false
        if (this.#pairs[(own + s) * stateCount + place] !== this.#pairs[(other + t) * stateCount + image]) return false
      }
    }
    return true
  }

  /** Is there, for every action, an order of the observations under which the kernels are the same? */
  #observationsMatch(actions: Int32Array, images: Int32Array): boolean {
    const { actionCount, observationCount, stateCount } = this.#kernel
    for (let a = 0; a < actionCount; a++) {
      const used = new Uint8Array(observationCount)
      for (let o = 0; o < observationCount; o++) {
        const own = (a * observationCount + o) * stateCount
        let match = -1
        for (let p = 0; p < observationCount && match < 0; p++)
          if (used[p] === 0 && this.#sameKernel(own, (actions[a]! * observationCount + p) * stateCount, images))
            match = p
        if (match < 0) return false
        used[match] = 1
      }
    }
    return true
  }

  #sameKernel(own: number, other: number, images: Int32Array): boolean {
    const { pointers, columns, values, stateCount } = this.#kernel
    const row = new Float64Array(stateCount)
    for (let s = 0; s < stateCount; s++) {
      const theirs = other + images[s]!
      row.fill(0)
      for (let k = pointers[theirs]!; k < pointers[theirs + 1]!; k++) row[columns[k]!]! += values[k]!
      for (let k = pointers[own + s]!; k < pointers[own + s + 1]!; k++) row[images[columns[k]!]!]! -= values[k]!
      for (let t = 0; t < stateCount; t++) if (Math.abs(row[t]!) > 1e-15) return false
    }
    return true
  }
}

function pairNumbers(kernel: JointKernel): Int32Array {
  const { stateCount, actionCount, observationCount, pointers, columns, values } = kernel
  const pairs = new Int32Array(actionCount * stateCount * stateCount)
  const number = numbering()
  number('')
  for (let a = 0; a < actionCount; a++) {
    for (let s = 0; s < stateCount; s++) {
      const lists = new Map<number, number[]>()
      for (let o = 0; o < observationCount; o++) {
        const row = (a * observationCount + o) * stateCount + s
        for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
          const list = lists.get(columns[k]!)
          const rounded = Math.round(values[k]! * 1e15)
          if (list === undefined) lists.set(columns[k]!, [rounded])
          else list.push(rounded)
        }
      }
      for (const [t, list] of lists)
        pairs[(a * stateCount + s) * stateCount + t] = number(list.sort((x, y) => x - y).join())
    }
  }
  return pairs
}

/** Numbers things 0, 1, ... in the order of their first appearance. */
function numbering(): (thing: string | number) => number {
  const numbers = new Map<string | number, number>()
  return (thing) => {
    const known = numbers.get(thing)
    if (known !== undefined) return known
    numbers.set(thing, numbers.size)
    return numbers.size - 1
  }
}
