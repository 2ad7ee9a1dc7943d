/**
 * Goals of several agents that cannot all be reached: facts that exclude each other, and resources that do not suffice for all.
 *
 * Which goals are kept:
 * Sets        goals g, conflicts C (minimal: every proper subset fits), resources k
 * Parameters  w_g value, u_gk amount needed, L_k amount there is
 * Variables   y_g binary, the goal is kept
 * Objective   max sum w_g y_g, ties to the goals listed first
 * Rows        mutually exclusive g, h: y_g + y_h <= 1;  k: sum u_gk y_g <= L_k
 * Size        |G| columns, |pairs| + |K| rows
 */
import { linearOptions, type ModelOptions } from '../../models/conflict/index.ts'
import { InternalError, InvalidInputError, type Issue, type Limit, Run } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'
import type { Goal, GoalCondition } from '../domain/goal.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import { oneOf } from './allocation-front.ts'
import { mediate } from './mediation.ts'

export interface GoalClaim {
  readonly id: string
  readonly agent: string
  readonly goal: Goal
  /** Worth of reaching it, >= 0. */
  readonly value: number
  /** What reaching it takes, by resource. @default nothing */
  readonly takes?: Readonly<Record<string, number>>
}

export interface GoalConflict {
  readonly kind: 'exclusive' | 'resource'
  /** A minimal set: without any one of them the rest goes together. */
  readonly goals: readonly string[]
  readonly agents: readonly string[]
  readonly description: string
}

export const GOAL_RESOLUTIONS = ['least_value', 'priority', 'compromise'] as const
export type GoalResolution = (typeof GOAL_RESOLUTIONS)[number]

export interface GoalOptions extends ModelOptions {
  /**
   * `least_value` drops the goals of the least sum of values, proved; `priority` keeps goals in the order of `priorities` as long as
   * they go together; `compromise` takes the set that maximises the product of what the agents keep (Nash). @default 'least_value'
   */
  readonly by?: GoalResolution
  /** Agents, most important first; the others after them, and goals of one agent by value. @default by id */
  readonly priorities?: readonly string[]
}

export interface GoalsKept {
  readonly kept: readonly string[]
  readonly dropped: readonly { readonly id: string; readonly reason: string }[]
  readonly value: number
  readonly conflicts: readonly GoalConflict[]
}

export type GoalsResolved =
  /** Proved: no goals that go together are worth more. */
  | ({ readonly status: 'optimal' } & GoalsKept)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & GoalsKept)
  | { readonly status: 'unknown'; readonly limit: Limit; readonly conflicts: readonly GoalConflict[] }

/** Most claims for which all resource conflicts are listed, and most sets that are bargained over. */
const SET_LIMIT = 16

/** Pairs of goals that exclude each other, and minimal sets that want more of a resource than there is. */
export function goalConflicts(
  claims: readonly GoalClaim[],
  amounts: Readonly<Record<string, number>> = {},
): GoalConflict[] {
  validate(claims, amounts)
  const found: GoalConflict[] = []
  claims.forEach((a, k) => {
    for (const b of claims.slice(k + 1)) {
      const clash = exclusive(a.goal, b.goal)
      if (clash === null) continue
      found.push({
        kind: 'exclusive',
        goals: [a.id, b.id],
        agents: [...new Set([a.agent, b.agent])],
        description: `${a.id} wants ${told(clash[0])} and ${b.id} ${told(clash[1])}`,
      })
    }
  })
  for (const [resource, amount] of Object.entries(amounts)) {
    const users = claims.filter((claim) => taken(claim, resource) > 0)
    const total = users.reduce((sum, claim) => sum + taken(claim, resource), 0)
    if (total <= amount) continue
    const sets = users.length <= SET_LIMIT ? minimalSets(users, resource, amount) : [users]
    for (const set of sets) {
      const wanted = set.reduce((sum, claim) => sum + taken(claim, resource), 0)
      found.push({
        kind: 'resource',
        goals: set.map((claim) => claim.id),
        agents: [...new Set(set.map((claim) => claim.agent))],
        description: `${set.map((claim) => claim.id).join(', ')} take ${wanted} of ${resource}, and there is ${amount}`,
      })
    }
  }
  return found
}

