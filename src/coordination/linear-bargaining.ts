/**
 * Bargaining over linear deal spaces: a mediator's proposal, and the monotonic concession protocol.
 *
 *     utilitarian         max sum g_i                                  one linear program
 *     egalitarian         max t, g_i >= t, then max sum g_i            two
 *     kalai-smorodinsky   max t, g_i >= t G_i, then max sum g_i        parties + two;  G_i the most i can gain from a rational deal
 *     nash                max prod g_i                                 two parties: the best point of each straight piece of the
 *                                                                      frontier, in closed form; more: cutting planes of log g_i
 *                                                                      (Kelley 1960)
 *     transfers           max sum g_i, the surplus shared equally by payments that cancel out
 *
 * all over deals with g >= 0. Proof for Nash, by one more program: for every rational deal sum_i g_i / g*_i <= M gives
 * prod g_i <= (M / k)^k prod g*_i (means), with M = k exactly at the optimum. The bound is stated with the deal; with cuts
 * it is the smaller one of this and of the last program of tangents.
 *
 * Concession: both begin at their best corner of the frontier; the party that risks less concedes to the nearest point whose product
 * of gains exceeds that of the other's offer, at least by a step of its whole range (the resolution, as there is no next deal
 * in a continuum); on equal risks the first party. It ends within about a step of the Nash solution.
 *
 * Sources: Nash (1950); Kalai and Smorodinsky (1975); Kalai (1977); Zeuthen (1930); Harsanyi (1956).
 */
import {
  InternalError,
  InvalidInputError,
  Run,
  type RunOptions,
  UnsupportedError,
} from '../../solvers/contract/index.ts'
import type { BargainingObjective } from '../../solvers/game/index.ts'
import { LinearSession } from '../../solvers/linear/index.ts'
import type { LinearDealSpace } from '../domain/linear-negotiation.ts'
import type { Shortfall } from './deal-space.ts'
import {
  type Corner,
  checkLinearDeal,
  DealProgram,
  frontierOfTwo,
  gainsAt,
  type LinearDeal,
  linearShortfall,
  validateLinearDealSpace,
} from './linear-deal-space.ts'

export type LinearOutcome =
  | {
      readonly status: 'agreement'
      readonly terms: Readonly<Record<string, number>>
      readonly utilities: readonly number[]
      readonly gains: readonly number[]
    }
  /** Everybody keeps its reservation. */
  | { readonly status: 'conflict'; readonly reason: string; readonly shortfall: Shortfall }

export interface LinearMediation {
  readonly outcome: LinearOutcome
  readonly objective: BargainingObjective
  /** Proved: no rational deal has a greater value of the objective; null without an agreement. */
  readonly value: number | null
  readonly bound: number | null
  /** What each party receives besides (negative: pays); they sum to 0. Only with transfers. */
  readonly transfers?: readonly number[]
}

export interface LinearMediationOptions extends RunOptions {
  /** @default 'nash' */
  readonly objective?: BargainingObjective
  /** Side payments; then the objective is the sum. @default false */
  readonly transfers?: boolean
}

/** Gains of a party whose best is within this of 0 do not count in a product, relative to the largest best. */
const NOTHING = 1e-9
const CUTS = 200

/** @throws InvalidInputError when the space breaks its rules */
export async function mediateLinear(
  space: LinearDealSpace,
  options: LinearMediationOptions = {},
): Promise<LinearMediation> {
  validateLinearDealSpace(space)
  const program = new DealProgram(space, new Run('linear bargaining', options))
  const parties = space.parties.length
  const ones = new Array<number>(parties).fill(1)
  const rational = new Array<number>(parties).fill(0)
  const objective = options.transfers === true ? 'utilitarian' : (options.objective ?? 'nash')
  const conflict = async (): Promise<LinearMediation> => {
    const shortfall = await linearShortfall(program)
    const outcome = { status: 'conflict', reason: shortfall.explanation, shortfall } as const
    return { outcome, objective, value: null, bound: null }
  }
  if (options.transfers === true) {
    const deal = await program.best(
      ones,
      ones.map(() => null),
    )
    const surplus = deal?.gains.reduce((sum, gain) => sum + gain, 0) ?? -1
    if (deal === null || surplus < 0) return conflict()
    const transfers = deal.gains.map((gain) => surplus / parties - gain)
    return { outcome: agreed(space, deal, false), objective, value: surplus, bound: surplus, transfers }
  }
  const sumBest = await program.best(ones, rational)
  if (sumBest === null) return conflict()
  const total = (deal: LinearDeal): number => deal.gains.reduce((sum, gain) => sum + gain, 0)
  if (objective === 'utilitarian') {
    return { outcome: agreed(space, sumBest), objective, value: total(sumBest), bound: total(sumBest) }
  }
  if (objective !== 'nash') {
    const scale = objective === 'egalitarian' ? ones : await ideals(program)
    const { deal, level } = await leastRaised(program, scale)
    return { outcome: agreed(space, deal), objective, value: level, bound: level }
  }
  const { deal, value, bound } = await nashDeal(program)
  return { outcome: agreed(space, deal), objective, value, bound }
}

