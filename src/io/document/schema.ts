/**
 * The planning document, version 1: one vocabulary for every kind of problem. Sections are lists of objects with an `id`, so
 * that order is kept and duplicates are seen. This file is the single source of the published JSON Schema.
 *
 * Shapes only; references between sections and rules across fields are checked where a section becomes a problem.
 */
import { z } from 'zod'
import { beliefSchema } from './belief-schema.ts'
import { type CausesSection, causesSchema } from './causes-schema.ts'
import {
  agentTypeSchema,
  auctionSchema,
  capabilitySchema,
  negotiationSchema,
  plansSchema,
  protocolSchema,
} from './coordination-schema.ts'
import { executionSchema, worldSchema } from './execution-schema.ts'
import { missionSchema } from './mission-schema.ts'
import { nameSchema as id } from './name-schema.ts'
import { operationSchema } from './operation-schema.ts'
import { type PlanningSections, planningSections } from './planning-schema.ts'

const amount = z.number().nonnegative()
const share = z.number().min(0).max(1)
const pair = z.tuple([id, id])

/** Reusable amounts by resource name. */
const uses = z.record(id, amount)

const requirement = z.strictObject({
  resource: id,
  amount: z.number().positive(),
  when: z.enum(['start', 'end', 'duration']).default('start').describe('when the amount is taken or given'),
})

const resource = z.strictObject({
  id,
  type: z.enum(['consumable', 'reusable', 'producible']).default('reusable'),
  capacity: amount.nullable().optional().describe('most that can be there, or in use, at any instant; null: unlimited'),
  initial: amount.optional().describe('stock at time 0; a reusable resource starts with its capacity'),
  costPerUnit: amount.optional().describe('money per unit consumed'),
  costPerTime: amount.optional().describe('money per unit held and unit of time'),
  deliveries: z
    .array(z.strictObject({ at: amount, amount }))
    .max(10000)
    .optional()
    .describe('of a project: what comes into a stock from outside'),
  closures: z
    .array(
      z.strictObject({ from: amount, to: amount, amount: amount.optional().describe('all of them when left out') }),
    )
    .max(10000)
    .optional()
    .describe('when units are not there'),
  calendar: z
    .strictObject({
      cycle: z.number().positive().describe('length of a day or week'),
      open: z
        .array(z.tuple([amount, amount]))
        .max(100)
        .describe('[from, to] within a cycle; closed otherwise'),
      cycles: z.int().min(1).max(1000).describe('how often it repeats from time 0 on'),
    })
    .optional()
    .describe('shifts: short for closures'),
  setups: z
    .array(z.strictObject({ before: id, after: id, time: amount }))
    .max(10000)
    .optional()
    .describe('least time between tasks of two families on a resource that serves one at a time'),
  skills: z.array(id).max(100).optional().describe('what a person can do, see `skills` of tasks'),
})

const skills = z
  .record(id, z.int().min(1).max(20))
  .describe('people needed by skill, each a different one; every choice of people becomes a way of doing the task')

const mode = z.strictObject({
  id: id.optional(),
  duration: amount,
  cost: amount.optional(),
  uses: uses.optional().describe('reusable amounts held over the whole duration'),
  requires: z.array(requirement).max(1000).optional().describe('stock taken'),
  produces: z.array(requirement).max(1000).optional().describe('stock given'),
  window: z.tuple([amount, amount]).optional().describe('[earliest, latest] start when done this way'),
  skills: skills.optional(),
})

const task = z.strictObject({
  id,
  duration: amount.optional().describe('for a task with a single way of doing it; otherwise give `modes`'),
  cost: amount.optional(),
  uses: uses.optional(),
  requires: z.array(requirement).max(1000).optional(),
  produces: z.array(requirement).max(1000).optional(),
  modes: z.array(mode).min(1).max(1000).optional().describe('alternative ways of doing the task'),
  release: amount.optional().describe('earliest start'),
  start: amount.optional().describe('the one instant at which the task may start: pinned, or started already'),
  deadline: amount.nullable().optional().describe('hard latest end'),
  due: amount.nullable().optional().describe('end wished for; lateness costs `weight` per unit of time'),
  weight: amount.optional(),
  earlinessWeight: amount.optional().describe('cost of a unit of time that the end lies before `due`; 0 when left out'),
  value: amount.optional().describe('worth of doing an optional task'),
  optional: z.boolean().optional(),
  pausable: z.boolean().optional().describe('stands still while a resource it holds is closed, and goes on after'),
  family: id.optional().describe('for the set-up times of resources'),
  skills: skills.optional(),
  needs: z.array(id).max(1000).optional().describe('capabilities the doer must have'),
  as: id.optional().describe('an entry of `compounds` that this task is done like'),
  get methods() {
    return z
      .array(taskMethod)
      .min(1)
      .max(1000)
      .optional()
      .describe('ways of doing the task by other tasks; one of them is chosen')
  },
})

