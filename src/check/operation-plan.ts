/**
 * Judges a plan of an operation against the operation alone: every unit of one way of each task that is to be done, once, by an
 * agent that can, for as long as it takes; nobody in two places; orderings, releases, deadlines, capacities, stocks, budget.
 */
import { effort, isDone, type Standing, sensingName, unitName } from '../../models/operation/index.ts'
import { type AnswerCheck, Findings } from '../domain/answer-check.ts'
import type { OperationProblem, OperationTask, WorkUnit } from '../domain/operation.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'

interface Span {
  readonly name: string
  readonly agent: string
  readonly start: number
  readonly end: number
  readonly unit: WorkUnit | null
}

/** Tasks that the plan leaves are not blamed here: whether they may be left is for whoever asked to say. */
export function checkOperationPlan(problem: OperationProblem, standing: Standing, plan: Plan): AnswerCheck {
  const findings = new Findings()
  const steps = new Map<string, PlanStep>()
  for (const step of plan.steps) {
    if (step.name === 'leave') continue
    const name =
      step.name === 'sense'
        ? sensingName(step.args[0] ?? '')
        : unitName(step.args[0] ?? '', step.args[1] ?? '', step.name)
    findings.holds('once', !steps.has(name) && !standing.finished.has(name), () => `${name} is done twice`)
    steps.set(name, step)
  }
  const spans: Span[] = standing.running.map((one) => ({ name: one.unit, ...one, unit: null }))
  let money = standing.spent
  for (const task of problem.tasks) {
    if (isDone(task, standing)) continue
    const ways = task.ways.filter((way) => way.units.some((unit) => steps.has(unitName(task.id, way.id, unit.id))))
    findings.holds('one way', ways.length <= 1, () => `${task.id} is done in ${ways.length} ways at once`)
    for (const way of ways) {
      for (const unit of way.units) {
        const name = unitName(task.id, way.id, unit.id)
        const step = steps.get(name)
        const there = step !== undefined || started(standing, name)
        findings.holds('whole way', there, () => `${name} is missing from the plan`)
        if (step === undefined) continue
        spans.push(judgeStep(findings, problem, standing, step, unit, name))
        money += step.cost ?? 0
        window(findings, task, step, name)
        for (const before of unit.after) order(findings, standing, steps, unitName(task.id, way.id, before), step, name)
      }
    }
  }
  for (const sensor of problem.sensors) {
    const name = sensingName(sensor.id)
    const step = steps.get(name)
    if (step === undefined) continue
    money += step.cost ?? 0
    const unit = {
      id: name,
      needs: sensor.needs,
      duration: sensor.duration,
      cost: sensor.cost,
      requires: [],
      produces: [],
      after: [],
    }
    spans.push(judgeStep(findings, problem, standing, step, unit, name))
  }
  taskOrder(findings, problem, standing, steps)
  exclusive(findings, spans)
  capacities(findings, problem, standing, spans)
  if (problem.budget !== null) {
    const budget = problem.budget
    findings.atMost('budget', money, budget, () => `the plan takes ${money} of ${budget} ${problem.costUnit}`)
  }
  if (problem.deadline !== null) {
    const deadline = problem.deadline
    for (const span of spans) {
      findings.atMost('deadline', span.end, deadline, () => `${span.name} ends at ${span.end}, after ${deadline}`)
    }
  }
  return findings.verdict()
}

function started(standing: Standing, name: string): boolean {
  return standing.finished.has(name) || standing.running.some((one) => one.unit === name)
}

function judgeStep(
  findings: Findings,
  problem: OperationProblem,
  standing: Standing,
  step: PlanStep,
  unit: WorkUnit,
  name: string,
): Span {
  const agent = problem.agents.find((one) => one.id === step.agent)
  const there = agent !== undefined && !standing.lost.has(agent.id)
  findings.holds('agent', there, () => `${name} is given to ${step.agent}, who is not there`)
  const needed = agent === undefined ? null : effort(agent, unit.needs, unit.duration, unit.cost)
  findings.holds('capability', needed !== null, () => `${step.agent} lacks what ${name} needs`)
  const start = step.start ?? Number.NaN
  const end = step.end ?? Number.NaN
  findings.atLeast('now', start, standing.time, () => `${name} starts at ${start}, in the past`)
  findings.equal('duration', end - start, needed?.duration ?? end - start, () => `${name} takes ${end - start}`)
  findings.equal('cost', step.cost ?? 0, needed?.cost ?? 0, () => `${name} is said to cost ${step.cost}`)
  return { name, agent: step.agent ?? '', start, end, unit }
}

