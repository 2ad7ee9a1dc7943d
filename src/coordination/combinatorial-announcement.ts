/**
 * A contract net that announces all tasks together: agents bid on packages, what a package adds to the cost of what they hold, and the
 * initiator takes the cheapest packages that cover the tasks, one package an agent (winner determination as an integer program).
 *
 * With bids on all packages the outcome of the first round is the cheapest allocation there is. With packages of at most `packageSize`
 * tasks an agent may win again in a later round (iterated announcement, FIPA SC00030H): what is left is announced anew, bids then
 * counting what was won. As many tasks as possible are given out in every round, at the least cost among these.
 *
 * Source: Sandholm (1993), An implementation of the contract net protocol based on marginal cost calculations; Sandholm (2002) for bids on
 * packages. Complexity of a round: C(tasks, 1) + ... + C(tasks, packageSize) bids an agent, then an integer program.
 */
import { determineWinners } from '../../models/allocation/index.ts'
import {
  InternalError,
  InvalidInputError,
  type Issue,
  type Limit,
  Run,
  type RunOptions,
} from '../../solvers/contract/index.ts'
import type { PackageBid } from '../domain/auction.ts'

/** Most packages an agent is asked about in a round. */
const PACKAGE_LIMIT = 5000
const NOBODY = 'nobody takes '

export interface PackageBidder {
  readonly id: string
  /** Cost of the best plan for exactly these tasks; null when there is none. Must answer the same question alike. */
  cost(tasks: readonly string[]): number | null
}

export interface CombinatorialOptions extends RunOptions {
  /** Most tasks of a package, >= 1. @default all */
  readonly packageSize?: number
  /** Announcements at most. @default 10 */
  readonly rounds?: number
}

export interface CombinatorialRound {
  readonly announced: readonly string[]
  readonly bids: number
  readonly awards: readonly { readonly agent: string; readonly tasks: readonly string[]; readonly price: number }[]
}

interface Announced {
  readonly allocation: readonly { readonly agent: string; readonly tasks: readonly string[]; readonly cost: number }[]
  readonly unallocated: readonly string[]
  /** Sum of the agents' costs. */
  readonly cost: number
  readonly rounds: readonly CombinatorialRound[]
}

export type CombinatorialAnnouncement =
  | ({
      readonly status: 'complete' | 'partial'
      /** No allocation of as many tasks costs less: all packages were bid on in one round. */
      readonly optimal: boolean
    } & Announced)
  /** Winners could not be determined in time; what earlier rounds gave out stands. */
  | ({ readonly status: 'stopped'; readonly limit: Limit } & Announced)

/** @throws InvalidInputError for repeated names, options out of range or too many packages */
export async function announceCombinatorially(
  tasks: readonly string[],
  bidders: readonly PackageBidder[],
  options: CombinatorialOptions = {},
): Promise<CombinatorialAnnouncement> {
  const run = new Run('combinatorial announcement', options)
  const size = Math.min(tasks.length, options.packageSize ?? tasks.length)
  validate(tasks, bidders, options, size)
  const held = new Map(bidders.map(({ id }) => [id, [] as string[]]))
  const rounds: CombinatorialRound[] = []
  let left = [...tasks]
  const outcome = (): Announced => {
    const allocation = bidders.map((bidder) => {
      const own = tasks.filter((task) => held.get(bidder.id)?.includes(task))
      const cost = own.length === 0 ? 0 : bidder.cost(own)
      if (cost === null) throw new InternalError(`"${bidder.id}" won tasks that it has no plan for`)
      return { agent: bidder.id, tasks: own, cost }
    })
    return { allocation, unallocated: left, cost: allocation.reduce((sum, one) => sum + one.cost, 0), rounds }
  }
  for (let round = 1; round <= (options.rounds ?? 10) && left.length > 0; round++) {
    const bids = bidders.flatMap((bidder) => bidsOf(bidder, held.get(bidder.id) as string[], left, tasks, size))
    const auction = {
      title: 'announcement',
      unit: '',
      items: left,
      bids: [...bids, ...left.map((task) => dummyBid(task, bids))],
      side: 'buy',
      cover: 'exact',
      exclusive: true,
    } as const
    const winners = await determineWinners(auction, run.nested())
    if (winners.status === 'unknown') return { status: 'stopped', limit: winners.limit, ...outcome() }
    if (winners.status === 'infeasible') throw new InternalError('tasks that nobody takes could not be left over')
    const won = winners.winners.filter(({ bidder }) => !bidder.startsWith(NOBODY))
    rounds.push({
      announced: left,
      bids: bids.length,
      awards: won.map(({ bidder, items, price }) => ({ agent: bidder, tasks: items, price })),
    })
    for (const { bidder, items } of won) held.get(bidder)?.push(...items)
    left = left.filter((task) => !won.some(({ items }) => items.includes(task)))
    if (winners.status === 'feasible') return { status: 'stopped', limit: winners.limit, ...outcome() }
    if (won.length === 0) break
  }
  const status = left.length === 0 ? 'complete' : 'partial'
  return { status, optimal: size === tasks.length, ...outcome() }
}

