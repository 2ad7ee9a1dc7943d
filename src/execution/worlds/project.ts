/**
 * A project that is carried out: tasks take longer than planned, the schedule is re-timed within the slack and repaired
 * beyond it.
 *
 * A step is a task in one of its modes. Repair finds the nearest schedule (fewest changed tasks, least shift, least cost);
 * full scheduling starts anew from what is left, with the project's own objectives. State variables: `done task`.
 */
import { nearestSchedule, type OpenStep, type PinnedStep, type StepWay } from '../../../models/repair/index.ts'
import { scheduleProject } from '../../../models/scheduling/index.ts'
import type { ObservedState } from '../../domain/execution.ts'
import type { ExecutionProblem, StatedDelay, StatedLateness } from '../../domain/execution-problem.ts'
import { PLAN_VERSION, type Plan, type PlanStep } from '../../domain/plan.ts'
import type { Mode, ProjectProblem, ProjectTask, ScheduledTask } from '../../domain/project.ts'
import type { ExecutionTask } from '../engine.ts'
import type { DurationDistribution } from '../lateness/durations.ts'
import type { ExecutionModel, PlanAnswer, PlanRequest, PlanSource, Prediction } from '../model.ts'
import { type SimulatedFault, SimulatedWorld } from '../simulator.ts'

export type ProjectExecution = Extract<ExecutionProblem['world'], { readonly kind: 'project' }>

function modeOf(task: ProjectTask, name: string | undefined): Mode {
  return task.modes.find((mode) => mode.id === name) ?? (task.modes[0] as Mode)
}

function usesOf(mode: Mode): Record<string, number> {
  return Object.fromEntries(mode.requires.map(({ resource, amount }) => [resource, amount]))
}

class ProjectModel implements ExecutionModel {
  readonly goalReads: readonly string[]
  readonly #tasks: ReadonlyMap<string, ProjectTask>
  readonly #before: ReadonlyMap<string, readonly string[]>
  readonly #delays: ReadonlyMap<string, StatedDelay>

  constructor(project: ProjectProblem, delays: StatedLateness['delays']) {
    this.#delays = new Map(delays.map(({ task, by }) => [task, by]))
    this.#tasks = new Map(project.tasks.map((task) => [task.id, task]))
    this.#before = new Map(
      project.tasks.map((task) => [
        task.id,
        project.precedence.flatMap(({ before, after }) => (after === task.id ? [before] : [])),
      ]),
    )
    this.goalReads = project.tasks.map((task) => `done ${task.id}`)
  }

  predict(step: PlanStep, state: ObservedState): Prediction {
    const task = this.#tasks.get(step.name)
    const before = this.#before.get(step.name) ?? []
    const reads = before.map((id) => `done ${id}`)
    if (task === undefined) return { status: 'refused', reason: `there is no task ${step.name}`, reads }
    const missing = before.find((id) => state[`done ${id}`] !== true)
    if (missing !== undefined) return { status: 'refused', reason: `${missing} is not done`, reads }
    const { cost, duration } = modeOf(task, step.mode)
    return { status: 'applies', state: { ...state, [`done ${task.id}`]: true }, cost, duration, reads }
  }

  window(step: PlanStep): { readonly from: number; readonly until: number } {
    const task = this.#tasks.get(step.name)
    return { from: task === undefined ? 0 : earliestOf(task), until: task?.deadline ?? Number.POSITIVE_INFINITY }
  }

  durations(step: PlanStep): DurationDistribution | null {
    const delay = this.#delays.get(step.name)
    const task = this.#tasks.get(step.name)
    if (delay === undefined || task === undefined) return null
    const { duration } = modeOf(task, step.mode)
    if ('low' in delay) {
      const [low, mode, high] = [delay.low, delay.likely, delay.high].map((by) => duration + by) as [
        number,
        number,
        number,
      ]
      return { kind: 'triangular', low, mode, high }
    }
    return { kind: 'discrete', outcomes: delay.map(({ is, chance }) => [duration + is, chance] as const) }
  }

  missing(state: ObservedState): string | null {
    const open = [...this.#tasks.keys()].filter((id) => state[`done ${id}`] !== true)
    return open.length === 0 ? null : `${open.join(', ')} not done`
  }
}

class Foreman implements PlanSource {
  readonly #project: ProjectProblem

