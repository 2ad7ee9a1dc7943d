/** Hierarchical plans that are found at once, without a second thread. */
import type { ExitCode } from './exit-codes.ts'
import type { CommonOptions } from './session.ts'
import { TakesLonger } from './takes-longer.ts'

/** Options that neither ask for a longer search nor for work after it, and what they mean. */
const BRIEF_OPTIONS: ReadonlyMap<string, CommonOptions> = new Map([
  ['--json', { json: true }],
  ['--quiet', { quiet: true }],
  ['--no-color', { color: false }],
])

/**
 * Runs `plan DOMAIN PROBLEM` in this thread with a small budget of nodes. Ctrl-C ends the process as it would any other.
 * @returns the exit code; null when the command asks for more than that, or the budget was not enough: then nothing was
 * printed, and the command starts afresh in a thread of its own
 */
export async function runBriefly(args: readonly string[]): Promise<ExitCode | null> {
  const files: string[] = []
  let options: CommonOptions = {}
  for (const argument of args.slice(1)) {
    const option = BRIEF_OPTIONS.get(argument)
    if (option !== undefined) options = { ...options, ...option }
    else if (argument.startsWith('-')) return null
    else files.push(argument)
  }
  const [domain, problem] = files
  if (domain === undefined || problem === undefined || files.length > 2) return null
  // Three options need no parser of arguments, and loading one takes as long as finding many a plan.
  const [{ runVerb }, { Session }, { planVerb }] = await Promise.all([
    import('./run-verb.ts'),
    import('./session.ts'),
    import('./verbs/plan.ts'),
  ])
  // A reader that goes away (`foreplan ... | head`) ends the program quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    const streams = {
      stdout: (text: string) => process.stdout.write(text),
      stderr: (text: string) => process.stderr.write(text),
      width: process.stdout.columns ?? 100,
      isTerminal: process.stdout.isTTY === true,
      brief: true,
    }
    const session = new Session(streams, options, new AbortController().signal)
    return await runVerb(session, (open) => planVerb(domain, problem, options, open))
  } catch (error) {
    if (error instanceof TakesLonger) return null
    throw error
  }
}
