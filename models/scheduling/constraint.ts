/**
 * A compiled project as a problem of the exact scheduler (solvers/scheduling), which works on integers: steps of the grid for
 * times, and amounts and costs scaled by a power of ten where they have decimals. Serves where shared capacities make the
 * time-indexed model weak; lazy clause generation proves far more there.
 *
 * Not everything fits: stocks must be taken at starts and filled at ends, by tasks alone, due dates lie on the grid, weights are whole. What
 * does not fit stays with the linear models.
 */

import type {
  ChoiceLimit,
  ChoiceTerm,
  ObjectiveWeights,
  SchedulingProblem,
  TaskMode,
} from '../../solvers/scheduling/index.ts'
import type { ProjectMeasure, ProjectObjective } from '../../src/domain/project.ts'
import { type Choice, type CompiledProject, netChange, type Stock } from './compile.ts'
import type { SumLimits } from './objectives.ts'
import { renewablesOf, windowRenewable } from './renewables.ts'

export interface ConstraintProblem {
  readonly problem: SchedulingProblem
  /** Units of the objective for one unit of the project's: 1 for steps, the scale of the costs for money. */
  readonly scale: number
  /** Added to the objective, after scaling, for that of the project: worth counts what is done, the scheduler what is left out. */
  readonly offset: number
  /** Units of a held resource in the problem for one of the project's. */
  readonly capacityScale: (resource: string) => number
}

/** Largest integer the scheduler takes. */
const LARGEST = 1_000_000
/** Weighted sums beyond it stay with the linear models, so that the scheduler's integers never run over. */
const LARGEST_SUM = 1_000_000_000

/** @returns null when the project cannot be said in integers, or a limit or objective is of a kind the scheduler has not */
export function constraintProblem(
  project: CompiledProject,
  objective: ProjectObjective,
  limits: SumLimits,
  horizon: number,
): ConstraintProblem | null {
  if (limits['weighted-tardiness'] !== undefined || limits.weighted !== undefined) return null
  const counts = (measure: ProjectMeasure): boolean =>
    objective === measure || (objective === 'weighted' && (project.problem.weights?.[measure] ?? 0) > 0)
  if (counts('weighted-tardiness') && !duesFit(project)) return null
  if (horizon > LARGEST || project.stocks.some((stock) => stock.timed && !stockFits(stock))) return null
  const money = scaleOf(project.cost)
  const timed = project.stocks.filter((stock) => stock.timed)
  const totals = project.stocks.filter((stock) => !stock.timed)
  if (totals.some(({ capacity, initial }) => capacity !== null && initial > capacity)) return null
  const heldScale = project.held.map(({ demand }) => scaleOf(demand))
  const stockScale = timed.map(({ change }) => Math.max(scaleOf(change.start), scaleOf(change.end)))
  const totalScale = totals.map(({ change }) =>
    scaleOf(Float64Array.from(project.taskOf, (_, m) => netChange(change, m))),
  )
  const choices: ChoiceLimit[] = []
  for (const choice of project.choices) {
    const limits = choiceLimits(project, choice)
    if (limits === null) return null
    choices.push(...limits)
  }
  const worths = Float64Array.from(project.problem.tasks, (task) => (task.optional ? task.value : 0))
  const worthScale = scaleOf(worths)
  const counted = counts('value') || limits.value !== undefined
  if (counted && (worthScale === 0 || worths.some((worth) => worth < 0))) return null
  if (limits.value !== undefined) choices.push(worthAtLeast(worths, worthScale, -limits.value))
  if ([money, ...heldScale, ...stockScale, ...totalScale].includes(0)) return null

  const aim = objective === 'weighted' ? wholeWeights(project, money, worthScale) : null
  if (objective === 'weighted' && aim === null) return null
  const renewables = project.held.flatMap((held, r) => renewablesOf(held, heldScale[r] as number, horizon, LARGEST))
  const times = (value: number, scale: number): number => Math.round(value * scale)
  const dated = datedModes(project)
  // Nothing of no length can be held to a window by what it holds.
  if (dated.some((m) => project.duration[m] === 0)) return null
  // A task without length is free of no-overlap in a project and not in the scheduler.
  if (project.setups.some(({ tasks }) => tasks.some((i) => project.shortest[i] === 0))) return null
  const modeOf = (m: number): TaskMode => ({
    duration: project.duration[m] as number,
    demands: [...renewables.map(({ demand }) => demand(m)), ...dated.map((own) => (own === m ? 1 : 0))],
    uses: totals.map(({ change }, b) => times(-netChange(change, m), totalScale[b] as number)),
    consumes: timed.map(({ change }, q) => times(-(change.start[m] as number), stockScale[q] as number)),
    produces: timed.map(({ change }, q) => times(change.end[m] as number, stockScale[q] as number)),
    cost: times(project.cost[m] as number, money),
  })
  const { tasks } = project.problem
  const maxCost = Math.min(project.budget ?? Number.POSITIVE_INFINITY, limits.cost ?? Number.POSITIVE_INFINITY)
  const problem: SchedulingProblem = {
    tasks: tasks.map((task, i) => {
      const latest = project.latestEnd[i] as number
      return {
        id: task.id,
        modes: Array.from({ length: task.modes.length }, (_, k) => modeOf((project.modeStart[i] as number) + k)),
        release: project.release[i] as number,
        optional: task.optional,
        ...(Number.isFinite(latest) ? { deadline: latest } : {}),
        ...(counts('weighted-tardiness') && task.due !== null
          ? {
              due: project.grid.steps(task.due),
              tardinessWeight: task.weight,
              earlinessWeight: task.earlinessWeight ?? 0,
            }
          : {}),
        ...(counts('value') && task.optional ? { value: times(task.value, worthScale) } : {}),
      }
    }),
    renewables: [
      ...renewables.map(({ renewable }) => renewable),
      ...dated.map((m) => windowRenewable(project, m, horizon, LARGEST)),
    ],
    noOverlaps: project.setups.map(({ resource, tasks, time }) => ({ id: resource, tasks, setup: time })),
    budgets: totals.map(({ id, initial }, b) => ({
      id,
      capacity: Math.min(LARGEST, Math.floor(initial * (totalScale[b] as number) + 1e-6)),
    })),
    stocks: timed.map(({ id, initial, capacity }, q) => ({
      id,
      initial: times(initial, stockScale[q] as number),
      ...(capacity === null ? {} : { capacity: Math.floor(capacity * (stockScale[q] as number) + 1e-6) }),
    })),
    lags: project.arcs.map(({ before, after, fromEnd, toEnd, min, max }) => ({
      before,
      after,
      kind: `${fromEnd ? 'finish' : 'start'}-${toEnd ? 'finish' : 'start'}` as const,
      min,
      ...(Number.isFinite(max) ? { max } : {}),
    })),
    choices,
    objective: objective === 'weighted' ? (aim?.weights ?? {}) : WEIGHTS[objective],
    maxMakespan: horizon,
    ...(Number.isFinite(maxCost) ? { maxCost: Math.floor(maxCost * money + 1e-6) } : {}),
  }
  const worth = worths.reduce((sum, own) => sum + own, 0)
  if (aim !== null && !(largestSum(problem, horizon) <= LARGEST_SUM)) return null
  const step = objective === 'weighted-tardiness' ? 1 / project.grid.step : 1
  if (!fits(problem)) return null
  const capacityScale = (resource: string): number =>
    heldScale[project.held.findIndex(({ id }) => id === resource)] ?? 1
  if (aim !== null) {
    const offset = -(project.problem.weights?.value ?? 0) * worth
    return { problem, scale: aim.scale, offset, capacityScale }
  }
  const scale = objective === 'cost' ? money : objective === 'value' ? worthScale : step
  const offset = objective === 'value' ? -worth : 0
  return { problem, scale, offset, capacityScale }
}

