/**
 * Two-person zero-sum games in extensive form with perfect recall, solved in sequence form.
 *
 * Sets        sequences s of player 1 and t of player 2 (actions along a path, the empty one included), information sets I
 * Parameters  g_st sum over the leaves with these sequences of (chance probability) * (payment to player 1)
 * Variables   x_s >= 0 realisation weight of a sequence of player 1, v_I free: what player 2 must concede from I on, v_0 in all
 * Objective   max v_0
 * Rows        x_empty = 1;  I of player 1: sum_a x_(I,a) = x_(sequence that leads to I)
 *             t = (I, a) of player 2: v_I <= sum_{J after t} v_J + sum_s g_st x_s;  the same for t empty and v_0
 * Size        as many columns and rows as the tree has sequences and information sets, not strategies
 *
 * Player 2's plan is found by the same program with the roles exchanged. Proof: best responses computed on the tree by recursion
 * give what each plan guarantees; the value lies between.
 *
 * Source: Koller, Megiddo and von Stengel (1994), Fast algorithms for finding randomized strategies in game trees.
 */
import { InvalidInputError, type Issue, type Limit, type RunOptions } from '../contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../linear/index.ts'
import { GAME_TOLERANCE } from './matrix-game.ts'

export type GameNode =
  /** Payment to player 0, by player 1. */
  | { readonly kind: 'end'; readonly payoff: number }
  | { readonly kind: 'chance'; readonly branches: readonly { readonly probability: number; readonly to: GameNode }[] }
  | {
      readonly kind: 'choice'
      readonly player: 0 | 1
      /** What the player knows: nodes with the same text cannot be told apart. */
      readonly information: string
      readonly actions: readonly { readonly name: string; readonly to: GameNode }[]
    }

/** Probability of each action, by information set. */
export type BehaviourStrategy = ReadonlyMap<string, ReadonlyMap<string, number>>

export type ExtensiveGameResult =
  | ({ readonly status: 'optimal' } & ExtensiveSolution)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & ExtensiveSolution)
  | { readonly status: 'unknown'; readonly limit: Limit }

export interface ExtensiveSolution {
  /** Expected payment to player 0. */
  readonly value: number
  readonly strategies: readonly [BehaviourStrategy, BehaviourStrategy]
  /** What the strategies guarantee, by best responses on the tree. */
  readonly certificate: { readonly lower: number; readonly upper: number; readonly gap: number }
}

/**
 * @throws InvalidInputError when probabilities do not sum to 1, a payoff is not finite, nodes of an information set differ in
 * player or actions, or a player forgets what it knew or did
 */
export async function solveExtensiveGame(root: GameNode, options: RunOptions = {}): Promise<ExtensiveGameResult> {
  const tree = readTree(root)
  const plans: BehaviourStrategy[] = []
  for (const player of [0, 1] as const) {
    const plan = await solvePlan(tree, player, options)
    if (typeof plan === 'string') return { status: 'unknown', limit: plan }
    plans.push(plan)
  }
  const strategies = [plans[0], plans[1]] as const as readonly [BehaviourStrategy, BehaviourStrategy]
  const lower = -bestResponse(tree, 1, strategies[0])
  const upper = bestResponse(tree, 0, strategies[1])
  const certificate = { lower, upper, gap: upper - lower }
  const solution = { value: (lower + upper) / 2, strategies, certificate }
  if (certificate.gap <= GAME_TOLERANCE * tree.largest) return { status: 'optimal', ...solution }
  return { status: 'feasible', limit: 'method', ...solution }
}

interface InformationSet {
  readonly player: 0 | 1
  readonly key: string
  readonly actions: readonly string[]
  /** The player's own sequence that leads here. */
  readonly parent: number
  /** Sequence of each action. */
  readonly sequences: readonly number[]
}

interface Leaf {
  readonly sequences: readonly [number, number]
  /** Chance probability times payment to player 0. */
  readonly weight: number
}

interface Tree {
  /** Information sets by player, parents before children. */
  readonly sets: readonly [InformationSet[], InformationSet[]]
  /** Number of sequences by player, the empty one is 0. */
  readonly sequences: [number, number]
  readonly leaves: Leaf[]
  readonly largest: number
}

