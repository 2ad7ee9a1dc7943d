/**
 * The front of the POMDP solvers: one call, one answer with its proof.
 *
 * `auto` solves small models exactly (a bracket at the start belief by heuristic search comes first, so that a limit never
 * leaves an answer without bounds) or by the hull where that does not end, and larger ones by SARSOP. Whatever the method,
 * the answer carries a lower and an upper bound of the optimal value at the start belief; `optimal` is claimed only when
 * they meet within epsilon, and every claimed value function is held against the model's own tables before it leaves (check.ts).
 */
import { InternalError, InvalidInputError, type Issue, type Limit, Run, type RunOptions } from '../contract/index.ts'
import { RandomStream } from '../numeric/index.ts'
import { boundedPolicyIteration } from './bounded-policy-iteration.ts'
import { fastInformedBound, qmdp, solveMdp } from './bounds.ts'
import { checkResidual, lookahead } from './check.ts'
import type { Controller } from './controller.ts'
import { DominanceLp } from './dominance-lp.ts'
import { EXACT_METHODS, type ExactMethod } from './exact/backup.ts'
import { certifiedValueIteration, compact } from './exact/certified.ts'
import { finiteHorizon, zeroValue } from './exact/finite-horizon.ts'
import { finitePlan, planVector } from './finite-plan.ts'
import { heuristicSearch, type SearchResult } from './heuristic-search.ts'
import { hullSearch } from './hull-search.ts'
import { buildKernel, type JointKernel } from './kernel.ts'
import { modelIssues, type PomdpModel } from './model.ts'
import { blindPolicies, iteratePoints } from './point-backup.ts'
import { pbvi, perseus } from './point-based.ts'
import { PointSet } from './point-set.ts'
import { pointStages } from './point-stages.ts'
import { type PolicyGraph, policyGraph, reachableNodes } from './policy-graph.ts'
import type { ReachablePlan } from './reachable.ts'
import { VectorSet } from './vector-set.ts'

export type PomdpMethod =
  /** Exact where it can finish, else two-sided bounds: by the hull for small models, by SARSOP for larger ones. */
  | 'auto'
  /** Incremental pruning with a proof over the whole simplex. */
  | 'exact'
  | ExactMethod
  /** Finite horizons: expectimax over the beliefs that can be reached from the start, exact there. */
  | 'reachable'
  /** Both bounds over a growing set of beliefs, the upper one by mixing them; for up to about 40 states. */
  | 'hull'
  | 'sarsop'
  | 'hsvi'
  | 'pbvi'
  | 'perseus'
  /** A stochastic finite-state controller by bounded policy iteration. */
  | 'bpi'
  /** Act as if everything were seen from the next step on. */
  | 'qmdp'
  /** Act by the fast informed bound. */
  | 'fib'
  /** Act as is best in the most likely state: a named baseline only. */
  | 'mls'
  /** The best single action for ever. */
  | 'blind'

export const POMDP_METHODS: readonly PomdpMethod[] = [
  'auto',
  'exact',
  ...EXACT_METHODS,
  'reachable',
  'hull',
  'sarsop',
  'hsvi',
  'pbvi',
  'perseus',
  'bpi',
  'qmdp',
  'fib',
  'mls',
  'blind',
]

export interface SolvePomdpOptions extends RunOptions {
  /** @default 'auto' */
  readonly method?: PomdpMethod
  /** Number of steps; without it the discounted infinite horizon (discount < 1). */
  readonly horizon?: number
  /** Wanted distance of lower and upper bound, absolute. @default 1e-6 */
  readonly epsilon?: number
  /** Start belief, one probability per state. @default the model's */
  readonly belief?: ArrayLike<number>
  /** Replaces the model's discount. */
  readonly discount?: number
  /** Most nodes of the controller of `bpi`. @default 20 */
  readonly maxNodes?: number
  /** V_0 of a finite horizon. @default 0 everywhere */
  readonly terminal?: VectorSet
}