/** The most each party can gain from a rational deal. */
async function ideals(program: DealProgram): Promise<number[]> {
  const parties = program.space.parties.length
  const most: number[] = []
  for (let i = 0; i < parties; i++) {
    const weights = new Array<number>(parties).fill(0)
    weights[i] = 1
    const best = await program.best(weights, new Array<number>(parties).fill(0))
    if (best === null) throw new InternalError('a rational deal was there and is gone')
    most.push(Math.max(0, best.gains[i] as number))
  }
  return most
}

/** max t with g_i >= t scale_i, then the greatest sum among these deals. Parties of scale 0 do not count. */
async function leastRaised(
  program: DealProgram,
  scale: readonly number[],
): Promise<{ readonly deal: LinearDeal; readonly level: number }> {
  const { parties, terms } = program.space
  const rational = parties.map(() => 0)
  const model = program.model(rational, rational)
  const level = model.addVariable('level', {
    lower: 0,
    upper: scale.some((one) => one > 0) ? undefined! : 0,
    objective: 1,
  })
  parties.forEach(({ id }, i) => {
    if ((scale[i] as number) > 0)
      model.addRow(
        `level of ${id}`,
        [
          [terms.length + i, 1],
          [level, -(scale[i] as number)],
        ],
        '>=',
        0,
      )
  })
  const result = await program.solve(model)
  const reached = program.dealOf(result)
  if (reached === null || result.status !== 'optimal') throw new InternalError('a rational deal was there and is gone')
  const value = result.values[level] as number
  const floors = scale.map((one, i) => {
    const floor = Math.min(value * one, reached.gains[i] as number)
    return Math.max(0, floor - 1e-9 * Math.max(1, floor))
  })
  const deal =
    (await program.best(
      parties.map(() => 1),
      floors,
    )) ?? reached
  return { deal, level: value }
}

/** The Nash solution with its bound; parties that can gain nothing are left out of the product. */
async function nashDeal(
  program: DealProgram,
): Promise<{ readonly deal: LinearDeal; readonly value: number; readonly bound: number }> {
  const { space } = program
  const most = await ideals(program)
  const largest = Math.max(...most)
  const counted = most.flatMap((one, i) => (one > NOTHING * largest ? [i] : []))
  const product = (gains: readonly number[]): number => counted.reduce((value, i) => value * (gains[i] as number), 1)
  let deal: LinearDeal
  let tangents = Number.POSITIVE_INFINITY
  if (counted.length === 0) return { deal: (await leastRaised(program, most)).deal, value: 0, bound: 0 }
  if (space.parties.length === 2 && counted.length === 2) deal = bestOnFrontier(space, await frontierOfTwo(program))
  else {
    const found = await byCuts(program, counted, (await leastRaised(program, most)).deal)
    deal = found.deal
    tangents = Math.exp(found.upper)
  }
  const weights = space.parties.map((_, i) => (counted.includes(i) ? 1 / (deal.gains[i] as number) : 0))
  const proof = await program.best(
    weights,
    space.parties.map(() => 0),
  )
  const sum = counted.reduce((value, i) => value + (proof?.gains[i] as number) / (deal.gains[i] as number), 0)
  const value = product(deal.gains)
  const means = value * (sum / counted.length) ** counted.length
  return { deal, value, bound: Math.max(value, Math.min(means, tangents)) }
}

/** On each straight piece the product of the two gains is a parabola. */
function bestOnFrontier(space: LinearDealSpace, corners: readonly Corner[]): LinearDeal {
  let best = corners[0] as LinearDeal
  const value = (deal: LinearDeal): number => (deal.gains[0] as number) * (deal.gains[1] as number)
  for (let k = 0; k + 1 < corners.length; k++) {
    const [from, to] = [corners[k] as Corner, corners[k + 1] as Corner]
    const [dx, dy] = [to.gains[0] - from.gains[0], to.gains[1] - from.gains[1]]
    const peak = -(from.gains[0] * dy + from.gains[1] * dx) / (2 * dx * dy)
    for (const share of [Math.min(1, Math.max(0, peak)), 1]) {
      const point = from.point.map((one, j) => one + share * ((to.point[j] as number) - one))
      const deal = { point, gains: gainsAt(space, point) }
      if (value(deal) > value(best)) best = deal
    }
  }
  return best
}

