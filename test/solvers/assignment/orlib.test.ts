/** Published optima of the OR-Library assignment files (Beasley 1990). */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { assign, assignBottleneck } from '../../../solvers/assignment/index.ts'
import { readOrlibAssignment } from '../../../src/io/orlib/index.ts'

const folder = new URL('../../../../shared/benchmarks/solvers/orlib/', import.meta.url)
const absent = !existsSync(folder)

describe.skipIf(absent)(
  `OR-Library assign100..800 ${absent ? '(skipped: no ../shared/benchmarks folder)' : ''}`,
  () => {
    test.each([
      [100, 305],
      [300, 626],
      [500, 991],
      [800, 1552],
    ])('assign%i has the optimum %i, proved without a gap', (size, optimum) => {
      const name = `assign${size}.txt.gz`
      const matrix = readOrlibAssignment(gunzipSync(readFileSync(new URL(name, folder))).toString('utf8'), name)
      const result = assign(matrix)
      expect(result).toMatchObject({ status: 'optimal', cost: optimum, check: { gap: 0, bound: optimum } })
      const bottleneck = assignBottleneck(matrix)
      if (bottleneck.status !== 'optimal' || bottleneck.bottleneck === null) throw new Error(bottleneck.status)
      expect(bottleneck.cost).toBeGreaterThanOrEqual(optimum)
    })
  },
)