/** @throws InvalidInputError with every fault */
export async function resolveGoals(
  claims: readonly GoalClaim[],
  amounts: Readonly<Record<string, number>> = {},
  options: GoalOptions = {},
): Promise<GoalsResolved> {
  const by = oneOf(GOAL_RESOLUTIONS, options.by ?? 'least_value', 'resolution')
  const conflicts = goalConflicts(claims, amounts)
  const finish = (kept: readonly GoalClaim[]): GoalsKept => {
    if (!together(kept, amounts)) throw new InternalError('the goals kept do not go together')
    const names = new Set(kept.map((claim) => claim.id))
    return {
      kept: [...names],
      dropped: claims.flatMap((claim) =>
        names.has(claim.id) ? [] : [{ id: claim.id, reason: why(claim, conflicts, names) }],
      ),
      value: kept.reduce((sum, claim) => sum + claim.value, 0),
      conflicts,
    }
  }
  if (by === 'priority') {
    const rank = (agent: string): number => {
      const place = options.priorities?.indexOf(agent) ?? -1
      return place < 0 ? Number.POSITIVE_INFINITY : place
    }
    const order = [...claims].sort(
      (a, b) =>
        compare(rank(a.agent), rank(b.agent)) || compare(a.agent, b.agent) || b.value - a.value || compare(a.id, b.id),
    )
    const kept: GoalClaim[] = []
    for (const claim of order) if (together([...kept, claim], amounts)) kept.push(claim)
    return { status: 'feasible', limit: 'method', ...finish(claims.filter((claim) => kept.includes(claim))) }
  }
  if (by === 'compromise') return { status: 'feasible', limit: 'method', ...finish(compromise(claims, amounts)) }
  const run = new Run('goals', options)
  const model = new LinearModel('goals kept', 'maximize')
  const columns = claims.map((claim) => model.addVariable(claim.id, { kind: 'binary', objective: claim.value }))
  claims.forEach((a, i) => {
    claims.slice(i + 1).forEach((b, k) => {
      if (exclusive(a.goal, b.goal) === null) return
      const pair: Term[] = [
        [columns[i] as number, 1],
        [columns[i + 1 + k] as number, 1],
      ]
      model.addRow(`${a.id} or ${b.id}`, pair, '<=', 1)
    })
  })
  for (const [resource, amount] of Object.entries(amounts)) {
    const terms = claims.flatMap((claim, i): Term[] =>
      taken(claim, resource) > 0 ? [[columns[i] as number, taken(claim, resource)]] : [],
    )
    if (terms.length > 0) model.addRow(`resource ${resource}`, terms, '<=', amount)
  }
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status === 'infeasible' || result.status === 'unbounded')
    throw new InternalError(`dropping goals was called ${result.status}`)
  if (result.status === 'unknown') return { status: 'unknown', limit: result.limit, conflicts }
  const kept = claims.filter((_, i) => (result.values[columns[i] as number] as number) > 0.5)
  return result.status === 'optimal'
    ? { status: 'optimal', ...finish(kept) }
    : { status: 'feasible', limit: result.limit, ...finish(kept) }
}

/** Sets of goals that go together, as deals of the agents; the Nash solution over what they keep. */
function compromise(claims: readonly GoalClaim[], amounts: Readonly<Record<string, number>>): readonly GoalClaim[] {
  if (claims.length > SET_LIMIT) {
    const message = `${claims.length} goals make too many sets to bargain over`
    throw new InvalidInputError([
      { code: 'out-of-range', path: ['claims'], message, hint: `give at most ${SET_LIMIT}, or resolve by least_value` },
    ])
  }
  const agents = [...new Set(claims.map((claim) => claim.agent))].sort()
  const sets: (readonly GoalClaim[])[] = []
  for (let set = 0; set < 1 << claims.length; set++) {
    const chosen = claims.filter((_, i) => ((set >>> i) & 1) === 1)
    if (together(chosen, amounts)) sets.push(chosen)
  }
  const kept = (agent: string, set: readonly GoalClaim[]): number =>
    set.reduce((sum, claim) => (claim.agent === agent ? sum + claim.value : sum), 0)
  if (agents.length < 2) return sets.reduce((best, set) => (worth(set) > worth(best) ? set : best), [])
  const space: DealSpace = {
    title: 'goals',
    unit: '',
    parties: agents.map((id) => ({ id, reservation: 0 })),
    deals: sets.length,
    utilities: agents.map((agent) => Float64Array.from(sets, (set) => kept(agent, set))),
    terms: () => ({}),
  }
  const { outcome } = mediate(space)
  if (outcome.status === 'conflict') throw new InternalError('keeping no goal is always a deal')
  return sets[outcome.deal] as readonly GoalClaim[]
}

