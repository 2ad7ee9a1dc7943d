/** What is left of the stocks while a plan runs, and whether it suffices for the rest. */
import type { ObservedState, TriggerEvidence } from '../domain/execution.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { Resource } from '../domain/resource.ts'

export class Stocks {
  readonly #levels = new Map<string, number>()

  /** Reusable resources are the dispatcher's business; the others are stocks. */
  constructor(resources: readonly Resource[]) {
    for (const { id, type, initial } of resources) if (type !== 'reusable') this.#levels.set(id, initial)
  }

  get levels(): ReadonlyMap<string, number> {
    return this.#levels
  }

  /** A step takes its amounts when it begins, also when it fails then. */
  take(step: PlanStep): void {
    for (const [name, amount] of Object.entries(step.resources ?? {})) {
      const level = this.#levels.get(name)
      if (level !== undefined) this.#levels.set(name, level - amount)
    }
  }

  /** An observed variable with the name of a stock is its level. */
  see(state: ObservedState): void {
    for (const [name, value] of Object.entries(state))
      if (typeof value === 'number' && this.#levels.has(name)) this.#levels.set(name, value)
  }

  /** The stock that the remaining steps overdraw most, or null. O(steps). */
  shortage(remaining: readonly PlanStep[]): TriggerEvidence | null {
    if (this.#levels.size === 0) return null
    const needs = new Map<string, number>()
    for (const step of remaining)
      for (const [name, amount] of Object.entries(step.resources ?? {}))
        needs.set(name, (needs.get(name) ?? 0) + amount)
    let worst: TriggerEvidence | null = null
    let most = 1e-9
    for (const [name, level] of this.#levels) {
      const need = needs.get(name) ?? 0
      const short = Math.max(need - level, -level)
      if (short <= most) continue
      most = short
      const evidence = `${name}: ${need} needed for the rest, ${level} left`
      worst = { trigger: 'resource_shortage', evidence, value: need, threshold: level }
    }
    return worst
  }
}
