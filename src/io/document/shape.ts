/** Holds parsed data against the schema and turns every mismatch into an issue with place, value and remedy. */
import type { z } from 'zod'
import type { Issue } from '../../../solvers/contract/index.ts'
import { closestName } from './names.ts'
import { documentSchema, type PlanningDocument, RESERVED_SECTIONS } from './schema.ts'
import type { DocumentSource } from './source.ts'

type Path = readonly (string | number)[]
export type ShapeResult =
  | { readonly status: 'shaped'; readonly document: PlanningDocument }
  | { readonly status: 'invalid'; readonly issues: readonly Issue[] }

const MAX_ISSUES = 200

export function shape(value: unknown, source: DocumentSource): ShapeResult {
  const parsed = documentSchema.safeParse(value)
  if (parsed.success) return { status: 'shaped', document: parsed.data }
  return { status: 'invalid', issues: schemaIssues(parsed.error, value, source, documentSchema, RESERVED_SECTIONS) }
}

/** Every mismatch that a schema found in a value, with place and remedy; `reserved` are top-level fields of other kinds. */
export function schemaIssues(
  error: z.core.$ZodError,
  root: unknown,
  source: DocumentSource,
  schema: unknown,
  reserved: Readonly<Record<string, string>> = {},
): readonly Issue[] {
  const issues: Issue[] = []
  const context = { root, source, schema, reserved, into: issues }
  for (const issue of error.issues) translate(issue, [], context)
  return issues.slice(0, MAX_ISSUES)
}

interface Context {
  readonly root: unknown
  readonly source: DocumentSource
  readonly schema: unknown
  readonly reserved: Readonly<Record<string, string>>
  readonly into: Issue[]
}

function translate(issue: z.core.$ZodIssue, prefix: Path, context: Context): void {
  const { root, source, into } = context
  const path: Path = [...prefix, ...issue.path.filter((step): step is string | number => typeof step !== 'symbol')]
  const value = valueAt(root, path)
  const add = (code: string, at: Path, message: string, hint: string, key = false): void => {
    into.push({
      code,
      path: at,
      message,
      hint,
      ...shown(valueAt(root, at)),
      file: source.file,
      ...source.place(at, key),
    })
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) {
        const reserved = prefix.length + issue.path.length === 0 ? context.reserved[key] : undefined
        if (reserved !== undefined) {
          const message = `the section "${key}" belongs to ${reserved}, which documents of version 1 do not hold yet`
          add('unsupported-section', [...path, key], message, 'take the section out', true)
          continue
        }
        const closest = closestName(key, fieldNames(context.schema, path))
        const hint =
          closest === null ? 'take it out, or see `foreplan schema` for the fields' : `did you mean "${closest}"?`
        add('unknown-field', [...path, key], `there is no field "${key}" here`, hint, true)
      }
      return
    case 'invalid_union': {
      // Report against the alternative that came closest: the one with the fewest, deepest complaints.
      const branches = issue.errors.filter((errors) => errors.length > 0)
      const kinds = branches.length === 0 ? discriminants(path) : []
      if (kinds.length > 0) {
        const closest = typeof value === 'string' ? closestName(value, kinds) : null
        const hint = closest === null ? `write one of ${kinds.join(', ')}` : `did you mean "${closest}"?`
        if (value === undefined) add('missing-field', path, `"${path.at(-1)}" is missing`, hint)
        else add('wrong-value', path, `${describe(value)} is not allowed here`, hint)
        return
      }
      const best = branches.toSorted((a, b) => depthOf(b) - depthOf(a) || a.length - b.length)[0]
      if (best === undefined || depthOf(best) === 0) {
        const expected = branches.map((errors) => describeExpected(errors[0] as z.core.$ZodIssue)).join(', or ')
        add('wrong-type', path, `${describe(value)} stands where ${expected} is expected`, `write ${expected}`)
      } else for (const inner of best) translate(inner, path, context)
      return
    }
    case 'invalid_type':
      if (value === undefined) {
        const name = path.at(-1)
        const message = name === 'version' ? 'the document does not say its version' : `"${name}" is missing`
        const hint = name === 'version' ? 'add `version: 1` at the top' : `add ${name}: ${describeExpected(issue)}`
        add('missing-field', path, message, hint)
      } else {
        add(
          'wrong-type',
          path,
          `${describe(value)} stands where ${describeExpected(issue)} is expected`,
          `write ${describeExpected(issue)}`,
        )
      }
      return
    case 'too_small':
      add(
        'out-of-range',
        path,
        `${describe(value)} is too ${sizeWord(issue.origin, 'small')}`,
        `give ${issue.origin === 'number' || issue.origin === 'int' ? 'a number' : 'a size'} ${issue.inclusive === false ? '>' : '>='} ${issue.minimum}`,
      )
      return
    case 'too_big':
      add(
        'out-of-range',
        path,
        `${describe(value)} is too ${sizeWord(issue.origin, 'large')}`,
        `give ${issue.origin === 'number' || issue.origin === 'int' ? 'a number' : 'a size'} ${issue.inclusive === false ? '<' : '<='} ${issue.maximum}`,
      )
      return
    case 'invalid_value': {
      const values = issue.values.map(String)
      const closest = typeof value === 'string' ? closestName(value, values) : null
      const hint = closest === null ? `write one of ${values.join(', ')}` : `did you mean "${closest}"?`
      if (value === undefined)
        add(
          'missing-field',
          path,
          `"${path.at(-1)}" is missing`,
          path.at(-1) === 'version' ? 'add `version: 1` at the top' : hint,
        )
      else add('wrong-value', path, `${describe(value)} is not allowed here`, hint)
      return
    }
    case 'invalid_key':
    case 'invalid_element':
      for (const inner of issue.issues) translate(inner, path, context)
      return
    case 'invalid_format':
      add(
        'wrong-format',
        path,
        `${describe(value)} is not well-formed: ${issue.message}`,
        'write it on one line, without blanks at its ends',
      )
      return
    case 'not_multiple_of':
      add('out-of-range', path, `${describe(value)} is not a multiple of ${issue.divisor}`, 'round it')
      return
    case 'custom':
      add('invalid', path, issue.message, 'see `foreplan schema`')
      return
  }
}

