/**
 * Conflicts of agents over resources that are given back (an aisle, a crane): detection and resolution by starting later.
 *
 * Detection: requests that run at the same instant and want more of a resource than there is. A minimal critical set is such a set of
 * which every proper subset fits; ordering two of its members resolves it (Laborie and Ghallab 1995).
 *
 * Least weighted delay:
 * Sets        requests j, instants t = r_j .. H - d_j
 * Parameters  r_j earliest start, d_j duration, w_j weight, u_jk use of resource k, C_k capacity; H = max r_j + sum d_j
 * Variables   x_jt binary, request j starts at t
 * Objective   min sum w_j (t - r_j) x_jt
 * Rows        j: sum_t x_jt = 1;  (k, t): sum_j u_jk sum_{t - d_j < s <= t} x_js <= C_k
 * Size        columns |J| H, rows |J| + |K| H; needs whole times; at most CELL_LIMIT columns
 * Source: Pritsker, Watters and Wolfe (1969), in the disaggregated form without precedence.
 */
import {
  InternalError,
  InvalidInputError,
  type Issue,
  type Limit,
  type RunOptions,
  UnsupportedError,
} from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'

const COLUMN_LIMIT = 20_000
/** Most minimal critical sets listed. */
export const CRITICAL_SET_LIMIT = 1000

export interface ResourceRequest {
  /** Unique, e.g. the agent and its step. */
  readonly id: string
  /** Start wanted; it cannot be earlier. */
  readonly start: number
  /** > 0 */
  readonly duration: number
  /** Cost of a unit of delay, >= 0. */
  readonly weight: number
  /** Amount used while it runs, by resource. */
  readonly uses: Readonly<Record<string, number>>
}

export interface ResourceConflict {
  readonly resource: string
  /** When all of them run at once. */
  readonly from: number
  readonly to: number
  /** A minimal critical set, by id. */
  readonly requests: readonly string[]
  readonly wanted: number
  readonly capacity: number
}

type Capacities = Readonly<Record<string, number>>
type Starts = ReadonlyMap<string, number>

/** All minimal critical sets, by resource and time, at most CRITICAL_SET_LIMIT. Empty when the starts are compatible. */
export function resourceConflicts(
  requests: readonly ResourceRequest[],
  capacities: Capacities,
  starts: Starts = new Map(requests.map((one) => [one.id, one.start])),
): ResourceConflict[] {
  const found = new Map<string, ResourceConflict>()
  const at = (one: ResourceRequest): number => starts.get(one.id) ?? one.start
  for (const [resource, capacity] of Object.entries(capacities)) {
    const users = requests
      .filter((one) => (one.uses[resource] ?? 0) > 0)
      .sort((a, b) => at(a) - at(b) || (a.id < b.id ? -1 : 1))
    // Every set of intervals that meet at all meets at the start of the last one.
    for (const last of users) {
      const instant = at(last)
      const running = users.filter((one) => at(one) <= instant && instant < at(one) + one.duration)
      const choose = (k: number, chosen: readonly ResourceRequest[], wanted: number): void => {
        if (found.size >= CRITICAL_SET_LIMIT) return
        if (wanted > capacity) {
          const smallest = Math.min(...chosen.map((one) => one.uses[resource] as number))
          if (wanted - smallest > capacity) return
          const from = Math.max(...chosen.map(at))
          const to = Math.min(...chosen.map((one) => at(one) + one.duration))
          const ids = chosen.map((one) => one.id)
          found.set(`${resource}\n${ids.join('\n')}`, { resource, from, to, requests: ids, wanted, capacity })
          return
        }
        for (let next = k; next < running.length; next++) {
          const one = running[next] as ResourceRequest
          choose(next + 1, [...chosen, one], wanted + (one.uses[resource] as number))
        }
      }
      choose(0, [], 0)
    }
  }
  return [...found.values()]
}

export interface ResolvedStarts {
  /** Start of each request, by id. */
  readonly starts: Starts
  /** Ids by start. */
  readonly order: readonly string[]
  /** Sum of weight * delay. */
  readonly delayCost: number
}

export type ConflictResolution =
  | ({ readonly status: 'optimal' } & ResolvedStarts)
  | ({ readonly status: 'feasible'; readonly limit: Limit; readonly bound: number } & ResolvedStarts)
  /** A request wants more than a resource has at all; these can never run. */
  | { readonly status: 'infeasible'; readonly impossible: readonly ResourceConflict[] }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Requests one after another in a given order, each as early as it fits beside those before. */
export function resolveInOrder(
  requests: readonly ResourceRequest[],
  capacities: Capacities,
  order: 'first-come' | 'priority',
): ConflictResolution {
  validate(requests, capacities)
  const impossible = impossibleAlone(requests, capacities)
  if (impossible.length > 0) return { status: 'infeasible', impossible }
  const byId = (a: ResourceRequest, b: ResourceRequest): number => (a.id < b.id ? -1 : 1)
  const sorted = [...requests].sort((a, b) =>
    order === 'first-come' ? a.start - b.start || byId(a, b) : b.weight - a.weight || a.start - b.start || byId(a, b),
  )
  const starts = new Map<string, number>()
  const placed: ResourceRequest[] = []
  for (const one of sorted) {
    // The earliest fitting start is the wanted one or an end of another request.
    const ends = placed
      .map((other) => (starts.get(other.id) as number) + other.duration)
      .filter((end) => end > one.start)
    const candidates = [one.start, ...ends.sort((a, b) => a - b)]
    const fits = candidates.find((start) => {
      const tried = new Map(starts).set(one.id, start)
      return resourceConflicts([...placed, one], capacities, tried).length === 0
    })
    if (fits === undefined) throw new InternalError('a request fits nowhere, not even after all others')
    starts.set(one.id, fits)
    placed.push(one)
  }
  return { status: 'feasible', limit: 'method', bound: 0, ...resolved(requests, starts) }
}

