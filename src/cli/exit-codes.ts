/** What the command's exit status says; scripts rely on it. */
import type { Limit } from '../../solvers/contract/index.ts'

export const EXIT = {
  solved: 0,
  internalError: 1,
  usage: 2,
  invalidInput: 3,
  infeasible: 4,
  noSolution: 5,
  notProved: 6,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The exit code of a result's status. */
export function exitCodeOf(status: string, limit: Limit | null, requireOptimal: boolean): ExitCode {
  if (limit === 'interrupted') return EXIT.interrupted
  switch (status) {
    case 'infeasible':
    case 'unsolvable':
    case 'unbounded':
    case 'invalid':
      return EXIT.infeasible
    case 'unknown':
      return EXIT.noSolution
    case 'feasible':
    case 'partial':
      return requireOptimal ? EXIT.notProved : EXIT.solved
    default:
      return EXIT.solved
  }
}
