/**
 * What would have to give, by how much, and what that costs least: the elastic form of the model (elastic.ts) with the
 * prices of the user's groups, solved as a (mixed-integer) linear program.
 *
 *     minimise  sum over groups g of  weight_g * (units by which the sides of the rows of g are exceeded)
 *
 * Rows without a group, bounds and kinds of variables stay as they are. With `thenOptimise` a second program optimises the
 * model's own objective among the cheapest relaxations. Proof: as solveLinear; the amounts are recomputed from the point.
 */
import { InvalidInputError, type Issue, type Limit, Run, type RunOptions } from '../../contract/index.ts'
import { FEASIBILITY } from '../../numeric/index.ts'
import type { LinearModel, Row } from '../model.ts'
import { type LinearOptions, solveLinear } from '../solve.ts'
import { type ElasticModel, elasticModel } from './elastic.ts'

export interface RelaxationOptions extends RunOptions {
  /**
   * Price of one unit beyond a side of a row of the group; null when the group may not give. Groups that are not named
   * get 1.
   */
  readonly weights?: ReadonlyMap<string, number | null> | ((group: string) => number | null)
  /** Among the cheapest relaxations take one that is best for the model's objective. @default false */
  readonly thenOptimise?: boolean
  /** Backends to ask, in this order. @default as solveLinear */
  readonly backends?: LinearOptions['backends']
}

/** A side that has to move. */
export interface RelaxedSide {
  readonly row: Row
  readonly name: string
  readonly side: 'lower' | 'upper'
  /** What the side is. */
  readonly from: number
  /** What it would have to be. */
  readonly to: number
  /** Units between the two. */
  readonly amount: number
}

export interface RelaxedGroup {
  readonly group: string
  readonly cost: number
  readonly sides: readonly RelaxedSide[]
}

export type RelaxationResult =
  | {
      /** `optimal`: proved cheapest. `feasible`: a relaxation, perhaps not the cheapest; `limit` says why. */
      readonly status: 'optimal' | 'feasible'
      /** 0 when nothing has to give. */
      readonly cost: number
      /** Proved: no relaxation is cheaper than this. */
      readonly bound: number
      /** Groups that give, the most expensive first. */
      readonly groups: readonly RelaxedGroup[]
      /** A point of the relaxed model. */
      readonly values: Float64Array
      /** The model's objective there. */
      readonly objective: number
      /** True when `thenOptimise` was asked for and the objective is proved best at this cost. */
      readonly objectiveProved: boolean
      readonly limit: Limit | null
      readonly elapsedMs: number
    }
  /** What may not give has no point by itself. */
  | { readonly status: 'infeasible'; readonly elapsedMs: number }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly elapsedMs: number }

/**
 * The cheapest way to make a model feasible.
 * @throws InvalidInputError when a weight is not a finite number > 0
 */
export async function cheapestRelaxation(
  model: LinearModel,
  options: RelaxationOptions = {},
): Promise<RelaxationResult> {
  const run = new Run('relaxation', options)
  const prices = pricesOf(model, options.weights)
  const elastic = elasticModel(model, (row) => prices[row] as number | null)
  const solve = () => {
    const { onProgress: _, ...limits } = run.nested()
    return solveLinear(elastic.model, { ...limits, ...(options.backends ? { backends: options.backends } : {}) })
  }
  const cheapest = await solve()
  if (cheapest.status === 'infeasible') return { status: 'infeasible', elapsedMs: run.elapsedMs }
  if (cheapest.status === 'unknown') return { status: 'unknown', limit: cheapest.limit, elapsedMs: run.elapsedMs }
  // Prices are positive and violations not negative: a backend that says unbounded is not to be believed.
  if (cheapest.status === 'unbounded') return { status: 'unknown', limit: 'method', elapsedMs: run.elapsedMs }
  let values = cheapest.values
  let objectiveProved = false
  if (options.thenOptimise === true && cheapest.status === 'optimal') {
    preferObjective(elastic, model, cheapest.objective)
    const best = await solve()
    if (best.status === 'optimal' || best.status === 'feasible') values = best.values
    objectiveProved = best.status === 'optimal'
  }
  const groups = movedSides(model, values, prices)
  const cost = groups.reduce((total, group) => total + group.cost, 0)
  return {
    status: cheapest.status,
    cost,
    bound: Math.min(cost, Math.max(0, cheapest.bound)),
    groups,
    values: values.slice(0, model.variableCount),
    objective: model.evaluateObjective(values),
    objectiveProved,
    limit: cheapest.status === 'feasible' ? cheapest.limit : null,
    elapsedMs: run.elapsedMs,
  }
}

