/** The example documents as problems: the same data a user of that trade would write. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AllocationProblem, AssignmentProblem } from '../../src/domain/allocation.ts'
import type { BudgetProblem } from '../../src/domain/budget.ts'
import type { PortfolioProblem } from '../../src/domain/portfolio.ts'
import type { ProjectProblem } from '../../src/domain/project.ts'
import { readDocument } from '../../src/io/document/index.ts'

interface Kinds {
  readonly budget: BudgetProblem
  readonly portfolio: PortfolioProblem
  readonly project: ProjectProblem
  readonly assignment: AssignmentProblem
  readonly allocation: AllocationProblem
}

export function example<Kind extends keyof Kinds>(kind: Kind, name: string): Kinds[Kind] {
  const path = fileURLToPath(new URL(`../../examples/${name}.yaml`, import.meta.url))
  const result = readDocument(readFileSync(path, 'utf8'), { file: `${name}.yaml` })
  if (!('problem' in result) || result.problem.kind !== kind) throw new Error(`${name}.yaml is no ${kind}`)
  return result.problem.problem as Kinds[Kind]
}
