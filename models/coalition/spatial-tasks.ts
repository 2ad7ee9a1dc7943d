/**
 * Coalition formation with spatial and temporal constraints (CFSTP): which agents travel where and when, so that the tasks completed by
 * their deadlines are worth most. Agents may come and go while a task is under way.
 *
 * Sets        agents a, tasks v at place p(v), steps t = 0 .. T - 1 (T the last deadline), places p; groups C of agents
 * Parameters  w_v workload, d_v deadline, c_v value, r_av rate, u(C, v) rate of a group, l_pq steps of travel
 * Variables   y_v binary: v is completed;  s_apt binary: a is at p in step t;  m_apqt binary: a leaves p for q at t;
 *             x_avt binary: a works at v in step t < d_v;  with group rates z_Cvt binary: exactly C works at v in step t
 * Objective   max sum c_v y_v
 * Rows        a, p, t:  s_ap(t-1) + sum_q m_aqp(t-l_qp) = s_apt + sum_q m_apqt     (1 at the start)
 *             a, p, t:  sum_{v at p} x_avt <= s_apt
 *             v:        sum_{a,t} r_av x_avt >= w_v y_v,  or  sum_{C,t} u(C, v) z_Cvt >= w_v y_v
 *             v, t:     sum_C z_Cvt <= 1;   a, v, t:  sum_{C with a} z_Cvt = x_avt
 * Size        O(A P^2 T) columns, with group rates O(2^A V T) more
 *
 * The heuristic with look-ahead (look-ahead.ts) comes first; its plan is the start of the search and the answer when the search
 * finds none better in time. Every plan is checked by stepping through it.
 *
 * Source: Ramchurn, Polukarov, Farinelli, Truong and Jennings (2010), Coalition formation with spatial and temporal constraints.
 */
import { InternalError, type Limit, Run, UnsupportedError } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term, type Variable } from '../../solvers/linear/index.ts'
import { groupRate, type SpatialTaskProblem, type Stint } from '../../src/domain/spatial-tasks.ts'
import { linearOptions, type ModelOptions } from '../conflict/index.ts'
import { formByLookAhead } from './look-ahead.ts'
import { checkSpatialPlan, validateSpatialTasks } from './spatial-tasks-check.ts'

/** Most agents whose groups are tabled. */
const TEAM_AGENTS = 8

export interface SpatialPlan {
  /** Who works where and when; only at tasks that are completed. */
  readonly stints: readonly Stint[]
  /** Completed tasks and when, in the order of the tasks. */
  readonly completed: readonly { readonly task: string; readonly at: number }[]
  readonly missed: readonly string[]
  /** Sum of the values of the completed tasks. */
  readonly value: number
  /** Proved: no plan is worth more. */
  readonly bound: number
  /** What the heuristic with look-ahead is worth. */
  readonly lookAheadValue: number
}

export type SpatialTaskResult =
  | ({ readonly status: 'optimal' } & SpatialPlan)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & SpatialPlan)

export interface SpatialTaskOptions extends ModelOptions {
  /** `look-ahead` stops after the heuristic. @default 'exact' */
  readonly method?: 'exact' | 'look-ahead'
}

/** @throws InvalidInputError with every fault; UnsupportedError for group rates of many agents */
export async function formSpatialCoalitions(
  problem: SpatialTaskProblem,
  options: SpatialTaskOptions = {},
): Promise<SpatialTaskResult> {
  validateSpatialTasks(problem)
  const run = new Run('spatial coalitions', options)
  const heuristic = planOf(problem, formByLookAhead(problem))
  const all = problem.tasks.reduce((sum, { value }) => sum + value, 0)
  const lookAheadValue = heuristic.value
  if (heuristic.value === all) return { status: 'optimal', ...heuristic, bound: all, lookAheadValue }
  if (options.method === 'look-ahead')
    return { status: 'feasible', limit: 'method', ...heuristic, bound: all, lookAheadValue }
  const { model, works } = build(problem)
  const result = await solveLinear(model, linearOptions(run, options))
  if (result.status === 'infeasible' || result.status === 'unbounded')
    throw new InternalError(`staying at home was called ${result.status}`)
  const limit = result.status === 'optimal' ? null : result.limit
  const found = result.status === 'unknown' ? heuristic : planOf(problem, stintsOf(problem, works, result.values))
  const best = found.value >= heuristic.value ? found : heuristic
  const bound = result.status === 'unknown' ? all : Math.max(best.value, Math.min(all, result.bound))
  if (limit === null && best !== found) throw new InternalError('the heuristic beats the proved optimum')
  return limit === null
    ? { status: 'optimal', ...best, bound: best.value, lookAheadValue }
    : { status: 'feasible', limit, ...best, bound, lookAheadValue }
}

type Planned = Omit<SpatialPlan, 'bound' | 'lookAheadValue'>

/** The checked plan, without the stints at tasks that are not completed. */
function planOf(problem: SpatialTaskProblem, raw: readonly Stint[]): Planned {
  const first = checkSpatialPlan(problem, raw)
  const done = new Map(problem.tasks.map(({ id }, v) => [id, first.completed[v] ?? null]))
  const stints = raw.flatMap((stint): Stint[] => {
    const end = done.get(stint.task) ?? null
    return end === null || stint.from >= end ? [] : [{ ...stint, until: Math.min(stint.until, end) }]
  })
  const { broken, completed } = checkSpatialPlan(problem, stints)
  const fault = first.broken[0] ?? broken[0]
  if (fault !== undefined) throw new InternalError(`the plan breaks a rule: ${fault}`)
  const list = problem.tasks.flatMap(({ id }, v) => {
    const at = completed[v] ?? null
    return at === null ? [] : [{ task: id, at }]
  })
  const value = problem.tasks.reduce((sum, one, v) => sum + (completed[v] === null ? 0 : one.value), 0)
  const missed = problem.tasks.filter((_, v) => completed[v] === null).map(({ id }) => id)
  return { stints, completed: list, missed, value }
}

