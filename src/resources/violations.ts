/**
 * Everything a timed plan does that its resources and limits do not allow, each with the steps responsible and the
 * smallest single change that would lift it. Exact between events: a stock that runs dry inside a step is found at the
 * instant it does.
 */
import type { Resource } from '../domain/resource.ts'
import { type ResourceStep, type StepSource, stepsOf, withDeliveries } from './steps.ts'
import { computeTimeline, levelAt, type ResourceTimeline, type TimelineOptions } from './timeline.ts'

export type ViolationType =
  /** More of a reusable resource is in use than there is. */
  | 'capacity'
  /** A stock is below 0, or the resource is not known at all. */
  | 'unavailable'
  /** A stock is above its capacity. */
  | 'overflow'
  | 'budget'
  | 'deadline'
  | 'precedence'

/** The least that would lift the violation by itself. */
export type Fix =
  | { readonly kind: 'delay'; readonly step: string; readonly to: number }
  | { readonly kind: 'add-capacity'; readonly resource: string; readonly amount: number }
  | { readonly kind: 'supply'; readonly resource: string; readonly amount: number; readonly by: number }
  | { readonly kind: 'extend'; readonly limit: 'budget' | 'deadline'; readonly by: number }
  | { readonly kind: 'define'; readonly resource: string }

export interface ResourceViolation {
  readonly type: ViolationType
  /** null for budget, deadline and precedence. */
  readonly resource: string | null
  /** The violated interval; equal for an instant, `to` Infinity when it never ends. */
  readonly from: number
  readonly to: number
  /** At the worst instant. */
  readonly needed: number
  readonly available: number
  /** Ids of the steps responsible, in plan order. */
  readonly steps: readonly string[]
  readonly fix: Fix
  /** One sentence. */
  readonly message: string
}

/** Hard limits beside the resources. Two numbers are enough for most plans. */
export interface PlanLimits {
  readonly budget?: number
  /** Latest end of the whole plan. */
  readonly deadline?: number
  /** [first, second]: `first` ends before `second` starts, by at least the lag (0 when left out). */
  readonly precedence?: readonly (readonly [string, string] | readonly [string, string, number])[]
}

/** Amounts this close to a limit keep it. */
const TOLERANCE = 1e-9

/** Empty exactly when the plan respects every resource at every instant and every limit. */
export function findViolations(
  source: StepSource,
  resources: readonly Resource[],
  limits: PlanLimits = {},
  given: TimelineOptions = {},
): ResourceViolation[] {
  const steps = stepsOf(source)
  const options = withDeliveries(source, given)
  return [
    ...unknownResources(steps, resources),
    ...resources.flatMap((resource) => resourceViolations(resource, steps, options)),
    ...limitViolations(steps, resources, limits),
  ]
}

/** Cost of the steps themselves and of what they take and hold. */
export function planCost(steps: readonly ResourceStep[], resources: readonly Resource[]): number {
  const byId = new Map(resources.map((resource) => [resource.id, resource]))
  let total = 0
  for (const step of steps) {
    total += step.cost ?? 0
    for (const { resource: id, amount, when } of step.requires) {
      const resource = byId.get(id)
      if (resource === undefined) continue
      if (resource.type !== 'reusable') total += resource.costPerUnit * amount
      else if (when === 'duration') total += resource.costPerTime * amount * (step.end - step.start)
    }
  }
  return total
}

function unknownResources(steps: readonly ResourceStep[], resources: readonly Resource[]): ResourceViolation[] {
  const known = new Set(resources.map((resource) => resource.id))
  const missing = new Map<string, ResourceStep[]>()
  for (const step of steps) {
    for (const { resource } of [...step.requires, ...step.produces]) {
      if (known.has(resource)) continue
      const users = missing.get(resource) ?? []
      if (!users.includes(step)) users.push(step)
      missing.set(resource, users)
    }
  }
  return [...missing].map(([resource, users]) => ({
    type: 'unavailable',
    resource,
    from: Math.min(...users.map((step) => step.start)),
    to: Math.max(...users.map((step) => step.end)),
    needed: Math.max(
      ...users.flatMap((step) => step.requires.filter((r) => r.resource === resource).map((r) => r.amount)),
      0,
    ),
    available: 0,
    steps: users.map((step) => step.id),
    fix: { kind: 'define', resource },
    message: `${resource} is used but not known`,
  }))
}

