/**
 * Bounded policy iteration (Poupart and Boutilier 2003): a stochastic controller of bounded size, improved node by node.
 *
 * Sets: states s, actions a, observations o, nodes n. Parameters: V_n'(s), M_ao, R. Variables per node n:
 *   epsilon >= 0        improvement in every state
 *   c_a, c_aon' >= 0    probability of action a; jointly of a and, after o, of node n'
 *
 *   maximise epsilon
 *   V_n(s) + epsilon <= sum_a c_a R(s, a) + discount sum_aon' c_aon' (M_ao V_n')(s)      every s
 *   sum_a c_a = 1,   sum_n' c_aon' = c_a                                                 every a, possible o
 *
 * |S| + 1 + |A||Z| rows, 1 + |A| + |A||Z||N| columns, solved by the dense simplex. Replacing every node whose epsilon is
 * positive at once never lowers a value (policy improvement). When none improves, the duals of the first rows are the tangent
 * beliefs where the controller is stuck; nodes that a one-step lookahead finds better at beliefs reached from them, level by level, are added.
 * Ends at the size limit without improvement, at a local optimum, or when stopped. The value is that of the controller, a
 * proved lower bound of V*; it need not be the best controller of its size.
 */
import { DenseSimplex } from '../linear/dense/simplex.ts'
import {
  type Controller,
  type ControllerChoice,
  type ControllerNode,
  evaluateController,
  plainNode,
} from './controller.ts'
import { type JointKernel, projectInto, propagate } from './kernel.ts'

export interface BoundedPolicyOptions {
  /** Most nodes. @default 20 */
  readonly maxNodes?: number
  readonly stop: () => boolean
  /** Improvement that counts, relative to the size of the values. @default 1e-7 */
  readonly precision?: number
  /** Most cells of a node's program; larger ones end the iteration. @default 4 million */
  readonly maxCells?: number
  readonly onSweep?: (sweep: number, nodes: number, value: number) => void
}

export interface BoundedPolicyResult {
  readonly controller: Controller
  /** Proved value of the controller from the start belief. */
  readonly value: number
  /** V_n(s) at `n * states + s`. */
  readonly values: Float64Array
  readonly sweeps: number
  readonly programs: number
  /** `local-optimum`: no node and no lookahead improves it; `size`: stuck at the greatest size. */
  readonly stoppedBy: 'local-optimum' | 'size' | 'stop' | 'memory'
}

export function boundedPolicyIteration(
  kernel: JointKernel,
  start: Float64Array,
  options: BoundedPolicyOptions,
): BoundedPolicyResult {
  return new BoundedPolicy(kernel, start, options).run()
}

/** Probabilities below this are rounding of the program. */
const DUST = 1e-9
/** Beliefs looked at for a way out of a local optimum. */
const FARTHEST = 2000

class BoundedPolicy {
  readonly #kernel: JointKernel
  readonly #start: Float64Array
  readonly #options: BoundedPolicyOptions
  readonly #lp = new DenseSimplex()
  #nodes: ControllerNode[]
  #values = new Float64Array(0)
  #error = 0
  /** (M_ao V_n)(s) at `((a * observations + o) * nodes + n) * states + s`. */
  #projections = new Float64Array(0)
  #programs = 0

  constructor(kernel: JointKernel, start: Float64Array, options: BoundedPolicyOptions) {
    this.#kernel = kernel
    this.#start = start
    this.#options = options
    // The best single action for ever.
    const blind = Array.from({ length: kernel.actionCount }, (_, a) => {
      const node = plainNode(kernel, a, () => 0)
      return { node, value: dot(evaluateController(kernel, [node]).values, 0, start) }
    })
    this.#nodes = [blind.reduce((best, one) => (one.value > best.value ? one : best)).node]
  }

