/**
 * When steps may start: the simple temporal network of a plan, re-timed as steps start, end and are delayed.
 *
 * Orders come from the plan's ordering; of a scheduled plan also from its agents (one step at a time) and from resources
 * with a capacity, whose units are handed from step to step as the schedule does (partial-order schedule by chaining,
 * Policella, Smith, Cesta and Oddi 2004); a plan with neither order nor times runs in its sequence. Started and finished
 * steps are pinned. A delay within the slack only moves times; when a deadline cannot be met any more the network says so.
 */

import { TemporalNetwork } from '../../solvers/temporal/index.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'

export interface DispatchOptions {
  /** Latest end of the plan. @default none */
  readonly deadline?: number
  /** Latest ends of steps, by id. @default none */
  readonly deadlines?: ReadonlyMap<number, number>
  /** Units of reusable resources; amounts of `step.resources` with other names put no order on steps. @default none */
  readonly capacities?: Readonly<Record<string, number>>
  /** Steps among those of the plan that were under way before it: steps without times wait for all of them. @default none */
  readonly running?: ReadonlySet<number>
  /** Earliest starts of steps, by id. @default none */
  readonly releases?: ReadonlyMap<number, number>
  /** Expected durations of steps without times, by id. @default 0 */
  readonly durations?: ReadonlyMap<number, number>
}

export interface Timing {
  /** Whether the deadlines can still be met. */
  readonly feasible: boolean
  /** Earliest start and end of each step, by id; the real ones where they are known. */
  readonly times: ReadonlyMap<number, { readonly start: number; readonly end: number }>
  /** How far the end of a step may be put off; Infinity without a deadline. Empty when infeasible. */
  readonly slack: ReadonlyMap<number, number>
  readonly finish: number
  /** Ids of the steps without slack against the finish, in order of time. */
  readonly critical: readonly number[]
}

export class Dispatch {
  readonly steps: readonly PlanStep[]
  readonly #options: DispatchOptions
  readonly #before = new Map<number, number[]>()
  readonly #started = new Map<number, number>()
  readonly #ended = new Map<number, number>()
  readonly #estimates = new Map<number, number>()