const WEIGHTS: Readonly<Record<ProjectMeasure, ObjectiveWeights>> = {
  makespan: { makespan: 1 },
  cost: { cost: 1 },
  'weighted-tardiness': { tardiness: 1 },
  value: { value: 1 },
}

/** The weights in units of the scheduler (steps, scaled money and worth), made whole; null where they need too many digits. */
function wholeWeights(
  { problem, grid }: CompiledProject,
  money: number,
  worthScale: number,
): { readonly weights: ObjectiveWeights; readonly scale: number } | null {
  const { weights = {} } = problem
  const units = [
    (weights.makespan ?? 0) * grid.step,
    (weights.cost ?? 0) / money,
    (weights['weighted-tardiness'] ?? 0) * grid.step,
    (weights.value ?? 0) === 0 ? 0 : (weights.value ?? 0) / worthScale,
  ]
  for (let scale = 1; scale <= LARGEST; scale *= 10) {
    if (!units.every((unit) => Math.abs(unit * scale - Math.round(unit * scale)) < 1e-9)) continue
    const [makespan = 0, cost = 0, tardiness = 0, value = 0] = units.map((unit) => Math.round(unit * scale))
    if (Math.max(makespan, cost, tardiness, value) > LARGEST) return null
    return { weights: { makespan, cost, tardiness, value }, scale }
  }
  return null
}

/** What the objective can be at the most. */
function largestSum({ tasks, objective = {} }: SchedulingProblem, horizon: number): number {
  const { makespan = 0, cost = 0, tardiness = 0, value = 0 } = objective
  return tasks.reduce((sum, task) => {
    const dearest = Math.max(0, ...task.modes.map((mode) => mode.cost ?? 0))
    const late = horizon * (task.tardinessWeight ?? 0) + (task.due ?? 0) * (task.earlinessWeight ?? 0)
    return sum + cost * dearest + tardiness * late + value * (task.value ?? 0)
  }, makespan * horizon)
}

