/** Runs the plan in processes of their own, kills them, and says what is left on the disk. */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { traceOf } from '../../../src/execution/journal/index.ts'
import { parseJournal } from '../../../src/io/files/journal-file.ts'
// biome-ignore lint/correctness/useImportExtensions: the processes run this module as it is
import type { Effect } from './site-program.mjs'

const library = fileURLToPath(new URL('../../../dist/', import.meta.url))
const program = fileURLToPath(new URL('./site-process.mjs', import.meta.url))

/** Processes run the built package; there may be none. */
export const isBuilt =
  existsSync(join(library, 'src/execution/journal/index.js')) &&
  existsSync(join(library, 'src/io/files/journal-file.js'))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type Outcomes = 'durable' | 'ordered'

/** @param at number of the boundary at which the process kills itself; without it, it ends by itself */
export function runProcess(folder: string, outcomes: Outcomes, at?: number): Promise<Ended> {
  const args = [program, library, folder, outcomes, ...(at === undefined ? [] : [String(at)])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })))
}

/** Leaves on the disk what a machine may leave that dies in the middle of writing the next record. */
export function tear(folder: string): void {
  appendFileSync(join(folder, 'journal.jsonl'), '{"seq":7,"crc":"01ab')
}

export interface Remains {
  readonly trace: ReturnType<typeof traceOf>
  /** How often each step took effect outside. */
  readonly effects: readonly (readonly [step: number, times: number])[]
}

export function remains(folder: string): Remains {
  const path = join(folder, 'journal.jsonl')
  const { records } = parseJournal(readFileSync(path), path)
  const lines = readFileSync(join(folder, 'world.jsonl'), 'utf8').trimEnd().split('\n')
  return { trace: traceOf(records), effects: countEffects(lines.map((line) => JSON.parse(line) as Effect)) }
}

export function countEffects(log: readonly Effect[]): [step: number, times: number][] {
  const counts = new Map<number, number>()
  for (const { step } of log) counts.set(step, (counts.get(step) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b)
}
