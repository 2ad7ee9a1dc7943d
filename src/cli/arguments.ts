/** Reading option values; a wrong value is a usage error that says what is allowed. */
import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }

/** `30s`, `500ms`, `2m`, `1h`, or plain seconds. @returns milliseconds */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)?$/.exec(text.trim())
  if (match === null) throw new InvalidArgumentError('Write a time such as 30s, 500ms, 2m or 1h.')
  return Number(match[1]) * (UNITS[match[2] ?? 's'] as number)
}

export function parseSeed(text: string): number {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || seed > 0xffffffff) throw new InvalidArgumentError('Write an integer from 0 to 4294967295.')
  return seed
}

export function parseNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Write a number.')
  return value
}

export function parseCount(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > 1_000_000)
    throw new InvalidArgumentError('Write a whole number from 1 on.')
  return value
}

/** `0.3,0.7` */
export function parseNumbers(text: string): number[] {
  return text.split(',').map(parseNumber)
}

/** Gathers a repeatable option. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text]
}
