/**
 * Steps in time under disjunctions: which way of doing each, which of the ways out of each conflict, and when.
 *
 * Sets        steps i with ways w; pairs A ("i before j"); clauses k with options o, each a set of literals
 * Literals    before(i, j): i ends by the start of j;  ends(i, j): i ends no later than j;  way(i, W): i is done in one of W
 * Parameters  r_i earliest start, d_iw duration, c_iw cost above the first way, D_i latest end, q_i cost of a unit of delay; M_ij the
 *             most by which a literal could be missed within the horizon
 * Variables   s_i start, z_iw binary, y_l binary a literal is kept, x_ko binary an option is taken
 * Objective   delay: min sum q_i (s_i - r_i) + sum c_iw z_iw;  makespan: min max (s_i + d_i), then delay;  changes: min the number of
 *             steps with another start or way than planned, then delay
 * Rows        i: sum_w z_iw = 1, s_i + sum d_iw z_iw <= D_i;  A: s_j >= end_i;  l: its inequality - M (1 - y_l);
 *             k: sum_o x_ko >= 1 - (guards not met);  x_ko <= y_l for the literals of o
 * Size        |I| (1 + |W|) + |L| + |options| columns
 *
 * Starts are read off the chosen literals as the earliest ones of the temporal network, so that they carry no noise of the solver.
 * Source: disjunctive scheduling as in Manne (1960), resolvers of conflicts as in Laborie and Ghallab (1995).
 */
import { InternalError, type Limit, type Run } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term, type Variable } from '../../solvers/linear/index.ts'
import { solveTemporalNetwork, type TemporalConstraint } from '../../solvers/temporal/index.ts'
import type { JointStep } from '../../src/domain/joint-plan.ts'
import { linearOptions, type ModelOptions } from '../conflict/index.ts'

export type Literal =
  | { readonly kind: 'before' | 'ends'; readonly first: number; readonly second: number }
  | { readonly kind: 'way'; readonly step: number; readonly ways: readonly number[] }

/** At least one option holds with all its literals, whenever every guarded step is done in one of the ways named. */
export interface Clause {
  readonly options: readonly (readonly Literal[])[]
  readonly guards: readonly { readonly step: number; readonly ways: readonly number[] }[]
}

export type JointObjective = 'delay' | 'makespan' | 'changes'

export interface OrderingProblem {
  readonly steps: readonly JointStep[]
  /** Index pairs: the first ends before the second starts. */
  readonly after: readonly (readonly [number, number])[]
  readonly clauses: readonly Clause[]
  /** Steps that stay where they are, by index. */
  readonly fixed?: ReadonlyMap<number, { readonly start: number; readonly way: number }>
}

export interface PlacedSteps {
  readonly starts: Float64Array
  /** Index of the way of each step. */
  readonly ways: Int32Array
}

export type OrderingResult =
  | ({ readonly status: 'optimal' | 'feasible'; readonly bound: number; readonly limit: Limit | null } & PlacedSteps)
  | { readonly status: 'infeasible' }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Places the steps; `bound` is proved for the objective itself. */
