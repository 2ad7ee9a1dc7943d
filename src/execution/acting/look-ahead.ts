/**
 * UPOM: which method to take next, by a UCT-like search over refinements (Patra, Mason, Kumar, Ghallab, Traverso, Nau 2020,
 * "Integrating acting, planning and learning in hierarchical operational models", ICAPS; Patra, Mason, Ghallab, Nau,
 * Traverso 2021, Artificial Intelligence 299).
 *
 * Every rollout copies the refinement stacks of the agenda, draws a state that may be the true one, and carries all tasks on
 * to their ends in imagination, methods that fail being retried as the acting engine does. At each choice it takes the
 * method with the largest upper confidence bound Q + C sqrt(ln N / n), after a least share of the rollouts for each; Q is
 * the mean worth of the rollouts that took it. A choice is known by the stacks with what was tried there and by the key of
 * the state. What earlier acting taught about a method in the present context says which one to look at first and is added
 * to its bound with a weight of 1 / (n + 1) (progressive bias: Chaslot et al. 2008, "Progressive strategies for Monte-Carlo
 * tree search"); what is decided in the end comes from the rollouts alone.
 *
 * The published algorithm looks at the task that has to be refined alone. Here a rollout is worth the mean over the tasks of
 * the agenda, so that a method is not taken for one task that spoils another; a task that has not begun may be put off
 * until another one has moved on; and where the domain tells what a state is good for beyond the agenda (`prospects`) that
 * counts as one more task, as often as a further one is expected:
 *
 *   worth = (sum of u(cost of task) over the tasks that get done + p prospects(last state)) / (tasks + p)
 *
 * Memory: one entry for every choice met. Time: rollouts x commands of a rollout.
 */
import type { RandomStream } from '../../../solvers/numeric/index.ts'
import type { ExperienceModel } from '../learning/index.ts'
import type { ActingDomain, Call, CommandModel } from './domain.ts'
import { type AgendaTask, ImaginedAgenda, isHopeless } from './imagined-agenda.ts'
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
  /** Commands after which a rollout is given up; tasks that have not ended then count as failures. @default 200 */
  readonly horizon?: number
  /**
   * Whether commands that cannot succeed by their models are not begun: the task waits while another one is acting, or its
   * method has failed, without cost. @default true
   */
  readonly foresight?: boolean
  /**
   * Whether a task that has not begun may be put off, which happens while others are acting and the look-ahead finds it
   * clearly better (by two standard errors). Say which tasks may if some are urgent. @default true
   */
  readonly postpone?: boolean | ((task: Call) => boolean)
}

interface Choice {
  visits: number
  readonly counts: number[]
  readonly sums: number[]
  readonly squares: number[]
  /** What acting taught each is worth; 0 where it taught nothing. */
  readonly bias: number[]
}

/** What a decision is about: the agenda, which task of it, and the observed state. */
export interface Situation<State> {
  readonly agenda: readonly AgendaTask<State>[]
  readonly deciding: AgendaTask<State>
  readonly state: State
  /** Chance that a further task will arrive, in [0, 1]. */
  readonly further: number
}

/** Standard errors by which putting off must be better. */
const CLEARLY = 2

