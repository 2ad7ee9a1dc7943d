/**
 * Coverage and plan length on the published instances: `npx tsx bench/htn/run.ts [filter] [seconds] [mode]`. Needs the
 * benchmark folder ../shared/benchmarks/htn and a build of the project (`npm run build` compiles the sources; this file
 * compiles them to a temporary folder by itself). One process an instance, CPU seconds counted from the start of Node.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [filter = '.', seconds = '10', mode = 'fast'] = process.argv.slice(2)
const folder = '../shared/benchmarks/htn'
if (!existsSync(folder)) throw new Error(`${folder} is absent`)
const out = mkdtempSync(join(tmpdir(), 'htn-bench-'))
execFileSync('node', ['node_modules/typescript/bin/tsc', '-p', 'bench/htn/tsconfig.json', '--outDir', out])
symlinkSync(join(process.cwd(), 'node_modules'), join(out, 'node_modules'))
const rows = readFileSync(`${folder}/index.csv`, 'utf8').trim().split('\n').slice(1)
const totals = new Map<string, { solved: number; all: number; logRatio: number; counted: number; cpu: number }>()
for (const row of rows) {
  const [track = '', family = '', domain = '', problem = '', best = ''] = row.split(',')
  const name = `${track}/${family}/${problem}`
  if (!new RegExp(filter).test(name)) continue
  const files = [domain, problem].map((file) => `${folder}/${track}/${family}/${file}`)
  const run = spawnSync('node', [join(out, 'bench/htn/solve.js'), ...files, seconds, mode], { encoding: 'utf8' })
  const line = run.stdout.trim()
  console.log(name, best, line === '' ? run.stderr.slice(0, 300) : line)
  const total = totals.get(track) ?? { solved: 0, all: 0, logRatio: 0, counted: 0, cpu: 0 }
  totals.set(track, total)
  total.all++
  if (line === '') continue
  const result = JSON.parse(line) as { valid: boolean; length: number; cpu: number }
  total.cpu += result.cpu
  if (!result.valid || result.cpu > Number(seconds)) continue
  total.solved++
  if (Number(best) > 0) {
    total.counted++
    total.logRatio += Math.log(result.length / Number(best))
  }
}
for (const [track, total] of totals) {
  const ratio = Math.exp(total.logRatio / Math.max(1, total.counted)).toFixed(3)
  console.log(`${track}: ${total.solved} of ${total.all} solved, length / best ${ratio}, ${total.cpu.toFixed(1)} CPU s`)
}
rmSync(out, { recursive: true })