export async function orderSteps(
  problem: OrderingProblem,
  objective: JointObjective,
  run: Run,
  options: ModelOptions = {},
): Promise<OrderingResult> {
  const built = build(problem)
  const { model, changed, makespan, delay } = built
  const first: readonly Term[] =
    objective === 'delay'
      ? delay
      : objective === 'makespan'
        ? [[makespan, 1]]
        : changed.map((column): Term => [column, 1])
  model.replaceObjective(first)
  let result = await solveLinear(model, linearOptions(run, options))
  if (result.status === 'unbounded') throw new InternalError('placing steps was called unbounded')
  if (result.status === 'infeasible') return { status: 'infeasible' }
  if (result.status === 'unknown') return { status: 'unknown', limit: result.limit }
  const bound = result.bound + (objective === 'delay' ? built.constant : 0)
  const limit = result.status === 'feasible' ? result.limit : null
  if (objective !== 'delay' && limit === null) {
    model.addRow('first objective', first, '<=', result.objective + 1e-7 * Math.max(1, Math.abs(result.objective)))
    model.replaceObjective(delay)
    const second = await solveLinear(model, linearOptions(run, options))
    if (second.status === 'optimal' || second.status === 'feasible') result = second
  }
  if (result.status !== 'optimal' && result.status !== 'feasible') throw new InternalError('a solution was lost')
  const { values } = result
  const ways = Int32Array.from(problem.steps, (step, i) => {
    const chosen = step.ways.findIndex((_, w) => (values[(built.ways[i] as Variable[])[w] as number] as number) > 0.5)
    return Math.max(0, chosen)
  })
  const kept = built.literals.flatMap(({ literal, column }) => ((values[column] as number) > 0.5 ? [literal] : []))
  const placed = earliest(problem, ways, kept)
  if (placed === null) throw new InternalError('the chosen orders contradict each other')
  return { status: limit === null ? 'optimal' : 'feasible', bound, limit, ways, starts: placed }
}

/** Earliest starts in the given ways and orders; null when they contradict each other or a deadline. O(steps orders). */
export function earliest(
  problem: OrderingProblem,
  ways: ArrayLike<number>,
  literals: readonly Literal[],
): Float64Array | null {
  const duration = (i: number): number => problem.steps[i]?.ways[ways[i] as number]?.duration as number
  const constraints: TemporalConstraint[] = []
  const bound = (from: string, to: string, min: number | null, max: number | null): void => {
    constraints.push({ id: String(constraints.length), from, to, min, max })
  }
  problem.steps.forEach((step, i) => {
    const fixed = problem.fixed?.get(i)
    const latest = step.deadline === null ? null : step.deadline - duration(i)
    bound('origin', String(i), fixed?.start ?? step.start, fixed?.start ?? latest)
  })
  for (const [i, j] of problem.after) bound(String(i), String(j), duration(i), null)
  for (const literal of literals) {
    if (literal.kind === 'way') {
      if (!literal.ways.includes(ways[literal.step] as number)) return null
      continue
    }
    const { first, second, kind } = literal
    bound(String(first), String(second), kind === 'before' ? duration(first) : duration(first) - duration(second), null)
  }
  const verdict = solveTemporalNetwork(['origin', ...problem.steps.map((_, i) => String(i))], constraints)
  if (verdict.status === 'inconsistent') return null
  return Float64Array.from(problem.steps, (_, i) => verdict.earliest.get(String(i)) as number)
}

interface Built {
  readonly model: LinearModel
  readonly ways: readonly (readonly Variable[])[]
  readonly changed: readonly Variable[]
  readonly makespan: Variable
  readonly delay: readonly Term[]
  /** Part of the delay that is no term. */
  readonly constant: number
  readonly literals: readonly { readonly literal: Literal; readonly column: Variable }[]
}

