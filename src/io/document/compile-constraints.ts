/** `constraints`: linear conditions on what is chosen; what a term counts depends on the kind of document. */
import type { AllocationTerm } from '../../domain/allocation.ts'
import type { LinearRule } from '../../domain/linear-rule.ts'
import type { PortfolioTerm } from '../../domain/portfolio.ts'
import type { ChoiceRule, ProjectTask } from '../../domain/project.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

/** `constraints` of a project: linear conditions on what is done and how. */
export function compileConstraints(
  document: PlanningDocument,
  tasks: readonly ProjectTask[],
  check: Checker,
): readonly ChoiceRule[] {
  const constraints = document.constraints ?? []
  checkConstraints(document, check)
  const byId = new Map(tasks.map((task) => [task.id, task]))
  return constraints.map(({ name, terms, least, most }, index): ChoiceRule => {
    const known = terms.flatMap((term, t) => {
      const path = ['constraints', index, 'terms', t]
      onlyFields(term, ['task', 'mode'], path, 'project', check)
      if (term.task === undefined) {
        check.add('missing-field', path, 'the term names no task', 'add task:')
        return []
      }
      if (!check.known([...path, 'task'], term.task, [...byId.keys()], 'tasks')) return []
      const modes = byId.get(term.task)?.modes.map((mode) => mode.id) ?? []
      if (term.mode !== undefined) check.known([...path, 'mode'], term.mode, modes, 'modes')
      const mode = term.mode === undefined ? {} : { mode: term.mode }
      return [{ task: term.task, ...mode, coefficient: term.coefficient }]
    })
    return { name, terms: known, least: least ?? null, most: most ?? null }
  })
}

/** `constraints` of a portfolio: linear conditions on which projects are done and when they start. */
export function compilePortfolioRules(
  document: PlanningDocument,
  projects: readonly string[],
  periods: number,
  check: Checker,
): readonly LinearRule<PortfolioTerm>[] {
  return compileRules(document, check, (term, path) => {
    onlyFields(term, ['project', 'period'], path, 'portfolio', check)
    const { project, period } = term
    if (project === undefined) {
      check.add('missing-field', path, 'the term names no project', 'add project:')
      return null
    }
    if (!check.known([...path, 'project'], project, projects, 'projects')) return null
    if (period === undefined) return { project }
    if (period > periods) {
      check.add('out-of-range', [...path, 'period'], `there is no period ${period}`, `give 1 to ${periods}`, period)
    }
    return { project, period }
  })
}

/** `constraints` of an allocation: linear conditions on who does what. */
export function compileAllocationRules(
  document: PlanningDocument,
  agents: readonly string[],
  tasks: readonly string[],
  check: Checker,
): readonly LinearRule<AllocationTerm>[] {
  return compileRules(document, check, (term, path) => {
    onlyFields(term, ['agent', 'task'], path, 'allocation', check)
    const { agent, task } = term
    if (agent === undefined) {
      check.add('missing-field', path, 'the term names no agent; every task is done by somebody', 'add agent:')
      return null
    }
    const known = check.known([...path, 'agent'], agent, agents, 'agents')
    if (task === undefined) return known ? { agent } : null
    return check.known([...path, 'task'], task, tasks, 'tasks') && known ? { agent, task } : null
  })
}

function compileRules<Counted>(
  document: PlanningDocument,
  check: Checker,
  counted: (term: Term, path: readonly (string | number)[]) => Counted | null,
): readonly LinearRule<Counted>[] {
  checkConstraints(document, check)
  return (document.constraints ?? []).map(({ name, terms, least, most }, index): LinearRule<Counted> => {
    const known = terms.flatMap((term, t) => {
      const found = counted(term, ['constraints', index, 'terms', t])
      return found === null ? [] : [{ ...found, coefficient: term.coefficient }]
    })
    return { name, terms: known, least: least ?? null, most: most ?? null }
  })
}

/** What holds for constraints of every kind: distinct names and at least one limit. */
function checkConstraints(document: PlanningDocument, check: Checker): void {
  const constraints = document.constraints ?? []
  check.uniqueIds(
    'constraints',
    constraints.map((constraint) => constraint.name),
  )
  constraints.forEach(({ name, least, most }, index) => {
    const path = ['constraints', index]
    if (least === undefined && most === undefined) {
      check.add('missing-field', path, `the constraint "${name}" has no limit`, 'add least: or most:')
    } else if (least !== undefined && most !== undefined && least > most) {
      check.add('out-of-range', [...path, 'most'], `${most} is below the least ${least}`, 'swap or correct them', most)
    }
  })
}

type Term = NonNullable<PlanningDocument['constraints']>[number]['terms'][number]

function onlyFields(
  term: Term,
  allowed: readonly (keyof Term)[],
  path: readonly (string | number)[],
  kind: string,
  check: Checker,
): void {
  for (const field of ['task', 'mode', 'agent', 'project', 'period'] as const) {
    if (term[field] === undefined || allowed.includes(field)) continue
    check.add(
      'misplaced-field',
      [...path, field],
      `"${field}" means nothing in a constraint of a ${kind}`,
      'take it out',
    )
  }
}
