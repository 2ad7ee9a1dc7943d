/**
 * Causal links of a plan of a problem stated as data: for every condition of a step, a method or a goal, and for every
 * amount taken from a stock, the step that gave the state variable the value it had then; likewise for every variable that
 * a condition or an effect computes with. The facts are the conditions with their values filled in, `cash >= 5.5`.
 */
import { pursuedBy, replayStatedPlan } from '../check/stated-plan.ts'
import { argumentsOf, changesOf, initialState, NO_ARGUMENTS } from '../check/stated-state.ts'
import type { CausalLink, Plan } from '../domain/plan.ts'
import {
  type Arguments,
  type Expression,
  evaluate,
  partsOf,
  readArgument,
  resolveName,
  type StatedAction,
  type StatedCondition,
  type StatedPlanning,
} from '../domain/planning.ts'
import { networkOf } from '../domain/planning-network.ts'

/** The plan with its causal links filled in; the plan itself when it is not valid. */
export function withStatedLinks(problem: StatedPlanning, plan: Plan): Plan {
  const refinements = replayStatedPlan(problem, plan)
  if (refinements === null) return plan
  const network = networkOf(problem, new Set(pursuedBy(problem, plan)))
  const methods = new Map(network.methods.map((method) => [method.id, method]))
  const actions = new Map(problem.actions.map((action) => [action.id, action]))
  const state = initialState(problem)
  const lastChange = new Map<string, number>()
  const links: CausalLink[] = []
  const read = (expression: Expression, values: Arguments, consumer: number | null): void => {
    if (typeof expression !== 'string') {
      for (const part of partsOf(expression)) read(part, values, consumer)
    } else if (expression.startsWith('$')) {
      const variable = resolveName(expression.slice(1), values)
      const fact = `${variable} = ${state.get(variable)}`
      const known = links.some((link) => link.consumer === consumer && link.fact === fact)
      if (!known) links.push({ producer: lastChange.get(variable) ?? null, fact, positive: true, consumer })
    }
  }
  const need = (conditions: readonly StatedCondition[], values: Arguments, consumer: number | null): void => {
    for (const [named, operator, expression] of conditions) {
      read(expression, values, consumer)
      const variable = resolveName(named, values)
      const wanted = evaluate(expression, (name) => state.get(name), values)
      const fact = `${variable} ${operator} ${wanted}`
      links.push({ producer: lastChange.get(variable) ?? null, fact, positive: true, consumer })
    }
  }
  const judge = (moment: number): void => {
    for (const { id, pattern, judged } of refinements) {
      if (judged?.moment !== moment) continue
      const values = new Map([...judged.values].map(([name, text]) => [name, readArgument(text)]))
      need(methods.get(pattern.name)?.when ?? [], values, id)
    }
  }
  plan.steps.forEach((step, moment) => {
    judge(moment)
    const action = actions.get(step.name) as StatedAction
    const values = argumentsOf(action, step)
    need(action.when, values, step.id)
    need(
      action.requires.map(({ resource, amount }): StatedCondition => [resource, '>=', amount]),
      values,
      step.id,
    )
    for (const [, , expression] of action.effects) read(expression, values, step.id)
    for (const [variable, value] of changesOf(action, values, state)) {
      if (state.get(variable) !== value) lastChange.set(variable, step.id)
      state.set(variable, value)
    }
  })
  judge(plan.steps.length)
  need(network.final, NO_ARGUMENTS, null)
  return { ...plan, links }
}