/** The price of every row, null where it may not give. */
function pricesOf(model: LinearModel, weights: RelaxationOptions['weights']): (number | null)[] {
  const issues: Issue[] = []
  const known = new Map<string, number | null>()
  const priceOf = (group: string): number | null => {
    let weight = known.get(group)
    if (weight !== undefined) return weight
    weight = typeof weights === 'function' ? weights(group) : weights?.get(group)
    if (weight === undefined) weight = 1
    known.set(group, weight)
    if (weight !== null && !(weight > 0 && Number.isFinite(weight))) {
      const message = `the weight ${weight} of the group "${group}" is no finite number above 0`
      const hint = 'give the price of one unit, or null when the group may not give'
      issues.push({ code: 'out-of-range', path: ['weights', group], message, hint })
    }
    return weight
  }
  const prices = Array.from({ length: model.rowCount }, (_, row) => {
    const group = model.rowGroup(row)
    return group === null ? null : priceOf(group)
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
  return prices
}

/** Turns the elastic model into: the model's objective, at a cost that is not above the least one. */
function preferObjective(elastic: ElasticModel, model: LinearModel, cost: number): void {
  const limit = cost + 1e-9 * Math.max(1, cost)
  elastic.model.addRow(
    'cheapest',
    elastic.columns.map(({ variable, price }) => [variable, price] as const),
    '<=',
    limit,
    { group: null },
  )
  const { objective } = model.arrays()
  const terms = Array.from(objective, (coefficient, j) => [j, coefficient] as const)
  elastic.model.replaceObjective(terms, model.sense, model.objectiveOffset)
  for (const { first, second, coefficient } of model.quadraticTerms()) {
    elastic.model.addQuadraticTerm(first, second, coefficient)
  }
}

/** Compares the point with the rows as they were: the amounts do not rest on the elastic columns. */
function movedSides(model: LinearModel, values: Float64Array, prices: readonly (number | null)[]): RelaxedGroup[] {
  const a = model.arrays()
  const groups = new Map<string, { group: string; cost: number; sides: RelaxedSide[] }>()
  for (let row = 0; row < a.rows; row++) {
    const price = prices[row]
    const group = model.rowGroup(row)
    if (price === null || price === undefined || group === null) continue
    let activity = 0
    let scale = 1
    for (let k = a.starts[row] as number; k < (a.starts[row + 1] as number); k++) {
      const term = (a.values[k] as number) * (values[a.indices[k] as number] as number)
      activity += term
      scale = Math.max(scale, Math.abs(term))
    }
    for (const side of ['lower', 'upper'] as const) {
      const from = (side === 'lower' ? a.rowLower[row] : a.rowUpper[row]) as number
      const amount = side === 'lower' ? from - activity : activity - from
      if (!Number.isFinite(amount) || amount <= FEASIBILITY * scale) continue
      const entry = groups.get(group) ?? { group, cost: 0, sides: [] }
      entry.cost += price * amount
      entry.sides.push({ row, name: model.rowName(row), side, from, to: activity, amount })
      groups.set(group, entry)
    }
  }
  return [...groups.values()].sort((x, y) => y.cost - x.cost)
}
