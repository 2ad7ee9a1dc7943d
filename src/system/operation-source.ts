/** New plans for an operation under way, and the reasons to look for one that only the operation itself can know. */
import { type Standing, sensingName, unitName } from '../../models/operation/index.ts'
import type { RunOptions } from '../../solvers/contract/index.ts'
import type { ExecutionResult, TriggerEvidence } from '../domain/execution.ts'
import type { OperationProblem, OperationTask } from '../domain/operation.ts'
import type { PlanStep } from '../domain/plan.ts'
import { continuationOf } from '../execution/continuation.ts'
import type { ExecutionModel, Opportunity, PlanAnswer, PlanRequest, PlanSource } from '../execution/model.ts'
import { decideInformation } from './information.ts'
import { standingOf } from './operation-model.ts'
import { LEAVE_STEP, stepName, variable } from './operation-plan.ts'
import type { OperationPlanOptions, OperationPlanResult } from './operation-planner.ts'
import type { OperationProtocol } from './protocols.ts'
import { BUDGET_GOAL } from './simulated-operation.ts'
import { StepIds } from './step-ids.ts'

/** Makes plans for operations: `planOperation`, or anything with the same interface. */
export type OperationPlanner = (
  problem: OperationProblem,
  options: OperationPlanOptions,
) => Promise<OperationPlanResult> | OperationPlanResult

export interface OperationSourceOptions {
  readonly planner: OperationPlanner
  readonly protocol: OperationProtocol
  /** For every single planning. */
  readonly run: RunOptions
  /** Money that a switch of plans must save more than. */
  readonly replanCost: number
  readonly model: () => ExecutionModel
  /** What has ended so far. */
  readonly results: () => readonly ExecutionResult[]
  /** Called with every answer of the planner. */
  readonly onPlanned: (result: OperationPlanResult, time: number) => void
}

export class OperationSource implements PlanSource {
  readonly #options: OperationSourceOptions
  #problem: OperationProblem

  constructor(problem: OperationProblem, options: OperationSourceOptions) {
    this.#problem = problem
    this.#options = options
  }

  /** The operation as it stands: what was added is in, what was withdrawn is out. */
  get problem(): OperationProblem {
    return this.#problem
  }

  full(request: PlanRequest): Promise<PlanAnswer> {
    return this.#plan(request, undefined)
  }

  /** Whoever was to do a unit still does it, as far as he is there; what is new or was his goes to whoever is best. */
  async repair(request: PlanRequest): Promise<PlanAnswer> {
    const standing = this.#standing(request)
    const failed = request.failed === null ? null : stepName(request.failed)
    const doers = new Map(
      request.remaining.flatMap((step) => {
        const keeps = step.agent !== undefined && !standing.lost.has(step.agent) && stepName(step) !== failed
        return keeps ? [[stepName(step), step.agent as string] as const] : []
      }),
    )
    if (doers.size === 0) return { status: 'none', reason: 'nothing of the plan is left to keep', proved: false }
    const answer = await this.#plan(request, doers)
    if (answer.status === 'planned' && answer.plan.steps.some((step) => step.name === LEAVE_STEP)) {
      return { status: 'none', reason: 'keeping who does what would leave a required task', proved: false }
    }
    return answer
  }

