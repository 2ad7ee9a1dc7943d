/**
 * The JSON form of a plan, version 1. Shapes only: whether the plan is right is for the verifier to say. This file is the
 * single source of the published JSON Schema of plans.
 */
import { z } from 'zod'
import { PLAN_VERSION } from '../../domain/plan.ts'

const MOST = 1_000_000
const id = z.int().min(0)
const name = z.string().min(1).max(10_000)
const names = z.array(z.string().max(10_000)).max(10_000)

const step = z.strictObject({
  id: id.describe('unique among steps and tasks of the plan'),
  name,
  args: names,
  start: z.number().optional(),
  end: z.number().optional(),
  agent: name.optional(),
  mode: name.optional(),
  resources: z.record(name, z.number()).optional().describe('amounts used, by resource name'),
  cost: z.number().optional(),
})

const node = z.strictObject({
  id,
  task: name,
  args: names,
  method: name,
  subtasks: z.array(id).max(MOST).describe('ids of the steps and tasks that refine it'),
})

const link = z.strictObject({
  producer: id.nullable().describe('step; null: the initial state'),
  fact: name,
  positive: z.boolean().describe('false: the consumer needs the fact to be false'),
  consumer: id.nullable().describe('step, or task whose method needs it; null: the goal'),
})

const certificate = z.strictObject({ bound: z.number(), optimal: z.boolean(), by: z.string().max(10_000) })

export const planSchema = z
  .strictObject({
    version: z.literal(PLAN_VERSION),
    steps: z.array(step).max(MOST).describe('in an order of execution'),
    ordering: z
      .array(z.tuple([id, id]))
      .max(MOST)
      .describe('[a, b]: step a ends before step b starts'),
    links: z.array(link).max(MOST).describe('causal links'),
    decomposition: z.strictObject({ roots: z.array(id).max(MOST), nodes: z.array(node).max(MOST) }).nullable(),
    cost: z.number(),
    makespan: z.number().optional(),
    explanation: z.array(z.string().max(100_000)).max(MOST).optional(),
    certificate: certificate.optional(),
    length: z.int().min(0).optional().describe('number of steps, as the command writes it'),
  })
  .meta({ title: 'Foreplan plan, version 1' })

/** The JSON Schema (draft 2020-12) of a plan. */
export function planJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(planSchema, { io: 'input' }) as Record<string, unknown>
}
