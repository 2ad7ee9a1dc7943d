import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format } from 'node:util'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { readDocument } from '../../src/io/document/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const generated = join(root, 'test', 'docs', 'generated')
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
]
  .filter((name) => name.endsWith('.md'))
  // The generated reference shows signatures, not programs.
  .filter((name) => !name.startsWith(join('docs', 'api')))

/** A program followed by a block in the language `output` prints exactly that. */
interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly text: string
}

function blocks(page: string): Block[] {
  const found: Block[] = []
  let open: { line: number; language: string; lines: string[] } | null = null
  readFileSync(join(root, page), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const fence = /^```(\w*)/.exec(line)
      if (open !== null && line.startsWith('```')) {
        found.push({ page, line: open.line, language: open.language, text: open.lines.join('\n') })
        open = null
      } else if (open !== null) open.lines.push(line)
      else if (fence !== null) open = { line: index + 1, language: fence[1] ?? '', lines: [] }
    })
  return found
}

const all = pages.flatMap(blocks)
const title = (block: Block): string => `${block.page}:${block.line}`
const programs = all.flatMap((block, index) => {
  if (block.language !== 'ts') return []
  const next = all[index + 1]
  const output = next?.language === 'output' && next.page === block.page ? next.text : null
  return [[title(block), { text: block.text, output }] as const]
})
const documents = all
  .filter((block) => block.language === 'yaml' && block.text.includes('version: 1'))
  .map((block) => [title(block), block] as const)

const { exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Readonly<Record<string, { readonly default: string }>>
}

/** The source file behind an entry of the package's export map. */
function source(entry: string): string {
  const built = Object.hasOwn(entries, entry) ? entries[entry]?.default : undefined
  if (built === undefined) throw new Error(`the package exports no "${entry}"`)
  return built.replace('./dist/', '').replace(/\.js$/, '.ts')
}

afterAll(() => rmSync(generated, { recursive: true, force: true }))

describe('every program in the documentation runs', () => {
  test.each(programs)('%s', async (name, block) => {
    const path = join(generated, `${name.replace(/[^\w]/g, '-')}.ts`)
    mkdirSync(dirname(path), { recursive: true })
    const up = relative(dirname(path), root).replaceAll('\\', '/')
    const text = block.text.replaceAll(
      /from 'foreplan((?:\/[\w-]+)*)'/g,
      (_, path: string) => `from '${up}/${source(`.${path}`)}'`,
    )
    writeFileSync(path, `${text}\nexport const ran = true\n`)
    const printed: string[] = []
    const log = vi.spyOn(console, 'log').mockImplementation((...items) => {
      printed.push(format(...items))
    })
    try {
      const module = (await import(/* @vite-ignore */ path)) as { ran: boolean }
      expect(module.ran).toBe(true)
    } finally {
      log.mockRestore()
    }
    if (block.output !== null) expect(printed.join('\n')).toBe(block.output)
  })
})

describe('every planning document in the documentation is read', () => {
  test.each(documents)('%s', (name, block) => {
    const result = readDocument(block.text, { file: name })
    if (result.status === 'invalid') throw new InvalidInputError(result.issues)
    expect(result.status).toBe('read')
  })
})
