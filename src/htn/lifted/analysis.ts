/**
 * What can be said about every task without any state: which facts its refinements can add or delete at most, which
 * literals must hold before any of its refinements can run, and how cheap it can be. All three are fixpoints over the
 * lifted hierarchy; cost is polynomial in the size of the domain text, whatever the number of objects.
 *
 * Mandatory preconditions (Olz and Bercher 2023, lifted here): a literal must hold before task t when every method of
 * t needs it, either itself or in a subtask before which nothing in the method can make it true. They are what turns a
 * blind choice of method variables into a join.
 */

import type { Literal } from './join.ts'
import { ANYTHING } from './join.ts'
import type { ActionSchema, MethodSchema, Place, PossibleEffect } from './schemas.ts'
import type { Extent, Symbols } from './symbols.ts'

/** A literal over the parameters of a task. */
export interface Pattern {
  readonly positive: boolean
  readonly predicate: number
  readonly terms: readonly Place[]
  readonly key: string
}

export interface Analysis {
  /** By task: what it can add or delete at most. */
  readonly effects: readonly (readonly PossibleEffect[])[]
  /** By task: literals that must hold when it starts; null when no refinement exists at all. */
  readonly mandatory: readonly (readonly Pattern[] | null)[]
  /** By task: a lower bound on the cost of its refinements; Infinity when it has none. */
  readonly minimalCost: Float64Array
  /** By task: a lower bound on the number of its actions; Infinity when it has no refinement. */
  readonly minimalLength: Float64Array
}

export function analyse(
  symbols: Symbols,
  actions: readonly ActionSchema[],
  methodsOf: readonly (readonly MethodSchema[])[],
  actionCost: Float64Array,
): Analysis {
  const taskCount = methodsOf.length
  const order = bottomUp(methodsOf)
  const minimalCost = new Float64Array(taskCount).fill(Number.POSITIVE_INFINITY)
  const minimalLength = new Float64Array(taskCount).fill(Number.POSITIVE_INFINITY)
  actions.forEach((action, index) => {
    minimalCost[action.task] = actionCost[index] as number
    minimalLength[action.task] = 1
  })
  for (let changed = true; changed; ) {
    changed = false
    for (const task of order) {
      for (const method of methodsOf[task] as readonly MethodSchema[]) {
        let cost = 0
        let length = 0
        for (const subtask of method.subtasks) {
          cost += minimalCost[subtask.task] as number
          length += minimalLength[subtask.task] as number
        }
        if (cost < (minimalCost[task] as number)) {
          minimalCost[task] = cost
          changed = true
        }
        if (length < (minimalLength[task] as number)) {
          minimalLength[task] = length
          changed = true
        }
      }
    }
  }
  const effects = possibleEffects(symbols, actions, methodsOf)
  return { effects, mandatory: mandatoryLiterals(symbols, actions, methodsOf, effects), minimalCost, minimalLength }
}

function possibleEffects(
  symbols: Symbols,
  actions: readonly ActionSchema[],
  methodsOf: readonly (readonly MethodSchema[])[],
): PossibleEffect[][] {
  const known = methodsOf.map(() => new Set<string>())
  const effects: PossibleEffect[][] = methodsOf.map(() => [])
  const include = (task: number, effect: PossibleEffect): boolean => {
    const keys = known[task] as Set<string>
    const key = effectKey(effect)
    if (keys.has(key)) return false
    keys.add(key)
    ;(effects[task] as PossibleEffect[]).push(effect)
    return true
  }
  for (const action of actions) for (const effect of action.possible) include(action.task, effect)
  // Every effect of a subtask passes through a method once: lists only grow, and `taken` says how far each was read.
  const readings = bottomUp(methodsOf).flatMap((task) =>
    (methodsOf[task] as readonly MethodSchema[]).flatMap((method) =>
      method.subtasks.map((subtask) => ({ method, subtask, taken: 0 })),
    ),
  )
  for (let changed = true; changed; ) {
    changed = false
    for (const reading of readings) {
      const { method, subtask } = reading
      const source = effects[subtask.task] as readonly PossibleEffect[]
      // A list that the method adds to itself is read to what it held before.
      const end = source.length
      for (let i = reading.taken; i < end; i++) {
        const effect = source[i] as PossibleEffect
        let terms = seenFromTask(effect.terms, subtask.terms, method)
        // Bounded: beyond a few hundred shapes a task is taken to affect the whole predicate.
        if ((known[method.task] as Set<string>).size > 400) {
          const everything: Extent = symbols.extent([])
          terms = terms.map(() => ({ kind: 'any', extent: everything }))
        }
        if (include(method.task, { add: effect.add, predicate: effect.predicate, terms })) changed = true
      }
      reading.taken = end
    }
  }
  return effects
}

