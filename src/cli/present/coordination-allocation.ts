/** Tasks shared out: who does what, at which cost, how far from the optimum, what is left and why. */
import type { AllocationOutcome } from '../../coordination/allocation-front.ts'
import type { AllocationProblem } from '../../domain/allocation.ts'
import { formatNumber, formatPercent, renderBarsSvg, renderTable, withUnit } from '../../report/index.ts'
import { allocationFigure } from './allocation-figure.ts'
import type { Part } from './coordination-part.ts'

export function allocationPart(problem: AllocationProblem, found: AllocationOutcome, width: number): Part {
  const name = 'allocation'
  if (found.status === 'infeasible') {
    const { conflict } = found
    return {
      name,
      status: 'infeasible',
      json: { status: found.status, strategy: found.strategy, conflict: conflict.constraints },
      lines: [`infeasible   ${conflict.explanation}`],
      summary: `Not all tasks can be shared out: ${conflict.explanation}`,
      sections: [],
    }
  }
  if (found.status === 'unknown') {
    const lines = [`unknown   the limit was hit: ${found.limit}`]
    return { name, status: 'unknown', json: { ...found }, lines, summary: 'The limit was hit.', sections: [] }
  }
  const { awards, cost, unallocated, optimum, gap, strategy, method } = found
  const index = (list: readonly { readonly id: string }[], id: string): number => list.findIndex((one) => one.id === id)
  const pairs = awards.map(({ agent, task }) => [index(problem.agents, agent), index(problem.tasks, task)] as const)
  const loads = problem.agents.map(({ id }, a) => ({
    id,
    load: pairs.reduce((sum, [b, j]) => (a === b ? sum + (problem.loads[a]?.[j] as number) : sum), 0),
  }))
  const best = optimum.status === 'proved' ? optimum.cost : optimum.status === 'bounded' ? optimum.bound : null
  const against =
    gap === 0
      ? ' (the optimum)'
      : gap !== null
        ? `, ${formatPercent(gap)} above the optimum of ${withUnit(best ?? 0, problem.unit)}`
        : best === null
          ? optimum.status === 'unknown'
            ? `; ${optimum.reason}`
            : ''
          : `; all tasks at best ${withUnit(best, problem.unit)}`
  const paid = awards.some((one) => one.payment !== undefined)
  const columns = [
    { header: 'task' },
    { header: 'agent' },
    { header: 'cost', align: 'right' as const },
    ...(paid ? [{ header: 'paid', align: 'right' as const }] : []),
  ]
  const rows = awards.map(({ task, agent, cost: each, payment }) => [
    task,
    agent,
    formatNumber(each),
    ...(paid ? [payment === undefined ? '' : formatNumber(payment)] : []),
  ])
  const headline = `${strategy}: ${withUnit(cost, problem.unit)} for ${awards.length} of ${problem.tasks.length} tasks${against}`
  return {
    name,
    status: found.status === 'optimal' ? 'complete' : found.status,
    json: {
      status: found.status,
      strategy,
      method,
      cost,
      optimum: best,
      gap,
      assignment: Object.fromEntries(awards.map(({ task, agent }) => [task, agent])),
      awards,
      loads: Object.fromEntries(loads.map(({ id, load }) => [id, load])),
      unallocated,
    },
    lines: [
      headline,
      method,
      renderTable(columns, rows, { width }),
      ...unallocated.map(({ task, reason }) => `${task}: nobody: ${reason}`),
    ],
    summary: `${headline}.`,
    sections: [
      allocationFigure(problem, pairs, `Agents by tasks; green cells were awarded. ${headline}.`, 'allocation'),
      {
        kind: 'figure',
        heading: 'Loads',
        name: 'loads',
        svg: renderBarsSvg({
          title: 'Loads against capacities',
          unit: problem.unit,
          bars: loads.map(({ id, load }, a) => ({ name: id, value: load, limit: problem.agents[a]?.capacity ?? null })),
        }),
        caption: 'The red mark is what an agent can take.',
      },
      ...(unallocated.length === 0
        ? []
        : [
            {
              kind: 'table' as const,
              heading: 'Without an agent',
              columns: ['task', 'why'],
              rows: unallocated.map(({ task, reason }) => [task, reason]),
            },
          ]),
    ],
  }
}
