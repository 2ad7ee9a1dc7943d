/**
 * Looking into linear deal spaces by linear programs: the best deal for weighted gains, the frontier of two parties, what is missing when
 * nothing satisfies everybody; and lotteries over enumerated deals as such a space.
 *
 * Variables   term k in [low_k, high_k]; g_i, the gain of party i over its reservation
 * Rows        the space's limits;  sum_k c_ik x_k - g_i = r_i - d_i
 * Size        terms + parties columns, limits + parties rows
 */
import { InternalError, InvalidInputError, type Issue, type Run } from '../../solvers/contract/index.ts'
import { paretoDeals } from '../../solvers/game/index.ts'
import { LinearModel, type LinearResult, LinearSession, solveLinear, type Term } from '../../solvers/linear/index.ts'
import type { LinearDealSpace } from '../domain/linear-negotiation.ts'
import type { DealSpace } from '../domain/negotiation.ts'
import { gainsOf, type Shortfall } from './deal-space.ts'

/** Limits and reservations may be missed by this much, relative to the sizes involved. */
export const DEAL_TOLERANCE = 1e-7

export interface LinearDeal {
  /** Values of the terms, in their order. */
  readonly point: readonly number[]
  /** Gains of the parties, in their order. */
  readonly gains: readonly number[]
}

/** The linear program of a space; `floors` are least gains, null for none. */
export class DealProgram {
  readonly space: LinearDealSpace
  readonly #run: Run

  constructor(space: LinearDealSpace, run: Run) {
    this.space = space
    this.#run = run
  }

  /** The model with the gain of party i as the variable `terms + i`. */
  model(floors: readonly (number | null)[], weights: readonly number[]): LinearModel {
    const { terms, limits, parties, utilities } = this.space
    const model = new LinearModel('deals', 'maximize')
    for (const { name, low, high } of terms) model.addVariable(`term ${name}`, { lower: low, upper: high })
    parties.forEach(({ id }, i) => {
      model.addVariable(`gain of ${id}`, {
        lower: floors[i] ?? Number.NEGATIVE_INFINITY,
        objective: weights[i] as number,
      })
    })
    for (const { name, coefficients, relation, side } of limits)
      model.addRow(`limit ${name}`, nonzero(coefficients), relation, side)
    parties.forEach(({ id, reservation }, i) => {
      const { coefficients, constant } = utilities[i] as LinearDealSpace['utilities'][number]
      model.addRow(`utility of ${id}`, [...nonzero(coefficients), [terms.length + i, -1]], '=', reservation - constant)
    })
    return model
  }

  /** The deal of the greatest weighted gain; null when no deal reaches the floors. */
  async best(weights: readonly number[], floors: readonly (number | null)[]): Promise<LinearDeal | null> {
    return this.dealOf(await this.solve(this.model(floors, weights)))
  }

  async solve(model: LinearModel | LinearSession): Promise<LinearResult> {
    const { onProgress: _quiet, ...nested } = this.#run.nested()
    const options = { ...nested, duals: false }
    return model instanceof LinearSession ? model.solve(options) : solveLinear(model, options)
  }

  dealOf(result: LinearResult): LinearDeal | null {
    if (result.status === 'infeasible') return null
    if (result.status !== 'optimal') throw new InternalError(`a bounded linear program over deals was ${result.status}`)
    const point = this.space.terms.map((term, k) => Math.min(term.high, Math.max(term.low, result.values[k] as number)))
    return { point, gains: gainsAt(this.space, point) }
  }
}

function nonzero(coefficients: readonly number[]): Term[] {
  return coefficients.flatMap((coefficient, k): Term[] => (coefficient === 0 ? [] : [[k, coefficient]]))
}

export function gainsAt(space: LinearDealSpace, point: readonly number[]): readonly number[] {
  return space.parties.map(({ reservation }, i) => {
    const { coefficients, constant } = space.utilities[i] as LinearDealSpace['utilities'][number]
    return coefficients.reduce((sum, c, k) => sum + c * (point[k] as number), constant - reservation)
  })
}