interface PomdpAnswer {
  /** The method that produced the policy. */
  readonly method: PomdpMethod
  /**
   * What can be earned from the start belief, proved from below; rewards, so minus the cost for cost models. The policy of an exact
   * method earns it up to the error bound, at every belief. The vectors of a search are only proved at the beliefs it looked at:
   * try their policy with simulatePolicy.
   */
  readonly value: number
  readonly lower: number
  readonly upper: number
  /** Best first action, its name and number. */
  readonly action: string
  readonly actionIndex: number
  /** Number of alpha vectors. */
  readonly vectors: number
  /** Exact sweeps, horizon steps, trials or stages, whichever the method counts. */
  readonly iterations: number
  readonly horizon: number | 'infinite'
  readonly discount: number
  readonly epsilon: number
  readonly seed: number
  /** Proved for every belief, not only the start: V* <= V + errorBound. Absent where only the start is bracketed. */
  readonly errorBound?: number
  /** The vectors; the policy takes the action of the best one. For a finite horizon those of the first step. */
  readonly valueFunction: VectorSet
  /** Infinite horizon, exact methods: the controller that the vectors form. */
  readonly graph?: PolicyGraph
  /** Nodes of `graph` in use from the start belief. */
  readonly reachable?: readonly number[]
  /** Finite horizon: V_h at the start and the number of vectors (of beliefs in the plan, where that was the method) for h = 1 .. horizon. */
  readonly byHorizon?: readonly {
    readonly horizon: number
    readonly value: number
    readonly vectors: number
    readonly beliefs?: number
  }[]
  /** Method `bpi`: the controller; `valueFunction` holds the value of its nodes, each with its likeliest action. */
  readonly controller?: Controller
  /** Method `reachable`: the plan itself, a directed graph without cycles. */
  readonly plan?: ReachablePlan
  /** The stages of a finite horizon, V_1 first; successors point into the stage before. */
  readonly stages?: readonly VectorSet[]
}

export type PomdpResult =
  /** lower and upper agree within epsilon. */
  | ({ readonly status: 'optimal' } & PomdpAnswer)
  /** A policy with bounds; `limit` says why they did not meet. */
  | ({ readonly status: 'feasible'; readonly limit: Limit } & PomdpAnswer)

/**
 * Solves a POMDP.
 * @throws InvalidInputError for a faulty model or option, all faults at once
 */
export function solvePomdp(model: PomdpModel, options: SolvePomdpOptions = {}): PomdpResult {
  const run = new Run('pomdp', options)
  const epsilon = options.epsilon ?? 1e-6
  const method = options.method ?? 'auto'
  const start = options.belief === undefined ? model.start : Float64Array.from(options.belief)
  const asked: PomdpModel = { ...model, start, discount: options.discount ?? model.discount }
  const issues = [...optionIssues(options, asked, epsilon, method), ...modelIssues(asked, 1e-5)]
  if (issues.length > 0) throw new InvalidInputError(issues)
  return new PomdpRun(asked, method, epsilon, options, run).solve()
}

/** Models up to this many states are first tried exactly by `auto`. */
const EXACT_STATES = 40
/** `auto` leaves the whole simplex of an infinite horizon alone when a sweep has more vectors than this and ... */
const MANY_VECTORS = 400
/** ... this many times those of the sweep before: counts that settle do so at once, those that do not double. */
const SWELLING = 1.3
/** `auto` leaves the whole simplex of a finite horizon alone when a stage has more vectors than this. */
const FEW_VECTORS = 100
/** Most beliefs of the plan that it then tries. */
const AUTO_BELIEFS = 500_000

class PomdpRun {
  readonly #model: PomdpModel
  readonly #kernel: JointKernel
  readonly #method: PomdpMethod
  readonly #epsilon: number
  readonly #options: SolvePomdpOptions
  readonly #run: Run

