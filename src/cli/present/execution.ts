/** What happened when a plan was carried out: the end, the replannings with their reasons, and a view of each world. */
import type { ExecutionTrace, ReplanRecord, TriggerEvidence } from '../../domain/execution.ts'
import type { ExecutionProblem } from '../../domain/execution-problem.ts'
import { nameAmong } from '../../execution/step-names.ts'
import { formatNumber, type Report, renderTable, type Section } from '../../report/index.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Outcome } from '../session.ts'
import { viewGrid } from './execution-grid.ts'
import { viewMarket } from './execution-market.ts'
import { viewProject } from './execution-project.ts'
import { viewTown } from './execution-town.ts'

/** What one kind of world adds. */
export interface WorldView {
  /** First line after the status. */
  readonly summary: string
  /** Fields of the JSON object. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly facts: readonly (readonly [string, string])[]
  readonly text: readonly string[]
  readonly sections: readonly Section[]
}

export async function presentExecution(
  problem: ExecutionProblem,
  trace: ExecutionTrace,
  width: number,
): Promise<Outcome> {
  return presentTrace(problem.title, await viewOf(problem, trace, width), trace, width)
}

/** What happened, whatever the world. */
export function presentTrace(title: string, view: WorldView, trace: ExecutionTrace, width: number): Outcome {
  const log = trace.replans.map(logEntry)
  const columns = [
    'no.',
    'time',
    'trigger',
    'evidence',
    'broken link',
    'strategy',
    'distance',
    'new steps',
    'cost to go',
  ]
  const rows = trace.replans.map((replan) => row(replan, trace, 'whole'))
  const short = trace.replans.map((replan) => row(replan, trace, 'short'))
  const ending = trace.status === 'success' ? '' : `   ${trace.reason}`
  const lines = [`${trace.status}   ${view.summary}${ending}`, '']
  if (rows.length > 0) {
    const shown = columns.map((header, index) =>
      index === 0 || index > 5 ? { header, align: 'right' as const } : { header },
    )
    // Without broken links the sentences get their room.
    const unlinked = short.every((cells) => cells[LINK_COLUMN] === '')
    const keeps = (_: unknown, index: number): boolean => !unlinked || index !== LINK_COLUMN
    const kept = short.map((cells) => cells.filter(keeps))
    lines.push(renderTable(shown.filter(keeps), kept, { width: Math.max(width, 100) }), '')
  }
  const compared = comparison(trace)
  if (compared.length > 0)
    lines.push(
      renderTable(
        COMPARED.map((header) => ({ header })),
        compared,
        { width },
      ),
      '',
    )
  lines.push(...view.text)
  const sections: Section[] = [...view.sections]
  if (rows.length > 0) sections.unshift({ kind: 'table', heading: 'Replannings', columns, rows })
  if (compared.length > 0)
    sections.splice(1, 0, { kind: 'table', heading: 'What each strategy proposed', columns: COMPARED, rows: compared })
  if (trace.noted.length > 0) {
    const notes = trace.noted.map(({ time, evidence, why }) => [
      formatNumber(time),
      evidence.trigger,
      evidence.evidence,
      why,
    ])
    sections.push({
      kind: 'table',
      heading: 'Looked at, plan kept',
      columns: ['time', 'trigger', 'evidence', 'why'],
      rows: notes,
    })
  }
  const report: Report = {
    title,
    summary:
      trace.status === 'success' ? `The goal was reached. ${view.summary}.` : `${trace.reason}. ${view.summary}.`,
    facts: [
      ['status', trace.status],
      ['steps carried out', String(trace.results.length)],
      ['replannings', String(trace.replans.length)],
      ...view.facts,
    ],
    sections,
  }
  const result = {
    kind: 'execution',
    title,
    status: trace.status,
    ...(trace.reason === null ? {} : { reason: trace.reason }),
    steps: trace.results.length,
    replans: trace.replans.length,
    cost: trace.totalCost,
    time: trace.totalTime,
    ...view.fields,
    log,
    trace: trace.results.map(({ step, status, cost, start, end, message }) => ({
      step: step.id,
      name: step.name,
      args: step.args,
      status,
      cost,
      start,
      end,
      ...(message === undefined ? {} : { message }),
    })),
    noted: trace.noted,
    goalChanges: trace.goalChanges,
    plans: trace.plans.map(({ since, plan }) => ({ since, cost: plan.cost, steps: plan.steps })),
  }
  return { result, text: lines.join('\n').trimEnd(), limit: null, report, exitCode: exitOf(trace) }
}

function viewOf(problem: ExecutionProblem, trace: ExecutionTrace, width: number): WorldView | Promise<WorldView> {
  switch (problem.world.kind) {
    case 'grid':
      return viewGrid(problem.world.problem, trace)
    case 'town':
      return viewTown(problem.world.problem, trace, width)
    case 'market':
      return viewMarket(problem.world.problem, trace, width)
    case 'project':
      return viewProject(problem.world.problem, trace, width)
  }
}

/** `failure`: there is no plan any more; `stopped`: a limit, or an interruption. */
function exitOf(trace: ExecutionTrace): ExitCode {
  if (trace.status === 'success') return EXIT.solved
  if (trace.status === 'failure') return EXIT.infeasible
  return trace.reason === 'interrupted' ? EXIT.interrupted : EXIT.noSolution
}

function logEntry(replan: ReplanRecord): Record<string, unknown> {
  const { number, time, triggers, strategy, distance, newActions, costToGo, proposals, afterSteps } = replan
  return { number, time, afterSteps, triggers, strategy, distance, newActions, costToGo, proposals }
}

const LINK_COLUMN = 4

/** @param link whole, or without the consumer, which the evidence names already */
function row(replan: ReplanRecord, trace: ExecutionTrace, link: 'whole' | 'short'): string[] {
  const [lead, ...others] = replan.triggers
  const broken = lead?.link === undefined ? '' : linkInWords(lead.link, replan, trace, link === 'whole')
  return [
    String(replan.number),
    formatNumber(replan.time),
    replan.triggers.map((entry) => entry.trigger).join(', '),
    [lead, ...others].map((entry) => entry?.evidence ?? '').join('; '),
    broken,
    replan.strategy,
    String(replan.distance),
    String(replan.newActions),
    formatNumber(replan.costToGo),
  ]
}

function linkInWords(
  { producer, variable, consumer }: NonNullable<TriggerEvidence['link']>,
  { number }: ReplanRecord,
  { plans }: ExecutionTrace,
  whole: boolean,
): string {
  // The plan that was in force then; steps under way may be of one before it.
  const nameOf = (id: number): string => {
    const version = plans.slice(0, number).findLast(({ plan }) => plan.steps.some((step) => step.id === id))
    return nameAmong(id, version?.plan.steps ?? [])
  }
  const from = `${producer === null ? 'start' : nameOf(producer)} → ${variable}`
  return whole ? `${from} → ${consumer === null ? 'goal' : nameOf(consumer)}` : from
}

const COMPARED = ['no.', 'strategy', 'cost to go', 'new steps', 'distance', 'how']

/** One row for each strategy that was asked, where more than one was. */
function comparison(trace: ExecutionTrace): string[][] {
  return trace.replans.flatMap((replan) => {
    if (replan.proposals.length < 2) return []
    return replan.proposals.map((proposal) => [
      String(replan.number),
      proposal.strategy === replan.strategy ? `${proposal.strategy} (taken)` : proposal.strategy,
      proposal.costToGo === undefined ? '' : formatNumber(proposal.costToGo),
      proposal.newActions === undefined ? '' : String(proposal.newActions),
      proposal.distance === undefined ? '' : String(proposal.distance),
      proposal.reason,
    ])
  })
}
