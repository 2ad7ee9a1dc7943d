/**
 * Cooperative games side by side: best coalition structures against the plain set-partition dynamic programme, Shapley values from a
 * table, all published nucleoli with the verdicts of the verifier. CPU seconds, without building the games.
 * `tsx bench/game/games.ts structures|shapley|nucleoli`
 */
import { readdirSync, readFileSync } from 'node:fs'
import { bestCoalitionStructure, findNucleolus, shapleyValue, verifyNucleolus } from '../../solvers/game/index.ts'
import { coordinationFolder, generateStructureGame, readNucleolusGame } from './instances.ts'

const [what = 'structures'] = process.argv.slice(2)

function timed<T>(action: () => T): { readonly answer: T; readonly seconds: number } {
  const before = process.cpuUsage()
  const answer = action()
  const { user, system } = process.cpuUsage(before)
  return { answer, seconds: (user + system) / 1e6 }
}

/** The textbook programme: f(S) = max of v(S) and f(T) + f(S - T) over the halves T of S; 3^n / 2 steps, 2^n numbers (Yeh 1986). */
function plainProgramme(values: Float64Array): number {
  const best = values.slice()
  for (let S = 1; S < best.length; S++) {
    let most = best[S] as number
    const half = S & (S - 1)
    for (let T = half; T > 0; T = (T - 1) & half) {
      const total = (best[T] as number) + (best[S ^ T] as number)
      if (total > most) most = total
    }
    best[S] = most
  }
  return best[best.length - 1] as number
}

interface Expected {
  readonly n: number
  readonly dist: string
  readonly seed: number
  readonly optimum: number
}

/** Optima for more players, from two programs that agree. */
const LARGE: readonly Expected[] = [
  { n: 22, dist: 'uniform', seed: 1, optimum: 2199654285 },
  { n: 22, dist: 'ndcs', seed: 1, optimum: 5784639681 },
  { n: 22, dist: 'normal', seed: 1, optimum: 22903613813 },
  { n: 22, dist: 'abuniform', seed: 1, optimum: 17373101904 },
  { n: 24, dist: 'uniform', seed: 1, optimum: 2399706778 },
  { n: 24, dist: 'ndcs', seed: 1, optimum: 6471557490 },
]

function structures(): void {
  const published = JSON.parse(readFileSync(`${coordinationFolder}csg/expected.json`, 'utf8')) as Expected[]
  const groups = new Map<string, { priced: number; plain: number | null; count: number; exact: number }>()
  for (const { n, dist, seed, optimum } of [...published, ...LARGE]) {
    const game = generateStructureGame(n, dist, seed)
    const { answer, seconds } = timed(() => bestCoalitionStructure(game, { method: 'priced' }))
    const plain = n <= 16 ? timed(() => plainProgramme(game.values)) : null
    if (plain !== null && plain.answer !== answer.value)
      console.log(`n=${n} ${dist} ${seed}: DIFFERENT from the plain one`)
    let alone = 0
    for (let i = 0; i < n; i++) alone += game.values[1 << i] as number
    if (answer.value < Math.max(alone, game.values.at(-1) as number)) console.log(`n=${n} ${dist} ${seed}: TOO LOW`)
    const exact = answer.status === 'optimal' && answer.value === optimum ? 1 : 0
    const key = n >= 20 ? `${n} ${dist}` : `${n} all`
    const group = groups.get(key) ?? { priced: 0, plain: plain === null ? null : 0, count: 0, exact: 0 }
    group.priced += seconds
    if (group.plain !== null && plain !== null) group.plain += plain.seconds
    group.count++
    group.exact += exact
    groups.set(key, group)
  }
  console.log('players and distribution   exact     priced s   plain programme s (means)')
  for (const [key, { priced, plain, count, exact }] of groups) {
    const peer = plain === null ? 'not run' : (plain / count).toFixed(3)
    console.log(
      `${key.padEnd(26)} ${`${exact} of ${count}`.padEnd(9)} ${(priced / count).toFixed(3).padEnd(10)} ${peer}`,
    )
  }
  const game = generateStructureGame(18, 'ndcs', 1)
  const plain = timed(() => plainProgramme(game.values))
  const priced = timed(() => bestCoalitionStructure(game, { method: 'priced' }))
  const same = plain.answer === priced.answer.value ? 'same value' : 'DIFFERENT'
  console.log(`18 ndcs: priced ${priced.seconds.toFixed(3)}, plain ${plain.seconds.toFixed(3)}, ${same}`)
}

function shapley(): void {
  for (const n of [20, 22, 24, 25]) {
    const game = generateStructureGame(n, 'ndcs', 1)
    shapleyValue(generateStructureGame(12, 'ndcs', 1))
    const { answer, seconds } = timed(() => shapleyValue(game))
    const error = Math.abs(answer.reduce((sum, share) => sum + share, 0) / (game.values.at(-1) as number) - 1)
    console.log(`n=${n} ${seconds.toFixed(2)} s, relative error of efficiency ${error.toExponential(1)}`)
  }
}

function nucleoli(): void {
  const files = readdirSync(`${coordinationFolder}nucleolus`).filter((file) => /^v\dn\d+j/.test(file))
  const groups = new Map<string, { count: number; agree: number; verdicts: number; seconds: number; worst: number }>()
  for (const file of files) {
    const { game, candidates } = readNucleolusGame(file)
    const { answer, seconds } = timed(() => findNucleolus(game))
    const published = candidates.find((one) => one.isNucleolus)?.payoff
    const payoff = answer.status === 'optimal' ? answer.payoff : new Float64Array(game.players).fill(Number.NaN)
    const distance = Math.max(...payoff.map((share, i) => Math.abs(share - (published?.[i] ?? Number.NaN))))
    const verdicts = candidates.filter(
      (one) => (verifyNucleolus(game, one.payoff).status === 'verified') === one.isNucleolus,
    ).length
    const key = file.replace(/^v(\d)n(\d+)j.*/, (_, type, n) => `type ${type}, n=${n.padStart(2)}`)
    const group = groups.get(key) ?? { count: 0, agree: 0, verdicts: 0, seconds: 0, worst: 0 }
    group.count++
    if (distance < 1e-6) group.agree++
    if (verdicts === candidates.length) group.verdicts++
    group.seconds += seconds
    group.worst = Math.max(group.worst, seconds)
    groups.set(key, group)
  }
  console.log('games            agree      verdicts   mean s   worst s')
  let [agree, verdicts] = [0, 0]
  for (const key of [...groups.keys()].sort()) {
    const group = groups.get(key) as { count: number; agree: number; verdicts: number; seconds: number; worst: number }
    agree += group.agree
    verdicts += group.verdicts
    const shares = [group.agree, group.verdicts].map((part) => `${part} of ${group.count}`.padEnd(10))
    console.log(
      `${key.padEnd(16)} ${shares.join(' ')} ${(group.seconds / group.count).toFixed(3)}    ${group.worst.toFixed(2)}`,
    )
  }
  console.log(`${agree} of ${files.length} nucleoli agree, ${verdicts} with all four verdicts`)
}

console.log(`node ${process.version}`)
if (what === 'shapley') shapley()
else if (what === 'nucleoli') nucleoli()
else structures()
