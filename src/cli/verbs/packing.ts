/** Knapsack and generalised-assignment files of the OR-Library: every problem of the file, one after the other. */
import { solveKnapsack } from '../../../models/knapsack/index.ts'
import { assignGeneralised } from '../../../solvers/assignment/index.ts'
import { InvalidInputError, type Limit } from '../../../solvers/contract/index.ts'
import type { InputFile } from '../../io/files/read-file.ts'
import { readOrlibGeneralisedAssignment, readOrlibKnapsack } from '../../io/orlib/index.ts'
import { formatNumber, renderTable } from '../../report/index.ts'
import type { FileKind } from '../file-kind.ts'
import type { Outcome, Session } from '../session.ts'
import type { DocumentOptions } from './index.ts'

/** One problem of a file, solved. */
interface Answer {
  readonly status: string
  readonly objective?: number
  readonly bound?: number | null
  readonly limit?: Limit
  readonly [field: string]: unknown
}

export async function solveKnapsackFile(file: InputFile, kind: FileKind, session: Session): Promise<Outcome> {
  const options = await session.formulation()
  const answers: Answer[] = []
  for (const problem of readOrlibKnapsack(file.text, kind === 'knapsack', file.name)) {
    const result = await solveKnapsack(problem, options)
    answers.push({ ...result, known: problem.known })
  }
  return present('knapsack', file, answers, 'maximize', session)
}

export async function solveGapFile(file: InputFile, options: DocumentOptions, session: Session): Promise<Outcome> {
  const sense = options.sense ?? senseOf(file)
  const answers: Answer[] = []
  const { backends, ...run } = await session.formulation()
  for (const problem of readOrlibGeneralisedAssignment(file.text, file.name)) {
    const { values, resources, capacities } = problem
    const settings = { ...run, sense, ...(backends === undefined ? {} : { backends }) }
    const result = await assignGeneralised({ costs: values, resources, capacities }, settings)
    if (result.status !== 'optimal' && result.status !== 'feasible') {
      answers.push({ status: result.status, ...('limit' in result ? { limit: result.limit } : {}) })
      continue
    }
    const { status, cost, bound, gap, solver, check } = result
    const limit = result.status === 'feasible' ? { limit: result.limit } : {}
    const agentOf = [...result.agentOf]
    answers.push({ status, objective: cost, bound, gap, agentOf, loads: [...result.loads], solver, check, ...limit })
  }
  return present('generalised-assignment', file, answers, sense, session)
}

/** gap1 to gap12 hold profits, gapa to gapf costs; nothing in the text says so. */
function senseOf(file: InputFile): 'minimize' | 'maximize' {
  const name = /(?:^|[/\\])gap([a-f]|\d+)\b[^/\\]*$/i.exec(file.name)?.[1]
  if (name !== undefined) return /\d/.test(name) ? 'maximize' : 'minimize'
  throw new InvalidInputError([
    {
      code: 'missing-option',
      path: ['--sense'],
      message: 'nothing in the file says whether its numbers are profits or costs',
      hint: 'add --sense maximize or --sense minimize',
      file: file.name,
    },
  ])
}

function present(
  kind: string,
  file: InputFile,
  answers: readonly Answer[],
  sense: 'minimize' | 'maximize',
  session: Session,
): Outcome {
  const worst = ['unknown', 'infeasible', 'feasible', 'optimal'].find((status) =>
    answers.some((answer) => answer.status === status),
  )
  const limit = answers.find((answer) => answer.limit !== undefined)?.limit ?? null
  const rows = answers.map(({ status, objective, bound }, k) => [
    `${k + 1}`,
    status,
    objective === undefined ? '' : formatNumber(objective),
    bound === undefined || bound === null ? '' : formatNumber(bound),
  ])
  const only = answers.length === 1 ? answers[0] : undefined
  const status = worst ?? 'optimal'
  const table = renderTable(
    [
      { header: 'problem' },
      { header: 'status' },
      { header: 'value', align: 'right' },
      { header: 'bound', align: 'right' },
    ],
    rows,
    { width: session.streams.width },
  )
  return {
    result: { ...(only ?? {}), kind, sense, status, ...(only === undefined ? { problems: answers } : {}) },
    text: `${status}   ${answers.length} ${answers.length === 1 ? 'problem' : 'problems'} of ${file.name}\n\n${table}`,
    limit,
    report: null,
  }
}
