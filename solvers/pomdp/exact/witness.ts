/**
 * The witness algorithm (Littman 1996) for the surface of one action. If the vectors found so far are not the whole
 * surface, then some found vector with one observation's choice changed beats all of them somewhere (the witness theorem).
 * An agenda holds these neighbours; a program per neighbour finds a witness belief or drops the neighbour for good.
 *
 * Programs: |surface| x sum over o of |set of o|, each with |surface| rows.
 */
import { DOMINATED } from '../dominance-lp.ts'
import type { BackupContext } from './backup.ts'
import { ChoiceSums } from './choice-sums.ts'
import type { PartialSums } from './projections.ts'

export function witness(sets: readonly PartialSums[], context: BackupContext): PartialSums | null {
  const { lp, tolerance, kernel, maxVectors, stop } = context
  const dimension = kernel.stateCount
  const found = new ChoiceSums(sets)
  const agenda: number[][] = []
  const queued = new Set<string>()
  const queueNeighbours = (index: number) => {
    const picks = found.picks[index]!
    for (const [k, set] of sets.entries()) {
      for (let i = 0; i < set.count; i++) {
        if (i === picks[k]) continue
        const neighbour = picks.slice()
        neighbour[k] = i
        const key = neighbour.join()
        if (queued.has(key)) continue
        queued.add(key)
        agenda.push(neighbour)
      }
    }
  }
  const barycentre = new Float64Array(dimension).fill(1 / dimension)
  queueNeighbours(found.add(found.picksAt(barycentre), barycentre))
  const candidate = new Float64Array(dimension)
  while (agenda.length > 0) {
    if (stop() || found.count > maxVectors) return null
    const picks = agenda[agenda.length - 1]!
    found.sumOf(picks, candidate, 0)
    const verdict = lp.reset().block(found.data, found.count, null, candidate, 0, -1, 1).solve(tolerance)
    if (verdict === DOMINATED) {
      agenda.pop()
      continue
    }
    // The best vector at the witness belief; when ties or rounding give a known one, the candidate itself enters.
    let index = found.add(found.picksAt(lp.belief), lp.belief)
    if (index < 0) {
      agenda.pop()
      index = found.add(picks, lp.belief)
      if (index < 0) continue
    }
    queueNeighbours(index)
  }
  return found.finish()
}
