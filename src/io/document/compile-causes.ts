import type { CausalProblem } from '../../domain/causal.ts'
import { causalIssues } from '../../domain/causal-rules.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

/** Fields of the document by the names that the domain has for them. */
const FIELDS: Readonly<Record<string, string>> = { cause: 'from', effect: 'to' }

export function compileCauses(document: PlanningDocument, check: Checker): CausalProblem | null {
  check.onlySections(document, 'causal', ['causes'])
  if (!check.required(document, 'causal', 'causes') || document.causes === undefined) return null
  const { causes } = document
  const variables = causes.variables.map(({ id, kind, controllable, values }) => ({
    name: id,
    controllable: controllable ?? false,
    ...(kind === undefined ? {} : { kind }),
    ...(values === undefined ? {} : { domain: values }),
  }))
  const edges = causes.edges.map(({ from, to, strength, mechanism, confidence }) => ({
    cause: from,
    effect: to,
    strength,
    ...(mechanism === undefined ? {} : { mechanism }),
    ...(confidence === undefined ? {} : { confidence }),
  }))
  for (const { code, path, message, hint, value } of causalIssues(variables, edges)) {
    const place = path.map((step) => (typeof step === 'string' ? (FIELDS[step] ?? step) : step))
    check.add(code, ['causes', ...place], message, hint, value)
  }
  const names = variables.map((variable) => variable.name)
  const known = causes.known ?? {}
  for (const name of Object.keys(known)) check.known(['causes', 'known', name], name, names, 'variables')
  const { goal } = causes
  check.known(['causes', 'goal', 'variable'], goal.variable, names, 'variables')
  for (const [path, name, value] of [
    ...Object.entries(known).map(([name, value]) => [['causes', 'known', name], name, value] as const),
    [['causes', 'goal', 'value'], goal.variable, goal.value] as const,
  ]) {
    const domain = variables.find((variable) => variable.name === name)?.domain
    if (domain === undefined || domain.includes(value)) continue
    check.add('wrong-value', path, `${name} is never ${value}`, `write one of ${domain.join(', ')}`, value)
  }
  return {
    title: document.title ?? 'Causes',
    variables,
    edges,
    goal,
    current: known,
    maximalLength: causes.maxLength ?? 10,
  }
}
