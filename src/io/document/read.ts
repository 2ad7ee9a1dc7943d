/**
 * From the text of a document to a checked problem: syntax, overrides, shape, then meaning. Every stage reports all its faults
 * at once, with places.
 */
import type { Issue } from '../../../solvers/contract/index.ts'
import { Checker } from './checker.ts'
import { compileAllocation, compileAssignment } from './compile-allocation.ts'
import { compileBelief } from './compile-belief.ts'
import { compileBudget } from './compile-budget.ts'
import { compileCauses } from './compile-causes.ts'
import { compileCoordination } from './compile-coordination.ts'
import { compileExecution } from './compile-execution.ts'
import { compileCoalition, compileMatrixGame } from './compile-games.ts'
import { compileHierarchy } from './compile-hierarchy.ts'
import { compileMission } from './compile-mission.ts'
import { compileOperationDocument } from './compile-operation.ts'
import { compilePlanning } from './compile-planning.ts'
import { compilePortfolio } from './compile-portfolio.ts'
import { compileProject } from './compile-project.ts'
import { applyOverrides, type Override, parseOverride } from './override.ts'
import type { PlanningProblem, ProblemKind } from './problem.ts'
import type { PlanningDocument } from './schema.ts'
import { shape } from './shape.ts'
import { parseSource } from './source.ts'

export interface ReadOptions {
  /** Name shown in error messages. @default '<document>' */
  readonly file?: string
  /** What-if changes, `path=value`, made before the document is checked. @default none */
  readonly overrides?: readonly string[]
}

export type ReadResult =
  | { readonly status: 'read'; readonly document: PlanningDocument; readonly problem: PlanningProblem }
  | { readonly status: 'invalid'; readonly issues: readonly Issue[] }

export function readDocument(text: string, options: ReadOptions = {}): ReadResult {
  const parsed = parseSource(text, options.file ?? '<document>')
  if (parsed.status === 'invalid') return parsed
  const { source } = parsed
  const overrides: Override[] = []
  const overrideIssues: Issue[] = []
  for (const item of options.overrides ?? []) {
    const override = parseOverride(item)
    if ('code' in override) overrideIssues.push(override)
    else overrides.push(override)
  }
  if (overrideIssues.length > 0) return { status: 'invalid', issues: overrideIssues }
  const applied = overrides.length === 0 ? { value: source.value, issues: [] } : applyOverrides(source.value, overrides)
  if (applied.issues.length > 0) return { status: 'invalid', issues: applied.issues }

  const shaped = shape(applied.value, source)
  const check = new Checker(source)
  if (shaped.status === 'invalid') {
    const mended = shape(mend(applied.value, shaped.issues), source)
    if (mended.status === 'shaped') compile(mended.document, check)
    const further = check.issues.filter((issue) => !shaped.issues.some((other) => related(issue, other)))
    return { status: 'invalid', issues: [...shaped.issues, ...further].toSorted(byPlace) }
  }
  const problem = compile(shaped.document, check)
  if (check.issues.length > 0 || problem === null) return { status: 'invalid', issues: check.issues.toSorted(byPlace) }
  return { status: 'read', document: shaped.document, problem }
}

/**
 * A copy in which every fault of shape is put out of the way, so that the faults of meaning can be reported in the same breath:
 * unknown fields and words that are not among those allowed go, with the list they stand in, numbers out of range become 1, which
 * every numeric field allows.
 */
function mend(value: unknown, issues: readonly Issue[]): unknown {
  const copy = structuredClone(value)
  for (const issue of issues) {
    const key = issue.path.at(-1)
    const parent = issue.path
      .slice(0, -1)
      .reduce<unknown>((node, step) => (node as Record<string | number, unknown> | undefined)?.[step], copy)
    if (key === undefined || typeof parent !== 'object' || parent === null) continue
    if (issue.code === 'wrong-value') {
      drop(copy, Array.isArray(parent) ? issue.path.slice(0, -1) : issue.path)
      continue
    }
    const fields = parent as Record<string | number, unknown>
    if (issue.code === 'unknown-field' || issue.code === 'unsupported-section') delete fields[key]
    else if (typeof issue.value === 'number' || issue.code === 'wrong-type') fields[key] = 1
  }
  return copy
}

