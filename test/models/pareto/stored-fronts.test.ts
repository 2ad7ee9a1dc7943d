import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { collectFront, costTimeFront } from '../../../models/pareto/index.ts'
import { projectFromFront, type StoredFront } from './stored-fronts.ts'

const root = new URL('../../../../shared/benchmarks/scheduling/', import.meta.url)

describe.skipIf(!existsSync(root))('known fronts (skipped without the benchmark folder ../shared/benchmarks)', () => {
  test.each(['dtctp/dtctp_j1035_1', 'dtctp/dtctp_j3010_1', 'mrtct/mrtct_j1010_1', 'mrtct/mrtct_j1035_1'])(
    '%s is found point by point',
    async (name) => {
      const stored = JSON.parse(readFileSync(new URL(`${name}.json`, root), 'utf8')) as StoredFront
      const front = await collectFront(costTimeFront(projectFromFront(stored)))
      expect(front.status).toBe('complete')
      expect([...front.points].reverse().map(({ makespan, cost }) => [makespan, cost])).toEqual(stored.front)
    },
  )
})
