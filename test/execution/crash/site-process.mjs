/**
 * One process that carries the plan out from a journal file, and kills itself (SIGKILL) at the boundary it is told:
 * `node site-process.mjs LIBRARY FOLDER OUTCOMES [BOUNDARY]`, LIBRARY being the folder with the built package.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
// biome-ignore lint/correctness/useImportExtensions: the processes run this module as it is
import { BoundaryStore, HEADER, runPlan, World } from './site-program.mjs'

const [library, folder, outcomes, at = 'never'] = process.argv.slice(2)
const load = (path) => import(pathToFileURL(join(library, path)).href)
const { DurableRun } = await load('src/execution/journal/index.js')
const { JournalFile } = await load('src/io/files/journal-file.js')

let count = 0
const path = join(folder, 'journal.jsonl')
const boundary = () => {
  if (String(++count) !== at) return
  process.kill(process.pid, 'SIGKILL')
}
const effects = join(folder, 'world.jsonl')
const log = {
  read: () =>
    existsSync(effects)
      ? readFileSync(effects, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [],
  add: (effect) => appendFileSync(effects, `${JSON.stringify(effect)}\n`, { flush: true }),
}
const journal = await JournalFile.open(path)
const run = await DurableRun.open(new BoundaryStore(journal, boundary), HEADER, { outcomes })
await runPlan(run, new World(log, boundary))
await run.close()
console.log(JSON.stringify({ boundaries: count, dropped: journal.droppedBytes }))
