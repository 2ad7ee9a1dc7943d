/** The oracle: plain recursion over actions and observations on beliefs as arrays. Shares no code with the solvers. */
import type { PomdpModel } from '../../../solvers/pomdp/model.ts'

export function expectimax(model: PomdpModel, belief: ArrayLike<number>, horizon: number): number {
  if (horizon === 0) return 0
  const [n, z] = [model.states.length, model.observations.length]
  let best = Number.NEGATIVE_INFINITY
  for (let a = 0; a < model.actions.length; a++) {
    let total = 0
    const reached = new Array<number>(n).fill(0)
    for (let s = 0; s < n; s++) {
      const weight = belief[s] as number
      if (weight === 0) continue
      const row = a * n + s
      total += weight * (model.rewards[row] as number)
      for (
        let k = model.transitions.pointers[row] as number;
        k < (model.transitions.pointers[row + 1] as number);
        k++
      ) {
        reached[model.transitions.columns[k] as number]! += weight * (model.transitions.values[k] as number)
      }
    }
    for (let o = 0; o < z; o++) {
      const next = reached.map((mass, s) => mass * (model.observationProbabilities[(a * n + s) * z + o] as number))
      const probability = next.reduce((x, y) => x + y, 0)
      if (probability === 0) continue
      total +=
        model.discount *
        probability *
        expectimax(
          model,
          next.map((mass) => mass / probability),
          horizon - 1,
        )
    }
    best = Math.max(best, total)
  }
  return best
}
