/**
 * Axial three-dimensional assignment, e.g. people to machines to shifts: triples that use every member of the shortest dimension
 * exactly once and every other member at most once, at the least (or greatest) total. NP-hard; solved as an integer linear program.
 *
 *   min sum_ijk c(i, j, k) x(i, j, k)
 *   sum over the triples of a member  = 1 (dimensions of the shortest length), <= 1 (longer ones)
 *   x in {0, 1}, absent where the triple is forbidden
 *
 * p q r binaries, p + q + r rows. The answer is re-checked here against the table.
 *
 * Source: R. Burkard, M. Dell'Amico and S. Martello, Assignment Problems (2009), section 10.2.
 */
import { InternalError, InvalidInputError, type Issue, type Limit } from '../contract/index.ts'
import { LinearModel, type LinearOptions, solveLinear, type Term } from '../linear/index.ts'
import { sum } from '../numeric/index.ts'
import type { AssignmentSense } from './cost-matrix.ts'

/** costs[i][j][k], null = forbidden. */
export type CostCube = readonly (readonly (readonly (number | null)[])[])[]

export type Triple = readonly [i: number, j: number, k: number]

export interface ThreeDimensionalOptions extends LinearOptions {
  /** @default 'minimize' */
  readonly sense?: AssignmentSense
}

interface ThreeDimensionalPoint {
  /** By ascending first index. */
  readonly triples: readonly Triple[]
  readonly cost: number
  readonly bound: number
  readonly gap: number
}

export type ThreeDimensionalResult = { readonly solver: string; readonly elapsedMs: number } & (
  | ({ readonly status: 'optimal' } & ThreeDimensionalPoint)
  | ({ readonly status: 'feasible'; readonly limit: Limit } & ThreeDimensionalPoint)
  | { readonly status: 'infeasible' }
  | { readonly status: 'unknown'; readonly limit: Limit; readonly bound: number | null }
)

const MOST_TRIPLES = 1_000_000

/** @throws InvalidInputError for a faulty cube (all faults at once); BackendError as `solveLinear` */
export async function assignThreeDimensional(
  costs: CostCube,
  options: ThreeDimensionalOptions = {},
): Promise<ThreeDimensionalResult> {
  const { sense = 'minimize', ...linear } = options
  const lengths = validate(costs)
  const shortest = Math.min(...lengths)
  if (shortest === 0) {
    return { status: 'optimal', triples: [], cost: 0, bound: 0, gap: 0, solver: 'nothing to assign', elapsedMs: 0 }
  }

  const model = new LinearModel('three-dimensional assignment', sense)
  const tripleOf: Triple[] = []
  const rows = lengths.map((length) => Array.from({ length }, (): Term[] => []))
  costs.forEach((plane, i) => {
    plane.forEach((line, j) => {
      line.forEach((cost, k) => {
        if (cost === null) return
        const x = model.addVariable(`x(${i},${j},${k})`, { kind: 'binary', objective: cost })
        const triple = [i, j, k] as const
        tripleOf.push(triple)
        for (const [dimension, member] of triple.entries()) rows[dimension]?.[member]?.push([x, 1])
      })
    })
  })
  rows.forEach((members, dimension) => {
    const relation = members.length === shortest ? '=' : '<='
    for (const [member, terms] of members.entries()) model.addRow(`${'ijk'[dimension]}=${member}`, terms, relation, 1)
  })

  const result = await solveLinear(model, { duals: false, ...linear })
  const { solver, elapsedMs } = result
  switch (result.status) {
    case 'infeasible':
      return { status: 'infeasible', solver, elapsedMs }
    case 'unknown':
      return { status: 'unknown', limit: result.limit, bound: result.bound, solver, elapsedMs }
    case 'unbounded':
      throw new InternalError('a three-dimensional assignment cannot be unbounded')
    case 'optimal':
    case 'feasible': {
      const triples = tripleOf.filter((_, x) => (result.values[x] as number) > 0.5)
      for (const dimension of [0, 1, 2] as const) {
        if (new Set(triples.map((triple) => triple[dimension])).size !== triples.length)
          throw new InternalError('two triples share a member')
      }
      if (triples.length !== shortest) throw new InternalError('the shortest dimension is not used up')
      const cost = sum(triples.map(([i, j, k]) => costs[i]?.[j]?.[k] as number))
      const point = { triples, cost, bound: result.bound, gap: result.gap, solver, elapsedMs }
      return result.status === 'optimal'
        ? { status: 'optimal', ...point }
        : { status: 'feasible', limit: result.limit, ...point }
    }
  }
}

function validate(costs: CostCube): [number, number, number] {
  const lengths: [number, number, number] = [costs.length, costs[0]?.length ?? 0, costs[0]?.[0]?.length ?? 0]
  const issues: Issue[] = []
  const report = (code: string, path: readonly (string | number)[], message: string, hint: string) => {
    if (issues.length < 100) issues.push({ code, path, message, hint })
  }
  if (lengths[0] * lengths[1] * lengths[2] > MOST_TRIPLES) {
    report('too-large', [], `the cube has ${lengths.join(' x ')} triples`, `stay below ${MOST_TRIPLES}`)
    throw new InvalidInputError(issues)
  }
  costs.forEach((plane, i) => {
    if (plane.length !== lengths[1])
      report('ragged-matrix', [i], `plane ${i} has ${plane.length} lines, plane 0 has ${lengths[1]}`, 'make them equal')
    plane.forEach((line, j) => {
      if (line.length !== lengths[2])
        report('ragged-matrix', [i, j], `this line has ${line.length} costs, others ${lengths[2]}`, 'make them equal')
      line.forEach((cost, k) => {
        if (cost !== null && !Number.isFinite(cost))
          report('not-a-number', [i, j, k], `the cost is ${cost}`, 'give a finite number, or null to forbid')
      })
    })
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
  return lengths
}
