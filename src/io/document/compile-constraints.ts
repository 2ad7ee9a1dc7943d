/** `constraints` of a project: linear conditions on what is done and how. */
import type { ChoiceRule, ProjectTask } from '../../domain/project.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

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

/** What holds for constraints of every kind: distinct names and at least one limit. */
export function checkConstraints(document: PlanningDocument, check: Checker): void {
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

export function onlyFields(
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
