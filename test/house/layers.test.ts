import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const Y = 'export const y = 1\n'
const use = (path: string): string => `import { y } from '${path}'\n\nexport const x = y\n`

/** Files that must be refused, each with the rule that refuses it. */
const planted: Record<string, [content: string, rule: string]> = {
  'solvers/numeric/a.ts': [use('../../src/domain/d.ts'), 'noRestrictedImports'],
  'models/budget/a.ts': [use('../../solvers/linear/backends/highs.ts'), 'noRestrictedImports'],
  'models/budget/b.ts': [use('../../src/resources/b.ts'), 'noRestrictedImports'],
  'src/domain/a.ts': [use('../../solvers/linear/backends/highs.ts'), 'noRestrictedImports'],
  'src/domain/b.ts': [use('../check/c.ts'), 'noRestrictedImports'],
  'src/htn/a.ts': [use('../resources/b.ts'), 'noRestrictedImports'],
  'src/check/a.ts': [use('../resources/b.ts'), 'noRestrictedImports'],
  'src/io/a.ts': [use('../resources/b.ts'), 'noRestrictedImports'],
  'examples/a.ts': [use('../src/check/c.ts'), 'noRestrictedImports'],
  'src/io/b.ts': ["import { readFileSync } from 'node:fs'\n\nexport const x = readFileSync\n", 'noNodejsModules'],
  'src/io/c.ts': [use('./d.ts'), 'noImportCycles'],
  'src/io/d.ts': ["import { x } from './c.ts'\n\nexport const y = x\n", 'noImportCycles'],
  'src/io/e.ts': ["console.log('x')\n", 'noConsole'],
  'src/io/f.ts': ['export const x: any = 1\n', 'noExplicitAny'],
}
/** Files that must pass. */
const allowed: Record<string, string> = {
  'solvers/contract/e.ts': Y,
  'solvers/linear/backends/highs.ts': Y,
  'src/domain/d.ts': Y,
  'src/check/c.ts': use('../domain/d.ts'),
  'src/resources/b.ts': Y,
  'src/domain/ok.ts': use('../../solvers/contract/e.ts'),
  'models/budget/ok.ts': use('../../src/domain/d.ts'),
  'src/cli/ok.ts': "import { readFileSync } from 'node:fs'\n\nconsole.log(readFileSync)\n",
}

describe('the layer rules', () => {
  let folder = ''
  let output = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'layers-'))
    const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
    config.vcs = { enabled: false }
    delete config.$schema
    const files = { ...allowed, 'biome.json': JSON.stringify(config) }
    for (const [path, [content]] of Object.entries(planted)) Object.assign(files, { [path]: content })
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
    try {
      execFileSync(process.execPath, [biome, 'lint', '--max-diagnostics=200', '--colors=off', '.'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
      })
    } catch (error) {
      output = `${(error as { stderr: string }).stderr}${(error as { stdout: string }).stdout}`
    }
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(Object.entries(planted))('refuse the violation planted in %s', (path, [, rule]) => {
    expect(output).toMatch(
      new RegExp(`${path.replaceAll('.', '\\.').replaceAll('/', '[/\\\\]')}:\\d+:\\d+ lint/\\w+/${rule}`),
    )
  })

  test.each(Object.keys(allowed))('let %s pass', (path) => {
    expect(output).not.toContain(`${path}:`)
  })
})

test('the version in the code is the version of the package', async () => {
  const { VERSION } = await import('../../src/cli/version.ts')
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version).toBe(VERSION)
})
