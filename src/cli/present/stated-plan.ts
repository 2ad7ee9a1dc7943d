/** A plan of a planning document: its steps with their times, the state in the end, reasons, proof. */
import type { StatedPlanning } from '../../domain/planning.ts'
import type { Contrast } from '../../htn/explain.ts'
import type { StatedPlanResult } from '../../htn/plan-stated.ts'
import { formatReason } from '../../htn/reasons.ts'
import { writeIpcPlan } from '../../io/hddl/ipc-plan.ts'
import { formatNumber, withUnit } from '../../report/format.ts'
import { renderTable } from '../../report/table.ts'
import type { Outcome } from '../session.ts'
import type { planReport } from './plan-pictures.ts'

export interface StatedPlanFormat {
  readonly explain?: boolean
  readonly format?: 'ipc' | 'json' | undefined
  readonly contrast?: Contrast | undefined
  /** Draws the report; loaded only when one is wanted. */
  readonly pictures?: typeof planReport | undefined
}

export function presentStatedPlan(
  problem: StatedPlanning,
  result: StatedPlanResult,
  width: number,
  { explain = false, format, contrast, pictures }: StatedPlanFormat = {},
): Outcome {
  const { title, costUnit, timeUnit } = problem
  switch (result.status) {
    case 'unsolvable': {
      const { reason, conflict, text } = result
      return {
        result: { kind: 'plan', title, status: 'unsolvable', reason, conflict, text },
        text: `unsolvable   ${title}: every refinement was tried\n${text}`,
        limit: null,
        report: null,
      }
    }
    case 'unknown':
      return {
        result: { kind: 'plan', title, status: 'unknown', limit: result.limit, bound: result.bound },
        text: `unknown   ${title}: no plan and no proof before the limit (${result.limit})`,
        limit: result.limit,
        report: null,
      }
    case 'optimal':
    case 'feasible':
    case 'satisfied': {
      const { status, plan, cost, bound, value, reached, dropped, finalState, reasons } = result
      const limit = result.status === 'feasible' ? result.limit : null
      const ipc = writeIpcPlan(plan)
      const json = {
        kind: 'plan',
        title,
        status,
        ...(limit === null ? {} : { limit }),
        objective: cost,
        bound,
        value,
        goals: { reached, dropped },
        plan: { ...plan, length: plan.steps.length },
        state: finalState,
        reasons,
        ...(contrast === undefined ? {} : { contrast }),
        ipc,
      }
      const verbatim = true as const
      if (format === 'json')
        return { result: json, text: `${JSON.stringify(plan, null, 2)}\n`, verbatim, limit, report: null }
      if (format === 'ipc') return { result: json, text: ipc, verbatim, limit, report: null }
      const end = withUnit(plan.makespan ?? 0, timeUnit)
      const head =
        plan.steps.length === 0
          ? `${status}   ${title}: nothing needs to be done (cost 0)`
          : `${status}   cost ${withUnit(cost, costUnit)} (at least ${formatNumber(bound)}), ends at ${end}; verified against the document`
      const lines = [head]
      if (plan.steps.length > 0) {
        const rows = plan.steps.map((step) => [
          formatNumber(step.start ?? 0),
          formatNumber(step.end ?? 0),
          [step.name, ...step.args].join(' '),
          formatNumber(step.cost ?? 0),
        ])
        const columns = [
          { header: 'start', align: 'right' as const },
          { header: 'end', align: 'right' as const },
          { header: 'step' },
          { header: 'cost', align: 'right' as const },
        ]
        lines.push('', renderTable(columns, rows, { width }))
      }
      if (dropped.length > 0) lines.push('', `worth ${formatNumber(value)}; given up: ${dropped.join(', ')}`)
      if (explain) lines.push('', 'why', ...reasons.flatMap((reason) => formatReason(reason, '  ')))
      if (contrast !== undefined) lines.push('', contrast.text)
      const facts = [
        ['status', status],
        ['cost', withUnit(cost, costUnit)],
        ['ends at', end],
        ['goals reached', reached.join(', ') || 'all tasks'],
      ] as const
      const why = reasons.flatMap((reason) => formatReason(reason))
      const report = pictures?.(title, plan, lines[0] as string, facts, why) ?? null
      return { result: json, text: lines.join('\n'), limit, report }
    }
  }
}
