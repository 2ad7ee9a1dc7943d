/** From a plan under way to what its chance of being late is computed from, and the chance as a trigger. */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { stepKey, type TriggerEvidence } from '../../domain/execution.ts'
import type { PlanStep } from '../../domain/plan.ts'
import type { Dispatch } from '../dispatch.ts'
import type { ExecutionModel, RunningStep } from '../model.ts'
import { nameAmong } from '../step-names.ts'
import type { LatenessChance, OpenActivity } from './chance.ts'
import { faultOfDurations } from './durations.ts'
import { LatenessWatch, type Moment, type ResolvedLateness } from './watch.ts'

/** A plan under way. */
export interface PlanCourse {
  readonly dispatch: Dispatch
  readonly now: number
  /** Infinity for none. */
  readonly deadline: number
  readonly running: ReadonlyMap<number, RunningStep & { readonly planned: number }>
  /** A step's own deadline; Infinity for none. */
  readonly untilOf: (step: PlanStep) => number
}

/** The expected number of deadlines missed, and the greatest chance of missing one. */
interface Risk {
  readonly missed: number
  readonly worst: number
}

export class LatenessGuard {
  readonly #watch: LatenessWatch
  readonly #model: ExecutionModel

  constructor(options: ResolvedLateness, model: ExecutionModel) {
    this.#watch = new LatenessWatch(options)
    this.#model = model
  }

  /** The trigger that is due, or null. */
  check(course: PlanCourse): TriggerEvidence | null {
    const steps = course.dispatch.open()
    const found = this.#watch.check(this.#activitiesOf(course, steps), momentOf(course))
    if (found === null) return null
    const { step, deadline, chance, low, high, target } = found
    const { alpha } = this.#watch.options
    const who =
      step === null
        ? `the plan ends after the deadline ${deadline}`
        : `${nameAmong(
            step,
            steps.map((one) => one.step),
          )} ends after its deadline ${deadline}`
    return {
      trigger: 'timeout',
      evidence: `${who} with a chance of ${inWords(found)}; ${percent(alpha)} is allowed`,
      value: chance,
      threshold: alpha,
      lateness: { deadline, step, low, high, target },
    }
  }

  /** Null when the other course is expected to miss fewer deadlines; else why it is no better. */
  noSafer(now: PlanCourse, other: PlanCourse): string | null {
    const [before, after] = [now, other].map((course) => {
      const chances = this.#watch.chances(this.#activitiesOf(course, course.dispatch.open()), momentOf(course))
      return { missed: chances.reduce((sum, { chance }) => sum + chance, 0), worst: chances[0]?.chance ?? 0 }
    }) as [Risk, Risk]
    if (after.missed < before.missed) return null
    return `it would be late with a chance of ${percent(after.worst)}, the plan in force with ${percent(before.worst)}`
  }

  #activitiesOf(course: PlanCourse, steps: ReturnType<Dispatch['open']>): OpenActivity[] {
    const { dispatch, running, untilOf } = course
    // Counted from the end of the plan: what is finished meanwhile does not change which numbers the others draw.
    const keys = new Array<string>(steps.length)
    const counts = new Map<string, number>()
    for (let place = steps.length - 1; place >= 0; place--) {
      const key = stepKey((steps[place] as { step: PlanStep }).step)
      const count = counts.get(key) ?? 0
      counts.set(key, count + 1)
      keys[place] = `${key} ${count}`
    }
    return steps.map(({ step, after, begun, release }, place): OpenActivity => {
      const under = running.get(step.id)
      const planned = under?.planned ?? dispatch.durationOf(step)
      // A running step that said when it ends is taken at its word.
      const announced = under !== undefined && under.end > under.start + planned + 1e-9
      const takes = announced ? null : this.#durationsOf(under?.step ?? step)
      return {
        id: step.id,
        key: keys[place] as string,
        after,
        release,
        begun,
        takes: takes ?? { kind: 'certain', duration: announced ? under.end - under.start : planned },
        until: untilOf(under?.step ?? step),
      }
    })
  }

  #durationsOf(step: PlanStep): OpenActivity['takes'] | null {
    const { experience, context } = this.#watch.options
    const stated = this.#model.durations?.(step) ?? null
    const fault = stated === null ? null : faultOfDurations(stated)
    if (fault !== null) {
      const message = `the durations of ${nameAmong(step.id, [step])} are no distribution: ${fault}`
      const hint = 'give durations >= 0 in order, or outcomes with probabilities'
      throw new InvalidInputError([{ code: 'out-of-range', path: ['durations', step.name], message, hint }])
    }
    return stated ?? experience?.nextDuration(step.name, context(step)) ?? null
  }
}

function momentOf({ dispatch, now, deadline }: PlanCourse): Moment {
  return { now, deadline, projected: dispatch.timing(now).finish }
}

function inWords({ chance, low, high }: LatenessChance): string {
  return `${percent(chance)} (between ${percent(low)} and ${percent(high)})`
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
