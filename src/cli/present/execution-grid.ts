/** A robot's way: a map at every replanning. */
import type { ExecutionTrace, ObservedState } from '../../domain/execution.ts'
import type { Cell, GridProblem } from '../../domain/grid.ts'
import { targetOf } from '../../execution/worlds/grid.ts'
import { formatNumber, type GridFrame, renderGridFramesSvg } from '../../report/index.ts'
import type { WorldView } from './execution.ts'

export function viewGrid(problem: GridProblem, trace: ExecutionTrace): WorldView {
  const moved = trace.results.filter((result) => result.status === 'success')
  const way = [problem.start, ...moved.map((result) => targetOf(result.step))]
  const frames = framesOf(problem, trace)
  const planned = trace.plans[0]?.plan.cost ?? 0
  const end = way.at(-1) as Cell
  const svg = renderGridFramesSvg({ title: problem.title, rows: problem.rows, goal: problem.goal, frames })
  return {
    summary: `cost ${formatNumber(trace.totalCost)} in ${moved.length} moves (${formatNumber(planned)} planned), ${trace.replans.length} replannings`,
    fields: {
      plannedCost: planned,
      moves: moved.length,
      path: way,
      replannings: trace.replans.map((replan) => ({
        at: placeIn(replan.state),
        blocked: blockedIn(replan.triggers[0]?.link?.variable),
        strategy: replan.strategy,
        distance: replan.distance,
        costToGo: replan.costToGo,
        proposals: replan.proposals,
      })),
    },
    facts: [
      ['cost', formatNumber(trace.totalCost)],
      ['planned at first', formatNumber(planned)],
      ['moves', String(moved.length)],
      ['ended at', `(${end})`],
    ],
    text: frames.flatMap((frame) => [frame.caption, ...drawText(problem, frame), '']),
    sections: [
      {
        kind: 'figure',
        heading: 'Map at every replanning',
        name: 'map',
        svg,
        caption: 'Digits: cost of entering. Red: obstacles found so far.',
      },
    ],
  }
}

function placeIn(state: ObservedState): Cell {
  return [state['x'] as number, state['y'] as number]
}

function blockedIn(variable: string | undefined): Cell | null {
  if (variable === undefined || !variable.startsWith('blocked ')) return null
  const [x = 0, y = 0] = variable.slice('blocked '.length).split(',').map(Number)
  return [x, y]
}

function framesOf(problem: GridProblem, trace: ExecutionTrace): GridFrame[] {
  const frames = trace.replans.map((replan, index): GridFrame => {
    const done = trace.results.slice(0, replan.afterSteps).filter((result) => result.status === 'success')
    const before = trace.plans[index]?.plan.steps.map(targetOf) ?? []
    const plan = trace.plans[index + 1]?.plan.steps.map(targetOf) ?? []
    const at = placeIn(replan.state)
    const here = before.findIndex((cell) => String(cell) === String(at))
    return {
      caption: `replanning ${replan.number} at (${at}) by ${replan.strategy}`,
      at,
      walked: [problem.start, ...done.map((result) => targetOf(result.step))],
      blocked: knownObstacles(replan.state),
      before: [at, ...before.slice(here + 1)],
      plan: [at, ...plan],
    }
  })
  const moved = trace.results.filter((result) => result.status === 'success')
  const way = [problem.start, ...moved.map((result) => targetOf(result.step))]
  const at = way.at(-1) as Cell
  const blocked = knownObstacles(trace.currentState)
  return [...frames, { caption: `end at (${at}): ${trace.status}`, at, walked: way, blocked, before: [], plan: [] }]
}

function knownObstacles(state: ObservedState): Cell[] {
  return Object.entries(state).flatMap(([name, value]) => {
    const cell = value === true ? blockedIn(name) : null
    return cell === null ? [] : [cell]
  })
}

/** `@` robot, `*` way so far, `+` plan, `X` obstacle found, `G` goal. */
function drawText(problem: GridProblem, frame: GridFrame): string[] {
  const marks = new Map<string, string>()
  for (const cell of frame.plan) marks.set(String(cell), '+')
  for (const cell of frame.walked) marks.set(String(cell), '*')
  for (const cell of frame.blocked) marks.set(String(cell), 'X')
  marks.set(String(problem.goal), 'G')
  marks.set(String(frame.at), '@')
  return problem.rows.map((row, y) => [...row].map((letter, x) => marks.get(`${x},${y}`) ?? letter).join(' '))
}