/** Columns of x_avt, by agent, task and step. */
type Works = readonly (readonly (readonly Variable[])[])[]

function build(problem: SpatialTaskProblem): { readonly model: LinearModel; readonly works: Works } {
  const { agents, tasks, places, travel, teamRate } = problem
  if (teamRate !== undefined && agents.length > TEAM_AGENTS) {
    throw new UnsupportedError('group rates', `groups of ${agents.length} agents are too many`, {
      hint: `give at most ${TEAM_AGENTS} agents, rates that add up, or method 'look-ahead'`,
    })
  }
  const model = new LinearModel('spatial coalitions', 'maximize')
  const horizon = Math.max(0, ...tasks.map(({ deadline }) => deadline))
  const number = new Map(places.map((name, p) => [name, p]))
  const target = tasks.map(({ place }) => number.get(place) as number)
  const useful = new Set(target)
  const completed = tasks.map(({ id, value }) =>
    model.addVariable(`complete ${id}`, { kind: 'binary', objective: value }),
  )
  const works = agents.map(({ id: agent, place }) => {
    const home = number.get(place) as number
    const stays = places.map((name, p) =>
      useful.has(p) || p === home
        ? Array.from({ length: horizon }, (_, t) => model.addVariable(`${agent} at ${name} ${t}`, { kind: 'binary' }))
        : [],
    )
    // Balance of each place and step: what comes in less what goes out.
    const balance = places.map((_, p) =>
      Array.from({ length: horizon }, (_, t): Term[] => {
        const terms: Term[] = []
        const stay = stays[p]?.[t]
        if (stay !== undefined) terms.push([stay, -1])
        const before = t > 0 ? stays[p]?.[t - 1] : undefined
        if (before !== undefined) terms.push([before, 1])
        return terms
      }),
    )
    places.forEach((from, p) => {
      if (!useful.has(p) && p !== home) return
      places.forEach((to, q) => {
        if (p === q || !useful.has(q)) return
        const steps = travel[p]?.[q] as number
        for (let t = 0; t + steps < horizon; t++) {
          const move = model.addVariable(`${agent} from ${from} to ${to} ${t}`, { kind: 'binary' })
          balance[p]?.[t]?.push([move, -1])
          balance[q]?.[t + steps]?.push([move, 1])
        }
      })
    })
    balance.forEach((line, p) => {
      line.forEach((terms, t) => {
        if (terms.length > 0) model.addRow(`${agent} ${places[p]} ${t}`, terms, '=', p === home && t === 0 ? -1 : 0)
      })
    })
    const own = tasks.map(({ id, deadline }) =>
      Array.from({ length: deadline }, (_, t) => model.addVariable(`${agent} works at ${id} ${t}`, { kind: 'binary' })),
    )
    places.forEach((name, p) => {
      for (let t = 0; t < horizon; t++) {
        const here = tasks.flatMap((_, v): Term[] => {
          const work = target[v] === p ? own[v]?.[t] : undefined
          return work === undefined ? [] : [[work, 1]]
        })
        const stay = stays[p]?.[t]
        if (here.length > 0 && stay !== undefined)
          model.addRow(`${agent} works in ${name} ${t}`, [...here, [stay, -1]], '<=', 0)
      }
    })
    return own
  })
  tasks.forEach(({ id, workload, deadline }, v) => {
    const work: Term[] = [[completed[v] as Variable, -workload]]
    if (teamRate === undefined) {
      works.forEach((own, a) => {
        for (const column of own[v] ?? []) work.push([column, problem.rates[a]?.[v] as number])
      })
    } else {
      for (let t = 0; t < deadline; t++) {
        const one: Term[] = []
        const membership = agents.map((_, a): Term[] => [[works[a]?.[v]?.[t] as Variable, -1]])
        for (let group = 1; group < 2 ** agents.length; group++) {
          const members = [...agents.keys()].filter((a) => ((group >>> a) & 1) === 1)
          const column = model.addVariable(`group ${group} at ${id} ${t}`, { kind: 'binary' })
          one.push([column, 1])
          work.push([column, groupRate(problem, members, v)])
          for (const a of members) membership[a]?.push([column, 1])
        }
        model.addRow(`one group at ${id} ${t}`, one, '<=', 1)
        membership.forEach((terms, a) => {
          model.addRow(`${agents[a]?.id} in a group at ${id} ${t}`, terms, '=', 0)
        })
      }
    }
    model.addRow(`work at ${id}`, work, '>=', 0)
  })
  return { model, works }
}

function stintsOf(problem: SpatialTaskProblem, works: Works, values: Float64Array): readonly Stint[] {
  const stints: Stint[] = []
  works.forEach((own, a) => {
    own.forEach((steps, v) => {
      let from = -1
      for (let t = 0; t <= steps.length; t++) {
        const column = steps[t]
        const at = column !== undefined && (values[column] as number) > 0.5
        if (at && from < 0) from = t
        if (at || from < 0) continue
        stints.push({ agent: problem.agents[a]?.id as string, task: problem.tasks[v]?.id as string, from, until: t })
        from = -1
      }
    })
  })
  return stints.sort((one, other) => one.from - other.from)
}
