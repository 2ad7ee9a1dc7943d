/** Solves a flat POMDP as the options say, writes the policy files asked for, presents the answer. */
import { writeFile } from 'node:fs/promises'
import { InvalidInputError, PlannerError } from '../../solvers/contract/index.ts'
import type { PomdpModel } from '../../solvers/pomdp/model.ts'
import { policyOf } from '../../solvers/pomdp/policy.ts'
import { type PlanNode, planFromBelief } from '../../solvers/pomdp/reachable.ts'
import { type SimulationResult, simulatePolicy } from '../../solvers/pomdp/simulate.ts'
import { POMDP_METHODS, type PomdpMethod, type PomdpResult, solvePomdp } from '../../solvers/pomdp/solve.ts'
import { writeAlpha, writePolicyGraph } from '../io/cassandra/index.ts'
import { suggestName } from '../io/document/names.ts'
import { policyDot } from './present/policy-dot.ts'
import { presentPomdp } from './present/pomdp.ts'
import type { CommonOptions, Outcome, Session } from './session.ts'

export interface PomdpOptions extends CommonOptions {
  readonly method?: string
  readonly horizon?: number
  readonly epsilon?: number
  readonly discount?: number
  readonly belief?: readonly number[]
  /** Most nodes of the controller of `bpi`. */
  readonly maxNodes?: number
  /** Episodes in which the policy is tried out. */
  readonly simulate?: number
  /** Print the policy as a DOT graph. */
  readonly dot?: boolean
  /** What-if changes of a document. */
  readonly set?: readonly string[]
  /** Files to write the policy to. */
  readonly alpha?: string
  readonly graph?: string
}

/** Solves a flat model, writes the policy files asked for, presents the answer. */
export async function solvePomdpModel(
  title: string,
  model: PomdpModel,
  options: PomdpOptions,
  session: Session,
): Promise<Outcome> {
  const { horizon, epsilon, discount, belief, maxNodes } = options
  const result = solvePomdp(model, {
    ...session.run,
    method: methodNamed(options.method),
    ...(horizon === undefined ? {} : { horizon }),
    ...(epsilon === undefined ? {} : { epsilon }),
    ...(discount === undefined ? {} : { discount }),
    ...(belief === undefined ? {} : { belief }),
    ...(maxNodes === undefined ? {} : { maxNodes }),
  })
  await writePolicy(result, options)
  const start = belief === undefined ? model.start : Float64Array.from(belief)
  const asked: PomdpModel = { ...model, start, discount: result.discount }
  const plan = shownPlan(asked, result)
  if (options.dot === true) return printed(policyDot(asked, result, plan))
  return presentPomdp(title, asked, result, session.streams.width, plan, tried(asked, result, options, session))
}

/** The policy in simulated episodes, where that was asked for. */
function tried(
  model: PomdpModel,
  result: PomdpResult,
  options: PomdpOptions,
  session: Session,
): SimulationResult | null {
  if (options.simulate === undefined) return null
  return simulatePolicy(model, policyOf(model, result), {
    runs: options.simulate,
    seed: session.options.seed ?? 1,
    stop: () => session.run.signal?.aborted === true,
    ...(result.horizon === 'infinite' ? {} : { steps: result.horizon }),
  })
}

function printed(text: string): Outcome {
  return { result: { status: 'solved' }, text, verbatim: true, limit: null, report: null }
}

/** Beliefs that a policy tree is worked out for when the method itself gave vectors. */
const TREE_BELIEFS = 20_000

/** The policy tree of a finite horizon, unless it is too large to be worked out in passing. */
function shownPlan(model: PomdpModel, result: PomdpResult): PlanNode | null {
  if (result.horizon === 'infinite' || result.status !== 'optimal') return null
  if (result.plan !== undefined) return result.plan.root
  const plan = planFromBelief(model, result.horizon, { maxBeliefs: TREE_BELIEFS })
  return plan.complete ? plan.root : null
}

function methodNamed(name: string | undefined): PomdpMethod {
  const method = POMDP_METHODS.find((candidate) => candidate === (name ?? 'auto'))
  if (method !== undefined) return method
  throw new InvalidInputError([
    {
      code: 'unknown-name',
      path: ['--method'],
      message: `there is no method "${name}"`,
      hint: suggestName(String(name), POMDP_METHODS, 'methods'),
    },
  ])
}

async function writePolicy(result: PomdpResult, options: PomdpOptions): Promise<void> {
  if (options.alpha !== undefined) await writeFile(options.alpha, writeAlpha(result.valueFunction))
  if (options.graph === undefined) return
  if (result.graph === undefined) {
    throw new PlannerError('no-graph', `method ${result.method} gives no policy graph`, {
      hint: 'use --method exact without --horizon',
    })
  }
  await writeFile(options.graph, writePolicyGraph(result.graph))
}
