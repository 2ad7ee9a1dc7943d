/**
 * Factored literal -> flat model over the combinations of values that can be reached from the start.
 *
 *   T(x' | x, a) = product over variables v of P_v(x'_v | x, a)     the last matching rule of v; unchanged without one
 *   O(o | x', a)  the last matching rule                            r(x, a, x', o)  the last matching rule, 0 without one
 *   R(x, a) = sum over x', o of T(x' | x, a) O(o | x', a) r(x, a, x', o)
 *
 * Size: reached combinations x actions x (successors + observations), at most MAX_STATES combinations. Every fault of the
 * literal is collected and reported at once.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import { modelIssues, type PomdpModel, sparseRows } from '../../solvers/pomdp/model.ts'
import type {
  Condition,
  Distribution,
  FactoredDynamics,
  FactoredPomdpProblem,
  TrackingProblem,
} from '../../src/domain/pomdp.ts'

const MAX_STATES = 20_000
/** Most entries of the tables of transitions and observations. */
const MAX_ENTRIES = 20_000_000

export interface FactoredModel {
  readonly model: PomdpModel
  /** Value numbers of a state, one per variable in declared order. */
  readonly values: readonly Int32Array[]
  /** States in which a condition holds. */
  readonly statesWhere: (condition: Condition) => number[]
}

export type FactoredResult =
  | ({ readonly ok: true } & FactoredModel)
  | { readonly ok: false; readonly issues: readonly Issue[] }

/**
 * The flat model of a factored literal.
 * @throws InvalidInputError with every fault
 */
export function defineFactoredPomdp(problem: FactoredPomdpProblem | TrackingProblem): FactoredModel {
  const result = safeDefineFactoredPomdp(problem)
  if (!result.ok) throw new InvalidInputError(result.issues)
  return result
}

/** As defineFactoredPomdp, with the faults as data. Tracking problems have no rewards and discount 1. */
export function safeDefineFactoredPomdp(problem: FactoredPomdpProblem | TrackingProblem): FactoredResult {
  const names = new NameTable(problem)
  const compiled = compile(problem, names)
  if (names.issues.length > 0) return { ok: false, issues: names.issues }
  const space = new StateSpace(problem, compiled, names)
  space.explore()
  if (names.issues.length > 0) return { ok: false, issues: names.issues }
  const model = space.model(problem)
  const issues = modelIssues(model)
  if (issues.length > 0) return { ok: false, issues }
  return {
    ok: true,
    model,
    values: space.states,
    statesWhere: (condition) => {
      const test = names.condition(condition, ['condition'])
      return space.states.flatMap((state, index) => (matches(test, state) ? [index] : []))
    },
  }
}

type Path = readonly (string | number)[]
/** Allowed value numbers of some variables. */
type Test = readonly { readonly variable: number; readonly allowed: ReadonlySet<number> }[]

function matches(test: Test, state: Int32Array): boolean {
  return test.every(({ variable, allowed }) => allowed.has(state[variable]!))
}

/** Resolves names to numbers and collects what cannot be resolved. */
class NameTable {
  readonly issues: Issue[] = []
  readonly variables: ReadonlyMap<string, number>
  readonly values: readonly ReadonlyMap<string, number>[]
  readonly actions: ReadonlyMap<string, number>
  readonly observations: ReadonlyMap<string, number>

  constructor(problem: FactoredDynamics) {
    this.variables = this.#index(
      'variables',
      problem.variables.map(({ id }) => id),
    )
    this.values = problem.variables.map(({ values }, index) => this.#index(['variables', index, 'values'], values))
    this.actions = this.#index('actions', problem.actions)
    this.observations = this.#index('observations', problem.observations)
  }