  constructor(project: ProjectProblem) {
    this.#project = project
  }

  /** The best schedule of what is left: running tasks are held in place by a window of their own length. */
  async full(request: PlanRequest): Promise<PlanAnswer> {
    const { time, running, state } = request
    const { project } = this
    const under = new Map(running.map((entry) => [entry.step.name, entry]))
    const left = project.tasks.filter((task) => state[`done ${task.id}`] !== true)
    const tasks = left.map((task): ProjectTask => {
      const entry = under.get(task.id)
      const release = Math.max(task.release, time) - time
      const deadline = task.deadline === null ? null : Math.max(0, task.deadline - time)
      const due = task.due === null ? null : Math.max(0, task.due - time)
      if (entry === undefined) return { ...unpinned(task), ...pinFrom(task, time), release, deadline, due }
      const duration = Math.max(0, entry.end - time)
      const mode = { ...modeOf(task, entry.step.mode), duration, cost: 0 }
      return { ...unpinned(task), modes: [mode], release: 0, deadline: duration, due }
    })
    const names = new Set(left.map((task) => task.id))
    const precedence = project.precedence.filter(({ before, after }) => names.has(before) && names.has(after))
    const latest = latestFinish(project, request)
    const deadline = latest === null ? null : Math.max(0, latest - time)
    const undue = (task: ProjectTask): ProjectTask => {
      if (under.has(task.id)) return task
      return { ...unpinned(task), release: earliestOf(task), deadline: null }
    }
    const rest = { ...project, tasks, precedence, deadline, budget: null }
    const options = request.signal === undefined ? {} : { signal: request.signal }
    let result = await scheduleProject(rest, { ...options, explain: false })
    let late = ''
    if (result.status === 'infeasible' && (deadline !== null || left.some(dated))) {
      // A missed deadline or start is no reason to stop: as early as can be, then.
      late =
        deadline === null && !left.some((task) => task.deadline !== null)
          ? 'the pinned starts cannot be met any more; '
          : latest === project.deadline
            ? 'the deadline cannot be met any more; '
            : 'no schedule leaves enough time; '
      result = await scheduleProject(
        { ...unweighted(rest), tasks: tasks.map(undue), deadline: null, objectives: ['makespan', 'cost'] },
        options,
      )
    }
    if (!('schedule' in result)) {
      if (result.status === 'infeasible') return { status: 'none', reason: 'no schedule exists', proved: true }
      return { status: 'none', reason: `limit ${result.limit}`, proved: false }
    }
    const shifted = result.schedule.tasks
      .filter((task) => !under.has(task.id))
      .map((task) => ({ ...task, start: task.start + time, end: task.end + time }))
    return this.#answer(request, shifted, `${late}scheduled anew, ${changesOf(request, shifted)}`)
  }

  async repair(request: PlanRequest): Promise<PlanAnswer> {
    const { project } = this
    const tasks = new Map(project.tasks.map((task) => [task.id, task]))
    const open = request.remaining.map((step): OpenStep => {
      const task = tasks.get(step.name) as ProjectTask
      const ways = task.modes.map(
        (mode): StepWay => ({ id: mode.id, duration: mode.duration, cost: mode.cost, uses: usesOf(mode) }),
      )
      return {
        id: task.id,
        ways,
        oldStart: step.start as number,
        oldWay: modeOf(task, step.mode).id,
        release: earliestOf(task),
        ...(task.deadline === null ? {} : { deadline: task.deadline }),
      }
    })
    const pinned = request.running.map(({ step, start, end }): PinnedStep => {
      const uses = usesOf(modeOf(tasks.get(step.name) as ProjectTask, step.mode))
      return { id: step.name, start, end, uses }
    })
    const capacities: Record<string, number> = {}
    for (const { id, capacity } of project.resources) if (capacity !== null) capacities[id] = capacity
    const latest = latestFinish(project, request)
    const result = await nearestSchedule(
      {
        now: request.time,
        open,
        pinned,
        orders: project.precedence.map(({ before, after }) => [before, after] as const),
        capacities,
        ...(latest === null ? {} : { deadline: latest }),
      },
      request.signal === undefined ? {} : { signal: request.signal },
    )
    if (result.status === 'infeasible')
      return { status: 'none', reason: 'no schedule keeps the deadline', proved: false }
    if (result.status === 'unknown') return { status: 'none', reason: `limit ${result.limit}`, proved: false }
    const list = result.steps.map(({ id, way, start, end }) => ({ id, mode: way, start, end }))
    return this.#answer(request, list, changesOf(request, list))
  }

