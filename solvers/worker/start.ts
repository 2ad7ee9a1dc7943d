/**
 * Starts the workers of this project: worker threads under Node, module Workers in a browser.
 */
import type { WorkerHandle } from './host.ts'
import type { JobReply } from './protocol.ts'

interface BrowserWorker {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { data: JobReply }) => void): void
  addEventListener(type: 'error', listener: (event: unknown) => void): void
  terminate(): void
}

declare const Worker: new (url: URL, options: { type: 'module' }) => BrowserWorker

/** A worker whose entry is linear-entry.ts: linear models, and javascript-lp-solver behind a hard kill. */
export function startLinearWorker(): WorkerHandle {
  if (isNode()) return startThread('linear-entry')
  // Written out in full: bundlers find worker modules by this very expression.
  return wrap(new Worker(new URL('./linear-entry.js', import.meta.url), { type: 'module' }))
}

/** A worker whose entry is scheduling-entry.ts: better schedules beside a proof. */
export function startSchedulingWorker(): WorkerHandle {
  if (isNode()) return startThread('scheduling-entry')
  return wrap(new Worker(new URL('./scheduling-entry.js', import.meta.url), { type: 'module' }))
}

function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined
}

function startThread(entry: string): WorkerHandle {
  const { Worker: Thread } = process.getBuiltinModule('node:worker_threads')
  // From the TypeScript sources (tests, development) the thread first needs the loader that runs them.
  const sources = import.meta.url.endsWith('.ts')
  const url = new URL(`./${entry}.${sources ? 'ts' : 'js'}`, import.meta.url)
  const worker = sources ? new Thread(bootstrap(url), { eval: true }) : new Thread(url)
  worker.unref()
  return {
    post: (request) => worker.postMessage(request),
    onMessage: (receive) => {
      worker.on('message', receive)
    },
    onFailure: (receive) => {
      worker.on('error', receive)
    },
    hold: (alive) => (alive ? worker.ref() : worker.unref()),
    terminate: () => {
      void worker.terminate()
    },
  }
}

/** A fixed text of ours with two URLs of ours in it; no user text is ever evaluated. */
function bootstrap(entry: URL): string {
  const { createRequire } = process.getBuiltinModule('node:module')
  const { pathToFileURL } = process.getBuiltinModule('node:url')
  // The package's root, since require() would resolve its CommonJS form.
  const root = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'))
  const loader = new URL('dist/esm/api/index.mjs', root).href
  return `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}) })`
}

function wrap(worker: BrowserWorker): WorkerHandle {
  return {
    post: (request) => worker.postMessage(request),
    onMessage: (receive) => worker.addEventListener('message', (event) => receive(event.data)),
    onFailure: (receive) => worker.addEventListener('error', receive),
    hold: () => undefined,
    terminate: () => worker.terminate(),
  }
}
