/**
 * Commitments and their life: a debtor promises a creditor to bring a task about, perhaps on a condition.
 *
 *     conditional --condition met--> active --fulfilled--> satisfied
 *          |                           |----deadline-----> violated   (pays the penalty)
 *          |                           |----decommitted--> cancelled  (pays the penalty)
 *          |----condition's time over--> expired
 *          |----decommitted-----------> cancelled  (nothing to pay: nothing was owed yet)
 *          |----fulfilled-------------> satisfied
 *     conditional, active --creditor releases--> released
 *
 * A promise kept raises the trust in the debtor, a violated or cancelled active one lowers it; what was never owed counts for nothing.
 *
 * Sources: Singh (1999), An ontology for commitments in multiagent systems; Telang and Singh (2012), the life cycle; Sandholm and
 * Lesser (2001) for decommitment at a price.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { TrustRecord } from './trust.ts'

export const COMMITMENT_STATES = [
  'conditional',
  'active',
  'satisfied',
  'violated',
  'expired',
  'cancelled',
  'released',
] as const
export type CommitmentState = (typeof COMMITMENT_STATES)[number]

export interface CommitmentTerms {
  readonly id: string
  readonly debtor: string
  readonly creditor: string
  readonly task: string
  /** What has to hold before anything is owed; null: nothing. */
  readonly condition: string | null
  /** Time by which the condition has to hold; null: no limit. */
  readonly conditionBy: number | null
  /** Latest time of fulfilment; null: no limit. */
  readonly deadline: number | null
  /** Paid to the creditor for a violated or cancelled active commitment, >= 0. */
  readonly penalty: number
}

export interface Commitment extends CommitmentTerms {
  readonly state: CommitmentState
  /** When it came into this state. */
  readonly since: number
}

export type CommitmentEvent =
  | { readonly kind: 'condition-met' | 'fulfilled' | 'released' | 'time'; readonly at: number }
  | { readonly kind: 'decommitted'; readonly at: number; readonly reason: string }

export interface Payment {
  readonly from: string
  readonly to: string
  readonly amount: number
  readonly commitment: string
}

export type CommitmentStep =
  | { readonly status: 'changed'; readonly commitment: Commitment; readonly payment: Payment | null }
  | { readonly status: 'unchanged'; readonly commitment: Commitment }
  /** The event cannot happen to a commitment in this state. */
  | { readonly status: 'refused'; readonly commitment: Commitment; readonly reason: string }

/** What an event makes of a commitment. The clock goes first: what is overdue at the time of the event is expired or violated. */
export function commitmentStep(commitment: Commitment, event: CommitmentEvent): CommitmentStep {
  const { state, conditionBy, deadline, penalty, debtor, creditor, id } = commitment
  const to = (next: CommitmentState, at: number, owed = false): CommitmentStep => ({
    status: 'changed',
    commitment: { ...commitment, state: next, since: at },
    payment: owed && penalty > 0 ? { from: debtor, to: creditor, amount: penalty, commitment: id } : null,
  })
  if (state === 'conditional' && conditionBy !== null && event.at > conditionBy) return to('expired', conditionBy)
  if ((state === 'active' || state === 'conditional') && deadline !== null && event.at > deadline)
    return state === 'active' ? to('violated', deadline, true) : to('expired', deadline)
  if (event.kind !== 'time' && state !== 'conditional' && state !== 'active') {
    return {
      status: 'refused',
      commitment,
      reason: `the commitment "${id}" is ${state}: nothing can happen to it any more`,
    }
  }
  switch (event.kind) {
    case 'time':
      return { status: 'unchanged', commitment }
    case 'condition-met':
      if (state === 'conditional') return to('active', event.at)
      return { status: 'refused', commitment, reason: `the commitment "${id}" is active already` }
    case 'fulfilled':
      return to('satisfied', event.at)
    case 'released':
      return to('released', event.at)
    case 'decommitted':
      return to('cancelled', event.at, state === 'active')
  }
}

/** All commitments of a group of agents: their states, what was paid, and the trust that follows. Time never runs back. */
export class CommitmentBook {
  readonly trust: TrustRecord
  readonly #commitments = new Map<string, Commitment>()
  readonly #payments: Payment[] = []
  #now = Number.NEGATIVE_INFINITY

  constructor(trust: TrustRecord = new TrustRecord()) {
    this.trust = trust
  }

  /** @throws InvalidInputError when the id is taken, a number is out of range, or somebody promises itself something */
  add(terms: CommitmentTerms, at: number): Commitment {
    const issues: Issue[] = []
    const fault = (code: string, path: string, message: string, hint: string): void => {
      issues.push({ code, path: [path], message, hint })
    }
    if (this.#commitments.has(terms.id))
      fault('duplicate', 'id', `there is a commitment "${terms.id}" already`, 'use unique ids')
    if (terms.debtor === terms.creditor)
      fault('same-agent', 'creditor', `"${terms.debtor}" would promise itself "${terms.task}"`, 'name another creditor')
    if (!(terms.penalty >= 0 && Number.isFinite(terms.penalty)))
      fault('out-of-range', 'penalty', `the penalty is ${terms.penalty}`, 'give a number >= 0')
    if (!Number.isFinite(at) || at < this.#now)
      fault('out-of-range', 'at', `the commitment begins at ${at}, and it is ${this.#now}`, 'give no time in the past')
    if (issues.length > 0) throw new InvalidInputError(issues)
    const commitment: Commitment = { ...terms, state: terms.condition === null ? 'active' : 'conditional', since: at }
    this.#commitments.set(terms.id, commitment)
    this.advance(at)
    return commitment
  }

  /** @throws InvalidInputError for an unknown commitment or a time in the past */
  apply(id: string, event: CommitmentEvent): CommitmentStep {
    const commitment = this.#commitments.get(id)
    if (commitment === undefined || event.at < this.#now) {
      const message = commitment === undefined ? `there is no commitment "${id}"` : `time ${event.at} is in the past`
      throw new InvalidInputError([
        {
          code: 'unknown-name',
          path: ['id'],
          message,
          hint: 'name a commitment that was added, and a time from now on',
        },
      ])
    }
    this.advance(event.at)
    const step = commitmentStep(this.#commitments.get(id) as Commitment, event)
    this.#keep(step)
    return step
  }

  /** Lets time pass: what is overdue is expired or violated, in the order of the ids. */
  advance(now: number): readonly Commitment[] {
    this.#now = Math.max(this.#now, now)
    const changed: Commitment[] = []
    for (const id of [...this.#commitments.keys()].sort()) {
      const step = commitmentStep(this.#commitments.get(id) as Commitment, { kind: 'time', at: this.#now })
      if (step.status === 'changed') changed.push(step.commitment)
      this.#keep(step)
    }
    return changed
  }

  #keep(step: CommitmentStep): void {
    if (step.status !== 'changed') return
    const { commitment, payment } = step
    const before = this.#commitments.get(commitment.id)
    this.#commitments.set(commitment.id, commitment)
    if (payment !== null) this.#payments.push(payment)
    if (commitment.state === 'satisfied') this.trust.record(commitment.debtor, true)
    const broken = commitment.state === 'violated' || (commitment.state === 'cancelled' && before?.state === 'active')
    if (broken) this.trust.record(commitment.debtor, false)
  }

  get(id: string): Commitment | undefined {
    return this.#commitments.get(id)
  }

  /** By id. */
  get all(): readonly Commitment[] {
    return [...this.#commitments.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** Penalties, in the order in which they fell due. */
  get payments(): readonly Payment[] {
    return this.#payments
  }
}
