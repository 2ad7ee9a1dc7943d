/** Shape of the section `operation`: a team, its work with alternative ways, what nobody knows for sure, and a simulated world. */
import { z } from 'zod'
import { nameSchema as name } from './name-schema.ts'

const amount = z.number().nonnegative().finite()
const probability = z.number().min(0).max(1)

const capability = z.union([
  name,
  z.strictObject({
    name,
    proficiency: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe('a unit takes its duration divided by it; 1 when left out'),
    costMultiplier: z.number().positive().optional().describe('a unit costs its cost times it; 1 when left out'),
  }),
])

const requirement = z.strictObject({
  resource: name,
  amount: z.number().positive(),
  when: z
    .enum(['start', 'end', 'duration'])
    .optional()
    .describe('duration for reusable resources, else start, when left out'),
})

const work = {
  needs: z.array(name).max(100).optional().describe('capabilities that the doer must have'),
  duration: amount,
  cost: amount.optional(),
  requires: z.array(requirement).max(100).optional(),
  produces: z.array(requirement).max(100).optional(),
}
const unit = z.strictObject({ id: name, ...work, after: z.array(name).max(100).optional() })

const way = z.strictObject({
  id: name,
  relies: z.record(name, name).optional().describe('facts that must have these values for the way to work'),
  units: z.array(unit).min(1).max(100).optional(),
  // A way of a single unit is written without the list.
  needs: work.needs,
  duration: work.duration.optional(),
  cost: work.cost,
  requires: work.requires,
  produces: work.produces,
})

export const operationTaskSchema = z.strictObject({
  id: name,
  required: z.boolean().optional().describe('true when left out; otherwise it is done when it fits and earns `value`'),
  value: amount.optional(),
  release: amount.optional(),
  deadline: amount.nullable().optional(),
  after: z.array(name).max(1000).optional(),
  ways: z.array(way).min(1).max(100),
})

const sensor = z.strictObject({
  id: name,
  fact: name,
  cost: amount.optional(),
  duration: amount.optional(),
  needs: z.array(name).max(100).optional(),
  accuracy: probability
    .optional()
    .describe('outcomes are the values of the fact, each reported right with this probability'),
  outcomes: z.array(name).min(2).max(100).optional(),
  likelihood: z
    .record(name, z.array(probability).min(2).max(100))
    .optional()
    .describe('by value of the fact: probability of each outcome'),
})

const event = z.union([
  z.strictObject({ at: amount, lost: name }),
  z.strictObject({ at: amount, back: name }),
  z.strictObject({ at: amount, task: operationTaskSchema }),
  z.strictObject({ at: amount, withdrawn: name }),
  z.strictObject({ at: amount, budget: amount.nullable() }),
])

const operationSchemaShape = z.strictObject({
  agents: z
    .array(
      z.strictObject({
        id: name,
        capabilities: z.array(capability).max(100).optional(),
      }),
    )
    .min(1)
    .max(1000),
  resources: z
    .array(
      z.strictObject({
        id: name,
        type: z.enum(['consumable', 'reusable', 'producible']).optional(),
        capacity: amount.nullable().optional(),
        initial: amount.optional(),
      }),
    )
    .max(1000)
    .optional(),
  tasks: z.array(operationTaskSchema).min(1).max(10_000),
  facts: z
    .array(z.strictObject({ id: name, values: z.record(name, probability).describe('probability of each value') }))
    .max(1000)
    .optional(),
  sensors: z.array(sensor).max(1000).optional(),
  readings: z
    .array(z.strictObject({ id: name, agent: name, sensor: name, outcome: name }))
    .max(10_000)
    .optional()
    .describe('what agents have learnt already; one id is one reading, however often it was passed on'),
  budget: amount.nullable().optional(),
  deadline: amount.nullable().optional(),
  objective: z
    .array(z.enum(['cost', 'makespan']))
    .min(1)
    .max(2)
    .optional(),
  protocol: z
    .enum(['joint', 'optimal_assignment', 'contract_net', 'auction', 'capability_match'])
    .optional()
    .describe('who decides who does what; joint: one model for ways, agents and times'),
  world: z
    .strictObject({
      truth: z.record(name, name).optional().describe('true values of facts; what is left out is drawn from the prior'),
      outcomes: z.record(name, name).optional().describe('what sensors say; what is left out is drawn'),
      delays: z.record(name, z.number().positive()).optional().describe('by task/way/unit: factor on its duration'),
      events: z.array(event).max(10_000).optional(),
    })
    .optional()
    .describe('how things really are, for `execute`'),
})

/** Named, so that the type of the whole document refers to it instead of repeating it. */
export interface WrittenOperation extends z.infer<typeof operationSchemaShape> {}

export const operationSchema: z.ZodType<WrittenOperation> = operationSchemaShape
