/**
 * What a project schedule costs, how late it is and when it is valid: every duration, precedence, window, capacity, stock
 * level, budget and deadline evaluated on the scheduled tasks. Written against the problem alone, in its own units of time.
 *
 * Conventions: intervals are half-open, so back-to-back is no overlap; a precedence binds only when both its tasks are done;
 * at one instant, what ends gives back and delivers before what starts takes; an amount taken or given `duration`-wise
 * flows evenly.
 */
import { type AnswerCheck, Findings } from './answer-check.ts'
import { breaksOf, type Interval, pausesIn, workingEnd } from './calendar.ts'
import type { Mode, PrecedenceKind, ProjectObjective, ProjectProblem, ProjectTask, ScheduledTask } from './project.ts'
import type { Resource, ResourceRequirement, StockDelivery } from './resource.ts'

export interface ProjectEvaluation {
  /** End of the last task; 0 when nothing is done. */
  readonly makespan: number
  /** With the penalty for what a soft budget is overspent by. */
  readonly cost: number
  /** Money beyond a soft budget, without its penalty; 0 where it is hard. */
  readonly overspend: number
  /** Sum over the tasks with a due date of weight times lateness, and of earliness where it has a weight. */
  readonly weightedTardiness: number
  /** Worth of the optional tasks that are done. */
  readonly value: number
  /** Weighted sum of the measures; 0 for a problem without weights. */
  readonly weighted: number
  readonly check: AnswerCheck
}

interface Placed {
  readonly task: ProjectTask
  readonly mode: Mode
  readonly start: number
  readonly end: number
  /** When it stands still and holds nothing. */
  readonly pauses: readonly Interval[]
}

/** What is spent and, where the budget is soft, the penalty for what goes beyond it; it grows with what is spent. */
export function costWithPenalty(
  { budget, overspendPenalty = 0 }: Pick<ProjectProblem, 'budget' | 'overspendPenalty'>,
  spent: number,
): number {
  return budget === null ? spent : spent + overspendPenalty * Math.max(0, spent - budget)
}

/** What ending at an instant costs beside the due date; 0 without one. */
export function dueCost({ due, weight, earlinessWeight = 0 }: ProjectTask, end: number): number {
  return due === null ? 0 : weight * Math.max(0, end - due) + earlinessWeight * Math.max(0, due - end)
}

export function objectiveValue(evaluation: ProjectEvaluation, objective: ProjectObjective): number {
  switch (objective) {
    case 'makespan':
      return evaluation.makespan
    case 'cost':
      return evaluation.cost
    case 'weighted-tardiness':
      return evaluation.weightedTardiness
    case 'value':
      return evaluation.value
    case 'weighted':
      return evaluation.weighted
  }
}

/** The objectives, and the measures that a weighted sum is made of. */
export function measuresOf({
  objectives,
  weights = {},
}: Pick<ProjectProblem, 'objectives' | 'weights'>): readonly ProjectObjective[] {
  if (!objectives.includes('weighted')) return objectives
  return [...objectives, ...MEASURES.filter((measure) => (weights[measure] ?? 0) > 0)]
}

const MEASURES = ['makespan', 'cost', 'weighted-tardiness', 'value'] as const

export function evaluateProject(problem: ProjectProblem, scheduled: readonly ScheduledTask[]): ProjectEvaluation {
  const findings = new Findings()
  const placed = place(problem, scheduled, findings)
  const makespan = Math.max(0, ...placed.map((entry) => entry.end))
  const spent = placed.reduce((sum, entry) => sum + priceOf(problem, entry.mode), 0)
  let weightedTardiness = 0
  let value = 0
  for (const { task, end, start } of placed) {
    findings.atLeast(
      `release ${task.id}`,
      start,
      task.release,
      () => `${task.id} starts at ${start} before its release`,
    )
    const { start: pinned, deadline } = task
    if (pinned !== undefined) {
      findings.equal(`pin ${task.id}`, start, pinned, () => `${task.id} starts at ${start}, not at ${pinned}`)
    }
    if (deadline !== null) {
      findings.atMost(`deadline ${task.id}`, end, deadline, () => `${task.id} ends at ${end}, latest ${deadline}`)
    }
    weightedTardiness += dueCost(task, end)
    if (task.optional) value += task.value
  }
  checkPrecedence(problem, placed, findings)
  checkChoices(problem, placed, findings)
  for (const resource of problem.resources) {
    if (resource.type === 'reusable') checkReusable(resource, placed, findings)
    else checkStock(resource, problem.deliveries ?? [], placed, findings)
  }
  const { deadline, budget } = problem
  if (deadline !== null) {
    findings.atMost('deadline', makespan, deadline, () => `the last task ends at ${makespan}, latest ${deadline}`)
  }
  const soft = problem.overspendPenalty !== undefined
  if (budget !== null && !soft) findings.atMost('budget', spent, budget, () => `the cost is ${spent} of ${budget}`)
  const overspend = soft && budget !== null ? Math.max(0, spent - budget) : 0
  const cost = costWithPenalty(problem, spent)
  const { weights = {} } = problem
  const weighted =
    (weights.makespan ?? 0) * makespan +
    (weights.cost ?? 0) * cost +
    (weights['weighted-tardiness'] ?? 0) * weightedTardiness -
    (weights.value ?? 0) * value
  return { makespan, cost, overspend, weightedTardiness, value, weighted, check: findings.verdict() }
}

