/**
 * Planning domains written in TypeScript: typed state variables, actions and methods as data or as functions of the
 * state, goals refined by methods of their own.
 *
 * @example
 * const travel = defineDomain({
 *   state: { at: { kind: 'enum', values: ['home', 'park'] }, cash: { kind: 'number' }, distance: { kind: 'number' } },
 *   actions: { walk: { effects: { at: (_, to) => to } } },
 *   tasks: { travel: [{ name: 'on foot', when: [['distance', '<=', 2]], subtasks: (_, to) => [['walk', to]] }] },
 * })
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { type DomainCondition, type DomainDefinition, own, type PlanningDomain, variablesOf } from './domain-types.ts'

/**
 * Checks a definition and freezes it.
 * @throws InvalidInputError with every fault found
 */
export function defineDomain(definition: DomainDefinition): PlanningDomain {
  const issues: Issue[] = []
  const variables = variablesOf(definition)
  const known = new Set([...Object.keys(definition.actions), ...Object.keys(definition.tasks ?? {})])
  const variable = (name: string, path: readonly (string | number)[]): void => {
    if (!variables.has(name)) issues.push(unknownVariable(name, path, definition))
  }
  const conditions = (list: readonly DomainCondition[] | undefined, path: readonly (string | number)[]): void => {
    list?.forEach(([name], index) => {
      if (typeof name === 'string') variable(name, [...path, 'when', index])
    })
  }
  for (const name of Object.keys(definition.resources ?? {})) {
    if (own(definition.state, name) !== undefined)
      issues.push(duplicate(['resources', name], `'${name}' is a resource and a state variable`))
  }
  for (const [name, action] of Object.entries(definition.actions)) {
    conditions(action.when, ['actions', name])
    for (const field of ['uses', 'requires', 'produces'] as const) {
      for (const resource of Object.keys(action[field] ?? {})) {
        const kind = own(definition.resources, resource)?.kind
        if (kind === (field === 'uses' ? 'reusable' : 'stock')) continue
        const path = ['actions', name, field, resource]
        const message = `there is no ${field === 'uses' ? 'reusable resource' : 'stock'} '${resource}'`
        issues.push({ code: 'unknown-name', path, message, hint: 'declare it under resources' })
      }
    }
    if (typeof action.effects === 'function') continue
    for (const changed of Object.keys(action.effects)) variable(changed, ['actions', name, 'effects', changed])
  }
  for (const kind of ['tasks', 'goals'] as const) {
    for (const [name, methods] of Object.entries(definition[kind] ?? {})) {
      if (kind === 'tasks' && own(definition.actions, name) !== undefined)
        issues.push(duplicate(['tasks', name], `'${name}' is a task and an action`))
      if (kind === 'goals') variable(name, ['goals', name])
      methods.forEach((method, index) => {
        const path = [kind, name, index]
        conditions(method.when, path)
        if (typeof method.subtasks === 'function') return
        method.subtasks.forEach((reference, position) => {
          if ('goal' in reference || known.has(reference[0])) return
          issues.push({
            code: 'unknown-name',
            path: [...path, 'subtasks', position],
            message: `there is no task or action '${reference[0]}'`,
            hint: `known are ${[...known].join(', ')}`,
          })
        })
      })
    }
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return Object.freeze({ definition })
}

function duplicate(path: readonly string[], message: string): Issue {
  return { code: 'duplicate', path, message, hint: 'rename one of them' }
}

export function unknownVariable(name: string, path: readonly (string | number)[], definition: DomainDefinition): Issue {
  return {
    code: 'unknown-name',
    path,
    message: `there is no state variable '${name}'`,
    hint: `declared are ${[...variablesOf(definition).keys()].join(', ')}`,
  }
}