function resourceViolations(
  resource: Resource,
  steps: readonly ResourceStep[],
  options: TimelineOptions,
): ResourceViolation[] {
  const timeline = computeTimeline(resource, steps, options)
  const found = shortages(timeline).map((period) => shortageViolation(resource, steps, timeline, period))
  if (resource.type === 'reusable') found.push(...instantViolations(resource, steps, timeline))
  else if (resource.capacity !== null && options.overflow !== 'spill') {
    const { capacity } = resource
    for (const period of shortages(mirrored(timeline, capacity))) {
      const users = steps.filter(
        (step) => step.produces.some((r) => r.resource === resource.id) && begins(step, resource.id) <= period.worstAt,
      )
      found.push({
        type: 'overflow',
        resource: resource.id,
        from: period.from,
        to: period.to,
        needed: capacity + period.excess,
        available: capacity,
        steps: users.map((step) => step.id),
        fix: { kind: 'add-capacity', resource: resource.id, amount: period.excess },
        message: `${resource.id} holds ${said(capacity + period.excess)} where ${said(capacity)} fit, from ${said(period.from)}`,
      })
    }
  }
  return found
}

interface Period {
  readonly from: number
  readonly to: number
  /** Largest amount below 0, and when. */
  readonly excess: number
  readonly worstAt: number
}

/** Maximal intervals with a level below 0, with the exact instants at which it gets there and comes back. */
function shortages(timeline: ResourceTimeline): Period[] {
  const periods: Period[] = []
  let open: { from: number; excess: number; worstAt: number } | null = null
  const note = (time: number, level: number): void => {
    open ??= { from: time, excess: 0, worstAt: time }
    if (-level > open.excess) {
      open.excess = -level
      open.worstAt = time
    }
  }
  const close = (time: number): void => {
    if (open !== null) periods.push({ ...open, to: time })
    open = null
  }
  if (timeline.initial < -TOLERANCE) note(timeline.points[0]?.time ?? 0, timeline.initial)
  timeline.points.forEach((point, k) => {
    if (point.before < -TOLERANCE) note(point.time, point.before)
    if (point.after < -TOLERANCE) note(point.time, point.after)
    else close(point.time)
    if (point.slope === 0) return
    const until = timeline.points[k + 1]?.time ?? Number.POSITIVE_INFINITY
    const zero = point.time - point.after / point.slope
    if (point.slope < 0 && point.after >= -TOLERANCE && zero < until - TOLERANCE) {
      open = { from: Math.max(point.time, zero), excess: 0, worstAt: zero }
    } else if (point.slope > 0 && point.after < -TOLERANCE && zero <= until) close(zero)
  })
  close(Number.POSITIVE_INFINITY)
  return periods
}

/** The free room above the level, so that an overflow is a shortage of room. */
function mirrored(timeline: ResourceTimeline, capacity: number): ResourceTimeline {
  return {
    ...timeline,
    initial: capacity - timeline.initial,
    points: timeline.points.map((point) => ({
      ...point,
      before: capacity - point.before,
      after: capacity - point.after,
      slope: -point.slope,
    })),
  }
}

function shortageViolation(
  resource: Resource,
  steps: readonly ResourceStep[],
  timeline: ResourceTimeline,
  period: Period,
): ResourceViolation {
  const { from, to, excess, worstAt } = period
  const users = steps.filter((step) => step.requires.some((r) => r.resource === resource.id))
  if (resource.type === 'reusable') {
    const running = users.filter((step) => step.start <= worstAt && step.end > worstAt)
    const available = resource.capacity ?? resource.initial
    const needed = available + excess
    return {
      type: 'capacity',
      resource: resource.id,
      from,
      to,
      needed,
      available,
      steps: running.map((step) => step.id),
      fix: smallestDelay(resource, running, timeline, worstAt) ?? {
        kind: 'add-capacity',
        resource: resource.id,
        amount: excess,
      },
      message: `${resource.id}: ${said(needed)} in use of ${said(available)} from ${said(from)} to ${said(to)} by ${running.map((step) => step.id).join(', ')}`,
    }
  }
  const takers = users.filter((step) => begins(step, resource.id) <= worstAt)
  return {
    type: 'unavailable',
    resource: resource.id,
    from,
    to,
    needed: excess + Math.max(0, levelBefore(timeline, from)),
    available: Math.max(0, levelBefore(timeline, from)),
    steps: takers.map((step) => step.id),
    fix: { kind: 'supply', resource: resource.id, amount: excess, by: from },
    message: `${resource.id} runs ${said(excess)} short from ${said(from)}, taken by ${takers.map((step) => step.id).join(', ')}`,
  }
}

/** First instant at which the step changes the stock. */
function begins(step: ResourceStep, resource: string): number {
  const own = [...step.requires, ...step.produces].filter((r) => r.resource === resource)
  return Math.min(...own.map((r) => (r.when === 'end' ? step.end : step.start)))
}

function levelBefore(timeline: ResourceTimeline, time: number): number {
  const point = timeline.points.find((candidate) => candidate.time >= time - TOLERANCE)
  return point === undefined || point.time > time + TOLERANCE ? levelAt(timeline, time) : point.before
}

