/** Which format a file is in: by its extension where that says enough, else by its content. */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import { looksLikeProjectList } from '../io/csv/index.ts'
import type { InputFile } from '../io/files/read-file.ts'

export type FileKind =
  | 'document'
  | 'linear'
  | 'cost-table'
  | 'assignment-text'
  | 'jobshop'
  | 'knapsack'
  | 'knapsacks'
  | 'generalised-assignment'
  | 'project-list'
  | 'psplib'
  | 'patterson'
  | 'rcpsp-max'
  | 'pomdp'
  | 'hddl'

const BY_EXTENSION: Readonly<Record<string, FileKind>> = {
  yaml: 'document',
  yml: 'document',
  mps: 'linear',
  lp: 'linear',
  csv: 'cost-table',
  tsv: 'cost-table',
  sm: 'psplib',
  mm: 'psplib',
  rcp: 'patterson',
  sch: 'rcpsp-max',
  pomdp: 'pomdp',
  pomdpx: 'pomdp',
  hddl: 'hddl',
  pddl: 'hddl',
}

export function fileKind(file: InputFile): FileKind {
  const known = BY_EXTENSION[file.extension]
  if (known === 'cost-table' && looksLikeProjectList(file.text)) return 'project-list'
  if (known !== undefined) return known
  const text = file.text.slice(0, 20_000).replace(/^\uFEFF/, '')
  if (/^\s*\[/.test(text)) return 'cost-table'
  if (/^\s*\{/.test(text) || /^\s*(#.*\n\s*)*version\s*:/.test(text)) return 'document'
  if (/^\s*(;.*\n\s*)*\(\s*define\b/.test(text)) return 'hddl'
  if (/^\s*(#.*\n\s*)*(discount|states|values)\s*:/m.test(text)) return 'pomdp'
  if (/^(NAME|ROWS|OBJSENSE)\b/m.test(text)) return 'linear'
  if (/^\s*(\\.*\n\s*)*(min|max)(imi[sz]e|imum)?\b/i.test(text)) return 'linear'
  if (/^\s*(#.*\n\s*)*[\d.\s+-eE]+$/.test(text)) return numbersKind(file.text)
  const keys = text.match(/^[a-z]+:/gm)
  if (keys !== null) return 'document'
  throw new InvalidInputError([
    {
      code: 'unknown-format',
      path: [],
      message: 'neither the name nor the content says which format this is',
      hint: 'name it with one of .yaml .json .mps .lp .csv .sm .mm .rcp .sch .pomdp .hddl',
      file: file.name,
    },
  ])
}

/**
 * Text of numbers alone, told apart by what their count makes of the first ones: `n` and n x n is an assignment, `jobs machines`
 * and a machine and a duration for each operation a job shop, `items rows` and profits, weights and capacities a knapsack; a
 * number of problems and then such blocks is a file of knapsacks or of generalised assignments.
 */
function numbersKind(text: string): FileKind {
  const rows = text.split('\n').map((line) => line.trim())
  const lines = rows.filter((line) => line !== '' && !line.startsWith('#'))
  const first = lines[0]?.split(/\s+/) ?? []
  const numbers = lines.join(' ').split(/\s+/).map(Number)
  const [a = 0, b = 0] = numbers
  if (first.length === 2)
    return numbers.length !== 2 + 2 * a * b && numbers.length === 2 + a + a * b + b ? 'knapsack' : 'jobshop'
  if (numbers.length === 1 + a * a) return 'assignment-text'
  if (fills(numbers, 2, (m, n) => 2 * m * n + m)) return 'generalised-assignment'
  return fills(numbers, 3, (n, m) => n + n * m + m) ? 'knapsacks' : 'assignment-text'
}

/** Whether the first number counts blocks, each of a head of two sizes (and more) and as many numbers as the sizes say. */
function fills(numbers: readonly number[], head: number, size: (a: number, b: number) => number): boolean {
  let at = 1
  for (let block = 0; block < (numbers[0] ?? 0); block++) {
    const next = at + head + size(numbers[at] ?? 0, numbers[at + 1] ?? 0)
    if (!(next > at) || next > numbers.length) return false
    at = next
  }
  return at === numbers.length
}

/** Refuses a file of a kind that the verb does not take. */
export function wrongKind(file: InputFile, kind: string, verb: string, takes: string): InvalidInputError {
  return new InvalidInputError([
    {
      code: 'wrong-kind',
      path: [],
      message: `this is a file of kind "${kind}", which \`${verb}\` does not take`,
      hint: `give ${verb} ${takes}, or use \`foreplan solve\`, which recognises the kind`,
      file: file.name,
    },
  ])
}
