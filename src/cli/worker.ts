/** The second thread of the command: runs it and sends what it prints to the first. */
import { parentPort, workerData } from 'node:worker_threads'
import { runCommand } from './command.ts'

export interface WorkerStart {
  readonly args: readonly string[]
  /** Becomes 1 when the user interrupts; seen even while this thread computes. */
  readonly flag: Int32Array
  readonly width: number
  readonly isTerminal: boolean
}

export type FromWorker = { readonly stdout: string } | { readonly stderr: string } | { readonly exit: number }

export async function runAsWorker(): Promise<void> {
  const { args, flag, width, isTerminal } = workerData as WorkerStart
  const send = (message: FromWorker): void => parentPort?.postMessage(message)
  const controller = new AbortController()
  // Solvers poll `aborted` inside their loops; listeners hear the event once the loop of this thread turns.
  Object.defineProperty(controller.signal, 'aborted', { get: () => Atomics.load(flag, 0) === 1 })
  parentPort?.on('message', () => controller.abort())
  const streams = {
    stdout: (text: string) => send({ stdout: text }),
    stderr: (text: string) => send({ stderr: text }),
    width,
    isTerminal,
  }
  send({ exit: await runCommand(args, streams, controller.signal) })
}
