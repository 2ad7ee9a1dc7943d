/** What is left of a plan with a decomposition tree: tasks and actions in the order of their first steps. */
import type { Decomposition, Plan, PlanStep } from '../../domain/plan.ts'

/** A task or an action. */
export interface Unfinished {
  readonly name: string
  readonly args: readonly string[]
}

/** Initial tasks that are not finished. Null when the plan has no tree. */
export function unfinishedTasks(plan: Plan, remaining: readonly PlanStep[]): readonly Unfinished[] | null {
  return plan.decomposition === null ? null : leftOf(plan, plan.decomposition, remaining, () => false)
}

/**
 * The same, but of methods that were begun only the subtasks that are not finished.
 * @param sizes how many subtasks the methods have, by their names
 */
export function unfinishedParts(
  plan: Plan,
  remaining: readonly PlanStep[],
  sizes: ReadonlyMap<string, number>,
): readonly Unfinished[] | null {
  const { decomposition } = plan
  if (decomposition === null) return null
  const open = new Set(remaining.map((step) => step.id))
  const nodes = new Map(decomposition.nodes.map((node) => [node.id, node]))
  // What is finished is not open, or left out of the tree of a repaired plan.
  const begun = (id: number): boolean => {
    const node = nodes.get(id)
    if (node === undefined) return !open.has(id)
    return node.subtasks.length < (sizes.get(node.method) ?? 0) || node.subtasks.some(begun)
  }
  return leftOf(plan, decomposition, remaining, begun)
}

function leftOf(
  plan: Plan,
  { roots, nodes }: Decomposition,
  remaining: readonly PlanStep[],
  opens: (id: number) => boolean,
): readonly Unfinished[] {
  const places = new Map(plan.steps.map((step, place) => [step.id, place]))
  const open = new Set(remaining.map((step) => step.id))
  const steps = new Map(plan.steps.map((step) => [step.id, step]))
  const compound = new Map(nodes.map((node) => [node.id, node]))
  const partsOf = (id: number): readonly number[] => compound.get(id)?.subtasks ?? []
  const leaves = (id: number): readonly number[] => (steps.has(id) ? [id] : partsOf(id).flatMap(leaves))
  const first = (id: number): number => Math.min(...leaves(id).map((leaf) => places.get(leaf) as number))
  const frontier = (id: number): readonly number[] => {
    if (!leaves(id).some((leaf) => open.has(leaf))) return []
    return !steps.has(id) && opens(id) ? partsOf(id).flatMap(frontier) : [id]
  }
  const left = roots.flatMap(frontier).toSorted((a, b) => first(a) - first(b))
  return left.map((id) => {
    const node = compound.get(id)
    return { name: steps.get(id)?.name ?? node?.task ?? '', args: steps.get(id)?.args ?? node?.args ?? [] }
  })
}
