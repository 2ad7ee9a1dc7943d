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
import { expectedRewards, type IndexedRewardRule, WILDCARD } from '../../../solvers/pomdp/reward-rules.ts'
import { type Token, tokenise } from './tokens.ts'

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

/** The most cells |A||S|^2 or |A||S||Z| that a file may ask for. */
const MAX_CELLS = 48_000_000
const MAX_NAMES = 100_000
const MAX_ISSUES = 100
const KEYWORDS = new Set(['discount', 'values', 'states', 'actions', 'observations', 'start', 'T', 'O', 'R'])

/** Thrown inside the reader to give up one statement; the next statement is read on. */
class StatementFault {}

interface Space {
  readonly what: 'state' | 'action' | 'observation'
  readonly names: string[]
  readonly ids: Map<string, number>
  readonly declared: Token
}

type PlaceOf = { readonly from: number; readonly to: number; readonly wild: boolean }

class PomdpReader {
  readonly #tokens: Token[]
  readonly #options: ReadPomdpOptions
  readonly #issues: Issue[] = []
  readonly #warnings: Issue[] = []
  readonly #rules: IndexedRewardRule[] = []
  /** Reports of sums by line and sum, and how many other rows they stand for. */
  readonly #sums = new Map<string, { readonly list: Issue[]; readonly index: number; more: number }>()
  readonly #resets: { action: PlaceOf; state: PlaceOf }[] = []
  #at = 0
  #discount: number | undefined
  #discountToken: Token | undefined
  #objective: 'reward' | 'cost' = 'reward'
  /** Fields that were declared, if only with a fault: what needs them is then not reported for its sake. */
  readonly #declared = new Set<string>()
  #states: Space | undefined
  #actions: Space | undefined
  #observations: Space | undefined
  #start: Float64Array | undefined
  #startToken: Token | undefined
  #transitions: Float64Array | undefined
  #observe: Float64Array | undefined
  /** Line on which a row of T or O was last written, for messages about its sum. */
  #transitionLines: Int32Array = new Int32Array(0)
  #observeLines: Int32Array = new Int32Array(0)

  constructor(text: string, options: ReadPomdpOptions) {
    this.#tokens = tokenise(text)
    this.#options = options
  }

  read(): ReadPomdpResult {
    while (this.#peek().kind !== 'end' && this.#issues.length < MAX_ISSUES) {
      try {
        this.#statement()
      } catch (fault) {
        if (!(fault instanceof StatementFault)) throw fault
        this.#skipStatement()
      }
    }
    const model = this.#issues.length < MAX_ISSUES ? this.#finish() : undefined
    this.#countRows()
    const warnings = this.#warnings
    if (model === undefined || this.#issues.length > 0) {
      const issues = this.#issues.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
      return { ok: false, issues, warnings }
    }
    return { ok: true, model: this.#options.rows === 'normalised' ? normaliseModel(model) : model, warnings }
  }

  #statement(): void {
    const keyword = this.#peek()
    if (keyword.kind !== 'name' || !KEYWORDS.has(keyword.text)) {
      this.#noStatement(keyword)
    }
    this.#at++
    switch (keyword.text) {
      case 'discount':
        this.#colon()
        this.#discountToken = this.#peek()
        this.#discount = this.#number()
        if (!(this.#discount >= 0 && this.#discount <= 1)) {
          this.#report(
            this.#discountToken,
            'out-of-range',
            `the discount ${this.#discount} is outside [0, 1]`,
            'give a number from 0 to 1',
          )
        }
        return
      case 'values':
        this.#colon()
        this.#values()
        return
      case 'states':
        this.#states = this.#space('state', keyword, this.#states)
        return
      case 'actions':
        this.#actions = this.#space('action', keyword, this.#actions)
        return
      case 'observations':
        this.#observations = this.#space('observation', keyword, this.#observations)
        return
      case 'start':
        this.#readStart(keyword)
        return
      case 'T':
        this.#colon()
        this.#readTransition(keyword)
        return
      case 'O':
        this.#colon()
        this.#readObservation(keyword)
        return
      default:
        this.#colon()
        this.#readReward(keyword)
    }
  }

