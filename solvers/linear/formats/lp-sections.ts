/**
 * The keywords of LP files. A keyword opens a section when it is the first word of its line and no colon follows (a row may
 * be called `bounds`). Upper and lower case are the same.
 */
import type { LpToken } from './lp-tokens.ts'

export type LpSection =
  | 'minimize'
  | 'maximize'
  | 'rows'
  | 'bounds'
  | 'integers'
  | 'binaries'
  | 'semicontinuous'
  | 'sets'
  | 'unsupported'
  | 'end'

export interface SectionStart {
  readonly section: LpSection
  /** Tokens the keyword consists of. */
  readonly length: number
}

const ONE_WORD: Record<string, LpSection> = {
  minimize: 'minimize',
  minimise: 'minimize',
  minimum: 'minimize',
  min: 'minimize',
  maximize: 'maximize',
  maximise: 'maximize',
  maximum: 'maximize',
  max: 'maximize',
  st: 'rows',
  'st.': 'rows',
  's.t.': 'rows',
  bounds: 'bounds',
  bound: 'bounds',
  general: 'integers',
  generals: 'integers',
  gen: 'integers',
  integer: 'integers',
  integers: 'integers',
  int: 'integers',
  binary: 'binaries',
  binaries: 'binaries',
  bin: 'binaries',
  semis: 'semicontinuous',
  semi: 'semicontinuous',
  sos: 'sets',
  sos1: 'sets',
  sos2: 'sets',
  pwlobj: 'unsupported',
  scenario: 'unsupported',
  end: 'end',
}

/** True when the word alone would open a section, so that no name may be written like it. */
export function isLpKeyword(word: string): boolean {
  const lower = word.toLowerCase()
  return Object.hasOwn(ONE_WORD, lower) || /^(subject|such|lazy|user|multi|free|inf|infinity|nan)$/.test(lower)
}

/** The section that begins at the token, or null. */
export function sectionAt(tokens: readonly LpToken[], at: number): SectionStart | null {
  const token = tokens[at] as LpToken
  if (token.kind === 'end') return { section: 'end', length: 0 }
  if (token.kind !== 'name' || !token.first) return null
  const next = tokens[at + 1]
  if (next?.kind === 'colon') return null
  const word = token.text.toLowerCase()
  const second = next?.kind === 'name' && next.line === token.line ? next.text.toLowerCase() : ''
  if ((word === 'subject' && second === 'to') || (word === 'such' && second === 'that'))
    return { section: 'rows', length: 2 }
  if ((word === 'lazy' && second === 'constraints') || (word === 'user' && second === 'cuts')) {
    return { section: 'unsupported', length: 2 }
  }
  const hyphenated = next?.text === '-' && next.line === token.line ? tokens[at + 2]?.text.toLowerCase() : undefined
  if (word === 'semi' && hyphenated === 'continuous') return { section: 'semicontinuous', length: 3 }
  if (word === 'multi' && hyphenated === 'objectives') return { section: 'unsupported', length: 3 }
  const section = Object.hasOwn(ONE_WORD, word) ? ONE_WORD[word] : undefined
  return section === undefined ? null : { section, length: 1 }
}
