/**
 * Execution with monitoring and replanning: observe, see whether the plan has to change, start what may start, take in
 * what ends, until the goal holds, no plan is left, or a limit is reached.
 *
 * Several triggers at one moment lead to one replanning. Strategies are asked in the order of the ladder and their
 * answers executed in the model before they are adopted. Coming back to the same state with the same steps to do is no
 * progress: the next rung is tried, and after the last one the run ends with the reason. Started steps stay unless the
 * answer cancels them; steps that end while a plan is being made are taken in right after.
 */
import { InternalError } from '../../solvers/contract/index.ts'
import type {
  ExecutionTrace,
  ObservedState,
  PlanExecutor,
  ReplanRecord,
  ReplanStrategy,
  StrategyProposal,
  TriggerEvidence,
} from '../domain/execution.ts'
import { PLAN_VERSION, type Plan, type PlanStep } from '../domain/plan.ts'
import { ask, faultOf, ladderOf, proposalOf, situationKey } from './ladder.ts'
import type { AskedStrategy, ExecutionModel, PlanAnswer, PlanRequest, PlanSource } from './model.ts'
import { ExecutionMonitor } from './monitor.ts'
import { type ReplanningOptions, resolveReplanning } from './options.ts'
import { simulate } from './watch.ts'

/** What is to be carried out. */
export interface ExecutionTask {
  readonly model: ExecutionModel
  readonly source: PlanSource
  readonly executor: PlanExecutor
  readonly state: ObservedState
  /** The plan to begin with; made by the source when left out. */
  readonly plan?: Plan
}

type Found = { readonly strategy: AskedStrategy; readonly answer: PlanAnswer & { readonly status: 'planned' } }

export class ReplanningEngine {
  readonly monitor: ExecutionMonitor
  readonly #source: PlanSource
  readonly #options: ReplanningOptions & ReturnType<typeof resolveReplanning>
  readonly #maxReplans: number
  readonly #tried = new Map<string, number>()
  /** Steps of real executors under way, and those that ended since. */
  readonly #live = new Map<number, Promise<void>>()
  #checkedAt = 0
  #decisions = 0

  constructor(monitor: ExecutionMonitor, source: PlanSource, options: ReplanningOptions = {}) {
    this.monitor = monitor
    this.#source = source
    this.#options = { ...options, ...resolveReplanning(options) }
    this.#maxReplans = this.#options.maxReplans
  }

  /** Runs to the end and returns the complete trace, whatever the end. */
  async executeWithMonitoring(): Promise<ExecutionTrace> {
    const { monitor } = this
    const { signal } = monitor.options
    for (;;) {
      if (signal.aborted) return this.#end('stopped', 'interrupted')
      this.#completeDue()
      await unlessAborted(monitor.observe(), signal)
      if (signal.aborted) return this.#end('stopped', 'interrupted')
      const verdict = await this.#replanWhereNeeded()
      if (verdict !== null) return verdict
      if (monitor.remaining.length === 0 && monitor.running.length === 0) {
        const missing = monitor.model.missing(monitor.currentState)
        if (missing === null && this.#nothingExpected()) {
          const unmet = this.#source.unmet?.(monitor.request([])) ?? null
          return this.#end(unmet === null ? 'success' : 'failure', unmet)
        }
        if (missing !== null) {
          const lost = await this.#replan([{ trigger: 'failure', evidence: `the plan is done, yet ${missing}` }])
          if (lost !== null) return lost
          continue
        }
      }
      if (await this.#startReady()) continue
      if (!(await this.#wait())) {
        const stuck: TriggerEvidence = { trigger: 'failure', evidence: 'no step can start and none is under way' }
        const lost = await this.#replan([stuck])
        if (lost !== null) return lost
      }
    }
  }

  /**
   * A new plan from a state and what is left of the resources, for loops of one's own: stocks that are state variables take
   * their level from `resources`. Null when there is none; the plan in force stays.
   */
  async replanWithResources(
    trigger: TriggerEvidence,
    state: ObservedState,
    resources: ReadonlyMap<string, number>,
  ): Promise<Plan | null> {
    const known = [...resources].filter(([name]) => Object.hasOwn(state, name))
    const left: ObservedState = { ...state, ...Object.fromEntries(known) }
    const request = { ...this.monitor.request([trigger]), state: left, settled: left, running: [], resources }
    const { found } = await this.#ask(request, ['full'])
    return found?.answer.plan ?? null
  }

  #nothingExpected(): boolean {
    const { executor, options } = this.monitor
    return (executor.nextEvent?.(options.clock.now()) ?? null) === null
  }

  #completeDue(): void {
    const { monitor } = this
    if (monitor.executor.timing !== 'simulated') return
    const now = monitor.options.clock.now()
    const due = monitor.running.filter((entry) => entry.end <= now + 1e-9)
    for (const { step } of due.toSorted((a, b) => a.end - b.end || a.step.id - b.step.id)) monitor.complete(step.id)
  }