/**
 * The starts of least weighted delay, proved.
 * @throws InvalidInputError when times are not whole; UnsupportedError when the horizon makes the model too large
 */
export async function resolveByLeastDelay(
  requests: readonly ResourceRequest[],
  capacities: Capacities,
  options: RunOptions = {},
): Promise<ConflictResolution> {
  validate(requests, capacities, true)
  const impossible = impossibleAlone(requests, capacities)
  if (impossible.length > 0) return { status: 'infeasible', impossible }
  const horizon =
    requests.reduce((most, one) => Math.max(most, one.start), 0) + requests.reduce((sum, one) => sum + one.duration, 0)
  const columns = requests.reduce((sum, one) => sum + horizon - one.duration - one.start + 1, 0)
  if (columns > COLUMN_LIMIT) {
    throw new UnsupportedError('least delay', `${columns} possible starts are more than ${COLUMN_LIMIT}`, {
      hint: 'use a coarser time unit, or resolve in order',
    })
  }
  const model = new LinearModel('least weighted delay')
  const starting: { readonly request: ResourceRequest; readonly time: number }[] = []
  const rows = new Map<string, Term[]>()
  for (const request of requests) {
    const choices: Term[] = []
    for (let time = request.start; time + request.duration <= horizon; time++) {
      const objective = request.weight * (time - request.start)
      const column = model.addVariable(`${request.id} at ${time}`, { kind: 'binary', objective })
      starting.push({ request, time })
      choices.push([column, 1])
      for (const [resource, amount] of Object.entries(request.uses)) {
        for (let t = time; t < time + request.duration && amount > 0; t++) {
          const key = `${resource}\n${t}`
          const row = rows.get(key)
          if (row === undefined) rows.set(key, [[column, amount]])
          else row.push([column, amount])
        }
      }
    }
    model.addRow(`start ${request.id}`, choices, '=', 1)
  }
  for (const [key, terms] of rows) {
    const [resource = ''] = key.split('\n')
    model.addRow(key.replace('\n', ' at '), terms, '<=', capacities[resource] as number)
  }
  const result = await solveLinear(model, { ...options, duals: false })
  if (result.status === 'unknown') return { status: 'unknown', limit: result.limit }
  if (result.status === 'infeasible' || result.status === 'unbounded') {
    throw new InternalError(`delaying requests was called ${result.status}`)
  }
  const starts = new Map<string, number>()
  starting.forEach(({ request, time }, column) => {
    if ((result.values[column] as number) > 0.5) starts.set(request.id, time)
  })
  const left = resourceConflicts(requests, capacities, starts)
  if (left.length > 0) throw new InternalError(`the resolved starts still conflict over ${left[0]?.resource}`)
  const answer = resolved(requests, starts)
  if (result.status === 'optimal') return { status: 'optimal', ...answer }
  return { status: 'feasible', limit: result.limit, bound: result.bound, ...answer }
}

function resolved(requests: readonly ResourceRequest[], starts: Starts): ResolvedStarts {
  const at = (id: string): number => starts.get(id) as number
  const order = requests.map((one) => one.id).sort((a, b) => at(a) - at(b) || (a < b ? -1 : 1))
  const delayCost = requests.reduce((sum, one) => sum + one.weight * (at(one.id) - one.start), 0)
  return { starts, order, delayCost }
}

function impossibleAlone(requests: readonly ResourceRequest[], capacities: Capacities): ResourceConflict[] {
  return requests.flatMap((one) => resourceConflicts([one], capacities))
}

function validate(requests: readonly ResourceRequest[], capacities: Capacities, whole = false): void {
  const issues: Issue[] = []
  const seen = new Set<string>()
  requests.forEach((one, k) => {
    const fault = (code: string, field: string, message: string, hint: string): void => {
      issues.push({ code, path: ['requests', k, field], message, hint })
    }
    if (seen.has(one.id)) fault('duplicate', 'id', `the request "${one.id}" is listed twice`, 'use unique ids')
    seen.add(one.id)
    const right = (value: number): boolean => (whole ? Number.isInteger(value) : Number.isFinite(value))
    const kind = whole ? 'a whole number' : 'a finite number'
    if (!right(one.start)) fault('not-a-number', 'start', `the start of "${one.id}" is ${one.start}`, `give ${kind}`)
    if (!right(one.duration) || one.duration <= 0)
      fault('not-a-number', 'duration', `the duration of "${one.id}" is ${one.duration}`, `give ${kind} > 0`)
    if (!(one.weight >= 0))
      fault('out-of-range', 'weight', `the weight of "${one.id}" is ${one.weight}`, 'give a number >= 0')
    for (const [resource, amount] of Object.entries(one.uses)) {
      if (capacities[resource] === undefined)
        fault('unknown-name', 'uses', `"${one.id}" uses the unknown resource "${resource}"`, 'give it a capacity')
      if (!(amount >= 0))
        fault('out-of-range', 'uses', `"${one.id}" uses ${amount} of "${resource}"`, 'give a number >= 0')
    }
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
