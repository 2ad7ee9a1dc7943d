/** Who may do what at which cost, and who does: the picture of every allocation. */
import type { CostTable } from '../../domain/allocation.ts'
import { renderMatrixSvg, type Section } from '../../report/index.ts'

/** What an allocation and an assignment have in common. */
interface Pictured {
  readonly title: string
  readonly unit: string
  readonly agents: readonly { readonly id: string }[]
  readonly tasks: readonly { readonly id: string }[]
  readonly costs: CostTable
}

export function allocationFigure(
  problem: Pictured,
  pairs: readonly (readonly [number, number])[],
  caption: string,
  name = 'matrix',
): Section {
  const svg = renderMatrixSvg({
    title: problem.title,
    rows: problem.agents.map(({ id }) => id),
    columns: problem.tasks.map(({ id }) => id),
    values: problem.costs,
    chosen: pairs,
    unit: problem.unit,
  })
  return { kind: 'figure', heading: 'Allocation', name, svg, caption }
}
