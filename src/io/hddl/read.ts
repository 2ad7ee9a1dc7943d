/**
 * Reads HDDL domains and problems (Hoeller et al. 2020, version 1.0 of the language) and classical PDDL: typing with
 * multiple inheritance, constants, all connectives and quantifiers, conditional and universal effects, equality, method
 * preconditions and constraints, ordered and partially ordered networks, numeric fluents, action costs, goals beside
 * tasks. All faults of both texts are reported at once, each with line, column, cause and remedy.
 *
 * Linear in the length of the texts. Durative actions, derived predicates, preferences and trajectory constraints are
 * refused by name.
 */
import { InvalidInputError, type Issue } from '../../../solvers/contract/index.ts'
import type { NumericExpression, TypedName } from '../../domain/formula.ts'
import { formatAtom, TRUE } from '../../domain/formula.ts'
import type { Action, HtnDomain, HtnProblem, Method, SymbolDeclaration, TaskNetwork } from '../../domain/htn.ts'
import { FormulaReader, isNumber, readVariables } from './formula.ts'
import { NETWORK_KEYWORDS, readNetwork } from './network.ts'
import { asList, asWord, Faults, headOf, type PlacedName, readSections, readTypedNames } from './reader.ts'
import { type Expression, type List, readExpressions, type Word } from './s-expression.ts'
import { Vocabulary } from './vocabulary.ts'

export interface HddlFileNames {
  /** @default 'domain' */
  readonly domain?: string
  /** @default 'problem' */
  readonly problem?: string
}

/**
 * Reads a problem with its domain.
 * @throws InvalidInputError with every fault found, each with file, line and column
 */
export function readHddl(domainText: string, problemText: string, files: HddlFileNames = {}): HtnProblem {
  const issues: Issue[] = []
  const vocabulary = new Vocabulary()
  const domain = readDomainInto(vocabulary, domainText, new Faults(files.domain ?? 'domain', issues))
  if (issues.length > 0 && domain.name === '') {
    // Without a domain every name of the problem would be unknown; only its form can be judged.
    readExpressions(problemText, files.problem ?? 'problem', issues)
    throw new InvalidInputError(issues)
  }
  const problem = readProblemInto(vocabulary, domain, problemText, new Faults(files.problem ?? 'problem', issues))
  if (issues.length > 0) throw new InvalidInputError(issues)
  return problem
}

/**
 * Reads a domain alone.
 * @throws InvalidInputError with every fault found
 */
export function readHddlDomain(text: string, file = 'domain'): HtnDomain {
  const issues: Issue[] = []
  const domain = readDomainInto(new Vocabulary(), text, new Faults(file, issues))
  if (issues.length > 0) throw new InvalidInputError(issues)
  return domain
}

/** Sections of a `(define (what name) ...)`. */
function readDefinition(text: string, what: string, faults: Faults): { name: string; parts: readonly List[] } {
  const expressions = readExpressions(text, faults.file, faults.issues)
  const define = expressions[0]
  if (define === undefined || define.kind !== 'list' || headOf(define) !== 'define') {
    const place: Word = { kind: 'word', text: '', line: define?.line ?? 1, column: define?.column ?? 1 }
    if (faults.issues.length === 0) {
      faults.add('syntax', place, `the text is no ${what} definition`, `begin with (define (${what} NAME) ...`)
    }
    return { name: '', parts: [] }
  }
  const extra = expressions[1]
  if (extra !== undefined) {
    faults.add('syntax', extra, 'something follows the definition', 'remove it; one file holds one definition')
  }
  const head = asList(define.items[1], define, `(${what} NAME)`, faults)
  let name = ''
  if (head !== null) {
    if (headOf(head) !== what) {
      faults.add(
        'syntax',
        head,
        `this is a ${headOf(head)}, a ${what} is expected`,
        'give the domain first, then the problem',
      )
    }
    name = asWord(head.items[1], head, `the name of the ${what}`, faults)?.text ?? ''
  }
  const parts: List[] = []
  for (const part of define.items.slice(2)) {
    const list = asList(part, part, 'a section', faults)
    if (list !== null) parts.push(list)
  }
  return { name, parts }
}

