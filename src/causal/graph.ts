/**
 * Causal chains: a directed acyclic graph of variables, its paths to a goal, their strength, and the plans that act on
 * what is controllable.
 *
 * The strength of a path is the product of its edges' strengths (Wright 1934), its confidence the product of their
 * confidences. A cycle is refused with the cycle. Strongest path: dynamic programming over a topological order, linear
 * in the edges, exact because strengths lie in [-1, 1] and only absolute values are compared; all simple paths: depth
 * first, bounded in length and number.
 */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { CausalActionKind, CausalEdge, CausalVariable } from '../domain/causal.ts'
import { causalIssues, causalOrder } from '../domain/causal-rules.ts'

export interface CausalPath {
  /** From cause to effect, both included. */
  readonly variables: readonly string[]
  readonly strength: number
  readonly confidence: number
}

export interface CausalStep {
  readonly kind: CausalActionKind
  readonly variable: string
  readonly value?: string | number | boolean
  readonly text: string
}

export type CausalPlan =
  | { readonly status: 'feasible'; readonly steps: readonly CausalStep[]; readonly path: CausalPath }
  /** The goal is already as wanted. */
  | { readonly status: 'satisfied'; readonly steps: readonly [] }
  /** Nothing controllable has an influence on the goal. */
  | { readonly status: 'infeasible'; readonly reason: string }

export class CausalGraph {
  readonly variables: readonly CausalVariable[]
  readonly edges: readonly CausalEdge[]
  readonly #out = new Map<string, CausalEdge[]>()
  readonly #in = new Map<string, CausalEdge[]>()
  readonly #byName: ReadonlyMap<string, CausalVariable>
  /** Causes before effects. */
  readonly order: readonly string[]

