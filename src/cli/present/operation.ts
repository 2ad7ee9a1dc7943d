/** An operation planned, or carried out: who does what when, what was found out, what was left and why. */
import type { OperationDocument, OperationProblem } from '../../domain/operation.ts'
import type { Plan, PlanStep } from '../../domain/plan.ts'
import {
  formatNumber,
  formatPercent,
  type PlannedActualBar,
  type Report,
  renderPlannedActualSvg,
  renderTable,
  renderTreeSvg,
  type Section,
} from '../../report/index.ts'
import type { InformationStep, LeftTask, OperationOutcome, OperationPlanResult } from '../../system/index.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Outcome } from '../session.ts'
import { presentConflict } from './conflict.ts'
import { proofLine } from './proof.ts'

const STEP_COLUMNS = ['agent', 'start', 'end', 'task', 'way', 'work', 'cost']

export function presentOperationPlan(
  { problem }: OperationDocument,
  result: OperationPlanResult,
  width: number,
): Outcome {
  const { title } = problem
  const base = {
    kind: 'operation',
    title,
    information: result.information.map((step) => informationJson(problem, step)),
  }
  if (result.status === 'unknown') {
    const text = `unknown   ${title}: no plan before the limit (${result.limit})`
    return { result: { ...base, status: 'unknown', limit: result.limit }, text, limit: result.limit, report: null }
  }
  if (result.status === 'infeasible') return presentConflict('operation', title, result.conflict, 'operation')
  const { plan, left, conflict, coordination, information } = result
  const missing = left.filter((one) => one.required)
  const status = missing.length > 0 ? 'infeasible' : result.status
  const limit = result.status === 'feasible' ? result.limit : null
  const rows = stepRows(plan.steps)
  const lines = [
    `${status}   cost ${money(problem, result.cost)}, done after ${formatNumber(plan.makespan ?? 0)} ${problem.timeUnit}`,
    `${proofLine(result.solver, null, result.check, result.gap)}${result.within === null ? '' : `; among plans that keep ${result.within}`}`,
    '',
    ...information.map((step) => informationLine(problem, step)),
    renderTable(columns(STEP_COLUMNS), rows, { width }),
  ]
  if (left.length > 0) lines.push('', ...left.map(leftLine))
  const { protocol, gap, messages } = coordination
  if (protocol !== 'joint') {
    const distance = gap === null ? '' : `, ${formatPercent(gap, 1)} over the least cost`
    lines.push('', `work shared out by ${protocol}: ${messages} messages${distance}`)
  }
  const sections: Section[] = [
    figure('Who does what', 'plan', planSvg(problem, plan), 'One row for each agent.'),
    figure('Tasks, ways and units', 'tree', treeSvg(problem, plan), 'How each task is done.'),
    { kind: 'table', heading: 'Steps', columns: STEP_COLUMNS, rows },
    ...informationSection(problem, information),
    ...leftSection(left),
  ]
  const json = {
    ...base,
    status,
    objective: result.objective,
    measure: result.measure,
    within: result.within,
    cost: result.cost,
    makespan: plan.makespan,
    bound: result.bound,
    gap: result.gap,
    solver: result.solver,
    plan: { ...plan, length: plan.steps.length },
    left,
    ...(conflict === null ? {} : { conflict: conflict.constraints, explanation: conflict.explanation }),
    coordination: {
      protocol,
      messages,
      gap,
      doers: Object.fromEntries(coordination.doers),
      open: coordination.open,
    },
    check: result.check,
  }
  const report: Report = {
    title,
    summary: `${status}: ${money(problem, result.cost)}, done after ${formatNumber(plan.makespan ?? 0)} ${problem.timeUnit}.`,
    facts: [
      ['status', status],
      ['cost', money(problem, result.cost)],
      ['makespan', `${formatNumber(plan.makespan ?? 0)} ${problem.timeUnit}`],
      ['solver', result.solver],
    ],
    sections,
  }
  return { result: json, text: lines.join('\n').trimEnd(), limit, report }
}

