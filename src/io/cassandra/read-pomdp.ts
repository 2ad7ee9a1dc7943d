/**
 * Reader of the Cassandra .pomdp format: text -> flat model, or every fault with line, column, cause and remedy.
 *
 * The whole grammar: preamble in any order; `states`, `actions`, `observations` as a number or as names; `values` reward
 * or cost; all `start` forms; T and O as single entries, rows or matrices with `uniform`, `identity`, `reset`; R with end
 * state and observation; `*` everywhere; later lines override. Without observations the file is an MDP and is read as the
 * POMDP whose only observation is called `nothing`.
 *
 * Rows are kept as written when they sum to 1 within the tolerance (a warning says so), because that is what published
 * reference values were computed with; `rows: 'normalised'` scales them.
 */
import type { Issue } from '../../../solvers/contract/index.ts'
import { InvalidInputError } from '../../../solvers/contract/index.ts'
import { modelIssues, normaliseModel, type PomdpModel, sparseFromDense } from '../../../solvers/pomdp/model.ts'
import { expectedRewards, type IndexedRewardRule } from '../../../solvers/pomdp/reward-rules.ts'
import { Cursor } from './cursor.ts'
import { Faults, StatementFault, shown } from './faults.ts'
import { ProbabilityTable } from './probability-table.ts'
import { readReward } from './rewards.ts'
import { readSpace, type Space } from './spaces.ts'
import { readStart } from './start.ts'
import type { Token } from './tokens.ts'

export interface ReadPomdpOptions {
  /** Name of the source for messages. */
  readonly file?: string
  /** Keep probabilities as written, or scale every distribution to sum to 1. @default 'as-written' */
  readonly rows?: 'as-written' | 'normalised'
  /** How far from 1 a distribution may sum, absolute. @default 1e-5 */
  readonly sumTolerance?: number
}

export type ReadPomdpResult =
  | { readonly ok: true; readonly model: PomdpModel; readonly warnings: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[]; readonly warnings: readonly Issue[] }

/** As readPomdp, with the faults as data. */
export function safeReadPomdp(text: string, options: ReadPomdpOptions = {}): ReadPomdpResult {
  return new PomdpReader(text, options).read()
}

/**
 * The model of a .pomdp text.
 * @throws InvalidInputError with every fault, each with line and column
 */
export function readPomdp(text: string, options: ReadPomdpOptions = {}): PomdpModel {
  const result = safeReadPomdp(text, options)
  if (!result.ok) throw new InvalidInputError(result.issues)
  return result.model
}

class PomdpReader {
  readonly #faults: Faults
  readonly #cursor: Cursor
  readonly #options: ReadPomdpOptions
  readonly #rules: IndexedRewardRule[] = []
  /** Fields that were declared, if only with a fault: what needs them is then not reported for its sake. */
  readonly #declared = new Set<string>()
  #discount: number | undefined
  #discountToken: Token | undefined
  #objective: 'reward' | 'cost' = 'reward'
  #states: Space | undefined
  #actions: Space | undefined
  #observations: Space | undefined
  #start: Float64Array | undefined
  #startToken: Token | undefined
  #transitions: ProbabilityTable | undefined
  #observe: ProbabilityTable | undefined

  constructor(text: string, options: ReadPomdpOptions) {
    this.#faults = new Faults(options.file, options.sumTolerance ?? 1e-5)
    this.#cursor = new Cursor(text, this.#faults)
    this.#options = options
  }

  read(): ReadPomdpResult {
    while (this.#cursor.peek().kind !== 'end' && !this.#faults.full) {
      try {
        this.#statement()
      } catch (fault) {
        if (!(fault instanceof StatementFault)) throw fault
        this.#cursor.skipStatement()
      }
    }
    const model = this.#faults.full ? undefined : this.#finish()
    this.#faults.countRows()
    const { issues, warnings } = this.#faults
    if (model === undefined || issues.length > 0) {
      const inOrder = issues.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
      return { ok: false, issues: inOrder, warnings }
    }
    return { ok: true, model: this.#options.rows === 'normalised' ? normaliseModel(model) : model, warnings }
  }

  #statement(): void {
    const keyword = this.#cursor.keyword()
    switch (keyword.text) {
      case 'discount':
        this.#cursor.colon()
        this.#readDiscount()
        return
      case 'values':
        this.#cursor.colon()
        this.#readValues()
        return
      case 'states':
        this.#declared.add('states')
        this.#states = readSpace(this.#cursor, 'state', keyword, this.#states)
        return
      case 'actions':
        this.#declared.add('actions')
        this.#actions = readSpace(this.#cursor, 'action', keyword, this.#actions)
        return
      case 'observations':
        this.#declared.add('observations')
        this.#observations = readSpace(this.#cursor, 'observation', keyword, this.#observations)
        return
      case 'start':
        this.#readStart(keyword)
        return
      case 'T':
        this.#cursor.colon()
        this.#readTransition(keyword)
        return
      case 'O':
        this.#cursor.colon()
        this.#readObservation(keyword)
        return
      default:
        this.#cursor.colon()
        this.#readReward(keyword)
    }
  }

  #readDiscount(): void {
    this.#discountToken = this.#cursor.peek()
    this.#discount = this.#cursor.number()
    if (!(this.#discount >= 0 && this.#discount <= 1)) {
      const message = `the discount ${this.#discount} is outside [0, 1]`
      this.#faults.report(this.#discountToken, 'out-of-range', message, 'give a number from 0 to 1')
    }
  }

