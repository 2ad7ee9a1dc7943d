/**
 * How many lots of each order to trade in each bin that is left, for the most money in the end.
 *
 * Sets: orders S, bins T (those left).
 * Parameters: q_s lots left, c_st largest number of lots of a bin, a_st money for one lot, spread included (positive for
 * sales, negative for purchases), C money now.
 * Variables: x_st in {0, ..., c_st}.
 * Objective: max C + sum a_st x_st.
 * Rows: sum_t x_st = q_s for every order; C + sum_{s, k <= t} a_sk x_sk >= 0 for every bin t.
 * Size: |S||T| columns, |S| + |T| rows. Source: the scheduling of a parent order under a participation limit, e.g.
 * Bertsimas and Lo 1998, with integer lots and a cash account.
 */
import { InternalError, type Limit, Run } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'
import { binCapacity, type MarketProblem, moneyFor } from '../../src/domain/market.ts'
import { linearOptions, type ModelOptions } from '../conflict/index.ts'

/** What there is at the beginning of a bin. */
export interface TradingPosition {
  /** First bin that is left. */
  readonly bin: number
  readonly cash: number
  /** Lots left, in the order of the orders. */
  readonly left: readonly number[]
  /** Price of every bin of the day, by order; only bins that are left are read. */
  readonly prices: readonly (readonly number[])[]
}

export type TradingSchedule =
  | {
      readonly status: 'optimal'
      /** Lots by order and bin of the whole day; 0 in the past. */
      readonly lots: readonly (readonly number[])[]
      /** Money at the end. */
      readonly value: number
      /** Money after each bin that is left. */
      readonly cash: readonly number[]
    }
  | { readonly status: 'infeasible'; readonly reason: string }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** The proved best schedule; re-evaluated lot by lot before it is returned. */
export async function scheduleTrades(
  problem: MarketProblem,
  position: TradingPosition,
  options: ModelOptions = {},
): Promise<TradingSchedule> {
  const run = new Run('trading', options)
  const { orders, bins } = problem
  const model = new LinearModel('trading', 'maximize')
  model.objectiveOffset = position.cash
  const columns = orders.map((order, s) =>
    bins.map((bin, t) => {
      if (t < position.bin) return -1
      return model.addVariable(`${order.symbol} ${bin}`, {
        kind: 'integer',
        upper: binCapacity(problem, order, t),
        objective: moneyFor(problem, order, 1, position.prices[s]?.[t] as number),
      })
    }),
  )
  orders.forEach((order, s) => {
    const all = (columns[s] as number[]).filter((column) => column >= 0).map((column): Term => [column, 1])
    model.addRow(`all of ${order.symbol}`, all, '=', position.left[s] as number)
  })
  const sofar: Term[] = []
  bins.forEach((bin, t) => {
    if (t < position.bin) return
    orders.forEach((order, s) => {
      const column = columns[s]?.[t] as number
      sofar.push([column, moneyFor(problem, order, 1, position.prices[s]?.[t] as number)])
    })
    model.addRow(`cash after ${bin}`, [...sofar], '>=', -position.cash)
  })
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status === 'infeasible')
    return { status: 'infeasible', reason: 'the lots left cannot be traded within volumes and cash' }
  if (result.status === 'unknown') return { status: 'unknown', limit: result.limit }
  if (result.status === 'unbounded') throw new InternalError('a trading model was called unbounded')
  if (result.status === 'feasible') return { status: 'unknown', limit: result.limit }
  const lots = columns.map((row) => row.map((column) => (column < 0 ? 0 : Math.round(result.values[column] as number))))
  const cash = cashCurve(problem, position, lots)
  const value = cash.at(-1) ?? position.cash
  if (cash.some((money) => money < -1e-6)) throw new InternalError('a trading schedule overdraws the account')
  if (Math.abs(value - result.objective) > 1e-6 * Math.max(1, Math.abs(value)))
    throw new InternalError(`a trading schedule is worth ${value}, the model said ${result.objective}`)
  return { status: 'optimal', lots, value, cash }
}

/** Money after each bin that is left when the lots are traded at the position's prices. */
export function cashCurve(
  problem: MarketProblem,
  position: TradingPosition,
  lots: readonly (readonly number[])[],
): number[] {
  const curve: number[] = []
  let money = position.cash
  for (let bin = position.bin; bin < problem.bins.length; bin++) {
    problem.orders.forEach((order, s) => {
      money += moneyFor(problem, order, lots[s]?.[bin] as number, position.prices[s]?.[bin] as number)
    })
    curve.push(money)
  }
  return curve
}
