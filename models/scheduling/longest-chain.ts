/** The longest chain of tasks by precedence alone, each in its shortest mode: what no number of resources can beat. */
import type { CompiledProject } from './compile.ts'
import { findWindows } from './windows.ts'

export interface Chain {
  readonly tasks: readonly string[]
  /** In the problem's unit of time. */
  readonly length: number
}

export function longestChain(project: CompiledProject): Chain {
  const windows = findWindows(project, project.safeHorizon)
  if (windows === null || project.taskCount === 0) return { tasks: [], length: 0 }
  const { earliestStart, earliestEnd } = windows
  let last = 0
  for (let i = 1; i < project.taskCount; i++) {
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
  }
}
