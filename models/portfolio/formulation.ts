/**
 * Choosing and starting projects over periods.
 *
 * Sets        projects p, periods t = 1..T, head-counts h
 * Parameters  d_p duration [periods], c_pk cost in the k-th period of p [money], n_hpk heads, b_p benefit [money],
 *             B_t new money [money], N_h heads available, r discount rate per period
 * Variables   x_pt binary  p starts in period t, for t = 1..T - d_p + 1
 *             o_t >= 0     money beyond the budget in t [money], only where budgets are soft (penalty g a unit, r >= 0)
 * Objective   max sum_pt (b_p (1+r)^-(t-1+d_p) - sum_k c_pk (1+r)^-(t-1+k)) x_pt     (k = 0..d_p - 1)
 *                 - sum_t g (1+r)^-(t-1) o_t
 * Rows        once:      sum_t x_pt <= 1, = 1 when mandatory
 *             budget t:  with carry-over sum_{u <= t} spend_u <= sum_{u <= t} B_u, else spend_t <= B_t;
 *                        soft budgets add o_u to the right-hand side
 *             heads h,t: sum of n_hpk over the projects running in t <= N_h
 *             requires p > q: sum_{u <= t} x_pu <= sum_{u <= t - d_q} x_qu for every t
 *             excludes p | q: sum_t x_pt + sum_t x_qt <= 1
 *             rule:      least <= sum of c over the projects done, or started in the period named, <= most
 * Size        at most |P| T columns and |P| + T (1 + |H|) + T |requires| + |excludes| + |rules| rows
 *
 * Requirements are stated for every prefix of periods (the disaggregated form of Christofides, Alvarez-Valdes and Tamarit
 * 1987), which is tighter than one row on start times and needs no big M.
 */

import { LinearModel, type Term, type Variable } from '../../solvers/linear/index.ts'
import type { PortfolioProblem } from '../../src/domain/portfolio.ts'
import { discount } from '../../src/domain/portfolio-rules.ts'
import { addRules } from '../conflict/index.ts'

export interface PortfolioVariation {
  /** Only these constraints are stated. @default all */
  readonly only?: ReadonlySet<string>
  /** This budget or head-count may give way by any amount >= 0, which is minimised instead of maximising the value. */
  readonly relax?: string
}

export interface PortfolioModel {
  readonly model: LinearModel
  /** starts[p][t - 1]: column of project p starting in period t. */
  readonly starts: readonly (readonly Variable[])[]
}

export const portfolioNames = {
  budget: (problem: PortfolioProblem, period: number): string => `budget ${problem.periodName} ${period}`,
  capacity: (name: string): string => `capacity ${name}`,
  mandatory: (project: string): string => `mandatory ${project}`,
  requires: (project: string, needed: string): string => `requires ${project} > ${needed}`,
  excludes: (a: string, b: string): string => `excludes ${a} | ${b}`,
}