function build(problem: OrderingProblem): Built {
  const { steps } = problem
  const model = new LinearModel('joint plan')
  const longest = (step: JointStep): number => Math.max(...step.ways.map((way) => way.duration))
  const pinned = [...(problem.fixed ?? [])].map(([i, { start }]) => start + longest(steps[i] as JointStep))
  const horizon =
    Math.max(0, ...steps.map((step) => step.start), ...pinned) + steps.reduce((sum, step) => sum + longest(step), 0)
  const start: Variable[] = []
  const ways: Variable[][] = []
  const changed: Variable[] = []
  const delay: Term[] = []
  let constant = 0
  steps.forEach((step, i) => {
    const fixed = problem.fixed?.get(i)
    const lower = fixed?.start ?? step.start
    const s = model.addVariable(`start ${step.id}`, { lower, upper: fixed?.start ?? horizon })
    start.push(s)
    delay.push([s, step.weight])
    constant -= step.weight * step.start
    const base = step.ways[0]?.cost as number
    const z = step.ways.map((way, w) => {
      const allowed = fixed === undefined || fixed.way === w ? 1 : 0
      const column = model.addVariable(`${step.id} as ${way.id}`, { kind: 'binary', upper: allowed })
      delay.push([column, way.cost - base])
      return column
    })
    ways.push(z)
    model.addRow(
      `one way ${step.id}`,
      z.map((column): Term => [column, 1]),
      '=',
      1,
    )
    const differs = model.addVariable(`${step.id} changes`, { kind: 'binary' })
    changed.push(differs)
    model.addRow(
      `start changes ${step.id}`,
      [
        [s, 1],
        [differs, -(horizon - step.start + 1)],
      ],
      '<=',
      step.start,
    )
    model.addRow(
      `way changes ${step.id}`,
      [
        [z[0] as Variable, 1],
        [differs, 1],
      ],
      '>=',
      1,
    )
  })
  const makespan = model.addVariable('makespan', { upper: 2 * horizon + 1 })
  const end = (i: number, sign: 1 | -1): Term[] => [
    [start[i] as Variable, sign],
    ...(steps[i] as JointStep).ways.map((way, w): Term => [ways[i]?.[w] as Variable, sign * way.duration]),
  ]
  steps.forEach((step, i) => {
    if (step.deadline !== null) model.addRow(`deadline ${step.id}`, end(i, 1), '<=', step.deadline)
    model.addRow(`end ${step.id}`, merged([[makespan, 1], ...end(i, -1)]), '>=', 0)
  })
  problem.after.forEach(([i, j]) => {
    model.addRow(`order ${steps[i]?.id} > ${steps[j]?.id}`, merged([[start[j] as Variable, 1], ...end(i, -1)]), '>=', 0)
  })
  const literals = new Map<string, { literal: Literal; column: Variable }>()
  const literalColumn = (literal: Literal): Variable => {
    const key = JSON.stringify(literal)
    const known = literals.get(key)
    if (known !== undefined) return known.column
    const column = model.addVariable(`literal ${literals.size + 1}`, { kind: 'binary' })
    literals.set(key, { literal, column })
    if (literal.kind === 'way') {
      const chosen = literal.ways.map((w): Term => [ways[literal.step]?.[w] as Variable, 1])
      model.addRow(`way ${literals.size}`, [...chosen, [column, -1]], '>=', 0)
      return column
    }
    const { first, second, kind } = literal
    // Either side is within [0, horizon + its duration].
    const most = horizon + longest(steps[first] as JointStep)
    const later: Term[] = kind === 'before' ? [[start[second] as Variable, 1]] : end(second, 1)
    model.addRow(`kept ${literals.size}`, merged([...later, ...end(first, -1), [column, -most]]), '>=', -most)
    return column
  }
  problem.clauses.forEach((clause, k) => {
    const terms: Term[] = []
    let wanted = 1
    for (const { step, ways: guarded } of clause.guards) {
      if (guarded.length === (steps[step] as JointStep).ways.length) continue
      wanted -= 1
      for (const w of guarded) terms.push([ways[step]?.[w] as Variable, -1])
    }
    clause.options.forEach((option, o) => {
      if (option.length === 1) {
        terms.push([literalColumn(option[0] as Literal), 1])
        return
      }
      const taken = model.addVariable(`option ${k + 1}.${o + 1}`, { kind: 'binary' })
      terms.push([taken, 1])
      option.forEach((literal, l) => {
        model.addRow(
          `option ${k + 1}.${o + 1}.${l + 1}`,
          [
            [literalColumn(literal), 1],
            [taken, -1],
          ],
          '>=',
          0,
        )
      })
    })
    model.addRow(`clause ${k + 1}`, merged(terms), '>=', wanted)
  })
  return { model, ways, changed, makespan, delay: merged(delay), constant, literals: [...literals.values()] }
}

/** Terms of one column added up: a row names a column once. */
function merged(terms: readonly Term[]): Term[] {
  const sums = new Map<Variable, number>()
  for (const [column, coefficient] of terms) sums.set(column, (sums.get(column) ?? 0) + coefficient)
  return [...sums].filter(([, coefficient]) => coefficient !== 0)
}
