/** Reads a model file of either format; the format is recognised by the text itself, not by the file's name. */
import { readLp } from './read-lp.ts'
import { readMps } from './read-mps.ts'
import type { LinearFile, ReadOptions } from './source.ts'

/** What the first telling line says; null when the text is neither. */
export function recogniseModel(text: string): 'mps' | 'lp' | null {
  let start = 0
  for (let lines = 0; start < text.length && lines < 10_000; lines++) {
    let end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    const line = text.slice(start, Math.min(end, start + 200))
    start = end + 1
    if (line.trim() === '' || line.startsWith('*')) continue
    if (/^(NAME|ROWS|OBJSENSE|OBJNAME)\b/i.test(line)) return 'mps'
    if (/^\s*\\/.test(line)) continue
    return /^\s*(min|max)/i.test(line) ? 'lp' : null
  }
  return null
}

/**
 * @throws InvalidInputError with every fault of the text; a text that is neither format is read as MPS when its name ends
 * like that, as LP otherwise, and its faults say what is missing
 */
export function readModel(text: string, options: ReadOptions = {}): LinearFile {
  const format = recogniseModel(text) ?? (/\.mps(\.gz)?$/i.test(options.file ?? '') ? 'mps' : 'lp')
  return format === 'mps' ? readMps(text, options) : readLp(text, options)
}
