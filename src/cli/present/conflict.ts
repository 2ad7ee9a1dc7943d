/** Why there is no answer, for people and for scripts. */
import type { Limit } from '../../../solvers/contract/index.ts'
import type { Conflict } from '../../domain/conflict.ts'
import { formatNumber, type Section } from '../../report/index.ts'
import type { Outcome } from '../session.ts'

export function presentConflict(kind: string, title: string, conflict: Conflict, solver: string): Outcome {
  const result = {
    kind,
    status: 'infeasible',
    conflict: conflict.constraints.map((constraint) => ({ ...constraint })),
    irreducible: conflict.irreducible,
    relaxations: conflict.relaxations,
    explanation: conflict.explanation,
    solver,
  }
  const lines = [`infeasible   ${title}`, conflict.explanation]
  if (conflict.constraints.length > 0) {
    lines.push(
      conflict.irreducible
        ? 'these cannot hold together (leaving any one out would help):'
        : 'these cannot hold together:',
    )
    for (const constraint of conflict.constraints) lines.push(`  - ${constraint.description}`)
  }
  if (conflict.relaxations.length > 0) {
    lines.push('what would have to give (one of):')
    for (const change of conflict.relaxations) lines.push(`  - ${describeRelaxation(change)}`)
  }
  const sections: Section[] = [
    {
      kind: 'table',
      heading: 'Constraints in conflict',
      columns: ['constraint', 'what it says'],
      rows: conflict.constraints.map((c) => [c.name, c.description]),
    },
    {
      kind: 'table',
      heading: 'What would have to give (one of)',
      columns: ['constraint', 'from', 'to', 'change'],
      rows: conflict.relaxations.map((change) => [
        change.constraint,
        formatNumber(change.from),
        formatNumber(change.to),
        change.description,
      ]),
    },
  ]
  const report = {
    title,
    summary: conflict.explanation,
    facts: [
      ['status', 'infeasible'],
      ['solver', solver],
    ] as const,
    sections,
  }
  return { result, text: lines.join('\n'), limit: null, report }
}

function describeRelaxation(change: Conflict['relaxations'][number]): string {
  return change.description === ''
    ? `${change.constraint}: ${formatNumber(change.from)} → ${formatNumber(change.to)}`
    : change.description
}

/** No answer and no proof. */
export function presentUnknown(
  kind: string,
  title: string,
  limit: Limit,
  solver: string,
  bound: number | null = null,
): Outcome {
  const why =
    limit === 'time'
      ? 'the time limit was reached'
      : limit === 'interrupted'
        ? 'it was interrupted'
        : `the limit on ${limit} was reached`
  const text = `unknown   ${title}\nno solution was found before ${why}; nothing is proved`
  const result = { kind, status: 'unknown', limit, bound, solver }
  return {
    result,
    text,
    limit,
    report: { title, summary: text.split('\n')[1] ?? '', facts: [['status', 'unknown']], sections: [] },
  }
}
