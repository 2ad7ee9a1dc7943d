/** Who does which task. */
import type { AllocationResult, SolvedAssignment } from '../../../models/allocation/index.ts'
import type { AllocationProblem, AssignmentProblem } from '../../domain/allocation.ts'
import {
  formatNumber,
  formatPercent,
  type Report,
  renderBarsSvg,
  renderMatrixSvg,
  renderTable,
  withUnit,
} from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { presentConflict, presentUnknown } from './conflict.ts'
import { proofLine } from './proof.ts'

export function presentAssignment(problem: AssignmentProblem, result: SolvedAssignment, width: number): Outcome {
  if (result.status === 'infeasible')
    return presentConflict('assignment', problem.title, result.conflict, result.solver)
  if (result.status === 'unknown') return presentUnknown('assignment', problem.title, result.limit, result.solver)
  const { unit } = problem
  const bottleneck = problem.objective === 'bottleneck'
  const rows = result.pairs.map(([agent, task]) => [
    problem.agents[agent] as string,
    problem.tasks[task] as string,
    formatNumber(problem.costs[agent]?.[task] ?? Number.NaN),
    formatNumber(result.prices.agents[agent] ?? Number.NaN),
    formatNumber(result.prices.tasks[task] ?? Number.NaN),
  ])
  const unique = result.unique === null ? '' : result.unique ? ' (unique)' : ' (other assignments are as good)'
  const total = `${withUnit(result.cost, unit)} total`
  const head = bottleneck
    ? `optimal   ${problem.sense === 'maximize' ? 'smallest' : 'largest'} ${withUnit(result.bottleneck, unit)}, ${total}${unique}`
    : `optimal   ${total}${unique}`
  const greedy = greedyText(problem, result)
  const lines = [
    head + (greedy === '' ? '' : `   ${greedy}`),
    proofLine(result.solver, null, result.check, 0),
    '',
    renderTable(
      [
        { header: 'agent' },
        { header: 'task' },
        { header: unit === '' ? 'cost' : unit, align: 'right' },
        { header: 'agent price', align: 'right' },
        { header: 'task price', align: 'right' },
      ],
      rows,
      { width },
    ),
  ]
  const json = {
    kind: 'assignment',
    title: problem.title,
    status: 'optimal',
    objective: bottleneck ? result.bottleneck : result.cost,
    bound: bottleneck ? result.bottleneck : result.cost,
    cost: result.cost,
    pairs: result.pairs,
    assignment: Object.fromEntries(result.pairs.map(([agent, task]) => [problem.agents[agent], problem.tasks[task]])),
    bottleneck: result.bottleneck,
    unique: result.unique,
    greedyCost: result.greedyCost,
    prices: result.prices,
    solver: result.solver,
    check: result.check,
  }
  const report: Report = {
    title: problem.title,
    summary: `${head.replace('optimal   ', 'Optimal: ')}.${greedy === '' ? '' : ` ${greedy}.`}`,
    facts: [
      ['status', 'optimal'],
      ['total', withUnit(result.cost, unit)],
      ['largest', withUnit(result.bottleneck, unit)],
      ['solver', result.solver],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Allocation',
        name: 'matrix',
        svg: renderMatrixSvg({
          title: problem.title,
          rows: problem.agents,
          columns: problem.tasks,
          values: problem.costs,
          chosen: result.pairs,
          unit,
        }),
        caption: 'Agents by tasks; green cells are chosen.',
      },
      {
        kind: 'table',
        heading: 'Pairs and prices',
        columns: ['agent', 'task', unit === '' ? 'cost' : unit, 'agent price', 'task price'],
        rows,
      },
    ],
  }
  return { result: json, text: lines.join('\n'), limit: null, report }
}

function greedyText(problem: AssignmentProblem, result: Extract<SolvedAssignment, { status: 'optimal' }>): string {
  if (problem.objective === 'bottleneck') return ''
  if (result.greedyCost === null) return 'first come, first served would get stuck'
  const difference =
    result.cost === 0
      ? ''
      : `, ${formatPercent((result.greedyCost - result.cost) / Math.abs(result.cost))} against the optimum`
  return `first come, first served would take ${withUnit(result.greedyCost, problem.unit)}${difference}`
}

export function presentAllocation(problem: AllocationProblem, result: AllocationResult, width: number): Outcome {
  if (result.status === 'infeasible') {
    const outcome = presentConflict('allocation', problem.title, result.conflict, result.solver)
    const reasons = result.unallocatable.map((entry) => `  - ${entry.task}: ${entry.reason}`)
    const text = reasons.length === 0 ? outcome.text : `${outcome.text}\ntasks nobody can do:\n${reasons.join('\n')}`
    return { ...outcome, result: { ...outcome.result, unallocatable: result.unallocatable }, text }
  }
  if (result.status === 'unknown') return presentUnknown('allocation', problem.title, result.limit, result.solver)
  const { unit } = problem
  const rows = problem.agents.map((agent, index) => {
    const tasks = result.pairs.filter(([doer]) => doer === index).map(([, task]) => problem.tasks[task]?.id ?? '')
    const load = result.loads[index] ?? 0
    return [
      agent.id,
      tasks.join(', '),
      formatNumber(load),
      agent.capacity === null ? 'unlimited' : formatNumber(agent.capacity),
    ]
  })
  const lines = [
    `${result.status}   total ${withUnit(result.cost, unit)}   largest load ${withUnit(result.makespan, unit)}`,
    proofLine(result.solver, result.variables, result.check, result.gap),
    '',
    renderTable(
      [
        { header: 'agent' },
        { header: 'tasks' },
        { header: 'load', align: 'right' },
        { header: 'capacity', align: 'right' },
      ],
      rows,
      { width },
    ),
  ]
  const { linearModel: _model, ...plain } = result
  const objective = problem.objectives[0] === 'makespan' ? result.makespan : result.cost
  const report: Report = {
    title: problem.title,
    summary: `Total ${withUnit(result.cost, unit)}, largest load ${withUnit(result.makespan, unit)}.`,
    facts: [
      ['status', result.status],
      ['total', withUnit(result.cost, unit)],
      ['largest load', withUnit(result.makespan, unit)],
      ['solver', result.solver],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'Loads',
        name: 'loads',
        svg: renderBarsSvg({
          title: 'Load against capacity',
          unit,
          bars: problem.agents.map((agent, index) => ({
            name: agent.id,
            value: result.loads[index] ?? 0,
            limit: agent.capacity,
          })),
        }),
        caption: 'Red marks: capacity.',
      },
      {
        kind: 'figure',
        heading: 'Allocation',
        name: 'matrix',
        svg: renderMatrixSvg({
          title: problem.title,
          rows: problem.agents.map((agent) => agent.id),
          columns: problem.tasks.map((task) => task.id),
          values: problem.costs,
          chosen: result.pairs,
          unit,
        }),
        caption: 'Agents by tasks; green cells are chosen.',
      },
      { kind: 'table', heading: 'Tasks by agent', columns: ['agent', 'tasks', 'load', 'capacity'], rows },
    ],
  }
  return {
    result: { kind: 'allocation', title: problem.title, objective, ...plain },
    text: lines.join('\n'),
    limit: result.status === 'feasible' ? result.limit : null,
    report,
  }
}