/** Compound tasks, each after those of its subtasks that do not lead back to it. */
function bottomUp(methodsOf: readonly (readonly MethodSchema[])[]): number[] {
  const order: number[] = []
  const seen = new Uint8Array(methodsOf.length)
  const subtasksOf = methodsOf.map((methods) => methods.flatMap((method) => method.subtasks))
  for (let root = 0; root < methodsOf.length; root++) {
    const path: { readonly task: number; next: number }[] = []
    const enter = (task: number): void => {
      if (seen[task] === 1 || (methodsOf[task] as readonly MethodSchema[]).length === 0) return
      seen[task] = 1
      path.push({ task, next: 0 })
    }
    enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const subtask = subtasksOf[top.task]?.[top.next++]
      if (subtask !== undefined) enter(subtask.task)
      else {
        order.push(top.task)
        path.pop()
      }
    }
  }
  return order
}

/** Terms of a subtask's pattern, seen from the method's task. */
function seenFromTask(terms: readonly Place[], subtaskTerms: readonly number[], method: MethodSchema): Place[] {
  return inMethod(terms, subtaskTerms, method).map((place) => {
    if (place.kind !== 'slot') return place
    const parameter = method.taskTerms.indexOf(place.slot)
    if (parameter >= 0) return { kind: 'slot', slot: parameter, extent: place.extent }
    return { kind: 'any', extent: place.extent }
  })
}

/** Terms over the parameters of a subtask, as terms over the slots of the method. */
export function inMethod(terms: readonly Place[], subtaskTerms: readonly number[], method: MethodSchema): Place[] {
  return terms.map((place) => {
    if (place.kind !== 'slot') return place
    const term = subtaskTerms[place.slot] as number
    if (term < 0) return { kind: 'object', object: -1 - term }
    return { kind: 'slot', slot: term, extent: method.extents[term] as Extent }
  })
}

function placeKey(place: Place): string {
  if (place.kind === 'slot') return `p${place.slot}`
  return place.kind === 'object' ? `o${place.object}` : `*${place.extent.id}`
}

function effectKey(effect: PossibleEffect): string {
  return `${effect.add ? '+' : '-'}${effect.predicate} ${effect.terms.map(placeKey).join(' ')}`
}

export function patternKey(positive: boolean, predicate: number, terms: readonly Place[]): string {
  const places = terms.map((place) => (place.kind === 'any' ? '*' : placeKey(place)))
  return `${positive ? '+' : '-'}${predicate} ${places.join(' ')}`
}

/** Whether an effect of one subtask can make a literal of another true; both over the slots of one method. */
export function canAchieve(
  effect: PossibleEffect,
  effectTerms: readonly Place[],
  positive: boolean,
  predicate: number,
  terms: readonly Place[],
  symbols: Symbols,
): boolean {
  if (effect.add !== positive || effect.predicate !== predicate) return false
  for (let i = 0; i < terms.length; i++) {
    if (!mayEqual(effectTerms[i] as Place, terms[i] as Place, symbols)) return false
  }
  return true
}

