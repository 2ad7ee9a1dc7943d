/**
 * `--faults FILE`: what goes wrong in the simulated world of a planning problem, as a list in YAML or JSON. Facts of HDDL are
 * written as in the problem, with or without parentheses, state variables of a document by their ids; names and values that
 * the problem does not have are refused.
 */
import { z } from 'zod'
import { InvalidInputError, type Issue } from '../../solvers/contract/index.ts'
import type { HtnProblem } from '../domain/htn.ts'
import { misfit, type StatedPlanning, type StateValue } from '../domain/planning.ts'
import type { SimulatedFault } from '../execution/simulator.ts'
import { suggestName } from '../io/document/names.ts'
import { schemaIssues } from '../io/document/shape.ts'
import { type DocumentSource, parseSource } from '../io/document/source.ts'
import type { InputFile } from '../io/files/read-file.ts'

const name = z.string().min(1).max(500)
const values = z.record(name, z.union([z.boolean(), z.number(), z.string().max(500)]))
const times = z.int().min(1).optional()

const event = z.strictObject({ kind: z.literal('event'), at: z.number().nonnegative(), set: values })
const model = z.strictObject({
  kind: z.literal('model'),
  action: name,
  set: values.optional(),
  add: z.record(name, z.number()).optional(),
  costFactor: z.number().positive().optional(),
  durationFactor: z.number().positive().optional(),
  times,
})
const error = z.strictObject({
  kind: z.literal('error'),
  action: name,
  probability: z.number().min(0).max(1).optional(),
  status: z.enum(['failure', 'partial', 'delayed']).optional(),
  by: z.number().positive().optional(),
  fraction: z.number().min(0).max(1).optional(),
  message: z.string().max(1000).optional(),
  times,
})
const faultsSchema = z.array(z.discriminatedUnion('kind', [event, model, error])).max(10_000)

type Fault = z.infer<typeof faultsSchema>[number]

/** What a fault may name. */
export interface FaultNames {
  readonly actions: readonly string[]
  /** The state variable that is written so and may have the value; or what is wrong with it. */
  variable(text: string, value: StateValue): string | { readonly message: string; readonly hint: string }
}

/** @throws InvalidInputError with every fault of the list */
export function readFaults(file: InputFile, names: FaultNames): readonly SimulatedFault[] {
  const parsed = parseSource(file.text, file.name)
  if (parsed.status === 'invalid') throw new InvalidInputError(parsed.issues)
  const { source } = parsed
  const shaped = faultsSchema.safeParse(source.value)
  if (!shaped.success) throw new InvalidInputError(schemaIssues(shaped.error, source.value, source, faultsSchema))
  const check = new Check(names, source)
  const faults = shaped.data.map((fault, index) => check.fault(fault, index))
  if (check.issues.length > 0) throw new InvalidInputError(check.issues)
  return faults
}

/** Facts and numbers of a problem in HDDL. */
export function hierarchyNames({ domain, objects }: HtnProblem): FaultNames {
  const known = [...domain.constants, ...objects].map((object) => object.name)
  const facts = new Map(domain.predicates.map((one) => [one.name, one.parameters.length]))
  const numbers = new Map(domain.fluents.map((one) => [one.name, one.parameters.length]))
  return {
    actions: domain.actions.map((action) => action.name),
    variable: (text, value) => {
      if (typeof value === 'string')
        return { message: `${text} is "${value}"`, hint: 'a fact is true or false, a fluent a number' }
      const words = text.toLowerCase().replace(/[()]/g, ' ').trim().split(/\s+/)
      const [head = '', ...args] = words
      const what = typeof value === 'boolean' ? 'predicate' : 'fluent'
      const declared = typeof value === 'boolean' ? facts : numbers
      const arity = declared.get(head)
      if (arity === undefined)
        return { message: `there is no ${what} ${head}`, hint: suggestName(head, [...declared.keys()], `${what}s`) }
      if (arity !== args.length) return { message: `${head} has ${arity} arguments`, hint: `name ${arity} objects` }
      const stranger = args.find((arg) => !known.includes(arg))
      if (stranger !== undefined)
        return { message: `there is no object ${stranger}`, hint: suggestName(stranger, known, 'objects') }
      return words.join(' ')
    },
  }
}

/** State variables and stocks of a planning document. */
export function documentNames({ actions, state, resources }: StatedPlanning): FaultNames {
  const stocks = resources.filter(({ type }) => type !== 'reusable').map(({ id }) => id)
  const types = new Map(state.map(({ id, type }) => [id, type]))
  return {
    actions: actions.map(({ id }) => id),
    variable: (text, value) => {
      if (stocks.includes(text))
        return typeof value === 'number' ? text : { message: `${text} is a stock`, hint: 'give it a number' }
      const type = types.get(text)
      const known = [...types.keys(), ...stocks]
      if (type === undefined)
        return { message: `there is no variable ${text}`, hint: suggestName(text, known, 'variables') }
      const fault = misfit(type, value)
      return fault === null ? text : { message: `${text} ${fault}`, hint: 'give it a value of its kind' }
    },
  }
}

class Check {
  readonly issues: Issue[] = []
  readonly #source: DocumentSource
  readonly #names: FaultNames

  constructor(names: FaultNames, source: DocumentSource) {
    this.#source = source
    this.#names = names
  }

  fault(fault: Fault, index: number): SimulatedFault {
    const { actions } = this.#names
    if (fault.kind !== 'event' && !actions.includes(fault.action)) {
      const hint = suggestName(fault.action, actions, 'actions')
      this.#add([index, 'action'], `there is no action ${fault.action}`, hint)
    }
    switch (fault.kind) {
      case 'event':
        return { ...fault, set: this.#values(fault.set, [index, 'set']) }
      case 'model': {
        const { set, add, costFactor, durationFactor, times: often } = fault
        return {
          kind: 'model',
          action: fault.action,
          ...(set === undefined ? {} : { set: this.#values(set, [index, 'set']) }),
          ...(add === undefined ? {} : { add: this.#values(add, [index, 'add']) }),
          ...(costFactor === undefined ? {} : { costFactor }),
          ...(durationFactor === undefined ? {} : { durationFactor }),
          ...(often === undefined ? {} : { times: often }),
        }
      }
      case 'error': {
        const { probability, status, by, fraction, message, times: often } = fault
        return {
          kind: 'error',
          action: fault.action,
          ...(probability === undefined ? {} : { probability }),
          ...(status === undefined ? {} : { status }),
          ...(by === undefined ? {} : { by }),
          ...(fraction === undefined ? {} : { fraction }),
          ...(message === undefined ? {} : { message }),
          ...(often === undefined ? {} : { times: often }),
        }
      }
    }
  }

  /** The values by the names of state variables. */
  #values<Value extends StateValue>(
    stated: Readonly<Record<string, Value>>,
    path: readonly (string | number)[],
  ): Record<string, Value> {
    const named: Record<string, Value> = {}
    for (const [text, value] of Object.entries(stated)) {
      const variable = this.#names.variable(text, value)
      if (typeof variable === 'string') named[variable] = value
      else this.#add([...path, text], variable.message, variable.hint)
    }
    return named
  }

  #add(path: readonly (string | number)[], message: string, hint: string): void {
    this.issues.push({
      code: 'unknown-name',
      path,
      message,
      hint,
      file: this.#source.file,
      ...this.#source.place(path),
    })
  }
}
