/**
 * One object for the whole: agents, resources, hidden facts and sensors, monitoring and a way to coordinate; tasks and limits go in,
 * an executed plan comes out. Decompose, find out, allocate, schedule (operation-planner.ts), then execute, watch and replan
 * (src/execution). Every part is optional, and every part can be replaced by an object with the same interface.
 */
import { type RunOptions, UnsupportedError } from '../../solvers/contract/index.ts'
import { checkOperationTrace } from '../check/operation-trace.ts'
import type { AnswerCheck } from '../domain/answer-check.ts'
import type { ExecutionTrace, ObservedState, PlanExecutor, ReplanRecord, ReplanStrategy } from '../domain/execution.ts'
import type {
  HiddenFact,
  OperationAgent,
  OperationProblem,
  OperationTask,
  OperationWorld,
  Sensor,
  SharedReading,
} from '../domain/operation.ts'
import { validateOperation } from '../domain/operation-rules.ts'
import { PLAN_VERSION, type Plan } from '../domain/plan.ts'
import type { Resource } from '../domain/resource.ts'
import { ReplanningEngine } from '../execution/engine.ts'
import { ExecutionMonitor } from '../execution/monitor.ts'
import type { MonitorOptions } from '../execution/options.ts'
import { OperationModel, taskDone } from './operation-model.ts'
import { LEAVE_STEP, variable } from './operation-plan.ts'
import { type LeftTask, type OperationPlanResult, planOperation } from './operation-planner.ts'
import { type OperationPlanner, OperationSource } from './operation-source.ts'
import { OPERATION_PROTOCOLS, type OperationProtocol } from './protocols.ts'
import { SimulatedOperation } from './simulated-operation.ts'

/** What the team cannot see, and how it can find out. */
export interface ObservationSetup {
  readonly facts: readonly HiddenFact[]
  readonly sensors?: readonly Sensor[]
  /** What agents have learnt already. */
  readonly readings?: readonly SharedReading[]
}

export interface Monitoring extends Omit<MonitorOptions, 'goals' | 'resources' | 'deadline' | 'budget' | 'signal'> {
  /** @default 'auto' */
  readonly strategy?: ReplanStrategy
  /** Looks for a better plan every so many finished steps; 0: never. @default 0 */
  readonly checkEvery?: number
  /** Money that a switch to a better plan must save more than. @default 0 */
  readonly replanCost?: number
  /** Asks the other strategies too, for the record. @default false */
  readonly compare?: boolean
}

export interface SystemParts {
  readonly agents: readonly OperationAgent[]
  /** @default none */
  readonly resources?: readonly Resource[]
  /** @default nothing is hidden */
  readonly observationModel?: ObservationSetup
  readonly monitoring?: Monitoring
  /** How agents share the work; case and `-` do not matter. @default 'joint' */
  readonly coordinationProtocol?: string
  /** Makes the plans. @default planOperation */
  readonly planner?: OperationPlanner
  /** Carries steps out. @default a simulated world */
  readonly executor?: PlanExecutor
  /** What is best among plans that do the most valuable work. @default ['cost', 'makespan'] */
  readonly objectives?: readonly ('cost' | 'makespan')[]
  readonly title?: string
  /** @default 'min' */
  readonly timeUnit?: string
  /** @default '€' */
  readonly costUnit?: string
  /** @default 0 */
  readonly seed?: number
}

export interface OperationConstraints {
  readonly budget?: number
  readonly deadline?: number
}

export interface OperationRequest {
  readonly tasks: readonly OperationTask[]
  readonly constraints?: OperationConstraints
  /** @default 10 */
  readonly maxReplans?: number
  /** How the simulated world really is. Refused beside an executor of one's own. */
  readonly world?: Partial<OperationWorld>
  /** For every single planning, in milliseconds. @default no limit */
  readonly timeLimitMs?: number
  readonly signal?: AbortSignal
  /** Called with every event; must not throw. */
  readonly onEvent?: (event: SystemEvent) => void
}

