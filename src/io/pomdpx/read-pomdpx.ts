/**
 * Reader of POMDPX (the APPL format): factored POMDPs with tables, flattened to one state variable.
 *
 *   state       one value per StateVar, the first varying slowest
 *   T(s'|s,a)   product over the variables of their tables; parents may be previous values, the action, earlier new values
 *   O(o|s',a)   product over the ObsVars, times "is seen" for fully observed state variables
 *   R(s,a)      sum over the reward functions of their expectation
 *
 * A fully observed variable that starts at a known value and moves without chance depends on the actions only and is not
 * repeated in the observation. Tables (type TBL) are read; decision diagrams (type DD) are refused by name.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import { modelIssues, type PomdpModel } from '../../../solvers/pomdp/model.ts'
import { parseXml, type XmlElement, XmlFault } from './xml.ts'

const MAX_STATES = 60_000
/** How far from 1 a distribution may sum, absolute. */
const SUM_TOLERANCE = 1e-5
const MAX_TABLE = 20_000_000

interface Variable {
  readonly name: string
  readonly previous: string
  readonly values: readonly string[]
  readonly seen: boolean
}

/** Table over the parents and, last, the variable itself. */
interface Table {
  readonly variable: string
  readonly parents: readonly string[]
  readonly sizes: readonly number[]
  readonly entries: Float64Array
}

/**
 * The flat model of a POMDPX text.
 * @throws InvalidInputError with line and column of every fault
 */
export function readPomdpx(text: string, file?: string): PomdpModel {
  return new PomdpxReader(text, file).read()
}

class PomdpxReader {
  readonly #text: string
  readonly #file: string | undefined
  readonly #issues: Issue[] = []
  readonly #values = new Map<string, readonly string[]>()
  #states: Variable[] = []
  #observations: Variable[] = []
  #action = ''

  constructor(text: string, file: string | undefined) {
    this.#text = text
    this.#file = file
  }