/** The one step whose delay to the end of another one of them lifts the overload soonest. */
function smallestDelay(
  resource: Resource,
  running: readonly ResourceStep[],
  timeline: ResourceTimeline,
  worstAt: number,
): Fix | null {
  let best: { step: string; to: number; by: number } | null = null
  const short = -levelAt(timeline, worstAt)
  for (const step of running) {
    const own = amountHeld(step, resource.id)
    if (own < short - TOLERANCE) continue
    for (const other of running) {
      if (other === step || other.end <= step.start) continue
      const by = other.end - step.start
      const free = levelAt(timeline, other.end) + (step.end > other.end ? own : 0)
      if (free < own - TOLERANCE || (best !== null && by >= best.by)) continue
      best = { step: step.id, to: other.end, by }
    }
  }
  return best === null ? null : { kind: 'delay', step: best.step, to: best.to }
}

function amountHeld(step: ResourceStep, resource: string): number {
  let held = 0
  for (const r of step.requires) if (r.resource === resource && r.when === 'duration') held += r.amount
  return held
}

/** Reusable amounts that are only needed at an instant. */
function instantViolations(
  resource: Resource,
  steps: readonly ResourceStep[],
  timeline: ResourceTimeline,
): ResourceViolation[] {
  const found: ResourceViolation[] = []
  const available = resource.capacity ?? resource.initial
  for (const when of ['start', 'end'] as const) {
    const needs = new Map<number, { amount: number; steps: string[] }>()
    for (const step of steps) {
      for (const r of step.requires) {
        if (r.resource !== resource.id || r.when !== when) continue
        const time = when === 'start' ? step.start : step.end
        const need = needs.get(time) ?? { amount: 0, steps: [] }
        need.amount += r.amount
        need.steps.push(step.id)
        needs.set(time, need)
      }
    }
    for (const [time, need] of needs) {
      const free = when === 'start' ? levelAt(timeline, time) : levelBefore(timeline, time)
      if (free < -TOLERANCE || need.amount <= free + TOLERANCE) continue
      found.push({
        type: 'capacity',
        resource: resource.id,
        from: time,
        to: time,
        needed: need.amount + available - free,
        available,
        steps: need.steps,
        fix: { kind: 'add-capacity', resource: resource.id, amount: need.amount - free },
        message: `${resource.id}: ${said(need.amount)} needed at ${said(time)} where ${said(free)} are free`,
      })
    }
  }
  return found
}

function limitViolations(
  steps: readonly ResourceStep[],
  resources: readonly Resource[],
  limits: PlanLimits,
): ResourceViolation[] {
  const found: ResourceViolation[] = []
  const late = (step: ResourceStep, deadline: number): void => {
    if (step.end <= deadline + TOLERANCE) return
    found.push({
      type: 'deadline',
      resource: null,
      from: deadline,
      to: step.end,
      needed: step.end,
      available: deadline,
      steps: [step.id],
      fix: { kind: 'extend', limit: 'deadline', by: step.end - deadline },
      message: `${step.id} ends at ${said(step.end)}, after ${said(deadline)}`,
    })
  }
  for (const step of steps) {
    const own = Math.min(step.deadline ?? Number.POSITIVE_INFINITY, limits.deadline ?? Number.POSITIVE_INFINITY)
    if (Number.isFinite(own)) late(step, own)
  }
  const cost = planCost(steps, resources)
  if (limits.budget !== undefined && cost > limits.budget + TOLERANCE) {
    found.push({
      type: 'budget',
      resource: null,
      from: 0,
      to: Math.max(0, ...steps.map((step) => step.end)),
      needed: cost,
      available: limits.budget,
      steps: steps.filter((step) => planCost([step], resources) > 0).map((step) => step.id),
      fix: { kind: 'extend', limit: 'budget', by: cost - limits.budget },
      message: `the plan costs ${said(cost)} of ${said(limits.budget)}`,
    })
  }
  const byId = new Map(steps.map((step) => [step.id, step]))
  for (const [first, second, lag = 0] of limits.precedence ?? []) {
    const a = byId.get(first)
    const b = byId.get(second)
    if (a === undefined || b === undefined || b.start - a.end >= lag - TOLERANCE) continue
    found.push({
      type: 'precedence',
      resource: null,
      from: b.start,
      to: a.end + lag,
      needed: a.end + lag,
      available: b.start,
      steps: [first, second],
      fix: { kind: 'delay', step: second, to: a.end + lag },
      message: `${second} starts at ${said(b.start)}, ${first} ends at ${said(a.end)}${lag > 0 ? ` and ${said(lag)} must lie between` : ''}`,
    })
  }
  return found
}

/** A number in a message: to three decimals, or three digits where it is small. */
function said(value: number): string {
  return String(Math.abs(value) >= 1 ? Math.round(value * 1000) / 1000 : Number(value.toPrecision(3)))
}
