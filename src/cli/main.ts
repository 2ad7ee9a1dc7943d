#!/usr/bin/env node
/**
 * The command `foreplan`. The work runs in a second thread, so that this one hears Ctrl-C while a solver computes: the first
 * asks for the best found so far, the second ends the process. Starting that thread costs as much as many a hierarchical
 * plan; those are tried in this one first, with so little effort that there is no best so far to ask for.
 */
import { isMainThread } from 'node:worker_threads'

// Each thread loads its own half only: the first one starts the second before anything else.
if (isMainThread) {
  const args = process.argv.slice(2)
  const brief = args[0] === 'plan' ? await (await import('./brief.ts')).runBriefly(args) : null
  if (brief === null) {
    const { superviseCommand } = await import('./supervisor.ts')
    process.exitCode = await superviseCommand(new URL(import.meta.url), args)
  } else process.exitCode = brief
} else {
  const { runAsWorker } = await import('./worker.ts')
  await runAsWorker()
}
