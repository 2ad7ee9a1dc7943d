/**
 * CPU time and answers of the cooperative game solvers on published games:
 * `tsx bench/game/cooperative.ts shapley|nucleolus|structure [players] [distribution or file]`
 */
import { readdirSync, readFileSync } from 'node:fs'
import { bestCoalitionStructure, findNucleolus, shapleyValue, verifyNucleolus } from '../../solvers/game/index.ts'
import { coordinationFolder, generateStructureGame, readNucleolusGame } from './instances.ts'

const [what = 'structure', players = '20', which = 'ndcs'] = process.argv.slice(2)

function timed<T>(action: () => T): { readonly answer: T; readonly seconds: number } {
  const before = process.cpuUsage()
  const answer = action()
  const { user, system } = process.cpuUsage(before)
  return { answer, seconds: (user + system) / 1e6 }
}

if (what === 'shapley') {
  const game = generateStructureGame(Number(players), which, 1)
  const { answer, seconds } = timed(() => shapleyValue(game))
  const total = answer.reduce((sum, share) => sum + share, 0)
  const grand = game.values[game.values.length - 1] as number
  console.log(`shapley n=${players} ${seconds.toFixed(2)} s, efficiency error ${Math.abs(total / grand - 1)}`)
} else if (what === 'nucleolus') {
  const files = readdirSync(`${coordinationFolder}nucleolus`).filter((file) => file.includes(`n${players}j`))
  let agree = 0
  let verdicts = 0
  for (const file of files) {
    const { game, candidates } = readNucleolusGame(file)
    const { answer, seconds } = timed(() => findNucleolus(game))
    const published = candidates.find((one) => one.isNucleolus)?.payoff ?? new Float64Array()
    const payoff = answer.status === 'optimal' ? answer.payoff : new Float64Array()
    const distance = Math.max(...payoff.map((share, i) => Math.abs(share - (published[i] as number))))
    const checked = timed(() =>
      candidates.filter((one) => (verifyNucleolus(game, one.payoff).status === 'verified') === one.isNucleolus),
    )
    if (distance < 1e-6) agree++
    if (checked.answer.length === 4) verdicts++
    console.log(
      `${file} ${answer.status} distance ${distance.toExponential(1)} ${seconds.toFixed(2)} s, verdicts ${checked.answer.length}/4 in ${checked.seconds.toFixed(2)} s`,
    )
  }
  console.log(`${agree} of ${files.length} nucleoli agree, ${verdicts} with all four verdicts`)
} else {
  const expected = JSON.parse(readFileSync(`${coordinationFolder}csg/expected.json`, 'utf8')) as {
    n: number
    dist: string
    seed: number
    optimum: number
  }[]
  const wanted = expected.filter((one) => one.n === Number(players) && (which === 'all' || one.dist === which))
  const cases = wanted.length > 0 ? wanted : [{ n: Number(players), dist: which, seed: 1, optimum: Number.NaN }]
  for (const { n, dist, seed, optimum } of cases) {
    const game = generateStructureGame(n, dist, seed)
    const { answer, seconds } = timed(() => bestCoalitionStructure(game, { method: 'priced' }))
    const dynamic = n <= 18 ? timed(() => bestCoalitionStructure(game, { method: 'dynamic' })) : null
    const beside = dynamic === null ? '' : `, dynamic programme ${dynamic.answer.value} ${dynamic.seconds.toFixed(2)} s`
    const agrees = Number.isNaN(optimum) || Math.abs(answer.value - optimum) <= 1 ? '' : ` EXPECTED ${optimum}`
    console.log(
      `n=${n} ${dist} seed ${seed}: ${answer.status} ${answer.value} ${answer.method} ${seconds.toFixed(2)} s${beside}${agrees}`,
    )
  }
}