export class LookAhead<State> {
  readonly #domain: ActingDomain<State>
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
    this.#options = {
      rollouts: options.rollouts ?? 100,
      exploration: options.exploration ?? 0.3,
      utility: options.utility ?? ((cost) => 1 / (1 + cost / 100)),
      horizon: options.horizon ?? 200,
      foresight: options.foresight ?? true,
      postpone: options.postpone ?? true,
    }
    this.#experience = experience
    this.#random = random
  }

  /** The most promising of the untried candidates of the deciding task: one of `untried`, ties by order. */
  choose(situation: Situation<State>, untried: readonly number[]): number {
    const tree = new Map<string, Choice>()
    const { stack } = situation.deciding
    const root = newChoice(untried.length)
    this.#recall(root, stack, situation.state, untried)
    for (let i = 0; i < this.#options.rollouts; i++) {
      const index = this.#select(root, true)
      this.#rollOut(tree, situation, root, index, { postponed: false, chosen: untried[index] as number })
    }
    let best = 0
    for (let i = 1; i < untried.length; i++) if (mean(root, i) > mean(root, best) + 1e-12) best = i
    return untried[best] as number
  }

  /** Whether the deciding task, which has not begun, had better wait until another one has moved on. */
  postpones(situation: Situation<State>): boolean {
    const { postpone } = this.#options
    const task = situation.deciding.stack.frames[0]?.call
    if (task === undefined || !(typeof postpone === 'function' ? postpone(task) : postpone)) return false
    const tree = new Map<string, Choice>()
    const root = newChoice(2)
    for (let i = 0; i < this.#options.rollouts; i++) {
      const index = this.#select(root, true)
      this.#rollOut(tree, situation, root, index, { postponed: index === 1, chosen: null })
    }
    const error = Math.sqrt(
      variance(root, 0) / (root.counts[0] as number) + variance(root, 1) / (root.counts[1] as number),
    )
    return mean(root, 1) - mean(root, 0) > CLEARLY * error + 1e-9
  }

  /** Whether the model of a command sees no way for it to succeed; nothing is said without foresight. */
  hopeless(call: Call, state: State): boolean {
    if (!this.#options.foresight) return false
    const draw = (): State => this.#domain.imagine?.(state, this.#random) ?? state
    return isHopeless(this.#domain.commands[call.name] as CommandModel<State>, call, draw, this.#random)
  }

  /** @param chosen the candidate that the deciding task takes first; null leaves it to the search */
  #rollOut(
    tree: Map<string, Choice>,
    { agenda, deciding, state, further }: Situation<State>,
    root: Choice,
    index: number,
    { postponed, chosen }: { readonly postponed: boolean; readonly chosen: number | null },
  ): void {
    const { foresight, horizon, utility } = this.#options
    const path: [Choice, number][] = [[root, index]]
    const drawn = this.#domain.imagine?.(state, this.#random) ?? state
    const imagined = new ImaginedAgenda(this.#domain, agenda, deciding, drawn, this.#random, { foresight, postponed })
    let settled = chosen
    const options: StackOptions<State> = {
      choose: (stack, now, untried) => {
        if (settled !== null && stack === imagined.deciding) {
          const given = settled
          settled = null
          return given
        }
        const choice = this.#choice(tree, imagined, stack, now, untried)
        const taken = this.#select(choice, false)
        path.push([choice, taken])
        return untried[taken] as number
      },
    }
    const ends = imagined.run(horizon, options)
    const expected = this.#domain.prospects === undefined ? 0 : further
    let worth = expected === 0 ? 0 : expected * (this.#domain.prospects?.(imagined.state) ?? 0)
    for (const { status, cost } of ends) if (status === 'done') worth += utility(cost)
    worth /= ends.length + expected
    for (const [choice, taken] of path) {
      choice.visits++
      choice.counts[taken]!++
      choice.sums[taken]! += worth
      choice.squares[taken]! += worth * worth
    }
  }

  /**
   * The mean of an early rollout says little, since the choices below it were still being explored: every alternative
   * keeps a share of the rollouts, at the choice in question a constant one, below it a vanishing one.
   */
  #select({ visits, counts, sums, bias }: Choice, asked: boolean): number {
    const share = asked ? visits / (4 * counts.length) : Math.sqrt(visits) / 2
    const least = Math.min(...counts)
    if (least === 0 || least < share) {
      let first = counts.indexOf(least)
      for (let i = first; i < counts.length; i++)
        if (counts[i] === least && (bias[i] as number) > (bias[first] as number)) first = i
      return first
    }
    const spread = this.#options.exploration ** 2 * Math.log(visits + 1)
    let best = 0
    let bestBound = Number.NEGATIVE_INFINITY
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number
      const bound = (sums[i] as number) / count + Math.sqrt(spread / count) + (bias[i] as number) / (count + 1)
      if (bound > bestBound) {
        bestBound = bound
        best = i
      }
    }
    return best
  }

  #choice(
    tree: Map<string, Choice>,
    imagined: ImaginedAgenda<State>,
    deciding: RefinementStack<State>,
    state: State,
    untried: readonly number[],
  ): Choice {
    let key = this.#domain.key(state)
    for (const { stack, call } of imagined.tasks()) {
      key += stack === deciding ? '\n*' : '\n'
      if (call !== null) key += `${call.name} ${call.args.join(' ')}`
      for (const { call: task, tried, seen } of stack.frames)
        key += `\t${task.name} ${task.args.join(' ')} ${tried.join(' ')} ${seen.length}`
    }
    const known = tree.get(key)
    if (known !== undefined) return known
    const choice = newChoice(untried.length)
    this.#recall(choice, deciding, state, untried)
    tree.set(key, choice)
    return choice
  }

  /** What acting taught: the chance of success with a method in this context, times what that is worth at its cost. */
  #recall(choice: Choice, stack: RefinementStack<State>, state: State, untried: readonly number[]): void {
    const frame = stack.frames.at(-1)
    const experience = this.#experience
    if (experience === null || frame === undefined) return
    const context = this.#domain.context?.(frame.call, state) ?? ''
    untried.forEach((candidate, index) => {
      const method = frame.candidates[candidate]
      if (method === undefined) return
      const { success, cost } = experience.estimate(method.name, context)
      if (cost !== null) choice.bias[index] = success * this.#options.utility(stack.cost + cost)
    })
  }
}

function newChoice(alternatives: number): Choice {
  const zeros = (): number[] => Array.from({ length: alternatives }, () => 0)
  return { visits: 0, counts: zeros(), sums: zeros(), squares: zeros(), bias: zeros() }
}

function mean({ counts, sums }: Choice, index: number): number {
  return (sums[index] as number) / Math.max(1e-9, counts[index] as number)
}

function variance(choice: Choice, index: number): number {
  const square = (choice.squares[index] as number) / Math.max(1e-9, choice.counts[index] as number)
  return Math.max(0, square - mean(choice, index) ** 2)
}
