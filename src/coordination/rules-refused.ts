/** Protocols know costs and capacities; conditions over who does what are known to the integer model alone. */
import { UnsupportedError } from '../../solvers/contract/index.ts'
import type { AllocationProblem } from '../domain/allocation.ts'

/** @throws UnsupportedError when the problem has conditions that the protocol would ignore */
export function refuseRules(problem: AllocationProblem, protocol: string): void {
  if ((problem.choices ?? []).length === 0) return
  throw new UnsupportedError('constraints', `${protocol} does not know the problem's constraints`, {
    hint: 'use optimal_assignment, or take the constraints out',
  })
}