const taskMethod = z.strictObject({
  id,
  cost: amount.optional().describe('fixed cost of doing it this way, besides the tasks'),
  get tasks(): z.ZodArray<typeof task> {
    return z.array(task).max(10000)
  },
  after: z.array(pair).max(100000).optional(),
  get precedence() {
    return z.array(precedence).max(100000).optional()
  },
})

const compound = z.strictObject({ id, methods: z.array(taskMethod).min(1).max(1000) })

const job = z.strictObject({
  id,
  release: amount.optional().describe('earliest start of the first step'),
  deadline: amount.nullable().optional().describe('hard latest end of the last step'),
  due: amount.nullable().optional().describe('end wished for; lateness costs `weight` per unit of time'),
  weight: amount.optional(),
  earlinessWeight: amount.optional().describe('cost of a unit of time that the end lies before `due`; 0 when left out'),
  steps: z
    .array(z.union([z.tuple([id, amount]), z.strictObject({ on: id, duration: amount, id: id.optional() })]))
    .min(1)
    .max(10000)
    .describe('[resource, duration] in order, one after the other'),
})

const constraint = z.strictObject({
  name: id,
  terms: z
    .array(
      z.strictObject({
        coefficient: z.number().default(1),
        task: id.optional().describe('counts when the task is done; of an allocation: by `agent`'),
        mode: id.optional().describe('counts only when the task is done in this mode'),
        agent: id.optional(),
        project: id.optional().describe('counts when the project is done; with `period`: when it starts then'),
        period: z.int().min(1).optional(),
      }),
    )
    .min(1)
    .max(10000),
  least: z.number().optional(),
  most: z.number().optional(),
})

const precedence = z.strictObject({
  before: id,
  after: id,
  kind: z.enum(['finish-start', 'start-start', 'finish-finish', 'start-finish']).optional(),
  minLag: z.number().optional(),
  maxLag: z.number().nullable().optional(),
})

const agent = z.strictObject({
  id,
  capacity: amount.nullable().optional().describe('most load; null: unlimited'),
  capabilities: z
    .array(z.union([id, capabilitySchema]))
    .max(1000)
    .optional(),
  type: agentTypeSchema.optional().describe('of an agent that coordinates'),
  reservation: z.number().optional().describe('utility without any agreement'),
})

const segment = z.union([z.tuple([amount, z.number()]), z.strictObject({ width: amount, return: z.number() })])

const line = z.strictObject({
  id,
  min: amount.optional(),
  max: amount.nullable().optional(),
  minIfUsed: amount.nullable().optional().describe('spend nothing or at least this'),
  segments: z.array(segment).min(1).max(1000).describe('[width, return per unit] stretches from 0 on'),
})

const rule = z.strictObject({
  name: id,
  lines: z.array(id).min(1).max(1000).optional(),
  line: id.optional().describe('short for a list of one line'),
  maxShare: share.optional().describe('share of `total`'),
  minShare: share.optional(),
  maxAmount: amount.optional(),
  minAmount: amount.optional(),
  minIfUsed: amount.optional(),
})

const project = z.strictObject({
  id,
  cost: z.array(amount).min(1).max(1000).describe('money needed in each period from the start on'),
  heads: z.record(id, z.array(amount).max(1000)).optional(),
  benefit: z.number(),
  mandatory: z.boolean().optional(),
})

const periods = z.strictObject({
  count: z.int().min(1).max(1000),
  name: id.optional().describe('what a period is called, e.g. quarter'),
  budget: z.array(amount).max(1000).describe('new money in each period'),
  carryOver: z.boolean().optional(),
  overspendPenalty: amount.optional().describe('price a unit of money beyond the budget: budgets become soft'),
  discount: z.number().gt(-1).optional().describe('rate per period'),
})

