/**
 * The k best solutions of a model over its binary variables: solve, cut off the binary pattern found, solve again. The cut for a
 * pattern p is sum_{p_j = 1} (1 - x_j) + sum_{p_j = 0} x_j >= 1 (Balas and Jeroslow 1972): it removes this pattern only. Patterns
 * come in order of their best objective; when the model becomes infeasible, all of them have been listed, with proof.
 */
import { UnsupportedError } from '../contract/index.ts'
import type { LinearModel, Variable } from './model.ts'
import type { LinearOptimal, LinearResult } from './result.ts'
import { LinearSession, type SessionOptions } from './session.ts'

export interface PoolOptions extends SessionOptions {
  /** How many solutions at most. @default 10 */
  readonly count?: number
  /** The binary variables that tell solutions apart. @default every binary variable */
  readonly over?: readonly Variable[]
  /** Leave out solutions worse than the best by more than this, absolutely. @default no limit */
  readonly within?: number
}

/** How an enumeration ended. */
export interface PoolEnd {
  /** True when every pattern within the limits was listed, with proof. */
  readonly complete: boolean
  /** The last answer of the solver: infeasible, or what stopped the enumeration; null when the count was reached. */
  readonly last: LinearResult | null
}

/**
 * Yields solutions, best first, each proved best among those not yet listed.
 * @throws UnsupportedError when the model has general integers and `over` does not say what tells solutions apart
 */
export async function* bestSolutions(
  model: LinearModel,
  options: PoolOptions = {},
): AsyncGenerator<LinearOptimal, PoolEnd, undefined> {
  const { count = 10, over = binaries(model), within = Number.POSITIVE_INFINITY, ...solving } = options
  const session = new LinearSession(model.clone())
  const began = performance.now()
  const timeLeft = (): SessionOptions => {
    if (solving.timeLimitMs === undefined) return solving
    return { ...solving, timeLimitMs: Math.max(0, solving.timeLimitMs - (performance.now() - began)) }
  }
  try {
    let best: number | undefined
    for (let rank = 1; rank <= count; rank++) {
      const result = await session.solve(timeLeft())
      if (result.status !== 'optimal') return { complete: result.status === 'infeasible', last: result }
      best ??= result.objective
      if (Math.abs(result.objective - best) > within) return { complete: true, last: result }
      yield result
      forbid(session.model, over, result.values, rank)
    }
    return { complete: false, last: null }
  } finally {
    session.dispose()
  }
}

function binaries(model: LinearModel): Variable[] {
  const found: Variable[] = []
  for (let j = 0; j < model.variableCount; j++) {
    const kind = model.variableKind(j)
    if (kind === 'continuous') continue
    if (kind === 'integer' && !(model.variableLower(j) >= 0 && model.variableUpper(j) <= 1)) {
      throw new UnsupportedError(
        'solution pool over general integers',
        `The variable "${model.variableName(j)}" is a general integer, which no linear cut can exclude one value of.`,
        { hint: 'name the binary variables that tell solutions apart in the option over' },
      )
    }
    found.push(j)
  }
  return found
}

function forbid(model: LinearModel, over: readonly Variable[], values: Float64Array, rank: number): void {
  let ones = 0
  const signs = over.map((j) => {
    const one = Math.round(values[j] as number) === 1
    if (one) ones++
    return one ? -1 : 1
  })
  model.addRowArrays(`not solution ${rank}`, 1 - ones, over, signs, Number.POSITIVE_INFINITY, { group: null })
}
