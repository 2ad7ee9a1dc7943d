/**
 * Units that answer calls as they come: beliefs, planning and the simulated town.
 *
 * A step `respond unit need x,y` is the drive from x,y and the service on scene. Until it arrives a unit may be diverted;
 * on scene it stays. Full replanning re-assigns every unit that is free or on its way (models/response); repair keeps
 * what is under way and sends the nearest free units. State variables: `unit x`, `unit y`, and `served need`.
 */
import { assignUnits, type FreeUnit, nearestUnits, type ResponseSnapshot } from '../../../models/response/index.ts'
import type {
  ActionReport,
  ExecutionTrace,
  GoalChange,
  Observation,
  ObservedState,
  PlanExecutor,
} from '../../domain/execution.ts'
import type { Cell } from '../../domain/grid.ts'
import { PLAN_VERSION, type Plan, type PlanStep } from '../../domain/plan.ts'
import {
  type Incident,
  needsOf,
  positionAfter,
  type ResponseNeed,
  type ResponseProblem,
  travelTime,
} from '../../domain/response.ts'
import type { ExecutionTask } from '../engine.ts'
import type { ExecutionModel, PlanAnswer, PlanRequest, PlanSource, Prediction, RunningStep } from '../model.ts'

interface Drive {
  readonly unit: string
  readonly need: ResponseNeed
  readonly from: Cell
  readonly travel: number
}

/** What a step says; null when it is not one of ours. */
function driveOf(problem: ResponseProblem, step: PlanStep): Drive | null {
  const [unit = '', needId = '', origin = ''] = step.args
  const incident = problem.incidents.find((entry) => entry.id === needId.slice(0, needId.lastIndexOf('/')))
  const need = incident === undefined ? undefined : needsOf(incident).find((entry) => entry.id === needId)
  if (need === undefined) return null
  const [x = 0, y = 0] = origin.split(',').map(Number)
  const from: Cell = [x, y]
  return { unit, need, from, travel: travelTime(from, need.incident.position) }
}

class ResponseModel implements ExecutionModel {
  /** Which calls are open is the planner's business: there is no fixed goal. */
  readonly goalReads: readonly string[] = []
  readonly #problem: ResponseProblem

  constructor(problem: ResponseProblem) {
    this.#problem = problem
  }

  predict(step: PlanStep, state: ObservedState): Prediction {
    const drive = driveOf(this.#problem, step)
    const reads: string[] = []
    if (drive === null) return { status: 'refused', reason: `there is no call ${step.args[1]}`, reads }
    const { need, unit, travel } = drive
    const [x, y] = need.incident.position
    const served = `served ${need.id}`
    if (state[served] === true) return { status: 'refused', reason: `${need.id} is served already`, reads: [served] }
    const after = { ...state, [`${unit} x`]: x, [`${unit} y`]: y, [served]: true }
    return { status: 'applies', state: after, cost: 0, duration: travel + need.incident.service, reads: [served] }
  }

  missing(): string | null {
    return null
  }
}

class Dispatcher implements PlanSource {
  readonly #problem: ResponseProblem

  constructor(problem: ResponseProblem) {
    this.#problem = problem
  }

