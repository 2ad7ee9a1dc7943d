/**
 * One task for an agent, one agent for a task.
 *
 * Sets        agents i, tasks j, allowed pairs P
 * Parameters  c_ij cost of i doing j [unit]
 * Variables   x_ij in {0, 1} for (i, j) in P
 * Objective   `sum`: min (max) sum c_ij x_ij.  `bottleneck`: first min max c_ij x_ij, then the sum
 * Rows        every member of the smaller side exactly once, of the other side at most once
 * Size        |P| columns, |I| + |J| rows
 *
 * The rows are totally unimodular, so no linear program is needed: shortest augmenting paths solve it with dual prices
 * (solvers/assignment). The bottleneck is the smallest threshold among the costs at which the pairs up to it still allow a
 * complete matching (Fulkerson, Glicksberg and Gross 1953).
 */

import {
  assign,
  assignBottleneck,
  assignFirstCome,
  bipartiteGraph,
  type HallViolator,
  maximumMatching,
} from '../../solvers/assignment/index.ts'
import { InternalError, Run, type RunOptions } from '../../solvers/contract/index.ts'
import type { AssignmentProblem } from '../../src/domain/allocation.ts'
import { evaluateAssignment } from '../../src/domain/allocation-rules.ts'
import type { Conflict } from '../../src/domain/conflict.ts'
import type { SolvedAssignment } from './result.ts'
import { validateAssignment } from './validate.ts'

export interface SolveAssignmentOptions extends RunOptions {
  /** Also decide whether the optimum is the only one. @default false */
  readonly unique?: boolean
}

/**
 * Finds the best complete assignment.
 * @throws InvalidInputError when the problem breaks its own rules
 */
export async function solveAssignment(
  problem: AssignmentProblem,
  options: SolveAssignmentOptions = {},
): Promise<SolvedAssignment> {
  validateAssignment(problem)
  const run = new Run('assignment', options)
  const { onProgress: _quiet, ...nested } = run.nested()
  const solve = problem.objective === 'bottleneck' ? assignBottleneck : assign
  const result = solve(problem.costs, { ...nested, sense: problem.sense, uniqueness: options.unique === true })
  switch (result.status) {
    case 'unknown':
      return { status: 'unknown', limit: result.limit, solver: result.solver }
    case 'infeasible': {
      const violator = smallestViolator(problem, result.violator)
      return { status: 'infeasible', conflict: competition(problem, violator), solver: result.solver }
    }
    case 'optimal': {
      const { cost, bottleneck, check } = evaluateAssignment(problem, result.pairs)
      const broken = check.violations[0]
      if (broken !== undefined) throw new InternalError(`the assignment breaks "${broken.rule}": ${broken.description}`)
      return {
        status: 'optimal',
        cost,
        pairs: result.pairs,
        unique: result.unique,
        bottleneck,
        greedyCost: greedyCost(problem),
        prices: { agents: [...result.rowPotentials], tasks: [...result.columnPotentials] },
        solver: result.solver,
        check,
      }
    }
  }
}

/** Each task, in the problem's order, goes to the best agent still free; null when fewer pairs come about than are possible. */
function greedyCost(problem: AssignmentProblem): number | null {
  const { pairs, cost } = assignFirstCome(problem.costs, { sense: problem.sense, arriving: 'columns' })
  return pairs.length === Math.min(problem.agents.length, problem.tasks.length) ? cost : null
}

/** With as many agents as tasks both sides have a violator; the shorter list is the better explanation. */
function smallestViolator(problem: AssignmentProblem, found: HallViolator): HallViolator {
  if (problem.agents.length !== problem.tasks.length) return found
  const neighbours = problem.tasks.map((_, j) =>
    problem.agents.flatMap((_agent, i) => ((problem.costs[i]?.[j] ?? null) === null ? [] : [i])),
  )
  const { violator } = maximumMatching(bipartiteGraph(problem.agents.length, neighbours))
  if (violator === null || violator.members.length >= found.members.length) return found
  return { ...violator, side: 'columns' }
}

/** A Hall violator in the user's words. */
function competition(problem: AssignmentProblem, violator: HallViolator): Conflict {
  const [members, partners] =
    violator.side === 'rows' ? [problem.agents, problem.tasks] : [problem.tasks, problem.agents]
  const names = violator.members.map((index) => members[index] as string)
  const others = violator.partners.map((index) => partners[index] as string)
  const agentsCompete = violator.side === 'rows'
  const constraints = names.map((name, position) => {
    const index = violator.members[position] as number
    const own = partners.filter((_, other) => {
      const cost = agentsCompete ? problem.costs[index]?.[other] : problem.costs[other]?.[index]
      return (cost ?? null) !== null
    })
    const list = own.length === 0 ? 'nobody' : own.join(', ')
    const description = agentsCompete
      ? `${name} can only do ${own.length === 0 ? 'nothing' : list}`
      : `${name} can only be done by ${list}`
    return { name: `${agentsCompete ? 'agent' : 'task'} ${name}`, description }
  })
  const listed = names.join(', ')
  const pool = others.join(', ')
  const explanation =
    others.length === 0
      ? `${listed} can ${agentsCompete ? 'do no task' : 'be done by nobody'}.`
      : `${listed} can only ${agentsCompete ? 'do' : 'be done by'} ${pool}: ${names.length} compete for ${others.length}.`
  return { constraints, irreducible: true, relaxations: [], explanation }
}
