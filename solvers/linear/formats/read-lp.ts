/**
 * Reads the LP format (CPLEX style): objective with constant and quadratic part, rows `name: 2 x + 3 y <= 4`, ranges
 * `1 <= x + y <= 2`, indicator rows `b = 1 -> x <= 3`, bounds, integers, binaries, semicontinuous variables, ordered sets.
 * Recursion-free; every fault is collected with its line and column, and reading goes on at the next row, bound or section.
 *
 * Readings on which programs differ, and ours: a variable is born where it first occurs; without bounds it is >= 0; a
 * negative upper bound leaves the lower bound 0 (the model is then infeasible, and a note says so); a variable that occurs
 * several times in a row is summed; rows without name are called R1, R2, ...
 *
 * Source: the format as documented by CPLEX ("LP file format: algebraic representation"). Linear in the text.
 */
import { isInfinity, LpCursor } from './lp-cursor.ts'
import type { Expression } from './lp-draft.ts'
import { type LpSection, sectionAt } from './lp-sections.ts'
import { type LpToken, shownToken } from './lp-tokens.ts'
import { type LinearFile, type ReadOptions, requireLength, shown } from './source.ts'

/**
 * @throws InvalidInputError with every fault of the text: line, column, cause, remedy
 */
export function readLp(text: string, options: ReadOptions = {}): LinearFile {
  requireLength(text, options)
  return new LpReader(text, options).read()
}

class LpReader extends LpCursor {
  read(): LinearFile {
    const opening = sectionAt(this.tokens, 0)
    if (opening?.section !== 'minimize' && opening?.section !== 'maximize') {
      this.fault('no-objective', `the file begins with ${shownToken(this.token)}`, 'begin with Minimize or Maximize')
      this.skipToSection()
    }
    for (;;) {
      const start = sectionAt(this.tokens, this.at)
      if (start === null) {
        this.fault('outside-section', `${shownToken(this.token)} stands outside any section`, 'begin a section first')
        this.skipToSection()
        continue
      }
      if (start.section === 'end') {
        if (this.token.kind === 'end') this.fault('no-end', 'the file ends without the word End', 'add a line: End')
        break
      }
      const token = this.token
      this.at += start.length
      this.#readSection(start.section, token)
    }
    this.faults.throwIfAny()
    return this.draft.build(this.names, this.faults)
  }

  #readSection(section: LpSection, keyword: LpToken): void {
    switch (section) {
      case 'minimize':
      case 'maximize':
        this.draft.maximize = section === 'maximize'
        this.#readObjective()
        return
      case 'rows':
        this.statements(() => this.#readRow())
        return
      case 'bounds':
        this.statements(() => this.#readBound())
        return
      case 'integers':
      case 'binaries':
      case 'semicontinuous':
        this.#readKinds(section)
        return
      case 'sets':
        this.statements(() => this.#readSet())
        return
      default: {
        const hint = 'write it with binary columns and rows; see the functions of solvers/linear/reformulation'
        this.faults.add(
          'unsupported-section',
          `the section ${shown(keyword.text)} is not supported`,
          hint,
          keyword.line,
          keyword.column,
        )
        this.skipToSection()
      }
    }
  }

  #readObjective(): void {
    this.spoilt = false
    if (this.token.kind === 'name' && this.tokens[this.at + 1]?.kind === 'colon') {
      this.draft.objectiveName = this.token.text
      this.at += 2
    }
    this.draft.objective = this.readExpression(true)
    if (!Number.isFinite(this.draft.objective.constant)) {
      this.fault('not-finite', 'the constant of the objective is not finite', 'use a finite constant')
    }
    if (sectionAt(this.tokens, this.at) !== null) return
    if (!this.spoilt) {
      const hint = 'write terms like 3 x + 2 y, then Subject To on a line of its own'
      this.fault('unexpected-word', `${shownToken(this.token)} does not belong in the objective`, hint)
    }
    this.skipToSection()
  }

  #readRow(): void {
    let name: string | null = null
    const start = this.token
    if (start.kind === 'name' && this.tokens[this.at + 1]?.kind === 'colon') {
      name = start.text
      this.at += 2
      if (this.draft.rowNames.has(name)) {
        this.fault(
          'duplicate-row',
          `the row ${shown(name)} is declared twice`,
          'give every row a name of its own',
          start,
        )
        this.spoilt = false
      }
      this.draft.rowNames.add(name)
    }
    const left = this.readExpression()
    if (this.spoilt) return
    const relation = this.readRelation()
    if (relation === null) return
    if (left.columns.length === 0 && !this.numberAhead()) {
      // constant relation expression [relation constant]
      const expression = this.readExpression()
      if (this.spoilt) return
      let [lower, upper] = sides(flipped(relation), left.constant)
      if (this.token.kind === 'relation') {
        const second = this.readRelation() as string
        const right = this.readConstant()
        if (right === null) return
        if (relation === '=' || second !== relation) {
          this.fault('bad-range', 'a range needs the same relation twice', 'write: 1 <= x + y <= 2', start)
          return
        }
        const other = sides(second, right)
        lower = Math.max(lower, other[0])
        upper = Math.min(upper, other[1])
      }
      this.#closeRow(name, lower, upper, expression, start)
      return
    }
    const right = this.readConstant()
    if (right === null) return
    if (this.token.kind === 'arrow') {
      this.#readIndicator(name, left, relation, right, start)
      return
    }
    const [lower, upper] = sides(relation, right)
    this.#closeRow(name, lower, upper, left, start)
  }

