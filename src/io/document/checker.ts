/** Collects issues with their place while a document becomes a problem. */
import type { Issue } from '../../../solvers/contract/index.ts'
import { suggestName } from './names.ts'
import type { PlanningDocument } from './schema.ts'
import type { DocumentSource } from './source.ts'

type Path = readonly (string | number)[]

export class Checker {
  readonly issues: Issue[] = []
  readonly #source: DocumentSource

  constructor(source: DocumentSource) {
    this.#source = source
  }

  add(code: string, path: Path, message: string, hint: string, value?: unknown): void {
    const shown = value === undefined ? {} : { value }
    // A faulty name that is itself a key is shown at the key, not at what stands under it.
    const place = this.#source.place(path, value !== undefined && value === path.at(-1))
    this.issues.push({ code, path, message, hint, ...shown, file: this.#source.file, ...place })
  }

  /** Whether a fault was reported at a path or at what holds it, so that what follows from it need not be. */
  covers(path: Path): boolean {
    return this.issues.some((issue) => issue.path.every((step, depth) => path[depth] === step))
  }

  /** File, line and column of a path, for faults that are found later. */
  place(path: Path): Partial<Issue> {
    return { file: this.#source.file, ...this.#source.place(path, false) }
  }

  /** Reports ids that stand twice. @param section its path with dots @returns the ids in order. */
  uniqueIds(section: string, ids: readonly string[]): readonly string[] {
    const first = new Map<string, number>()
    ids.forEach((id, index) => {
      const before = first.get(id)
      if (before === undefined) first.set(id, index)
      else
        this.add(
          'duplicate-id',
          [...section.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)), index],
          `"${id}" is already entry ${before + 1} of ${section}`,
          'rename one of them',
          id,
        )
    })
    return ids
  }

  /** Reports a name that is not among the known ones. */
  known(path: Path, name: string, known: readonly string[], what: string): boolean {
    if (known.includes(name)) return true
    this.add('unknown-name', path, `no ${singular(what)} is called "${name}"`, suggestName(name, known, what), name)
    return false
  }

  /** Reports a cycle in `before -> after` pairs with the whole cycle, once. */
  acyclic(section: string | Path, pairs: readonly (readonly [string, string])[]): void {
    const cycle = findCycle(pairs)
    if (cycle === null) return
    const index = pairs.findIndex(([a, b]) => a === cycle[0] && b === cycle[1])
    this.add(
      'cycle',
      [...[section].flat(), Math.max(0, index)],
      `these wait for each other in a circle: ${cycle.join(' > ')}`,
      'take one of these links out',
    )
  }

  /** Reports sections that mean nothing for this kind of document. */
  onlySections(document: PlanningDocument, kind: string, allowed: readonly string[]): void {
    const always = ['version', 'kind', 'title', 'description', 'unit', 'units']
    for (const section of Object.keys(document)) {
      if (always.includes(section) || allowed.includes(section)) continue
      if (document[section as keyof PlanningDocument] === undefined) continue
      this.add(
        'misplaced-section',
        [section],
        `"${section}" means nothing in a document of kind ${kind}`,
        'take it out, or set `kind`',
      )
    }
  }

  required<Section extends keyof PlanningDocument>(
    document: PlanningDocument,
    kind: string,
    section: Section,
  ): boolean {
    if (document[section] !== undefined) return true
    this.add('missing-field', [], `a document of kind ${kind} needs "${section}"`, `add ${section}:`)
    return false
  }
}

function singular(what: string): string {
  return what.endsWith('ies') ? `${what.slice(0, -3)}y` : what.replace(/s$/, '')
}

/** A cycle as [a, b, ..., a], or null. Depth-first search without recursion, O(nodes + pairs). */
export function findCycle(pairs: readonly (readonly [string, string])[]): string[] | null {
  const successors = new Map<string, string[]>()
  for (const [before, after] of pairs) {
    const list = successors.get(before)
    if (list === undefined) successors.set(before, [after])
    else list.push(after)
  }
  const done = new Set<string>()
  for (const root of successors.keys()) {
    if (done.has(root)) continue
    const path: { node: string; next: number }[] = [{ node: root, next: 0 }]
    const onPath = new Set([root])
    while (path.length > 0) {
      const top = path[path.length - 1] as { node: string; next: number }
      const successor = successors.get(top.node)?.[top.next++]
      if (successor === undefined) {
        done.add(top.node)
        onPath.delete(top.node)
        path.pop()
      } else if (onPath.has(successor)) {
        const nodes = path.map((entry) => entry.node)
        return [...nodes.slice(nodes.indexOf(successor)), successor]
      } else if (!done.has(successor)) {
        path.push({ node: successor, next: 0 })
        onPath.add(successor)
      }
    }
  }
  return null
}
