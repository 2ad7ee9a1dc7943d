/**
 * `npm run bench -- journal [STEPS] [FOLDER]`: durable steps a second (an intent and an outcome on the disk for each) beside
 * the same two records a step in SQLite (node-sqlite3-wasm), and steps a second in memory. `one`: one step after the other;
 * `many`: 64 at a time. FOLDER must lie on a real disk; a memory file system flatters everybody.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import type { JournalEntry, JournalRecord, JournalStore } from '../../src/domain/journal.ts'
import { DurableRun, MemoryJournal } from '../../src/execution/journal/index.ts'
import { JournalFile } from '../../src/io/files/journal-file.ts'

const steps = Number(process.argv[2] ?? 5000)
const parent = process.argv[3] ?? tmpdir()
mkdirSync(parent, { recursive: true })
const folder = mkdtempSync(join(parent, 'journal-bench-'))

/** The same journal as rows of a table; every append is a transaction of its own. */
class SqliteJournal implements JournalStore {
  readonly #database: InstanceType<typeof sqlite.Database>
  readonly #insert: ReturnType<InstanceType<typeof sqlite.Database>['prepare']>

  constructor(path: string, synchronous: 'FULL' | 'NORMAL', mode: 'DELETE' | 'TRUNCATE') {
    this.#database = new sqlite.Database(path)
    this.#database.exec(`PRAGMA journal_mode=${mode}; PRAGMA synchronous=${synchronous}; PRAGMA locking_mode=EXCLUSIVE`)
    this.#database.exec('CREATE TABLE journal (sequence INTEGER PRIMARY KEY, entry TEXT NOT NULL)')
    this.#insert = this.#database.prepare('INSERT INTO journal (entry) VALUES (?)')
  }

  read(): Promise<readonly JournalRecord[]> {
    const rows = this.#database.all('SELECT sequence, entry FROM journal ORDER BY sequence')
    return Promise.resolve(
      rows.map((row, sequence) => ({ sequence, ...(JSON.parse(String(row['entry'])) as JournalEntry) })),
    )
  }

  append(entry: JournalEntry): Promise<void> {
    this.#insert.run([JSON.stringify(entry)])
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#insert.finalize()
    this.#database.close()
    return Promise.resolve()
  }
}

async function measure(name: string, store: JournalStore, count: number, together: number): Promise<void> {
  const run = await DurableRun.open(store, { run: name, subject: null })
  const cpu = process.cpuUsage()
  const begin = performance.now()
  for (let i = 0; i < count; i += together) {
    const steps = Array.from({ length: Math.min(together, count - i) }, (_, j) => i + j)
    await Promise.all(
      steps.map((step) => run.perform({ plan: 'bench', what: `move(a, b)#${step}` }, {}, () => ({ level: step }))),
    )
  }
  const seconds = (performance.now() - begin) / 1000
  const used = process.cpuUsage(cpu)
  await run.close()
  const each = ((used.user + used.system) / count).toFixed(1)
  const rate = Math.round(count / seconds).toLocaleString('en')
  console.log(`${name.padEnd(44)}${rate.padStart(12)} steps/s${each.padStart(10)} CPU us a step`)
}

console.log(`${steps} steps in ${folder} (device ${statSync(folder).dev})`)
try {
  for (const [label, together] of [
    ['one', 1],
    ['many', 64],
  ] as const) {
    await measure(`file, ${label}`, await JournalFile.open(join(folder, `${label}.jsonl`)), steps, together)
    for (const mode of ['DELETE', 'TRUNCATE'] as const)
      await measure(
        `SQLite (node-sqlite3-wasm), ${mode} FULL, ${label}`,
        new SqliteJournal(join(folder, `${label}-${mode}.db`), 'FULL', mode),
        Math.min(steps, 2000),
        together,
      )
    await measure(
      `file without sync, ${label}`,
      await JournalFile.open(join(folder, `${label}-fast.jsonl`), { sync: false }),
      steps,
      together,
    )
    await measure(`memory, ${label}`, new MemoryJournal(), steps * 20, together)
  }
} finally {
  rmSync(folder, { recursive: true })
}
