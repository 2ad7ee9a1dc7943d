/**
 * Coordination of agents that know different things: their readings are fused without counting a relayed one twice, then tasks
 * are allocated for the least expected cost, and before that it is decided who looks at what. Looking and allocating are one
 * decision problem: hypotheses are the states, tests the sensors of the agents, acts the possible allocations,
 *
 *   L(b) = min over   allocations x   sum_task sum_s b(s) cost(agent_x(task), task, s)
 *                     sensors         price + sum_o P(o | b) L(b after o),
 *
 * solved exactly (decision-tree.ts). So a sensor is used for what it changes in the allocation, and in the best sequence, not by
 * one-step value. Size: allocations are listed, at most MOST_ALLOCATIONS.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { DecisionProblem } from '../domain/pomdp-decision.ts'
import { type FusedBelief, fuseBeliefs, type Reading } from './belief-fusion.ts'
import type { BeliefState } from './belief-state.ts'
import { type DecisionNode, type DecisionPlan, solveDecision } from './decision-tree.ts'
import { checkDecisionPlan } from './decision-walk.ts'
import type { ObservationModel } from './observation-model.ts'
import { testOf } from './plan-acts.ts'
import { type InformationValue, valueOfInformation } from './value-of-information.ts'

export interface BeliefAgent {
  readonly id: string
  /** What it has seen, or heard from others, with the identity of every measurement. @default none */
  readonly readings?: readonly Reading[]
  /** What it could still look at, each once. @default none */
  readonly sensors?: readonly { readonly id: string; readonly cost: number; readonly model: ObservationModel }[]
  /** Most tasks it can take. @default 1 */
  readonly capacity?: number
}

export interface BeliefCoordination {
  /** What all knew before any reading. */
  readonly prior: BeliefState
  readonly agents: readonly BeliefAgent[]
  readonly tasks: readonly string[]
  /** Cost of a task done by an agent when a state is the truth; null: it cannot. */
  readonly cost: (agent: string, task: string, state: string) => number | null
}

export interface TaskOwner {
  readonly task: string
  readonly agent: string
}

export interface CoordinatedBelief {
  readonly fused: FusedBelief
  /** Who looks first, null when allocating at once is best. */
  readonly first: { readonly agent: string; readonly sensor: string } | null
  /** The whole tree: sensors by `agent: sensor`, allocations by their names. */
  readonly plan: DecisionPlan
  readonly information: InformationValue
  /** The allocation that a leaf of the tree stands for. */
  readonly allocationOf: (node: DecisionNode) => readonly TaskOwner[]
  /** The best allocation if nobody looks any more, and its expected cost. */
  readonly atOnce: { readonly allocation: readonly TaskOwner[]; readonly expectedCost: number }
}

const MOST_ALLOCATIONS = 50_000

/**
 * Fuses, decides who looks at what, allocates.
 * @throws InvalidInputError with every fault: no possible allocation, too many of them, sensors that do not know the states
 */
export function coordinateWithBeliefs(problem: BeliefCoordination): CoordinatedBelief {
  const shared = Object.fromEntries(problem.agents.map(({ id, readings }) => [id, readings ?? []]))
  const fused = fuseBeliefs(problem.prior, shared)
  const { belief } = fused
  const allocations = listAllocations(problem, belief.states)
  const sensors = problem.agents.flatMap(({ id, sensors: own }) =>
    (own ?? []).map((sensor) => ({ agent: id, sensor: sensor.id, name: `${id}: ${sensor.id}`, means: sensor })),
  )
  const decision: DecisionProblem = {
    kind: 'decision',
    hypotheses: belief.states.map((id, k) => ({ id, probability: belief.probabilities[k]! })),
    tests: sensors.map(({ agent, name, means: { cost, model } }) =>
      testOf({ id: name, variable: '', cost, model, source: { kind: 'agent', agent, message: name } }),
    ),
    acts: [...allocations].map(([id, owners]) => ({ id, loss: lossOf(problem, owners, belief.states) })),
    repairs: [],
  }
  const plan = solveDecision(decision)
  checkDecisionPlan(plan)
  const chosen = plan.root.decision
  const first = chosen.kind === 'test' ? sensors.find(({ name }) => name === chosen.id) : undefined
  const now = solveDecision(decision, { tests: [] })
  const allocationOf = (node: DecisionNode): readonly TaskOwner[] => allocations.get(node.decision.id) ?? []
  return {
    fused,
    first: first === undefined ? null : { agent: first.agent, sensor: first.sensor },
    plan,
    information: valueOfInformation(decision),
    allocationOf,
    atOnce: { allocation: allocationOf(now.root), expectedCost: now.expectedCost },
  }
}

function lossOf(
  problem: BeliefCoordination,
  owners: readonly TaskOwner[],
  states: readonly string[],
): Readonly<Record<string, number>> {
  const totals = states.map((state) => {
    const total = owners.reduce((sum, { agent, task }) => sum + problem.cost(agent, task, state)!, 0)
    return [state, total] as const
  })
  return Object.fromEntries(totals)
}

/** Every allocation in which each task has an agent that can do it in every state, by name. */
function listAllocations(
  problem: BeliefCoordination,
  states: readonly string[],
): ReadonlyMap<string, readonly TaskOwner[]> {
  const { tasks, agents } = problem
  const able = tasks.map((task) =>
    agents.map(({ id }) => id).filter((agent) => states.every((state) => problem.cost(agent, task, state) !== null)),
  )
  const left = new Map(agents.map(({ id, capacity }) => [id, capacity ?? 1]))
  const found = new Map<string, readonly TaskOwner[]>()
  const walk = (index: number, owners: readonly TaskOwner[]): void => {
    if (found.size > MOST_ALLOCATIONS) return
    if (index === tasks.length) {
      found.set(owners.map(({ task, agent }) => `${task} by ${agent}`).join(', ') || 'nothing to do', owners)
      return
    }
    for (const agent of able[index]!) {
      const room = left.get(agent)!
      if (room <= 0) continue
      left.set(agent, room - 1)
      walk(index + 1, [...owners, { task: tasks[index]!, agent }])
      left.set(agent, room)
    }
  }
  walk(0, [])
  const fault = (code: string, message: string, hint: string): InvalidInputError => {
    const issue: Issue = { code, path: ['tasks'], message, hint }
    return new InvalidInputError([issue])
  }
  if (found.size === 0)
    throw fault('no-allocation', 'no allocation gives every task an agent that can do it', 'add agents or capacity')
  if (found.size > MOST_ALLOCATIONS)
    throw fault('too-large', `there are more than ${MOST_ALLOCATIONS} allocations`, 'leave out tasks or agents')
  return found
}
