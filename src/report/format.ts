/** Numbers for people. */

/** Up to `digits` decimals, without trailing zeros; -0 becomes 0. */
export function formatNumber(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '-∞' : '?'
  const text = value.toFixed(digits)
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
  return trimmed === '-0' ? '0' : trimmed
}

/** A number with its unit, `12.5 k€`; no blank when there is no unit. */
export function withUnit(value: number, unit: string, digits = 2): string {
  return unit === '' ? formatNumber(value, digits) : `${formatNumber(value, digits)} ${unit}`
}

export function formatPercent(share: number, digits = 1): string {
  return `${formatNumber(share * 100, digits)} %`
}

/** `850 ms`, `2.4 s`, `3 min 20 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${formatNumber(seconds, 1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
