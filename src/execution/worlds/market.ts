/**
 * Working off orders over a trading day: beliefs, planning and the simulated market. Not investment advice.
 *
 * One step a bin: `trade bin SYMBOL=lots ...`. State variables: `bin`, `cash`, `left SYMBOL`, and `price SYMBOL bin` for
 * every price seen so far; prices to come follow from those by mean reversion. A plan that would overdraw the account is a
 * failure; a better one is an opportunity when its gain, switching cost taken off, exceeds the threshold.
 */
import { scheduleTrades, type TradingPosition } from '../../../models/trading/index.ts'
import type { ActionReport, ExecutionTrace, Observation, ObservedState, PlanExecutor } from '../../domain/execution.ts'
import { binCapacity, type MarketProblem, moneyFor, revisedForecast } from '../../domain/market.ts'
import { PLAN_VERSION, type PlanStep } from '../../domain/plan.ts'
import type { ExecutionTask } from '../engine.ts'
import type { ExecutionModel, Opportunity, PlanAnswer, PlanRequest, PlanSource, Prediction } from '../model.ts'
import { simulate } from '../watch.ts'

/** Lots by order of a step; null when it is not one of ours. */
export function lotsOf(problem: MarketProblem, step: PlanStep): number[] {
  const lots = new Map(
    step.args
      .slice(1)
      .map((part) => [part.slice(0, part.lastIndexOf('=')), Number(part.slice(part.lastIndexOf('=') + 1))]),
  )
  return problem.orders.map((order) => lots.get(order.symbol) ?? 0)
}

function priceName(symbol: string, bin: string): string {
  return `price ${symbol} ${bin}`
}

function pricesIn(problem: MarketProblem, state: ObservedState): number[][] {
  return problem.orders.map((order) => {
    const seen: number[] = []
    for (const bin of problem.bins) {
      const price = state[priceName(order.symbol, bin)]
      if (typeof price !== 'number') break
      seen.push(price)
    }
    return revisedForecast(problem, order, seen)
  })
}

function positionIn(problem: MarketProblem, state: ObservedState): TradingPosition {
  return {
    bin: state['bin'] as number,
    cash: state['cash'] as number,
    left: problem.orders.map((order) => state[`left ${order.symbol}`] as number),
    prices: pricesIn(problem, state),
  }
}

class MarketModel implements ExecutionModel {
  readonly goalReads: readonly string[]
  readonly #problem: MarketProblem

  constructor(problem: MarketProblem) {
    this.#problem = problem
    this.goalReads = problem.orders.map((order) => `left ${order.symbol}`)
  }