/** Field names the schema knows at a path, for suggestions. */
function fieldNames(root: unknown, path: Path): string[] {
  let schema = root
  const names = (node: unknown): string[] => {
    const definition = (node as { def?: Record<string, unknown> }).def
    if (definition === undefined) return []
    if (definition['type'] === 'object') return Object.keys((node as { shape: object }).shape)
    if (definition['type'] === 'union')
      return (definition['options'] as unknown[]).flatMap((option) => names(unwrap(option)))
    return []
  }
  for (const step of path) {
    const next = child(unwrap(schema), step)
    if (next === undefined) return []
    schema = next
  }
  return names(unwrap(schema))
}

/** Words that a field may hold which tells the alternatives of its group apart. */
function discriminants(path: Path): string[] {
  let schema: unknown = documentSchema
  for (const step of path.slice(0, -1)) {
    const next = child(unwrap(schema), step)
    if (next === undefined) return []
    schema = next
  }
  const options = ((unwrap(schema) as { def: Record<string, unknown> }).def['options'] ?? []) as unknown[]
  return options.flatMap((option) => {
    const field = child(unwrap(option), path.at(-1) as string | number)
    return ((field as { def?: Record<string, unknown> } | undefined)?.def?.['values'] ?? []) as string[]
  })
}

function child(schema: unknown, step: string | number): unknown {
  const definition = (schema as { def: Record<string, unknown> }).def
  switch (definition['type']) {
    case 'object':
      return (schema as { shape: Record<string, unknown> }).shape[String(step)]
    case 'array':
      return definition['element']
    case 'record':
      return definition['valueType']
    case 'union':
      return (definition['options'] as unknown[])
        .map((option) => child(unwrap(option), step))
        .find((found) => found !== undefined)
    default:
      return undefined
  }
}

function unwrap(schema: unknown): unknown {
  let current = schema as { def: Record<string, unknown> }
  while (['optional', 'nullable', 'default'].includes(String(current.def['type'])))
    current = current.def['innerType'] as typeof current
  return current
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)))
}

function describeExpected(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type')
    return issue.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : 'another value'
  const words: Record<string, string> = {
    number: 'a finite number',
    int: 'a whole number',
    string: 'a text',
    boolean: 'true or false',
    array: 'a list',
    tuple: 'a list',
    object: 'a group of fields',
    record: 'a group of names with values',
  }
  return words[issue.expected] ?? issue.expected
}

function sizeWord(origin: string, word: 'small' | 'large'): string {
  if (origin === 'number' || origin === 'int') return word
  return word === 'small' ? 'short' : 'long'
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'a group of fields'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function shown(value: unknown): { value?: unknown } {
  return value !== undefined && (typeof value !== 'object' || value === null) ? { value } : {}
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}
