/**
 * Every backend on seeded random models, each alone through the front: `tsx bench/linear/fuzz.ts [count] [first seed] [backends]`.
 * Claims that contradict each other are printed with the model; a claim is a proved status or an objective. Also counts how
 * often the front caught its backend.
 */
import { writeLp } from '../../solvers/linear/formats/index.ts'
import { type BackendName, type LinearResult, linearBackends, solveLinear } from '../../solvers/linear/index.ts'
import { families, randomModel } from './families.ts'

const count = Number(process.argv[2] ?? 500)
const first = Number(process.argv[3] ?? 1)
const names = (process.argv[4]?.split(',') ?? Object.keys(linearBackends)) as BackendName[]

interface Tally {
  optimal: number
  infeasible: number
  unbounded: number
  open: number
  failed: number
  caught: number
}

/** Exactly infeasible doubles that a point satisfies within the tolerance of floating point: both are right. */
function belowTolerance(a: LinearResult, b: LinearResult): boolean {
  const exactly = (r: LinearResult) => r.status === 'infeasible' && r.certificate.kind === 'exact'
  return (exactly(a) && b.status === 'optimal') || (exactly(b) && a.status === 'optimal')
}

function agrees(a: LinearResult, b: LinearResult): boolean {
  const claims = (r: LinearResult) => r.status !== 'unknown' && r.status !== 'feasible'
  if (claims(a) && claims(b) && a.status !== b.status) return false
  if (a.status === 'optimal' && b.status === 'optimal') {
    return Math.abs(a.objective - b.objective) <= 2e-6 * Math.max(1, Math.abs(a.objective))
  }
  const hasPoint = (r: LinearResult) => r.status === 'feasible'
  return !((a.status === 'infeasible' && hasPoint(b)) || (b.status === 'infeasible' && hasPoint(a)))
}

async function main(): Promise<void> {
  const tallies = new Map<string, Tally>()
  const caught: string[] = []
  let contradictions = 0
  for (let k = 0; k < count; k++) {
    const family = families[k % families.length] as (typeof families)[number]
    const seed = first + Math.floor(k / families.length)
    const results: [string, LinearResult][] = []
    for (const name of names) {
      const tally = tallies.get(name) ?? { optimal: 0, infeasible: 0, unbounded: 0, open: 0, failed: 0, caught: 0 }
      tallies.set(name, tally)
      try {
        const result = await solveLinear(randomModel(family, seed), { backends: [name], timeLimitMs: 1500 })
        results.push([name, result])
        if (result.status === 'feasible' || result.status === 'unknown') tally.open++
        else tally[result.status]++
        const notes = result.attempts.filter((one) => one.outcome !== 'answered')
        if (notes.length > 0) {
          tally.caught++
          caught.push(`${family} ${seed} ${name} -> ${result.status}: ${notes.map((one) => one.reason).join('; ')}`)
        }
      } catch (error) {
        tally.failed++
        caught.push(`${family} ${seed} ${name} -> failed: ${error instanceof Error ? error.message : error}`)
      }
    }
    const [reference] = results
    for (const [name, result] of results) {
      if (reference === undefined || agrees(reference[1], result)) continue
      if (belowTolerance(reference[1], result)) {
        caught.push(
          `${family} ${seed} ${name}: infeasible in exact arithmetic, by less than the tolerance of ${reference[0]}`,
        )
        continue
      }
      contradictions++
      const show = (r: LinearResult) => `${r.status} ${'objective' in r ? r.objective : ''}`
      console.log(`CONTRADICTION ${family} ${seed}: ${reference[0]} ${show(reference[1])}, ${name} ${show(result)}`)
      console.log(writeLp(randomModel(family, seed)).text)
    }
  }
  for (const line of caught) console.log(line)
  console.table(Object.fromEntries(tallies))
  console.log(`${count} models of ${families.length} families, seeds from ${first}: ${contradictions} contradictions`)
  process.exit(contradictions === 0 ? 0 : 1)
}

void main()
