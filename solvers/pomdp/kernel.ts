/**
 * The joint kernel M_ao[s, s'] = T(s' | s, a) O(o | s', a) of a model, in compressed sparse rows per pair (a, o). Belief
 * updates run through it forwards, projections of value vectors backwards; impossible pairs have no entries at all.
 */
import type { PomdpModel } from './model.ts'

export interface JointKernel {
  readonly stateCount: number
  readonly actionCount: number
  readonly observationCount: number
  /** Row `(a * observations + o) * states + s` holds entries `pointers[row] .. pointers[row + 1] - 1`. */
  readonly pointers: Int32Array
  readonly columns: Int32Array
  readonly values: Float64Array
  /** 1 where observation o can follow action a from some state: `possible[a * observations + o]`. */
  readonly possible: Uint8Array
  readonly rewards: Float64Array
  readonly discount: number
}

/** Builds the kernel. O(|T| |Z|) time. */
export function buildKernel(model: PomdpModel): JointKernel {
  const stateCount = model.states.length
  const actionCount = model.actions.length
  const observationCount = model.observations.length
  const { pointers: rowPointers, columns: nextStates, values: probabilities } = model.transitions
  const observe = model.observationProbabilities
  const pointers = new Int32Array(actionCount * observationCount * stateCount + 1)
  for (let a = 0; a < actionCount; a++) {
    for (let s = 0; s < stateCount; s++) {
      const row = a * stateCount + s
      for (let k = rowPointers[row]!; k < rowPointers[row + 1]!; k++) {
        const observationRow = (a * stateCount + nextStates[k]!) * observationCount
        for (let o = 0; o < observationCount; o++) {
          if (observe[observationRow + o] !== 0) pointers[(a * observationCount + o) * stateCount + s + 1]!++
        }
      }
    }
  }
  for (let row = 1; row < pointers.length; row++) pointers[row]! += pointers[row - 1]!
  const next = pointers.slice()
  const columns = new Int32Array(pointers[pointers.length - 1]!)
  const values = new Float64Array(columns.length)
  const possible = new Uint8Array(actionCount * observationCount)
  for (let a = 0; a < actionCount; a++) {
    for (let s = 0; s < stateCount; s++) {
      const row = a * stateCount + s
      for (let k = rowPointers[row]!; k < rowPointers[row + 1]!; k++) {
        const end = nextStates[k]!
        const observationRow = (a * stateCount + end) * observationCount
        for (let o = 0; o < observationCount; o++) {
          const probability = observe[observationRow + o]!
          if (probability === 0) continue
          const at = next[(a * observationCount + o) * stateCount + s]!++
          columns[at] = end
          values[at] = probabilities[k]! * probability
          possible[a * observationCount + o] = 1
        }
      }
    }
  }
  return {
    stateCount,
    actionCount,
    observationCount,
    pointers,
    columns,
    values,
    possible,
    rewards: model.rewards,
    discount: model.discount,
  }
}

/**
 * Unnormalised next belief after action a and observation o: `into[s'] = sum_s b(s) M_ao[s, s']`.
 * @returns its sum, the probability of the observation
 */
export function propagate(
  kernel: JointKernel,
  belief: Float64Array,
  action: number,
  observation: number,
  into: Float64Array,
): number {
  const { stateCount, pointers, columns, values } = kernel
  into.fill(0)
  const base = (action * kernel.observationCount + observation) * stateCount
  let total = 0
  for (let s = 0; s < stateCount; s++) {
    const weight = belief[s]!
    if (weight === 0) continue
    for (let k = pointers[base + s]!; k < pointers[base + s + 1]!; k++) {
      const mass = weight * values[k]!
      into[columns[k]!]! += mass
      total += mass
    }
  }
  return total
}

/** `into[s] += weight * sum_s' M_ao[s, s'] alpha(s')`, reading and writing at offsets. */
export function projectInto(
  kernel: JointKernel,
  action: number,
  observation: number,
  alpha: Float64Array,
  alphaAt: number,
  weight: number,
  into: Float64Array,
  intoAt: number,
): void {
  const { stateCount, pointers, columns, values } = kernel
  const base = (action * kernel.observationCount + observation) * stateCount
  for (let s = 0; s < stateCount; s++) {
    let total = 0
    for (let k = pointers[base + s]!; k < pointers[base + s + 1]!; k++)
      total += values[k]! * alpha[alphaAt + columns[k]!]!
    into[intoAt + s]! += weight * total
  }
}
