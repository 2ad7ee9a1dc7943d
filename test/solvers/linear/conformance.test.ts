import { describe, expect, test } from 'vitest'
import { asksFor, checkLinearCase, type Exclusion, linearCases } from '../../../solvers/conformance/linear.ts'
import { linearBackends } from '../../../solvers/linear/index.ts'

/** Cases a backend is known not to pass through the front, each with its reason. */
const exclusions: Readonly<Record<string, readonly Exclusion[]>> = {
  highs: [],
  glpk: [],
  'javascript-lp-solver': [
    {
      name: 'an unbounded integer model is unbounded',
      reason: 'its branch and bound follows the unbounded direction for ever and is ended by the hard limit',
    },
  ],
}

for (const backend of Object.values(linearBackends)) {
  describe(`the linear backend ${backend.name}`, () => {
    const excluded = exclusions[backend.name] ?? []
    for (const one of linearCases) {
      if (!asksFor(one, backend)) continue
      const exclusion = excluded.find((candidate) => candidate.name === one.name)
      test.skipIf(exclusion !== undefined)(
        exclusion === undefined ? one.name : `${one.name} (excluded: ${exclusion.reason})`,
        async () => {
          expect(await checkLinearCase(one, backend)).toBeNull()
        },
      )
    }
  })
}
