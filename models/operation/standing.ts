/** Where an operation stands: what is done, what runs, who is there, what is spent. A plan is made for what is left. */
import type { OperationProblem } from '../../src/domain/operation.ts'

export interface RunningUnit {
  /** `task/way/unit`, or the name of a sensing unit. */
  readonly unit: string
  readonly agent: string
  readonly start: number
  /** Expected end. */
  readonly end: number
}

export interface Standing {
  readonly time: number
  /** Agents that are lost. */
  readonly lost: ReadonlySet<string>
  /** Names of units that are finished, sensing units included. */
  readonly finished: ReadonlySet<string>
  readonly running: readonly RunningUnit[]
  readonly spent: number
  /** What is left of each stock; absent: its initial amount. */
  readonly stocks: ReadonlyMap<string, number>
  /** Probability of each value, by fact; absent: the prior. */
  readonly beliefs: ReadonlyMap<string, readonly number[]>
}

export function untouched(): Standing {
  return {
    time: 0,
    lost: new Set(),
    finished: new Set(),
    running: [],
    spent: 0,
    stocks: new Map(),
    beliefs: new Map(),
  }
}

/** The name under which a unit is known in plans, traces and worlds. */
export function unitName(task: string, way: string, unit: string): string {
  return `${task}/${way}/${unit}`
}

export function sensingName(sensor: string): string {
  return `sense/${sensor}`
}

/** Probability of each value of a fact as things stand. */
export function beliefIn(problem: OperationProblem, standing: Standing, fact: string): readonly number[] {
  const known = standing.beliefs.get(fact)
  if (known !== undefined) return known
  return problem.facts.find((one) => one.id === fact)?.values.map((value) => value.probability) ?? []
}
