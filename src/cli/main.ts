#!/usr/bin/env node
/**
 * The command `foreplan`. The work runs in a second thread, so that this one hears Ctrl-C while a solver computes: the first
 * asks for the best found so far, the second ends the process.
 */
import { isMainThread } from 'node:worker_threads'
import { superviseCommand } from './supervisor.ts'
import { runAsWorker } from './worker.ts'

if (isMainThread) process.exitCode = await superviseCommand(new URL(import.meta.url), process.argv.slice(2))
else await runAsWorker()
