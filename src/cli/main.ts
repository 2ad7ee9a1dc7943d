#!/usr/bin/env node
/** The command `foreplan`: hands the process's arguments and streams to `runCommand` and its exit code back. */
import { runCommand } from './command.ts'

// A reader that goes away (`foreplan ... | head`) ends the program quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const exitCode = await runCommand(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  width: process.stdout.columns ?? 100,
  isTerminal: process.stdout.isTTY === true,
})
// Pending output is flushed before the process ends by itself; solver threads must not keep it alive.
process.exitCode = exitCode
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit(exitCode)
