/**
 * Planning under resources above any planner that gives candidates: the first algorithm of the field that ends with a proof.
 *
 * 1. Take the next candidate of the base planner (lazily, by rising bound on cost).
 * 2. Hold it against cheap proofs: critical path, work on each resource, sums of stocks and money, the linear relaxation.
 * 3. Schedule it exactly under all resources and limits; where that is impossible repair it (insert producers, drop soft steps).
 * 4. Keep the best; stop when the bound of what is to come does not beat it, or when the candidates end.
 *
 * Every plan that is returned reaches the goal of its candidate: no step that is not declared soft is ever left out. When
 * nothing works, the conflict of the first candidate is explained in the user's own limits.
 */
import { refute } from '../../models/hierarchy/index.ts'
import { explainProjectConflict, type ProjectOptions, scheduleProject } from '../../models/scheduling/index.ts'
import { type Limit, Run } from '../../solvers/contract/index.ts'
import type { Conflict } from '../domain/conflict.ts'
import type { Plan } from '../domain/plan.ts'
import type { ProjectObjective, ProjectProblem } from '../domain/project.ts'
import type { Resource } from '../domain/resource.ts'
import { projectOfPlan, scheduledPlan } from './plan-project.ts'
import { repairPlan } from './repair.ts'
import type { InsertableAction, RepairChange, StepMode } from './repair-types.ts'
import { type ResourceStep, stepsOf } from './steps.ts'
import { findViolations, type PlanLimits, planCost, type ResourceViolation } from './violations.ts'

/** A complete plan with the bound that no later candidate undercuts in cost. */
export interface PlanCandidate {
  readonly plan: Plan
  readonly bound: number
}

/** What gives candidates; `src/htn` does, and so does any generator of plans. */
export interface BasePlanner {
  /**
   * Candidates by rising bound. The return value's `status` is `complete` when there are no others, which is part of the proof.
   */
  readonly candidates: () => AsyncGenerator<PlanCandidate, { readonly status: string }>
  /** Why a plan whose steps are in order of their starts cannot be executed; null when it can. @default always can */
  readonly verify?: (plan: Plan) => string | null
}

export interface ResourcePlanOptions extends ProjectOptions {
  /** In order of importance. @default ['cost', 'makespan'] */
  readonly objectives?: readonly ('cost' | 'makespan')[]
  /** Candidates looked at, at most. @default no limit */
  readonly maximalCandidates?: number
  /** Other ways of doing a step, by the name of its action. */
  readonly alternatives?: ReadonlyMap<string, readonly StepMode[]>
  /** Actions that repair may add, such as refuelling. */
  readonly insertable?: readonly InsertableAction[]
  /** `total` keeps the sequence of steps. @default 'partial' */
  readonly order?: 'partial' | 'total'
}

/** What became of a candidate. */
export interface ConsideredCandidate {
  /** From 1, in the order in which the base planner gave them. */
  readonly number: number
  readonly actions: readonly string[]
  readonly outcome: 'refuted' | 'best' | 'worse' | 'repaired' | 'infeasible' | 'repeated' | 'open'
  readonly reason: string
}

export interface ResourcePlan {
  readonly plan: Plan
  /** The timed steps, inserted ones included. */
  readonly steps: readonly ResourceStep[]
  readonly cost: number
  readonly makespan: number
  /** What repair changed; empty for a plan that was only scheduled. */
  readonly changes: readonly RepairChange[]
}

export type ResourcePlanResult =
  | ({
      readonly status: 'optimal' | 'feasible'
      /** Why it is not proved; null for an optimum. */
      readonly limit: Limit | null
      readonly trace: readonly ConsideredCandidate[]
    } & ResourcePlan)
  | {
      readonly status: 'infeasible'
      readonly conflict: Conflict | null
      readonly trace: readonly ConsideredCandidate[]
    }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly trace: readonly ConsideredCandidate[] }

/** The best plan over all candidates, with the proof when they ended or their bound did. */
export async function planWithResources(
  base: BasePlanner,
  resources: readonly Resource[],
  limits: PlanLimits = {},
  options: ResourcePlanOptions = {},
): Promise<ResourcePlanResult> {
  return new PlanSearch(base, resources, limits, options).run()
}

interface Best extends ResourcePlan {
  readonly key: readonly number[]
}

class PlanSearch {
  readonly #base: BasePlanner
  readonly #resources: readonly Resource[]
  readonly #limits: PlanLimits
  readonly #options: ResourcePlanOptions
  readonly #objectives: readonly ProjectObjective[]
  readonly #run: Run
  readonly #trace: ConsideredCandidate[] = []
  readonly #seen = new Set<string>()
  /** Projects whose best schedule the base planner cannot execute: their candidates are scheduled in sequence. */
  readonly #unexecutable = new Set<string>()
  #best: Best | null = null
  /** The first candidate without a schedule, for the explanation. */
  #failed: ProjectProblem | null = null
  #limit: Limit | null = null

