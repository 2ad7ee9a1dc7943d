/**
 * Re-checks a project result as it stands (fresh or back from JSON) against its problem: durations, precedence, windows,
 * capacities, stocks, budget, deadline, and every claim the result makes about itself.
 */
import type { ProjectPlan, ProjectResult } from '../../models/scheduling/index.ts'
import { type AnswerCheck, Findings } from '../domain/answer-check.ts'
import type { FrontPoint } from '../domain/front.ts'
import type { ProjectObjective, ProjectProblem, Schedule } from '../domain/project.ts'
import { evaluateProject, measuresOf, objectiveValue, type ProjectEvaluation } from '../domain/project-rules.ts'
import { checkClaim, merged } from './claim.ts'

/** @returns the verdict; a result without a schedule has nothing to re-check and passes with 0 rules */
export function checkProjectResult(problem: ProjectProblem, result: ProjectResult): AnswerCheck {
  const findings = new Findings()
  if (result.status !== 'optimal' && result.status !== 'feasible') return findings.verdict()
  const evaluation = evaluateProject(problem, result.schedule.tasks)
  checkTotals(result.schedule, evaluation, findings)
  const first = problem.objectives[0] as ProjectObjective
  checkClaim(findings, result, objectiveValue(evaluation, first), first === 'value' ? 'maximize' : 'minimize')
  const { overspend = 0 } = result
  const beyond = evaluation.overspend
  findings.equal('overspend', overspend, beyond, () => `${overspend} is said to be overspent, it is ${beyond}`)
  for (const objective of measuresOf(problem)) {
    const said = result.values[objective] ?? Number.NaN
    const is = objectiveValue(evaluation, objective)
    findings.equal(`value ${objective}`, said, is, () => `${objective} is said to be ${said}, it is ${is}`)
  }
  checkChain(result, evaluation, findings)
  const done = new Set(result.schedule.tasks.map((task) => task.id))
  for (const id of result.omitted) findings.holds('omitted', !done.has(id), () => `${id} is done and called omitted`)
  return merged(evaluation.check, findings.verdict())
}

/** The points of a cost/time front: every schedule valid, its figures true, none as good as another in both. */
export function checkFront(
  problem: ProjectProblem,
  points: readonly (FrontPoint & { readonly schedule: Schedule })[],
): AnswerCheck {
  const findings = new Findings()
  let check = findings.verdict()
  points.forEach((point, index) => {
    const evaluation = evaluateProject(problem, point.schedule.tasks)
    check = merged(check, evaluation.check)
    checkTotals(point, evaluation, findings)
    const previous = points[index - 1]
    if (previous === undefined) return
    const ordered = point.cost > previous.cost && point.makespan < previous.makespan
    findings.holds('no point dominates', ordered, () => `point ${index + 1} does not trade cost for time`)
  })
  return merged(check, findings.verdict())
}

function checkTotals(
  claimed: { readonly makespan: number; readonly cost: number },
  evaluation: ProjectEvaluation,
  findings: Findings,
): void {
  const { makespan, cost } = evaluation
  findings.equal(
    'makespan',
    claimed.makespan,
    makespan,
    () => `the end is said to be ${claimed.makespan}, it is ${makespan}`,
  )
  findings.equal('cost', claimed.cost, cost, () => `the cost is said to be ${claimed.cost}, it is ${cost}`)
}

/** The chain runs forward in time and ends with the project. */
function checkChain(plan: ProjectPlan, evaluation: ProjectEvaluation, findings: Findings): void {
  const byId = new Map(plan.schedule.tasks.map((task) => [task.id, task]))
  const chain = plan.criticalPath.map((id) => byId.get(id))
  const last = chain.at(-1)
  if (plan.schedule.tasks.length === 0) return
  findings.holds('critical path', !chain.includes(undefined), () => 'the critical path names a task that is not done')
  const end = last?.end ?? Number.NaN
  findings.equal('critical path', end, evaluation.makespan, () => `the critical path ends at ${end}`)
}
