/**
 * Plans for problems stated as data: hard goals, soft goals worth reaching, budget and deadlines.
 *
 * Soft goals: sets of them are tried by falling value (oversubscription planning, Smith 2004); the first set that can be
 * reached has the most value, and its cheapest plan is the answer. A set that cannot be reached rules out every larger
 * one. Deadlines: candidates come in order of cost; the first that keeps them all is the cheapest of those that the
 * timing of timing.ts finds. That timing is feasible but not always shortest: where a deadline is missed only by it, no
 * proof is claimed.
 */
import { InternalError, type Limit, Run, type RunOptions } from '../../solvers/contract/index.ts'
import { withStatedLinks } from '../causal/stated-links.ts'
import { goalTime, verifyStatedPlan } from '../check/stated-plan.ts'
import type { Plan } from '../domain/plan.ts'
import { constantOf, misfit, type StatedCondition, type StatedPlanning } from '../domain/planning.ts'
import { type Candidate, CandidateSearch } from './candidates.ts'
import { domainSystem } from './domain-system.ts'
import type { DomainState, TaskReference } from './domain-types.ts'
import { explainPlan, explainRefusal, formatReason, type Reason } from './explain.ts'
import { timedPlan } from './footprints.ts'
import { type StatedDomain, statedDomain } from './stated-domain.ts'

export interface StatedPlanOptions extends RunOptions {
  /** Nodes expanded at most, over all sets of soft goals. @default 100000 */
  readonly maximalNodes?: number
}

interface StatedAnswer {
  readonly plan: Plan
  readonly cost: number
  /** No plan that reaches goals of so much value costs less. */
  readonly bound: number
  /** Worth of the soft goals reached. */
  readonly value: number
  readonly reached: readonly string[]
  readonly dropped: readonly string[]
  readonly finalState: DomainState
  readonly reasons: readonly Reason[]
}

export type StatedPlanResult =
  /** Proved: no plan reaches more value, none with that value costs less. */
  | ({ readonly status: 'optimal' } & StatedAnswer)
  /** Nothing needs to be done. */
  | ({ readonly status: 'satisfied' } & StatedAnswer)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & StatedAnswer)
  /** Proved: every refinement was tried. `conflict` holds what fails first on every branch, or the limit that binds. */
  | {
      readonly status: 'unsolvable'
      readonly reason: Reason | null
      readonly conflict: readonly string[]
      readonly text: string
    }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly bound: number }

/** Most soft goals: 2^n sets of them. */
const MOST_SOFT_GOALS = 16

/** The plan of most value, and among those the cheapest; verified against the problem before it is returned. */
export function planStated(stated: StatedPlanning, options: StatedPlanOptions = {}): StatedPlanResult {
  const run = new Run('plan', options)
  const budgetOfNodes = { left: options.maximalNodes ?? 100_000 }
  const failed: (readonly string[])[] = []
  let open: { readonly limit: Limit; readonly bound: number } | null = null
  let firstFailure: Extract<SetResult, { status: 'unsolvable' }> | null = null
  for (const goals of softSets(stated)) {
    if (failed.some((smaller) => smaller.every((goal) => goals.includes(goal)))) continue
    const result = planSet(stated, goals, run, budgetOfNodes)
    if (result.status === 'found') return answer(stated, goals, result, open)
    if (result.status === 'unsolvable') {
      failed.push(goals)
      firstFailure = result
    } else open ??= { limit: result.limit, bound: result.bound }
    if (run.limit !== null) break
  }
  if (open !== null || firstFailure === null)
    return { status: 'unknown', limit: open?.limit ?? run.limit ?? 'nodes', bound: open?.bound ?? 0 }
  return firstFailure
}

