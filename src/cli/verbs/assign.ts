/** `foreplan assign`: a planning document, a cost table as CSV or JSON, or an OR-Library assignment text. */
import { solveAssignment } from '../../../models/allocation/index.ts'
import { InvalidInputError, UnsupportedError } from '../../../solvers/contract/index.ts'
import type { AllocationProblem, AssignmentProblem } from '../../domain/allocation.ts'
import { type NamedCosts, readCostCsv, readCostJson } from '../../io/csv/index.ts'
import { type InputFile, readInputFile, titleOf } from '../../io/files/read-file.ts'
import { readOrlibAssignment } from '../../io/orlib/index.ts'
import { readProblem } from '../document-input.ts'
import { fileKind, wrongKind } from '../file-kind.ts'
import { presentAssignment } from '../present/assignment.ts'
import { refuseOptions } from '../refuse-options.ts'
import type { Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'

export type AssignOptions = DocumentOptions & { readonly maximize?: boolean }

export async function assignVerb(name: string, options: AssignOptions, session: Session): Promise<Outcome> {
  return assignFile(await readInputFile(name), options, session)
}

export async function assignFile(file: InputFile, options: AssignOptions, session: Session): Promise<Outcome> {
  refuseOptions(options, ['solver'], 'an assignment')
  if (options.protocol !== undefined) return assignByProtocol(file, options, session)
  const problem = readAssignment(file, options)
  // Whether the optimum is the only one costs a ranking; on large tables nobody asks.
  const unique = problem.agents.length * problem.tasks.length <= 10_000
  return presentAssignment(problem, await solveAssignment(problem, { ...session.run, unique }), session.streams.width)
}

/** The assignment a file of any accepted kind states. */
export function readAssignment(file: InputFile, options: AssignOptions): AssignmentProblem {
  const kind = fileKind(file)
  switch (kind) {
    case 'document': {
      const { objective, ...rest } = options
      const stated = readProblem(file, { ...rest, ...(objective === undefined ? {} : { objective }) })
      if (stated.kind !== 'assignment') {
        throw wrongKind(file, kind, 'assign', `an assignment; this document states a problem of kind ${stated.kind}`)
      }
      return options.maximize === true ? { ...stated.problem, sense: 'maximize' } : stated.problem
    }
    case 'cost-table':
      return named(
        file.text.trimStart().startsWith('[')
          ? readCostJson(file.text, file.name)
          : readCostCsv(file.text, { file: file.name }),
        file,
        options,
      )
    case 'assignment-text': {
      const { rows, columns, costs: flat } = readOrlibAssignment(file.text, file.name)
      const costs = Array.from({ length: rows }, (_, i) => Array.from(flat.slice(i * columns, (i + 1) * columns)))
      return named({ rowNames: null, columnNames: null, costs }, file, options)
    }
    default:
      throw wrongKind(file, kind, 'assign', 'a planning document, a cost table or an OR-Library assignment text')
  }
}

function named(table: NamedCosts, file: InputFile, options: AssignOptions): AssignmentProblem {
  if (options.set !== undefined || options.deadline !== undefined || options.total !== undefined) {
    throw new InvalidInputError([
      {
        code: 'override',
        path: ['--set'],
        message: 'a cost table has no fields to change',
        hint: 'convert it to a document first',
        file: file.name,
      },
    ])
  }
  return {
    title: titleOf(file),
    unit: '',
    agents: table.rowNames ?? numbers(table.costs.length),
    tasks: table.columnNames ?? numbers(table.costs[0]?.length ?? 0),
    costs: table.costs,
    sense: options.maximize === true ? 'maximize' : 'minimize',
    objective: options.objective === 'bottleneck' ? 'bottleneck' : 'sum',
  }
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index))
}

/** By contract net or consensus on bundles instead of the optimum; a document may also state an allocation with capacities. */
async function assignByProtocol(file: InputFile, options: AssignOptions, session: Session): Promise<Outcome> {
  const stated = fileKind(file) === 'document' ? readProblem(file, options) : null
  const problem = stated?.kind === 'allocation' ? stated.problem : oneEach(readAssignment(file, options))
  const { timeLimitMs, signal, seed } = session.run
  const run = {
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(seed === undefined ? {} : { seed }),
  }
  if (options.protocol === 'bundles') {
    const { allocateByBundles } = await import('../../coordination/allocate-by-bundles.ts')
    const { presentBundles } = await import('../present/bundles.ts')
    return presentBundles(problem, await allocateByBundles(problem, run), session.streams.width)
  }
  const { allocateByContractNet } = await import('../../coordination/allocate.ts')
  const { presentContractNet } = await import('../present/contract-net.ts')
  const allocation = await allocateByContractNet(problem, run)
  return presentContractNet(problem, allocation, session.streams.width)
}

/** One task an agent: a capacity of 1 and loads of 1. */
export function oneEach(problem: AssignmentProblem): AllocationProblem {
  if (problem.sense === 'maximize' || problem.objective === 'bottleneck') {
    throw new UnsupportedError('--protocol', 'agents bid their costs, and the cheapest bid wins', {
      hint: 'leave --maximize and --objective away',
    })
  }
  return {
    title: problem.title,
    unit: problem.unit,
    agents: problem.agents.map((id) => ({ id, capacity: 1, capabilities: [] })),
    tasks: problem.tasks.map((id) => ({ id, needs: [] })),
    costs: problem.costs,
    loads: problem.costs.map((row) => row.map((cost) => (cost === null ? null : 1))),
    objectives: ['cost'],
  }
}
