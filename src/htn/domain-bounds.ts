/** What every refinement of a task of a domain costs and takes at least, whatever the state. */
import { chain } from '../domain/planning.ts'
import type { DomainDefinition, DomainMethod, TaskReference } from './domain-types.ts'

export interface TaskBound {
  readonly cost: number
  readonly duration: number
}

const NOTHING: TaskBound = { cost: 0, duration: 0 }
const UNREACHED: TaskBound = { cost: Number.POSITIVE_INFINITY, duration: Number.POSITIVE_INFINITY }

/** The ordering of a method with so many subtasks. */
export function orderingOf(method: DomainMethod, count: number): readonly (readonly [number, number])[] {
  return method.ordering ?? (method.ordered === false ? [] : chain(count))
}

/**
 * Least fixpoint of the cheapest refinement, by name. Methods that are functions and do not say what they return may do
 * anything and cost nothing.
 */
export function taskBounds(definition: DomainDefinition): ReadonlyMap<string, TaskBound> {
  const { actions, tasks } = definition
  const bounds = new Map<string, TaskBound>()
  for (const [name, action] of Object.entries(actions)) {
    const cost = typeof action.cost === 'function' ? (action.atLeast?.cost ?? 0) : (action.cost ?? 1)
    const duration = typeof action.duration === 'function' ? (action.atLeast?.duration ?? 0) : (action.duration ?? 1)
    bounds.set(name, { cost, duration })
  }
  for (const name of Object.keys(tasks ?? {})) bounds.set(name, UNREACHED)
  const of = (part: TaskReference | string): TaskBound => {
    if (typeof part === 'string') return bounds.get(part) ?? NOTHING
    return 'goal' in part ? NOTHING : (bounds.get(part[0]) ?? NOTHING)
  }
  for (let changed = true; changed; ) {
    changed = false
    for (const [name, methods] of Object.entries(tasks ?? {})) {
      let { cost, duration } = bounds.get(name) as TaskBound
      for (const method of methods) {
        const parts = typeof method.subtasks === 'function' ? method.returns?.map(of) : method.subtasks.map(of)
        cost = Math.min(cost, parts === undefined ? 0 : parts.reduce((sum, part) => sum + part.cost, 0))
        duration = Math.min(duration, parts === undefined ? 0 : longestChain(method, parts))
      }
      const before = bounds.get(name) as TaskBound
      if (cost < before.cost || duration < before.duration) {
        bounds.set(name, { cost, duration })
        changed = true
      }
    }
  }
  return bounds
}

/** Duration of parts that wait for each other only where the method orders them. */
function longestChain(method: DomainMethod, parts: readonly TaskBound[]): number {
  const ends = parts.map((part) => part.duration)
  const ordering = orderingOf(method, parts.length)
  // Relaxed once for every part: orderings may be written in any order.
  for (let round = 0; round < parts.length; round++) {
    for (const [first, second] of ordering)
      ends[second] = Math.max(ends[second] as number, (ends[first] as number) + (parts[second] as TaskBound).duration)
  }
  return Math.max(0, ...ends)
}
