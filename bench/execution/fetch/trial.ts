/** Acting on all problems of a file once, and the figures of many trials with confidence intervals. */
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { type ActingOptions, RefinementActingEngine } from '../../../src/execution/acting/index.ts'
import { ExperienceModel } from '../../../src/execution/learning/index.ts'
import { type FetchFile, FetchWorld, fetchProblem } from './domain.ts'

export interface Setting {
  readonly name: string
  /** Rollouts a choice; 0 does not look ahead. */
  readonly rollouts: number
  readonly learning: boolean
  /** What the look-ahead does without. */
  readonly without?: 'postponing' | 'foresight' | 'prospects'
}

export interface Figures {
  /** Share of the tasks that were done. */
  readonly success: number
  readonly retries: number
  /** Mean of 1 / cost, 0 for a failed task. */
  readonly efficiency: number
}

/** One pass over the problems, in a random order; what is learned in one problem is there in the next. */
export async function trial(files: readonly FetchFile[], setting: Setting, seed: number): Promise<Figures> {
  const random = new RandomStream(seed)
  const experience = setting.learning ? new ExperienceModel({ retention: 0.99 }) : null
  let tasks = 0
  let done = 0
  let retries = 0
  let efficiency = 0
  for (const file of random.shuffle([...files])) {
    const { rollouts, without } = setting
    const problem = fetchProblem(file)
    const { prospects, ...blind } = problem.domain
    const domain = without === 'prospects' || prospects === undefined ? blind : { ...blind, prospects }
    const lookAhead = { rollouts, postpone: without !== 'postponing', foresight: without !== 'foresight' }
    const options: ActingOptions = {
      experience,
      lookAhead: rollouts === 0 ? null : lookAhead,
      // When a robot fails to put its load down for an emergency, who waits for the emergency to be over waits for ever.
      maxCommands: 500,
      seed: random.integer(0, 0xffffffff),
    }
    const engine = new RefinementActingEngine(domain, new FetchWorld(problem, random.split()), options)
    for (const { call, round } of problem.arrivals) engine.submit(call, round)
    for (const outcome of await engine.run()) {
      tasks++
      retries += outcome.retries
      if (outcome.status !== 'done') continue
      done++
      efficiency += 1 / outcome.cost
    }
  }
  return { success: done / tasks, retries: retries / tasks, efficiency: efficiency / tasks }
}

export interface Interval {
  readonly mean: number
  /** Half the width of the 95 % confidence interval of the mean over seeds. */
  readonly half: number
}

/** Student's t for 95 %, by degrees of freedom; normal above 30. */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]

export function interval(values: readonly number[]): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1)
  const student = values.length < 2 ? Number.POSITIVE_INFINITY : (STUDENT[values.length - 2] ?? 1.96)
  return { mean, half: student * Math.sqrt(variance / values.length) }
}