  #index(where: string | Path, names: readonly string[]): ReadonlyMap<string, number> {
    const path = typeof where === 'string' ? [where] : where
    const map = new Map<string, number>()
    for (const [index, name] of names.entries()) {
      if (map.has(name))
        this.report('duplicate-name', [...path, index], `"${name}" stands twice`, 'give every one its own name')
      else map.set(name, index)
    }
    if (names.length === 0) this.report('empty', path, 'the list is empty', 'give at least one')
    return map
  }

  report(code: string, path: Path, message: string, hint: string): void {
    this.issues.push({ code, path, message, hint })
  }

  resolve(known: ReadonlyMap<string, number>, name: string, path: Path, what: string): number {
    const number = known.get(name)
    if (number !== undefined) return number
    const names = [...known.keys()]
    const shown = names.slice(0, 8).join(', ')
    this.report(
      'unknown-name',
      path,
      `no ${what} is called "${name}"`,
      `use one of ${shown}${names.length > 8 ? ', ...' : ''}`,
    )
    return -1
  }

  condition(condition: Condition | undefined, path: Path): Test {
    return Object.entries(condition ?? {}).flatMap(([name, wanted]) => {
      const variable = this.resolve(this.variables, name, path, 'variable')
      if (variable < 0) return []
      const list = typeof wanted === 'string' ? [wanted] : wanted
      const allowed = list.map((value) =>
        this.resolve(this.values[variable]!, value, [...path, name], `value of "${name}"`),
      )
      return [{ variable, allowed: new Set(allowed) }]
    })
  }

  /** Dense distribution over the known names. */
  distribution(
    given: Distribution | undefined,
    known: ReadonlyMap<string, number>,
    path: Path,
    what: string,
  ): Float64Array {
    const dense = new Float64Array(known.size)
    if (given === undefined || (given === 'uniform' && !known.has('uniform'))) return dense.fill(1 / known.size)
    if (typeof given === 'string') {
      const only = this.resolve(known, given, path, what)
      if (only >= 0) dense[only] = 1
      return dense
    }
    let resolved = true
    for (const [name, probability] of Object.entries(given)) {
      const index = this.resolve(known, name, [...path, name], what)
      if (index >= 0) dense[index] = probability
      else resolved = false
    }
    if (resolved) this.requireSum(dense, path)
    return dense
  }

  requireSum(values: Iterable<number>, path: Path): void {
    let total = 0
    for (const value of values) {
      if (!(value >= 0 && value <= 1)) {
        this.report('out-of-range', path, `${value} is no probability`, 'give numbers from 0 to 1')
        return
      }
      total += value
    }
    if (Math.abs(total - 1) > 1e-9)
      this.report(
        'probability-sum',
        path,
        `the probabilities sum to ${total}, not to 1`,
        'correct them so that they sum to 1',
      )
  }
}

interface CompiledMove {
  readonly action: number
  readonly variable: number
  readonly test: Test
  /** Distribution over the values, or of steps along them. */
  readonly next: Float64Array | null
  readonly shift: readonly (readonly [number, number])[]
  readonly cyclic: boolean
}

interface Compiled {
  readonly moves: readonly CompiledMove[]
  readonly observe: readonly { readonly action: number; readonly test: Test; readonly see: Float64Array }[]
  readonly rewards: readonly {
    readonly action: number
    readonly test: Test
    readonly next: Test
    readonly observation: number
    readonly value: number
  }[]
  readonly terminal: readonly Test[]
  readonly impossible: readonly Test[]
  readonly start: readonly Float64Array[]
}

const ANY = -1

