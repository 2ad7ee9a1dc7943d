/**
 * What-if changes from outside the text: `total=260`, `tasks[3].modes[0].cost=5`, `tasks.paint.deadline=20`. A list of
 * objects can be entered by position or by `id`. The value is read as a YAML scalar or flow collection.
 */
import { parseDocument } from 'yaml'
import type { Issue } from '../../../solvers/contract/index.ts'
import { suggestName } from './names.ts'

export interface Override {
  readonly text: string
  readonly path: readonly (string | number)[]
  readonly value: unknown
}

const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor'])

/** Reads `path=value`. */
export function parseOverride(text: string): Override | Issue {
  const equals = text.indexOf('=')
  if (equals <= 0) return fault(text, `"${text}" is not of the form path=value`, 'write e.g. --set total=260')
  const path: (string | number)[] = []
  const matcher = /\[(\d{1,7})\]|\.?([^.[\]=]+)/gy
  const pathText = text.slice(0, equals)
  while (matcher.lastIndex < pathText.length) {
    const before = matcher.lastIndex
    const match = matcher.exec(pathText)
    if (match === null)
      return fault(text, `the path breaks at "${pathText.slice(before)}"`, 'write e.g. tasks[3].modes[0].cost')
    path.push(match[1] === undefined ? (match[2] as string) : Number(match[1]))
  }
  if (path.some((step) => FORBIDDEN.has(String(step))))
    return fault(text, 'this name is not allowed in a path', 'name a field')
  const parsed = parseDocument(text.slice(equals + 1), { version: '1.2', logLevel: 'silent' })
  if (parsed.errors.length > 0)
    return fault(text, 'the value is no YAML scalar or flow list', 'write e.g. --set total=260')
  return { text, path, value: parsed.toJS({ maxAliasCount: 0 }) ?? null }
}

/** A deep copy of `document` with the changes made, or every change that found no place. */
export function applyOverrides(document: unknown, overrides: readonly Override[]): { value: unknown; issues: Issue[] } {
  const value = structuredClone(document)
  const issues: Issue[] = []
  for (const override of overrides) {
    const issue = applyOne(value, override)
    if (issue !== null) issues.push(issue)
  }
  return { value, issues }
}

function applyOne(document: unknown, override: Override): Issue | null {
  let target: unknown = document
  for (let depth = 0; depth < override.path.length; depth++) {
    const step = override.path[depth] as string | number
    const last = depth === override.path.length - 1
    if (Array.isArray(target)) {
      const index =
        typeof step === 'number'
          ? step
          : target.findIndex((item) => item?.id === step || item?.name === step || item === step)
      if (index < 0 || index >= target.length) {
        const names = target.map((item) => item?.id ?? item?.name ?? item).filter((name) => typeof name === 'string')
        const hint =
          typeof step === 'number' ? `the list has ${target.length} entries` : suggestName(step, names, 'entries')
        return fault(override.text, `there is no entry ${JSON.stringify(step)} here`, hint)
      }
      if (last) target[index] = override.value
      else target = target[index]
    } else if (typeof target === 'object' && target !== null) {
      const record = target as Record<string, unknown>
      if (last) record[String(step)] = override.value
      else if (Object.hasOwn(record, String(step))) target = record[String(step)]
      else
        return fault(
          override.text,
          `there is no field "${step}" here`,
          suggestName(String(step), Object.keys(record), 'fields'),
        )
    } else return fault(override.text, `"${override.path.slice(0, depth).join('.')}" has no parts`, 'shorten the path')
  }
  return null
}

function fault(text: string, message: string, hint: string): Issue {
  return { code: 'override', path: ['--set', text], message, hint }
}
