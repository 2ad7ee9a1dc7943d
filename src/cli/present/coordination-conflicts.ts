/** Plans in conflict: what collided, what was changed, the joint plan over time. */

import type { ConflictsResolved } from '../../coordination/resolve-conflicts.ts'
import { resolveInOrder } from '../../coordination/resource-conflicts.ts'
import type { StatedConflicts } from '../../domain/coordination.ts'
import { mandatoryTask, modeHolding } from '../../domain/project.ts'
import { reusableResource } from '../../domain/resource.ts'
import { formatNumber, renderGanttSvg, renderTable, withUnit } from '../../report/index.ts'
import type { Part } from './coordination-part.ts'

export function conflictPart(stated: StatedConflicts, found: ConflictsResolved, width: number): Part {
  const name = 'conflicts'
  const { plan, by } = stated
  const rows = found.conflicts.map(({ kind, description }) => [kind, description])
  const heard = found.conflicts.length === 0 ? 'no conflicts' : `${found.conflicts.length} conflicts`
  const table = rows.length === 0 ? [] : [renderTable([{ header: 'kind' }, { header: 'conflict' }], rows, { width })]
  const section = { kind: 'table' as const, heading: 'Conflicts', columns: ['kind', 'conflict'], rows }
  if (!('schedule' in found)) {
    const why =
      found.status === 'infeasible'
        ? found.conflict.explanation
        : found.status === 'unknown'
          ? `the limit was hit: ${found.limit}`
          : found.reason
    return {
      name,
      status: found.status,
      json: {
        status: found.status,
        by,
        found: found.conflicts,
        ...(found.status === 'infeasible'
          ? { contradiction: found.conflict.constraints, irreducible: found.conflict.irreducible }
          : {}),
        reason: why,
      },
      lines: [`${found.status}   ${heard}; no joint plan: ${why}`, ...table],
      summary: `No joint plan: ${why}.`,
      sections: [section],
    }
  }
  const { schedule, delayCost, makespan, changes } = found
  const firstCome = firstComeCost(stated)
  const headline = `${found.status}   ${heard}, settled by ${by}: delay costs ${formatNumber(delayCost)}, all done at ${withUnit(makespan, plan.timeUnit)}`
  return {
    name,
    status: found.status === 'optimal' ? 'complete' : 'feasible',
    json: {
      status: found.status,
      by,
      found: found.conflicts,
      starts: Object.fromEntries(schedule.steps.map((step) => [step.id, step.start])),
      order: schedule.steps.map((step) => step.id),
      steps: schedule.steps,
      changes,
      delayCost,
      makespan,
      ...(firstCome === null ? {} : { firstCome }),
      checked: found.check.checked,
      violations: found.check.violations.length,
    },
    lines: [
      headline,
      ...(firstCome === null ? [] : [`first come, first served would cost ${formatNumber(firstCome)}`]),
      ...table,
      ...changes.map(
        ({ id, from, to, way }) =>
          `${id}: starts at ${formatNumber(to)} instead of ${formatNumber(from)}${way === 'as planned' ? '' : `, ${way}`}`,
      ),
    ],
    summary: `${heard} settled, delay costs ${formatNumber(delayCost)}.`,
    sections: [
      section,
      {
        kind: 'figure',
        heading: 'Joint plan',
        name: 'joint-plan',
        svg: renderGanttSvg(
          {
            title: plan.title,
            timeUnit: plan.timeUnit,
            costUnit: '',
            resources: Object.entries(plan.capacities).map(([id, capacity]) => reusableResource(id, capacity)),
            tasks: plan.steps.map((step) => ({
              ...mandatoryTask(
                step.id,
                step.ways.map((way) => modeHolding(way.id, way.duration, way.cost, Object.entries(way.uses))),
              ),
              release: step.start,
              deadline: step.deadline,
              weight: step.weight,
            })),
            precedence: [],
            deadline: null,
            budget: null,
            objectives: ['makespan'],
          },
          {
            tasks: schedule.steps.map(({ id, way, start, end }) => ({ id, mode: way, start, end })),
            makespan,
            cost: 0,
          },
        ),
        caption: 'Every step when it is done, and what is in use of the shared resources.',
      },
    ],
  }
}

/** What it would cost to serve in the order of arrival; null when the plans share more than resources. */
function firstComeCost({ plan }: StatedConflicts): number | null {
  const plain =
    plan.after.length === 0 &&
    plan.goals.length === 0 &&
    plan.steps.every(
      ({ ways, deadline }) =>
        deadline === null && ways.length === 1 && ways.every((way) => way.needs.length + way.keeps.length === 0),
    )
  const apart = new Set(plan.steps.map((step) => step.agent)).size === plan.steps.length
  if (!plain || !apart) return null
  const requests = plan.steps.map(({ id, start, weight, ways }) => ({
    id,
    start,
    weight,
    duration: ways[0]?.duration as number,
    uses: ways[0]?.uses as Readonly<Record<string, number>>,
  }))
  const result = resolveInOrder(requests, plan.capacities, 'first-come')
  return 'delayCost' in result ? result.delayCost : null
}