function readTree(root: GameNode): Tree {
  const issues: Issue[] = []
  const fault = (code: string, path: readonly (string | number)[], message: string, hint: string): void => {
    if (issues.length < 50) issues.push({ code, path, message, hint })
  }
  const sets: [InformationSet[], InformationSet[]] = [[], []]
  const byKey = new Map<string, InformationSet>()
  const sequences: [number, number] = [1, 1]
  const leaves: Leaf[] = []
  let largest = 1
  // An explicit stack: a tree can be deeper than the call stack.
  const open: { node: GameNode; at: readonly [number, number]; chance: number; path: readonly (string | number)[] }[] =
    [{ node: root, at: [0, 0], chance: 1, path: [] }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, at, chance, path } = next
    if (node.kind === 'end') {
      if (!Number.isFinite(node.payoff)) fault('not-finite', path, `a payoff is ${node.payoff}`, 'give a finite number')
      largest = Math.max(largest, Math.abs(node.payoff))
      leaves.push({ sequences: at, weight: chance * node.payoff })
      continue
    }
    if (node.kind === 'chance') {
      const total = node.branches.reduce((sum, branch) => sum + branch.probability, 0)
      if (node.branches.some((branch) => !(branch.probability >= 0)) || !(Math.abs(total - 1) <= 1e-9)) {
        fault('not-a-distribution', path, `chances sum to ${total}`, 'give probabilities >= 0 that sum to 1')
      }
      node.branches.forEach((branch, b) => {
        open.push({ node: branch.to, at, chance: chance * branch.probability, path: [...path, b] })
      })
      continue
    }
    const names = node.actions.map((action) => action.name)
    const key = `${node.player} ${node.information}`
    let known = byKey.get(key)
    if (known === undefined) {
      if (names.length === 0 || new Set(names).size !== names.length) {
        fault('actions', path, `"${node.information}" has no actions, or two of one name`, 'name every action once')
      }
      const first = sequences[node.player]
      sequences[node.player] += names.length
      known = {
        player: node.player,
        key: node.information,
        actions: names,
        parent: at[node.player],
        sequences: names.map((_, a) => first + a),
      }
      byKey.set(key, known)
      sets[node.player].push(known)
    } else if (known.actions.join('\n') !== names.join('\n')) {
      const hint = 'give the nodes of an information set the same actions in the same order'
      fault('actions', path, `"${node.information}" has other actions than before`, hint)
      continue
    } else if (known.parent !== at[node.player]) {
      const hint = 'a player remembers what it did: tell the nodes apart by their information'
      fault(
        'imperfect-recall',
        path,
        `player ${node.player} reaches "${node.information}" by different own actions`,
        hint,
      )
      continue
    }
    const set = known
    node.actions.forEach((action, a) => {
      const own = set.sequences[a] as number
      const to = node.player === 0 ? ([own, at[1]] as const) : ([at[0], own] as const)
      open.push({ node: action.to, at: to, chance, path: [...path, action.name] })
    })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return { sets, sequences, leaves, largest }
}

/** The plan of `player` that guarantees the most, as behaviour probabilities. */
async function solvePlan(tree: Tree, player: 0 | 1, options: RunOptions): Promise<BehaviourStrategy | Limit> {
  const rival = player === 0 ? 1 : 0
  const sign = player === 0 ? 1 : -1
  const own = tree.sets[player]
  const other = tree.sets[rival]
  const model = new LinearModel('sequence form', 'maximize')
  for (let s = 0; s < tree.sequences[player]; s++) {
    model.addVariable(`x${s}`, s === 0 ? { lower: 1, upper: 1 } : { upper: 1 })
  }
  const free = { lower: Number.NEGATIVE_INFINITY }
  const total = model.addVariable('value', { ...free, objective: 1 })
  const conceded = new Map(other.map((set) => [set, model.addVariable(`v ${set.key}`, free)]))
  for (const set of own) {
    model.addRow(`plan ${set.key}`, [[set.parent, -1], ...set.sequences.map((s): Term => [s, 1])], '=', 0)
  }
  const terms: Term[][] = Array.from({ length: tree.sequences[rival] }, () => [])
  for (const leaf of tree.leaves) {
    if (leaf.weight !== 0) (terms[leaf.sequences[rival]] as Term[]).push([leaf.sequences[player], -sign * leaf.weight])
  }
  for (const [set, column] of conceded) {
    ;(terms[set.parent] as Term[]).push([column, -1])
    for (const t of set.sequences) (terms[t] as Term[]).push([column, 1])
  }
  ;(terms[0] as Term[]).push([total, 1])
  terms.forEach((row, t) => {
    model.addRow(`response ${t}`, row, '<=', 0)
  })
  const result = await solveLinear(model, options)
  if (result.status !== 'optimal') return result.status === 'unknown' ? result.limit : 'method'
  const strategy = new Map<string, ReadonlyMap<string, number>>()
  for (const set of own) {
    const weights = set.sequences.map((s) => Math.max(0, result.values[s] as number))
    const sum = weights.reduce((all, weight) => all + weight, 0)
    // An information set that the plan never reaches is played uniformly.
    const chance = (a: number): number => (sum > 1e-12 ? (weights[a] as number) / sum : 1 / weights.length)
    strategy.set(set.key, new Map(set.actions.map((name, a) => [name, chance(a)])))
  }
  return strategy
}

/** The most `player` can get against a behaviour strategy of the other one. */
function bestResponse(tree: Tree, player: 0 | 1, against: BehaviourStrategy): number {
  const rival = player === 0 ? 1 : 0
  const sign = player === 0 ? 1 : -1
  const reach = new Float64Array(tree.sequences[rival])
  reach[0] = 1
  for (const set of tree.sets[rival]) {
    set.sequences.forEach((s, a) => {
      reach[s] = (reach[set.parent] as number) * (against.get(set.key)?.get(set.actions[a] as string) as number)
    })
  }
  const worth = new Float64Array(tree.sequences[player])
  for (const { sequences, weight } of tree.leaves) {
    const s = sequences[player]
    worth[s] = (worth[s] as number) + sign * weight * (reach[sequences[rival]] as number)
  }
  // Children come after their parents in the list of information sets.
  for (let k = tree.sets[player].length - 1; k >= 0; k--) {
    const set = tree.sets[player][k] as InformationSet
    const best = Math.max(...set.sequences.map((s) => worth[s] as number))
    worth[set.parent] = (worth[set.parent] as number) + best
  }
  return worth[0] as number
}
