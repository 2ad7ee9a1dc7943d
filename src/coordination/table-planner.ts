/** A planner that reads what each task takes from a table: costs and times add up. */
import type { AgentPlanner } from '../domain/agent.ts'
import { type PlanStep, planInSequence } from '../domain/plan.ts'

export interface TableEntry {
  readonly cost: number
  /** @default the cost */
  readonly duration?: number
  /** Taken of the agent's resources. @default none */
  readonly consumes?: Readonly<Record<string, number>>
}

/** @param entries by task; a task without an entry cannot be done */
export function tablePlanner(entries: ReadonlyMap<string, TableEntry>): AgentPlanner {
  return {
    name: 'table',
    additive: true,
    plan(tasks, { agent, resources }) {
      const steps: PlanStep[] = []
      const used = new Map<string, number>()
      let cost = 0
      let time = 0
      for (const task of tasks) {
        const entry = entries.get(task.id)
        if (entry === undefined) return { status: 'none', reason: `${agent} cannot do ${task.id}` }
        const { consumes = {}, duration = entry.cost } = entry
        const start = time
        time += duration
        cost += entry.cost
        steps.push({
          id: steps.length,
          name: task.id,
          args: [],
          start,
          end: time,
          agent,
          resources: consumes,
          cost: entry.cost,
        })
        for (const [name, amount] of Object.entries(consumes)) {
          const before = used.get(name) ?? 0
          const own = Object.hasOwn(resources, name) ? (resources[name] as number) : 0
          if (before + amount > own + 1e-9)
            return {
              status: 'none',
              reason: `${agent} needs ${amount} of ${name} for ${task.id} and has ${own - before}`,
            }
          used.set(name, before + amount)
        }
      }
      return { status: 'planned', plan: planInSequence(steps, cost, time), optimal: true }
    },
  }
}