const table = z
  .array(z.array(z.number().nullable()).max(10000))
  .max(10000)
  .describe('one row an agent, one column a task; null: cannot')

const matrixGame = z.strictObject({
  unit: z.string().max(50).optional().describe('of the payoff; that of the document when left out'),
  rows: z.array(id).min(1).max(1000).describe('strategies of the player who receives'),
  columns: z.array(id).min(1).max(1000).describe('strategies of the player who pays'),
  payoff: z.array(z.array(z.number()).max(1000)).min(1).max(1000).describe('one row a row strategy'),
})

const amounts = z.record(id, amount).describe('amounts by name, e.g. lift_kg')

const coalition = z.strictObject({
  unit: z.string().max(50).optional().describe('of the worth; that of the document when left out'),
  players: z.array(id).min(1).max(20).optional(),
  values: z
    .record(z.string().max(5000), z.number())
    .optional()
    .describe('worth by members joined with "+", e.g. "A + B"; what is left out is worth 0'),
  agents: z
    .array(
      z.strictObject({
        id,
        cost: amount.optional(),
        amounts: amounts.optional(),
        capabilities: z.array(id).max(1000).optional(),
      }),
    )
    .min(1)
    .max(20)
    .optional(),
  jobs: z
    .array(
      z.strictObject({
        id,
        reward: z.number(),
        amounts: amounts.optional(),
        capabilities: z.array(id).max(1000).optional(),
      }),
    )
    .min(1)
    .max(1000)
    .optional()
    .describe('a coalition takes the job it gains most from: reward minus the costs of its members'),
})

const objective = z.enum(['makespan', 'cost', 'weighted-tardiness', 'value', 'sum', 'bottleneck'])

const weightedSum = z.strictObject({
  weighted: z
    .strictObject({
      makespan: amount.optional(),
      cost: amount.optional(),
      'weighted-tardiness': amount.optional(),
      value: amount.optional(),
    })
    .describe('of a project: what a unit of each measure counts in the sum that is minimised; worth lowers it'),
})

/** Sections that belong to kinds of documents this version does not read; they are refused by name. */
export const RESERVED_SECTIONS = {
  observations: 'planning under partial observability',
} as const

const KINDS = [
  'budget',
  'portfolio',
  'project',
  'hierarchy',
  'mission',
  'assignment',
  'allocation',
  'game',
  'coalition',
  'pomdp',
  'tracking',
  'diagnosis',
  'sensing',
  'decision',
  'execution',
  'plan',
  'operation',
  'coordination',
  'causal',
] as const
type DocumentKind = (typeof KINDS)[number]

type Infer<Shape extends z.ZodType> = z.infer<Shape>

/** Written out, because the inferred type of the whole is too long to be declared; the schema below is checked against it. */
export interface PlanningDocument extends PlanningSections {
  version: 1
  kind?: DocumentKind | undefined
  title?: string | undefined
  description?: string | undefined
  unit?: string | undefined
  units?: { time?: string | undefined; money?: string | undefined } | undefined
  total?: Infer<typeof amount> | undefined
  lines?: Infer<typeof line>[] | undefined
  rules?: Infer<typeof rule>[] | undefined
  requires?: Infer<typeof pair>[] | undefined
  excludes?: Infer<typeof pair>[] | undefined
  periods?: Infer<typeof periods> | undefined
  projects?: Infer<typeof project>[] | undefined
  capacity?: Record<string, number> | undefined
  resources?: Infer<typeof resource>[] | undefined
  tasks?: (string | Infer<typeof task>)[] | undefined
  compounds?: Infer<typeof compound>[] | undefined
  maxDepth?: number | undefined
  jobs?: Infer<typeof job>[] | undefined
  constraints?: Infer<typeof constraint>[] | undefined
  mission?: Infer<typeof missionSchema> | undefined
  after?: Infer<typeof pair>[] | undefined
  precedence?: Infer<typeof precedence>[] | undefined
  deadline?: Infer<typeof amount> | null | undefined
  budget?: Infer<typeof amount> | null | undefined
  overspendPenalty?: Infer<typeof amount> | undefined
  agents?: (string | Infer<typeof agent>)[] | undefined
  costs?: Infer<typeof table> | undefined
  loads?: Infer<typeof table> | undefined
  game?: Infer<typeof matrixGame> | undefined
  coalition?: Infer<typeof coalition> | undefined
  protocol?: Infer<typeof protocolSchema> | undefined
  negotiation?: Infer<typeof negotiationSchema> | undefined
  auction?: Infer<typeof auctionSchema> | undefined
  plans?: Infer<typeof plansSchema> | undefined
  belief?: Infer<typeof beliefSchema> | undefined
  world?: Infer<typeof worldSchema> | undefined
  operation?: Infer<typeof operationSchema> | undefined
  execution?: Infer<typeof executionSchema> | undefined
  causes?: CausesSection | undefined
  sense?: 'minimize' | 'maximize' | undefined
  objective?: Infer<typeof objective> | Infer<typeof objective>[] | Infer<typeof weightedSum> | undefined
}

