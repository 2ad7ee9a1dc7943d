/**
 * Task allocation without a centre: the consensus-based bundle algorithm (CBBA).
 *
 * Each agent i keeps a bundle of tasks in the order of winning them, a path in which to do them, and for every task the winner and the
 * winning bid it knows of, and for every agent a stamp of how recent its news of that agent is. A round is
 *
 *   bundle     when beliefs have changed, begin anew and, while the capacity allows, among the tasks whose best insertion gains more
 *              than the winning bid known, take the one of the greatest gain and bid that gain for it;
 *   consensus  send winners, bids and stamps along the links of the round; for each task heard about do what the decision table says
 *              (bundle-consensus.ts). Who has lost a task of its bundle gives up all tasks added after it too, since their bids
 *              were made beside it.
 *
 * Where gains diminish the agents agree after at most (tasks) x (network diameter) rounds on the sequential greedy allocation, which
 * is worth at least half of the optimum. Where they may grow, `warp` bids never more for a task than for the one before it
 * in the bundle, which keeps the convergence (Johnson et al. 2010) and gives up the guarantee.
 *
 * The paper only appends to what is left of a bundle (`bundle: 'appended'`). Then a task that another agent frees late is bid for beside
 * tasks that were taken only in its place, and the agreement can differ from the greedy allocation; beginning anew repairs this.
 *
 * Links may change from round to round, messages may be lost, and agents may fall silent for good: who has no news of an agent, from
 * anybody, for `silence` rounds frees the tasks it was thought to win and builds its own bundle anew.
 *
 * Source: Choi, Brunet and How (2009), Consensus-based decentralized auctions for robust task allocation.
 * Complexity of a round: O(links x tasks) comparisons and O(agents x tasks x capacity^2) scores.
 */
import {
  InternalError,
  InvalidInputError,
  type Issue,
  type Limit,
  Run,
  type RunOptions,
} from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import { consensusAction, NO_WINNER } from './bundle-consensus.ts'
import { type BundleAgent, type BundleAllocation, bestInsertion, checkBundles } from './bundle-scores.ts'

/** Who hears whom: pairs of ids, in both directions. */
export type Links = readonly (readonly [string, string])[]

export interface ConsensusBundleOptions extends RunOptions {
  /** The links, the same in all rounds or by round (from 1). @default everybody hears everybody */
  readonly links?: Links | ((round: number) => Links)
  /** Probability that a message is lost. @default 0 */
  readonly loss?: number
  /** Agents that fall silent, and the first round in which they say nothing. @default none */
  readonly lost?: readonly { readonly agent: string; readonly round: number }[]
  /** Rounds without news of an agent after which it counts as lost. @default 4 x agents */
  readonly silence?: number
  /** Bid for no task more than for the one before it in the bundle. @default false */
  readonly warp?: boolean
  /** Whether an agent that hears news bids anew for all of its bundle, or only adds to it as in the paper. @default 'rebuilt' */
  readonly bundle?: 'rebuilt' | 'appended'
  /** @default 100 + 4 x tasks x agents */
  readonly rounds?: number
}

interface Bundles {
  /** By agent, those that were lost with an empty path. */
  readonly allocation: readonly BundleAllocation[]
  /** Sum of the scores. */
  readonly value: number
  readonly unassigned: readonly string[]
  readonly rounds: number
  /** Messages sent, and how many of them got lost. */
  readonly messages: number
  readonly messagesLost: number
  /** A task that was worth more to an agent beside a larger bundle, the first one seen: gains do not diminish. */
  readonly growing: { readonly agent: string; readonly task: string } | null
}

export type ConsensusBundleResult =
  | ({
      readonly status: 'agreed'
      /** No allocation is worth more, if gains diminish; null where they were seen to grow. At most twice the value. */
      readonly bound: number | null
    } & Bundles)
  /** Stopped before all agreed: tasks may be in several paths. */
  | ({
      readonly status: 'disagreed'
      readonly limit: Limit
      readonly conflicts: readonly { readonly task: string; readonly agents: readonly string[] }[]
    } & Bundles)

/** What one agent knows. */
interface Mind {
  bundle: string[]
  path: readonly string[]
  readonly winner: Int32Array
  readonly bid: Float64Array
  readonly stamp: Float64Array
  readonly suspected: Uint8Array
  /** Beliefs have changed since the bundle was built. */
  news: boolean
}

