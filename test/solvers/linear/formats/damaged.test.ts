import { expect, test } from 'vitest'
import { InvalidInputError } from '../../../../solvers/contract/index.ts'
import { readModel, writeLp, writeMps } from '../../../../solvers/linear/formats/index.ts'
import { RandomStream } from '../../../../solvers/numeric/index.ts'

const MPS = `NAME everything
OBJSENSE
    MAX
ROWS
 N profit
 N other
 L cap
 G need
 E even
COLUMNS
 x profit 2 other 3
 x cap 1.5e0 need -1
 M1 'MARKER' 'INTORG'
 y profit 1 cap 2
 y even 1
 M2 'MARKER' 'INTEND'
 z need 1 even -2
RHS
 RHS profit -5 cap 10
 RHS need -3
RANGES
 RNG cap 4 even -2
BOUNDS
 UP BND x 4
 LO BND y 1
 UP BND y 6
 SC BND z 5
QUADOBJ
 x x -4
SOS
 S1 SOS either
 SOS x 1
 SOS z 2
ENDATA
`

const LP = `\\ everything
Maximize
 profit: 3 x + 2y - z + [ - x ^ 2 + 2 x * y ] / 2 + 7
Subject To
 cap: x + y + 2 <= 10
 rng: -3 <= x - y <= 5
 on: b = 1 -> x + z >= 1
 x + z >= 1
Bounds
 1 <= x <= 40
 -3 <= w <= 12
 2 <= z <= 9
 y <= 8
 v free
Generals
 y
Binaries
 b
Semi-continuous
 z
SOS
 s: S2:: y:1 b:2 w:3
End
`

test('damaged files give a model, or issues that say where and what to do: nothing else', () => {
  const random = new RandomStream(7)
  const plain = readModel(MPS).model
  expect(readModel(LP).notes.length).toBeGreaterThan(0)
  const texts = [MPS, LP, writeLp(plain).text, writeMps(plain).text]
  let faulty = 0
  for (let round = 0; round < 4000; round++) {
    try {
      readModel(mutate(random.pick(texts), random))
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      faulty++
      for (const issue of error.issues) {
        if (issue.code !== 'more-faults') expect(issue.line).toBeGreaterThan(0)
        expect(issue.column === undefined || issue.column > 0).toBe(true)
        expect(issue.hint).not.toBe('')
      }
    }
  }
  expect(faulty).toBeGreaterThan(2000)
})

/** One to five cuts, copies, swaps and strange words. */
function mutate(text: string, random: RandomStream): string {
  for (let k = random.integer(1, 5); k > 0; k--) {
    const at = random.integer(0, text.length)
    const to = Math.min(text.length, at + random.integer(1, 40))
    const words = [
      'NaN',
      '1e999',
      '-',
      '\u0000',
      ' inf ',
      'RANGES\n',
      '\n',
      ':',
      '[',
      '<=',
      'End\n',
      'ENDATA\n',
      '\ud800',
      '\t',
      "'MARKER'",
    ]
    switch (random.integer(0, 4)) {
      case 0:
        text = text.slice(0, at) + text.slice(to)
        break
      case 1:
        text = text.slice(0, to) + text.slice(at)
        break
      case 2:
        text = text.slice(0, at) + random.pick(words) + text.slice(at)
        break
      case 3:
        text = text.slice(0, at) + String.fromCharCode(random.integer(0, 300)) + text.slice(at + 1)
        break
      default:
        if (random.chance(0.2)) text = text.slice(0, at)
    }
  }
  return text
}
