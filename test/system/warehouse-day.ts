/** A small warehouse in which nothing goes as planned: an item that may not be there, a robot that breaks down, an urgent order. */
import type { OperationAgent, OperationTask, OperationWorld, WorkUnit } from '../../src/domain/operation.ts'
import type { ObservationSetup } from '../../src/system/index.ts'

export const able = (...names: string[]): OperationAgent['capabilities'] =>
  names.map((name) => ({ name, proficiency: 1, costMultiplier: 1 }))

export const robots: OperationAgent[] = [
  { id: 'R1', capabilities: able('tote') },
  { id: 'R2', capabilities: able('tote', 'cold') },
  { id: 'R3', capabilities: able('tote', 'cold', 'heavy', 'camera') },
]

export const unit = (id: string, need: string, duration: number, cost: number, after: string[] = []): WorkUnit => ({
  id,
  needs: [need],
  duration,
  cost,
  requires: [],
  produces: [],
  after,
})

export const order = (
  id: string,
  need: string,
  duration: number,
  more: Partial<OperationTask> = {},
): OperationTask => ({
  id,
  required: true,
  value: 0,
  release: 0,
  deadline: null,
  after: [],
  ways: [
    { id: 'aisle', units: [unit('pick', need, duration, duration), unit('pack', 'tote', 2, 1, ['pick'])], relies: [] },
  ],
  ...more,
})

export const orders: OperationTask[] = [
  order('O1', 'tote', 6),
  order('O2', 'tote', 0, {
    ways: [
      { id: 'bin', units: [unit('pick', 'tote', 6, 6)], relies: [{ fact: 'bin A', value: 'stocked' }] },
      { id: 'reserve', units: [unit('pick', 'tote', 12, 14)], relies: [] },
    ],
  }),
  order('O3', 'cold', 8),
  order('O4', 'heavy', 5),
  order('O5', 'cold', 4),
]

export const urgent: OperationTask = order('U1', 'cold', 5, { deadline: 24, release: 0 })

export const hidden: ObservationSetup = {
  facts: [
    {
      id: 'bin A',
      values: [
        { id: 'stocked', probability: 0.7 },
        { id: 'empty', probability: 0.3 },
      ],
    },
  ],
  sensors: [
    {
      id: 'scan A',
      fact: 'bin A',
      cost: 1,
      duration: 2,
      needs: ['camera'],
      outcomes: ['full', 'gap'],
      likelihood: { stocked: [0.95, 0.05], empty: [0.05, 0.95] },
    },
  ],
}

export const badDay: Partial<OperationWorld> = {
  truth: { 'bin A': 'empty' },
  outcomes: { 'scan A': 'gap' },
  events: [
    { at: 5, kind: 'agent-lost', agent: 'R2' },
    { at: 7, kind: 'task-added', task: urgent },
  ],
}
