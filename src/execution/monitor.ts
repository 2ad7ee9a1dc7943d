/**
 * The monitor carries the steps of a plan out through an executor and compares what is seen with what was expected.
 *
 * It keeps three states: what was expected since the plan came into force, what was observed, and what is believed
 * (observations laid over expectations; the unknown stays unknown). It watches the variables that later steps or the goal
 * still depend on, stocks, the budget and deadlines, and says which triggers are due, cheap checks first.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import {
  type ActionReport,
  type ExecutionResult,
  type ExecutionStatus,
  type ExecutionTrace,
  type GoalChange,
  type Observation,
  type ObservedState,
  type PlanExecutor,
  type PlanVersion,
  REPLAN_TRIGGERS,
  type ReplanRecord,
  TRACE_VERSION,
  type TriggerEvidence,
} from '../domain/execution.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import { attemptStep } from './attempts.ts'
import { VirtualClock } from './clock.ts'
import { Dispatch } from './dispatch.ts'
import { agrees, divergenceOf, HysteresisThreshold } from './divergence.ts'
import { LatenessGuard, type PlanCourse } from './lateness/guard.ts'
import type { ExecutionModel, PlanAnswer, PlanRequest, RunningStep } from './model.ts'
import { type MonitorOptions, type ResolvedMonitor, resolveMonitor } from './options.ts'
import { type Progress, progressOf } from './progress.ts'
import { type ExecutionStatistics, statisticsOf } from './statistics.ts'
import { nameAmong } from './step-names.ts'
import { Stocks } from './stocks.ts'
import { PlanWatch, settledState, simulate } from './watch.ts'

/** A step under way. In simulated time its report is known from the start and counts when `end` comes. */
export interface BegunStep extends RunningStep {
  readonly report: ActionReport
  readonly attempts: number
  readonly spent: number
  /** How long it was to take when it began. */
  readonly planned: number
}

export class ExecutionMonitor {
  readonly options: ResolvedMonitor
  readonly executor: PlanExecutor
  readonly model: ExecutionModel
  readonly #begin: number
  #plan: Plan
  #dispatch: Dispatch
  #watch: PlanWatch
  readonly #divergence: HysteresisThreshold
  readonly #chance: LatenessGuard | null
  #expected: ObservedState
  #believed: ObservedState
  readonly #observed = new Map<string, ObservedState[string]>()
  readonly #finished = new Set<number>()
  readonly #running = new Map<number, BegunStep>()
  /** Gives up the attempt at a running step, by its id. */
  readonly #givingUp = new Map<number, AbortController>()
  readonly #stocks: Stocks
  readonly #goals: Map<string, Readonly<Record<string, unknown>>>
  readonly #plans: PlanVersion[]
  readonly #results: ExecutionResult[] = []
  readonly #replans: ReplanRecord[] = []
  readonly #noted: { time: number; evidence: TriggerEvidence; why: string }[] = []
  readonly #goalChanges: { time: number; change: GoalChange }[] = []
  #pending: TriggerEvidence[] = []
  #newGoals: GoalChange[] = []
  #failed: PlanStep | null = null
  #stale = true
  /** Latest finish that was already reported as too late. */
  #lateFinish = Number.NEGATIVE_INFINITY
  /** Ends of steps that were already reported as after their deadlines, by id. */
  readonly #lateEnds = new Map<number, number>()
  #observations = 0
  #ending: { status: ExecutionTrace['status']; reason: string | null } = { status: 'running', reason: null }

  constructor(
    plan: Plan,
    executor: PlanExecutor,
    model: ExecutionModel,
    state: ObservedState,
    options: MonitorOptions = {},
  ) {
    this.options = resolveMonitor(options)
    const { timeoutBuffer, clock } = this.options
    if (
      timeoutBuffer !== Number.POSITIVE_INFINITY &&
      executor.timing !== 'simulated' &&
      clock instanceof VirtualClock
    ) {
      const message = 'timeoutBuffer is given, but the virtual clock stands still while a real executor works'
      const hint = 'give clock: new WallClock(), or stepTimeoutMs'
      throw new InvalidInputError([{ code: 'out-of-range', path: ['timeoutBuffer'], message, hint }])
    }
    this.executor = executor
    this.model = model
    this.#plan = plan
    this.#expected = state
    this.#believed = state
    this.#begin = this.options.clock.now()
    this.#plans = [{ since: this.#begin, plan }]
    this.#goals = new Map(this.options.goals)
    this.#stocks = new Stocks(this.options.resources)
    this.#divergence = new HysteresisThreshold(this.options.divergenceThreshold, this.options.hysteresis)
    const { lateness } = this.options
    this.#chance = lateness === null ? null : new LatenessGuard(lateness, model)
    this.#dispatch = this.#newDispatch(plan)
    this.#watch = new PlanWatch(model, plan.steps, state)
  }

