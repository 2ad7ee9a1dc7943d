/** Judges what happened in an operation: who worked when, in which order, at what cost, and whether the required was done or given up. */
import { sensingName, unitName } from '../../models/operation/index.ts'
import { type AnswerCheck, Findings } from '../domain/answer-check.ts'
import type { ExecutionResult, ExecutionTrace } from '../domain/execution.ts'
import type { OperationProblem } from '../domain/operation.ts'

export function checkOperationTrace(problem: OperationProblem, trace: ExecutionTrace): AnswerCheck {
  const findings = new Findings()
  const worked = trace.results.filter((result) => result.end > result.start)
  const busy = new Map<string, ExecutionResult>()
  for (const result of [...worked].sort((a, b) => a.start - b.start)) {
    const agent = result.step.agent ?? ''
    const before = busy.get(agent)
    if (before !== undefined) {
      const text = (): string => `${agent} was at two things at ${result.start}`
      findings.atMost('one thing at a time', before.end, result.start, text)
    }
    busy.set(agent, result)
  }
  const ended = new Map<string, ExecutionResult>()
  for (const result of trace.results) {
    if (result.status === 'success' || result.status === 'delayed') {
      const { name, args } = result.step
      const key = name === 'sense' ? sensingName(args[0] ?? '') : unitName(args[0] ?? '', args[1] ?? '', name)
      findings.holds('once', !ended.has(key), () => `${key} was done twice`)
      ended.set(key, result)
      if (name === 'sense') sensing(findings, problem, result)
    }
  }
  let money = 0
  for (const result of trace.results) money += result.cost
  findings.equal('cost', trace.totalCost, money, () => `the cost is said to be ${trace.totalCost}, it is ${money}`)
  const given = new Set(
    trace.results.filter((result) => result.step.name === 'leave').map((result) => result.step.args[0]),
  )
  for (const task of problem.tasks) {
    const units = task.ways.map((way) => way.units.map((unit) => ended.get(unitName(task.id, way.id, unit.id))))
    const way = units.findIndex((list) => list.every((result) => result !== undefined))
    if (task.required && trace.status === 'success') {
      findings.holds('required', way >= 0 || given.has(task.id), () => `${task.id} was neither done nor given up`)
    }
    for (const [w, list] of units.entries()) {
      for (const [u, result] of list.entries()) {
        if (result === undefined) continue
        const unit = task.ways[w]?.units[u]
        const can = isAble(problem, result.step.agent, unit?.needs ?? [])
        findings.holds('capability', can, () => `${result.step.agent} lacked what ${unit?.id} of ${task.id} needs`)
        findings.atLeast(
          'release',
          result.start,
          task.release,
          () => `${unit?.id} of ${task.id} began before ${task.release}`,
        )
        for (const id of task.after) taskOrder(findings, problem, trace, id, result)
        for (const before of unit?.after ?? []) {
          const earlier = ended.get(unitName(task.id, task.ways[w]?.id ?? '', before))
          const text = (): string => `${unit?.id} of ${task.id} began before ${before} ended`
          findings.atMost('order', earlier?.end ?? Number.POSITIVE_INFINITY, result.start, text)
        }
      }
    }
  }
  capacities(findings, problem, worked)
  if (problem.budget !== null) {
    const budget = problem.budget
    findings.atMost(
      'budget',
      trace.totalCost,
      budget,
      () => `${trace.totalCost} of ${budget} ${problem.costUnit} was spent`,
    )
  }
  return findings.verdict()
}

/** Somebody of the team who has all that is needed. */
function isAble(problem: OperationProblem, id: string | undefined, needs: readonly string[]): boolean {
  const agent = problem.agents.find((one) => one.id === id)
  return agent !== undefined && needs.every((need) => agent.capabilities.some(({ name }) => name === need))
}

/** A sensor was used by somebody who can. */
function sensing(findings: Findings, problem: OperationProblem, { step }: ExecutionResult): void {
  const sensor = problem.sensors.find((one) => one.id === step.args[0])
  if (sensor === undefined) return
  const can = isAble(problem, step.agent, sensor.needs)
  findings.holds('capability', can, () => `${step.agent} lacked what ${sensor.id} needs`)
}

/** A task began only after those it waits for had ended, or were given up. */
function taskOrder(
  findings: Findings,
  problem: OperationProblem,
  trace: ExecutionTrace,
  before: string,
  result: ExecutionResult,
): void {
  if (!problem.tasks.some((task) => task.id === before)) return
  const ends = trace.results.flatMap(({ step, status, end }) =>
    step.name !== 'sense' && step.args[0] === before && status !== 'failure' && status !== 'blocked' ? [end] : [],
  )
  const last = Math.max(Number.NEGATIVE_INFINITY, ...ends)
  findings.atMost('order', last, result.start, () => `${result.step.args[0]} began before ${before} ended`)
}

/** Reusable resources at every instant. */
function capacities(findings: Findings, problem: OperationProblem, worked: readonly ExecutionResult[]): void {
  for (const { id, type, capacity } of problem.resources) {
    if (type !== 'reusable' || capacity === null) continue
    const events = worked.flatMap(({ step, start, end }) => {
      const amount =
        step.resources !== undefined && Object.hasOwn(step.resources, id) ? (step.resources[id] as number) : 0
      return amount === 0
        ? []
        : [
            { time: start, change: amount },
            { time: end, change: -amount },
          ]
    })
    // At one instant what is given back counts before what is taken.
    events.sort((a, b) => a.time - b.time || a.change - b.change)
    let level = 0
    for (const { time, change } of events) {
      level += change
      const now = level
      findings.atMost(`capacity ${id}`, now, capacity, () => `${id} was at ${now} of ${capacity} at ${time}`)
    }
  }
}
