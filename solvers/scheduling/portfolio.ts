/**
 * The engines in turns on one problem, sharing incumbents and bounds.
 *
 * Order: bounds without search, population search (where lists can express the problem), then the exact search, with turns
 * of improvement in between: the population while it gets on, neighbourhoods of the best schedules when it stands still.
 * What a turn of improvement may cost follows its success and is counted in conflicts and schedules, never in time, so that
 * the same seed gives the same answer.
 */
import { InternalError, type Limit, type Run, relativeGap } from '../contract/index.ts'
import { makespanBounds } from './bounds.ts'
import type { CompiledProblem } from './compile.ts'
import { explainConflict } from './conflict.ts'
import { NeighbourhoodSearch } from './cp/neighbourhoods.ts'
import { CpSearch, type CpStep } from './cp/search.ts'
import { supportsLists } from './generation.ts'
import type { Windows } from './graph.ts'
import { compiledModes, scheduleFrom } from './outcome.ts'
import { PopulationSearch } from './population.ts'
import type { Schedule, SchedulingProblem } from './problem.ts'
import type { ScheduleOptions, ScheduleResult, ScheduleStatistics } from './schedule.ts'
import { verifySchedule } from './verify.ts'

/** Conflicts of one turn of the exact search, and schedules of one turn of the population. */
const CONFLICTS_A_TURN = 400
const SCHEDULES_A_TURN = 300
/** Schedules that take about as long as one conflict, measured from 30 to 120 tasks of at most this mean duration. */
const SCHEDULES_A_CONFLICT = 8
const SHORT_DURATION = 6
/** What a turn of improvement may cost, in conflicts; it doubles with success and shrinks without. */
const SMALLEST_STAKE = 40
const LARGEST_STAKE = 800
/** Relative gap above which improving gets as much time as proving. */
const WIDE_GAP = 0.03
/** Work without a better schedule, in conflicts, after which the population gives most of its turns to neighbourhoods. */
const STANDSTILL = 1500

export class Portfolio {
  readonly #problem: SchedulingProblem
  readonly #compiled: CompiledProblem
  readonly #windows: Windows
  readonly #run: Run
  readonly #options: ScheduleOptions
  #incumbent: Schedule | null = null
  #bound = 0
  #population: PopulationSearch | null = null
  #search: CpSearch | null = null
  #neighbourhoods: NeighbourhoodSearch | null = null
  #stake = 100
  /** Schedules built when the population last found a better one. */
  #lastBred = 0
  /** The schedules that cost as much as one conflict: the profile is in units of time, so long tasks make them dear. */
  readonly #rate: number

  constructor(
    problem: SchedulingProblem,
    compiled: CompiledProblem,
    windows: Windows,
    run: Run,
    options: ScheduleOptions,
  ) {
    this.#problem = problem
    this.#compiled = compiled
    this.#windows = windows
    this.#run = run
    this.#options = options
    const mean = compiled.duration.reduce((sum, duration) => sum + duration, 0) / Math.max(1, compiled.modeCount)
    this.#rate = SCHEDULES_A_CONFLICT * Math.min(1, SHORT_DURATION / Math.max(1, mean))
  }

