/**
 * Where the plans of several agents get in each other's way at given starts, and the ways out of each conflict.
 *
 * - Resources: minimal critical sets of steps that run at one instant; out of it by putting one of them before another.
 * - Values needed or kept at once by steps that run at one instant and differ: one before the other.
 * - A step needs a value that another one (the threat t) has changed: it ends before t does (promotion), or a step p that sets the
 *   value again comes between (p after t, p before it). Nothing at all sets it: another way of doing the step.
 * - Two steps that set one variable differently at the same instant: one before the other.
 */
import type { Clause, Literal, PlacedSteps } from '../../models/joint-plan/index.ts'
import type { Fact, JointPlanProblem, JointStep, StepWay } from '../domain/joint-plan.ts'
import { resourceConflicts } from './resource-conflicts.ts'

export interface JointConflict {
  readonly kind: 'resource' | 'timing' | 'goal'
  /** Step ids, or the goal's after the steps. */
  readonly steps: readonly string[]
  readonly agents: readonly string[]
  /** The resource, or the variable. */
  readonly about: string
  readonly from: number
  readonly to: number
  readonly description: string
}

export interface FoundConflict {
  readonly conflict: JointConflict
  readonly clause: Clause
  /** Two steps set a variable differently at one instant. */
  readonly tie?: true
}

/** All conflicts of the placed steps, by kind and time. Empty: the schedule is a joint plan. */
export function jointConflicts(problem: JointPlanProblem, placed: PlacedSteps): FoundConflict[] {
  const runs = problem.steps.map((step, i): Placed => {
    const way = step.ways[placed.ways[i] as number] as StepWay
    const start = placed.starts[i] as number
    return { index: i, step, way, start, end: start + way.duration }
  })
  const at = [...overuse(problem, runs), ...clashes(runs), ...ties(runs)]
  // Which value stands after a tie is open, so that needs are looked at when there is none.
  return at.some(({ tie }) => tie === true) ? at : [...at, ...brokenNeeds(problem, runs)]
}

interface Placed {
  readonly index: number
  readonly step: JointStep
  readonly way: StepWay
  readonly start: number
  readonly end: number
}

function overuse(problem: JointPlanProblem, runs: readonly Placed[]): FoundConflict[] {
  const byId = new Map(runs.map((run) => [run.step.id, run]))
  const requests = runs.map(({ step, way, start }) => ({
    id: step.id,
    start,
    duration: way.duration,
    weight: step.weight,
    uses: way.uses,
  }))
  return resourceConflicts(requests, problem.capacities).map(
    ({ resource, requests: ids, from, to, wanted, capacity }) => {
      const involved = ids.map((id) => byId.get(id) as Placed)
      const options = involved.flatMap((a) => involved.flatMap((b) => (a === b ? [] : [[before(a, b)]])))
      const taking = involved.map(({ step, index }) => ({
        step: index,
        ways: step.ways.flatMap((way, w) => ((way.uses[resource] ?? 0) > 0 ? [w] : [])),
      }))
      // Another way that takes less may resolve it too: only the ways that want as much are held to an order.
      const guards = taking.map((guard, k) => {
        const amount = involved[k]?.way.uses[resource] as number
        const ways = guard.ways.filter((w) => (involved[k]?.step.ways[w]?.uses[resource] ?? 0) >= amount)
        return { step: guard.step, ways }
      })
      return {
        conflict: {
          kind: 'resource',
          steps: ids,
          agents: agentsOf(involved),
          about: resource,
          from,
          to,
          description: `${list(ids)} want ${wanted} of ${capacity} ${resource} at once from ${from} to ${to}`,
        },
        clause: { options, guards },
      }
    },
  )
}

function clashes(runs: readonly Placed[]): FoundConflict[] {
  const found: FoundConflict[] = []
  runs.forEach((a, k) => {
    for (const b of runs.slice(k + 1)) {
      if (a.start >= b.end || b.start >= a.end) continue
      const pair = clashing(a.way, b.way)
      if (pair === null) continue
      // Every way of a that clashes with b as it is done now.
      const guards = [
        { step: a.index, ways: waysWith(a.step, (way) => clashing(way, b.way) !== null) },
        { step: b.index, ways: [b.step.ways.indexOf(b.way)] },
      ]
      found.push({
        conflict: {
          kind: 'timing',
          steps: [a.step.id, b.step.id],
          agents: agentsOf([a, b]),
          about: pair[0].variable,
          from: Math.max(a.start, b.start),
          to: Math.min(a.end, b.end),
          description: `${a.step.id} goes with ${told(pair[0])} and ${b.step.id} with ${told(pair[1])}, both from ${Math.max(a.start, b.start)} to ${Math.min(a.end, b.end)}`,
        },
        clause: { options: [[before(a, b)], [before(b, a)]], guards },
      })
    }
  })
  return found
}

/** Values that cannot be there at once. */
function clashing(a: StepWay, b: StepWay): readonly [Fact, Fact] | null {
  for (const one of [...a.needs, ...a.keeps]) {
    for (const other of [...b.needs, ...b.keeps]) {
      if (one.variable === other.variable && one.value !== other.value) return [one, other]
    }
  }
  return null
}

