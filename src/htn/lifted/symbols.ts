/**
 * Names become numbers: objects, types, predicates, fluents, tasks and actions of a problem, with the extent of every
 * type and which predicates an action can ever change.
 */
import { InternalError } from '../../../solvers/contract/index.ts'
import type { Effect, TypedName } from '../../domain/formula.ts'
import type { HtnProblem, SymbolDeclaration } from '../../domain/htn.ts'

/** A set of objects: members in ascending order, and membership by object. */
export interface Extent {
  readonly id: number
  readonly members: Int32Array
  readonly contains: Uint8Array
}

export interface Symbols {
  readonly problem: HtnProblem
  readonly objects: readonly string[]
  readonly objectId: ReadonlyMap<string, number>
  readonly predicateId: ReadonlyMap<string, number>
  readonly predicates: readonly SymbolDeclaration[]
  /** By predicate: 1 when no action changes it. */
  readonly isStatic: Uint8Array
  readonly fluentId: ReadonlyMap<string, number>
  readonly fluents: readonly SymbolDeclaration[]
  /** By fluent: 1 when no action changes it. */
  readonly isStaticFluent: Uint8Array
  /** Compound tasks first, then actions. */
  readonly taskId: ReadonlyMap<string, number>
  readonly taskNames: readonly string[]
  /** Number of compound tasks; ids from here on are actions. */
  readonly compoundCount: number
  /** Extents of the parameters, by task id. */
  readonly taskExtents: readonly (readonly Extent[])[]
  extent(types: readonly string[]): Extent
  intersect(first: Extent, second: Extent): Extent
  overlaps(first: Extent, second: Extent): boolean
}

export function compileSymbols(problem: HtnProblem): Symbols {
  const { domain } = problem
  const typedObjects = [...domain.constants, ...problem.objects]
  const objects = typedObjects.map((object) => object.name)
  const objectId = new Map(objects.map((name, id) => [name, id]))
  const parents = new Map(domain.types.map((type) => [type.name, type.parents]))
  const above = (type: string): Set<string> => {
    const result = new Set([type])
    for (const name of result) for (const parent of parents.get(name) ?? []) result.add(parent)
    return result
  }
  const membersOf = new Map<string, number[]>()
  typedObjects.forEach((object, id) => {
    const types = new Set(object.types.flatMap((type) => [...above(type)]))
    for (const type of types) {
      const members = membersOf.get(type)
      if (members === undefined) membersOf.set(type, [id])
      else members.push(id)
    }
  })
  const extents: Extent[] = []
  const byKey = new Map<string, Extent>()
  const make = (members: readonly number[]): Extent => {
    const key = members.join(',')
    const known = byKey.get(key)
    if (known !== undefined) return known
    const contains = new Uint8Array(objects.length)
    for (const member of members) contains[member] = 1
    const extent = { id: extents.length, members: Int32Array.from(members), contains }
    extents.push(extent)
    byKey.set(key, extent)
    return extent
  }
  const byTypes = new Map<string, Extent>()
  const extent = (types: readonly string[]): Extent => {
    const key = types.join(' ')
    const known = byTypes.get(key)
    if (known !== undefined) return known
    const everything = types.length === 0 || types.includes('object')
    const members = everything
      ? objects.map((_, id) => id)
      : [...new Set(types.flatMap((type) => membersOf.get(type) ?? []))].sort((a, b) => a - b)
    const result = make(members)
    byTypes.set(key, result)
    return result
  }
  const meet = new Map<number, Extent>()
  const intersect = (first: Extent, second: Extent): Extent => {
    if (first === second) return first
    const key = Math.min(first.id, second.id) * 1e6 + Math.max(first.id, second.id)
    const known = meet.get(key)
    if (known !== undefined) return known
    const result = make([...first.members].filter((member) => second.contains[member] === 1))
    meet.set(key, result)
    return result
  }
  const predicateId = new Map(domain.predicates.map((predicate, id) => [predicate.name, id]))
  const fluentId = new Map(domain.fluents.map((fluent, id) => [fluent.name, id]))
  const isStatic = new Uint8Array(domain.predicates.length).fill(1)
  const isStaticFluent = new Uint8Array(domain.fluents.length).fill(1)
  const visit = (effect: Effect): void => {
    switch (effect.kind) {
      case 'add':
      case 'delete':
        isStatic[lookup(predicateId, effect.predicate)] = 0
        break
      case 'numeric':
        isStaticFluent[lookup(fluentId, effect.fluent)] = 0
        break
      case 'when':
      case 'forall':
        effect.effects.forEach(visit)
        break
    }
  }
  for (const action of domain.actions) action.effects.forEach(visit)
  const taskNames = [...domain.tasks.map((task) => task.name), ...domain.actions.map((action) => action.name)]
  const parameterExtents = (parameters: readonly TypedName[]): Extent[] =>
    parameters.map((parameter) => extent(parameter.types))
  return {
    problem,
    objects,
    objectId,
    predicateId,
    predicates: domain.predicates,
    isStatic,
    fluentId,
    fluents: domain.fluents,
    isStaticFluent,
    taskId: new Map(taskNames.map((name, id) => [name, id])),
    taskNames,
    compoundCount: domain.tasks.length,
    taskExtents: [...domain.tasks, ...domain.actions].map((task) => parameterExtents(task.parameters)),
    extent,
    intersect,
    overlaps: (first, second) => first === second || intersect(first, second).members.length > 0,
  }
}

/** The id of a name that the reader has already checked. */
export function lookup(ids: ReadonlyMap<string, number>, name: string): number {
  const id = ids.get(name)
  if (id === undefined) throw new InternalError(`the name '${name}' has no id`)
  return id
}