  *work(): Generator<void, ScheduleResult> {
    this.#bound = this.#staticBound()
    this.#run.emit({ kind: 'bound', bound: this.#bound, message: 'bounds without search' })
    yield
    const { initial } = this.#options
    if (initial !== undefined) this.#startFrom(initial)
    if (this.#closed()) return this.#optimal('bound')
    if (supportsLists(this.#compiled)) {
      this.#population = new PopulationSearch(this.#compiled, this.#windows, { seed: this.#run.seed })
      const warmUp = this.#options.warmUp ?? (initial === undefined ? this.#warmUp() : 0)
      while (this.#population.built < warmUp && !this.#closed() && this.#limit() === null) {
        this.#breed(Math.min(SCHEDULES_A_TURN, warmUp - this.#population.built))
        yield
      }
    }
    if (this.#closed()) return this.#optimal('bound')
    if (this.#limit() !== null) return this.#limited()
    this.#search = this.#openSearch()
    for (let turn = 1; ; turn++) {
      if (this.#search.finished || (yield* this.#exact())) return this.#proved()
      if (this.#closed()) return this.#optimal('search')
      const limit = this.#limit()
      if (limit !== null) return this.#limited()
      yield
      if (this.#incumbent !== null && this.#improve(turn)) return this.#proved()
      if (this.#closed()) return this.#optimal('search')
      yield
    }
  }

  #warmUp(): number {
    return Math.ceil(((500 + 20 * this.#compiled.taskCount) * this.#rate) / SCHEDULES_A_CONFLICT)
  }

  /** One turn of looking for better schedules: breeding until it stands still, then mostly neighbourhoods. */
  #improve(turn: number): boolean {
    const before = this.#incumbent!.objective
    if (relativeGap(before, this.#bound) > WIDE_GAP) this.#stake = Math.max(this.#stake, CONFLICTS_A_TURN)
    let ended = false
    const still = this.#population === null || this.#population.built - this.#lastBred > STANDSTILL * this.#rate
    if (this.#population !== null && (!still || turn % 4 === 0)) this.#breed(Math.ceil(this.#rate * this.#stake))
    else ended = this.#searchAround(turn)
    const better = this.#incumbent!.objective < before
    this.#stake = better ? Math.min(LARGEST_STAKE, 2 * this.#stake) : Math.max(SMALLEST_STAKE, 0.85 * this.#stake)
    return ended
  }

  /** Neighbourhoods of the incumbent and of members of the population in turns. */
  #searchAround(turn: number): boolean {
    const search = this.#search!
    this.#neighbourhoods ??= new NeighbourhoodSearch(this.#compiled, search, this.#run.seed)
    const best = this.#incumbent!
    const member = turn % 2 === 0 ? (this.#population?.sample() ?? null) : null
    const base =
      member !== null && member.objective <= best.objective + 2 * this.#compiled.weights.makespan
        ? member
        : { starts: best.starts, modes: compiledModes(this.#compiled, best), objective: best.objective }
    return this.#take(this.#neighbourhoods.run(base, this.#stake))
  }

  #startFrom(initial: Schedule): void {
    if (initial.modes.length !== this.#compiled.taskCount) return
    const own = scheduleFrom(this.#compiled, initial.starts, compiledModes(this.#compiled, initial))
    if (verifySchedule(this.#problem, own).length === 0) this.#accept(own)
  }

  /** Lower bound on the objective from the critical path, energy, core times and the cheapest modes. */
  #staticBound(): number {
    const { weights, features } = this.#compiled
    if (features.optional) return 0
    let bound = weights.makespan > 0 ? weights.makespan * makespanBounds(this.#compiled, this.#windows).best : 0
    const { taskCount, modeStart, cost } = this.#compiled
    for (let i = 0; i < taskCount && weights.cost > 0; i++) {
      bound += weights.cost * Math.min(...cost.subarray(modeStart[i], modeStart[i + 1]))
    }
    return bound
  }

  #openSearch(): CpSearch {
    const { weights, horizon } = this.#compiled
    const plain = this.#compiled.features.makespanOnly && weights.makespan === 1
    const limit = plain && this.#incumbent !== null ? Math.min(this.#incumbent.makespan, horizon) : horizon
    const search = new CpSearch(this.#compiled, this.#windows, limit)
    if (this.#incumbent !== null) {
      search.tell(this.#incumbent.objective, this.#incumbent.starts, compiledModes(this.#compiled, this.#incumbent))
    }
    search.raiseBound(this.#bound)
    return search
  }

  #breed(schedules: number): void {
    const population = this.#population!
    population.run(schedules, this.#bound, () => this.#limit() !== null)
    const { best } = population
    if (best === null || (this.#incumbent !== null && best.objective >= this.#incumbent.objective)) return
    this.#lastBred = population.built
    this.#accept(scheduleFrom(this.#compiled, best.starts, best.modes))
    this.#search?.tell(best.objective, best.starts, best.modes)
  }

  /** One turn of the exact search, through the better schedules it finds. @returns whether it has ended with a proof */
  *#exact(): Generator<void, boolean> {
    const search = this.#search!
    const until = search.conflicts + CONFLICTS_A_TURN
    for (;;) {
      const step = search.step(Math.max(1, until - search.conflicts))
      if (this.#take(step)) return true
      if (step !== 'solution' || search.conflicts >= until || this.#closed() || this.#limit() !== null) return false
      yield
    }
  }

  /** Takes over what the exact engine found. @returns whether it has ended with a proof */
  #take(step: CpStep): boolean {
    const search = this.#search!
    if (step === 'solution') {
      this.#accept(scheduleFrom(this.#compiled, search.starts, search.modes))
      this.#population?.inject(search.starts, search.modes)
    }
    if (step !== 'infeasible' && search.bound > this.#bound && Number.isFinite(search.bound)) {
      this.#bound = search.bound
      this.#run.emit({ kind: 'bound', bound: this.#bound, ...this.#incumbentEvent() })
    }
    return step === 'optimal' || step === 'infeasible'
  }

  #accept(candidate: Schedule): void {
    const faults = verifySchedule(this.#problem, candidate)
    if (faults.length > 0) {
      throw new InternalError(`a schedule failed its check: ${faults.map((fault) => fault.message).join('; ')}`)
    }
    if (this.#incumbent !== null && candidate.objective >= this.#incumbent.objective) return
    this.#incumbent = candidate
    this.#run.emit({ kind: 'incumbent', bound: this.#bound, ...this.#incumbentEvent() })
    this.#options.onIncumbent?.(candidate)
  }

  #incumbentEvent(): { incumbent?: number; gap?: number } {
    if (this.#incumbent === null) return {}
    return { incumbent: this.#incumbent.objective, gap: relativeGap(this.#incumbent.objective, this.#bound) }
  }

  #closed(): boolean {
    return this.#incumbent !== null && this.#incumbent.objective <= this.#bound
  }

  #limit(): Limit | null {
    const limit = this.#run.limit
    if (limit !== null) return limit
    const { gap = 0, conflictLimit } = this.#options
    if (gap > 0 && this.#incumbent !== null && relativeGap(this.#incumbent.objective, this.#bound) <= gap) return 'gap'
    if (conflictLimit !== undefined && (this.#search?.conflicts ?? 0) >= conflictLimit) return 'nodes'
    return null
  }

  #statistics(provedBy?: ScheduleStatistics['provedBy']): ScheduleStatistics {
    return {
      built: this.#population?.built ?? 0,
      conflicts: this.#search?.conflicts ?? 0,
      elapsedMs: this.#run.elapsedMs,
      seed: this.#run.seed,
      ...(provedBy === undefined ? {} : { provedBy }),
    }
  }

  #optimal(provedBy: 'bound' | 'search'): ScheduleResult {
    const best = this.#incumbent!
    return { status: 'optimal', schedule: best, bound: best.objective, gap: 0, statistics: this.#statistics(provedBy) }
  }

  #proved(): ScheduleResult {
    if (this.#incumbent !== null) return this.#optimal('search')
    const explain = this.#options.explain ?? true
    const stop = (): boolean => this.#run.limit !== null
    const conflict = explain ? { conflict: explainConflict(this.#problem, { stop }) } : {}
    return { status: 'infeasible', ...conflict, statistics: this.#statistics('search') }
  }

  #limited(): ScheduleResult {
    const limit = this.#limit() ?? 'nodes'
    const statistics = this.#statistics()
    if (this.#incumbent === null) return { status: 'unknown', bound: this.#bound, limit, statistics }
    const gap = relativeGap(this.#incumbent.objective, this.#bound)
    return { status: 'feasible', schedule: this.#incumbent, bound: this.#bound, gap, limit, statistics }
  }
}
