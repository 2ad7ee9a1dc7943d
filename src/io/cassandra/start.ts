/** The start belief of a .pomdp text: numbers, one state, `uniform`, or the states to include or exclude. */
import type { Cursor } from './cursor.ts'
import { shown } from './faults.ts'
import { readPlace, type Space } from './spaces.ts'
import type { Token } from './tokens.ts'

/** Reads what follows the word `start`. */
export function readStart(cursor: Cursor, states: Space): Float64Array {
  const mode = cursor.peek()
  if (mode.kind === 'name' && (mode.text === 'include' || mode.text === 'exclude')) {
    cursor.next()
    cursor.colon()
    return readListed(cursor, states, mode)
  }
  cursor.colon()
  const count = states.names.length
  const first = cursor.peek()
  if (first.kind === 'name' && first.text === 'uniform' && !states.ids.has('uniform')) {
    cursor.next()
    return new Float64Array(count).fill(1 / count)
  }
  if (first.kind === 'name' && !cursor.atStatement()) return readNamed(cursor, states, first)
  const numbers = cursor.numbers(count)
  if (numbers.length !== 1 || count === 1) {
    cursor.expectCount(first, numbers, count, 'the start')
    const start = Float64Array.from(numbers)
    cursor.faults.checkSum(first, start, 0, count, ['start'], 'the probabilities of the start belief')
    return start
  }
  const s = numbers[0] as number
  if (!Number.isInteger(s) || s < 0 || s >= count)
    cursor.faults.fault(first, 'unknown-name', `there is no state ${s}`, `states are numbered 0 to ${count - 1}`)
  return certain(count, s)
}

/** Alike over the states that are listed, or over the others. */
function readListed(cursor: Cursor, states: Space, mode: Token): Float64Array {
  const chosen = new Set<number>()
  while (cursor.peek().kind === 'number' || (cursor.peek().kind === 'name' && !cursor.atStatement())) {
    chosen.add(readPlace(cursor, states).from)
  }
  const star = cursor.peek()
  if (star.kind === 'star')
    cursor.faults.fault(star, 'unexpected', 'the list of states has no *', 'name states, or write "start: uniform"')
  const included = states.names.map((_, s) => chosen.has(s) === (mode.text === 'include'))
  const size = included.filter(Boolean).length
  if (size === 0)
    cursor.faults.fault(
      mode,
      'empty',
      `start ${mode.text} leaves no state`,
      'name at least one state that remains possible',
    )
  return Float64Array.from(included, (inside) => (inside ? 1 / size : 0))
}

function readNamed(cursor: Cursor, states: Space, first: Token): Float64Array {
  if ((first.text === 'include' || first.text === 'exclude') && !states.ids.has(first.text))
    cursor.faults.fault(first, 'order', `${shown(first)} stands after the colon`, `write "start ${first.text}: ..."`)
  const start = certain(states.names.length, readPlace(cursor, states).from)
  const second = cursor.peek()
  if ((second.kind === 'name' && !cursor.atStatement()) || second.kind === 'number')
    cursor.faults.fault(
      second,
      'wrong-length',
      `${shown(second)} follows the one state "${first.text}" of the start`,
      `write "start include: ${first.text} ${second.text} ..." to start in any of several states alike`,
    )
  return start
}

function certain(count: number, state: number): Float64Array {
  const start = new Float64Array(count)
  start[state] = 1
  return start
}
