/** Parses the arguments, runs one verb, prints its outcome, maps every ending to an exit code. */
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import picocolors from 'picocolors'
import {
  describeIssue,
  InvalidInputError,
  MissingPackageError,
  PlannerError,
  UnsupportedError,
} from '../../solvers/contract/index.ts'
import { parseDuration, parseSeed } from './arguments.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts'
import { type Outcome, Session, type Streams } from './session.ts'
import { TakesLonger } from './takes-longer.ts'
import { addVerbs } from './verbs/index.ts'
import { VERSION } from './version.ts'

/** Runs a verb inside a session; verbs are loaded when they are called, so that starting stays quick. */
export type VerbAction = (session: Session) => Promise<Outcome>

/**
 * @param signal asks every running solver to stop with the best it has
 * @returns the exit code
 * @throws TakesLonger when a brief attempt found no answer, and nothing else
 */
export async function runCommand(
  args: readonly string[],
  streams: Streams,
  signal: AbortSignal = new AbortController().signal,
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.solved
  const program = new Command('foreplan')
    .description('Plans, schedules, allocates and decides: each answer with its proof.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: streams.stdout, writeErr: streams.stderr })
    .showHelpAfterError('(foreplan help <verb> shows its options)')

  addVerbs(program, {
    define: (verb) => withCommonOptions(verb),
    run: async (options, action) => {
      exit = await runVerb(new Session(streams, options, signal), action)
    },
  })

  try {
    await program.parseAsync(args as string[], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.solved : EXIT.usage
  }
  return exit
}

function withCommonOptions(verb: Command): Command {
  return verb
    .option('--json', 'print exactly one JSON object on stdout')
    .option('--json-lines', 'print events as JSON lines, the result last')
    .option('--time-limit <time>', 'stop after this long with the best found, e.g. 30s or 2m', parseDuration)
    .option('--seed <n>', 'seed of every random choice', parseSeed)
    .option('--solver <name>', 'ask this backend')
    .option('--out <dir>', 'write report.html, drawings and result.json there')
    .option('--require-optimal', 'exit with 6 unless the answer is proved optimal')
    .option('--quiet', 'no talk on stderr')
    .option('--no-color', 'no colours')
}

async function runVerb(session: Session, action: VerbAction): Promise<ExitCode> {
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
  else streams.stdout(`${coloured(session, outcome)}\n`)
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

/** The status at the head of the text in a colour, on a terminal that wants colours. */
function coloured(session: Session, outcome: Outcome): string {
  const { status } = outcome.result
  if (!session.colours || !outcome.text.startsWith(status)) return outcome.text
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
