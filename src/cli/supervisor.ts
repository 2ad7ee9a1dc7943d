/** The first thread of the command: owns the terminal and the signals, forwards what the second thread prints. */
import { Worker } from 'node:worker_threads'
import { EXIT } from './exit-codes.ts'
import type { FromWorker, WorkerStart } from './worker.ts'

/** Megabytes of stack for the second thread: deep documents and long plans recurse. */
const STACK_MB = 64
/** How long a solver may take to hand over its best answer after Ctrl-C. */
const GRACE_MS = 10_000

/** @returns the exit code */
export function superviseCommand(entry: URL, args: readonly string[]): Promise<number> {
  // A reader that goes away (`foreplan ... | head`) ends the program quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.solved)
    throw error
  })
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const start: WorkerStart = {
    args,
    flag,
    width: process.stdout.columns ?? 100,
    isTerminal: process.stdout.isTTY === true,
  }
  return new Promise((resolve) => {
    const worker = new Worker(entry, {
      workerData: start,
      resourceLimits: { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: 8192 },
    })
    let signals = 0
    const end = (code: number): void => {
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onInterrupt)
      resolve(code)
    }
    const onInterrupt = (): void => {
      signals++
      if (signals > 1) process.exit(EXIT.interrupted)
      Atomics.store(flag, 0, 1)
      worker.postMessage('interrupt')
      process.stderr.write('interrupted: stopping with the best found so far (once more ends at once)\n')
      setTimeout(() => process.exit(EXIT.interrupted), GRACE_MS).unref()
    }
    process.on('SIGINT', onInterrupt)
    process.on('SIGTERM', onInterrupt)
    worker.on('message', (message: FromWorker) => {
      if ('stdout' in message) process.stdout.write(message.stdout)
      else if ('stderr' in message) process.stderr.write(message.stderr)
      else {
        // Solver threads of the worker must not keep the process alive.
        void worker.terminate()
        end(message.exit)
      }
    })
    worker.on('error', (error: Error & { code?: string }) => {
      const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      process.stderr.write(
        memory
          ? 'the memory limit was reached without a solution\n'
          : `internal error: ${error.stack ?? error.message}\n`,
      )
      end(memory ? EXIT.noSolution : EXIT.internalError)
    })
    worker.on('exit', (code) => end(code === 0 ? EXIT.solved : EXIT.internalError))
  })
}
