import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { block, lpOf } from './documentation.ts'

test.each([
  'budget',
  'portfolio',
  'scheduling-time-indexed',
  'scheduling-compact',
  'allocation',
  'hierarchy',
  'operation',
])('the worked example of docs/background/%s.md shows the model that is really built', async (name) => {
  const page = readFileSync(new URL(`../../docs/background/${name}.md`, import.meta.url), 'utf8')
  expect(block(page, 'lp')).toBe(await lpOf(page))
})
