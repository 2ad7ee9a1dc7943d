import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runCli } from '../cli/run-cli.ts'

/** Headings of docs/document.md that describe each section of a document, and pages that go further into it. */
const BELIEF = ['Something hidden']
const TIMES = ['A project', 'A hierarchy', 'An allocation']
const SHARING = ['An assignment', 'An allocation', 'Agents that coordinate']
const DESCRIBED: Readonly<Record<string, readonly string[]>> = {
  units: ['Fields of every document'],
  lines: ['A budget'],
  rules: ['A budget'],
  periods: ['A portfolio'],
  projects: ['A portfolio'],
  tasks: TIMES,
  compounds: TIMES,
  jobs: TIMES,
  precedence: TIMES,
  resources: TIMES,
  objective: ['A project'],
  constraints: ['A portfolio', ...TIMES, ...SHARING],
  mission: ['A mission'],
  agents: SHARING,
  game: ['A zero-sum game'],
  coalition: ['Coalitions'],
  protocol: ['Agents that coordinate'],
  negotiation: ['Agents that coordinate'],
  auction: ['Agents that coordinate'],
  plans: ['Agents that coordinate'],
  belief: BELIEF,
  world: ['Something to carry out'],
  execution: ['Something to carry out'],
  operation: ['Operations'],
  causes: ['What causes what'],
  state: ['A plan'],
  actions: ['A plan'],
  methods: ['A plan'],
  do: ['A plan'],
  goals: ['A plan'],
}
const FURTHER: Readonly<Record<string, string>> = {
  tasks: 'resources',
  resources: 'resources',
  compounds: 'resources',
  world: 'execution',
  execution: 'execution',
}

const manual = readFileSync(new URL('../../docs/document.md', import.meta.url), 'utf8')

/** Everything in code type under the headings that begin so. */
function codeUnder(headings: readonly string[]): string {
  const parts = manual.split(/^(?=## )/m)
  const found = parts.filter((part) => headings.some((heading) => part.startsWith(`## ${heading}`)))
  return codeIn(found.join('\n'))
}

function codeIn(text: string): string {
  return [...text.matchAll(/```[\s\S]*?```|`[^`]+`/g)].map(([code]) => code).join('\n')
}

/** Names of all fields in a part of the JSON Schema. */
function fieldsOf(schema: unknown, definitions: Readonly<Record<string, unknown>>): Set<string> {
  const fields = new Set<string>()
  const seen = new Set<unknown>()
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return
    seen.add(node)
    for (const [key, value] of Object.entries(node)) {
      if (key === '$ref') walk(definitions[String(value).split('/').at(-1) ?? ''])
      else if (key === 'properties') {
        for (const [name, inner] of Object.entries(value as Record<string, unknown>)) {
          fields.add(name)
          walk(inner)
        }
      } else walk(value)
    }
  }
  walk(schema)
  return fields
}

test('every field that a document may have is in the manual, in the section of its kind', async () => {
  const schema = JSON.parse((await runCli('schema')).stdout) as {
    properties: Record<string, unknown>
    $defs?: Record<string, unknown>
  }
  const missing: string[] = []
  for (const [section, shape] of Object.entries(schema.properties)) {
    if (!codeIn(manual).match(new RegExp(`\\b${section}\\b`))) missing.push(section)
    const headings = DESCRIBED[section]
    const fields = fieldsOf(shape, schema.$defs ?? {})
    if (headings === undefined) {
      if (fields.size > 0) missing.push(`${section}: no heading`)
      continue
    }
    const page = FURTHER[section]
    const further = page === undefined ? '' : readFileSync(new URL(`../../docs/${page}.md`, import.meta.url), 'utf8')
    const text = codeUnder(headings) + codeIn(further)
    for (const field of fields) if (!new RegExp(`\\b${field}\\b`).test(text)) missing.push(`${section}: ${field}`)
  }
  expect(missing).toEqual([])
})
