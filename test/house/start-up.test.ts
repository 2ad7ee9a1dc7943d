import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What is loaded with a module before its first line runs: its files, and the packages they ask for. */
function loadedWith(entry: string): ReadonlySet<string> {
  const loaded = new Set<string>()
  const open = [join(root, entry)]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (loaded.has(file)) continue
    loaded.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, clause = '', target = ''] of text.matchAll(
      /^(?:import|export)\s(?!type\s)([^;'"]*?)from '([^']+)'/gm,
    )) {
      const onlyTypes = /^\{[^}]*\}\s*$/.test(clause) && !/[{,]\s*(?!type\s|\s|\})/.test(clause)
      if (onlyTypes || target.startsWith('node:')) continue
      if (target.startsWith('.')) open.push(join(dirname(file), target))
      else loaded.add(target)
    }
  }
  return loaded
}

test('a hierarchical problem in HDDL is planned without loading what planning documents need', () => {
  const loaded = loadedWith('src/cli/verbs/plan.ts')
  expect(loaded).toContain(join(root, 'src/htn/search/tabled.ts'))
  expect(loaded).not.toContain('zod')
  expect(loaded).not.toContain('yaml')
  expect([...loaded].filter((name) => name.includes('/src/io/document/'))).toEqual([])
  const withoutSearch = [...loadedWith('src/cli/run-verb.ts'), ...loadedWith('src/cli/session.ts')]
  for (const one of [...loaded, ...withoutSearch]) expect(['commander', 'picocolors']).not.toContain(one)
  expect(loadedWith('src/cli/verbs/plan-document.ts')).toContain('zod')
})

test('the first thread of the command loads nothing before it knows what is asked', () => {
  expect(loadedWith('src/cli/main.ts').size).toBe(1)
  expect(loadedWith('src/cli/supervisor.ts').size).toBeLessThan(5)
  expect(loadedWith('src/cli/brief.ts').size).toBeLessThan(5)
})
