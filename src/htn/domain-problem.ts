/** Whether a problem fits its domain. */
import type { Issue } from '../../solvers/contract/index.ts'
import { misfit, type VariableType } from '../domain/planning.ts'
import { unknownVariable } from './define-domain.ts'
import { type DomainDefinition, type DomainProblem, own } from './domain-types.ts'

/** Every fault of the problem. */
export function problemIssues(
  definition: DomainDefinition,
  types: ReadonlyMap<string, VariableType>,
  problem: DomainProblem,
): readonly Issue[] {
  const issues: Issue[] = []
  const known = (name: string, path: readonly (string | number)[]): void => {
    if (!types.has(name)) issues.push(unknownVariable(name, path, definition))
  }
  for (const [name, type] of types) {
    const fault = misfit(type, own(problem.state, name))
    if (fault === null) continue
    const hint = 'give every state variable a value of its type'
    issues.push({ code: 'invalid-value', path: ['state', name], message: `${name} ${fault}`, hint })
  }
  for (const name of Object.keys(problem.state)) known(name, ['state', name])
  problem.tasks.forEach((task, index) => {
    if ('goal' in task) for (const name of Object.keys(task.goal)) known(name, ['tasks', index, 'goal', name])
    else if (own(definition.actions, task[0]) === undefined && own(definition.tasks, task[0]) === undefined) {
      const message = `there is no task or action '${task[0]}'`
      issues.push({ code: 'unknown-name', path: ['tasks', index], message, hint: 'name one of the domain' })
    }
  })
  problem.goal?.forEach(([name], index) => {
    if (typeof name === 'string') known(name, ['goal', index])
  })
  return issues
}