/** Sets of soft goals that hold with each goal those it comes after, by falling value, then by size, then as written. */
function softSets(stated: StatedPlanning): readonly (readonly string[])[] {
  const soft = stated.goals.filter((goal) => goal.value !== null)
  if (soft.length > MOST_SOFT_GOALS) throw new InternalError(`more than ${MOST_SOFT_GOALS} soft goals were let through`)
  const sets: { readonly goals: readonly string[]; readonly value: number }[] = []
  for (let bits = 0; bits < 2 ** soft.length; bits++) {
    const chosen = soft.filter((_, index) => (bits >> index) & 1)
    const ids = chosen.map((goal) => goal.id)
    const closed = chosen.every((goal) =>
      goal.after.every((earlier) => ids.includes(earlier) || !soft.some((other) => other.id === earlier)),
    )
    if (closed) sets.push({ goals: ids, value: chosen.reduce((sum, goal) => sum + (goal.value as number), 0) })
  }
  return sets.toSorted((a, b) => b.value - a.value || a.goals.length - b.goals.length).map((set) => set.goals)
}

type Found = {
  readonly status: 'found'
  readonly candidate: Candidate<DomainState, TaskReference>
  readonly plan: Plan
  readonly domain: StatedDomain
  /** False when a cheaper candidate missed a deadline by its timing alone. */
  readonly proved: boolean
}
type SetResult =
  | Found
  | {
      readonly status: 'unsolvable'
      readonly reason: Reason | null
      readonly conflict: readonly string[]
      readonly text: string
    }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly bound: number }

function planSet(stated: StatedPlanning, goals: readonly string[], run: Run, nodes: { left: number }): SetResult {
  const domain = statedDomain(stated, new Set(goals))
  const never = domain.network.final.map((condition) => outOfRange(stated, condition)).find((text) => text !== null)
  if (never !== undefined && never !== null)
    return { status: 'unsolvable', reason: null, conflict: [never], text: never }
  const system = domainSystem(domain.domain, domain.problem)
  const timed = stated.deadline !== null || domain.network.goals.some((goal) => goal.deadline !== null)
  const search = new CandidateSearch<DomainState, TaskReference>(system, {
    maximalNodes: nodes.left,
    distinct: !timed,
    ...(stated.budget === null ? {} : { maximalCost: stated.budget }),
  })
  const { network } = domain
  const methods = new Map(network.goals.length === 0 ? [] : network.methods.map((method) => [method.id, method]))
  let missed: { readonly text: string; readonly certain: boolean } | null = null
  let certain = true
  for (;;) {
    const next = search.next(run)
    if (next.kind === 'pause') continue
    if (next.kind === 'limit') {
      nodes.left -= search.nodes
      return { status: 'unknown', limit: next.limit, bound: search.bound }
    }
    if (next.kind === 'complete') break
    const plan = timedPlan(domain.domain, domain.problem, next.candidate, methods)
    const longest = Math.max(0, ...plan.steps.map((step) => (step.end ?? 0) - (step.start ?? 0)))
    const late = lateness(stated, domain, plan, methods.size === 0 ? next.candidate.duration : longest)
    if (late === null) return { status: 'found', candidate: next.candidate, plan, domain, proved: certain }
    missed ??= late
    certain &&= late.certain
  }
  nodes.left -= search.nodes
  if (missed !== null) {
    if (!certain) return { status: 'unknown', limit: 'method', bound: search.bound }
    return { status: 'unsolvable', reason: null, conflict: [missed.text], text: missed.text }
  }
  return refusal(stated, domain, run)
}

/** Why a condition can never hold whatever is done: its variable cannot take such a value; null when it might. */
function outOfRange(stated: StatedPlanning, [variable, operator, wanted]: StatedCondition): string | null {
  const value = constantOf(wanted)
  const type = stated.state.find(({ id }) => id === variable)?.type
  if (value === null || type === undefined) return null
  if (type.kind !== 'number') {
    const fault = operator === '=' ? misfit(type, value) : null
    return fault === null ? null : `${variable} never is ${value}: the value ${fault}`
  }
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = type
  const number = value as number
  const above = operator === '>' ? number >= maximum : (operator === '>=' || operator === '=') && number > maximum
  const below = operator === '<' ? number <= minimum : (operator === '<=' || operator === '=') && number < minimum
  if (!above && !below) return null
  return `${variable} ${operator} ${number} never holds: it is ${above ? `at most ${maximum}` : `at least ${minimum}`}`
}