/** What is done is worth this much at least. */
function worthAtLeast(worths: Float64Array, scale: number, least: number): ChoiceLimit {
  const terms: ChoiceTerm[] = []
  worths.forEach((worth, task) => {
    if (worth > 0) terms.push({ task, coefficient: -Math.round(worth * scale) })
  })
  return { id: 'worth', terms, most: -Math.ceil(least * scale - 1e-6) }
}

/** Modes that may only start at certain times. */
function datedModes({ modeEarliest, modeLatest }: CompiledProject): number[] {
  const dated: number[] = []
  modeEarliest.forEach((earliest, m) => {
    if (earliest > 0 || (modeLatest[m] as number) < Number.POSITIVE_INFINITY) dated.push(m)
  })
  return dated
}

/** Power of ten that makes all numbers whole; 0 when more than three decimals are needed. */
function scaleOf(values: Float64Array): number {
  for (let scale = 1; scale <= 1000; scale *= 10) {
    if (values.every((value) => Math.abs(value * scale - Math.round(value * scale)) < 1e-9)) return scale
  }
  return 0
}

/** A rule as one limit or two with whole coefficients, or null where it has none. */
function choiceLimits(project: CompiledProject, { name, terms, least, most }: Choice): ChoiceLimit[] | null {
  const scale = scaleOf(Float64Array.from(terms, ([, coefficient]) => coefficient))
  if (scale === 0 || terms.some(([, coefficient]) => Math.abs(coefficient * scale) > LARGEST)) return null
  const own = choiceTerms(project, terms, scale)
  const sides: ChoiceLimit[] = []
  for (const [sign, limit] of [
    [1, most],
    [-1, -least],
  ] as const) {
    if (!Number.isFinite(limit)) continue
    const whole = Math.floor(limit * scale + 1e-6)
    const largest = own.reduce((sum, term) => sum + Math.max(0, sign * term.coefficient), 0)
    if (largest <= whole) continue
    if (Math.abs(whole) > LARGEST) return null
    sides.push({
      id: name,
      terms: own.map((term) => ({ ...term, coefficient: sign * term.coefficient })),
      most: whole,
    })
  }
  return sides
}

/** Where all modes of a task count the same, what counts is that it is done. */
function choiceTerms(project: CompiledProject, terms: Choice['terms'], scale: number): ChoiceTerm[] {
  const { taskOf, modeStart } = project
  const byTask = new Map<number, (readonly [number, number])[]>()
  for (const term of terms) {
    const task = taskOf[term[0]] as number
    byTask.set(task, [...(byTask.get(task) ?? []), term])
  }
  return [...byTask].flatMap(([task, own]): ChoiceTerm[] => {
    const first = modeStart[task] as number
    const all = own.length === (modeStart[task + 1] as number) - first
    const coefficients = own.map(([, coefficient]) => Math.round(coefficient * scale))
    if (all && coefficients.every((coefficient) => coefficient === coefficients[0])) {
      return [{ task, coefficient: coefficients[0] as number }]
    }
    return own.map(([mode], k) => ({ task, mode: mode - first, coefficient: coefficients[k] as number }))
  })
}

function duesFit(project: CompiledProject): boolean {
  return project.problem.tasks.every(({ due, weight, earlinessWeight = 0 }) => {
    if (due === null) return true
    const steps = due / project.grid.step
    return (
      due >= 0 &&
      Math.abs(steps - Math.round(steps)) < 1e-9 &&
      Number.isInteger(weight) &&
      Number.isInteger(earlinessWeight)
    )
  })
}

function stockFits({ initial, change, deliveries }: Stock): boolean {
  if (deliveries.length > 0) return false
  if (!Number.isInteger(initial * 1000)) return false
  if (change.duration.some((amount) => amount !== 0)) return false
  return change.start.every((amount) => amount <= 0) && change.end.every((amount) => amount >= 0)
}

/** Whether all numbers are integers in the scheduler's range; costs and uses must not be negative. */
function fits({ tasks, stocks = [], maxCost = 0 }: SchedulingProblem): boolean {
  const within = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= LARGEST
  return (
    within(maxCost) &&
    stocks.every(({ initial, capacity = 0 }) => within(initial) && within(capacity)) &&
    tasks.every(({ modes }) =>
      modes.every(({ cost = 0, duration, demands = [], uses = [], consumes = [], produces = [] }) =>
        [cost, duration, ...demands, ...uses, ...consumes, ...produces].every(within),
      ),
    )
  )
}
