/**
 * Writer of the Cassandra .pomdp format. Numbers are written in full (shortest text that reads back to the same double),
 * rewards as R(s, a); reading the text gives an equal model.
 */
import type { PomdpModel } from '../../../solvers/pomdp/model.ts'

/** The .pomdp text of a model. Names that the format cannot carry are replaced by their numbers. */
export function writePomdp(model: PomdpModel): string {
  const { states, actions, observations } = model
  const stateNames = writable(states)
  const actionNames = writable(actions)
  const observationNames = writable(observations)
  const lines = [
    `discount: ${model.discount}`,
    `values: ${model.objective}`,
    `states: ${declaration(states, stateNames)}`,
    `actions: ${declaration(actions, actionNames)}`,
    `observations: ${declaration(observations, observationNames)}`,
    `start: ${Array.from(model.start, plain).join(' ')}`,
    '',
  ]
  const count = states.length
  const { pointers, columns, values } = model.transitions
  for (const [a, action] of actionNames.entries()) {
    for (const [s, state] of stateNames.entries()) {
      const row = a * count + s
      for (let k = pointers[row] as number; k < (pointers[row + 1] as number); k++) {
        lines.push(`T: ${action} : ${state} : ${stateNames[columns[k] as number]} ${plain(values[k] as number)}`)
      }
    }
  }
  lines.push('')
  for (const [a, action] of actionNames.entries()) {
    for (const [s, state] of stateNames.entries()) {
      const row = (a * count + s) * observations.length
      for (const [o, observation] of observationNames.entries()) {
        const probability = model.observationProbabilities[row + o] as number
        if (probability !== 0) lines.push(`O: ${action} : ${state} : ${observation} ${plain(probability)}`)
      }
    }
  }
  lines.push('')
  const sign = model.objective === 'cost' ? -1 : 1
  for (const [a, action] of actionNames.entries()) {
    for (const [s, state] of stateNames.entries()) {
      const reward = model.rewards[a * count + s] as number
      if (reward !== 0) lines.push(`R: ${action} : ${state} : * : * ${plain(sign * reward)}`)
    }
  }
  return `${lines.join('\n')}\n`
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/
const RESERVED = new Set([
  'discount',
  'values',
  'states',
  'actions',
  'observations',
  'start',
  'T',
  'O',
  'R',
  'uniform',
  'identity',
  'reset',
  'include',
  'exclude',
  'reward',
  'cost',
])

function writable(names: readonly string[]): readonly string[] {
  const fine = names.every((name) => NAME.test(name) && !RESERVED.has(name))
  return fine ? names : names.map((_, index) => String(index))
}

function declaration(names: readonly string[], written: readonly string[]): string {
  return written === names ? names.join(' ') : String(names.length)
}

/** -0 as 0; JavaScript's number text is a legal number of the format. */
function plain(value: number): string {
  return value === 0 ? '0' : String(value)
}