  get project(): ProjectProblem {
    return this.#project
  }

  #answer(request: PlanRequest, list: readonly ScheduledTask[], reason: string): PlanAnswer {
    const plan = planOf(
      this.#project,
      list,
      request.running.map((entry) => entry.step.name),
    )
    return { status: 'planned', plan, costToGo: plan.cost, reason }
  }
}

/** The deadline, or an earlier finish where more time has to be left for what may take longer. */
function latestFinish(project: ProjectProblem, { triggers }: PlanRequest): number | null {
  const target = triggers.find(({ lateness }) => lateness !== undefined)?.lateness?.target ?? null
  if (project.deadline === null || target === null) return project.deadline
  return Math.min(project.deadline, target)
}

function unweighted({ weights: _weights, ...project }: ProjectProblem): ProjectProblem {
  return project
}

/** Nothing starts before its release or the instant it is pinned to. */
function earliestOf({ release, start = 0 }: ProjectTask): number {
  return Math.max(release, start)
}

function unpinned({ start: _pinned, ...task }: ProjectTask): ProjectTask {
  return task
}

/** The pin as seen from `time` on; one that has been missed holds no longer. */
function pinFrom({ start }: ProjectTask, time: number): Pick<ProjectTask, 'start'> {
  return start === undefined || start < time ? {} : { start: start - time }
}

function dated({ start, deadline }: ProjectTask): boolean {
  return start !== undefined || deadline !== null
}

/** What the nearest schedule keeps few: tasks with another start or way than before, and how far their starts moved. */
function changesOf({ remaining }: PlanRequest, list: readonly ScheduledTask[]): string {
  const before = new Map(remaining.map((step) => [step.name, step]))
  let [changed, shift] = [0, 0]
  for (const { id, mode, start } of list) {
    const old = before.get(id)
    if (old === undefined) continue
    const moved = Math.abs(start - (old.start ?? start))
    if (moved > 0 || mode !== old.mode) changed++
    shift += moved
  }
  return `${changed} ${changed === 1 ? 'task' : 'tasks'} changed, starts shifted by ${shift} in all`
}

/** Steps carry the place of their task in the project as id. */
function planOf(project: ProjectProblem, list: readonly ScheduledTask[], running: readonly string[]): Plan {
  const ids = new Map(project.tasks.map((task, index) => [task.id, index]))
  const steps = list
    .toSorted((a, b) => a.start - b.start || (ids.get(a.id) as number) - (ids.get(b.id) as number))
    .map((entry): PlanStep => {
      const mode = modeOf(project.tasks[ids.get(entry.id) as number] as ProjectTask, entry.mode)
      return {
        id: ids.get(entry.id) as number,
        name: entry.id,
        args: [],
        start: entry.start,
        end: entry.end,
        mode: mode.id,
        resources: usesOf(mode),
        cost: mode.cost,
      }
    })
  const there = new Set([...list.map((entry) => entry.id), ...running])
  const ordering = project.precedence
    .filter(({ before, after }) => there.has(before) && there.has(after))
    .map(({ before, after }) => [ids.get(before) as number, ids.get(after) as number] as const)
  const cost = steps.reduce((sum, step) => sum + (step.cost ?? 0), 0)
  return { version: PLAN_VERSION, steps, ordering, links: [], decomposition: null, cost }
}

/**
 * A project in a world where some tasks take longer, ready for `executeTask`.
 * @param believed how much longer tasks may take, for the chance of missing a deadline
 */
export function projectTask(
  { problem: project, delays }: Pick<ProjectExecution, 'problem' | 'delays'>,
  believed: StatedLateness['delays'] = [],
): ExecutionTask {
  const model = new ProjectModel(project, believed)
  const state = Object.fromEntries(project.tasks.map((task) => [`done ${task.id}`, false]))
  const faults = delays.map(
    ({ task, by }): SimulatedFault => ({ kind: 'error', action: task, status: 'delayed', by, message: `${by} longer` }),
  )
  return { model, source: new Foreman(project), executor: new SimulatedWorld(model, state, { faults }), state }
}