  read(): PomdpModel {
    let root: XmlElement
    try {
      root = parseXml(this.#text)
    } catch (fault) {
      if (!(fault instanceof XmlFault)) throw fault
      throw new InvalidInputError([
        {
          code: 'format',
          path: [],
          message: fault.message,
          hint: 'correct the XML',
          line: fault.line,
          column: fault.column,
          ...(this.#file === undefined ? {} : { file: this.#file }),
        },
      ])
    }
    const discount = Number(child(root, 'Discount')?.text.trim() ?? 'none')
    if (!Number.isFinite(discount))
      this.#report(root, 'missing', 'there is no Discount', 'add <Discount>0.95</Discount>')
    this.#variables(root)
    const start = this.#tables(root, 'InitialStateBelief', 'CondProb')
    const transition = this.#tables(root, 'StateTransitionFunction', 'CondProb')
    const observe = this.#tables(root, 'ObsFunction', 'CondProb')
    const rewards = this.#tables(root, 'RewardFunction', 'Func')
    this.#complete(root, start, transition, observe)
    if (this.#issues.length > 0) throw new InvalidInputError(this.#issues)
    const model = this.#flatten(discount, start, transition, observe, rewards)
    const faults = modelIssues(model, SUM_TOLERANCE)
    if (faults.length > 0) throw new InvalidInputError(faults)
    return model
  }

  #variables(root: XmlElement): void {
    const section = child(root, 'Variable')
    if (section === undefined) {
      this.#report(root, 'missing', 'there is no Variable section', 'declare the variables')
      return
    }
    /** Values that are only counted are called s0, s1, ... for states, a0, ... for actions and o0, ... for observations. */
    const letters: Readonly<Record<string, string>> = { StateVar: 's', ActionVar: 'a', ObsVar: 'o' }
    const valuesOf = (element: XmlElement): string[] => {
      const names = child(element, 'ValueEnum')?.text.trim().split(/\s+/)
      if (names !== undefined && names[0] !== '') return names
      const count = Number(child(element, 'NumValues')?.text.trim())
      if (Number.isInteger(count) && count > 0 && count <= MAX_STATES)
        return Array.from({ length: count }, (_, index) => `${letters[element.name] ?? 's'}${index}`)
      this.#report(element, 'missing', 'the variable has no values', 'add ValueEnum or NumValues')
      return ['none']
    }
    for (const element of section.children) {
      const values = element.name === 'RewardVar' ? [] : valuesOf(element)
      if (element.name === 'StateVar') {
        const name = element.attributes['vnameCurr'] ?? ''
        const previous = element.attributes['vnamePrev'] ?? ''
        this.#states.push({ name, previous, values, seen: element.attributes['fullyObs'] === 'true' })
        this.#values.set(name, values)
        this.#values.set(previous, values)
      } else if (element.name === 'ObsVar') {
        const name = element.attributes['vname'] ?? ''
        this.#observations.push({ name, previous: name, values, seen: true })
        this.#values.set(name, values)
      } else if (element.name === 'ActionVar') {
        if (this.#action !== '')
          this.#report(element, 'unsupported', 'there is a second action variable', 'combine them into one')
        this.#action = element.attributes['vname'] ?? ''
        this.#values.set(this.#action, values)
      } else if (element.name !== 'RewardVar')
        this.#report(
          element,
          'unsupported',
          `<${element.name}> is no kind of variable`,
          'use StateVar, ObsVar, ActionVar, RewardVar',
        )
    }
    const count = this.#states.reduce((product, variable) => product * variable.values.length, 1)
    if (count > MAX_STATES)
      this.#report(
        section,
        'too-large',
        `the variables make ${count} states, more than ${MAX_STATES}`,
        'give a smaller model',
      )
    if (this.#states.length === 0 || this.#action === '')
      this.#report(section, 'missing', 'there must be a state and an action variable', 'declare them')
  }

  #tables(root: XmlElement, sectionName: string, entryName: string): Table[] {
    const section = child(root, sectionName)
    if (section === undefined) return []
    const tables: Table[] = []
    for (const element of section.children) {
      if (element.name !== entryName) continue
      const table = this.#table(element, entryName === 'Func')
      if (table !== null) tables.push(table)
    }
    return tables
  }

  #table(element: XmlElement, reward: boolean): Table | null {
    const variable = child(element, 'Var')?.text.trim() ?? ''
    const parents = (child(element, 'Parent')?.text.trim() ?? '')
      .split(/\s+/)
      .filter((name) => name !== 'null' && name !== '')
    const parameter = child(element, 'Parameter')
    if (parameter === undefined || (parameter.attributes['type'] ?? 'TBL') !== 'TBL') {
      this.#report(
        parameter ?? element,
        'unsupported',
        'only tables (type TBL) are read',
        'convert decision diagrams to tables',
      )
      return null
    }
    const names = reward ? parents : [...parents, variable]
    for (const name of names) {
      if (this.#values.has(name)) continue
      this.#report(
        element,
        'unknown-name',
        `no variable is called "${name}"`,
        `use one of ${[...this.#values.keys()].slice(0, 8).join(', ')}`,
      )
      return null
    }
    const sizes = names.map((name) => this.#values.get(name)!.length)
    const size = sizes.reduce((a, b) => a * b, 1)
    if (size > MAX_TABLE) {
      this.#report(
        element,
        'too-large',
        `the table of "${variable}" has ${size} cells`,
        `at most ${MAX_TABLE} are read`,
      )
      return null
    }
    const entries = new Float64Array(size)
    for (const entry of parameter.children) if (entry.name === 'Entry') this.#entry(entry, names, sizes, entries)
    if (!reward) this.#checkRows(element, names, sizes, entries)
    return { variable, parents, sizes, entries }
  }

  /** Reports the first row that is no distribution, with the number of the others, unless its entries had faults already. */
  #checkRows(element: XmlElement, names: readonly string[], sizes: readonly number[], entries: Float64Array): void {
    if (this.#issues.length > 0) return
    const width = sizes[sizes.length - 1]!
    const wrong: { readonly row: number; readonly total: number }[] = []
    for (let row = 0; row * width < entries.length; row++) {
      const cells = entries.subarray(row * width, (row + 1) * width)
      const total = cells.reduce((a, b) => a + b, 0)
      if (!(Math.abs(total - 1) <= SUM_TOLERANCE) || cells.some((p) => p < 0)) wrong.push({ row, total })
    }
    const [first] = wrong
    if (first === undefined) return
    const given: string[] = []
    for (let k = names.length - 2, rest = first.row; k >= 0; k--) {
      given.unshift(`${names[k]} ${this.#values.get(names[k]!)![rest % sizes[k]!]}`)
      rest = Math.floor(rest / sizes[k]!)
    }
    const where = given.length === 0 ? '' : ` given ${given.join(', ')}`
    const more = wrong.length === 1 ? '' : `, and ${wrong.length - 1} more rows are wrong`
    this.#report(
      element,
      'probability-sum',
      `the probabilities of "${names[names.length - 1]}"${where} are no distribution (sum ${first.total})${more}`,
      'give every combination of the parents probabilities >= 0 that sum to 1',
    )
  }

  /** One entry: names fix a place, `*` copies to every value, `-` runs through the numbers of the table. */
  #entry(entry: XmlElement, names: readonly string[], sizes: readonly number[], into: Float64Array): void {
    const words = (child(entry, 'Instance')?.text.trim() ?? '').split(/\s+/)
    const content = child(entry, 'ProbTable') ?? child(entry, 'ValueTable')
    if (words.length !== names.length || content === undefined) {
      this.#report(
        entry,
        'wrong-length',
        `the instance names ${words.length} values of ${names.length} variables`,
        'give one word per parent and one for the variable',
      )
      return
    }
    const places: number[][] = []
    const running: number[] = []
    for (const [k, word] of words.entries()) {
      const values = this.#values.get(names[k]!)!
      if (word === '*' || word === '-') {
        places.push(values.map((_, index) => index))
        if (word === '-') running.push(k)
      } else {
        const index = values.indexOf(word)
        if (index < 0) {
          this.#report(
            entry,
            'unknown-name',
            `"${names[k]}" has no value "${word}"`,
            `use one of ${values.slice(0, 8).join(', ')}`,
          )
          return
        }
        places.push([index])
      }
    }
    const wanted = running.reduce((product, k) => product * sizes[k]!, 1)
    const last = sizes[running[running.length - 1] ?? 0] ?? 1
    const body = content.text.trim()
    let numbers: number[]
    if (body === 'uniform') numbers = new Array<number>(wanted).fill(1 / (sizes[sizes.length - 1] ?? 1))
    else if (body === 'identity')
      numbers = Array.from({ length: wanted }, (_, k) => (Math.floor(k / last) % last === k % last ? 1 : 0))
    else numbers = body.split(/\s+/).map(Number)
    if (numbers.length !== wanted || numbers.some((number) => !Number.isFinite(number))) {
      this.#report(
        content,
        'wrong-length',
        `${wanted} numbers are needed; there are ${numbers.length}`,
        'give one number per combination of the "-" places',
      )
      return
    }
    const total = places.reduce((product, list) => product * list.length, 1)
    for (let k = 0; k < total; k++) {
      let rest = k
      let at = 0
      let stride = 1
      let number = 0
      let numberStride = 1
      for (let place = places.length - 1; place >= 0; place--) {
        const list = places[place]!
        const index = list[rest % list.length]!
        rest = Math.floor(rest / list.length)
        at += index * stride
        stride *= sizes[place]!
        if (words[place] === '-') {
          number += index * numberStride
          numberStride *= sizes[place]!
        }
      }
      into[at] = numbers[number]!
    }
  }

  #complete(root: XmlElement, start: readonly Table[], transition: readonly Table[], observe: readonly Table[]): void {
    const missing = (tables: readonly Table[], name: string) => !tables.some((table) => table.variable === name)
    for (const variable of this.#states) {
      if (missing(start, variable.previous))
        this.#report(
          root,
          'missing',
          `"${variable.previous}" has no initial belief`,
          'add a CondProb to InitialStateBelief',
        )
      if (missing(transition, variable.name))
        this.#report(
          root,
          'missing',
          `"${variable.name}" has no transition`,
          'add a CondProb to StateTransitionFunction',
        )
    }
    for (const variable of this.#observations)
      if (missing(observe, variable.name))
        this.#report(root, 'missing', `"${variable.name}" has no observation table`, 'add a CondProb to ObsFunction')
  }

  #flatten(
    discount: number,
    start: readonly Table[],
    transition: readonly Table[],
    observe: readonly Table[],
    rewards: readonly Table[],
  ): PomdpModel {
    const variables = this.#states
    const stateCount = variables.reduce((product, variable) => product * variable.values.length, 1)
    const actions = this.#values.get(this.#action)!
    const strides = new Array<number>(variables.length).fill(1)
    for (let v = variables.length - 2; v >= 0; v--) strides[v] = strides[v + 1]! * variables[v + 1]!.values.length
    // Values by variable name while a step is worked out: previous values, the action, new values.
    const current = new Map<string, number>()
    const setState = (state: number, key: 'previous' | 'name') => {
      for (const [v, variable] of variables.entries())
        current.set(variable[key], Math.floor(state / strides[v]!) % variable.values.length)
    }
    const rowOf = (table: Table): number => {
      let at = 0
      for (const [k, parent] of table.parents.entries()) at = at * table.sizes[k]! + (current.get(parent) ?? 0)
      return at
    }
    const find = (tables: readonly Table[], name: string) => tables.find((table) => table.variable === name)!
    const startTables = variables.map((variable) => find(start, variable.previous))
    const transitionTables = variables.map((variable) => find(transition, variable.name))
    const belief = new Float64Array(stateCount)
    for (let s = 0; s < stateCount; s++) {
      setState(s, 'previous')
      let probability = 1
      for (const [v, table] of startTables.entries()) {
        probability *= table.entries[rowOf(table) * variables[v]!.values.length + current.get(variables[v]!.previous)!]!
      }
      belief[s] = probability
    }
    const certain = (entries: Float64Array) => entries.every((p) => p === 0 || p === 1)
    const shown = variables.filter((variable, v) => {
      const follows = transitionTables[v]!.parents.every(
        (parent) => parent === this.#action || parent === variable.previous,
      )
      return variable.seen && !(follows && certain(transitionTables[v]!.entries) && certain(startTables[v]!.entries))
    })
    const columns: number[] = []
    const values: number[] = []
    const pointers = new Int32Array(actions.length * stateCount + 1)
    for (let a = 0; a < actions.length; a++) {
      current.set(this.#action, a)
      for (let s = 0; s < stateCount; s++) {
        setState(s, 'previous')
        const row: [number, number][] = []
        const spread = (v: number, next: number, probability: number) => {
          if (v === variables.length) {
            row.push([next, probability])
            return
          }
          const variable = variables[v]!
          const base = rowOf(transitionTables[v]!) * variable.values.length
          for (let value = 0; value < variable.values.length; value++) {
            const share = transitionTables[v]!.entries[base + value]!
            if (share === 0) continue
            current.set(variable.name, value)
            spread(v + 1, next + value * strides[v]!, probability * share)
          }
        }
        spread(0, 0, 1)
        for (const [next, probability] of row.sort((x, y) => x[0] - y[0])) {
          columns.push(next)
          values.push(probability)
        }
        pointers[a * stateCount + s + 1] = columns.length
      }
    }
    const seen = [...this.#observations, ...shown]
    const observationCount = seen.reduce((product, variable) => product * variable.values.length, 1)
    if (observationCount * stateCount * actions.length > 4 * MAX_TABLE) {
      throw new InvalidInputError([
        {
          code: 'too-large',
          path: [],
          message: `the observations make a table of ${observationCount * stateCount * actions.length} cells`,
          hint: 'give a smaller model',
        },
      ])
    }
    const observationProbabilities = new Float64Array(actions.length * stateCount * observationCount)
    const rewardValues = new Float64Array(actions.length * stateCount)
    const observeTables = this.#observations.map((variable) => find(observe, variable.name))
    for (let a = 0; a < actions.length; a++) {
      current.set(this.#action, a)
      for (let s = 0; s < stateCount; s++) {
        setState(s, 'name')
        let list: [number, number][] = [[0, 1]]
        for (const [k, variable] of this.#observations.entries()) {
          const base = rowOf(observeTables[k]!) * variable.values.length
          list = list.flatMap(([o, p]) =>
            variable.values.map((_, value): [number, number] => [
              o * variable.values.length + value,
              p * observeTables[k]!.entries[base + value]!,
            ]),
          )
        }
        for (const variable of shown)
          list = list.map(([o, p]) => [o * variable.values.length + current.get(variable.name)!, p])
        for (const [o, p] of list) observationProbabilities[(a * stateCount + s) * observationCount + o]! += p
      }
      for (let s = 0; s < stateCount; s++) {
        setState(s, 'previous')
        const row = a * stateCount + s
        for (const table of rewards) {
          if (
            table.parents.every(
              (parent) => parent === this.#action || variables.some((variable) => variable.previous === parent),
            )
          )
            rewardValues[row]! += table.entries[rowOf(table)]!
          else {
            for (let k = pointers[row]!; k < pointers[row + 1]!; k++) {
              setState(columns[k]!, 'name')
              rewardValues[row]! += values[k]! * table.entries[rowOf(table)]!
            }
          }
        }
      }
    }
    const label = (list: readonly Variable[], index: number): string => {
      const parts: string[] = []
      let rest = index
      for (const variable of list.toReversed()) {
        parts.unshift(variable.values[rest % variable.values.length]!)
        rest = Math.floor(rest / variable.values.length)
      }
      return parts.join('_')
    }
    return {
      ...(this.#file === undefined ? {} : { name: this.#file }),
      states: Array.from({ length: stateCount }, (_, s) => label(variables, s)),
      actions,
      observations: Array.from({ length: observationCount }, (_, o) => label(seen, o)),
      discount,
      objective: 'reward',
      start: belief,
      transitions: { pointers, columns: Int32Array.from(columns), values: Float64Array.from(values) },
      observationProbabilities,
      rewards: rewardValues,
    }
  }

  #report(element: XmlElement, code: string, message: string, hint: string): void {
    if (this.#issues.length >= 100) return
    this.#issues.push({
      code,
      path: [element.name],
      message,
      hint,
      line: element.line,
      column: element.column,
      ...(this.#file === undefined ? {} : { file: this.#file }),
    })
  }
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((candidate) => candidate.name === name)
}
