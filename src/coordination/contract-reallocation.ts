/**
 * Re-allocation of tasks by contracts among agents that already have some: hill climbing in the total cost, each step one contract
 * that pays for itself.
 *
 *     O (original)    one task moves from one agent to another
 *     C (cluster)     two or more tasks move from one agent to another, all or none
 *     S (swap)        one agent gives a task and gets one back from the same agent
 *     M (multiagent)  three or more agents take part, each pair passes at most one task, all or none
 *     OCSM            any of these at once, merged into one contract: any change of the allocation
 *
 * A contract is made when it lowers the total cost; the saving is shared equally among those who take part, by payments
 * that cancel out, so that everybody gains: contracts are individually rational. Steepest descent: of all contracts of the allowed kinds
 * the one that saves most, ties to the one found first.
 *
 * What is proved: at the end no contract of the allowed kinds saves anything (all were tried). Only OCSM contracts always lead to
 * the optimum (a single one does); O, C, S and M alone, and any of them together, can be stuck.
 *
 * Source: Sandholm (1998), Contract types for satisficing task allocation: I. Theoretical results.
 * Complexity of a step, n tasks and m agents: O n m, S n^2, C the clusters up to `largestCluster` x m, M chains of up to `mostMoves`
 * moves, OCSM m^n.
 */
import {
  InternalError,
  InvalidInputError,
  type Issue,
  type Limit,
  Run,
  type RunOptions,
  UnsupportedError,
} from '../../solvers/contract/index.ts'

export const CONTRACT_KINDS = ['O', 'C', 'S', 'M', 'OCSM'] as const
export type ContractKind = (typeof CONTRACT_KINDS)[number]

/** Most allocations that OCSM contracts are chosen among. */
const ALLOCATION_LIMIT = 4_000_000

export interface TaskHolder {
  readonly id: string
  /** Cost of doing exactly these tasks (sorted as in the task list); null when it cannot. Must answer the same question alike. */
  cost(tasks: readonly string[]): number | null
}

export interface ReallocationOptions extends RunOptions {
  /** Kinds of contracts that may be made. @default ['O', 'C', 'S', 'M'] */
  readonly kinds?: readonly ContractKind[]
  /** Most tasks of a cluster contract, >= 2. @default 3 */
  readonly largestCluster?: number
  /** Most moves of a multiagent contract, >= 2. @default 3 */
  readonly mostMoves?: number
}

export interface TaskMove {
  readonly task: string
  readonly from: string
  readonly to: string
}

export interface Contract {
  readonly kind: ContractKind
  readonly moves: readonly TaskMove[]
  /** By how much it lowers the total cost, > 0. */
  readonly saving: number
  /** What each agent that takes part receives (negative: pays); they sum to 0. */
  readonly payments: readonly { readonly agent: string; readonly amount: number }[]
}

export interface Reallocation {
  /**
   * `optimal`: no allocation costs less. `settled`: no contract of the allowed kinds saves anything. `stopped`: a limit was hit before.
   */
  readonly status: 'optimal' | 'settled' | 'stopped'
  readonly limit: Limit | null
  /** Tasks of each agent, in the order of the agents and of the tasks. */
  readonly allocation: readonly { readonly agent: string; readonly tasks: readonly string[]; readonly cost: number }[]
  readonly cost: number
  readonly costBefore: number
  readonly contracts: readonly Contract[]
  /** Contracts looked at. */
  readonly examined: number
}

/**
 * @param holders the tasks each agent has at first, by agent id; every task once
 * @throws InvalidInputError when tasks or agents are missing or repeated, or an agent cannot do what it has
 */
export function reallocate(
  agents: readonly TaskHolder[],
  tasks: readonly string[],
  holders: ReadonlyMap<string, readonly string[]>,
  options: ReallocationOptions = {},
): Reallocation {
  const run = new Run('reallocation', options)
  const owner = validate(agents, tasks, holders, options)
  return new Market(agents, tasks, owner, options, run).run()
}

class Market {
  readonly #agents: readonly TaskHolder[]
  readonly #tasks: readonly string[]
  /** Agent of each task. */
  readonly #owner: Int32Array
  readonly #kinds: readonly ContractKind[]
  readonly #largestCluster: number
  readonly #mostMoves: number
  readonly #run: Run
  /** Costs by agent and set of tasks; NaN: cannot. */
  readonly #costs: readonly Map<string, number>[]
  #examined = 0
  // The best contract of the step.
  #best: { kind: ContractKind; owner: Int32Array; saving: number } | null = null
  #base: Float64Array
  #kind: ContractKind = 'O'

