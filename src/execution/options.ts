/** Options of monitoring and replanning, and their full form. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { type ExecutionClock, REPLAN_STRATEGIES, type ReplanRecord, type ReplanStrategy } from '../domain/execution.ts'
import type { Resource } from '../domain/resource.ts'
import { VirtualClock } from './clock.ts'
import type { DivergenceOptions } from './divergence.ts'
import type { LatenessOptions, ResolvedLateness } from './lateness/watch.ts'
import { type ExecutionRecorder, unrecorded } from './recorder.ts'

export interface RetryOptions {
  /** @default 1 */
  readonly maxAttempts?: number
  /** Time units before the second attempt. @default 0 */
  readonly backoff?: number
  /** Each further wait is this much longer. @default 2 */
  readonly backoffRate?: number
  /** No wait is longer. @default no limit */
  readonly maxBackoff?: number
}

export interface MonitorOptions extends DivergenceOptions {
  /** @default a virtual clock that starts at 0 */
  readonly clock?: ExecutionClock
  readonly retry?: RetryOptions
  /**
   * A step may take this share more than planned before it is given up and its signal aborts; real executors need a clock
   * that moves by itself, such as WallClock. @default never given up
   */
  readonly timeoutBuffer?: number
  /** Milliseconds of real time after which an attempt of an executor with real timing is given up. @default none */
  readonly stepTimeoutMs?: number
  /** Divergence of the variables still needed that triggers. @default 0.3 */
  readonly divergenceThreshold?: number
  /** How far it must fall before it can trigger again; at 0 it always can. @default 0.1 */
  readonly hysteresis?: number
  /** Latest finish. @default none */
  readonly deadline?: number
  /**
   * Triggers also when the chance of missing a deadline exceeds alpha, by distributions of durations stated by the model or
   * learned. @default only the projected finish counts
   */
  readonly lateness?: LatenessOptions
  /** Stocks and reusable resources; steps' `resources` are drawn from them. @default none */
  readonly resources?: readonly Resource[]
  /** Most that may be spent. @default no limit */
  readonly budget?: number
  /** Goals at the start, by name. @default none */
  readonly goals?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly recorder?: ExecutionRecorder
  /** Name of the run: first part of the identity of every action. @default 'plan' */
  readonly name?: string
  readonly signal?: AbortSignal
}

export interface ReplanningOptions extends MonitorOptions {
  /** @default 'repair' */
  readonly strategy?: ReplanStrategy
  /** @default 10 */
  readonly maxReplans?: number
  /** Looks for a better plan every so many finished steps, before the next one starts; 0: never. @default 0 */
  readonly checkEvery?: number
  /** Asks the other strategies too, so that the record shows what they would have done. @default false */
  readonly compare?: boolean
  /** Called with every replanning; must not throw. */
  readonly onReplan?: (record: ReplanRecord) => void
}

export interface ResolvedMonitor extends DivergenceOptions {
  readonly clock: ExecutionClock
  readonly retry: Required<RetryOptions>
  readonly timeoutBuffer: number
  readonly stepTimeoutMs: number
  readonly divergenceThreshold: number
  readonly hysteresis: number
  readonly deadline: number
  readonly lateness: ResolvedLateness | null
  readonly resources: readonly Resource[]
  readonly budget: number
  readonly goals: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  readonly recorder: ExecutionRecorder
  readonly name: string
  readonly signal: AbortSignal
}

/** The options of replanning that stand beside those of the monitor, with their defaults. @throws InvalidInputError */
export function resolveReplanning({ strategy, maxReplans, checkEvery }: ReplanningOptions): {
  readonly strategy: ReplanStrategy
  readonly maxReplans: number
  readonly checkEvery: number
} {
  const issues: Issue[] = []
  if (strategy !== undefined && !REPLAN_STRATEGIES.includes(strategy))
    issues.push({
      code: 'unknown-name',
      path: ['strategy'],
      message: `there is no strategy "${strategy}"`,
      hint: `use one of ${REPLAN_STRATEGIES.join(', ')}`,
    })
  for (const [path, value] of Object.entries({ maxReplans, checkEvery }))
    if (value !== undefined && !(value >= 0 && wholeOrEndless(value)))
      issues.push(outOfRange(path, value, 'give an integer >= 0'))
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { strategy: strategy ?? 'repair', maxReplans: maxReplans ?? 10, checkEvery: checkEvery ?? 0 }
}

