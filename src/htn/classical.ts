/**
 * Classical problems through a trivial hierarchy: one task that either is done, because the goal holds, or executes any
 * action and goes on. Plans of the two problems are the same.
 */
import { TRUE } from '../domain/formula.ts'
import type { HtnProblem, Method } from '../domain/htn.ts'

/** The same problem with an initial task network. */
export function withHierarchy(problem: HtnProblem): HtnProblem {
  const name = 'reach the goal'
  const done: Method = {
    name: 'the goal holds',
    parameters: [],
    task: name,
    taskArguments: [],
    precondition: problem.goal ?? TRUE,
    network: { subtasks: [], ordering: [], constraints: TRUE },
  }
  const steps = problem.domain.actions.map(
    (action): Method => ({
      name: `do ${action.name}`,
      parameters: action.parameters,
      task: name,
      taskArguments: [],
      precondition: TRUE,
      network: {
        subtasks: [
          { id: 'first', task: action.name, arguments: action.parameters.map((parameter) => parameter.name) },
          { id: 'rest', task: name, arguments: [] },
        ],
        ordering: [[0, 1]],
        constraints: TRUE,
      },
    }),
  )
  return {
    ...problem,
    domain: {
      ...problem.domain,
      tasks: [...problem.domain.tasks, { name, parameters: [] }],
      methods: [...problem.domain.methods, done, ...steps],
    },
    network: { subtasks: [{ id: 'goal', task: name, arguments: [] }], ordering: [], constraints: TRUE },
    networkParameters: [],
  }
}
