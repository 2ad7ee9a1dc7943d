/** The section `belief` as a problem; faults of its meaning are found by the checks of the domain and placed here. */
import type { Issue } from '../../../solvers/contract/index.ts'
import { decisionIssues } from '../../domain/decision-rules.ts'
import type {
  Condition,
  Distribution,
  FactoredDynamics,
  FactoredPomdpProblem,
  PomdpProblem,
  TrackingProblem,
} from '../../domain/pomdp.ts'
import type { AnyDecisionProblem, DecisionTest } from '../../domain/pomdp-decision.ts'
import type { BeliefSection } from './belief-schema.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

interface Stated {
  readonly title: string
  /** File, line and column of a path under `belief`: names and sums are checked where the problem becomes a model. */
  readonly place: (path: Issue['path']) => Partial<Issue>
}

export type BeliefProblem =
  | ({ readonly kind: 'pomdp'; readonly problem: PomdpProblem | FactoredPomdpProblem } & Stated)
  | ({ readonly kind: 'tracking'; readonly problem: TrackingProblem } & Stated)
  | ({
      readonly kind: 'diagnosis' | 'sensing' | 'decision'
      readonly unit: string
      readonly problem: AnyDecisionProblem
    } & Stated)

type Section<Kind extends BeliefSection['kind']> = Extract<BeliefSection, { readonly kind: Kind }>

export function compileBelief(
  document: PlanningDocument,
  kind: BeliefProblem['kind'],
  check: Checker,
): BeliefProblem | null {
  check.onlySections(document, kind, ['belief'])
  if (!check.required(document, kind, 'belief')) return null
  const belief = document.belief as BeliefSection
  const found = belief.kind === 'factored-pomdp' ? 'pomdp' : belief.kind
  if (found !== kind) {
    const message = `the document says kind ${kind}, its belief says ${belief.kind}`
    check.add('ambiguous', ['kind'], message, 'leave `kind` of the document out')
    return null
  }
  const title = document.title ?? TITLES[found]
  const stated: Stated = { title, place: (path) => check.place(['belief', ...path]) }
  const unit = document.unit ?? document.units?.money ?? ''
  const checked = <Problem extends AnyDecisionProblem>(problem: Problem): Problem => {
    for (const issue of decisionIssues(problem))
      if (!check.covers(['belief', ...issue.path]))
        check.add(issue.code, ['belief', ...issue.path], issue.message, issue.hint)
    return problem
  }
  switch (belief.kind) {
    case 'pomdp':
      return { kind: 'pomdp', ...stated, problem: compileFlat(belief, title, check) }
    case 'factored-pomdp':
      return { kind: 'pomdp', ...stated, problem: compileFactored(belief, title, check) }
    case 'tracking':
      return { kind: 'tracking', ...stated, problem: compileTracking(belief, title, check) }
    case 'diagnosis':
      return { kind: 'diagnosis', ...stated, unit, problem: checked({ ...belief, title }) }
    case 'sensing': {
      const { priors, ...rest } = belief
      return { kind: 'sensing', ...stated, unit, problem: checked(priors === undefined ? rest : { ...rest, priors }) }
    }
    case 'decision':
      return { kind: 'decision', ...stated, unit, problem: checked(compileDecision(belief, title, check)) }
  }
}

const TITLES: Readonly<Record<BeliefProblem['kind'], string>> = {
  pomdp: 'Decisions under partial observability',
  tracking: 'Belief over time',
  diagnosis: 'Diagnosis',
  sensing: 'Test, then act',
  decision: 'Decision under a hidden fact',
}

function requireEnd(belief: Section<'pomdp' | 'factored-pomdp'>, check: Checker): void {
  if ((belief.discount ?? 1) < 1 || belief.horizon !== undefined || belief.goal !== undefined) return
  check.add(
    'missing-field',
    ['belief', 'discount'],
    'without a discount below 1 the value has no end',
    'add discount: 0.95, or horizon: 10, or a goal',
  )
}

function compileFlat(belief: Section<'pomdp'>, title: string, check: Checker): PomdpProblem {
  requireEnd(belief, check)
  const { objective, horizon, start, terminal, goal, ...rest } = belief
  // The shapes are checked again, with every name, when the literal becomes a model.
  const literal = rest as unknown as Pick<
    PomdpProblem,
    'kind' | 'states' | 'actions' | 'observations' | 'transitions' | 'observe'
  >
  return {
    ...literal,
    name: title,
    discount: belief.discount ?? 1,
    rewards: belief.rewards.map((rule) => present(rule)),
    ...present({ objective, horizon, terminal, goal }),
    ...(start === undefined ? {} : { start: (Array.isArray(start) ? start : textual(start)) as Distribution }),
  }
}

