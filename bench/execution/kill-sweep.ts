/**
 * `npm run bench -- kill-sweep [PAIRS] [durable | ordered]`: kill -9 at every event boundary of a plan of 20 steps, then at PAIRS pairs of
 * boundaries (the second in the resumed process), every fourth time with a torn record left behind; then pairs of starters
 * on one journal. After each the run is resumed and must leave the same trace and every effect exactly once.
 * Needs the built package.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { RandomStream } from '../../solvers/numeric/index.ts'
import {
  isBuilt,
  type Outcomes,
  type Remains,
  remains,
  runProcess,
  tear,
} from '../../test/execution/crash/site-processes.ts'

if (!isBuilt) throw new Error('build the package first: npm run build')
const pairs = Number(process.argv[2] ?? 200)
const outcomes: Outcomes = process.argv[3] === 'ordered' ? 'ordered' : 'durable'
const root = mkdtempSync(join(tmpdir(), 'kill-sweep-'))
const random = new RandomStream(1)
let folders = 0
let kills = 0
let tears = 0
const wrong: string[] = []
const fresh = (): string => join(root, String(++folders))

async function site(crashes: readonly number[], torn: boolean): Promise<Remains> {
  const folder = fresh()
  for (const at of crashes) {
    const { signal, stderr } = await runProcess(folder, outcomes, at)
    if (stderr !== '') wrong.push(`killed at ${crashes}: ${stderr}`)
    if (signal !== 'SIGKILL') break
    kills++
    if (!torn) continue
    tear(folder)
    tears++
  }
  const { code, stderr } = await runProcess(folder, outcomes)
  if (code !== 0) wrong.push(`resumed after ${crashes}: ${stderr}`)
  const found = remains(folder)
  rmSync(folder, { recursive: true })
  return found
}

const folder = fresh()
const { boundaries } = JSON.parse((await runProcess(folder, outcomes)).stdout) as { boundaries: number }
const whole = remains(folder)
const check = (found: Remains, where: string): void => {
  if (!isDeepStrictEqual(found, whole)) wrong.push(`${where}: another trace or other effects`)
}
if (whole.effects.some(([, times]) => times !== 1)) wrong.push('undisturbed: an effect is missing or doubled')

for (let at = 1; at <= boundaries; at++) check(await site([at], at % 4 === 0), `killed at ${at}`)
console.log(`every one of ${boundaries} boundaries: ${wrong.length} wrong`)
for (let pair = 0; pair < pairs; pair++) {
  const crashes = [random.integer(1, boundaries), random.integer(1, 30)]
  check(await site(crashes, pair % 4 === 0), `killed at ${crashes}`)
}
console.log(`${pairs} pairs of boundaries: ${wrong.length} wrong so far`)
let refused = 0
for (let i = 0; i < 20; i++) {
  const place = fresh()
  const ended = await Promise.all([runProcess(place, outcomes), runProcess(place, outcomes)])
  const turnedAway = ended.filter(({ code, stderr }) => code !== 0 && stderr.includes('journal-locked')).length
  refused += turnedAway
  if (turnedAway > 1 || ended.some(({ code, stderr }) => code !== 0 && !stderr.includes('journal-locked')))
    wrong.push('two starters: neither ran, or one failed otherwise')
  check(remains(place), 'two starters')
}
rmSync(root, { recursive: true })
console.log(`20 pairs of starters: ${refused} refused`)
console.log(`outcomes ${outcomes}: ${kills} kills, ${tears} torn records, ${wrong.length} wrong`)
for (const line of wrong) console.log(`  ${line}`)
process.exitCode = wrong.length === 0 ? 0 : 1
