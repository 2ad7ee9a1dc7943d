/**
 * Several plans that want the same resources: which of them go ahead, by priority first and worth second.
 *
 * Sets        requests p with options o (timed plans, at most one of which is carried out), priorities, resources r, events t
 * Parameters  level change d_por(t) of an option up to and with (or just before) an event, worth v_p
 * Variables   x_po binary: option o of request p goes ahead
 * Objective   lexicographic over the priorities, highest first: max sum v_p x_po over the requests of that priority
 * Rows        sum_o x_po <= 1;  0 <= initial_r + supplies + sum d_por(t) x_po <= capacity_r just before and just after every event
 * Size        one column an option; two rows a resource and event
 *
 * Levels are piecewise linear with corners at events, so looking there is exact. Lower priorities never push out a higher one;
 * what is refused is told with the resource and the time at which it would not fit beside what goes ahead.
 */
import { clean, linearOptions, type ModelOptions } from '../../models/conflict/index.ts'
import { InternalError, InvalidInputError, type Limit, Run } from '../../solvers/contract/index.ts'
import { LinearModel, solveLinear, type Term } from '../../solvers/linear/index.ts'
import type { Resource } from '../domain/resource.ts'
import { type ResourceStep, type StepSource, stepsOf } from './steps.ts'
import { computeTimeline, levelAt, type ResourceTimeline, type TimelineOptions } from './timeline.ts'
import { ResourceTracker, type ResourceUsage } from './tracker.ts'
import { findViolations } from './violations.ts'

export interface AdmissionRequest {
  readonly id: string
  /** Higher goes first. @default 0 */
  readonly priority?: number
  /** Worth of going ahead, among requests of the same priority. @default 1 */
  readonly value?: number
  /** Timed plans, any one of which would do. */
  readonly options: readonly StepSource[]
}

export interface GrantedRequest {
  readonly request: string
  /** Index into its options. */
  readonly option: number
  readonly usage: readonly ResourceUsage[]
}

export interface RefusedRequest {
  readonly request: string
  /** For each option, the first thing that would not fit beside what goes ahead. */
  readonly reasons: readonly string[]
}

export type AllocatedResources =
  | {
      readonly status: 'optimal' | 'feasible'
      readonly limit: Limit | null
      readonly granted: readonly GrantedRequest[]
      readonly refused: readonly RefusedRequest[]
      /** Worth reached by priority, highest first. */
      readonly worth: readonly { readonly priority: number; readonly value: number }[]
    }
  | { readonly status: 'unknown'; readonly limit: Limit }

/** Totals of any source of steps on every resource. */
export function computeResourceUsage(
  source: StepSource,
  resources: readonly Resource[],
  options: TimelineOptions = {},
): ResourceUsage[] {
  return new ResourceTracker(resources, options).usage(source)
}

interface Option {
  readonly request: number
  readonly index: number
  readonly steps: readonly ResourceStep[]
  readonly column: number
}

/** Decides which requests share the resources. */
export class ResourceAllocator {
  readonly #resources: readonly Resource[]

  /** @throws InvalidInputError as the tracker */
  constructor(resources: readonly Resource[]) {
    this.#resources = new ResourceTracker(resources).resources
  }

