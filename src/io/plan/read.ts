/** Plans as JSON: alone, or inside the result that the command prints. */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import type { Plan } from '../../domain/plan.ts'
import { schemaIssues } from '../document/shape.ts'
import { parseSource } from '../document/source.ts'
import { planSchema } from './schema.ts'

/** The plan as JSON, a step a line of a person's reading: two spaces a level. */
export function writePlanJson(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`
}

/**
 * Reads a plan from JSON: the plan itself, or a result of the command that holds one. Whether the plan is right is for
 * the verifier to say; unknown fields are refused.
 * @throws InvalidInputError with path, line and column of every fault
 */
export function readPlanJson(text: string, file = 'plan.json'): Plan {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const inside = planInside(value)
  const parsed = planSchema.safeParse(inside === undefined ? value : inside)
  if (parsed.success) {
    const { length, ...plan } = parsed.data
    if (length === undefined || length === plan.steps.length) return plan as Plan
  }
  throw new InvalidInputError(faults(text, file, inside !== undefined))
}

/** The plan of a result, or undefined when the value is no result. */
function planInside(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'plan')) return undefined
  return (value as { plan: unknown }).plan ?? null
}

/** The same once more, now with places. */
function faults(text: string, file: string, inside: boolean): readonly Issue[] {
  const read = parseSource(text, file)
  if (read.status === 'invalid') return read.issues
  const { source } = read
  const shifted = {
    ...source,
    place: (path: readonly (string | number)[], key?: boolean) => source.place(inside ? ['plan', ...path] : path, key),
  }
  const value = inside ? planInside(source.value) : source.value
  if (value === null) {
    const message = 'the result holds no plan'
    return [
      {
        code: 'missing-plan',
        path: ['plan'],
        message,
        hint: 'give a result with a plan',
        file,
        ...source.place(['plan']),
      },
    ]
  }
  const parsed = planSchema.safeParse(value)
  if (!parsed.success) return schemaIssues(parsed.error, value, shifted, planSchema)
  const message = `length is ${parsed.data.length}, but the plan has ${parsed.data.steps.length} steps`
  return [
    {
      code: 'wrong-length',
      path: ['length'],
      message,
      hint: 'correct it or leave it out',
      file,
      ...shifted.place(['length']),
    },
  ]
}
