/** Shapes of the section `belief`: what is hidden, what can be seen of it, and what is asked. */
import { z } from 'zod'

const name = z.string().min(1).max(200)
/** Values of variables may be written as numbers. */
const value = z.union([name, z.number()])
const probability = z.number().min(0).max(1)
const names = (most: number) => z.array(name).min(1).max(most)
const distribution = z
  .union([value, z.record(name, probability)])
  .describe('one certain name, `uniform`, or probabilities by name; names left out have probability 0')
const condition = z
  .record(name, z.union([value, z.array(value).max(1000)]))
  .describe('values that variables must have, all at once; a list means any of them')
const horizon = z
  .int()
  .min(1)
  .max(100_000)
  .optional()
  .describe('number of steps; left out: the discounted infinite horizon')
const discount = probability.optional().describe('per step; 1 when left out, which needs a horizon or a goal')
const objective = z.enum(['reward', 'cost']).optional()
const matrix = z.array(z.array(probability).max(1000)).max(1000)
const table = z.union([name, z.record(name, distribution), matrix])

const flat = z.strictObject({
  kind: z.literal('pomdp'),
  discount,
  objective,
  horizon,
  states: names(2000),
  actions: names(1000),
  observations: names(1000),
  start: z.union([distribution, z.array(probability).max(2000)]).optional(),
  transitions: z.record(name, table).describe('by action or *: rows by state or *, identity, uniform, or a matrix'),
  observe: z.record(name, table).describe('by action or *: rows by the state that was reached'),
  rewards: z
    .array(
      z.strictObject({
        action: name.optional(),
        state: name.optional(),
        next: name.optional(),
        observation: name.optional(),
        value: z.number(),
      }),
    )
    .max(100_000),
  terminal: z.array(name).max(2000).optional().describe('states that end the episode'),
  goal: z.strictObject({ states: names(2000), probability }).optional(),
})

const dynamics = {
  variables: z
    .array(
      z.strictObject({
        id: name,
        values: z.array(value).min(1).max(1000).optional(),
        count: z.int().min(1).max(1000).optional().describe('short for the values 0, 1, ..., count - 1'),
      }),
    )
    .min(1)
    .max(50),
  actions: names(1000),
  observations: names(1000),
  start: z.record(name, distribution).optional().describe('by variable; left out: uniform'),
  impossible: z.array(condition).max(1000).optional().describe('combinations that cannot be at the start'),
  transitions: z
    .array(
      z.strictObject({
        variable: name,
        action: name.optional(),
        when: condition.optional(),
        next: distribution.optional(),
        shift: z
          .record(z.string().regex(/^[+-]?\d{1,4}$/), probability)
          .optional()
          .describe('distribution of steps along the order of the values'),
        cyclic: z.boolean().optional(),
      }),
    )
    .max(100_000)
    .describe('a variable that no rule matches stays; the last matching rule counts'),
  observe: z
    .array(z.strictObject({ action: name.optional(), when: condition.optional(), see: distribution }))
    .min(1)
    .max(100_000),
}

const factored = z.strictObject({
  kind: z.literal('factored-pomdp'),
  discount,
  objective,
  horizon,
  ...dynamics,
  rewards: z
    .array(
      z.strictObject({
        action: name.optional(),
        when: condition.optional(),
        next: condition.optional(),
        observation: name.optional(),
        value: z.number(),
      }),
    )
    .max(100_000),
  terminal: z.array(condition).max(1000).optional(),
  goal: z.strictObject({ when: condition, probability }).optional(),
})

const tracking = z.strictObject({
  kind: z.literal('tracking'),
  ...dynamics,
  history: z
    .array(z.strictObject({ action: name.optional(), observation: name }))
    .min(1)
    .max(10_000),
})

const price = z.number().nonnegative()

const diagnosis = z.strictObject({
  kind: z.literal('diagnosis'),
  components: z
    .array(z.strictObject({ id: name, p: probability, cost: price }))
    .min(1)
    .max(30),
  tests: z
    .array(z.strictObject({ id: name, cost: price, pPos: z.record(name, probability) }))
    .max(30)
    .describe('pPos: probability of a positive outcome by faulty component'),
})

const sensing = z.strictObject({
  kind: z.literal('sensing'),
  condition: name,
  prior: probability,
  priors: z.record(name, probability).optional().describe('other priors to compare with, by name'),
  treatPresent: z.number(),
  treatAbsent: z.number(),
  leavePresent: z.number(),
  leaveAbsent: z.number(),
  tests: z.array(z.strictObject({ id: name, sensitivity: probability, specificity: probability, loss: price })).max(30),
})

const decision = z.strictObject({
  kind: z.literal('decision'),
  hypotheses: z
    .array(z.strictObject({ id: name, probability }))
    .min(1)
    .max(30),
  tests: z
    .array(
      z.strictObject({
        id: name,
        cost: price,
        outcomes: names(100).optional(),
        likelihood: z.record(name, z.array(probability).max(100)).optional(),
        accuracy: probability
          .optional()
          .describe('short for outcomes named like the hypotheses, right with this probability, else any other alike'),
        ask: name.optional().describe('another agent whose answer this is; accuracy is then the trust in it'),
      }),
    )
    .max(30),
  acts: z
    .array(z.strictObject({ id: name, loss: z.record(name, z.number()) }))
    .max(100)
    .optional(),
  repairs: z
    .array(z.strictObject({ id: name, fixes: name, cost: price }))
    .max(30)
    .optional(),
})

const beliefShape = z
  .discriminatedUnion('kind', [flat, factored, tracking, diagnosis, sensing, decision])
  .describe('what is hidden, what can be seen of it, and what is asked')

export type BeliefSection = z.infer<typeof beliefShape>

/** Annotated, so that the type of the whole document refers to the section's instead of repeating it. */
export const beliefSchema: z.ZodType<BeliefSection> = beliefShape
