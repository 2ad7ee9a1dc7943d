/** Reading the files a user named, and nothing else: bounded size, gzip recognised by content, `-` for standard input. */

import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { InvalidInputError } from '../../../solvers/contract/index.ts'

/** Largest file read and largest text unpacked, in bytes. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024

export interface InputFile {
  /** As the user wrote it; `<stdin>` for `-`. */
  readonly name: string
  /** Lower-case extension without the dot and without a trailing .gz; empty when there is none. */
  readonly extension: string
  readonly text: string
}

/** What a file is called in results: the same wherever it lies. */
export function titleOf(file: InputFile): string {
  return basename(file.name)
}

/** @throws InvalidInputError when the file is missing, a directory, too large, not UTF-8 text or a broken gzip */
export async function readInputFile(name: string): Promise<InputFile> {
  const shown = name === '-' ? '<stdin>' : name
  const bytes = name === '-' ? await readStandardInput() : await readBytes(name)
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(bytes, shown) : bytes
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch {
    text = new TextDecoder('latin1').decode(plain)
    if (text.includes('\u0000'))
      throw refused(shown, 'not-text', 'the file is no text', 'give a text file, plain or gzipped')
  }
  return { name: shown, extension: extensionOf(name), text }
}

async function readBytes(name: string): Promise<Uint8Array> {
  let handle: Awaited<ReturnType<typeof open>>
  try {
    handle = await open(name, 'r')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'the file may not be read'
          : `it cannot be opened (${code})`
    throw refused(name, 'unreadable-file', why, 'check the path')
  }
  try {
    const info = await handle.stat()
    if (info.isDirectory()) throw refused(name, 'unreadable-file', 'this is a folder', 'name a file in it')
    if (info.size > MAX_FILE_BYTES)
      throw refused(name, 'too-large', `the file has ${info.size} bytes`, `the limit is ${MAX_FILE_BYTES}`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of createReadStream('', { fd: 0, autoClose: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_FILE_BYTES)
      throw refused('<stdin>', 'too-large', `more than ${MAX_FILE_BYTES} bytes came in`, 'name a smaller input')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function inflate(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw refused(name, 'broken-gzip', `the file cannot be unpacked: ${reason}`, 'pack it again, or give it unpacked')
  }
}

function extensionOf(name: string): string {
  const base = name.toLowerCase().replace(/\.gz$/, '')
  return /\.([a-z0-9]+)$/.exec(base)?.[1] ?? ''
}

function refused(file: string, code: string, message: string, hint: string): InvalidInputError {
  return new InvalidInputError([{ code, path: [], message, hint, file }])
}