export const documentSchema: z.ZodType<PlanningDocument> = z
  .strictObject({
    version: z.literal(1).describe('version of this format'),
    kind: z.enum(KINDS).optional().describe('what is asked; recognised by its sections when left out'),
    title: z.string().max(500).optional(),
    description: z.string().max(20000).optional(),
    unit: z.string().max(50).optional().describe('unit of money, hours or whatever the numbers count'),
    units: z.strictObject({ time: z.string().max(50).optional(), money: z.string().max(50).optional() }).optional(),
    total: amount.optional().describe('amount to divide over `lines`'),
    lines: z.array(line).min(1).max(10000).optional(),
    rules: z.array(rule).max(10000).optional(),
    requires: z.array(pair).max(100000).optional().describe('[thing, what it needs]'),
    excludes: z.array(pair).max(100000).optional().describe('at most one of each pair'),
    periods: periods.optional(),
    projects: z.array(project).min(1).max(10000).optional(),
    capacity: z.record(id, amount).optional().describe('heads available in every period'),
    resources: z.array(resource).max(10000).optional(),
    tasks: z
      .array(z.union([id, task]))
      .max(100000)
      .optional(),
    compounds: z.array(compound).max(10000).optional().describe('compound tasks that tasks refer to with `as`'),
    maxDepth: z.int().min(0).max(1000).optional().describe('how often a compound task may lie inside itself'),
    jobs: z.array(job).min(1).max(10000).optional().describe('chains of steps on machines'),
    constraints: z.array(constraint).max(10000).optional().describe('linear conditions on what is chosen'),
    mission: missionSchema.optional().describe('activities over slots of time under a battery and a data memory'),
    after: z.array(pair).max(100000).optional().describe('[a, b]: b starts when a is finished'),
    precedence: z.array(precedence).max(100000).optional(),
    deadline: amount.nullable().optional(),
    budget: amount.nullable().optional(),
    overspendPenalty: amount
      .optional()
      .describe('of a project: price a unit of money beyond `budget`, which becomes soft'),
    agents: z
      .array(z.union([id, agent]))
      .max(10000)
      .optional(),
    costs: table.optional(),
    loads: table.optional().describe('what a task takes of an agent’s capacity; the costs when left out'),
    game: matrixGame.optional().describe('a zero-sum game of two players'),
    coalition: coalition.optional().describe('what groups of agents are worth together'),
    protocol: protocolSchema.optional().describe('how agents share tasks out'),
    negotiation: negotiationSchema.optional().describe('deals that agents bargain over'),
    auction: auctionSchema.optional(),
    plans: plansSchema.optional().describe('plans of several agents whose conflicts are to be settled'),
    belief: beliefSchema.optional(),
    world: worldSchema.optional().describe('a simulated world: grid, town or market'),
    operation: operationSchema.optional().describe('a team, its work, what it does not know, and a simulated world'),
    execution: executionSchema.optional().describe('how to carry out and replan'),
    causes: causesSchema.optional().describe('a causal graph, and a value to be brought about'),
    ...planningSections,
    sense: z.enum(['minimize', 'maximize']).optional(),
    objective: z
      .union([objective, z.array(objective).min(1).max(6), weightedSum])
      .optional()
      .describe('one objective, several in order of importance, or a weighted sum'),
  })
  .meta({ title: 'Foreplan planning document, version 1' })

export type DocumentTask = z.infer<typeof task>

/** The JSON Schema (draft 2020-12) of the document. */
export function documentJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(documentSchema, { io: 'input' }) as Record<string, unknown>
}
