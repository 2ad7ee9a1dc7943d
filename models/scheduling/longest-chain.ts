/** The longest chain of tasks by precedence alone, each in its shortest mode: what no number of resources can beat. */
import type { CompiledProject } from './compile.ts'
import { findWindows } from './windows.ts'

export interface Chain {
  readonly tasks: readonly string[]
  /** Earliest end of the last one, in the problem's unit of time. */
  readonly length: number
  /** Earliest start of the first one; more than 0 when its release holds it up. */
  readonly from: number
}

/** @param target the task at the end of the chain; the one that ends last when left out */
export function longestChain(project: CompiledProject, target?: number): Chain {
  const windows = findWindows(project, project.safeHorizon)
  if (windows === null || project.taskCount === 0) return { tasks: [], length: 0, from: 0 }
  const { earliestStart, earliestEnd } = windows
  let last = target ?? 0
  for (let i = 1; target === undefined && i < project.taskCount; i++) {
    if ((earliestEnd[i] as number) > (earliestEnd[last] as number)) last = i
  }
  const chain = [last]
  for (;;) {
    const current = chain[chain.length - 1] as number
    const arc = project.arcs.find(({ before, after, fromEnd, toEnd, min }) => {
      if (after !== current || chain.includes(before)) return false
      const from = (fromEnd ? earliestEnd : earliestStart)[before] as number
      return from + min === (toEnd ? earliestEnd : earliestStart)[current] && from + min > 0
    })
    if (arc === undefined) break
    chain.push(arc.before)
  }
  return {
    tasks: chain.reverse().map((i) => project.problem.tasks[i]?.id ?? ''),
    length: project.grid.time(earliestEnd[last] as number),
    from: project.grid.time(earliestStart[chain[0] as number] as number),
  }
}
