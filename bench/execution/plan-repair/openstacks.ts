/** Openstacks (sequenced, ADL): orders are started on a stack, products made, orders shipped. */
import { RandomStream } from '../../../solvers/numeric/index.ts'
import {
  Facts as FactState,
  FactSystem,
  type Facts,
  type PddlProblem,
  type RepairDomain,
  type Task,
} from './problem.ts'

/** Sequences tried. */
const TRIALS = 60

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
  readonly #sequence: readonly string[]

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
    this.#sequence = this.#findSequence(TRIALS)
  }

  /**
   * An order of the products with few stacks open at once: again and again the order that needs fewest others begun,
   * counting those it completes (minimum cost node, Becceneri, Yanasse and Soma 2004), ties at random; the best of some.
   */
  #findSequence(trials: number): string[] {
    const stream = new RandomStream(1)
    let best: string[] = []
    let fewest = Number.POSITIVE_INFINITY
    for (let trial = 0; trial < trials; trial++) {
      const made = new Set<string>()
      const begun = new Set<string>()
      const shipped = new Set<string>()
      const sequence: string[] = []
      let most = 0
      while (shipped.size < this.orders.length && most < fewest) {
        let chosen: readonly string[] = []
        let lowest = Number.POSITIVE_INFINITY
        for (const order of stream.shuffle([...this.orders])) {
          if (shipped.has(order)) continue
          const products = (this.productsOf.get(order) ?? []).filter((product) => !made.has(product))
          const touched = new Set(products.flatMap((product) => this.including.get(product) ?? []).concat(order))
          let cost = 0
          for (const one of touched) {
            if (!begun.has(one)) cost++
            if ((this.productsOf.get(one) ?? []).every((p) => made.has(p) || products.includes(p))) cost -= 0.999
          }
          if (cost >= lowest) continue
          lowest = cost
          chosen = products
        }
        for (const product of chosen.toSorted((a, b) => this.#fresh(a, begun) - this.#fresh(b, begun))) {
          made.add(product)
          sequence.push(product)
          for (const order of this.including.get(product) ?? []) begun.add(order)
          most = Math.max(most, begun.size - shipped.size)
          for (const order of begun)
            if ((this.productsOf.get(order) ?? []).every((p) => made.has(p))) shipped.add(order)
        }
        if (chosen.length === 0) break
      }
      if (most >= fewest) continue
      fewest = most
      best = sequence
    }
    return best
  }

  #fresh(product: string, begun: ReadonlySet<string>): number {
    return (this.including.get(product) ?? []).filter((order) => !begun.has(order)).length
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
        return more === undefined
          ? []
          : [
              [
                ['open', count, more],
                ['start', subject, more, count],
              ],
            ]
      }
      case 'send': {
        const count = this.available(state)
        return [[['ship', subject, count, this.next.get(count) as string]]]
      }
      default:
        return []
    }
  }

  /** Ship what is complete; else make the next product of the sequence. */
  #all(state: Facts): (readonly Task[])[] {
    const made = (product: string): boolean => state.has('made', product)
    for (const order of this.orders) {
      if (state.has('shipped', order) || !(this.productsOf.get(order) ?? []).every(made)) continue
      if (state.has('started', order)) return [[['send', order], ['all']]]
      if (state.has('waiting', order)) return [[['begin', order], ['send', order], ['all']]]
    }
    const product = this.#sequence.find((one) => !made(one))
    if (product !== undefined) return [[['produce', product], ['all']]]
    return this.goal(state) === null ? [[]] : []
  }

  action(task: Task) {
    const [name = '', subject = '', count = '', other = ''] = task
    switch (name) {
      case 'open': {
        // open count more
        const more = task[2] as string
        return {
          needs: [`stacks-avail ${subject}`],
          adds: [`stacks-avail ${more}`],
          removes: [`stacks-avail ${subject}`],
        }
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
      return state.of('shipped').map(
        ([order]) =>
          () =>
            state.with([`waiting ${order}`], [`shipped ${order}`, `started ${order}`]),
      )
    },
  }
}
