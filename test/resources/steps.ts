/** Short forms for resources and steps. */
import type { Resource, ResourceRequirement, ResourceType } from '../../src/domain/resource.ts'
import type { ResourceStep } from '../../src/resources/index.ts'

export function resource(id: string, type: ResourceType, initial: number, capacity: number | null = initial): Resource {
  return { id, type, initial, capacity, costPerUnit: 0, costPerTime: 0 }
}

export function step(
  id: string,
  start: number,
  end: number,
  requires: readonly [string, number, ResourceRequirement['when']][] = [],
  produces: readonly [string, number, ResourceRequirement['when']][] = [],
): ResourceStep {
  const toRequirement = ([name, amount, when]: readonly [string, number, ResourceRequirement['when']]) => ({
    resource: name,
    amount,
    when,
  })
  return { id, start, end, requires: requires.map(toRequirement), produces: produces.map(toRequirement) }
}
