/** Runs one verb, prints its outcome, maps every ending to an exit code. Loads no parser of arguments: brief.ts needs none. */
import { join } from 'node:path'
import {
  describeIssue,
  InvalidInputError,
  MissingPackageError,
  PlannerError,
  UnsupportedError,
} from '../../solvers/contract/index.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts'
import type { Outcome, Session } from './session.ts'
import { TakesLonger } from './takes-longer.ts'

/** Runs a verb inside a session; verbs are loaded when they are called, so that starting stays quick. */
export type VerbAction = (session: Session) => Promise<Outcome>

/**
 * @returns the exit code
 * @throws TakesLonger when a brief attempt found no answer, and nothing else
 */
export async function runVerb(session: Session, action: VerbAction): Promise<ExitCode> {
  try {
    const outcome = await action(session)
    await print(session, outcome)
    if (session.interrupted) return EXIT.interrupted
    return outcome.exitCode ?? exitCodeOf(outcome.result.status, outcome.limit, session.options.requireOptimal === true)
  } catch (error) {
    // The second thread has more stack and memory: what fails here for want of them is begun afresh there.
    if (session.streams.brief === true && !(error instanceof PlannerError)) throw new TakesLonger()
    return fail(session, error)
  }
}

async function print(session: Session, outcome: Outcome): Promise<void> {
  const { options, streams } = session
  if (outcome.verbatim === true) streams.stdout(outcome.text.endsWith('\n') ? outcome.text : `${outcome.text}\n`)
  else if (options.jsonLines === true) streams.stdout(`${JSON.stringify({ event: 'result', ...outcome.result })}\n`)
  else if (options.json === true) streams.stdout(`${JSON.stringify(outcome.result)}\n`)
  else streams.stdout(`${session.colours ? await coloured(outcome) : outcome.text}\n`)
  if (options.out === undefined) return
  if (outcome.report === null) {
    throw new UnsupportedError('--out', 'this verb draws no report', { hint: 'leave --out away and redirect stdout' })
  }
  const { writeReport } = await import('../io/files/write-report.ts')
  for (const { name, outcome: part } of outcome.parts ?? []) {
    if (part.report !== null) await writeReport(join(options.out, name), part.result, part.report)
  }
  session.talk(`report: ${await writeReport(options.out, outcome.result, outcome.report)}`)
}

/** The text with the status at its head in a colour. */
async function coloured(outcome: Outcome): Promise<string> {
  const { status } = outcome.result
  if (!outcome.text.startsWith(status)) return outcome.text
  const { default: picocolors } = await import('picocolors')
  const { green, yellow, red } = picocolors.createColors(true)
  const paint = ['optimal', 'complete', 'satisfied', 'valid'].includes(status)
    ? green
    : ['feasible', 'partial', 'unknown'].includes(status)
      ? yellow
      : red
  return paint(status) + outcome.text.slice(status.length)
}

/** An error for people on stderr, and as JSON on stdout when JSON was asked for. */
function fail(session: Session, error: unknown): ExitCode {
  const { options, streams } = session
  if (options.json === true || options.jsonLines === true) streams.stdout(`${JSON.stringify(errorObject(error))}\n`)
  if (error instanceof InvalidInputError) {
    for (const issue of error.issues) streams.stderr(`error: ${describeIssue(issue)}\n`)
    return EXIT.invalidInput
  }
  if (error instanceof PlannerError && error.code !== 'internal') {
    streams.stderr(`error: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}\n`)
    if (error instanceof UnsupportedError) return EXIT.invalidInput
    return error instanceof MissingPackageError ? EXIT.usage : EXIT.internalError
  }
  streams.stderr(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return EXIT.internalError
}

function errorObject(error: unknown): Record<string, unknown> {
  if (error instanceof PlannerError) return { status: 'error', ...error.toJSON() }
  return { status: 'error', code: 'internal', message: error instanceof Error ? error.message : String(error) }
}