/** Rules that a deal breaks, one sentence each; from the space's own words. */
export function checkLinearDeal(space: LinearDealSpace, point: readonly number[], rational = true): string[] {
  const broken: string[] = []
  space.terms.forEach(({ name, low, high }, k) => {
    const value = point[k] as number
    const slack = DEAL_TOLERANCE * Math.max(1, Math.abs(low), Math.abs(high))
    if (!(value >= low - slack && value <= high + slack)) broken.push(`term "${name}" is ${value}`)
  })
  for (const { name, coefficients, relation, side } of space.limits) {
    let sum = 0
    let size = Math.max(1, Math.abs(side))
    coefficients.forEach((c, k) => {
      sum += c * (point[k] as number)
      size = Math.max(size, Math.abs(c * (point[k] as number)))
    })
    const over = relation === '<=' ? sum - side : relation === '>=' ? side - sum : Math.abs(sum - side)
    if (!(over <= DEAL_TOLERANCE * size)) broken.push(`limit "${name}" is missed by ${over}`)
  }
  if (!rational) return broken
  gainsAt(space, point).forEach((gain, i) => {
    const party = space.parties[i] as LinearDealSpace['parties'][number]
    if (gain < -DEAL_TOLERANCE * Math.max(1, Math.abs(party.reservation)))
      broken.push(`"${party.id}" is ${-gain} below its reservation`)
  })
  return broken
}

/** What is missing when no deal satisfies everybody; null when there are no deals at all. */
export async function linearShortfall(program: DealProgram): Promise<Shortfall> {
  const { parties, terms } = program.space
  const free = parties.map(() => null)
  const wanted = parties.reduce((sum, { reservation }) => sum + reservation, 0)
  const most = await program.best(
    parties.map(() => 1),
    free,
  )
  if (most === null) {
    const explanation = 'the limits leave no deals'
    return { wanted, available: null, short: 0, lacking: null, explanation }
  }
  const available = wanted + most.gains.reduce((sum, gain) => sum + gain, 0)
  // The least sum of what parties lack: g_i + lack_i >= 0.
  const model = program.model(
    free,
    parties.map(() => 0),
  )
  parties.forEach(({ id }, i) => {
    const lack = model.addVariable(`lack of ${id}`, { lower: 0, objective: -1 })
    model.addRow(
      `reservation of ${id}`,
      [
        [terms.length + i, 1],
        [lack, 1],
      ],
      '>=',
      0,
    )
  })
  const nearest = program.dealOf(await program.solve(model))
  const lacking = nearest === null ? null : nearest.gains.reduce((sum, gain) => sum + Math.max(0, -gain), 0)
  const short = Math.max(0, wanted - available)
  const explanation =
    short > DEAL_TOLERANCE * Math.max(1, Math.abs(wanted))
      ? `the parties want ${wanted} together, and no deal yields more than ${available}: ${short} short`
      : `no deal gives every party its reservation; the nearest one lacks ${lacking}`
  return { wanted, available, short, lacking, explanation }
}

/** Corner of the frontier of two parties. */
export interface Corner extends LinearDeal {
  readonly gains: readonly [number, number]
}

const CORNER_LIMIT = 10_000

/**
 * The corners of the rational Pareto frontier of two parties, the best for the first party first; between neighbours it is straight. By
 * weighted sums between known corners (Aneja and Nair 1979): two programs a corner. Empty when there is no rational deal.
 */
