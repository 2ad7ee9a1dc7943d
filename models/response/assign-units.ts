/**
 * Which unit answers which call, at one moment, as an assignment problem.
 *
 * Sets: open needs N, free units U (those on their way included, at their present place).
 * Parameters: w_n weight of the need's incident, c_n minutes since its call, d_un minutes of travel, P minutes that a need
 * without a unit counts as.
 * Variables: x_nu in {0, 1} for units that may serve the need; y_n in {0, 1}: nobody is sent.
 * Objective: min sum w_n (c_n + d_un) x_nu + sum w_n (c_n + P) y_n.
 * Rows: sum_u x_nu + y_n = 1 for every need; sum_n x_nu <= 1 for every unit.
 * Size: |N| x (|U| + |N|) cells; y_n is a column of its own for each need. The matrix is totally unimodular, so shortest
 * augmenting paths (Jonker and Volgenant 1987) solve it exactly in O(|N|^2 (|U| + |N|)); potentials prove the answer.
 *
 * Needs of the same incident and type are interchangeable: the one listed first gets the unit that arrives first.
 */

import { assign } from '../../solvers/assignment/index.ts'
import { InternalError } from '../../solvers/contract/index.ts'
import type { Cell } from '../../src/domain/grid.ts'
import {
  canServe,
  type ResponseNeed,
  type ResponseProblem,
  type ResponseUnit,
  travelTime,
} from '../../src/domain/response.ts'

export interface FreeUnit {
  readonly unit: ResponseUnit
  /** Where it is now. */
  readonly position: Cell
}

export interface UnitAssignment {
  readonly unit: ResponseUnit
  readonly need: ResponseNeed
  readonly travel: number
}

export interface ResponseSnapshot {
  readonly assignments: readonly UnitAssignment[]
  readonly unassigned: readonly ResponseNeed[]
  /** Weighted minutes, what has been waited already included. */
  readonly objective: number
}

/** The proved optimum of one moment. */
export function assignUnits(
  problem: ResponseProblem,
  time: number,
  needs: readonly ResponseNeed[],
  units: readonly FreeUnit[],
): ResponseSnapshot {
  const costs = needs.map((need, n) => [
    ...units.map(({ unit, position }) =>
      canServe(problem, unit, need.type) ? waiting(need, time, travelTime(position, need.incident.position)) : null,
    ),
    ...needs.map((_other, m) => (m === n ? waiting(need, time, problem.unassignedPenalty) : null)),
  ])
  const result = assign(costs)
  if (result.status !== 'optimal') throw new InternalError('every need may stay without a unit, yet none was assigned')
  const chosen: { need: ResponseNeed; unit: FreeUnit | null }[] = needs.map((need, n) => ({
    need,
    unit: units[result.columnOf[n] as number] ?? null,
  }))
  return snapshotOf(problem, time, inOrderOfArrival(chosen))
}

/** Free units to open needs one by one, the nearest first: what a dispatcher without a plan does. */
export function nearestUnits(
  problem: ResponseProblem,
  time: number,
  needs: readonly ResponseNeed[],
  units: readonly FreeUnit[],
): ResponseSnapshot {
  const free = [...units]
  const chosen = needs.map((need) => {
    let best: FreeUnit | null = null
    for (const unit of free) {
      if (!canServe(problem, unit.unit, need.type)) continue
      if (best === null || minutesTo(unit, need) < minutesTo(best, need)) best = unit
    }
    if (best !== null) free.splice(free.indexOf(best), 1)
    return { need, unit: best }
  })
  return snapshotOf(problem, time, chosen)
}

function waiting(need: ResponseNeed, time: number, minutes: number): number {
  return need.incident.weight * (time - need.incident.at + minutes)
}

function minutesTo({ position }: FreeUnit, need: ResponseNeed): number {
  return travelTime(position, need.incident.position)
}

/** Among equal needs the first listed gets the unit that is there first. */
function inOrderOfArrival(
  chosen: readonly { readonly need: ResponseNeed; readonly unit: FreeUnit | null }[],
): { need: ResponseNeed; unit: FreeUnit | null }[] {
  const groups = new Map<string, { need: ResponseNeed; unit: FreeUnit | null }[]>()
  for (const entry of chosen) {
    const key = JSON.stringify([entry.need.incident.id, entry.need.type])
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  const result: { need: ResponseNeed; unit: FreeUnit | null }[] = []
  for (const group of groups.values()) {
    const arrival = (entry: (typeof group)[number]): number =>
      entry.unit === null ? Number.POSITIVE_INFINITY : minutesTo(entry.unit, entry.need)
    const inOrder = group.toSorted((a, b) => arrival(a) - arrival(b))
    for (const [index, { need }] of group.entries()) result.push({ need, unit: inOrder[index]?.unit ?? null })
  }
  return result
}

function snapshotOf(
  problem: ResponseProblem,
  time: number,
  chosen: readonly { readonly need: ResponseNeed; readonly unit: FreeUnit | null }[],
): ResponseSnapshot {
  const assignments: UnitAssignment[] = []
  const unassigned: ResponseNeed[] = []
  let objective = 0
  for (const { need, unit } of chosen) {
    if (unit === null) unassigned.push(need)
    else assignments.push({ unit: unit.unit, need, travel: minutesTo(unit, need) })
    objective += waiting(need, time, unit === null ? problem.unassignedPenalty : minutesTo(unit, need))
  }
  return { assignments, unassigned, objective }
}
