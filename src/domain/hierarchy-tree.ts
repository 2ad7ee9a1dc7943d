/**
 * The hierarchy with every occurrence of every task written out: what a choice of methods chooses from. Recursion is unrolled
 * to its depth; a method that would go deeper is left out, and so is a task without a method left. Size: one node an occurrence.
 */
import { type HierarchyProblem, type HierarchyTask, isCompound, isReference, type TaskMethod } from './hierarchy.ts'
import type { Precedence, ProjectTask } from './project.ts'

/** Occurrences beyond which a hierarchy is not written out. */
const MOST_NODES = 20_000

export interface TreeTask {
  readonly kind: 'task'
  /** Unique over the whole tree: its own id where no other occurrence has it, else with the path to it. */
  readonly name: string
  readonly task: ProjectTask
}

export interface TreeCompound {
  readonly kind: 'compound'
  readonly name: string
  readonly methods: readonly TreeMethod[]
}

export type TreeNode = TreeTask | TreeCompound

export interface TreeNetwork {
  readonly parts: readonly TreeNode[]
  /** Between the own ids of the parts, see `ids`. */
  readonly precedence: readonly Precedence[]
  /** Own id of each part. */
  readonly ids: readonly string[]
}

export interface TreeMethod extends TreeNetwork {
  readonly id: string
  readonly cost: number
}

export interface HierarchyTree extends TreeNetwork {
  /** False when recursion was cut at its depth, so that deeper plans are not among those looked at. */
  readonly complete: boolean
}

export type ExpandedTree =
  | { readonly status: 'expanded'; readonly tree: HierarchyTree }
  /** Some task that must be done cannot be refined within the depth. */
  | { readonly status: 'impossible'; readonly task: string }
  | { readonly status: 'too-large'; readonly most: number }

interface Draft {
  readonly id: string
  readonly path: string
  readonly task: ProjectTask | null
  readonly methods: readonly DraftMethod[]
}

interface DraftMethod {
  readonly method: TaskMethod
  readonly parts: readonly Draft[]
}

/** The problem must be valid (see the validation of models/hierarchy). */
export function expandHierarchy(problem: HierarchyProblem): ExpandedTree {
  const compounds = new Map(problem.compounds.map((compound) => [compound.id, compound]))
  const uses = new Map<string, number>()
  let nodes = 0
  let complete = true

  const draft = (task: HierarchyTask, prefix: string, open: readonly string[]): Draft | null => {
    if (++nodes > MOST_NODES) return null
    const path = prefix === '' ? task.id : `${prefix}/${task.id}`
    uses.set(task.id, (uses.get(task.id) ?? 0) + 1)
    if (!isCompound(task) && !isReference(task)) return { id: task.id, path, task, methods: [] }
    const compound = isReference(task) ? compounds.get(task.as) : task
    const inside = isReference(task) ? [...open, task.as] : open
    if (isReference(task)) {
      const depth = open.filter((id) => id === task.as).length
      if (depth > (problem.maxDepth ?? 0)) {
        complete = false
        return null
      }
    }
    const methods: DraftMethod[] = []
    for (const method of compound?.methods ?? []) {
      const parts = method.tasks.map((part) => draft(part, `${path}/${method.id}`, inside))
      if (parts.every((part) => part !== null)) methods.push({ method, parts })
    }
    return methods.length === 0 ? null : { id: task.id, path, task: null, methods }
  }

  const drafts: Draft[] = []
  for (const task of problem.tasks) {
    const root = draft(task, '', [])
    if (nodes > MOST_NODES) return { status: 'too-large', most: MOST_NODES }
    if (root === null) return { status: 'impossible', task: task.id }
    drafts.push(root)
  }
  const nameOf = ({ id, path }: Draft): string => (uses.get(id) === 1 ? id : path)
  const grow = (node: Draft): TreeNode => {
    const name = nameOf(node)
    if (node.task !== null) return { kind: 'task', name, task: { ...node.task, id: name } }
    const methods = node.methods.map(
      ({ method, parts }): TreeMethod => ({
        id: method.id,
        cost: method.cost,
        parts: parts.map(grow),
        precedence: method.precedence,
        ids: parts.map((part) => part.id),
      }),
    )
    return { kind: 'compound', name, methods }
  }
  const tree: HierarchyTree = {
    parts: drafts.map(grow),
    precedence: problem.precedence,
    ids: drafts.map((root) => root.id),
    complete,
  }
  return { status: 'expanded', tree }
}

/** All nodes below a network, outer before inner. */
export function* nodesOf(network: TreeNetwork): Generator<TreeNode> {
  for (const part of network.parts) {
    yield part
    if (part.kind === 'compound') for (const method of part.methods) yield* nodesOf(method)
  }
}