function compile(problem: FactoredPomdpProblem | TrackingProblem, names: NameTable): Compiled {
  const optional = (known: ReadonlyMap<string, number>, name: string | undefined, path: Path, what: string) =>
    name === undefined || name === '*' ? ANY : names.resolve(known, name, path, what)
  const moves = problem.transitions.map((rule, index): CompiledMove => {
    const path = ['transitions', index]
    const variable = names.resolve(names.variables, rule.variable, [...path, 'variable'], 'variable')
    if ((rule.next === undefined) === (rule.shift === undefined))
      names.report('ambiguous', path, 'a rule needs exactly one of next and shift', 'give one of them')
    const shift = Object.entries(rule.shift ?? {}).map(([step, probability]) => [Number(step), probability] as const)
    for (const [step] of shift) {
      if (!Number.isInteger(step))
        names.report(
          'wrong-type',
          [...path, 'shift'],
          `${step} is no whole number of steps`,
          'give e.g. { 0: 0.1, 1: 0.9 }',
        )
    }
    if (rule.shift !== undefined) names.requireSum(Object.values(rule.shift), [...path, 'shift'])
    return {
      action: optional(names.actions, rule.action, [...path, 'action'], 'action'),
      variable,
      test: names.condition(rule.when, [...path, 'when']),
      next:
        rule.next === undefined || variable < 0
          ? null
          : names.distribution(rule.next, names.values[variable]!, [...path, 'next'], `value of "${rule.variable}"`),
      shift,
      cyclic: rule.cyclic ?? false,
    }
  })
  const observe = problem.observe.map((rule, index) => ({
    action: optional(names.actions, rule.action, ['observe', index, 'action'], 'action'),
    test: names.condition(rule.when, ['observe', index, 'when']),
    see: names.distribution(rule.see, names.observations, ['observe', index, 'see'], 'observation'),
  }))
  const stated = problem.kind === 'tracking' ? [] : problem.rewards
  const rewards = stated.map((rule, index) => {
    const path = ['rewards', index]
    if (!Number.isFinite(rule.value))
      names.report('not-finite', [...path, 'value'], `the value ${rule.value} is not finite`, 'give a finite number')
    return {
      action: optional(names.actions, rule.action, [...path, 'action'], 'action'),
      test: names.condition(rule.when, [...path, 'when']),
      next: names.condition(rule.next, [...path, 'next']),
      observation: optional(names.observations, rule.observation, [...path, 'observation'], 'observation'),
      value: rule.value,
    }
  })
  const terminal = problem.kind === 'tracking' ? [] : (problem.terminal ?? [])
  for (const name of Object.keys(problem.start ?? {})) names.resolve(names.variables, name, ['start', name], 'variable')
  if (problem.kind === 'factored-pomdp' && problem.goal !== undefined)
    names.condition(problem.goal.when, ['goal', 'when'])
  return {
    moves,
    observe,
    rewards,
    terminal: terminal.map((condition, index) => names.condition(condition, ['terminal', index])),
    impossible: (problem.impossible ?? []).map((condition, index) => names.condition(condition, ['impossible', index])),
    start: problem.variables.map(({ id }, index) =>
      names.distribution(problem.start?.[id], names.values[index]!, ['start', id], `value of "${id}"`),
    ),
  }
}

/** The combinations reached so far, with their outgoing transitions. */
class StateSpace {
  readonly states: Int32Array[] = []
  readonly #problem: FactoredDynamics
  readonly #compiled: Compiled
  readonly #names: NameTable
  readonly #known = new Map<string, number>()
  readonly #start = new Map<number, number>()
  /** `[action][state]`: next states with their probabilities. */
  readonly #rows: Map<number, number>[][]

  constructor(problem: FactoredDynamics, compiled: Compiled, names: NameTable) {
    this.#problem = problem
    this.#compiled = compiled
    this.#names = names
    this.#rows = problem.actions.map(() => [])
  }

