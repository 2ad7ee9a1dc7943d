/** Who does which unit: left to the joint model, or settled among the agents by a protocol of src/coordination. */
import { allowedWays, effort, isDone, type Settled, type Standing, unitName } from '../../models/operation/index.ts'
import type { Run } from '../../solvers/contract/index.ts'
import { ALLOCATION_STRATEGIES, type AllocationStrategy, allocateTasks } from '../coordination/index.ts'
import type { AllocationProblem } from '../domain/allocation.ts'
import type { OperationProblem, OperationTask, WorkUnit, WorkWay } from '../domain/operation.ts'

/**
 * `joint`: ways, agents and times in one model, proved best. Otherwise each task takes its cheapest way, the agents share out its
 * units by the strategy, and the joint model decides the times; the result says how far the sharing is from the optimum of its kind.
 */
export const OPERATION_PROTOCOLS = ['joint', ...ALLOCATION_STRATEGIES] as const
export type OperationProtocol = 'joint' | AllocationStrategy

export interface Coordination {
  readonly protocol: OperationProtocol
  /** Agent of each unit, by name; empty for `joint`. */
  readonly doers: ReadonlyMap<string, string>
  /** Way of each task that the protocol settled; empty for `joint`. */
  readonly ways: ReadonlyMap<string, readonly string[]>
  /** Units that nobody took, with the reason; the joint model gives them to whoever can. */
  readonly open: readonly { readonly unit: string; readonly reason: string }[]
  readonly messages: number
  /** Cost of the awards over the least cost of these units; null when unknown, or for `joint`. */
  readonly gap: number | null
}

interface OpenUnit {
  readonly name: string
  readonly task: OperationTask
  readonly way: WorkWay
  readonly unit: WorkUnit
}

export async function coordinateUnits(
  problem: OperationProblem,
  standing: Standing,
  settled: Settled,
  protocol: OperationProtocol,
  run: Run,
): Promise<Coordination> {
  const nothing = {
    doers: new Map<string, string>(),
    ways: new Map<string, readonly string[]>(),
    open: [],
    messages: 0,
  }
  if (protocol === 'joint') return { protocol, ...nothing, gap: null }
  const agents = problem.agents.filter((agent) => !standing.lost.has(agent.id))
  const units = openUnits(problem, standing, settled)
  if (units.length === 0) return { protocol, ...nothing, gap: 0 }
  const efforts = agents.map((agent) =>
    units.map(({ name, unit }) => {
      const wanted = settled.doers.get(name)
      return wanted !== undefined && wanted !== agent.id ? null : effort(agent, unit.needs, unit.duration, unit.cost)
    }),
  )
  const time = problem.deadline === null ? null : Math.max(0, problem.deadline - standing.time)
  const table: AllocationProblem = {
    title: problem.title,
    unit: problem.costUnit,
    agents: agents.map((agent) => ({
      id: agent.id,
      capacity: time,
      capabilities: agent.capabilities.map((capability) => capability.name),
    })),
    tasks: units.map(({ name, unit }) => ({ id: name, needs: unit.needs })),
    costs: efforts.map((row) => row.map((one) => one?.cost ?? null)),
    loads: efforts.map((row) => row.map((one) => one?.duration ?? null)),
    objectives: ['cost'],
  }
  const { timeLimitMs, signal, onProgress } = run.nested()
  const result = await allocateTasks(table, {
    strategy: protocol,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  if (result.status === 'infeasible' || result.status === 'unknown') {
    const reason = result.status === 'infeasible' ? result.conflict.explanation : `limit: ${result.limit}`
    return { protocol, ...nothing, open: units.map(({ name }) => ({ unit: name, reason })), gap: null }
  }
  return {
    protocol,
    doers: new Map(result.awards.map((award) => [award.task, award.agent])),
    ways: new Map(units.map(({ task, way }) => [task.id, [way.id]])),
    open: result.unallocated.map((one) => ({ unit: one.task, reason: one.reason })),
    messages: result.messages.length,
    gap: result.gap,
  }
}

/** The units still to be done of the cheapest way of each task; a way that was begun is gone on with. */
function openUnits(problem: OperationProblem, standing: Standing, settled: Settled): OpenUnit[] {
  const busy = new Set(standing.running.map((one) => one.unit))
  return problem.tasks
    .filter((task) => !isDone(task, standing))
    .flatMap((task) => {
      const ways = allowedWays(task, standing, settled)
      const prices = ways.map((way) => way.units.reduce((sum, unit) => sum + unit.cost, 0))
      const way = ways[prices.indexOf(Math.min(...prices))]
      if (way === undefined) return []
      return way.units.flatMap((unit): OpenUnit[] => {
        const name = unitName(task.id, way.id, unit.id)
        return standing.finished.has(name) || busy.has(name) ? [] : [{ name, task, way, unit }]
      })
    })
}
