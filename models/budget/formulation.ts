/**
 * Budget allocation with piecewise-linear returns.
 *
 * Sets        lines l, segments s = 1..S_l of a line, rules r
 * Parameters  w_ls width of a segment [money], q_ls return per unit of money, B total [money], m_l least [money],
 *             M_l most [money], f_l floor "nothing or at least" [money], share or amount limits of rules [money]
 * Variables   x_ls in [0, w_ls]  money in segment s of line l
 *             u_l binary         line l is used (only for lines with a floor or named by a requirement or exclusion)
 *             z_ls binary        segment s is full (only before a segment with a better return)
 * Objective   max sum_ls q_ls x_ls
 * Rows        a_l = sum_s x_ls is the amount of line l;  sum_l a_l <= B;  m_l <= a_l <= M_l;
 *             rule: least_r <= sum_{l in r} a_l <= most_r (shares are of B);
 *             floor: a_l >= f_l u_l, x_ls <= w_ls u_l;
 *             requires l > k: u_l <= u_k with a_k >= threshold_k u_k;  excludes l | k: u_l + u_k <= 1;
 *             order: x_ls >= w_ls z_ls for every s that has a better segment after it, and x_lk <= w_lk z_ls for the
 *             segments k after it, up to and including the next such s
 * Size        one column a segment, one binary a floor / requirement / exclusion / bad corner; one row a limit
 *
 * Where returns diminish, the best segments fill first by themselves and no z is needed (Dantzig 1963, separable
 * programming); otherwise the z are the incremental formulation of Markowitz and Manne (1957). Every coefficient of a
 * binary is the width it switches: there is no big M.
 */

import { LinearModel, type Row, type Term, type Variable } from '../../solvers/linear/index.ts'
import type { BudgetLine, BudgetProblem } from '../../src/domain/budget.ts'
import { lineCap, ruleLimits, useThreshold } from '../../src/domain/budget-rules.ts'

/** Changes to the plain formulation, for explanations. */
export interface BudgetVariation {
  /** Only these constraints are stated; the others are left out. @default all */
  readonly only?: ReadonlySet<string>
  /** This constraint may give way by any amount >= 0, which is minimised instead of maximising the return. */
  readonly relax?: string
  /** The total is raised by a variable amount in [0, most] that costs `price` a unit of the objective. */
  readonly stretch?: { readonly constraint: string; readonly most: number; readonly price: number }
}

export interface BudgetModel {
  readonly model: LinearModel
  /** Columns of the segments of each line. */
  readonly segments: readonly (readonly Variable[])[]
  /** Column by which a constraint gives way or is stretched; null in the plain formulation. */
  readonly slack: Variable | null
}

/** Names of the user's constraints, as they appear in rows, conflicts and limits. */
export const budgetNames = {
  total: 'total',
  min: (line: string): string => `line ${line} min`,
  max: (line: string): string => `line ${line} max`,
  floor: (line: string): string => `line ${line} floor`,
  rule: (rule: string): string => `rule ${rule}`,
  requires: (line: string, needed: string): string => `requires ${line} > ${needed}`,
  excludes: (a: string, b: string): string => `excludes ${a} | ${b}`,
}

export function buildBudgetModel(problem: BudgetProblem, variation: BudgetVariation = {}): BudgetModel {
  const model = new LinearModel('budget', 'maximize')
  const states = (name: string): boolean => variation.only === undefined || variation.only.has(name)
  const flexible = variation.relax ?? variation.stretch?.constraint ?? null
  const slack = flexible === null ? null : addSlack(model, variation)

  const segments: Variable[][] = []
  const amounts = new Map<string, Term[]>()
  for (const line of problem.lines) {
    const columns = addLine(model, line)
    segments.push(columns)
    amounts.set(
      line.id,
      columns.map((column) => [column, 1] as const),
    )
  }
  if (variation.relax !== undefined && slack !== null) model.replaceObjective([[slack, 1]], 'minimize')

  const give = (name: string, terms: readonly Term[], perUnit: number): readonly Term[] =>
    name === flexible && slack !== null && perUnit !== 0 ? [...terms, [slack, perUnit]] : terms
  const everything = [...amounts.values()].flat()
  if (states(budgetNames.total)) {
    model.addRow(budgetNames.total, give(budgetNames.total, everything, -1), '<=', problem.total)
  }
  const used = usedBinaries(model, problem, segments)
  problem.lines.forEach((line, index) => {
    const terms = amounts.get(line.id) as Term[]
    addLineLimits(model, line, terms, states, give)
    const binary = used.get(line.id)
    const floor = budgetNames.floor(line.id)
    if (line.minIfUsed !== null && binary !== undefined && states(floor)) {
      // Giving way lowers the floor only where the line is used; the slack is bounded by the floor itself.
      model.addRow(floor, give(floor, [...terms, [binary, -line.minIfUsed]], 1), '>=', 0)
    }
    if (binary === undefined) return
    for (const column of segments[index] as Variable[]) {
      const width = model.variableUpper(column)
      const switchOn: Term[] = [
        [column, 1],
        [binary, -width],
      ]
      model.addRow(`${model.variableName(column)} only if used`, switchOn, '<=', 0, { group: null })
    }
  })
  for (const rule of problem.rules) {
    const name = budgetNames.rule(rule.name)
    if (!states(name)) continue
    const terms = rule.lines.flatMap((id) => amounts.get(id) as Term[])
    const { least, most } = ruleLimits(problem, rule)
    // Raising the total raises what a share of it allows or demands.
    const share = flexible === budgetNames.total ? (rule.maxShare ?? rule.minShare ?? 0) : 0
    const moved = slack !== null && share !== 0 ? [...terms, [slack, -share] as const] : terms
    if (most !== null) model.addRow(name, give(name, moved, -1), '<=', most)
    if (least !== null) model.addRow(name, give(name, moved, 1), '>=', least)
  }
  addLogic(model, problem, amounts, used, states)
  return { model, segments, slack }
}

