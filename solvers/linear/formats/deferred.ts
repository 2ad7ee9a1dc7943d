/**
 * What a file may say that the model has no word for, and that can be written with binaries once all bounds are known:
 * semicontinuous columns, special ordered sets, indicator rows (see solvers/linear/reformulation). Each is noted; one whose
 * constants cannot be derived is a fault at its place in the file.
 */
import { InvalidInputError } from '../../contract/index.ts'
import type { LinearModel, Term, Variable } from '../model.ts'
import { addIndicator, addSemicontinuous, addSos1, addSos2 } from '../reformulation/index.ts'
import type { Faults } from './source.ts'

export interface Place {
  readonly line: number
  readonly column: number
}

export interface DeferredSet {
  readonly name: string
  readonly type: 1 | 2
  /** Columns with their weights, which give the order. */
  readonly members: { readonly variable: Variable; readonly weight: number }[]
  readonly place: Place
}

export interface DeferredIndicator {
  readonly name: string
  readonly group: string | null
  readonly binary: Variable
  readonly when: 0 | 1
  readonly terms: readonly Term[]
  readonly lower: number
  readonly upper: number
  readonly place: Place
}

export class Deferred {
  /** Semicontinuous columns and where the file says so. */
  readonly semicontinuous = new Map<Variable, Place>()
  readonly sets: DeferredSet[] = []
  readonly indicators: DeferredIndicator[] = []

  /** Adds everything to the model, whose columns and bounds are complete. Faults are added to the list, not thrown. */
  apply(model: LinearModel, faults: Faults): void {
    for (const [variable, place] of this.semicontinuous) {
      const lower = model.variableLower(variable)
      const upper = model.variableUpper(variable)
      // [0, u] contains 0 anyway.
      if (lower <= 0 && upper >= 0 && Number.isFinite(upper)) continue
      const name = `${model.variableName(variable)} semicontinuous`
      this.#attempt(faults, place, `"${name}" is written with a binary column`, () => {
        if (Number.isFinite(lower) && Number.isFinite(upper)) {
          model.setVariableBounds(variable, Math.min(0, lower), Math.max(0, upper))
        }
        addSemicontinuous(model, { name, variable, lower, upper, group: null })
      })
    }
    for (const { name, type, members, place } of this.sets) {
      const variables = members.toSorted((a, b) => a.weight - b.weight).map((member) => member.variable)
      const add = type === 1 ? addSos1 : addSos2
      this.#attempt(faults, place, `the set "${name}" is written with binary columns`, () =>
        add(model, { name, variables }),
      )
    }
    for (const { name, group, binary, when, terms, lower, upper, place } of this.indicators) {
      this.#attempt(faults, place, `the indicator row "${name}" is written with a constant`, () => {
        const common = { name, group, binary, when, terms }
        if (lower === upper) addIndicator(model, { ...common, relation: '=', rhs: lower })
        else {
          if (Number.isFinite(upper)) addIndicator(model, { ...common, relation: '<=', rhs: upper })
          if (Number.isFinite(lower)) addIndicator(model, { ...common, relation: '>=', rhs: lower })
        }
      })
    }
  }

  #attempt(faults: Faults, { line, column }: Place, note: string, add: () => void): void {
    try {
      add()
      faults.note('reformulated', note, 'the optimum is the same', line, column)
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error
      for (const { code, message, hint } of error.issues) faults.add(code, message, hint, line, column)
    }
  }
}