  /** @throws InvalidInputError for unknown or repeated names, strengths out of range and cycles (with the cycle) */
  constructor(variables: readonly CausalVariable[], edges: readonly CausalEdge[]) {
    const issues = causalIssues(variables, edges)
    if (issues.length > 0) throw new InvalidInputError(issues)
    for (const edge of edges) {
      append(this.#out, edge.cause, edge)
      append(this.#in, edge.effect, edge)
    }
    this.variables = variables
    this.edges = edges
    this.#byName = new Map(variables.map((variable) => [variable.name, variable]))
    this.order = causalOrder([...this.#byName.keys()], edges)
  }

  variable(name: string): CausalVariable {
    const found = this.#byName.get(name)
    if (found !== undefined) return found
    throw new InvalidInputError([
      {
        code: 'unknown-name',
        path: [name],
        message: `there is no variable '${name}'`,
        hint: `known are ${[...this.#byName.keys()].join(', ')}`,
      },
    ])
  }

  parents(name: string): readonly string[] {
    return (this.#in.get(name) ?? []).map((edge) => edge.cause)
  }

  children(name: string): readonly string[] {
    return (this.#out.get(name) ?? []).map((edge) => edge.effect)
  }

  /** All causes, direct and indirect. */
  ancestors(name: string): ReadonlySet<string> {
    return closure(this.variable(name).name, (node) => this.parents(node))
  }

  /** All effects, direct and indirect. */
  descendants(name: string): ReadonlySet<string> {
    return closure(this.variable(name).name, (node) => this.children(node))
  }

  /**
   * All simple paths, strongest first.
   * @param from a cause, or null for every root and controllable variable
   * @param options.maximalLength edges on a path at most, @default 10
   * @param options.maximalPaths paths listed at most; more is an error of the caller to ask for, so the list is cut, @default 10000
   */
  paths(
    from: string | null,
    to: string,
    options: { readonly maximalLength?: number; readonly maximalPaths?: number } = {},
  ): CausalPath[] {
    this.variable(to)
    if (from !== null) this.variable(from)
    const maximalLength = options.maximalLength ?? 10
    const maximalPaths = options.maximalPaths ?? 10_000
    const starts = from !== null ? [from] : [...this.ancestors(to)]
    const relevant = new Set([...this.ancestors(to), to])
    const result: CausalPath[] = []
    const walk = (path: string[], strength: number, confidence: number): void => {
      if (result.length >= maximalPaths) return
      const at = path[path.length - 1] as string
      if (at === to) {
        result.push({ variables: [...path], strength, confidence })
        return
      }
      if (path.length > maximalLength) return
      for (const edge of this.#out.get(at) ?? []) {
        if (!relevant.has(edge.effect)) continue
        path.push(edge.effect)
        walk(path, strength * edge.strength, confidence * (edge.confidence ?? 1))
        path.pop()
      }
    }
    for (const start of starts) walk([start], 1, 1)
    return result.sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength) || compare(a.variables, b.variables))
  }

  /** The path of largest absolute strength, or null when there is none. */
  strongestPath(from: string, to: string): CausalPath | null {
    this.variable(from)
    this.variable(to)
    const best = new Map<string, CausalPath>([[from, { variables: [from], strength: 1, confidence: 1 }]])
    for (const name of this.order) {
      const path = best.get(name)
      if (path === undefined) continue
      for (const edge of this.#out.get(name) ?? []) {
        const strength = path.strength * edge.strength
        const known = best.get(edge.effect)
        if (known !== undefined && Math.abs(known.strength) >= Math.abs(strength)) continue
        best.set(edge.effect, {
          variables: [...path.variables, edge.effect],
          strength,
          confidence: path.confidence * (edge.confidence ?? 1),
        })
      }
    }
    return best.get(to) ?? null
  }

  /** Controllable variables that influence the goal, the strongest influence first. */
  controllableCauses(goal: string): { readonly variable: string; readonly path: CausalPath }[] {
    const result: { variable: string; path: CausalPath }[] = []
    for (const name of this.ancestors(goal)) {
      if (this.variable(name).controllable !== true) continue
      const path = this.strongestPath(name, goal)
      if (path !== null && path.strength !== 0) result.push({ variable: name, path })
    }
    return result.sort(
      (a, b) => Math.abs(b.path.strength) - Math.abs(a.path.strength) || (a.variable < b.variable ? -1 : 1),
    )
  }

  /** A path in words, one sentence an edge. */
  explainPath(path: CausalPath): string[] {
    return path.variables.slice(1).map((effect, index) => {
      const cause = path.variables[index] as string
      const edge = (this.#out.get(cause) ?? []).find((candidate) => candidate.effect === effect) as CausalEdge
      const how = edge.mechanism === undefined ? '' : ` by ${edge.mechanism}`
      const sure = edge.confidence === undefined ? '' : `, confidence ${edge.confidence}`
      return `${cause} ${edge.strength < 0 ? 'lowers' : 'raises'} ${effect}${how} (strength ${edge.strength}${sure})`
    })
  }

  /**
   * A plan that brings the goal about by acting on a cause that is controllable: intervene, wait for the effects in
   * between, verify the goal. The goal itself is set only when it is controllable.
   * @param current values known now; a goal that has its value needs no plan
   */
  planFor(
    goal: string,
    value: string | number | boolean,
    current: Readonly<Record<string, string | number | boolean>> = {},
  ): CausalPlan {
    const target = this.variable(goal)
    if (current[goal] === value) return { status: 'satisfied', steps: [] }
    if (target.controllable === true) {
      const path = { variables: [goal], strength: 1, confidence: 1 }
      return {
        status: 'feasible',
        steps: [{ kind: 'intervene', variable: goal, value, text: `set ${goal} to ${value}` }],
        path,
      }
    }
    const best = this.controllableCauses(goal)[0]
    if (best === undefined) {
      const causes = [...this.ancestors(goal)]
      const known = causes.length === 0 ? 'it has no causes' : `of its causes ${causes.join(', ')} none is controllable`
      return { status: 'infeasible', reason: `nothing that can be acted on influences ${goal}: ${known}` }
    }
    const { variable, path } = best
    const set = this.#settingFor(variable, value, path.strength)
    const steps: CausalStep[] = [{ kind: 'intervene', variable, value: set, text: `set ${variable} to ${set}` }]
    for (const between of path.variables.slice(1, -1)) {
      steps.push({ kind: 'wait', variable: between, text: `wait for the effect on ${between}` })
    }
    if (path.variables.length === 2)
      steps.push({ kind: 'wait', variable: goal, text: `wait for the effect on ${goal}` })
    steps.push({ kind: 'verify', variable: goal, value, text: `verify that ${goal} is ${value}` })
    return { status: 'feasible', steps, path }
  }

  /** The value of a cause that pushes the goal towards the wanted value. */
  #settingFor(cause: string, wanted: string | number | boolean, strength: number): string | number | boolean {
    const { domain } = this.variable(cause)
    const up = (typeof wanted === 'boolean' ? wanted : typeof wanted === 'number' ? wanted > 0 : true) === strength > 0
    if (domain !== undefined && domain.length > 0)
      return (up ? domain[domain.length - 1] : domain[0]) as string | number | boolean
    if (typeof wanted === 'boolean') return up
    if (typeof wanted === 'number') return up ? Math.abs(wanted) || 1 : 0
    return up ? 1 : 0
  }
}

function append(map: Map<string, CausalEdge[]>, key: string, edge: CausalEdge): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [edge])
  else list.push(edge)
}

function closure(start: string, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set([start])
  for (const name of seen) for (const other of next(name)) seen.add(other)
  seen.delete(start)
  return seen
}

function compare(a: readonly string[], b: readonly string[]): number {
  return a.length - b.length || (a.join(' ') < b.join(' ') ? -1 : 1)
}
