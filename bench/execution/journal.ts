/**
 * `npm run bench -- journal [STEPS] [FOLDER] [ROUNDS]`: durable steps a second (an intent and an outcome on the disk for each)
 * beside what the disk allows, a bare loop of one write and one fdatasync a step, and beside the same two records a step in
 * SQLite (node-sqlite3-wasm); then steps in memory. What a shared disk gives changes tenfold from second to second, so all
 * of them take short turns, in another order in every round, and the figures are quartiles over the rounds. FOLDER must lie
 * on a real disk; a memory file system flatters everybody.
 */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import { RandomStream } from '../../solvers/numeric/index.ts'
import type { JournalEntry, JournalRecord, JournalStore } from '../../src/domain/journal.ts'
import { DurableRun, type DurableRunOptions, MemoryJournal } from '../../src/execution/journal/index.ts'
import { JournalFile } from '../../src/io/files/journal-file.ts'

const steps = Number(process.argv[2] ?? 40)
const parent = process.argv[3] ?? tmpdir()
const rounds = Number(process.argv[4] ?? 60)
mkdirSync(parent, { recursive: true })
const folder = mkdtempSync(join(parent, 'journal-bench-'))

/** The same journal as rows of a table; every append is a transaction of its own. */
class SqliteJournal implements JournalStore {
  readonly #database: InstanceType<typeof sqlite.Database>
  readonly #insert: ReturnType<InstanceType<typeof sqlite.Database>['prepare']>

  constructor(path: string) {
    this.#database = new sqlite.Database(path)
    this.#database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL')
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

interface Measured {
  readonly rate: number
  /** Processor microseconds a step, all threads. */
  readonly cpu: number
}

async function timed(count: number, work: () => void | Promise<void>): Promise<Measured> {
  const cpu = process.cpuUsage()
  const begin = performance.now()
  await work()
  const seconds = (performance.now() - begin) / 1000
  const used = process.cpuUsage(cpu)
  return { rate: count / seconds, cpu: (used.user + used.system) / count }
}

async function carriedOut(store: JournalStore, count: number, together: number, options: DurableRunOptions = {}) {
  const run = await DurableRun.open(store, { run: 'bench', subject: null }, options)
  const measured = await timed(count, async () => {
    for (let i = 0; i < count; i += together) {
      const these = Array.from({ length: Math.min(together, count - i) }, (_, j) => i + j)
      const begin = (step: number): Promise<unknown> =>
        run.perform({ plan: 'bench', what: `move(a, b)#${step}` }, {}, () => ({ level: step }))
      if (together === 1) await begin(i)
      else await Promise.all(these.map(begin))
    }
    // The end is durable when everything before it is.
    await run.finish(null)
  })
  await run.close()
  return measured
}

/** As many bytes as an intent and an outcome have. */
const STEP = Buffer.from(`${'x'.repeat(279)}\n`)

function bareLoop(path: string, count: number): Promise<Measured> {
  const file = openSync(path, 'a')
  // A journal too has its first record on the disk before the first step: a new file costs more than a longer one.
  writeSync(file, STEP)
  fsyncSync(file)
  return timed(count, () => {
    for (let i = 0; i < count; i++) {
      writeSync(file, STEP)
      fdatasyncSync(file)
    }
  }).finally(() => closeSync(file))
}

/** The same without holding the process up, as a journal must. */
async function freeLoop(path: string, count: number): Promise<Measured> {
  const handle = await open(path, 'a')
  await handle.write(STEP)
  await handle.sync()
  const measured = await timed(count, async () => {
    for (let i = 0; i < count; i++) {
      await handle.write(STEP)
      await handle.datasync()
    }
  })
  await handle.close()
  return measured
}

const file = async (path: string, together: number, options: DurableRunOptions = {}): Promise<Measured> =>
  carriedOut(await JournalFile.open(path), steps, together, options)
const BARE = 'bare loop: a write and an fdatasync a step'
const CONTENDERS: readonly (readonly [name: string, measure: (path: string) => Promise<Measured>])[] = [
  [BARE, (path) => bareLoop(path, steps)],
  ['the same by asynchronous calls', (path) => freeLoop(path, steps)],
  ['one after the other, outcomes ordered', (path) => file(path, 1, { outcomes: 'ordered' })],
  ['one after the other, outcomes durable', (path) => file(path, 1)],
  ['64 at a time, outcomes durable', (path) => file(path, 64)],
  ['SQLite FULL, one after the other', (path) => carriedOut(new SqliteJournal(path), Math.ceil(steps / 8), 1)],
]

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] as number
const median = (values: readonly number[]): number => quantile(values, 0.5)
const order = new RandomStream(1)
const shown = (value: number): string => Math.round(value).toLocaleString('en')

console.log(`${steps} steps, ${rounds} rounds in ${folder} (device ${statSync(folder).dev})`)
try {
  const found = new Map<string, Measured[]>(CONTENDERS.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [turn, [name, measure]] of order.shuffle([...CONTENDERS]).entries())
      found.get(name)!.push(await measure(join(folder, `${round}-${turn}`)))
  const bare = found.get(BARE)!.map(({ rate }) => rate)
  console.log(
    `${'steps/s, quartiles over the rounds'.padEnd(44)}   25 %    50 %    75 %  75 % beside bare  CPU us a step`,
  )
  for (const [name, measured] of found) {
    const rates = measured.map(({ rate }) => rate)
    const quartiles = [0.25, 0.5, 0.75].map((part) => shown(quantile(rates, part)).padStart(8)).join('')
    const ratio = (quantile(rates, 0.75) / quantile(bare, 0.75)).toFixed(2).padStart(16)
    const cpu = median(measured.map((one) => one.cpu)).toFixed(0)
    console.log(`${name.padEnd(42)}${quartiles}${ratio}${cpu.padStart(15)}`)
  }
  for (const together of [1, 64]) {
    const measured: Measured[] = []
    for (let round = 0; round < 5; round++) measured.push(await carriedOut(new MemoryJournal(), 100_000, together))
    const rates = measured.map(({ rate }) => rate)
    const cpu = measured.map((one) => one.cpu)
    console.log(
      `in memory, ${together} at a time: ${shown(median(rates))} steps/s by the clock (${shown(Math.min(...rates))} .. ${shown(Math.max(...rates))}), ` +
        `${median(cpu).toFixed(1)} CPU us a step (${Math.min(...cpu).toFixed(1)} .. ${Math.max(...cpu).toFixed(1)})`,
    )
  }
} finally {
  rmSync(folder, { recursive: true })
}
