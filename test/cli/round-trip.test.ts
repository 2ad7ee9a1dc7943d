import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'foreplan-round-trip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** These take seconds each, and their kinds are among the others. */
const slow = ['find-cell.yaml', 'job-shop.yaml', 'portfolio.yaml']
const documents = readdirSync(examples).filter((name) => name.endsWith('.yaml') && !slow.includes(name))

describe('an example gives the same bytes from YAML and from JSON, twice', () => {
  test.each(documents)('%s', { timeout: 120_000 }, async (name) => {
    const file = join(examples, name)
    const converted = await runCli('convert', file, '--to', 'json')
    expect(converted.exit).toBe(0)
    const copy = join(folder, name.replace('.yaml', '.json'))
    writeFileSync(copy, converted.stdout)
    const first = await runCli('solve', file, '--json', '--quiet')
    const second = await runCli('solve', copy, '--json', '--quiet')
    expect([0, 4]).toContain(first.exit)
    expect(second.exit).toBe(first.exit)
    expect(second.stdout).toBe(first.stdout)
  })
})
