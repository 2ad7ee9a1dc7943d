/**
 * Published instances through the front; the full set, with every backend, is bench/linear/optima.ts. Skipped when the benchmark
 * folder is not beside the repository.
 */
import { describe, expect, test } from 'vitest'
import { type Instance, instances, present } from '../../../bench/linear/instances.ts'
import { BackendError } from '../../../solvers/contract/index.ts'
import { type BackendName, solveLinear } from '../../../solvers/linear/index.ts'

const all = present ? instances() : []
const named = (...names: string[]) => all.filter((one) => names.some((name) => one.name.startsWith(name)))

/** Whether the answer is the published one; a limit that was hit is no answer. */
async function expectPublished(instance: Instance, backends: readonly BackendName[] | undefined): Promise<void> {
  const model = await instance.load()
  const result = await solveLinear(model, backends === undefined ? {} : { backends })
  const told = result.attempts.map((attempt) => `${attempt.backend}: ${attempt.reason ?? attempt.outcome}`).join('; ')
  expect(result.status, `${instance.name} ${backends} ${told}`).toBe(instance.expected.status)
  if (result.status !== 'optimal' || instance.expected.status !== 'optimal') return
  const { objective } = instance.expected
  const error = Math.abs(result.objective - objective) / Math.max(1, Math.abs(objective))
  expect(error, `${instance.name} ${backends}: ${result.objective}`).toBeLessThanOrEqual(instance.tolerance)
}

const isRefusal = (error: unknown) => error instanceof BackendError && /violates|worse/.test(error.message)

describe.skipIf(!present)('the instances of ../shared/benchmarks (skipped when the folder is absent)', () => {
  test('models on which a JavaScript solver is wrong are answered rightly, by every backend that claims to', async () => {
    for (const instance of named('traps/')) {
      const sequencing = instance.name.includes('sched')
      for (const backends of [undefined, ['highs'], ['glpk'], ['dense']] as (readonly BackendName[] | undefined)[]) {
        if (sequencing && backends?.[0] === 'dense') continue
        // GLPK's answers to the sequencing models break rows by whole units: the front mends or refuses them.
        const refusable = sequencing && backends?.[0] === 'glpk'
        const refused = refusable && (await solveLinear(await instance.load(), { backends }).catch(isRefusal)) === true
        if (!refused) await expectPublished(instance, backends)
      }
    }
  })

  test('linear programs of netlib have their published optimum with highs, glpk and the dense simplex', async () => {
    for (const instance of named('netlib/afiro', 'netlib/sc50a', 'netlib/kb2', 'netlib/blend', 'netlib/adlittle')) {
      for (const backend of ['highs', 'glpk', 'dense'] as const) await expectPublished(instance, [backend])
    }
  })

  test('generalised assignment and multi-knapsack problems have their published optimum', async () => {
    for (const instance of named('orlib/gap1#1', 'orlib/gap3#3', 'orlib/mknap1#1', 'orlib/mknap1#4')) {
      await expectPublished(instance, undefined)
    }
  })

  test('infeasible models are reported with a certificate', async () => {
    for (const instance of named('infeas/')) {
      const result = await solveLinear(await instance.load())
      expect(result.status, instance.name).toBe('infeasible')
      if (result.status === 'infeasible') expect(['farkas', 'agreement']).toContain(result.certificate.kind)
    }
  })
})
