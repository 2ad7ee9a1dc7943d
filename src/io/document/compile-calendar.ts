/** Closures and shifts of a resource. */
import type { Closure } from '../../domain/resource.ts'
import type { Checker } from './checker.ts'
import type { PlanningDocument } from './schema.ts'

type DocumentResource = NonNullable<PlanningDocument['resources']>[number]
type Path = readonly (string | number)[]

export function compileCalendar(
  resource: DocumentResource,
  path: Path,
  check: Checker,
): { readonly closures?: readonly Closure[] } {
  if (resource.type !== 'reusable') {
    for (const field of ['closures', 'calendar', 'setups', 'skills'] as const) {
      if (resource[field] === undefined) continue
      check.add('misplaced-field', [...path, field], `"${field}" means nothing for a stock`, 'take it out')
    }
    return {}
  }
  if (resource.setups !== undefined && resource.capacity !== 1) {
    const message = `set-up times need one task at a time, "${resource.id}" serves ${resource.capacity ?? 'any number'}`
    check.add('unsupported', [...path, 'setups'], message, 'give it capacity: 1')
  }
  const closures: Closure[] = (resource.closures ?? []).map(({ from, to, amount }, index) => {
    if (to <= from) {
      const message = `the closure ends at ${to}, before it begins`
      check.add('out-of-range', [...path, 'closures', index, 'to'], message, `give a number > ${from}`, to)
    }
    return { from, to, amount: amount ?? null }
  })
  const { calendar } = resource
  if (calendar !== undefined) {
    const open = [...calendar.open].sort((a, b) => a[0] - b[0])
    open.forEach(([from, to], index) => {
      if (from < to && to <= calendar.cycle && from >= (open[index - 1]?.[1] ?? 0)) return
      const message = `[${from}, ${to}] is no stretch of a cycle of ${calendar.cycle}, apart from the others`
      check.add('out-of-range', [...path, 'calendar', 'open'], message, 'give stretches in order within the cycle')
    })
    for (let cycle = 0; cycle < calendar.cycles; cycle++) {
      const base = cycle * calendar.cycle
      let from = 0
      for (const [start, end] of [...open, [calendar.cycle, calendar.cycle] as const]) {
        if (start > from) closures.push({ from: base + from, to: base + start, amount: null })
        from = end
      }
    }
  }
  return closures.length === 0 ? {} : { closures }
}
