/** Ids of new plans beside the ids of the plan in force: fresh ones for new steps, the old ones for steps that stay. */
import type { Plan, PlanStep } from '../../domain/plan.ts'

/** All ids larger than those of the old plan. */
export function withFreshIds(plan: Plan, old: Plan): Plan {
  const taken = [...old.steps.map((step) => step.id), ...(old.decomposition?.nodes.map((node) => node.id) ?? [])]
  const shift = Math.max(-1, ...taken) + 1
  return renumbered(plan, (id) => id + shift)
}

/** Steps that the old plan has too keep their ids. */
export function keepIds(plan: Plan, remaining: readonly PlanStep[]): Plan {
  const known = new Map<string, number[]>()
  for (const step of remaining) {
    const key = JSON.stringify([step.name, step.args])
    known.set(key, [...(known.get(key) ?? []), step.id])
  }
  const ids = new Map<number, number>()
  for (const step of plan.steps) {
    const old = known.get(JSON.stringify([step.name, step.args]))?.shift()
    if (old !== undefined) ids.set(step.id, old)
  }
  return renumbered(plan, (id) => ids.get(id) ?? id)
}

function renumbered(plan: Plan, rename: (id: number) => number): Plan {
  const { decomposition } = plan
  return {
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, id: rename(step.id) })),
    ordering: plan.ordering.map(([first, second]) => [rename(first), rename(second)] as const),
    links: [],
    decomposition:
      decomposition === null
        ? null
        : {
            roots: decomposition.roots.map(rename),
            nodes: decomposition.nodes.map((node) => ({
              ...node,
              id: rename(node.id),
              subtasks: node.subtasks.map(rename),
            })),
          },
  }
}
