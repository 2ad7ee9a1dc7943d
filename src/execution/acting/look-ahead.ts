/**
 * UPOM: which method to take next, by a UCT-like search over refinements (Patra, Mason, Kumar, Ghallab, Traverso, Nau 2020,
 * "Integrating acting, planning and learning in hierarchical operational models", ICAPS; Patra, Mason, Ghallab, Nau,
 * Traverso 2021, Artificial Intelligence 299).
 *
 * Every rollout copies the refinement stack, draws a state that may be the true one, and carries the stack on to its end in
 * imagination, methods that fail being retried as the acting engine does; the other tasks on the agenda are left out. At
 * each choice it takes the method with the largest upper confidence bound Q + C sqrt(ln N / n), after a least share of the
 * rollouts for each; Q is the mean utility of the rollouts that took it. A choice is
 * known by the stack with what was tried there and by the key of the state. What earlier acting taught about a method in
 * the present context counts as a few rollouts that have been made already.
 *
 * Memory: one entry for every choice met. Time: rollouts x commands of a rollout.
 */
import type { RandomStream } from '../../../solvers/numeric/index.ts'
import type { ExperienceModel } from '../learning/index.ts'
import type { ActingDomain, CommandModel } from './domain.ts'
import type { RefinementStack, StackOptions } from './refinement-stack.ts'

export interface LookAheadOptions {
  /** Rollouts a choice. @default 100 */
  readonly rollouts?: number
  /** Weight C of exploration. @default 0.3 */
  readonly exploration?: number
  /**
   * Worth of the task's end, in [0, 1]: of success at a cost; failure is worth nothing.
   * @default 1 / (1 + cost / 100): success first, then thrift
   */
  readonly utility?: (cost: number) => number
  /** Commands after which a rollout is given up as a failure. @default 200 */
  readonly horizon?: number
}

interface Choice {
  visits: number
  readonly counts: number[]
  readonly sums: number[]
}

/** Rollouts that learned statistics count for, at most. */
const PRIOR_ROLLOUTS = 5

export class LookAhead<State> {
  readonly #domain: ActingDomain<State>
  readonly #commands: ReadonlyMap<string, CommandModel<State>>
  readonly #options: Required<LookAheadOptions>
  readonly #experience: ExperienceModel | null
  readonly #random: RandomStream

  constructor(
    domain: ActingDomain<State>,
    options: LookAheadOptions,
    experience: ExperienceModel | null,
    random: RandomStream,
  ) {
    this.#domain = domain
    this.#commands = new Map(Object.entries(domain.commands))
    this.#options = {
      rollouts: options.rollouts ?? 100,
      exploration: options.exploration ?? 0.3,
      utility: options.utility ?? ((cost) => 1 / (1 + cost / 100)),
      horizon: options.horizon ?? 200,
    }
    this.#experience = experience
    this.#random = random
  }

  /** The most promising of the untried candidates of the top task: one of `untried`, ties by order. */
  choose(stack: RefinementStack<State>, state: State, untried: readonly number[]): number {
    const tree = new Map<string, Choice>()
    const root = this.#choice(tree, stack, state, untried)
    for (let i = 0; i < this.#options.rollouts; i++) this.#rollOut(tree, root, stack, state)
    let best = 0
    const value = (index: number): number => (root.sums[index] as number) / Math.max(1e-9, root.counts[index] as number)
    for (let i = 1; i < untried.length; i++) if (value(i) > value(best) + 1e-12) best = i
    return untried[best] as number
  }

  #rollOut(tree: Map<string, Choice>, root: Choice, from: RefinementStack<State>, observed: State): void {
    const stack = from.copy()
    const path: [Choice, number][] = []
    const options: StackOptions<State> = {
      choose: (deciding, now, untried) => {
        const choice = this.#choice(tree, deciding, now, untried)
        const index = this.#select(choice, choice === root)
        path.push([choice, index])
        return untried[index] as number
      },
    }
    let state = this.#domain.imagine?.(observed, this.#random) ?? observed
    for (let commands = 0; commands < this.#options.horizon; commands++) {
      const call = stack.next(state, options)
      if (call === null) break
      const model = this.#commands.get(call.name) as CommandModel<State>
      const cost = model.cost(state, call.args)
      const outcome = model.sample(state, call.args, this.#random)
      state = outcome.state
      stack.conclude(outcome.success, cost, options)
    }
    const utility = stack.status === 'done' ? this.#options.utility(stack.cost) : 0
    for (const [choice, index] of path) {
      choice.visits++
      choice.counts[index]!++
      choice.sums[index]! += utility
    }
  }

  /**
   * The mean of an early rollout says little, since the choices below it were still being explored: every alternative
   * keeps a share of the rollouts, at the choice in question a constant one, below it a vanishing one.
   */
  #select({ visits, counts, sums }: Choice, asked: boolean): number {
    const share = asked ? visits / (4 * counts.length) : Math.sqrt(visits) / 2
    const least = Math.min(...counts)
    if (least === 0 || least < share) return counts.indexOf(least)
    const spread = this.#options.exploration ** 2 * Math.log(visits + 1)
    let best = 0
    let bestBound = Number.NEGATIVE_INFINITY
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number
      const bound = (sums[i] as number) / count + Math.sqrt(spread / count)
      if (bound > bestBound) {
        bestBound = bound
        best = i
      }
    }
    return best
  }

  #choice(tree: Map<string, Choice>, stack: RefinementStack<State>, state: State, untried: readonly number[]): Choice {
    let key = this.#domain.key(state)
    for (const { call, tried } of stack.frames) key += `\n${call.name} ${call.args.join(' ')} ${tried.join(' ')}`
    const known = tree.get(key)
    if (known !== undefined) return known
    const choice: Choice = { visits: 0, counts: untried.map(() => 0), sums: untried.map(() => 0) }
    this.#recall(choice, stack, state, untried)
    tree.set(key, choice)
    return choice
  }

  /** What acting taught, as rollouts that were made already. */
  #recall(choice: Choice, stack: RefinementStack<State>, state: State, untried: readonly number[]): void {
    const frame = stack.frames.at(-1)
    if (this.#experience === null || frame === undefined) return
    const context = this.#domain.context?.(frame.call, state) ?? ''
    untried.forEach((candidate, index) => {
      const method = frame.candidates[candidate]
      if (method === undefined) return
      const { success, cost, weight } = (this.#experience as ExperienceModel).estimate(method.name, context)
      const rollouts = Math.min(PRIOR_ROLLOUTS, weight)
      if (cost === null || rollouts === 0) return
      choice.visits += rollouts
      choice.counts[index] = rollouts
      choice.sums[index] = rollouts * success * this.#options.utility(stack.cost + cost)
    })
  }
}
