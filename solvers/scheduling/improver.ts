/**
 * Better schedules without proofs, in turns: the population while it gets on, neighbourhoods of the best schedules when it
 * stands still. What a turn may cost doubles with success and shrinks without it; it is counted in conflicts and schedules,
 * never in time, so that the same seed gives the same answer.
 */
import { relativeGap } from '../contract/index.ts'
import type { CompiledProblem } from './compile.ts'
import { type BaseSchedule, NeighbourhoodSearch } from './cp/neighbourhoods.ts'
import type { CpSearch, CpStep } from './cp/search.ts'
import { supportsLists } from './generation.ts'
import type { Windows } from './graph.ts'
import { PopulationSearch } from './population.ts'

/** Schedules that take about as long as one conflict, measured from 30 to 120 tasks of at most this mean duration. */
const SCHEDULES_A_CONFLICT = 8
const SHORT_DURATION = 6
/** What a turn may cost, in conflicts. */
const SMALLEST_STAKE = 40
const LARGEST_STAKE = 800
/** Relative gap above which a turn costs at least `WIDE_STAKE`, less after many turns in vain. */
const WIDE_GAP = 0.03
const WIDE_STAKE = 400
const PATIENCE = 8
/** Work without a better schedule, in conflicts, after which the population gives most of its turns to neighbourhoods. */
const STANDSTILL = 1500

export class Improver {
  /** Null when lists cannot express the problem. */
  readonly population: PopulationSearch | null
  readonly #compiled: CompiledProblem
  readonly #seed: number
  #neighbourhoods: NeighbourhoodSearch | null = null
  #stake = 100
  #turns = 0
  /** Turns since the last better schedule. */
  #vain = 0
  /** Schedules built when the population last found a better one. */
  #lastBred = 0
  /** The schedules that cost as much as one conflict: the profile is in units of time, so long tasks make them dear. */
  readonly #rate: number

  constructor(compiled: CompiledProblem, windows: Windows, seed: number) {
    this.#compiled = compiled
    this.#seed = seed
    this.population = supportsLists(compiled) ? new PopulationSearch(compiled, windows, { seed }) : null
    const mean = compiled.duration.reduce((sum, duration) => sum + duration, 0) / Math.max(1, compiled.modeCount)
    this.#rate = SCHEDULES_A_CONFLICT * Math.min(1, SHORT_DURATION / Math.max(1, mean))
  }

  /** Schedules built so far. */
  get built(): number {
    return this.population?.built ?? 0
  }

  /** Schedules worth building before anything else. */
  get warmUp(): number {
    return Math.ceil(((500 + 20 * this.#compiled.taskCount) * this.#rate) / SCHEDULES_A_CONFLICT)
  }

  /**
   * Breeds for a number of schedules.
   * @param target an objective that is proved best
   * @param best objective to beat
   * @returns a schedule better than `best`, or null
   */
  breed(schedules: number, target: number, best: number, stop: () => boolean): BaseSchedule | null {
    const { population } = this
    if (population === null) return null
    population.run(schedules, target, stop)
    if (population.best === null || population.best.objective >= best) return null
    this.#lastBred = population.built
    return population.best
  }

  /**
   * One turn. A schedule that the population found is told to the search; one that the search found is in its `starts` and `modes`.
   * @param best the best schedule known
   * @param bound proved bound on the objective
   */
  turn(best: BaseSchedule, bound: number, search: CpSearch, stop: () => boolean): CpStep {
    this.#turns++
    if (relativeGap(best.objective, bound) > WIDE_GAP) {
      this.#stake = Math.max(this.#stake, (WIDE_STAKE * PATIENCE) / (PATIENCE + this.#vain))
    }
    const { population } = this
    const still = population === null || population.built - this.#lastBred > STANDSTILL * this.#rate
    let step: CpStep = 'running'
    if (population !== null && (!still || this.#turns % 4 === 0)) {
      const bred = this.breed(Math.ceil(this.#rate * this.#stake), bound, best.objective, stop)
      if (bred !== null) {
        search.tell(bred.objective, bred.starts, bred.modes)
        search.starts.set(bred.starts)
        search.modes.set(bred.modes)
        step = 'solution'
      }
    } else step = this.#searchAround(best, search)
    if (step === 'solution') {
      this.#stake = Math.min(LARGEST_STAKE, 2 * this.#stake)
      this.#vain = 0
    } else {
      this.#stake = Math.max(SMALLEST_STAKE, 0.85 * this.#stake)
      this.#vain++
    }
    return step
  }

  /** Neighbourhoods of the best schedule and of members of the population in turns. */
  #searchAround(best: BaseSchedule, search: CpSearch): CpStep {
    this.#neighbourhoods ??= new NeighbourhoodSearch(this.#compiled, search, this.#seed)
    const member = this.#turns % 2 === 0 ? (this.population?.sample() ?? null) : null
    const near = member !== null && member.objective <= best.objective + 2 * this.#compiled.weights.makespan
    return this.#neighbourhoods.run(near ? member : best, this.#stake)
  }
}