function worth(set: readonly GoalClaim[]): number {
  return set.reduce((sum, claim) => sum + claim.value, 0)
}

function together(claims: readonly GoalClaim[], amounts: Readonly<Record<string, number>>): boolean {
  const apart = claims.some((a, k) => claims.slice(k + 1).some((b) => exclusive(a.goal, b.goal) !== null))
  if (apart) return false
  return Object.entries(amounts).every(
    ([resource, amount]) => claims.reduce((sum, claim) => sum + taken(claim, resource), 0) <= amount + 1e-9,
  )
}

/** Conditions of two goals on one variable that no value satisfies both of. */
function exclusive(a: Goal, b: Goal): readonly [GoalCondition, GoalCondition] | null {
  for (const one of a.conditions) {
    for (const other of b.conditions) {
      if (one.variable === other.variable && !compatible(one, other)) return [one, other]
    }
  }
  return null
}

function compatible(a: GoalCondition, b: GoalCondition): boolean {
  if ('equals' in a && 'equals' in b) return a.equals === b.equals
  if ('equals' in a) return within(a.equals, b)
  if ('equals' in b) return within(b.equals, a)
  const least = Math.max(a.atLeast ?? Number.NEGATIVE_INFINITY, b.atLeast ?? Number.NEGATIVE_INFINITY)
  return least <= Math.min(a.atMost ?? Number.POSITIVE_INFINITY, b.atMost ?? Number.POSITIVE_INFINITY)
}

function within(value: string | number | boolean, range: GoalCondition): boolean {
  if ('equals' in range) return range.equals === value
  if (typeof value !== 'number') return range.atLeast === undefined && range.atMost === undefined
  return value >= (range.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (range.atMost ?? Number.POSITIVE_INFINITY)
}

function told(condition: GoalCondition): string {
  if ('equals' in condition) return `${condition.variable} = ${condition.equals}`
  const low = condition.atLeast === undefined ? '' : `${condition.atLeast} <= `
  const high = condition.atMost === undefined ? '' : ` <= ${condition.atMost}`
  return `${low}${condition.variable}${high}`
}

function taken(claim: GoalClaim, resource: string): number {
  const { takes } = claim
  return takes !== undefined && Object.hasOwn(takes, resource) ? (takes[resource] as number) : 0
}

function minimalSets(users: readonly GoalClaim[], resource: string, amount: number): GoalClaim[][] {
  const found: GoalClaim[][] = []
  for (let set = 1; set < 1 << users.length; set++) {
    const chosen = users.filter((_, i) => ((set >>> i) & 1) === 1)
    const wanted = chosen.reduce((sum, claim) => sum + taken(claim, resource), 0)
    const least = Math.min(...chosen.map((claim) => taken(claim, resource)))
    if (wanted > amount && wanted - least <= amount) found.push(chosen)
  }
  return found
}

function why(claim: GoalClaim, conflicts: readonly GoalConflict[], kept: ReadonlySet<string>): string {
  const decisive = conflicts.find(
    ({ goals }) => goals.includes(claim.id) && goals.every((goal) => goal === claim.id || kept.has(goal)),
  )
  return (decisive ?? conflicts.find(({ goals }) => goals.includes(claim.id)))?.description ?? 'it is worth nothing'
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function validate(claims: readonly GoalClaim[], amounts: Readonly<Record<string, number>>): void {
  const issues: Issue[] = []
  claims.forEach(({ id, value, takes = {} }, k) => {
    const fault = (code: string, field: string, message: string, hint: string): void => {
      issues.push({ code, path: ['claims', k, field], message, hint })
    }
    if (claims.findIndex((one) => one.id === id) !== k)
      fault('duplicate', 'id', `the goal "${id}" is listed twice`, 'use unique ids')
    if (!(value >= 0 && Number.isFinite(value)))
      fault('out-of-range', 'value', `the value of "${id}" is ${value}`, 'give a finite number >= 0')
    for (const [resource, amount] of Object.entries(takes)) {
      if (!Object.hasOwn(amounts, resource))
        fault('unknown-name', 'takes', `"${id}" takes the unknown resource "${resource}"`, 'say how much there is')
      if (!(amount >= 0 && Number.isFinite(amount)))
        fault('out-of-range', 'takes', `"${id}" takes ${amount} of "${resource}"`, 'give a finite number >= 0')
    }
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
