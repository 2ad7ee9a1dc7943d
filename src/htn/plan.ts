/**
 * Plans for a hierarchical problem: one front over the search strategies.
 *
 * `fast` interleaves strategies in growing slices and returns the first plan: tabled decomposition with the initial
 * tasks settled one by one (four ways to weigh cost against haste), then relaxed-composition progression over the
 * grounded hierarchy; a blind depth-first descent comes in between, for what needs no thought. `anytime` goes on improving until the limit. `optimal` runs the tables in order of cost with an
 * admissible bound and proves the optimum.
 *
 * Every plan is verified against the problem before it is returned. `unsolvable` is said when every decomposition was
 * covered, or when relaxed composition shows that the initial network is a dead end.
 */
import { InternalError, type Limit, Run } from '../../solvers/contract/index.ts'
import { withLinks } from '../causal/links.ts'
import { examineHtnPlan } from '../check/htn-plan.ts'
import type { Refinement } from '../check/htn-refinement.ts'
import type { HtnProblem } from '../domain/htn.ts'
import type { Plan } from '../domain/plan.ts'
import { withHierarchy } from './classical.ts'
import { type DecompositionGraph, ground } from './grounded/ground.ts'
import { RelaxedComposition } from './grounded/relaxed.ts'
import { LiftedSystem } from './lifted/system.ts'
import type { HtnPlanOptions, HtnPlanResult, SearchStatistics } from './plan-result.ts'
import { DepthFirst } from './search/depth-first.ts'
import { type Derivation, toPlan } from './search/derivation.ts'
import { Progression } from './search/progression.ts'
import { TabledSearch } from './search/tabled.ts'

export type { HtnPlanOptions, HtnPlanResult, SearchStatistics } from './plan-result.ts'

/**
 * Finds a plan.
 * @throws UnsupportedError for metrics that no admissible bound can be given for
 */
export function planHtn(problem: HtnProblem, options: HtnPlanOptions = {}): HtnPlanResult {
  return new Portfolio(problem, options).run()
}

interface Found {
  readonly derivation: Derivation
  readonly cost: number
  readonly by: string
}

type Outcome = { readonly found: Found } | { readonly proof: string } | null

/** A strategy that can be asked to go on for a while. */
interface Strategy {
  readonly name: string
  advance(nodes: number): Outcome
  readonly nodes: number
  finished: boolean
}

class Portfolio {
  readonly #problem: HtnProblem
  readonly #hierarchical: HtnProblem
  readonly #options: HtnPlanOptions
  readonly #run: Run
  readonly #system: LiftedSystem
  readonly #strategies: Strategy[] = []
  #grounded: { readonly graph: DecompositionGraph; readonly composition: RelaxedComposition } | null = null
  #best: Found | null = null
  #bestPlan: Plan | null = null
  #bestRefinements: readonly Refinement[] = []

  constructor(problem: HtnProblem, options: HtnPlanOptions) {
    this.#run = new Run('plan', options)
    this.#problem = problem
    this.#hierarchical = problem.network === null ? withHierarchy(problem) : problem
    this.#options = options
    this.#system = new LiftedSystem(this.#hierarchical)
  }

