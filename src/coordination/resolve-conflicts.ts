/**
 * From the plans of several agents to one joint plan: conflicts are found, told, and settled.
 *
 * - `least_delay`, `fewest_changes`, `least_makespan`: integer model over the ways out of the conflicts found so far; its schedule is
 *   looked through for further conflicts until there is none. Each model asks for less than the whole problem does, so that its bound
 *   holds for the problem and the first schedule without a conflict is best. There are finitely many conflicts, so it ends.
 * - `priority`: agents one after another, each with least delay beside those before.
 * - `negotiation`: two agents bargain over the schedules that the ways out of their conflicts lead to; no deal leaves an agent worse off
 *   than going last.
 *
 * What leaves is checked by playing the schedule through. Without a joint plan the answer is a smallest set of deadlines, capacities,
 * orders and facts that contradict each other.
 */

import { type ModelOptions, minimalConflict } from '../../models/conflict/index.ts'
import {
  earliest,
  type JointObjective,
  type Literal,
  type OrderingProblem,
  orderSteps,
  type PlacedSteps,
} from '../../models/joint-plan/index.ts'
import { InternalError, type Limit, Run, UnsupportedError } from '../../solvers/contract/index.ts'
import { checkJointSchedule } from '../check/joint-plan.ts'
import type { AnswerCheck } from '../domain/answer-check.ts'
import type { Conflict } from '../domain/conflict.ts'
import type { JointPlanProblem, JointSchedule, JointStep, StepWay } from '../domain/joint-plan.ts'
import type { AgentMessage } from '../domain/message.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import { oneOf } from './allocation-front.ts'
import { type FoundConflict, type JointConflict, jointConflicts } from './joint-conflicts.ts'
import { requireJointPlan } from './joint-plan-rules.ts'
import { type BargainingProtocol, bargain } from './task-negotiation.ts'

export const RESOLUTIONS = ['least_delay', 'fewest_changes', 'least_makespan', 'priority', 'negotiation'] as const
export type Resolution = (typeof RESOLUTIONS)[number]

const OBJECTIVES: Readonly<Record<'least_delay' | 'fewest_changes' | 'least_makespan', JointObjective>> = {
  least_delay: 'delay',
  fewest_changes: 'changes',
  least_makespan: 'makespan',
}

/** Rounds of finding further conflicts; far more than ever needed. */
const ROUNDS = 500
/** Most schedules that are bargained over. */
const DEAL_LIMIT = 2000

export interface ResolveOptions extends ModelOptions {
  /** @default 'least_delay' */
  readonly by?: Resolution
  /** Agents, most important first; others follow by id. @default by id */
  readonly priorities?: readonly string[]
  /** How the two agents bargain. @default 'mediation' */
  readonly bargaining?: BargainingProtocol
}

export interface ResolvedPlan {
  readonly schedule: JointSchedule
  /** Conflicts of the plans as they were. */
  readonly conflicts: readonly JointConflict[]
  /** Sum of weight x delay and of what other ways cost more. */
  readonly delayCost: number
  readonly makespan: number
  /** Steps with another start or way than planned. */
  readonly changes: readonly { readonly id: string; readonly from: number; readonly to: number; readonly way: string }[]
  /** Proved for the measure that was asked for, when the schedule is not proved best in it. */
  readonly bound: number | null
  readonly check: AnswerCheck
  /** Of a negotiation. */
  readonly messages: readonly AgentMessage[]
}

export type ConflictsResolved =
  /** Proved best in the measure asked for, or without a conflict as planned. */
  | ({ readonly status: 'optimal' } & ResolvedPlan)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & ResolvedPlan)
  | { readonly status: 'infeasible'; readonly conflicts: readonly JointConflict[]; readonly conflict: Conflict }
  /** The agents came to no agreement; nobody has to. */
  | { readonly status: 'no-agreement'; readonly conflicts: readonly JointConflict[]; readonly reason: string }
  | { readonly status: 'unknown'; readonly conflicts: readonly JointConflict[]; readonly limit: Limit }

