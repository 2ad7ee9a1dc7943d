/**
 * The front: one call that picks engines by what the problem contains and lets them share incumbents and bounds.
 *
 * Order: lag cycles, bounds without search, population search (where lists can express the problem), then the CP search
 * and the population in turns until the proof or a limit. Every incumbent passes the independent check before anybody
 * sees it. `optimal` and `infeasible` are proved by the CP search or by a bound that equals the incumbent; nothing else
 * claims them. Same seed and no time limit: same answer.
 */
import { InternalError, type Limit, Run, type RunOptions, relativeGap } from '../contract/index.ts'
import { makespanBounds } from './bounds.ts'
import { type CompiledProblem, compileProblem } from './compile.ts'
import { explainConflict, type ScheduleConflict } from './conflict.ts'
import { CpSearch } from './cp/search.ts'
import { supportsLists } from './generation.ts'
import { computeWindows, type Windows } from './graph.ts'
import { compiledModes, scheduleFrom } from './outcome.ts'
import { PopulationSearch } from './population.ts'
import type { Schedule, SchedulingProblem } from './problem.ts'
import { requireValidProblem } from './validate.ts'
import { verifySchedule } from './verify.ts'

export interface ScheduleOptions extends RunOptions {
  /** Stop after so many search conflicts of the exact engine. @default no limit */
  readonly conflictLimit?: number
  /** Stop when the relative gap is at most this. @default 0 */
  readonly gap?: number
  /** Schedules built before the exact search begins. @default 500 + 20 for each task */
  readonly warmUp?: number
  /** Called with every better schedule, already checked. */
  readonly onIncumbent?: (schedule: Schedule) => void
  /** A schedule to start from; one that breaks a limit of the problem is not used. */
  readonly initial?: Schedule
  /** Find the conflicting limits of an infeasible problem. @default true */
  readonly explain?: boolean
}

export interface ScheduleStatistics {
  /** Schedules built by the list schemes. */
  readonly built: number
  readonly conflicts: number
  readonly elapsedMs: number
  readonly seed: number
  /** What closed the problem: a bound without search, or the exact search. */
  readonly provedBy?: 'bound' | 'search' | 'lag-cycle'
}

export type ScheduleResult =
  | {
      readonly status: 'optimal'
      readonly schedule: Schedule
      readonly bound: number
      readonly gap: 0
      readonly statistics: ScheduleStatistics
    }
  | {
      readonly status: 'feasible'
      readonly schedule: Schedule
      /** Proved: no schedule has a smaller objective. */
      readonly bound: number
      readonly gap: number
      readonly limit: Limit
      readonly statistics: ScheduleStatistics
    }
  | { readonly status: 'infeasible'; readonly conflict?: ScheduleConflict; readonly statistics: ScheduleStatistics }
  | {
      readonly status: 'unknown'
      readonly bound: number
      readonly limit: Limit
      readonly statistics: ScheduleStatistics
    }

/**
 * Minimises the problem's objective; gives way to other work every few dozen milliseconds, so that a signal is heard.
 * @throws InvalidInputError when the problem breaks its own rules
 */
export async function schedule(problem: SchedulingProblem, options: ScheduleOptions = {}): Promise<ScheduleResult> {
  const work = solve(problem, options)
  let pausedAt = performance.now()
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    if (performance.now() - pausedAt < 40) continue
    await new Promise<void>((resume) => {
      setTimeout(resume, 0)
    })
    pausedAt = performance.now()
  }
}

/** The same without giving way: for short problems and worker threads. A signal that fires meanwhile is not seen. */
export function scheduleNow(problem: SchedulingProblem, options: ScheduleOptions = {}): ScheduleResult {
  const work = solve(problem, options)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

function* solve(problem: SchedulingProblem, options: ScheduleOptions): Generator<void, ScheduleResult> {
  requireValidProblem(problem)
  const run = new Run('schedule', options)
  const compiled = compileProblem(problem)
  const result = computeWindows(compiled)
  if ('cycle' in result) {
    const statistics = {
      built: 0,
      conflicts: 0,
      elapsedMs: run.elapsedMs,
      seed: run.seed,
      provedBy: 'lag-cycle' as const,
    }
    return { status: 'infeasible', conflict: explainConflict(problem), statistics }
  }
  const portfolio = new Portfolio(problem, compiled, result.windows, run, options)
  return yield* portfolio.work()
}

/** Conflicts of one turn of the exact search, and schedules of one turn of the population. */
const CONFLICTS_A_TURN = 400
const SCHEDULES_A_TURN = 300

class Portfolio {
  readonly #problem: SchedulingProblem
  readonly #compiled: CompiledProblem
  readonly #windows: Windows
  readonly #run: Run
  readonly #options: ScheduleOptions
  #incumbent: Schedule | null = null
  #bound = 0
  #population: PopulationSearch | null = null
  #search: CpSearch | null = null

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
      const warmUp = this.#options.warmUp ?? (initial === undefined ? 500 + 20 * this.#compiled.taskCount : 0)
      while (this.#population.built < warmUp && !this.#closed() && this.#limit() === null) {
        this.#breed(Math.min(SCHEDULES_A_TURN, warmUp - this.#population.built))
        yield
      }
    }
    if (this.#closed()) return this.#optimal('bound')
    if (this.#limit() !== null) return this.#limited()
    this.#search = this.#openSearch()
    for (let turn = 1; ; turn++) {
      if (this.#search.finished || this.#exact()) return this.#proved()
      if (this.#closed()) return this.#optimal('search')
      const limit = this.#limit()
      if (limit !== null) return this.#limited()
      if (this.#population !== null && turn % 4 === 0) {
        this.#breed(SCHEDULES_A_TURN)
        if (this.#closed()) return this.#optimal('search')
      }
      yield
    }
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
    this.#accept(scheduleFrom(this.#compiled, best.starts, best.modes))
    this.#search?.tell(best.objective, best.starts, best.modes)
  }

  /** One turn of the exact search. @returns whether it has ended with a proof */
  #exact(): boolean {
    const search = this.#search!
    const step = search.step(CONFLICTS_A_TURN)
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
