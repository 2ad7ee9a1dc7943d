/**
 * Large-neighbourhood search with the exact engine (Shaw 1998; time windows: Palpant, Artigues, Michelon 2004; orders kept
 * on machines: Godard, Laborie, Nuijten 2005).
 *
 * A neighbourhood frees the tasks that a schedule runs in a window of time and keeps the others: those before the window
 * where they are, those after it earlier by as much as a better makespan asks; where the order of two tasks is a literal
 * of its own (machines), orders are kept instead of starts. What is kept is decided first and the engine searches the rest,
 * so that everything it learns holds for the whole problem and serves the proof. The size adapts: it grows when
 * neighbourhoods are exhausted and falls when the conflict limit cuts them off. Proves nothing by itself.
 */
import { RandomStream } from '../../numeric/index.ts'
import type { CompiledProblem } from '../compile.ts'
import type { CpSearch, CpStep } from './search.ts'

/** A schedule to search around; starts and compiled modes, -1 for an absent task. */
export interface BaseSchedule {
  readonly starts: Int32Array
  readonly modes: Int32Array
  readonly objective: number
}

/** Conflicts after which a neighbourhood is given up. */
const CONFLICTS_EACH = 120
const SMALLEST = 6

export class NeighbourhoodSearch {
  readonly #compiled: CompiledProblem
  readonly #search: CpSearch
  readonly #random: RandomStream
  readonly #byOrder: boolean
  readonly #free: Uint8Array
  readonly #assumptions: number[] = []
  #size: number
  /** Neighbourhoods tried. */
  tried = 0

  constructor(compiled: CompiledProblem, search: CpSearch, seed: number) {
    this.#compiled = compiled
    this.#search = search
    this.#random = new RandomStream(seed)
    this.#free = new Uint8Array(compiled.taskCount)
    this.#size = Math.max(SMALLEST, Math.min(20, compiled.taskCount >> 1))
    // Orders alone describe a schedule when nothing but machines binds the tasks.
    this.#byOrder = compiled.features.noOverlap && compiled.renewableCount === 0 && compiled.stockCount === 0
  }

  /**
   * Searches neighbourhoods of the schedule for about so many conflicts.
   * @returns `solution` when the search holds a better schedule, `optimal` or `infeasible` when it has ended, else `running`
   */
  run(base: BaseSchedule, conflicts: number): CpStep {
    const search = this.#search
    const until = search.conflicts + conflicts
    for (let round = 0; search.conflicts < until && round < conflicts; round++) {
      this.tried++
      if (!this.#choose(base)) return 'running'
      const step = search.searchUnder(this.#assumptions, CONFLICTS_EACH)
      if (step === 'exhausted') this.#size = Math.min(this.#compiled.taskCount, this.#size * 1.03)
      else if (step === 'running') this.#size = Math.max(SMALLEST, this.#size * 0.96)
      else return step
    }
    return 'running'
  }

  /** Frees the tasks of a window and writes down what the others keep. @returns false when the base is too far away */
  #choose(base: BaseSchedule): boolean {
    const { compiled } = this.#search.model
    const { taskCount, duration, features } = compiled
    const { starts, modes } = base
    const squeeze = features.makespanOnly
      ? Math.ceil((base.objective - this.#search.upper + 1) / compiled.weights.makespan)
      : 0
    let span = 0
    for (let i = 0; i < taskCount; i++) if (modes[i]! >= 0) span = Math.max(span, starts[i]! + duration[modes[i]!]!)
    const from = this.#random.integer(-Math.floor(span / 20), span)
    const until = this.#endOfWindow(base, from)
    const model = this.#search.model
    const free = this.#free
    const kept = this.#assumptions
    kept.length = 0
    for (let i = 0; i < taskCount; i++) {
      const mode = modes[i]!
      if (mode < 0) {
        free[i] = this.#random.chance(0.3) ? 1 : 0
        if (free[i] === 0) kept.push(model.absentOf(i), 1)
        continue
      }
      const start = starts[i]!
      const end = start + duration[mode]!
      free[i] = end > from && start < until ? 1 : 0
      if (free[i] === 1) continue
      if (model.modeOf(mode) >= 0) kept.push(model.modeOf(mode), 1)
      if (this.#byOrder) continue
      const at = start >= until ? start - squeeze : start
      const code = model.startOf(i)
      kept.push(code, at, code ^ 1, -at)
    }
    if (this.#byOrder) {
      model.forEachOrder((first, second, code) => {
        if ((free[first] === 1 && free[second] === 1) || modes[first]! < 0 || modes[second]! < 0) return
        const early = starts[first]! < starts[second]!
        if (early) kept.push(code, 1)
        else kept.push(code ^ 1, 0)
      })
    }
    return true
  }

  /** The least end for which the window from `from` on meets as many tasks as the size asks. */
  #endOfWindow({ starts, modes }: BaseSchedule, from: number): number {
    const { taskCount, duration } = this.#compiled
    const later: number[] = []
    for (let i = 0; i < taskCount; i++) {
      if (modes[i]! >= 0 && starts[i]! + duration[modes[i]!]! > from) later.push(starts[i]!)
    }
    later.sort((a, b) => a - b)
    const last = later[Math.min(later.length, Math.floor(this.#size)) - 1]
    return last === undefined ? from + 1 : last + 1
  }
}