function compileFactored(belief: Section<'factored-pomdp'>, title: string, check: Checker): FactoredPomdpProblem {
  requireEnd(belief, check)
  const { objective, horizon, rewards, terminal, goal } = belief
  return {
    kind: 'factored-pomdp',
    name: title,
    discount: belief.discount ?? 1,
    ...compileDynamics(belief, check),
    rewards: rewards.map(({ when, next, ...rule }) => ({
      ...present(rule),
      ...conditions({ when, next }),
      value: rule.value,
    })),
    ...present({ objective, horizon }),
    ...(terminal === undefined ? {} : { terminal: terminal.map(conditionOf) }),
    ...(goal === undefined ? {} : { goal: { when: conditionOf(goal.when), probability: goal.probability } }),
  }
}

function compileTracking(belief: Section<'tracking'>, title: string, check: Checker): TrackingProblem {
  for (const [index, { action, observation }] of belief.history.entries()) {
    if (action !== undefined) check.known(['belief', 'history', index, 'action'], action, belief.actions, 'actions')
    check.known(['belief', 'history', index, 'observation'], observation, belief.observations, 'observations')
  }
  return {
    kind: 'tracking',
    title,
    ...compileDynamics(belief, check),
    history: belief.history.map((step) => ({ ...present(step), observation: step.observation })),
  }
}

function compileDynamics(belief: Section<'factored-pomdp' | 'tracking'>, check: Checker): FactoredDynamics {
  const variables = belief.variables.map(({ id, values, count }, index) => {
    if ((values === undefined) === (count === undefined))
      check.add(
        'ambiguous',
        ['belief', 'variables', index],
        'a variable needs exactly one of values and count',
        'give one of them',
      )
    return { id, values: values?.map(String) ?? Array.from({ length: count ?? 1 }, (_, k) => String(k)) }
  })
  const { start, impossible } = belief
  return {
    variables,
    actions: belief.actions,
    observations: belief.observations,
    ...(start === undefined
      ? {}
      : { start: Object.fromEntries(Object.entries(start).map(([id, given]) => [id, textual(given)])) }),
    ...(impossible === undefined ? {} : { impossible: impossible.map(conditionOf) }),
    transitions: belief.transitions.map(({ when, next, ...rule }) => ({
      ...present(rule),
      variable: rule.variable,
      ...conditions({ when }),
      ...(next === undefined ? {} : { next: textual(next) }),
    })),
    observe: belief.observe.map(({ when, see, action }) => ({
      ...present({ action }),
      ...conditions({ when }),
      see: textual(see),
    })),
  }
}

function compileDecision(belief: Section<'decision'>, title: string, check: Checker): AnyDecisionProblem {
  const ids = belief.hypotheses.map(({ id }) => id)
  const tests = belief.tests.map((test, index): DecisionTest => {
    const path = ['belief', 'tests', index]
    const { id, cost, accuracy, outcomes, likelihood, ask } = test
    const source = ask === undefined ? {} : { source: { kind: 'agent' as const, agent: ask } }
    if (accuracy !== undefined) {
      if (outcomes !== undefined || likelihood !== undefined)
        check.add('ambiguous', path, 'a test has either an accuracy or its likelihoods', 'take one of them out')
      if (ids.length < 2) check.add('out-of-range', path, 'an accuracy needs two hypotheses', 'add a hypothesis')
      const rest = (1 - accuracy) / Math.max(1, ids.length - 1)
      const rows = ids.map((state) => [state, ids.map((seen) => (seen === state ? accuracy : rest))])
      return { id, cost, outcomes: ids, likelihood: Object.fromEntries(rows), ...source }
    }
    if (outcomes === undefined || likelihood === undefined)
      check.add(
        'missing-field',
        path,
        `"${id}" does not say what it tells`,
        'add accuracy:, or outcomes: and likelihood:',
      )
    return { id, cost, outcomes: outcomes ?? [], likelihood: likelihood ?? {}, ...source }
  })
  return {
    kind: 'decision',
    name: title,
    hypotheses: belief.hypotheses,
    tests,
    acts: belief.acts ?? [],
    repairs: belief.repairs ?? [],
  }
}

/** Without the fields that are not there. */
function present<Fields extends object>(fields: Fields): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, given]) => given !== undefined)) as never
}

type WrittenCondition = Readonly<Record<string, string | number | readonly (string | number)[]>>

function conditions<Key extends string>(
  given: Readonly<Record<Key, WrittenCondition | undefined>>,
): { [Name in Key]?: Condition } {
  const entries = Object.entries<WrittenCondition | undefined>(given)
  return Object.fromEntries(
    entries.flatMap(([key, one]) => (one === undefined ? [] : [[key, conditionOf(one)]])),
  ) as never
}

function conditionOf(written: WrittenCondition): Condition {
  return Object.fromEntries(
    Object.entries(written).map(([id, wanted]) => [
      id,
      typeof wanted === 'object' ? wanted.map(String) : String(wanted),
    ]),
  )
}

function textual(given: string | number | Readonly<Record<string, number>>): Distribution {
  return typeof given === 'number' ? String(given) : given
}
