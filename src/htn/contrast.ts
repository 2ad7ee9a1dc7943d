/**
 * "Why not method m?" for a plan of a hierarchical problem, answered by forcing it, planning again and comparing (Fox,
 * Long and Magazzeni 2017). The choice is forced for one ground task: the other methods of the task get the additional
 * precondition that its arguments are others. So recursion that needs another method further down stays possible.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { Formula } from '../domain/formula.ts'
import type { HtnProblem, Method } from '../domain/htn.ts'
import type { DecompositionNode, Plan } from '../domain/plan.ts'
import { type Contrast, contrastWith, type Reason } from './explain.ts'
import { explainHtnPlan } from './lifted-decomposition.ts'
import { type HtnPlanOptions, planHtn } from './plan.ts'

export interface MethodQuestion {
  readonly method: string
  /** The ground task, as `name(argument, ...)`. @default the first task of the plan that the method could refine */
  readonly task?: string
}

/**
 * What the plan would be with the method instead of the one chosen.
 * @throws InvalidInputError when there is no such method, or no such task in the plan
 */
export function whyNotMethod(
  problem: HtnProblem,
  plan: Plan,
  question: MethodQuestion,
  options: HtnPlanOptions = {},
): Contrast {
  const method = problem.domain.methods.find((candidate) => candidate.name === question.method)
  if (method === undefined) {
    const known = problem.domain.methods.map((candidate) => candidate.name)
    throw invalid(`there is no method '${question.method}'`, `the methods are ${known.slice(0, 20).join(', ')}`)
  }
  const label = question.task?.replaceAll(/\s*,\s*/g, ', ')
  const nodes = (plan.decomposition?.nodes ?? []).filter((node) => node.task === method.task)
  const node = nodes.find((candidate) =>
    label === undefined ? candidate.method !== method.name : labelOf(candidate) === label,
  )
  if (node === undefined) {
    if (label === undefined && nodes.length > 0) {
      throw invalid(`the plan uses ${method.name} wherever there is ${method.task} to do`, 'ask about another method')
    }
    const tasks = [...new Set(nodes.map(labelOf))]
    const hint =
      tasks.length === 0 ? 'ask about a method of a task of the plan' : `ask about ${tasks.slice(0, 10).join(', ')}`
    throw invalid(`the plan has no task ${label ?? method.task}`, hint)
  }
  const task = labelOf(node)
  const result = planHtn(forcing(problem, method, node), options)
  if ('plan' in result) return contrastWith(result.plan, result.status !== 'feasible', plan, task, method.name)
  if (result.status === 'unknown')
    return {
      status: 'unknown',
      text: `no plan with ${method.name} for ${task} was found before the limit (${result.limit})`,
    }
  const reason = refusalIn(explainHtnPlan(problem, plan), task, method.name) ?? 'every way to go on with it fails'
  return { status: 'impossible', reason, text: `${method.name} cannot be used for ${task}: ${reason}` }
}

/** The problem in which only one method refines a ground task. */
function forcing(problem: HtnProblem, only: Method, node: DecompositionNode): HtnProblem {
  const methods = problem.domain.methods.map((method): Method => {
    if (method.task !== only.task || method === only) return method
    const elsewhere: Formula = {
      kind: 'or',
      parts: method.taskArguments.map((term, index): Formula => {
        const inner: Formula = { kind: 'equal', left: term, right: node.args[index] as string }
        return { kind: 'not', inner }
      }),
    }
    return { ...method, precondition: { kind: 'and', parts: [method.precondition, elsewhere] } }
  })
  return { ...problem, domain: { ...problem.domain, methods } }
}

/** Why a method was refused for a task while the plan was made. */
function refusalIn(reasons: readonly Reason[], task: string, method: string): string | null {
  for (const reason of reasons) {
    const found = reason.task === task ? reason.refused.find((refusal) => refusal.name === method)?.reason : undefined
    const inside = found ?? refusalIn(reason.parts, task, method)
    if (inside !== null) return inside
  }
  return null
}

function labelOf(node: DecompositionNode): string {
  return `${node.task}(${node.args.join(', ')})`
}

function invalid(message: string, hint: string): InvalidInputError {
  return new InvalidInputError([{ code: 'unknown-name', path: ['method'], message, hint }])
}