export function buildPortfolioModel(problem: PortfolioProblem, variation: PortfolioVariation = {}): PortfolioModel {
  const { periods, projects } = problem
  const model = new LinearModel('portfolio', 'maximize')
  const states = (name: string): boolean => variation.only === undefined || variation.only.has(name)
  const starts = projects.map((project) => {
    const columns: Variable[] = []
    for (let t = 1; t + project.cost.length - 1 <= periods; t++) {
      const paid = project.cost.reduce((sum, cost, k) => sum + cost * discount(problem, t + k), 0)
      const objective = project.benefit * discount(problem, t + project.cost.length) - paid
      columns.push(model.addVariable(`${project.id} starts ${t}`, { kind: 'binary', objective }))
    }
    return columns
  })
  const slack = variation.relax === undefined ? null : model.addVariable('gives way')
  if (slack !== null) model.replaceObjective([[slack, 1]], 'minimize')
  const give = (name: string, terms: Term[]): Term[] =>
    slack !== null && name === variation.relax ? [...terms, [slack, -1]] : terms
  const prefix = (p: number, until: number): Term[] =>
    (starts[p] as Variable[]).slice(0, Math.max(0, until)).map((column) => [column, 1] as const)

  projects.forEach((project, p) => {
    const once = prefix(p, periods)
    model.addRow(`${project.id} once`, once, '<=', 1, { group: null })
    const mandatory = portfolioNames.mandatory(project.id)
    if (project.mandatory && states(mandatory)) model.addRow(mandatory, once, '>=', 1)
  })

  const beyond = overspending(problem, model, slack === null)
  let money = 0
  for (let t = 1; t <= periods; t++) {
    money = (problem.budget[t - 1] as number) + (problem.carryOver ? money : 0)
    const name = portfolioNames.budget(problem, t)
    if (!states(name)) continue
    const from = problem.carryOver ? 1 : t
    const extra = beyond.slice(from - 1, t).map((column) => [column, -1] as const)
    model.addRow(name, give(name, [...spending(problem, starts, from, t), ...extra]), '<=', money)
  }
  for (const [capacity, limit] of Object.entries(problem.capacity)) {
    const name = portfolioNames.capacity(capacity)
    if (!states(name)) continue
    for (let t = 1; t <= periods; t++) {
      const terms = running(starts, t, (p, k) => projects[p]?.heads[capacity]?.[k] ?? 0)
      model.addRow(`${name} in ${t}`, give(name, terms), '<=', limit, { group: name })
    }
  }
  const indexOf = new Map(projects.map((project, p) => [project.id, p]))
  for (const [project, needed] of problem.requires) {
    const name = portfolioNames.requires(project, needed)
    if (!states(name)) continue
    const p = indexOf.get(project) as number
    const q = indexOf.get(needed) as number
    const duration = projects[q]?.cost.length ?? 0
    for (let t = 1; t <= (starts[p] as Variable[]).length; t++) {
      const terms = [...prefix(p, t), ...prefix(q, t - duration).map(([column]) => [column, -1] as const)]
      model.addRow(`${name} by ${t}`, terms, '<=', 0, { group: name })
    }
  }
  for (const [a, b] of problem.excludes) {
    const name = portfolioNames.excludes(a, b)
    if (!states(name)) continue
    const pair = [a, b].flatMap((id) => prefix(indexOf.get(id) as number, periods))
    model.addRow(name, pair, '<=', 1)
  }
  addRules(
    model,
    problem.choices ?? [],
    ({ project, period }) => {
      const columns = starts[indexOf.get(project) as number] as readonly Variable[]
      return period === undefined ? columns : columns.slice(period - 1, period)
    },
    states,
  )
  return { model, starts }
}

/** o_t of every period where budgets are soft; none where they are hard. @param priced false: the objective is another one */
function overspending(problem: PortfolioProblem, model: LinearModel, priced: boolean): Variable[] {
  const penalty = problem.overspendPenalty
  if (penalty === undefined) return []
  return problem.budget.map((_, index) => {
    const objective = priced ? -penalty * discount(problem, index + 1) : 0
    return model.addVariable(`beyond the budget in ${index + 1}`, { objective })
  })
}

/** Money spent in periods from..to. */
function spending(problem: PortfolioProblem, starts: PortfolioModel['starts'], from: number, to: number): Term[] {
  const terms: Term[] = []
  problem.projects.forEach((project, p) => {
    ;(starts[p] as readonly Variable[]).forEach((column, index) => {
      let paid = 0
      project.cost.forEach((cost, k) => {
        const period = index + 1 + k
        if (period >= from && period <= to) paid += cost
      })
      if (paid !== 0) terms.push([column, paid])
    })
  })
  return terms
}

/** What the projects running in a period take, by the offset k of the period from their start. */
function running(starts: PortfolioModel['starts'], period: number, amount: (p: number, k: number) => number): Term[] {
  const terms: Term[] = []
  starts.forEach((columns, p) => {
    columns.forEach((column, index) => {
      const k = period - (index + 1)
      const needed = k < 0 ? 0 : amount(p, k)
      if (needed !== 0) terms.push([column, needed])
    })
  })
  return terms
}
