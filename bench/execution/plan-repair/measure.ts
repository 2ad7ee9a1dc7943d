/** Many disturbed executions of one problem, repaired in the decomposition tree. */
import { RandomStream } from '../../../solvers/numeric/index.ts'
import { planDistance } from '../../../src/domain/execution.ts'
import { RefinementTree } from '../../../src/execution/refinement/tree.ts'
import { openstacks } from './openstacks.ts'
import {
  Disturbance,
  type Facts,
  type MostSeen,
  type PddlProblem,
  type RepairDomain,
  readPddl,
  type Task,
} from './problem.ts'
import { rovers } from './rovers.ts'
import { satellite } from './satellite.ts'

export const DOMAINS: Readonly<Record<string, (problem: PddlProblem) => RepairDomain<Facts>>> = {
  openstacks,
  rovers,
  satellite,
}

export interface Measured {
  readonly runs: number
  readonly failed: number
  readonly meanActions: number
  readonly meanIterations: number
  readonly meanRepairs: number
  /** |old \ new| + |new \ old|, mean over repairs, and of planning anew in the same situations. */
  readonly repairDistance: number
  readonly scratchDistance: number
  readonly cpuSeconds: number
}

interface RunCounts {
  failed: boolean
  actions: number
  iterations: number
  repairs: number
  repairDistance: number
  scratchDistance: number
}

const asSteps = (tasks: readonly Task[]) =>
  tasks.map((task) => ({ id: 0, name: task[0] as string, args: task.slice(1) }))

/** One disturbed execution, every action checked by the domain itself. */
export function runOnce(domain: RepairDomain<Facts>, seed: number, compare: boolean, most: MostSeen): RunCounts {
  const { system } = domain
  const tree = new RefinementTree(system)
  const disturbance = new Disturbance(domain, new RandomStream(seed), most)
  let state = system.initialState
  const counts = { failed: false, actions: 0, iterations: 0, repairs: 0, repairDistance: 0, scratchDistance: 0 }
  if (!tree.plan(state)) return { ...counts, failed: true }
  for (;;) {
    const [next] = tree.remaining
    if (next === undefined) break
    const transition = system.execute(next, state)
    if ('reason' in transition || counts.actions > 5000) return { ...counts, failed: true }
    counts.actions++
    tree.advance()
    const before = transition.state
    state = disturbance.after(before, tree.remaining)
    if (state === before || tree.works(state)) continue
    const old = asSteps(tree.remaining)
    if (tree.repair(state).status === 'failed') return { ...counts, failed: true, iterations: tree.iterations }
    counts.repairs++
    if (!compare) continue
    counts.repairDistance += planDistance(old, asSteps(tree.remaining)).distance
    const anew = new RefinementTree(system)
    anew.plan(state)
    counts.scratchDistance += planDistance(old, asSteps(anew.remaining)).distance
  }
  return { ...counts, failed: system.goal(state) !== null, iterations: tree.iterations }
}

/** @param forget counts the events possible so far anew in every run, which makes them more frequent. @default false */
export function measureProblem(name: string, file: string, runs: number, compare = true, forget = false): Measured {
  const domain = (DOMAINS[name] as (typeof DOMAINS)[string])(readPddl(file))
  const sum = { failed: 0, actions: 0, iterations: 0, repairs: 0, repairDistance: 0, scratchDistance: 0 }
  const most = { count: 0 }
  const begin = process.cpuUsage().user
  for (let seed = 1; seed <= runs; seed++) {
    const counts = runOnce(domain, seed, compare, forget ? { count: 0 } : most)
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += Number(counts[key])
  }
  const { failed, actions, iterations, repairs, repairDistance, scratchDistance } = sum
  return {
    runs,
    failed,
    meanActions: actions / runs,
    meanIterations: iterations / runs,
    meanRepairs: repairs / runs,
    repairDistance: repairDistance / Math.max(1, repairs),
    scratchDistance: scratchDistance / Math.max(1, repairs),
    cpuSeconds: (process.cpuUsage().user - begin) / 1e6 / runs,
  }
}
