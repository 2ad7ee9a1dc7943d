/**
 * The model with only some members in force and no objective: is there a point? Sides that belong to no member (rows without
 * a group, the kinds of the variables, bounds when they may not be blamed) are always in force.
 */
import type { Limit, Run } from '../../contract/index.ts'
import type { LinearModel } from '../model.ts'
import { type LinearOptions, solveLinear } from '../solve.ts'
import { provablyEmpty } from './integer-proof.ts'
import type { Member, Side } from './members.ts'

/** Tests that open the domain of an integer variable get this part of the time of the others. */
const OPEN_SHARE = 10

export type Test =
  | { readonly answer: 'feasible'; readonly values: Float64Array }
  | { readonly answer: 'infeasible' }
  | { readonly answer: 'unknown'; readonly limit: Limit }

export class Subsystem {
  readonly model: LinearModel
  readonly #work: LinearModel
  readonly #backends: LinearOptions['backends']
  readonly #run: Run
  readonly #testLimitMs: number
  /** Tests made so far. */
  tests = 0

  /**
   * @param members every member there is: all of them are out of force until a test names them
   * @param always those of them that are in force in every test
   */
  constructor(
    model: LinearModel,
    members: readonly Member[],
    run: Run,
    options: SubsystemOptions,
    always: readonly Member[] = [],
  ) {
    this.model = model
    this.#run = run
    this.#backends = options.backends
    this.#testLimitMs = options.testLimitMs
    this.#work = model.clone()
    this.#work.replaceObjective([], 'minimize')
    for (const member of members) for (const side of member.sides) this.#set(side, false)
    this.#switch(always, true)
  }

  /** Whether the members together with the structure have a point. */
  async test(members: readonly Member[]): Promise<Test> {
    const stopped = this.#run.limit
    if (stopped !== null) return { answer: 'unknown', limit: stopped }
    this.tests++
    this.#switch(members, true)
    try {
      if (provablyEmpty(this.#work)) return { answer: 'infeasible' }
      const limitMs = this.#opensDomain() ? this.#testLimitMs / OPEN_SHARE : this.#testLimitMs
      const { onProgress: _, ...limits } = this.#run.nested(limitMs)
      const result = await solveLinear(this.#work, { ...limits, ...this.#choice(), duals: false })
      switch (result.status) {
        case 'optimal':
        case 'feasible':
          return { answer: 'feasible', values: result.values }
        case 'infeasible':
          return { answer: 'infeasible' }
        case 'unknown':
          return { answer: 'unknown', limit: result.limit }
        // Without an objective nothing is unbounded: the answer says nothing.
        case 'unbounded':
          return { answer: 'unknown', limit: 'method' }
      }
    } finally {
      this.#switch(members, false)
    }
  }

  /** The subsystem of the members without its integrality conditions, as a model of its own. */
  relaxed(members: readonly Member[]): LinearModel {
    this.#switch(members, true)
    const copy = this.#work.clone()
    this.#switch(members, false)
    for (let j = 0; j < copy.variableCount; j++) {
      if (copy.variableKind(j) === 'continuous') continue
      const binary = copy.variableKind(j) === 'binary'
      const lower = binary ? Math.max(0, copy.variableLower(j)) : copy.variableLower(j)
      const upper = binary ? Math.min(1, copy.variableUpper(j)) : copy.variableUpper(j)
      copy.setVariableKind(j, 'continuous')
      copy.setVariableBounds(j, lower, upper)
    }
    return copy
  }

  /** Options for a solve inside this run. */
  solveOptions(): LinearOptions {
    const { onProgress: _, ...limits } = this.#run.nested(this.#testLimitMs)
    return { ...limits, ...this.#choice() }
  }

  /** True when an integer variable has lost a bound: a search may then never end. */
  #opensDomain(): boolean {
    const now = this.#work.arrays()
    const before = this.model.arrays()
    for (let j = 0; j < now.columns; j++) {
      if (now.kinds[j] !== 'integer') continue
      if (now.columnLower[j] !== before.columnLower[j] || now.columnUpper[j] !== before.columnUpper[j]) return true
    }
    return false
  }

  #choice(): LinearOptions {
    return this.#backends === undefined ? {} : { backends: this.#backends }
  }

  #switch(members: readonly Member[], on: boolean): void {
    for (const member of members) for (const side of member.sides) this.#set(side, on)
  }

  #set({ kind, index, side }: Side, on: boolean): void {
    const work = this.#work
    const model = this.model
    if (kind === 'row') {
      const lower = side === 'lower' ? (on ? model.rowLower(index) : Number.NEGATIVE_INFINITY) : work.rowLower(index)
      const upper = side === 'upper' ? (on ? model.rowUpper(index) : Number.POSITIVE_INFINITY) : work.rowUpper(index)
      work.setRowBounds(index, lower, upper)
    } else {
      const lower =
        side === 'lower' ? (on ? model.variableLower(index) : Number.NEGATIVE_INFINITY) : work.variableLower(index)
      const upper =
        side === 'upper' ? (on ? model.variableUpper(index) : Number.POSITIVE_INFINITY) : work.variableUpper(index)
      work.setVariableBounds(index, lower, upper)
    }
  }
}

export interface SubsystemOptions {
  readonly backends: LinearOptions['backends']
  readonly testLimitMs: number
}
