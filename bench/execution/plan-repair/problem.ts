/** Objects, facts and goals of a problem in PDDL, and what the three domains have in common. */
import { readFileSync } from 'node:fs'
import type { Issue } from '../../../solvers/contract/index.ts'
import type { RandomStream } from '../../../solvers/numeric/index.ts'
import type { DecompositionSystem } from '../../../src/domain/decomposition.ts'
import { type Expression, readExpressions } from '../../../src/io/hddl/s-expression.ts'

/** A task or action: its name, then its arguments. */
export type Task = readonly string[]

export interface RepairDomain<State> {
  readonly system: DecompositionSystem<State, Task>
  /** All states one unforeseen event can lead to. @param remaining what is still planned */
  deviations(state: State, remaining: readonly Task[]): readonly (() => State)[]
}

export interface PddlProblem {
  readonly objects: ReadonlyMap<string, readonly string[]>
  /** Arguments by predicate. */
  readonly facts: ReadonlyMap<string, readonly (readonly string[])[]>
  readonly goals: readonly (readonly string[])[]
}

export function readPddl(file: string): PddlProblem {
  const issues: Issue[] = []
  const [define] = readExpressions(readFileSync(file, 'utf8').toLowerCase(), file, issues)
  const sections = new Map(items(define).map((section) => [word(items(section)[0]), items(section).slice(1)]))
  const objects = new Map<string, string[]>()
  let names: string[] = []
  const listed = (sections.get(':objects') ?? []).map(word)
  for (let i = 0; i < listed.length; i++) {
    if (listed[i] === '-') {
      const type = listed[++i] as string
      objects.set(type, [...(objects.get(type) ?? []), ...names])
      names = []
    } else names.push(listed[i] as string)
  }
  const facts = new Map<string, string[][]>()
  for (const fact of sections.get(':init') ?? []) {
    const [predicate = '', ...args] = items(fact).map(word)
    facts.set(predicate, [...(facts.get(predicate) ?? []), args])
  }
  const [goal] = sections.get(':goal') ?? []
  const parts = items(goal)
  const goals = word(parts[0]) === 'and' ? parts.slice(1) : [goal]
  return { objects, facts, goals: goals.map((part) => items(part).map(word)) }
}

function items(expression: Expression | undefined): readonly Expression[] {
  return expression?.kind === 'list' ? expression.items : []
}

function word(expression: Expression | undefined): string {
  return expression?.kind === 'word' ? expression.text : ''
}

/** A state of facts; the key is made when it is asked for. */
export class Facts {
  readonly facts: ReadonlySet<string>
  #key: string | null = null

  constructor(facts: ReadonlySet<string>) {
    this.facts = facts
  }

  has(...parts: string[]): boolean {
    return this.facts.has(parts.join(' '))
  }

  get key(): string {
    this.#key ??= [...this.facts].sort().join(';')
    return this.#key
  }

  with(added: readonly string[], removed: readonly string[] = []): Facts {
    const next = new Set(this.facts)
    for (const fact of removed) next.delete(fact)
    for (const fact of added) next.add(fact)
    return new Facts(next)
  }

  /** Facts of a predicate, as arguments. */
  of(predicate: string): string[][] {
    const found: string[][] = []
    for (const fact of this.facts) if (fact.startsWith(`${predicate} `)) found.push(fact.split(' ').slice(1))
    return found
  }
}

/** Systems over facts: actions with conditions and effects as text. */
export abstract class FactSystem implements DecompositionSystem<Facts, Task> {
  abstract readonly initialState: Facts
  readonly initialTasks: readonly Task[] = [['all']]
  readonly initialOrdered = true
  abstract readonly goals: readonly string[]
  abstract readonly actions: ReadonlySet<string>
  abstract alternatives(task: Task, state: Facts): (readonly Task[])[]
  /** Facts needed and not allowed, added and removed. */
  abstract action(task: Task): { needs: string[]; forbids?: string[]; adds: string[]; removes: string[] }

  isAction(task: Task): boolean {
    return this.actions.has(task[0] as string)
  }

  refine(task: Task, state: Facts) {
    const alternatives = this.alternatives(task, state).map((subtasks, index) => ({
      method: `${task[0]} ${index}`,
      subtasks,
      ordered: true,
    }))
    return { alternatives, refusals: [] }
  }

  execute(task: Task, state: Facts) {
    const { needs, forbids = [], adds, removes } = this.action(task)
    const missing = needs.find((fact) => !this.holds(fact, state))
    if (missing !== undefined) return { name: task.join(' '), reason: `${missing} does not hold` }
    const odd = forbids.find((fact) => this.holds(fact, state))
    if (odd !== undefined) return { name: task.join(' '), reason: `${odd} holds` }
    return { state: state.with(adds, removes), cost: 1, duration: 1, resources: {} }
  }

  holds(fact: string, state: Facts): boolean {
    return state.facts.has(fact)
  }

  goal(state: Facts) {
    const missing = this.goals.find((fact) => !state.facts.has(fact))
    return missing === undefined ? null : { name: 'goal', reason: `${missing} does not hold` }
  }

  bound() {
    return { cost: 0, duration: 0 }
  }

  stateKey(state: Facts): string {
    return state.key
  }

  taskKey(task: Task): string {
    return task.join(' ')
  }

  describe(task: Task) {
    return { name: task[0] as string, args: task.slice(1) }
  }
}

/** The largest number of events that were possible at one moment so far, over all runs that share it. */
export interface MostSeen {
  count: number
}

/** Something unforeseen may happen after an action: with probability 0.1 x possible now / most possible so far. */
export class Disturbance<State> {
  readonly #domain: RepairDomain<State>
  readonly #stream: RandomStream
  readonly #most: MostSeen

  constructor(domain: RepairDomain<State>, stream: RandomStream, most: MostSeen) {
    this.#domain = domain
    this.#stream = stream
    this.#most = most
  }

  after(state: State, remaining: readonly Task[]): State {
    const possible = this.#domain.deviations(state, remaining)
    this.#most.count = Math.max(this.#most.count, possible.length)
    if (possible.length === 0) return state
    const chosen = this.#stream.pick(possible)
    return this.#stream.chance((0.1 * possible.length) / this.#most.count) ? chosen() : state
  }
}
