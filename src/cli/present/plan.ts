/** A hierarchical plan: its steps, its decomposition, its reasons, its proof. */
import type { Deordered } from '../../causal/deorder.ts'
import type { Plan } from '../../domain/plan.ts'
import type { Contrast } from '../../htn/explain.ts'
import type { HtnPlanResult } from '../../htn/plan.ts'
import { formatReason, type Reason } from '../../htn/reasons.ts'
import { formatNumber } from '../../report/format.ts'
import type { Outcome } from '../session.ts'
import type { planReport } from './plan-pictures.ts'

const SHOWN_STEPS = 60

/** What was asked for beside the plan. */
export interface PlanExtras {
  /** The plan in the IPC 2020 format; null when it has no decomposition. */
  readonly ipc?: string | null
  readonly reasons?: readonly Reason[]
  /** Whether the reasons are printed, too. */
  readonly explain?: boolean
  readonly contrast?: Contrast
  readonly order?: Omit<Deordered, 'plan'> & { readonly keep: string }
  /** Draws the report; loaded only when one is wanted. */
  readonly pictures?: typeof planReport
}

/** @param format prints the plan alone in this format */
export function presentPlan(
  title: string,
  result: HtnPlanResult,
  extras: PlanExtras,
  format: 'ipc' | 'json' | undefined,
): Outcome {
  const { nodes, states, by } = result.statistics
  const search = { nodes, states, by }
  switch (result.status) {
    case 'unsolvable':
      return {
        result: { kind: 'plan', title, status: 'unsolvable', reason: result.reason, conflict: [result.reason], search },
        text: `unsolvable   ${title}\n${result.reason}\n${nodes} nodes searched`,
        limit: null,
        report: null,
      }
    case 'unknown':
      return {
        result: { kind: 'plan', title, status: 'unknown', limit: result.limit, search },
        text: `unknown   ${title}: no plan and no proof before the limit (${result.limit}); ${nodes} nodes searched`,
        limit: result.limit,
        report: null,
      }
    case 'optimal':
    case 'feasible':
    case 'satisfied': {
      const { plan } = result
      const { ipc = null, reasons, contrast, order } = extras
      // Asked for any plan, a plan is the answer; that it may not be the cheapest is no limit reached.
      const limit = result.status === 'feasible' && result.limit !== 'gap' ? result.limit : null
      const json = {
        kind: 'plan',
        title,
        status: result.status,
        ...(result.status === 'feasible' ? { limit: result.limit } : {}),
        objective: result.cost,
        bound: result.bound,
        plan: { ...plan, length: plan.steps.length },
        ipc,
        ...(order === undefined ? {} : { order }),
        ...(reasons === undefined ? {} : { reasons }),
        ...(contrast === undefined ? {} : { contrast }),
        search,
      }
      const lines = describePlan(title, result.status, plan, result.bound, by, nodes)
      const summary = lines[0] as string
      const why = reasons?.flatMap((reason) => formatReason(reason)) ?? []
      const facts = [
        ['status', result.status],
        ['steps', String(plan.steps.length)],
        ['cost', formatNumber(plan.cost)],
        ['at least', formatNumber(result.bound)],
      ] as const
      const report = extras.pictures?.(title, plan, summary, facts, why) ?? null
      if (format === 'json') {
        return { result: json, text: `${JSON.stringify(plan, null, 2)}\n`, verbatim: true, limit, report }
      }
      if (format === 'ipc' && ipc !== null) return { result: json, text: ipc, verbatim: true, limit, report }
      if (order !== undefined) lines.push('', describeOrder(plan, order))
      if (extras.explain === true)
        lines.push('', 'why', ...(reasons ?? []).flatMap((reason) => formatReason(reason, '  ')))
      if (contrast !== undefined) lines.push('', contrast.text)
      return { result: json, text: lines.join('\n'), limit, report }
    }
  }
}

function describePlan(title: string, status: string, plan: Plan, bound: number, by: string, nodes: number): string[] {
  if (plan.steps.length === 0) return [`${status}   ${title}: nothing needs to be done (cost 0)`]
  const lines = [
    `${status}   ${plan.steps.length} steps, cost ${formatNumber(plan.cost)} (at least ${formatNumber(bound)})   found by ${by}, ${nodes} nodes; verified against the problem`,
    '',
  ]
  plan.steps.slice(0, SHOWN_STEPS).forEach((step, index) => {
    lines.push(`${String(index + 1).padStart(4)}  ${[step.name, ...step.args].join(' ')}`)
  })
  if (plan.steps.length > SHOWN_STEPS)
    lines.push(`      ... and ${plan.steps.length - SHOWN_STEPS} more (--json or --format ipc shows all)`)
  return lines
}

function describeOrder(plan: Plan, order: NonNullable<PlanExtras['order']>): string {
  const place = new Map(plan.steps.map((step, index) => [step.id, index + 1]))
  const pairs = plan.ordering.map(([first, second]) => `${place.get(first)} < ${place.get(second)}`)
  const shown = pairs.slice(0, SHOWN_STEPS).join(', ')
  const more = pairs.length > SHOWN_STEPS ? `, ... (${pairs.length} in all)` : ''
  const kept = order.keep === 'hierarchy' ? 'every order allowed solves the problem' : 'what steps need of each other'
  const minimal = order.order === 'minimal' ? '' : '; too long a plan to be made minimal'
  const head = `partial order (${kept}${minimal}): ${order.pairsAfter} of ${order.pairsBefore} pairs of steps are ordered`
  return pairs.length === 0 ? head : `${head}\n  ${shown}${more}`
}
