/** Reward statements of a .pomdp text. */
import { type IndexedRewardRule, WILDCARD } from '../../../solvers/pomdp/reward-rules.ts'
import type { Cursor } from './cursor.ts'
import { idOf, type PlaceOf, readPlace, type Space } from './spaces.ts'

/** Reads what follows `R:` into rules; without observations an observation can only be `*`. */
export function readReward(
  cursor: Cursor,
  states: Space,
  actions: Space,
  observations: Space | undefined,
  rules: IndexedRewardRule[],
): void {
  const rule = (action: PlaceOf, state: number, next: number, observation: number, value: number): void => {
    rules.push({ action: idOf(action), state, next, observation, value })
  }
  const markov = observations === undefined
  const [count, width] = [states.names.length, markov ? 1 : observations.names.length]
  const action = readPlace(cursor, actions)
  if (!cursor.more()) {
    const first = cursor.peek()
    if (!markov)
      cursor.faults.fault(
        first,
        'expected',
        'a reward needs at least an action and a start state',
        'write "R: action : state : end-state : observation value"',
      )
    const numbers = cursor.numbers(count * count)
    cursor.expectCount(first, numbers, count * count, `the reward matrix of ${count} x ${count} states`)
    for (let s = 0; s < count; s++)
      for (let next = 0; next < count; next++) rule(action, s, next, WILDCARD, numbers[s * count + next]!)
    return
  }
  const state = readPlace(cursor, states)
  if (!cursor.more()) {
    const first = cursor.peek()
    const numbers = cursor.numbers(count * width)
    cursor.expectCount(
      first,
      numbers,
      count * width,
      `the reward matrix of ${count} end states x ${width} observations`,
    )
    for (let next = 0; next < count; next++) {
      for (let o = 0; o < width; o++) rule(action, idOf(state), next, markov ? WILDCARD : o, numbers[next * width + o]!)
    }
    return
  }
  const next = readPlace(cursor, states)
  if (!cursor.more()) {
    const first = cursor.peek()
    const numbers = cursor.numbers(width)
    cursor.expectCount(first, numbers, width, `the reward row over ${width} observations`)
    for (let o = 0; o < width; o++) rule(action, idOf(state), idOf(next), markov ? WILDCARD : o, numbers[o]!)
    return
  }
  let observation = WILDCARD
  if (markov) {
    const token = cursor.next()
    if (token.kind !== 'star')
      cursor.faults.fault(
        token,
        'unknown-name',
        'a file without observations cannot reward one',
        'write * or leave the place out',
      )
  } else observation = idOf(readPlace(cursor, observations))
  rule(action, idOf(state), idOf(next), observation, cursor.lastNumber())
}