/** @throws InvalidInputError with every fault: ids that repeat, links to nobody, options out of range */
export function consensusBundles(
  agents: readonly BundleAgent[],
  tasks: readonly string[],
  options: ConsensusBundleOptions = {},
): ConsensusBundleResult {
  const run = new Run('consensus bundles', options)
  const index = validate(agents, tasks, options)
  return new Consensus(agents, tasks, index, options, run).run()
}

class Consensus {
  readonly #agents: readonly BundleAgent[]
  readonly #tasks: readonly string[]
  readonly #index: ReadonlyMap<string, number>
  readonly #options: ConsensusBundleOptions
  readonly #run: Run
  readonly #minds: readonly Mind[]
  readonly #lostFrom: Float64Array
  readonly #silence: number
  readonly #place: ReadonlyMap<string, number>
  #growing: { readonly agent: string; readonly task: string } | null = null
  #messages = 0
  #messagesLost = 0

  constructor(
    agents: readonly BundleAgent[],
    tasks: readonly string[],
    index: ReadonlyMap<string, number>,
    options: ConsensusBundleOptions,
    run: Run,
  ) {
    this.#agents = agents
    this.#tasks = tasks
    this.#index = index
    this.#options = options
    this.#run = run
    this.#silence = options.silence ?? 4 * agents.length
    this.#place = new Map(tasks.map((task, j) => [task, j]))
    this.#lostFrom = new Float64Array(agents.length).fill(Number.POSITIVE_INFINITY)
    for (const { agent, round } of options.lost ?? []) this.#lostFrom[index.get(agent) as number] = round
    this.#minds = agents.map(() => ({
      bundle: [],
      path: [],
      winner: new Int32Array(tasks.length).fill(NO_WINNER),
      bid: new Float64Array(tasks.length),
      stamp: new Float64Array(agents.length),
      suspected: new Uint8Array(agents.length),
      news: false,
    }))
  }

  run(): ConsensusBundleResult {
    const random = new RandomStream(this.#run.seed)
    const most = this.#options.rounds ?? 100 + 4 * this.#tasks.length * this.#agents.length
    const loss = this.#options.loss ?? 0
    let round = 0
    let limit: Limit = 'iterations'
    while (round < most) {
      const stopped = this.#run.limit
      if (stopped !== null) {
        limit = stopped
        break
      }
      round++
      this.#minds.forEach((mind, i) => {
        if (!this.#alive(i, round)) return
        this.#suspect(mind, i, round)
        this.#build(mind, i)
      })
      if (this.#agreed(round)) return this.#result(round, null)
      this.#exchange(round, loss, random)
    }
    return this.#result(round, limit)
  }

  #alive(i: number, round: number): boolean {
    return round < (this.#lostFrom[i] as number)
  }

  #suspect(mind: Mind, i: number, round: number): void {
    for (let m = 0; m < this.#agents.length; m++) {
      const silent = m !== i && round - (mind.stamp[m] as number) > this.#silence
      if (!silent) {
        mind.suspected[m] = 0
        continue
      }
      const news = mind.suspected[m] === 0
      mind.suspected[m] = 1
      let freed = false
      for (let j = 0; j < this.#tasks.length; j++) {
        if (mind.winner[j] !== m) continue
        forget(mind, j)
        freed = true
      }
      if (news || freed) this.#giveUpFrom(mind, i, 0)
    }
  }

  /** Gives up the tasks of the bundle from a place on. */
  #giveUpFrom(mind: Mind, i: number, place: number): void {
    for (let k = place; k < mind.bundle.length; k++) {
      const j = this.#place.get(mind.bundle[k] as string) as number
      if (mind.winner[j] === i) forget(mind, j)
    }
    const kept = new Set(mind.bundle.slice(0, place))
    mind.bundle = mind.bundle.slice(0, place)
    mind.path = mind.path.filter((task) => kept.has(task))
  }

  #build(mind: Mind, i: number): void {
    const agent = this.#agents[i] as BundleAgent
    if (mind.news && this.#options.bundle !== 'appended') this.#giveUpFrom(mind, i, 0)
    mind.news = false
    while (mind.bundle.length < agent.capacity) {
      const last = mind.bundle.at(-1)
      const ceiling =
        last === undefined ? Number.POSITIVE_INFINITY : (mind.bid[this.#place.get(last) as number] as number)
      let best: { task: number; bid: number; gain: number; path: readonly string[] } | null = null
      for (let j = 0; j < this.#tasks.length; j++) {
        const task = this.#tasks[j] as string
        if (mind.bundle.includes(task)) continue
        const insertion = bestInsertion(agent, mind.path, task)
        if (insertion === null || !(insertion.gain > 0)) continue
        const bid = this.#options.warp === true ? Math.min(insertion.gain, ceiling) : insertion.gain
        const known = mind.bid[j] as number
        const winner = mind.winner[j] as number
        const wins = bid > known || (bid === known && winner !== NO_WINNER && i < winner)
        if (wins && (best === null || bid > best.bid))
          best = { task: j, bid, gain: insertion.gain, path: insertion.path }
      }
      if (best === null) return
      this.#watchGain(agent, mind, this.#tasks[best.task] as string, best.gain)
      mind.bundle.push(this.#tasks[best.task] as string)
      mind.path = best.path
      mind.winner[best.task] = i
      mind.bid[best.task] = best.bid
    }
  }

  /** Is the task worth more beside the whole bundle than beside the bundle without its last task? */
  #watchGain(agent: BundleAgent, mind: Mind, task: string, gain: number): void {
    const last = mind.bundle.at(-1)
    if (last === undefined || this.#growing !== null) return
    const before = bestInsertion(
      agent,
      mind.path.filter((one) => one !== last),
      task,
    )?.gain
    const grows = before === undefined || gain > before + 1e-9 * Math.max(1, Math.abs(before))
    if (grows) this.#growing = { agent: agent.id, task }
  }

  #exchange(round: number, loss: number, random: RandomStream): void {
    const { links } = this.#options
    const pairs = typeof links === 'function' ? links(round) : (links ?? this.#everybody())
    const heard: (readonly [number, number])[] = []
    for (const [a, b] of pairs) {
      const one = this.#index.get(a)
      const other = this.#index.get(b)
      if (one === undefined || other === undefined) throw unknownLink(a, b)
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        if (from === to || !this.#alive(from, round)) continue
        this.#messages++
        if (loss > 0 && random.chance(loss)) this.#messagesLost++
        else if (this.#alive(to, round)) heard.push([from, to])
      }
    }
    // All messages of a round say what their senders knew at its start.
    const said = this.#minds.map((mind) => ({
      winner: mind.winner.slice(),
      bid: mind.bid.slice(),
      stamp: mind.stamp.slice(),
    }))
    for (const [from, to] of heard) {
      const mind = this.#minds[to] as Mind
      const news = said[from] as (typeof said)[number]
      const fresher = (agent: number): boolean =>
        agent === from || (news.stamp[agent] as number) > (mind.stamp[agent] as number)
      for (let j = 0; j < this.#tasks.length; j++) {
        const theirs = { winner: news.winner[j] as number, bid: news.bid[j] as number }
        const mine = { winner: mind.winner[j] as number, bid: mind.bid[j] as number }
        const action = consensusAction(to, from, theirs, mine, fresher)
        if (action === 'leave') continue
        if (action === 'reset') {
          forget(mind, j)
          mind.news = true
        } else if (theirs.winner !== mine.winner || theirs.bid !== mine.bid) {
          mind.news = true
          mind.winner[j] = theirs.winner
          mind.bid[j] = theirs.bid
        }
      }
      for (let m = 0; m < this.#agents.length; m++) {
        if (m !== to) mind.stamp[m] = Math.max(mind.stamp[m] as number, m === from ? round : (news.stamp[m] as number))
      }
    }
    this.#minds.forEach((mind, i) => {
      const lost = mind.bundle.findIndex((task) => mind.winner[this.#place.get(task) as number] !== i)
      if (lost >= 0) this.#giveUpFrom(mind, i, lost)
    })
  }

  #everybody(): Links {
    const ids = this.#agents.map(({ id }) => id)
    return ids.flatMap((a, k) => ids.slice(k + 1).map((b) => [a, b] as const))
  }

  /** Nobody would learn anything more from anybody: the same beliefs everywhere, none about a lost agent. */
  #agreed(round: number): boolean {
    // Whoever is still to fall silent may take its tasks along.
    if (this.#lostFrom.some((from) => Number.isFinite(from) && from > round)) return false
    let first: Mind | null = null
    for (let i = 0; i < this.#minds.length; i++) {
      const mind = this.#minds[i] as Mind
      if (!this.#alive(i, round)) continue
      first ??= mind
      for (let j = 0; j < this.#tasks.length; j++) {
        const winner = mind.winner[j] as number
        if (winner !== first.winner[j] || mind.bid[j] !== first.bid[j]) return false
        if (winner !== NO_WINNER && !this.#alive(winner, round)) return false
        if (mind.bundle.includes(this.#tasks[j] as string) !== (winner === i)) return false
      }
    }
    return true
  }

  #result(round: number, limit: Limit | null): ConsensusBundleResult {
    const allocation = this.#agents.map((agent, i) => {
      const path = this.#alive(i, round) ? (this.#minds[i] as Mind).path : []
      return { agent: agent.id, path, score: agent.score(path) ?? 0 }
    })
    const doers = new Map<string, string[]>()
    for (const { agent, path } of allocation)
      for (const task of path) doers.set(task, [...(doers.get(task) ?? []), agent])
    const value = allocation.reduce((sum, one) => sum + one.score, 0)
    const bundles: Bundles = {
      allocation,
      value,
      unassigned: this.#tasks.filter((task) => !doers.has(task)),
      rounds: round,
      messages: this.#messages,
      messagesLost: this.#messagesLost,
      growing: this.#growing,
    }
    if (limit !== null) {
      const conflicts = [...doers].filter(([, all]) => all.length > 1).map(([task, all]) => ({ task, agents: all }))
      return { status: 'disagreed', limit, conflicts, ...bundles }
    }
    const broken = checkBundles(this.#agents, this.#tasks, allocation)
    if (broken.length > 0) throw new InternalError(`the agreed bundles break a rule: ${broken[0]}`)
    return { status: 'agreed', bound: this.#growing === null ? this.#bound(round, value) : null, ...bundles }
  }

  /** With diminishing gains a task adds at most what it is worth alone, and the greedy value is at least half of the optimum. */
  #bound(round: number, value: number): number {
    const idle = this.#agents.map((agent) => agent.score([]) ?? 0)
    const base = idle.reduce((sum, worth) => sum + worth, 0)
    let alone = base
    for (const task of this.#tasks) {
      let most = 0
      this.#agents.forEach((agent, i) => {
        if (this.#alive(i, round)) most = Math.max(most, bestInsertion(agent, [], task)?.gain ?? 0)
      })
      alone += most
    }
    return Math.max(value, Math.min(alone, base + 2 * (value - base)))
  }
}

