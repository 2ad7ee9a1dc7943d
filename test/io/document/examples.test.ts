import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readDocument } from '../../../src/io/document/index.ts'

const folder = new URL('../../../examples/', import.meta.url)
const kinds: Record<string, string> = {
  'budget.yaml': 'budget',
  'renovation.yaml': 'project',
  'relocation.yaml': 'project',
  'people.yaml': 'assignment',
  'warehouse-wave.yaml': 'assignment',
  'warehouse-shift.yaml': 'allocation',
  'portfolio.yaml': 'portfolio',
  'penalty-kick.yaml': 'game',
  'pallets.yaml': 'coalition',
}

describe('the example documents', () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))(
    '%s is read and its kind recognised',
    (name) => {
      const result = readDocument(readFileSync(new URL(name, folder), 'utf8'), { file: name })
      if (result.status === 'invalid') expect(result.issues).toEqual([])
      else expect(result.problem.kind).toBe(kinds[name] ?? result.problem.kind)
    },
  )
})