function window(findings: Findings, task: OperationTask, step: PlanStep, name: string): void {
  findings.atLeast('release', step.start ?? Number.NaN, task.release, () => `${name} starts before ${task.release}`)
  const latest = task.deadline
  if (latest !== null) findings.atMost('deadline', step.end ?? Number.NaN, latest, () => `${name} ends after ${latest}`)
}

function order(
  findings: Findings,
  standing: Standing,
  steps: ReadonlyMap<string, PlanStep>,
  before: string,
  step: PlanStep,
  name: string,
): void {
  if (standing.finished.has(before)) return
  const earlier = steps.get(before)?.end ?? standing.running.find((one) => one.unit === before)?.end ?? Number.NaN
  findings.atMost('order', earlier, step.start ?? Number.NaN, () => `${name} starts before ${before} ends`)
}

function taskOrder(
  findings: Findings,
  problem: OperationProblem,
  standing: Standing,
  steps: ReadonlyMap<string, PlanStep>,
): void {
  const of = (task: OperationTask): PlanStep[] =>
    task.ways.flatMap((way) => way.units.flatMap((unit) => steps.get(unitName(task.id, way.id, unit.id)) ?? []))
  for (const task of problem.tasks) {
    const later = of(task)
    if (later.length === 0) continue
    const start = Math.min(...later.map((step) => step.start ?? Number.NaN))
    for (const id of task.after) {
      const before = problem.tasks.find((one) => one.id === id)
      if (before === undefined || isDone(before, standing)) continue
      const end = Math.max(...of(before).map((step) => step.end ?? Number.NaN), Number.NEGATIVE_INFINITY)
      findings.atMost('order', end, start, () => `${task.id} starts before ${id} ends`)
    }
  }
}

function exclusive(findings: Findings, spans: readonly Span[]): void {
  const sorted = [...spans].sort((a, b) => a.start - b.start)
  const busy = new Map<string, Span>()
  for (const span of sorted) {
    const before = busy.get(span.agent)
    if (before !== undefined) {
      const text = (): string =>
        `${span.agent} does ${before.name} until ${before.end} and ${span.name} from ${span.start}`
      findings.atMost('one thing at a time', before.end, span.start, text)
    }
    if (before === undefined || span.end > before.end) busy.set(span.agent, span)
  }
}

function capacities(findings: Findings, problem: OperationProblem, standing: Standing, spans: readonly Span[]): void {
  const running = new Map(
    problem.tasks.flatMap((task) =>
      task.ways.flatMap((way) => way.units.map((unit) => [unitName(task.id, way.id, unit.id), unit] as const)),
    ),
  )
  for (const resource of problem.resources) {
    const events: { readonly time: number; readonly change: number }[] = []
    for (const span of spans) {
      const unit = span.unit ?? running.get(span.name) ?? null
      const begunBefore = span.unit === null
      for (const { resource: id, amount, when } of unit?.requires ?? []) {
        if (id !== resource.id) continue
        if (resource.type === 'reusable') {
          events.push({ time: span.start, change: amount }, { time: span.end, change: -amount })
        } else if (when === 'end') events.push({ time: span.end, change: -amount })
        else if (!begunBefore) events.push({ time: span.start, change: -amount })
      }
      for (const { resource: id, amount, when } of unit?.produces ?? []) {
        if (id === resource.id) events.push({ time: when === 'start' ? span.start : span.end, change: amount })
      }
    }
    // At one instant what is given back counts before what is taken.
    const sign = resource.type === 'reusable' ? 1 : -1
    events.sort((a, b) => a.time - b.time || sign * (a.change - b.change))
    let level = resource.type === 'reusable' ? 0 : (standing.stocks.get(resource.id) ?? resource.initial)
    for (const event of events) {
      level += event.change
      if (resource.type !== 'reusable') {
        findings.atLeast(
          `stock ${resource.id}`,
          level,
          0,
          () => `${resource.id} is short by ${-level} at ${event.time}`,
        )
      }
      if (resource.capacity !== null) {
        const capacity = resource.capacity
        findings.atMost(
          `capacity ${resource.id}`,
          level,
          capacity,
          () => `${resource.id} is at ${level} of ${capacity} at ${event.time}`,
        )
      }
    }
  }
}
