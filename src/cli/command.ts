/** Parses the arguments and runs the verb they name. */
import { Command, CommanderError } from 'commander'
import { parseDuration, parseSeed } from './arguments.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { runVerb } from './run-verb.ts'
import { Session, type Streams } from './session.ts'
import { addVerbs } from './verbs/index.ts'
import { VERSION } from './version.ts'

/**
 * @param signal asks every running solver to stop with the best it has
 * @returns the exit code
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
