/**
 * Methods and actions as numbers: slots instead of variables, the conjunction of plain literals split from everything
 * else, subtasks in a total order. A partially ordered method is linearised: among the orders it allows, one that puts
 * a subtask that can add what another one needs before it (Wu, Wichlacz, Hoeller 2022); `linearised` remembers that
 * solutions may have been lost.
 */
import { type Effect, type Formula, isVariable, type Term, TRUE, type TypedName } from '../../domain/formula.ts'
import { type HtnProblem, type TaskNetwork, totalOrder } from '../../domain/htn.ts'
import type { Compiler, Test } from './conditions.ts'
import { Scope } from './conditions.ts'
import type { Filter, Literal } from './join.ts'
import { type Extent, lookup, type Symbols } from './symbols.ts'

export interface SubtaskSchema {
  readonly task: number
  /** Slots (>= 0) or objects (-1 - object). */
  readonly terms: readonly number[]
  /** Place of the subtask in the method as written. */
  readonly written: number
}

export interface MethodSchema {
  readonly index: number
  readonly name: string
  readonly task: number
  readonly taskTerms: readonly number[]
  readonly parameterCount: number
  /** Slots a binding needs, those of quantified variables included. */
  readonly slotCount: number
  /** By parameter; narrowed by the parameter types of every task it is passed to. */
  readonly extents: readonly Extent[]
  readonly literals: readonly Literal[]
  readonly filters: readonly Filter[]
  readonly subtasks: readonly SubtaskSchema[]
  /** All orderings of the method, as pairs of written places. */
  readonly network: TaskNetwork
  readonly linearised: boolean
}

export interface ActionSchema {
  readonly task: number
  readonly name: string
  readonly extents: readonly Extent[]
  readonly slotCount: number
  readonly literals: readonly Literal[]
  readonly filters: readonly Filter[]
  /** Unconditional effects on facts; null when the action has other effects too. */
  readonly plain: readonly { readonly add: boolean; readonly predicate: number; readonly terms: readonly number[] }[]
  /** Conditional, universal and numeric effects, as written. */
  readonly rest: readonly Effect[]
  readonly scope: Scope
  /** What the action can add or delete at most, quantified variables as ANYTHING of an extent. */
  readonly possible: readonly PossibleEffect[]
}

export interface PossibleEffect {
  readonly add: boolean
  readonly predicate: number
  /** Slot, object or wildcard. */
  readonly terms: readonly Place[]
}

/** An argument as seen from outside a schema: a parameter, an object, or anything of an extent. */
export type Place =
  | { readonly kind: 'slot'; readonly slot: number; readonly extent: Extent }
  | { readonly kind: 'object'; readonly object: number }
  | { readonly kind: 'any'; readonly extent: Extent }

/** Splits a conjunction into plain literals and other conditions. */
export function splitCondition(
  formula: Formula,
  scope: Scope,
  compiler: Compiler,
): { literals: Literal[]; filters: Filter[] } {
  const literals: Literal[] = []
  const filters: Filter[] = []
  const literal = (part: Formula & { kind: 'atom' }, positive: boolean): void => {
    literals.push({
      positive,
      predicate: lookup(compiler.symbols.predicateId, part.predicate),
      terms: part.arguments.map((term) => compiler.term(term, scope)),
    })
  }
  const visit = (part: Formula): void => {
    if (part.kind === 'and') part.parts.forEach(visit)
    else if (part.kind === 'atom') literal(part, true)
    else if (part.kind === 'not' && part.inner.kind === 'atom') literal(part.inner, false)
    else {
      const slots = new Set<number>()
      freeSlots(part, scope, new Set(), slots)
      filters.push({ slots: [...slots], test: compiler.test(part, scope), rigid: isRigid(part) })
    }
  }
  visit(formula)
  return { literals, filters }
}

function isRigid(formula: Formula): boolean {
  switch (formula.kind) {
    case 'and':
    case 'or':
      return formula.parts.every(isRigid)
    case 'not':
    case 'forall':
    case 'exists':
      return isRigid(formula.inner)
    case 'equal':
    case 'type':
      return true
    case 'atom':
    case 'compare':
      return false
  }
}

