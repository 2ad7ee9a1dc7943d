/**
 * Seeded random models, small enough that every backend is asked, of the families in which solvers have been seen to be wrong.
 */
import { LinearModel, type Term, type VariableOptions } from '../../solvers/linear/index.ts'
import { RandomStream } from '../../solvers/numeric/index.ts'

export const families = [
  'lp-boxed',
  'lp-degenerate',
  'lp-equality',
  'lp-free',
  'lp-ranges',
  'lp-infeasible',
  'lp-any',
  'lp-badly-scaled',
  'milp-knapsack',
  'milp-equality',
  'milp-mixed',
  'milp-fractional-bounds',
  'milp-negative',
  'milp-big-m',
  'milp-any',
] as const
export type Family = (typeof families)[number]

/** One model of a family; the same seed gives the same model. */
export function randomModel(family: Family, seed: number): LinearModel {
  const random = new RandomStream(seed * 31 + families.indexOf(family))
  const model = new LinearModel(`${family}-${seed}`, random.chance(0.5) ? 'minimize' : 'maximize')
  if (family === 'milp-big-m') return bigM(model, random)
  const integral = family.startsWith('milp')
  const columns = random.integer(1, integral ? 7 : 9)
  const rows = random.integer(1, integral ? 5 : 8)
  const sides = (low: number, high: number) => random.integer(low, high)
  for (let j = 0; j < columns; j++) model.addVariable(`x${j}`, column(family, random))
  // A point inside makes most models feasible; rows of the families "any" and "infeasible" ignore it.
  const inside = Array.from({ length: columns }, (_, j) => pointWithin(model, j, random))
  for (let i = 0; i < rows; i++) {
    const terms: Term[] = []
    for (let j = 0; j < columns; j++) {
      if (!random.chance(0.7)) continue
      const magnitude = family === 'lp-badly-scaled' ? 10 ** random.integer(-4, 4) : 1
      terms.push([j, random.integer(1, 9) * (random.chance(0.35) ? -1 : 1) * magnitude])
    }
    const activity = terms.reduce((total, [j, value]) => total + value * (inside[j] as number), 0)
    const blind = family.endsWith('any') || (family === 'lp-infeasible' && random.chance(0.7))
    const slack = family === 'lp-degenerate' ? 0 : sides(0, 12)
    if (family.endsWith('equality') && random.chance(0.6)) {
      model.addRow(`r${i}`, terms, '=', random.chance(0.9) ? activity : sides(-20, 20))
    } else if (family === 'lp-ranges') {
      model.addRange(`r${i}`, activity - sides(0, 9), terms, activity + slack)
    } else if (blind) {
      model.addRow(`r${i}`, terms, random.pick(['<=', '>=', '='] as const), sides(-30, 30))
    } else if (random.chance(0.6)) model.addRow(`r${i}`, terms, '<=', activity + slack)
    else model.addRow(`r${i}`, terms, '>=', activity - slack)
  }
  return model
}

function column(family: Family, random: RandomStream): VariableOptions {
  const objective = random.integer(-9, 9)
  switch (family) {
    case 'lp-free':
      return {
        objective,
        lower: Number.NEGATIVE_INFINITY,
        upper: random.chance(0.7) ? random.integer(0, 20) : Infinity,
      }
    case 'lp-any':
      return {
        objective,
        lower: random.chance(0.4) ? Number.NEGATIVE_INFINITY : random.integer(-9, 0),
        upper: random.chance(0.5) ? Number.POSITIVE_INFINITY : random.integer(1, 20),
      }
    case 'milp-knapsack':
      return { objective, kind: 'binary' }
    case 'milp-mixed':
      return { objective, upper: random.integer(1, 12), kind: random.chance(0.5) ? 'integer' : 'continuous' }
    case 'milp-fractional-bounds': {
      const lower = random.integer(-50, 40) / 10
      return {
        objective,
        lower,
        upper: lower + random.integer(1, 60) / 10,
        kind: random.chance(0.7) ? 'integer' : 'continuous',
      }
    }
    case 'milp-negative':
      return { objective, lower: random.integer(-9, 0), upper: random.integer(0, 9), kind: 'integer' }
    case 'milp-equality':
      return { objective, upper: random.integer(1, 9), kind: random.chance(0.8) ? 'integer' : 'continuous' }
    case 'milp-any':
      return {
        objective,
        lower: random.chance(0.15) ? -random.integer(1, 9) : 0,
        upper: random.chance(0.3) ? Number.POSITIVE_INFINITY : random.integer(1, 15),
        kind: random.chance(0.7) ? 'integer' : 'continuous',
      }
    default:
      return { objective, upper: random.chance(0.7) ? random.integer(1, 20) : Number.POSITIVE_INFINITY }
  }
}

function pointWithin(model: LinearModel, j: number, random: RandomStream): number {
  const lower = Math.max(model.variableLower(j), -20)
  const upper = Math.min(model.variableUpper(j), 20)
  const value = lower + random.next() * (upper - lower)
  return model.variableKind(j) === 'continuous' ? Math.round(value * 4) / 4 : Math.round(value)
}

/** Single-machine sequencing with start times and big-M disjunctions: sum of weighted starts, or the makespan. */
function bigM(model: LinearModel, random: RandomStream): LinearModel {
  model.sense = 'minimize'
  const tasks = random.integer(2, 4)
  const constant = 10 ** random.integer(2, 5)
  const durations = Array.from({ length: tasks }, () => random.integer(1, 12))
  const releases = durations.map(() => random.integer(0, 15))
  const starts = releases.map((lower, t) => model.addVariable(`s${t}`, { lower, objective: random.integer(1, 9) }))
  for (let a = 0; a < tasks; a++) {
    for (let b = a + 1; b < tasks; b++) {
      const first = model.addVariable(`a${a}${b}`, { kind: 'binary' })
      // s_b >= s_a + d_a - M (1 - first) and s_a >= s_b + d_b - M first
      const [sa, sb] = [starts[a] as number, starts[b] as number]
      model.addRow(
        `p${a}${b}`,
        [
          [sb, 1],
          [sa, -1],
          [first, -constant],
        ],
        '>=',
        (durations[a] as number) - constant,
      )
      model.addRow(
        `q${a}${b}`,
        [
          [sa, 1],
          [sb, -1],
          [first, constant],
        ],
        '>=',
        durations[b] as number,
      )
    }
  }
  return model
}
