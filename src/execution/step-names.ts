/** What steps are called in sentences. */
import type { PlanStep } from '../domain/plan.ts'

/** Name and arguments of a step; its id as well where another of the steps is called the same. */
export function nameAmong(id: number, steps: readonly PlanStep[]): string {
  const step = steps.find((other) => other.id === id)
  if (step === undefined) return `step ${id}`
  const name = plainName(step)
  const same = steps.some((other) => other.id !== id && plainName(other) === name)
  return same ? `${name} (step ${id})` : name
}

function plainName({ name, args }: PlanStep): string {
  return [name, ...args].join(' ')
}