function freeSlots(formula: Formula, scope: Scope, hidden: ReadonlySet<string>, out: Set<number>): void {
  const terms = (list: readonly Term[]): void => {
    for (const term of list) {
      if (!isVariable(term) || hidden.has(term)) continue
      out.add(lookup(scope.slots, term))
    }
  }
  switch (formula.kind) {
    case 'and':
    case 'or':
      for (const part of formula.parts) freeSlots(part, scope, hidden, out)
      break
    case 'not':
      freeSlots(formula.inner, scope, hidden, out)
      break
    case 'atom':
      terms(formula.arguments)
      break
    case 'equal':
      terms([formula.left, formula.right])
      break
    case 'type':
      terms([formula.term])
      break
    case 'forall':
    case 'exists':
      freeSlots(formula.inner, scope, new Set([...hidden, ...formula.variables.map((v) => v.name)]), out)
      break
    case 'compare': {
      const visit = (expression: (typeof formula)['left']): void => {
        if (expression.kind === 'fluent') terms(expression.arguments)
        else if (expression.kind === 'arithmetic') {
          visit(expression.left)
          visit(expression.right)
        }
      }
      visit(formula.left)
      visit(formula.right)
      break
    }
  }
}

export function compileActions(compiler: Compiler): ActionSchema[] {
  const { symbols } = compiler
  return symbols.problem.domain.actions.map((action, index) => {
    const task = symbols.compoundCount + index
    const scope = new Scope(action.parameters.map((parameter) => parameter.name))
    const { literals, filters } = splitCondition(action.precondition, scope, compiler)
    const plain: { add: boolean; predicate: number; terms: number[] }[] = []
    const rest: Effect[] = []
    for (const effect of action.effects) {
      if (effect.kind === 'add' || effect.kind === 'delete') {
        plain.push({
          add: effect.kind === 'add',
          predicate: lookup(symbols.predicateId, effect.predicate),
          terms: effect.arguments.map((term) => compiler.term(term, scope)),
        })
      } else rest.push(effect)
    }
    const extents = symbols.taskExtents[task] as readonly Extent[]
    return {
      task,
      name: action.name,
      extents,
      slotCount: scope.size,
      literals,
      filters,
      plain,
      rest,
      scope,
      possible: possibleEffects(action.effects, action.parameters, symbols),
    }
  })
}

function possibleEffects(
  effects: readonly Effect[],
  parameters: readonly TypedName[],
  symbols: Symbols,
): PossibleEffect[] {
  const result: PossibleEffect[] = []
  const places = new Map<string, Place>(
    parameters.map((parameter, slot) => [
      parameter.name,
      { kind: 'slot', slot, extent: symbols.extent(parameter.types) },
    ]),
  )
  const visit = (effect: Effect, scope: ReadonlyMap<string, Place>): void => {
    switch (effect.kind) {
      case 'add':
      case 'delete':
        result.push({
          add: effect.kind === 'add',
          predicate: lookup(symbols.predicateId, effect.predicate),
          terms: effect.arguments.map(
            (term) => scope.get(term) ?? { kind: 'object', object: lookup(symbols.objectId, term) },
          ),
        })
        break
      case 'numeric':
        break
      case 'when':
        for (const inner of effect.effects) visit(inner, scope)
        break
      case 'forall': {
        const inside = new Map(scope)
        for (const variable of effect.variables) {
          inside.set(variable.name, { kind: 'any', extent: symbols.extent(variable.types) })
        }
        for (const inner of effect.effects) visit(inner, inside)
        break
      }
    }
  }
  for (const effect of effects) visit(effect, places)
  return result
}

/** The name of the task that stands for the initial network; no HDDL name contains a blank. */
export const ROOT_NAME = 'initial network'