function brokenNeeds(problem: JointPlanProblem, runs: readonly Placed[]): FoundConflict[] {
  const found: FoundConflict[] = []
  for (const run of runs) {
    for (const need of run.way.needs) {
      // What a step keeps itself it does not need from others.
      if (run.way.keeps.some((fact) => same(fact, need))) continue
      const broken = breaking(problem, runs, need, run)
      if (broken === null) continue
      const lacking = (way: StepWay): boolean =>
        way.needs.some((one) => same(one, need)) && !way.keeps.some((one) => same(one, need))
      const guards = [{ step: run.index, ways: waysWith(run.step, lacking) }]
      found.push(needConflict(runs, need, broken, guards, run))
    }
  }
  for (const goal of problem.goals) {
    const broken = breaking(problem, runs, goal, null)
    if (broken === null) continue
    found.push(needConflict(runs, goal, broken, [], null, goal.id))
  }
  return found
}

/** The step that makes a value wrong while a step (or the end, for null) needs it; `none` when it never was right. */
function breaking(
  problem: JointPlanProblem,
  runs: readonly Placed[],
  need: Fact,
  consumer: Placed | null,
): { readonly by: Placed | null; readonly at: number } | null {
  const until = consumer === null ? Number.POSITIVE_INFINITY : consumer.end
  const setters = runs
    .filter((one) => one !== consumer && one.end < until && setsVariable(one.way, need.variable) !== null)
    .sort((a, b) => a.end - b.end || a.index - b.index)
  const from = consumer?.start ?? Number.POSITIVE_INFINITY
  let last: Placed | null = null
  for (const one of setters) {
    if (one.end > from) break
    last = one
  }
  const initial = problem.initial.find((fact) => fact.variable === need.variable)
  const value = last === null ? initial?.value : setsVariable(last.way, need.variable)?.value
  if (value !== need.value) return { by: last, at: consumer?.start ?? 0 }
  const during = setters.find((one) => one.end > from && setsVariable(one.way, need.variable)?.value !== need.value)
  return during === undefined ? null : { by: during, at: during.end }
}

function needConflict(
  runs: readonly Placed[],
  need: Fact,
  broken: { readonly by: Placed | null; readonly at: number },
  guards: Clause['guards'],
  consumer: Placed | null,
  goal = '',
): FoundConflict {
  const threat = broken.by
  const options: Literal[][] = []
  if (threat !== null && consumer !== null) options.push([ends(consumer, threat)])
  for (const producer of runs) {
    if (producer === consumer || producer === threat) continue
    const setting = waysWith(producer.step, (way) => way.sets.some((one) => same(one, need)))
    if (setting.length === 0) continue
    const option: Literal[] = []
    if (setting.length < producer.step.ways.length) option.push({ kind: 'way', step: producer.index, ways: setting })
    if (consumer !== null) option.push(before(producer, consumer))
    if (threat !== null) option.push(ends(threat, producer))
    if (option.length > 0) options.push(option)
  }
  const who = consumer?.step.id ?? goal
  const cause = threat === null ? 'nothing has set it' : `${threat.step.id} has changed it`
  const involved = [consumer, threat].filter((one) => one !== null)
  const threatening =
    threat === null
      ? []
      : [
          {
            step: threat.index,
            ways: waysWith(threat.step, (way) => {
              const set = setsVariable(way, need.variable)
              return set !== null && set.value !== need.value
            }),
          },
        ]
  return {
    conflict: {
      kind: consumer === null ? 'goal' : 'timing',
      steps: [...involved.map(({ step }) => step.id), ...(consumer === null ? [goal] : [])],
      agents: agentsOf(involved),
      about: need.variable,
      from: broken.at,
      to: consumer?.end ?? broken.at,
      description: `${who} needs ${told(need)}, but at ${broken.at} ${cause}`,
    },
    clause: { options, guards: [...guards, ...threatening] },
  }
}

function ties(runs: readonly Placed[]): FoundConflict[] {
  const found: FoundConflict[] = []
  runs.forEach((a, k) => {
    for (const b of runs.slice(k + 1)) {
      if (a.end !== b.end) continue
      const fact = a.way.sets.find((one) =>
        b.way.sets.some((x) => x.variable === one.variable && x.value !== one.value),
      )
      if (fact === undefined) continue
      found.push({
        conflict: {
          kind: 'timing',
          steps: [a.step.id, b.step.id],
          agents: agentsOf([a, b]),
          about: fact.variable,
          from: a.end,
          to: a.end,
          description: `${a.step.id} and ${b.step.id} set ${fact.variable} differently at ${a.end}`,
        },
        tie: true,
        clause: {
          options: [[before(a, b)], [before(b, a)]],
          guards: [a, b].map(({ index, step, way }) => ({ step: index, ways: [step.ways.indexOf(way)] })),
        },
      })
    }
  })
  return found
}

function before(first: Placed, second: Placed): Literal {
  return { kind: 'before', first: first.index, second: second.index }
}

function ends(first: Placed, second: Placed): Literal {
  return { kind: 'ends', first: first.index, second: second.index }
}

function same(a: Fact, b: Fact): boolean {
  return a.variable === b.variable && a.value === b.value
}

function setsVariable(way: StepWay, variable: string): Fact | null {
  return way.sets.find((fact) => fact.variable === variable) ?? null
}

function waysWith(step: JointStep, holds: (way: StepWay) => boolean): number[] {
  return step.ways.flatMap((way, w) => (holds(way) ? [w] : []))
}

function agentsOf(runs: readonly Placed[]): string[] {
  return [...new Set(runs.map(({ step }) => step.agent))]
}

function told({ variable, value }: Fact): string {
  return `${variable} = ${value}`
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