function readDomainInto(vocabulary: Vocabulary, text: string, faults: Faults): HtnDomain {
  const { name, parts } = readDefinition(text, 'domain', faults)
  const sections = (key: string): readonly List[] => parts.filter((part) => headOf(part) === key)
  const known = [':requirements', ':types', ':constants', ':predicates', ':functions', ':task', ':method', ':action']
  for (const part of parts) {
    const head = headOf(part)
    if (known.includes(head)) continue
    const unsupported: Record<string, string> = {
      ':durative-action': 'durative actions',
      ':derived': 'derived predicates',
      ':axiom': 'axioms',
      ':event': 'events',
      ':process': 'processes',
    }
    const feature = unsupported[head]
    if (feature === undefined) {
      faults.add('unknown-keyword', part, `'${head}' is no section of a domain`, `the sections are ${known.join(', ')}`)
    } else faults.add('unsupported', part, `${feature} are not supported`, 'express it with plain actions and methods')
  }
  const requirements = sections(':requirements').flatMap((part) =>
    part.items.slice(1).flatMap((item) => (item.kind === 'word' ? [item.text] : [])),
  )
  const types = vocabulary.declareTypes(
    sections(':types').flatMap((part) => readTypedNames(part.items.slice(1), faults)),
    faults,
  )
  const constants = readObjects(sections(':constants'), vocabulary, faults)
  const predicates = readSymbols(sections(':predicates'), 'predicates', vocabulary, faults)
  const fluents = readFunctions(sections(':functions'), vocabulary, faults)
  const tasks: SymbolDeclaration[] = []
  for (const part of sections(':task')) {
    const symbol = readHeader(part, [':parameters', ':precondition', ':effect'], vocabulary, faults)
    if (symbol === null) continue
    for (const [keyword, { key, value }] of symbol.sections) {
      // Some writers leave empty ones.
      if (keyword === ':parameters' || value === undefined || (value.kind === 'list' && value.items.length === 0))
        continue
      const hint = 'write conditions into the methods and effects into the actions'
      faults.add('unsupported', key, `the ${keyword.slice(1)} of a task is not supported`, hint)
    }
    const declared = { name: symbol.name.text, parameters: symbol.parameters }
    if (!vocabulary.tasks.set(declared.name, declared)) {
      faults.add('duplicate', symbol.name, `the task ${declared.name} is declared twice`, 'remove one')
    } else tasks.push(declared)
  }
  const actionParts: { part: List; header: Header }[] = []
  for (const part of sections(':action')) {
    const header = readHeader(part, [':parameters', ':precondition', ':effect'], vocabulary, faults)
    if (header === null) continue
    const declared = { name: header.name.text, parameters: header.parameters }
    if (
      vocabulary.tasks.get(declared.name)?.name === declared.name ||
      !vocabulary.actions.set(declared.name, declared)
    ) {
      faults.add(
        'duplicate',
        header.name,
        `${declared.name} is declared twice`,
        'tasks and actions need names of their own',
      )
    }
    actionParts.push({ part, header })
  }
  const actions: Action[] = actionParts.map(({ header }) => {
    const formulas = new FormulaReader(vocabulary, faults, header.parameters)
    return {
      name: header.name.text,
      parameters: header.parameters,
      precondition: formulas.formula(header.sections.get(':precondition')?.value),
      effects: formulas.effects(header.sections.get(':effect')?.value),
    }
  })
  const methods: Method[] = []
  const methodNames = new Set<string>()
  for (const part of sections(':method')) {
    const method = readMethod(part, vocabulary, faults)
    if (method === null) continue
    if (methodNames.has(method.name)) {
      faults.add('duplicate', part, `the method ${method.name} is declared twice`, 'give every method its own name')
    }
    methodNames.add(method.name)
    methods.push(method)
  }
  return { name, requirements, types, constants, predicates, fluents, tasks, methods, actions }
}

interface Header {
  readonly name: Word
  readonly parameters: readonly TypedName[]
  readonly sections: ReadonlyMap<string, { readonly key: Word; readonly value: Expression | undefined }>
}

/** `(:what NAME :parameters (...) ...)` */
function readHeader(part: List, keywords: readonly string[], vocabulary: Vocabulary, faults: Faults): Header | null {
  const name = asWord(part.items[1], part, 'a name', faults)
  if (name === null) return null
  const sections = readSections(part.items.slice(2), keywords, faults)
  const value = sections.get(':parameters')?.value
  const list = value === undefined ? null : asList(value, value, 'a list of parameters', faults)
  return { name, parameters: readVariables(list?.items ?? [], vocabulary, faults), sections }
}

function readMethod(part: List, vocabulary: Vocabulary, faults: Faults): Method | null {
  const keywords = [':parameters', ':task', ':precondition', ...NETWORK_KEYWORDS]
  const header = readHeader(part, keywords, vocabulary, faults)
  if (header === null) return null
  const formulas = new FormulaReader(vocabulary, faults, header.parameters)
  const target = asList(header.sections.get(':task')?.value, part, "the method's :task", faults)
  const task = target === null ? null : formulas.use('tasks', target)
  const precondition = formulas.formula(header.sections.get(':precondition')?.value)
  const network = readNetwork(header.sections, vocabulary, formulas, faults)
  if (task === null) return null
  return {
    name: header.name.text,
    parameters: header.parameters,
    task: task.name,
    taskArguments: task.arguments,
    precondition,
    network,
  }
}