  /** The tail of the plan, unless there is a reason of the operation's own to change it. */
  continuation(request: PlanRequest): PlanAnswer {
    const [reason] = this.triggers(request)
    if (reason !== undefined) return { status: 'none', reason: reason.evidence, proved: false }
    return continuationOf(this.#options.model(), request)
  }

  async opportunity(request: PlanRequest): Promise<Opportunity | null> {
    const answer = await this.#plan(request, undefined)
    if (answer.status === 'none') return null
    const now = request.remaining.reduce((sum, step) => sum + (step.cost ?? 0), 0)
    const gain = now - answer.costToGo
    const evidence = `the rest costs ${now}, a new plan ${answer.costToGo}`
    return { gain, threshold: this.#options.replanCost, answer, evidence }
  }

  triggers(request: PlanRequest): readonly TriggerEvidence[] {
    this.#update(request)
    const found: TriggerEvidence[] = []
    const problem = this.#problem
    const { remaining, state } = request
    for (const step of remaining) {
      const agent = step.agent ?? ''
      if (state[variable.agent(agent)] !== 'lost') continue
      const link = { variable: variable.agent(agent), producer: null, consumer: step.id }
      found.push({
        trigger: 'precondition_violated',
        evidence: `${agent} is lost, ${stepName(step)} waits for it`,
        link,
      })
      break
    }
    const standing = this.#standing(request)
    const projected = standing.spent + remaining.reduce((sum, step) => sum + (step.cost ?? 0), 0)
    if (problem.budget !== null && projected > problem.budget + 1e-6) {
      const evidence = `the plan would spend ${projected} of ${problem.budget} ${problem.costUnit}`
      found.push({ trigger: 'resource_shortage', evidence, value: projected, threshold: problem.budget })
    }
    const news = this.#information(standing, remaining)
    if (news !== null) found.push({ trigger: 'message', evidence: news })
    return found
  }

  /** What a reading has changed about what to do; null when the plan is what one would decide now. */
  #information(standing: Standing, remaining: readonly PlanStep[]): string | null {
    const planned = new Set(remaining.map(stepName))
    for (const running of standing.running) planned.add(running.unit)
    for (const step of decideInformation(this.#problem, standing)) {
      const fact = this.#problem.facts.find((one) => one.id === step.fact)
      const belief = fact?.values
        .map((value, k) => `${value.id} ${((step.belief[k] as number) * 100).toFixed(0)} %`)
        .join(', ')
      if (step.sensor !== null) {
        if (planned.has(sensingName(step.sensor))) continue
        return `${step.fact} is ${belief}: reading ${step.sensor} first is worth it`
      }
      for (const [id, ways] of step.ways) {
        const task = this.#problem.tasks.find((one) => one.id === id)
        const other = task?.ways.find((way) => !ways.includes(way.id) && isPlanned(task, way.id, planned))
        if (other !== undefined)
          return `${step.fact} is ${belief}: ${id} is better done by ${ways.join(' or ')} than by ${other.id}`
      }
    }
    return null
  }

  async #plan(request: PlanRequest, doers: ReadonlyMap<string, string> | undefined): Promise<PlanAnswer> {
    this.#update(request)
    const { planner, protocol, run } = this.#options
    // A running unit of a withdrawn task is given up.
    const cancel = request.running.filter(({ step }) => !this.#wanted(step)).map(({ step }) => step.id)
    const going = request.running.filter(({ step }) => this.#wanted(step))
    const standing = this.#standing({ ...request, running: going })
    const known = [...request.plan.steps, ...going.map((entry) => entry.step)]
    const ids = new StepIds(known.map((step) => [stepName(step), step.id] as const))
    const options: OperationPlanOptions = {
      ...run,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      protocol,
      standing,
      ids,
      ...(doers === undefined ? {} : { doers }),
    }
    const target = request.triggers.find((one) => one.lateness !== undefined)?.lateness?.target ?? null
    let result: OperationPlanResult | null = null
    if (target !== null) {
      // Time is left for what may take longer, but no task is given up for it.
      result = await planner({ ...this.#problem, deadline: Math.max(0, target) }, options)
      if (!('left' in result) || result.left.length > 0) result = null
    }
    result ??= await planner(this.#problem, options)
    this.#options.onPlanned(result, request.time)
    if (result.status === 'infeasible') return { status: 'none', reason: result.conflict.explanation, proved: true }
    if (result.status === 'unknown')
      return { status: 'none', reason: `no plan within the limit (${result.limit})`, proved: false }
    const left = result.left.length === 0 ? '' : `; leaves ${result.left.map((one) => one.task).join(', ')}`
    return {
      status: 'planned',
      plan: result.plan,
      costToGo: result.cost,
      reason: `${proofOf(result)} by ${result.solver}${left}`,
      ...(cancel.length === 0 ? {} : { cancel }),
    }
  }

  #wanted(step: PlanStep): boolean {
    return step.name === 'sense' || this.#problem.tasks.some((task) => task.id === step.args[0])
  }

  #standing(request: PlanRequest): Standing {
    return standingOf(this.#problem, request, this.#options.results())
  }

  #update({ goals }: PlanRequest): void {
    const tasks: OperationTask[] = []
    for (const [name, value] of goals) if (name !== BUDGET_GOAL) tasks.push(value['task'] as OperationTask)
    const money = goals.get(BUDGET_GOAL)
    const budget = money === undefined ? this.#problem.budget : (money['budget'] as number | null)
    // What waited for a withdrawn task waits no longer.
    const names = new Set(tasks.map((task) => task.id))
    const pruned = tasks.map((task) =>
      task.after.every((before) => names.has(before))
        ? task
        : { ...task, after: task.after.filter((id) => names.has(id)) },
    )
    this.#problem = { ...this.#problem, tasks: pruned, budget }
  }
}

function isPlanned(task: OperationTask, way: string, planned: ReadonlySet<string>): boolean {
  return task.ways
    .filter((one) => one.id === way)
    .some((one) => one.units.some((unit) => planned.has(unitName(task.id, way, unit.id))))
}

function proofOf(result: Extract<OperationPlanResult, { readonly status: 'optimal' | 'feasible' }>): string {
  if (result.status === 'optimal') return 'proved best'
  return result.limit === null ? `proved best that keeps ${result.within}` : 'best found'
}
