/** One invocation: its streams, its limits, its talk. Data goes to stdout, talk to stderr. */
import type { ModelOptions } from '../../models/conflict/index.ts'
import type { ProjectOptions } from '../../models/scheduling/engine.ts'
import type { Limit, ProgressEvent, RunOptions } from '../../solvers/contract/index.ts'
import { formatDuration, formatNumber, formatPercent } from '../report/format.ts'
import type { Report } from '../report/html.ts'
import type { ExitCode } from './exit-codes.ts'

/** Where a command writes; the real process or a test. */
export interface Streams {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Columns of the terminal, 100 when there is none. */
  readonly width: number
  readonly isTerminal: boolean
  /** An attempt that gives up soon: what it cannot answer at once is left to a second thread (brief.ts). @default false */
  readonly brief?: boolean
}

/** Options that every verb has. */
export interface CommonOptions {
  readonly json?: boolean
  readonly jsonLines?: boolean
  readonly timeLimit?: number
  readonly seed?: number
  readonly solver?: string
  readonly quiet?: boolean
  readonly color?: boolean
  readonly out?: string
  readonly requireOptimal?: boolean
}

/** What a verb hands back. */
export interface Outcome {
  /** The one JSON object of `--json`. Deterministic: no times, no machine facts. */
  readonly result: Readonly<Record<string, unknown>> & { readonly status: string }
  /** For people; of a verb whose product is a text (`schema`, `convert`), that text. */
  readonly text: string
  /** The text is the product: printed as it stands, with --json too. */
  readonly verbatim?: true
  readonly limit: Limit | null
  /** For `--out`; null when the verb draws nothing. */
  readonly report: Report | null
  /** Several outcomes under one: each gets its own folder below that of `--out`, the report above links to them. */
  readonly parts?: readonly { readonly name: string; readonly outcome: Outcome }[]
  /** Replaces the exit code that follows from the status. */
  readonly exitCode?: ExitCode
}

export class Session {
  readonly streams: Streams
  readonly options: CommonOptions
  readonly #signal: AbortSignal
  #lastTalk = 0

  constructor(streams: Streams, options: CommonOptions, signal: AbortSignal) {
    this.streams = streams
    this.options = options
    this.#signal = signal
  }

  get interrupted(): boolean {
    return this.#signal.aborted
  }

  /** Whether the terminal is to be painted: it is one, and neither --no-color nor NO_COLOR says otherwise. */
  get colours(): boolean {
    return this.streams.isTerminal && this.options.color !== false && (process.env['NO_COLOR'] ?? '') === ''
  }

  /** Options for the fronts. */
  get run(): RunOptions {
    const { timeLimit, seed } = this.options
    return {
      signal: this.#signal,
      onProgress: (event) => this.#progress(event),
      ...(timeLimit === undefined ? {} : { timeLimitMs: timeLimit }),
      ...(seed === undefined ? {} : { seed }),
    }
  }

  /** The same for formulations that are solved by the linear front: with the backend of `--solver`. */
  async formulation(): Promise<ModelOptions> {
    const { solver } = this.options
    if (solver === undefined) return this.run
    const { backendByName } = await import('../../solvers/linear/index.ts')
    return { ...this.run, backends: [backendByName(solver)] }
  }

  /** The same for projects: naming a linear backend asks for the linear model, also where the exact scheduler would be chosen. */
  async project(): Promise<ProjectOptions> {
    const options = await this.formulation()
    return this.options.solver === undefined ? options : { ...options, engine: 'linear' }
  }

  /** A line for people on stderr, unless --quiet. */
  talk(text: string): void {
    if (this.options.quiet !== true) this.streams.stderr(`${text}\n`)
  }

  #progress(event: ProgressEvent): void {
    if (this.options.jsonLines === true) {
      const { elapsedMs, ...rest } = event
      this.streams.stdout(`${JSON.stringify({ event: rest.kind, ...rest, elapsedMs: Math.round(elapsedMs) })}\n`)
    }
    // Silence within the first second, then a line a second at most.
    if (event.elapsedMs < 1000 || event.elapsedMs - this.#lastTalk < 1000) return
    this.#lastTalk = event.elapsedMs
    const parts = [`${event.source} ${formatDuration(event.elapsedMs)}`]
    if (event.incumbent !== undefined) parts.push(`best ${formatNumber(event.incumbent, 4)}`)
    if (event.bound !== undefined) parts.push(`bound ${formatNumber(event.bound, 4)}`)
    if (event.gap !== undefined) parts.push(`gap ${formatPercent(event.gap)}`)
    if (event.message !== undefined) parts.push(event.message)
    this.talk(parts.join('  '))
  }
}
