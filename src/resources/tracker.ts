/**
 * The tracker: a set of resources that answers what a plan does to them. It keeps nothing between calls; the same plan
 * gives the same timelines.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { Resource } from '../domain/resource.ts'
import { type StepSource, stepsOf, withDeliveries } from './steps.ts'
import { computeTimeline, levelAt, type ResourceTimeline, type Supply, type TimelineOptions } from './timeline.ts'
import { findViolations, type PlanLimits, planCost, type ResourceViolation } from './violations.ts'

/** What is there and what is in use; for a reusable resource the two always add up to its capacity. */
export interface ResourceState {
  readonly resource: string
  readonly time: number
  readonly available: number
  readonly allocated: number
}

/** Totals of a plan on one resource. */
export interface ResourceUsage {
  readonly resource: string
  readonly consumed: number
  readonly produced: number
  /** Produced and supplied minus consumed. */
  readonly net: number
  /** Most in use at once (reusable), or the lowest level (stocks). */
  readonly peak: number
  readonly spilled: number
}

export class ResourceTracker {
  readonly resources: readonly Resource[]
  readonly #options: TimelineOptions

  /** @throws InvalidInputError on duplicate ids, negative or non-numeric amounts, or an initial stock above the capacity */
  constructor(resources: readonly Resource[], options: TimelineOptions = {}) {
    const issues = resourceIssues(resources, options.supplies ?? [])
    if (issues.length > 0) throw new InvalidInputError(issues)
    this.resources = resources
    this.#options = options
  }

  /** The course of every resource, in the order of the resources. */
  timeline(source: StepSource): ResourceTimeline[] {
    const steps = stepsOf(source)
    const options = withDeliveries(source, this.#options)
    return this.resources.map((resource) => computeTimeline(resource, steps, options))
  }

  /** State of every resource at an instant, what happens at that instant included. */
  stateAt(source: StepSource, time: number): ResourceState[] {
    return this.timeline(source).map((timeline, k) => {
      const resource = this.resources[k]!
      const available = levelAt(timeline, time)
      const allocated = resource.type === 'reusable' ? timeline.initial - available : 0
      return { resource: resource.id, time, available, allocated }
    })
  }

  usage(source: StepSource): ResourceUsage[] {
    const steps = stepsOf(source)
    const { supplies = [] } = withDeliveries(source, this.#options)
    return this.timeline(source).map((timeline, k) => {
      const resource = this.resources[k]!
      const total = (list: 'requires' | 'produces'): number =>
        steps.flatMap((step) => step[list]).reduce((sum, r) => (r.resource === resource.id ? sum + r.amount : sum), 0)
      const stock = resource.type !== 'reusable'
      const supplied = supplies
        .filter((supply) => supply.resource === resource.id)
        .reduce((sum, supply) => sum + ('at' in supply ? supply.amount : supply.rate * (supply.to - supply.from)), 0)
      const lowest = timeline.points.reduce((least, p) => Math.min(least, p.before, p.after), timeline.initial)
      const consumed = stock ? total('requires') : 0
      const produced = stock ? total('produces') : 0
      return {
        resource: resource.id,
        consumed,
        produced,
        net: produced + supplied - consumed,
        peak: stock ? lowest : timeline.initial - lowest,
        spilled: timeline.spilled,
      }
    })
  }

  /** @see findViolations */
  findViolations(source: StepSource, limits: PlanLimits = {}): ResourceViolation[] {
    return findViolations(source, this.resources, limits, this.#options)
  }

  /** True exactly when there is no violation. */
  isFeasible(source: StepSource, limits: PlanLimits = {}): boolean {
    return this.findViolations(source, limits).length === 0
  }

  cost(source: StepSource): number {
    return planCost(stepsOf(source), this.resources)
  }
}

function resourceIssues(resources: readonly Resource[], supplies: readonly Supply[]): Issue[] {
  const issues: Issue[] = []
  const seen = new Set<string>()
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  resources.forEach((resource, k) => {
    const path = ['resources', k]
    if (seen.has(resource.id)) {
      fault('duplicate-id', [...path, 'id'], `the resource ${resource.id} is defined twice`, 'give it another id')
    }
    seen.add(resource.id)
    for (const key of ['initial', 'capacity', 'costPerUnit', 'costPerTime'] as const) {
      const value = resource[key]
      if (value === null || value >= 0) continue
      fault('out-of-range', [...path, key], `${key} of ${resource.id} is ${value}`, 'give a number >= 0')
    }
    if (resource.capacity !== null && resource.initial > resource.capacity) {
      const message = `${resource.id} starts with ${resource.initial} but holds ${resource.capacity} at most`
      fault('out-of-range', [...path, 'initial'], message, 'lower the initial amount or raise the capacity')
    }
  })
  supplies.forEach((supply, k) => {
    if (seen.has(supply.resource)) return
    const message = `supply ${supply.id} names the unknown resource ${supply.resource}`
    fault('unknown-name', ['supplies', k, 'resource'], message, `use one of ${[...seen].join(', ')}`)
  })
  return issues
}
