/** From a stated problem with something hidden to its outcome. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { PomdpModel } from '../../solvers/pomdp/index.ts'
import {
  BeliefState,
  BeliefTracker,
  checkDecisionPlan,
  costWithoutTests,
  decisionDot,
  decisionProblem,
  decisionThresholds,
  ImpossibleObservationError,
  planToBelief,
  simulateDecisionPlan,
  solveDecision,
  valueOfInformation,
} from '../belief/index.ts'
import type { TrackingProblem } from '../domain/pomdp.ts'
import type { AnyDecisionProblem, SensingProblem } from '../domain/pomdp-decision.ts'
import type { PlanningProblem } from '../io/document/index.ts'
import { type PomdpOptions, solvePomdpModel } from './pomdp-model.ts'
import { type DecisionCase, presentDecision } from './present/decision.ts'
import { presentGoalPlan } from './present/goal-plan.ts'
import { presentTracking } from './present/tracking.ts'
import { refuseOptions } from './refuse-options.ts'
import type { Outcome, Session } from './session.ts'

type StatedBelief = Extract<PlanningProblem, { readonly place: unknown }>

/** Episodes that a plan is carried out in, to see whether it costs what it claims. */
const RUNS = 20_000
const SEED = 1

export async function solveBelief(stated: StatedBelief, options: PomdpOptions, session: Session): Promise<Outcome> {
  return placed(stated, async () => {
    switch (stated.kind) {
      case 'pomdp':
        return solveProcess(stated, options, session)
      case 'tracking':
        refuseOptions(options, [...POLICY_OPTIONS, 'dot', 'horizon', 'belief'], 'a history to be tracked')
        return track(stated.title, stated.problem, session)
      default:
        refuseOptions(options, [...POLICY_OPTIONS, 'belief'], `a problem of kind ${stated.kind}`)
        return decide(stated, options, session)
    }
  })
}

const POLICY_OPTIONS = ['method', 'maxNodes', 'simulate', 'epsilon', 'discount', 'alpha', 'graph'] as const

/** Runs an action; faults of the literal that it meets get the place of the document. */
async function placed<Result>(stated: StatedBelief, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.issues.some((issue) => String(issue.path[0]).startsWith('--')))
      throw error
    const issues: Issue[] = error.issues.map((issue) => ({
      ...issue,
      ...stated.place(issue.path),
      path: ['belief', ...issue.path],
    }))
    throw new InvalidInputError(
      issues.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
    )
  }
}

async function solveProcess(
  stated: Extract<StatedBelief, { readonly kind: 'pomdp' }>,
  options: PomdpOptions,
  session: Session,
): Promise<Outcome> {
  const { problem, title } = stated
  const { definePomdp, defineFactoredPomdp } = await import('../../models/pomdp/index.ts')
  let model: PomdpModel
  let goal: { readonly holds: (state: string) => boolean; readonly probability: number } | undefined
  if (problem.kind === 'pomdp') {
    model = definePomdp(problem)
    const wanted = problem.goal
    if (wanted !== undefined)
      goal = { holds: (state) => wanted.states.includes(state), probability: wanted.probability }
  } else {
    const factored = defineFactoredPomdp(problem)
    model = factored.model
    if (problem.goal !== undefined) {
      const names = new Set(factored.statesWhere(problem.goal.when).map((state) => model.states[state]))
      goal = { holds: (state) => names.has(state), probability: problem.goal.probability }
    }
  }
  if (goal !== undefined) {
    refuseOptions(options, [...POLICY_OPTIONS, 'dot', 'horizon', 'belief'], 'a goal belief')
    const { signal, seed } = session.run
    const found = planToBelief(model, goal, {
      ...(signal === undefined ? {} : { signal }),
      ...(seed === undefined ? {} : { seed }),
    })
    return presentGoalPlan(title, model, goal, found, session.streams.width)
  }
  const horizon = options.horizon ?? problem.horizon
  return solvePomdpModel(title, model, { ...options, ...(horizon === undefined ? {} : { horizon }) }, session)
}