  constructor(model: PomdpModel, method: PomdpMethod, epsilon: number, options: SolvePomdpOptions, run: Run) {
    this.#model = model
    this.#kernel = buildKernel(model)
    this.#method = method
    this.#epsilon = epsilon
    this.#options = options
    this.#run = run
  }

  solve(): PomdpResult {
    const method = this.#method
    const finite = this.#options.horizon !== undefined
    switch (method) {
      case 'auto':
        return finite ? this.#autoFinite() : this.#auto()
      case 'exact':
        return finite ? this.#finite('incremental-pruning') : this.#exact('incremental-pruning')
      case 'reachable':
        return this.#reachable(Number.POSITIVE_INFINITY)
      case 'hull':
        return this.#hull(() => this.#run.limit !== null)
      case 'sarsop':
      case 'hsvi':
        return this.#search(method, () => this.#run.limit !== null)
      case 'pbvi':
      case 'perseus':
        return this.#pointBased(method)
      case 'bpi':
        return this.#controller()
      case 'qmdp':
      case 'fib':
      case 'mls':
      case 'blind':
        return this.#simple(method)
      default:
        return finite ? this.#finite(method) : this.#exact(method)
    }
  }

  #auto(): PomdpResult {
    const run = this.#run
    const small = this.#model.states.length <= EXACT_STATES
    if (!small) return this.#search('sarsop', () => run.limit !== null)
    // Exact first, for a share of the time and as long as the vectors settle; if it does not finish, the bracket at the start.
    const share = Number.isFinite(run.timeLimitMs) ? 0.5 * run.timeLimitMs : 30_000
    let before = 0
    let swells = false
    const exact = this.#exact(
      'incremental-pruning',
      () => swells || run.limit !== null || run.elapsedMs > share,
      (vectors) => {
        swells = vectors > MANY_VECTORS && vectors > SWELLING * before
        before = vectors
      },
    )
    if (exact.status === 'optimal' || run.limit !== null) return exact
    const deadline = Number.isFinite(run.timeLimitMs) ? run.timeLimitMs : run.elapsedMs + 30_000
    const bracket = this.#hull(() => run.limit !== null || run.elapsedMs > deadline, exact.valueFunction)
    if (bracket.status === 'optimal') return bracket
    const upper = Math.min(exact.upper, bracket.upper)
    return this.#finish({ ...bracket, upper }, run.limit ?? 'time')
  }

  #exact(
    method: ExactMethod,
    stop: () => boolean = () => this.#run.limit !== null,
    onSweep: (vectors: number) => void = () => {},
  ): PomdpResult {
    const kernel = this.#kernel
    const { start, discount } = this.#model
    const certified = certifiedValueIteration(
      kernel,
      blindPolicies(kernel),
      start,
      this.#epsilon * 0.9,
      method,
      stop,
      (progress) => {
        onSweep(progress.vectors)
        this.#run.emit({
          kind: 'tick',
          message: `exact sweep ${progress.sweep}: ${progress.vectors} vectors, gain ${progress.greatest.toExponential(2)}`,
        })
      },
    )
    let value = certified.value
    let errorBound = certified.errorBound
    if (certified.complete) {
      // Settled further at the beliefs it was built on, then only what is needed: a tenth of epsilon pays for it.
      const tolerance = 0.02 * this.#epsilon
      value = compact(polish(kernel, certified.value, start, 1e-3 * this.#epsilon * (1 - discount)), tolerance)
      errorBound += 2 * tolerance
      const residual = checkResidual(this.#model, value)
      const allowed = this.#epsilon + 1e-9 * magnitudeOf(value)
      if (residual.greatestRise > allowed || residual.greatestFall > allowed) {
        throw new InternalError(
          `the certified value function fails its check: residual ${residual.greatestRise}, fall ${residual.greatestFall}`,
        )
      }
    }
    const lower = value.value(start)
    const upper = Math.min(certified.value.value(start) + certified.errorBound, this.#upperBound())
    const lp = new DominanceLp(kernel.stateCount)
    const graph = certified.complete ? policyGraph(kernel, value, lp) : undefined
    return this.#finish(
      {
        ...this.#answer(method, value, certified.sweeps, lower, Math.max(lower, upper)),
        ...(Number.isFinite(errorBound) ? { errorBound } : {}),
        ...(graph === undefined ? {} : { graph, reachable: reachableNodes(graph, value.best(start)) }),
      },
      this.#run.limit ?? 'method',
    )
  }

  /**
   * Vectors over the whole simplex while they stay few; then the plan over reachable beliefs, which needs none; then vectors to
   * the end. Counts decide, so that the same call gives the same answer everywhere.
   */
  #autoFinite(): PomdpResult {
    const horizon = this.#options.horizon!
    const plain = this.#options.terminal === undefined
    let last = 0
    const pruned = this.#finite(
      'incremental-pruning',
      (stage, vectors) => plain && stage < horizon && vectors > FEW_VECTORS,
      (stages) => {
        last = stages
      },
    )
    if (pruned.status === 'optimal' || last === horizon || this.#run.limit !== null) return pruned
    const plan = this.#reachable(AUTO_BELIEFS)
    if (plan.status === 'optimal' || this.#run.limit !== null) return plan.lower >= pruned.lower ? plan : pruned
    return this.#finite('incremental-pruning')
  }

  #reachable(maxBeliefs: number): PomdpResult {
    const horizon = this.#options.horizon!
    const { plan, byHorizon } = finitePlan(this.#model, horizon, { maxBeliefs, stop: () => this.#run.limit !== null })
    const value = planVector(this.#kernel, plan.root, horizon)
    const { value: lower, upper } = plan.root
    const earned = value.value(this.#model.start)
    if (earned < lower - 1e-7 * Math.max(1, Math.abs(lower)))
      throw new InternalError(`the plan earns ${earned}, not the ${lower} that it claims`)
    return this.#finish(
      { ...this.#answer('reachable', value, byHorizon.length, Math.min(earned, upper), upper), byHorizon, plan },
      this.#run.limit ?? 'memory',
    )
  }

  #finite(
    method: ExactMethod,
    enough: (stage: number, vectors: number) => boolean = () => false,
    onEnd: (stages: number) => void = () => {},
  ): PomdpResult {
    let full = false
    const kernel = this.#kernel
    const { start } = this.#model
    const horizon = this.#options.horizon!
    const terminal = this.#options.terminal ?? zeroValue(kernel)
    const tolerance = Math.min(1e-10, this.#epsilon / (4 * (kernel.observationCount + 1) * Math.max(1, horizon)))
    const result = finiteHorizon(
      kernel,
      horizon,
      terminal,
      tolerance,
      method,
      () => full || this.#run.limit !== null,
      (stage, value) => {
        full = enough(stage, value.count)
        this.#run.emit({
          kind: 'tick',
          message: `horizon ${stage}: ${value.count} vectors, value ${value.value(start)}`,
        })
      },
    )
    const stages = result.stages
    onEnd(stages.length)
    const last = stages[stages.length - 1] ?? terminal
    const previous = stages[stages.length - 2] ?? terminal
    const lower = last.value(start)
    if (stages.length > 0) {
      const check = lookahead(this.#model, previous, start)
      if (Math.abs(check - lower) > 1e-6 * Math.max(1, Math.abs(check))) {
        throw new InternalError(`the value ${lower} differs from its one-step lookahead ${check}`)
      }
    }
    const byHorizon = stages.map((stage, index) => ({
      horizon: index + 1,
      value: stage.value(start),
      vectors: stage.count,
    }))
    if (result.complete) {
      return this.#finish(
        {
          ...this.#answer(method, last, horizon, lower, lower + result.errorBound),
          errorBound: result.errorBound,
          byHorizon,
          stages,
        },
        'method',
      )
    }
    // Not finished: the steps done exactly, the others at a few beliefs, against the informed bound of all steps.
    const more = pointStages(kernel, start, last, horizon - stages.length)
    const first = more[more.length - 1] ?? last
    const upper =
      fastInformedBound(this.#model, kernel, horizon).vectors.value(start) + terminalShare(kernel, terminal, horizon)
    const low = Math.min(first.value(start), upper)
    return this.#finish(
      { ...this.#answer(method, first, stages.length, low, upper), byHorizon, stages: [...stages, ...more] },
      this.#run.limit ?? 'memory',
    )
  }

  #search(method: 'sarsop' | 'hsvi', stop: () => boolean, warm?: VectorSet): PomdpResult {
    const model = this.#model
    const kernel = this.#kernel
    const upper = fastInformedBound(model, kernel, undefined, () => this.#run.limit !== null)
    let lastEvent = 0
    const result: SearchResult = heuristicSearch(kernel, model.start, warm ?? blindPolicies(kernel), upper.vectors, {
      strategy: method,
      epsilon: this.#epsilon,
      stop,
      onTrial: (trial, low, high, vectors) => {
        if (!this.#run.observed || this.#run.elapsedMs - lastEvent < 200) return
        lastEvent = this.#run.elapsedMs
        this.#run.emit({
          kind: 'bound',
          incumbent: low,
          bound: high,
          gap: high - low,
          message: `trial ${trial}, ${vectors} vectors`,
        })
      },
    })
    return this.#finish(
      { ...this.#answer(method, withFloor(kernel, result.vectors), result.trials, result.lower, result.upper) },
      this.#run.limit ?? (result.stoppedBy === 'memory' ? 'memory' : 'time'),
    )
  }

  #hull(stop: () => boolean, warm?: VectorSet): PomdpResult {
    const kernel = this.#kernel
    const { start } = this.#model
    const upper = fastInformedBound(this.#model, kernel, undefined, () => this.#run.limit !== null)
    const result = hullSearch(kernel, start, warm ?? blindPolicies(kernel), upper.vectors, {
      epsilon: this.#epsilon,
      stop,
      onRound: (round, low, high, points, vectors) =>
        this.#run.emit({
          kind: 'bound',
          incumbent: low,
          bound: high,
          gap: high - low,
          message: `round ${round}, ${points} beliefs, ${vectors} vectors`,
        }),
    })
    const answer = this.#answer('hull', result.vectors, result.rounds, result.lower, result.upper)
    return this.#finish(answer, this.#run.limit ?? (result.stoppedBy === 'memory' ? 'memory' : 'time'))
  }

  #pointBased(method: 'pbvi' | 'perseus'): PomdpResult {
    const kernel = this.#kernel
    const solver = method === 'pbvi' ? pbvi : perseus
    const result = solver(kernel, this.#model.start, blindPolicies(kernel), {
      random: new RandomStream(this.#run.seed),
      stop: () => this.#run.limit !== null,
      onStage: (stage, vectors, points) =>
        this.#run.emit({ kind: 'tick', message: `stage ${stage}: ${vectors} vectors, ${points} points` }),
    })
    const vectors = withFloor(kernel, result.vectors)
    const lower = vectors.value(this.#model.start)
    return this.#finish(
      this.#answer(method, vectors, result.stages, lower, this.#upperBound()),
      this.#run.limit ?? 'method',
    )
  }

  #controller(): PomdpResult {
    const kernel = this.#kernel
    const { start } = this.#model
    const found = boundedPolicyIteration(kernel, start, {
      stop: () => this.#run.limit !== null,
      ...(this.#options.maxNodes === undefined ? {} : { maxNodes: this.#options.maxNodes }),
      onSweep: (sweep, nodes, value) =>
        this.#run.emit({ kind: 'tick', message: `sweep ${sweep}: ${nodes} nodes, value ${value}` }),
    })
    const value = new VectorSet(kernel.stateCount, kernel.observationCount, found.controller.nodes.length)
    for (const [n, node] of found.controller.nodes.entries()) {
      const likeliest = node.choices.reduce((best, choice) => (choice.probability > best.probability ? choice : best))
      value.push(found.values, n * kernel.stateCount, likeliest.action)
    }
    const answer = this.#answer('bpi', value, found.sweeps, found.value, this.#upperBound())
    return this.#finish(
      { ...answer, controller: found.controller },
      this.#run.limit ?? (found.stoppedBy === 'memory' ? 'memory' : 'method'),
    )
  }

  #simple(method: 'qmdp' | 'fib' | 'mls' | 'blind'): PomdpResult {
    const kernel = this.#kernel
    const model = this.#model
    const { start } = model
    const floor = blindPolicies(kernel)
    const informed = fastInformedBound(model, kernel)
    const guide = method === 'qmdp' ? qmdp(model) : informed
    let action = guide.vectors.actions[guide.vectors.best(start)]!
    if (method === 'mls') action = solveMdp(model).policy[mostLikely(start)]!
    if (method === 'blind') action = floor.actions[floor.best(start)]!
    // What the policy earns is not known in closed form; blind play is what is proved from the start.
    const answer = this.#answer(
      method,
      method === 'blind' ? floor : guide.vectors,
      guide.sweeps,
      floor.value(start),
      informed.vectors.value(start),
    )
    return this.#finish({ ...answer, action: model.actions[action]!, actionIndex: action }, 'method')
  }

  /** The fast informed bound at the start. */
  #upperBound(): number {
    // Iterated from above, it is a bound whenever the limit stops it.
    const stop = () => this.#run.limit !== null
    return fastInformedBound(this.#model, this.#kernel, undefined, stop).vectors.value(this.#model.start)
  }

  #answer(method: PomdpMethod, value: VectorSet, iterations: number, lower: number, upper: number): PomdpAnswer {
    const { start, actions, discount } = this.#model
    const actionIndex = value.actions[value.best(start)]!
    return {
      method,
      value: lower,
      lower,
      upper,
      action: actions[Math.max(0, actionIndex)]!,
      actionIndex: Math.max(0, actionIndex),
      vectors: value.count,
      iterations,
      horizon: this.#options.horizon ?? 'infinite',
      discount,
      epsilon: this.#epsilon,
      seed: this.#run.seed,
      valueFunction: value,
    }
  }

  #finish(answer: PomdpAnswer, limit: Limit): PomdpResult {
    const slack = 1e-9 * Math.max(1, Math.abs(answer.lower))
    if (answer.lower > answer.upper + slack) {
      throw new InternalError(`the lower bound ${answer.lower} exceeds the upper bound ${answer.upper}`)
    }
    const upper = Math.max(answer.lower, answer.upper)
    if (upper - answer.lower <= this.#epsilon * (1 + 1e-9)) return { status: 'optimal', ...answer, upper }
    return { status: 'feasible', limit, ...answer, upper }
  }
}

