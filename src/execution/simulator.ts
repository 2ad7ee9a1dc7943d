/**
 * A simulated world for any execution model, with seeded faults of four kinds: unexpected events, a wrong model (reality
 * differs from what is believed about an action), goals that change, and execution errors. What an action draws depends on
 * the seed, the step and the attempt alone, so a resumed run meets the same world.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import type {
  ActionReport,
  AttemptContext,
  ExecutionStatus,
  GoalChange,
  Observation,
  ObservedState,
  PlanExecutor,
} from '../domain/execution.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { ExecutionModel } from './model.ts'

export type SimulatedFault =
  /** Something happens by itself. */
  | { readonly kind: 'event'; readonly at: number; readonly set: ObservedState }
  /** The action does something else, costs or takes something else than believed. */
  | {
      readonly kind: 'model'
      readonly action: string
      /** Values after the action, over those believed. */
      readonly set?: ObservedState
      /** Amounts added to numbers after the action. */
      readonly add?: Readonly<Record<string, number>>
      /** Real over believed cost. @default 1 */
      readonly costFactor?: number
      /** Real over believed duration. @default 1 */
      readonly durationFactor?: number
      /** Times in a run it does so; absent: always. */
      readonly times?: number
    }
  /** Somebody wants something else. */
  | { readonly kind: 'goal'; readonly at: number; readonly change: GoalChange }
  /** The attempt goes wrong. */
  | {
      readonly kind: 'error'
      readonly action: string
      /** In [0, 1]. @default 1 */
      readonly probability?: number
      /** @default 'failure' */
      readonly status?: Extract<ExecutionStatus, 'failure' | 'partial' | 'delayed'>
      /** Of a delay: how much longer, in time units. @default 1 */
      readonly by?: number
      /** Of a partial result: share of the effects, in [0, 1]. @default 0.5 */
      readonly fraction?: number
      readonly message?: string
      /** Times in a run it does so; absent: always. */
      readonly times?: number
    }

export interface SimulationOptions {
  readonly faults?: readonly SimulatedFault[]
  /** @default 1 */
  readonly seed?: number
  /** Variables that can be seen between steps. @default all */
  readonly visible?: (variable: string) => boolean
  /** Standard deviation of what the sensors of numeric variables show. @default exact */
  readonly noise?: Readonly<Record<string, number>>
  /** Share of the glances at which a boolean variable is shown the wrong way round. @default never */
  readonly flips?: Readonly<Record<string, number>>
}

interface Effect {
  readonly at: number
  readonly set: ObservedState
  /** Numbers that a step changes: by the difference, so that steps under way together do not undo each other. */
  readonly change?: Readonly<Record<string, { readonly from: number; readonly to: number }>>
}

interface Memento {
  readonly state: ObservedState
  readonly coming: readonly Effect[]
  readonly seen: number
  readonly used: readonly number[]
  readonly looks: number
}

export class SimulatedWorld implements PlanExecutor {
  readonly timing = 'simulated'
  readonly idempotent = true
  readonly #model: ExecutionModel
  readonly #options: SimulationOptions
  readonly #faults: readonly SimulatedFault[]
  #state: ObservedState
  /** Effects of steps under way: they come when the step ends. */
  #coming: readonly Effect[] = []
  /** Time up to which events have happened. */
  #seen = Number.NEGATIVE_INFINITY
  /** How often each fault has struck. */
  #used: number[]
  #looks = 0

  /**
   * @param model how the world really works, apart from the faults
   * @throws InvalidInputError with every option out of range
   */
  constructor(model: ExecutionModel, state: ObservedState, options: SimulationOptions = {}) {
    const issues = simulationIssues(options)
    if (issues.length > 0) throw new InvalidInputError(issues)
    this.#model = model
    this.#state = state
    this.#options = options
    this.#faults = options.faults ?? []
    this.#used = this.#faults.map(() => 0)
  }

  /** What is really so. */
  get state(): ObservedState {
    return this.#state
  }

