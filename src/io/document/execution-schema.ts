/** Shapes of the sections `world` and `execution`: something to be carried out in a simulated world, and how. */
import { z } from 'zod'

const name = z.string().min(1).max(200)
const amount = z.number().nonnegative()
const minute = z.int().min(0).max(1_000_000)
const cell = z.tuple([z.int().min(0).max(9999), z.int().min(0).max(9999)]).describe('[x, y] from the upper left corner')

const grid = z.strictObject({
  rows: z
    .array(z.string().min(1).max(2000))
    .min(1)
    .max(2000)
    .describe('one text a row: digit = cost to enter, # = wall'),
  start: cell,
  goal: cell,
  hidden: z.array(cell).max(100_000).optional().describe('obstacles that show when the robot stands beside them'),
})

const town = z.strictObject({
  units: z
    .array(z.strictObject({ id: name, type: name, position: cell }))
    .min(1)
    .max(1000),
  incidents: z
    .array(
      z.strictObject({
        id: name,
        name: name.optional(),
        at: minute.describe('minute of the call'),
        position: cell,
        needs: z.array(name).min(1).max(50).describe('one unit of each of these types'),
        weight: amount.describe('what a minute of waiting counts'),
        service: minute.describe('minutes on scene'),
      }),
    )
    .max(10_000),
  substitutes: z.record(name, z.array(name).max(100)).optional().describe('by needed type: types that may serve it'),
  unassignedPenalty: amount.optional().describe('minutes that a need without a unit counts as'),
  withdrawals: z
    .array(z.strictObject({ incident: name, at: minute }))
    .max(10_000)
    .optional(),
  target: amount.optional().describe('minutes after which a response is too late'),
})

const series = z.array(z.number().positive()).min(1).max(1000)
const market = z.strictObject({
  bins: z.array(name).min(1).max(1000),
  lot: z.int().min(1).optional().describe('shares in a lot'),
  participation: z.number().gt(0).max(1).describe('largest share of the volume of a bin'),
  cash: amount,
  replanCost: amount.optional(),
  opportunityBps: amount.describe('gain over what is left to trade that makes a better plan worth while'),
  reversion: z.number().min(0).max(1).optional().describe('how much of a surprise lasts on to the next bin'),
  orders: z
    .array(
      z.strictObject({
        symbol: name,
        side: z.enum(['buy', 'sell']),
        lots: z.int().min(0),
        volume: z.array(amount).min(1).max(1000).describe('expected lots of the market, by bin'),
        halfSpreadBps: amount.optional(),
        forecast: series,
        actual: series.describe('as it turns out; seen bin by bin'),
      }),
    )
    .min(1)
    .max(100),
})

const delays = z
  .array(z.strictObject({ task: name, by: z.number().positive() }))
  .max(10_000)
  .describe('tasks of the project of the same document that take longer than planned')

const worldShape = z.strictObject({
  delays: delays.optional(),
  grid: grid.optional(),
  town: town.optional(),
  market: market.optional(),
})

export type DocumentWorld = z.infer<typeof worldShape>

/** Annotated, so that the type of the whole document refers to the section's instead of repeating it. */
export const worldSchema: z.ZodType<DocumentWorld> = worldShape

const byShape = z.union([
  z.strictObject({ low: amount, likely: amount, high: amount }),
  z
    .array(z.strictObject({ is: amount, chance: z.number().min(0).max(1) }))
    .min(1)
    .max(1000),
])

const lateness = z
  .strictObject({
    alpha: z.number().min(0).lt(1).describe('chance of missing a deadline above which the plan changes'),
    delays: z
      .array(z.strictObject({ task: name, by: byShape }))
      .max(10_000)
      .describe('how much longer tasks may take: between low and high (triangular), or outcomes with their chances'),
    samples: z.int().min(1).max(1_000_000).optional().describe('simulated courses each time; 2000 when left out'),
    seed: z.int().min(0).max(4_294_967_295).optional(),
  })
  .describe('of a project with delays: watches the chance of missing its deadlines')

export const executionSchema = z.strictObject({
  strategy: z.enum(['continuation', 'repair', 'full', 'opportunistic', 'auto']).optional(),
  maxReplans: z.int().min(0).optional(),
  checkEvery: z.int().min(0).optional().describe('looks for a better plan every so many steps; 0: never'),
  compare: z.boolean().optional().describe('also record what the other strategies would have done'),
  lateness: lateness.optional(),
})
