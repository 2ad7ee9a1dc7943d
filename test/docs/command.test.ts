import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addVerbs } from '../../src/cli/verbs/index.ts'

const page = readFileSync(new URL('../../docs/command.md', import.meta.url), 'utf8')

test('the manual names every verb and every option of its own', () => {
  const program = new Command('foreplan')
  addVerbs(program, { define: (verb) => verb, run: async () => undefined })
  for (const verb of program.commands) {
    expect(page, verb.name()).toContain(`\n### ${verb.name()}\n`)
    for (const option of verb.options) expect(page, `${verb.name()} ${option.long}`).toContain(option.long as string)
  }
})
