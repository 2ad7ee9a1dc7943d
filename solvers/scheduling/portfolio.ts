/**
 * The engines in turns on one problem, sharing incumbents and bounds.
 *
 * Order: bounds without search, population search (where lists can express the problem), then the exact search with turns of
 * improvement (improver.ts) in between. With an island these turns are taken by another thread at the same time, and only
 * incumbents and proofs are exchanged.
 */
import { InternalError, type Limit, type Run, relativeGap } from '../contract/index.ts'
import { makespanBounds } from './bounds.ts'
import type { CompiledProblem } from './compile.ts'
import { explainConflict } from './conflict.ts'
import { CpSearch, type CpStep } from './cp/search.ts'
import type { Windows } from './graph.ts'
import { Improver } from './improver.ts'
import type { Island } from './island.ts'
import { compiledModes, scheduleFrom } from './outcome.ts'
import type { Schedule, SchedulingProblem } from './problem.ts'
import type { ScheduleOptions, ScheduleResult, ScheduleStatistics } from './schedule.ts'
import { verifySchedule } from './verify.ts'

/** Conflicts of one turn of the exact search, and schedules of one turn of the population. */
const CONFLICTS_A_TURN = 400
const SCHEDULES_A_TURN = 300
export class Portfolio {
  readonly #problem: SchedulingProblem
  readonly #compiled: CompiledProblem
  readonly #windows: Windows
  readonly #run: Run
  readonly #options: ScheduleOptions
  #incumbent: Schedule | null = null
  #bound = 0
  #search: CpSearch | null = null
  readonly #improver: Improver
  readonly #island: Island | null

  constructor(
    problem: SchedulingProblem,
    compiled: CompiledProblem,
    windows: Windows,
    run: Run,
    options: ScheduleOptions,
    island: Island | null = null,
  ) {
    this.#problem = problem
    this.#compiled = compiled
    this.#windows = windows
    this.#run = run
    this.#options = options
    this.#improver = new Improver(compiled, windows, run.seed)
    this.#island = island
  }

  *work(): Generator<void, ScheduleResult> {
    this.#bound = this.#staticBound()
    this.#run.emit({ kind: 'bound', bound: this.#bound, message: 'bounds without search' })
    yield
    const { initial } = this.#options
    if (initial !== undefined) this.#startFrom(initial)
    if (this.#closed()) return this.#optimal('bound')
    const warmUp = this.#options.warmUp ?? (initial === undefined ? this.#improver.warmUp : 0)
    while (this.#improver.population !== null && this.#improver.built < warmUp) {
      if (this.#closed() || this.#limit() !== null) break
      this.#breed(Math.min(SCHEDULES_A_TURN, warmUp - this.#improver.built))
      yield
    }
    if (this.#closed()) return this.#optimal('bound')
    if (this.#limit() !== null) return this.#limited()
    this.#search = this.#openSearch()
    for (;;) {
      if (this.#search.finished || (yield* this.#exact())) return this.#proved()
      if (this.#closed()) return this.#optimal('search')
      const limit = this.#limit()
      if (limit !== null) return this.#limited()
      yield
      if (this.#island !== null) {
        if (this.#visit(this.#island)) return this.#proved()
      } else if (this.#incumbent !== null) {
        const best = this.#incumbent
        const base = { starts: best.starts, modes: compiledModes(this.#compiled, best), objective: best.objective }
        if (this.#take(this.#improver.turn(base, this.#bound, this.#search, () => this.#limit() !== null))) {
          return this.#proved()
        }
      }
      if (this.#closed()) return this.#optimal('search')
      yield
    }
  }

  /** Exchanges incumbents with the other thread. @returns whether it has ended with a proof */
  #visit(island: Island): boolean {
    const best = this.#incumbent
    if (best !== null) island.show({ ...best, modes: compiledModes(this.#compiled, best) })
    const { found } = island
    if (found !== null && (best === null || found.objective < best.objective)) {
      this.#accept(scheduleFrom(this.#compiled, found.starts, found.modes))
      this.#search!.tell(found.objective, found.starts, found.modes)
    }
    return island.proved && this.#incumbent !== null && this.#incumbent.objective <= island.provedObjective
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
    const best = this.#incumbent?.objective ?? Number.POSITIVE_INFINITY
    const bred = this.#improver.breed(schedules, this.#bound, best, () => this.#limit() !== null)
    if (bred !== null) this.#accept(scheduleFrom(this.#compiled, bred.starts, bred.modes))
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
      this.#improver.population?.inject(search.starts, search.modes)
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
      built: this.#improver.built,
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
