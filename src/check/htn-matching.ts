/**
 * Which subtask of a method is which child of a node: same task, and arguments that give every variable one object of
 * its type. Children usually stand in the order of the method; then one pass suffices. Otherwise a backtracking search
 * lists the possible assignments, a bounded number of them.
 */
import type { TypedName } from '../domain/formula.ts'
import type { Subtask } from '../domain/htn.ts'
import type { Values, World } from './world.ts'

export interface Matching {
  /** By subtask: index of the child. */
  readonly children: readonly number[]
  /** Objects of the variables that task and subtasks determine. */
  readonly values: Values
}

/** Matchings looked at when children do not stand in the method's order. */
const MAXIMAL_MATCHINGS = 64
/** Steps of the backtracking search. */
const MAXIMAL_TRIALS = 20_000

export function matchSubtasks(
  subtasks: readonly Subtask[],
  children: readonly { readonly name: string; readonly args: readonly string[] }[],
  parameters: readonly TypedName[],
  values: Values,
  world: World,
): Matching[] {
  if (subtasks.length !== children.length) return []
  const types = new Map(parameters.map((parameter) => [parameter.name, parameter.types]))
  const bind = (bound: Map<string, string>, subtask: Subtask, child: number): boolean => {
    const { name, args } = children[child] as { name: string; args: readonly string[] }
    if (name !== subtask.task || args.length !== subtask.arguments.length) return false
    for (let i = 0; i < args.length; i++) {
      const term = subtask.arguments[i] as string
      const value = args[i] as string
      if (!term.startsWith('?')) {
        if (term !== value) return false
        continue
      }
      const before = bound.get(term)
      if (before === undefined) {
        if (!world.hasType(value, types.get(term) ?? [])) return false
        bound.set(term, value)
      } else if (before !== value) return false
    }
    return true
  }
  const straight = new Map(values)
  const inOrder = subtasks.every((subtask, index) => bind(straight, subtask, index))
  const result: Matching[] = []
  if (inOrder) result.push({ children: subtasks.map((_, index) => index), values: straight })
  const names = subtasks.map((subtask) => subtask.task)
  // With every task occurring once, the written order is the only one.
  if (new Set(names).size === names.length && inOrder) return result
  let trials = 0
  const used = new Array<boolean>(children.length).fill(false)
  const chosen: number[] = []
  const search = (index: number, bound: Map<string, string>): void => {
    if (result.length >= MAXIMAL_MATCHINGS || trials++ > MAXIMAL_TRIALS) return
    const subtask = subtasks[index]
    if (subtask === undefined) {
      if (!(inOrder && chosen.every((child, i) => child === i))) result.push({ children: [...chosen], values: bound })
      return
    }
    for (let child = 0; child < children.length; child++) {
      if (used[child] === true) continue
      const next = new Map(bound)
      if (!bind(next, subtask, child)) continue
      used[child] = true
      chosen.push(child)
      search(index + 1, next)
      chosen.pop()
      used[child] = false
    }
  }
  if (subtasks.length <= 2000 && (!inOrder || subtasks.length <= 12)) search(0, new Map(values))
  return result
}