  explore(): void {
    const { start, impossible, terminal, moves } = this.#compiled
    let total = 0
    this.#combinations(start, (state, probability) => {
      if (impossible.some((test) => matches(test, state))) return
      this.#start.set(this.#number(state), probability)
      total += probability
    })
    if (!(total > 0))
      this.#names.report('empty', ['start'], 'no combination is possible at the start', 'leave some possible')
    for (const [state, probability] of this.#start) this.#start.set(state, probability / total)
    const count = this.#problem.variables.length
    let entries = 0
    for (let index = 0; index < this.states.length; index++) {
      if (this.#tooLarge(entries)) return
      const state = this.states[index]!
      const ends = terminal.some((test) => matches(test, state))
      for (let a = 0; a < this.#rows.length; a++) {
        const row = new Map<number, number>()
        this.#rows[a]!.push(row)
        if (ends) row.set(index, 1)
        else {
          const next: Float64Array[] = []
          for (let v = 0; v < count; v++) {
            const rule = moves.findLast(
              (move) => move.variable === v && (move.action === ANY || move.action === a) && matches(move.test, state),
            )
            next.push(this.#nextOf(rule, v, state[v]!))
          }
          this.#combinations(next, (reached, probability) => {
            const number = this.#number(reached)
            row.set(number, (row.get(number) ?? 0) + probability)
          })
        }
        entries += row.size + this.#problem.observations.length
      }
    }
  }

  #tooLarge(entries: number): boolean {
    if (this.states.length <= MAX_STATES && entries <= MAX_ENTRIES) return false
    this.#names.report(
      'too-large',
      ['variables'],
      `more than ${MAX_STATES} combinations of values or ${MAX_ENTRIES} transitions can be reached`,
      'take out variables or values',
    )
    return true
  }

  #nextOf(rule: CompiledMove | undefined, variable: number, value: number): Float64Array {
    const size = this.#names.values[variable]!.size
    if (rule?.next) return rule.next
    const next = new Float64Array(size)
    if (rule === undefined) next[value] = 1
    for (const [step, probability] of rule?.shift ?? []) {
      const target = value + step
      const place = rule!.cyclic ? ((target % size) + size) % size : Math.min(size - 1, Math.max(0, target))
      next[place]! += probability
    }
    return next
  }

  /** Calls back with every combination of positive probability. */
  #combinations(parts: readonly Float64Array[], visit: (state: Int32Array, probability: number) => void): void {
    const state = new Int32Array(parts.length)
    const walk = (v: number, probability: number): void => {
      if (this.states.length > MAX_STATES) return
      if (v === parts.length) {
        visit(state.slice(), probability)
        return
      }
      for (let value = 0; value < parts[v]!.length; value++) {
        if (parts[v]![value]! <= 0) continue
        state[v] = value
        walk(v + 1, probability * parts[v]![value]!)
      }
    }
    walk(0, 1)
  }

  #number(state: Int32Array): number {
    const key = state.join()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const index = this.states.length
    this.#known.set(key, index)
    this.states.push(state)
    return index
  }

  model(problem: FactoredPomdpProblem | TrackingProblem): PomdpModel {
    const stateCount = this.states.length
    const [actionCount, observationCount] = [problem.actions.length, problem.observations.length]
    const { observe, rewards: rules, terminal } = this.#compiled
    const observation = new Float64Array(actionCount * stateCount * observationCount)
    for (let a = 0; a < actionCount; a++) {
      for (let s = 0; s < stateCount; s++) {
        const state = this.states[s]!
        const at = (a * stateCount + s) * observationCount
        const rule = observe.findLast((one) => (one.action === ANY || one.action === a) && matches(one.test, state))
        if (rule !== undefined) observation.set(rule.see, at)
        else if (terminal.some((test) => matches(test, state))) observation[at] = 1
      }
    }
    const costs = problem.kind === 'factored-pomdp' && problem.objective === 'cost'
    const rewards = new Float64Array(actionCount * stateCount)
    for (let a = 0; a < actionCount; a++) {
      for (let s = 0; s < stateCount; s++) {
        const state = this.states[s]!
        if (terminal.some((test) => matches(test, state))) continue
        const candidates = rules.filter(
          (rule) => (rule.action === ANY || rule.action === a) && matches(rule.test, state),
        )
        let total = 0
        for (const [next, probability] of this.#rows[a]![s]!) {
          const fitting = candidates.filter((rule) => matches(rule.next, this.states[next]!))
          for (let o = 0; o < observationCount; o++) {
            const seen = observation[(a * stateCount + next) * observationCount + o]!
            if (seen === 0) continue
            const rule = fitting.findLast((one) => one.observation === ANY || one.observation === o)
            if (rule !== undefined) total += probability * seen * rule.value
          }
        }
        rewards[a * stateCount + s] = costs ? 0 - total : total
      }
    }
    const start = new Float64Array(stateCount)
    for (const [state, probability] of this.#start) start[state] = probability
    return {
      ...(problem.kind === 'factored-pomdp' && problem.name !== undefined ? { name: problem.name } : {}),
      states: this.states.map((state) => this.#nameOf(state)),
      actions: problem.actions,
      observations: problem.observations,
      discount: problem.kind === 'tracking' ? 1 : problem.discount,
      objective: costs ? 'cost' : 'reward',
      start,
      transitions: sparseRows(actionCount * stateCount, (row) =>
        [...this.#rows[Math.floor(row / stateCount)]![row % stateCount]!].toSorted((a, b) => a[0] - b[0]),
      ),
      observationProbabilities: observation,
      rewards,
    }
  }

  /** The value of a single variable, else `variable=value` parts. */
  #nameOf(state: Int32Array): string {
    const { variables } = this.#problem
    if (variables.length === 1) return variables[0]!.values[state[0]!]!
    return variables.map(({ id, values }, v) => `${id}=${values[state[v]!]}`).join(' ')
  }
}