function readObjects(parts: readonly List[], vocabulary: Vocabulary, faults: Faults): TypedName[] {
  const result: TypedName[] = []
  for (const part of parts) {
    const placed: PlacedName[] = readTypedNames(part.items.slice(1), faults)
    const resolved = vocabulary.resolveTypes(placed, faults)
    resolved.forEach((object, index) => {
      const place = (placed[index] as PlacedName).place
      if (object.name.startsWith('?')) {
        faults.add('syntax', place, `the variable ${object.name} stands among objects`, "remove the '?'")
      }
      const before = vocabulary.objects.get(object.name)
      if (before?.name === object.name) {
        // Problems often repeat a constant of the domain; that is harmless while the type is the same.
        if (before.types.join(' ') !== object.types.join(' ')) {
          faults.add(
            'duplicate',
            place,
            `${object.name} is declared twice with different types`,
            'keep one declaration',
          )
        }
        return
      }
      vocabulary.objects.set(object.name, object)
      result.push(object)
    })
  }
  return result
}

function readSymbols(
  parts: readonly List[],
  kind: 'predicates' | 'fluents',
  vocabulary: Vocabulary,
  faults: Faults,
): SymbolDeclaration[] {
  const result: SymbolDeclaration[] = []
  for (const part of parts) {
    for (const item of part.items.slice(1)) {
      const list = asList(item, item, 'a declaration (name ?x - type ...)', faults)
      const name = list === null ? null : asWord(list.items[0], list, 'a name', faults)
      if (list === null || name === null) continue
      const symbol = { name: name.text, parameters: readVariables(list.items.slice(1), vocabulary, faults) }
      if (!vocabulary[kind].set(symbol.name, symbol)) {
        faults.add('duplicate', name, `${symbol.name} is declared twice`, 'remove one')
      } else result.push(symbol)
    }
  }
  return result
}

/** `(total-cost) - number (f ?x)`: the type of a function's value can only be `number`. */
function readFunctions(parts: readonly List[], vocabulary: Vocabulary, faults: Faults): SymbolDeclaration[] {
  const bare: List[] = parts.map((part) => {
    const items: Expression[] = []
    for (let i = 0; i < part.items.length; i++) {
      const item = part.items[i] as Expression
      if (item.kind === 'word' && item.text === '-') {
        const type = part.items[i + 1]
        i++
        if (type === undefined || type.kind !== 'word' || type.text.toLowerCase() !== 'number') {
          faults.add('unsupported', type ?? item, 'functions have numbers as values', "write '- number'")
        }
      } else items.push(item)
    }
    return { ...part, items }
  })
  return readSymbols(bare, 'fluents', vocabulary, faults)
}

function readProblemInto(vocabulary: Vocabulary, domain: HtnDomain, text: string, faults: Faults): HtnProblem {
  const { name, parts } = readDefinition(text, 'problem', faults)
  const known = [':domain', ':requirements', ':objects', ':init', ':htn', ':htn-ti', ':goal', ':metric']
  for (const part of parts) {
    if (!known.includes(headOf(part))) {
      faults.add(
        'unknown-keyword',
        part,
        `'${headOf(part)}' is no section of a problem`,
        `the sections are ${known.join(', ')}`,
      )
    }
  }
  const section = (key: string): List | undefined => parts.find((part) => headOf(part) === key)
  const seen = new Set<string>()
  for (const part of parts) {
    const head = headOf(part)
    if (seen.has(head) && head !== ':requirements' && head !== ':objects')
      faults.add('duplicate', part, `${head} is given twice`, 'write all of it into one of them')
    seen.add(head)
  }
  const insertion = section(':htn-ti')
  if (insertion !== undefined) {
    faults.add('unsupported', insertion, 'task insertion (:htn-ti) is not supported', 'use :htn')
  }
  const named = section(':domain')
  const wanted = named?.items[1]
  if (wanted !== undefined && wanted.kind === 'word' && wanted.text.toLowerCase() !== domain.name.toLowerCase()) {
    // Published instances disagree about the name now and then; only a missing domain is a fault.
    if (domain.name === '') faults.add('syntax', wanted, 'the domain has no name', 'name it in the domain file')
  }
  const objects = readObjects(
    parts.filter((part) => headOf(part) === ':objects'),
    vocabulary,
    faults,
  )
  const ground = new FormulaReader(vocabulary, faults, [])
  const { facts, values } = readInitial(section(':init'), ground, faults)
  const htn = section(':htn')
  let network: TaskNetwork | null = null
  let networkParameters: TypedName[] = []
  if (htn !== undefined) {
    const sections = readSections(htn.items.slice(1), [':parameters', ...NETWORK_KEYWORDS], faults)
    const value = sections.get(':parameters')?.value
    const list = value === undefined ? null : asList(value, value, 'a list of parameters', faults)
    networkParameters = readVariables(list?.items ?? [], vocabulary, faults)
    const formulas = new FormulaReader(vocabulary, faults, networkParameters)
    network = readNetwork(sections, vocabulary, formulas, faults)
  }
  const goalPart = section(':goal')
  const goal = goalPart === undefined ? null : ground.formula(goalPart.items[1])
  const more = goalPart?.items[2]
  if (more !== undefined)
    faults.add('syntax', more, 'a second condition in :goal', 'write (and ...) around all of them')
  if (network === null && goalPart === undefined && faults.issues.length === 0) {
    const place: Word = { kind: 'word', text: '', line: 1, column: 1 }
    faults.add(
      'missing',
      place,
      'the problem asks for nothing',
      'give an initial task network (:htn ...) or a (:goal ...)',
    )
  }
  return {
    name,
    domain,
    objects,
    facts,
    values,
    network,
    networkParameters,
    goal: goal === TRUE ? null : goal,
    metric: readMetric(section(':metric'), ground, faults),
  }
}

