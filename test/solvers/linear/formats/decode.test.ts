import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { InvalidInputError } from '../../../../solvers/contract/index.ts'
import { decodeModelFile, isGzip, recogniseModel } from '../../../../solvers/linear/formats/index.ts'

test('plain and gzip bytes give the same text, without a byte order mark', async () => {
  const text = 'NAME größer\nROWS\n'
  const bytes = new TextEncoder().encode(`\ufeff${text}`)
  expect(await decodeModelFile(bytes)).toBe(text)
  expect(isGzip(gzipSync(bytes))).toBe(true)
  expect(await decodeModelFile(gzipSync(bytes))).toBe(text)
})

test('a small file that inflates beyond the limit is refused while inflating', async () => {
  const bomb = gzipSync(new Uint8Array(20_000_000))
  expect(bomb.length).toBeLessThan(30_000)
  await expect(decodeModelFile(bomb, { maxBytes: 1_000_000, file: 'bomb.mps.gz' })).rejects.toThrow(
    /bomb\.mps\.gz: the text is larger than 1000000 bytes/,
  )
})

test('damaged and cut-off gzip streams are faults of the input', async () => {
  const whole = gzipSync('ROWS\n'.repeat(1000))
  await expect(decodeModelFile(whole.subarray(0, whole.length - 9))).rejects.toBeInstanceOf(InvalidInputError)
  const damaged = Uint8Array.from(whole)
  for (let i = 12; i < 40; i++) damaged[i] = 0x55
  await expect(decodeModelFile(damaged)).rejects.toBeInstanceOf(InvalidInputError)
})

test('the format is recognised by the first telling line', () => {
  expect(recogniseModel('* comment\n\nNAME x\n')).toBe('mps')
  expect(recogniseModel('\\ comment\n Minimise\n')).toBe('lp')
  expect(recogniseModel('{"version": 1}')).toBeNull()
})
