/** Who takes part in a contract net, under which terms, and what comes of it. */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { type ChannelOptions, channelIssues } from './channel.ts'
import type { TranscriptLine } from './message-log.ts'

/** The name of the initiator in transcripts; no contractor may have it. */
export const INITIATOR = 'initiator'

/** An agent that bids. Called in the order of the clock. */
export interface Contractor {
  readonly id: string
  /** Marginal cost of the task on top of what the agent holds, or why it does not bid. A proposal is held until `release` or `commit`. */
  bid(task: string): { readonly cost: number } | { readonly refuse: string }
  /** The held proposal was accepted. */
  commit(task: string): void
  /** The held proposal was rejected, or the award withdrawn. */
  release(task: string): void
  /** Carries out a task. Absent: done at once. */
  perform?(task: string): { readonly duration: number; readonly failure?: string }
  /** From this time on the agent neither receives nor sends. */
  readonly crashesAt?: number
}

export interface ContractNetOptions extends ChannelOptions {
  /** @default 'sequential' */
  readonly announcement?: 'sequential' | 'parallel'
  /** Time for proposals. @default 10 */
  readonly bidWindow?: number
  /** Time for a result after the award. @default 1000 */
  readonly lease?: number
  /** How often a task is announced at most. @default 3 */
  readonly rounds?: number
  /** Times an unanswered award is repeated. @default 3 */
  readonly repeats?: number
  /**
   * What an award is expected to cost the initiator, for instance with the trust in the agent; the least wins. The cost reported stays the
   * one offered. @default the cost offered
   */
  readonly evaluate?: (agent: string, task: string, cost: number) => number
}

export interface TaskOutcome {
  readonly task: string
  readonly status: 'done' | 'unallocated'
  /** Who did it, null when unallocated. */
  readonly agent: string | null
  readonly cost: number | null
  /** Announcements made. */
  readonly rounds: number
  /** Why each agent did not do it: its refusal, failure or silence in its last conversation. */
  readonly reasons: Readonly<Record<string, string>>
}

export interface ContractNetResult {
  /** `complete`: every task is done. */
  readonly status: 'complete' | 'partial'
  readonly tasks: readonly TaskOutcome[]
  /** Sum of the accepted costs of the tasks done. */
  readonly cost: number
  /** Every copy of every message, in the order of sending; built when it is first read. */
  readonly transcript: readonly TranscriptLine[]
  /** Time on the virtual clock at the end. */
  readonly time: number
}

/** @throws InvalidInputError when ids repeat or an option is out of range */
export function validateContractNet(
  tasks: readonly string[],
  contractors: readonly Contractor[],
  options: ContractNetOptions,
): void {
  const issues: Issue[] = []
  const fault = (code: string, path: (string | number)[], message: string, hint: string): void => {
    issues.push({ code, path, message, hint })
  }
  const repeated = (names: readonly string[], path: string): void => {
    names.forEach((name, k) => {
      if (names.indexOf(name) !== k) fault('duplicate', [path, k], `"${name}" is listed twice`, 'use unique ids')
    })
  }
  repeated(tasks, 'tasks')
  repeated([INITIATOR, ...contractors.map((one) => one.id)], 'contractors')
  const { bidWindow = 10, lease = 1000, rounds = 3, repeats = 3 } = options
  const positive = (name: string, value: number): void => {
    if (!(value > 0 && Number.isFinite(value)))
      fault('out-of-range', [name], `${name} is ${value}`, 'give a number > 0')
  }
  positive('bidWindow', bidWindow)
  positive('lease', lease)
  if (!Number.isInteger(rounds) || rounds < 1)
    fault('out-of-range', ['rounds'], `rounds is ${rounds}`, 'give a whole number >= 1')
  if (!Number.isInteger(repeats) || repeats < 0)
    fault('out-of-range', ['repeats'], `repeats is ${repeats}`, 'give a whole number >= 0')
  issues.push(...channelIssues(options))
  if (issues.length > 0) throw new InvalidInputError(issues)
}