/** @throws InvalidInputError with every fault of the problem; UnsupportedError for a negotiation of other than two agents */
export async function resolveConflicts(
  problem: JointPlanProblem,
  options: ResolveOptions = {},
): Promise<ConflictsResolved> {
  const by = oneOf(RESOLUTIONS, options.by ?? 'least_delay', 'resolution')
  requireJointPlan(problem)
  const run = new Run('conflicts', options)
  const planned = jointConflicts(problem, asPlanned(problem)).map(({ conflict }) => conflict)
  if (by === 'priority') return byPriority(problem, planned, run, options)
  if (by === 'negotiation') return byNegotiation(problem, planned, run, options)
  const found = await settle(problem, OBJECTIVES[by], run, options)
  return finish(problem, planned, found, run, options)
}

type Settled =
  | { readonly status: 'placed'; readonly placed: PlacedSteps; readonly bound: number; readonly limit: Limit | null }
  | { readonly status: 'infeasible' }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** The model, asked again with every further conflict. */
async function settle(
  problem: JointPlanProblem,
  objective: JointObjective,
  run: Run,
  options: ModelOptions,
  fixed?: OrderingProblem['fixed'],
): Promise<Settled> {
  const base = ordering(problem)
  const clauses: FoundConflict['clause'][] = []
  for (let round = 0; round < ROUNDS; round++) {
    if (run.limit !== null) return { status: 'unknown', limit: run.limit }
    const result = await orderSteps(
      { ...base, clauses, ...(fixed === undefined ? {} : { fixed }) },
      objective,
      run,
      options,
    )
    if (result.status === 'infeasible' || result.status === 'unknown') return result
    const further = jointConflicts(problem, result)
    const { starts, ways, bound, limit } = result
    if (further.length === 0) return { status: 'placed', placed: { starts, ways }, bound, limit }
    clauses.push(...further.map(({ clause }) => clause))
  }
  return { status: 'unknown', limit: 'iterations' }
}

async function finish(
  problem: JointPlanProblem,
  conflicts: readonly JointConflict[],
  found: Settled,
  run: Run,
  options: ModelOptions,
): Promise<ConflictsResolved> {
  if (found.status === 'unknown') return { status: 'unknown', conflicts, limit: found.limit }
  if (found.status === 'infeasible')
    return { status: 'infeasible', conflicts, conflict: await explain(problem, run, options) }
  const plan = resolved(problem, conflicts, found.placed, found.limit === null ? null : found.bound, [])
  return found.limit === null ? { status: 'optimal', ...plan } : { status: 'feasible', limit: found.limit, ...plan }
}

function resolved(
  problem: JointPlanProblem,
  conflicts: readonly JointConflict[],
  placed: PlacedSteps,
  bound: number | null,
  messages: readonly AgentMessage[],
): ResolvedPlan {
  const steps = problem.steps.map((step, i) => {
    const way = step.ways[placed.ways[i] as number] as StepWay
    const start = placed.starts[i] as number
    return { id: step.id, agent: step.agent, way: way.id, start, end: start + way.duration }
  })
  const schedule = { steps: [...steps].sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1)) }
  const check = checkJointSchedule(problem, schedule)
  const broken = check.violations[0]
  if (broken !== undefined) throw new InternalError(`the joint plan breaks "${broken.rule}": ${broken.description}`)
  return {
    schedule,
    conflicts,
    delayCost: problem.steps.reduce((sum, step, i) => sum + costOf(step, placed, i), 0),
    makespan: steps.reduce((most, step) => Math.max(most, step.end), 0),
    changes: problem.steps.flatMap((step, i) => {
      const { start, way } = steps[i] as (typeof steps)[number]
      return start === step.start && placed.ways[i] === 0 ? [] : [{ id: step.id, from: step.start, to: start, way }]
    }),
    bound,
    check,
    messages,
  }
}

function costOf(step: JointStep, placed: PlacedSteps, i: number): number {
  const way = step.ways[placed.ways[i] as number] as StepWay
  return step.weight * ((placed.starts[i] as number) - step.start) + way.cost - (step.ways[0] as StepWay).cost
}

function asPlanned(problem: JointPlanProblem): PlacedSteps {
  return { starts: Float64Array.from(problem.steps, (step) => step.start), ways: new Int32Array(problem.steps.length) }
}

