/** Values that a journal may hold, and the first place where two of them differ. */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import type { JsonValue } from '../../domain/journal.ts'

const MAX_DEPTH = 200

/**
 * The value itself when JSON gives it back as it is.
 * @param what the value, in words
 * @param of what it belongs to, when it belongs to something
 * @throws InvalidInputError naming the first place that would not come back: undefined, NaN, a Date, a Map, a cycle ...
 */
export function requireJson(value: unknown, what: string, of?: string): JsonValue {
  const fault = firstFault(value, 0)
  if (fault === null) return value as JsonValue
  const issue: Issue = {
    code: 'not-json',
    path: fault.path.reverse(),
    message: `${what}${of === undefined ? '' : ` of ${of}`} holds ${fault.why}, which a journal cannot give back as it is`,
    hint: 'record plain JSON: null, booleans, finite numbers, strings, arrays and plain objects',
  }
  throw new InvalidInputError([issue])
}

interface Fault {
  /** From the inside out: it grows on the way back, so that sound values cost no paths. */
  readonly path: (string | number)[]
  readonly why: string
}

function firstFault(value: unknown, depth: number): Fault | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null
    case 'number':
      return Number.isFinite(value) ? null : { path: [], why: String(value) }
    case 'object':
      break
    default:
      return { path: [], why: value === undefined ? 'undefined' : `a ${typeof value}` }
  }
  if (value === null) return null
  if (depth >= MAX_DEPTH) return { path: [], why: `more than ${MAX_DEPTH} levels` }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const fault = firstFault(value[i], depth + 1)
      if (fault !== null) return within(fault, i)
    }
    return null
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    return { path: [], why: `an object of class ${(value as object).constructor?.name ?? 'unknown'}` }
  for (const name of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[name]
    // A property that is undefined is simply not there in JSON: the object reads the same.
    if (part === undefined) continue
    const fault = firstFault(part, depth + 1)
    if (fault !== null) return within(fault, name)
  }
  return null
}

function within(fault: Fault, step: string | number): Fault {
  fault.path.push(step)
  return fault
}

/** Where two values differ first, in the order of the recorded one. `undefined` stands for "not there". */
export interface Difference {
  readonly path: readonly (string | number)[]
  readonly recorded: JsonValue | undefined
  readonly now: JsonValue | undefined
}

/** Null when the values are equal; the order of properties does not count. */
export function firstDifference(
  recorded: JsonValue | undefined,
  now: JsonValue | undefined,
  path: readonly (string | number)[] = [],
): Difference | null {
  if (Object.is(recorded, now) || (recorded === 0 && now === 0)) return null
  if (typeof recorded !== 'object' || typeof now !== 'object' || recorded === null || now === null)
    return { path, recorded, now }
  if (Array.isArray(recorded) !== Array.isArray(now)) return { path, recorded, now }
  if (Array.isArray(recorded) && Array.isArray(now)) {
    const length = Math.max(recorded.length, now.length)
    for (let i = 0; i < length; i++) {
      const found = firstDifference(recorded[i], now[i], [...path, i])
      if (found !== null) return found
    }
    return null
  }
  const before = new Map(Object.entries(recorded as Record<string, JsonValue>))
  const after = new Map(Object.entries(now as Record<string, JsonValue>))
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const found = firstDifference(before.get(name), after.get(name), [...path, name])
    if (found !== null) return found
  }
  return null
}

/**
 * A short fingerprint of a value for headers that should not hold the whole of it: 64-bit FNV-1a over JSON with sorted
 * property names. It detects change, not malice.
 */
export function fingerprint(value: JsonValue): string {
  const text = JSON.stringify(sorted(value))
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}

function sorted(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return ['[', ...value.map(sorted)]
  const entries = Object.entries(value as Record<string, JsonValue>).filter(([, part]) => part !== undefined)
  // An array of pairs, so that names such as `__proto__` or `7` neither vanish nor change their place.
  return ['{', ...entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part)])]
}
