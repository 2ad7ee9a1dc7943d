/**
 * Multi-mode project scheduling without shared capacities: the discrete time-cost trade-off problem and its relatives.
 *
 * Sets        tasks i, modes m of a task, arcs (i, j)
 * Parameters  p_im duration [steps], c_im cost, windows of starts and ends within the horizon H [steps]
 * Variables   S_i start in its window, y_im binary: i is done in mode m, C end of the project, T_i lateness
 * Objective   makespan: min C;  weighted: min the sum of these, each times its weight;  cost, worth: min sum of contributions of y_im;  tardiness: min sum w_i T_i
 * Rows        once i: sum_m y_im = 1 (<= 1 when optional)
 *             arc: point_j - point_i >= min - M (2 - y_i - y_j), and <= max + M (...); the M term only for optional tasks
 *             end: C >= S_i + P_i - M (1 - y_i);  window: S_i + P_i <= latest end
 *             late: step T_i >= step (S_i + P_i) - due - M (1 - y_i)
 *             untimed stocks, rules over choices (least <= sum c_m y_m <= most), budget, limits of earlier objectives
 *             P_i = sum_m p_im y_im, a start point is S_i, an end point S_i + P_i
 * Size        |I| + modes + 1 (+ |I| for tardiness) columns, |I| + arcs rows
 *
 * Every M is the largest violation that the windows allow for its own row. Source: De, Dunne, Ghosh and Wells (1995), The
 * discrete time-cost tradeoff problem revisited.
 */
import { LinearModel, type Term, type Variable } from '../../solvers/linear/index.ts'
import { type Arc, type CompiledProject, netChange, projectNames } from './compile.ts'
import { contribution, endWeight, type SumLimits, type SumObjective, sumParts } from './objectives.ts'
import type { Windows } from './windows.ts'

export interface CompactModel {
  readonly model: LinearModel
  /** Column of each mode. */
  readonly modes: readonly Variable[]
}

export interface CompactGoal {
  readonly objective: 'makespan' | SumObjective
  readonly limits: SumLimits
}

export function buildCompact(
  project: CompiledProject,
  windows: Windows,
  horizon: number,
  goal: CompactGoal,
): CompactModel {
  const { taskCount, modeStart, optional, problem, grid } = project
  const model = new LinearModel('project')
  const { earliestStart, latestStart, latestEnd, earliestEnd } = windows
  const counted = sumParts(project).some(([measure]) => measure === 'weighted-tardiness')
  const late =
    goal.objective === 'weighted-tardiness' ||
    (goal.objective === 'weighted' && counted) ||
    goal.limits['weighted-tardiness'] !== undefined
  const modes: Variable[] = []
  const starts: Variable[] = []
  const absent = new Set<number>()
  for (let i = 0; i < taskCount; i++) {
    const task = problem.tasks[i] as (typeof problem.tasks)[number]
    // The window of an optional task may be empty; then it is left out and its start means nothing.
    const lower = Math.min(earliestStart[i] as number, latestStart[i] as number)
    starts.push(
      model.addVariable(`start ${task.id}`, {
        lower: Math.max(0, lower),
        upper: Math.max(0, latestStart[i] as number),
      }),
    )
    for (let mode = modeStart[i] as number; mode < (modeStart[i + 1] as number); mode++) {
      const label = task.modes[mode - (modeStart[i] as number)]?.id ?? ''
      modes.push(model.addVariable(`${task.id} mode ${label}`, { kind: 'binary' }))
    }
    const once = presence(project, modes, i, 1)
    model.addRow(`${task.id} once`, once, optional[i] === 1 ? '<=' : '=', 1, { group: null })
    const emptyWindow =
      (earliestStart[i] as number) > (latestStart[i] as number) || (earliestEnd[i] as number) > (latestEnd[i] as number)
    if (emptyWindow) {
      absent.add(i)
      model.addRow(`${task.id} does not fit`, once, '<=', 0, { group: null })
    } else {
      const end: Term[] = [[starts[i] as Variable, 1], ...durationTerms(project, modes, i, 1)]
      model.addRow(`${task.id} window`, end, '<=', latestEnd[i] as number, { group: null })
    }
  }
  const end = model.addVariable('end', { upper: horizon })
  for (let i = 0; i < taskCount; i++) {
    const bound = optional[i] === 1 ? Math.max(0, latestEnd[i] as number) : 0
    const terms: Term[] = [
      [end, 1],
      [starts[i] as Variable, -1],
      ...durationTerms(project, modes, i, -1),
      ...presence(project, modes, i, -bound),
    ]
    model.addRow(`end after ${problem.tasks[i]?.id}`, terms, '>=', -bound, { group: null })
  }
  const shape: Shape = { project, windows, model, modes, starts }
  for (const arc of project.arcs) if (!absent.has(arc.before) && !absent.has(arc.after)) addArc(shape, arc)

  const lateness: Term[] = []
  if (late) {
    problem.tasks.forEach((task, i) => {
      if (task.due === null || task.weight === 0) return
      const most = Math.max(0, grid.time(latestEnd[i] as number) - task.due)
      const column = model.addVariable(`lateness ${task.id}`, { upper: most })
      lateness.push([column, task.weight])
      const room = optional[i] === 1 ? most : 0
      const step = grid.step
      const terms: Term[] = [
        [column, 1],
        [starts[i] as Variable, -step],
        ...durationTerms(project, modes, i, -step),
        ...presence(project, modes, i, -room),
      ]
      model.addRow(`late ${task.id}`, terms, '>=', -task.due - room, { group: null })
    })
  }
  const sum = (objective: SumObjective): Term[] =>
    objective === 'weighted-tardiness'
      ? lateness
      : objective === 'weighted'
        ? sumParts(project).flatMap(([measure, weight]) =>
            sum(measure).map(([column, c]): Term => [column, weight * c]),
          )
        : modes
            .map((column, mode) => [column, contribution(project, objective, mode, 0)] as const)
            .filter(([, c]) => c !== 0)
  for (const { id, initial, capacity, change, timed } of project.stocks) {
    if (timed) continue
    const name = projectNames.resource(id)
    const taken = modes
      .map((column, m) => [column, -netChange(change, m)] as const)
      .filter(([, amount]) => amount !== 0)
    if (capacity !== null && initial > capacity) model.addRow(`${name} room`, [], '>=', initial - capacity)
    if (taken.length > 0) model.addRow(name, taken, '<=', initial)
  }
  for (const { name, terms, least, most } of project.choices) {
    const chosen = terms.map(([mode, coefficient]): Term => [modes[mode] as Variable, coefficient])
    model.addRange(name, least, chosen, most, { group: name })
  }
  if (project.budget !== null) model.addRow(projectNames.budget, sum('cost'), '<=', project.budget)
  for (const [objective, limit] of Object.entries(goal.limits) as [SumObjective, number][]) {
    model.addRow(`limit on ${objective}`, sum(objective), '<=', limit, { group: null })
  }
  const ending = endWeight(project, goal.objective)
  model.replaceObjective([
    ...(ending > 0 ? [[end, ending] as const] : []),
    ...(goal.objective === 'makespan' ? [] : sum(goal.objective)),
  ])
  return { model, modes }
}