/** Takes a field out; nothing where there is none. */
function drop(root: unknown, path: Issue['path']): void {
  const key = path.at(-1)
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((node, step) => (node as Record<string | number, unknown> | undefined)?.[step], root)
  if (key === undefined || typeof parent !== 'object' || parent === null) return
  delete (parent as Record<string | number, unknown>)[key]
}

/**
 * True when a fault of meaning may only follow from a fault of shape in the same object. At the top, a field that is not known
 * may be anything misspelt; another one bears on itself alone.
 */
function related(issue: Issue, shapeIssue: Issue): boolean {
  const parent = shapeIssue.path.slice(0, -1)
  const [top] = shapeIssue.path
  const itself = typeof shapeIssue.value === 'number' || shapeIssue.code !== 'unknown-field'
  if (parent.length === 0 && top !== undefined && itself) return issue.path[0] === top
  return parent.every((step, depth) => issue.path[depth] === step)
}

function byPlace(a: Issue, b: Issue): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

/** The problem a document states; faults go to `check`. */
function compile(document: PlanningDocument, check: Checker): PlanningProblem | null {
  const kind = document.kind ?? recognise(document)
  switch (kind) {
    case 'budget':
      return { kind, problem: compileBudget(document, check) }
    case 'portfolio':
      return { kind, problem: compilePortfolio(document, check) }
    case 'project':
      return { kind, problem: compileProject(document, check) }
    case 'hierarchy':
      return { kind, problem: compileHierarchy(document, check) }
    case 'mission':
      return { kind, problem: compileMission(document, check) }
    case 'assignment':
      return { kind, problem: compileAssignment(document, check) }
    case 'allocation':
      return { kind, problem: compileAllocation(document, check) }
    case 'game':
      return { kind, problem: compileMatrixGame(document, check) }
    case 'coalition':
      return { kind, problem: compileCoalition(document, check) }
    case 'pomdp':
    case 'tracking':
    case 'diagnosis':
    case 'sensing':
    case 'decision':
      return compileBelief(document, kind, check)
    case 'coordination':
      return { kind, problem: compileCoordination(document, check) }
    case 'execution': {
      const problem = compileExecution(document, check)
      return problem === null ? null : { kind, problem }
    }
    case 'plan':
      return { kind, problem: compilePlanning(document, check) }
    case 'operation': {
      const problem = compileOperationDocument(document, check)
      return problem === null ? null : { kind, problem }
    }
    case 'causal': {
      const problem = compileCauses(document, check)
      return problem === null ? null : { kind, problem }
    }
    case null:
      check.add(
        'unknown-kind',
        [],
        'the document states no problem',
        'add lines (a budget), projects, tasks, agents with costs, actions (a planning domain), a game, a coalition, a negotiation, an auction, a mission, a belief, a world, an operation or causes',
      )
      return null
  }
}

function recognise(document: PlanningDocument): ProblemKind | null {
  if (document.belief !== undefined) return document.belief.kind === 'factored-pomdp' ? 'pomdp' : document.belief.kind
  if (document.operation !== undefined) return 'operation'
  if (document.causes !== undefined) return 'causal'
  if (document.world !== undefined) return 'execution'
  if (document.actions !== undefined || document.state !== undefined) return 'plan'
  if ((['negotiation', 'auction', 'plans', 'protocol'] as const).some((section) => document[section] !== undefined))
    return 'coordination'
  if (document.game !== undefined) return 'game'
  if (document.coalition !== undefined) return 'coalition'
  if (document.lines !== undefined) return 'budget'
  if (document.projects !== undefined) return 'portfolio'
  if (document.costs !== undefined || document.agents !== undefined) {
    const rich = document.agents?.some(
      (agent) => typeof agent === 'object' && (agent.capacity !== undefined || agent.capabilities !== undefined),
    )
    return document.loads !== undefined || rich === true ? 'allocation' : 'assignment'
  }
  if (document.mission !== undefined) return 'mission'
  if (document.jobs !== undefined) return 'project'
  if (document.tasks === undefined) return null
  const hierarchical = document.tasks.some(
    (task) => typeof task === 'object' && (task.methods !== undefined || task.as !== undefined),
  )
  return hierarchical || document.compounds !== undefined ? 'hierarchy' : 'project'
}
