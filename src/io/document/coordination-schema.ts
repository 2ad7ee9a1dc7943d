/** Shapes of the sections `protocol`, `negotiation`, `auction` and `plans`: what agents settle among themselves. */
import { z } from 'zod'

const name = z.string().min(1).max(200)
const amount = z.number().nonnegative()

const protocolShape = z.union([
  name,
  z.strictObject({
    name,
    announcement: z.enum(['sequential', 'parallel']).optional().describe('tasks one after another, or all at once'),
    loss: z.number().min(0).max(1).optional().describe('probability that a message is lost'),
    duplication: z.number().min(0).max(1).optional().describe('probability that a message arrives twice'),
    delay: z.tuple([amount, amount]).optional().describe('least and most time a message takes'),
  }),
])

const factor = z.union([
  name,
  z.strictObject({
    issue: name,
    values: z.array(z.number()).max(100_000).optional().describe('a number for each value of the issue'),
  }),
])

const negotiationShape = z.strictObject({
  issues: z
    .array(
      z.strictObject({
        id: name,
        values: z
          .array(z.union([name, z.number()]))
          .min(1)
          .max(100_000),
      }),
    )
    .min(1)
    .max(50),
  where: z
    .array(z.tuple([name, z.enum(['<', '<=', '=', '!=', '>=', '>']), z.union([name, z.number()])]))
    .max(100)
    .optional()
    .describe('allowed deals: [issue, comparison, issue or number]'),
  utilities: z
    .array(
      z.strictObject({
        agent: name,
        reservation: z.number().optional().describe('utility without a deal; 0 when left out'),
        terms: z
          .array(z.strictObject({ weight: z.number().optional(), factors: z.array(factor).max(10).optional() }))
          .min(1)
          .max(1000)
          .describe(
            'their sum is the utility: weight x the product of the factors; a factor is an issue, or numbers by value',
          ),
      }),
    )
    .min(2)
    .max(20),
  protocol: name.optional().describe('monotonic_concession, mediation or alternating_offers'),
  objective: z.enum(['nash', 'egalitarian', 'kalai-smorodinsky', 'utilitarian']).optional().describe('of a mediation'),
  rounds: z.int().min(1).max(100_000).optional().describe('deadline of alternating offers'),
})

const auctionShape = z.strictObject({
  rule: z.enum(['first_price', 'second_price', 'english', 'dutch', 'combinatorial']).optional(),
  items: z.array(name).max(10_000).optional(),
  side: z.enum(['sell', 'buy']).optional().describe('buy: bidders are paid, the sum of prices is minimised'),
  cover: z.enum(['exact', 'free-disposal']).optional(),
  exclusive: z.boolean().optional().describe('a bidder wins at most one of its bids'),
  bids: z
    .array(
      z.strictObject({
        id: name.optional(),
        agent: name,
        items: z.array(name).min(1).max(1000).optional(),
        price: z.number(),
      }),
    )
    .min(1)
    .max(100_000),
  start: z.number().optional().describe('first price called'),
  step: z.number().positive().optional().describe('change of the price from call to call'),
  reserve: z.number().optional(),
})

const facts = z
  .array(z.tuple([name, z.union([name, z.number(), z.boolean()])]))
  .max(1000)
  .describe('[variable, value]')

const way = {
  duration: z.number().positive().optional(),
  cost: z.number().optional(),
  uses: z.record(name, amount).optional(),
  needs: facts.optional(),
  keeps: facts.optional(),
  sets: facts.optional(),
}

const plansShape = z.strictObject({
  capacities: z.record(name, amount).optional().describe('reusable amounts by resource'),
  initial: facts.optional(),
  goals: z
    .array(z.strictObject({ id: name, agent: name, variable: name, value: z.union([name, z.number(), z.boolean()]) }))
    .max(1000)
    .optional(),
  after: z
    .array(z.tuple([name, name]))
    .max(10_000)
    .optional(),
  steps: z
    .array(
      z.strictObject({
        id: name,
        agent: name,
        start: amount.optional(),
        deadline: amount.nullable().optional(),
        weight: amount.optional().describe('cost of a unit of delay'),
        ...way,
        instead: z
          .array(z.strictObject({ id: name, ...way }))
          .max(20)
          .optional()
          .describe('other ways of doing it'),
      }),
    )
    .min(1)
    .max(1000),
  resolve: z.enum(['least_delay', 'fewest_changes', 'least_makespan', 'priority', 'negotiation']).optional(),
  priorities: z.array(name).max(1000).optional(),
})

/** Of an agent in a coordination document. */
export const agentTypeSchema = z.enum(['cooperative', 'competitive', 'self_interested'])
export const capabilitySchema = z.strictObject({
  id: name,
  proficiency: z.number().gt(0).max(1).optional(),
  costMultiplier: z.number().positive().optional(),
})

// Annotated, so that the type of the whole document refers to these instead of repeating them.
export type WrittenProtocol = z.infer<typeof protocolShape>
export const protocolSchema: z.ZodType<WrittenProtocol> = protocolShape
export type WrittenNegotiation = z.infer<typeof negotiationShape>
export const negotiationSchema: z.ZodType<WrittenNegotiation> = negotiationShape
export type WrittenAuction = z.infer<typeof auctionShape>
export const auctionSchema: z.ZodType<WrittenAuction> = auctionShape
export type WrittenPlans = z.infer<typeof plansShape>
export const plansSchema: z.ZodType<WrittenPlans> = plansShape
