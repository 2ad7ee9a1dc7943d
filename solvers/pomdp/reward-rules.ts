/**
 * Rewards given as rules over (action, state, next state, observation) with wildcards, the last matching rule deciding,
 * reduced to the expected reward of a state and an action:
 *
 *   R(s, a) = sum over s', o of T(s' | s, a) O(o | s', a) r(a, s, s', o)
 *
 * The rules are bucketed by which of the four places are wild (at most 16 buckets, each a hash table), so a step looks at
 * one entry per bucket in use: O(nonzero steps x buckets), whatever the number of rules.
 */
import { InvalidInputError } from '../contract/index.ts'
import type { SparseRows } from './model.ts'

/** Stands for "every" in a rule. */
export const WILDCARD = -1

/** A rule over numbers; WILDCARD (-1) matches everything. */
export interface IndexedRewardRule {
  readonly action: number
  readonly state: number
  readonly next: number
  readonly observation: number
  readonly value: number
}

interface Bucket {
  readonly action: number
  readonly state: number
  readonly next: number
  readonly observation: number
  /** Rule number by key; the key multiplies the places that are not wild. */
  readonly rules: Map<number, number>
}

/** R(s, a) at `a * states + s`. @param observe O at `(a * states + s') * observations + o` */
export function expectedRewards(
  stateCount: number,
  actionCount: number,
  observationCount: number,
  transitions: SparseRows,
  observe: Float64Array,
  rules: readonly IndexedRewardRule[],
): Float64Array {
  const keys = (actionCount + 1) * (stateCount + 1) * (stateCount + 1) * (observationCount + 1)
  if (!Number.isSafeInteger(keys)) {
    throw new InvalidInputError([
      {
        code: 'too-large',
        path: ['rewards'],
        message: 'the model is too large for reward rules',
        hint: 'make it smaller',
      },
    ])
  }
  const buckets = new Map<number, Bucket>()
  for (const [number, rule] of rules.entries()) {
    const shape =
      (rule.action < 0 ? 0 : 1) + (rule.state < 0 ? 0 : 2) + (rule.next < 0 ? 0 : 4) + (rule.observation < 0 ? 0 : 8)
    let bucket = buckets.get(shape)
    if (bucket === undefined) {
      bucket = {
        action: shape & 1,
        state: (shape >> 1) & 1,
        next: (shape >> 2) & 1,
        observation: (shape >> 3) & 1,
        rules: new Map(),
      }
      buckets.set(shape, bucket)
    }
    const key =
      ((bucket.action * (rule.action + 1) * (stateCount + 1) + bucket.state * (rule.state + 1)) * (stateCount + 1) +
        bucket.next * (rule.next + 1)) *
        (observationCount + 1) +
      bucket.observation * (rule.observation + 1)
    bucket.rules.set(key, number)
  }
  const list = [...buckets.values()]
  const expected = new Float64Array(actionCount * stateCount)
  const { pointers, columns, values } = transitions
  const dependsOnOutcome = list.some((bucket) => bucket.next + bucket.observation > 0)
  const ruleOf = (a: number, s: number, next: number, o: number): number => {
    let latest = -1
    for (const bucket of list) {
      const key =
        ((bucket.action * (a + 1) * (stateCount + 1) + bucket.state * (s + 1)) * (stateCount + 1) +
          bucket.next * (next + 1)) *
          (observationCount + 1) +
        bucket.observation * (o + 1)
      const found = bucket.rules.get(key)
      if (found !== undefined && found > latest) latest = found
    }
    return latest < 0 ? 0 : (rules[latest] as IndexedRewardRule).value
  }
  for (let a = 0; a < actionCount; a++) {
    for (let s = 0; s < stateCount; s++) {
      const row = a * stateCount + s
      if (!dependsOnOutcome) {
        expected[row] = ruleOf(a, s, 0, 0)
        continue
      }
      let total = 0
      for (let k = pointers[row] as number; k < (pointers[row + 1] as number); k++) {
        const next = columns[k] as number
        const observationRow = (a * stateCount + next) * observationCount
        let inner = 0
        for (let o = 0; o < observationCount; o++) {
          const probability = observe[observationRow + o] as number
          if (probability !== 0) inner += probability * ruleOf(a, s, next, o)
        }
        total += (values[k] as number) * inner
      }
      expected[row] = total
    }
  }
  return expected
}
