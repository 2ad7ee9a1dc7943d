/** The answer of a linear or mixed-integer model, by name. */
import type {
  InfeasibilityCertificate,
  LinearModel,
  LinearResult,
  RayCertificate,
} from '../../../solvers/linear/index.ts'
import { formatNumber, formatPercent, renderTable } from '../../report/index.ts'
import type { Outcome } from '../session.ts'

const SHOWN = 40

export interface LinearConflict {
  readonly names: readonly string[]
  readonly irreducible: boolean
}

export function presentLinear(
  model: LinearModel,
  result: LinearResult,
  conflict: LinearConflict | null,
  width: number,
): Outcome {
  const common = { kind: 'linear', name: model.name, solver: result.solver, attempts: result.attempts }
  switch (result.status) {
    case 'optimal':
    case 'feasible': {
      const values = byName(result.values, (index) => model.variableName(index))
      const duals =
        result.status === 'optimal' && result.duals !== null
          ? { duals: byName(result.duals, (index) => model.rowName(index)) }
          : {}
      const limit = result.status === 'feasible' ? result.limit : null
      const json = {
        ...common,
        status: result.status,
        ...(limit === null ? {} : { limit }),
        objective: result.objective,
        bound: finiteOrNull(result.bound),
        gap: finiteOrNull(result.gap),
        values,
        ...duals,
        check: result.check,
        ...(result.status === 'optimal' ? { certificate: result.certificate } : {}),
      }
      const nonZero = Object.entries(values).filter(([, value]) => value !== 0)
      const lines = [
        `${result.status}   ${model.sense} ${model.name}: ${formatNumber(result.objective, 6)}   bound ${formatNumber(result.bound, 6)}   gap ${formatPercent(result.gap, 3)}`,
        `${model.variableCount} variables, ${model.rowCount} rows, ${model.nonZeroCount} non-zeros; ${result.solver}; largest violation ${result.check.maxViolation.toExponential(1)}${proofText(result)}`,
        '',
        renderTable(
          [{ header: 'variable' }, { header: 'value', align: 'right' }],
          nonZero.slice(0, SHOWN).map(([name, value]) => [name, formatNumber(value, 6)]),
          { width },
        ),
      ]
      if (nonZero.length > SHOWN) lines.push(`... and ${nonZero.length - SHOWN} more that are not 0 (--json shows all)`)
      return { result: json, text: lines.join('\n'), limit, report: null }
    }
    case 'infeasible': {
      const json = {
        ...common,
        status: 'infeasible',
        conflict: conflict?.names ?? [],
        irreducible: conflict?.irreducible ?? false,
        certificate: proofOf(model, result.certificate),
      }
      const lines = [`infeasible   ${model.name}; ${result.solver}`]
      if (conflict !== null) {
        lines.push(
          conflict.irreducible
            ? 'these cannot hold together; without any one of them the rest can:'
            : 'these cannot hold together (not reduced to the end):',
        )
        for (const name of conflict.names.slice(0, SHOWN)) lines.push(`  - ${name}`)
        if (conflict.names.length > SHOWN) lines.push(`  ... and ${conflict.names.length - SHOWN} more`)
      }
      return { result: json, text: lines.join('\n'), limit: null, report: null }
    }
    case 'unbounded':
      return {
        result: { ...common, status: 'unbounded', certificate: rayOf(model, result.certificate) },
        text: `unbounded   ${model.name}; ${result.solver}`,
        limit: null,
        report: null,
      }
    case 'unknown':
      return {
        result: { ...common, status: 'unknown', limit: result.limit, bound: result.bound },
        text: `unknown   ${model.name}: no solution and no proof before the limit (${result.limit})`,
        limit: result.limit,
        report: null,
      }
  }
}

function byName(values: Float64Array, name: (index: number) => string): Record<string, number> {
  return Object.fromEntries(Array.from(values, (value, index) => [name(index), value === 0 ? 0 : value]))
}

/** ` ; proved by ...` for a claim. */
function proofText(result: LinearResult): string {
  if (result.status !== 'optimal') return ''
  const { kind, by } = result.certificate
  return `; ${{ dual: 'dual certificate', search: 'search bound', exact: 'exact rational proof' }[kind]} by ${by}`
}

/** A proof of infeasibility with its multipliers by row name. */
function proofOf(model: LinearModel, certificate: InfeasibilityCertificate): Record<string, unknown> {
  if (certificate.kind !== 'farkas') return { ...certificate }
  const multipliers = nonZeros(certificate.multipliers, (row) => model.rowName(row))
  return { ...certificate, multipliers }
}

function rayOf(model: LinearModel, certificate: RayCertificate): Record<string, unknown> {
  const name = (variable: number): string => model.variableName(variable)
  return { ...certificate, point: nonZeros(certificate.point, name), direction: nonZeros(certificate.direction, name) }
}

function nonZeros(values: Float64Array, name: (index: number) => string): Record<string, number> {
  return Object.fromEntries(Object.entries(byName(values, name)).filter(([, value]) => value !== 0))
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