export function presentOperationRun(outcome: OperationOutcome, width: number): Outcome {
  const { problem, trace, left, plans } = outcome
  // Giving up is told with its reason below.
  const carried = trace.results.filter(({ step }) => step.agent !== undefined)
  const happened = carried.map(({ step, status, start, end, cost, message }) => [
    step.agent ?? '',
    formatNumber(start),
    formatNumber(end),
    workOf(step),
    status,
    formatNumber(cost),
    message ?? '',
  ])
  const happenedColumns = ['agent', 'start', 'end', 'work', 'end as', 'cost', 'message']
  const logColumns = ['time', 'trigger', 'evidence', 'strategy', 'distance', 'cost to go']
  const log = trace.replans.map((one) => [
    formatNumber(one.time),
    one.triggers[0]?.trigger ?? '',
    one.triggers.map((trigger) => trigger.evidence).join('; '),
    one.strategy,
    String(one.distance),
    formatNumber(one.costToGo),
  ])
  const reason = outcome.reason === null ? '' : `   ${outcome.reason}`
  const lines = [
    `${outcome.status}   ${outcome.done.length} tasks done for ${money(problem, outcome.cost)} in ${formatNumber(outcome.time)} ${problem.timeUnit}, ${outcome.replans} replannings${reason}`,
    `what happened was re-checked: ${outcome.check.rules} rules, ${outcome.check.violations.length} violations`,
    '',
  ]
  if (log.length > 0) lines.push(renderTable(columns(logColumns), log, { width: Math.max(width, 100) }), '')
  lines.push(renderTable(columns(happenedColumns), happened, { width: Math.max(width, 100) }))
  if (left.length > 0) lines.push('', ...left.map(leftLine))
  const sections: Section[] = [
    figure(
      'Planned and happened',
      'gantt',
      runSvg(outcome),
      'Pale: the first plan. Solid: what happened. Dashed: a new plan.',
    ),
  ]
  if (log.length > 0) sections.push({ kind: 'table', heading: 'Replannings', columns: logColumns, rows: log })
  sections.push({ kind: 'table', heading: 'What happened', columns: happenedColumns, rows: happened })
  const last = plans.at(-1)?.plan
  if (last !== undefined) {
    const caption = 'How what was left was to be done in the end.'
    sections.push(figure('The last plan', 'tree', treeSvg(problem, last), caption))
  }
  sections.push(...leftSection(left))
  const report: Report = {
    title: problem.title,
    summary: `${outcome.status}: ${outcome.done.length} tasks done for ${money(problem, outcome.cost)}.`,
    facts: [
      ['status', outcome.status],
      ['cost', money(problem, outcome.cost)],
      ['time', `${formatNumber(outcome.time)} ${problem.timeUnit}`],
      ['replannings', String(outcome.replans)],
    ],
    sections,
  }
  const result = {
    kind: 'operation',
    title: problem.title,
    status: outcome.status,
    reason: outcome.reason,
    done: outcome.done,
    left,
    cost: outcome.cost,
    time: outcome.time,
    replans: outcome.replans,
    log: trace.replans,
    trace: trace.results,
    plans: plans.map(({ since, plan }) => ({
      since,
      cost: plan.cost,
      steps: plan.steps,
      certificate: plan.certificate,
    })),
    check: outcome.check,
  }
  const limit = outcome.status === 'stopped' && outcome.reason === 'interrupted' ? ('interrupted' as const) : null
  return { result, text: lines.join('\n').trimEnd(), limit, report, exitCode: exitOf(outcome) }
}

function exitOf({ status, reason }: OperationOutcome): ExitCode {
  if (status === 'done') return EXIT.solved
  if (status === 'stopped') return reason === 'interrupted' ? EXIT.interrupted : EXIT.noSolution
  return EXIT.infeasible
}

function money(problem: OperationProblem, amount: number): string {
  return `${formatNumber(amount)} ${problem.costUnit}`.trim()
}

function workOf(step: PlanStep): string {
  return [...step.args, ...(step.name === 'work' ? [] : [step.name])].join(' / ')
}

function stepRows(steps: readonly PlanStep[]): string[][] {
  return steps.map((step) => [
    step.agent ?? '',
    formatNumber(step.start ?? 0),
    formatNumber(step.end ?? 0),
    step.args[0] ?? '',
    step.name === 'sense' ? '' : (step.args[1] ?? ''),
    step.name,
    formatNumber(step.cost ?? 0),
  ])
}

function columns(headers: readonly string[]): { header: string; align?: 'right' }[] {
  const numbers = ['start', 'end', 'cost', 'time', 'distance', 'cost to go']
  return headers.map((header) => (numbers.includes(header) ? { header, align: 'right' as const } : { header }))
}

function informationLine(problem: OperationProblem, step: InformationStep): string {
  const belief = beliefText(problem, step)
  const act =
    step.sensor === null
      ? `no reading pays: ${[...step.ways].map(([task, ways]) => `${task} by ${ways.join(' or ')}`).join(', ')}`
      : `read ${step.sensor} first: ${formatNumber(step.expectedCost)} expected instead of ${formatNumber(step.withoutSensing)}`
  return `${step.fact} is ${belief}; ${act}`
}

