/** Consensus on bundles: who does what after how many rounds, against the proved optimum. */
import type { BundledAllocation } from '../../coordination/allocate-by-bundles.ts'
import type { AllocationProblem } from '../../domain/allocation.ts'
import { formatNumber, formatPercent, type Report, renderTable, withUnit } from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { allocationFigure } from './allocation-figure.ts'

export function presentBundles(problem: AllocationProblem, allocation: BundledAllocation, width: number): Outcome {
  const { optimum, pairs, cost, gap, unallocated, consensus, status } = allocation
  const best = optimum.status === 'optimal' || optimum.status === 'feasible' ? optimum.cost : null
  const json = {
    kind: 'allocation',
    protocol: 'bundles',
    title: problem.title,
    status,
    objective: cost,
    bound: optimum.status === 'optimal' ? optimum.cost : null,
    cost,
    pairs,
    assignment: Object.fromEntries(pairs.map(([agent, task]) => [problem.tasks[task]?.id, problem.agents[agent]?.id])),
    unallocated,
    optimum: best,
    gap,
    rounds: consensus.rounds,
    messages: consensus.messages,
  }
  const against =
    gap === null
      ? best === null
        ? ''
        : `   (all tasks at best ${withUnit(best, problem.unit)})`
      : `   ${formatPercent(gap)} above the optimum of ${withUnit(best ?? 0, problem.unit)}`
  const total = withUnit(cost, problem.unit)
  const work = `${consensus.rounds} rounds, ${consensus.messages} messages among the agents, no centre`
  const rows = pairs.map(([agent, task]) => [
    problem.tasks[task]?.id ?? '',
    problem.agents[agent]?.id ?? '',
    formatNumber(problem.costs[agent]?.[task] ?? Number.NaN),
  ])
  const lines = [
    `${status}   consensus on bundles: ${total} total${against}`,
    work,
    '',
    renderTable([{ header: 'task' }, { header: 'won by' }, { header: 'cost', align: 'right' }], rows, { width }),
    ...unallocated.map((task) => `${task}: nobody`),
  ]
  const report: Report = {
    title: problem.title,
    summary: `Consensus on bundles costs ${total}${gap === null ? '' : `, ${formatPercent(gap)} above the optimum`}.`,
    facts: [
      ['status', status],
      ['total', total],
      ['rounds', String(consensus.rounds)],
      ['messages', String(consensus.messages)],
    ],
    sections: [
      allocationFigure(problem, pairs, 'Agents by tasks; green cells were won.'),
      { kind: 'table', heading: 'Without an agent', columns: ['task'], rows: unallocated.map((task) => [task]) },
    ],
  }
  return { result: json, text: lines.join('\n'), limit: null, report }
}
