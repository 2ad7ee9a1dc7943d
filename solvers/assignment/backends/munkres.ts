/**
 * Backend on the npm package `munkres` 2: fast, but without duals, and it pairs forbidden cells silently, so it is handed
 * finite numbers only.
 */
import { munkres } from 'munkres'
import type { AssignmentBackend } from '../backend.ts'
import { answerOfPairs, finiteRows } from './finite-matrix.ts'

export const munkresBackend: AssignmentBackend = {
  name: 'munkres',
  version: '2.0.4',
  capabilities: { duals: false, timeLimit: false, maxCells: 4_000_000 },
  solve: (problem) => answerOfPairs(problem, munkres(finiteRows(problem))),
}