  run(): BoundedPolicyResult {
    const { stop, onSweep } = this.#options
    const maxNodes = this.#options.maxNodes ?? 20
    let sweeps = 0
    let stoppedBy: BoundedPolicyResult['stoppedBy'] = 'stop'
    this.#evaluate()
    while (!stop()) {
      sweeps++
      const { tangents, improved, tooLarge } = this.#improve()
      if (tooLarge) {
        stoppedBy = 'memory'
        break
      }
      if (improved) this.#evaluate()
      onSweep?.(sweeps, this.#nodes.length, this.#startValue())
      if (improved) continue
      const added = this.#escape(tangents, maxNodes - this.#nodes.length)
      if (added === 0) {
        stoppedBy = this.#nodes.length >= maxNodes ? 'size' : 'local-optimum'
        break
      }
      this.#evaluate()
    }
    return {
      controller: { nodes: this.#nodes, start: this.#startNode() },
      value: this.#startValue() - this.#error,
      values: this.#values,
      sweeps,
      programs: this.#programs,
      stoppedBy,
    }
  }

  #evaluate(): void {
    const { stateCount, actionCount, observationCount } = this.#kernel
    const { values, error } = evaluateController(this.#kernel, this.#nodes, this.#values)
    this.#values = values as Float64Array<ArrayBuffer>
    this.#error = error
    const count = this.#nodes.length
    this.#projections = new Float64Array(actionCount * observationCount * count * stateCount)
    for (let a = 0; a < actionCount; a++)
      for (let o = 0; o < observationCount; o++)
        for (let n = 0; n < count; n++) {
          const at = ((a * observationCount + o) * count + n) * stateCount
          projectInto(this.#kernel, a, o, values, n * stateCount, 1, this.#projections, at)
        }
  }

  #startNode(): number {
    let best = 0
    for (let n = 1; n < this.#nodes.length; n++)
      if (dot(this.#values, n, this.#start) > dot(this.#values, best, this.#start)) best = n
    return best
  }

  #startValue(): number {
    return dot(this.#values, this.#startNode(), this.#start)
  }

  /** One program per node; all improvements are taken together. */
  #improve(): { tangents: Float64Array[]; improved: boolean; tooLarge: boolean } {
    const { actionCount, observationCount, stateCount } = this.#kernel
    const count = this.#nodes.length
    const columns = 1 + actionCount + actionCount * observationCount * count
    const rows = stateCount + 1 + actionCount * observationCount
    if (rows * columns > (this.#options.maxCells ?? 4_000_000)) return { tangents: [], improved: false, tooLarge: true }
    const scale = this.#values.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    const precision = (this.#options.precision ?? 1e-7) * scale
    const tangents: Float64Array[] = []
    const better: (ControllerNode | null)[] = []
    for (let n = 0; n < count; n++) {
      better.push(null)
      if (this.#options.stop()) continue
      const solved = this.#program(n)
      if (solved === null) continue
      tangents.push(solved.tangent)
      if (solved.gain > precision) better[n] = solved.node
    }
    const improved = better.some((node) => node !== null)
    if (improved) this.#nodes = this.#nodes.map((node, n) => better[n] ?? node)
    return { tangents, improved, tooLarge: false }
  }

  #program(n: number): { gain: number; node: ControllerNode; tangent: Float64Array } | null {
    const { stateCount, actionCount, observationCount, rewards, discount, possible } = this.#kernel
    const count = this.#nodes.length
    const pairs = actionCount * observationCount
    const columns = 1 + actionCount + pairs * count
    const rows = stateCount + 1 + pairs
    const lp = this.#lp
    lp.resize(rows, columns)
    const { matrix, objective, lower, upper } = lp
    matrix.fill(0, 0, rows * columns)
    objective.fill(0, 0, columns)
    objective[0] = -1
    for (let c = 0; c < columns; c++) {
      lower[c] = 0
      upper[c] = c === 0 ? Number.POSITIVE_INFINITY : 1
    }
    // epsilon - what the choice earns <= -V_n(s)
    for (let s = 0; s < stateCount; s++) {
      const row = s * columns
      matrix[row] = 1
      for (let a = 0; a < actionCount; a++) matrix[row + 1 + a] = -rewards[a * stateCount + s]!
      for (let k = 0; k < pairs * count; k++)
        matrix[row + 1 + actionCount + k] = -discount * this.#projections[k * stateCount + s]!
      lower[columns + s] = Number.NEGATIVE_INFINITY
      upper[columns + s] = -this.#values[n * stateCount + s]!
    }
    const sum = stateCount * columns
    for (let a = 0; a < actionCount; a++) matrix[sum + 1 + a] = 1
    lower[columns + stateCount] = 1
    upper[columns + stateCount] = 1
    for (let pair = 0; pair < pairs; pair++) {
      const row = (stateCount + 1 + pair) * columns
      lower[columns + stateCount + 1 + pair] = 0
      upper[columns + stateCount + 1 + pair] = 0
      if (possible[pair] === 0) {
        // The observation cannot follow: nothing to choose.
        for (let k = 0; k < count; k++) upper[1 + actionCount + pair * count + k] = 0
        continue
      }
      matrix[row + 1 + Math.floor(pair / observationCount)] = -1
      for (let k = 0; k < count; k++) matrix[row + 1 + actionCount + pair * count + k] = 1
    }
    this.#programs++
    if (lp.solve() !== 'optimal') return null
    const tangent = new Float64Array(stateCount)
    let mass = 0
    for (let s = 0; s < stateCount; s++) {
      tangent[s] = Math.abs(lp.reduced[columns + s]!)
      mass += tangent[s]!
    }
    if (mass > 0) for (let s = 0; s < stateCount; s++) tangent[s]! /= mass
    else tangent.set(this.#start)
    return { gain: lp.value[0]!, node: this.#nodeOf(lp.value, count), tangent }
  }

  #nodeOf(solution: Float64Array, count: number): ControllerNode {
    const { actionCount, observationCount, possible } = this.#kernel
    const chosen: number[] = []
    for (let a = 0; a < actionCount; a++) if (solution[1 + a]! > DUST) chosen.push(a)
    const total = chosen.reduce((sum, a) => sum + solution[1 + a]!, 0)
    const choices = chosen.map((a): ControllerChoice => {
      const next = Array.from({ length: observationCount }, (_, o) => {
        const pair = a * observationCount + o
        if (possible[pair] === 0) return []
        const weights = Array.from({ length: count }, (__, k) => solution[1 + actionCount + pair * count + k]!)
        const kept = weights.map((weight) => (weight > DUST * solution[1 + a]! ? weight : 0))
        const mass = kept.reduce((x, y) => x + y, 0)
        return kept.flatMap((weight, node) => (weight > 0 ? [{ node, probability: weight / mass }] : []))
      })
      return { action: a, probability: solution[1 + a]! / total, next }
    })
    return { choices }
  }

  /** Adds nodes that are better at beliefs reached from the tangent ones, the greatest gains first. @returns how many */
  #escape(tangents: readonly Float64Array[], room: number): number {
    if (room <= 0) return 0
    const scale = this.#values.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    const precision = (this.#options.precision ?? 1e-7) * scale
    const found: { gain: number; node: ControllerNode; key: string }[] = []
    // Level by level: where one step away nothing is better, something may be farther away.
    let level: Float64Array[] = [this.#start, ...tangents]
    const seen = new Set<string>()
    while (level.length > 0 && found.length === 0 && seen.size < FARTHEST && !this.#options.stop()) {
      level = [...level, ...level.flatMap((belief) => this.#successors(belief))].filter((belief) => {
        const key = belief.map((weight) => Math.round(weight * 1e6)).join()
        return seen.size < FARTHEST && !seen.has(key) && seen.add(key)
      })
      for (const belief of level) {
        const backup = this.#backup(belief)
        const gain = backup.value - this.#best(belief).value
        if (gain > precision) found.push({ gain, node: backup.node, key: backup.key })
      }
    }
    const keys = new Set<string>()
    const distinct = found
      .toSorted((x, y) => y.gain - x.gain)
      .filter(({ key }) => !keys.has(key) && keys.add(key))
      .slice(0, Math.min(room, 4))
    // New nodes begin with the values of what they replace; evaluation settles them.
    this.#nodes = [...this.#nodes, ...distinct.map(({ node }) => node)]
    return distinct.length
  }

  #successors(belief: Float64Array): Float64Array[] {
    const { stateCount, actionCount, observationCount, possible } = this.#kernel
    const result: Float64Array[] = []
    for (let pair = 0; pair < actionCount * observationCount; pair++) {
      if (possible[pair] === 0) continue
      const next = new Float64Array(stateCount)
      const mass = propagate(this.#kernel, belief, Math.floor(pair / observationCount), pair % observationCount, next)
      if (mass > 1e-9) result.push(next.map((weight) => weight / mass))
    }
    return result
  }

  #best(belief: Float64Array): { node: number; value: number } {
    let node = 0
    let value = Number.NEGATIVE_INFINITY
    for (let n = 0; n < this.#nodes.length; n++) {
      const own = dot(this.#values, n, belief)
      if (own > value) {
        value = own
        node = n
      }
    }
    return { node, value }
  }

  #backup(belief: Float64Array): { value: number; node: ControllerNode; key: string } {
    const { stateCount, actionCount, observationCount, rewards, discount, possible } = this.#kernel
    const count = this.#nodes.length
    let best = { value: Number.NEGATIVE_INFINITY, action: 0, next: [] as number[] }
    for (let a = 0; a < actionCount; a++) {
      let value = 0
      for (let s = 0; s < stateCount; s++) value += belief[s]! * rewards[a * stateCount + s]!
      const next: number[] = []
      for (let o = 0; o < observationCount; o++) {
        const pair = a * observationCount + o
        next.push(0)
        if (possible[pair] === 0) continue
        let high = Number.NEGATIVE_INFINITY
        for (let n = 0; n < count; n++) {
          const own = dotAt(this.#projections, (pair * count + n) * stateCount, belief)
          if (own > high) {
            high = own
            next[o] = n
          }
        }
        value += discount * high
      }
      if (value > best.value) best = { value, action: a, next }
    }
    const node = plainNode(this.#kernel, best.action, (o) => best.next[o]!)
    return { value: best.value, node, key: `${best.action}:${best.next.join()}` }
  }
}

function dot(values: Float64Array, row: number, belief: Float64Array): number {
  return dotAt(values, row * belief.length, belief)
}

function dotAt(values: Float64Array, at: number, belief: Float64Array): number {
  let total = 0
  for (let s = 0; s < belief.length; s++) total += values[at + s]! * belief[s]!
  return total
}