function addSlack(model: LinearModel, variation: BudgetVariation): Variable {
  if (variation.stretch === undefined) return model.addVariable('gives way')
  return model.addVariable('stretch', { upper: variation.stretch.most, objective: -variation.stretch.price })
}

/** Columns of a line's segments, with the binaries that keep their order where a later one is better. */
function addLine(model: LinearModel, line: BudgetLine): Variable[] {
  const stretches = [...line.segments]
  const covered = stretches.reduce((sum, segment) => sum + segment.width, 0)
  const cap = lineCap(line)
  if (cap > covered) stretches.push({ width: cap - covered, returnPerUnit: 0 })
  const columns = stretches.map((segment, s) =>
    model.addVariable(`${line.id} segment ${s + 1}`, { upper: segment.width, objective: segment.returnPerUnit }),
  )
  let best = Number.NEGATIVE_INFINITY
  let gated = stretches.length - 1
  for (let s = stretches.length - 2; s >= 0; s--) {
    const here = stretches[s] as (typeof stretches)[number]
    best = Math.max(best, (stretches[s + 1] as (typeof stretches)[number]).returnPerUnit)
    if (best <= here.returnPerUnit) continue
    const full = model.addVariable(`${line.id} segment ${s + 1} full`, { kind: 'binary' })
    const fills: Term[] = [
      [columns[s] as Variable, 1],
      [full, -here.width],
    ]
    model.addRow(`${line.id} segment ${s + 1} is full`, fills, '>=', 0, { group: null })
    // Later segments open only then, up to the next one that has a gate of its own behind it.
    for (let k = s + 1; k <= gated; k++) {
      const opens: Term[] = [
        [columns[k] as Variable, 1],
        [full, -(stretches[k] as (typeof stretches)[number]).width],
      ]
      model.addRow(`${line.id} segment ${k + 1} opens`, opens, '<=', 0, { group: null })
    }
    gated = s
  }
  return columns
}

function addLineLimits(
  model: LinearModel,
  line: BudgetLine,
  terms: readonly Term[],
  states: (name: string) => boolean,
  give: (name: string, terms: readonly Term[], perUnit: number) => readonly Term[],
): void {
  const covered = line.segments.reduce((sum, segment) => sum + segment.width, 0)
  const min = budgetNames.min(line.id)
  if (line.min > 0 && states(min)) model.addRow(min, give(min, terms, 1), '>=', line.min)
  const max = budgetNames.max(line.id)
  if (line.max !== null && line.max < covered && states(max)) model.addRow(max, give(max, terms, -1), '<=', line.max)
}

/** A binary "used" for every line that a floor, a requirement or an exclusion speaks of. */
function usedBinaries(
  model: LinearModel,
  problem: BudgetProblem,
  segments: readonly (readonly Variable[])[],
): Map<string, Variable> {
  const spokenOf = new Set([...problem.requires.flat(), ...problem.excludes.flat()])
  const binaries = new Map<string, Variable>()
  problem.lines.forEach((line, index) => {
    if ((segments[index] as readonly Variable[]).length === 0) return
    if (line.minIfUsed === null && !spokenOf.has(line.id)) return
    binaries.set(line.id, model.addVariable(`${line.id} used`, { kind: 'binary' }))
  })
  return binaries
}

function addLogic(
  model: LinearModel,
  problem: BudgetProblem,
  amounts: ReadonlyMap<string, readonly Term[]>,
  used: ReadonlyMap<string, Variable>,
  states: (name: string) => boolean,
): void {
  const marked = new Set<Row>()
  for (const [id, needed] of problem.requires) {
    const name = budgetNames.requires(id, needed)
    const user = used.get(id)
    const target = used.get(needed)
    if (user === undefined || !states(name)) continue
    if (target === undefined) {
      model.addRow(name, [[user, 1]], '<=', 0)
      continue
    }
    const pair: Term[] = [
      [user, 1],
      [target, -1],
    ]
    model.addRow(name, pair, '<=', 0)
    if (marked.has(target)) continue
    marked.add(target)
    const line = problem.lines.find((candidate) => candidate.id === needed) as BudgetLine
    const enough: Term[] = [...(amounts.get(needed) as Term[]), [target, -useThreshold(problem, line)]]
    model.addRow(`${needed} counts as used`, enough, '>=', 0, { group: null })
  }
  for (const [a, b] of problem.excludes) {
    const name = budgetNames.excludes(a, b)
    const terms = [a, b].flatMap((id) => (used.has(id) ? [[used.get(id) as Variable, 1] as const] : []))
    if (states(name)) model.addRow(name, terms, '<=', 1)
  }
}