  constructor(base: BasePlanner, resources: readonly Resource[], limits: PlanLimits, options: ResourcePlanOptions) {
    this.#base = base
    this.#resources = resources
    this.#limits = limits
    this.#options = options
    this.#objectives = options.objectives ?? ['cost', 'makespan']
    this.#run = new Run('resources', options)
  }

  async run(): Promise<ResourcePlanResult> {
    const source = this.#base.candidates()
    const most = this.#options.maximalCandidates ?? Number.POSITIVE_INFINITY
    for (;;) {
      const next = await source.next()
      if (next.done === true) {
        if (next.value.status !== 'complete') this.#limit ??= 'nodes'
        break
      }
      if (this.#beaten(next.value.bound)) break
      if (this.#trace.length >= most) {
        this.#limit ??= 'nodes'
        break
      }
      await this.#consider(next.value.plan)
      this.#limit ??= this.#run.limit
      if (this.#run.limit !== null) break
    }
    await source.return({ status: 'stopped' })
    return this.#result()
  }

  /** Whether no plan that costs at least `bound` can be better than the best. */
  #beaten(bound: number): boolean {
    if (this.#best === null || this.#objectives[0] !== 'cost') return false
    const most = this.#best.key[0] as number
    const slack = 1e-9 * Math.max(1, Math.abs(most))
    return this.#objectives.length > 1 ? bound > most + slack : bound >= most - slack
  }

  async #consider(plan: Plan): Promise<void> {
    const actions = plan.steps.map((step) => [step.name, ...step.args].join(' '))
    const note = (outcome: ConsideredCandidate['outcome'], reason: string): void => {
      this.#trace.push({ number: this.#trace.length + 1, actions, outcome, reason })
    }
    const project = this.#project(plan, this.#options.order ?? 'partial')
    const key = fingerprint(project)
    if (this.#unexecutable.has(key)) return this.#inSequence(plan, note)
    if (this.#seen.has(key)) return note('repeated', 'the same steps and orderings as before')
    this.#seen.add(key)
    const yardstick =
      this.#best === null
        ? null
        : {
            objective: this.#objectives[0] as ProjectObjective,
            most: this.#best.key[0] as number,
            ties: this.#objectives.length > 1,
          }
    const flat = { project, methodCost: 0, methods: [], open: [] }
    const refuted = await refute(flat, yardstick, this.#run, this.#options)
    if (refuted !== null && yardstick !== null) return note('refuted', refuted)
    if (refuted !== null) return this.#repair(plan, project, refuted, note)
    await this.#schedule(plan, project, note)
  }

  /** The candidate with its steps one after the other; what runs side by side and would still be executable is not looked at. */
  async #inSequence(plan: Plan, note: Note): Promise<void> {
    const total = this.#project(plan, 'total')
    const sequence = JSON.stringify(plan.steps.map((step) => [step.name, ...step.args]))
    if (this.#seen.has(sequence)) return note('repeated', 'the same sequence as before')
    this.#seen.add(sequence)
    this.#limit ??= 'gap'
    await this.#schedule(plan, total, note)
  }

  #project(plan: Plan, order: 'partial' | 'total'): ProjectProblem {
    const { alternatives } = this.#options
    return projectOfPlan(plan, this.#resources, this.#limits, this.#objectives, {
      order,
      ...(alternatives === undefined ? {} : { alternatives }),
    })
  }

  async #schedule(plan: Plan, project: ProjectProblem, note: Note): Promise<void> {
    const { onProgress: _quiet, ...nested } = this.#run.nested()
    const answer = await scheduleProject(project, { ...this.#options, ...nested, explain: false })
    if (answer.status === 'unknown') {
      this.#limit ??= answer.limit
      return note('open', `stopped by a limit (${answer.limit})`)
    }
    if (answer.status === 'infeasible') return this.#repair(plan, project, 'no schedule keeps all limits', note)
    const timed = scheduledPlan(plan, project, answer.schedule)
    const broken = this.#base.verify?.(timed) ?? null
    if (broken !== null) {
      const key = fingerprint(project)
      if (key === fingerprint(this.#project(plan, 'total'))) return note('infeasible', broken)
      this.#unexecutable.add(key)
      return this.#inSequence(plan, note)
    }
    if (answer.status === 'feasible') this.#limit ??= answer.limit
    const steps = stepsOf({ kind: 'schedule', project, schedule: answer.schedule })
    this.#keep(
      { plan: timed, steps, cost: answer.schedule.cost, makespan: answer.schedule.makespan, changes: [] },
      note,
    )
  }

  async #repair(plan: Plan, project: ProjectProblem, why: string, note: Note): Promise<void> {
    this.#failed ??= project
    const { insertable } = this.#options
    if (insertable === undefined) return note('infeasible', why)
    const { onProgress: _quiet, ...nested } = this.#run.nested()
    const order = project.precedence.map(({ before, after, minLag }) => [before, after, minLag] as const)
    const limits = { ...this.#limits, precedence: order }
    const modes = this.#options.alternatives
    const alternatives = Object.fromEntries(
      plan.steps.flatMap((step, k) => {
        const own = modes?.get(step.name)
        return own === undefined ? [] : [[(project.tasks[k] as ProjectProblem['tasks'][number]).id, own]]
      }),
    )
    const source = stepsOf({ kind: 'plan', plan, resources: this.#resources })
    const repaired = await repairPlan(source, this.#resources, limits, { ...nested, insertable, alternatives })
    if (repaired.status === 'unknown') {
      this.#limit ??= repaired.limit
      return note('open', `${why}; its repair was stopped by a limit (${repaired.limit})`)
    }
    if (repaired.status === 'none') return note('infeasible', `${why}; no repair`)
    const makespan = Math.max(0, ...repaired.steps.map((step) => step.end))
    // Repair changes as little as it can, so its cost is not proved least.
    this.#limit ??= 'gap'
    const timed = { ...plan, makespan, cost: repaired.cost }
    this.#keep({ plan: timed, steps: repaired.steps, cost: repaired.cost, makespan, changes: repaired.changes }, note)
  }

  #keep(found: ResourcePlan, note: Note): void {
    const key = this.#objectives.map((name) => (name === 'cost' ? found.cost : found.makespan))
    const values = this.#objectives.map((name, k) => `${name} ${key[k]}`).join(', ')
    const repaired = found.changes.map((change) => change.message).join('; ')
    if (this.#best !== null && !smaller(key, this.#best.key)) {
      note('worse', values)
      return
    }
    note(repaired === '' ? 'best' : 'repaired', repaired === '' ? values : `${values}: ${repaired}`)
    this.#best = { ...found, key }
    this.#run.emit({ kind: 'incumbent', incumbent: key[0] as number, message: values })
  }

  async #result(): Promise<ResourcePlanResult> {
    const trace = this.#trace
    if (this.#best !== null) {
      const { key: _key, ...best } = this.#best
      return { status: this.#limit === null ? 'optimal' : 'feasible', limit: this.#limit, ...best, trace }
    }
    if (this.#limit !== null) return { status: 'unknown', limit: this.#limit, trace }
    const failed = this.#failed
    const conflict = failed === null ? null : await explainProjectConflict(failed, this.#run, this.#options)
    return { status: 'infeasible', conflict, trace }
  }
}

type Note = (outcome: ConsideredCandidate['outcome'], reason: string) => void

function fingerprint({ tasks, precedence }: ProjectProblem): string {
  const name = new Map(tasks.map((task) => [task.id, task.id.replace(/^\d+ /, '')]))
  const steps = tasks.map((task) => `${name.get(task.id)} ${JSON.stringify(task.modes)}`).sort()
  const names = new Set(name.values())
  // With an action that occurs twice, names do not tell orderings apart: such plans count as different.
  const links = precedence.map(({ before, after, minLag }) =>
    names.size === tasks.length ? `${name.get(before)}>${name.get(after)}+${minLag}` : `${before}>${after}+${minLag}`,
  )
  return JSON.stringify([steps, links.sort()])
}

function smaller(a: readonly number[], b: readonly number[]): boolean {
  for (let k = 0; k < a.length; k++) {
    const difference = (a[k] as number) - (b[k] as number)
    if (Math.abs(difference) > 1e-9 * Math.max(1, Math.abs(a[k] as number))) return difference < 0
  }
  return false
}

/** The same with resources and constraints held: what the base planner proposes, made to fit. */
export class ResourceAwarePlanner {
  readonly resources: readonly Resource[]
  readonly constraints: PlanLimits
  readonly #base: BasePlanner

  constructor(basePlanner: BasePlanner, resources: readonly Resource[], constraints: PlanLimits = {}) {
    this.#base = basePlanner
    this.resources = resources
    this.constraints = constraints
  }

  /** @see planWithResources */
  plan(options: ResourcePlanOptions = {}): Promise<ResourcePlanResult> {
    return planWithResources(this.#base, this.resources, this.constraints, options)
  }

  /** What a plan breaks under the resources and constraints. */
  findViolations(plan: Plan): ResourceViolation[] {
    return findViolations({ kind: 'plan', plan, resources: this.resources }, this.resources, this.constraints)
  }

  cost(plan: Plan): number {
    return planCost(stepsOf({ kind: 'plan', plan, resources: this.resources }), this.resources)
  }
}