  /** `b = 1 -> x + y <= 4`, from the arrow. */
  #readIndicator(name: string | null, left: Expression, relation: string, when: number, start: LpToken): void {
    const single = left.columns.length === 1 && left.values[0] === 1 && left.constant === 0
    if (!single || relation !== '=' || (when !== 0 && when !== 1)) {
      this.fault('bad-indicator', 'the condition is no binary variable = 0 or 1', 'write: b = 1 -> x + y <= 4', start)
      return
    }
    this.at++
    const expression = this.readExpression()
    if (this.spoilt) return
    const inner = this.readRelation()
    const side = inner === null ? null : this.readConstant()
    if (inner === null || side === null || !this.statementEnds()) return
    const [lower, upper] = sides(inner, side - expression.constant)
    const written = name ?? this.draft.freshName()
    this.draft.deferred.indicators.push({
      name: this.names.row(written),
      group: this.names.group(written),
      binary: left.columns[0] as number,
      when,
      terms: expression.columns.map((column, k) => [column, expression.values[k] as number] as const),
      lower,
      upper,
      place: start,
    })
  }

  /** `name: S1:: x:1 y:2` */
  #readSet(): void {
    const start = this.token
    const at = (k: number) => this.tokens[this.at + k]
    const type = at(2)?.text.toUpperCase()
    const opens = start.kind === 'name' && [1, 3, 4].every((k) => at(k)?.kind === 'colon')
    if (!opens || (type !== 'S1' && type !== 'S2')) {
      this.fault('bad-set', `${shownToken(start)} begins no special ordered set`, 'write: name: S1:: x:1 y:2')
      return
    }
    this.at += 5
    const members: { variable: number; weight: number }[] = []
    while (this.token.kind === 'name' && at(1)?.kind === 'colon' && at(2)?.kind === 'number') {
      members.push({ variable: this.declared(this.token), weight: Number(at(2)?.text) })
      this.at += 3
    }
    this.draft.deferred.sets.push({ name: start.text, type: type === 'S1' ? 1 : 2, members, place: start })
    if (members.length === 0)
      this.fault('bad-set', `the set ${shown(start.text)} is empty`, 'write: name: S1:: x:1 y:2', start)
  }

  #closeRow(name: string | null, lower: number, upper: number, expression: Expression, start: LpToken): void {
    if (!this.statementEnds()) return
    if (!Number.isFinite(expression.constant)) {
      this.fault(
        'not-finite',
        'the row has an infinite constant among its terms',
        'put infinity on its own side',
        start,
      )
      return
    }
    lower -= expression.constant
    upper -= expression.constant
    if (lower === Number.POSITIVE_INFINITY || upper === Number.NEGATIVE_INFINITY) {
      this.fault('infinite-side', 'no point meets an infinite side of this kind', 'give a finite side', start)
      return
    }
    this.draft.rows.push({ name, lower, upper, expression })
  }

  /** `x <= 5`, `1 <= x <= 5`, `5 >= x`, `x = 5`, `x free`. */
  #readBound(): void {
    const start = this.token
    if (start.kind === 'name' && !isInfinity(start.text)) {
      this.at++
      if (this.token.kind === 'name' && this.token.text.toLowerCase() === 'free' && this.token.line === start.line) {
        this.at++
        const column = this.declared(start)
        this.draft.lower[column] = Number.NEGATIVE_INFINITY
        this.draft.upper[column] = Number.POSITIVE_INFINITY
        return
      }
      const relation = this.readRelation()
      if (relation === null) return
      const value = this.readConstant()
      if (value !== null && this.statementEnds()) this.#applyBound(start, relation, value)
      return
    }
    const left = this.readConstant()
    if (left === null) return
    const relation = this.readRelation()
    if (relation === null) return
    const name = this.token
    if (name.kind !== 'name') {
      this.fault('no-variable', `${shownToken(name)} stands where a variable is due`, 'write: 0 <= x <= 10')
      return
    }
    this.at++
    if (this.token.kind !== 'relation') {
      if (this.statementEnds()) this.#applyBound(name, flipped(relation), left)
      return
    }
    const second = this.readRelation() as string
    const right = this.readConstant()
    if (right === null || !this.statementEnds()) return
    this.#applyBound(name, flipped(relation), left)
    this.#applyBound(name, second, right)
  }

  #applyBound(name: LpToken, relation: string, value: number): void {
    const column = this.declared(name)
    const wrong = relation === '>=' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    if (value === wrong || (relation === '=' && !Number.isFinite(value))) {
      this.fault('infinite-bound', `the bound leaves ${shown(name.text)} no finite value`, 'give a finite bound', name)
      return
    }
    if (relation !== '<=') this.draft.lower[column] = value
    if (relation !== '>=') this.draft.upper[column] = value
    if (relation === '<=' && value < 0 && this.draft.lower[column] === 0) {
      const message = `${shown(name.text)} has a negative upper bound while its lower bound is 0`
      this.faults.note(
        'negative-upper',
        message,
        'give the lower bound first, e.g. -inf <= x <= -1',
        name.line,
        name.column,
      )
    }
  }

  #readKinds(section: 'integers' | 'binaries' | 'semicontinuous'): void {
    while (sectionAt(this.tokens, this.at) === null) {
      const token = this.token
      this.at++
      if (token.kind !== 'name') {
        this.fault('no-variable', `${shownToken(token)} is no variable`, 'list variable names only', token)
        continue
      }
      const column = this.declared(token)
      if (section === 'semicontinuous') {
        this.draft.deferred.semicontinuous.set(column, token)
        continue
      }
      if (section === 'integers') {
        if (this.draft.kinds[column] === 'continuous') this.draft.kinds[column] = 'integer'
        continue
      }
      this.draft.kinds[column] = 'binary'
      this.draft.lower[column] = Math.max(0, this.draft.lower[column] as number)
      this.draft.upper[column] = Math.min(1, this.draft.upper[column] as number)
    }
  }
}

function flipped(relation: string): string {
  if (relation === '<=') return '>='
  return relation === '>=' ? '<=' : '='
}

/** [lower, upper] of `expression relation value`. */
function sides(relation: string, value: number): [number, number] {
  return [relation === '<=' ? Number.NEGATIVE_INFINITY : value, relation === '>=' ? Number.POSITIVE_INFINITY : value]
}
