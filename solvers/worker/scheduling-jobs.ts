/**
 * The job of the scheduling worker: population and neighbourhoods until it is told to stop or its exact engine ends.
 */
import { Run } from '../contract/index.ts'
import { compileProblem } from '../scheduling/compile.ts'
import type { BaseSchedule } from '../scheduling/cp/neighbourhoods.ts'
import { CpSearch } from '../scheduling/cp/search.ts'
import { computeWindows } from '../scheduling/graph.ts'
import { Improver } from '../scheduling/improver.ts'
import { Board } from '../scheduling/island.ts'
import type { JobHandler } from './protocol.ts'
import type { ImproveEvent, ImproveJob } from './scheduling-client.ts'

export const schedulingJobs: Readonly<Record<string, JobHandler>> = {
  improve: async (payload, emit, stopped) => improve(payload as ImproveJob, emit, stopped),
}

const CONFLICTS_A_TURN = 400

function improve(job: ImproveJob, emit: (event: ImproveEvent) => void, stopped: () => boolean): void {
  const { seed } = new Run('schedule', { seed: job.seed })
  const compiled = compileProblem(job.problem)
  const result = computeWindows(compiled)
  if ('cycle' in result) return
  const board = new Board(job.board, compiled.taskCount)
  const improver = new Improver(compiled, result.windows, seed)
  let best: BaseSchedule | null = null
  const keep = (found: BaseSchedule): void => {
    best = { starts: found.starts.slice(), modes: found.modes.slice(), objective: found.objective }
    emit({ type: 'better', schedule: best })
  }
  const first = improver.breed(improver.warmUp, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, stopped)
  if (first !== null) keep(first)
  const search = new CpSearch(compiled, result.windows, compiled.horizon)
  while (!stopped()) {
    const shown = board.read()
    if (shown !== null && (best === null || shown.objective < (best as BaseSchedule).objective)) {
      best = shown
      improver.population?.inject(shown.starts, shown.modes)
    }
    if (best !== null)
      search.tell((best as BaseSchedule).objective, (best as BaseSchedule).starts, (best as BaseSchedule).modes)
    const step = best === null ? search.step(CONFLICTS_A_TURN) : improver.turn(best, search.bound, search, stopped)
    if (step === 'solution') keep({ starts: search.starts, modes: search.modes, objective: search.upper })
    if (step === 'optimal' || step === 'infeasible') {
      if (best !== null) emit({ type: 'proved', objective: (best as BaseSchedule).objective })
      return
    }
  }
}
