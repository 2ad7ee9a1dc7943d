/**
 * `foreplan convert`: documents between YAML and JSON, models between MPS and LP, cost tables between CSV and documents, plans
 * between the IPC format and JSON, hierarchical problems into plain HDDL or a planning document.
 */
import { Document, visit } from 'yaml'
import { buildAllocationModel } from '../../../models/allocation/index.ts'
import { buildBudgetModel } from '../../../models/budget/index.ts'
import { InvalidInputError, UnsupportedError } from '../../../solvers/contract/index.ts'
import { readModel, writeLp, writeMps } from '../../../solvers/linear/formats/index.ts'
import type { LinearModel } from '../../../solvers/linear/index.ts'
import type { AssignmentProblem } from '../../domain/allocation.ts'
import { writeCostCsv } from '../../io/csv/index.ts'
import { type PlanningDocument, type PlanningProblem, readDocument } from '../../io/document/index.ts'
import { type InputFile, readInputFile } from '../../io/files/read-file.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import { readAssignment } from './assign.ts'
import type { DocumentOptions } from './index.ts'

const FORMATS = ['yaml', 'json', 'csv', 'lp', 'mps', 'ipc', 'hddl'] as const
export type ConvertFormat = (typeof FORMATS)[number]

/** @param part of a hierarchical problem, `domain` or `problem` */
export async function convertVerb(
  names: readonly string[],
  to: string,
  options: DocumentOptions & { readonly part?: string },
  session: Session,
): Promise<Outcome> {
  const format = FORMATS.find((candidate) => candidate === to.toLowerCase())
  if (format === undefined) {
    throw new UnsupportedError('--to', `there is no format "${to}" to write`, {
      hint: `use one of ${FORMATS.join(', ')}`,
    })
  }
  const files: InputFile[] = []
  for (const name of names) files.push(await readInputFile(name))
  const [file, second] = files as [InputFile, ...InputFile[]]
  if (isPlan(file)) {
    refuseOptions(options, ['set', 'part'], 'a plan')
    return product(await (await import('./convert-plan.ts')).convertPlan(file, format))
  }
  const kind = fileKind(file)
  if (kind === 'hddl' && files.length <= 2) {
    refuseOptions(options, ['set'], 'a hierarchical problem')
    if (format === 'yaml' || format === 'json') {
      refuseOptions(options, ['part'], 'a planning document')
      return product(writeDocument((await import('./convert-plan.ts')).documentOfHddl(files), format))
    }
    return product((await import('./convert-plan.ts')).convertHddl(files, format, options.part))
  }
  refuseOptions(options, ['part'], `a file of kind ${kind}`)
  if (second !== undefined) {
    const issue = {
      code: 'too-many-files',
      path: [],
      message: 'a second file has no meaning here',
      hint: 'convert them one by one',
    }
    throw new InvalidInputError([{ ...issue, file: second.name }])
  }
  switch (kind) {
    case 'document':
      return product(await convertDocument(file, format, options))
    case 'linear': {
      if (format !== 'lp' && format !== 'mps') throw cannot(kind, format)
      const { model, notes } = readModel(file.text, { file: file.name })
      for (const note of notes) session.talk(`note: ${note.message} (${note.hint})`)
      return exportModel(model, format)
    }
    case 'cost-table':
    case 'assignment-text':
      return product(writeAssignment(readAssignment(file, options), format))
    default:
      throw wrongKind(file, kind, 'convert', 'a document, a model, a cost table, a plan or HDDL files')
  }
}

/** Plans by their content: the mark of the IPC format, or JSON with steps and a decomposition. */
function isPlan(file: InputFile): boolean {
  if (/^==>\s*$/m.test(file.text)) return true
  return /^\s*\{/.test(file.text) && /"steps"\s*:/.test(file.text) && /"decomposition"\s*:/.test(file.text)
}

/** The mathematical model of a stated problem, as text. */
export async function exportProblem(stated: PlanningProblem, format: string): Promise<Outcome> {
  switch (stated.kind) {
    case 'budget':
      return exportModel(buildBudgetModel(stated.problem).model, format)
    case 'allocation':
      return exportModel(buildAllocationModel(stated.problem).model, format)
    case 'project': {
      const { buildProjectModel } = await import('../../../models/scheduling/index.ts')
      return exportModel(buildProjectModel(stated.problem), format)
    }
    case 'hierarchy': {
      const { buildHierarchyModel } = await import('../../../models/hierarchy/index.ts')
      return exportModel(buildHierarchyModel(stated.problem), format)
    }
    case 'operation': {
      const { buildHierarchyModel } = await import('../../../models/hierarchy/index.ts')
      const { OPERATION_PROTOCOLS, operationProject } = await import('../../system/index.ts')
      const protocol = OPERATION_PROTOCOLS.find((name) => name === stated.problem.protocol) ?? 'joint'
      const project = await operationProject(stated.problem.problem, { protocol })
      return exportModel(buildHierarchyModel(project), format)
    }
    default:
      throw new UnsupportedError('--export', `a problem of kind ${stated.kind} is not solved by one linear model`, {
        hint: 'export works for budgets, allocations, projects, hierarchies and operations',
      })
  }
}

async function convertDocument(file: InputFile, format: ConvertFormat, options: DocumentOptions): Promise<string> {
  const read = readDocument(file.text, {
    file: file.name,
    ...(options.set === undefined ? {} : { overrides: options.set }),
  })
  if (read.status === 'invalid') throw new InvalidInputError(read.issues)
  if (format === 'yaml' || format === 'json') return writeDocument(read.document, format)
  if (format === 'csv') {
    if (read.problem.kind !== 'assignment') throw cannot(`document of kind ${read.problem.kind}`, format)
    return writeAssignment(read.problem.problem, format)
  }
  return (await exportProblem(read.problem, format)).text
}

function writeDocument(document: PlanningDocument, format: 'yaml' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`
  const text = new Document(document)
  visit(text, {
    // What is short stands on one line; the sections themselves do not.
    Collection: (_, node, path) => {
      if (path.length < 3 || JSON.stringify(node).length > 90) return undefined
      node.flow = true
      return visit.SKIP
    },
  })
  return text.toString({ lineWidth: 120 })
}

function writeAssignment(problem: AssignmentProblem, format: ConvertFormat): string {
  if (format === 'yaml' || format === 'json') {
    const { title, unit, agents, tasks, costs } = problem
    return writeDocument(
      {
        version: 1,
        kind: 'assignment',
        title,
        unit,
        agents: [...agents],
        tasks: [...tasks],
        costs: costs.map((row) => [...row]),
      },
      format,
    )
  }
  if (format !== 'csv') throw cannot('cost table', format)
  return writeCostCsv({ rowNames: problem.agents, columnNames: problem.tasks, costs: problem.costs })
}

function exportModel(model: LinearModel, format: string): Outcome {
  return product((format === 'lp' ? writeLp(model) : writeMps(model)).text)
}

function product(text: string): Outcome {
  return { result: { status: 'converted' }, text, verbatim: true, limit: null, report: null }
}

function cannot(kind: string, format: string): UnsupportedError {
  return new UnsupportedError('--to', `a ${kind} cannot be written as ${format}`, {
    hint: 'see `foreplan help convert`',
  })
}
