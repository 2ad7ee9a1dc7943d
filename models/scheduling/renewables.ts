/**
 * The held resources of a compiled project as renewables of the exact scheduler: capacities less closures, one unit that is
 * there only in the window of a mode, and pauses.
 *
 * A mode that stands still for a while and holds nothing then is said with two kinds of renewables of the same resource: one
 * that is plentiful while anybody is idle, which every mode holds, and for every stretch with the same idle modes one that is
 * plentiful at all other times, which these modes do not hold.
 */
import type { Renewable } from '../../solvers/scheduling/index.ts'
import type { CompiledProject, HeldResource } from './compile.ts'

export interface HeldRenewable {
  readonly renewable: Renewable
  /** Whole amount that a mode holds. */
  readonly demand: (mode: number) => number
}

interface Stretch {
  readonly from: number
  readonly to: number
  /** Modes that hold nothing. */
  readonly idle: ReadonlySet<number>
}

/**
 * @param scale units of the renewable for one of the resource
 * @param horizon latest end of anything
 * @param most largest number the scheduler takes
 */
export function renewablesOf(held: HeldResource, scale: number, horizon: number, most: number): HeldRenewable[] {
  const { id, capacity, demand, closed } = held
  // Rounded down: a sum of whole units that keeps the real capacity keeps this one, and the other way round.
  const whole = Math.min(most, Math.floor(capacity * scale + 1e-6))
  const amount = (mode: number): number => Math.round((demand[mode] as number) * scale)
  const stretches = idleStretches(held)
  const gone = reductionsOf(closed, scale, whole, most)
  if (stretches.length === 0) {
    return [{ renewable: { id, capacity: whole, ...(gone.length > 0 ? { reductions: gone } : {}) }, demand: amount }]
  }
  const plenty = Math.min(most, whole + demand.reduce((sum, _, mode) => sum + amount(mode), 0))
  const end = horizon + 1
  /** Plentiful but for the spans given, where there is what the capacity and the closures leave. */
  const scarceIn = (name: string, spans: readonly (readonly [number, number])[]): Renewable => ({
    id: name,
    capacity: plenty,
    reductions: spans.flatMap(([from, to]) => {
      const bounds = [from, ...gone.flatMap((gap) => [gap.start, gap.end]).filter((t) => t > from && t < to), to]
      return [...new Set(bounds)]
        .sort((a, b) => a - b)
        .flatMap((start, k, all) => {
          const next = all[k + 1]
          if (next === undefined) return []
          const away = gone.find((gap) => gap.start <= start && next <= gap.end)?.amount ?? 0
          return [{ start, end: next, amount: plenty - whole + away }]
        })
    }),
  })
  const busy = stretches.map(({ from, to, idle }, k) => ({
    renewable: scarceIn(`${id} while some stand still ${k + 1}`, [[from, to]]),
    demand: (mode: number): number => (idle.has(mode) ? 0 : amount(mode)),
  }))
  return [{ renewable: scarceIn(id, complement(stretches, end)), demand: amount }, ...busy]
}

/** One unit that is there only while the mode may run: holding it keeps the start in its window. */
export function windowRenewable(project: CompiledProject, m: number, horizon: number, most: number): Renewable {
  const earliest = Math.min(most, project.modeEarliest[m] as number)
  const last = (project.modeLatest[m] as number) + (project.duration[m] as number)
  // An empty window leaves nothing open; reductions must not take one unit twice.
  const empty = (project.modeLatest[m] as number) < (project.modeEarliest[m] as number)
  if (empty) return { id: `window ${m}`, capacity: 1, reductions: [{ start: 0, end: horizon + 1, amount: 1 }] }
  const closed = [
    { start: 0, end: earliest, amount: 1 },
    ...(last < horizon ? [{ start: Math.max(0, last), end: horizon + 1, amount: 1 }] : []),
  ]
  return { id: `window ${m}`, capacity: 1, reductions: closed.filter(({ start, end }) => end > start) }
}

/** Closures as steps of a profile, so that overlapping ones never take more than there is. */
function reductionsOf(
  closed: HeldResource['closed'],
  scale: number,
  capacity: number,
  most: number,
): { start: number; end: number; amount: number }[] {
  const bounds = [...new Set(closed.flatMap(({ from, to }) => [from, Math.min(most, to)]))].sort((a, b) => a - b)
  return bounds.flatMap((start, k) => {
    const end = bounds[k + 1]
    if (end === undefined) return []
    const gone = closed.reduce((sum, { from, to, amount }) => (from <= start && end <= to ? sum + amount : sum), 0)
    const amount = Math.min(capacity, Math.ceil(gone * scale - 1e-6))
    return amount > 0 ? [{ start, end, amount }] : []
  })
}

/** The stretches of time in which the same modes are idle, in order; only those in which some are. */
function idleStretches({ idle }: HeldResource): Stretch[] {
  const spans = [...idle].flatMap(([mode, own]) => own.map(([from, to]) => ({ mode, from, to })))
  const bounds = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  return bounds.flatMap((from, k) => {
    const to = bounds[k + 1]
    if (to === undefined) return []
    const modes = spans.filter((span) => span.from <= from && to <= span.to).map(({ mode }) => mode)
    return modes.length === 0 ? [] : [{ from, to, idle: new Set(modes) }]
  })
}

/** What of [0, end) lies outside the stretches. */
function complement(stretches: readonly Stretch[], end: number): [number, number][] {
  const outside: [number, number][] = []
  let from = 0
  for (const stretch of stretches) {
    if (stretch.from > from) outside.push([from, stretch.from])
    from = stretch.to
  }
  if (from < end) outside.push([from, end])
  return outside
}
