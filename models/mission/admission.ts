/**
 * What keeps a dropped activity out of a plan that stays as it is: the activity is put at every start of its window and the
 * simulator says which limits break there; the place that breaks the fewest, and those by the least, is reported.
 */
import type { MissionPlan, MissionProblem } from '../../src/domain/mission.ts'
import { evaluateMission } from '../../src/domain/mission-rules.ts'

export interface Exclusion {
  readonly activity: string
  /** Best start beside the plan; null when something it needs is left out as well. */
  readonly start: number | null
  /** What it would take: each limit that breaks and by how much; empty with `start` null. */
  readonly lacks: readonly { readonly limit: string; readonly amount: number }[]
  /** One sentence. */
  readonly reason: string
}

/** O(dropped activities x window x slots) steps of simulation. */
export function exclusions(problem: MissionProblem, plan: MissionPlan): Exclusion[] {
  const done = new Set(plan.steps.map((step) => step.id))
  return problem.activities
    .filter((activity) => !done.has(activity.id))
    .map((activity): Exclusion => {
      const missing = activity.after.filter((before) => !done.has(before))
      if (missing.length > 0) {
        const reason = `needs ${missing.join(' and ')}, left out too`
        return { activity: activity.id, start: null, lacks: [], reason }
      }
      let best: { start: number; lacks: { limit: string; amount: number }[] } | null = null
      const latest = Math.min(activity.window[1], problem.slots) - activity.duration
      for (let start = activity.window[0]; start <= latest; start++) {
        const steps = [...plan.steps, { id: activity.id, start, end: start + activity.duration }]
        const lacks = shortages(evaluateMission(problem, { ...plan, steps }).check.violations)
        if (best === null || worse(best.lacks, lacks)) best = { start, lacks }
      }
      if (best === null) return { activity: activity.id, start: null, lacks: [], reason: 'does not fit its window' }
      const words = best.lacks.map(({ limit, amount }) => (amount > 0 ? `${limit} by ${round(amount)}` : limit))
      const reason =
        words.length === 0
          ? `would fit at slot ${best.start} and is worth nothing`
          : `at its best place, slot ${best.start}, it breaks ${words.join(', ')}`
      return { activity: activity.id, ...best, reason }
    })
}

/** Violations by the limit they belong to, with the largest excess of each. */
function shortages(
  violations: readonly { readonly rule: string; readonly amount: number }[],
): { limit: string; amount: number }[] {
  const worst = new Map<string, number>()
  for (const { rule, amount } of violations) {
    const limit = LIMITS.find(([prefix]) => rule.startsWith(prefix))?.[1] ?? rule
    worst.set(limit, Math.max(worst.get(limit) ?? 0, amount))
  }
  return [...worst].map(([limit, amount]) => ({ limit, amount }))
}

const LIMITS = [
  ['reserve', 'the battery reserve'],
  ['battery at the end', 'the battery level at the end'],
  ['memory', 'the memory'],
  ['power', 'the peak power'],
  ['devices', 'the devices in use'],
  ['after', 'the order of activities'],
] as const

function worse(a: readonly { readonly amount: number }[], b: readonly { readonly amount: number }[]): boolean {
  if (a.length !== b.length) return a.length > b.length
  const sum = (list: readonly { readonly amount: number }[]): number => list.reduce((s, own) => s + own.amount, 0)
  return sum(a) > sum(b) + 1e-9
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100
}