/** What packages of the tasks left add to the cost of what a bidder holds. */
function bidsOf(
  bidder: PackageBidder,
  held: readonly string[],
  left: readonly string[],
  order: readonly string[],
  size: number,
): PackageBid[] {
  const before = held.length === 0 ? 0 : bidder.cost(order.filter((task) => held.includes(task)))
  if (before === null) throw new InternalError(`"${bidder.id}" has no plan for what it holds`)
  const bids: PackageBid[] = []
  const extend = (start: number, items: readonly string[]): void => {
    if (items.length > 0) {
      const after = bidder.cost(order.filter((task) => held.includes(task) || items.includes(task)))
      if (after !== null) {
        const id = JSON.stringify([bidder.id, ...items])
        bids.push({ id, bidder: bidder.id, items, price: after - before })
      }
    }
    if (items.length === size) return
    for (let k = start; k < left.length; k++) extend(k + 1, [...items, left[k] as string])
  }
  extend(0, [])
  return bids
}

/** Leaves a task over at a price that no set of bids can make up for. */
function dummyBid(task: string, bids: readonly PackageBid[]): PackageBid {
  const price = 1 + 2 * bids.reduce((most, bid) => most + Math.abs(bid.price), 0)
  return { id: `${NOBODY}${task}`, bidder: `${NOBODY}${task}`, items: [task], price }
}

function validate(
  tasks: readonly string[],
  bidders: readonly PackageBidder[],
  options: CombinatorialOptions,
  size: number,
): void {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  tasks.forEach((task, j) => {
    if (tasks.indexOf(task) !== j) fault('duplicate', ['tasks', j], `"${task}" is listed twice`, 'use unique ids')
  })
  bidders.forEach(({ id }, i) => {
    if (bidders.findIndex((one) => one.id === id) !== i)
      fault('duplicate', ['bidders', i], `"${id}" is listed twice`, 'use unique ids')
    if (id.startsWith(NOBODY)) fault('reserved', ['bidders', i], `"${id}" begins with "${NOBODY}"`, 'use another id')
  })
  for (const name of ['packageSize', 'rounds'] as const) {
    const value = options[name]
    if (value !== undefined && (!Number.isInteger(value) || value < 1))
      fault('out-of-range', [name], `${name} is ${value}`, 'give a whole number >= 1')
  }
  let packages = 0
  for (let k = 1, choose = 1; k <= size; k++) {
    choose = (choose * (tasks.length - k + 1)) / k
    packages += choose
  }
  if (packages > PACKAGE_LIMIT) {
    const message = `${tasks.length} tasks make ${packages} packages of at most ${size}`
    fault('out-of-range', ['packageSize'], message, `give a packageSize that makes at most ${PACKAGE_LIMIT}`)
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
}