  constructor(plan: Plan, options: DispatchOptions = {}) {
    this.steps = plan.steps
    this.#options = options
    for (const step of this.steps) this.#before.set(step.id, [])
    for (const [first, second] of [...waits(options.running, plan), ...ordersOf(plan, options.capacities ?? {})]) {
      if (this.#before.has(first)) this.#before.get(second)?.push(first)
    }
  }

  durationOf(step: PlanStep): number {
    if (step.start !== undefined && step.end !== undefined) return step.end - step.start
    return this.#options.durations?.get(step.id) ?? 0
  }

  predecessors(id: number): readonly number[] {
    return this.#before.get(id) ?? []
  }

  start(id: number, time: number): void {
    this.#started.set(id, time)
  }

  end(id: number, time: number): void {
    this.#ended.set(id, time)
  }

  /** A running step will end at another time than planned. */
  estimate(id: number, end: number): void {
    this.#estimates.set(id, end)
  }

  isOpen(id: number): boolean {
    return this.#before.has(id) && !this.#started.has(id) && !this.#ended.has(id)
  }

  /** Steps whose predecessors are finished, in the order of the plan. */
  ready(): PlanStep[] {
    return this.steps.filter(
      (step) => this.isOpen(step.id) && this.predecessors(step.id).every((id) => this.#ended.has(id)),
    )
  }

  /** Steps that have not ended, each after those it waits for, with the places of those and its start or earliest start. */
  open(): { step: PlanStep; after: readonly number[]; begun: number | null; release: number }[] {
    const waiting = new Map<number, number>()
    const later = new Map<number, PlanStep[]>()
    const left = (id: number): number[] => this.predecessors(id).filter((before) => !this.#ended.has(before))
    const order: PlanStep[] = []
    for (const step of this.steps) {
      if (this.#ended.has(step.id)) continue
      const before = this.#started.has(step.id) ? [] : left(step.id)
      waiting.set(step.id, before.length)
      if (before.length === 0) order.push(step)
      for (const id of before) later.set(id, [...(later.get(id) ?? []), step])
    }
    for (const { id } of order) {
      for (const step of later.get(id) ?? []) {
        const count = (waiting.get(step.id) as number) - 1
        waiting.set(step.id, count)
        if (count === 0) order.push(step)
      }
    }
    const places = new Map(order.map((step, place) => [step.id, place]))
    return order.map((step) => {
      const begun = this.#started.get(step.id) ?? null
      const after = begun === null ? left(step.id).map((id) => places.get(id) as number) : []
      return { step, after, begun, release: this.#options.releases?.get(step.id) ?? Number.NEGATIVE_INFINITY }
    })
  }

  /** Times of everything as seen at `now`. O(steps x orders) at worst. */
  timing(now: number): Timing {
    const network = new TemporalNetwork()
    const points = new Map<number, readonly [number, number]>()
    for (const step of this.steps) {
      const start = network.addPoint()
      const end = network.addPoint()
      points.set(step.id, [start, end])
      const begun = this.#started.get(step.id)
      const done = this.#ended.get(step.id)
      const duration = this.durationOf(step)
      if (begun === undefined && done === undefined) {
        network.atLeast(0, start, Math.max(now, this.#options.releases?.get(step.id) ?? now))
        network.add(start, end, duration)
        network.atLeast(start, end, duration)
        continue
      }
      const from = begun ?? (done as number)
      const until = done ?? Math.max(now, this.#estimates.get(step.id) ?? from + duration)
      network.add(0, start, from)
      network.atLeast(0, start, from)
      network.add(0, end, until)
      network.atLeast(0, end, until)
    }
    for (const [id, before] of this.#before) {
      if (this.#started.has(id) || this.#ended.has(id)) continue
      const own = points.get(id) as readonly [number, number]
      for (const other of before) network.atLeast((points.get(other) as readonly [number, number])[1], own[0], 0)
    }
    const times = new Map<number, { start: number; end: number }>()
    let finish = now
    for (const [id, [start, end]] of points) {
      const earliest = { start: network.earliest(start), end: network.earliest(end) }
      times.set(id, earliest)
      if (!this.#ended.has(id)) finish = Math.max(finish, earliest.end)
    }
    const critical = this.#critical(times, finish)
    let feasible = true
    for (const step of this.steps) {
      const own = this.#options.deadlines?.get(step.id) ?? Number.POSITIVE_INFINITY
      const latest = Math.min(own, this.#options.deadline ?? Number.POSITIVE_INFINITY)
      if (latest === Number.POSITIVE_INFINITY || this.#ended.has(step.id)) continue
      feasible = network.add(0, (points.get(step.id) as readonly [number, number])[1], latest) && feasible
    }
    const slack = new Map<number, number>()
    if (feasible) for (const [id, [, end]] of points) slack.set(id, network.slack(end))
    return { feasible, times, slack, finish, critical }
  }

  /**
   * How far the end of a running or waiting step can move without breaking a deadline, everything after it pushed along.
   * Infinity without a deadline. O(steps + orders).
   */
  slackOf(id: number, now: number): number {
    const { times } = this.timing(now)
    const latest = new Map<number, number>()
    const after = new Map<number, number[]>()
    for (const [later, before] of this.#before) {
      for (const earlier of before) after.set(earlier, [...(after.get(earlier) ?? []), later])
    }
    const latestEnd = (step: number): number => {
      const known = latest.get(step)
      if (known !== undefined) return known
      let bound = Math.min(
        this.#options.deadline ?? Number.POSITIVE_INFINITY,
        this.#options.deadlines?.get(step) ?? Number.POSITIVE_INFINITY,
      )
      for (const later of after.get(step) ?? []) {
        const time = times.get(later) as { start: number; end: number }
        bound = Math.min(bound, latestEnd(later) - (time.end - time.start))
      }
      latest.set(step, bound)
      return bound
    }
    return latestEnd(id) - (times.get(id)?.end ?? now)
  }

  /** Steps on a longest chain that ends at the finish. */
  #critical(times: ReadonlyMap<number, { start: number; end: number }>, finish: number): number[] {
    const critical = new Set<number>()
    const open: number[] = []
    for (const [id, time] of times) if (!this.#ended.has(id) && time.end >= finish - 1e-9) open.push(id)
    for (const id of open) {
      if (critical.has(id)) continue
      critical.add(id)
      const { start } = times.get(id) as { start: number; end: number }
      for (const before of this.predecessors(id)) {
        if (!this.#ended.has(before) && (times.get(before)?.end ?? 0) >= start - 1e-9) open.push(before)
      }
    }
    return this.steps.map((step) => step.id).filter((id) => critical.has(id))
  }
}

function waits(running: ReadonlySet<number> | undefined, plan: Plan): (readonly [number, number])[] {
  if (running === undefined) return []
  const later = plan.steps.filter((step) => !running.has(step.id) && step.start === undefined)
  return later.flatMap((step) => [...running].map((before) => [before, step.id] as const))
}

/** Pairs of ids: the first ends before the second starts. */
export function ordersOf(plan: Plan, capacities: Readonly<Record<string, number>>): (readonly [number, number])[] {
  const { steps } = plan
  const scheduled = steps.length > 0 && steps.every((step) => step.start !== undefined && step.end !== undefined)
  if (!scheduled) {
    if (plan.ordering.length > 0) return [...plan.ordering]
    return steps.slice(1).map((step, index) => [(steps[index] as PlanStep).id, step.id] as const)
  }
  const orders: (readonly [number, number])[] = [...plan.ordering]
  const inTime = steps.toSorted((a, b) => (a.start as number) - (b.start as number) || a.id - b.id)
  const lastOfAgent = new Map<string, PlanStep>()
  const units = new Map<string, (PlanStep | null)[]>()
  for (const [name, capacity] of Object.entries(capacities))
    units.set(name, new Array<PlanStep | null>(Math.max(0, Math.floor(capacity))).fill(null))
  for (const step of inTime) {
    if (step.agent !== undefined) {
      const last = lastOfAgent.get(step.agent)
      if (last !== undefined && (last.end as number) <= (step.start as number)) orders.push([last.id, step.id])
      lastOfAgent.set(step.agent, step)
    }
    for (const [name, amount] of Object.entries(step.resources ?? {})) {
      const held = units.get(name)
      if (held === undefined) continue
      const givers = new Set<number>()
      let wanted = Math.ceil(amount)
      for (let i = 0; i < held.length && wanted > 0; i++) {
        const holder = held[i] as PlanStep | null
        if (holder !== null && (holder.end as number) > (step.start as number)) continue
        if (holder !== null) givers.add(holder.id)
        held[i] = step
        wanted--
      }
      for (const giver of givers) orders.push([giver, step.id])
    }
  }
  return orders
}
