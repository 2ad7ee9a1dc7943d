/** What brings a value about: paths to the goal, what can be acted on, and the plan that acts on it. */
import { CausalGraph, type CausalPath } from '../../causal/graph.ts'
import type { CausalProblem } from '../../domain/causal.ts'
import { formatNumber, type Report, renderGraphSvg, renderTable } from '../../report/index.ts'
import type { Outcome } from '../session.ts'

/** Paths that the terminal shows; JSON has all. */
const SHOWN_PATHS = 20

export function presentCauses(problem: CausalProblem, width: number): Outcome {
  const { title, goal, current, maximalLength } = problem
  const graph = new CausalGraph(problem.variables, problem.edges)
  const plan = graph.planFor(goal.variable, goal.value, current)
  const paths = graph.paths(null, goal.variable, { maximalLength }).filter((path) => path.variables.length > 1)
  const controllable = graph.controllableCauses(goal.variable)
  const [strongest] = paths
  const reasons = plan.status === 'feasible' ? graph.explainPath(plan.path) : []
  const steps = plan.status === 'infeasible' ? [] : plan.steps
  const result = {
    kind: 'causal',
    title,
    status: plan.status,
    goal,
    ...(plan.status === 'infeasible' ? { reason: plan.reason } : { plan: { steps, reasons } }),
    paths,
    strongest: strongest ?? null,
    controllable,
  }
  const wanted = `${goal.variable} = ${goal.value}`
  const lines = [`${plan.status}   ${title}: ${wanted}`]
  if (plan.status === 'satisfied') lines.push('it has this value already: nothing is to be done')
  if (plan.status === 'infeasible') lines.push(plan.reason)
  lines.push(...steps.map((step, index) => `${index + 1}. ${step.text}`))
  if (reasons.length > 0) lines.push('', ...reasons.map((reason) => `because ${reason}`))
  if (paths.length > 0) lines.push('', pathTable(paths, width))
  if (paths.length > SHOWN_PATHS) lines.push(`and ${paths.length - SHOWN_PATHS} more (--json shows all)`)
  return { result, text: lines.join('\n'), limit: null, report: report(problem, graph, lines[0] as string, strongest) }
}

function pathTable(paths: readonly CausalPath[], width: number): string {
  return renderTable(
    [{ header: 'path' }, { header: 'strength', align: 'right' }, { header: 'confidence', align: 'right' }],
    paths
      .slice(0, SHOWN_PATHS)
      .map((path) => [path.variables.join(' > '), formatNumber(path.strength), formatNumber(path.confidence)]),
    { width },
  )
}

function report(
  problem: CausalProblem,
  graph: CausalGraph,
  summary: string,
  strongest: CausalPath | undefined,
): Report {
  const { goal } = problem
  return {
    title: problem.title,
    summary,
    facts: [
      ['wanted', `${goal.variable} = ${goal.value}`],
      ['strongest path', strongest === undefined ? 'none' : strongest.variables.join(' > ')],
    ],
    sections: [
      {
        kind: 'figure',
        heading: 'What causes what',
        name: 'causes',
        caption: 'Numbers are strengths; the double border is the goal.',
        svg: renderGraphSvg({
          title: 'What causes what',
          direction: 'top-down',
          nodes: graph.variables.map(({ name, controllable }) => ({
            id: name,
            label: name,
            marked: name === goal.variable,
            ...(controllable === true ? { lines: ['can be set'] } : {}),
          })),
          edges: graph.edges.map(({ cause, effect, strength }) => ({
            from: cause,
            to: effect,
            label: formatNumber(strength),
          })),
        }),
      },
    ],
  }
}