function beliefText(problem: OperationProblem, step: InformationStep): string {
  const values = problem.facts.find((fact) => fact.id === step.fact)?.values ?? []
  return values.map((value, k) => `${value.id} ${formatPercent(step.belief[k] ?? 0, 1)}`).join(', ')
}

function informationJson(problem: OperationProblem, step: InformationStep): Record<string, unknown> {
  const values = problem.facts.find((fact) => fact.id === step.fact)?.values ?? []
  return {
    ...step,
    belief: values.map((value, k) => ({ value: value.id, probability: step.belief[k] })),
    ways: [...step.ways].map(([task, ways]) => ({ task, ways })),
  }
}

function informationSection(problem: OperationProblem, information: readonly InformationStep[]): Section[] {
  if (information.length === 0) return []
  const rows = information.map((step) => [
    step.fact,
    beliefText(problem, step),
    step.sensor ?? 'none',
    formatNumber(step.expectedCost),
    formatNumber(step.withoutSensing),
  ])
  const headers = ['fact', 'believed', 'read first', 'expected cost', 'without reading']
  return [{ kind: 'table', heading: 'What is not known', columns: headers, rows }]
}

function leftLine({ task, required, reason }: LeftTask): string {
  return `left: ${task}${required ? ' (required)' : ''}: ${reason}`
}

function leftSection(left: readonly LeftTask[]): Section[] {
  if (left.length === 0) return []
  const rows = left.map((one) => [one.task, one.required ? 'yes' : 'no', one.reason])
  return [{ kind: 'table', heading: 'Left', columns: ['task', 'required', 'reason'], rows }]
}

function figure(heading: string, name: string, svg: string, caption: string): Section {
  return { kind: 'figure', heading, name, svg, caption }
}

function barsOf(problem: OperationProblem, steps: readonly PlanStep[]): PlannedActualBar[] {
  return steps.flatMap((step): PlannedActualBar[] => {
    if (step.agent === undefined || step.start === undefined || step.end === undefined) return []
    return [
      { row: step.agent, name: step.args[0] ?? '', start: step.start, end: step.end, group: groupOf(problem, step) },
    ]
  })
}

/** Tasks take the colours in turn; readings have one of their own. */
function groupOf(problem: OperationProblem, step: PlanStep): number {
  if (step.name === 'sense') return 7
  return (
    Math.max(
      0,
      problem.tasks.findIndex((task) => task.id === step.args[0]),
    ) % 7
  )
}

function planSvg(problem: OperationProblem, plan: Plan): string {
  return renderPlannedActualSvg({
    title: problem.title,
    unit: problem.timeUnit,
    planned: [],
    actual: barsOf(problem, plan.steps),
    replans: [],
  })
}

function runSvg({ problem, trace, plans }: OperationOutcome): string {
  const actual = trace.results.flatMap(({ step, start, end, status }): PlannedActualBar[] => {
    if (step.agent === undefined || end <= start) return []
    const failed = status === 'failure' || status === 'blocked'
    const name = step.args[0] ?? ''
    return [{ row: step.agent, name, start, end, group: groupOf(problem, step), ...(failed ? { failed } : {}) }]
  })
  const replans = trace.replans.map((one) => ({ time: one.time, text: one.triggers[0]?.trigger ?? '' }))
  const planned = barsOf(problem, plans[0]?.plan.steps ?? [])
  return renderPlannedActualSvg({ title: problem.title, unit: problem.timeUnit, planned, actual, replans })
}

function treeSvg(problem: OperationProblem, plan: Plan): string {
  const steps = new Map(plan.steps.map((step) => [step.id, step]))
  const nodes = plan.decomposition?.nodes ?? []
  return renderTreeSvg({
    title: 'Tasks, ways and units',
    root: {
      label: problem.title,
      children: nodes.map((node) => ({
        label: node.task,
        lines: [`by ${node.method}`],
        group: 0,
        children: node.subtasks.flatMap((id) => {
          const step = steps.get(id)
          if (step === undefined) return []
          const when = `${step.agent}, ${formatNumber(step.start ?? 0)} to ${formatNumber(step.end ?? 0)}`
          return [{ label: step.name, lines: [when], group: 1 }]
        }),
      })),
    },
    groups: ['task and way', 'unit'],
  })
}
