import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEMOS } from '../../src/cli/demos.ts'
import { runCli } from './run-cli.ts'

const examples = new URL('../../examples/', import.meta.url).pathname

describe('demos', () => {
  test('every demo names files that are there', () => {
    for (const demo of Object.values(DEMOS)) {
      for (const step of demo.steps)
        for (const file of step.files) expect(existsSync(join(examples, file)), file).toBe(true)
    }
  })

  test('every example is shown by a demo', () => {
    const steps = Object.values(DEMOS).flatMap((demo) => demo.steps)
    const shown = new Set(steps.flatMap(({ files, faults }) => [...files, ...(faults === undefined ? [] : [faults])]))
    expect(readdirSync(examples).filter((name) => !shown.has(name))).toEqual([])
  })

  test.each([
    ['together', ['17 min', '21 €', '94.1 %', '53 €']],
    ['warehouse', ['296', '316', '784', '157', '53 €']],
    ['agents', ['7240', '8030', '79.573025', '57 h']],
    ['resources', ['560.5', '902.28', '50 points', '25 days']],
    ['replanning', ['97', '110', '1220', '913041.24']],
    ['delivery', ['10 steps (8 planned)', 'not in the first plan']],
    ['hidden', ['252.34', '-11.509962', '19.371368']],
  ])('%s prints its figures', { timeout: 120_000 }, async (name, figures) => {
    const { exit, stdout } = await runCli('demo', name)
    expect(exit).toBe(0)
    const plain = stdout.replaceAll(/(?<=\d)[, \u202f](?=\d{3}\b)/g, '')
    for (const figure of figures) expect(plain, figure).toContain(figure)
  })

  test('the tour leaves one page that links to a report for each command', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foreplan-tour-'))
    try {
      const { exit } = await runCli('demo', '--out', folder)
      expect(exit).toBe(0)
      const page = readFileSync(join(folder, 'report.html'), 'utf8')
      const links = [...page.matchAll(/href="([^"]+)"/g)].map((match) => match[1] as string)
      expect(links).toHaveLength(DEMOS['tour']?.steps.length ?? 0)
      for (const link of links) expect(existsSync(join(folder, link)), link).toBe(true)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