export async function frontierOfTwo(program: DealProgram): Promise<readonly Corner[]> {
  const rational = [0, 0]
  const ends: Corner[] = []
  for (const first of [0, 1] as const) {
    const alone = await program.best(first === 0 ? [1, 0] : [0, 1], rational)
    if (alone === null) return []
    const floors = [0, 0]
    const size = Math.max(1, Math.abs(alone.gains[first] as number))
    floors[first] = Math.max(0, (alone.gains[first] as number) - 1e-9 * size)
    ends.push(((await program.best(first === 0 ? [0, 1] : [1, 0], floors)) ?? alone) as Corner)
  }
  const [start, end] = ends as [Corner, Corner]
  const between = async (left: Corner, right: Corner): Promise<Corner[]> => {
    const weights = [right.gains[1] - left.gains[1], left.gains[0] - right.gains[0]] as const
    const size = Math.max(left.gains[0], right.gains[1], 1e-300)
    if (!(weights[0] > 1e-9 * size && weights[1] > 1e-9 * size)) return []
    const found = (await program.best(weights, rational)) as Corner | null
    if (found === null) return []
    const level = (corner: Corner): number => weights[0] * corner.gains[0] + weights[1] * corner.gains[1]
    if (level(found) <= level(left) + 1e-9 * Math.max(Math.abs(level(left)), size * size * 1e-9)) return []
    corners++
    if (corners > CORNER_LIMIT) throw new InternalError(`the frontier has more than ${CORNER_LIMIT} corners`)
    return [...(await between(left, found)), found, ...(await between(found, right))]
  }
  let corners = 2
  const inner = await between(start, end)
  const same = Math.abs(start.gains[0] - end.gains[0]) <= 1e-9 * Math.max(1, Math.abs(start.gains[0]))
  return same ? [start] : [start, ...inner, end]
}

/**
 * Lotteries over the deals of an enumerated space: probabilities as terms, expected utilities. The points are its corners. Deals that
 * another one dominates are left out: no lottery needs them.
 */
export function lotteriesOver(space: DealSpace): LinearDealSpace {
  const all = Int32Array.from({ length: space.deals }, (_, d) => d)
  const deals = [...paretoDeals(gainsOf(space), all)]
  return {
    title: `lotteries over ${space.title}`,
    unit: space.unit,
    parties: space.parties,
    terms: deals.map((deal) => ({ name: `deal ${deal}`, low: 0, high: 1 })),
    limits: [{ name: 'probabilities', coefficients: deals.map(() => 1), relation: '=', side: 1 }],
    utilities: space.utilities.map((own) => ({
      coefficients: deals.map((deal) => own[deal] as number),
      constant: 0,
    })),
  }
}

/** @throws InvalidInputError with every fault */
export function validateLinearDealSpace(space: LinearDealSpace): void {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const { parties, terms, limits, utilities } = space
  if (parties.length < 2 || utilities.length !== parties.length) {
    const message = `${parties.length} parties with ${utilities.length} utilities`
    fault('wrong-count', ['parties'], message, 'give two or more parties and one utility for each')
  }
  const unique = (names: readonly string[], path: string): void => {
    names.forEach((name, k) => {
      if (names.indexOf(name) !== k) fault('duplicate', [path, k], `"${name}" is listed twice`, 'use unique names')
    })
  }
  unique(
    parties.map(({ id }) => id),
    'parties',
  )
  unique(
    terms.map(({ name }) => name),
    'terms',
  )
  terms.forEach(({ name, low, high }, k) => {
    if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high))
      fault(
        'out-of-range',
        ['terms', k],
        `term "${name}" runs from ${low} to ${high}`,
        'give finite numbers, low <= high',
      )
  })
  const numbers = (values: readonly number[], path: (string | number)[]): void => {
    if (values.length !== terms.length || values.some((value) => !Number.isFinite(value)))
      fault('wrong-length', path, `not ${terms.length} finite coefficients`, 'give one finite number a term')
  }
  limits.forEach(({ coefficients, side }, l) => {
    numbers(coefficients, ['limits', l])
    if (!Number.isFinite(side))
      fault('not-finite', ['limits', l, 'side'], `the side is ${side}`, 'give a finite number')
  })
  utilities.forEach(({ coefficients, constant }, i) => {
    numbers(coefficients, ['utilities', i])
    if (!Number.isFinite(constant))
      fault('not-finite', ['utilities', i, 'constant'], `the constant is ${constant}`, 'give a finite number')
  })
  parties.forEach(({ id, reservation }, i) => {
    if (!Number.isFinite(reservation))
      fault(
        'not-finite',
        ['parties', i, 'reservation'],
        `the reservation of "${id}" is ${reservation}`,
        'give a finite number',
      )
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