async function track(title: string, problem: TrackingProblem, session: Session): Promise<Outcome> {
  const { defineFactoredPomdp } = await import('../../models/pomdp/index.ts')
  const { model } = defineFactoredPomdp(problem)
  const tracker = new BeliefTracker(new BeliefState(model.states, Array.from(model.start)))
  const states = new Map(model.states.map((state, index) => [state, index]))
  const { pointers, columns, values } = model.transitions
  const count = model.states.length
  for (const [step, { action, observation }] of problem.history.entries()) {
    const done = action === undefined ? -1 : model.actions.indexOf(action)
    const seen = model.observations.indexOf(observation)
    const likelihood = (_: string, state: string): number =>
      model.observationProbabilities[
        (Math.max(0, done) * count + states.get(state)!) * model.observations.length + seen
      ]!
    const move = (state: string): Record<string, number> => {
      const row = done * count + states.get(state)!
      const next: [string, number][] = []
      for (let k = pointers[row]!; k < pointers[row + 1]!; k++) next.push([model.states[columns[k]!]!, values[k]!])
      return Object.fromEntries(next)
    }
    try {
      tracker.observe(observation, likelihood, done < 0 ? undefined : move)
    } catch (error) {
      if (!(error instanceof ImpossibleObservationError)) throw error
      const message = `the observation "${observation}" of step ${step} has probability 0 after what was done and seen before`
      const hint = 'check the observation rules for zeros that should be small, or the history'
      const path = ['history', step, 'observation']
      throw new InvalidInputError([{ code: 'impossible-observation', path, message, hint }])
    }
  }
  return presentTracking(title, problem, tracker.history, tracker.logLikelihood, session.streams.width)
}

async function decide(
  stated: Extract<StatedBelief, { readonly unit: string }>,
  options: PomdpOptions,
  session: Session,
): Promise<Outcome> {
  const { problem } = stated
  const depth = options.horizon === undefined ? {} : { maxDepth: options.horizon }
  const answer = (name: string | null, one: AnyDecisionProblem): DecisionCase => {
    const plan = solveDecision(one, depth)
    if (plan.status === 'optimal') checkDecisionPlan(plan)
    const simulation = simulateDecisionPlan(plan, RUNS, session.options.seed ?? SEED)
    return { name, plan, value: valueOfInformation(one), simulation }
  }
  const priors = problem.kind === 'sensing' ? Object.entries(problem.priors ?? {}) : []
  const cases = [
    answer(null, problem),
    ...priors.map(([name, prior]) => answer(name, { ...(problem as SensingProblem), prior })),
  ]
  if (options.dot === true) {
    const text = decisionDot(cases[0]!.plan)
    return { result: { status: 'solved' }, text, verbatim: true, limit: null, report: null }
  }
  const general = decisionProblem(problem)
  const binary = general.hypotheses.length === 2 && general.repairs.length === 0
  return presentDecision(
    {
      kind: stated.kind,
      title: stated.title,
      unit: stated.unit,
      runs: RUNS,
      cases,
      thresholds: binary ? decisionThresholds(problem) : null,
      singleThresholds: binary
        ? general.tests.map(({ id }) => ({ test: id, regions: decisionThresholds(problem, [id]) }))
        : [],
      curve: binary && session.options.out !== undefined ? lossCurve(problem) : [],
    },
    session.streams.width,
  )
}

const CURVE_POINTS = 200

/** Least loss at evenly spaced priors of the first hypothesis, with and without tests. */
function lossCurve(problem: AnyDecisionProblem): (readonly [number, number, number])[] {
  const general = decisionProblem(problem)
  const [first, second] = general.hypotheses
  return Array.from({ length: CURVE_POINTS + 1 }, (_, k) => {
    const prior = k / CURVE_POINTS
    const hypotheses = [
      { id: first!.id, probability: prior },
      { id: second!.id, probability: 1 - prior },
    ]
    const weights = Float64Array.of(prior, 1 - prior)
    return [prior, solveDecision({ ...general, hypotheses }).expectedCost, costWithoutTests(general, weights)] as const
  })
}