/** The steps with their orders: those stated, and that of each agent's own plan. */
function ordering(problem: JointPlanProblem): OrderingProblem {
  const index = new Map(problem.steps.map((step, i) => [step.id, i]))
  const after = problem.after.map(([a, b]): [number, number] => [index.get(a) as number, index.get(b) as number])
  for (const agent of new Set(problem.steps.map((step) => step.agent))) {
    const own = problem.steps.flatMap((step, i) => (step.agent === agent ? [i] : []))
    for (const i of own) {
      const a = problem.steps[i] as JointStep
      const end = a.start + (a.ways[0] as StepWay).duration
      for (const j of own) if (i !== j && end <= (problem.steps[j] as JointStep).start) after.push([i, j])
    }
  }
  return { steps: problem.steps, after, clauses: [] }
}

async function byPriority(
  problem: JointPlanProblem,
  conflicts: readonly JointConflict[],
  run: Run,
  options: ResolveOptions,
): Promise<ConflictsResolved> {
  const found = await inTurn(problem, agentsInOrder(problem, options.priorities ?? []), run, options)
  if (found.status !== 'placed') return finish(problem, conflicts, found, run, options)
  return { status: 'feasible', limit: 'method', ...resolved(problem, conflicts, found.placed, null, []) }
}

/** Agents one after another, each beside those before. */
async function inTurn(
  problem: JointPlanProblem,
  agents: readonly string[],
  run: Run,
  options: ModelOptions,
): Promise<Settled> {
  const fixed = new Map<string, { start: number; way: number }>()
  for (let k = 1; k <= agents.length; k++) {
    const present = new Set(agents.slice(0, k))
    const steps = problem.steps.filter((step) => present.has(step.agent))
    const names = new Set(steps.map((step) => step.id))
    const part: JointPlanProblem = {
      ...problem,
      steps,
      after: problem.after.filter(([a, b]) => names.has(a) && names.has(b)),
      goals: k === agents.length ? problem.goals : problem.goals.filter((goal) => present.has(goal.agent)),
    }
    const pinned = new Map(
      steps.flatMap((step, i) => {
        const at = fixed.get(step.id)
        return at === undefined ? [] : [[i, at] as const]
      }),
    )
    const found = await settle(part, 'delay', run, options, pinned)
    if (found.status !== 'placed') return found
    steps.forEach((step, i) => {
      fixed.set(step.id, { start: found.placed.starts[i] as number, way: found.placed.ways[i] as number })
    })
  }
  const at = problem.steps.map((step) => fixed.get(step.id) as { start: number; way: number })
  const placed = { starts: Float64Array.from(at, (one) => one.start), ways: Int32Array.from(at, (one) => one.way) }
  return { status: 'placed', placed, bound: 0, limit: null }
}

function agentsInOrder(problem: JointPlanProblem, first: readonly string[]): string[] {
  const all = [...new Set(problem.steps.map((step) => step.agent))].sort()
  return [...first.filter((agent) => all.includes(agent)), ...all.filter((agent) => !first.includes(agent))]
}

async function byNegotiation(
  problem: JointPlanProblem,
  conflicts: readonly JointConflict[],
  run: Run,
  options: ResolveOptions,
): Promise<ConflictsResolved> {
  const agents = agentsInOrder(problem, options.priorities ?? [])
  if (agents.length !== 2) {
    throw new UnsupportedError('negotiation', `two agents bargain, not ${agents.length}`, {
      hint: 'resolve by least_delay or priority',
    })
  }
  const ways = resolutionsOf(problem)
  if (ways.length === 0) return finish(problem, conflicts, { status: 'infeasible' }, run, options)
  const costs = (placed: PlacedSteps): number[] =>
    agents.map((agent) =>
      problem.steps.reduce((sum, step, i) => (step.agent === agent ? sum + costOf(step, placed, i) : sum), 0),
    )
  const parties: { id: string; reservation: number }[] = []
  for (const [k, agent] of agents.entries()) {
    const last = await inTurn(problem, [agents[1 - k] as string, agent], run, options)
    const worst = Math.max(...ways.map((placed) => costs(placed)[k] as number))
    parties.push({ id: agent, reservation: -(last.status === 'placed' ? (costs(last.placed)[k] as number) : worst) })
  }
  const space: DealSpace = {
    title: problem.title,
    unit: problem.timeUnit,
    parties,
    deals: ways.length,
    utilities: agents.map((_, k) => Float64Array.from(ways, (placed) => -(costs(placed)[k] as number))),
    terms: (deal) =>
      Object.fromEntries(problem.steps.map((step, i) => [step.id, (ways[deal] as PlacedSteps).starts[i] as number])),
  }
  const { outcome, log } = bargain(space, problem.title, (deal) => space.terms(deal), {
    protocol: options.bargaining ?? 'mediation',
  })
  if (outcome.status === 'conflict') return { status: 'no-agreement', conflicts, reason: outcome.reason }
  const plan = resolved(problem, conflicts, ways[outcome.deal] as PlacedSteps, null, log)
  return { status: 'feasible', limit: 'method', ...plan }
}

