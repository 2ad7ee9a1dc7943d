/** A hierarchical plan: its steps, its decomposition, its proof. */

import type { Plan } from '../../domain/plan.ts'
import type { HtnPlanResult } from '../../htn/plan.ts'
import { formatNumber } from '../../report/format.ts'
import type { Outcome } from '../session.ts'

const SHOWN_STEPS = 60

/** @param ipc the plan in the IPC 2020 format; null when there is none */
export function presentPlan(title: string, result: HtnPlanResult, ipc: string | null, ipcOnly: boolean): Outcome {
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
        search,
      }
      const text = ipcOnly && ipc !== null ? ipc : describePlan(title, result.status, plan, result.bound, by, nodes)
      return { result: json, text, ...(ipcOnly ? { verbatim: true as const } : {}), limit, report: null }
    }
  }
}

function describePlan(title: string, status: string, plan: Plan, bound: number, by: string, nodes: number): string {
  if (plan.steps.length === 0) return `${status}   ${title}: nothing needs to be done (cost 0)`
  const lines = [
    `${status}   ${plan.steps.length} steps, cost ${formatNumber(plan.cost)} (at least ${formatNumber(bound)})   found by ${by}, ${nodes} nodes; verified against the problem`,
    '',
  ]
  plan.steps.slice(0, SHOWN_STEPS).forEach((step, index) => {
    lines.push(`${String(index + 1).padStart(4)}  ${[step.name, ...step.args].join(' ')}`)
  })
  if (plan.steps.length > SHOWN_STEPS)
    lines.push(`      ... and ${plan.steps.length - SHOWN_STEPS} more (--json or --format ipc shows all)`)
  return lines.join('\n')
}