function mayEqual(first: Place, second: Place, symbols: Symbols): boolean {
  if (first.kind === 'object') {
    if (second.kind === 'object') return first.object === second.object
    return second.extent.contains[first.object] === 1
  }
  if (second.kind === 'object') return first.extent.contains[second.object] === 1
  return symbols.overlaps(first.extent, second.extent)
}

/** Literals over the slots of a method that must hold before its subtask `from`, none of them achievable in between. */
export function pulledUp(
  symbols: Symbols,
  method: MethodSchema,
  from: number,
  effects: readonly (readonly PossibleEffect[])[],
  mandatory: readonly (readonly Pattern[] | null | undefined)[],
): readonly PulledUp[] | null {
  const { literals, dead } = pulledUpAnywhere(symbols, method, effects, mandatory)
  return from <= dead ? null : literals.filter((literal) => literal.since <= from && from <= literal.subtask)
}

export interface PulledUp {
  /** The subtask that needs it, and the first one from which on nothing before that can bring it about. */
  readonly subtask: number
  readonly since: number
  readonly positive: boolean
  readonly predicate: number
  readonly terms: readonly Place[]
}

/** The same for every subtask at once; `dead` is the last subtask that has no refinement, -1 when all have. */
export function pulledUpAnywhere(
  symbols: Symbols,
  method: MethodSchema,
  effects: readonly (readonly PossibleEffect[])[],
  mandatory: readonly (readonly Pattern[] | null | undefined)[],
): { readonly literals: readonly PulledUp[]; readonly dead: number } {
  const literals: PulledUp[] = []
  let dead = -1
  // Effects by sign and predicate, each shape once with the last subtask that has it.
  const before = new Map<
    string,
    Map<string, { readonly effect: PossibleEffect; readonly terms: Place[]; last: number }>
  >()
  method.subtasks.forEach((subtask, k) => {
    const patterns = mandatory[subtask.task]
    if (patterns === null) dead = k
    for (const pattern of patterns ?? []) {
      const { positive, predicate } = pattern
      const terms = inMethod(pattern.terms, subtask.terms, method)
      let since = 0
      for (const { effect, terms: other, last } of before.get(`${positive} ${predicate}`)?.values() ?? []) {
        if (last >= since && canAchieve(effect, other, positive, predicate, terms, symbols)) since = last + 1
      }
      literals.push({ subtask: k, since, positive, predicate, terms })
    }
    for (const effect of effects[subtask.task] as readonly PossibleEffect[]) {
      const group = `${effect.add} ${effect.predicate}`
      const shapes = before.get(group) ?? new Map()
      before.set(group, shapes)
      const terms = inMethod(effect.terms, subtask.terms, method)
      shapes.set(terms.map(placeKey).join(' '), { effect, terms, last: k })
    }
  })
  return { literals, dead }
}