/** Share of the best deal's gain below which no tangent is laid. */
const STEEPEST = 1e-5

/** max sum of z_i under tangents of log at the gains seen so far. */
async function byCuts(
  program: DealProgram,
  counted: readonly number[],
  start: LinearDeal,
): Promise<{ readonly deal: LinearDeal; readonly upper: number }> {
  const { parties, terms } = program.space
  const rational = parties.map(() => 0)
  const model = program.model(rational, rational)
  const session = new LinearSession(model)
  const logs = counted.map((i) => model.addVariable(`log gain ${i}`, { lower: Number.NEGATIVE_INFINITY, objective: 1 }))
  const cut = (gains: readonly number[], round: number): void => {
    counted.forEach((i, k) => {
      const at = gains[i] as number
      model.addRow(
        `cut ${round} ${i}`,
        [
          [logs[k] as number, 1],
          [terms.length + i, -1 / at],
        ],
        '<=',
        Math.log(at) - 1,
      )
    })
  }
  const value = (gains: readonly number[]): number => counted.reduce((sum, i) => sum + Math.log(gains[i] as number), 0)
  let best = start
  let upper = Number.POSITIVE_INFINITY
  cut(start.gains, 0)
  for (let round = 1; round < CUTS; round++) {
    const result = await program.solve(session)
    const reached = program.dealOf(result)
    if (reached === null || result.status !== 'optimal')
      throw new InternalError('a rational deal was there and is gone')
    upper = Math.min(
      upper,
      logs.reduce((sum, column) => sum + (result.values[column] as number), 0),
    )
    // A gain of 0 has no tangent, and one near 0 a tangent too steep to compute with: cut a little inside, towards the best deal.
    const inside = reached.point.map((one, k) => one + 1e-3 * ((best.point[k] as number) - one))
    const candidate = counted.some((i) => !((reached.gains[i] as number) > STEEPEST * (best.gains[i] as number)))
      ? { point: inside, gains: gainsAt(program.space, inside) }
      : reached
    if (value(candidate.gains) > value(best.gains)) best = candidate
    if (upper - value(best.gains) <= 1e-8 * counted.length) break
    cut(candidate.gains, round)
    // Half way to the best one as well: the tangents close in from both sides.
    const middle = candidate.point.map((one, k) => (one + (best.point[k] as number)) / 2)
    const halfway = { point: middle, gains: gainsAt(program.space, middle) }
    if (value(halfway.gains) > value(best.gains)) best = halfway
    cut(halfway.gains, round + CUTS)
  }
  session.dispose()
  return { deal: best, upper }
}

function agreed(space: LinearDealSpace, deal: LinearDeal, rational = true): LinearOutcome & { status: 'agreement' } {
  const broken = checkLinearDeal(space, deal.point, rational)
  if (broken.length > 0) throw new InternalError(`the deal breaks a rule: ${broken[0]}`)
  return {
    status: 'agreement',
    terms: Object.fromEntries(space.terms.map(({ name }, k) => [name, deal.point[k] as number])),
    utilities: deal.gains.map((gain, i) => gain + (space.parties[i]?.reservation as number)),
    gains: deal.gains,
  }
}

export interface LinearConcessionOptions extends RunOptions {
  /** Least concession, as a share of the conceding party's range of gains; in (0, 0.5]. @default 0.001 */
  readonly resolution?: number
}

export interface LinearConcession {
  readonly outcome: LinearOutcome
  /** Gains of both parties in the offer of each, round by round, and the risks. */
  readonly rounds: readonly {
    readonly offers: readonly [readonly [number, number], readonly [number, number]]
    readonly risks: readonly [number, number]
  }[]
  /** Corners of the frontier, the best for the first party first. */
  readonly frontier: readonly (readonly [number, number])[]
}

