/** The worked examples of docs/background: the document of a page and the model that comes of it, as LP text. */
import { solveAllocation } from '../../models/allocation/index.ts'
import { solveBudget } from '../../models/budget/index.ts'
import { buildHierarchyModel } from '../../models/hierarchy/index.ts'
import { solvePortfolio } from '../../models/portfolio/index.ts'
import { scheduleProject } from '../../models/scheduling/index.ts'
import { writeLp } from '../../solvers/linear/formats/index.ts'
import type { LinearModel } from '../../solvers/linear/index.ts'
import { readDocument } from '../../src/io/document/index.ts'
import { operationProject } from '../../src/system/index.ts'

/** Text of the first block of a language on a page. */
export function block(page: string, language: string): string {
  const start = page.indexOf(`\`\`\`${language}\n`)
  if (start < 0) throw new Error(`the page has no ${language} block`)
  const from = start + language.length + 4
  return page.slice(from, page.indexOf('```', from))
}

/** The model of a page's document, without the comments that restore long names. */
export async function lpOf(page: string): Promise<string> {
  const { text } = writeLp(await modelOf(page))
  return text
    .split('\n')
    .filter((line) => !line.startsWith('\\'))
    .join('\n')
}

async function modelOf(page: string): Promise<LinearModel> {
  const read = readDocument(block(page, 'yaml'))
  if (read.status !== 'read') throw new Error(JSON.stringify(read.issues))
  if (read.problem.kind === 'hierarchy') return buildHierarchyModel(read.problem.problem)
  if (read.problem.kind === 'operation')
    return buildHierarchyModel(await operationProject(read.problem.problem.problem))
  const result = await solve(read.problem)
  if (result.status !== 'optimal') throw new Error(`the example is ${result.status}`)
  if (result.linearModel === null) throw new Error('the example has no linear model')
  return result.linearModel
}

function solve(read: Extract<ReturnType<typeof readDocument>, { status: 'read' }>['problem']) {
  switch (read.kind) {
    case 'budget':
      return solveBudget(read.problem)
    case 'portfolio':
      return solvePortfolio(read.problem)
    case 'project':
      return scheduleProject(read.problem)
    case 'allocation':
      return solveAllocation(read.problem)
    case 'assignment':
      throw new Error('an assignment needs no linear model')
    default:
      throw new Error(`no formulation page is about the kind ${read.kind}`)
  }
}
