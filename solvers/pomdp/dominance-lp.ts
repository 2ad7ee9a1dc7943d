/**
 * The dominance linear program of POMDP value iteration, as a matrix game over the belief simplex:
 *
 *   maximise t   subject to   d_k . b >= t (game rows),   e_k . b >= 0 (region rows),   b >= 0,   sum b = 1,
 *
 * where every row is own - other for a vector `other` of a block. The rows are generated lazily: the dual simplex works on
 * a dense dictionary with one column per state that only ever holds the basic belief components, since slacks that become
 * basic are not binding and are dropped (they come back as violated rows when needed).
 *
 * Early exit both ways: the dictionary's t is an upper bound at every pivot (weak duality), so t <= tolerance proves
 * domination; a belief whose margin, computed from the vectors themselves by dot products, exceeds the tolerance proves
 * the opposite. Neither relies on a solver's status. When rounding stops progress the verdict is `undecided`, which every
 * caller treats as "keep".
 *
 * Cost: a pivot is O(S^2), a separation O(rows x support of b). Typically 2-5 pivots per program.
 * Sources: dual simplex in dictionary form (Chvatal 1983); row generation inside the dominance LP (Walraven and Spaan 2017).
 */

export type Verdict = 1 | 0 | -1
/** A belief with margin above the tolerance was found; see `belief` and `margin`. */
export const WITNESS: Verdict = 1
/** Proved: no belief has a margin above the tolerance. */
export const DOMINATED: Verdict = 0
/** Rounding stopped progress: treat as not dominated. */
export const UNDECIDED: Verdict = -1

/** Rows own - other for each alive other of a flat set. */
interface Block {
  data: Float64Array
  count: number
  alive: Uint8Array | null
  own: Float64Array
  ownAt: number
  skip: number
  /** 1: the row is part of the game (>= t); 0: a region row (>= 0). */
  weight: 0 | 1
}

export class DominanceLp {
  /** Last belief examined; the witness when the verdict is WITNESS. */
  readonly belief: Float64Array
  /** Margin of the game rows at `belief` when the verdict is WITNESS. */
  margin = 0
  /** Programs solved and pivots made, for statistics. */
  programs = 0
  pivots = 0
  /** Programs whose verdict was UNDECIDED. */
  undecided = 0

  readonly #dimension: number
  readonly #width: number
  /** Row s: b_s = entry 0 + sum entries j x_j, valid while b_s is basic. */
  readonly #rows: Float64Array
  readonly #top: Float64Array
  readonly #cut: Float64Array
  /** Column (1-based) of a nonbasic b_s, 0 while basic. */
  readonly #columnOf: Int32Array
  /** State of the belief component in a column, -1 for a slack. */
  readonly #stateIn: Int32Array
  readonly #difference: Float64Array
  readonly #support: Int32Array
  readonly #blocks: Block[] = []
  #blockCount = 0

  constructor(dimension: number) {
    this.#dimension = dimension
    this.#width = dimension + 1
    this.belief = new Float64Array(dimension)
    this.#rows = new Float64Array(dimension * this.#width)
    this.#top = new Float64Array(this.#width)
    this.#cut = new Float64Array(this.#width)
    this.#columnOf = new Int32Array(dimension)
    this.#stateIn = new Int32Array(this.#width)
    this.#difference = new Float64Array(dimension)
    this.#support = new Int32Array(dimension)
  }

  /** Proved upper bound on the game value of the last program. */
  get bound(): number {
    return this.#top[0]!
  }

  /** Starts a new program. */
  reset(): this {
    this.#blockCount = 0
    return this
  }

  /**
   * Adds the rows own - other for every alive `other` except index `skip`.
   * The first block added must be a game block (weight 1) with at least one row.
   */
  block(
    data: Float64Array,
    count: number,
    alive: Uint8Array | null,
    own: Float64Array,
    ownAt: number,
    skip: number,
    weight: 0 | 1,
  ): this {
    let block = this.#blocks[this.#blockCount]
    if (block === undefined) {
      block = { data, count, alive, own, ownAt, skip, weight }
      this.#blocks.push(block)
    } else {
      block.data = data
      block.count = count
      block.alive = alive
      block.own = own
      block.ownAt = ownAt
      block.skip = skip
      block.weight = weight
    }
    this.#blockCount++
    return this
  }

