/** A problem stated as data as the check of decomposition trees sees it. */
import { TRUE } from '../domain/formula.ts'
import type { HtnProblem } from '../domain/htn.ts'
import type { StatedPlanning, StateValue } from '../domain/planning.ts'
import type { PlanningNetwork } from '../domain/planning-network.ts'

/** The hierarchy alone, without any condition, for the check of the tree. */
export function treeProblem(problem: StatedPlanning, network: PlanningNetwork): HtnProblem {
  const untyped = (names: readonly { readonly id: string }[]) => names.map(({ id }) => ({ name: id, types: [] }))
  const subtasksOf = (tasks: readonly (readonly [string, ...StateValue[]])[]) =>
    tasks.map(([task, ...args], index) => ({ id: `#${index}`, task, arguments: args.map(String) }))
  return {
    name: problem.title,
    domain: {
      name: problem.title,
      requirements: [],
      types: [],
      constants: [],
      predicates: [],
      fluents: [],
      tasks: [],
      methods: network.methods.map((method) => ({
        name: method.id,
        parameters: untyped(method.parameters),
        task: method.task,
        taskArguments: method.parameters.slice(0, method.arity).map((parameter) => parameter.id),
        precondition: TRUE,
        network: { subtasks: subtasksOf(method.subtasks), ordering: method.ordering, constraints: TRUE },
      })),
      actions: [],
    },
    objects: [],
    facts: [],
    values: [],
    network: { subtasks: subtasksOf(network.tasks), ordering: network.ordering, constraints: TRUE },
    networkParameters: [],
    goal: null,
    metric: null,
  }
}