function place(problem: ProjectProblem, scheduled: readonly ScheduledTask[], findings: Findings): Placed[] {
  const placed: Placed[] = []
  const byId = new Map<string, ScheduledTask>()
  for (const entry of scheduled) {
    findings.holds('each task once', !byId.has(entry.id), () => `${entry.id} is scheduled twice`)
    byId.set(entry.id, entry)
  }
  const known = new Set(problem.tasks.map((task) => task.id))
  for (const id of byId.keys()) findings.holds('known tasks', known.has(id), () => `there is no task ${id}`)
  for (const task of problem.tasks) {
    const entry = byId.get(task.id)
    if (entry === undefined) {
      findings.holds(`task ${task.id}`, task.optional, () => `${task.id} is not scheduled`)
      continue
    }
    const mode = task.modes.find((candidate) => candidate.id === entry.mode)
    findings.holds(`mode ${task.id}`, mode !== undefined, () => `${task.id} has no mode ${entry.mode}`)
    if (mode === undefined) continue
    const { start, end } = entry
    findings.atLeast(`start ${task.id}`, start, 0, () => `${task.id} starts at ${start}`)
    const breaks = task.pausable === true ? breaksOf(mode, problem.resources) : []
    const wanted = workingEnd(start, mode.duration, breaks)
    findings.holds(`start ${task.id}`, wanted !== null, () => `${task.id} starts at ${start}, in a break`)
    const length = end - start
    const due = (wanted ?? start + mode.duration) - start
    findings.equal(`duration ${task.id}`, length, due, () => `${task.id} takes ${length}, not ${due}`)
    if (mode.window !== undefined) {
      const [earliest, latest] = mode.window
      const text = (): string => `${task.id} starts at ${start}, as ${mode.id} from ${earliest} to ${latest}`
      findings.holds(`window ${task.id}`, start >= earliest - 1e-6 && start <= latest + 1e-6, text)
    }
    placed.push({ task, mode, start, end, pauses: pausesIn(start, end, breaks) })
  }
  return placed
}

/** What a way of doing a task costs: fixed cost, money for what is consumed, money for what is held over time. */
export function priceOf(problem: ProjectProblem, mode: Mode): number {
  let price = mode.cost
  for (const { resource: id, amount } of mode.requires) {
    const resource = problem.resources.find((candidate) => candidate.id === id)
    if (resource === undefined) continue
    price +=
      resource.type === 'reusable' ? amount * mode.duration * resource.costPerTime : amount * resource.costPerUnit
  }
  return price
}

function checkPrecedence(problem: ProjectProblem, placed: readonly Placed[], findings: Findings): void {
  const byId = new Map(placed.map((entry) => [entry.task.id, entry]))
  for (const { before, after, kind, minLag, maxLag } of problem.precedence) {
    const first = byId.get(before)
    const second = byId.get(after)
    if (first === undefined || second === undefined) continue
    const lag = (endsLater(kind) ? second.end : second.start) - (startsFirst(kind) ? first.start : first.end)
    const rule = `precedence ${before} > ${after}`
    findings.atLeast(rule, lag, minLag, () => `${kind} lag of ${before} and ${after} is ${lag}, least ${minLag}`)
    if (maxLag !== null) {
      findings.atMost(rule, lag, maxLag, () => `${kind} lag of ${before} and ${after} is ${lag}, most ${maxLag}`)
    }
  }
}

function checkChoices(problem: ProjectProblem, placed: readonly Placed[], findings: Findings): void {
  const modes = new Map(placed.map(({ task, mode }) => [task.id, mode.id]))
  for (const { name, terms, least, most } of problem.choices ?? []) {
    let sum = 0
    for (const { task, mode, coefficient } of terms) {
      const done = modes.get(task)
      if (done !== undefined && (mode === undefined || mode === done)) sum += coefficient
    }
    if (least !== null) findings.atLeast(`rule ${name}`, sum, least, () => `${name}: ${sum}, at least ${least}`)
    if (most !== null) findings.atMost(`rule ${name}`, sum, most, () => `${name}: ${sum}, at most ${most}`)
  }
}