/** @throws UnsupportedError for more than two parties; InvalidInputError when the space breaks its rules */
export async function concedeLinear(
  space: LinearDealSpace,
  options: LinearConcessionOptions = {},
): Promise<LinearConcession> {
  validateLinearDealSpace(space)
  const resolution = options.resolution ?? 0.001
  if (!(resolution > 0 && resolution <= 0.5)) {
    throw new InvalidInputError([
      {
        code: 'out-of-range',
        path: ['resolution'],
        message: `the resolution is ${resolution}`,
        hint: 'give a share of the range above 0 and at most 0.5',
      },
    ])
  }
  if (space.parties.length !== 2)
    throw new UnsupportedError('monotonic concession', `the protocol is for two parties, not ${space.parties.length}`)
  const program = new DealProgram(space, new Run('linear concession', options))
  const corners = await frontierOfTwo(program)
  if (corners.length === 0) {
    const shortfall = await linearShortfall(program)
    return { outcome: { status: 'conflict', reason: shortfall.explanation, shortfall }, rounds: [], frontier: [] }
  }
  const frontier = new Frontier(space, corners)
  const rounds: LinearConcession['rounds'][number][] = []
  // Offers as positions on the frontier, 0 the first party's best corner, 1 the second party's.
  let [i, j] = [0, 1]
  for (;;) {
    const [own, other] = [frontier.gains(i), frontier.gains(j)]
    const risks = [risk(own[0], other[0]), risk(other[1], own[1])] as const
    rounds.push({ offers: [own, other], risks })
    if (other[0] >= own[0] || own[1] >= other[1]) break
    if (risks[0] <= risks[1]) i = frontier.concede(i, j, 0, resolution)
    else j = frontier.concede(j, i, 1, resolution)
  }
  const outcome = agreed(space, frontier.deal(i))
  return { outcome, rounds, frontier: corners.map(({ gains }) => gains) }
}

function risk(own: number, other: number): number {
  return own <= 0 ? 1 : (own - other) / own
}

/** The frontier as a line of straight pieces; positions are shares of the first party's range and, where that is flat, of the index. */
class Frontier {
  readonly #space: LinearDealSpace
  readonly #corners: readonly Corner[]
  /** Position of each corner: its share of the sum of both ranges. */
  readonly #at: readonly number[]

  constructor(space: LinearDealSpace, corners: readonly Corner[]) {
    this.#space = space
    this.#corners = corners
    const [first, last] = [corners[0] as Corner, corners[corners.length - 1] as Corner]
    const ranges = [first.gains[0] - last.gains[0], last.gains[1] - first.gains[1]] as const
    this.#at = corners.map(({ gains }) => {
      const one = ranges[0] > 0 ? (first.gains[0] - gains[0]) / ranges[0] : 1
      const two = ranges[1] > 0 ? (gains[1] - first.gains[1]) / ranges[1] : 1
      return corners.length === 1 ? 0 : (one + two) / 2
    })
  }

  deal(position: number): LinearDeal {
    const corners = this.#corners
    let k = 0
    while (k + 2 < corners.length && (this.#at[k + 1] as number) < position) k++
    const from = corners[k] as Corner
    const to = (corners[k + 1] ?? from) as Corner
    const width = (this.#at[k + 1] ?? 1) - (this.#at[k] as number)
    const share = width > 0 ? Math.min(1, Math.max(0, (position - (this.#at[k] as number)) / width)) : 0
    const point = from.point.map((one, t) => one + share * ((to.point[t] as number) - one))
    return { point, gains: gainsAt(this.#space, point) }
  }

  gains(position: number): readonly [number, number] {
    return this.deal(position).gains as readonly [number, number]
  }

  #product(position: number): number {
    const [one, two] = this.gains(position)
    return one * two
  }

  /** From `own` towards `other`: the nearest position at least a step away whose product exceeds the other's; else the other's. */
  concede(own: number, other: number, party: 0 | 1, resolution: number): number {
    const range = Math.abs(this.gains(0)[party] - this.gains(1)[party])
    const target = this.#product(other)
    const start = this.gains(own)[party]
    const towards = (share: number): number => own + share * (other - own)
    // The least share that gives up a step; gains fall along the way.
    const step = firstShare((share) => start - this.gains(towards(share))[party] >= resolution * range, 0)
    if (step === null) return other
    if (this.#product(towards(step)) > target) return towards(step)
    // The product rises to its only peak and then falls to the target at the other's offer: find the peak, then the crossing.
    let [low, high] = [step, 1]
    for (let k = 0; k < 100; k++) {
      const [a, b] = [low + (high - low) / 3, high - (high - low) / 3]
      if (this.#product(towards(a)) < this.#product(towards(b))) low = a
      else high = b
    }
    const peak = (low + high) / 2
    if (!(this.#product(towards(peak)) > target)) return other
    const share = firstShare((one) => one >= peak || this.#product(towards(one)) > target, step)
    return share === null ? other : towards(share)
  }
}

/** The least share in [from, 1] from which on a condition holds, by bisection; null when it does not hold at 1. */
function firstShare(holds: (share: number) => boolean, from: number): number | null {
  if (!holds(1)) return null
  let [low, high] = [from, 1]
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