/**
 * Every schedule that some choice of ways out of the conflicts leads to, each step as early as it then can be; up to DEAL_LIMIT. Steps
 * are done the way they are planned.
 */
export function resolutionsOf(problem: JointPlanProblem): PlacedSteps[] {
  const base = ordering(problem)
  const ways = new Int32Array(problem.steps.length)
  const found = new Map<string, PlacedSteps>()
  const visited = new Set<string>()
  const open: Literal[][] = [[]]
  while (open.length > 0 && found.size < DEAL_LIMIT && visited.size < 20 * DEAL_LIMIT) {
    const literals = open.pop() as Literal[]
    const key = literals
      .map((literal) => JSON.stringify(literal))
      .sort()
      .join()
    if (visited.has(key)) continue
    visited.add(key)
    const starts = earliest(base, ways, literals)
    if (starts === null) continue
    const placed = { starts, ways }
    const [first] = jointConflicts(problem, placed)
    if (first === undefined) {
      found.set(starts.join(), placed)
      continue
    }
    for (const option of first.clause.options) {
      const further = option.filter(
        (literal) => !literals.some((one) => JSON.stringify(one) === JSON.stringify(literal)),
      )
      if (further.length > 0) open.push([...literals, ...further])
    }
  }
  return [...found.values()]
}

/** A smallest set of what was asked for that contradicts itself. */
async function explain(problem: JointPlanProblem, run: Run, options: ModelOptions): Promise<Conflict> {
  const described = new Map<string, string>()
  for (const variable of new Set(
    problem.steps.flatMap((step) =>
      step.ways.flatMap((way) => [...way.needs, ...way.keeps].map((one) => one.variable)),
    ),
  ))
    described.set(`variable ${variable}`, `steps need ${variable} as they say`)
  for (const { id, variable, value } of problem.goals) described.set(`goal ${id}`, `${variable} = ${value} at the end`)
  for (const [resource, amount] of Object.entries(problem.capacities))
    described.set(`capacity ${resource}`, `there is ${amount} of ${resource}`)
  for (const [a, b] of problem.after) described.set(`order ${a} > ${b}`, `${a} ends before ${b} starts`)
  for (const { id, deadline } of problem.steps)
    if (deadline !== null) described.set(`deadline ${id}`, `${id} ends by ${deadline}`)
  const contradictory = async (kept: ReadonlySet<string>): Promise<boolean | null> => {
    const found = await settle(reduced(problem, kept), 'delay', run, options)
    return found.status === 'unknown' ? null : found.status === 'infeasible'
  }
  const { names, irreducible } = await minimalConflict([...described.keys()], contradictory)
  const constraints = names.map((name) => ({ name, description: described.get(name) as string }))
  const explanation =
    constraints.length === 0
      ? 'the steps of the agents contradict each other in the order of their own plans'
      : `these cannot hold together: ${constraints.map((one) => one.description).join('; ')}`
  return { constraints, irreducible, relaxations: [], explanation }
}

function reduced(problem: JointPlanProblem, kept: ReadonlySet<string>): JointPlanProblem {
  const relevant = ({ variable }: { readonly variable: string }): boolean => kept.has(`variable ${variable}`)
  return {
    ...problem,
    steps: problem.steps.map((step) => ({
      ...step,
      deadline: kept.has(`deadline ${step.id}`) ? step.deadline : null,
      ways: step.ways.map((way) => ({
        ...way,
        needs: way.needs.filter(relevant),
        keeps: way.keeps.filter(relevant),
      })),
    })),
    after: problem.after.filter(([a, b]) => kept.has(`order ${a} > ${b}`)),
    capacities: Object.fromEntries(
      Object.entries(problem.capacities).filter(([resource]) => kept.has(`capacity ${resource}`)),
    ),
    goals: problem.goals.filter((goal) => kept.has(`goal ${goal.id}`)),
  }
}
