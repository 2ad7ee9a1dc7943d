/** Policies as DOT digraphs: a policy graph, a plan over beliefs, a stochastic controller. */
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import type { PlanNode, PomdpModel, PomdpResult } from '../../../solvers/pomdp/index.ts'

/** @throws UnsupportedError when the method gives vectors only */
export function policyDot(model: PomdpModel, result: PomdpResult, plan: PlanNode | null): string {
  if (result.controller !== undefined) return controllerDot(model, result.controller)
  if (result.graph !== undefined && result.reachable !== undefined) return graphDot(model, result)
  if (plan !== null) return planDot(model, plan)
  throw new UnsupportedError('--dot', `method ${result.method} gives neither a policy graph nor a plan`, {
    hint: 'use --method exact, --method bpi, or a horizon',
  })
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function digraph(lines: readonly string[]): string {
  return ['digraph policy {', '  rankdir=LR;', '  node [shape=box];', ...lines.map((line) => `  ${line}`), '}'].join(
    '\n',
  )
}

function graphDot(model: PomdpModel, { graph, reachable }: PomdpResult): string {
  const lines: string[] = []
  for (const [index, node] of reachable!.entries()) {
    const start = index === 0 ? ', peripheries=2' : ''
    lines.push(`n${node} [label=${quoted(model.actions[graph!.actions[node]!]!)}${start}];`)
    model.observations.forEach((observation, o) => {
      const next = graph!.successors[node * graph!.observationCount + o]!
      if (next >= 0) lines.push(`n${node} -> n${next} [label=${quoted(observation)}];`)
    })
  }
  return digraph(lines)
}

function planDot(model: PomdpModel, root: PlanNode): string {
  const ids = new Map<PlanNode, number>([[root, 0]])
  const queue = [root]
  const lines: string[] = []
  for (const node of queue) {
    const id = ids.get(node)
    lines.push(`n${id} [label=${quoted(`${model.actions[node.action] ?? 'end'} ${node.value.toFixed(4)}`)}];`)
    for (const { observation, probability, node: next } of node.branches) {
      if (next.action < 0) continue
      if (!ids.has(next)) {
        ids.set(next, queue.length)
        queue.push(next)
      }
      const text = `${model.observations[observation]} ${probability.toFixed(4)}`
      lines.push(`n${id} -> n${ids.get(next)} [label=${quoted(text)}];`)
    }
  }
  return digraph(lines)
}

function controllerDot(model: PomdpModel, controller: NonNullable<PomdpResult['controller']>): string {
  const lines: string[] = []
  for (const [n, node] of controller.nodes.entries()) {
    const text = node.choices.map((choice) => `${model.actions[choice.action]} ${choice.probability.toFixed(3)}`)
    const start = n === controller.start ? ', peripheries=2' : ''
    lines.push(`n${n} [label=${quoted(text.join(', '))}${start}];`)
    for (const choice of node.choices)
      choice.next.forEach((next, o) => {
        for (const { node: target, probability } of next) {
          const share = probability > 0.9995 ? '' : ` ${probability.toFixed(3)}`
          const label = `${model.actions[choice.action]} / ${model.observations[o]}${share}`
          lines.push(`n${n} -> n${target} [label=${quoted(label)}];`)
        }
      })
  }
  return digraph(lines)
}