  full(request: PlanRequest): PlanAnswer {
    const onScene = request.running.filter((entry) => this.#arrived(entry, request.time))
    const pinned = new Set(onScene.map((entry) => entry.step.args[1]))
    const snapshot = assignUnits(this.#problem, request.time, this.#open(request, pinned), this.#free(request, onScene))
    return this.#answer(request, snapshot, snapshot.objective, 'least weighted waiting over all units that can move')
  }

  repair(request: PlanRequest): PlanAnswer {
    const pinned = new Set(request.running.map((entry) => entry.step.args[1]))
    const needs = this.#open(request, pinned)
    const snapshot = nearestUnits(this.#problem, request.time, needs, this.#free(request, request.running))
    let objective = snapshot.objective
    for (const entry of request.running) {
      const drive = driveOf(this.#problem, entry.step)
      if (drive === null || this.#arrived(entry, request.time)) continue
      objective += drive.need.incident.weight * (entry.start + drive.travel - drive.need.incident.at)
    }
    return this.#answer(request, snapshot, objective, 'who is on the way goes on; nearest free units for the others')
  }

  unmet(request: PlanRequest): string | null {
    const open = this.#open(request, new Set())
    if (open.length === 0) return null
    return `no unit is left for ${open.map((need) => need.id).join(', ')}`
  }

  #arrived(entry: RunningStep, time: number): boolean {
    const drive = driveOf(this.#problem, entry.step)
    return drive === null || entry.start + drive.travel < time
  }

  /** Needs nobody is at, in the order of the calls. */
  #open(request: PlanRequest, pinned: ReadonlySet<string | undefined>): ResponseNeed[] {
    const calls = this.#problem.incidents.filter((incident) => request.goals.has(incident.id))
    return calls
      .flatMap(needsOf)
      .filter((need) => request.state[`served ${need.id}`] !== true && !pinned.has(need.id))
      .map((need) => {
        const weight = request.goals.get(need.incident.id)?.['weight']
        return typeof weight === 'number' ? { ...need, incident: { ...need.incident, weight } } : need
      })
  }

  /** Units that are not bound, where they are now. */
  #free(request: PlanRequest, bound: readonly RunningStep[]): FreeUnit[] {
    const taken = new Set(bound.map((entry) => entry.step.args[0]))
    return this.#problem.units
      .filter((unit) => !taken.has(unit.id))
      .map((unit) => {
        const running = request.running.find((entry) => entry.step.args[0] === unit.id)
        const drive = running === undefined ? null : driveOf(this.#problem, running.step)
        const { state, time } = request
        const position: Cell =
          running === undefined || drive === null
            ? [state[`${unit.id} x`] as number, state[`${unit.id} y`] as number]
            : positionAfter(drive.from, drive.need.incident.position, time - running.start)
        return { unit, position }
      })
  }

  #answer(request: PlanRequest, snapshot: ResponseSnapshot, objective: number, reason: string): PlanAnswer {
    const { time, running, plan } = request
    const wanted = new Map(snapshot.assignments.map((entry) => [entry.unit.id, entry]))
    const cancel: number[] = []
    for (const entry of running) {
      const unit = entry.step.args[0] as string
      const next = wanted.get(unit)
      if (next?.need.id === entry.step.args[1]) wanted.delete(unit)
      else if (!this.#arrived(entry, time) && !(reason.startsWith('who') && next === undefined))
        cancel.push(entry.step.id)
    }
    const places = new Map(this.#free(request, []).map(({ unit, position }) => [unit.id, position]))
    let id = Math.max(-1, ...plan.steps.map((step) => step.id), ...running.map((entry) => entry.step.id)) + 1
    const steps = [...wanted.values()].map(({ unit, need, travel }): PlanStep => {
      const args = [unit.id, need.id, String(places.get(unit.id))]
      const end = time + travel + need.incident.service
      return { id: id++, name: 'respond', args, agent: unit.id, start: time, end, cost: 0 }
    })
    return { status: 'planned', plan: planOf(steps), costToGo: objective, reason, cancel }
  }
}

function planOf(steps: readonly PlanStep[]): Plan {
  return { version: PLAN_VERSION, steps, ordering: [], links: [], decomposition: null, cost: 0 }
}

interface TownMemento {
  readonly places: readonly (readonly [string, Cell])[]
  readonly busy: readonly (readonly [
    string,
    { need: string; arrival: number; until: number; from: Cell; start: number },
  ])[]
  readonly seen: number
  readonly served: readonly string[]
  readonly withdrawn: readonly string[]
}

/** The town: calls come, units drive and serve. Times are minutes of the clock. */
class TownSimulator implements PlanExecutor {
  readonly timing = 'simulated'
  readonly idempotent = true
  readonly #problem: ResponseProblem
  #places: Map<string, Cell>
  #busy = new Map<string, { need: string; arrival: number; until: number; from: Cell; start: number }>()
  #seen = Number.NEGATIVE_INFINITY
  #withdrawn = new Set<string>()
  /** Needs somebody has arrived at. */
  #served = new Set<string>()

  constructor(problem: ResponseProblem) {
    this.#problem = problem
    this.#places = new Map(problem.units.map((unit) => [unit.id, unit.position]))
  }

  perform(step: PlanStep, { time }: { readonly time: number }): ActionReport {
    const drive = driveOf(this.#problem, step)
    if (drive === null) return { status: 'failure', message: `there is no call ${step.args[1]}`, duration: 0 }
    const { unit, need } = drive
    const from = this.#places.get(unit) as Cell
    const travel = travelTime(from, need.incident.position)
    const arrival = time + travel
    const until = arrival + need.incident.service
    this.#busy.set(unit, { need: need.id, arrival, until, from, start: time })
    const [x, y] = need.incident.position
    return {
      status: 'success',
      duration: until - time,
      state: { [`${unit} x`]: x, [`${unit} y`]: y },
      memento: this.#memento(),
    }
  }

  observe(time: number): Observation {
    const goals: GoalChange[] = []
    const messages: string[] = []
    const freed: string[] = []
    for (const [unit, { need, arrival, until }] of this.#busy) {
      // Who arrives at this very minute is still counted as on the way.
      if (arrival < time) this.#served.add(need)
      if (until > time) continue
      const incident = driveIncident(this.#problem, need)
      if (incident !== undefined) this.#places.set(unit, incident.position)
      this.#busy.delete(unit)
      freed.push(unit)
    }
    for (const incident of this.#problem.incidents) {
      if (incident.at > time || incident.at <= this.#seen) continue
      goals.push({ kind: 'add', goal: incident.id, value: { name: incident.name, weight: incident.weight } })
    }
    for (const { incident, at } of this.#problem.withdrawals) {
      if (at > time || at <= this.#seen) continue
      this.#withdrawn.add(incident)
      goals.push({ kind: 'withdraw', goal: incident })
    }
    this.#seen = time
    const waiting = this.#problem.incidents
      .filter((incident) => incident.at <= time && !this.#withdrawn.has(incident.id))
      .flatMap(needsOf)
      .some((need) => !this.#served.has(need.id))
    if (waiting) for (const unit of freed) messages.push(`${unit} is free again`)
    return { goals, messages, memento: this.#memento() }
  }

  nextEvent(time: number): number | null {
    const times = [...this.#problem.incidents, ...this.#problem.withdrawals].map((entry) => entry.at)
    const next = Math.min(...times.filter((at) => at > time))
    return next === Number.POSITIVE_INFINITY ? null : next
  }

  cancel(step: PlanStep, time: number): Observation {
    const unit = step.args[0] as string
    const busy = this.#busy.get(unit)
    const incident = busy === undefined ? undefined : driveIncident(this.#problem, busy.need)
    if (busy === undefined || incident === undefined) return {}
    const [x, y] = positionAfter(busy.from, incident.position, time - busy.start)
    this.#places.set(unit, [x, y])
    this.#busy.delete(unit)
    return { state: { [`${unit} x`]: x, [`${unit} y`]: y }, memento: this.#memento() }
  }

  restore(memento: unknown): void {
    const { places, busy, seen, served, withdrawn } = memento as TownMemento
    this.#places = new Map(places)
    this.#busy = new Map(busy)
    this.#seen = seen
    this.#served = new Set(served)
    this.#withdrawn = new Set(withdrawn)
  }

  #memento(): TownMemento {
    return {
      places: [...this.#places],
      busy: [...this.#busy],
      seen: this.#seen === Number.NEGATIVE_INFINITY ? -1 : this.#seen,
      served: [...this.#served],
      withdrawn: [...this.#withdrawn],
    }
  }
}

function driveIncident(problem: ResponseProblem, need: string): Incident | undefined {
  return problem.incidents.find((incident) => incident.id === need.slice(0, need.lastIndexOf('/')))
}

/** A response problem, ready for `executeTask`; it begins with nothing to do. */
export function responseTask(problem: ResponseProblem): ExecutionTask {
  const state: Record<string, number> = {}
  for (const { id, position } of problem.units) {
    state[`${id} x`] = position[0]
    state[`${id} y`] = position[1]
  }
  return {
    model: new ResponseModel(problem),
    source: new Dispatcher(problem),
    executor: new TownSimulator(problem),
    state,
    plan: planOf([]),
  }
}

export interface ResponseTime {
  readonly need: ResponseNeed
  readonly unit: string
  readonly arrival: number
  /** Minutes from the call. */
  readonly minutes: number
  readonly late: boolean
}

/** When help came, need by need in the order of the calls; needs nobody came to are left out. */
export function responseTimes(problem: ResponseProblem, trace: ExecutionTrace): ResponseTime[] {
  const times = trace.results.flatMap((result): ResponseTime[] => {
    const drive = driveOf(problem, result.step)
    if (drive === null || result.status !== 'success') return []
    const { need, unit } = drive
    const arrival = result.end - need.incident.service
    const minutes = arrival - need.incident.at
    return [{ need, unit, arrival, minutes, late: minutes > problem.target }]
  })
  const order = problem.incidents.flatMap(needsOf).map((need) => need.id)
  return times.sort((a, b) => order.indexOf(a.need.id) - order.indexOf(b.need.id))
}
