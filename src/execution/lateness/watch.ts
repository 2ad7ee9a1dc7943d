/**
 * Watches the chance of being late. A deadline is reported when the lower limit of its chance exceeds alpha, before it
 * passes; again only after the chance was well below alpha in between, or when the chance of keeping it has halved since.
 * New plans change nothing about that, so that a chance that cannot be helped does not lead to one new plan after another.
 */
import type { PlanStep } from '../../domain/plan.ts'
import type { ExperienceModel } from '../learning/experience.ts'
import {
  type ChanceOptions,
  chancesOfLateness,
  type LatenessChance,
  type OpenActivity,
  surelyOnTime,
} from './chance.ts'

export interface LatenessOptions {
  /** Chance of missing a deadline above which it triggers; in [0, 1). */
  readonly alpha: number
  /** How far below alpha the chance must fall before the same deadline can trigger again. @default alpha / 2 */
  readonly hysteresis?: number
  /** Simulated courses of the plan each time. @default 2000 */
  readonly samples?: number
  /** A 32-bit unsigned integer. @default 1 */
  readonly seed?: number
  /**
   * What was learned of durations, by the name of the step's action; used where the model states no distribution and at
   * least two durations were seen. To resume a run it has to be the same again. @default nothing
   */
  readonly experience?: Pick<ExperienceModel, 'nextDuration'>
  /** The circumstances in which a step's duration is learned. @default none */
  readonly context?: (step: PlanStep) => string
}

export interface ResolvedLateness {
  readonly alpha: number
  readonly hysteresis: number
  readonly samples: number
  readonly seed: number
  readonly experience: Pick<ExperienceModel, 'nextDuration'> | null
  readonly context: (step: PlanStep) => string
}

/** When, against which deadline, and the finish that certain durations give. */
export type Moment = Pick<ChanceOptions, 'now' | 'deadline' | 'projected'>

export class LatenessWatch {
  readonly options: ResolvedLateness
  /** Chances that were reported, by deadline. */
  readonly #reported = new Map<string, number>()

  constructor(options: ResolvedLateness) {
    this.options = options
  }

  /** The most endangered deadline that is to be reported now, or null. */
  check(activities: readonly OpenActivity[], when: Moment): LatenessChance | null {
    const { alpha, hysteresis } = this.options
    if (activities.every(({ takes }) => takes.kind === 'certain')) return null
    const release = Math.max(0, alpha - hysteresis)
    if (surelyOnTime(activities, { ...this.options, ...when }, release)) {
      this.#reported.clear()
      return null
    }
    let found: LatenessChance | null = null
    for (const chance of chancesOfLateness(activities, { ...this.options, ...when })) {
      const key = chance.step === null ? 'plan' : (activities.find(({ id }) => id === chance.step)?.key ?? '')
      const known = this.#reported.get(key)
      if (chance.chance <= release) this.#reported.delete(key)
      else if (chance.low > alpha && (known === undefined || 1 - chance.chance <= (1 - known) / 2)) {
        if (known === 1) continue
        this.#reported.set(key, chance.chance)
        found ??= chance
      }
    }
    return found
  }

  /** The chances, whatever was reported. */
  chances(activities: readonly OpenActivity[], when: Moment): readonly LatenessChance[] {
    return chancesOfLateness(activities, { ...this.options, ...when })
  }
}