  constructor(
    agents: readonly TaskHolder[],
    tasks: readonly string[],
    owner: Int32Array,
    options: ReallocationOptions,
    run: Run,
  ) {
    this.#agents = agents
    this.#tasks = tasks
    this.#owner = owner
    this.#kinds = options.kinds ?? ['O', 'C', 'S', 'M']
    this.#largestCluster = options.largestCluster ?? 3
    this.#mostMoves = options.mostMoves ?? 3
    this.#run = run
    this.#costs = agents.map(() => new Map())
    this.#base = new Float64Array(agents.length)
  }

  run(): Reallocation {
    const before = this.#total(this.#owner)
    const contracts: Contract[] = []
    let limit: Limit | null = null
    for (;;) {
      limit = this.#run.limit
      if (limit !== null) break
      this.#base = Float64Array.from(this.#agents, (_, a) => this.#cost(a, this.#owner))
      this.#best = null
      for (const kind of this.#kinds) {
        this.#kind = kind
        if (kind === 'O') this.#originals()
        else if (kind === 'C') this.#clusters()
        else if (kind === 'S') this.#swaps()
        else if (kind === 'M') this.#multiagent(this.#owner.slice(), 0, 0, [])
        else this.#anything(this.#owner.slice(), 0)
      }
      const best = this.#best as { kind: ContractKind; owner: Int32Array; saving: number } | null
      if (best === null) break
      contracts.push(this.#sign(best))
      this.#owner.set(best.owner)
    }
    const cost = this.#total(this.#owner)
    const saved = contracts.reduce((sum, one) => sum + one.saving, 0)
    if (Math.abs(before - saved - cost) > 1e-6 * Math.max(1, Math.abs(before)))
      throw new InternalError(`the contracts save ${saved} of ${before} and leave ${cost}`)
    const status = limit !== null ? 'stopped' : this.#kinds.includes('OCSM') ? 'optimal' : 'settled'
    const allocation = this.#agents.map(({ id }, a) => ({
      agent: id,
      tasks: this.#tasks.filter((_, j) => this.#owner[j] === a),
      cost: this.#cost(a, this.#owner),
    }))
    return { status, limit, allocation, cost, costBefore: before, contracts, examined: this.#examined }
  }

  #total(owner: Int32Array): number {
    return this.#agents.reduce((sum, _, a) => sum + this.#cost(a, owner), 0)
  }

  /** Cost of an agent under an allocation, Infinity when it cannot. */
  #cost(a: number, owner: Int32Array): number {
    const held = this.#tasks.filter((_, j) => owner[j] === a)
    const key = JSON.stringify(held)
    const known = this.#costs[a]?.get(key)
    if (known !== undefined) return known
    const cost = (this.#agents[a] as TaskHolder).cost(held) ?? Number.POSITIVE_INFINITY
    this.#costs[a]?.set(key, cost)
    return cost
  }

  /** Looks at one new allocation; only agents whose tasks changed are asked. */
  #examine(owner: Int32Array): void {
    this.#examined++
    const touched = new Set<number>()
    for (let j = 0; j < owner.length; j++) {
      if (owner[j] === this.#owner[j]) continue
      touched.add(owner[j] as number).add(this.#owner[j] as number)
    }
    let saving = 0
    for (const a of touched) saving += (this.#base[a] as number) - this.#cost(a, owner)
    // Savings within rounding are none: the descent must end.
    const least = 1e-9 * Math.max(1, ...[...touched].map((a) => Math.abs(this.#base[a] as number)))
    if (!(saving > least) || (this.#best !== null && saving <= this.#best.saving)) return
    this.#best = { kind: this.#kind, owner: owner.slice(), saving }
  }

  #originals(): void {
    const owner = this.#owner.slice()
    for (let j = 0; j < owner.length; j++) {
      for (let a = 0; a < this.#agents.length; a++) {
        if (a === this.#owner[j]) continue
        owner[j] = a
        this.#examine(owner)
      }
      owner[j] = this.#owner[j] as number
    }
  }

  #clusters(): void {
    for (let from = 0; from < this.#agents.length; from++) {
      const held = [...this.#owner.keys()].filter((j) => this.#owner[j] === from)
      const extend = (start: number, cluster: readonly number[]): void => {
        if (cluster.length >= 2) {
          for (let to = 0; to < this.#agents.length; to++) {
            if (to === from) continue
            const owner = this.#owner.slice()
            for (const j of cluster) owner[j] = to
            this.#examine(owner)
          }
        }
        if (cluster.length === this.#largestCluster) return
        for (let k = start; k < held.length; k++) extend(k + 1, [...cluster, held[k] as number])
      }
      extend(0, [])
    }
  }

  #swaps(): void {
    const owner = this.#owner.slice()
    for (let j = 0; j < owner.length; j++) {
      for (let k = j + 1; k < owner.length; k++) {
        const [one, other] = [this.#owner[j] as number, this.#owner[k] as number]
        if (one === other) continue
        owner[j] = other
        owner[k] = one
        this.#examine(owner)
        owner[j] = one
        owner[k] = other
      }
    }
  }

  /** Sets of moves of tasks in increasing order: three agents or more, at most one task for each ordered pair of agents. */
  #multiagent(owner: Int32Array, from: number, moves: number, pairs: readonly number[]): void {
    const m = this.#agents.length
    if (moves >= 2) {
      const parties = new Set(pairs.flatMap((pair) => [Math.floor(pair / m), pair % m]))
      if (parties.size >= 3) this.#examine(owner)
    }
    if (moves === this.#mostMoves) return
    for (let j = from; j < owner.length; j++) {
      const giver = this.#owner[j] as number
      for (let taker = 0; taker < m; taker++) {
        const pair = giver * m + taker
        if (taker === giver || pairs.includes(pair)) continue
        owner[j] = taker
        this.#multiagent(owner, j + 1, moves + 1, [...pairs, pair])
      }
      owner[j] = giver
    }
  }

  #anything(owner: Int32Array, j: number): void {
    if (j === owner.length) {
      this.#examine(owner)
      return
    }
    for (let a = 0; a < this.#agents.length; a++) {
      owner[j] = a
      this.#anything(owner, j + 1)
    }
  }

  #sign({ kind, owner, saving }: { kind: ContractKind; owner: Int32Array; saving: number }): Contract {
    const id = (a: number): string => (this.#agents[a] as TaskHolder).id
    const moves: TaskMove[] = []
    const parties = new Set<number>()
    this.#tasks.forEach((task, j) => {
      const from = this.#owner[j] as number
      const to = owner[j] as number
      if (from === to) return
      moves.push({ task, from: id(from), to: id(to) })
      parties.add(from).add(to)
    })
    const share = saving / parties.size
    const payments = [...parties]
      .sort((a, b) => a - b)
      .map((a) => ({ agent: id(a), amount: this.#cost(a, owner) - (this.#base[a] as number) + share }))
    return { kind, moves, saving, payments }
  }
}

function validate(
  agents: readonly TaskHolder[],
  tasks: readonly string[],
  holders: ReadonlyMap<string, readonly string[]>,
  options: ReallocationOptions,
): Int32Array {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const owner = new Int32Array(tasks.length).fill(-1)
  const place = new Map(tasks.map((task, j) => [task, j]))
  if (place.size < tasks.length) fault('duplicate', ['tasks'], 'a task is listed twice', 'list every task once')
  const number = new Map(agents.map(({ id }, a) => [id, a]))
  if (number.size < agents.length) fault('duplicate', ['agents'], 'an agent is listed twice', 'use unique ids')
  for (const [id, held] of holders) {
    const a = number.get(id)
    if (a === undefined) fault('unknown-name', ['holders', id], `"${id}" is no agent`, 'name an agent')
    for (const task of held) {
      const j = place.get(task)
      if (j === undefined) fault('unknown-name', ['holders', id], `"${task}" is no task`, 'list it in tasks')
      else if (owner[j] !== -1) fault('duplicate', ['holders', id], `"${task}" is held twice`, 'give it to one agent')
      else if (a !== undefined) owner[j] = a
    }
  }
  tasks.forEach((task, j) => {
    if (owner[j] === -1) fault('missing', ['holders'], `nobody holds "${task}"`, 'give every task to an agent')
  })
  const { kinds = [], largestCluster = 3, mostMoves = 3 } = options
  for (const [name, value] of [['largestCluster', largestCluster] as const, ['mostMoves', mostMoves] as const]) {
    if (!Number.isInteger(value) || value < 2)
      fault('out-of-range', [name], `${name} is ${value}`, 'give a whole number >= 2')
  }
  if (issues.length === 0) {
    agents.forEach((agent) => {
      const held = tasks.filter((_, j) => owner[j] === number.get(agent.id))
      if (agent.cost(held) === null)
        fault(
          'infeasible',
          ['holders', agent.id],
          `"${agent.id}" cannot do ${held.join(', ')}`,
          'begin with what can be done',
        )
    })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  if (kinds.includes('OCSM') && agents.length ** tasks.length > ALLOCATION_LIMIT) {
    throw new UnsupportedError(
      'OCSM contracts',
      `${agents.length} agents and ${tasks.length} tasks have more than ${ALLOCATION_LIMIT} allocations`,
      { hint: 'leave OCSM out of `kinds`, or compute the optimum by the allocation model' },
    )
  }
  return owner
}
