/**
 * What a search returns: a decomposition tree over ground tasks, and its conversion to the plan that leaves.
 */
import { type DecompositionNode, PLAN_VERSION, type Plan, type PlanStep } from '../../domain/plan.ts'
import type { LiftedSystem } from '../lifted/system.ts'

/** Node 0 is the initial network. Children stand in the order of execution of the (linearised) method. */
export interface Derivation {
  readonly tasks: readonly number[]
  /** Index of the method that refined the node; -1 for actions. */
  readonly methods: readonly number[]
  readonly children: readonly (readonly number[])[]
  /** Nodes of the actions in the order of execution, when that differs from the order of the tree. */
  readonly order?: readonly number[]
}

/** Actions of a derivation in the order of execution, as ground tasks. */
export function actionsOf(system: LiftedSystem, derivation: Derivation): number[] {
  return walk(system, derivation).steps.map((node) => derivation.tasks[node] as number)
}

/** The plan, its steps numbered in the order of execution from 0, compound tasks after them. */
export function toPlan(system: LiftedSystem, derivation: Derivation, cost: number): Plan {
  const { steps, compounds } = walk(system, derivation)
  const ids = new Int32Array(derivation.tasks.length)
  steps.forEach((node, index) => {
    ids[node] = index
  })
  compounds.forEach((node, index) => {
    ids[node] = steps.length + index
  })
  const describe = (node: number): { name: string; args: string[] } => {
    const task = derivation.tasks[node] as number
    const start = system.tasks.starts.data[task] as number
    const end = system.tasks.starts.data[task + 1] as number
    const args: string[] = []
    for (let i = start; i < end; i++) args.push(system.symbols.objects[system.tasks.values.data[i] as number] as string)
    return { name: system.symbols.taskNames[system.tasks.heads.data[task] as number] as string, args }
  }
  const planSteps: PlanStep[] = steps.map((node, id) => ({ id, ...describe(node) }))
  const written = (node: number): number[] => {
    const method = system.allMethods[derivation.methods[node] as number]
    const result: number[] = []
    ;(derivation.children[node] as readonly number[]).forEach((child, index) => {
      result[method?.schema.subtasks[index]?.written ?? index] = ids[child] as number
    })
    return result
  }
  const nodes: DecompositionNode[] = compounds.map((node) => {
    const { name, args } = describe(node)
    const method = system.allMethods[derivation.methods[node] as number]
    return { id: ids[node] as number, task: name, args, method: method?.schema.name ?? '', subtasks: written(node) }
  })
  const ordering: [number, number][] = []
  for (let i = 1; i < planSteps.length; i++) ordering.push([i - 1, i])
  return {
    version: PLAN_VERSION,
    steps: planSteps,
    ordering,
    links: [],
    decomposition: { roots: written(0), nodes },
    cost,
  }
}

/** Nodes of actions in execution order and of compound tasks (without the initial network) in preorder. */
function walk(system: LiftedSystem, derivation: Derivation): { steps: number[]; compounds: number[] } {
  const steps: number[] = []
  const compounds: number[] = []
  const open = [0]
  while (open.length > 0) {
    const node = open.pop() as number
    if (system.isAction(derivation.tasks[node] as number)) {
      steps.push(node)
      continue
    }
    if (node !== 0) compounds.push(node)
    const children = derivation.children[node] as readonly number[]
    for (let i = children.length - 1; i >= 0; i--) open.push(children[i] as number)
  }
  return { steps: derivation.order === undefined ? steps : [...derivation.order], compounds }
}
