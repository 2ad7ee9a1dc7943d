/**
 * Stochastic finite-state controllers: a node draws an action, and after an observation the next node.
 *
 *   V_n(s) = sum_a psi(a | n) [ R(s, a) + discount sum_o sum_s' M_ao[s, s'] sum_n' eta(n' | n, a, o) V_n'(s') ]
 *
 * evaluated by Gauss-Seidel sweeps over these equations. The residual of the last sweep bounds what is missing, so that
 * `error` is a proved bound on the distance to the true value. Source: Hansen (1998); Poupart and Boutilier (2003).
 */
import type { RandomStream } from '../numeric/index.ts'
import { type JointKernel, projectInto } from './kernel.ts'

export interface ControllerChoice {
  readonly action: number
  readonly probability: number
  /** By observation: the distribution of the next node. Empty where the observation is impossible. */
  readonly next: readonly (readonly { readonly node: number; readonly probability: number }[])[]
}

/** A node draws one of its choices; probabilities sum to 1. */
export interface ControllerNode {
  readonly choices: readonly ControllerChoice[]
}

export interface Controller {
  readonly nodes: readonly ControllerNode[]
  /** Node to begin in. */
  readonly start: number
}

export interface ControllerValue {
  /** V_n(s) at `n * states + s`. */
  readonly values: Float64Array
  /** No entry is farther than this from the true value. */
  readonly error: number
}

/**
 * Value of every node in every state. Discount < 1.
 * @param warm values to begin with; without it 0
 */
export function evaluateController(
  kernel: JointKernel,
  nodes: readonly ControllerNode[],
  warm?: Float64Array,
  precision = 1e-11,
): ControllerValue {
  const { stateCount, actionCount, observationCount, rewards, discount } = kernel
  const values = new Float64Array(nodes.length * stateCount)
  if (warm !== undefined) values.set(warm.subarray(0, Math.min(warm.length, values.length)))
  const row = new Float64Array(stateCount)
  const mixed = new Float64Array(stateCount)
  let scale = 1
  for (let k = 0; k < rewards.length; k++) scale = Math.max(scale, Math.abs(rewards[k]!))
  const rounds = Math.ceil(Math.log(1e-16) / Math.log(Math.max(discount, 1e-9))) + 2
  let change = 0
  for (let round = 0; round < rounds; round++) {
    change = 0
    for (const [n, node] of nodes.entries()) {
      row.fill(0)
      for (const choice of node.choices) {
        const base = choice.action * stateCount
        for (let s = 0; s < stateCount; s++) row[s]! += choice.probability * rewards[base + s]!
        for (let o = 0; o < observationCount; o++) {
          const next = choice.next[o]!
          if (next.length === 0) continue
          const weight = discount * choice.probability
          if (next.length === 1) {
            projectInto(kernel, choice.action, o, values, next[0]!.node * stateCount, weight, row, 0)
            continue
          }
          mixed.fill(0)
          for (const { node: target, probability } of next)
            for (let s = 0; s < stateCount; s++) mixed[s]! += probability * values[target * stateCount + s]!
          projectInto(kernel, choice.action, o, mixed, 0, weight, row, 0)
        }
      }
      for (let s = 0; s < stateCount; s++) {
        change = Math.max(change, Math.abs(row[s]! - values[n * stateCount + s]!))
        values[n * stateCount + s] = row[s]!
      }
    }
    if (change <= precision * scale * (1 - discount)) break
  }
  if (actionCount === 0) return { values, error: 0 }
  return { values, error: (change * discount) / (1 - discount) }
}

/** A node that does one action and goes to one node whatever is observed. */
export function plainNode(kernel: JointKernel, action: number, next: (observation: number) => number): ControllerNode {
  const { observationCount, possible } = kernel
  return {
    choices: [
      {
        action,
        probability: 1,
        next: Array.from({ length: observationCount }, (_, o) =>
          possible[action * observationCount + o] === 0 ? [] : [{ node: next(o), probability: 1 }],
        ),
      },
    ],
  }
}

/** Draws a choice of a node. */
export function drawChoice(node: ControllerNode, random: RandomStream): ControllerChoice {
  if (node.choices.length === 1) return node.choices[0]!
  return node.choices[random.weighted(node.choices.map(({ probability }) => probability))]!
}

/** Draws the node after an observation; stays where the controller knows none. */
export function drawNext(choice: ControllerChoice, observation: number, from: number, random: RandomStream): number {
  const next = choice.next[observation]!
  if (next.length === 0) return from
  if (next.length === 1) return next[0]!.node
  return next[random.weighted(next.map(({ probability }) => probability))]!.node
}
