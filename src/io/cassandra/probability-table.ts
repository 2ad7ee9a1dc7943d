/** Transition and observation statements of a .pomdp text: single entries, rows or whole matrices, later ones over earlier ones. */
import type { Cursor } from './cursor.ts'
import { type PlaceOf, readPlace, type Space } from './spaces.ts'
import type { Token } from './tokens.ts'

/** The most cells |A||S|^2 or |A||S||Z| that a file may ask for. */
const MAX_CELLS = 48_000_000

/** Probabilities of `columns` for every action and state: row `a * |S| + s`. */
export class ProbabilityTable {
  readonly values: Float64Array
  /** Line on which a row was last written, 0 where none was: for messages about its sum. */
  readonly lines: Int32Array
  readonly #states: Space
  readonly #actions: Space
  readonly #columns: Space
  readonly #resets: { readonly action: PlaceOf; readonly state: PlaceOf }[] = []

  /** @throws StatementFault when the table is too large; `keyword` is where that is told. */
  constructor(cursor: Cursor, keyword: Token, states: Space, actions: Space, columns: Space) {
    const rows = states.names.length * actions.names.length
    const cells = rows * columns.names.length
    if (cells > MAX_CELLS)
      cursor.faults.fault(
        keyword,
        'too-large',
        `the table has ${cells} cells, more than ${MAX_CELLS}`,
        'make the model smaller',
      )
    this.values = new Float64Array(cells)
    this.lines = new Int32Array(rows)
    this.#states = states
    this.#actions = actions
    this.#columns = columns
  }

  /** Reads what follows `T:` or `O:`. */
  read(cursor: Cursor): void {
    const action = readPlace(cursor, this.#actions)
    if (!cursor.more()) {
      this.#readMatrix(cursor, action)
      return
    }
    const state = readPlace(cursor, this.#states)
    if (!cursor.more()) {
      this.#readRow(cursor, action, state)
      return
    }
    const column = readPlace(cursor, this.#columns)
    const { line } = cursor.peek()
    const value = cursor.lastNumber()
    const width = this.#columns.names.length
    this.#each(action, state, line, (row) => {
      this.values.fill(value, row * width + column.from, row * width + column.to)
    })
  }

  /** Rows that were declared as `reset` and are still empty get the start belief. */
  reset(start: Float64Array): void {
    const width = start.length
    for (const { action, state } of this.#resets) {
      this.#each(action, state, null, (row) => {
        const offset = row * width
        if (!this.values.subarray(offset, offset + width).some((value) => value !== 0)) this.values.set(start, offset)
      })
    }
  }

  /** Only states lead to states. */
  get #square(): boolean {
    return this.#columns === this.#states
  }

  #readMatrix(cursor: Cursor, action: PlaceOf): void {
    const first = cursor.peek()
    const count = this.#states.names.length
    const width = this.#columns.names.length
    const [from, to] = [action.from * count, action.to * count]
    if (this.#square && cursor.word('identity')) {
      this.values.fill(0, from * width, to * width)
      for (let row = from; row < to; row++) this.values[row * width + (row % count)] = 1
    } else if (cursor.word('uniform')) this.values.fill(1 / width, from * width, to * width)
    else {
      const size = this.#square ? `${count} x ${count} states` : `${count} states x ${width} observations`
      const numbers = cursor.numbers(count * width)
      cursor.expectCount(first, numbers, count * width, `the matrix of ${size}`)
      for (let a = action.from; a < action.to; a++) this.values.set(numbers, a * count * width)
    }
    this.lines.fill(first.line, from, to)
  }

  #readRow(cursor: Cursor, action: PlaceOf, state: PlaceOf): void {
    const first = cursor.peek()
    const width = this.#columns.names.length
    const row = new Float64Array(width)
    if (cursor.word('uniform')) row.fill(1 / width)
    else if (this.#square && cursor.word('reset')) this.#resets.push({ action, state })
    else {
      const numbers = cursor.numbers(width)
      cursor.expectCount(
        first,
        numbers,
        width,
        `the row over ${width} ${this.#square ? 'next states' : 'observations'}`,
      )
      row.set(numbers)
    }
    this.#each(action, state, first.line, (at) => this.values.set(row, at * width))
  }

  /** The rows of a place; their line is noted unless it is null. */
  #each(action: PlaceOf, state: PlaceOf, line: number | null, visit: (row: number) => void): void {
    const count = this.#states.names.length
    for (let a = action.from; a < action.to; a++) {
      for (let s = state.from; s < state.to; s++) {
        visit(a * count + s)
        if (line !== null) this.lines[a * count + s] = line
      }
    }
  }
}
