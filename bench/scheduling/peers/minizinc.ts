/**
 * MiniZinc's WebAssembly (Chuffed inside) under Node without a native installation.
 *
 * The package's own Node entry starts a native program; its browser worker runs here in a scope with the two functions that
 * a worker has. One instance answers one solve: a second solve in the same instance was seen to keep the first one's
 * variables. The solve blocks the thread; messages come while it runs.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileFunction } from 'node:vm'

export interface MiniZincMessage {
  readonly type: string
  readonly [key: string]: unknown
}

export interface MiniZinc {
  readonly version: string
  /** Runs the command line with the files given, once. */
  solve(
    files: Readonly<Record<string, string>>,
    args: readonly string[],
    receive: (message: MiniZincMessage) => void,
  ): Promise<void>
}

export async function loadMiniZinc(): Promise<MiniZinc> {
  const require = createRequire(import.meta.url)
  const folder = dirname(fileURLToPath(import.meta.resolve('minizinc')))
  const { version } = JSON.parse(readFileSync(`${folder}/../package.json`, 'utf8')) as { version: string }
  let post: ((event: { data: unknown }) => Promise<void>) | undefined
  let receive: (message: MiniZincMessage) => void = () => undefined
  const worker = compileFunction(readFileSync(`${folder}/minizinc-worker.js`, 'utf8'), [
    'require',
    '__dirname',
    'addEventListener',
    'postMessage',
  ])
  worker(
    require,
    folder,
    (_: string, listener: typeof post) => {
      post = listener
    },
    (message: MiniZincMessage) => receive(message),
  )
  const send = async (data: unknown): Promise<void> => {
    await post?.({ data })
  }
  await send({ wasmURL: `${folder}/minizinc.wasm`, dataURL: `${folder}/minizinc.data` })
  return {
    version,
    solve: async (files, args, listener) => {
      receive = listener
      await send({ args, files, jsonStream: true })
    },
  }
}
