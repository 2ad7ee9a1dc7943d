/**
 * A model that is solved again and again while it changes. The solver keeps its factorised basis and its last point, so that
 * a changed bound, side, cost or coefficient, and rows and columns that were added, cost a few pivots instead of a new solve.
 * Every answer passes the same checks as that of `solveLinear`.
 */
import { HighsSession } from './backends/highs-session.ts'
import { linearBackends } from './backends/registry.ts'
import type { LinearModel } from './model.ts'
import type { LinearResult } from './result.ts'
import { type LinearOptions, solveLinear } from './solve.ts'

export type SessionOptions = Omit<LinearOptions, 'backends' | 'offThread'>

export class LinearSession {
  /** Change it freely between solves. */
  readonly model: LinearModel
  readonly #highs = new HighsSession()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(model: LinearModel) {
    this.model = model
  }

  /** Solves the model as it is now; calls wait for each other. @throws as solveLinear */
  solve(options: SessionOptions = {}): Promise<LinearResult> {
    const solved = this.#turn.then(() => {
      this.#highs.arm()
      return solveLinear(this.model, { ...options, backends: [this.#highs.backend, linearBackends.glpk] })
    })
    this.#turn = solved.catch(() => undefined)
    return solved
  }

  /** Frees the solver's memory, which garbage collection does not. */
  dispose(): void {
    this.#highs.dispose()
  }
}