  /** @throws InvalidInputError when requests share an id or have no option */
  async allocate(requests: readonly AdmissionRequest[], options: ModelOptions = {}): Promise<AllocatedResources> {
    validate(requests)
    const run = new Run('resources', options)
    const model = new LinearModel('resources', 'maximize')
    const all: Option[] = requests.flatMap((request, p) =>
      request.options.map((source, index) => {
        const column = model.addVariable(`${request.id} ${index}`, { kind: 'binary' })
        return { request: p, index, steps: stepsOf(source), column }
      }),
    )
    requests.forEach((request, p) => {
      const own = all.filter((option) => option.request === p).map(({ column }): Term => [column, 1])
      model.addRow(`one of ${request.id}`, own, '<=', 1)
    })
    for (const resource of this.#resources) addLevels(model, resource, all)
    const priorities = [...new Set(requests.map((request) => request.priority ?? 0))].sort((a, b) => b - a)
    let values: Float64Array | null = null
    let limit: Limit | null = null
    for (const priority of priorities) {
      const terms = all.flatMap(({ request, column }): Term[] => {
        const { priority: own = 0, value = 1 } = requests[request] as AdmissionRequest
        return own === priority ? [[column, value]] : []
      })
      model.replaceObjective(terms, 'maximize')
      const result = await solveLinear(model, linearOptions(run, options))
      if (result.status === 'unknown') {
        if (values === null) return { status: 'unknown', limit: result.limit }
        limit ??= result.limit
        break
      }
      if (result.status === 'infeasible' || result.status === 'unbounded') {
        if (values !== null) throw new InternalError('keeping what a higher priority reached left nothing')
        throw idleViolation(this.#resources)
      }
      values = result.values
      if (result.status === 'feasible') limit ??= result.limit
      const reached = terms.reduce(
        (sum, [column, value]) => sum + value * Math.round(result.values[column] as number),
        0,
      )
      model.addRow(`priority ${priority}`, terms, '>=', reached - 1e-6 * Math.max(1, Math.abs(reached)))
    }
    const chosen = all.filter(({ column }) => values !== null && (values[column] as number) > 0.5)
    return this.#answer(requests, all, chosen, priorities, limit)
  }

  #answer(
    requests: readonly AdmissionRequest[],
    all: readonly Option[],
    chosen: readonly Option[],
    priorities: readonly number[],
    limit: Limit | null,
  ): AllocatedResources {
    const together = chosen.flatMap((option) => named(requests, option))
    const broken = findViolations(together, this.#resources)[0]
    if (broken !== undefined) throw new InternalError(`what goes ahead breaks a resource: ${broken.message}`)
    const granted = chosen.map(({ request, index, steps }) => ({
      request: (requests[request] as AdmissionRequest).id,
      option: index,
      usage: computeResourceUsage(steps, this.#resources),
    }))
    const refused = requests.flatMap((request, p): RefusedRequest[] => {
      if (chosen.some((option) => option.request === p)) return []
      const own = all.filter((option) => option.request === p)
      const reasons = own.map((option) => {
        const first = findViolations([...together, ...named(requests, option)], this.#resources)[0]
        return first?.message ?? 'would fit, and is worth nothing'
      })
      return [{ request: request.id, reasons }]
    })
    const worth = priorities.map((priority) => ({
      priority,
      value: clean(
        chosen.reduce((sum, { request }) => {
          const { priority: own = 0, value = 1 } = requests[request] as AdmissionRequest
          return own === priority ? sum + value : sum
        }, 0),
      ),
    }))
    return { status: limit === null ? 'optimal' : 'feasible', limit, granted, refused, worth }
  }
}

/** Steps under the name of their request, so that those of different plans do not meet. */
function named(requests: readonly AdmissionRequest[], { request, steps }: Option): ResourceStep[] {
  return steps.map((step) => ({ ...step, id: `${(requests[request] as AdmissionRequest).id}: ${step.id}` }))
}

/** Just before and just after every event: 0 <= level <= capacity, linear in what goes ahead. */
function addLevels(model: LinearModel, resource: Resource, all: readonly Option[]): void {
  const idle = computeTimeline(resource, [])
  // Against a resource without end only the changes are left.
  const changes = all.map((option) => computeTimeline({ ...resource, closures: [] }, option.steps))
  const times = new Set([idle, ...changes].flatMap((timeline) => timeline.points.map((point) => point.time)))
  const upper =
    resource.type === 'reusable' ? Number.POSITIVE_INFINITY : (resource.capacity ?? Number.POSITIVE_INFINITY)
  const add = (when: string, level: number, read: (timeline: ResourceTimeline) => number): void => {
    const terms = all.flatMap(({ column }, k): Term[] => {
      const timeline = changes[k] as ResourceTimeline
      const change = read(timeline) - timeline.initial
      return Math.abs(change) < 1e-12 ? [] : [[column, change]]
    })
    model.addRange(`${resource.id} ${when}`, -level, terms, upper - level)
  }
  for (const time of [...times].sort((a, b) => a - b)) {
    add(`after ${time}`, levelAt(idle, time), (timeline) => levelAt(timeline, time))
    add(`before ${time}`, levelBefore(idle, time), (timeline) => levelBefore(timeline, time))
  }
}

function levelBefore(timeline: ResourceTimeline, time: number): number {
  const point = timeline.points.find((candidate) => candidate.time === time)
  return point === undefined ? levelAt(timeline, time) : point.before
}

function idleViolation(resources: readonly Resource[]): InvalidInputError {
  const found = findViolations([], resources)
  return new InvalidInputError(
    (found.length === 0 ? [{ type: 'unavailable', message: 'the resources break their own limits' }] : found).map(
      (own) => ({ code: own.type, path: ['resources'], message: own.message, hint: 'correct the resources' }),
    ),
  )
}

function validate(requests: readonly AdmissionRequest[]): void {
  const issues = requests.flatMap((request, p) => {
    const path = ['requests', p]
    const found: { code: string; path: (string | number)[]; message: string; hint: string }[] = []
    if (requests.findIndex((other) => other.id === request.id) !== p) {
      const message = `the request "${request.id}" stands twice`
      found.push({ code: 'duplicate-id', path: [...path, 'id'], message, hint: 'rename one' })
    }
    if (request.options.length === 0) {
      const message = `the request "${request.id}" has no option`
      found.push({ code: 'empty', path: [...path, 'options'], message, hint: 'give at least one plan' })
    }
    if (!((request.value ?? 1) >= 0) || !Number.isFinite(request.priority ?? 0)) {
      const message = `the worth or priority of "${request.id}" is no number >= 0`
      found.push({ code: 'out-of-range', path, message, hint: 'give a worth >= 0 and a finite priority' })
    }
    return found
  })
  if (issues.length > 0) throw new InvalidInputError(issues)
}
