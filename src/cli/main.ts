#!/usr/bin/env node
/**
 * The command `foreplan`. The work runs in a second thread, so that this one hears Ctrl-C while a solver computes: the first
 * asks for the best found so far, the second ends the process.
 */
import { isMainThread } from 'node:worker_threads'

// Each thread loads its own half only: the first one starts the second before anything else.
if (isMainThread) {
  const { superviseCommand } = await import('./supervisor.ts')
  process.exitCode = await superviseCommand(new URL(import.meta.url), process.argv.slice(2))
} else {
  const { runAsWorker } = await import('./worker.ts')
  await runAsWorker()
}
