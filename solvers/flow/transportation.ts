/**
 * Transportation: goods from sources to destinations at the least (or greatest) total.
 *
 *   min sum_ij c(i, j) f(i, j)
 *   sum_j f(i, j) <= supply(i),  sum_i f(i, j) = demand(j),  0 <= f(i, j) <= capacity(i, j), no f where forbidden
 *
 * One minimum-cost flow: a last node takes the supply that is not needed, for nothing. Checked by the flow's own certificate.
 */
import { InvalidInputError, type Issue, type Limit, type RunOptions } from '../contract/index.ts'
import { minCostFlow } from './min-cost-flow.ts'
import type { Arc, FlowCheck } from './network.ts'

export interface TransportationProblem {
  /** What each source has, >= 0. */
  readonly supplies: readonly number[]
  /** What each destination needs, >= 0. */
  readonly demands: readonly number[]
  /** costs[source][destination] per unit, null = forbidden. */
  readonly costs: readonly (readonly (number | null)[])[]
  /** Most that a pair may carry. @default no limit */
  readonly capacities?: readonly (readonly number[])[]
}

export interface TransportationOptions extends RunOptions {
  /** @default 'minimize' */
  readonly sense?: 'minimize' | 'maximize'
}

export type TransportationResult = { readonly elapsedMs: number } & (
  | {
      readonly status: 'optimal'
      /** flows[source][destination] */
      readonly flows: readonly Float64Array[]
      readonly cost: number
      /**
       * Change of the total with one more unit at a source (0 where supply is left over), and with one more unit of demand at a
       * destination: cost(i, j) - demandPrice(j) - supplyPrice(i) is 0 where something flows below capacity.
       */
      readonly supplyPrices: Float64Array
      readonly demandPrices: Float64Array
      readonly check: FlowCheck
    }
  /** These destinations need more than these sources, the only ones that can serve them, and the limited pairs can give. */
  | {
      readonly status: 'infeasible'
      readonly destinations: readonly number[]
      readonly sources: readonly number[]
      readonly shortage: number
    }
  | { readonly status: 'unknown'; readonly limit: Limit }
)

/** @throws InvalidInputError with all faults */
export function transport(problem: TransportationProblem, options: TransportationOptions = {}): TransportationResult {
  const { sense = 'minimize', ...limits } = options
  const sign = sense === 'minimize' ? 1 : -1
  validate(problem)
  const { supplies, demands, costs, capacities } = problem
  const m = supplies.length
  const n = demands.length
  const rest = m + n
  const arcs: Arc[] = []
  const pairs: (readonly [number, number])[] = []
  costs.forEach((row, i) => {
    row.forEach((cost, j) => {
      if (cost === null) return
      pairs.push([i, j])
      arcs.push({ from: i, to: m + j, cost: sign * cost, upper: capacities?.[i]?.[j] ?? Number.POSITIVE_INFINITY })
    })
  })
  for (let i = 0; i < m; i++) arcs.push({ from: i, to: rest, cost: 0 })
  const total = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0)
  const spare = total(supplies) - total(demands)
  const balances = [...supplies, ...demands.map((demand) => -demand), -spare]
  const result = minCostFlow({ supplies: balances, arcs }, limits)
  const { elapsedMs } = result
  switch (result.status) {
    case 'unknown':
      return { status: 'unknown', limit: result.limit, elapsedMs }
    case 'unbounded':
      throw new Error('a transportation network has no cycles of arcs')
    case 'infeasible': {
      const { destinations, sources, shortage } = shortageOf(problem, result.cut.nodes)
      return { status: 'infeasible', destinations, sources, shortage, elapsedMs }
    }
    case 'optimal': {
      const flows = supplies.map(() => new Float64Array(n))
      for (const [a, [i, j]] of pairs.entries()) {
        const row = flows[i] as Float64Array
        row[j] = result.flows[a] as number
      }
      const level = result.potentials[rest] as number
      const supplyPrices = Float64Array.from(supplies, (_, i) => sign * ((result.potentials[i] as number) - level) + 0)
      const demandPrices = Float64Array.from(
        demands,
        (_, j) => sign * (level - (result.potentials[m + j] as number)) + 0,
      )
      const { check } = result
      const bound = sign * check.bound + 0
      const signed = { ...check, bound }
      return {
        status: 'optimal',
        flows,
        cost: sign * result.cost + 0,
        supplyPrices,
        demandPrices,
        check: signed,
        elapsedMs,
      }
    }
  }
}

/** The destinations of the cut, or of its complement, whichever side is short. */
function shortageOf(problem: TransportationProblem, nodes: readonly number[]) {
  const { supplies, demands, costs, capacities } = problem
  const m = supplies.length
  const inside = new Set(nodes)
  const side = (wanted: boolean) => {
    const destinations = demands.map((_, j) => j).filter((j) => inside.has(m + j) === wanted)
    const sources = supplies
      .map((_, i) => i)
      .filter((i) => destinations.some((j) => costs[i]?.[j] !== null && (capacities?.[i]?.[j] ?? 1) > 0))
    let most = 0
    for (const i of sources) {
      let open = 0
      for (const j of destinations) if (costs[i]?.[j] !== null) open += capacities?.[i]?.[j] ?? Number.POSITIVE_INFINITY
      most += Math.min(open, supplies[i] as number)
    }
    const need = destinations.reduce((sum, j) => sum + (demands[j] as number), 0)
    return { destinations, sources, shortage: need - most }
  }
  const [first, second] = [side(true), side(false)]
  return first.shortage > second.shortage ? first : second
}

function validate({ supplies, demands, costs, capacities }: TransportationProblem): void {
  const issues: Issue[] = []
  const report = (code: string, path: readonly (string | number)[], message: string, hint: string) => {
    if (issues.length < 100) issues.push({ code, path, message, hint })
  }
  for (const [name, list] of [
    ['supplies', supplies],
    ['demands', demands],
  ] as const) {
    list.forEach((value, k) => {
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
        report('out-of-range', [name, k], `${name}[${k}] is ${value}`, 'give a finite number >= 0')
    })
  }
  const tables: [string, readonly (readonly (number | null)[])[]][] = [['costs', costs]]
  if (capacities !== undefined) tables.push(['capacities', capacities])
  for (const [name, table] of tables) {
    if (table.length !== supplies.length)
      report(
        'wrong-size',
        [name],
        `${name} has ${table.length} rows for ${supplies.length} sources`,
        'give one a source',
      )
    table.forEach((row, i) => {
      if (row.length !== demands.length)
        report(
          'wrong-size',
          [name, i],
          `row ${i} has ${row.length} entries`,
          `give ${demands.length}, one a destination`,
        )
      row.forEach((value, j) => {
        const fine = name === 'costs' ? value === null || Number.isFinite(value) : value !== null && value >= 0
        if (!fine)
          report(
            'out-of-range',
            [name, i, j],
            `the entry is ${value}`,
            'give a finite cost (null forbids), a capacity >= 0',
          )
      })
    })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
}
