/** Steps done by other steps: another method of the task they belong to, or one step in several parts. */
import type { ChoiceLimit } from '../../solvers/scheduling/index.ts'
import type { ResourceRequirement } from '../domain/resource.ts'
import type { StepMode, StepReplacement } from './repair-types.ts'
import type { ResourceStep } from './steps.ts'

/** A step in equal parts, one after the other: what is consumed and produced is divided, what is held is held by each. */
export function splitStep(step: ResourceStep, parts: number, reusable: ReadonlySet<string>): StepReplacement {
  const share = (list: readonly ResourceRequirement[]): ResourceRequirement[] =>
    list.map((need) => (reusable.has(need.resource) ? need : { ...need, amount: need.amount / parts }))
  return {
    id: `in ${parts} parts`,
    kind: 'split',
    replaces: [step.id],
    by: Array.from({ length: parts }, (_, k) => ({
      id: `${step.id}, part ${k + 1}`,
      duration: (step.end - step.start) / parts,
      requires: share(step.requires),
      produces: share(step.produces),
      cost: (step.cost ?? 0) / parts,
    })),
  }
}

export function orderOf({ by, order }: StepReplacement): readonly (readonly [string, string])[] {
  return order ?? by.slice(1).map((mode, k) => [(by[k] as StepMode).id, mode.id] as const)
}

/**
 * Each step is done, or exactly one of the replacements that name it is (at most one for a soft step); the parts of a
 * replacement are done together.
 */
export function replacementChoices(
  replacements: readonly StepReplacement[],
  indexOf: ReadonlyMap<string, number>,
  soft: (id: string) => boolean,
): ChoiceLimit[] {
  const at = (id: string): number => indexOf.get(id) as number
  const limits: ChoiceLimit[] = []
  const first = (own: StepReplacement): number => at((own.by[0] as StepMode).id)
  for (const own of replacements) {
    for (const mode of own.by.slice(1)) {
      const pair = [
        { task: at(mode.id), coefficient: 1 },
        { task: first(own), coefficient: -1 },
      ]
      limits.push({ id: `${own.id} together`, terms: pair, most: 0 })
      limits.push({
        id: `${own.id} together`,
        terms: pair.map((term) => ({ ...term, coefficient: -term.coefficient })),
        most: 0,
      })
    }
  }
  for (const id of new Set(replacements.flatMap((own) => own.replaces))) {
    const ways = [at(id), ...replacements.filter((own) => own.replaces.includes(id)).map(first)]
    limits.push({ id: `${id} once`, terms: ways.map((task) => ({ task, coefficient: 1 })), most: 1 })
    if (!soft(id)) limits.push({ id: `${id} done`, terms: ways.map((task) => ({ task, coefficient: -1 })), most: -1 })
  }
  return limits
}
