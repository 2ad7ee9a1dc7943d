/**
 * From the bytes of a model file to its text: gzip (RFC 1952) is recognised by its first two bytes and inflated with the
 * platform's DecompressionStream, which Node and browsers share. The inflated size is bounded while inflating, so that a
 * small file cannot fill the memory.
 */
import { InvalidInputError, type Issue } from '../../contract/index.ts'

export interface DecodeOptions {
  /** Name of the file, shown in faults. */
  readonly file?: string
  /** Most bytes of text accepted, after inflating. @default 2^28 */
  readonly maxBytes?: number
}

const MAX_BYTES = 2 ** 28

/** True when the bytes start like gzip. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The text of a model file (UTF-8, a byte order mark is dropped), gzip or plain.
 * @throws InvalidInputError when the gzip stream is damaged or the text larger than allowed
 */
export async function decodeModelFile(bytes: Uint8Array, options: DecodeOptions = {}): Promise<string> {
  const limit = options.maxBytes ?? MAX_BYTES
  const plain = isGzip(bytes) ? await inflate(bytes, limit, options.file) : bytes
  if (plain.length > limit) throw tooLarge(limit, options.file)
  return new TextDecoder().decode(plain)
}

async function inflate(bytes: Uint8Array, limit: number, file: string | undefined): Promise<Uint8Array> {
  const stream = new DecompressionStream('gzip')
  const writer = stream.writable.getWriter()
  // The reader below sees every failure; the writer's copies of it are not another one.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => undefined)
  writer.close().catch(() => undefined)
  const reader = stream.readable.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    let chunk: Uint8Array
    try {
      const next = await reader.read()
      if (next.done) break
      chunk = next.value as Uint8Array
    } catch (cause) {
      const message = 'the gzip stream is damaged or cut off'
      throw new InvalidInputError([fault('damaged-gzip', message, 'fetch or compress the file again', file)], { cause })
    }
    size += chunk.length
    if (size > limit) {
      await reader.cancel().catch(() => undefined)
      throw tooLarge(limit, file)
    }
    chunks.push(chunk)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

function tooLarge(limit: number, file: string | undefined): InvalidInputError {
  return new InvalidInputError([fault('too-large', `the text is larger than ${limit} bytes`, 'raise maxBytes', file)])
}

function fault(code: string, message: string, hint: string, file: string | undefined): Issue {
  return { code, path: [], message, hint, ...(file === undefined ? {} : { file }) }
}
