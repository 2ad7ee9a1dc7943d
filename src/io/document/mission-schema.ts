/** Shapes of the section `mission`: activities over equal slots of time under a battery, a data memory and a limit on power. */
import { z } from 'zod'

const name = z.string().min(1).max(200)
const amount = z.number().nonnegative()
const slot = z.int().min(0).max(100_000)

const missionShape = z.strictObject({
  slots: z.int().min(1).max(2000).describe('number of slots; they are numbered from 0'),
  slotMinutes: z.number().positive().describe('length of a slot'),
  start: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:MM')
    .optional()
    .describe('time of day of slot 0, for people'),
  energyUnit: z.string().max(50).optional(),
  dataUnit: z.string().max(50).optional(),
  energyIn: z.array(amount).min(1).max(2000).describe('energy that comes in, by slot; what does not fit is left'),
  baseLoad: amount.optional().describe('energy always drawn, each slot'),
  battery: z.strictObject({
    initial: amount,
    capacity: amount,
    reserve: amount.optional().describe('least level at any time'),
    endMin: amount.optional().describe('least level after the last slot'),
  }),
  memory: z.strictObject({ initial: amount.optional(), capacity: amount }),
  peakPower: amount.nullable().optional().describe('most energy per hour in any slot'),
  passes: z
    .array(z.strictObject({ id: name, slots: z.array(slot).max(2000), rate: amount }))
    .max(1000)
    .optional()
    .describe('when data can be sent, and how much in a slot'),
  downlinkEnergy: amount.optional().describe('energy of a slot in which data is sent'),
  activities: z
    .array(
      z.strictObject({
        id: name,
        duration: z.int().min(1).max(2000).describe('slots'),
        energy: amount.optional().describe('drawn in each slot'),
        data: amount.optional().describe('appears when the activity ends'),
        value: z.number().optional(),
        window: z.tuple([slot, slot]).optional().describe('[earliest start, latest end]'),
        uses: z.array(name).max(100).optional().describe('devices held'),
        after: z.array(name).max(1000).optional().describe('activities that must be done and finished before'),
        required: z.boolean().optional().describe('must be done'),
      }),
    )
    .max(1000),
})

export type DocumentMission = z.infer<typeof missionShape>

/** Annotated, so that the type of the whole document refers to the section's instead of repeating it. */
export const missionSchema: z.ZodType<DocumentMission> = missionShape
