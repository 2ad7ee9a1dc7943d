/**
 * A robot on a grid: what it believes, how it plans, and the simulated ground under it.
 *
 * State variables: `x`, `y` and, for cells it has looked at, `blocked x,y`. What it has not looked at it takes for free.
 * Full replanning is a shortest path; repair keeps the moves of the old path wherever it can (fewest new moves, then
 * least cost).
 */
import type { ActionReport, Observation, ObservedState, PlanExecutor } from '../../domain/execution.ts'
import { type Cell, cellCost, type GridProblem, neighbours } from '../../domain/grid.ts'
import { PLAN_VERSION, type PlanStep } from '../../domain/plan.ts'
import type { ExecutionTask } from '../engine.ts'
import type { ExecutionModel, PlanAnswer, PlanRequest, PlanSource, Prediction } from '../model.ts'
import { type ActionSpace, findPath, type SpaceAction, type SpaceOptions } from '../state-space.ts'

function blockedName(cell: Cell): string {
  return `blocked ${cell[0]},${cell[1]}`
}

function placeOf(state: ObservedState): Cell {
  return [state['x'] as number, state['y'] as number]
}

/** The target of a move; its arguments are the cells it leads from and to, `x,y` each. */
export function targetOf(step: Pick<PlanStep, 'args'>): Cell {
  const [x, y] = (step.args[1] ?? '').split(',').map(Number)
  return [x ?? Number.NaN, y ?? Number.NaN]
}

function near(a: Cell, b: Cell): boolean {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) === 1
}

export class GridModel implements ExecutionModel {
  readonly goalReads = ['x', 'y']
  readonly #problem: GridProblem

  constructor(problem: GridProblem) {
    this.#problem = problem
  }

  predict(step: PlanStep, state: ObservedState): Prediction {
    const target = targetOf(step)
    const reads = ['x', 'y', blockedName(target)]
    const cost = cellCost(this.#problem.rows, target)
    if (cost === null) return { status: 'refused', reason: `(${target}) is a wall`, reads }
    if (state[blockedName(target)] === true) return { status: 'refused', reason: `(${target}) is blocked`, reads }
    if (!near(placeOf(state), target))
      return { status: 'refused', reason: `(${target}) is not beside (${placeOf(state)})`, reads }
    const moved = { ...state, x: target[0], y: target[1] }
    return { status: 'applies', state: moved, cost, duration: 1, reads }
  }

  missing(state: ObservedState): string | null {
    const [x, y] = this.#problem.goal
    return state['x'] === x && state['y'] === y ? null : `the robot is at (${placeOf(state)}), not at (${x},${y})`
  }
}

export class GridPlanner implements PlanSource {
  readonly #problem: GridProblem

  constructor(problem: GridProblem) {
    this.#problem = problem
  }

  full(request: PlanRequest): PlanAnswer {
    return this.#path(request, undefined)
  }

  repair(request: PlanRequest): PlanAnswer {
    const old = new Set(request.remaining.map((step) => step.args.join('>')))
    return this.#path(request, (_name, args) => old.has(args.join('>')))
  }

  #path(request: PlanRequest, keep: SpaceOptions['keep']): PlanAnswer {
    const { rows, goal } = this.#problem
    const { state } = request
    const space: ActionSpace<Cell> = {
      key: (cell) => `${cell}`,
      isGoal: ([x, y]) => x === goal[0] && y === goal[1],
      *actions(cell): Iterable<SpaceAction<Cell>> {
        for (const next of neighbours(cell)) {
          const cost = cellCost(rows, next)
          if (cost === null || state[blockedName(next)] === true) continue
          yield { name: 'move', args: [`${cell}`, `${next}`], state: next, cost }
        }
      },
    }
    const result = findPath(space, placeOf(state), keep === undefined ? {} : { keep })
    if (result.status !== 'found') {
      const proved = result.status === 'unreachable'
      return { status: 'none', reason: `(${goal}) cannot be reached from (${placeOf(state)})`, proved }
    }
    // Moves that stay keep their ids, so that the record shows what is new.
    const ids = new Map(request.remaining.map((step) => [step.args.join('>'), step.id]))
    let fresh = Math.max(-1, ...request.plan.steps.map((step) => step.id)) + 1
    const used = new Set<number>()
    const steps = result.actions.map((action): PlanStep => {
      const known = ids.get(action.args.join('>'))
      const id = known === undefined || used.has(known) ? fresh++ : known
      used.add(id)
      return { id, name: 'move', args: action.args, cost: action.cost }
    })
    return {
      status: 'planned',
      plan: { version: PLAN_VERSION, steps, ordering: [], links: [], decomposition: null, cost: result.cost },
      costToGo: result.cost,
      reason: keep === undefined ? 'cheapest path from here' : 'fewest new moves, then least cost',
    }
  }
}

/** The ground: obstacles show when the robot stands beside them; a move into one fails and costs nothing. */
export class GridSimulator implements PlanExecutor {
  readonly timing = 'simulated'
  readonly idempotent = true
  readonly #problem: GridProblem
  readonly #hidden: ReadonlySet<string>
  #place: Cell

  constructor(problem: GridProblem) {
    this.#problem = problem
    this.#hidden = new Set(problem.hidden.map(String))
    this.#place = problem.start
  }

  perform(step: PlanStep): ActionReport {
    const target = targetOf(step)
    const cost = cellCost(this.#problem.rows, target)
    if (cost === null || this.#hidden.has(String(target)) || !near(this.#place, target)) {
      const message = `the way to (${target}) is blocked`
      return { status: 'failure', cost: 0, duration: 1, message, memento: this.#place }
    }
    this.#place = target
    return { status: 'success', cost, duration: 1, state: { x: target[0], y: target[1] }, memento: target }
  }

  observe(): Observation {
    const state: Record<string, boolean> = {}
    for (const cell of neighbours(this.#place)) {
      if (cellCost(this.#problem.rows, cell) === null) continue
      state[blockedName(cell)] = this.#hidden.has(String(cell))
    }
    return { state }
  }

  restore(memento: unknown): void {
    this.#place = memento as Cell
  }
}

/** A grid problem, ready for `executeTask`. */
export function gridTask(problem: GridProblem): ExecutionTask {
  return {
    model: new GridModel(problem),
    source: new GridPlanner(problem),
    executor: new GridSimulator(problem),
    state: { x: problem.start[0], y: problem.start[1] },
  }
}