/**
 * The vectors together with those of blind policies that none of them covers. Searches keep what is best at the beliefs they looked
 * at; where a policy comes to another one, repeating an action is then still there to be chosen.
 */
function withFloor(kernel: JointKernel, value: VectorSet): VectorSet {
  const floor = blindPolicies(kernel)
  const union = value.select(Array.from({ length: value.count }, (_, index) => index))
  for (let a = 0; a < floor.count; a++) {
    const row = floor.vector(a)
    const covered = Array.from({ length: value.count }, (_, index) => value.vector(index)).some((vector) =>
      row.every((entry, s) => entry <= vector[s]! + 1e-12 * Math.max(1, Math.abs(entry))),
    )
    if (!covered) union.push(row, 0, floor.actions[a]!)
  }
  return union
}

/** The vectors together with what further point iteration at reachable beliefs finds: never below them. */
function polish(kernel: JointKernel, value: VectorSet, start: Float64Array, precision: number): VectorSet {
  const points = new PointSet(kernel)
  points.add(start)
  points.expand(100)
  const lp = new DominanceLp(kernel.stateCount)
  // A belief inside every region keeps every vector in play.
  for (let i = 0; i < value.count && i < 400; i++) {
    lp.reset()
      .block(value.data, value.count, null, value.data, i * kernel.stateCount, i, 1)
      .solve(0)
    points.add(lp.belief)
  }
  const better = iteratePoints(points, value, Math.max(precision, 1e-13), () => false, 200).value
  const union = better.select(Array.from({ length: better.count }, (_, index) => index))
  for (let i = 0; i < value.count; i++) union.push(value.data, i * kernel.stateCount, value.actions[i]!)
  return union
}

