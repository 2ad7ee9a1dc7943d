/** Runs the command in this process with captured streams. */

import { runCommand } from '../../src/cli/command.ts'
import type { ExitCode } from '../../src/cli/exit-codes.ts'

export interface CliRun {
  readonly exit: ExitCode
  readonly stdout: string
  readonly stderr: string
}

export async function runCli(...args: string[]): Promise<CliRun> {
  return runOn(false, args)
}

/** The same on a terminal. */
export async function runOnTerminal(...args: string[]): Promise<CliRun> {
  return runOn(true, args)
}

async function runOn(isTerminal: boolean, args: readonly string[]): Promise<CliRun> {
  let stdout = ''
  let stderr = ''
  const exit = await runCommand(args, {
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
    width: 100,
    isTerminal,
  })
  return { exit, stdout, stderr }
}

/** The one JSON object that `--json` prints. */
export async function runJson(
  ...args: string[]
): Promise<{ exit: ExitCode; json: Record<string, unknown>; stderr: string }> {
  const { exit, stdout, stderr } = await runCli(...args, '--json')
  return { exit, json: JSON.parse(stdout), stderr }
}
