/** A contract net: who won what at which bid, against the proved optimum. */
import type { ContractNetAllocation } from '../../coordination/allocate.ts'
import type { AllocationProblem } from '../../domain/allocation.ts'
import { formatNumber, formatPercent, type Report, renderTable, withUnit } from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { allocationFigure } from './allocation-figure.ts'

export function presentContractNet(
  problem: AllocationProblem,
  allocation: ContractNetAllocation,
  width: number,
): Outcome {
  const { optimum, pairs, cost, gap, unallocated } = allocation
  const best = optimum.status === 'optimal' || optimum.status === 'feasible' ? optimum.cost : null
  const json = {
    kind: 'allocation',
    protocol: 'contract_net',
    title: problem.title,
    status: allocation.status,
    objective: cost,
    bound: optimum.status === 'optimal' ? optimum.cost : null,
    cost,
    pairs,
    assignment: Object.fromEntries(pairs.map(([agent, task]) => [problem.tasks[task]?.id, problem.agents[agent]?.id])),
    loads: allocation.loads,
    unallocated,
    optimum: best,
    gap,
    messages: allocation.net.transcript,
  }
  const rows = pairs.map(([agent, task]) => [
    problem.tasks[task]?.id ?? '',
    problem.agents[agent]?.id ?? '',
    formatNumber(problem.costs[agent]?.[task] ?? Number.NaN),
  ])
  const against =
    gap === null
      ? best === null
        ? ''
        : `   (all tasks at best ${withUnit(best, problem.unit)})`
      : `   ${formatPercent(gap)} above the optimum of ${withUnit(best ?? 0, problem.unit)}`
  const lines = [
    `${allocation.status}   contract net: ${withUnit(cost, problem.unit)} total${against}`,
    `${allocation.net.transcript.length} messages; tasks announced in the document's order, each awarded to the cheapest bid`,
    '',
    renderTable([{ header: 'task' }, { header: 'awarded to' }, { header: 'cost', align: 'right' }], rows, { width }),
    ...unallocated.map((entry) => `${entry.task}: nobody: ${entry.reason}`),
  ]
  const report: Report = {
    title: problem.title,
    summary: `The contract net costs ${withUnit(cost, problem.unit)}${gap === null ? '' : `, ${formatPercent(gap)} above the optimum`}.`,
    facts: [
      ['status', allocation.status],
      ['total', withUnit(cost, problem.unit)],
      ['messages', String(allocation.net.transcript.length)],
    ],
    sections: [
      allocationFigure(problem, pairs, 'Agents by tasks; green cells were awarded.'),
      {
        kind: 'table',
        heading: 'Without an agent',
        columns: ['task', 'why'],
        rows: unallocated.map((entry) => [entry.task, entry.reason]),
      },
    ],
  }
  return { result: json, text: lines.join('\n'), limit: null, report }
}