  #noStatement(token: Token): never {
    const meant = [...KEYWORDS].find((known) => known.toLowerCase() === token.text.toLowerCase())
    this.#fault(
      token,
      'unexpected',
      `${shown(token)} does not start a statement`,
      meant === undefined ? `a statement starts with one of ${[...KEYWORDS].join(', ')}` : `write "${meant}"`,
    )
  }

  #values(): void {
    const token = this.#next()
    if (token.text === 'reward' || token.text === 'cost') this.#objective = token.text
    else
      this.#fault(token, 'unknown-word', `values cannot be ${shown(token)}`, 'write "values: reward" or "values: cost"')
  }

  #space(what: Space['what'], keyword: Token, earlier: Space | undefined): Space {
    this.#declared.add(keyword.text)
    this.#colon()
    if (earlier !== undefined) {
      this.#fault(
        keyword,
        'duplicate-statement',
        `the ${what}s were declared before, in line ${earlier.declared.line}`,
        'declare them once',
      )
    }
    const first = this.#peek()
    if (first.kind === 'number') {
      this.#at++
      const count = Number(first.text)
      if (!Number.isInteger(count) || count < 1 || count > MAX_NAMES) {
        this.#fault(
          first,
          'out-of-range',
          `${first.text} is not a number of ${what}s`,
          `give an integer from 1 to ${MAX_NAMES}, or names`,
        )
      }
      const names = Array.from({ length: count }, (_, index) => String(index))
      return { what, names, ids: new Map(), declared: keyword }
    }
    const names: string[] = []
    const ids = new Map<string, number>()
    while (this.#peek().kind === 'name' && !this.#atStatement()) {
      const token = this.#next()
      if (ids.has(token.text))
        this.#report(
          token,
          'duplicate-name',
          `the ${what} "${token.text}" is declared twice`,
          'give every one its own name',
        )
      else {
        ids.set(token.text, names.length)
        names.push(token.text)
      }
      if (names.length > MAX_NAMES)
        this.#fault(token, 'too-large', `more than ${MAX_NAMES} ${what}s`, 'make the model smaller')
    }
    if (names.length === 0)
      this.#fault(
        this.#peek(),
        'expected',
        `${shown(this.#peek())} stands where the ${what}s were expected`,
        'give a number, or names made of letters, digits, _ and -',
      )
    const after = this.#peek()
    if (after.kind === 'colon') this.#noStatement(this.#tokens[this.#at - 1] as Token)
    if (after.kind !== 'end' && !this.#atStatement())
      this.#fault(
        after,
        'expected',
        `${shown(after)} cannot stand among the ${what}s`,
        'names are made of letters, digits, _ and -, start with a letter and are separated by blanks',
      )
    return { what, names, ids, declared: keyword }
  }

  #readStart(keyword: Token): void {
    const states = this.#need(this.#states, 'states', keyword)
    if (this.#startToken !== undefined) {
      this.#report(
        keyword,
        'duplicate-statement',
        `the start was given before, in line ${this.#startToken.line}`,
        'give one start',
      )
    }
    this.#startToken = keyword
    const count = states.names.length
    const start = new Float64Array(count)
    const mode = this.#peek()
    if (mode.kind === 'name' && (mode.text === 'include' || mode.text === 'exclude')) {
      this.#at++
      this.#colon()
      const chosen = new Set<number>()
      while (this.#peek().kind === 'number' || (this.#peek().kind === 'name' && !this.#atStatement())) {
        chosen.add(this.#place(states).from)
      }
      const star = this.#peek()
      if (star.kind === 'star')
        this.#fault(star, 'unexpected', 'the list of states has no *', 'name states, or write "start: uniform"')
      const included = (s: number) => chosen.has(s) === (mode.text === 'include')
      let size = 0
      for (let s = 0; s < count; s++) if (included(s)) size++
      if (size === 0)
        this.#fault(
          mode,
          'empty',
          `start ${mode.text} leaves no state`,
          'name at least one state that remains possible',
        )
      for (let s = 0; s < count; s++) if (included(s)) start[s] = 1 / size
    } else {
      this.#colon()
      const first = this.#peek()
      if (first.kind === 'name' && first.text === 'uniform' && !states.ids.has('uniform')) {
        this.#at++
        start.fill(1 / count)
      } else if (first.kind === 'name' && !this.#atStatement()) {
        if ((first.text === 'include' || first.text === 'exclude') && !states.ids.has(first.text))
          this.#fault(first, 'order', `${shown(first)} stands after the colon`, `write "start ${first.text}: ..."`)
        start[this.#place(states).from] = 1
        const second = this.#peek()
        if ((second.kind === 'name' && !this.#atStatement()) || second.kind === 'number')
          this.#fault(
            second,
            'wrong-length',
            `${shown(second)} follows the one state "${first.text}" of the start`,
            `write "start include: ${first.text} ${second.text} ..." to start in any of several states alike`,
          )
      } else {
        const numbers = this.#numbers(count)
        if (numbers.length === 1 && count > 1) {
          const s = numbers[0] as number
          if (!Number.isInteger(s) || s < 0 || s >= count)
            this.#fault(first, 'unknown-name', `there is no state ${s}`, `states are numbered 0 to ${count - 1}`)
          start[s] = 1
        } else {
          this.#count(first, numbers, count, 'the start')
          start.set(numbers)
          this.#checkSum(first, start, 0, count, ['start'], 'the probabilities of the start belief')
        }
      }
    }
    this.#start = start
  }

  #readTransition(keyword: Token): void {
    const [states, actions] = [
      this.#need(this.#states, 'states', keyword),
      this.#need(this.#actions, 'actions', keyword),
    ]
    const count = states.names.length
    const table = this.#transitionTable(keyword, states, actions)
    const action = this.#place(actions)
    const [rowFrom, rowTo] = [action.from * count, action.to * count]
    if (!this.#more()) {
      const first = this.#peek()
      if (this.#word('identity')) {
        for (let row = rowFrom; row < rowTo; row++) {
          table.fill(0, row * count, (row + 1) * count)
          table[row * count + (row % count)] = 1
        }
      } else if (this.#word('uniform')) table.fill(1 / count, rowFrom * count, rowTo * count)
      else {
        const numbers = this.#numbers(count * count)
        this.#count(first, numbers, count * count, `the matrix of ${count} x ${count} states`)
        for (let a = action.from; a < action.to; a++) table.set(numbers, a * count * count)
      }
      this.#transitionLines.fill(first.line, rowFrom, rowTo)
      return
    }
    const state = this.#place(states)
    if (!this.#more()) {
      const first = this.#peek()
      let row: Float64Array
      if (this.#word('uniform')) row = new Float64Array(count).fill(1 / count)
      else if (this.#word('reset')) {
        this.#resets.push({ action, state })
        row = new Float64Array(count)
      } else {
        const numbers = this.#numbers(count)
        this.#count(first, numbers, count, `the row over ${count} next states`)
        row = Float64Array.from(numbers)
      }
      for (let a = action.from; a < action.to; a++) {
        for (let s = state.from; s < state.to; s++) {
          table.set(row, (a * count + s) * count)
          this.#transitionLines[a * count + s] = first.line
        }
      }
      return
    }
    const next = this.#place(states)
    const line = this.#peek().line
    const value = this.#lastNumber()
    for (let a = action.from; a < action.to; a++) {
      for (let s = state.from; s < state.to; s++) {
        table.fill(value, (a * count + s) * count + next.from, (a * count + s) * count + next.to)
        this.#transitionLines[a * count + s] = line
      }
    }
  }

  #readObservation(keyword: Token): void {
    const [states, actions] = [
      this.#need(this.#states, 'states', keyword),
      this.#need(this.#actions, 'actions', keyword),
    ]
    const observations = this.#need(this.#observations, 'observations', keyword)
    const [count, width] = [states.names.length, observations.names.length]
    const table = this.#observationTable(keyword, states, actions, observations)
    const action = this.#place(actions)
    const [rowFrom, rowTo] = [action.from * count, action.to * count]
    if (!this.#more()) {
      const first = this.#peek()
      if (this.#word('uniform')) table.fill(1 / width, rowFrom * width, rowTo * width)
      else {
        const numbers = this.#numbers(count * width)
        this.#count(first, numbers, count * width, `the matrix of ${count} states x ${width} observations`)
        for (let a = action.from; a < action.to; a++) table.set(numbers, a * count * width)
      }
      this.#observeLines.fill(first.line, rowFrom, rowTo)
      return
    }
    const state = this.#place(states)
    if (!this.#more()) {
      const first = this.#peek()
      let row: Float64Array
      if (this.#word('uniform')) row = new Float64Array(width).fill(1 / width)
      else {
        const numbers = this.#numbers(width)
        this.#count(first, numbers, width, `the row over ${width} observations`)
        row = Float64Array.from(numbers)
      }
      for (let a = action.from; a < action.to; a++) {
        for (let s = state.from; s < state.to; s++) {
          table.set(row, (a * count + s) * width)
          this.#observeLines[a * count + s] = first.line
        }
      }
      return
    }
    const observation = this.#place(observations)
    const line = this.#peek().line
    const value = this.#lastNumber()
    for (let a = action.from; a < action.to; a++) {
      for (let s = state.from; s < state.to; s++) {
        table.fill(value, (a * count + s) * width + observation.from, (a * count + s) * width + observation.to)
        this.#observeLines[a * count + s] = line
      }
    }
  }

  #readReward(keyword: Token): void {
    const [states, actions] = [
      this.#need(this.#states, 'states', keyword),
      this.#need(this.#actions, 'actions', keyword),
    ]
    if (this.#observations === undefined && this.#declared.has('observations')) throw new StatementFault()
    const markov = this.#observations === undefined
    const [count, width] = [states.names.length, markov ? 1 : this.#observations!.names.length]
    const action = this.#place(actions)
    if (!this.#more()) {
      const first = this.#peek()
      if (!markov)
        this.#fault(
          first,
          'expected',
          'a reward needs at least an action and a start state',
          'write "R: action : state : end-state : observation value"',
        )
      const numbers = this.#numbers(count * count)
      this.#count(first, numbers, count * count, `the reward matrix of ${count} x ${count} states`)
      for (let s = 0; s < count; s++)
        for (let next = 0; next < count; next++) this.#rule(action, s, next, WILDCARD, numbers[s * count + next]!)
      return
    }
    const state = this.#place(states)
    if (!this.#more()) {
      const first = this.#peek()
      const numbers = this.#numbers(count * width)
      this.#count(first, numbers, count * width, `the reward matrix of ${count} end states x ${width} observations`)
      for (let next = 0; next < count; next++) {
        for (let o = 0; o < width; o++)
          this.#rule(action, idOf(state), next, markov ? WILDCARD : o, numbers[next * width + o]!)
      }
      return
    }
    const next = this.#place(states)
    if (!this.#more()) {
      const first = this.#peek()
      const numbers = this.#numbers(width)
      this.#count(first, numbers, width, `the reward row over ${width} observations`)
      for (let o = 0; o < width; o++) this.#rule(action, idOf(state), idOf(next), markov ? WILDCARD : o, numbers[o]!)
      return
    }
    let observation = WILDCARD
    if (markov) {
      const token = this.#next()
      if (token.kind !== 'star')
        this.#fault(
          token,
          'unknown-name',
          'a file without observations cannot reward one',
          'write * or leave the place out',
        )
    } else observation = idOf(this.#place(this.#observations!))
    this.#rule(action, idOf(state), idOf(next), observation, this.#lastNumber())
  }

  #rule(action: PlaceOf, state: number, next: number, observation: number, value: number): void {
    this.#rules.push({ action: idOf(action), state, next, observation, value })
  }

  #transitionTable(keyword: Token, states: Space, actions: Space): Float64Array {
    if (this.#transitions === undefined) {
      const rows = states.names.length * actions.names.length
      this.#bounded(keyword, rows * states.names.length)
      this.#transitions = new Float64Array(rows * states.names.length)
      this.#transitionLines = new Int32Array(rows)
    }
    return this.#transitions
  }

  #observationTable(keyword: Token, states: Space, actions: Space, observations: Space): Float64Array {
    if (this.#observe === undefined) {
      const rows = states.names.length * actions.names.length
      this.#bounded(keyword, rows * observations.names.length)
      this.#observe = new Float64Array(rows * observations.names.length)
      this.#observeLines = new Int32Array(rows)
    }
    return this.#observe
  }

  #bounded(token: Token, cells: number): void {
    if (cells > MAX_CELLS)
      this.#fault(token, 'too-large', `the table has ${cells} cells, more than ${MAX_CELLS}`, 'make the model smaller')
  }

  #finish(): PomdpModel | undefined {
    const end = this.#peek()
    if (this.#discount === undefined && this.#discountToken === undefined) {
      this.#report(end, 'missing', 'the file gives no discount', 'add a line such as "discount: 0.95"')
    }
    if (this.#states === undefined && !this.#declared.has('states'))
      this.#report(end, 'missing', 'the file declares no states', 'add "states: N" or their names')
    if (this.#actions === undefined && !this.#declared.has('actions'))
      this.#report(end, 'missing', 'the file declares no actions', 'add "actions: N" or their names')
    if (this.#states === undefined || this.#actions === undefined) return undefined
    if (this.#transitions === undefined) {
      this.#report(end, 'missing', 'the file gives no transitions', 'add T statements')
      return undefined
    }
    const stateCount = this.#states.names.length
    const actionCount = this.#actions.names.length
    const observations = this.#observations?.names ?? ['nothing']
    const width = observations.length
    if (this.#observations === undefined && this.#declared.has('observations')) return undefined
    if (this.#observations === undefined) this.#observe = new Float64Array(actionCount * stateCount).fill(1)
    else if (this.#observe === undefined) {
      this.#report(end, 'missing', 'the file gives no observation probabilities', 'add O statements')
      return undefined
    }
    const observe = this.#observe as Float64Array
    const start = this.#start ?? new Float64Array(stateCount).fill(1 / stateCount)
    const transitions = this.#transitions
    for (const reset of this.#resets) {
      for (let a = reset.action.from; a < reset.action.to; a++) {
        for (let s = reset.state.from; s < reset.state.to; s++) {
          const offset = (a * stateCount + s) * stateCount
          let untouched = true
          for (let k = offset; k < offset + stateCount; k++) if (transitions[k] !== 0) untouched = false
          if (untouched) transitions.set(start, offset)
        }
      }
    }
    // After a fault elsewhere only rows that the file did write are summed: the others would be reported for its sake.
    const broken = this.#issues.some((issue) => issue.code !== 'missing')
    for (let row = 0; row < actionCount * stateCount; row++) {
      const names = [this.#actions.names[Math.floor(row / stateCount)]!, this.#states.names[row % stateCount]!]
      const where = `"${names[1]}" under "${names[0]}"`
      const place = (line: number) => (line === 0 ? this.#actions!.declared : { ...end, line, column: 1 })
      if (!broken || this.#transitionLines[row] !== 0) {
        this.#checkSum(
          place(this.#transitionLines[row] ?? 0),
          transitions,
          row * stateCount,
          (row + 1) * stateCount,
          ['T', ...names],
          `the next states of ${where}`,
        )
      }
      if (this.#observations === undefined || (broken && this.#observeLines[row] === 0)) continue
      this.#checkSum(
        place(this.#observeLines[row] ?? 0),
        observe,
        row * width,
        (row + 1) * width,
        ['O', ...names],
        `the observations in ${where}`,
      )
    }
    if (this.#issues.length > 0) return undefined
    const sparse = sparseFromDense(transitions, actionCount * stateCount, stateCount)
    const rewards = expectedRewards(stateCount, actionCount, width, sparse, observe, this.#rules)
    if (this.#objective === 'cost') for (let k = 0; k < rewards.length; k++) rewards[k] = 0 - (rewards[k] as number)
    const model: PomdpModel = {
      ...(this.#options.file === undefined ? {} : { name: this.#options.file }),
      states: this.#states.names,
      actions: this.#actions.names,
      observations,
      discount: this.#discount as number,
      objective: this.#objective,
      start,
      transitions: sparse,
      observationProbabilities: observe,
      rewards,
    }
    this.#issues.push(...modelIssues(model, this.#options.sumTolerance ?? 1e-5))
    return model
  }

  /** Reports a sum outside the tolerance as a fault and a rounded one as a warning. */
  #checkSum(token: Token, values: Float64Array, from: number, to: number, path: string[], what: string): void {
    let total = 0
    for (let k = from; k < to; k++) {
      const value = values[k] as number
      if (value < 0 || value > 1 + 1e-5) {
        this.#report(
          token,
          'out-of-range',
          `${what} contain the probability ${value}`,
          'probabilities lie in [0, 1]',
          path,
        )
        return
      }
      total += value
    }
    const error = Math.abs(total - 1)
    if (error <= 1e-9) return
    const wrong = error > (this.#options.sumTolerance ?? 1e-5)
    const list = wrong ? this.#issues : this.#warnings
    // A line with * writes many rows: one report says it for all of them.
    const key = `${token.line} ${total}`
    const first = this.#sums.get(key)
    if (first !== undefined) first.more++
    if (first !== undefined || list.length >= MAX_ISSUES) return
    this.#sums.set(key, { list, index: list.length, more: 0 })
    list.push({
      ...this.#position(token),
      code: 'probability-sum',
      path,
      message: wrong ? `${what} sum to ${total}, not to 1` : `${what} sum to ${total}, not exactly to 1`,
      hint: wrong
        ? 'correct the probabilities so that they sum to 1'
        : 'kept as written; the option rows: "normalised" scales every distribution',
    })
  }

  /** Says in the reports of sums how many other rows of their line have the same. */
  #countRows(): void {
    for (const { list, index, more } of this.#sums.values()) {
      const issue = list[index]!
      const rows = more === 1 ? 'another row' : `${more} other rows`
      if (more > 0) list[index] = { ...issue, message: `${issue.message}, as in ${rows} of this line` }
    }
  }

  #need(space: Space | undefined, field: string, keyword: Token): Space {
    if (space === undefined && this.#declared.has(field)) throw new StatementFault()
    if (space === undefined)
      this.#fault(
        keyword,
        'order',
        `"${keyword.text}" needs the ${field}, which are not declared before it`,
        `declare the ${field} in the preamble`,
      )
    return space as Space
  }

  /** A state, action or observation: its name, its number, or `*`. */
  #place(space: Space): PlaceOf {
    const token = this.#next()
    const count = space.names.length
    if (token.kind === 'star') return { from: 0, to: count, wild: true }
    if (token.kind === 'number' && Number.isInteger(Number(token.text))) {
      const id = Number(token.text)
      if (id < count) return { from: id, to: id + 1, wild: false }
      this.#fault(
        token,
        'unknown-name',
        `there is no ${space.what} ${id}`,
        `${space.what}s are numbered 0 to ${count - 1}`,
      )
    }
    const id = space.ids.get(token.text)
    if (id === undefined) {
      const known = space.names.slice(0, 8).join(', ')
      this.#fault(
        token,
        'unknown-name',
        `${shown(token)} is no ${space.what}`,
        `use *, a number or one of ${known}${count > 8 ? ', ...' : ''}`,
      )
    }
    return { from: id as number, to: (id as number) + 1, wild: false }
  }

  /** True when a colon and then another place follow; a colon before the last number is read as some writers put it. */
  #more(): boolean {
    if (this.#peek().kind !== 'colon') return false
    this.#at++
    return true
  }

  #lastNumber(): number {
    const token = this.#peek()
    if (token.kind === 'colon') {
      this.#at++
      this.#warnings.push({
        ...this.#position(token),
        code: 'extra-colon',
        path: [],
        message: 'a colon stands before the number',
        hint: 'other programs refuse it; leave the colon out',
      })
    }
    const value = this.#number()
    const after = this.#peek()
    if (after.kind === 'number' || after.kind === 'sign')
      this.#fault(after, 'wrong-length', 'more than one number follows a complete place', 'give one number')
    return value
  }

  /** The numbers that follow, at most one more than wanted so that a surplus is noticed. */
  #numbers(wanted: number): number[] {
    const numbers: number[] = []
    while (this.#peek().kind === 'number' || this.#peek().kind === 'sign') {
      numbers.push(this.#number())
      if (numbers.length > wanted) break
    }
    return numbers
  }

  #count(first: Token, numbers: readonly number[], wanted: number, what: string): void {
    if (numbers.length === wanted) return
    const stop = this.#peek()
    const found = numbers.length > wanted ? `more than ${wanted}` : String(numbers.length)
    const after = stop.kind === 'unknown' || stop.kind === 'name' ? `, then ${shown(stop)}` : ''
    this.#fault(
      numbers.length === 0 ? stop : first,
      'wrong-length',
      `${what} needs ${wanted} numbers; there are ${found}${after}`,
      `give exactly ${wanted} numbers`,
    )
  }

  #number(): number {
    let token = this.#next()
    let sign = 1
    if (token.kind === 'sign') {
      if (token.text === '-') sign = -1
      token = this.#next()
    }
    const value = token.kind === 'number' ? Number(token.text) : Number.NaN
    if (!Number.isFinite(value))
      this.#fault(token, 'expected', `${shown(token)} stands where a number was expected`, 'give a number such as 0.25')
    if (token.text.startsWith('.')) {
      this.#warnings.push({
        ...this.#position(token),
        code: 'number-form',
        path: [],
        message: `the number ${token.text} does not start with a digit`,
        hint: `other programs refuse it; write 0${token.text}`,
      })
    }
    return sign * value
  }

  #word(text: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'name' || token.text !== text) return false
    this.#at++
    return true
  }

  #colon(): void {
    const token = this.#next()
    if (token.kind !== 'colon')
      this.#fault(
        token,
        'expected',
        `${shown(token)} stands where a colon was expected`,
        'write keyword, colon, content',
      )
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token
  }

  #next(): Token {
    const token = this.#peek()
    if (token.kind !== 'end') this.#at++
    return token
  }

  /** A keyword followed by a colon (for `start`, also by include or exclude) begins the next statement. */
  #atStatement(): boolean {
    const token = this.#peek()
    if (token.kind !== 'name' || !KEYWORDS.has(token.text)) return false
    const after = this.#tokens[this.#at + 1]
    if (after?.kind === 'colon') return true
    return token.text === 'start' && (after?.text === 'include' || after?.text === 'exclude')
  }

  #skipStatement(): void {
    while (this.#peek().kind !== 'end' && !this.#atStatement()) this.#at++
  }

  #position(token: Token): Pick<Issue, 'file' | 'line' | 'column'> {
    return {
      ...(this.#options.file === undefined ? {} : { file: this.#options.file }),
      line: token.line,
      column: token.column,
    }
  }

  #report(token: Token, code: string, message: string, hint: string, path: readonly (string | number)[] = []): void {
    if (this.#issues.length < MAX_ISSUES) this.#issues.push({ code, path, message, hint, ...this.#position(token) })
  }

  #fault(token: Token, code: string, message: string, hint: string): never {
    this.#report(token, code, message, hint)
    throw new StatementFault()
  }
}

function idOf(place: PlaceOf): number {
  return place.wild ? WILDCARD : place.from
}

function shown(token: Token): string {
  return token.kind === 'end' ? 'the end of the text' : `"${token.text}"`
}
