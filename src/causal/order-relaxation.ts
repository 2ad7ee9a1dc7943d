/**
 * The orderings between the events of a plan, some of which must be kept and the others only serve needs: generalised
 * and then minimised, see deorder.ts.
 */
import type { PlanEvent } from './events.ts'
import { BitRelation } from './order.ts'

interface Need {
  readonly consumer: number
  /** Events that bring the needed literal about, and that undo it. */
  readonly producers: readonly number[]
  readonly undoers: readonly number[]
  readonly initially: boolean
}

export class OrderRelaxation {
  readonly #events: readonly PlanEvent[]
  /** Edges that stay, over events and auxiliary points; points follow the events. */
  readonly #kept: [number, number][] = []
  readonly #causal: [number, number][] = []
  readonly #needs: Need[] = []
  /** By event: needs that it has, serves or undoes. */
  readonly #touched: number[][]
  #points: number
  #order = new BitRelation(0)
  #fixed = new BitRelation(0)

  /** @param events in an order of execution in which every need is met */
  constructor(events: readonly PlanEvent[]) {
    this.#events = events
    this.#points = events.length
    this.#touched = events.map(() => [])
    this.#readEvents()
    this.#keepGoalLast()
    this.#keepNumbers()
  }

  /** A moment that is no event. */
  addPoint(): number {
    return this.#points++
  }

  /** An ordering that must stay. */
  keep(first: number, second: number): void {
    this.#kept.push([first, second])
  }

  /** Phase 1: orders what the needs, met the way they were, ask for, and nothing else. */
  generalise(): void {
    this.#fixed = this.#closure(this.#kept)
    this.#order = this.#closure([...this.#kept, ...this.#causal])
  }

