/** The line that says who proved what and that it was checked. */
import type { AnswerCheck } from '../../domain/answer-check.ts'
import { formatPercent } from '../../report/index.ts'

export function proofLine(solver: string, variables: number | null, check: AnswerCheck, gap: number): string {
  const size = variables === null ? '' : `, ${variables} variables`
  const proof = gap <= 1e-9 ? 'proved optimal' : `gap ${formatPercent(gap, 2)}`
  const rules = `${check.rules} rules re-checked: ${check.violations.length} violations`
  return `${proof} by ${solver}${size}; ${rules}`
}