export type SystemEvent =
  | { readonly kind: 'planned'; readonly time: number; readonly result: OperationPlanResult }
  | { readonly kind: 'replanned'; readonly time: number; readonly record: ReplanRecord }

export interface OperationOutcome {
  /** `done`: all required tasks; `partial`: some were given up, with the reason; `stopped`: by a limit or by hand; `failed`: no plan. */
  readonly status: 'done' | 'partial' | 'stopped' | 'failed'
  readonly reason: string | null
  readonly done: readonly string[]
  readonly left: readonly LeftTask[]
  readonly cost: number
  readonly time: number
  readonly replans: number
  /** Every version of the plan, with its certificate. */
  readonly plans: readonly { readonly since: number; readonly plan: Plan }[]
  /** What the planner said each time it was asked in this run. */
  readonly planned: readonly { readonly time: number; readonly result: OperationPlanResult }[]
  readonly trace: ExecutionTrace
  /** The operation as it was in the end. */
  readonly problem: OperationProblem
  /** What happened, judged against the operation. */
  readonly check: AnswerCheck
}

export class AdvancedPlanningSystem {
  readonly #parts: SystemParts
  readonly #protocol: OperationProtocol
  readonly #planner: OperationPlanner

  /** @throws UnsupportedError for an unknown protocol */
  constructor(parts: SystemParts) {
    this.#parts = parts
    this.#protocol = protocolNamed(parts.coordinationProtocol ?? 'joint')
    this.#planner = parts.planner ?? planOperation
  }

  /** The operation that these parts and this request make up. @throws InvalidInputError with every fault */
  operation({ tasks, constraints }: Pick<OperationRequest, 'tasks' | 'constraints'>): OperationProblem {
    const { agents, resources, observationModel, objectives, title, timeUnit, costUnit } = this.#parts
    const problem: OperationProblem = {
      title: title ?? 'operation',
      timeUnit: timeUnit ?? 'min',
      costUnit: costUnit ?? '€',
      agents,
      resources: resources ?? [],
      tasks,
      facts: observationModel?.facts ?? [],
      sensors: observationModel?.sensors ?? [],
      readings: observationModel?.readings ?? [],
      budget: constraints?.budget ?? null,
      deadline: constraints?.deadline ?? null,
      objectives: objectives ?? ['cost', 'makespan'],
    }
    validateOperation(problem)
    return problem
  }

  /** The plan alone, not carried out. */
  async plan(
    request: Pick<OperationRequest, 'tasks' | 'constraints' | 'timeLimitMs' | 'signal'>,
  ): Promise<OperationPlanResult> {
    return this.#planner(this.operation(request), { ...this.#run(request), protocol: this.#protocol })
  }

