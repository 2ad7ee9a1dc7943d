/**
 * What is done with a finished decision tree: recomputing its cost from the problem (an independent check), carrying it out
 * in a simulated world, and writing it as text or DOT.
 */
import { InternalError } from '../../solvers/contract/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'
import type { DecisionProblem } from '../domain/pomdp-decision.ts'
import type { DecisionNode, DecisionPlan } from './decision-tree.ts'

/** Expected cost of a tree, summed over the hypotheses path by path; looks at the problem only, never at the tree's own costs. */
export function recomputeCost(problem: DecisionProblem, root: DecisionNode): number {
  let expected = 0
  for (const { id, probability } of problem.hypotheses)
    if (probability > 0) expected += probability * costUnder(problem, root, id)
  return expected
}

/** Checks a plan; a difference is a bug of ours and is thrown as one. */
export function checkDecisionPlan(plan: DecisionPlan): void {
  const found = recomputeCost(plan.problem, plan.root)
  if (Math.abs(found - plan.expectedCost) > 1e-9 * Math.max(1, Math.abs(found))) {
    throw new InternalError(`the plan costs ${found}, not ${plan.expectedCost}`)
  }
}

function costUnder(problem: DecisionProblem, node: DecisionNode, hypothesis: string): number {
  const { decision } = node
  if (decision.kind === 'act') return problem.acts.find((act) => act.id === decision.id)!.loss[hypothesis]!
  if (decision.kind === 'repair') {
    const repair = problem.repairs.find((candidate) => candidate.id === decision.id)!
    if (repair.fixes === hypothesis) return repair.cost
    const next = node.branches.find((branch) => branch.outcome === 'not fixed')?.node
    if (next === undefined || next === null) throw new InternalError(`the plan gives up after "${decision.id}"`)
    return repair.cost + costUnder(problem, next, hypothesis)
  }
  const test = problem.tests.find((candidate) => candidate.id === decision.id)!
  let cost = test.cost
  for (const [o, outcome] of test.outcomes.entries()) {
    const probability = test.likelihood[hypothesis]![o]!
    if (probability === 0) continue
    const next = node.branches.find((branch) => branch.outcome === outcome)?.node
    if (next === undefined || next === null)
      throw new InternalError(`the plan has no branch for "${outcome}" of "${decision.id}"`)
    cost += probability * costUnder(problem, next, hypothesis)
  }
  return cost
}

/** One run of a plan in the world. */
export interface DecisionRun {
  readonly truth: string
  readonly cost: number
  readonly steps: readonly { readonly decision: string; readonly outcome: string; readonly belief: readonly number[] }[]
}

/** Draws the truth from the prior and outcomes from the likelihoods, and follows the plan. */
export function runDecisionPlan(plan: DecisionPlan, random: RandomStream): DecisionRun {
  const { problem } = plan
  const truth = problem.hypotheses[random.weighted(problem.hypotheses.map(({ probability }) => probability))]!.id
  const steps: { decision: string; outcome: string; belief: readonly number[] }[] = []
  let node: DecisionNode | null = plan.root
  let cost = 0
  while (node !== null) {
    const { decision, belief }: DecisionNode = node
    let outcome = 'done'
    if (decision.kind === 'act') cost += problem.acts.find((act) => act.id === decision.id)!.loss[truth]!
    else {
      cost += decision.cost
      if (decision.kind === 'repair') {
        outcome = problem.repairs.find((repair) => repair.id === decision.id)!.fixes === truth ? 'fixed' : 'not fixed'
      } else {
        const test = problem.tests.find((candidate) => candidate.id === decision.id)!
        outcome = test.outcomes[random.weighted(test.likelihood[truth]!)]!
      }
    }
    steps.push({ decision: `${decision.kind} ${decision.id}`, outcome, belief })
    node = node.branches.find((branch) => branch.outcome === outcome)?.node ?? null
  }
  return { truth, cost, steps }
}

/** Mean cost over simulated runs with its standard error. */
export function simulateDecisionPlan(
  plan: DecisionPlan,
  runs: number,
  seed: number,
): { readonly mean: number; readonly standardError: number } {
  const random = new RandomStream(seed)
  let sum = 0
  let squares = 0
  for (let k = 0; k < runs; k++) {
    const { cost } = runDecisionPlan(plan, random)
    sum += cost
    squares += cost * cost
  }
  const mean = sum / runs
  return { mean, standardError: Math.sqrt(Math.max(0, squares / runs - mean * mean) / runs) }
}

/** Indented text: one line a decision, with the probability of its branch, the expected cost and the belief. */
export function decisionText(plan: DecisionPlan, decimals = 4, maxDepth = Number.POSITIVE_INFINITY): string {
  const lines: string[] = []
  const walk = (node: DecisionNode, prefix: string, depth: number) => {
    const belief = node.belief.map((p, h) => `${plan.problem.hypotheses[h]!.id} ${p.toFixed(decimals)}`).join(', ')
    const word = node.decision.kind === 'act' ? '' : `${node.decision.kind} `
    lines.push(`${prefix}${word}${node.decision.id}  [cost ${node.expectedCost.toFixed(decimals)}; ${belief}]`)
    if (depth >= maxDepth) return
    for (const branch of node.branches) {
      if (branch.node !== null)
        walk(
          branch.node,
          `${'  '.repeat(depth + 1)}${branch.outcome} (${branch.probability.toFixed(decimals)}): `,
          depth + 1,
        )
    }
  }
  walk(plan.root, '', 0)
  return lines.join('\n')
}

/** The plan as a DOT digraph; shared information states are one node. */
export function decisionDot(plan: DecisionPlan): string {
  const ids = new Map<DecisionNode, number>()
  const lines = ['digraph plan {', '  node [shape=box];']
  const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  const visit = (node: DecisionNode): number => {
    const known = ids.get(node)
    if (known !== undefined) return known
    const id = ids.size
    ids.set(node, id)
    lines.push(
      `  n${id} [label=${quote(`${node.decision.kind} ${node.decision.id}\n${node.expectedCost.toFixed(4)}`)}];`,
    )
    for (const branch of node.branches) {
      if (branch.node === null) continue
      const target = visit(branch.node)
      lines.push(`  n${id} -> n${target} [label=${quote(`${branch.outcome} ${branch.probability.toFixed(4)}`)}];`)
    }
    return id
  }
  visit(plan.root)
  return [...lines, '}'].join('\n')
}