  /**
   * Is there a belief with all game rows above `tolerance` (and all region rows >= 0)?
   * @param slack absolute rounding slack of products, about 1e-13 times the magnitude of the vectors
   */
  solve(tolerance: number, slack = 1e-12): Verdict {
    this.programs++
    const dimension = this.#dimension
    const top = this.#top
    if (!this.#start()) {
      // No rows at all: everything is a witness.
      this.belief.fill(1 / dimension)
      this.margin = Number.POSITIVE_INFINITY
      return WITNESS
    }
    const limit = 60 + 12 * dimension
    for (let pivot = 0; pivot < limit; pivot++) {
      if (top[0]! <= tolerance) return DOMINATED
      // A negative belief component first: the point is not in the simplex yet.
      const negative = this.#mostNegative()
      if (negative >= 0) {
        if (!this.#pivotBelief(negative)) {
          // The row is negative for every choice of the others: the region is empty, unless it is rounding.
          return this.#hasRegion() && this.#rows[negative * this.#width]! < -1e-9 ? DOMINATED : this.#giveUp()
        }
        continue
      }
      const support = this.#readBelief()
      // Separation: the most violated row over all blocks.
      let worstExcess = Number.NEGATIVE_INFINITY
      let worstBlock = -1
      let worstRow = -1
      let gameMargin = Number.POSITIVE_INFINITY
      let regionMargin = Number.POSITIVE_INFINITY
      for (let k = 0; k < this.#blockCount; k++) {
        const block = this.#blocks[k]!
        const row = this.#separate(block, support)
        if (row < 0) continue
        const margin = this.#separationMargin
        if (block.weight === 1) {
          if (margin < gameMargin) gameMargin = margin
        } else if (margin < regionMargin) regionMargin = margin
        const excess = block.weight * top[0]! - margin
        if (excess > worstExcess) {
          worstExcess = excess
          worstBlock = k
          worstRow = row
        }
      }
      if (gameMargin > tolerance && regionMargin >= -slack) {
        this.margin = gameMargin
        return WITNESS
      }
      if (worstExcess <= slack) {
        // Optimal up to rounding and not above the tolerance by its own products.
        return gameMargin > tolerance ? UNDECIDED : DOMINATED
      }
      const block = this.#blocks[worstBlock]!
      this.#addRow(block, worstRow)
      const verdict = this.#pivotCut()
      // No entering column: the region is empty.
      if (verdict === 0) return block.weight === 0 || this.#hasRegion() ? DOMINATED : this.#giveUp()
    }
    return this.#giveUp()
  }

  #hasRegion(): boolean {
    for (let k = 0; k < this.#blockCount; k++) if (this.#blocks[k]!.weight === 0) return true
    return false
  }

