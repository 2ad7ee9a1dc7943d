/**
 * Classical problems through a trivial hierarchy: one task that either is done, because the goal holds, or executes any
 * action and goes on. Plans of the two problems are the same.
 */
import { TRUE } from '../domain/formula.ts'
import type { HtnProblem, Method } from '../domain/htn.ts'

/** The same problem with an initial task network. */
export function withHierarchy(problem: HtnProblem): HtnProblem {
  const { domain } = problem
  const taken = new Set([...domain.tasks, ...domain.actions, ...domain.methods].map((entry) => entry.name))
  const fresh = (wanted: string): string => (taken.has(wanted) ? fresh(`${wanted}-`) : wanted)
  const name = fresh('reach-the-goal')
  const done: Method = {
    name: fresh('the-goal-holds'),
    parameters: [],
    task: name,
    taskArguments: [],
    precondition: problem.goal ?? TRUE,
    network: { subtasks: [], ordering: [], constraints: TRUE },
  }
  const steps = domain.actions.map(
    (action): Method => ({
      name: fresh(`do-${action.name}`),
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
