/**
 * The error model, written once. Exceptions are for bad input, unsupported requests, missing packages, broken backends
 * and our own bugs. Infeasible, limit reached and no agreement are results (see status.ts), never exceptions.
 */

/** One fault of the input. All faults of an input are collected and reported at once. */
export interface Issue {
  /** Stable machine-readable code in kebab-case, e.g. `unknown-name`, `out-of-range`. */
  readonly code: string
  /** Where in the document or argument: property names and indices, outermost first. */
  readonly path: readonly (string | number)[]
  /** What is wrong, in one sentence that names the offending value. */
  readonly message: string
  /** How to put it right. */
  readonly hint: string
  /** The offending value, when it is small enough to show. */
  readonly value?: unknown
  /** 1-based position in the source text, when the input was text. */
  readonly line?: number
  readonly column?: number
  /** Name of the source the position refers to. */
  readonly file?: string
}

export interface PlannerErrorOptions {
  /** How the caller can put it right. */
  readonly hint?: string
  /** The error underneath. */
  readonly cause?: unknown
}

/** Base of every error this project throws on purpose. Serialises to JSON. */
export class PlannerError extends Error {
  /** Stable machine-readable code in kebab-case. */
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, options: PlannerErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.hint = options.hint
  }

  toJSON(): Record<string, unknown> {
    const json: Record<string, unknown> = { name: this.name, code: this.code, message: this.message }
    if (this.hint !== undefined) json['hint'] = this.hint
    if (this.cause instanceof Error) json['cause'] = this.cause.message
    return json
  }
}

/** The input breaks its own rules. Carries every fault found. */
export class InvalidInputError extends PlannerError {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[], options: PlannerErrorOptions = {}) {
    super('invalid-input', describeIssues(issues), options)
    this.issues = issues
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), issues: this.issues }
  }
}

/** The request is understood but this build or backend cannot honour it; names the option or feature. */
export class UnsupportedError extends PlannerError {
  readonly feature: string

  constructor(feature: string, message: string, options: PlannerErrorOptions = {}) {
    super('unsupported', message, options)
    this.feature = feature
  }
}

/** An optional package is not installed. The hint is the exact install command. */
export class MissingPackageError extends PlannerError {
  readonly packageName: string

  constructor(packageName: string, version: string, purpose: string, cause?: unknown) {
    super('missing-package', `${purpose} needs the optional package ${packageName}, which is not installed.`, {
      hint: `npm install ${packageName}@${version}`,
      ...(cause === undefined ? {} : { cause }),
    })
    this.packageName = packageName
  }
}

/** A backend crashed, refused a valid model or gave an answer that fails its own check, and no other could be asked. */
export class BackendError extends PlannerError {
  readonly backend: string

  constructor(backend: string, message: string, options: PlannerErrorOptions = {}) {
    super('backend-failure', message, options)
    this.backend = backend
  }
}

/** A check of our own answer failed: a bug of this project, never shown as a result. */
export class InternalError extends PlannerError {
  constructor(message: string, options: PlannerErrorOptions = {}) {
    super('internal', message, { hint: 'This is a bug of foreplan; please report it with the input.', ...options })
  }
}

/** `file:line:column: path: message (hint)` for one issue; parts that are unknown are left out. */
export function describeIssue(issue: Issue): string {
  const place = [issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(':')
  const path = formatPath(issue.path)
  const head = [place, path].filter((part) => part !== '').join(': ')
  return `${head === '' ? '' : `${head}: `}${issue.message} (${issue.hint})`
}

/** `tasks[2].modes[0].duration` */
export function formatPath(path: readonly (string | number)[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

function describeIssues(issues: readonly Issue[]): string {
  if (issues.length === 1) return describeIssue(issues[0] as Issue)
  const shown = issues.slice(0, 20).map((issue) => `  ${describeIssue(issue)}`)
  const rest = issues.length > 20 ? [`  ... and ${issues.length - 20} more`] : []
  return [`${issues.length} faults in the input:`, ...shown, ...rest].join('\n')
}