function startsFirst(kind: PrecedenceKind): boolean {
  return kind === 'start-start' || kind === 'start-finish'
}

function endsLater(kind: PrecedenceKind): boolean {
  return kind === 'finish-finish' || kind === 'start-finish'
}

/** The use of a held resource and what is there change at starts, ends and closures only; the peak is reached at one of them. */
function checkReusable(resource: Resource, placed: readonly Placed[], findings: Findings): void {
  checkSetups(resource, placed, findings)
  if (resource.capacity === null) return
  const limit = resource.capacity
  const closures = resource.closures ?? []
  const holders = placed.flatMap((entry) => {
    const amount = total(entry.mode.requires, resource.id)
    return amount > 0 && entry.end > entry.start ? [{ ...entry, amount }] : []
  })
  const within = (time: number, from: number, to: number): boolean => from <= time + 1e-9 && time + 1e-9 < to
  const instants = new Set([
    ...holders.map((entry) => entry.start),
    ...closures.map((closure) => closure.from),
    ...holders.flatMap((entry) => entry.pauses.map(([, to]) => to)),
  ])
  for (const time of instants) {
    let used = 0
    for (const { start, end, pauses, amount } of holders) {
      if (within(time, start, end) && !pauses.some(([from, to]) => within(time, from, to))) used += amount
    }
    let there = limit
    for (const { from, to, amount } of closures) if (within(time, from, to)) there -= amount ?? limit
    findings.atMost(
      `capacity ${resource.id}`,
      used,
      Math.max(0, there),
      () => `${used} ${resource.id} in use at ${time}, of ${Math.max(0, there)}`,
    )
  }
}

/** Between any two tasks on a resource with set-ups, one ends early enough before the other starts. */
function checkSetups(resource: Resource, placed: readonly Placed[], findings: Findings): void {
  const setups = resource.setups ?? []
  if (setups.length === 0) return
  // What takes no time holds nothing and needs no set-up.
  const users = placed.filter((entry) => entry.end > entry.start && total(entry.mode.requires, resource.id) > 0)
  const time = (first: Placed, second: Placed): number =>
    setups.find((own) => own.before === first.task.family && own.after === second.task.family)?.time ?? 0
  users.forEach((first, k) => {
    for (const second of users.slice(k + 1)) {
      const fits = first.end + time(first, second) <= second.start + 1e-6
      const reverse = second.end + time(second, first) <= first.start + 1e-6
      const text = (): string => `${first.task.id} and ${second.task.id} leave no time to set ${resource.id} up`
      findings.holds(`set-up ${resource.id}`, fits || reverse, text)
    }
  })
}

/** A stock level is piecewise linear between starts and ends; it is looked at just before and just after each of them. */
function checkStock(
  resource: Resource,
  all: readonly StockDelivery[],
  placed: readonly Placed[],
  findings: Findings,
): void {
  const moves = placed.flatMap((entry) => [
    ...entry.mode.requires
      .filter((requirement) => requirement.resource === resource.id)
      .map((requirement) => ({ ...entry, amount: -requirement.amount, when: requirement.when })),
    ...entry.mode.produces
      .filter((requirement) => requirement.resource === resource.id)
      .map((requirement) => ({ ...entry, amount: requirement.amount, when: requirement.when })),
  ])
  const deliveries = all.filter((delivery) => delivery.resource === resource.id)
  const level = (time: number, after: boolean): number => {
    let sum = resource.initial
    for (const { at, amount } of deliveries) if (after ? at <= time + 1e-9 : at < time - 1e-9) sum += amount
    for (const { start, end, amount, when } of moves) {
      const reached = (instant: number): boolean => (after ? instant <= time + 1e-9 : instant < time - 1e-9)
      if (when === 'start' || (when === 'duration' && end <= start)) sum += reached(start) ? amount : 0
      else if (when === 'end') sum += reached(end) ? amount : 0
      else sum += amount * Math.min(1, Math.max(0, (time - start) / (end - start)))
    }
    return sum
  }
  const instants = new Set([0, ...moves.flatMap(({ start, end }) => [start, end]), ...deliveries.map(({ at }) => at)])
  for (const time of instants) {
    for (const after of [false, true]) {
      const now = level(time, after)
      findings.atLeast(`stock ${resource.id}`, now, 0, () => `${resource.id} falls to ${now} at ${time}`)
      const { capacity } = resource
      if (capacity === null) continue
      findings.atMost(
        `storage ${resource.id}`,
        now,
        capacity,
        () => `${now} ${resource.id} at ${time}, room for ${capacity}`,
      )
    }
  }
}

function total(requirements: readonly ResourceRequirement[], resource: string): number {
  return requirements.reduce((sum, { resource: id, amount }) => (id === resource ? sum + amount : sum), 0)
}
