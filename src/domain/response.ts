/** Units that answer calls: incidents come over time, each needs units of some types; travel is one minute a cell. */
import type { Cell } from './grid.ts'

export interface ResponseUnit {
  readonly id: string
  readonly type: string
  readonly position: Cell
}

export interface Incident {
  readonly id: string
  readonly name: string
  /** Minute of the call. */
  readonly at: number
  readonly position: Cell
  /** One unit of each of these types, e.g. `['ENG', 'ENG', 'LAD']`. */
  readonly needs: readonly string[]
  /** What a minute of waiting counts. */
  readonly weight: number
  /** Minutes a unit stays from its own arrival. */
  readonly service: number
}

export interface ResponseProblem {
  readonly title: string
  readonly units: readonly ResponseUnit[]
  readonly incidents: readonly Incident[]
  /** By needed type: the types that may serve it; a type left out serves itself only. */
  readonly substitutes: Readonly<Record<string, readonly string[]>>
  /** Minutes of travel that a need without a unit counts as. */
  readonly unassignedPenalty: number
  /** Calls that are taken back. */
  readonly withdrawals: readonly { readonly incident: string; readonly at: number }[]
  /** Responses longer than this many minutes are warned of. */
  readonly target: number
}

/** One needed unit: `I6/ENG#1` is the second entry of I6's needs, an engine. */
export interface ResponseNeed {
  readonly id: string
  readonly incident: Incident
  readonly type: string
}

export function needsOf(incident: Incident): ResponseNeed[] {
  return incident.needs.map((type, index) => ({ id: `${incident.id}/${type}#${index}`, incident, type }))
}

/** Minutes between two cells. */
export function travelTime(from: Cell, to: Cell): number {
  return Math.abs(from[0] - to[0]) + Math.abs(from[1] - to[1])
}

/** Where a unit is after some minutes of driving: first along x, then along y. */
export function positionAfter(from: Cell, to: Cell, minutes: number): Cell {
  const alongX = Math.min(minutes, Math.abs(to[0] - from[0]))
  const alongY = Math.min(minutes - alongX, Math.abs(to[1] - from[1]))
  return [from[0] + Math.sign(to[0] - from[0]) * alongX, from[1] + Math.sign(to[1] - from[1]) * alongY]
}

export function canServe(problem: ResponseProblem, unit: ResponseUnit, type: string): boolean {
  return (problem.substitutes[type] ?? [type]).includes(unit.type)
}
