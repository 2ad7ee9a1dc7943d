/**
 * Plans an operation from where it stands: what to find out first, which way for each task, who does it and when.
 *
 *   1. information: for each uncertain fact, the first step of the best sequence of readings (information.ts)
 *   2. coordination: the joint model decides who does what, or a protocol does and the joint model schedules that
 *   3. the joint model (models/operation, models/hierarchy): ways, agents and times together, with its proof
 *   4. when not everything required fits: the smallest conflict, and the plan that leaves the least
 */
import { type HierarchyResult, solveHierarchy } from '../../models/hierarchy/index.ts'
import {
  allowedWays,
  compileOperation,
  effort,
  isDone,
  LEAVE,
  type Settled,
  type Standing,
  unitName,
  untouched,
} from '../../models/operation/index.ts'
import { InternalError, type Limit, Run, type RunOptions } from '../../solvers/contract/index.ts'
import { checkOperationPlan } from '../check/operation-plan.ts'
import type { AnswerCheck } from '../domain/answer-check.ts'
import type { Conflict } from '../domain/conflict.ts'
import type { HierarchyProblem } from '../domain/hierarchy.ts'
import type { OperationProblem } from '../domain/operation.ts'
import { validateOperation } from '../domain/operation-rules.ts'
import type { Plan } from '../domain/plan.ts'
import type { ProjectObjective } from '../domain/project.ts'
import { decideInformation, fuseReadings, type InformationStep } from './information.ts'
import { buildPlan } from './operation-plan.ts'
import { type Coordination, coordinateUnits, type OperationProtocol } from './protocols.ts'
import { StepIds } from './step-ids.ts'

export interface OperationPlanOptions extends RunOptions {
  /** Who decides who does what. @default 'joint' */
  readonly protocol?: OperationProtocol
  /** Where things stand. @default nothing done yet, beliefs from the shared readings */
  readonly standing?: Standing
  /** Keeps step ids the same between versions. */
  readonly ids?: StepIds
  /** The agent of units that are not to be given to anybody else. */
  readonly doers?: ReadonlyMap<string, string>
}

/** A task that the plan leaves, and why. */
export interface LeftTask {
  readonly task: string
  readonly required: boolean
  readonly reason: string
}

interface Planned {
  readonly plan: Plan
  /** Money this plan takes. */
  readonly cost: number
  /** What comes first among the objectives, its value, and what was proved about it. */
  readonly measure: ProjectObjective
  readonly objective: number
  /** Proved for plans that keep what was settled (`within`, and what is read first). */
  readonly bound: number
  readonly gap: number
  /** What was settled before the model decided the rest, so that other plans may be better; null when nothing was. */
  readonly within: string | null
  readonly left: readonly LeftTask[]
  /** Why not everything required fits; null when it does. */
  readonly conflict: Conflict | null
  readonly information: readonly InformationStep[]
  readonly coordination: Coordination
  readonly check: AnswerCheck
  readonly solver: string
}

export type OperationPlanResult =
  /** Proved best, given what is found out first. */
  | ({ readonly status: 'optimal' } & Planned)
  /** A limit was hit; or `limit` is null, and the plan is proved best among those that keep what `within` names. */
  | ({ readonly status: 'feasible'; readonly limit: Limit | null } & Planned)
  | { readonly status: 'infeasible'; readonly conflict: Conflict; readonly information: readonly InformationStep[] }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly information: readonly InformationStep[] }

/**
 * The best plan for what is left of an operation.
 * @throws InvalidInputError for a faulty operation, with every fault
 */
export async function planOperation(
  problem: OperationProblem,
  options: OperationPlanOptions = {},
): Promise<OperationPlanResult> {
  validateOperation(problem)
  const run = new Run('operation', options)
  const ids = options.ids ?? new StepIds()
  const { standing, information, coordination, settled } = await settle(problem, options, run)

  let conflict = withoutDoer(problem, standing, settled)
  let answer = conflict === null ? await solve(problem, standing, settled, run) : null
  if (answer === null || answer.status === 'infeasible') {
    conflict ??= answer?.status === 'infeasible' ? answer.conflict : null
    answer = await solve(problem, standing, { ...settled, mayLeaveRequired: true }, run)
    // Even leaving everything does not help: what runs, or what is to be sensed, does not fit.
    if (answer.status === 'infeasible') return { status: 'infeasible', conflict: answer.conflict, information }
  }
  if (answer.status === 'unknown') return { status: 'unknown', limit: answer.limit, information }
  const left = leftTasks(problem, standing, answer.schedule.methods, conflict)
  const givenUp = left.filter((one) => one.required)
  const within = whatWasSettled(coordination, options.doers)
  const [measure] = compileOperation(problem, standing, settled).objectives
  // A certificate speaks of the cost of every plan; here it may only when nothing was settled before.
  const certified =
    answer.status === 'optimal' &&
    within === null &&
    information.length === 0 &&
    left.length === 0 &&
    measure === 'cost'
  const plan = buildPlan(problem, standing, answer, certified, ids, givenUp)
  const check = checkOperationPlan(problem, standing, plan)
  const broken = check.violations[0]
  if (broken !== undefined) throw new InternalError(`the plan breaks "${broken.rule}": ${broken.description}`)
  const planned: Planned = {
    plan,
    cost: plan.cost,
    measure: measure ?? 'cost',
    objective: answer.objective,
    within,
    bound: answer.bound,
    gap: answer.gap,
    left,
    conflict,
    information,
    coordination,
    check,
    solver: answer.solver,
  }
  if (answer.status === 'feasible') return { status: 'feasible', limit: answer.limit, ...planned }
  return within === null ? { status: 'optimal', ...planned } : { status: 'feasible', limit: null, ...planned }
}