  perform(step: PlanStep, { time, attempt }: AttemptContext): ActionReport {
    this.#happen(time)
    const stream = this.#stream(`${step.id} ${step.name} ${step.args.join(' ')} ${attempt} ${time}`)
    const prediction = this.#model.predict(step, this.#state)
    if (prediction.status === 'refused')
      return this.#report({ status: 'failure', message: prediction.reason, cost: 0, duration: 0 })
    let { cost, duration } = prediction
    let after: ObservedState = prediction.state
    for (const [index, fault] of this.#faults.entries()) {
      if ((fault.kind !== 'model' && fault.kind !== 'error') || fault.action !== step.name) continue
      if (fault.times !== undefined && (this.#used[index] as number) >= fault.times) continue
      if (fault.kind === 'model') {
        this.#used[index] = (this.#used[index] as number) + 1
        cost *= fault.costFactor ?? 1
        duration *= fault.durationFactor ?? 1
        after = { ...after, ...fault.set, ...added(after, fault.add ?? {}) }
        continue
      }
      if (!stream.chance(fault.probability ?? 1)) continue
      this.#used[index] = (this.#used[index] as number) + 1
      const status = fault.status ?? 'failure'
      const message = fault.message ?? `${step.name} went wrong`
      if (status === 'failure') return this.#report({ status, message, cost, duration })
      if (status === 'partial') {
        const fraction = fault.fraction ?? 0.5
        const state = this.#come(time + duration, part(this.#state, after, fraction))
        return this.#report({ status, message, cost, duration, fraction, state })
      }
      duration += fault.by ?? 1
      const end = time + duration
      return this.#report({ status, message, cost, duration, estimate: end, state: this.#come(end, after) })
    }
    return this.#report({ status: 'success', cost, duration, state: this.#come(time + duration, after) })
  }

  observe(time: number): Observation {
    const goals = this.#happen(time)
    this.#looks++
    return { state: this.#glance(), goals, memento: this.#memento() }
  }

  nextEvent(time: number): number | null {
    let next = Number.POSITIVE_INFINITY
    for (const fault of this.#faults)
      if ((fault.kind === 'event' || fault.kind === 'goal') && fault.at > time) next = Math.min(next, fault.at)
    return next === Number.POSITIVE_INFINITY ? null : next
  }

  restore(memento: unknown): void {
    const { state, coming, seen, used, looks } = memento as Memento
    this.#state = state
    this.#coming = coming
    this.#seen = seen
    this.#used = [...used]
    this.#looks = looks
  }

  /** Lets everything up to a time happen. @returns changed goals */
  #happen(time: number): GoalChange[] {
    const goals: GoalChange[] = []
    const changes: Effect[] = this.#coming.filter((effect) => effect.at <= time)
    this.#coming = this.#coming.filter((effect) => effect.at > time)
    for (const fault of this.#faults) {
      if ((fault.kind !== 'event' && fault.kind !== 'goal') || fault.at > time || fault.at <= this.#seen) continue
      if (fault.kind === 'event') changes.push(fault)
      else goals.push(fault.change)
    }
    for (const { set, change = {} } of changes.toSorted((a, b) => a.at - b.at))
      this.#state = { ...this.#state, ...set, ...moved(this.#state, change) }
    this.#seen = Math.max(this.#seen, time)
    return goals
  }

  /** What will have changed when the step ends. @returns what of it can be seen then */
  #come(at: number, after: ObservedState): ObservedState {
    const set: Record<string, ObservedState[string]> = {}
    const change: Record<string, { from: number; to: number }> = {}
    for (const [name, to] of Object.entries(after)) {
      const from = this.#state[name]
      if (from === to) continue
      if (typeof from === 'number' && typeof to === 'number') change[name] = { from, to }
      else set[name] = to
    }
    let then: ObservedState = this.#state
    this.#coming = [...this.#coming, { at, set, change }]
    for (const effect of this.#coming) if (effect.at <= at) then = { ...then, ...moved(then, effect.change ?? {}) }
    const numbers = Object.fromEntries(Object.keys(change).map((name) => [name, then[name]!]))
    return this.#visible({ ...set, ...numbers })
  }

  #glance(): ObservedState {
    const { noise = {}, flips = {} } = this.#options
    const stream = this.#stream(`look ${this.#looks}`)
    const shown: Record<string, ObservedState[string]> = {}
    for (const [name, value] of Object.entries(this.#visible(this.#state))) {
      if (typeof value === 'number' && noise[name] !== undefined) shown[name] = value + stream.normal() * noise[name]
      else if (typeof value === 'boolean' && stream.chance(flips[name] ?? 0)) shown[name] = !value
      else shown[name] = value
    }
    return shown
  }

  #visible(state: ObservedState): ObservedState {
    const { visible } = this.#options
    if (visible === undefined) return state
    return Object.fromEntries(Object.entries(state).filter(([name]) => visible(name)))
  }

  #report(report: ActionReport): ActionReport {
    return { ...report, memento: this.#memento() }
  }

  #memento(): Memento {
    const seen = this.#seen === Number.NEGATIVE_INFINITY ? -1 : this.#seen
    return { state: this.#state, coming: this.#coming, seen, used: [...this.#used], looks: this.#looks }
  }

  #stream(text: string): RandomStream {
    let hash = 0x811c9dc5 ^ (this.#options.seed ?? 1)
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    const stream = new RandomStream(hash >>> 0)
    // Near seeds give near first draws.
    stream.next()
    stream.next()
    return stream
  }
}

/** Numbers after a change of them: what was said where nothing else changed them, else the difference. */
function moved(state: ObservedState, change: NonNullable<Effect['change']>): Record<string, number> {
  const numbers: Record<string, number> = {}
  for (const [name, { from, to }] of Object.entries(change)) {
    const value = state[name]
    numbers[name] = typeof value !== 'number' || value === from ? to : value + (to - from)
  }
  return numbers
}

const KINDS = ['event', 'model', 'goal', 'error']

function simulationIssues({ faults = [], noise = {}, flips = {} }: SimulationOptions): Issue[] {
  const issues: Issue[] = []
  const report = (path: Issue['path'], message: string, hint: string) =>
    issues.push({ code: 'out-of-range', path, message, hint })
  const within = (path: Issue['path'], value: number | undefined, most = Number.POSITIVE_INFINITY) => {
    if (value === undefined || (value >= 0 && value <= most)) return
    report(path, `${path.at(-1)} is ${value}`, most === 1 ? 'give a number from 0 to 1' : 'give a number >= 0')
  }
  for (const [index, fault] of faults.entries()) {
    const path = ['faults', index]
    if (fault.kind === 'event' || fault.kind === 'goal') {
      if (!Number.isFinite(fault.at)) report([...path, 'at'], `at is ${fault.at}`, 'give a time')
    } else if (fault.kind === 'model' || fault.kind === 'error') {
      const { times } = fault
      if (times !== undefined && !(Number.isInteger(times) && times >= 0))
        report([...path, 'times'], `times is ${times}`, 'give an integer >= 0')
    }
    if (fault.kind === 'model') {
      within([...path, 'costFactor'], fault.costFactor)
      within([...path, 'durationFactor'], fault.durationFactor)
    } else if (fault.kind === 'error') {
      within([...path, 'probability'], fault.probability, 1)
      within([...path, 'fraction'], fault.fraction, 1)
      within([...path, 'by'], fault.by)
    } else if (!KINDS.includes(fault.kind))
      report([...path, 'kind'], `there is no kind of fault "${fault.kind}"`, `use one of ${KINDS.join(', ')}`)
  }
  for (const [name, deviation] of Object.entries(noise)) within(['noise', name], deviation)
  for (const [name, share] of Object.entries(flips)) within(['flips', name], share, 1)
  return issues
}

function added(state: ObservedState, amounts: Readonly<Record<string, number>>): Record<string, number> {
  const changes: Record<string, number> = {}
  for (const [name, amount] of Object.entries(amounts)) {
    const value = state[name]
    if (typeof value === 'number') changes[name] = value + amount
  }
  return changes
}

/** Numbers go part of the way; other variables change from the first half on. */
function part(before: ObservedState, after: ObservedState, fraction: number): ObservedState {
  const state: Record<string, ObservedState[string]> = { ...before }
  for (const [name, value] of Object.entries(after)) {
    const old = before[name]
    if (typeof value === 'number' && typeof old === 'number') state[name] = old + (value - old) * fraction
    else if (fraction >= 0.5) state[name] = value
  }
  return state
}
