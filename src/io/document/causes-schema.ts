/** Shapes of the section `causes`: a causal graph, what holds now, and what is wanted. */
import { z } from 'zod'
import { nameSchema as id } from './name-schema.ts'

const value = z.union([z.number(), z.boolean(), z.string().max(500)])

const causesShape = z.strictObject({
  variables: z
    .array(
      z.strictObject({
        id,
        kind: z.string().max(50).optional().describe('for people: action, state, outcome'),
        controllable: z.boolean().optional().describe('may be set; what is not can only be brought about'),
        values: z.array(value).min(1).max(1000).optional().describe('least first; any number when left out'),
      }),
    )
    .min(1)
    .max(1000),
  edges: z
    .array(
      z.strictObject({
        from: id,
        to: id,
        strength: z.number().min(-1).max(1).describe('below 0: lowers; strengths multiply along a path'),
        mechanism: z.string().max(500).optional().describe('how, in words'),
        confidence: z.number().min(0).max(1).optional().describe('how sure the edge is; 1 when left out'),
      }),
    )
    .max(100000),
  known: z.record(id, value).optional().describe('values that hold now'),
  goal: z.strictObject({ variable: id, value }),
  maxLength: z.int().min(1).max(100).optional().describe('edges on a path at most; 10 when left out'),
})

/** Written out for the type of the document; the schema is checked against it. */
export interface CausesSection {
  variables: {
    id: string
    kind?: string | undefined
    controllable?: boolean | undefined
    values?: (number | boolean | string)[] | undefined
  }[]
  edges: {
    from: string
    to: string
    strength: number
    mechanism?: string | undefined
    confidence?: number | undefined
  }[]
  known?: Record<string, number | boolean | string> | undefined
  goal: { variable: string; value: number | boolean | string }
  maxLength?: number | undefined
}

export const causesSchema: z.ZodType<CausesSection> = causesShape