  #giveUp(): Verdict {
    this.undecided++
    return UNDECIDED
  }

  /** Dictionary of the first game row: the optimum is the corner with its greatest entry. */
  #start(): boolean {
    const dimension = this.#dimension
    const width = this.#width
    const belief = this.belief
    // The row most violated at the barycentre is a good first guess.
    for (let s = 0; s < dimension; s++) {
      this.#support[s] = s
      belief[s] = 1 / dimension
    }
    const block = this.#blocks[0]!
    const row = this.#separate(block, dimension)
    if (row < 0) return false
    const { data, own, ownAt } = block
    const at = row * dimension
    let corner = 0
    let high = Number.NEGATIVE_INFINITY
    for (let s = 0; s < dimension; s++) {
      const entry = own[ownAt + s]! - data[at + s]!
      this.#difference[s] = entry
      if (entry > high) {
        high = entry
        corner = s
      }
    }
    const cornerRow = corner * width
    this.#top[0] = high
    this.#rows[cornerRow] = 1
    let column = 1
    for (let s = 0; s < dimension; s++) {
      if (s === corner) {
        this.#columnOf[s] = 0
        continue
      }
      this.#columnOf[s] = column
      this.#stateIn[column] = s
      this.#top[column] = this.#difference[s]! - high
      this.#rows[cornerRow + column] = -1
      column++
    }
    this.#stateIn[column] = -1
    this.#top[column] = -1
    this.#rows[cornerRow + column] = 0
    return true
  }

  #separationMargin = 0

  /** Index of the row of a block with the smallest own . b - other . b, -1 when the block has none; margin aside. */
  #separate(block: Block, support: number): number {
    const { data, count, alive, own, ownAt, skip } = block
    const dimension = this.#dimension
    const belief = this.belief
    const states = this.#support
    let best = -1
    let high = Number.NEGATIVE_INFINITY
    if (support === 1) {
      const s = states[0]!
      for (let i = 0, at = s; i < count; i++, at += dimension) {
        const total = data[at]!
        if (total > high && i !== skip && (alive === null || alive[i] === 1)) {
          high = total
          best = i
        }
      }
      high *= belief[s]!
    } else if (support === 2) {
      const s0 = states[0]!
      const s1 = states[1]!
      const w0 = belief[s0]!
      const w1 = belief[s1]!
      for (let i = 0, at = 0; i < count; i++, at += dimension) {
        const total = w0 * data[at + s0]! + w1 * data[at + s1]!
        if (total > high && i !== skip && (alive === null || alive[i] === 1)) {
          high = total
          best = i
        }
      }
    } else {
      for (let i = 0, at = 0; i < count; i++, at += dimension) {
        let total = 0
        for (let k = 0; k < support; k++) {
          const s = states[k]!
          total += belief[s]! * data[at + s]!
        }
        if (total > high && i !== skip && (alive === null || alive[i] === 1)) {
          high = total
          best = i
        }
      }
    }
    if (best < 0) return -1
    let mine = 0
    for (let k = 0; k < support; k++) {
      const s = states[k]!
      mine += belief[s]! * own[ownAt + s]!
    }
    this.#separationMargin = mine - high
    return best
  }

  /** Reads b off the dictionary, scaled to sum to 1; returns the size of its support. */
  #readBelief(): number {
    const dimension = this.#dimension
    const width = this.#width
    const belief = this.belief
    let size = 0
    let total = 0
    for (let s = 0; s < dimension; s++) {
      const value = this.#columnOf[s] === 0 ? this.#rows[s * width]! : 0
      if (value > 0) {
        belief[s] = value
        total += value
        this.#support[size++] = s
      } else belief[s] = 0
    }
    if (total !== 1) for (let k = 0; k < size; k++) belief[this.#support[k]!]! /= total
    return size
  }

  #mostNegative(): number {
    const dimension = this.#dimension
    const width = this.#width
    let worst = -1
    let low = -1e-11
    for (let s = 0; s < dimension; s++) {
      if (this.#columnOf[s] !== 0) continue
      const value = this.#rows[s * width]!
      if (value < low) {
        low = value
        worst = s
      }
    }
    return worst
  }

  /** The row z = (own - other) . b - weight t in terms of the nonbasic variables. */
  #addRow(block: Block, row: number): void {
    const dimension = this.#dimension
    const width = this.#width
    const cut = this.#cut
    const top = this.#top
    const rows = this.#rows
    const { data, own, ownAt } = block
    if (block.weight === 1) for (let j = 0; j < width; j++) cut[j] = -top[j]!
    else cut.fill(0)
    const at = row * dimension
    for (let s = 0; s < dimension; s++) {
      const entry = own[ownAt + s]! - data[at + s]!
      if (entry === 0) continue
      const column = this.#columnOf[s]!
      if (column > 0) cut[column]! += entry
      else {
        const base = s * width
        for (let j = 0; j < width; j++) cut[j]! += entry * rows[base + j]!
      }
    }
  }

  /** Column with the smallest ratio -top / cut over cut > 0; ties by the larger pivot. 0 when there is none. */
  #enteringColumn(): number {
    const width = this.#width
    const cut = this.#cut
    const top = this.#top
    let entering = 0
    let bestRatio = Number.POSITIVE_INFINITY
    let bestPivot = 0
    for (let j = 1; j < width; j++) {
      const pivot = cut[j]!
      if (pivot <= 1e-11) continue
      const ratio = -top[j]! / pivot
      if (ratio < bestRatio - 1e-13 || (ratio <= bestRatio + 1e-13 && pivot > bestPivot)) {
        if (ratio < bestRatio) bestRatio = ratio
        bestPivot = pivot
        entering = j
      }
    }
    return entering
  }

  #pivotCut(): 0 | 1 {
    const entering = this.#enteringColumn()
    if (entering === 0) return 0
    this.#substitute(entering, -1)
    return 1
  }

  #pivotBelief(state: number): boolean {
    const width = this.#width
    this.#cut.set(this.#rows.subarray(state * width, (state + 1) * width))
    const entering = this.#enteringColumn()
    if (entering === 0) return false
    this.#substitute(entering, state)
    return true
  }

  /** Makes the variable of row `cut` nonbasic in column `entering`, whose variable becomes basic. */
  #substitute(entering: number, leavingState: number): void {
    this.pivots++
    const dimension = this.#dimension
    const width = this.#width
    const cut = this.#cut
    const rows = this.#rows
    const top = this.#top
    const inverse = 1 / cut[entering]!
    // x_entering = inverse z - sum (cut_j inverse) x_j
    for (let j = 0; j < width; j++) cut[j] = -cut[j]! * inverse
    cut[entering] = inverse
    if (leavingState >= 0) this.#columnOf[leavingState] = entering
    const factor = top[entering]!
    top[entering] = 0
    for (let j = 0; j < width; j++) top[j]! += factor * cut[j]!
    for (let s = 0; s < dimension; s++) {
      if (this.#columnOf[s] !== 0) continue
      const base = s * width
      const share = rows[base + entering]!
      if (share === 0) continue
      rows[base + entering] = 0
      for (let j = 0; j < width; j++) rows[base + j]! += share * cut[j]!
    }
    const enteringState = this.#stateIn[entering]!
    this.#stateIn[entering] = leavingState
    if (enteringState >= 0 && enteringState !== leavingState) {
      this.#columnOf[enteringState] = 0
      rows.set(cut, enteringState * width)
    }
  }
}
