/** How long a solve may go on: iterations, and the caller's limits, asked for now and then. */
import type { Program } from './program.ts'

/** Table cells worked on between two looks at the clock. */
const WORK_BETWEEN_STOPS = 2_000_000

export class Budget {
  readonly #program: Program
  #limit = 0
  #work = 0

  constructor(program: Program) {
    this.#program = program
  }

  /** Starts the count of a solve. */
  begin(): void {
    const program = this.#program
    this.#limit = program.iterationLimit ?? 200 + 20 * (program.rows + program.columns)
    this.#work = 0
    program.iterations = 0
    program.stoppedBy = null
  }

  /** Counts an iteration; a status when a limit is reached. */
  spend(): 'iterations' | 'stopped' | null {
    const program = this.#program
    if (program.iterations >= this.#limit) return 'iterations'
    program.iterations++
    this.#work += program.rows * program.columns + 1
    if (this.#work > WORK_BETWEEN_STOPS && program.stop !== null) {
      this.#work = 0
      program.stoppedBy = program.stop()
      if (program.stoppedBy !== null) return 'stopped'
    }
    return null
  }
}
