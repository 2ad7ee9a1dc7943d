/**
 * Backend on the npm package `munkres-js` 1.2: it never returns on Infinity or NaN, throws on an empty matrix, compares with a
 * largest number of 2^52, and needs minutes above some hundred rows. So it is handed finite, moderate numbers and small
 * matrices only.
 */
import munkresJs from 'munkres-js'
import { UnsupportedError } from '../../contract/index.ts'
import type { AssignmentBackend } from '../backend.ts'
import { answerOfPairs, finiteRows } from './finite-matrix.ts'

const LARGEST = 1e15

export const munkresJsBackend: AssignmentBackend = {
  name: 'munkres-js',
  version: '1.2.2',
  capabilities: { duals: false, timeLimit: false, maxCells: 40_000 },
  solve(problem) {
    const matrix = finiteRows(problem)
    if (matrix.some((row) => row.some((cost) => Math.abs(cost) > LARGEST))) {
      throw new UnsupportedError('large costs', `munkres-js is not asked about costs above ${LARGEST}`)
    }
    return answerOfPairs(problem, munkresJs(matrix))
  },
}
