/** Hierarchical plans that are found at once, without a second thread. */
import type { ExitCode } from './exit-codes.ts'
import { TakesLonger } from './takes-longer.ts'

/** Options that neither ask for a longer search nor for work after it. */
const BRIEF_OPTIONS: ReadonlySet<string> = new Set(['--json', '--quiet', '--no-color'])

/**
 * Runs `plan DOMAIN PROBLEM` in this thread with a small budget of nodes. Ctrl-C ends the process as it would any other.
 * @returns the exit code; null when the command asks for more than that, or the budget was not enough: then nothing was
 * printed, and the command starts afresh in a thread of its own
 */
export async function runBriefly(args: readonly string[]): Promise<ExitCode | null> {
  const rest = args.slice(1)
  const files = rest.filter((argument) => !argument.startsWith('-'))
  if (files.length !== 2 || rest.some((argument) => argument.startsWith('-') && !BRIEF_OPTIONS.has(argument)))
    return null
  const { runCommand } = await import('./command.ts')
  // A reader that goes away (`foreplan ... | head`) ends the program quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    return await runCommand(args, {
      stdout: (text) => process.stdout.write(text),
      stderr: (text) => process.stderr.write(text),
      width: process.stdout.columns ?? 100,
      isTerminal: process.stdout.isTTY === true,
      brief: true,
    })
  } catch (error) {
    if (error instanceof TakesLonger) return null
    throw error
  }
}
