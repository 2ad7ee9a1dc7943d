/** Which format a file is in: by its extension where that says enough, else by its content. */
import { InvalidInputError } from '../../solvers/contract/index.ts'
import type { InputFile } from '../io/files/read-file.ts'

export type FileKind =
  | 'document'
  | 'linear'
  | 'cost-table'
  | 'assignment-text'
  | 'jobshop'
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
  if (known !== undefined) return known
  const text = file.text.slice(0, 20_000).replace(/^\uFEFF/, '')
  if (/^\s*\[/.test(text)) return 'cost-table'
  if (/^\s*\{/.test(text) || /^\s*(#.*\n\s*)*version\s*:/.test(text)) return 'document'
  if (/^\s*(;.*\n\s*)*\(\s*define\b/.test(text)) return 'hddl'
  if (/^\s*(#.*\n\s*)*(discount|states|values)\s*:/m.test(text)) return 'pomdp'
  if (/^(NAME|ROWS|OBJSENSE)\b/m.test(text)) return 'linear'
  if (/^\s*(\\.*\n\s*)*(min|max)(imi[sz]e|imum)?\b/i.test(text)) return 'linear'
  if (/^\s*(#.*\n\s*)*[\d.\s+-eE]+$/.test(text)) return numbersKind(text)
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

/** `n` then n x n numbers is an assignment; `jobs machines` then machine-duration pairs a job is a job shop. */
function numbersKind(text: string): FileKind {
  const firstLine = text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'))
  return firstLine?.split(/\s+/).length === 2 ? 'jobshop' : 'assignment-text'
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
