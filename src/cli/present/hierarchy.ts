/** A hierarchical plan: which methods, then the schedule they lead to; and the front over both. */
import { type HierarchyPoint, type HierarchyResult, treeOf } from '../../../models/hierarchy/index.ts'
import type { Front } from '../../domain/front.ts'
import type { HierarchyProblem, HierarchySchedule } from '../../domain/hierarchy.ts'
import { flattenHierarchy } from '../../domain/hierarchy-rules.ts'
import type { TreeNetwork } from '../../domain/hierarchy-tree.ts'
import type { ProjectProblem } from '../../domain/project.ts'
import { type TreeNode as Drawn, formatNumber, renderTable, renderTreeSvg, type Section } from '../../report/index.ts'
import type { Outcome } from '../session.ts'
import { presentConflict, presentUnknown } from './conflict.ts'
import { presentProjectFront } from './front.ts'
import { presentProject } from './project.ts'

/** @param gantt also draw the chart on the terminal */
export function presentHierarchy(
  problem: HierarchyProblem,
  result: HierarchyResult,
  width: number,
  gantt: boolean,
): Outcome {
  const { solver, trace } = 'trace' in result ? result : { solver: '', trace: [] }
  if (result.status === 'infeasible') {
    const outcome = presentConflict('hierarchy', problem.title, result.conflict, solver)
    return { ...outcome, result: { ...outcome.result, trace } }
  }
  if (result.status === 'unknown') return presentUnknown('hierarchy', problem.title, result.limit, solver)
  const { schedule, complete } = result
  const flat = flatProject(problem, schedule)
  const shown = presentProject(flat, { ...result, variables: 0, linearModel: null }, width, gantt)
  const rows = schedule.methods.map(({ task, method }) => [task, method])
  const [head = '', ...rest] = shown.text.split('\n')
  const depth = complete ? [] : ['proved among plans within maxDepth; deeper ones were not looked at']
  const table = renderTable([{ header: 'compound task' }, { header: 'done by' }], rows, { width })
  const text = [head, ...rest.slice(0, 1), ...depth, '', table, ...rest.slice(1)].join('\n')
  const { variables: _variables, ...plain } = shown.result as Readonly<Record<string, unknown>> & { status: string }
  const sections = shown.report === null ? [] : [...shown.report.sections, ...treeSection(problem, schedule)]
  return {
    ...shown,
    result: { ...plain, kind: 'hierarchy', methods: schedule.methods, complete, trace },
    text,
    report: shown.report === null ? null : { ...shown.report, sections },
  }
}

export function presentHierarchyFront(
  problem: HierarchyProblem,
  front: Front<HierarchyPoint>,
  interrupted: boolean,
  width: number,
): Outcome {
  const pick = front.points[front.knee ?? 0]
  const project = pick === undefined ? emptyProject(problem) : flatProject(problem, pick.schedule)
  const outcome = presentProjectFront(project, front, interrupted, width, 'hierarchy')
  const choices = front.points.map((point) => [
    formatNumber(point.makespan),
    formatNumber(point.cost),
    point.schedule.methods.map(({ task, method }) => `${task}: ${method}`).join(', '),
  ])
  if (outcome.report === null || choices.length === 0) return outcome
  const columns = [`time ${problem.timeUnit}`.trim(), `cost ${problem.costUnit}`.trim(), 'methods']
  const table = renderTable(
    columns.map((header, k) => ({ header, align: k < 2 ? ('right' as const) : ('left' as const) })),
    choices,
    { width },
  )
  const section: Section = { kind: 'table', heading: 'Methods of every point', columns, rows: choices }
  return {
    ...outcome,
    text: `${outcome.text}\n\n${table}`,
    report: { ...outcome.report, sections: [...outcome.report.sections, section] },
  }
}

/** The project that the chosen methods lead to, with the whole budget. */
function flatProject(problem: HierarchyProblem, { methods }: HierarchySchedule): ProjectProblem {
  const tree = treeOf(problem)
  if (tree === null) return emptyProject(problem)
  const chosen = new Map(methods.map(({ task, method }) => [task, method]))
  return { ...flattenHierarchy(problem, tree, chosen).project, budget: problem.budget }
}

function emptyProject(problem: HierarchyProblem): ProjectProblem {
  const { title, timeUnit, costUnit, resources, deadline, budget, objectives } = problem
  return { title, timeUnit, costUnit, resources, tasks: [], precedence: [], deadline, budget, objectives }
}

/** The chosen decomposition as a tree: every compound task with its method, every plain task with its times. */
function treeSection(problem: HierarchyProblem, { methods, tasks }: HierarchySchedule): Section[] {
  const tree = treeOf(problem)
  if (tree === null) return []
  const chosen = new Map(methods.map(({ task, method }) => [task, method]))
  const times = new Map(tasks.map((task) => [task.id, task]))
  const draw = (network: TreeNetwork): Drawn[] =>
    network.parts.flatMap((part, k): Drawn[] => {
      const name = network.ids[k] as string
      if (part.kind === 'task') {
        const placed = times.get(part.name)
        const when = placed === undefined ? 'left out' : `${formatNumber(placed.start)} – ${formatNumber(placed.end)}`
        return [{ label: name, lines: [when], group: 1 }]
      }
      const method = part.methods.find((candidate) => candidate.id === chosen.get(part.name))
      if (method === undefined) return []
      return [{ label: name, lines: [`by ${method.id}`], group: 0, children: draw(method) }]
    })
  const root: Drawn = { label: problem.title, children: draw(tree) }
  const svg = renderTreeSvg({ title: 'How it is done', root, groups: ['replaced by a method', 'task'] })
  const caption = 'Compound tasks with the method chosen; tasks with start and end.'
  return [{ kind: 'figure', heading: 'Methods', name: 'methods', svg, caption }]
}
