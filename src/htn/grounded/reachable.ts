/**
 * Facts that some sequence of actions can make true when deletes, negative preconditions on changing facts and the
 * hierarchy are ignored: semi-naive evaluation. Every new fact is matched with every precondition literal of its
 * predicate, and the other literals are joined against what is known.
 */
import { Join, type Literal } from '../lifted/join.ts'
import type { ActionSchema, Place } from '../lifted/schemas.ts'
import type { States } from '../lifted/states.ts'
import type { Extent } from '../lifted/symbols.ts'
import type { LiftedSystem } from '../lifted/system.ts'

interface Trigger {
  readonly action: ActionSchema
  readonly literal: Literal
  readonly join: Join
}

/**
 * Makes every reachable fact true in `world`, which holds the initial facts.
 * @returns false when `stop` said so before the end
 */
export function assumeReachable(system: LiftedSystem, world: States, stop: () => boolean): boolean {
  const { symbols, statistics, binding } = system
  const triggers: Trigger[][] = symbols.predicates.map(() => [])
  const pending: number[] = []
  // Facts must not become true while a join reads the lists of facts: they are noted first.
  const noted: number[] = []
  const objects = new Int32Array(64)
  const note = (predicate: number, places: readonly Place[], index: number): void => {
    const place = places[index]
    if (place === undefined) {
      const fact = world.fact(predicate, objects, 0, places.length)
      if (world.truth[fact] === 0) noted.push(fact)
      return
    }
    if (place.kind === 'any') {
      for (const object of (place.extent as Extent).members) {
        objects[index] = object
        note(predicate, places, index + 1)
      }
      return
    }
    objects[index] = place.kind === 'slot' ? (binding[place.slot] as number) : place.object
    note(predicate, places, index + 1)
  }
  const collect = (action: ActionSchema, join: Join): void => {
    noted.length = 0
    const adds = action.possible.filter((effect) => effect.add)
    join.run(binding, () => {
      for (const effect of adds) note(effect.predicate, effect.terms, 0)
      return true
    })
    for (const fact of noted) {
      if (world.truth[fact] === 1) continue
      world.assume(fact)
      pending.push(fact)
    }
  }
  for (const action of system.actions) {
    if (!action.possible.some((effect) => effect.add)) continue
    const literals = action.literals.filter((literal) => literal.positive || symbols.isStatic[literal.predicate] === 1)
    const needed = new Set<number>()
    for (const literal of literals) for (const term of literal.terms) if (term >= 0) needed.add(term)
    for (const effect of action.possible) {
      for (const place of effect.terms) if (effect.add && place.kind === 'slot') needed.add(place.slot)
    }
    const rigid = action.filters.filter((filter) => filter.rigid)
    for (const filter of rigid) for (const slot of filter.slots) needed.add(slot)
    const make = (bound: ReadonlySet<number>, rest: readonly Literal[]): Join => {
      const open = new Set([...needed].filter((slot) => !bound.has(slot)))
      return new Join(world, statistics, {
        bound,
        needed: open,
        extents: action.extents,
        literals: rest,
        filters: rigid,
      })
    }
    const changing = literals.filter((literal) => literal.positive && symbols.isStatic[literal.predicate] === 0)
    for (const literal of changing) {
      const bound = new Set(literal.terms.filter((term) => term >= 0))
      const rest = literals.filter((other) => other !== literal)
      ;(triggers[literal.predicate] as Trigger[]).push({ action, literal, join: make(bound, rest) })
    }
    if (changing.length === 0) collect(action, make(new Set(), literals))
  }
  for (let fact = 0; fact < world.facts.size; fact++) if (world.truth[fact] === 1) pending.push(fact)
  for (let next = 0; next < pending.length; next++) {
    if ((next & 63) === 0 && stop()) return false
    const fact = pending[next] as number
    const start = world.facts.starts.data[fact] as number
    for (const { action, literal, join } of triggers[world.facts.heads.data[fact] as number] as readonly Trigger[]) {
      if (matches(literal, action.extents, world.facts.values.data, start, binding)) collect(action, join)
    }
  }
  return true
}

/** Binds the variables of a literal to the arguments of a fact. */
function matches(
  literal: Literal,
  extents: readonly Extent[],
  values: Int32Array,
  start: number,
  binding: Int32Array,
): boolean {
  const { terms } = literal
  for (let i = 0; i < terms.length; i++) if ((terms[i] as number) >= 0) binding[terms[i] as number] = -1
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] as number
    const value = values[start + i] as number
    if (term < 0) {
      if (-1 - term !== value) return false
    } else if (binding[term] === -1) {
      if ((extents[term] as Extent).contains[value] === 0) return false
      binding[term] = value
    } else if (binding[term] !== value) return false
  }
  return true
}