function forget(mind: Mind, task: number): void {
  mind.winner[task] = NO_WINNER
  mind.bid[task] = 0
}

function unknownLink(a: string, b: string): InvalidInputError {
  return new InvalidInputError([
    {
      code: 'unknown-name',
      path: ['links'],
      message: `the link "${a}" - "${b}" names an agent that is not there`,
      hint: 'link the ids of agents',
    },
  ])
}

function validate(
  agents: readonly BundleAgent[],
  tasks: readonly string[],
  options: ConsensusBundleOptions,
): ReadonlyMap<string, number> {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const index = new Map<string, number>()
  agents.forEach(({ id, capacity }, i) => {
    if (index.has(id)) fault('duplicate', ['agents', i, 'id'], `the agent "${id}" is listed twice`, 'use unique ids')
    index.set(id, i)
    if (!Number.isInteger(capacity) || capacity < 0)
      fault('out-of-range', ['agents', i, 'capacity'], `the capacity of "${id}" is ${capacity}`, 'give a whole number')
  })
  tasks.forEach((task, j) => {
    if (tasks.indexOf(task) !== j)
      fault('duplicate', ['tasks', j], `the task "${task}" is listed twice`, 'use unique ids')
  })
  const { loss = 0, silence = 1, rounds = 1, links, lost = [] } = options
  if (!(loss >= 0 && loss < 1)) fault('out-of-range', ['loss'], `loss is ${loss}`, 'give a probability below 1')
  if (!(silence >= 1)) fault('out-of-range', ['silence'], `silence is ${silence}`, 'give at least one round')
  if (!Number.isInteger(rounds) || rounds < 1)
    fault('out-of-range', ['rounds'], `rounds is ${rounds}`, 'give a whole number >= 1')
  if (Array.isArray(links)) {
    ;(links as Links).forEach(([a, b], k) => {
      for (const id of [a, b])
        if (!index.has(id)) fault('unknown-name', ['links', k], `"${id}" is no agent`, 'link the ids of agents')
    })
  }
  lost.forEach(({ agent }, k) => {
    if (!index.has(agent)) fault('unknown-name', ['lost', k, 'agent'], `"${agent}" is no agent`, 'name an agent')
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
  return index
}
