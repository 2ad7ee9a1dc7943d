/** Which method comes next by what acting has taught, without looking ahead. */
import type { ExperienceModel, FailureBlacklist } from '../learning/index.ts'
import type { Frame } from './refinement-stack.ts'

/** Those that are not avoided; when all are, the one with the weakest case against it. */
export function inTheirTurn<State>(
  blacklist: FailureBlacklist,
  { candidates }: Frame<State>,
  context: string,
  untried: readonly number[],
): readonly number[] {
  const nameOf = (index: number): string => candidates[index]?.name ?? ''
  const free = untried.filter((index) => !blacklist.avoids(nameOf(index), context))
  return free.length > 0 ? free : blacklist.order(untried, (index) => ({ subject: nameOf(index), context })).slice(0, 1)
}

/** The cheapest until it succeeds; a method that was never tried is taken at its prior, at the mean cost of the others. */
export function byExperience<State>(
  experience: ExperienceModel,
  { candidates }: Frame<State>,
  context: string,
  untried: readonly number[],
): number {
  const nameOf = (index: number): string => candidates[index]?.name ?? ''
  const known = untried.map((index) => experience.estimate(nameOf(index), context).cost).filter((cost) => cost !== null)
  const nominalCost = known.length === 0 ? 1 : known.reduce((sum, cost) => sum + cost, 0) / known.length
  return experience.rank(untried, (index) => ({ subject: nameOf(index), nominalCost, context }))[0] as number
}
