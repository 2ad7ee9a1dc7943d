/** Trees of reasons, and what they look like in words. */
import type { Refusal } from './decomposition.ts'

export interface Reason {
  readonly task: string
  /** The method chosen; absent when none applies. */
  readonly chosen?: string
  /** Methods that could not be used, and why. */
  readonly refused: readonly Refusal[]
  /** Methods that applied as well and were not chosen. */
  readonly passedOver: readonly string[]
  readonly parts: readonly Reason[]
}

/** A reason tree as indented lines. */
export function formatReason(reason: Reason, indent = ''): string[] {
  const { chosen = '' } = reason
  // A method may be called "by taxi".
  const by = chosen === '' || chosen.startsWith('by ') ? '' : 'by '
  const lines = [`${indent}${reason.task} ${by}${chosen}`.trimEnd()]
  for (const refusal of reason.refused) lines.push(`${indent}  not ${refusal.name}: ${refusal.reason}`)
  if (reason.passedOver.length > 0) lines.push(`${indent}  possible as well: ${reason.passedOver.join(', ')}`)
  for (const part of reason.parts) lines.push(...formatReason(part, `${indent}  `))
  return lines
}
