/**
 * A journal in a file: one JSON object a line, each with its place and a checksum, only ever appended. An entry is
 * acknowledged when it is on the disk; entries that are appended in one turn of the event loop, or while a write is under
 * way, go together, so the disk is asked once for all of them.
 *
 * What a crash can leave is a last line without its end (or, on some file systems, zeros where it should be): nobody was
 * told that it was written, so it is cut off and reported. Any other damage is an error with its place; nothing is changed.
 */
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { PlannerError } from '../../../solvers/contract/index.ts'
import {
  JournalCorruptError,
  type JournalEntry,
  type JournalRecord,
  type JournalStore,
  JournalWriteError,
} from '../../domain/journal.ts'
import { type FileLock, lockFile } from './file-lock.ts'

/** Largest journal that is read, in bytes. */
export const MAX_JOURNAL_BYTES = 1024 * 1024 * 1024

export interface JournalFileOptions {
  /**
   * False leaves it to the operating system when to write: a killed process loses nothing, a power cut may.
   * @default true
   */
  readonly sync?: boolean
}

interface Waiter {
  readonly line: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class JournalFile implements JournalStore {
  readonly path: string
  /** Bytes of a torn last record that were cut off when the file was opened. */
  readonly droppedBytes: number
  readonly #handle: FileHandle
  readonly #lock: FileLock
  readonly #sync: boolean
  #records: readonly JournalRecord[] | null
  #length: number
  #queue: Waiter[] = []
  #flushing: Promise<void> | null = null
  #broken: JournalWriteError | null = null

  private constructor(path: string, handle: FileHandle, lock: FileLock, found: Contents, sync: boolean) {
    this.path = path
    this.#handle = handle
    this.#lock = lock
    this.#sync = sync
    this.#records = found.records
    this.#length = found.records.length
    this.droppedBytes = found.dropped
  }

  /**
   * Opens or creates the journal, alone.
   * @throws JournalLockedError when somebody else is writing it
   * @throws JournalCorruptError when it is damaged elsewhere than in a torn last record
   */
  static async open(path: string, options: JournalFileOptions = {}): Promise<JournalFile> {
    const folder = dirname(path)
    await mkdir(folder, { recursive: true })
    const lock = await lockFile(path)
    let handle: FileHandle | null = null
    try {
      const sync = options.sync ?? true
      handle = await open(path, sync && SYNCED_WRITES ? APPEND | constants.O_DSYNC : APPEND)
      const found = await readJournal(handle, path)
      if (found.dropped > 0) {
        await handle.truncate(found.bytes)
        await handle.datasync()
      }
      // The name of a new file is durable only when its folder is.
      if (found.records.length === 0) await syncFolder(folder)
      return new JournalFile(path, handle, lock, found, sync)
    } catch (error) {
      await handle?.close()
      await lock.release()
      throw error
    }
  }

  async read(): Promise<readonly JournalRecord[]> {
    if (this.#records !== null) return this.#records
    while (this.#flushing !== null) await this.#flushing
    if (this.#broken !== null) throw this.#broken
    return (await readJournal(this.#handle, this.path)).records
  }

  append(entry: JournalEntry): Promise<void> {
    if (this.#broken !== null) return Promise.reject(this.#broken)
    this.#records = null
    const line = lineOf(this.#length++, entry)
    return new Promise((resolve, reject) => {
      this.#queue.push({ line, resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  async close(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing
    if (this.#broken?.message === CLOSED) return
    this.#broken = new JournalWriteError(CLOSED)
    await this.#handle.close()
    await this.#lock.release()
  }

  async #flush(): Promise<void> {
    // Whatever is appended in the same turn goes with the first write.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) {
      const batch = this.#queue
      this.#queue = []
      try {
        if (this.#broken !== null) throw this.#broken
        await this.#write(Buffer.from(batch.map(({ line }) => line).join('')))
        if (this.#sync && !SYNCED_WRITES) await this.#handle.datasync()
        for (const { resolve } of batch) resolve()
      } catch (error) {
        // After a failed write or sync nobody knows what is on the disk; only opening the file again can tell.
        this.#broken ??= new JournalWriteError(`${this.path} cannot be written: ${(error as Error).message}`, error)
        for (const { reject } of batch) reject(this.#broken)
      }
    }
    this.#flushing = null
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) done += (await this.#handle.write(bytes, done)).bytesWritten
  }
}

const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT
/** Linux writes through to the disk in one call; elsewhere a call of its own is needed or does more. */
const SYNCED_WRITES = process.platform === 'linux'

const CLOSED = 'the journal is closed'
const LINE = /^\{"seq":(\d+),"crc":"([0-9a-f]{8})","entry":(.*)\}$/s

function lineOf(sequence: number, entry: JournalEntry): string {
  const text = JSON.stringify(entry)
  return `{"seq":${sequence},"crc":"${checksum(sequence, text)}","entry":${text}}\n`
}

/** The place is part of it, so that a line that was moved or doubled is noticed. */
function checksum(sequence: number, text: string): string {
  return crc32(`${sequence}:${text}`).toString(16).padStart(8, '0')
}

interface Contents {
  readonly records: readonly JournalRecord[]
  /** Length of the sound part. */
  readonly bytes: number
  /** Length of the torn last record. */
  readonly dropped: number
}

async function readJournal(handle: FileHandle, path: string): Promise<Contents> {
  const { size } = await handle.stat()
  if (size > MAX_JOURNAL_BYTES)
    throw new PlannerError('too-large', `the journal ${path} has ${size} bytes`, {
      hint: `the limit is ${MAX_JOURNAL_BYTES}; fork the run at a late record into a new journal`,
    })
  const content = Buffer.alloc(size)
  let filled = 0
  while (filled < size) {
    const { bytesRead } = await handle.read(content, filled, size - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return parseJournal(content.subarray(0, filled), path)
}

/** @throws JournalCorruptError with the first line that is damaged, unless it is the torn last one */
export function parseJournal(content: Buffer, path: string): Contents {
  const records: JournalRecord[] = []
  let offset = 0
  while (offset < content.length) {
    const end = content.indexOf(0x0a, offset)
    if (end < 0) break
    const line = records.length + 1
    const match = LINE.exec(content.toString('utf8', offset, end))
    if (match === null) throw new JournalCorruptError(path, line, offset, 'this is no record of a journal')
    const [, sequence, crc, text] = match as unknown as [string, string, string, string]
    if (checksum(Number(sequence), text) !== crc)
      throw new JournalCorruptError(path, line, offset, 'the checksum does not fit the record')
    if (Number(sequence) !== records.length)
      throw new JournalCorruptError(
        path,
        line,
        offset,
        `record ${records.length} is missing, ${sequence} found instead`,
      )
    records.push({ sequence: records.length, ...(JSON.parse(text) as JournalEntry) })
    offset = end + 1
  }
  return { records, bytes: offset, dropped: content.length - offset }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  // Where folders cannot be opened (Windows), creating a file is durable by itself or not at all.
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