  predict(step: PlanStep, state: ObservedState): Prediction {
    const { bins, orders } = this.#problem
    const bin = bins.indexOf(step.args[0] as string)
    const reads = ['bin', 'cash', ...orders.map((order) => priceName(order.symbol, step.args[0] as string))]
    // Every price seen moves what is expected later.
    for (let seen = 0; seen < bin; seen++)
      for (const order of orders) reads.push(priceName(order.symbol, bins[seen] as string))
    if (bin !== state['bin']) return { status: 'refused', reason: `bin ${step.args[0]} is not the next one`, reads }
    const prices = pricesIn(this.#problem, state)
    const lots = lotsOf(this.#problem, step)
    let cash = state['cash'] as number
    const after: Record<string, number> = { bin: bin + 1 }
    for (const [s, order] of orders.entries()) {
      const count = lots[s] as number
      const left = (state[`left ${order.symbol}`] as number) - count
      const most = binCapacity(this.#problem, order, bin)
      if (count > most || left < 0)
        return {
          status: 'refused',
          reason: `${count} lots of ${order.symbol}, at most ${Math.min(most, left + count)}`,
          reads,
        }
      after[`left ${order.symbol}`] = left
      cash += moneyFor(this.#problem, order, count, prices[s]?.[bin] as number)
    }
    if (cash < -1e-6) {
      const reason = `${step.args[0]} would overdraw the account: ${cash.toFixed(2)}`
      return { status: 'refused', reason, reads, trigger: 'failure' }
    }
    return { status: 'applies', state: { ...state, ...after, cash }, cost: 0, duration: 1, reads }
  }

  missing(state: ObservedState): string | null {
    const open = this.#problem.orders.filter((order) => (state[`left ${order.symbol}`] as number) > 0)
    if (open.length === 0) return null
    return open.map((order) => `${state[`left ${order.symbol}`]} lots of ${order.symbol} are left`).join(', ')
  }
}

class Trader implements PlanSource {
  readonly #problem: MarketProblem
  readonly #model: ExecutionModel

  constructor(problem: MarketProblem, model: ExecutionModel) {
    this.#problem = problem
    this.#model = model
  }

  async full(request: PlanRequest): Promise<PlanAnswer> {
    const position = positionIn(this.#problem, request.state)
    const schedule = await scheduleTrades(
      this.#problem,
      position,
      request.signal === undefined ? {} : { signal: request.signal },
    )
    if (schedule.status !== 'optimal') {
      const reason = schedule.status === 'infeasible' ? schedule.reason : `limit ${schedule.limit}`
      return { status: 'none', reason, proved: schedule.status === 'infeasible' }
    }
    const steps = this.#problem.bins.flatMap((bin, t): PlanStep[] => {
      if (t < position.bin) return []
      const lots = this.#problem.orders.map((order, s) => `${order.symbol}=${schedule.lots[s]?.[t]}`)
      return [{ id: t, name: 'trade', args: [bin, ...lots], start: t, end: t + 1, cost: 0 }]
    })
    const ordering = steps.slice(1).map((step) => [step.id - 1, step.id] as const)
    return {
      status: 'planned',
      plan: { version: PLAN_VERSION, steps, ordering, links: [], decomposition: null, cost: schedule.value },
      // Money is gained, not spent: what is still to come has a negative cost.
      costToGo: -(schedule.value - position.cash),
      reason: `worth ${schedule.value.toFixed(2)} in the end`,
    }
  }

  async opportunity(request: PlanRequest): Promise<Opportunity | null> {
    const now = simulate(this.#model, request.remaining, request.state)
    if (now.status === 'breaks') return null
    const answer = await this.full(request)
    if (answer.status === 'none') return null
    const { replanCost, opportunityBps, lot, orders } = this.#problem
    const { bin, left, prices } = positionIn(this.#problem, request.state)
    const notional = orders.reduce((sum, _o, s) => sum + (left[s] as number) * lot * (prices[s]?.[bin] as number), 0)
    const gain = answer.plan.cost - (now.state['cash'] as number)
    const bps = notional > 0 ? (gain / notional) * 10_000 : 0
    return {
      gain,
      threshold: replanCost + (opportunityBps / 10_000) * notional,
      answer,
      evidence: `re-optimising gains ${gain.toFixed(2)}, ${bps.toFixed(1)} bps of ${notional.toFixed(0)} left to trade`,
    }
  }
}

/** The market: prices as they turn out, every order filled at the price of its bin. Time is the number of the bin. */
class MarketSimulator implements PlanExecutor {
  readonly timing = 'simulated'
  readonly idempotent = true
  readonly #problem: MarketProblem

  constructor(problem: MarketProblem) {
    this.#problem = problem
  }

  perform(step: PlanStep, { state }: { readonly state: ObservedState }): ActionReport {
    const bin = this.#problem.bins.indexOf(step.args[0] as string)
    let cash = state['cash'] as number
    lotsOf(this.#problem, step).forEach((count, s) => {
      const order = this.#problem.orders[s]
      if (order !== undefined) cash += moneyFor(this.#problem, order, count, order.actual[bin] as number)
    })
    return { status: 'success', duration: 1, cost: 0, state: { cash } }
  }

  observe(time: number): Observation {
    const bin = this.#problem.bins[time]
    if (bin === undefined) return {}
    return {
      state: Object.fromEntries(
        this.#problem.orders.map((order) => [priceName(order.symbol, bin), order.actual[time] as number]),
      ),
    }
  }
}

/**
 * A market problem, ready for `executeTask` with `checkEvery: 1`; the plan to begin with is made on the forecast.
 * Prices are meant to differ from the forecast: give `divergenceThreshold: 1`, so that only gains and overdrafts count.
 */
export function marketTask(problem: MarketProblem): ExecutionTask {
  const model = new MarketModel(problem)
  const state: Record<string, number> = { bin: 0, cash: problem.cash }
  for (const order of problem.orders) state[`left ${order.symbol}`] = order.lots
  return { model, source: new Trader(problem, model), executor: new MarketSimulator(problem), state }
}

/** What somebody who knew all prices beforehand would have ended with; null when not even that is possible. */
export async function hindsightValue(problem: MarketProblem): Promise<number | null> {
  const position = {
    bin: 0,
    cash: problem.cash,
    left: problem.orders.map((order) => order.lots),
    prices: problem.orders.map((order) => order.actual),
  }
  const schedule = await scheduleTrades(problem, position)
  return schedule.status === 'optimal' ? schedule.value : null
}

/** Money at the end of a trace, what replanning costs taken off. */
export function finalCash(problem: MarketProblem, trace: ExecutionTrace): number {
  return (trace.currentState['cash'] as number) - problem.replanCost * trace.replans.length
}