  /** What is believed now: what was observed where something was observed, else what was expected. */
  get currentState(): ObservedState {
    return this.#believed
  }

  get expectedState(): ObservedState {
    return this.#expected
  }

  get plan(): Plan {
    return this.#plan
  }

  /** Steps that have neither ended well nor begun, in the order of the plan. */
  get remaining(): readonly PlanStep[] {
    return this.#plan.steps.filter((step) => !this.#finished.has(step.id) && !this.#running.has(step.id))
  }

  get running(): readonly BegunStep[] {
    return [...this.#running.values()]
  }

  get results(): readonly ExecutionResult[] {
    return this.#results
  }

  get replans(): readonly ReplanRecord[] {
    return this.#replans
  }

  get totalCost(): number {
    return this.#results.reduce((sum, result) => sum + result.cost, 0)
  }

  /** Share of the results that were successes; 1 before the first. */
  get successRate(): number {
    return this.statistics.successRate
  }

  /** Counts over the results so far. */
  get statistics(): ExecutionStatistics {
    return statisticsOf(this.#results, this.#replans, this.options)
  }

  get trace(): ExecutionTrace {
    return {
      version: TRACE_VERSION,
      ...this.#ending,
      plans: [...this.#plans],
      results: [...this.#results],
      replans: [...this.#replans],
      noted: [...this.#noted],
      goalChanges: [...this.#goalChanges],
      currentStep: this.remaining[0]?.id ?? null,
      currentState: this.#believed,
      totalCost: this.totalCost,
      totalTime: this.options.clock.now() - this.#begin,
    }
  }

  end(status: 'success' | 'failure' | 'stopped', reason: string | null): void {
    this.#ending = { status, reason }
  }

  /** Steps that may begin now, in the order of the plan. */
  ready(): readonly PlanStep[] {
    const failed = this.#failed?.id
    const now = this.options.clock.now()
    return this.#dispatch.ready().filter((step) => step.id !== failed && this.#window(step).from <= now + 1e-9)
  }

  /** Whether a running step has announced that it will be late. */
  isDelayed(id: number): boolean {
    return this.#running.get(id)?.report.status === 'delayed'
  }

  /** When the next step that waits for nothing but its time may begin; null when there is none. */
  nextStart(): number | null {
    const now = this.options.clock.now()
    const times = this.#dispatch.ready().flatMap((step) => {
      const { from } = this.#window(step)
      return from > now + 1e-9 ? [from] : []
    })
    return times.length === 0 ? null : Math.min(...times)
  }

  /** Looks at the world and takes in what is seen, goals and messages included. */
  async observe(): Promise<void> {
    const { executor, options } = this
    if (executor.observe === undefined) return
    const time = options.clock.now()
    const key = `observation ${this.#observations++}`
    const seen = await options.recorder.observe<Observation>(key, () => executor.observe?.(time, this.#believed) ?? {})
    if (seen.memento !== undefined) executor.restore?.(seen.memento)
    this.take(seen)
  }

  take(seen: Observation): void {
    if (seen.state !== undefined) this.#see(seen.state)
    for (const change of seen.goals ?? []) this.changeGoal(change)
    for (const text of seen.messages ?? []) this.#pending.push({ trigger: 'message', evidence: text })
  }

  /** Adds, changes, withdraws or re-weighs a goal: a trigger. Taking back or re-weighing what is no goal is only noted. */
  changeGoal(change: GoalChange): void {
    const known = this.#goals.get(change.goal)
    if (known === undefined && (change.kind === 'withdraw' || change.kind === 'prioritise')) {
      const evidence: TriggerEvidence = { trigger: 'new_goal', evidence: `${change.kind} ${change.goal}` }
      this.#noted.push({ time: this.options.clock.now(), evidence, why: 'there is no such goal' })
      return
    }
    if (change.kind === 'withdraw') this.#goals.delete(change.goal)
    else if (change.kind === 'prioritise') this.#goals.set(change.goal, { ...known, weight: change.weight })
    else this.#goals.set(change.goal, change.value ?? {})
    this.#goalChanges.push({ time: this.options.clock.now(), change })
    this.#newGoals.push(change)
    const verb = { add: 'new goal', change: 'changed goal', withdraw: 'withdrawn goal', prioritise: 're-weighed goal' }
    this.#pending.push({ trigger: 'new_goal', evidence: `${verb[change.kind]} ${change.goal}` })
  }

  /**
   * Begins a step through the executor, unless the model says that it cannot run.
   * @returns the result when it ended at once: blocked, or done in real time; else null, and `complete` finishes it
   */
  async start(step: PlanStep): Promise<ExecutionResult | null> {
    const { clock } = this.options
    const prediction = this.model.predict(step, this.#believed)
    if (prediction.status === 'refused') {
      const now = clock.now()
      return this.#record(step, { status: 'blocked', message: prediction.reason, cost: 0 }, now, now, 1, 0)
    }
    const planned = { version: this.#plans.length - 1, duration: this.durationOf(step), cost: this.costOf(step) }
    this.#stocks.take(step)
    this.#dispatch.start(step.id, clock.now())
    const expectedEnd = clock.now() + planned.duration
    const begun = {
      step,
      start: clock.now(),
      end: expectedEnd,
      report: {},
      attempts: 1,
      spent: 0,
      planned: planned.duration,
    }
    this.#running.set(step.id, begun)
    const givingUp = new AbortController()
    this.#givingUp.set(step.id, givingUp)
    const signal = AbortSignal.any([this.options.signal, givingUp.signal])
    const outcome = await attemptStep(step, this.executor, this.#believed, planned, { ...this.options, signal })
    // Given up while it was under way: what became of it is for the next look at the world to tell.
    if (givingUp.signal.aborted) return null
    this.#givingUp.delete(step.id)
    const { report, attempts, start, end, spent } = outcome
    this.#running.set(step.id, { step, start, end, report, attempts, spent, planned: planned.duration })
    if (report.status === 'delayed' || end > expectedEnd + 1e-9) this.#delay(step, report, end)
    return this.executor.timing === 'simulated' ? null : this.complete(step.id)
  }

  /** Takes in the end of a running step. */
  complete(id: number): ExecutionResult {
    const { step, report, start, end, attempts, spent } = this.#running.get(id) as BegunStep
    this.#running.delete(id)
    return this.#record(step, report, start, end, attempts, spent)
  }

  /** Gives up a running step: its signal aborts, no attempt follows, and what was spent on it is lost. */
  async cancel(id: number): Promise<void> {
    const running = this.#running.get(id)
    if (running === undefined) return
    const { recorder, clock } = this.options
    const time = clock.now()
    this.#running.delete(id)
    this.#givingUp.get(id)?.abort()
    this.#givingUp.delete(id)
    const seen = await recorder.observe<Observation>(
      `cancelled ${id} ${this.#observations++}`,
      () => this.executor.cancel?.(running.step, time) ?? {},
    )
    if (seen.memento !== undefined) this.executor.restore?.(seen.memento)
    this.take(seen)
    this.#dispatch.end(id, time)
  }

  /** Begins a step, waits for its end on the clock and returns the result: for loops of one's own. */
  async executeStep(step: PlanStep | undefined = this.ready()[0]): Promise<ExecutionResult | null> {
    if (step === undefined) return null
    const result = await this.start(step)
    if (result !== null) return result
    const end = this.#running.get(step.id)?.end ?? 0
    await this.options.clock.until(end, this.options.signal)
    return this.complete(step.id)
  }

  /** How much of what is observed differs from what was expected, weighted, in [0, 1]. @param relevant only what is still needed */
  checkDivergence(relevant = false): number {
    const remaining = this.remaining
    const watched = relevant ? (name: string): boolean => this.#watch.needs(name, remaining) : undefined
    return divergenceOf(Object.fromEntries(this.#observed), this.#expected, this.options, watched).value
  }

  /**
   * Whether a result endangers the plan: a failure does; a partial result only when a later step or the goal breaks; a
   * delay only when a deadline does.
   */
  detectFailure(result: ExecutionResult): boolean {
    switch (result.status) {
      case 'success':
        return false
      case 'failure':
      case 'blocked':
        return true
      case 'partial':
        return simulate(this.model, this.#after(result.step), result.actualState).status === 'breaks'
      case 'delayed':
        return !this.#dispatch.timing(this.options.clock.now()).feasible
    }
  }

  /** Every trigger that is due, the leading one first; empty when the plan may go on. Cheap checks come first. */
  shouldReplan(): readonly TriggerEvidence[] {
    const due = [...this.#pending]
    const remaining = this.remaining
    const { budget } = this.options
    const late = this.#lateness()
    if (late !== null) due.push(late)
    const short = this.#stocks.shortage(remaining)
    if (short !== null) due.push(short)
    const projected = this.totalCost + remaining.reduce((sum, step) => sum + this.costOf(step), 0)
    if (projected > budget + 1e-9) {
      const evidence = `projected cost ${projected} exceeds the budget ${budget}`
      due.push({ trigger: 'resource_shortage', evidence, value: projected, threshold: budget })
    }
    if (this.#stale) {
      this.#stale = false
      const needs = (name: string): boolean => this.#watch.needs(name, remaining)
      const { value, differing } = divergenceOf(Object.fromEntries(this.#observed), this.#expected, this.options, needs)
      if (this.#divergence.fires(value)) {
        const evidence = `${differing.join(', ')} differ from what was expected`
        due.push({ trigger: 'divergence', evidence, value, threshold: this.#divergence.threshold })
      }
      const running = this.running.map((entry) => entry.step)
      const broken = this.#watch.check(running, remaining, this.#believed, this.#expected)
      if (broken !== null && !due.some((item) => item.trigger === 'failure')) {
        const { variable, producer, consumer, reason, next, trigger } = broken
        due.push({
          trigger: trigger ?? (next ? 'failure' : 'precondition_violated'),
          evidence:
            consumer === null
              ? `the goal will be missed: ${reason}`
              : `${nameAmong(consumer, remaining)} cannot run: ${reason}`,
          ...(variable === null ? {} : { link: { variable, producer, consumer } }),
        })
      }
    }
    return due.toSorted((a, b) => REPLAN_TRIGGERS.indexOf(a.trigger) - REPLAN_TRIGGERS.indexOf(b.trigger))
  }

  /** What a strategy is asked with. */
  request(triggers: readonly TriggerEvidence[]): PlanRequest {
    return {
      state: this.#believed,
      settled: settledState(
        this.model,
        this.running.map((entry) => entry.step),
        this.#believed,
      ),
      time: this.options.clock.now(),
      remaining: this.remaining,
      plan: this.#plan,
      finished: this.#finished,
      running: this.running,
      failed: this.#failed,
      failures: this.#failures(),
      triggers,
      goals: this.#goals,
      goalChanges: this.#newGoals,
      resources: this.#stocks.levels,
      signal: this.options.signal,
    }
  }

  /** Puts another plan into force; expectations start anew from what is believed. */
  adopt(plan: Plan, record: ReplanRecord): void {
    this.#plan = plan
    this.#plans.push({ since: this.options.clock.now(), plan })
    this.#replans.push(record)
    this.#expected = this.#believed
    this.#observed.clear()
    this.#finished.clear()
    this.#divergence.reset()
    this.#settle()
    this.#dispatch = this.#newDispatch(plan)
    this.#watch = new PlanWatch(this.model, plan.steps, this.#believed)
  }

  /** Triggers that were looked at and do not ask for another plan. */
  note(triggers: readonly TriggerEvidence[], why: string): void {
    for (const evidence of triggers) this.#noted.push({ time: this.options.clock.now(), evidence, why })
    this.#settle()
  }

  progress(): Progress {
    const now = this.options.clock.now()
    return progressOf({
      results: this.#results,
      remaining: [...this.running.map((entry) => entry.step), ...this.remaining],
      durationOf: (step) => this.durationOf(step),
      costOf: (step) => this.costOf(step),
      timing: this.#dispatch.timing(now),
      begin: this.#begin,
      now,
    })
  }

  /** How far the end of a step may move without breaking a deadline. */
  slackOf(step: PlanStep): number {
    return this.#dispatch.slackOf(step.id, this.options.clock.now())
  }

  durationOf(step: PlanStep): number {
    if (step.start !== undefined && step.end !== undefined) return step.end - step.start
    const prediction = this.model.predict(step, this.#believed)
    return prediction.status === 'applies' ? prediction.duration : 0
  }

  costOf(step: PlanStep): number {
    if (step.cost !== undefined) return step.cost
    const prediction = this.model.predict(step, this.#believed)
    return prediction.status === 'applies' ? prediction.cost : 0
  }

  #newDispatch(wanted: Plan, cancelled: readonly number[] = []): Dispatch {
    const capacities: Record<string, number> = {}
    for (const { id, type, capacity } of this.options.resources)
      if (type === 'reusable' && capacity !== null) capacities[id] = capacity
    const { deadline } = this.options
    // Steps under way are not the new plan's, yet it has to wait for them: for what they make, their agents and resources.
    const own = new Set(wanted.steps.map((step) => step.id))
    const running = this.running.filter(({ step }) => !cancelled.includes(step.id))
    const under = running.filter((entry) => !own.has(entry.step.id))
    const pinned = under.map(({ step, start, end }): PlanStep => ({ ...step, start, end }))
    const plan = { ...wanted, steps: [...pinned, ...wanted.steps] }
    const durations = new Map(plan.steps.map((step) => [step.id, this.durationOf(step)]))
    const dispatch = new Dispatch(plan, {
      capacities,
      durations,
      running: new Set(pinned.map((step) => step.id)),
      releases: new Map(plan.steps.map((step) => [step.id, this.#window(step).from])),
      ...(deadline === Number.POSITIVE_INFINITY ? {} : { deadline }),
    })
    for (const { step, start, end } of running) {
      dispatch.start(step.id, start)
      dispatch.estimate(step.id, end)
    }
    return dispatch
  }

  #see(state: ObservedState): void {
    const { tolerances } = this.options
    const changes: Record<string, ObservedState[string]> = {}
    for (const [name, value] of Object.entries(state)) {
      this.#observed.set(name, value)
      if (agrees(name, value, this.#believed[name], tolerances === undefined ? {} : { tolerances })) continue
      changes[name] = value
    }
    if (Object.keys(changes).length === 0) return
    this.#believed = Object.freeze({ ...this.#believed, ...changes })
    this.#stocks.see(changes)
    const remaining = this.remaining
    if (Object.keys(changes).some((name) => this.#watch.needs(name, remaining))) this.#stale = true
  }

  #record(
    step: PlanStep,
    report: ActionReport,
    start: number,
    end: number,
    attempts: number,
    spent: number,
  ): ExecutionResult {
    const prediction = this.model.predict(step, this.#believed)
    const ended: ExecutionStatus = report.status ?? 'success'
    const expectedState = prediction.status === 'applies' ? prediction.state : this.#believed
    const inPlan = this.model.predict(step, this.#expected)
    if (inPlan.status === 'applies') this.#expected = inPlan.state
    if (ended === 'success' || ended === 'delayed') {
      this.#believed = expectedState
      this.#finished.add(step.id)
      this.#dispatch.end(step.id, end)
    }
    if (report.state !== undefined) this.#see(report.state)
    const result: ExecutionResult = {
      step,
      status: ended,
      expectedState,
      actualState: this.#believed,
      cost: spent + (report.cost ?? (ended === 'blocked' ? 0 : this.#plannedCost(step, prediction))),
      duration: end - start,
      start,
      end,
      attempts,
      ...(report.message === undefined ? {} : { message: report.message }),
      ...(report.fraction === undefined ? {} : { fraction: report.fraction }),
      ...(report.estimate === undefined ? {} : { estimate: report.estimate }),
    }
    this.#results.push(result)
    if (ended === 'partial' && !this.detectFailure(result)) {
      this.#finished.add(step.id)
      this.#dispatch.end(step.id, end)
    } else if (ended === 'failure' || ended === 'blocked' || ended === 'partial') {
      this.#failed = step
      this.#stale = true
      const why = report.message === undefined ? '' : `: ${report.message}`
      this.#pending.push({ trigger: 'failure', evidence: `${[step.name, ...step.args, ended].join(' ')}${why}` })
    }
    return result
  }

  #failures(): { step: PlanStep; state: ObservedState }[] {
    const failed = this.#results.filter(({ status }) => status === 'failure' || status === 'blocked')
    return failed.map(({ step, actualState }) => ({ step, state: actualState }))
  }

  #after(step: PlanStep): PlanStep[] {
    return this.remaining.filter((other) => other.id !== step.id)
  }

  #plannedCost(step: PlanStep, prediction: ReturnType<ExecutionModel['predict']>): number {
    return step.cost ?? (prediction.status === 'applies' ? prediction.cost : 0)
  }

  /** A step takes longer: inside the slack only times move; what that means for the deadline is asked in shouldReplan. */
  #delay(step: PlanStep, report: ActionReport, end: number): void {
    const estimate = report.estimate ?? end
    const slack = this.slackOf(step)
    this.#dispatch.estimate(step.id, estimate)
    const planned = (this.#running.get(step.id)?.start ?? 0) + this.durationOf(step)
    const delay = estimate - planned
    if (slack !== Number.POSITIVE_INFINITY && delay <= slack + 1e-9) {
      const evidence = `${step.name} ends ${delay} later, slack ${slack}`
      this.#noted.push({
        time: this.options.clock.now(),
        evidence: { trigger: 'timeout', evidence, value: delay, threshold: slack },
        why: 'within the slack: re-timed',
      })
    }
  }

  #lateness(): TriggerEvidence | null {
    const { deadline, clock } = this.options
    const open = [...this.running.map((entry) => entry.step), ...this.remaining]
    const due = open.filter((step) => this.#window(step).until < Number.POSITIVE_INFINITY)
    if (open.length === 0 || (deadline === Number.POSITIVE_INFINITY && due.length === 0)) return null
    const { feasible, finish, times } = this.#dispatch.timing(clock.now())
    const late = this.#lateStep(due, times)
    if (late !== null) return late
    const surely = !feasible || finish > deadline + 1e-9
    // Reported once, and again only when it gets worse.
    if (!surely || finish <= this.#lateFinish + 1e-9) {
      if (this.#chance === null) return null
      // Where the projection is late already, there is nothing more that a chance could tell.
      const lost = new Set(due.filter((one) => (times.get(one.id)?.end ?? 0) > this.#window(one).until + 1e-9))
      const untilOf = (step: PlanStep): number => (lost.has(step) ? Number.POSITIVE_INFINITY : this.#window(step).until)
      const course = { ...this.#courseOf(this.#dispatch), untilOf }
      return this.#chance.check(surely ? { ...course, deadline: Number.POSITIVE_INFINITY } : course)
    }
    this.#lateFinish = finish
    return {
      trigger: 'timeout',
      evidence: `projected finish ${finish} is after the deadline ${deadline}`,
      value: finish,
      threshold: deadline,
    }
  }

  /** What the chance of being late is asked of. */
  #courseOf(dispatch: Dispatch): PlanCourse {
    const { clock, deadline } = this.options
    const untilOf = (step: PlanStep): number => this.#window(step).until
    return { dispatch, now: clock.now(), deadline, running: this.#running, untilOf }
  }

  /** Why an answer to a mere chance of being late is none, null when it lowers the chance or something else asks for it too. */
  noSafer(request: PlanRequest, answer: PlanAnswer): string | null {
    const chance = this.#chance
    if (chance === null || answer.status === 'none' || !request.triggers.every(({ lateness }) => lateness)) return null
    return chance.noSafer(this.#courseOf(this.#dispatch), this.#courseOf(this.#newDispatch(answer.plan, answer.cancel)))
  }

  /** A step that will end after its own deadline: reported once, and again only when it gets later. */
  #lateStep(steps: readonly PlanStep[], times: ReadonlyMap<number, { readonly end: number }>): TriggerEvidence | null {
    for (const step of steps) {
      const end = times.get(step.id)?.end ?? Number.NEGATIVE_INFINITY
      const { until } = this.#window(step)
      const known = this.#lateEnds.get(step.id) ?? until
      if (end <= known + 1e-9) continue
      this.#lateEnds.set(step.id, end)
      const evidence = `${step.name} ${step.args.join(' ')} will end at ${end}, after its deadline ${until}`
      return { trigger: 'timeout', evidence, value: end, threshold: until }
    }
    return null
  }

  #window(step: PlanStep): { readonly from: number; readonly until: number } {
    return this.model.window?.(step) ?? { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }
  }

  #settle(): void {
    this.#pending = []
    this.#newGoals = []
    this.#failed = null
    this.#stale = true
  }
}