interface Shape {
  readonly project: CompiledProject
  readonly windows: Windows
  readonly model: LinearModel
  readonly modes: readonly Variable[]
  readonly starts: readonly Variable[]
}

function addArc(shape: Shape, { before, after, fromEnd, toEnd, min, max, name }: Arc): void {
  const { project, windows, model, modes, starts } = shape
  const { earliestStart, earliestEnd, latestStart, latestEnd } = windows
  const terms: Term[] = [
    [starts[after] as Variable, 1],
    ...(toEnd ? durationTerms(project, modes, after, 1) : []),
    [starts[before] as Variable, -1],
    ...(fromEnd ? durationTerms(project, modes, before, -1) : []),
  ]
  // Least and largest value of the difference of the two points within the windows; an absent task's duration is 0.
  const least =
    ((toEnd && project.optional[after] === 0 ? earliestEnd : earliestStart)[after] as number) -
    ((fromEnd ? latestEnd : latestStart)[before] as number)
  const most =
    ((toEnd ? latestEnd : latestStart)[after] as number) -
    ((fromEnd && project.optional[before] === 0 ? earliestEnd : earliestStart)[before] as number)
  const open = [before, after].filter((i) => project.optional[i] === 1)
  const voids = (size: number): Term[] => open.flatMap((i) => presence(project, modes, i, size))
  const slackMin = open.length === 0 ? 0 : Math.max(0, min - least)
  model.addRow(name, [...terms, ...voids(-slackMin)], '>=', min - slackMin * open.length)
  if (!Number.isFinite(max)) return
  const slackMax = open.length === 0 ? 0 : Math.max(0, most - max)
  model.addRow(`${name} at most`, [...terms, ...voids(slackMax)], '<=', max + slackMax * open.length, { group: name })
}

function presence(project: CompiledProject, modes: readonly Variable[], i: number, coefficient: number): Term[] {
  const terms: Term[] = []
  if (coefficient === 0) return terms
  for (let mode = project.modeStart[i] as number; mode < (project.modeStart[i + 1] as number); mode++) {
    terms.push([modes[mode] as Variable, coefficient])
  }
  return terms
}

function durationTerms(project: CompiledProject, modes: readonly Variable[], i: number, sign: number): Term[] {
  const terms: Term[] = []
  for (let mode = project.modeStart[i] as number; mode < (project.modeStart[i + 1] as number); mode++) {
    const length = project.duration[mode] as number
    if (length !== 0) terms.push([modes[mode] as Variable, sign * length])
  }
  return terms
}