  async #replanWhereNeeded(): Promise<ExecutionTrace | null> {
    const { monitor } = this
    const special = (await this.#source.triggers?.(monitor.request([]))) ?? []
    const due = [...monitor.shouldReplan(), ...special]
    if (due.length > 0) return this.#replan(due)
    await this.#lookForBetter()
    return null
  }

  /** Every so many finished steps: is there a plan that is better by more than the switch costs? */
  async #lookForBetter(): Promise<void> {
    const { monitor } = this
    const every = this.#options.checkEvery
    const done = monitor.results.length
    if (every <= 0 || this.#source.opportunity === undefined) return
    if (done < this.#checkedAt + every || monitor.remaining.length === 0) return
    this.#checkedAt = done - (done % every)
    const request = monitor.request([])
    const key = `opportunity ${done}`
    const opportunity = await monitor.options.recorder.decide(key, async () => {
      return (await this.#source.opportunity?.(request)) ?? null
    })
    if (opportunity === null) return
    const { gain, threshold, answer, evidence } = opportunity
    const trigger: TriggerEvidence = { trigger: 'opportunity', evidence, value: gain, threshold }
    if (!(gain > threshold) || answer.status === 'none') {
      monitor.note([trigger], 'the gain does not exceed the threshold')
      return
    }
    if (monitor.replans.length >= this.#maxReplans) {
      monitor.note([trigger], `${this.#maxReplans} replannings are allowed`)
      return
    }
    const fault = faultOf(monitor.model, request, answer)
    const proposal = proposalOf('opportunistic', request, answer, fault)
    if (fault !== null) {
      monitor.note([trigger], fault)
      return
    }
    await this.#adopt(request, [trigger], { strategy: 'opportunistic', answer }, [proposal])
  }

  async #replan(triggers: readonly TriggerEvidence[]): Promise<ExecutionTrace | null> {
    const { monitor } = this
    const request = monitor.request(triggers)
    const lead = triggers[0] as TriggerEvidence
    if (monitor.replans.length >= this.#maxReplans) {
      const limit = `${this.#maxReplans} replanning${this.#maxReplans === 1 ? ' is' : 's are'} allowed`
      if (this.#goesOn(request)) return this.#keep(triggers, limit)
      return this.#end('stopped', `${limit}; ${lead.trigger}: ${lead.evidence}`)
    }
    const ladder = ladderOf(this.#options.strategy, triggers)
    const situation = situationKey(request)
    const from = this.#tried.get(situation) ?? 0
    const rungs = ladder.slice(from)
    if (rungs.length === 0 && this.#goesOn(request)) return this.#keep(triggers, 'every strategy led back here')
    if (rungs.length === 0)
      return this.#end('failure', `no progress: every strategy led back here; ${lead.trigger}: ${lead.evidence}`)
    const { found, proposals } = await monitor.options.recorder.decide(`replan ${this.#decisions++}`, () =>
      this.#ask(request, rungs),
    )
    this.#tried.set(situation, found === null ? ladder.length : ladder.indexOf(found.strategy) + 1)
    if (found === null) {
      const why = proposals.at(-1)?.reason ?? 'no strategy applies'
      if (this.#goesOn(request)) return this.#keep(triggers, `no plan: ${why}`)
      return this.#end('failure', `${lead.trigger}: ${lead.evidence}; no plan: ${why}`)
    }
    await this.#adopt(request, triggers, found, proposals)
    return null
  }

  /** Whether nothing that happened breaks anything: the plan in force still works, it is only not known whether it is still good. */
  #goesOn({ triggers, remaining, settled }: PlanRequest): boolean {
    const advisory = triggers.every(
      ({ trigger, lateness }) => trigger === 'divergence' || trigger === 'message' || lateness !== undefined,
    )
    return advisory && simulate(this.monitor.model, remaining, settled).status === 'works'
  }

  #keep(triggers: readonly TriggerEvidence[], why: string): null {
    this.monitor.note(triggers, `${why}; the plan still works`)
    return null
  }

  async #ask(
    request: PlanRequest,
    rungs: readonly AskedStrategy[],
  ): Promise<{ found: Found | null; proposals: StrategyProposal[] }> {
    const { model } = this.monitor
    const proposals: StrategyProposal[] = []
    let found: Found | null = null
    const all: readonly AskedStrategy[] = this.#options.compare === true ? withComparison(rungs) : rungs
    for (const strategy of all) {
      if (found !== null && this.#options.compare !== true) break
      const answer = await ask(this.#source, model, strategy, request)
      if (answer === null) continue
      const broken = faultOf(model, request, answer)
      if (strategy === 'full' && answer.status === 'planned' && broken !== null)
        throw new InternalError(`a new plan fails its check: ${broken}`)
      const fault = broken ?? this.monitor.noSafer(request, answer)
      proposals.push(proposalOf(strategy, request, answer, fault))
      if (found === null && fault === null && answer.status === 'planned' && rungs.includes(strategy))
        found = { strategy, answer }
    }
    return { found, proposals }
  }

  async #adopt(
    request: PlanRequest,
    triggers: readonly TriggerEvidence[],
    { strategy, answer }: Found,
    proposals: readonly StrategyProposal[],
  ): Promise<void> {
    const { monitor } = this
    for (const id of answer.cancel ?? []) {
      await monitor.cancel(id)
      this.#live.delete(id)
    }
    const own = proposals.find((proposal) => proposal.strategy === strategy)
    const record: ReplanRecord = {
      number: monitor.replans.length + 1,
      time: request.time,
      afterSteps: monitor.results.length,
      state: request.state,
      triggers,
      strategy: strategy as Exclude<ReplanStrategy, 'auto'>,
      proposals,
      distance: own?.distance ?? 0,
      newActions: own?.newActions ?? 0,
      costToGo: answer.costToGo,
    }
    monitor.adopt(answer.plan, record)
    this.#options.onReplan?.(record)
  }

  /** @returns true when something happened at once, so that the world should be looked at again */
  async #startReady(): Promise<boolean> {
    const { monitor } = this
    const simulated = monitor.executor.timing === 'simulated'
    for (const step of monitor.ready()) {
      if (simulated) {
        const result = await monitor.start(step)
        // Ended at once, or announced to be late: what that means is looked at now.
        if (result !== null || monitor.isDelayed(step.id)) return true
      } else {
        const under = monitor.start(step).then(() => {
          this.#live.delete(step.id)
        })
        this.#live.set(step.id, under)
        // A sequential plan has one step under way; a blocked one is over at once.
        if (monitor.running.length === 0) {
          await under
          return true
        }
      }
    }
    return false
  }

  /** Waits for the next thing to happen. @returns false when nothing can */
  async #wait(): Promise<boolean> {
    const { monitor } = this
    const { clock, signal } = monitor.options
    const own = monitor.executor.nextEvent?.(clock.now()) ?? Number.POSITIVE_INFINITY
    const event = Math.min(own, monitor.nextStart() ?? Number.POSITIVE_INFINITY)
    if (monitor.executor.timing === 'simulated') {
      const next = Math.min(event, ...monitor.running.map((entry) => entry.end))
      if (next === Number.POSITIVE_INFINITY) return false
      await clock.until(next, signal)
      return true
    }
    const waits = [...this.#live.values()]
    if (event !== Number.POSITIVE_INFINITY) waits.push(clock.until(event, signal))
    if (monitor.options.deadline !== Number.POSITIVE_INFINITY) {
      // A step that is not back when it should be moves the projected finish: that is looked at then, not when it ends.
      const ends = monitor.running.map((entry) => entry.end).filter((end) => end > clock.now())
      if (ends.length > 0) waits.push(clock.until(Math.min(...ends), signal))
    }
    if (waits.length === 0) return false
    // An executor that does not listen to its signal does not hold an abort up.
    await unlessAborted(Promise.race(waits), signal)
    return true
  }

  #end(status: 'success' | 'failure' | 'stopped', reason: string | null): ExecutionTrace {
    this.monitor.end(status, reason)
    return this.monitor.trace
  }
}

/** Waits for the work, or for an abort if that comes first; an error of work that was left alone is nobody's. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let stop: () => void = () => undefined
  const aborted = new Promise<void>((resolve) => {
    stop = resolve
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    work.catch(() => undefined)
  }
}

/** Both ends of the ladder, for the record. */
function withComparison(rungs: readonly AskedStrategy[]): readonly AskedStrategy[] {
  return [...new Set<AskedStrategy>([...rungs, 'repair', 'full'])]
}

/** Plans where no plan is given, and executes. The trace is complete also when there is no plan. */
export async function executeTask(task: ExecutionTask, options: ReplanningOptions = {}): Promise<ExecutionTrace> {
  const { model, source, executor, state } = task
  const empty: Plan = { version: PLAN_VERSION, steps: [], ordering: [], links: [], decomposition: null, cost: 0 }
  let plan = task.plan
  if (plan === undefined) {
    const bare = new ExecutionMonitor(empty, executor, model, state, options)
    const answer = await bare.options.recorder.decide('first plan', () => source.full(bare.request([])))
    if (answer.status === 'none') {
      bare.end('failure', `no plan: ${answer.reason}`)
      return bare.trace
    }
    plan = answer.plan
  }
  return new ReplanningEngine(
    new ExecutionMonitor(plan, executor, model, state, options),
    source,
    options,
  ).executeWithMonitoring()
}

/** Unique ids for the steps of a new plan, those of kept steps excepted. */
export function freshIds(steps: readonly Omit<PlanStep, 'id'>[], taken: Iterable<number>): PlanStep[] {
  let next = Math.max(-1, ...taken) + 1
  return steps.map((step) => ({ ...step, id: next++ }))
}
