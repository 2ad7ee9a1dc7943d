/**
 * Winner determination on the 54 CATS auctions: revenue against the best known, proved or with its bound, CPU seconds.
 * `tsx bench/game/winners.ts [seconds a auction] [part of the file name]`
 */
import { determineWinners } from '../../models/allocation/index.ts'
import { closeLinearWorker } from '../../solvers/linear/index.ts'
import { expectedWinners, readAuction } from './auctions.ts'

const [limit = '60', part = ''] = process.argv.slice(2)
let reached = 0
let proved = 0
let wanted = 0
let total = 0
console.log('auction                      status    revenue     best known  bound       gap     CPU s')
for (const { file, best, isOptimal } of expectedWinners()) {
  if (!file.includes(part)) continue
  const before = process.cpuUsage()
  const result = await determineWinners(readAuction(file), { timeLimitMs: 1000 * Number(limit) })
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  total += seconds
  if (isOptimal) wanted++
  const name = file.replace('.txt', '').padEnd(28)
  if (result.status !== 'optimal' && result.status !== 'feasible') {
    console.log(`${name} ${result.status.padEnd(9)} ${''.padEnd(11)} ${String(best).padEnd(47)} ${seconds.toFixed(2)}`)
    continue
  }
  const { value, bound } = result
  if (isOptimal && value === best) reached++
  if (isOptimal && result.status === 'optimal') proved++
  const gap = `${((100 * (bound - value)) / value).toFixed(2)} %`
  const figures = [
    result.status.padEnd(9),
    String(value).padEnd(11),
    String(best).padEnd(11),
    bound.toFixed(0).padEnd(11),
  ]
  const wrong = result.status === 'optimal' && isOptimal && value !== best ? ' WRONG' : value > best ? ' better' : ''
  console.log(`${name} ${figures.join(' ')} ${gap.padEnd(7)} ${seconds.toFixed(2)}${wrong}`)
}
console.log(
  `${reached} of ${wanted} proven optima reached, ${proved} proved again; ${total.toFixed(1)} CPU s, limit ${limit} s each`,
)
await closeLinearWorker()
