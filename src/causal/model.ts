/**
 * Causal models that can be asked: interventions (do), adjustment and counterfactuals on linear and on discrete models.
 *
 * Linear: X_i = constant_i + sum_j strength_ji X_j + U_i. An intervention cuts the edges into the variable it sets; the
 * counterfactual follows Pearl's three steps (2009, section 7.1): the U that explain what was seen, the intervention,
 * the prediction. Discrete: each variable has a table of probabilities given its parents; queries sum over all
 * assignments, exponential in the number of variables, so at most `MAXIMAL_ASSIGNMENTS` are visited.
 *
 * Adjustment sets are judged by the back-door criterion (Pearl 1993): no member is a descendant of the cause, and the
 * set blocks every path that enters the cause from behind, which is checked by d-separation in the graph without the
 * edges that leave the cause.
 */
import { InvalidInputError, UnsupportedError } from '../../solvers/contract/index.ts'
import type { CausalEdge } from '../domain/causal.ts'
import { CausalGraph } from './graph.ts'

export const MAXIMAL_ASSIGNMENTS = 2_000_000

export type Numbers = Readonly<Record<string, number>>

/** A linear structural model over the variables of a graph, whose strengths are the coefficients. */
export class LinearCausalModel {
  readonly graph: CausalGraph
  readonly #constants: Numbers

  /** @param constants value of a variable without any cause at work, @default 0 each */
  constructor(graph: CausalGraph, constants: Numbers = {}) {
    for (const name of Object.keys(constants)) graph.variable(name)
    this.graph = graph
    this.#constants = constants
  }

  /** All values when the given variables are set and the given disturbances act. */
  predict(interventions: Numbers = {}, disturbances: Numbers = {}): Record<string, number> {
    for (const name of Object.keys(interventions)) this.graph.variable(name)
    const values: Record<string, number> = {}
    for (const name of this.graph.order) {
      const set = interventions[name]
      values[name] = set ?? this.#mechanism(name, values) + (disturbances[name] ?? 0)
    }
    return values
  }

  /** Change of the effect for one unit more of the cause, by intervention: the sum over all directed paths. */
  totalEffect(cause: string, effect: string): number {
    this.graph.variable(effect)
    return (this.predict({ [cause]: 1 })[effect] as number) - (this.predict({ [cause]: 0 })[effect] as number)
  }

  /**
   * What would have been, had the interventions been made in the very case that was observed.
   * @param observed values of all variables
   */
  counterfactual(observed: Numbers, interventions: Numbers): Record<string, number> {
    const disturbances: Record<string, number> = {}
    for (const name of this.graph.order) {
      const value = observed[name]
      if (value === undefined) {
        throw new InvalidInputError([
          {
            code: 'missing',
            path: ['observed', name],
            message: `${name} was not observed`,
            hint: 'a counterfactual of a linear model needs the value of every variable',
          },
        ])
      }
      disturbances[name] = value - this.#mechanism(name, observed)
    }
    return this.predict(interventions, disturbances)
  }

  #mechanism(name: string, values: Numbers): number {
    let sum = this.#constants[name] ?? 0
    for (const edge of this.graph.edges) if (edge.effect === name) sum += edge.strength * (values[edge.cause] as number)
    return sum
  }
}

export type Value = string | number | boolean
export type Assignment = Readonly<Record<string, Value>>

export interface DiscreteVariable {
  readonly name: string
  readonly values: readonly Value[]
  readonly parents: readonly string[]
  /** One row for every combination of the parents' values, last parent fastest; each sums to 1. */
  readonly table: readonly (readonly number[])[]
  readonly controllable?: boolean
}

/** A causal Bayesian network over variables with finitely many values. */
export class DiscreteCausalModel {
  readonly graph: CausalGraph
  readonly #variables: ReadonlyMap<string, DiscreteVariable>