  run(): HtnPlanResult {
    const mode = this.#options.mode ?? 'fast'
    if (mode === 'optimal') return this.#optimal()
    const outcome = this.#first()
    if (outcome === null) {
      const methodLimit = this.#strategies.length > 0 && this.#strategies.every((strategy) => strategy.finished)
      const limit = this.#run.limit ?? (methodLimit ? 'method' : 'nodes')
      return { status: 'unknown', limit, statistics: this.#statistics('none') }
    }
    if ('proof' in outcome)
      return { status: 'unsolvable', reason: outcome.proof, statistics: this.#statistics('proof') }
    this.#accept(outcome.found)
    if (mode === 'fast' && (this.#best?.by === 'depth first' || this.#best?.by === 'descent')) this.#polish()
    if (mode === 'anytime') {
      const proof = this.#improve()
      if (proof !== null) return this.#answer('optimal', proof)
      return this.#answer('feasible', this.#lowerBound())
    }
    return this.#answer('feasible', this.#lowerBound(), 'gap')
  }

  /** Interleaves strategies until one has a plan or a proof. */
  #first(): Outcome {
    const bounded = this.#options.maximalNodes ?? Number.POSITIVE_INFINITY
    this.#strategies.push(
      this.#tabled('serialised', { urgency: 1e7 }),
      this.#descent(),
      this.#tabled('depth first', { depthFirst: true }),
      this.#tabled('balanced', { urgency: 5, weight: 2 }),
      this.#tabled('hasty', { urgency: 1000, weight: 5 }),
    )
    let grounded = false
    for (let round = 0; ; round++) {
      for (const strategy of [...this.#strategies]) {
        if (strategy.finished) continue
        const slice = sliceOf(strategy.name, round)
        const outcome = strategy.advance(Math.min(slice, bounded - this.#nodes()))
        if (outcome !== null) return outcome
        if (this.#run.limit !== null || this.#nodes() >= bounded) return null
      }
      if (!grounded && (round === 1 || this.#strategies.every((strategy) => strategy.finished))) {
        grounded = true
        const outcome = this.#addComposition()
        if (outcome !== null) return outcome
      }
      // Tables take memory: in the end only the cheapest kind and composition go on.
      if (round === 5) {
        for (const strategy of this.#strategies)
          if (strategy.name === 'balanced' || strategy.name === 'hasty') strategy.finished = true
      }
      if (this.#strategies.every((strategy) => strategy.finished)) return this.#everyOrdering(bounded)
    }
  }

  /**
   * What is left for partial order when haste has merged networks that only look alike, or taken orders for granted:
   * every decomposition in every order, in order of cost.
   */
  #everyOrdering(bounded: number): Outcome {
    const grounded = this.#grounded
    if (grounded === null || !this.#system.linearised) return null
    const search = new Progression(this.#system, grounded.graph, grounded.composition, { admissible: true })
    const left = Math.min(PROOF_NODES, bounded - this.#nodes())
    const result = search.run(this.#run, left)
    if (result.status === 'limit') return null
    if (result.status === 'found')
      return { found: { derivation: result.derivation, cost: result.cost, by: 'every ordering' } }
    return { proof: 'every decomposition and ordering of the initial tasks was tried, and none is executable' }
  }

  #nodes(): number {
    return this.#strategies.reduce((sum, strategy) => sum + strategy.nodes, 0)
  }

  #tabled(name: string, options: ConstructorParameters<typeof TabledSearch>[1]): Strategy {
    // Tables are laid out when the strategy first gets its turn; most problems end before the last one does.
    let search: TabledSearch | null = null
    const strategy = {
      name,
      finished: false,
      get nodes() {
        return search?.nodes ?? 0
      },
      advance: (nodes: number): Outcome => {
        search ??= new TabledSearch(this.#system, options)
        const result = search.run(this.#run, nodes)
        if (result.status === 'found') return { found: { derivation: result.derivation, cost: result.cost, by: name } }
        if (result.status === 'limit') return null
        strategy.finished = true
        if (this.#system.linearised) return null
        return { proof: 'every decomposition of the initial tasks was tried, and none is executable' }
      },
    }
    return strategy
  }

  /** Blind, and given up after the first rounds: what it has not found at once it does not find. */
  #descent(): Strategy {
    let search: DepthFirst | null = null
    let left = DESCENT_NODES
    const strategy = {
      name: 'descent',
      finished: false,
      get nodes() {
        return search?.nodes ?? 0
      },
      advance: (nodes: number): Outcome => {
        search ??= new DepthFirst(this.#system)
        const result = search.run(this.#run, Math.min(nodes, left))
        if (result.status === 'found') {
          return { found: { derivation: result.derivation, cost: result.cost, by: 'descent' } }
        }
        left -= nodes
        strategy.finished = result.status !== 'limit' || left <= 0
        if (result.status !== 'exhausted' || this.#system.linearised) return null
        return { proof: 'every decomposition of the initial tasks was tried, and none is executable' }
      },
    }
    return strategy
  }

  #addComposition(): Outcome {
    const end = this.#run.elapsedMs + Math.min(20_000, this.#run.remainingMs * 0.6)
    const graph = ground(this.#system, {
      maximalMethods: this.#options.maximalGroundMethods ?? 400_000,
      stop: () => this.#run.elapsedMs > end || this.#run.limit !== null,
    })
    if (graph === null) return null
    const composition = new RelaxedComposition(this.#system, graph)
    this.#grounded = { graph, composition }
    const search = new Progression(this.#system, graph, composition)
    const strategy = {
      name: 'composition',
      finished: false,
      get nodes() {
        return search.expansions
      },
      advance: (nodes: number): Outcome => {
        const result = search.run(this.#run, nodes)
        if (result.status === 'found') {
          return { found: { derivation: result.derivation, cost: result.cost, by: 'composition' } }
        }
        if (result.status === 'limit') {
          strategy.finished = search.isEmpty
          return null
        }
        strategy.finished = true
        return { proof: 'the initial tasks cannot be composed even when actions lose their negative effects' }
      },
    }
    this.#strategies.push(strategy)
    return strategy.advance(40)
  }

  #accept(found: Found): void {
    if (this.#best !== null && found.cost >= this.#best.cost) return
    const plan = this.#planOf(found)
    const { report, refinements } = examineHtnPlan(this.#problem, plan)
    if (!report.valid) {
      throw new InternalError(
        `the ${found.by} search returned a plan that fails verification: ${report.issues[0]?.message}`,
      )
    }
    this.#best = found
    this.#bestPlan = { ...plan, cost: report.cost }
    this.#bestRefinements = refinements
    this.#run.emit({ kind: 'incumbent', incumbent: report.cost, message: `plan of ${plan.steps.length} actions` })
  }

  #planOf(found: Found): Plan {
    const plan = toPlan(this.#system, found.derivation, found.cost)
    return this.#problem.network === null ? { ...plan, decomposition: null } : plan
  }

  /** A plan found in haste is worth a short look for a cheaper one. */
  #polish(): void {
    const serialised = this.#strategies[0] as Strategy
    const length = this.#bestPlan?.steps.length ?? 0
    const most = Math.min(POLISH_NODES, POLISH_NODES_PER_ACTION * length)
    // What came at once is not worth much longer a look than it took.
    const nodes = this.#nodes()
    const atOnce = this.#best?.by === 'descent' && nodes < SOON
    const whole = atOnce ? Math.min(most, POLISH_SHARE * nodes) : most
    const room = Math.round(whole) - serialised.nodes
    if (serialised.finished || room <= 0) return
    const outcome = serialised.advance(room)
    if (outcome !== null && 'found' in outcome) this.#accept(outcome.found)
  }

  /** Better plans until the limit; the proved bound when the cheapest was found. */
  #improve(): number | null {
    const weights = [3, 1.5, 1]
    for (const weight of weights) {
      const best = this.#best as Found
      const search = new TabledSearch(this.#system, { weight, upperBound: best.cost })
      const share = weight === 1 ? Number.POSITIVE_INFINITY : 60_000
      const result = search.run(this.#run, share)
      if (result.status === 'found') this.#accept({ ...result, by: `weight ${weight}` })
      if (this.#system.linearised) continue
      if (result.status === 'exhausted') return (this.#best as Found).cost
      if (result.status === 'found' && weight === 1) return result.cost
    }
    return null
  }

  #optimal(): HtnPlanResult {
    if (this.#system.linearised) return this.#optimalByLandmarks()
    const search = new TabledSearch(this.#system, {})
    this.#strategies.push({
      name: 'cost order',
      finished: false,
      advance: () => null,
      get nodes() {
        return search.nodes
      },
    })
    const bounded = this.#options.maximalNodes ?? Number.POSITIVE_INFINITY
    let result = search.run(this.#run, Math.min(bounded, TABLE_NODES))
    if (result.status === 'limit' && this.#run.limit === null && bounded > TABLE_NODES) {
      // Where tables grow too large, stronger bounds on fewer nodes get further.
      const guided = this.#optimalByLandmarks()
      if (guided.status !== 'unknown' || guided.limit !== 'memory') return guided
      result = search.run(this.#run, bounded - TABLE_NODES)
    }
    if (result.status === 'found') {
      this.#accept({ ...result, by: 'cost order' })
      return this.#answer('optimal', result.cost)
    }
    if (result.status === 'exhausted') {
      const reason = 'every decomposition of the initial tasks was tried, and none is executable'
      return { status: 'unsolvable', reason, statistics: this.#statistics('cost order') }
    }
    return { status: 'unknown', limit: this.#run.limit ?? 'nodes', statistics: this.#statistics('cost order') }
  }

  /** Progression in order of cost plus landmarks; the only way for partial order, which has no tables. */
  #optimalByLandmarks(): HtnPlanResult {
    const graph = ground(this.#system, {
      maximalMethods: this.#options.maximalGroundMethods ?? 400_000,
      stop: () => this.#run.limit !== null,
    })
    if (graph === null)
      return { status: 'unknown', limit: this.#run.limit ?? 'memory', statistics: this.#statistics('grounding') }
    const composition = new RelaxedComposition(this.#system, graph)
    const search = new Progression(this.#system, graph, composition, { admissible: true })
    this.#strategies.push({
      name: 'cost order',
      finished: false,
      advance: () => null,
      get nodes() {
        return search.expansions
      },
    })
    const result = search.run(this.#run, this.#options.maximalNodes ?? Number.POSITIVE_INFINITY)
    if (result.status === 'found') {
      this.#accept({ ...result, by: 'landmarks' })
      return this.#answer('optimal', result.cost)
    }
    if (result.status === 'exhausted') {
      const reason = 'every decomposition and ordering of the initial tasks was tried, and none is executable'
      return { status: 'unsolvable', reason, statistics: this.#statistics('cost order') }
    }
    return { status: 'unknown', limit: this.#run.limit ?? 'nodes', statistics: this.#statistics('cost order') }
  }

  /** Cheapest refinement of the initial network when preconditions are ignored. */
  #lowerBound(): number {
    return this.#system.analysis.minimalCost[this.#system.rootSymbol] as number
  }

  #answer(status: 'optimal' | 'feasible', bound: number, limit?: Limit): HtnPlanResult {
    const best = this.#best as Found
    const bare = this.#bestPlan as Plan
    const plan = this.#options.links === false ? bare : withLinks(this.#problem, bare, this.#bestRefinements)
    const statistics = this.#statistics(best.by)
    if (plan.steps.length === 0) return { status: 'satisfied', plan, cost: 0, bound: 0, statistics }
    const { cost } = plan
    const certificate = { bound, optimal: status === 'optimal' || bound >= cost, by: best.by }
    const certified = { ...plan, certificate }
    if (certificate.optimal) return { status: 'optimal', plan: certified, cost, bound: cost, statistics }
    return { status: 'feasible', plan: certified, cost, bound, limit: limit ?? this.#run.limit ?? 'gap', statistics }
  }

  #statistics(by: string): SearchStatistics {
    return { nodes: this.#nodes(), states: this.#system.states.count, elapsedMs: this.#run.elapsedMs, by }
  }
}

/** Agenda entries the tables may take in optimal mode before landmarks are tried. */
const TABLE_NODES = 500_000

/** Nodes spent on a proof by every ordering, once the quick strategies have come to their ends. */
const PROOF_NODES = 200_000

/** Nodes the serialised tables may take in all when another strategy was faster, and how many for each action of its plan. */
const POLISH_NODES = 60_000
const POLISH_NODES_PER_ACTION = 60

/** The same as a share of all nodes so far, when the blind descent had a plan within so many nodes. */
const SOON = 8_000
const POLISH_SHARE = 1.25

/** Nodes of the blind descent in all. */
const DESCENT_NODES = 150_000

/** Nodes of a strategy in a round of the portfolio. */
function sliceOf(name: string, round: number): number {
  const later = Math.min(12, Math.max(0, round - 2))
  switch (name) {
    case 'composition':
      return 500 << later
    case 'serialised':
      return [3_000, 525_000][round] ?? 20_000 << later
    case 'descent':
      return [12_000, 60_000][round] ?? DESCENT_NODES
    case 'depth first':
      return [16_000, 110_000][round] ?? 40_000 << later
    default:
      return [4_000, 10_000][round] ?? 10_000 << later
  }
}
