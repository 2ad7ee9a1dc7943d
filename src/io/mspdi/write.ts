/**
 * A schedule as MSPDI, the XML form of Microsoft Project (schema http://schemas.microsoft.com/project): tasks with fixed
 * start and finish, predecessor links with lags, resources and assignments. Times of the problem are turned into calendar
 * times by the length of one unit; work goes on around the clock, so that dates are exactly those of the schedule.
 */
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import type { LagKind, SchedulingProblem } from '../../../solvers/scheduling/problem.ts'

export interface MspdiOptions {
  /** Calendar time of time 0, in ISO 8601 without zone, e.g. `2026-03-02T08:00:00`. */
  readonly start: string
  /** Minutes of one unit of time. @default 1440, a day */
  readonly minutesPerUnit?: number
  /** @default the name of the problem */
  readonly title?: string
}

/** When each task of the problem runs and how; times need not be whole. A schedule of the scheduler is one. */
export interface MspdiSchedule {
  readonly starts: ArrayLike<number>
  readonly ends: ArrayLike<number>
  /** Index into the task's own modes; negative for a task that is left out. */
  readonly modes: ArrayLike<number>
  readonly makespan: number
}

/** Link types of the schema by kind of lag: FF 0, FS 1, SF 2, SS 3. */
const LINK_TYPE: Readonly<Record<LagKind, number>> = {
  'finish-finish': 0,
  'finish-start': 1,
  'start-finish': 2,
  'start-start': 3,
}

/** Tenths of a minute, the unit of LinkLag. */
const LAG_UNITS_PER_MINUTE = 10

/**
 * The whole XML text. Absent tasks are left out; maximum lags, which the format does not know, are not written.
 * @throws InvalidInputError when the start is not a calendar time or the unit not a positive number
 */
export function writeMspdi(problem: SchedulingProblem, schedule: MspdiSchedule, options: MspdiOptions): string {
  const minutes = options.minutesPerUnit ?? 1440
  const origin = Date.parse(`${options.start}Z`)
  if (Number.isNaN(origin) || !(minutes > 0)) {
    throw new InvalidInputError([
      {
        code: 'out-of-range',
        path: [Number.isNaN(origin) ? 'start' : 'minutesPerUnit'],
        message: Number.isNaN(origin) ? `${options.start} is not a calendar time` : `${minutes} minutes are no unit`,
        hint: Number.isNaN(origin) ? 'write it like 2026-03-02T08:00:00' : 'give a number of minutes > 0',
      },
    ])
  }
  const date = (time: number): string => new Date(origin + time * minutes * 60_000).toISOString().slice(0, 19)
  const present = problem.tasks.map((_, i) => i).filter((i) => schedule.modes[i]! >= 0)
  const title = options.title ?? problem.name ?? 'schedule'
  const lines = [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<Project xmlns="http://schemas.microsoft.com/project">',
    element('Name', title),
    element('StartDate', date(0)),
    element('FinishDate', date(schedule.makespan)),
    element('ScheduleFromStart', 1),
    element('CalendarUID', 1),
    '<Calendars><Calendar><UID>1</UID><Name>24 Hours</Name><IsBaseCalendar>1</IsBaseCalendar>',
    `<WeekDays>${[1, 2, 3, 4, 5, 6, 7].map(weekDay).join('')}</WeekDays></Calendar></Calendars>`,
    '<Tasks>',
    ...present.map((i) => taskElement(problem, schedule, i, date, minutes)),
    '</Tasks>',
    '<Resources>',
    ...(problem.renewables ?? []).map((resource, r) =>
      [
        '<Resource>',
        element('UID', r + 1),
        element('ID', r + 1),
        element('Name', resource.id),
        element('Type', 1),
        element('MaxUnits', resource.capacity),
        '</Resource>',
      ].join(''),
    ),
    '</Resources>',
    '<Assignments>',
    ...assignments(problem, schedule, present),
    '</Assignments>',
    '</Project>',
  ]
  return `${lines.join('\n')}\n`
}

function taskElement(
  problem: SchedulingProblem,
  schedule: MspdiSchedule,
  i: number,
  date: (time: number) => string,
  minutes: number,
): string {
  const task = problem.tasks[i]!
  const mode = task.modes[schedule.modes[i]!]!
  const links = (problem.lags ?? [])
    .filter(
      (lag) => lag.after === i && schedule.modes[lag.before]! >= 0 && (lag.min !== undefined || lag.max === undefined),
    )
    .map((lag) =>
      [
        '<PredecessorLink>',
        element('PredecessorUID', lag.before + 1),
        element('Type', LINK_TYPE[lag.kind ?? 'finish-start']),
        element('LinkLag', (lag.min ?? 0) * minutes * LAG_UNITS_PER_MINUTE),
        element('LagFormat', 7),
        '</PredecessorLink>',
      ].join(''),
    )
  return [
    '<Task>',
    element('UID', i + 1),
    element('ID', i + 1),
    element('Name', task.modes.length > 1 && mode.id !== undefined ? `${task.id} (${mode.id})` : task.id),
    element('Start', date(schedule.starts[i]!)),
    element('Finish', date(schedule.ends[i]!)),
    element('Duration', duration(mode.duration * minutes)),
    element('DurationFormat', 7),
    element('Milestone', mode.duration === 0 ? 1 : 0),
    // Must start on: the dates of the schedule are kept when the file is opened.
    element('ConstraintType', 2),
    element('ConstraintDate', date(schedule.starts[i]!)),
    ...(task.deadline === undefined ? [] : [element('Deadline', date(task.deadline))]),
    ...(mode.cost === undefined ? [] : [element('FixedCost', mode.cost)]),
    ...links,
    '</Task>',
  ].join('')
}

function assignments(problem: SchedulingProblem, schedule: MspdiSchedule, present: readonly number[]): string[] {
  const rows: string[] = []
  for (const i of present) {
    const mode = problem.tasks[i]!.modes[schedule.modes[i]!]!
    problem.renewables?.forEach((_, r) => {
      const units = mode.demands?.[r] ?? 0
      if (units === 0) return
      const cells = [element('UID', rows.length + 1), element('TaskUID', i + 1), element('ResourceUID', r + 1)]
      rows.push(['<Assignment>', ...cells, element('Units', units), '</Assignment>'].join(''))
    })
  }
  return rows
}

function weekDay(day: number): string {
  const hours = '<WorkingTime><FromTime>00:00:00</FromTime><ToTime>00:00:00</ToTime></WorkingTime>'
  return `<WeekDay><DayType>${day}</DayType><DayWorking>1</DayWorking><WorkingTimes>${hours}</WorkingTimes></WeekDay>`
}

/** ISO 8601 duration in hours, minutes and seconds, as the schema wants it. */
function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes - 60 * hours
  return `PT${hours}H${Math.floor(rest)}M${Math.round((rest % 1) * 60)}S`
}

function element(name: string, value: string | number): string {
  return `<${name}>${escapeText(String(value))}</${name}>`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
