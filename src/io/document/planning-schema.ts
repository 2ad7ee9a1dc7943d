/** Shapes of the sections of a planning domain: state, actions, methods, what to do, goals. */
import { z } from 'zod'
import { nameSchema as id } from './name-schema.ts'

const amount = z.number().nonnegative()
const value = z.union([z.number(), z.boolean(), z.string().max(500)])

/** Values of conditions, effects, costs: literals, references and small closed forms. */
type ExpressionShape =
  | number
  | boolean
  | string
  | { sum: ExpressionShape[] }
  | { product: ExpressionShape[] }
  | { difference: [ExpressionShape, ExpressionShape] }
  | { quotient: [ExpressionShape, ExpressionShape] }
  | { minimum: ExpressionShape[] }
  | { maximum: ExpressionShape[] }
  | { by: ExpressionShape[]; table: Record<string, number> }
  | { when: ConditionShape[]; value: ExpressionShape; else: ExpressionShape }
  | { any: ConditionShape[][] }
type ConditionShape = [string, '=' | '!=' | '<' | '<=' | '>=' | '>', ExpressionShape]

const OPERATORS = ['=', '!=', '<', '<=', '>=', '>'] as const

const expression: z.ZodType<ExpressionShape> = z
  .lazy(() => {
    const list = z.array(expression).min(1).max(100)
    const two = z.tuple([expression, expression])
    const all = z.array(z.tuple([id, z.enum(OPERATORS), expression])).max(1000)
    return z.union([
      value,
      z.strictObject({ sum: list }),
      z.strictObject({ product: list }),
      z.strictObject({ difference: two }),
      z.strictObject({ quotient: two }),
      z.strictObject({ minimum: list }),
      z.strictObject({ maximum: list }),
      z.strictObject({ by: list, table: z.record(z.string().max(500), z.number()) }),
      z.strictObject({ when: all, value: expression, else: expression }),
      z.strictObject({ any: z.array(all).min(1).max(10000) }),
    ])
  })
  .meta({
    id: 'Expression',
    description:
      'A literal, ?parameter, $state_variable, or sum, product, difference, quotient, minimum, maximum, by/table, when/value/else, any of such.',
  })

const condition = z.tuple([id, z.enum(OPERATORS), expression])
const conditions = z.array(condition).max(1000)
const parameters = z
  .array(z.union([id, z.strictObject({ id, values: z.array(value).min(1).max(10000) })]))
  .max(20)
  .describe('names; with values where there are few')
const call = z.tuple([id], value).describe('[task or action, ...arguments]')
const calls = z.array(call).max(10000)

const stateVariable = z.strictObject({
  id,
  kind: z.enum(['number', 'boolean', 'enum']),
  values: z.array(id).min(1).max(10000).optional().describe('of an enumeration'),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  initial: value,
})

const stock = z.strictObject({ resource: id, amount: expression })

const action = z.strictObject({
  id,
  parameters: parameters.optional(),
  when: conditions.optional().describe('[variable, operator, value], all of which must hold'),
  effects: z
    .array(z.tuple([id, z.enum(['set', 'increase', 'decrease']), expression]))
    .max(1000)
    .optional(),
  duration: expression.optional().describe('1 when left out'),
  cost: expression.optional().describe('1 when left out'),
  uses: z.record(id, expression).optional().describe('reusable amounts held while the action runs'),
  requires: z.array(stock).max(100).optional().describe('taken from stocks'),
  produces: z.array(stock).max(100).optional().describe('given to stocks'),
})

const method = z.strictObject({
  id,
  task: id.optional().describe('the task it refines'),
  achieves: id.optional().describe('instead of a task: the state variable it gives a value, its first parameter'),
  parameters: parameters.optional().describe('arguments of the task, then variables with values to choose from'),
  when: conditions.optional(),
  subtasks: calls,
  ordered: z.boolean().optional().describe('false: in any order'),
  ordering: z
    .array(z.tuple([z.int().nonnegative(), z.int().nonnegative()]))
    .max(100000)
    .optional()
    .describe('instead of ordered: pairs of places in subtasks, from 0, the first before the second'),
})

const goal = z.strictObject({
  id,
  where: conditions.min(1),
  value: amount.optional().describe('worth of it; without it the goal must be reached'),
  deadline: amount.optional(),
  after: z.array(id).max(100).optional().describe('goals to be reached before'),
})

export const planningSections = {
  state: z.array(stateVariable).min(1).max(10000).optional().describe('state variables of a planning domain'),
  actions: z.array(action).min(1).max(10000).optional(),
  methods: z.array(method).max(10000).optional().describe('ways to refine tasks and to achieve values'),
  do: z
    .union([calls, z.strictObject({ subtasks: calls, ordered: z.boolean().optional() })])
    .optional()
    .describe('tasks to be done, in order'),
  goals: z.array(goal).max(1000).optional(),
}

/** The types of these sections, written out for the type of the document. */
export interface PlanningSections {
  state?: z.infer<typeof stateVariable>[] | undefined
  actions?: z.infer<typeof action>[] | undefined
  methods?: z.infer<typeof method>[] | undefined
  do?: z.infer<typeof calls> | { subtasks: z.infer<typeof calls>; ordered?: boolean | undefined } | undefined
  goals?: z.infer<typeof goal>[] | undefined
}
