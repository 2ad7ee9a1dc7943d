/** What a causal graph must keep: names declared once and known, numbers in range, no circle. */
import type { Issue } from '../../solvers/contract/index.ts'
import type { CausalEdge, CausalVariable } from './causal.ts'

/** Every fault of a causal graph, with paths into `variables` and `edges`. */
export function causalIssues(variables: readonly CausalVariable[], edges: readonly CausalEdge[]): Issue[] {
  const issues: Issue[] = []
  const add = (code: string, path: Issue['path'], message: string, hint: string, value?: unknown): void => {
    issues.push({ code, path, message, hint, ...(value === undefined ? {} : { value }) })
  }
  const names = new Set<string>()
  variables.forEach(({ name }, index) => {
    if (names.has(name))
      add('duplicate', ['variables', index], `the variable '${name}' is declared twice`, 'remove one')
    names.add(name)
  })
  const pairs = new Set<string>()
  edges.forEach((edge, index) => {
    for (const side of ['cause', 'effect'] as const) {
      if (names.has(edge[side])) continue
      add('unknown-name', ['edges', index, side], `there is no variable '${edge[side]}'`, 'declare it')
    }
    for (const [name, value, low] of [
      ['strength', edge.strength, -1],
      ['confidence', edge.confidence ?? 1, 0],
    ] as const) {
      if (value >= low && value <= 1) continue
      add('out-of-range', ['edges', index, name], `the ${name} ${value} is not in [${low}, 1]`, 'scale it', value)
    }
    const pair = JSON.stringify([edge.cause, edge.effect])
    if (pairs.has(pair))
      add('duplicate', ['edges', index], `there are two edges ${edge.cause} -> ${edge.effect}`, 'merge them')
    pairs.add(pair)
  })
  const order = sorted([...names], edges)
  if ('cycle' in order) {
    const hint = 'remove one of these edges, or split a variable into its values at different times'
    add('cycle', ['edges'], `causes run in a circle: ${order.cycle.join(' -> ')}`, hint)
  }
  return issues
}

/** Causes before effects; for graphs without a circle. */
export function causalOrder(names: readonly string[], edges: readonly CausalEdge[]): readonly string[] {
  const order = sorted(names, edges)
  return 'cycle' in order ? [] : order.order
}

/** Causes before effects, or one cycle with its first variable repeated at the end. */
function sorted(names: readonly string[], edges: readonly CausalEdge[]): { order: string[] } | { cycle: string[] } {
  const waiting = new Map(names.map((name) => [name, 0]))
  const after = new Map<string, string[]>(names.map((name) => [name, []]))
  for (const { cause, effect } of edges) {
    if (!waiting.has(cause) || !waiting.has(effect)) continue
    waiting.set(effect, (waiting.get(effect) as number) + 1)
    after.get(cause)?.push(effect)
  }
  const order = names.filter((name) => waiting.get(name) === 0)
  for (const name of order) {
    for (const effect of after.get(name) as string[]) {
      const left = (waiting.get(effect) as number) - 1
      waiting.set(effect, left)
      if (left === 0) order.push(effect)
    }
  }
  if (order.length === names.length) return { order }
  // Every variable left has a cause that is left: walking back must close a circle.
  const left = new Set(names.filter((name) => (waiting.get(name) as number) > 0))
  const path: string[] = []
  let at = [...left][0] as string
  while (!path.includes(at)) {
    path.push(at)
    at = edges.find(({ cause, effect }) => effect === at && left.has(cause))?.cause as string
  }
  const circle = path.slice(path.indexOf(at)).reverse()
  return { cycle: [...circle, circle[0] as string] }
}