  /** @throws InvalidInputError for cycles, unknown parents and tables that are no distributions */
  constructor(variables: readonly DiscreteVariable[]) {
    const edges: CausalEdge[] = variables.flatMap((variable) =>
      variable.parents.map((parent) => ({ cause: parent, effect: variable.name, strength: 1 })),
    )
    this.graph = new CausalGraph(
      variables.map((variable) => ({
        name: variable.name,
        domain: variable.values,
        controllable: variable.controllable ?? false,
      })),
      edges,
    )
    this.#variables = new Map(variables.map((variable) => [variable.name, variable]))
    const issues = variables.flatMap((variable, index) => {
      const rows = variable.parents.reduce(
        (product, parent) => product * (this.#variables.get(parent)?.values.length ?? 0),
        1,
      )
      const wrongRow = variable.table.findIndex(
        (row) =>
          row.length !== variable.values.length ||
          row.some((p) => !(p >= 0)) ||
          Math.abs(row.reduce((a, b) => a + b, 0) - 1) > 1e-9,
      )
      if (variable.table.length === rows && wrongRow < 0) return []
      const message =
        variable.table.length !== rows
          ? `the table of ${variable.name} has ${variable.table.length} rows, ${rows} are needed`
          : `row ${wrongRow} of the table of ${variable.name} is no distribution over its ${variable.values.length} values`
      return [
        {
          code: 'invalid-value',
          path: ['variables', index, 'table'],
          message,
          hint: 'one row for each combination of parents, each summing to 1',
        },
      ]
    })
    if (issues.length > 0) throw new InvalidInputError(issues)
  }

  /** P(event | given, do(interventions)); NaN when what is given has probability 0. */
  probability(event: Assignment, given: Assignment = {}, interventions: Assignment = {}): number {
    let both = 0
    let condition = 0
    this.#visit(interventions, given, (assignment, p) => {
      condition += p
      if (agrees(assignment, event)) both += p
    })
    return both / condition
  }

  /**
   * P(event | do(cause = value)) from observations alone, by adjusting for a set of variables.
   * @throws InvalidInputError when the set does not satisfy the back-door criterion
   */
  adjusted(event: Assignment, cause: Assignment, adjustment: readonly string[]): number {
    const [causeName] = Object.keys(cause)
    for (const effect of Object.keys(event)) {
      const fault = adjustmentFault(this.graph, causeName as string, effect, adjustment)
      if (fault !== null) {
        throw new InvalidInputError([
          {
            code: 'not-identifiable',
            path: ['adjustment'],
            message: fault,
            hint: 'adjust for variables that block every back door and are no effects of the cause',
          },
        ])
      }
    }
    let total = 0
    for (const stratum of this.#combinations(adjustment)) {
      const weight = this.probability(stratum)
      if (weight > 0) total += weight * this.probability(event, { ...stratum, ...cause })
    }
    return total
  }

  /**
   * P(event had the interventions been made | evidence): the disturbances behind the tables are taken as independent
   * response functions, one value for every row (the standard completion of a table to a functional model), and summed
   * over exactly.
   */
  counterfactual(event: Assignment, evidence: Assignment, interventions: Assignment): number {
    // Twin network: both worlds share, for every variable, the random choice made for each row of its table.
    const order = this.graph.order
    let both = 0
    let condition = 0
    let visited = 0
    const actual: Record<string, Value> = {}
    const other: Record<string, Value> = {}
    const walk = (at: number, p: number): void => {
      if (p === 0) return
      if (visited++ > MAXIMAL_ASSIGNMENTS) throw tooLarge()
      if (at === order.length) {
        condition += p
        if (agrees(other, event)) both += p
        return
      }
      const variable = this.#variables.get(order[at] as string) as DiscreteVariable
      const rowActual = this.#row(variable, actual)
      const set = interventions[variable.name]
      const rowOther = this.#row(variable, other)
      variable.values.forEach((value, index) => {
        const seen = evidence[variable.name]
        if (seen !== undefined && seen !== value) return
        actual[variable.name] = value
        const chance = (variable.table[rowActual] as readonly number[])[index] as number
        if (set !== undefined) {
          other[variable.name] = set
          walk(at + 1, p * chance)
        } else if (rowActual === rowOther) {
          other[variable.name] = value
          walk(at + 1, p * chance)
        } else {
          variable.values.forEach((twin, twinIndex) => {
            actual[variable.name] = value
            other[variable.name] = twin
            walk(at + 1, p * chance * ((variable.table[rowOther] as readonly number[])[twinIndex] as number))
          })
        }
      })
    }
    walk(0, 1)
    return both / condition
  }

  #row(variable: DiscreteVariable, assignment: Assignment): number {
    let row = 0
    for (const parent of variable.parents) {
      const { values } = this.#variables.get(parent) as DiscreteVariable
      row = row * values.length + values.indexOf(assignment[parent] as Value)
    }
    return row
  }

  #visit(interventions: Assignment, given: Assignment, each: (assignment: Assignment, p: number) => void): void {
    for (const name of [...Object.keys(interventions), ...Object.keys(given)]) this.graph.variable(name)
    const order = this.graph.order
    const assignment: Record<string, Value> = {}
    let visited = 0
    const walk = (at: number, p: number): void => {
      if (p === 0) return
      if (visited++ > MAXIMAL_ASSIGNMENTS) throw tooLarge()
      const name = order[at]
      if (name === undefined) {
        each(assignment, p)
        return
      }
      const variable = this.#variables.get(name) as DiscreteVariable
      const row = variable.table[this.#row(variable, assignment)] as readonly number[]
      const set = interventions[name]
      variable.values.forEach((value, index) => {
        if ((set !== undefined && set !== value) || (given[name] !== undefined && given[name] !== value)) return
        assignment[name] = value
        walk(at + 1, set === undefined ? p * (row[index] as number) : p)
      })
    }
    walk(0, 1)
  }

  *#combinations(names: readonly string[]): IterableIterator<Assignment> {
    const [first, ...rest] = names
    if (first === undefined) {
      yield {}
      return
    }
    this.graph.variable(first)
    for (const value of this.#variables.get(first)?.values ?? []) {
      for (const inner of this.#combinations(rest)) yield { [first]: value, ...inner }
    }
  }
}