  #readValues(): void {
    const token = this.#cursor.next()
    if (token.text === 'reward' || token.text === 'cost') this.#objective = token.text
    else {
      const message = `values cannot be ${shown(token)}`
      this.#faults.fault(token, 'unknown-word', message, 'write "values: reward" or "values: cost"')
    }
  }

  #readStart(keyword: Token): void {
    const states = this.#need(this.#states, 'states', keyword)
    if (this.#startToken !== undefined) {
      const message = `the start was given before, in line ${this.#startToken.line}`
      this.#faults.report(keyword, 'duplicate-statement', message, 'give one start')
    }
    this.#startToken = keyword
    this.#start = readStart(this.#cursor, states)
  }

  #readTransition(keyword: Token): void {
    const states = this.#need(this.#states, 'states', keyword)
    const actions = this.#need(this.#actions, 'actions', keyword)
    this.#transitions ??= new ProbabilityTable(this.#cursor, keyword, states, actions, states)
    this.#transitions.read(this.#cursor)
  }

  #readObservation(keyword: Token): void {
    const states = this.#need(this.#states, 'states', keyword)
    const actions = this.#need(this.#actions, 'actions', keyword)
    const observations = this.#need(this.#observations, 'observations', keyword)
    this.#observe ??= new ProbabilityTable(this.#cursor, keyword, states, actions, observations)
    this.#observe.read(this.#cursor)
  }

  #readReward(keyword: Token): void {
    const states = this.#need(this.#states, 'states', keyword)
    const actions = this.#need(this.#actions, 'actions', keyword)
    if (this.#observations === undefined && this.#declared.has('observations')) throw new StatementFault()
    readReward(this.#cursor, states, actions, this.#observations, this.#rules)
  }

  #need(space: Space | undefined, field: string, keyword: Token): Space {
    if (space !== undefined) return space
    if (this.#declared.has(field)) throw new StatementFault()
    return this.#faults.fault(
      keyword,
      'order',
      `"${keyword.text}" needs the ${field}, which are not declared before it`,
      `declare the ${field} in the preamble`,
    )
  }

  #finish(): PomdpModel | undefined {
    const faults = this.#faults
    const end = this.#cursor.peek()
    const missing = (message: string, hint: string): void => faults.report(end, 'missing', message, hint)
    if (this.#discount === undefined && this.#discountToken === undefined) {
      missing('the file gives no discount', 'add a line such as "discount: 0.95"')
    }
    if (this.#states === undefined && !this.#declared.has('states'))
      missing('the file declares no states', 'add "states: N" or their names')
    if (this.#actions === undefined && !this.#declared.has('actions'))
      missing('the file declares no actions', 'add "actions: N" or their names')
    if (this.#states === undefined || this.#actions === undefined) return undefined
    if (this.#transitions === undefined) {
      missing('the file gives no transitions', 'add T statements')
      return undefined
    }
    const [states, actions] = [this.#states, this.#actions]
    const [stateCount, actionCount] = [states.names.length, actions.names.length]
    if (this.#observations === undefined && this.#declared.has('observations')) return undefined
    if (this.#observations !== undefined && this.#observe === undefined) {
      missing('the file gives no observation probabilities', 'add O statements')
      return undefined
    }
    const start = this.#start ?? new Float64Array(stateCount).fill(1 / stateCount)
    this.#transitions.reset(start)
    // After a fault elsewhere only rows that the file did write are summed: the others would be reported for its sake.
    const broken = faults.issues.some((issue) => issue.code !== 'missing')
    for (let row = 0; row < actionCount * stateCount; row++) {
      const names = [actions.names[Math.floor(row / stateCount)]!, states.names[row % stateCount]!] as const
      this.#checkRow(
        this.#transitions,
        row,
        broken,
        ['T', ...names],
        `the next states of "${names[1]}" under "${names[0]}"`,
      )
      if (this.#observe !== undefined)
        this.#checkRow(
          this.#observe,
          row,
          broken,
          ['O', ...names],
          `the observations in "${names[1]}" under "${names[0]}"`,
        )
    }
    if (faults.issues.length > 0) return undefined
    const observations = this.#observations?.names ?? ['nothing']
    const observe = this.#observe?.values ?? new Float64Array(actionCount * stateCount).fill(1)
    const sparse = sparseFromDense(this.#transitions.values, actionCount * stateCount, stateCount)
    const rewards = expectedRewards(stateCount, actionCount, observations.length, sparse, observe, this.#rules)
    if (this.#objective === 'cost') for (let k = 0; k < rewards.length; k++) rewards[k] = 0 - (rewards[k] as number)
    const model: PomdpModel = {
      ...(this.#options.file === undefined ? {} : { name: this.#options.file }),
      states: states.names,
      actions: actions.names,
      observations,
      discount: this.#discount as number,
      objective: this.#objective,
      start,
      transitions: sparse,
      observationProbabilities: observe,
      rewards,
    }
    faults.issues.push(...modelIssues(model, faults.sumTolerance))
    return model
  }

  /** A row that no line wrote is told at the declaration of the actions. */
  #checkRow(table: ProbabilityTable, row: number, written: boolean, path: string[], what: string): void {
    const line = table.lines[row] as number
    if (written && line === 0) return
    const width = table.values.length / table.lines.length
    const place = line === 0 ? this.#actions!.declared : { ...this.#cursor.peek(), line, column: 1 }
    this.#faults.checkSum(place, table.values, row * width, (row + 1) * width, path, what)
  }
}