  /**
   * Plans, executes and replans until the required tasks are done, given up with a reason, or a limit is reached.
   * The trace is complete in every case.
   */
  async planAndExecute(request: OperationRequest): Promise<OperationOutcome> {
    const problem = this.operation(request)
    const { monitoring, seed } = this.#parts
    if (this.#parts.executor !== undefined && request.world !== undefined) {
      throw new UnsupportedError('world', 'a simulated world means nothing beside an executor of your own', {
        hint: 'leave one of the two out',
      })
    }
    const planned: { time: number; result: OperationPlanResult }[] = []
    let engine: ReplanningEngine | null = null
    const model: OperationModel = new OperationModel(() => source.problem)
    const source = new OperationSource(problem, {
      planner: this.#planner,
      protocol: this.#protocol,
      run: this.#run(request),
      replanCost: monitoring?.replanCost ?? 0,
      model: () => model,
      results: () => engine?.monitor.results ?? [],
      onPlanned: (result, time) => {
        planned.push({ time, result })
        request.onEvent?.({ kind: 'planned', time, result })
      },
    })
    const { replanCost: _, ...rest } = monitoring ?? {}
    const options = {
      strategy: 'auto' as const,
      ...rest,
      maxReplans: request.maxReplans ?? 10,
      // Stocks are booked by the operation itself, which also knows what is produced.
      resources: problem.resources.filter((resource) => resource.type === 'reusable'),
      goals: Object.fromEntries(problem.tasks.map((task) => [task.id, { task }])),
      ...(problem.deadline === null ? {} : { deadline: problem.deadline }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      onReplan: (record: ReplanRecord) => request.onEvent?.({ kind: 'replanned', time: record.time, record }),
    }
    const executor = this.#parts.executor ?? new SimulatedOperation(problem, request.world, seed ?? 0)
    const state: ObservedState = Object.fromEntries(problem.agents.map((agent) => [variable.agent(agent.id), 'ready']))
    const empty: Plan = { version: PLAN_VERSION, steps: [], ordering: [], links: [], decomposition: null, cost: 0 }
    const first = new ExecutionMonitor(empty, executor, model, state, options)
    const answer = await first.options.recorder.decide('first plan', () => source.full(first.request([])))
    let trace: ExecutionTrace
    if (answer.status === 'none') {
      first.end('failure', answer.reason)
      trace = first.trace
    } else {
      engine = new ReplanningEngine(new ExecutionMonitor(answer.plan, executor, model, state, options), source, options)
      trace = await engine.executeWithMonitoring()
    }
    return outcomeOf(source.problem, trace, planned)
  }

  #run({ timeLimitMs, signal }: Pick<OperationRequest, 'timeLimitMs' | 'signal'>): RunOptions {
    const { seed } = this.#parts
    return {
      ...(seed === undefined ? {} : { seed }),
      ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
      ...(signal === undefined ? {} : { signal }),
    }
  }
}

function outcomeOf(
  problem: OperationProblem,
  trace: ExecutionTrace,
  planned: OperationOutcome['planned'],
): OperationOutcome {
  const state = trace.currentState
  const lateEnds = new Map(
    problem.tasks.flatMap((task) => {
      const ends = trace.results.flatMap(({ step, end }) =>
        step.args[0] === task.id && step.agent !== undefined ? [end] : [],
      )
      const last = Math.max(Number.NEGATIVE_INFINITY, ...ends)
      return task.deadline !== null && last > task.deadline + 1e-9 ? [[task.id, last] as const] : []
    }),
  )
  const inTime = problem.tasks.filter((task) => taskDone(task, state) && !lateEnds.has(task.id))
  const done = inTime.map((task) => task.id)
  const given = new Map<string, string>()
  for (const { plan } of trace.plans) {
    for (const step of plan.steps) if (step.name === LEAVE_STEP) given.set(step.args[0] ?? '', step.args[1] ?? '')
  }
  const left = problem.tasks
    .filter((task) => !done.includes(task.id))
    .map((task): LeftTask => {
      const late = lateEnds.get(task.id)
      if (late !== undefined && taskDone(task, state)) {
        const reason = `It was done at ${late}, after its deadline ${task.deadline}.`
        return { task: task.id, required: task.required, reason }
      }
      const optional = 'what it earns does not outweigh what it would displace'
      const reason = task.required ? (given.get(task.id) ?? trace.reason ?? 'not reached') : optional
      return { task: task.id, required: task.required, reason }
    })
  const missing = left.some((one) => one.required)
  const status =
    trace.status === 'failure' ? 'failed' : trace.status === 'stopped' ? 'stopped' : missing ? 'partial' : 'done'
  return {
    status,
    reason: trace.reason,
    done,
    left,
    cost: trace.totalCost,
    time: trace.totalTime,
    replans: trace.replans.length,
    plans: trace.plans,
    planned,
    trace,
    problem,
    check: checkOperationTrace(problem, trace),
  }
}

function protocolNamed(name: string): OperationProtocol {
  const plain = name.toLowerCase().replaceAll('-', '_')
  const found = OPERATION_PROTOCOLS.find((one) => one === plain)
  if (found !== undefined) return found
  throw new UnsupportedError('coordinationProtocol', `there is no protocol called "${name}"`, {
    hint: `use one of ${OPERATION_PROTOCOLS.join(', ')}`,
  })
}