function readInitial(
  part: List | undefined,
  ground: FormulaReader,
  faults: Faults,
): Pick<HtnProblem, 'facts' | 'values'> {
  const facts: { predicate: string; arguments: string[] }[] = []
  const values: { fluent: string; arguments: readonly string[]; value: number }[] = []
  const given = new Map<string, number | boolean>()
  /** What is stated once more must be stated the same. */
  const state = (name: string, args: readonly string[], value: number | boolean, place: List): boolean => {
    const key = [typeof value, name, ...args].join(' ')
    const before = given.get(key)
    given.set(key, value)
    if (before !== undefined && before !== value) {
      const what = typeof value === 'number' ? `is ${before} and ${value}` : 'is both true and false'
      faults.add('duplicate', place, `${formatAtom({ predicate: name, arguments: args })} ${what}`, 'keep one of them')
    }
    return before === undefined
  }
  for (const item of part?.items.slice(1) ?? []) {
    const list = asList(item, item, 'a fact', faults)
    if (list === null) continue
    const head = headOf(list)
    const value = list.items[2]
    if (head === '=' && value !== undefined && value.kind === 'word' && isNumber(value.text)) {
      const fluent = ground.fluent(list.items[1])
      const number = Number(value.text)
      if (fluent !== null && state(fluent.fluent, fluent.arguments, number, list))
        values.push({ ...fluent, value: number })
    } else if (head === '=') {
      faults.add('syntax', list, 'a function is given no number here', 'write (= (function objects...) number)')
    } else if (head === 'not') {
      // What is not listed is false anyway, yet the fact must be well formed.
      const inner = asList(list.items[1], list, 'a fact', faults)
      const atom = inner === null ? null : ground.use('predicates', inner)
      if (atom !== null) state(atom.name, atom.arguments, false, list)
    } else if (head === 'at' && list.items[1]?.kind === 'word' && isNumber(list.items[1].text)) {
      faults.add('unsupported', list, 'timed initial facts are not supported', 'remove it')
    } else {
      const atom = ground.use('predicates', list)
      if (atom === null) continue
      state(atom.name, atom.arguments, true, list)
      facts.push({ predicate: atom.name, arguments: atom.arguments })
    }
  }
  return { facts, values }
}

function readMetric(part: List | undefined, ground: FormulaReader, faults: Faults): NumericExpression | null {
  if (part === undefined) return null
  const direction = asWord(part.items[1], part, 'minimize or maximize', faults)
  if (direction === null) return null
  const sense = direction.text.toLowerCase()
  if (sense !== 'minimize' && sense !== 'maximize') {
    faults.add('syntax', direction, `'${direction.text}' is no direction`, 'write minimize or maximize')
    return null
  }
  const expression = ground.number(part.items[2])
  const more = part.items[3]
  if (more !== undefined) faults.add('syntax', more, 'a second measure in :metric', 'add them up with (+ ...)')
  if (sense === 'minimize') return expression
  return { kind: 'arithmetic', operator: '-', left: { kind: 'number', value: 0 }, right: expression }
}