/** The first deadline a plan misses; certain when no other timing could keep it. */
function lateness(
  stated: StatedPlanning,
  domain: StatedDomain,
  plan: Plan,
  least: number,
): { readonly text: string; readonly certain: boolean } | null {
  const { makespan = 0 } = plan
  if (stated.deadline !== null && makespan > stated.deadline + 1e-9)
    return {
      text: `the plan ends at ${makespan}, after the deadline ${stated.deadline}`,
      certain: least > stated.deadline,
    }
  for (const goal of domain.network.goals) {
    if (goal.deadline === null) continue
    const time = goalTime(stated, plan, goal)
    if (time > goal.deadline + 1e-9)
      return { text: `${goal.id} is reached at ${time}, after its deadline ${goal.deadline}`, certain: false }
  }
  return null
}

/** Why there is no plan: what fails on the branches, or the budget when it is what stands in the way. */
function refusal(stated: StatedPlanning, domain: StatedDomain, run: Run): SetResult {
  const system = domainSystem(domain.domain, domain.problem)
  if (stated.budget !== null) {
    const free = new CandidateSearch<DomainState, TaskReference>(system, { maximalNodes: 50_000, distinct: true })
    for (let next = free.next(run); next.kind !== 'complete' && next.kind !== 'limit'; next = free.next(run)) {
      if (next.kind !== 'candidate') continue
      const text = `the cheapest plan costs ${next.candidate.cost}, more than the budget ${stated.budget}`
      return { status: 'unsolvable', reason: null, conflict: [text], text }
    }
  }
  const reason = explainRefusal(system)
  if (reason === null) return { status: 'unsolvable', reason, conflict: [], text: 'no refinement works' }
  return { status: 'unsolvable', reason, conflict: failures(reason), text: formatReason(reason).join('\n') }
}

/** The conditions that fail, once each. */
function failures(reason: Reason): readonly string[] {
  return [...new Set([...reason.refused.map((refusal) => refusal.reason), ...reason.parts.flatMap(failures)])]
}

function answer(
  stated: StatedPlanning,
  goals: readonly string[],
  found: Found,
  open: { readonly limit: Limit; readonly bound: number } | null,
): StatedPlanResult {
  const { candidate, domain } = found
  const system = domainSystem(domain.domain, domain.problem)
  const reasons = explainPlan(system, candidate.plan)
  const proved = found.proved && open === null
  const { cost, finalState } = candidate
  const plan: Plan = {
    ...withStatedLinks(stated, found.plan),
    explanation: reasons.flatMap((reason) => formatReason(reason)),
    certificate: { bound: proved ? cost : 0, optimal: proved, by: 'best-first progression' },
  }
  const report = verifyStatedPlan(stated, plan)
  if (!report.valid) throw new InternalError(`the plan fails verification: ${report.issues[0]?.message}`)
  const soft = stated.goals.filter((goal) => goal.value !== null)
  const common: StatedAnswer = {
    plan,
    cost,
    bound: proved ? cost : 0,
    value: soft.reduce((sum, goal) => sum + (goals.includes(goal.id) ? (goal.value as number) : 0), 0),
    reached: domain.network.goals.map((goal) => goal.id),
    dropped: soft.flatMap((goal) => (goals.includes(goal.id) ? [] : [goal.id])),
    finalState,
    reasons,
  }
  if (proved && plan.steps.length === 0) return { status: 'satisfied', ...common }
  if (proved) return { status: 'optimal', ...common }
  return { status: 'feasible', limit: open?.limit ?? 'method', ...common }
}
