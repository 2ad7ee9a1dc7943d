/** What a format cannot say is refused by name before anything is written. */
import { UnsupportedError } from '../../../solvers/contract/index.ts'
import type { SchedulingProblem } from '../../../solvers/scheduling/problem.ts'

export interface Sayable {
  readonly modes?: boolean
  readonly budgets?: boolean
  readonly lags?: boolean
  readonly stocks?: boolean
}

/**
 * @param also what the format can say beyond single modes, renewables and finish-start precedence
 * @throws UnsupportedError that names the first feature the format has no words for
 */
export function requirePlain(problem: SchedulingProblem, format: string, also: Sayable = { stocks: true }): void {
  const features: [string, boolean][] = [
    ['several modes', also.modes !== true && problem.tasks.some((task) => task.modes.length > 1)],
    ['budgets', also.budgets !== true && (problem.budgets?.length ?? 0) > 0],
    ['stocks', also.stocks !== true && (problem.stocks?.length ?? 0) > 0],
    ['no-overlap groups', (problem.noOverlaps?.length ?? 0) > 0],
    ['optional tasks', problem.tasks.some((task) => task.optional === true)],
    [
      'release times and deadlines',
      problem.tasks.some((task) => task.release !== undefined || task.deadline !== undefined),
    ],
    ['capacity reductions', (problem.renewables ?? []).some((resource) => (resource.reductions?.length ?? 0) > 0)],
    [
      'lags',
      also.lags !== true &&
        (problem.lags ?? []).some(
          (lag) => (lag.min ?? 0) !== 0 || lag.max !== undefined || (lag.kind ?? 'finish-start') !== 'finish-start',
        ),
    ],
  ]
  const feature = features.find(([, present]) => present)?.[0]
  if (feature === undefined) return
  throw new UnsupportedError(feature, `${format} cannot express ${feature}`, {
    hint: 'write the problem as a JSON or YAML document instead',
  })
}
