import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { readDocument } from '../../../src/io/document/index.ts'

const folder = new URL('../../../examples/', import.meta.url)
const seeds = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
const FRAGMENTS = [
  '-1',
  '1e999',
  '.nan',
  '.inf',
  'null',
  '[]',
  '{}',
  '!!js/function "x"',
  '&a',
  '*a',
  '<<: *a',
  '"',
  "'",
  '|',
  '>',
  '? ',
  '- - -',
  '__proto__: {x: 1}',
  'constructor: 1',
  '\t',
  '\u0000',
  '\u2028',
  '💥',
  '0x10',
  '1_000',
  '2020-01-01',
  '~',
  ': ',
  '#',
  '%YAML 9',
  '---',
  '...',
]

/** One to four random edits: a deleted, doubled, swapped or replaced stretch, or an inserted fragment. */
function mutate(text: string, random: RandomStream): string {
  let mutated = text
  for (let edits = random.integer(1, 4); edits > 0; edits--) {
    const at = random.integer(0, mutated.length)
    const end = Math.min(mutated.length, at + random.integer(0, 12))
    const head = mutated.slice(0, at)
    const tail = mutated.slice(end)
    const cut = mutated.slice(at, end)
    mutated = random.pick([
      () => head + tail,
      () => head + cut + cut + tail,
      () => head + random.pick(FRAGMENTS) + tail,
      () => head + cut.split('').reverse().join('') + tail,
      () => head + String.fromCharCode(random.integer(0, 0x2fff)) + mutated.slice(at),
      () => head + mutated.slice(random.integer(0, mutated.length)).slice(0, 30) + tail,
    ])()
  }
  return mutated
}

test('10,000 mutated documents give a problem or issues with places, never a crash', () => {
  const random = new RandomStream(20261123)
  let refused = 0
  for (let round = 0; round < 10_000; round++) {
    // Short seeds keep the run quick; the long tables add nothing but time.
    const text = mutate(random.pick(seeds).slice(0, random.integer(40, 700)), random)
    const result = readDocument(text, { file: 'mutated.yaml' })
    if (result.status === 'read') continue
    refused++
    expect(result.issues.length).toBeGreaterThan(0)
    for (const issue of result.issues) {
      expect(issue.message).not.toBe('')
      expect(issue.hint).not.toBe('')
      expect(issue.line).toBeGreaterThanOrEqual(1)
      expect(issue.column).toBeGreaterThanOrEqual(1)
    }
  }
  expect(refused).toBeGreaterThan(5_000)
})
