/**
 * The options of a linear solve, their check and their resolved form.
 */
import { InvalidInputError, type Issue, type Run, type RunOptions, relativeGap } from '../contract/index.ts'
import type { BackendOptions, LinearBackend } from './backend.ts'
import { evaluatePoint } from './certificate.ts'
import type { BackendChoice } from './choice.ts'
import type { NumberMeaning } from './exact/index.ts'
import type { LinearModel } from './model.ts'

/** A point found on the way, checked like every other. */
export interface Incumbent {
  readonly objective: number
  readonly values: Float64Array
  /** Bound proved so far; null when there is none yet. */
  readonly bound: number | null
}

export interface LinearOptions extends RunOptions {
  /** Stop when the relative gap is at most this; 0 asks for the proof. @default 0 */
  readonly relativeGap?: number
  /** Stop when the absolute gap is at most this. @default 1e-9 */
  readonly absoluteGap?: number
  /** Stop after this many branch-and-bound nodes. @default no limit */
  readonly nodeLimit?: number
  /** Backends to ask, in this order, by name or as objects. @default chosen by capability and size */
  readonly backends?: readonly BackendChoice[]
  /**
   * Backends asked for a proof that the answering one does not give (duals, a search bound, a Farkas combination).
   * @default highs
   */
  readonly provers?: readonly LinearBackend[]
  /** Duals of integer models, from the LP with the integers fixed: one more LP. @default true */
  readonly duals?: boolean
  /** Sensitivity ranges of an LP optimum. @default false */
  readonly ranges?: boolean
  /** Point to start an integer search from: one number a column, NaN where unknown; need not be feasible. */
  readonly start?: Float64Array
  /** Called with every checked improving point of an integer search. Must not throw. */
  readonly onIncumbent?: (incumbent: Incumbent) => void
  /**
   * Turns the claim into a proof by exact rational arithmetic, for small models (rows * columns at most 100,000, and patience): the
   * certificate is then `exact`. A claim that this refutes is replaced by the exact answer; when it cannot decide within the
   * limits, the attempts say so. `true` and `binary` take every number as the double it is, `decimal` as the shortest decimal that
   * reads as it (0.1 is then a tenth). @default false
   */
  readonly exact?: boolean | NumberMeaning
  /** Runs in a worker thread, so that this one stays responsive and an abort takes effect at once. @default false */
  readonly offThread?: boolean
}

/** Not part of the public options: how a worker is told to stop. */
export interface SolveHooks {
  readonly interrupted?: () => boolean
}

/** What every backend asked in this call is told. */
export function resolveOptions(
  model: LinearModel,
  options: LinearOptions,
  run: Run,
  hooks: SolveHooks,
): BackendOptions {
  const listens = run.observed || options.onIncumbent !== undefined
  let best: number | undefined
  return {
    relativeGap: options.relativeGap ?? 0,
    ...(options.absoluteGap === undefined ? {} : { absoluteGap: options.absoluteGap }),
    ...(options.nodeLimit === undefined ? {} : { nodeLimit: options.nodeLimit }),
    ...(options.start === undefined ? {} : { start: options.start }),
    ...(options.ranges === true ? { ranges: true } : {}),
    ...(hooks.interrupted === undefined ? {} : { interrupted: hooks.interrupted }),
    ...(listens
      ? {
          onIncumbent: (values, bound) => {
            const { objective, maxRelativeViolation } = evaluatePoint(model, values)
            if (!(maxRelativeViolation <= 1e-5)) return
            best = objective
            options.onIncumbent?.({ objective, values, bound })
            const proved = bound === null ? {} : { bound, gap: relativeGap(objective, bound) }
            run.emit({ kind: 'incumbent', incumbent: objective, ...proved })
          },
          onBound: (bound, _incumbent, nodes) => {
            if (bound === null) return
            const known = best === undefined ? {} : { incumbent: best, gap: relativeGap(best, bound) }
            run.emit({ kind: 'bound', bound, ...known, message: `${nodes} nodes` })
          },
        }
      : {}),
  }
}

/** @throws InvalidInputError with every fault of the options */
export function checkOptions(model: LinearModel, options: LinearOptions): void {
  const issues: Issue[] = []
  const notNegative = (name: 'relativeGap' | 'absoluteGap' | 'nodeLimit') => {
    const value = options[name]
    if (value === undefined || value >= 0) return
    issues.push({
      code: 'out-of-range',
      path: [name],
      message: `${name} is ${value}`,
      hint: 'give a number >= 0, or leave it out',
    })
  }
  notNegative('relativeGap')
  notNegative('absoluteGap')
  notNegative('nodeLimit')
  if (options.start !== undefined && options.start.length !== model.variableCount) {
    issues.push({
      code: 'wrong-length',
      path: ['start'],
      message: `the start has ${options.start.length} values for ${model.variableCount} variables`,
      hint: 'give one number a variable, NaN where it is not known',
    })
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
}
