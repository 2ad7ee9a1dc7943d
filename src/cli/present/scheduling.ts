/** A schedule of a problem from a benchmark-style file: the file's own task numbers, Gantt chart with resource curves. */

import type { Schedule, ScheduleResult, SchedulingProblem } from '../../../solvers/scheduling/index.ts'
import { modeHolding, type ProjectProblem, type Schedule as ProjectSchedule } from '../../domain/project.ts'
import { reusableResource } from '../../domain/resource.ts'
import {
  formatNumber,
  formatPercent,
  type Report,
  renderGanttSvg,
  renderGanttText,
  renderTable,
} from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { presentConflict, presentUnknown } from './conflict.ts'

const SOLVER = 'lazy clause generation with population search'
const CHARTED = 150

export function presentScheduling(
  title: string,
  problem: SchedulingProblem,
  result: ScheduleResult,
  width: number,
  gantt: boolean,
): Outcome {
  if (result.status === 'infeasible') {
    const members = result.conflict?.members ?? []
    const constraints = members.map((member) => ({
      name: `${member.kind} ${member.index < 0 ? '' : member.index + 1}`.trim(),
      description: member.message,
    }))
    const relaxations = members.flatMap((member) =>
      member.value === undefined || member.relaxedTo === undefined
        ? []
        : [
            {
              constraint: member.kind,
              description: `${member.message}: ${formatNumber(member.value)} → ${formatNumber(member.relaxedTo)}`,
              from: member.value,
              to: member.relaxedTo,
            },
          ],
    )
    const explanation =
      members.length === 0
        ? 'No schedule exists.'
        : `No schedule keeps all of: ${members.map((member) => member.message).join('; ')}.`
    return presentConflict(
      'schedule',
      title,
      { constraints, irreducible: result.conflict?.minimal ?? false, relaxations, explanation },
      SOLVER,
    )
  }
  if (result.status === 'unknown') return presentUnknown('schedule', title, result.limit, SOLVER, result.bound)
  const { schedule } = result
  const tasks = problem.tasks.flatMap((task, index) =>
    (schedule.modes[index] as number) < 0
      ? []
      : [
          {
            id: task.id,
            mode: modeName(problem, index, schedule),
            start: schedule.starts[index] as number,
            end: schedule.ends[index] as number,
          },
        ],
  )
  const json = {
    kind: 'schedule',
    title,
    status: result.status,
    ...(result.status === 'feasible' ? { limit: result.limit } : {}),
    makespan: schedule.makespan,
    cost: schedule.cost,
    tardiness: schedule.tardiness,
    objective: schedule.objective,
    bound: result.bound,
    gap: result.gap,
    tasks,
    solver: SOLVER,
  }
  const ordered = tasks.toSorted((a, b) => a.start - b.start || a.end - b.end)
  const lines = [
    `${result.status}   makespan ${schedule.makespan}   bound ${result.bound}   gap ${formatPercent(result.gap, 2)}`,
    `${problem.tasks.length} tasks; ${SOLVER}; the schedule was re-checked against the problem: 0 violations`,
    '',
    renderTable(
      [{ header: 'task' }, { header: 'mode' }, { header: 'start', align: 'right' }, { header: 'end', align: 'right' }],
      ordered.map((task) => [task.id, String(task.mode), String(task.start), String(task.end)]),
      { width },
    ),
  ]
  const view = viewOf(title, problem)
  const shown: ProjectSchedule = {
    tasks: ordered.map((task) => ({ ...task, mode: String(task.mode) })),
    makespan: schedule.makespan,
    cost: schedule.cost,
  }
  if (gantt) lines.push('', renderGanttText(view, shown, { width }))
  const report: Report = {
    title,
    summary: `${result.status === 'optimal' ? 'Proved best' : 'Best found'}: makespan ${schedule.makespan}, bound ${result.bound}.`,
    facts: [
      ['status', result.status],
      ['makespan', String(schedule.makespan)],
      ['bound', String(result.bound)],
      ['tasks', String(tasks.length)],
    ],
    sections:
      ordered.length > CHARTED
        ? []
        : [
            {
              kind: 'figure',
              heading: 'Schedule',
              name: 'gantt',
              svg: renderGanttSvg(view, shown),
              caption: 'Dashed lines are capacities.',
            },
          ],
  }
  return { result: json, text: lines.join('\n'), limit: result.status === 'feasible' ? result.limit : null, report }
}

/** Modes count from 1, as in the files. */
function modeName(problem: SchedulingProblem, task: number, schedule: Schedule): number | string {
  const mode = schedule.modes[task] as number
  return problem.tasks[task]?.modes[mode]?.id ?? mode + 1
}

/** The problem in the vocabulary of the drawings. */
function viewOf(title: string, problem: SchedulingProblem): ProjectProblem {
  const renewables = problem.renewables ?? []
  return {
    title,
    timeUnit: '',
    costUnit: '',
    resources: renewables.map(({ id, capacity }) => reusableResource(id, capacity)),
    tasks: problem.tasks.map((task) => ({
      id: task.id,
      modes: task.modes.map((mode, index) =>
        modeHolding(
          mode.id ?? String(index + 1),
          mode.duration,
          mode.cost ?? 0,
          renewables.map(({ id }, r) => [id, mode.demands?.[r] ?? 0] as const),
        ),
      ),
      release: task.release ?? 0,
      deadline: task.deadline ?? null,
      due: task.due ?? null,
      weight: task.tardinessWeight ?? 0,
      value: task.value ?? 0,
      optional: task.optional ?? false,
    })),
    precedence: [],
    deadline: problem.maxMakespan ?? null,
    budget: problem.maxCost ?? null,
    objectives: ['makespan'],
  }
}