/** What terminal values can add at most, seen from the first step. */
function terminalShare(kernel: JointKernel, terminal: VectorSet, horizon: number): number {
  let high = Number.NEGATIVE_INFINITY
  for (let k = 0; k < terminal.count * terminal.dimension; k++) high = Math.max(high, terminal.data[k]!)
  return kernel.discount ** horizon * high
}

function mostLikely(belief: ArrayLike<number>): number {
  let best = 0
  for (let s = 1; s < belief.length; s++) if ((belief[s] as number) > (belief[best] as number)) best = s
  return best
}

function magnitudeOf(value: VectorSet): number {
  let high = 1
  for (let k = 0; k < value.count * value.dimension; k++) high = Math.max(high, Math.abs(value.data[k]!))
  return high
}

function optionIssues(options: SolvePomdpOptions, model: PomdpModel, epsilon: number, method: PomdpMethod): Issue[] {
  const issues: Issue[] = []
  const report = (field: string, message: string, hint: string) =>
    issues.push({ code: 'out-of-range', path: [field], message, hint })
  if (!(epsilon > 0)) report('epsilon', `epsilon ${epsilon} is not positive`, 'give a positive number such as 1e-6')
  if (!POMDP_METHODS.includes(method))
    report('method', `there is no method "${method}"`, `use one of ${POMDP_METHODS.join(', ')}`)
  const { horizon } = options
  if (horizon !== undefined && !(Number.isInteger(horizon) && horizon >= 1 && horizon <= 100_000)) {
    report('horizon', `the horizon ${horizon} is not a number of steps`, 'give an integer from 1 to 100000')
  }
  if (horizon === undefined && model.discount >= 1) {
    report(
      'discount',
      `the discount ${model.discount} gives no finite value over an infinite horizon`,
      'give a horizon, or a discount below 1',
    )
  }
  const finite: readonly string[] = ['auto', 'exact', ...EXACT_METHODS, 'reachable']
  if (horizon !== undefined && !finite.includes(method)) {
    report(
      'method',
      `the method "${method}" is for the infinite horizon`,
      `for a horizon use one of ${finite.join(', ')}`,
    )
  }
  const { maxNodes } = options
  if (maxNodes !== undefined && !(Number.isInteger(maxNodes) && maxNodes >= 1))
    report('maxNodes', `${maxNodes} is no number of nodes`, 'give an integer >= 1')
  if (maxNodes !== undefined && method !== 'bpi')
    report('maxNodes', `the method "${method}" has no controller`, 'leave maxNodes away, or ask for bpi')
  if (method === 'reachable' && horizon === undefined)
    report('method', 'the method "reachable" is for finite horizons', 'give a horizon')
  if (method === 'reachable' && options.terminal !== undefined)
    report('terminal', 'the method "reachable" starts from 0', 'use an exact method for terminal values')
  if (options.terminal !== undefined && horizon === undefined) {
    report('terminal', 'terminal values need a horizon', 'give a horizon')
  }
  if (options.terminal !== undefined && options.terminal.dimension !== model.states.length) {
    report(
      'terminal',
      `the terminal vectors have ${options.terminal.dimension} entries, not ${model.states.length}`,
      'give one entry per state',
    )
  }
  return issues
}
