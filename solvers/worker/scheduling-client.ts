/**
 * A second thread that looks for better schedules while the first one proves.
 */
import type { BaseSchedule } from '../scheduling/cp/neighbourhoods.ts'
import { Board, type Island } from '../scheduling/island.ts'
import type { SchedulingProblem } from '../scheduling/problem.ts'
import { WorkerHost } from './host.ts'
import { startSchedulingWorker } from './start.ts'

/** What travels to the worker. */
export interface ImproveJob {
  readonly problem: SchedulingProblem
  readonly seed: number
  readonly board: SharedArrayBuffer
}

/** What comes back on the way. */
export type ImproveEvent =
  | { readonly type: 'better'; readonly schedule: BaseSchedule }
  | { readonly type: 'proved'; readonly objective: number }

export class ThreadIsland implements Island {
  found: BaseSchedule | null = null
  proved = false
  provedObjective = Number.NEGATIVE_INFINITY
  readonly #host = new WorkerHost(startSchedulingWorker)
  readonly #stop = new AbortController()
  readonly #board: Board
  readonly #ended: Promise<unknown>
  #shown = Number.POSITIVE_INFINITY
  #failure: unknown

  /** Starts the thread at once. */
  constructor(problem: SchedulingProblem, seed: number) {
    const buffer = Board.buffer(problem.tasks.length)
    this.#board = new Board(buffer, problem.tasks.length)
    const job: ImproveJob = { problem, seed, board: buffer }
    this.#ended = this.#host
      .run('improve', job, {
        signal: this.#stop.signal,
        graceMs: 0,
        onEvent: (event) => this.#hear(event as ImproveEvent),
      })
      .catch((error: unknown) => {
        this.#failure = error
      })
  }

  show(best: BaseSchedule): void {
    if (best.objective >= this.#shown) return
    this.#shown = best.objective
    this.#board.write(best)
  }

  /** Ends the thread. @throws the error it failed with, if it did */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#ended
    this.#host.terminate()
    if (this.#failure !== undefined) throw this.#failure
  }

  #hear(event: ImproveEvent): void {
    if (event.type === 'proved') {
      this.proved = true
      this.provedObjective = event.objective
    } else if (this.found === null || event.schedule.objective < this.found.objective) this.found = event.schedule
  }
}