/** What is decided before the joint model: what is found out first, and what a protocol shares out. */
async function settle(problem: OperationProblem, options: OperationPlanOptions, run: Run) {
  const standing = options.standing ?? { ...untouched(), beliefs: fuseReadings(problem) }
  const information = decideInformation(problem, standing)
  const ways = new Map(information.flatMap((step) => [...step.ways]))
  const sensing = information.flatMap((step) => (step.sensor === null ? [] : [step.sensor]))
  const before = { ways, sensing, doers: options.doers ?? new Map<string, string>() }
  const coordination = await coordinateUnits(problem, standing, before, options.protocol ?? 'joint', run)
  const settled: Settled = {
    sensing,
    ways: new Map([...ways, ...coordination.ways]),
    doers: new Map([...coordination.doers, ...before.doers]),
  }
  return { standing, information, coordination, settled }
}

/**
 * The hierarchical project that `planOperation` solves for an operation, everything required included.
 * @throws InvalidInputError for a faulty operation, with every fault
 */
export async function operationProject(
  problem: OperationProblem,
  options: OperationPlanOptions = {},
): Promise<HierarchyProblem> {
  validateOperation(problem)
  const { standing, settled } = await settle(problem, options, new Run('operation', options))
  return compileOperation(problem, standing, settled)
}

function whatWasSettled(coordination: Coordination, doers: ReadonlyMap<string, string> | undefined): string | null {
  const kept = doers === undefined || doers.size === 0 ? [] : ['who does what in the plan before']
  const shared = coordination.protocol === 'joint' ? [] : [`what ${coordination.protocol} settled`]
  const all = [...shared, ...kept]
  return all.length === 0 ? null : all.join(' and ')
}

/** Required tasks that nobody who is there can do in any way left. */
function withoutDoer(problem: OperationProblem, standing: Standing, settled: Settled): Conflict | null {
  const present = problem.agents.filter((agent) => !standing.lost.has(agent.id))
  const hopeless = problem.tasks.filter(
    (task) =>
      task.required &&
      !isDone(task, standing) &&
      !allowedWays(task, standing, settled).some((way) =>
        way.units.every(
          (unit) =>
            standing.finished.has(unitName(task.id, way.id, unit.id)) ||
            standing.running.some((one) => one.unit === unitName(task.id, way.id, unit.id)) ||
            present.some((agent) => effort(agent, unit.needs, unit.duration, unit.cost) !== null),
        ),
      ),
  )
  if (hopeless.length === 0) return null
  return {
    constraints: hopeless.map((task) => ({ name: `task ${task.id}`, description: `${task.id} must be done` })),
    irreducible: hopeless.length === 1,
    relaxations: [],
    explanation: hopeless.map((task) => `Nobody who is there has what ${task.id} needs.`).join(' '),
  }
}

function solve(problem: OperationProblem, standing: Standing, settled: Settled, run: Run): Promise<HierarchyResult> {
  return solveHierarchy(compileOperation(problem, standing, settled), run.nested())
}

function leftTasks(
  problem: OperationProblem,
  standing: Standing,
  methods: readonly { readonly task: string; readonly method: string }[],
  conflict: Conflict | null,
): LeftTask[] {
  const { budget, costUnit, timeUnit } = problem
  // The conflict speaks of what is left of the budget.
  const spent =
    budget === null || standing.spent === 0
      ? ''
      : ` At ${standing.time} ${timeUnit}, ${standing.spent} of ${budget} ${costUnit} are spent or bound.`
  const chosen = new Map(methods.map((choice) => [choice.task, choice.method]))
  return problem.tasks.flatMap((task): LeftTask[] => {
    if (isDone(task, standing) || (chosen.get(task.id) ?? LEAVE) !== LEAVE) return []
    const reason = task.required
      ? `${conflict?.explanation ?? 'It does not fit.'}${spent}`
      : 'what it earns does not outweigh what it would displace'
    return [{ task: task.id, required: task.required, reason }]
  })
}