function agrees(assignment: Assignment, event: Assignment): boolean {
  return Object.entries(event).every(([name, value]) => assignment[name] === value)
}

function tooLarge(): UnsupportedError {
  return new UnsupportedError(
    'large discrete models',
    `the query visits more than ${MAXIMAL_ASSIGNMENTS} assignments`,
    {
      hint: 'ask about a smaller model, or merge values',
    },
  )
}

/** Why adjusting for the set does not give the effect of the cause, or null when it does. */
export function adjustmentFault(
  graph: CausalGraph,
  cause: string,
  effect: string,
  adjustment: readonly string[],
): string | null {
  const descendants = graph.descendants(cause)
  for (const name of adjustment) {
    graph.variable(name)
    if (name === cause || name === effect) return `${name} is the cause or the effect itself`
    if (descendants.has(name)) return `${name} is an effect of ${cause}`
  }
  const kept = graph.edges.filter((edge) => edge.cause !== cause)
  const path = connectingPath(kept, cause, effect, new Set(adjustment))
  return path === null ? null : `the back-door path ${path.join(' - ')} stays open`
}

/** The smallest adjustment set among the given candidates (all non-descendants when absent), or null when none works. */
export function adjustmentSet(graph: CausalGraph, cause: string, effect: string): readonly string[] | null {
  const descendants = graph.descendants(cause)
  const candidates = graph.order.filter((name) => name !== cause && name !== effect && !descendants.has(name))
  // The parents of the cause always work when all are observed; smaller sets are tried first.
  const usable = candidates.slice(0, 16)
  for (let size = 0; size <= usable.length; size++) {
    for (const set of subsets(usable, size)) if (adjustmentFault(graph, cause, effect, set) === null) return set
  }
  const parents = graph.parents(cause)
  return adjustmentFault(graph, cause, effect, parents) === null ? parents : null
}

function* subsets(names: readonly string[], size: number, from = 0): IterableIterator<string[]> {
  if (size === 0) {
    yield []
    return
  }
  for (let i = from; i + size <= names.length; i++) {
    for (const rest of subsets(names, size - 1, i + 1)) yield [names[i] as string, ...rest]
  }
}

/** A path that d-connects two variables given a set, or null (reachability of Shachter's Bayes ball 1998). */
function connectingPath(
  edges: readonly CausalEdge[],
  from: string,
  to: string,
  given: ReadonlySet<string>,
): string[] | null {
  const parents = (name: string): string[] => edges.filter((edge) => edge.effect === name).map((edge) => edge.cause)
  const children = (name: string): string[] => edges.filter((edge) => edge.cause === name).map((edge) => edge.effect)
  // Colliders pass when they or one of their effects are given.
  const opens = new Set(given)
  for (const name of opens) for (const parent of parents(name)) opens.add(parent)
  const open: { name: string; up: boolean; path: string[] }[] = [{ name: from, up: true, path: [from] }]
  const seen = new Set<string>()
  for (const { name, up, path } of open) {
    const key = `${name} ${up}`
    if (seen.has(key)) continue
    seen.add(key)
    if (name === to) return path
    const blocked = given.has(name)
    const go = (next: string, upward: boolean): void => {
      open.push({ name: next, up: upward, path: [...path, next] })
    }
    if (up && !blocked) {
      for (const parent of parents(name)) go(parent, true)
      for (const child of children(name)) go(child, false)
    } else if (!up) {
      if (!blocked) for (const child of children(name)) go(child, false)
      if (opens.has(name)) for (const parent of parents(name)) go(parent, true)
    }
  }
  return null
}
