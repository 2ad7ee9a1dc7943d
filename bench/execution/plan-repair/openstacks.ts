/** Openstacks (sequenced, ADL): orders are started on a stack, products made, orders shipped. */
import { type Facts, FactSystem, Facts as FactState, type PddlProblem, type RepairDomain, type Task } from './problem.ts'

class Openstacks extends FactSystem {
  readonly initialState: Facts
  readonly goals: readonly string[]
  readonly actions = new Set(['open', 'start', 'make', 'ship'])
  readonly orders: readonly string[]
  readonly products: readonly string[]
  readonly including = new Map<string, string[]>()
  readonly productsOf = new Map<string, string[]>()
  readonly next: ReadonlyMap<string, string>
  readonly #previous: ReadonlyMap<string, string>

  constructor({ objects, facts, goals }: PddlProblem) {
    super()
    this.orders = objects.get('order') ?? []
    this.products = objects.get('product') ?? []
    this.goals = goals.map((goal) => goal.join(' '))
    this.next = new Map((facts.get('next-count') ?? []).map(([a, b]) => [a as string, b as string]))
    this.#previous = new Map([...this.next].map(([a, b]) => [b, a]))
    for (const [order, product] of facts.get('includes') ?? []) {
      this.including.set(product as string, [...(this.including.get(product as string) ?? []), order as string])
      this.productsOf.set(order as string, [...(this.productsOf.get(order as string) ?? []), product as string])
    }
    const dynamic = ['waiting', 'stacks-avail', 'started', 'shipped', 'made']
    const state = dynamic.flatMap((name) => (facts.get(name) ?? []).map((args) => [name, ...args].join(' ')))
    this.initialState = new FactState(new Set(state))
  }

  available(state: Facts): string {
    return state.of('stacks-avail')[0]?.[0] as string
  }

  lower(count: string): string | undefined {
    return this.#previous.get(count)
  }

  alternatives([name, subject = '']: Task, state: Facts): (readonly Task[])[] {
    switch (name) {
      case 'all':
        return this.#all(state)
      case 'produce': {
        if (state.has('made', subject)) return [[]]
        const orders = (this.including.get(subject) ?? []).filter((order) => state.has('waiting', order))
        return [[...orders.map((order): Task => ['begin', order]), ['produce-now', subject]]]
      }
      case 'produce-now':
        return [[['make', subject]]]
      case 'begin': {
        const count = this.available(state)
        const lower = this.lower(count)
        if (lower !== undefined) return [[['start', subject, count, lower]]]
        const more = this.next.get(count)
        return more === undefined ? [] : [[['open', count, more], ['start', subject, more, count]]]
      }
      case 'send': {
        const count = this.available(state)
        return [[['ship', subject, count, this.next.get(count) as string]]]
      }
      default:
        return []
    }
  }

  /** Ship what is complete; else the product that needs fewest orders started, then completes most. */
  #all(state: Facts): (readonly Task[])[] {
    const made = (product: string): boolean => state.has('made', product)
    for (const order of this.orders) {
      if (state.has('shipped', order) || !(this.productsOf.get(order) ?? []).every(made)) continue
      if (state.has('started', order)) return [[['send', order], ['all']]]
      if (state.has('waiting', order)) return [[['begin', order], ['send', order], ['all']]]
    }
    const ranked = this.products
      .filter((product) => !made(product) && this.including.has(product))
      .map((product) => {
        const orders = this.including.get(product) ?? []
        const fresh = orders.filter((order) => state.has('waiting', order)).length
        const left = (order: string): number => (this.productsOf.get(order) ?? []).filter((one) => !made(one)).length
        const completes = orders.filter((order) => left(order) === 1).length
        return { product, grows: fresh - completes, fresh, completes }
      })
      .sort((a, b) => a.grows - b.grows || b.completes - a.completes || a.fresh - b.fresh)
    const [best] = ranked
    if (best !== undefined) return [[['produce', best.product], ['all']]]
    return this.goal(state) === null ? [[]] : []
  }

  action(task: Task) {
    const [name = '', subject = '', count = '', other = ''] = task
    switch (name) {
      case 'open': {
        // open count more
        const more = task[2] as string
        return { needs: [`stacks-avail ${subject}`], adds: [`stacks-avail ${more}`], removes: [`stacks-avail ${subject}`] }
      }
      case 'start':
        return {
          needs: [`waiting ${subject}`, `stacks-avail ${count}`],
          adds: [`started ${subject}`, `stacks-avail ${other}`],
          removes: [`waiting ${subject}`, `stacks-avail ${count}`],
        }
      case 'make':
        return {
          needs: (this.including.get(subject) ?? []).map((order) => `begun ${order}`),
          forbids: [`made ${subject}`],
          adds: [`made ${subject}`],
          removes: [],
        }
      default:
        return {
          needs: [
            `started ${subject}`,
            `stacks-avail ${count}`,
            ...(this.productsOf.get(subject) ?? []).map((product) => `made ${product}`),
          ],
          adds: [`shipped ${subject}`, `stacks-avail ${other}`],
          removes: [`started ${subject}`, `stacks-avail ${count}`],
        }
    }
  }

  /** `begun o`: started, which is what making a product asks of its orders. */
  override holds(fact: string, state: Facts): boolean {
    return fact.startsWith('begun ') ? state.has('started', fact.slice(6)) : super.holds(fact, state)
  }
}

export function openstacks(problem: PddlProblem): RepairDomain<Facts> {
  const system = new Openstacks(problem)
  return {
    system,
    // A shipped order comes back, if a stack is free.
    deviations(state) {
      if (system.lower(system.available(state)) === undefined) return []
      return state
        .of('shipped')
        .map(([order]) => () => state.with([`waiting ${order}`], [`shipped ${order}`, `started ${order}`]))
    },
  }
}
