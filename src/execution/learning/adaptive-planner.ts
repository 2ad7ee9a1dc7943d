/**
 * A planner that learns from what became of its plans. It wraps any planner that takes action costs: every executed run is
 * remembered, and what its actions really cost until they succeeded is what the next plan is made with.
 */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { type BlacklistOptions, type BlacklistRecord, FailureBlacklist } from './blacklist.ts'
import { type Experience, ExperienceModel, type ExperienceRecord } from './experience.ts'

/** One executed plan, as far as learning goes. */
export interface ExecutedRun {
  readonly goal: string
  readonly success: boolean
  readonly experiences: readonly Experience[]
}

/**
 * What a base planner is given beside the request.
 *
 * `actionCost` is what an action is expected to cost until it succeeds. `preferred` sorts alternatives, such as the methods
 * of a task, by it; alternatives that only failed of late in the same context come after all others.
 */
export interface LearnedCosts {
  readonly actionCost: (action: string, statedCost: number, context?: string) => number
  readonly preferred: <T>(
    alternatives: readonly T[],
    describe: (item: T) => { subject: string; nominalCost: number; context?: string },
  ) => T[]
}

export type BasePlanner<Request, Result> = (request: Request, learned: LearnedCosts) => Result | Promise<Result>

export interface AdaptivePlannerOptions {
  /** Runs that are kept; the oldest goes first. @default 1000 */
  readonly historyLimit?: number
  /** Weight of the past at each new observation, in (0, 1]. @default 1 */
  readonly retention?: number
  /** How what keeps failing in the same context is left for last; null never does so. @default {} */
  readonly blacklist?: BlacklistOptions | null
}

/** JSON form of an adaptive planner. */
export interface AdaptivePlannerRecord {
  readonly history: readonly ExecutedRun[]
  /** Runs that have not been learned from yet. */
  readonly pending: readonly ExecutedRun[]
  readonly experience: ExperienceRecord
  /** Null when nothing is ever left for last. */
  readonly blacklist: BlacklistRecord | null
}

export class AdaptivePlanner<Request, Result> {
  readonly #basePlanner: BasePlanner<Request, Result>
  readonly #limit: number
  #experience: ExperienceModel
  #blacklist: FailureBlacklist | null
  #history: ExecutedRun[] = []
  #pending: ExecutedRun[] = []

  constructor(basePlanner: BasePlanner<Request, Result>, options: AdaptivePlannerOptions = {}) {
    const limit = options.historyLimit ?? 1000
    if (!Number.isInteger(limit) || limit < 1)
      throw new InvalidInputError([
        {
          code: 'out-of-range',
          path: ['historyLimit'],
          message: `the history limit is ${limit}`,
          hint: 'give a whole number >= 1',
        },
      ])
    this.#basePlanner = basePlanner
    this.#limit = limit
    this.#experience = new ExperienceModel(options.retention === undefined ? {} : { retention: options.retention })
    this.#blacklist = options.blacklist === null ? null : new FailureBlacklist(options.blacklist)
  }

  /** The runs that are kept, oldest first. */
  get executionHistory(): readonly ExecutedRun[] {
    return this.#history
  }

  /** What was learned. */
  get experience(): ExperienceModel {
    return this.#experience
  }

  /** What is left for last at present; null when nothing ever is. */
  get blacklist(): FailureBlacklist | null {
    return this.#blacklist
  }

  /** A plan made with what was learned so far. */
  plan(request: Request): Result | Promise<Result> {
    return this.#basePlanner(request, {
      actionCost: (action, statedCost, context) => this.#experience.expectedCost(action, statedCost, context),
      preferred: (alternatives, describe) => {
        const ranked = this.#experience.rank(alternatives, describe)
        return this.#blacklist?.order(ranked, describe) ?? ranked
      },
    })
  }

  /** Remembers an executed run; it is learned from at the next `learnFromFailures`. */
  record(run: ExecutedRun): void {
    this.#history.push(run)
    this.#pending.push(run)
    if (this.#history.length > this.#limit) this.#history.shift()
    if (this.#pending.length > this.#limit) this.#pending.shift()
  }

  /**
   * Learns from the runs recorded since the last call, successes as well as failures: a failure means little without
   * knowing how often it goes well.
   * @returns how many observations were taken in
   */
  learnFromFailures(): number {
    let count = 0
    for (const { experiences } of this.#pending) {
      this.#blacklist?.nextRun()
      for (const experience of experiences) {
        this.#experience.observe(experience)
        this.#blacklist?.observe(experience)
        count++
      }
    }
    this.#pending = []
    return count
  }

  /** Forgets what was learned, not what happened. */
  reset(): void {
    this.#experience = new ExperienceModel({ retention: this.#experience.retention })
    this.#blacklist?.reset()
    this.#pending = []
  }

  toJSON(): AdaptivePlannerRecord {
    return {
      history: this.#history,
      pending: this.#pending,
      experience: this.#experience.toJSON(),
      blacklist: this.#blacklist?.toJSON() ?? null,
    }
  }

  /** An adaptive planner that goes on from its JSON form. */
  static restore<Request, Result>(
    basePlanner: BasePlanner<Request, Result>,
    record: AdaptivePlannerRecord,
    options: Pick<AdaptivePlannerOptions, 'historyLimit'> = {},
  ): AdaptivePlanner<Request, Result> {
    const planner = new AdaptivePlanner(basePlanner, options)
    planner.#history = record.history.slice(-planner.#limit)
    planner.#pending = record.pending.slice(-planner.#limit)
    planner.#experience = ExperienceModel.fromJSON(record.experience)
    planner.#blacklist =
      (record.blacklist ?? null) === null ? null : FailureBlacklist.fromJSON(record.blacklist as BlacklistRecord)
    return planner
  }
}
