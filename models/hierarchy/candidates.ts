/**
 * Choices of methods one by one, best bound first: best-first search over partial choices. A partial choice is bounded by what
 * its open tasks take at the least (time along the critical path, or cost, or worth at the most), which never overestimates, so
 * complete choices come by rising bound on the first objective; ties by age. When the generator ends, all were given out.
 */
import type { Run } from '../../solvers/contract/index.ts'
import type { HierarchyProblem } from '../../src/domain/hierarchy.ts'
import { type FlatHierarchy, flattenHierarchy } from '../../src/domain/hierarchy-rules.ts'
import type { HierarchyTree, TreeCompound, TreeMethod, TreeNetwork } from '../../src/domain/hierarchy-tree.ts'
import type { ProjectObjective } from '../../src/domain/project.ts'
import { costWithPenalty } from '../../src/domain/project-rules.ts'
import { LeastUses } from './bounds.ts'

export interface MethodCandidate {
  readonly flat: FlatHierarchy
  /** No later candidate is better than this in the first objective (smaller is better; worth counts negative). */
  readonly bound: number
}

interface Partial {
  readonly methods: ReadonlyMap<string, string>
  readonly open: readonly TreeCompound[]
  readonly bound: number
  readonly age: number
}

export class MethodCandidates {
  readonly #problem: HierarchyProblem
  readonly #tree: HierarchyTree
  readonly #least: LeastUses
  readonly #objective: ProjectObjective
  #queue: Partial[] = []
  #age = 0

  constructor(problem: HierarchyProblem, tree: HierarchyTree) {
    this.#problem = problem
    this.#tree = tree
    this.#least = new LeastUses(problem.resources)
    this.#objective = problem.objectives[0] as ProjectObjective
    this.#push(new Map(), openIn(tree))
  }

  /** Smallest bound of what is still to come; Infinity at the end. */
  get bound(): number {
    return this.#queue[0]?.bound ?? Number.POSITIVE_INFINITY
  }

  /** @returns the next candidate; null when there is none, or a limit of the run was hit (then `bound` is finite) */
  next(run: Run): MethodCandidate | null {
    for (;;) {
      const partial = this.#queue[0]
      if (partial === undefined || run.limit !== null) return null
      this.#pop()
      const next = partial.open[0]
      if (next === undefined) {
        const flat = flattenHierarchy(this.#problem, this.#tree, partial.methods)
        return { flat, bound: partial.bound }
      }
      for (const method of next.methods) {
        const methods = new Map(partial.methods).set(next.name, method.id)
        this.#push(methods, [...openIn(method), ...partial.open.slice(1)])
      }
    }
  }

  #push(methods: ReadonlyMap<string, string>, open: readonly TreeCompound[]): void {
    const bound = this.#boundOf(methods)
    const partial = { methods, open, bound, age: this.#age++ }
    const queue = this.#queue
    let at = queue.length
    queue.push(partial)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(partial, queue[above] as Partial)) break
      queue[at] = queue[above] as Partial
      at = above
    }
    queue[at] = partial
  }

  #pop(): void {
    const queue = this.#queue
    const last = queue.pop() as Partial
    if (queue.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= queue.length) break
      if (child + 1 < queue.length && before(queue[child + 1] as Partial, queue[child] as Partial)) child++
      if (!before(queue[child] as Partial, last)) break
      queue[at] = queue[child] as Partial
      at = child
    }
    queue[at] = last
  }

  #boundOf(methods: ReadonlyMap<string, string>): number {
    if (this.#objective === 'weighted-tardiness') return 0
    const restricted = (network: TreeNetwork): TreeNetwork => ({
      ...network,
      parts: network.parts.map((part) => {
        const wanted = part.kind === 'compound' ? methods.get(part.name) : undefined
        if (part.kind === 'task' || wanted === undefined) return part
        const own = part.methods.filter((method) => method.id === wanted)
        return { ...part, methods: own.map((method): TreeMethod => ({ ...method, ...restricted(method) })) }
      }),
    })
    const use = this.#least.network(restricted(this.#tree))
    if (this.#objective === 'makespan') return use.duration
    return this.#objective === 'cost' ? costWithPenalty(this.#problem, use.cost) : -use.value
  }
}

function openIn(network: TreeNetwork): TreeCompound[] {
  return network.parts.filter((part) => part.kind === 'compound')
}

function before(a: Partial, b: Partial): boolean {
  return a.bound < b.bound || (a.bound === b.bound && a.age < b.age)
}
