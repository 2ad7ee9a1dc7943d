/**
 * How an observation depends on the hidden value: a full confusion matrix, or its shorthand "right with probability
 * `accuracy`, else any other value of the domain alike". Rows always sum to 1 over the domain. Sensors, active tests and
 * questions to another agent differ in their source and price only.
 */
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { RandomStream } from '../../solvers/numeric/index.ts'

/** P(observation | state): a function, or a model. */
export type Likelihood = ((observation: string, state: string) => number) | ObservationModel

export class ObservationModel {
  readonly states: readonly string[]
  readonly observations: readonly string[]
  /** P(o | s) at `s * observations + o`. */
  readonly #matrix: Float64Array
  readonly #stateIds: ReadonlyMap<string, number>
  readonly #observationIds: ReadonlyMap<string, number>

  /**
   * @param rows one distribution over the observations per state
   * @throws InvalidInputError with every fault
   */
  constructor(states: readonly string[], observations: readonly string[], rows: readonly (readonly number[])[]) {
    const issues: Issue[] = []
    if (rows.length !== states.length) {
      issues.push({
        code: 'wrong-length',
        path: ['rows'],
        message: `${rows.length} rows for ${states.length} states`,
        hint: 'give one row per state',
      })
    }
    for (const [s, row] of rows.entries()) {
      const total = row.reduce((a, b) => a + b, 0)
      if (row.length !== observations.length || row.some((p) => !(p >= 0 && p <= 1)) || Math.abs(total - 1) > 1e-9) {
        issues.push({
          code: 'probability-sum',
          path: ['rows', s],
          message: `the observations in "${states[s]}" are no distribution over ${observations.length} values (sum ${total})`,
          hint: 'give probabilities in [0, 1] that sum to 1',
        })
      }
    }
    for (const [field, names] of [
      ['states', states],
      ['observations', observations],
    ] as const) {
      for (const [index, name] of names.entries())
        if (names.indexOf(name) !== index)
          issues.push({
            code: 'duplicate-name',
            path: [field, index],
            message: `the name "${name}" is used twice`,
            hint: 'give every one its own name',
          })
    }
    if (issues.length > 0) throw new InvalidInputError(issues)
    this.states = states
    this.observations = observations
    this.#matrix = Float64Array.from(rows.flat())
    this.#stateIds = new Map(states.map((state, index) => [state, index]))
    this.#observationIds = new Map(observations.map((observation, index) => [observation, index]))
  }

  /**
   * Reports the state itself with probability `accuracy`, each other value with an equal share of the rest.
   * @throws InvalidInputError for an accuracy outside [0, 1] or a domain of fewer than two values
   */
  static symmetric(domain: readonly string[], accuracy: number): ObservationModel {
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new InvalidInputError([
        {
          code: 'out-of-range',
          path: ['accuracy'],
          message: `the accuracy ${accuracy} is outside [0, 1]`,
          hint: 'give a probability',
        },
      ])
    }
    if (domain.length < 2) {
      throw new InvalidInputError([
        { code: 'empty', path: ['domain'], message: 'the domain has fewer than two values', hint: 'give at least two' },
      ])
    }
    const rest = (1 - accuracy) / (domain.length - 1)
    return new ObservationModel(
      domain,
      domain,
      domain.map((_, s) => domain.map((__, o) => (s === o ? accuracy : rest))),
    )
  }

  /** Whether the model says what is observed in a state. */
  knows(state: string): boolean {
    return this.#stateIds.has(state)
  }

  /** P(observation | state); 0 for names that the model does not know. */
  likelihood(observation: string, state: string): number {
    const s = this.#stateIds.get(state)
    const o = this.#observationIds.get(observation)
    return s === undefined || o === undefined ? 0 : this.#matrix[s * this.observations.length + o]!
  }

  /** An observation drawn as the model says. */
  sample(state: string, random: RandomStream): string {
    const s = this.#stateIds.get(state)
    if (s === undefined) {
      throw new InvalidInputError([
        {
          code: 'unknown-name',
          path: ['state'],
          message: `no state is called "${state}"`,
          hint: `use one of ${this.states.join(', ')}`,
        },
      ])
    }
    const width = this.observations.length
    return this.observations[random.weighted(this.#matrix.subarray(s * width, (s + 1) * width))]!
  }
}

/** An action that observes: what it looks at, what it costs, how well it sees, who provides it. */
export interface ObservationAction {
  readonly id: string
  readonly variable: string
  readonly cost: number
  readonly model: ObservationModel
  /** A sensor reads, a test may change the state (see the POMDP model), a question goes to another agent. */
  readonly source:
    | { readonly kind: 'sensor' }
    | { readonly kind: 'test' }
    | { readonly kind: 'agent'; readonly agent: string; readonly message: string }
}
