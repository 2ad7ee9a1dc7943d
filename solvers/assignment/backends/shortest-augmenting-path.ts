/** The default backend: our own shortest augmenting paths, with prices and Hall violators. */
import type { Run } from '../../contract/index.ts'
import type { AssignmentBackend } from '../backend.ts'
import { assignDense } from '../shortest-augmenting-path.ts'

export const shortestAugmentingPathBackend: AssignmentBackend = {
  name: 'shortest-augmenting-path',
  version: '1',
  capabilities: { duals: true, timeLimit: true, maxCells: Number.POSITIVE_INFINITY },
  solve(problem, run: Run) {
    const answer = assignDense(problem.rows, problem.columns, problem.costs, () => run.limit !== null)
    switch (answer.outcome) {
      case 'optimal':
        return { claim: 'optimal', columnOf: answer.columnOf, prices: answer.prices }
      case 'infeasible':
        return { claim: 'infeasible', violator: answer.violator }
      case 'stopped':
        return { claim: 'unknown', limit: run.limit ?? 'time' }
    }
  },
}
