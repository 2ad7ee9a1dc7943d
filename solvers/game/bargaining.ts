/**
 * Bargaining over a finite set of points (no lotteries): what each of k parties gains from each deal over having none.
 *
 *     Nash (1950)                     max prod_i g_i
 *     egalitarian (Kalai 1977)        max min_i g_i
 *     Kalai and Smorodinsky (1975)    max min_i g_i / G_i,   G_i the most i can gain from a deal that harms nobody
 *     utilitarian                     max sum_i g_i
 *
 * over the deals with g >= 0. Ties go to the greater sum of gains, then to the first deal; so that the first two minimax
 * solutions are Pareto-optimal among deals of equal minimum. Two parties: O(m log m). More: the Pareto set takes O(m p).
 */

export interface BargainingSet {
  /** gains[party][deal], utility minus reservation. */
  readonly gains: readonly Float64Array[]
  readonly deals: number
}

/** Gains within this of 0 count as 0, relative to the largest gain of the party. */
const ZERO = 1e-12
/** Gains that differ by less count as equal when deals are compared, relative to the largest gain of the party. */
const SAME = 1e-12

/** Deals that leave nobody below its reservation, in increasing order. */
export function rationalDeals(set: BargainingSet): Int32Array {
  const slack = set.gains.map((gains) => -ZERO * largest(gains))
  const found = new Int32Array(set.deals)
  let count = 0
  for (let d = 0; d < set.deals; d++) {
    let rational = true
    for (let i = 0; i < set.gains.length && rational; i++) {
      rational = (set.gains[i]?.[d] as number) >= (slack[i] as number)
    }
    if (rational) found[count++] = d
  }
  return found.slice(0, count)
}

/**
 * Deals among the given ones that no other makes better for one party and worse for none; of equal ones the first. Best for
 * the first party first. Gains are compared in steps of SAME of the party's largest one, so that two sums of the same terms in another
 * order are equal.
 */
export function paretoDeals(set: BargainingSet, among: Int32Array = rationalDeals(set)): Int32Array {
  const steps = set.gains.map((gains) => {
    const unit = SAME * largest(gains)
    return unit > 0 ? gains.map((gain) => Math.round(gain / unit)) : gains
  })
  const order = Int32Array.from(among).sort((a, b) => {
    for (const own of steps) if (own[a] !== own[b]) return (own[b] as number) - (own[a] as number)
    return a - b
  })
  const kept: number[] = []
  if (steps.length === 2) {
    const second = steps[1] as Float64Array
    let most = Number.NEGATIVE_INFINITY
    for (const d of order) {
      if ((second[d] as number) <= most) continue
      most = second[d] as number
      kept.push(d)
    }
    return Int32Array.from(kept)
  }
  // Whoever dominates a deal comes before it in this order.
  for (const d of order) {
    const dominated = kept.some((k) => steps.every((own) => (own[k] as number) >= (own[d] as number)))
    if (!dominated) kept.push(d)
  }
  return Int32Array.from(kept)
}

export type BargainingObjective = 'nash' | 'egalitarian' | 'kalai-smorodinsky' | 'utilitarian'

/** The deal an objective picks among the given ones; null when there are none. */
export function bargainingSolution(
  set: BargainingSet,
  objective: BargainingObjective,
  among: Int32Array = paretoDeals(set),
): number | null {
  const { gains } = set
  const ideal = gains.map((own) => among.reduce((most, d) => Math.max(most, own[d] as number), 0))
  const score = (d: number): number => {
    let product = 1
    let least = Number.POSITIVE_INFINITY
    let total = 0
    for (let i = 0; i < gains.length; i++) {
      const gain = Math.max(0, gains[i]?.[d] as number)
      product *= gain
      total += gain
      const top = ideal[i] as number
      const ratio = objective === 'kalai-smorodinsky' ? (top > 0 ? gain / top : 1) : gain
      least = Math.min(least, ratio)
    }
    return objective === 'nash' ? product : objective === 'utilitarian' ? total : least
  }
  const total = (d: number): number => gains.reduce((sum, own) => sum + (own[d] as number), 0)
  let best: number | null = null
  for (const d of among) {
    if (best === null) {
      best = d
      continue
    }
    const difference = score(d) - score(best)
    if (difference > 0 || (difference === 0 && (total(d) > total(best) || (total(d) === total(best) && d < best))))
      best = d
  }
  return best
}

/** The product of the gains of a deal, negative gains as 0. */
export function nashProduct(set: BargainingSet, deal: number): number {
  return set.gains.reduce((product, own) => product * Math.max(0, own[deal] as number), 1)
}

function largest(values: Float64Array): number {
  let most = 0
  for (let d = 0; d < values.length; d++) most = Math.max(most, Math.abs(values[d] as number))
  return most
}