/** All methods, with the initial network last: a method of the nameless root task, whose id is `rootTask`. */
export function compileMethods(
  compiler: Compiler,
  rootTask: number,
  prefersBefore: (first: SubtaskSchema, second: SubtaskSchema, extents: readonly Extent[]) => boolean,
): MethodSchema[] {
  const { symbols } = compiler
  const { problem } = symbols
  const methods = problem.domain.methods.map((method, index) =>
    compileMethod(
      compiler,
      index,
      method.name,
      lookup(symbols.taskId, method.task),
      method.taskArguments,
      method.parameters,
      method.precondition,
      method.network,
      prefersBefore,
    ),
  )
  if (problem.network !== null) {
    methods.push(
      compileMethod(
        compiler,
        methods.length,
        ROOT_NAME,
        rootTask,
        [],
        problem.networkParameters,
        TRUE,
        problem.network,
        prefersBefore,
      ),
    )
  }
  return methods
}

function compileMethod(
  compiler: Compiler,
  index: number,
  name: string,
  task: number,
  taskArguments: readonly Term[],
  parameters: readonly TypedName[],
  precondition: Formula,
  network: TaskNetwork,
  prefersBefore: (first: SubtaskSchema, second: SubtaskSchema, extents: readonly Extent[]) => boolean,
): MethodSchema {
  const { symbols } = compiler
  const scope = new Scope(parameters.map((parameter) => parameter.name))
  const { literals, filters } = splitCondition(
    { kind: 'and', parts: [precondition, network.constraints] },
    scope,
    compiler,
  )
  const taskTerms = taskArguments.map((term) => compiler.term(term, scope))
  const subtasks = network.subtasks.map((subtask, written) => ({
    task: lookup(symbols.taskId, subtask.task),
    terms: subtask.arguments.map((term) => compiler.term(term, scope)),
    written,
  }))
  const extents = parameters.map((parameter) => symbols.extent(parameter.types))
  const narrow = (terms: readonly number[], by: readonly Extent[]): void => {
    terms.forEach((term, position) => {
      if (term >= 0) extents[term] = symbols.intersect(extents[term] as Extent, by[position] as Extent)
    })
  }
  narrow(taskTerms, symbols.taskExtents[task] ?? [])
  for (const subtask of subtasks) narrow(subtask.terms, symbols.taskExtents[subtask.task] ?? [])
  // A variable that nothing mentions is never bound, yet some object must be there for it.
  if (extents.some((extent) => extent.members.length === 0)) filters.push({ slots: [], test: () => false, rigid: true })
  const total = totalOrder(network)
  const order =
    total ??
    linearise(network, (first, second) =>
      prefersBefore(subtasks[first] as SubtaskSchema, subtasks[second] as SubtaskSchema, extents),
    )
  return {
    index,
    name,
    task,
    taskTerms,
    parameterCount: parameters.length,
    slotCount: scope.size,
    extents,
    literals,
    filters,
    subtasks: order.map((written) => subtasks[written] as SubtaskSchema),
    network,
    linearised: total === null,
  }
}

/**
 * One order the network allows: always the ready subtask that the fewest other open subtasks should precede, the
 * earliest written one among equals. O(n^2) comparisons; networks above 200 subtasks keep the written order.
 */
function linearise(network: TaskNetwork, before: (first: number, second: number) => boolean): number[] {
  const count = network.subtasks.length
  const waiting = new Int32Array(count)
  const after: number[][] = Array.from({ length: count }, () => [])
  for (const [first, second] of network.ordering) {
    waiting[second] = (waiting[second] as number) + 1
    ;(after[first] as number[]).push(second)
  }
  const wishes = new Int32Array(count)
  const wished: number[][] = Array.from({ length: count }, () => [])
  if (count <= 200) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        if (i === j || !before(i, j) || before(j, i)) continue
        wishes[j] = (wishes[j] as number) + 1
        ;(wished[i] as number[]).push(j)
      }
    }
  }
  const open = new Set(Array.from({ length: count }, (_, i) => i))
  const order: number[] = []
  while (open.size > 0) {
    let best = -1
    for (const candidate of open) {
      if (waiting[candidate] !== 0) continue
      if (best < 0 || (wishes[candidate] as number) < (wishes[best] as number)) best = candidate
    }
    open.delete(best)
    order.push(best)
    for (const later of after[best] as number[]) waiting[later] = (waiting[later] as number) - 1
    for (const later of wished[best] as number[]) wishes[later] = (wishes[later] as number) - 1
  }
  return order
}

export type { HtnProblem, Test }