function wholeOrEndless(value: number): boolean {
  return Number.isInteger(value) || value === Number.POSITIVE_INFINITY
}

function outOfRange(path: string, value: number, hint: string): Issue {
  return { code: 'out-of-range', path: path.split('.'), message: `${path} is ${value}`, hint }
}

function resolveLateness(options: LatenessOptions, issues: Issue[]): ResolvedLateness {
  const { alpha, hysteresis = alpha / 2, samples = 2000, seed = 1, experience = null, context = () => '' } = options
  if (!(alpha >= 0 && alpha < 1)) issues.push(outOfRange('lateness.alpha', alpha, 'give a chance >= 0 and < 1'))
  else if (!(hysteresis >= 0)) issues.push(outOfRange('lateness.hysteresis', hysteresis, 'give a number >= 0'))
  if (!(Number.isInteger(samples) && samples >= 1 && samples <= 1_000_000))
    issues.push(outOfRange('lateness.samples', samples, 'give an integer between 1 and 1000000'))
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32))
    issues.push(outOfRange('lateness.seed', seed, 'give a 32-bit unsigned integer'))
  return { alpha, hysteresis, samples, seed, experience, context }
}

/** @throws InvalidInputError with every fault */
export function resolveMonitor(options: MonitorOptions): ResolvedMonitor {
  const issues: Issue[] = []
  const number = (path: string, value: number | undefined, fallback: number, low = 0): number => {
    if (value === undefined || value >= low) return value ?? fallback
    issues.push(outOfRange(path, value, `give a number >= ${low}`))
    return fallback
  }
  const never = Number.POSITIVE_INFINITY
  const { retry } = options
  const attempts = retry?.maxAttempts
  if (attempts !== undefined && attempts >= 1 && !wholeOrEndless(attempts))
    issues.push(outOfRange('retry.maxAttempts', attempts, 'give an integer >= 1'))
  const resolved: ResolvedMonitor = {
    ...(options.tolerances === undefined ? {} : { tolerances: options.tolerances }),
    ...(options.weights === undefined ? {} : { weights: options.weights }),
    clock: options.clock ?? new VirtualClock(),
    retry: {
      maxAttempts: number('retry.maxAttempts', retry?.maxAttempts, 1, 1),
      backoff: number('retry.backoff', retry?.backoff, 0),
      backoffRate: number('retry.backoffRate', retry?.backoffRate, 2),
      maxBackoff: number('retry.maxBackoff', retry?.maxBackoff, never),
    },
    timeoutBuffer: number('timeoutBuffer', options.timeoutBuffer, never),
    stepTimeoutMs: number('stepTimeoutMs', options.stepTimeoutMs, never),
    divergenceThreshold: number('divergenceThreshold', options.divergenceThreshold, 0.3),
    hysteresis: number('hysteresis', options.hysteresis, 0.1),
    deadline: number('deadline', options.deadline, never),
    lateness: options.lateness === undefined ? null : resolveLateness(options.lateness, issues),
    resources: options.resources ?? [],
    budget: number('budget', options.budget, never),
    goals: new Map(Object.entries(options.goals ?? {})),
    recorder: options.recorder ?? unrecorded,
    name: options.name ?? 'plan',
    signal: options.signal ?? new AbortController().signal,
  }
  for (const [variable, weight] of Object.entries(options.weights ?? {})) number(`weights.${variable}`, weight, 0)
  for (const [variable, width] of Object.entries(options.tolerances ?? {})) number(`tolerances.${variable}`, width, 0)
  if (issues.length > 0) throw new InvalidInputError(issues)
  return resolved
}