function mandatoryLiterals(
  symbols: Symbols,
  actions: readonly ActionSchema[],
  methodsOf: readonly (readonly MethodSchema[])[],
  effects: readonly (readonly PossibleEffect[])[],
): (readonly Pattern[] | null)[] {
  // Greatest fixpoint: undefined = not known yet (everything may be mandatory), null = no refinement.
  const mandatory: (readonly Pattern[] | null | undefined)[] = methodsOf.map(() => undefined)
  for (const action of actions) {
    mandatory[action.task] = action.literals.map((literal) =>
      toPattern(literal, (slot) => ({ kind: 'slot', slot, extent: action.extents[slot] as Extent })),
    )
  }
  // A task is looked at again only after something was learnt about one of its subtasks.
  const users: number[][] = methodsOf.map(() => [])
  methodsOf.forEach((methods, task) => {
    const subtasks = new Set(methods.flatMap((method) => method.subtasks.map((subtask) => subtask.task)))
    for (const subtask of subtasks) (users[subtask] as number[]).push(task)
  })
  const order = bottomUp(methodsOf)
  const stale = new Uint8Array(methodsOf.length).fill(1)
  for (let changed = true; changed; ) {
    changed = false
    for (const task of order) {
      if (stale[task] === 0) continue
      stale[task] = 0
      let common: Map<string, Pattern> | undefined
      for (const method of methodsOf[task] as readonly MethodSchema[]) {
        const needed = methodLiterals(symbols, method, effects, mandatory)
        if (needed === undefined) continue
        if (common === undefined) common = needed
        else
          for (const [key, pattern] of common) {
            const other = needed.get(key)
            if (other === undefined) common.delete(key)
            else common.set(key, joined(pattern, other, symbols))
          }
      }
      if (common === undefined) continue
      const before = mandatory[task]
      if (before === undefined || before === null || before.length !== common.size) {
        mandatory[task] = [...common.values()]
        changed = true
        for (const user of users[task] as readonly number[]) stale[user] = 1
      }
    }
  }
  return mandatory.map((patterns) => patterns ?? null)
}

/** The same pattern found in two methods: an open argument may be anything that either allows. */
function joined(first: Pattern, second: Pattern, symbols: Symbols): Pattern {
  const differs = first.terms.some((place, i) => {
    const other = second.terms[i] as Place
    return place.kind === 'any' && other.kind === 'any' && place.extent !== other.extent
  })
  if (!differs) return first
  const anything = symbols.extent([])
  return {
    ...first,
    terms: first.terms.map((place) => (place.kind === 'any' ? { kind: 'any', extent: anything } : place)),
  }
}

/** What one method needs at its start, seen from its task; undefined while a subtask is not known to have refinements. */
function methodLiterals(
  symbols: Symbols,
  method: MethodSchema,
  effects: readonly (readonly PossibleEffect[])[],
  mandatory: readonly (readonly Pattern[] | null | undefined)[],
): Map<string, Pattern> | undefined {
  if (method.subtasks.some((subtask) => mandatory[subtask.task] === undefined)) return undefined
  const outside = (place: Place): Place => {
    if (place.kind !== 'slot') return place
    const parameter = method.taskTerms.indexOf(place.slot)
    if (parameter >= 0) return { kind: 'slot', slot: parameter, extent: place.extent }
    return { kind: 'any', extent: place.extent }
  }
  const result = new Map<string, Pattern>()
  const add = (positive: boolean, predicate: number, terms: readonly Place[]): void => {
    // A negative literal with an open argument would say "for some": nothing can be checked with it.
    if (!positive && terms.some((place) => place.kind === 'any')) return
    const exact = { positive, predicate, terms, key: patternKey(positive, predicate, terms) }
    result.set(exact.key, exact)
  }
  for (const literal of method.literals) {
    const pattern = toPattern(literal, (slot) => ({ kind: 'slot', slot, extent: method.extents[slot] as Extent }))
    add(literal.positive, literal.predicate, pattern.terms.map(outside))
  }
  for (const literal of pulledUp(symbols, method, 0, effects, mandatory) ?? []) {
    add(literal.positive, literal.predicate, literal.terms.map(outside))
  }
  return result
}

function toPattern(literal: Literal, slotPlace: (slot: number) => Place): Pattern {
  const terms = literal.terms.map(
    (term): Place => (term >= 0 ? slotPlace(term) : { kind: 'object', object: -1 - term }),
  )
  return {
    positive: literal.positive,
    predicate: literal.predicate,
    terms,
    key: patternKey(literal.positive, literal.predicate, terms),
  }
}

/** Places as literal terms; anything open becomes ANYTHING. */
export function toTerms(places: readonly Place[]): number[] {
  return places.map((place) => {
    if (place.kind === 'slot') return place.slot
    return place.kind === 'object' ? -1 - place.object : ANYTHING
  })
}