  /** Phase 2: takes out pairs while all needs stay necessarily met. */
  minimise(): void {
    const count = this.#events.length
    const order = this.#order
    for (let changed = true; changed; ) {
      changed = false
      for (let first = 0; first < count; first++) {
        for (const second of [...order.row(first)]) {
          if (this.#fixed.has(first, second) || !this.#covers(first, second)) continue
          order.remove(first, second)
          if (this.#stillMet(first)) changed = true
          else order.add(first, second)
        }
      }
    }
  }

  /** Direct orderings of the steps, by id: the transitive reduction. */
  stepOrdering(): [number, number][] {
    const result: [number, number][] = []
    const steps = this.#steps()
    // Events stand in an order of execution: what is reached through an earlier successor is known when it comes up.
    const reached = new BitRelation(this.#events.length)
    for (const first of steps) {
      for (const second of steps) {
        if (!this.#order.has(first, second) || reached.has(first, second)) continue
        result.push([this.#events[first]?.id as number, this.#events[second]?.id as number])
        for (const third of this.#order.row(second)) reached.add(first, third)
      }
    }
    return result
  }

  /** Pairs of steps that are ordered, directly or through others. */
  orderedSteps(): number {
    const steps = this.#steps()
    let pairs = 0
    for (const first of steps) for (const second of steps) if (this.#order.has(first, second)) pairs++
    return pairs
  }

  #steps(): number[] {
    return this.#events.flatMap((event, index) => (event.kind === 'step' ? [index] : []))
  }

  #readEvents(): void {
    const producers = new Map<string, number[]>()
    const note = (literal: string, index: number): void => {
      const list = producers.get(literal)
      if (list === undefined) producers.set(literal, [index])
      else list.push(index)
    }
    const firstChange = new Map<string, 'gained' | 'lost'>()
    this.#events.forEach(({ adds, deletes, gained, lost }, index) => {
      for (const fact of adds) note(fact, index)
      for (const fact of deletes) note(`not ${fact}`, index)
      for (const fact of gained) if (!firstChange.has(fact)) firstChange.set(fact, 'gained')
      for (const fact of lost) if (!firstChange.has(fact)) firstChange.set(fact, 'lost')
    })
    const changedLast = new Map<string, number>()
    this.#events.forEach(({ needs, gained, lost }, consumer) => {
      for (const { fact, positive } of needs) {
        const makers = producers.get(positive ? fact : `not ${fact}`) ?? []
        const undoers = (producers.get(positive ? `not ${fact}` : fact) ?? []).filter((index) => index !== consumer)
        const producer = changedLast.get(fact) ?? -1
        // Nothing before made it so, or what changed it first undid it: it was so in the beginning.
        const initially = producer < 0 || positive === (firstChange.get(fact) === 'lost')
        const need = this.#needs.push({ consumer, producers: makers, undoers, initially }) - 1
        for (const index of new Set([consumer, ...makers, ...undoers])) this.#touched[index]?.push(need)
        if (producer >= 0) this.#causal.push([producer, consumer])
        for (const undoer of undoers) {
          if (undoer < producer) this.#causal.push([undoer, producer])
          else if (undoer > consumer) this.#causal.push([consumer, undoer])
        }
      }
      for (const fact of gained) changedLast.set(fact, consumer)
      for (const fact of lost) changedLast.set(fact, consumer)
    })
  }

  #keepGoalLast(): void {
    const goal = this.#events.findIndex((event) => event.kind === 'goal')
    if (goal < 0) return
    this.#events.forEach((event, index) => {
      if (event.kind === 'step') this.keep(index, goal)
    })
  }

  /** Who reads a number stays where it was among those who write it; so do writers, unless both only shift it. */
  #keepNumbers(): void {
    const users = new Map<string, number[]>()
    this.#events.forEach(({ reads, writes }, index) => {
      for (const name of new Set([...reads, ...writes.keys()])) {
        const list = users.get(name)
        if (list === undefined) users.set(name, [index])
        else list.push(index)
      }
    })
    for (const [name, indices] of users) {
      for (let later = 1; later < indices.length; later++) {
        const second = this.#events[indices[later] as number] as PlanEvent
        for (let earlier = 0; earlier < later; earlier++) {
          const first = this.#events[indices[earlier] as number] as PlanEvent
          const wrote = first.writes.get(name)
          const writes = second.writes.get(name)
          const reading =
            (first.reads.has(name) && writes !== undefined) || (second.reads.has(name) && wrote !== undefined)
          const setting = wrote !== undefined && writes !== undefined && (wrote === 'set' || writes === 'set')
          if (reading || setting) this.keep(indices[earlier] as number, indices[later] as number)
        }
      }
    }
  }

  /** The order between events that edges over events and points amount to. */
  #closure(edges: readonly (readonly [number, number])[]): BitRelation {
    const successors: number[][] = Array.from({ length: this.#points }, () => [])
    const waiting = new Int32Array(this.#points)
    for (const [first, second] of edges) {
      successors[first]?.push(second)
      waiting[second] = (waiting[second] as number) + 1
    }
    const sequence: number[] = []
    for (let index = 0; index < this.#points; index++) if (waiting[index] === 0) sequence.push(index)
    for (const index of sequence) {
      for (const next of successors[index] as number[]) {
        waiting[next] = (waiting[next] as number) - 1
        if (waiting[next] === 0) sequence.push(next)
      }
    }
    const order = new BitRelation(this.#points, this.#events.length)
    for (let at = sequence.length - 1; at >= 0; at--) {
      const index = sequence[at] as number
      for (const next of successors[index] as number[]) {
        order.add(index, next)
        order.include(index, next)
      }
    }
    return order
  }

  /** Nothing stands between the two. */
  #covers(first: number, second: number): boolean {
    for (let middle = 0; middle < this.#events.length; middle++)
      if (this.#order.has(first, middle) && this.#order.has(middle, second)) return false
    return true
  }

  #stillMet(event: number): boolean {
    const order = this.#order
    return (this.#touched[event] as number[]).every((index) => {
      const { consumer, producers, undoers, initially } = this.#needs[index] as Need
      if (!initially && !producers.some((producer) => order.has(producer, consumer))) return false
      return undoers.every(
        (undoer) =>
          order.has(consumer, undoer) ||
          producers.some((producer) => order.has(undoer, producer) && order.has(producer, consumer)),
      )
    })
  }
}
